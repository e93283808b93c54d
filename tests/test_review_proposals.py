"""参考評価: what the statuses of a measure's KPIs propose, exactly, and in which words."""
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pytest

from kpis.vocabulary import Status
from reviews.measures.proposals import NO_GRADE, NOTHING_RATED, propose


@dataclass(frozen=True)
class Grade:
    label: str
    lower_bound: Decimal | None


GRADES = [Grade("A", Decimal("0.9")), Grade("B", Decimal("0.6")), Grade("C", Decimal("0.3")), Grade("D", None)]
THIRDS = [Grade("◎", Decimal("0.667")), Grade("○", Decimal("0.333")), Grade("△", None)]
ACHIEVED, ON_TRACK, SLIGHTLY, BEHIND = Status.ACHIEVED, Status.ON_TRACK, Status.SLIGHTLY_BEHIND, Status.BEHIND
UNRATED = [Status.NOT_MEASURED, Status.NOT_ENTERED, Status.NOT_RATED]


@pytest.mark.parametrize(
    ("statuses", "share", "label"),
    [
        ([ACHIEVED], Fraction(1), "A"),
        ([ACHIEVED, ON_TRACK], Fraction(1), "A"),
        ([ON_TRACK] * 9 + [BEHIND], Fraction(9, 10), "A"),  # exactly on the bound
        ([ON_TRACK] * 4 + [SLIGHTLY], Fraction(9, 10), "A"),
        ([ON_TRACK] * 2 + [SLIGHTLY] * 2, Fraction(3, 4), "B"),
        ([ON_TRACK] * 3 + [BEHIND] * 2, Fraction(3, 5), "B"),
        ([SLIGHTLY], Fraction(1, 2), "C"),
        ([ON_TRACK, BEHIND], Fraction(1, 2), "C"),
        ([SLIGHTLY] * 3 + [BEHIND] * 2, Fraction(3, 10), "C"),
        ([SLIGHTLY, BEHIND], Fraction(1, 4), "D"),
        ([BEHIND], Fraction(0), "D"),
        ([ON_TRACK, *UNRATED], Fraction(1), "A"),  # what is not rated neither helps nor harms
    ],
)
def test_the_share_of_points_decides_the_grade(statuses, share, label):
    proposal = propose(GRADES, statuses)
    assert (proposal.share, proposal.grade.label) == (share, label)


def test_a_third_is_a_third_and_not_a_rounded_one():
    two_of_three = propose(THIRDS, [ON_TRACK, ON_TRACK, BEHIND])
    assert two_of_three.share == Fraction(2, 3)
    assert two_of_three.grade.label == "○"  # 2/3 is less than 0.667


@pytest.mark.parametrize("statuses", [[], UNRATED])
def test_without_a_rated_indicator_nothing_is_proposed(statuses):
    proposal = propose(GRADES, statuses)
    assert (proposal.grade, proposal.share, proposal.words) == (None, None, NOTHING_RATED)


def test_the_order_of_the_indicators_does_not_matter():
    assert propose(GRADES, [BEHIND, ON_TRACK, SLIGHTLY]) == propose(GRADES, [SLIGHTLY, BEHIND, ON_TRACK])


def test_the_sentence_counts_best_first():
    assert propose(GRADES, [SLIGHTLY, ON_TRACK, SLIGHTLY, ON_TRACK]).words == "KPIの判定からの参考評価は「B」（順調2・やや遅れ2）です。"


def test_in_the_final_year_behind_is_called_not_achieved():
    assert propose(GRADES, [ACHIEVED, BEHIND], is_final_year=True).words == "KPIの判定からの参考評価は「C」（達成1・未達成1）です。"


def test_a_scale_whose_last_grade_has_a_bound_may_propose_nothing():
    proposal = propose(GRADES[:2], [BEHIND])
    assert (proposal.grade, proposal.words) == (None, NO_GRADE)


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        ([ACHIEVED, *UNRATED], "KPI4件のうち、判定できたのは1件です。"),
        ([ACHIEVED, BEHIND], ""),
        (UNRATED, ""),
    ],
)
def test_a_proposal_from_some_of_the_indicators_says_so(statuses, said):
    assert propose(GRADES, statuses).coverage == said
