"""The judgement of a plan that was revised: extended, with indicators added, ended and split, and milestones decided on the way."""
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.explanation import explain
from kpis.facts import ActualValue, Milestone, Outside, PeriodEnd, TargetValue
from kpis.progress import judge
from kpis.vocabulary import Status
from tests.test_progress import FIRST, HOW, KIND, LAST, RATED_KINDS, at, facts, figures, judged, values

TO_R7 = (PeriodEnd(2024, 2025),)


def year_of(fiscal_year: int) -> int:
    return fiscal_year - FIRST + 1


def in_year(indicator, fiscal_year):
    return judge(indicator, fiscal_year)


def valued(kind, baseline, target, values_by_year, **more):
    actuals = tuple(ActualValue(year, Decimal(value)) for year, value in values_by_year.items())
    return replace(facts(kind, baseline, target, [], **more), actuals=actuals)


# fiscal year, result, elapsed, total, expected, status, status against the original
EXTENDED = [
    (2023, "136", 4, 5, 140, Status.ON_TRACK, None),
    (2024, "138", 5, 6, Fraction(850, 6), Status.ON_TRACK, Status.SLIGHTLY_BEHIND),
    (2024, "120", 5, 6, Fraction(850, 6), Status.BEHIND, Status.BEHIND),
    (2025, "144", 6, 6, 150, Status.SLIGHTLY_BEHIND, Status.SLIGHTLY_BEHIND),
    (2025, "150", 6, 6, 150, Status.ACHIEVED, Status.ACHIEVED),
]


@pytest.mark.parametrize(("year", "result", "elapsed", "total", "expected", "status", "original"), EXTENDED)
def test_an_extension_to_r7_holds_from_r6_on(year, result, elapsed, total, expected, status, original):
    found = in_year(valued(KIND.INCREASE, "100", "150", {year: result}, extensions=TO_R7), year)
    assert (found.elapsed_years, found.total_years, found.expected, found.status) == (elapsed, total, expected, status)
    assert (found.against_original and found.against_original.status) == original


def test_the_final_year_is_the_one_in_force():
    missed = valued(KIND.INCREASE, "100", "150", {2024: "110", 2025: "110"}, extensions=TO_R7)
    assert [in_year(missed, year).word for year in (2024, 2025)] == ["遅れ", "未達成"]
    assert in_year(missed, 2024).against_original.word == "未達成"


def test_past_its_original_end_the_plan_is_held_against_the_whole_original_period():
    found = in_year(valued(KIND.INCREASE, "100", "150", {2025: "110"}, extensions=TO_R7), 2025)
    original = found.against_original
    assert (original.elapsed_years, original.total_years, original.expected, original.word) == (5, 5, 150, "未達成")


def test_a_floor_can_be_reached_only_in_the_final_year_in_force():
    floor = valued(KIND.FLOOR, "10000", "9500", {2024: "9700", 2025: "9600"}, extensions=TO_R7)
    assert (in_year(floor, 2024).status, in_year(floor, 2024).against_original.status) == (Status.ON_TRACK, Status.ACHIEVED)
    assert in_year(floor, 2025).status is Status.ACHIEVED


def test_two_extensions_each_hold_from_their_own_year():
    twice = valued(KIND.INCREASE, "100", "150", {}, extensions=(PeriodEnd(2023, 2025), PeriodEnd(2025, 2027)))
    assert [in_year(twice, year).total_years for year in range(2020, 2028)] == [5, 5, 5, 6, 6, 8, 8, 8]


@pytest.mark.parametrize("year", [2019, 2026])
def test_a_year_outside_the_extended_plan_is_refused(year):
    with pytest.raises(ValueError, match="outside 2020–2025"):
        in_year(facts(KIND.INCREASE, "1", "2", [], extensions=TO_R7), year)


def test_a_milestone_aim_is_due_in_the_extended_final_year():
    aim = replace(facts(KIND.MILESTONE, None, None, [], extensions=TO_R7), actuals=(ActualValue(2024, is_met=False), ActualValue(2025, is_met=False)))
    assert [in_year(aim, year).status for year in (2024, 2025)] == [Status.ON_TRACK, Status.BEHIND]


# Ended and added

