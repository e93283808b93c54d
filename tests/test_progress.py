"""The judgement: its table of cases, and what must hold for any facts."""
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kpis.facts import ActualValue, IndicatorFacts, Milestone, Rules, TargetValue
from kpis.progress import judge
from kpis.vocabulary import Accumulation, Change, MissingReason, RateFormula, Status, TargetKind, WantedDirection

FIRST, LAST = 2020, 2024
KIND, HOW = TargetKind, Accumulation


def facts(kind, baseline, target, values, *, accumulation=HOW.LEVEL, **more) -> IndicatorFacts:
    """Facts of a plan from R2 to R6; values from the first year on, None for a year without one."""
    targets = () if target is None else (TargetValue(FIRST, Decimal(target)),)
    return IndicatorFacts(
        name="見本の指標",
        unit="人",
        decimals=more.pop("decimals", 0),
        target_kind=kind,
        accumulation=accumulation,
        first_fiscal_year=FIRST,
        last_fiscal_year=LAST,
        baseline_value=None if baseline is None else Decimal(baseline),
        targets=more.pop("targets", targets),
        actuals=tuple(ActualValue(FIRST + i, None if v is None else Decimal(v)) for i, v in enumerate(values)),
        **more,
    )


def at(result, year_number):
    """Values in which only that year of the plan (1…5) has one."""
    return [None] * (year_number - 1) + [result]


def judged(indicator: IndicatorFacts, year_number: int, **rules):
    return judge(indicator, FIRST + year_number - 1, Rules(**rules))


def percent(text: str) -> Fraction:
    return Fraction(Decimal(text)) / 100


TOURISM_TARGETS = (TargetValue(2020, Decimal(90)), TargetValue(2022, Decimal(84)))

CASES = [
    # case, kind, baseline, target, result, year, progress rate in %, status, word
    ("A", KIND.INCREASE, "100", "150", "125", 2, "50", Status.ON_TRACK, "順調"),
    ("B", KIND.DECREASE, "100", "50", "75", 2, "50", Status.ON_TRACK, "順調"),
    ("B2", KIND.DECREASE, "100", "50", "40", 2, "120", Status.ACHIEVED, "達成"),
    ("C", KIND.FLOOR, "10000", "9500", "9700", 5, None, Status.ACHIEVED, "達成"),
    ("C1", KIND.FLOOR, "10000", "9500", "9700", 2, None, Status.BEHIND, "遅れ"),
    ("C2", KIND.FLOOR, "10000", "9500", "9400", 5, None, Status.BEHIND, "未達成"),
    ("D final", KIND.FLOOR, "30", "30", "30", 5, None, Status.ACHIEVED, "達成"),
    ("D before", KIND.FLOOR, "30", "30", "30", 2, None, Status.ON_TRACK, "順調"),
    ("D2", KIND.FLOOR, "30", "30", "33", 5, None, Status.ACHIEVED, "達成"),
    ("D3", KIND.FLOOR, "30", "30", "28", 5, None, Status.BEHIND, "未達成"),
    ("E", KIND.INCREASE, "-120", "-50", "-85", 2, "50", Status.ON_TRACK, "順調"),
    ("E2", KIND.INCREASE, "-50", "10", "-20", 2, "50", Status.ON_TRACK, "順調"),
    ("F", KIND.INCREASE, "0", "5", "2", 2, "40", Status.ON_TRACK, "順調"),
    ("G", KIND.DECREASE, "12", "0", "6", 2, "50", Status.ON_TRACK, "順調"),
    ("G2", KIND.DECREASE, "12", "0", "0", 2, "100", Status.ACHIEVED, "達成"),
    ("H", KIND.INCREASE, "100", "150", "80", 2, "-40", Status.BEHIND, "遅れ"),
    ("CEILING final", KIND.CEILING, "13.5", "23", "22.9", 5, None, Status.ACHIEVED, "達成"),
    ("CEILING before", KIND.CEILING, "13.5", "23", "17.2", 2, None, Status.ON_TRACK, "順調"),
    ("CEILING broken", KIND.CEILING, "13.5", "23", "23.1", 5, None, Status.BEHIND, "未達成"),
]


