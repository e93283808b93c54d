"""参考評価: the grade that the indicators' statuses propose for a measure, and the sentence that says so. Pure."""
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Generic, Protocol, TypeVar

from kpis.vocabulary import RATED, Status

# What an indicator gives to its measure's share; statuses that are not rated do not count at all.
POINTS = {Status.ACHIEVED: Fraction(1), Status.ON_TRACK: Fraction(1), Status.SLIGHTLY_BEHIND: Fraction(1, 2), Status.BEHIND: Fraction(0)}
NOTHING_RATED = "判定できるKPIがないため、参考評価はありません。"
NO_GRADE = "評価の区分に下限がないため、参考評価はありません。"


class Graded(Protocol):
    """A grade of the city's scale, as the proposal reads it."""

    label: str
    lower_bound: Decimal | None


Grade = TypeVar("Grade", bound=Graded)


@dataclass(frozen=True)
class Proposal(Generic[Grade]):
    """`share` is the part of the points that the rated indicators reach, 0 to 1; None, and no grade, when none is rated."""

    grade: Grade | None
    share: Fraction | None
    counts: tuple[tuple[Status, int], ...]
    is_final_year: bool = False
    unrated: int = 0

    @property
    def counted(self) -> str:
        """「順調2・やや遅れ2」."""
        return "・".join(f"{status.word(self.is_final_year)}{count}" for status, count in self.counts)

    @property
    def words(self) -> str:
        """「KPIの判定からの参考評価は「B」（順調2・やや遅れ2）です。」"""
        if self.share is None:
            return NOTHING_RATED
        return f"KPIの判定からの参考評価は「{self.grade.label}」（{self.counted}）です。" if self.grade else NO_GRADE

    @property
    def coverage(self) -> str:
        """「KPI9件のうち、判定できたのは1件です。」: how much the proposal rests on; empty where all are rated, or none."""
        rated = sum(count for _, count in self.counts)
        return f"KPI{rated + self.unrated}件のうち、判定できたのは{rated}件です。" if rated and self.unrated else ""


def propose(grades: Iterable[Grade], statuses: Iterable[Status], *, is_final_year: bool = False) -> Proposal[Grade]:
    """The first of the grades, best first, whose lower bound the share of points reaches; a grade without bound takes the rest."""
    found = Counter(statuses)
    counts = tuple((status, found[status]) for status in RATED if found[status])
    share = share_of(counts)
    unrated = sum(count for status, count in found.items() if not status.is_rated)
    return Proposal(None if share is None else _reached(grades, share), share, counts, is_final_year, unrated)


def share_of(counts: Iterable[tuple[Status, int]]) -> Fraction | None:
    """Points reached over points to reach, exactly; None when nothing is rated."""
    pairs = list(counts)
    total = sum(count for _, count in pairs)
    return sum((POINTS[status] * count for status, count in pairs), Fraction(0)) / total if total else None


def _reached(grades: Iterable[Grade], share: Fraction) -> Grade | None:
    return next((grade for grade in grades if grade.lower_bound is None or share >= Fraction(grade.lower_bound)), None)
