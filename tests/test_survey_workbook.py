"""The workbook of a survey 「調査票」, opened as a spreadsheet program would: cells, locks, lists, print set-up and the hidden keys."""
import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from xlsxwriter import Workbook

from accounts.roles import Role
from collecting.actions import open_collection
from common.sheets import SheetError
from importing.diff import compare
from importing.parse import parse
from importing.reader import read_book
from importing.standing import known_plan, standing_of
from importing.surveys.cells import Formats, write_number, write_text
from importing.surveys.content import surveys_of
from importing.surveys.keys import FORM, GUIDE_SHEET, INPUT_SHEET, KEYS_SHEET, InputColumn, RowKey, keys_of
from importing.surveys.workbook import workbook_of
from importing.vocabulary import ChangeKind
from kpis.models import Actual
from kpis.vocabulary import Accumulation, EntryState, MissingReason, TargetKind, ValueState
from tests.factories import make_actual, make_division, make_goal, make_indicator, make_measure, make_strategy, make_target, make_user

YEAR = 2023
HEADING_ROW = 5
INPUTS = [column.label for column in InputColumn]
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=Decimal("-99999999999.9999"), max_value=Decimal("99999999999.9999"))


@dataclass
class Opened:
    """The workbook as openpyxl reads it. A row is found by the code of its indicator."""

    data: bytes
    book: openpyxl.Workbook

    @property
    def sheet(self):
        return self.book[INPUT_SHEET]

    @property
    def guide(self) -> str:
        return "\n".join(str(cell.value) for row in self.book[GUIDE_SHEET].iter_rows() for cell in row if cell.value)

    @property
    def headings(self) -> list[str]:
        return [cell.value for cell in self.sheet[HEADING_ROW]]

    def row_of(self, code: str) -> int:
        return next(row for row in range(HEADING_ROW + 1, self.sheet.max_row + 1) if self.sheet.cell(row, 1).value == code)

    def cell(self, code: str, heading: str):
        return self.sheet.cell(self.row_of(code), self.headings.index(heading) + 1)

    def value(self, code: str, heading: str) -> Any:
        """What the cell holds; None where it is empty."""
        return self.cell(code, heading).value or None

    def rule(self, code: str, heading: str):
        """The data validation of that cell; None where there is none."""
        place = self.cell(code, heading).coordinate
        return next((rule for rule in self.sheet.data_validations.dataValidation if place in rule.sqref), None)

    @property
    def keys(self):
        return keys_of(read_book(self.data, "調査票.xlsx"))


@pytest.fixture
def strategy(db):
    """2020–2024, published through 2022."""
    return make_strategy(slug="hokuto-2", published_through=2022, contact_office="総務部 企画課", contact_phone="0138-00-0000")


@pytest.fixture
def takeru(strategy):
    return make_user(Role.PLANNING, display_name="佐藤 健")


@pytest.fixture
def farming(strategy):
    return make_division(name="農林課")


@pytest.fixture
def measure(strategy):
    return make_measure(goal=make_goal(strategy=strategy, number=1, name="仕事をつくる"), number=3, name="産業振興")


@pytest.fixture
def survey_of(strategy, takeru, farming):
    """Opens the workbook of the farming division: `survey_of()`."""

    def open_survey(fiscal_year: int = YEAR, user=None) -> Opened:
        data = workbook_of(surveys_of(strategy, fiscal_year, user or takeru, farming)[0])
        return Opened(data, openpyxl.load_workbook(io.BytesIO(data)))

    return open_survey


@pytest.fixture
def area(measure, farming):
    """1-3-4 面積, in ha with one decimal: 10.6 → 32.3."""
    fields = {"code": "1-3-4", "breakdown": "面積", "name": "ブドウ栽培戸数・面積", "unit": "ha", "decimals": 1, "baseline_value": Decimal("10.6")}
    indicator = make_indicator(measure=measure, division=farming, **fields)
    make_target(indicator=indicator, value=Decimal("32.3"))
    return indicator


def test_a_row_names_the_indicator_with_its_breakdown_and_unit(area, survey_of):
    opened = survey_of()
    assert opened.value("1-3-4", "指標名（内訳）") == "ブドウ栽培戸数・面積（面積）"
    assert opened.value("1-3-4", "単位") == "ha"
    assert opened.value("1-3-4", "現状値") == "10.6（H30）"