@pytest.mark.parametrize(("case", "kind", "baseline", "target", "result", "year", "progress", "status", "word"), CASES, ids=[c[0] for c in CASES])
def test_a_case_of_the_table_holds(case, kind, baseline, target, result, year, progress, status, word):
    verdict = judged(facts(kind, baseline, target, at(result, year)), year)
    assert verdict.progress_rate == (None if progress is None else percent(progress))
    assert (verdict.status, verdict.word) == (status, word)


def test_case_b_divides_target_by_result():
    verdict = judged(facts(KIND.DECREASE, "100", "50", at("75", 2)), 2)
    assert (verdict.achievement_rate, verdict.rate_formula) == (Fraction(2, 3), RateFormula.TARGET_OVER_RESULT)


def test_case_c1_is_slightly_behind_at_a_tolerance_of_two_per_cent():
    verdict = judged(facts(KIND.FLOOR, "10000", "9500", at("9700", 2)), 2, limit_tolerance=Decimal("0.02"))
    assert verdict.status is Status.SLIGHTLY_BEHIND
    assert (verdict.expected, verdict.from_expected, verdict.from_target, verdict.is_met) == (9800, -100, 200, True)


def test_case_c_keeps_its_distance_to_the_floor():
    assert judged(facts(KIND.FLOOR, "10000", "9500", at("9700", 5)), 5).from_target == 200


def test_case_e_uses_attainment_because_the_figures_are_negative():
    verdict = judged(facts(KIND.INCREASE, "-120", "-50", at("-85", 2)), 2)
    assert (verdict.achievement_rate, verdict.rate_formula) == (Fraction(1, 2), RateFormula.PROGRESS)


def test_case_e3_is_over_one_hundred_per_cent_and_not_clamped():
    verdict = judged(facts(KIND.INCREASE, "-50", "10", at("12", 2)), 2)
    assert (verdict.progress_rate, verdict.status) == (Fraction(62, 60), Status.ACHIEVED)


def test_case_h_has_worsened():
    assert judged(facts(KIND.INCREASE, "100", "150", at("80", 2)), 2).is_worsened


def test_case_i_and_j_are_identical_in_every_figure():
    yearly = judged(facts(KIND.INCREASE, "234", "400", ["62", "66", "86"], accumulation=HOW.TOTAL), 3)
    running = judged(facts(KIND.INCREASE, "234", "400", ["62", "128", "214"], accumulation=HOW.RUNNING_TOTAL), 3)
    assert (yearly.result, yearly.expected, yearly.progress_rate, yearly.status) == (214, 240, percent("53.5"), Status.SLIGHTLY_BEHIND)
    assert yearly.pace == Fraction(214, 240)
    assert figures(yearly) == figures(running)


def test_case_k_starts_from_zero_without_a_baseline():
    verdict = judged(facts(KIND.INCREASE, None, "450", at("265", 3)), 3)
    assert (verdict.start, verdict.progress_rate, verdict.status) == (0, Fraction(265, 450), Status.ON_TRACK)


def test_case_l_is_judged_by_the_revised_target_and_against_the_original():
    verdict = judged(facts(KIND.INCREASE, "76", None, at("80.1", 4), decimals=1, targets=TOURISM_TARGETS), 4)
    assert (verdict.progress_rate, verdict.pace, verdict.status) == (percent("51.25"), Fraction("0.640625"), Status.SLIGHTLY_BEHIND)
    original = verdict.against_original
    assert (original.target.value, original.status) == (90, Status.BEHIND)
    assert original.progress_rate == Fraction("4.1") / 14


def test_a_revision_does_not_reach_back_before_its_year():
    verdict = judged(facts(KIND.INCREASE, "76", None, at("80", 2), targets=TOURISM_TARGETS), 2)
    assert (verdict.target.value, verdict.against_original) == (90, None)


