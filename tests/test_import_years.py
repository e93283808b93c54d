"""Headings with a year, in every way they are written."""
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.fiscal import era_long, era_short
from importing.values.years import YearKind, read_year
from kpis.vocabulary import ValueState

FIRST_PLAN, SECOND_PLAN = range(2015, 2021), range(2020, 2025)
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
BLAME = ("不正", "無効", "誤った")


@pytest.mark.parametrize(("heading", "fiscal_year"), [
    ("令和6年度", 2024), ("R6", 2024), ("Ｒ６", 2024), ("2024", 2024), (Decimal(2024), 2024), ("2024年度", 2024), ("令和6(2024)年度", 2024),
    ("H31", 2019), ("R1", 2019), ("令和元年度", 2019), ("平成31年度", 2019), ("平成32年", 2020), ("R6実績", 2024), ("実績値（令和6年度）", 2024),
])
def test_a_year_is_read_from_every_spelling_of_it(heading, fiscal_year):
    read = read_year(heading)
    assert (read.fiscal_year, read.kind, read.problem) == (fiscal_year, YearKind.ACTUAL, "")


@pytest.mark.parametrize(("heading", "fiscal_year"), [
    ("令和 6 年度", 2024), ("令和６年度\n実績値", 2024), ("実績値 R6", 2024), ("r6", 2024), ("R06", 2024), ("㋿6年度", 2024), ("令6年度", 2024), ("R元年度", 2019),
    ("2024年度（令和6年度）", 2024), ("R6\n(2024)", 2024), ("平成31年度（令和元年度）", 2019), ("令和6年度末", 2024), ("令和6年度の実績", 2024),
    ("令和6年度実績値（単位：人）", 2024), ("S63", 1988), ("6年度(2024)", 2024), ("R6_実績", 2024),
])
def test_more_spellings_are_understood_than_the_common_ones(heading, fiscal_year):
    assert read_year(heading).fiscal_year == fiscal_year


@pytest.mark.parametrize("heading", [
    "対象指標", "目標", "評価", "備考", "", None, "指標", "単位", "目標値", "実績", "第1期実績", "第2年度", "前年度", "R6評価", "R6達成率", "令和6年度の取組内容", "R6コメント",
    "R5→R6", "R2～R6", "令和2～6年度", "2020-2024", "R6.3", "令和6年3月末", "R601", "KR6", "12024", "2,024", "32", "6", Decimal(6),
    Decimal("2024.5"), Decimal("NaN"),
    Decimal("1E+30"), True, date(2024, 4, 1),
])
def test_what_heads_no_values_of_one_year_is_left_alone(heading):
    assert read_year(heading, anchor=SECOND_PLAN) is None


@pytest.mark.parametrize(("heading", "kind"), [
    ("目標値（R6）", YearKind.TARGET), ("R6目標", YearKind.TARGET), ("目標値（令和6年度）", YearKind.TARGET), ("最終年度目標 R6", YearKind.TARGET),
    ("現状値（R6）", YearKind.BASELINE), ("基準値(令和6年度)", YearKind.BASELINE), ("計画策定時(R6)", YearKind.BASELINE),
])
def test_a_target_or_baseline_with_a_year_is_not_taken_for_an_actual(heading, kind):
    assert (read_year(heading).fiscal_year, read_year(heading).kind) == (2024, kind)


@pytest.mark.parametrize(("heading", "state"), [
    ("R6実績", None), ("R6実績見込", ValueState.PROJECTED), ("R6（見込み）", ValueState.PROJECTED), ("R6速報値", ValueState.PRELIMINARY),
    ("R6確定値", ValueState.CONFIRMED),
])
def test_a_heading_may_say_how_firm_its_values_are(heading, state):
    read = read_year(heading)
    assert (read.fiscal_year, read.kind, read.state) == (2024, YearKind.ACTUAL, state)


@pytest.mark.parametrize(("heading", "anchor", "fiscal_year"), [
    ("32年度", FIRST_PLAN, 2020), ("27年度", FIRST_PLAN, 2015), ("元年度", FIRST_PLAN, 2019), ("6年度", SECOND_PLAN, 2024),
    ("6年度実績", SECOND_PLAN, 2024),
])
def test_a_year_without_an_era_is_told_by_the_plan(heading, anchor, fiscal_year):
    assert read_year(heading, anchor=anchor).fiscal_year == fiscal_year


@pytest.mark.parametrize(("heading", "anchor"), [("32年度", None), ("40年度", SECOND_PLAN), ("2年度", range(1990, 2025))])
def test_a_year_without_an_era_asks_for_it_when_the_plan_does_not_tell(heading, anchor):
    read = read_year(heading, anchor=anchor)
    assert read.fiscal_year is None
    assert "どの元号の年度か分かりません" in read.problem


@pytest.mark.parametrize("heading", ["令和6(2023)年度", "2023年度（令和6年度）", "6年度(2023)"])
def test_two_years_that_contradict_each_other_are_a_problem(heading):
    read = read_year(heading)
    assert read.fiscal_year is None
    assert "互いに合いません" in read.problem
    assert not any(word in read.problem for word in BLAME)


@given(st.integers(min_value=1926, max_value=2050), st.sampled_from(["{}", "{}実績", "実績値（{}）", " {} "]))
def test_our_own_spellings_come_back(fiscal_year, pattern):
    for written in (era_short(fiscal_year), era_long(fiscal_year), f"{fiscal_year}年度", f"{era_long(fiscal_year)}（{fiscal_year}）"):
        assert read_year(pattern.format(written)).fiscal_year == fiscal_year


@given(st.one_of(st.text(), st.lists(st.sampled_from(["R", "令和", "平成", "6", "2024", "年度", "(", ")", "実績", "目標", "～", " "])).map("".join)))
def test_any_heading_is_read_or_left_alone_whatever_its_width(heading):
    read = read_year(heading, anchor=SECOND_PLAN)
    assert read is None or (read.fiscal_year is None) == bool(read.problem)
    assert read_year(heading.translate(WIDE), anchor=SECOND_PLAN) == read


@given(st.decimals())
def test_any_number_is_read_or_left_alone(number):
    read = read_year(number)
    assert read is None or read.fiscal_year == number