def test_the_years_before_stand_beside_the_cell_with_their_states_and_reasons(area, survey_of):
    make_actual(indicator=area, fiscal_year=2020, value=Decimal("12.4"))
    make_actual(indicator=area, fiscal_year=2021, missing_reason=MissingReason.AWAITING_PUBLICATION, expected_month=9)
    make_actual(indicator=area, fiscal_year=2022, value=Decimal("-1.25"), state=ValueState.PRELIMINARY)
    opened = survey_of(2024)
    assert opened.headings[5:9] == ["R2実績", "R3実績", "R4実績", "R5実績"]
    assert opened.value("1-3-4", "R2実績") == 12.4
    assert opened.value("1-3-4", "R3実績") == "未測定（公表待ち、9月公表予定）"
    assert opened.value("1-3-4", "R4実績") == "△1.25（速報）"
    assert opened.value("1-3-4", "R5実績") == "未入力"


def test_zero_is_written_as_zero(area, survey_of):
    make_actual(indicator=area, fiscal_year=2022, value=Decimal(0))
    assert survey_of().cell("1-3-4", "R4実績").value == 0


def test_negatives_are_shown_with_a_triangle_and_the_indicators_decimals(area, survey_of):
    make_actual(indicator=area, fiscal_year=2022, value=Decimal("-55.5"))
    cell = survey_of().cell("1-3-4", "R4実績")
    assert (cell.value, cell.number_format) == (-55.5, '#,##0.0;"△"#,##0.0')


def test_a_value_with_more_decimals_than_the_indicator_shows_them_all(area, survey_of):
    make_actual(indicator=area, fiscal_year=2023, value=Decimal("12.3456"))
    cell = survey_of().cell("1-3-4", "実績値")
    assert (cell.value, cell.number_format) == (12.3456, '#,##0.0000;"△"#,##0.0000')


def test_target_and_expected_value_of_the_year_stand_in_the_row(area, survey_of):
    opened = survey_of(2024)
    assert opened.value("1-3-4", "目標") == 32.3
    assert opened.value("1-3-4", "目安") == 32.3
    # 10.6 + (32.3 − 10.6) × 4/5 = 27.96
    assert survey_of(2023).value("1-3-4", "目安") == 27.96


def test_a_range_is_written_with_both_bounds(measure, farming, survey_of):
    indicator = make_indicator(measure=measure, division=farming, code="9", target_kind=TargetKind.RANGE)
    make_target(indicator=indicator, value=Decimal(30), upper_value=Decimal(40))
    assert survey_of().value("9", "目標") == "30以上 40以下"


def test_last_years_comment_is_beside_the_new_one(area, survey_of):
    make_actual(indicator=area, fiscal_year=2022, comment="新植は計画どおり。")
    opened = survey_of()
    assert opened.value("1-3-4", "前年度のコメント") == "新植は計画どおり。"
    assert opened.value("1-3-4", "要因・コメント") is None


def test_a_row_is_high_enough_for_its_longest_text(area, survey_of):
    low = survey_of().sheet
    make_actual(indicator=area, fiscal_year=YEAR - 1, value=Decimal(9), comment="作付けの面積が増え、収穫の始まりが早まった。" * 6)
    high = survey_of()
    row = high.row_of(area.code)
    assert high.sheet.row_dimensions[row].height > low.row_dimensions[row].height + 60


def test_a_yearly_total_says_what_to_write(measure, farming, survey_of):
    make_indicator(measure=measure, division=farming, code="9", accumulation=Accumulation.TOTAL, computation="窓口の件数", source="窓口統計")
    assert survey_of().value("9", "書き方") == "この年度の分だけを書きます。目標と目安は、計画期間の累計です。\n算出方法: 窓口の件数\n出典: 窓口統計"


def test_what_is_entered_already_stands_in_the_yellow_cells(area, survey_of):
    make_actual(indicator=area, fiscal_year=YEAR, value=Decimal("27.6"), state=ValueState.PRELIMINARY, comment="定植した。", evidence="台帳")
    opened = survey_of()
    assert [opened.value("1-3-4", heading) for heading in INPUTS] == [27.6, "速報", None, None, "定植した。", "台帳"]