def test_case_m_is_not_rated_but_says_where_it_went():
    verdict = judged(facts(KIND.DIRECTION, "4649", None, at("5000", 3)), 3)
    assert (verdict.status, verdict.change, verdict.is_worsened) == (Status.NOT_RATED, Change.INCREASED, False)


def test_a_figure_that_should_fall_has_worsened_when_it_rises():
    assert judged(facts(KIND.DIRECTION, "10", None, at("11", 1), wanted_direction=WantedDirection.DOWN), 1).is_worsened


def test_case_n_is_not_measured_when_there_is_a_reason():
    waiting = ActualValue(2023, missing_reason=MissingReason.AWAITING_PUBLICATION, expected_month=9)
    verdict = judge(replace(facts(KIND.INCREASE, "1", "2", []), actuals=(waiting,)), 2023)
    assert (verdict.status, verdict.result, verdict.progress_rate, verdict.achievement_rate) == (Status.NOT_MEASURED, None, None, None)


def test_no_value_and_no_reason_is_not_entered_and_reads_not_measured_in_public():
    verdict = judged(facts(KIND.INCREASE, "1", "2", []), 3)
    assert (verdict.status, verdict.for_public().status) == (Status.NOT_ENTERED, Status.NOT_MEASURED)


def test_a_value_of_zero_is_a_value():
    assert judged(facts(KIND.INCREASE, "0", "15", ["0"], accumulation=HOW.TOTAL), 1).status is Status.BEHIND


def test_exactly_nine_tenths_of_the_pace_is_on_track():
    assert judged(facts(KIND.INCREASE, "0", "50", at("18", 2), decimals=1), 2).pace == Fraction(9, 10)
    assert judged(facts(KIND.INCREASE, "0", "50", at("18", 2), decimals=1), 2).status is Status.ON_TRACK


def test_exactly_six_tenths_of_the_pace_is_slightly_behind():
    assert judged(facts(KIND.INCREASE, "0", "50", at("12", 2)), 2).status is Status.SLIGHTLY_BEHIND


def test_the_final_year_keeps_the_pace_rule_and_says_that_the_target_is_missed():
    verdict = judged(facts(KIND.INCREASE, "100", "150", at("147", 5)), 5)
    assert (verdict.status, verdict.is_met, verdict.required_per_year) == (Status.ON_TRACK, False, None)


def test_a_total_with_a_gap_names_the_missing_years():
    verdict = judged(facts(KIND.INCREASE, None, "100", ["10", None, "20"], accumulation=HOW.TOTAL), 3)
    assert (verdict.result, verdict.missing_years) == (30, (2021,))


def test_a_yearly_milestone_is_the_expectation_of_its_year():
    verdict = judged(facts(KIND.INCREASE, "0", "100", at("9", 2), milestones=(Milestone(2021, Decimal(10)),)), 2)
    assert (verdict.expected, verdict.pace, verdict.status) == (10, Fraction(9, 10), Status.ON_TRACK)


def test_a_milestone_at_the_start_is_on_track_when_nothing_was_lost():
    indicator = facts(KIND.INCREASE, "10", "20", at("10", 1), milestones=(Milestone(2020, Decimal(10)),))
    assert judged(indicator, 1).status is Status.ON_TRACK
    assert judged(replace(indicator, actuals=(ActualValue(2020, Decimal(9)),)), 1).status is Status.BEHIND


def test_what_is_still_needed_is_spread_over_the_remaining_years():
    assert judged(facts(KIND.INCREASE, "100", "150", at("125", 2)), 2).required_per_year == Fraction(25, 3)
    assert judged(facts(KIND.DECREASE, "100", "50", at("75", 2)), 2).required_per_year == Fraction(-25, 3)


