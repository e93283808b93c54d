"""計画ワークブック: the whole plan goes out as a workbook and comes back as the same plan, in any database, or is not taken in at all."""
import io
import time
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection, transaction
from django.db.models import CheckConstraint, ForeignKey
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Division, Revision
from accounts.roles import Role
from goals.models import Goal, Strategy
from importing.planbook.actions import PlanBookRefused, load_plan_book, preview_plan_book
from importing.planbook.conditions import broken_constraints
from importing.planbook.examples import EXAMPLES
from importing.planbook.export import plan_book, template_book
from importing.planbook.records import place_text
from importing.planbook.sheets import BY_NAME, GUIDE, LEFT_OUT, SHEETS
from importing.planbook.stored import rows_of
from kpis.models import Actual, Indicator, Target
from partnerships.models import Agreement, Partner
from tests.factories import make_actual, make_goal, make_indicator, make_initiative, make_measure, make_strategy, make_target
from tests.plan_books import (
    as_book,
    cell_of,
    contents,
    edited,
    empty_the_database,
    empty_what_may_be,
    make_full_plan,
    saved,
    under_another_slug,
)

MOST_SECONDS = 2


def problems_of(data: bytes) -> dict[str, str]:
    """The problems of a workbook by 「シート!セル」."""
    return {place_text(problem.place): f"{problem.text}{problem.remedy}" for problem in preview_plan_book(as_book(data)).problems}


# The table


@pytest.mark.parametrize("spec", SHEETS, ids=lambda spec: spec.name)
def test_every_field_of_a_model_travels_or_is_named_as_left_out(spec):
    fields = {field.name for field in (*spec.model._meta.fields, *spec.model._meta.many_to_many)}
    carried = {column.field for column in spec.columns} | {reference.field for reference in spec.references} | {known.field for known in spec.outside}
    assert fields - carried - set(LEFT_OUT) == set()
    assert carried - {""} <= fields


@pytest.mark.parametrize("spec", SHEETS, ids=lambda spec: spec.name)
def test_headings_of_a_sheet_are_unique_and_lists_fit_into_excel(spec):
    assert len(spec.by_heading) == len(spec.columns)
    assert all(len(",".join(column.kind.options)) <= 255 for column in spec.columns)


@pytest.mark.parametrize("spec", SHEETS, ids=lambda spec: spec.name)
def test_a_sheet_refers_only_to_itself_and_to_sheets_before_it(spec):
    names = [known.name for known in SHEETS]
    referred = [reference.sheet for reference in spec.references] + [target for _, target in spec.many]
    assert all(names.index(target) < names.index(spec.name) for target in referred if target != spec.name)


def test_the_examples_are_rows_of_hokutos_plan(plan):
    for spec in SHEETS:
        rows = [{column.heading: column.kind.shown(column.get(row)) for column in spec.columns} for row in rows_of(spec, plan)]
        written = [{heading: text for heading, text in row.items() if text} for row in rows]
        assert EXAMPLES[spec.name] in written or not written, spec.name


# Out and back


def test_hokutos_plan_comes_back_in_an_empty_database(plan):
    before, data = contents(plan), plan_book(plan)
    empty_the_database()
    preview = load_plan_book(as_book(data), by=None)
    assert preview.is_new
    assert contents(Strategy.objects.get(slug="hokuto-2")) == before
    assert len(preview.changes) == sum(map(len, before.values())) == 266


def test_the_plan_comes_back_from_a_file_on_the_disk(plan, tmp_path):
    (tmp_path / "plan.xlsx").write_bytes(plan_book(plan))
    before = contents(plan)
    empty_the_database()
    load_plan_book(as_book((tmp_path / "plan.xlsx").read_bytes()), by=None)
    assert contents(Strategy.objects.get()) == before


def test_a_plan_that_excel_saved_again_is_the_same(plan):
    data = edited(plan_book(plan), {})
    assert preview_plan_book(as_book(data)).changes == ()


def test_its_own_export_changes_nothing(plan):
    preview = load_plan_book(as_book(plan_book(plan)), by=None)
    assert preview.changes == preview.problems == ()
    assert [count.unchanged for count in preview.counts] == [len(rows) for rows in contents(plan).values()]