def test_a_reason_entered_already_stands_there_without_a_state(area, survey_of):
    make_actual(indicator=area, fiscal_year=YEAR, missing_reason=MissingReason.AWAITING_PUBLICATION, expected_month=9)
    opened = survey_of()
    assert [opened.value("1-3-4", heading) for heading in INPUTS] == [None, None, "公表待ち", 9, None, None]


def test_a_qualitative_indicator_is_answered_in_words(measure, farming, survey_of):
    indicator = make_indicator(measure=measure, division=farming, code="9", target_kind=TargetKind.MILESTONE)
    make_actual(indicator=indicator, fiscal_year=2022, is_met=False)
    make_actual(indicator=indicator, fiscal_year=YEAR, is_met=True, evidence="開設届")
    opened = survey_of()
    assert opened.value("9", "R4実績") == "実施していない"
    assert opened.value("9", "実績値") == "実施した"
    assert opened.rule("9", "実績値").formula1 == '"実施した,実施していない"'


def test_only_the_yellow_cells_can_be_written_in(area, survey_of):
    opened = survey_of()
    unlocked = [heading for heading in opened.headings if not opened.cell("1-3-4", heading).protection.locked]
    assert unlocked == INPUTS
    assert {opened.cell("1-3-4", heading).fill.fgColor.rgb for heading in INPUTS} == {"FFFFF9D6"}
    assert opened.sheet.protection.sheet is True
    assert opened.sheet.protection.password is None
    assert opened.sheet.protection.formatColumns is False, "column widths may be changed"
    assert opened.sheet.protection.insertRows is True, "rows may not be inserted"


@pytest.mark.parametrize("fields", [{"fiscal_year": 2022, "entry_state": EntryState.DRAFT}, {"fiscal_year": 2023, "entry_state": EntryState.CHECKED}])
def test_a_published_or_checked_value_is_grey_and_locked(area, survey_of, fields):
    make_actual(indicator=area, **fields)
    opened = survey_of(fields["fiscal_year"])
    assert all(opened.cell("1-3-4", heading).protection.locked for heading in INPUTS)
    assert opened.cell("1-3-4", "実績値").fill.fgColor.rgb == "FFE3E6EA"
    assert opened.value("1-3-4", "実績値") == 125
    assert "書き込めません" in opened.value("1-3-4", "書き方")
    assert opened.rule("1-3-4", "実績値") is None


def test_a_reopened_value_can_be_written_again(area, survey_of):
    far = date(2999, 1, 1)
    make_actual(indicator=area, fiscal_year=2022, reopened_until=far, reopening_reason="統計の訂正")
    assert not survey_of(2022).cell("1-3-4", "実績値").protection.locked


@pytest.mark.parametrize(
    ("heading", "kind", "style", "choices"),
    [
        ("実績値", "decimal", "warning", "-99999999999"),
        ("値の状態", "list", None, '"確定値,速報,見込"'),
        ("未測定の理由", "list", None, '"公表待ち,調査なし,事業未実施,その他"'),
        ("公表予定の月", "whole", None, "1"),
    ],
)
def test_a_yellow_cell_says_in_japanese_what_it_takes(area, survey_of, heading, kind, style, choices):
    rule = survey_of().rule("1-3-4", heading)
    assert (rule.type, rule.errorStyle, rule.formula1) == (kind, style, choices)
    assert rule.promptTitle
    assert rule.prompt.endswith("。")
    assert rule.error.endswith("。")


@pytest.mark.parametrize("heading", ["要因・コメント", "根拠"])
def test_a_free_text_cell_takes_anything_and_says_what_is_wanted(area, survey_of, heading):
    rule = survey_of().rule("1-3-4", heading)
    assert rule.type is None
    assert rule.promptTitle == heading
    assert rule.prompt.endswith("。")