def test_a_maintained_floor_is_slightly_behind_within_its_tolerance():
    bus = facts(KIND.FLOOR, "6.6", "6.6", at("6.3", 4), decimals=1)
    assert judged(bus, 4).status is Status.BEHIND
    assert judged(bus, 4, maintain_tolerance=Decimal("0.05")).status is Status.SLIGHTLY_BEHIND
    assert judged(bus, 4).is_worsened


def test_a_floor_whose_baseline_is_already_below_expects_the_target_every_year():
    assert judged(facts(KIND.FLOOR, "90", "100", at("95", 1)), 1).expected == 100


def test_a_planned_decline_is_no_worsening():
    assert not judged(facts(KIND.FLOOR, "46302", "44200", at("45900", 1)), 1).is_worsened


def test_a_growing_minimum_total_is_expected_along_the_straight_line():
    verdict = judged(facts(KIND.FLOOR, None, "100", ["19.9"], accumulation=HOW.TOTAL, decimals=1), 1)
    assert (verdict.expected, verdict.status) == (20, Status.SLIGHTLY_BEHIND)


@pytest.mark.parametrize(("value", "year", "status"), [
    ("20", 2, Status.ON_TRACK), ("20", 5, Status.ACHIEVED), ("25.2", 2, Status.SLIGHTLY_BEHIND), ("26", 5, Status.BEHIND), ("9", 2, Status.BEHIND),
])
def test_a_range_is_kept_or_missed_on_either_side(value, year, status):
    indicator = facts(KIND.RANGE, None, None, at(value, year), decimals=1, targets=(TargetValue(2020, Decimal(10), Decimal(25)),))
    assert judged(indicator, year).status is status


@pytest.mark.parametrize(("is_met", "year", "due", "status"), [
    (True, 2, 2022, Status.ACHIEVED), (False, 2, 2022, Status.ON_TRACK), (False, 3, 2022, Status.BEHIND),
    (False, 4, None, Status.ON_TRACK), (False, 5, None, Status.BEHIND), (None, 2, None, Status.NOT_ENTERED),
])
def test_a_milestone_is_what_a_person_says_by_its_due_year(is_met, year, due, status):
    milestones = () if due is None else (Milestone(due, Decimal(1)),)
    indicator = replace(
        facts(KIND.MILESTONE, None, None, [], milestones=milestones), actuals=(ActualValue(FIRST + year - 1, is_met=is_met),)
    )
    assert judged(indicator, year).status is status


def test_an_indicator_without_any_target_is_not_rated():
    assert judged(facts(KIND.INCREASE, "1", None, ["2"]), 1).status is Status.NOT_RATED


def test_a_range_without_its_upper_bound_is_not_rated():
    assert judged(facts(KIND.RANGE, None, "10", ["12"]), 1).status is Status.NOT_RATED


def test_a_target_of_zero_never_divides():
    explicit = facts(KIND.INCREASE, "-5", "0", at("-2", 2), rate_formula=RateFormula.RESULT_OVER_TARGET)
    assert judged(explicit, 2).achievement_rate is None
    assert judged(facts(KIND.DECREASE, "12", "0", at("6", 2)), 2).rate_formula is RateFormula.PROGRESS


def test_a_target_revised_to_the_other_side_of_the_start_has_no_progress_rate():
    verdict = judged(facts(KIND.INCREASE, "76", "70", at("60", 2)), 2)
    assert (verdict.progress_rate, verdict.status) == (None, Status.BEHIND)


@pytest.mark.parametrize("year", [2019, 2025])
def test_a_year_outside_the_plan_is_refused(year):
    with pytest.raises(ValueError, match="outside"):
        judge(facts(KIND.INCREASE, "1", "2", []), year)


# What must hold for any facts.
values = st.decimals(min_value=-100000, max_value=100000, places=2)
amounts = st.decimals(min_value=0, max_value=10000, places=1)
years = st.integers(min_value=1, max_value=5)
LADDER = [Status.BEHIND, Status.SLIGHTLY_BEHIND, Status.ON_TRACK, Status.ACHIEVED]
RATED_KINDS = st.sampled_from([KIND.INCREASE, KIND.DECREASE, KIND.FLOOR, KIND.CEILING])