def test_two_exports_are_the_same_to_the_byte(plan):
    assert plan_book(plan) == plan_book(plan)


def test_a_plan_in_which_nothing_is_empty_comes_back(db):
    strategy = make_full_plan("一行目\n「引用」'\"\n=SUM(A1)")
    before, data = contents(strategy), plan_book(strategy)
    empty_the_database()
    load_plan_book(as_book(data), by=None)
    assert contents(Strategy.objects.get()) == before


def test_a_plan_in_which_everything_that_may_be_is_empty_comes_back(db):
    strategy = make_full_plan()
    empty_what_may_be(strategy)
    before, data = contents(strategy), plan_book(strategy)
    assert {row["note"] for row in before["指標"]} | {row["subtitle"] for row in before["基本目標"]} == {""}
    empty_the_database()
    load_plan_book(as_book(data), by=None)
    assert contents(Strategy.objects.get()) == before


def test_the_third_generation_enters_beside_the_second(plan):
    data = under_another_slug(plan, "hokuto-3", **{"名称": "第3期総合戦略", "最初の年度": 2020, "最後の年度": 2030})
    before = contents(plan)
    load_plan_book(as_book(data), by=None)
    third = Strategy.objects.get(slug="hokuto-3")
    assert contents(plan) == before
    assert {name: rows for name, rows in contents(third).items() if name != "総合戦略"} == {name: rows for name, rows in before.items() if name != "総合戦略"}
    assert Partner.objects.count() == 19


def test_another_citys_plan_enters_from_the_empty_template(plan):
    cells = {
        cell_of("総合戦略", heading): value
        for heading, value in {
            "URLに使う名前": "hakodate-3", "名称": "函館市総合戦略", "短い名称": "第3期", "市区町村": "函館市", "全国地方公共団体コード": "012025",
            "最初の年度": "令和7年度", "最後の年度": 2029,
        }.items()
    }
    cells |= {cell_of("基本目標", "番号"): "１", cell_of("基本目標", "名称"): "'=仕事をつくる"}
    load_plan_book(as_book(edited(template_book(), cells)), by=None)
    found = Strategy.objects.get(slug="hakodate-3")
    assert (found.municipality, found.municipality_code, found.first_fiscal_year, found.is_current) == ("函館市", "012025", 2025, False)
    assert found.on_track_from == Decimal("0.9")
    assert found.goals.get().name == "=仕事をつくる"
    assert Strategy.objects.current() == plan


def test_texts_stored_with_other_line_breaks_or_spaces_are_no_change(plan):
    Goal.objects.filter(strategy=plan, number=1).update(direction="一行目\r\n二行目 ", subtitle="  ")
    assert preview_plan_book(as_book(plan_book(plan))).changes == ()


def test_actuals_stay_where_they_are(sample):
    before = list(Actual.objects.order_by("pk").values())
    data = edited(plan_book(sample), {cell_of("指標", "指標名"): "別の名前"})
    load_plan_book(as_book(data), by=None)
    assert list(Actual.objects.order_by("pk").values()) == before


def test_people_and_divisions_go_by_their_names(plan, people):
    Indicator.objects.filter(strategy=plan, code="1-A").update(person=people[Role.DIVISION], division=people[Role.DIVISION].division)
    name, data = people[Role.DIVISION].division.name, edited(under_another_slug(plan, "hokuto-3"), {cell_of("指標", "担当課", 3): "新しい課"})
    preview = load_plan_book(as_book(data), by=people[Role.PLANNING])
    first, second = Indicator.objects.filter(strategy__slug="hokuto-3").order_by("position")[:2]
    assert (first.person, first.division.name, second.division.name) == (people[Role.DIVISION], name, "新しい課")
    assert preview.new_divisions == ("新しい課",)
    assert Division.objects.get(name="新しい課").history.get().history_user == people[Role.PLANNING]


# What a preview shows