YEARS = [
    # own first, own last, year, outside, status, word
    (None, 2022, 2022, None, Status.ON_TRACK, "順調"),
    (None, 2022, 2023, Outside.AFTER, Status.NOT_RATED, "令和4年度で終了"),
    (None, 2022, 2024, Outside.AFTER, Status.NOT_RATED, "令和4年度で終了"),
    (2023, None, 2022, Outside.BEFORE, Status.NOT_RATED, "令和5年度から"),
    (2023, None, 2023, None, Status.ON_TRACK, "順調"),
    (2021, 2022, 2020, Outside.BEFORE, Status.NOT_RATED, "令和3年度から"),
    (2021, 2022, 2023, Outside.AFTER, Status.NOT_RATED, "令和4年度で終了"),
]


@pytest.mark.parametrize(("first", "last", "year", "outside", "status", "word"), YEARS)
def test_outside_its_years_an_indicator_is_not_judged(first, last, year, outside, status, word):
    indicator = valued(KIND.INCREASE, "100", "150", {year: "148"}, starts_in=first, ends_in=last)
    found = in_year(indicator, year)
    assert (found.outside, found.word) == (outside, word)
    assert (found.result is None) is (outside is not None)
    assert found.status is (status if outside else found.status)
    assert found.for_public().status is found.status


@pytest.mark.parametrize("kind", KIND)
def test_no_kind_is_missing_or_judged_outside_its_years(kind):
    found = in_year(facts(kind, "1", "2", [], ends_in=2021), 2022)
    assert (found.status, found.expected, found.progress_rate, found.against_original) == (Status.NOT_RATED, None, None, None)
    assert explain(found) == "この指標は令和3年度で終了しました。令和4年度は入力も判定もしません。"


def test_before_it_was_added_the_explanation_says_so():
    assert explain(in_year(facts(KIND.INCREASE, "1", "2", [], starts_in=2023), 2021)) == "この指標は令和5年度から対象です。令和3年度は入力も判定もしません。"


ADDED = [
    # how, baseline, values, year, elapsed, total, result, expected
    (HOW.TOTAL, None, {2022: "9", 2023: "40", 2024: "70"}, 2023, 1, 2, 40, 50),
    (HOW.TOTAL, None, {2022: "9", 2023: "40", 2024: "70"}, 2024, 2, 2, 110, 100),
    (HOW.RUNNING_TOTAL, None, {2023: "40"}, 2023, 1, 2, 40, 50),
    (HOW.LEVEL, "60", {2023: "80"}, 2023, 1, 2, 80, 80),
]


@pytest.mark.parametrize(("how", "baseline", "results", "year", "elapsed", "total", "result", "expected"), ADDED)
def test_an_added_indicator_counts_from_its_own_first_year(how, baseline, results, year, elapsed, total, result, expected):
    added = valued(KIND.INCREASE, baseline, None, results, accumulation=how, starts_in=2023, targets=(TargetValue(2023, Decimal(100)),))
    found = in_year(added, year)
    assert (found.elapsed_years, found.total_years, found.result, found.expected) == (elapsed, total, result, expected)
    assert found.missing_years == ()
    assert "令和5年度からの2年間のうち" in explain(found)


def test_an_indicator_added_after_the_extension_began_with_the_extended_period():
    added = valued(KIND.INCREASE, "0", None, {2025: "9"}, starts_in=2025, extensions=TO_R7, targets=(TargetValue(2025, Decimal(10)),))
    found = in_year(added, 2025)
    assert (found.elapsed_years, found.total_years, found.is_extended, found.against_original) == (1, 1, False, None)


# Milestones decided on the way


def test_a_milestone_holds_from_the_year_it_was_decided_for_and_the_straight_line_stays_the_original():
    late = valued(KIND.INCREASE, "0", "100", {2023: "60"}, milestones=(Milestone(2023, Decimal(60), 2022),))
    found = in_year(late, 2023)
    assert (found.expected, found.status) == (60, Status.ON_TRACK)
    assert (found.against_original.expected, found.against_original.status) == (80, Status.SLIGHTLY_BEHIND)
    assert "令和5年度の目安は、計画の途中で決めた年度目標。当初の目安では進捗率 60％、やや遅れ。" in explain(found)


