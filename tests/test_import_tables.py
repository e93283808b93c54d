"""Sheets as they really arrive: one case per line of the section "Sheets" of what was met in fifty governments' files."""
from datetime import date, datetime
from decimal import Decimal

import pytest

from importing.book import Cell
from importing.parse import LONG, WIDE, parse
from importing.reader import read_book
from tests.awkward_books import an_actuals_sheet, by_xlsxwriter
from tests.parsed_tables import PLAN, book, only_problem, parsed, sheet, values

HEADING = ["番号", "内訳", "指標名", "令和5年度", "令和6年度"]
ROW = ["1-3-6", "", "新規開発特産品数", 30, 42]
R5, R6 = ("1-3-6", 2023), ("1-3-6", 2024)
BOTH = {R5: 30, R6: 42}


def test_a_plain_wide_table_is_read():
    result = parsed(HEADING, ROW, ["1-3-4", "面積", "醸造用ブドウ栽培戸数・面積", 5.1, 6.7])
    assert values(result) == BOTH | {("1-3-4 面積", 2023): Decimal("5.1"), ("1-3-4 面積", 2024): Decimal("6.7")}
    assert (result.form, result.notes) == (WIDE, ())


def test_an_entry_says_where_it_stands_and_what_is_written_there():
    entry = parsed(HEADING, ["1-3-6", "", "", "", "４２品"]).entries[0]
    assert (entry.place.sheet, entry.place.row, entry.place.column, entry.written, entry.value) == ("実績", 1, 4, "４２品", 42)


def test_title_rows_above_the_heading_are_no_rows_of_the_table():
    assert values(parsed(["第2期総合戦略 実績調書"], ["（農林課）"], [], HEADING, ROW)) == BOTH


def test_a_heading_in_two_rows_with_merged_cells():
    heading = (["番号", "指標名", "令和5年度", "", "令和6年度", ""], ["", "", "目標", "実績", "目標", "実績"])
    merged = ((0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 0, 5))
    result = parsed(*heading, ["1-3-6", "新規開発特産品数", 40, 30, 50, 42], merged=merged)
    assert values(result) == BOTH


def test_a_heading_in_two_rows_whose_cells_are_not_merged():
    heading = (["", "", "令和5年度", "", "令和6年度", ""], ["番号", "指標名", "目標", "実績", "目標", "実績"])
    assert values(parsed(*heading, ["1-3-6", "新規開発特産品数", 40, 30, 50, 42])) == BOTH


def test_years_below_one_heading_of_results():
    heading = (["番号", "指標名", "目標値", "", "実績値", ""], ["", "", "R5", "R6", "R5", "R6"])
    merged = ((0, 2, 0, 3), (0, 4, 0, 5))
    assert values(parsed(*heading, ["1-3-6", "新規開発特産品数", 40, 50, 30, 42], merged=merged)) == BOTH


def test_a_heading_in_three_rows():
    heading = (["番号", "指標名", "指標の推移", ""], ["", "", "令和5年度", "令和6年度"], ["", "", "実績", "実績"])
    merged = ((0, 0, 2, 0), (0, 1, 2, 1))
    assert values(parsed(*heading, ["1-3-6", "新規開発特産品数", 30, 42], merged=merged)) == BOTH


def test_merged_cells_in_a_key_column_stand_in_all_their_rows():
    rows = (HEADING, ["1-3-4", "戸数", "醸造用ブドウ栽培戸数・面積", "", 4], ["", "面積", "", "", 6.7])
    found = values(parsed(*rows, merged=((1, 0, 2, 0), (1, 2, 2, 2))))
    assert found == {("1-3-4 戸数", 2024): 4, ("1-3-4 面積", 2024): Decimal("6.7")}


@pytest.mark.parametrize("mark", ["〃", "々", "同上", "”", '"', "（同上）"])
def test_the_same_as_above(mark):
    rows = (["番号", "年度", "実績値"], ["1-3-6", "R5", 30], [mark, "R6", 42])
    assert values(parsed(*rows)) == BOTH


def test_the_same_as_above_goes_on_over_many_rows():
    rows = (["番号", "年度", "実績値"], ["1-3-6", "R4", 20], ["〃", "R5", 30], ["〃", "R6", 42])
    assert values(parsed(*rows)) == BOTH | {("1-3-6", 2022): 20}


def test_the_same_as_above_is_no_number():
    assert "上と同じ数を書いてください" in only_problem(parsed(["番号", "令和6年度"], ["1-3-6", 42], ["1-3-7", "〃"]))


