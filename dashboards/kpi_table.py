"""The table of indicators 「指標の表」 (templates/components/kpi_table.html): a row for each series, a column for each year."""
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.urls import reverse

from common.fiscal import era_short
from dashboards.figures import ProgressFigure, progress_figure
from dashboards.frame import Frame
from dashboards.words import (
    achievement_words,
    amount,
    counting_word,
    kind_word,
    original_words,
    starts_from_nothing,
    state_word,
    unit_word,
    year_amount,
)
from kpis.board import JudgedIndicator
from kpis.progress import Judgement
from kpis.vocabulary import Status, TargetKind

MOST_YEARS = 6
MET = {True: "実施", False: "未実施"}


@dataclass(frozen=True)
class YearCell:
    """One year's result: a number, or words where there is none. `note` says how firm it is or why it is missing."""

    fiscal_year: int
    value: Fraction | None
    words: str
    note: str
    is_shown: bool

    @property
    def era(self) -> str:
        return era_short(self.fiscal_year)


@dataclass(frozen=True)
class KpiRow:
    """One series in the shown year. `amounts` are the yearly parts of a total, as text."""

    judged: JudgedIndicator
    judgement: Judgement
    name: str
    url: str
    kind: str
    baseline_note: str
    cells: list[YearCell]
    target_value: object
    target_notes: list[str]
    figure: ProgressFigure | None
    explanation: str
    achievement: str
    amounts: list[tuple[str, str]]

    @property
    def decimals(self) -> int:
        return self.judgement.facts.decimals


@dataclass(frozen=True)
class KpiTable:
    """The whole table. `years` are its columns, oldest first; the shown year's values lead to their records where there are any."""

    caption: str
    years: list[int]
    fiscal_year: int
    last_fiscal_year: int
    rows: list[KpiRow]
    has_records: bool = False

    @property
    def columns(self) -> int:
        """Every column: name, baseline, years, target, progress, verdict, trend."""
        return len(self.years) + 6


def kpi_table(frame: Frame, rows: Iterable[JudgedIndicator], caption: str, *, by_breakdown: bool = False) -> KpiTable:
    """The table for that reader and year. `by_breakdown` names the series of one indicator on its own page, without links."""
    years = _columns(frame)
    return KpiTable(
        caption=caption,
        years=years,
        fiscal_year=frame.fiscal_year,
        last_fiscal_year=frame.strategy.last_year_in(frame.fiscal_year),
        rows=[_row(frame, row, years, by_breakdown) for row in rows],
        has_records=frame.user.is_authenticated,
    )


def _columns(frame: Frame) -> list[int]:
    """A long plan shows the years around the chosen one; the indicator's own page shows them all."""
    years = list(frame.years)
    end = max(years.index(frame.fiscal_year) + 1, MOST_YEARS)
    return years[max(0, min(end, len(years)) - MOST_YEARS) : end]


def _row(frame: Frame, row: JudgedIndicator, years: list[int], by_breakdown: bool) -> KpiRow:
    indicator, judgement = row.indicator, row.in_year(frame.fiscal_year)
    return KpiRow(
        judged=row,
        judgement=judgement,
        name=indicator.breakdown if by_breakdown else indicator.full_name,
        url="" if by_breakdown else indicator_url(frame, indicator.code),
        kind=_kind(row, judgement),
        baseline_note=_baseline_note(row, judgement),
        cells=[_cell(row.in_year(year), frame) for year in years],
        target_value=judgement.target.value if judgement.target else None,
        target_notes=_target_notes(row, judgement),
        figure=progress_figure(judgement, row.rules),
        explanation=row.explanation(frame.fiscal_year),
        achievement=achievement_words(judgement, row.rules),
        amounts=_amounts(row, years) if judgement.facts.accumulation.is_total else [],
    )


def indicator_url(frame: Frame, code: str) -> str:
    """The indicator's page in the year that is shown."""
    return f"{reverse('indicator', args=[frame.strategy.slug, code])}?year={frame.fiscal_year}"


def _kind(row: JudgedIndicator, judgement: Judgement) -> str:
    plain = judgement.facts.target_kind is TargetKind.INCREASE
    words = [counting_word(judgement), "" if plain else kind_word(judgement), unit_word(row.indicator.unit)]
    return "・".join(filter(None, words))


def _baseline_note(row: JudgedIndicator, judgement: Judgement) -> str:
    if row.indicator.baseline_value is None:
        return "起点0" if starts_from_nothing(judgement) else ""
    return row.indicator.baseline_label


def _cell(judgement: Judgement, frame: Frame) -> YearCell:
    facts = judgement.facts
    has_words = facts.target_kind is TargetKind.MILESTONE and judgement.is_met is not None
    partial = "参考" if judgement.missing_years else ""
    reason = judgement.actual.missing_reason
    absent = reason.label if reason else judgement.status.label if judgement.status is Status.NOT_ENTERED else ""
    absent = judgement.short_word if judgement.outside else absent
    return YearCell(
        fiscal_year=judgement.fiscal_year,
        value=judgement.result,
        words=MET[judgement.is_met] if has_words else "",
        note=state_word(judgement) or partial or absent,
        is_shown=judgement.fiscal_year == frame.fiscal_year,
    )


def _target_notes(row: JudgedIndicator, judgement: Judgement) -> list[str]:
    upper = judgement.target.upper_value if judgement.target else None
    until = f"〜{amount(upper, judgement)}" if upper is not None else ""
    return list(filter(None, [row.indicator.target_label, until, original_words(judgement)]))


def _amounts(row: JudgedIndicator, years: list[int]) -> list[tuple[str, str]]:
    return [(era_short(year), amount(year_amount(row, year), row.in_year(year))) for year in years]
