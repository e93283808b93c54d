"""Rating scales: any city's grades by configuration alone."""
from decimal import Decimal

import pytest

from kpis.facts import Milestone
from kpis.ratings import Band, Basis, Scale, grade
from tests.test_progress import HOW, KIND, at, facts, judged

ABCD = (Band("A", Decimal("1")), Band("B", Decimal("0.8")), Band("C", Decimal("0.6")), Band("D", None))


@pytest.mark.parametrize(("result", "label"), [("150", "A"), ("149", "B"), ("120", "B"), ("119", "C"), ("89", "D")])
def test_abcd_by_achievement_of_the_final_target(result, label):
    verdict = judged(facts(KIND.INCREASE, "100", "150", at(result, 2)), 2)
    assert grade(Scale(Basis.ACHIEVEMENT_FINAL, ABCD), verdict).label == label


def test_ninety_nine_point_six_is_an_a_only_for_a_city_that_rounds():
    verdict = judged(facts(KIND.INCREASE, "0", "1000", at("996", 2)), 2)
    assert grade(Scale(Basis.ACHIEVEMENT_FINAL, ABCD), verdict).label == "B"
    assert grade(Scale(Basis.ACHIEVEMENT_FINAL, ABCD, round_decimals=0, rounds_down=True), verdict).label == "B"
    assert grade(Scale(Basis.ACHIEVEMENT_FINAL, ABCD, round_decimals=0, rounds_down=False), verdict).label == "A"


def test_a_year_counts_twenty_per_cent_for_a_city_that_grades_by_elapsed_share():
    verdict = judged(facts(KIND.INCREASE, "0", "100", ["18", "22"], accumulation=HOW.TOTAL), 2)
    assert grade(Scale(Basis.ACHIEVEMENT_ELAPSED, (Band("◎", Decimal("1")), Band("○", None))), verdict).label == "◎"


def test_the_yearly_milestone_can_be_what_is_graded():
    indicator = facts(KIND.INCREASE, "0", "100", at("9", 2), milestones=(Milestone(2021, Decimal(10)),))
    assert grade(Scale(Basis.ACHIEVEMENT_MILESTONE, ABCD), judged(indicator, 2)).label == "B"


def test_a_year_without_a_milestone_has_no_grade_on_that_basis():
    assert grade(Scale(Basis.ACHIEVEMENT_MILESTONE, ABCD), judged(facts(KIND.INCREASE, "0", "100", at("9", 2)), 2)).label == "－"


@pytest.mark.parametrize(("result", "label"), [("106", "↑"), ("105", "→"), ("96", "→"), ("94", "↓")])
def test_a_same_level_band_around_the_baseline(result, label):
    bands = (Band("↑", Decimal("0.05"), is_inclusive=False), Band("→", Decimal("-0.05")), Band("↓", None))
    assert grade(Scale(Basis.CHANGE, bands), judged(facts(KIND.INCREASE, "100", "150", at(result, 2)), 2)).label == label


def test_less_is_better_for_what_should_fall():
    bands = (Band("良化", Decimal("0"), is_inclusive=False), Band("悪化", None))
    assert grade(Scale(Basis.CHANGE, bands), judged(facts(KIND.DECREASE, "100", "50", at("90", 2)), 2)).label == "良化"


def test_pace_and_progress_can_be_graded():
    verdict = judged(facts(KIND.INCREASE, "0", "100", at("30", 2)), 2)
    assert grade(Scale(Basis.PACE, ABCD), verdict).label == "C"
    assert grade(Scale(Basis.PROGRESS, ABCD), verdict).label == "D"


def test_no_value_takes_the_label_for_no_data():
    scale = Scale(Basis.PROGRESS, ABCD, no_data=Band("未", None))
    assert grade(scale, judged(facts(KIND.INCREASE, "0", "100", []), 2)).label == "未"