def test_a_name_written_once_beside_its_first_part():
    rows = (["指標名", "内訳", "令和6年度"], ["醸造用ブドウ栽培戸数・面積", "戸数", 4], ["", "面積", 6.7])
    assert values(parsed(*rows)) == {("1-3-4 戸数", 2024): 4, ("1-3-4 面積", 2024): Decimal("6.7")}


def test_blank_rows_and_rows_without_values_are_passed_over():
    assert values(parsed(HEADING, [], ["基本目標1 しごとをつくる"], ROW, [], ["9-9-9", "", "知らない指標"])) == BOTH


@pytest.mark.parametrize("note", ["※ 令和6年度は速報値です。", "注1）R5は再集計", "（注）", "備考 5品を除く", "＊印は累計"])
def test_notes_below_are_no_rows(note):
    assert values(parsed(HEADING, ROW, [], [note], [note, "", "", "", "9月に公表"])) == BOTH


def test_sums_are_passed_over_and_said():
    result = parsed(HEADING, ROW, ["", "", "合計", 30, 42])
    assert values(result) == BOTH
    assert result.notes == ("実績!3行目の「合計」の行は、合計なので読みませんでした。",)


def test_hidden_sheets_are_passed_over_and_said():
    hidden = sheet((HEADING, ["1-3-6", "", "", 1, 1]), "控え", is_hidden=True)
    result = parse(book(sheet((HEADING, ROW)), hidden), PLAN)
    assert values(result) == BOTH
    assert result.notes == ("非表示のシート「控え」は読みませんでした。",)


def test_values_in_hidden_rows_are_taken_and_said():
    result = parsed(HEADING, ROW, ["1-3-7", "", "", "", 9], hidden_rows=frozenset({2}))
    assert values(result) == BOTH | {("1-3-7", 2024): 9}
    assert result.notes == ("シート「実績」の非表示の行（3行目）の値も読みました。",)


def test_the_reader_says_which_rows_are_hidden():
    assert read_book(by_xlsxwriter(an_actuals_sheet), "a.xlsx").sheets[0].hidden_rows == {1}


def test_a_sheet_without_results_is_passed_over_and_said():
    result = parse(book(sheet((["記入のしかた"],), "説明"), sheet((HEADING, ROW))), PLAN)
    assert values(result) == BOTH
    assert result.notes == ("シート「説明」には、実績の表がないので読みませんでした。",)


def test_columns_repeated_per_year_only_results_are_values():
    heading = ["番号", "R5目標", "R5実績", "R5達成率", "R5評価", "R6目標", "R6実績", "R6達成率", "備考"]
    result = parsed(heading, ["1-3-6", 40, 30, 0.75, "△", 50, 42, 0.84, "7品増"])
    assert values(result) == BOTH
    assert result.notes == ()


@pytest.mark.parametrize("heading", ["目標", "目標値", "現状値", "R6目標", "評価", "備考", "対象指標の目標", "令和6年度達成率", "前年度実績", "達成度"])
def test_no_value_comes_from_a_column_of_something_else(heading):
    assert values(parsed(["番号", heading, "R6実績"], ["1-3-6", 99, 42])) == {R6: 42}


def test_a_column_that_nobody_knows_is_said():
    assert parsed(["番号", "R6実績", "R6見通し率"], ["1-3-6", 42, 99]).notes == ("シート「実績」で読まなかった列: C1「R6見通し率」",)


def test_the_same_year_twice_in_the_heading_is_read_once():
    result = parsed(["番号", "R6実績", "令和6年度"], ["1-3-6", 42, 42])
    assert values(result) == {R6: 42}
    assert result.notes == ("同じ値が2回書かれているものが1件あります（実績!C2）。1回だけ読みました。",)


def test_three_hundred_columns():
    heading, row = ["番号", *(f"参考{place}" for place in range(298)), "R6実績"], ["1-3-6", *range(298), 42]
    result = parsed(heading, row)
    assert values(result) == {R6: 42}
    assert "ほか" in result.notes[0]


def test_formulas_left_at_zero_are_doubted_as_a_whole_column():
    result = parsed(["番号", "R5実績", "R6実績"], *([code, 5, 0] for code in ("1-1-1", "1-1-2", "1-1-3", "1-3-6")))
    doubted = {entry.fiscal_year: bool(entry.warnings) for entry in result.entries}
    assert doubted == {2023: False, 2024: True}
    assert "計算式" in result.entries[1].warnings[0]


