"""A row's cells together, our own survey coming back, the admin's export, and any plan's values in any table."""
import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importing.book import Book, Cell
from importing.parse import LONG, SURVEY, WIDE, parse
from importing.recognition.repeats import SAID
from importing.records import Entry, KnownPlan
from importing.surveys.keys import KEYS_SHEET, RowKey, SurveyFacts, SurveyKeys, key_lines
from kpis.vocabulary import MissingReason, ValueState
from tests.parsed_tables import PLAN, book, cell, known, only_problem, parsed, sheet, values

HEADING = ["番号", "実績値", "値の状態", "未測定の理由", "公表予定の月", "要因・コメント", "根拠", "年度"]
PRELIMINARY, CONFIRMED = ValueState.PRELIMINARY, ValueState.CONFIRMED
AWAITING, NOT_SURVEYED, OTHER = MissingReason.AWAITING_PUBLICATION, MissingReason.NOT_SURVEYED, MissingReason.OTHER


def row(code="1-3-6", value="", state="", reason="", month="", comment="", evidence="") -> list:
    return [code, value, state, reason, month, comment, evidence, 2024]


def entry(**fields) -> Entry:
    """The one entry of one row."""
    result = parsed(HEADING, row(**fields))
    assert result.problems == ()
    assert len(result.entries) == 1
    return result.entries[0]


def problem(**fields) -> str:
    result = parsed(HEADING, row(**fields))
    assert result.entries == ()
    return only_problem(result)


def test_a_row_says_value_state_comment_and_evidence():
    found = entry(value=42, state="速報", comment="加工品が増えた", evidence="農林課調べ")
    assert (found.value, found.state, found.comment, found.evidence) == (42, PRELIMINARY, "加工品が増えた", "農林課調べ")


def test_what_a_file_does_not_say_stays_as_it_is():
    found = entry(value=42)
    assert (found.state, found.missing_reason, found.expected_month, found.comment, found.evidence, found.seen_version) == (None,) * 6


@pytest.mark.parametrize(("reason", "expected"), [
    ("公表待ち", AWAITING), ("調査なし", NOT_SURVEYED), ("事業未実施", MissingReason.NOT_IMPLEMENTED), ("その他", OTHER), ("集計中", AWAITING), ("not_surveyed", NOT_SURVEYED),
])
def test_a_reason_why_there_is_no_value(reason, expected):
    found = entry(reason=reason)
    assert (found.value, found.missing_reason) == (None, expected)


@pytest.mark.parametrize("month", [9, "9", "9月", "９月", "令和7年9月", "R7.9", "2025年9月", "9月予定", date(2025, 9, 1)])
def test_a_month_in_any_word(month):
    assert entry(reason="公表待ち", month=month).expected_month == 9


@pytest.mark.parametrize("month", [13, 0, "秋", "令和7年", "9月か10月"])
def test_what_is_no_month(month):
    assert "「9月」のように" in problem(reason="公表待ち", month=month)


def test_a_month_alone_is_doubted():
    assert "公表予定の月だけ" in entry(month="9月").warnings[0]


def test_a_value_and_a_reason_contradict_each_other():
    assert "実績値と未測定の理由の両方" in problem(value=0, reason="調査なし")


@pytest.mark.parametrize("value", ["－", "―", "…", "未測定", "", "公表待ち"])
def test_the_reason_settles_what_the_value_left_open(value):
    found = entry(value=value, reason="公表待ち", month=10)
    assert (found.missing_reason, found.expected_month, found.warnings) == (AWAITING, 10, ())


def test_two_reasons_contradict_each_other():
    assert "合いません" in problem(value="集計中", reason="調査なし")


def test_two_states_contradict_each_other():
    assert "「速報」、値の状態の欄では「確定値」で、合いません" in problem(value="42（速報値）", state="確定値")


@pytest.mark.parametrize("fields", [{"value": 1, "state": "たぶん"}, {"reason": "忘れた"}])
def test_an_unknown_word_lists_those_there_are(fields):
    assert "のどれかを書いてください" in problem(**fields)


