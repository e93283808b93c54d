"""What a reader should look at first: what changed since the year before, what stays behind, and which values are missing."""
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse

from dashboards.figures import aim_parts
from dashboards.frame import Frame
from kpis.board import JudgedIndicator
from kpis.models import Indicator
from kpis.progress import Judgement
from kpis.vocabulary import RATED, Status

SHOWN_FIRST = 5
RANK = {status: rank for rank, status in enumerate(reversed(RATED))}


@dataclass(frozen=True)
class Movement:
    """An indicator whose verdict differs from the year before."""

    indicator: Indicator
    before: Judgement
    after: Judgement

    @property
    def steps(self) -> int:
        """How many verdicts up (positive) or down."""
        return RANK[self.after.status] - RANK[self.before.status]


@dataclass(frozen=True)
class Changes:
    """How verdicts moved since the previous year, among indicators judged in both. Biggest steps first."""

    fiscal_year: int
    better: list[Movement]
    worse: list[Movement]
    unchanged: int
    has_previous: bool

    @property
    def compared(self) -> int:
        return len(self.better) + len(self.worse) + self.unchanged


def changes(rows: Iterable[JudgedIndicator], fiscal_year: int) -> Changes:
    """The movements into that fiscal year; nothing is compared where the year before is not visible."""
    pairs = [(row.indicator, row.previous(fiscal_year), row.in_year(fiscal_year)) for row in rows]
    moves = [Movement(*pair) for pair in pairs if pair[1] and pair[1].status.is_rated and pair[2].status.is_rated]
    return Changes(
        fiscal_year=fiscal_year,
        better=sorted((move for move in moves if move.steps > 0), key=lambda move: -move.steps),
        worse=sorted((move for move in moves if move.steps < 0), key=lambda move: move.steps),
        unchanged=sum(move.steps == 0 for move in moves),
        has_previous=any(before for _, before, _ in pairs),
    )


@dataclass(frozen=True)
class Concern:
    """An indicator that needs attention, and why in one line."""

    indicator: Indicator
    judgement: Judgement
    years_behind: int
    reason: str

    @property
    def facts(self) -> list[str]:
        """What speaks for attention: 「3年続けて遅れ」「現状値より後退」."""
        return [fact for fact in (self._lasting, "現状値より後退" if self.judgement.is_worsened else "") if fact]

    @property
    def _lasting(self) -> str:
        if self.years_behind < 2:
            return ""
        return f"遅れが続き{self.judgement.word}" if self.judgement.is_final_year else f"{self.years_behind}年続けて{self.judgement.word}"

    @property
    def weight(self) -> tuple:
        """The heaviest sorts first: both facts, then the longest, then the furthest from 目安."""
        pace = self.judgement.pace
        return -len(self.facts), -self.years_behind, pace is None, pace or 0


@dataclass(frozen=True)
class Concerns:
    """The indicators that need attention, heaviest first; a few are shown at once, the rest on demand."""

    found: list[Concern]

    @property
    def first(self) -> list[Concern]:
        return self.found[:SHOWN_FIRST]

    @property
    def rest(self) -> list[Concern]:
        return self.found[SHOWN_FIRST:]


def concerns(rows: Iterable[JudgedIndicator], fiscal_year: int) -> Concerns:
    """Indicators behind for two years or more, or worse than their baseline, unless 達成 or 順調."""
    rated = [row for row in rows if row.in_year(fiscal_year).status.is_rated and not row.in_year(fiscal_year).status.is_good]
    found = [_concern(row, fiscal_year) for row in rated]
    return Concerns(sorted((concern for concern in found if concern.facts), key=lambda concern: concern.weight))


def _concern(row: JudgedIndicator, fiscal_year: int) -> Concern:
    judgement = row.in_year(fiscal_year)
    return Concern(row.indicator, judgement, _years_behind(row, fiscal_year), _reason(row, judgement))


def _years_behind(row: JudgedIndicator, fiscal_year: int) -> int:
    statuses = [j.status for j in row.judgements if j.fiscal_year <= fiscal_year]
    return next((years for years, status in enumerate(reversed(statuses)) if status is not Status.BEHIND), len(statuses))


def cause_of(row: JudgedIndicator, judgement: Judgement) -> str:
    """The first sentence of the division's comment on that year; empty without one."""
    actual = row.actual(judgement.fiscal_year)
    comment = actual.comment.strip() if actual else ""
    return comment.split("。")[0].strip() + "。" if comment else ""


def _reason(row: JudgedIndicator, judgement: Judgement) -> str:
    """What the division says of that year, else the values it falls short of."""
    cause = cause_of(row, judgement)
    if cause:
        return cause
    return "、".join(f"{part.label} {part.text}" for part in aim_parts(row.indicator, judgement)) + "。"


@dataclass(frozen=True)
class DivisionGaps:
    """The indicators of one division that have neither a value nor a reason. `gaps` pairs each with its page in the admin."""

    name: str
    total: int
    gaps: list[tuple[Indicator, str]]

    @property
    def entered(self) -> int:
        return self.total - len(self.gaps)


@dataclass(frozen=True)
class MissingValues:
    """How far the year's values have been entered, for whoever enters them."""

    divisions: list[DivisionGaps]

    @property
    def total(self) -> int:
        return sum(division.total for division in self.divisions)

    @property
    def missing(self) -> int:
        return sum(len(division.gaps) for division in self.divisions)

    @property
    def entered(self) -> int:
        return self.total - self.missing


def missing_values(frame: Frame, rows: Iterable[JudgedIndicator]) -> MissingValues | None:
    """The gaps that reader may fill, division by division; None for readers who enter nothing."""
    asked = (row for row in rows if row.in_year(frame.fiscal_year).outside is None)
    own = sorted((row for row in asked if row.indicator.is_editable_by(frame.user)), key=_division_order)
    if not own:
        return None
    return MissingValues([_division_gaps(name, list(group), frame.fiscal_year) for (_, name), group in groupby(own, key=_division_order)])


def _division_order(row: JudgedIndicator) -> tuple[int, str]:
    division = row.indicator.division
    return (division.position, division.name) if division else (2**15, "担当課が未定")


def _division_gaps(name: str, rows: list[JudgedIndicator], fiscal_year: int) -> DivisionGaps:
    empty = [row.indicator for row in rows if row.in_year(fiscal_year).status is Status.NOT_ENTERED]
    return DivisionGaps(name, len(rows), [(indicator, reverse("admin:kpis_indicator_change", args=[indicator.pk])) for indicator in empty])
