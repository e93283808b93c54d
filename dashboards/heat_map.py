"""KPI × fiscal year 「KPIの判定（年度別）」: every verdict of the plan at a glance."""
from collections.abc import Iterable
from dataclasses import dataclass

from dashboards.frame import Frame
from goals.models import Goal
from kpis.board import JudgedIndicator
from kpis.models import Indicator
from kpis.progress import Judgement
from kpis.vocabulary import Status


@dataclass(frozen=True)
class HeatCell:
    """One verdict; `judgement` is None where there is nothing to show yet."""

    judgement: Judgement | None
    is_now: bool
    explanation: str = ""

    @property
    def word(self) -> str:
        """The verdict's word; an indicator without a numeric target says how it moved."""
        if self.judgement.outside:
            return self.judgement.short_word
        if self.judgement.status is Status.NOT_RATED:
            return self.judgement.change.label if self.judgement.change else "対象外"
        return self.judgement.word


@dataclass(frozen=True)
class HeatRow:
    """One indicator with a cell for each year of the plan."""

    indicator: Indicator
    cells: list[HeatCell]


@dataclass(frozen=True)
class HeatGroup:
    """The KPIs of one goal."""

    goal: Goal
    rows: list[HeatRow]


@dataclass(frozen=True)
class HeatMap:
    """The groups, laid out in up to two columns of about equal length."""

    years: list[int]
    fiscal_year: int
    columns: list[list[HeatGroup]]


def heat_map(frame: Frame, groups: Iterable[tuple[Goal, list[JudgedIndicator]]], open_years: list[int]) -> HeatMap:
    """The heat map of (goal, its KPIs); only `open_years` have verdicts to show."""
    filled = [HeatGroup(goal, [_row(frame, row, open_years) for row in rows]) for goal, rows in groups if rows]
    return HeatMap(list(frame.strategy.fiscal_years), frame.fiscal_year, _two_columns(filled))


def _row(frame: Frame, row: JudgedIndicator, open_years: list[int]) -> HeatRow:
    return HeatRow(row.indicator, [_cell(frame, row, year, open_years) for year in frame.strategy.fiscal_years])


def _cell(frame: Frame, row: JudgedIndicator, fiscal_year: int, open_years: list[int]) -> HeatCell:
    is_now = fiscal_year == frame.fiscal_year
    if fiscal_year not in open_years:
        return HeatCell(None, is_now)
    return HeatCell(row.in_year(fiscal_year), is_now, row.explanation(fiscal_year) if is_now else "")


def _two_columns(groups: list[HeatGroup]) -> list[list[HeatGroup]]:
    if len(groups) < 2:
        return [groups] if groups else []
    splits = range(1, len(groups))
    middle = min(splits, key=lambda split: abs(_length(groups[:split]) - _length(groups[split:])))
    return [groups[:middle], groups[middle:]]


def _length(groups: list[HeatGroup]) -> int:
    """Lines a column takes, headings included."""
    return sum(len(group.rows) + 1 for group in groups)