def test_all_problems_of_one_row_at_once():
    result = parsed(HEADING, row(value="6.71ha", state="たぶん", month="秋"))
    assert [found.place.column for found in result.problems] == [1, 2, 4]


def test_a_state_alone_says_nothing():
    assert parsed(HEADING, row(state="確定値")).entries == ()


def test_a_comment_alone_is_taken():
    assert entry(comment="来年から集計").comment == "来年から集計"


@pytest.mark.parametrize("text", ["=1+1", "'=1+1", " 2行\n書く ", "'"])
def test_a_comment_is_taken_as_the_reader_gives_it(text):
    assert (entry(comment=text).comment, entry(evidence=text).evidence) == (text, text)


def test_what_stands_beside_a_value_is_kept_beside_it():
    found = entry(value="約1,800品（うち新規8品）")
    assert (found.value, found.note, found.comment) == (1800, "約、うち新規8品", None)


def test_the_state_in_a_heading_is_that_of_its_values():
    assert parsed(["番号", "R6実績（速報値）"], ["1-3-6", 42]).entries[0].state is PRELIMINARY


@pytest.mark.parametrize(("word", "is_met"), [("実施した", True), ("実施していない", False), ("はい", True)])
def test_a_qualitative_indicator_is_answered_in_words(word, is_met):
    found = entry(code="4-9-9", value=word, evidence="要綱")
    assert (found.value, found.is_met) == (None, is_met)


def test_the_words_of_a_qualitative_indicator_are_no_number():
    assert "数として読めません" in problem(value="実施した")


@pytest.mark.parametrize("heading", ["令和6年度の要因", "R6コメント"])
def test_a_comment_of_one_of_several_years(heading):
    result = parsed(["番号", "R5実績", "R6実績", heading], ["1-3-6", 30, 42, "加工品"])
    assert [(found.fiscal_year, found.comment) for found in result.entries] == [(2023, None), (2024, "加工品")]


def test_a_comment_of_no_year_in_particular_is_not_read_and_said():
    result = parsed(["番号", "R5実績", "R6実績", "要因"], ["1-3-6", 30, 42, "加工品"])
    assert [found.comment for found in result.entries] == [None, None]
    assert result.notes == ("シート「実績」で、どの年度のものか分からないので読まなかった列: D1「要因」",)


# ---- the admin's own export ------------------------------------------------------------------------------------------

EXPORT = ["戦略", "番号", "内訳", "指標名", "年度", "実績値", "単位", "値の状態", "未測定の理由", "公表予定の月", "実施した（定性の指標）", "要因・コメント", "根拠", "架空のサンプル値"]


def test_the_export_of_actuals_comes_back():
    result = parsed(
        EXPORT,
        ["hokuto-2", "1-3-4", "面積", "醸造用ブドウ栽培戸数・面積", 2024, 6.7, "ha", "確定値", "", "", "", "植えた", "調べ", "いいえ"],
        ["hokuto-2", "3-1-4", "", "潜在的待機児童数（北海道定義、年度当初）", 2023, "", "名", "確定値", "公表待ち", 9, "", "", "", "いいえ"],
        ["hokuto-2", "4-9-9", "", "相談窓口の設置", 2024, "", "", "確定値", "", "", "はい", "", "要綱", "いいえ"],
        ["hokuto-2", "1-3-6", "", "新規開発特産品数", 2024, "", "品", "確定値", "", "", "", "", "", "いいえ"],
    )
    assert (result.form, result.problems, result.notes) == (LONG, (), ())
    area, waiting, office = result.entries
    assert (area.value, area.state, area.comment, area.evidence) == (Decimal("6.7"), CONFIRMED, "植えた", "調べ")
    assert (waiting.missing_reason, waiting.expected_month) == (AWAITING, 9)
    assert office.is_met is True
    assert not any(found.warnings for found in result.entries)


# ---- our own survey --------------------------------------------------------------------------------------------------