def figures(verdict):
    """Everything computed, without the facts it came from."""
    return (
        verdict.status, verdict.result, verdict.start, verdict.expected, verdict.progress_rate, verdict.expected_progress, verdict.pace,
        verdict.achievement_rate, verdict.rate_formula, verdict.required_per_year, verdict.is_met, verdict.is_worsened, verdict.missing_years,
    )


@given(kind=RATED_KINDS, baseline=st.none() | values, target=values, yearly=st.lists(amounts, min_size=1, max_size=5))
def test_the_same_facts_entered_yearly_or_as_a_running_total_are_judged_alike(kind, baseline, target, yearly):
    running = [sum(yearly[: i + 1]) for i in range(len(yearly))]
    one = judged(facts(kind, baseline, target, yearly, accumulation=HOW.TOTAL), len(yearly))
    other = judged(facts(kind, baseline, target, running, accumulation=HOW.RUNNING_TOTAL), len(yearly))
    assert figures(one) == figures(other)


def rates(verdict):
    """What no unit may change."""
    return (verdict.status, verdict.progress_rate, verdict.pace, verdict.achievement_rate, verdict.rate_formula, verdict.is_worsened)


@given(kind=RATED_KINDS, baseline=values, target=values, result=values, year=years, factor=st.sampled_from([10, 1000, Decimal("0.01"), 3]))
def test_another_unit_changes_no_rate_and_no_status(kind, baseline, target, result, year, factor):
    one = judged(facts(kind, baseline, target, at(result, year)), year)
    other = judged(facts(kind, baseline * factor, target * factor, at(result * factor, year)), year)
    assert rates(one) == rates(other)


@given(kind=RATED_KINDS, baseline=st.none() | values, target=values, milestone=st.none() | values, pair=st.tuples(values, values), year=years)
def test_a_worse_actual_never_gives_a_better_status(kind, baseline, target, milestone, pair, year):
    worse, better = sorted(pair, reverse=kind in (KIND.DECREASE, KIND.CEILING))
    milestones = () if milestone is None else (Milestone(FIRST + year - 1, milestone),)
    rank = [LADDER.index(judged(facts(kind, baseline, target, at(v, year), milestones=milestones), year).status) for v in (worse, better)]
    assert rank[0] <= rank[1]


@given(low=values, width=amounts, value=values, further=amounts, year=years)
def test_further_outside_a_range_is_never_better(low, width, value, further, year):
    high = low + width
    away = value - further if value < low else value + further
    assume(not low <= value <= high)
    targets = (TargetValue(FIRST, low, high),)
    rank = [LADDER.index(judged(facts(KIND.RANGE, None, None, at(v, year), targets=targets), year).status) for v in (away, value)]
    assert rank[0] <= rank[1]


@given(data=st.data(), yearly=st.lists(st.none() | amounts, min_size=5, max_size=5), year=years)
def test_the_order_of_entry_does_not_matter(data, yearly, year):
    indicator = facts(KIND.INCREASE, "5", None, yearly, accumulation=HOW.TOTAL, targets=TOURISM_TARGETS)
    shuffled = replace(
        indicator,
        actuals=tuple(data.draw(st.permutations(indicator.actuals))),
        targets=tuple(data.draw(st.permutations(indicator.targets))),
    )
    assert figures(judged(indicator, year)) == figures(judged(shuffled, year))


@given(baseline=values, target=values, result=values, year=years)
def test_nothing_is_clamped(baseline, target, result, year):
    assume(target > baseline)
    verdict = judged(facts(KIND.INCREASE, baseline, target, at(result, year)), year)
    assert verdict.progress_rate * (Fraction(target) - Fraction(baseline)) == Fraction(result) - Fraction(baseline)
    assert verdict.expected_progress == Fraction(year, 5)