def test_a_zero_among_numbers_is_a_zero():
    result = parsed(["番号", "R6実績"], ["1-1-1", 0], ["1-1-2", 0], ["1-1-3", 0], ["1-3-6", 42])
    assert not any(entry.warnings for entry in result.entries)


def test_the_whole_row_pasted_twice_with_the_same_values_is_a_note():
    result = parsed(HEADING, ROW, ROW)
    assert values(result) == BOTH
    assert result.notes == ("同じ値が2回書かれているものが2件あります（実績!D3、実績!E3）。1回だけ読みました。",)


def test_the_whole_row_pasted_twice_with_another_value_names_both_cells():
    result = parsed(HEADING, ROW, ["1-3-6", "", "", 30, 43])
    assert [(problem.place.row, problem.written) for problem in result.problems] == [(1, "42"), (2, "43")]
    assert "実績!E3" in result.problems[0].text
    assert "実績!E2" in result.problems[1].text
    assert [entry.fiscal_year for entry in result.entries] == [2023]


def test_the_same_indicator_on_two_sheets_with_different_values():
    result = parse(book(sheet((HEADING, ROW), "農林課"), sheet((HEADING, ["1-3-6", "", "", "", 40]), "集計")), PLAN)
    assert [problem.place.sheet for problem in result.problems] == ["農林課", "集計"]
    assert "集計!E2" in result.problems[0].text


def test_a_heading_repeated_on_every_page_starts_the_table_anew():
    assert values(parsed(HEADING, ROW, HEADING, ["1-3-7", "", "", "", 9])) == BOTH | {("1-3-7", 2024): 9}


def test_tables_with_other_columns_below_each_other():
    result = parsed(["番号", "R6実績"], ["1-3-6", 42], [], ["指標名", "単位", "R5実績"], ["新規起業・創業者数", "名", 8])
    assert values(result) == {R6: 42, ("1-3-7", 2023): 8}


def test_tables_below_each_other_with_their_own_years():
    rows = (["令和5年度"], ["番号", "実績値"], ["1-3-6", 30], ["令和6年度"], ["番号", "実績値"], ["1-3-6", 42])
    assert values(parsed(*rows)) == BOTH


def test_a_year_in_the_title_only_is_taken_and_said():
    result = parsed(["令和6年度 実績報告（令和7年5月1日現在）"], ["番号", "実績値"], ["1-3-6", 42])
    assert values(result) == {R6: 42}
    assert result.notes == ("実績!B2の「実績値」は、表題から令和6年度の値と読みました。",)


@pytest.mark.parametrize("title", ["実績報告", "令和5年度・令和6年度の実績"])
def test_a_value_whose_year_nobody_says_is_a_problem(title):
    result = parsed([title], ["番号", "実績値"], ["1-3-6", 42])
    assert "どの年度の値か分かりません" in only_problem(result)
    assert result.entries == ()


def test_a_year_before_the_plan_is_no_value_of_it_and_said():
    result = parsed(["番号", "H30", "R6"], ["1-3-6", 7, 42])
    assert values(result) == {R6: 42}
    assert result.notes == ("実績!B1の「H30」は計画の年度（2020～2024）の外なので、読みませんでした。",)


def test_a_heading_whose_years_contradict_each_other_is_a_problem():
    assert "互いに合いません" in only_problem(parsed(["番号", "令和6(2023)年度"], ["1-3-6", 42]))


def test_the_long_form_is_one_row_per_indicator_and_year():
    result = parsed(["番号", "内訳", "年度", "実績値"], ["1-3-6", "", "R5", 30], ["1-3-6", "", 2024, 42], ["1-3-4", "面積", "令和6年度", "6.7ha"])
    assert values(result) == BOTH | {("1-3-4 面積", 2024): Decimal("6.7")}
    assert result.form == LONG


@pytest.mark.parametrize(("year", "problem"), [
    ("", "年度が書かれていません"), ("来年", "「来年」は年度として読めません"), (2030, "計画の年度（2020～2024）の外です"), (6, "年度として読めません"),
])
def test_a_row_whose_year_cannot_be_read(year, problem):
    assert problem in only_problem(parsed(["番号", "年度", "実績値"], ["1-3-6", year, 30]))


def test_the_years_of_a_merged_cell_and_of_rows_that_inherit_their_indicator():
    rows = (["指標名", "年度", "実績値"], ["新規開発特産品数", "R5", 30], ["", "R6", 42])
    assert values(parsed(*rows)) == BOTH