def test_a_preview_tells_old_and_new_with_the_cell_and_writes_nothing(plan):
    data = edited(plan_book(plan), {cell_of("指標", "現状値"): 240, cell_of("目標値", "目標値"): 401})
    before = contents(plan)
    preview = preview_plan_book(as_book(data))
    cells = [cell for change in preview.changes for cell in change.cells]
    assert [(cell.place, cell.heading, cell.old, cell.new) for cell in cells] == [
        (cell_of("指標", "現状値"), "現状値", "234", "240"), (cell_of("目標値", "目標値"), "目標値", "400", "401"),
    ]
    assert contents(plan) == before


def test_rows_that_are_not_in_the_file_are_named_and_stay(plan):
    book = openpyxl.load_workbook(io.BytesIO(plan_book(plan)))
    book["具体的取組"].delete_rows(2)
    del book["連携協定"]
    preview = load_plan_book(as_book(saved(book)), by=None)
    counts = {count.sheet: count for count in preview.counts}
    assert counts["具体的取組"].staying == ("基本目標 1・主要施策 1・番号 1",)
    assert len(counts["連携協定"].staying) == 16
    assert len(contents(plan)["具体的取組"]) == 38


def test_columns_may_stand_in_any_order_or_be_left_out(plan):
    book = openpyxl.load_workbook(io.BytesIO(plan_book(plan)))
    sheet = book["基本目標"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    book.remove(sheet)
    book.create_sheet("基本目標").append([])
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate((row[2], row[0], row[1]), start=1):
            book["基本目標"].cell(number, column, value)
    assert preview_plan_book(as_book(saved(book))).changes == ()


def test_a_changed_row_leaves_its_trace(plan, people):
    cells = {cell_of("指標", "現状値"): 240, cell_of("連携協定", "関連する主要施策"): "1-1\n2-3"}
    revision = Revision.current()
    with transaction.atomic():
        load_plan_book(as_book(edited(plan_book(plan), cells), "第2期.xlsx"), by=people[Role.PLANNING])
    trace = Indicator.objects.get(strategy=plan, code="1-A").history.latest()
    assert (trace.history_user, trace.history_change_reason, trace.history_type) == (people[Role.PLANNING], "計画ワークブック 第2期.xlsx", "~")
    assert trace.prev_record.baseline_value == 234
    agreement = Agreement.objects.get(strategy=plan, number=1)
    assert {str(link.measure) for link in agreement.history.latest().measures.all()} == {str(measure) for measure in agreement.measures.all()}
    assert agreement.measures.count() == 2
    assert Revision.current() == revision


@pytest.mark.django_db(transaction=True)
def test_pages_kept_before_are_told_of_the_change(people):
    strategy = make_full_plan()
    before = Revision.current()
    load_plan_book(as_book(edited(plan_book(strategy), {cell_of("基本目標", "名称"): "別の名前"})), by=people[Role.PLANNING])
    assert Revision.current() == before + 1


# What is refused, with its cell

WRONG_CELLS = {
    "a word for a number": ("指標", "現状値", "約1,800人", "数だけを書いてください"),
    "too many digits": ("目標値", "目標値", "1234567890123456", "15桁"),
    "too many decimals": ("目標値", "目標値", Decimal("1.23456"), "小数"),
    "half a number": ("基本目標", "番号", 1.5, "整数で"),
    "a date for a text": ("基本目標", "副題", date(2020, 3, 9), "Excel が日付に変えています"),
    "a date for a number": ("指標", "現状値", date(2020, 3, 9), "Excel が日付に変えています"),
    "no date": ("連携協定", "締結日", "平成28年ごろ", "2020-03-31 のように"),
    "a word that is no choice": ("指標", "目標の種類", "ふやす", "「増やす」"),
    "neither yes nor no": ("総合戦略", "トップページに表示する", "たぶん", "「はい」か「いいえ」"),
    "nothing where something must be": ("基本目標", "名称", None, "「名称」は必ず書きます"),
    "nothing in the key": ("基本目標", "番号", None, "「番号」は必ず書きます"),
    "a text too long": ("指標", "単位", "あ" * 21, "20"),
    "a code that is none": ("総合戦略", "全国地方公共団体コード", "12360", "6桁の数字"),
    "a slug that is none": ("総合戦略", "URLに使う名前", "北斗 3", "書き直して"),
    "an unknown goal": ("主要施策", "基本目標", 9, "「番号 9」はシート「基本目標」にありません"),
    "an unknown measure": ("指標", "主要施策", 9, "「基本目標 1・番号 9」はシート「主要施策」にありません"),
    "an unknown indicator": ("目標値", "番号", "9-9-9", "シート「指標」にありません"),
    "an unknown national goal": ("基本目標", "対応する国の基本目標", "9-基本-1", "シート「国の目標」にありません"),
    "a national goal written another way": ("基本目標", "対応する国の基本目標", "第2期 基本目標1", "2-基本-1 のように"),
    "an unknown partner, nearly known": ("協定の相手方", "相手方", "道南うみ街信金", "「道南うみ街信用金庫」のことですか"),
    "an unknown person": ("指標", "担当者", "nobody", "登録されていません"),
    "the same row twice": ("基本目標", "番号", 2, "2行目と同じ行です"),
    "a month that is none": ("指標", "確認時期（月）", 13, "12"),
    "a negative number of years": ("連携協定", "有効期間の年数", -1, "1"),
    "a year out of the plan": ("目標値", "適用する年度から", 1999, "計画の年度（2020～2024）の外"),
    "years out of order": ("総合戦略", "最後の年度", 2010, "最後の年度は、最初の年度以後"),
    "a term that does not fit its kind": ("連携協定", "有効期間の定め方", "締結日からの年数", "有効期間の定め方に合わせて"),
    "a range without an upper bound": ("指標", "目標の種類", "範囲に収める", "上限のない目標値"),
    "a total that has no number to reach": ("指標", "値の数え方", "期間累計（年度ごとに入力）", "「年度値」にしてください"),
    "a formula that was never calculated": ("基本目標", "副題", "=A1", "計算式"),
}
# Where the problem stands when that is not the cell itself.
ELSEWHERE = {"the same row twice": cell_of("基本目標", "番号", 3)}
# Which row is spoilt when that is not the first.
ROWS = {"a total that has no number to reach": {"目標の種類": "数値目標なし（増減を見る）"}}


@pytest.mark.parametrize("name", WRONG_CELLS)
def test_what_is_wrong_is_told_with_its_cell(plan, name):
    sheet, heading, value, text = WRONG_CELLS[name]
    place = cell_of(sheet, heading, _row_with(plan, sheet, ROWS.get(name, {})))
    problems = problems_of(edited(plan_book(plan), {place: value}))
    assert text in problems[ELSEWHERE.get(name, place)]


def _row_with(strategy: Strategy, sheet: str, wanted: dict[str, str]) -> int:
    """The number of the first exported row that shows those values."""
    columns = BY_NAME[sheet].by_heading
    rows = enumerate(rows_of(BY_NAME[sheet], strategy), start=2)
    return next(number for number, row in rows if all(columns[heading].kind.shown(columns[heading].get(row)) == text for heading, text in wanted.items()))


def test_a_plan_whose_years_cannot_be_read_tells_its_other_problems_too(plan):
    cells = {cell_of("総合戦略", "最初の年度"): "はじめ", cell_of("指標", "現状値"): "多い"}
    assert set(problems_of(edited(under_another_slug(plan, "hokuto-3"), cells))) == set(cells)


def test_all_problems_of_all_sheets_are_told_at_once_and_nothing_is_written(plan):
    wrong = {"基本目標": ("名称", None), "指標": ("現状値", "多い"), "連携協定": ("締結日", "昔"), "目標値": ("目標値", "無限")}
    data = edited(plan_book(plan), {cell_of(sheet, heading): value for sheet, (heading, value) in wrong.items()} | {cell_of("基本目標", "名称", 3): "よい名前"})
    before = contents(plan)
    with pytest.raises(PlanBookRefused) as refused:
        load_plan_book(as_book(data), by=None)
    places = [place_text(problem.place) for problem in refused.value.preview.problems]
    assert places == [cell_of(sheet, wrong[sheet][0]) for sheet in ("基本目標", "指標", "目標値", "連携協定")]
    assert contents(plan) == before


def test_an_unknown_heading_is_a_problem_with_a_suggestion(plan):
    problems = problems_of(edited(plan_book(plan), {"基本目標!B1": "名 称欄", "基本目標!C1": "備考欄"}))
    assert "「名称」のことですか" in problems["基本目標!B1"]
    assert "使える見出しは" in problems["基本目標!C1"]


def test_headings_in_another_width_are_understood(plan):
    data = edited(plan_book(plan), {cell_of("総合戦略", "URLに使う名前", 1): "ＵＲＬに使う名前", cell_of("指標", "基本目標", 1): " 基本目標 "})
    assert preview_plan_book(as_book(data)).problems == ()


def test_a_heading_that_rows_are_known_by_may_not_lack(plan):
    assert "見出し「番号」の列がありません" in problems_of(edited(plan_book(plan), {"基本目標!A1": None}))["基本目標!A1"]


def test_a_heading_that_stands_twice_is_a_problem(plan):
    assert "同じ見出しの列が2つ" in problems_of(edited(plan_book(plan), {"基本目標!C1": "名称"}))["基本目標!C1"]


def test_values_without_a_heading_are_a_problem(plan):
    assert "見出しのない列に値があります" in problems_of(edited(plan_book(plan), {"基本目標!Z3": "メモ", "基本目標!AA1": "名称"}))["基本目標!Z3"]


def test_a_column_that_new_rows_need_may_not_lack(plan):
    problems = problems_of(edited(plan_book(plan), {"基本目標!B1": None, "基本目標!A6": 9} | {f"基本目標!B{row}": None for row in range(2, 6)}))
    assert "見出し「名称」の列を足してください" in problems["基本目標!A6"]


def test_an_unknown_sheet_is_a_problem_with_a_suggestion(plan):
    book = openpyxl.load_workbook(io.BytesIO(plan_book(plan)))
    book["基本目標"].title = "基本目標（案）"
    problems = problems_of(saved(book))
    assert "「基本目標」のことですか" in problems["基本目標（案）!A1"]


def test_a_workbook_without_its_plan_says_so(plan):
    book = openpyxl.load_workbook(io.BytesIO(plan_book(plan)))
    del book["総合戦略"]
    assert "シート「総合戦略」がありません" in problems_of(saved(book))["総合戦略!A1"]


def test_the_empty_template_says_what_it_lacks(db):
    assert problems_of(template_book()) == {"総合戦略!A2": "計画の行がありません。2行目に、この計画のことを書いてください。"}


def test_two_plans_in_one_file_are_a_problem(plan):
    cells = {cell_of("総合戦略", heading, 3): value for heading, value in {"URLに使う名前": "b", "名称": "b"}.items()}
    assert "計画が2行以上あります" in problems_of(edited(plan_book(plan), cells))["総合戦略!A3"]


def test_a_second_plan_for_the_first_page_is_a_problem(plan):
    data = edited(under_another_slug(plan, "hokuto-3"), {cell_of("総合戦略", "トップページに表示する"): "はい"})
    assert "いまは「第2期総合戦略」を表示しています" in problems_of(data)[cell_of("総合戦略", "トップページに表示する")]


def test_what_changed_since_the_preview_is_not_written_over(plan):
    book = as_book(edited(plan_book(plan), {cell_of("基本目標", "名称"): "新しい名前"}))
    agreed = preview_plan_book(book).fingerprint()
    Goal.objects.filter(strategy=plan, number=1).update(name="別の人が変えた名前")
    with pytest.raises(PlanBookRefused) as refused:
        load_plan_book(book, by=None, agreed=agreed)
    assert refused.value.preview.changes[0].cells[0].old == "別の人が変えた名前"
    assert Goal.objects.get(strategy=plan, number=1).name == "別の人が変えた名前"


def test_what_breaks_in_the_middle_leaves_nothing(plan, monkeypatch):
    data, before = under_another_slug(plan, "hokuto-3"), contents(plan)
    monkeypatch.setattr(Agreement.history.model.objects, "bulk_create", None)
    with pytest.raises(TypeError), transaction.atomic():
        load_plan_book(as_book(data), by=None)
    assert not Strategy.objects.filter(slug="hokuto-3").exists()
    assert not Indicator.objects.exclude(strategy=plan).exists()
    assert contents(plan) == before


def test_a_plan_that_somebody_else_made_meanwhile_is_not_made_twice(plan):
    book = as_book(under_another_slug(plan, "hokuto-3"))
    agreed = preview_plan_book(book).fingerprint()
    load_plan_book(book, by=None, agreed=agreed)
    with pytest.raises(PlanBookRefused) as refused:
        load_plan_book(book, by=None, agreed=agreed)
    assert refused.value.preview.changes == ()


def test_a_real_figure_never_keeps_the_mark_of_the_sample(sample):
    row = _row_with(sample, "目標値", {"架空のサンプル値": "はい"})
    value, mark = cell_of("目標値", "目標値", row), cell_of("目標値", "架空のサンプル値", row)
    assert "「いいえ」にしてください" in problems_of(edited(plan_book(sample), {value: 85}))[mark]
    load_plan_book(as_book(edited(plan_book(sample), {value: 85, mark: "いいえ"})), by=None)
    assert not Target.objects.filter(is_sample=True).exists()


# Constraints told without the database


def test_every_check_constraint_can_be_told_without_the_database(db):
    make_full_plan()
    models = [spec.model for spec in SHEETS if any(isinstance(known, CheckConstraint) for known in spec.model._meta.constraints)]
    assert {Strategy, Indicator, Target, Agreement} <= set(models)
    for model in models:
        assert [broken_constraints(row) for row in model.objects.all()] == [[]] * model.objects.count()


@pytest.mark.parametrize(("model", "fields", "name"), [
    (Indicator, {"goal": None, "measure": None}, "indicator_of_goal_xor_measure"),
    (Indicator, {"target_kind": "range", "accumulation": "total"}, "indicator_totals_have_a_number_to_reach"),
    (Target, {"value": Decimal(5), "upper_value": Decimal(4)}, "target_bounds_in_order"),
    (Agreement, {"term_kind": "open_ended"}, "agreement_term_matches_kind"),
    (Strategy, {"on_track_from": Decimal("0.1")}, "strategy_thresholds_in_order"),
    (Strategy, {"limit_tolerance": Decimal(-1)}, "strategy_tolerances_not_negative"),
])
def test_a_broken_constraint_is_named(db, model, fields, name):
    make_full_plan()
    row = model.objects.first()
    for field, value in fields.items():
        setattr(row, field, value)
    assert [constraint.name for constraint in broken_constraints(row)] == [name]


# Any plan

LINES = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")) | st.sampled_from("\n\t'\"=+-@＝−△ｱ🎌_x000A_"), min_size=1, max_size=40)
TEXTS = LINES.filter(lambda text: text[:10].strip() and not text.startswith("#"))
NUMBERS = st.decimals(Decimal("-99999999999.9999"), Decimal("99999999999.9999"), places=4)


@given(text=TEXTS, number=NUMBERS, day=st.dates(date(1868, 1, 1), date(2200, 1, 1)), is_bare=st.booleans())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much])
def test_any_plan_comes_back_the_same(db, text, number, day, is_bare):
    with transaction.atomic():
        strategy = make_full_plan(text, number, day)
        if is_bare:
            empty_what_may_be(strategy)
        strategy.refresh_from_db()
        before, data = contents(strategy), plan_book(strategy)
        assert preview_plan_book(as_book(data)).changes == ()
        empty_the_database()
        load_plan_book(as_book(data), by=None)
        assert contents(Strategy.objects.get()) == before
        transaction.set_rollback(True)