SURVEY_HEADING = [
    "番号", "指標名（内訳）", "書き方", "単位", "現状値", "R5実績", "目標", "目安", "前年度のコメント", "期限・担当者",
    "実績値", "値の状態", "未測定の理由", "公表予定の月", "要因・コメント", "根拠",
]
ASKED = {
    "1-3-6": ["1-3-6", "新規開発特産品数", "", "品", 1, 30, 50, 40, "去年の話", "5月末"],
    "1-3-4 面積": ["1-3-4", "醸造用ブドウ栽培戸数・面積（面積）", "", "ha", 1, 5.1, 20, 10, "", ""],
    "1-3-7": ["1-3-7", "新規起業・創業者数", "", "名", 1, 8, 20, 10, "", ""],
}
KEYS = tuple(RowKey("実績入力", place, code, part, 2024, version) for place, code, part, version in (
    (6, "1-3-6", "", 3), (7, "1-3-4", "面積", 0), (8, "1-3-7", "", 1),
))
TITLE = (["第2期総合戦略　令和6年度の実績　調査票"], ["担当課 農林課　提出期限 令和7年5月30日"], ["黄色の欄に"], [""])


def keys_sheet(rows=KEYS, strategy="hokuto-2", fiscal_year=2024):
    facts = SurveyFacts(strategy, fiscal_year, "農林課", "2025-04-10", 5, 11)
    return sheet(key_lines(SurveyKeys(facts, rows)), KEYS_SHEET, is_hidden=True)


def survey(*rows, name="実績入力", keys=None, heading=SURVEY_HEADING) -> Book:
    guide = sheet((["記入のしかた"], ["番号", "実績値"]), "記入のしかた")
    return book(guide, sheet((*TITLE, heading, *rows), name), *([keys_sheet()] if keys is None else keys))


def answered(which: str, *answer) -> list:
    return [*ASKED[which], *answer]


def test_a_survey_comes_back_with_the_versions_it_was_written_with():
    result = parse(survey(answered("1-3-6", 42, "速報", "", "", "増えた", "調べ"), answered("1-3-4 面積", "6.7"), answered("1-3-7")), PLAN)
    assert result.form == SURVEY
    assert values(result) == {("1-3-6", 2024): 42, ("1-3-4 面積", 2024): Decimal("6.7")}
    assert [(found.seen_version, found.comment) for found in result.entries] == [(3, "増えた"), (0, None)]


def test_rows_of_a_survey_may_be_sorted_and_bands_and_notes_put_between():
    rows = (["1 しごと"], answered("1-3-7", 9), ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "追記"][:1], answered("1-3-6", 42), answered("1-3-4 面積"))
    result = parse(survey(*rows), PLAN)
    assert values(result) == {("1-3-7", 2024): 9, ("1-3-6", 2024): 42}
    assert [found.seen_version for found in result.entries] == [1, 3]


def test_deleted_rows_of_a_survey_change_nothing_and_are_said():
    result = parse(survey(answered("1-3-6", 42), answered("1-3-7")), PLAN)
    assert values(result) == {("1-3-6", 2024): 42}
    assert result.notes[0] == "調査票にあった行がありません（1-3-4 面積）。その指標は変えません。"


def test_a_cell_of_a_survey_that_was_emptied_erases_nothing_and_is_said():
    result = parse(survey(answered("1-3-6", 42), answered("1-3-4 面積"), answered("1-3-7")), PLAN)
    assert values(result) == {("1-3-6", 2024): 42}
    assert result.notes == ("入力済みだった欄が空になっています（1-3-7）。今の値のままにします。値がないときは、「未測定の理由」を選んでください。",)


def test_a_cell_of_a_survey_that_cannot_be_read_was_not_emptied():
    result = parse(survey(answered("1-3-6", 42), answered("1-3-4 面積"), answered("1-3-7", "六十")), PLAN)
    assert (len(result.problems), result.notes) == (1, ())


def test_an_added_row_of_a_survey_is_read_by_its_code_and_has_no_version():
    rows = (answered("1-3-6"), answered("1-3-4 面積"), answered("1-3-7"), ["1-1-1", "", "", "", "", "", "", "", "", "", 5])
    result = parse(survey(*rows), PLAN)
    assert [(found.indicator.code, found.seen_version) for found in result.entries] == [("1-1-1", None)]