def test_no_text_becomes_a_formula_or_a_date(measure, farming, survey_of):
    formula = '=HYPERLINK("https://example.com","見る")'
    indicator = make_indicator(measure=measure, division=farming, code="9", name="@SUM(A1)", unit="+件", note="-1")
    make_actual(indicator=indicator, fiscal_year=2022, comment=formula)
    make_actual(indicator=indicator, fiscal_year=YEAR, comment=formula, evidence="3/9")
    opened = survey_of()
    for heading in ("指標名（内訳）", "単位", "前年度のコメント", "要因・コメント", "根拠"):
        cell = opened.cell("9", heading)
        assert (cell.data_type, cell.number_format) == ("s", "@"), heading
    assert opened.value("9", "要因・コメント") == f"'{formula}"
    assert not any(cell.data_type == "f" for sheet in opened.book for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("text", ["<r><t>太字</t></r>", "一行目\r\n二行目", "前\x0b後", " 両端 ", "_x000D_", "&<>\"'"])
def test_every_text_leaves_a_file_that_opens_and_comes_back(area, survey_of, text):
    make_actual(indicator=area, fiscal_year=YEAR, comment=text)
    expected = text.replace("\r\n", "\n").replace("\x0b", "")
    assert survey_of().value("1-3-4", "要因・コメント").removesuffix(" ") == expected.removesuffix(" ")


def test_a_text_no_cell_can_hold_is_refused_and_never_cut(area, strategy, takeru):
    make_actual(indicator=area, fiscal_year=YEAR, comment="長" * 32_768)
    with pytest.raises(SheetError, match="32,767文字を超える"):
        workbook_of(surveys_of(strategy, YEAR, takeru)[0])


@settings(max_examples=40, deadline=None)
@given(st.lists(DECIMALS, min_size=1, max_size=60))
def test_every_value_the_database_holds_reads_back_the_same(values):
    file = io.BytesIO()
    book = Workbook(file, {"in_memory": True})
    sheet, formats = book.add_worksheet(), Formats(book)
    for row, value in enumerate(values):
        write_number(sheet, row, 0, value, 0, formats, "input_number")
    write_text(sheet, len(values), 0, "終わり", formats.of("plain"))
    book.close()
    rows = read_book(file.getvalue(), "値.xlsx").sheets[0].rows
    assert [Decimal(row[0].value) for row in rows[:-1]] == values


def test_the_groups_are_the_plans_goals_and_measures_in_its_order(strategy, measure, farming, area, survey_of):
    make_indicator(goal=measure.goal, division=farming, code="1-A", position=0, name="就農者数")
    opened = survey_of()
    column = [opened.sheet.cell(row, 1).value for row in range(HEADING_ROW + 1, opened.sheet.max_row + 1)]
    assert column == ["基本目標1 仕事をつくる　数値目標", "1-A", "基本目標1 仕事をつくる　(3) 産業振興", "1-3-4"]


def test_it_prints_on_a4_landscape_with_its_headings_on_every_page(area, survey_of):
    sheet = survey_of().sheet
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, 0), "one page wide (1 is the default), as long as needed"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage is True
    assert sheet.print_title_rows == f"${HEADING_ROW}:${HEADING_ROW}"
    assert sheet.oddHeader.right.text == "農林課"
    assert "令和5年度の実績" in sheet.oddHeader.left.text
    assert sheet.oddFooter.center.text == "&P / &N"
    assert sheet.freeze_panes == f"C{HEADING_ROW + 1}"


def test_an_ampersand_in_a_name_is_no_code_in_the_header(area, farming, survey_of):
    farming.name = "観光&農林課"
    farming.save()
    assert "&amp;&amp;農林課" in _xml(survey_of().data, "xl/worksheets/sheet2.xml")


def _xml(data: bytes, part: str) -> str:
    return openpyxl.reader.excel.ZipFile(io.BytesIO(data)).read(part).decode()


@pytest.mark.parametrize("is_sample", [True, False])
def test_fictional_values_are_marked_on_both_sheets_and_in_print(area, survey_of, is_sample):
    make_actual(indicator=area, fiscal_year=2022, is_sample=is_sample)
    opened = survey_of()
    assert ("架空のサンプル値を含みます" in opened.guide) is is_sample
    assert opened.sheet["A4"].value == ("架空のサンプル値を含みます" if is_sample else None)
    assert (opened.sheet.oddFooter.left.text == "架空のサンプル値を含みます") is is_sample


def test_long_numbers_get_the_room_they_need(area, survey_of):
    make_actual(indicator=area, fiscal_year=2022, value=Decimal("-12345678901.5"))
    opened = survey_of()
    column = opened.cell("1-3-4", "R4実績").column
    assert opened.sheet.column_dimensions[get_column_letter(column)].width > len("△12,345,678,901.5")