@pytest.mark.parametrize("number", ["0.1", "-0.0001", "99999999999.9999", "-99999999999.9999", "12345678901.2345", "0", "0.29"])
def test_fifteen_digits_come_back_exactly(db, number):
    strategy = make_full_plan(number=Decimal(number))
    data = plan_book(strategy)
    empty_the_database()
    load_plan_book(as_book(data), by=None)
    assert Indicator.objects.get(breakdown="面積").baseline_value == Decimal(number)


# What the workbook looks like


def test_dates_are_dates_numbers_are_numbers_and_texts_are_texts(plan):
    book = openpyxl.load_workbook(io.BytesIO(plan_book(plan)))
    signed = book["連携協定"][cell_of("連携協定", "締結日").split("!")[1]]
    assert (signed.value.date(), signed.number_format) == (date(2016, 10, 24), "yyyy-mm-dd")
    assert book["指標"][cell_of("指標", "現状値").split("!")[1]].value == 234
    code = book["総合戦略"][cell_of("総合戦略", "全国地方公共団体コード").split("!")[1]]
    assert (code.value, code.number_format) == ("012360", "@")


def test_no_text_is_a_formula(db):
    strategy = make_full_plan("=HYPERLINK(1)")
    book = openpyxl.load_workbook(io.BytesIO(plan_book(strategy)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert book["基本目標"][cell_of("基本目標", "基本的方向").split("!")[1]].value == "'=HYPERLINK(1)"


def test_choices_are_offered_as_lists(plan):
    sheet = openpyxl.load_workbook(io.BytesIO(template_book()))["指標"]
    offered = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    letter = cell_of("指標", "目標の種類").split("!")[1].rstrip("2")
    assert offered[f"{letter}2:{letter}2001"].startswith('"増やす,減らす,')


def test_the_instructions_name_every_column_and_what_does_not_travel(db):
    sheet = openpyxl.load_workbook(io.BytesIO(template_book()))[GUIDE]
    rows = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    assert {(row[0], row[1]) for row in rows} >= {(spec.name, column.heading) for spec in SHEETS for column in spec.columns}
    assert any("実績はこのファイルに入れません" in row[0] for row in rows)


def test_the_template_has_every_sheet_and_no_row(db):
    book = as_book(template_book())
    assert [sheet.name for sheet in book.sheets] == [GUIDE, *BY_NAME]
    assert all(len(sheet.rows) == 1 for sheet in book.sheets if sheet.name != GUIDE)


# How much it asks and how long it takes


def grow(strategy: Strategy) -> None:
    for measure in [measure for goal in strategy.goals.all() for measure in goal.measures.all()]:
        make_initiative(measure=measure)
        for _ in range(3):
            make_target(indicator=make_indicator(measure=measure))
    make_measure(goal=make_goal(strategy=strategy))


def queries_of(run) -> int:
    with CaptureQueriesContext(connection) as captured:
        run()
    return len(captured)


def queries_of_all_ways(strategy: Strategy) -> list[int]:
    """Of an export, a preview of a new plan, and taking it in."""
    exported = queries_of(lambda: plan_book(strategy))
    book = as_book(under_another_slug(strategy, f"copy-{Strategy.objects.count()}"))
    return [exported, queries_of(lambda: preview_plan_book(book)), queries_of(lambda: load_plan_book(book, by=None))]


def test_more_rows_ask_no_more_queries(plan):
    exported, previewed, taken_in = queries_of_all_ways(plan)
    grow(plan)
    more = queries_of_all_ways(plan)
    assert more[:2] == [exported, previewed]
    # SQLite takes a thousand values at a time; 39 indicators and as many targets more are four such packets.
    assert more[2] - taken_in <= 4


def test_the_whole_plan_is_written_and_read_within_two_seconds(sample):
    times = []
    for run in (lambda: plan_book(sample), lambda: preview_plan_book(as_book(plan_book(sample)))):
        started = time.process_time()
        run()
        times.append(time.process_time() - started)
    assert max(times) < MOST_SECONDS, times


def test_a_reference_is_never_to_another_plans_rows(plan):
    other = make_strategy()
    make_actual(indicator=make_indicator(goal=make_goal(strategy=other)))
    load_plan_book(as_book(under_another_slug(plan, "hokuto-3")), by=None)
    third = Strategy.objects.get(slug="hokuto-3")
    for spec in SHEETS:
        for row in rows_of(spec, third):
            links = [getattr(row, field.name) for field in row._meta.fields if isinstance(field, ForeignKey)]
            assert {link.strategy_id for link in links if hasattr(link, "strategy_id")} <= {third.pk}