def test_a_renamed_sheet_of_a_survey_is_still_known():
    result = parse(survey(answered("1-3-6", 42), answered("1-3-4 面積"), answered("1-3-7"), name="農林課"), PLAN)
    assert (result.form, [found.seen_version for found in result.entries]) == (SURVEY, [3])


def test_a_row_of_a_survey_whose_number_was_erased_is_known_by_its_place():
    erased = ["", "", *ASKED["1-3-6"][2:], 42]
    result = parse(survey(erased, answered("1-3-4 面積"), answered("1-3-7")), PLAN)
    assert values(result) == {("1-3-6", 2024): 42}


def test_a_row_whose_number_was_erased_is_not_taken_for_one_that_stands_elsewhere():
    erased = ["", "", *ASKED["1-3-7"][2:], 9]
    result = parse(survey(erased, answered("1-3-6", 42), answered("1-3-4 面積"), answered("1-3-7")), PLAN)
    assert "どの指標の値か分かりません" in only_problem(result)


def test_earlier_years_in_a_survey_are_never_taken():
    assert parse(survey(*(answered(which) for which in ASKED)), PLAN).entries == ()


def test_a_survey_without_its_keys_is_read_by_its_headings_and_says_so():
    result = parse(survey(answered("1-3-6", 42), answered("1-3-7"), keys=()), PLAN)
    assert (result.form, values(result)) == (SURVEY, {("1-3-6", 2024): 42})
    assert any("隠しシートがない" in note for note in result.notes)
    assert result.entries[0].seen_version is None


def test_a_survey_of_another_strategy_is_one_clear_problem():
    result = parse(survey(answered("1-3-6", 42), answered("1-3-7", "x"), keys=(keys_sheet(strategy="hokuto-3"),)), PLAN)
    assert "別の戦略（hokuto-3）の調査票です" in only_problem(result)
    assert result.entries == ()


def test_a_survey_of_a_year_outside_the_plan_is_one_clear_problem():
    result = parse(survey(answered("1-3-6", 42), keys=(keys_sheet(fiscal_year=2025),)), PLAN)
    assert "2025年度の調査票です" in only_problem(result)


def test_a_survey_whose_headings_are_gone_says_so():
    assert "「実績入力」の表が見つかりません" in only_problem(parse(survey(answered("1-3-6", 42), heading=["x"]), PLAN))


# ---- anything --------------------------------------------------------------------------------------------------------

NUMBERS = st.decimals(min_value=-10**9, max_value=10**9, places=2, allow_nan=False)
ANSWERS = st.dictionaries(st.tuples(st.sampled_from(PLAN.indicators[:13]), st.sampled_from(PLAN.fiscal_years)), NUMBERS, min_size=1, max_size=30)
TITLES = st.lists(st.sampled_from(["第2期総合戦略 実績調書", "（農林課）", "令和7年5月1日現在", ""]), max_size=3)
NOTES = st.lists(st.sampled_from(["※ 速報値を含みます。", "注 累計です。", ""]), max_size=3)


def as_written(answers) -> dict:
    return {(found.key, year): value for (found, year), value in answers.items()}


def as_read(result) -> dict:
    assert result.problems == ()
    return {(found.indicator.key, found.fiscal_year): found.value for found in result.entries}


def around(titles, table, notes):
    return [*([title] for title in titles), *table, *([note] for note in notes)]


@given(ANSWERS, TITLES, NOTES, st.permutations(range(7)), st.booleans())
def test_any_values_in_a_wide_table_are_read_back(answers, titles, notes, order, has_codes):
    heads = ["番号" if has_codes else "備考", "内訳", "指標名", *(f"令和{year - 2018}年度実績" for year in PLAN.fiscal_years)]
    order = [*order, 7]
    rows = []
    for found in dict.fromkeys(found for found, _ in answers):
        row = [found.code if has_codes else "", found.breakdown, found.names[0], *(answers.get((found, year)) for year in PLAN.fiscal_years)]
        rows.append([row[place] for place in order])
    result = parse(book(sheet(around(titles, [[heads[place] for place in order], *rows], notes))), PLAN)
    assert as_read(result) == as_written(answers)
    assert result.form == WIDE