def test_the_guide_says_until_when_and_whom_to_ask(strategy, area, takeru, survey_of):
    open_collection(strategy=strategy, fiscal_year=YEAR, deadline=date(2024, 5, 31), indicators=[area], message="早めにお願いします。", by=takeru)
    guide = survey_of().guide
    assert "令和6年5月31日" in guide
    assert "総務部 企画課 佐藤 健（電話 0138-00-0000）" in guide
    assert "早めにお願いします。" in guide
    assert "農林課（1指標）" in guide
    assert "△や▲" in guide


def test_a_row_shows_its_own_due_date_and_person_by_name(strategy, area, takeru, survey_of):
    area.published_month, area.person = 9, make_user(display_name="工藤 海")
    area.save()
    open_collection(strategy=strategy, fiscal_year=YEAR, deadline=date(2024, 5, 31), indicators=[area], by=takeru)
    assert survey_of().value("1-3-4", "期限・担当者") == "R6.9.30\n工藤 海"


def test_the_hidden_keys_name_form_year_rows_and_versions(strategy, area, measure, farming, survey_of):
    make_indicator(measure=measure, division=farming, code="1-3-5")
    actual = make_actual(indicator=area, fiscal_year=YEAR)
    actual.save()
    opened = survey_of()
    assert opened.book[KEYS_SHEET].sheet_state == "veryHidden"
    facts = opened.keys.facts
    assert (facts.form, facts.strategy, facts.fiscal_year, facts.division) == (FORM, "hokuto-2", YEAR, "農林課")
    assert opened.headings[facts.first_input_column - 1 :] == INPUTS
    assert facts.heading_row == HEADING_ROW
    assert opened.keys.rows == (
        RowKey(INPUT_SHEET, opened.row_of("1-3-4"), "1-3-4", "面積", YEAR, 2),
        RowKey(INPUT_SHEET, opened.row_of("1-3-5"), "1-3-5", "", YEAR, 0),
    )


def test_no_primary_key_leaves_the_house(area, survey_of):
    opened = survey_of()
    known = {"heading_row", "first_input_column", "fiscal_year", "form", "strategy", "division", "made_at"}
    assert {row[0].value for row in opened.book[KEYS_SHEET].iter_rows(max_row=7)} == known


@pytest.mark.parametrize("damage", ["form", "headings", "number", "gone"])
def test_damaged_keys_are_no_keys(area, survey_of, damage):
    opened = survey_of()
    sheet = opened.book[KEYS_SHEET]
    if damage == "gone":
        del opened.book[KEYS_SHEET]
    else:
        sheet[{"form": "B1", "headings": "C8", "number": "B9"}[damage]] = "別のもの"
    file = io.BytesIO()
    opened.book.save(file)
    assert keys_of(read_book(file.getvalue(), "調査票.xlsx")) is None


def compared(survey, strategy, user):
    """The lines an import shows when the survey's workbook comes back as it went out."""
    parsed = parse(read_book(workbook_of(survey), "調査票.xlsx"), known_plan(strategy))
    return compare([("調査票.xlsx", parsed)], standing_of(strategy, user))


def test_surveys_that_come_back_untouched_change_nothing(sample, people):
    takeru = people[Role.PLANNING]
    for fiscal_year in sample.fiscal_years:
        lines = [line for survey in surveys_of(sample, fiscal_year, takeru) for line in compared(survey, sample, takeru)]
        assert {(line.kind, line.text) for line in lines} == {(ChangeKind.SAME, "")}
        assert len(lines) == Actual.objects.filter(fiscal_year=fiscal_year).count()


@pytest.mark.parametrize(
    "fields",
    [
        {"value": Decimal("-12345678901.2345"), "state": ValueState.PROJECTED},
        {"missing_reason": MissingReason.AWAITING_PUBLICATION, "expected_month": 9},
        {"comment": "=1+1\r\n３行\n＠前年度並み ", "evidence": "-5"},
        {"value": None, "comment": "まだ値はありません"},
    ],
)
def test_an_answer_that_comes_back_untouched_changes_nothing(strategy, area, takeru, fields):
    make_actual(indicator=area, fiscal_year=YEAR, **fields)
    lines = compared(surveys_of(strategy, YEAR, takeru)[0], strategy, takeru)
    assert [line.kind for line in lines] == [ChangeKind.SAME]