def test_all_problems_of_all_rows_at_once_in_the_order_of_the_file():
    result = parsed(HEADING, ["1-3-6", "", "", "多い", "6.71ha"], ["9-9-9", "", "", 1, 1], ["1-3-7", "", "", datetime(2024, 3, 9), 3])
    assert [(problem.place.row, problem.place.column, problem.written) for problem in result.problems] == [
        (1, 3, "多い"), (1, 4, "6.71ha"), (2, 0, "9-9-9"), (3, 3, "2024-03-09T00:00:00"),
    ]
    assert all(problem.text.endswith("。") and problem.remedy for problem in result.problems)
    assert [entry.value for entry in result.entries] == [3]


def test_the_year_of_a_heading_is_never_overruled_by_a_column_of_years():
    result = parsed(["番号", "年度", "R5実績", "R6実績"], ["1-3-6", "R2", 30, 42])
    assert (values(result), result.form) == (BOTH, WIDE)


def test_of_two_value_columns_in_a_long_table_the_second_is_not_read_and_said():
    result = parsed(["番号", "年度", "実績値", "実数"], ["1-3-6", "R6", 42, 99])
    assert values(result) == {R6: 42}
    assert result.notes == ("シート「実績」で、どの年度のものか分からないので読まなかった列: D1「実数」",)


def test_an_earlier_year_beside_the_value_of_a_long_table_is_no_value():
    assert values(parsed(["番号", "年度", "R5実績", "実績値"], ["1-3-6", "R6", 30, 42])) == {R6: 42}


def test_a_code_that_excel_turned_into_a_date_is_matched_by_name_and_said():
    entry = parsed(HEADING, [date(2001, 3, 6), "", "新規開発特産品数", "", 42]).entries[0]
    assert (entry.indicator.code, entry.warnings) == ("1-3-6", ("番号が Excel で日付に変わっているため、指標名で合わせました。",))


def test_a_code_that_excel_turned_into_a_date_without_a_name():
    assert "日付に変わっています" in only_problem(parsed(["番号", "令和6年度"], [date(2001, 3, 6), 42]))


def test_a_column_that_only_counts_the_rows_is_no_code():
    result = parsed(["No.", "指標名", "令和6年度"], [1, "新規開発特産品数", 42], [2, "新規起業・創業者数", 9])
    assert values(result) == {R6: 42, ("1-3-7", 2024): 9}
    assert result.notes == ("「No.」の列は指標の番号ではないので、指標名で合わせました。",)


def test_another_unit_in_the_column_of_units_is_doubted_another_scale_is_a_problem():
    rows = (["番号", "単位", "R6"], ["1-3-6", "件", 42], ["1-2-1", "人", 520000], ["1-1-2", "人", 7])
    result = parsed(*rows)
    assert "単位の列が「件」です" in result.entries[0].warnings[0]
    assert result.entries[1].warnings == ()
    assert "「万人」で書き直し" in only_problem(result)


def test_a_lone_dash_among_numbers_is_asked_about():
    assert "0のことですか" in only_problem(parsed(["番号", "R6"], ["1-3-6", 42], ["1-3-7", "－"]))


def test_a_column_of_nothing_but_dashes_is_a_year_that_has_not_come():
    result = parsed(["番号", "R5", "R6"], ["1-3-6", 30, "－"], ["1-3-7", 8, "―"])
    assert values(result) == {R5: 30, ("1-3-7", 2023): 8}
    assert result.notes == ("実績!C2の列は、「－」のような印だけで数がないので、未入力のままにしました（2か所）。",)


def test_a_file_without_any_table_says_what_was_looked_for():
    assert "番号か指標名の列" in only_problem(parsed(["会議録"], ["出席者", "3名"]))


def test_rows_of_another_strategy_are_problems():
    result = parsed(["戦略", "番号", "年度", "実績値"], ["hokuto-3", "1-3-6", "R6", 42], ["hokuto-2", "1-3-7", "R6", 9])
    assert "戦略「hokuto-3」の行です" in only_problem(result)
    assert [entry.indicator.code for entry in result.entries] == ["1-3-7"]


def test_per_cent_by_its_format():
    result = parsed(["番号", "内訳", "R6"], ["3-3-1", "小学校", Cell(Decimal("0.0063"), "0.00%")])
    assert values(result) == {("3-3-1 小学校", 2024): Decimal("0.63")}