def test_a_milestone_decided_too_late_changes_nothing():
    late = valued(KIND.INCREASE, "0", "100", {2021: "9"}, milestones=(Milestone(2021, Decimal(10), 2022),))
    assert in_year(late, 2021).expected == 40


def test_a_later_decision_replaces_a_milestone():
    twice = valued(KIND.INCREASE, "0", "100", {2023: "60"}, milestones=(Milestone(2023, Decimal(90), 2020), Milestone(2023, Decimal(60), 2022)))
    assert (in_year(twice, 2023).milestone, in_year(twice, 2023).against_original.milestone) == (60, 90)


def test_a_due_year_that_was_moved_is_due_later():
    moved = replace(
        facts(KIND.MILESTONE, None, None, [], milestones=(Milestone(2021, Decimal(1), 2020), Milestone(2023, Decimal(1), 2021))),
        actuals=(ActualValue(2021, is_met=False), ActualValue(2023, is_met=False)),
    )
    assert [in_year(moved, year).status for year in (2021, 2023)] == [Status.ON_TRACK, Status.BEHIND]


# Sentences


def test_the_explanation_says_that_the_period_was_extended_and_what_it_would_have_been():
    found = in_year(valued(KIND.INCREASE, "100", "150", {2024: "138"}, extensions=TO_R7), 2024)
    text = explain(found)
    assert "目標 150人（令和7年度）" in text
    assert "計画期間は令和6年度までから令和7年度までに延長（令和6年度から適用）。当初の期間では進捗率 76％、やや遅れ。" in text
    assert "6年間のうち5年が経過" in text


def test_a_target_and_a_period_that_were_both_revised_are_the_original_plan_together():
    both = valued(KIND.INCREASE, "100", None, {2024: "120"}, extensions=TO_R7, targets=(TargetValue(2020, Decimal(150)), TargetValue(2022, Decimal(130))))
    text = explain(in_year(both, 2024))
    assert "目標は 令和4年度に 当初の 150人から見直した。計画期間は令和6年度までから令和7年度までに延長" in text
    assert "当初の計画では進捗率 40％、未達成。" in text
    assert "延長" not in explain(in_year(replace(both, actuals=(ActualValue(2023, Decimal(120)),)), 2023))


# What must hold for any facts

later = st.integers(min_value=LAST + 1, max_value=LAST + 5)
effective = st.integers(min_value=FIRST + 1, max_value=LAST + 1)


@given(kind=RATED_KINDS, baseline=st.none() | values, target=values, result=values, end=later, since=effective, year=st.integers(FIRST, LAST))
def test_an_extension_never_changes_a_verdict_before_its_year(kind, baseline, target, result, end, since, year):
    plain = facts(kind, baseline, target, at(result, year_of(year)))
    extended = replace(plain, extensions=(PeriodEnd(since, end),))
    one, other = judge(plain, year), judge(extended, year)
    if year < since:
        assert figures(one) == figures(other)
        assert other.against_original is None
    else:
        assert figures(other.against_original) == figures(one)


@given(kind=RATED_KINDS, baseline=st.none() | values, target=values, results=st.lists(values, min_size=5, max_size=5), last=st.integers(FIRST, LAST))
def test_ending_an_indicator_never_changes_its_verdicts(kind, baseline, target, results, last):
    plain = facts(kind, baseline, target, results)
    for year in range(FIRST, last + 1):
        assert figures(judge(plain, year)) == figures(judge(replace(plain, ends_in=last), year))


@given(kind=RATED_KINDS, target=values, yearly=st.lists(st.decimals(0, 1000, places=1), min_size=2, max_size=2))
def test_an_added_total_is_judged_like_one_of_a_plan_that_begins_then(kind, target, yearly):
    """R5 and R6 of an indicator added in R5 are the two years of a plan of two years."""
    added = replace(
        facts(kind, None, None, [None, None, None, *yearly], accumulation=HOW.TOTAL, targets=(TargetValue(2023, target),)), starts_in=2023
    )
    short = replace(added, starts_in=None, first_fiscal_year=2023)
    for year in (2023, 2024):
        assert figures(judge(added, year)) == figures(judge(short, year))


def test_an_untouched_plan_has_no_original_to_be_read_against():
    assert judged(facts(KIND.INCREASE, "100", "150", at("125", 2)), 2).against_original is None