@given(ANSWERS, TITLES, NOTES, st.permutations(range(5)), st.randoms())
def test_any_values_in_a_long_table_are_read_back(answers, titles, notes, order, chance):
    heads = ["指標名", "内訳", "年度", "実績値", "備考"]
    rows = [[found.names[0], found.breakdown, f"R{year - 2018}", value, "備考99"] for (found, year), value in answers.items()]
    chance.shuffle(rows)
    table = [[row[place] for place in order] for row in [heads, *rows]]
    result = parse(book(sheet(around(titles, table, notes))), PLAN)
    assert as_read(result) == as_written(answers)
    assert result.form == LONG


WORDS = st.one_of(
    st.sampled_from(["番号", "指標名", "内訳", "年度", "実績値", "令和6年度", "R5", "目標", "1-3-6", "新規開発特産品数", "面積", "〃", "－", "合計", "42", "", "※"]),
    st.text(max_size=12),
    st.integers(-10**6, 10**6),
    st.dates(),
)
AREAS = st.tuples(st.integers(0, 9), st.integers(0, 6), st.integers(0, 9), st.integers(0, 6))


@given(st.lists(st.lists(WORDS, max_size=7), max_size=10), st.lists(AREAS, max_size=3))
def test_no_grid_of_texts_is_too_much(rows, merged):
    result = parse(book(sheet(rows, merged=tuple(merged))), PLAN)
    assert all(found.text and "None" not in found.text for found in result.problems)


def test_ten_thousand_rows_are_parsed_in_well_under_a_second():
    plan = PLAN.__class__(tuple(known(n, f"{n // 100}-{n // 10 % 10}-{n}", f"指標その{n}") for n in range(2_000)), range(2020, 2025), "hokuto-2")
    rows = [["hokuto-2", f.code, "", f.names[0], year, f.key * 7 + year, "人", "確定値", "", "", "", "", "", "いいえ"] for f in plan.indicators for year in plan.fiscal_years]
    filled = sheet([EXPORT, *rows])
    started = time.process_time()
    result = parse(book(filled), plan)
    took = time.process_time() - started
    assert (len(result.entries), result.problems) == (10_000, ())
    assert took < 3, f"{took:.2f} s"


def test_repeats_compare_everything_that_a_file_may_say():
    said = set(Entry.__dataclass_fields__) - {"place", "indicator", "fiscal_year", "written", "warnings", "note"}
    assert said == set(SAID)


def test_a_cell_of_the_tests_is_what_the_reader_makes_of_it():
    assert cell(6.7) == Cell(Decimal("6.7"))


def test_two_values_in_one_cell_are_sent_to_the_indicators_own_breakdown_rows():
    plan = KnownPlan((known(1, "1-3-4", "醸造用ブドウ", "戸", "戸数"), known(2, "1-3-4", "醸造用ブドウ", "ha", "面積")), range(2020, 2025))
    result = parsed(["番号", "内訳", "R6実績"], ["1-3-4", "戸数", "4戸32.3ha"], plan=plan)
    (found,) = result.problems
    assert "「戸数」「面積」の行" in found.remedy
    assert (found.indicator.breakdown, found.fiscal_year) == ("戸数", 2024)


def test_the_same_value_twice_with_two_comments_says_that_the_comments_differ():
    result = parsed(HEADING, row(value=5, comment="豊作"), row(value=5, comment="凶作"))
    assert [found.text for found in result.problems] == [
        "同じ指標・年度の値が実績!B3にもあり、値のほかの欄（要因・コメント）が違います。",
        "同じ指標・年度の値が実績!B2にもあり、値のほかの欄（要因・コメント）が違います。",
    ]


def test_a_column_that_counts_the_rows_is_no_code_even_with_notes_below_it():
    result = parsed(["No", "指標名", "R6実績"], [1, "農家1戸当たり経営規模", 6.9], [2, "観光入込客数", 76], ["※ 速報値です。", "", ""], plan=PLAN)
    assert values(result) == {("1-3-2", 2024): Decimal("6.9"), ("1-2-1", 2024): 76}
