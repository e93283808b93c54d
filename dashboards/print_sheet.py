"""KPI進捗管理表: the sheet of paper for meetings, one goal a page. The same verdicts as on screen, in columns that fit A4."""
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from common.fiscal import era_short
from common.japanese import number_text, percent_text
from dashboards.figures import ProgressFigure, progress_figure
from dashboards.frame import Frame
from dashboards.legend import LegendEntry, legend
from dashboards.overview import StatusLine, status_lines, without_hidden
from goals.models import Goal
from kpis.board import JudgedIndicator, StatusCounts
from kpis.explanation import explain_briefly
from kpis.models import Indicator
from kpis.progress import Judgement
from kpis.vocabulary import RATED, Status, TargetKind, ValueState

YEARS_ON_PAPER = 5
TARGET_NOTES = {TargetKind.FLOOR: "下限", TargetKind.CEILING: "上限"}


@dataclass(frozen=True)
class SheetValue:
    """What one cell says: a number as people read it, with a note below it."""

    text: str
    note: str = ""


@dataclass(frozen=True)
class SheetRow:
    """One indicator. `baseline` stands in brackets where it is only a reference; `continues` marks a further 内訳 of the KPI above."""

    indicator: Indicator
    judgement: Judgement
    baseline: SheetValue
    results: list[SheetValue]
    target: SheetValue
    figure: ProgressFigure | None
    comment: str
    continues: bool

    @property
    def word(self) -> str:
        """The verdict in a narrow column."""
        is_plain = self.judgement.status is Status.NOT_RATED and not self.judgement.outside
        return "対象外" if is_plain else self.judgement.short_word


@dataclass(frozen=True)
class SheetGroup:
    """The rows under one heading: the goal's numeric targets, or one measure with the divisions in charge."""

    name: str
    divisions: list[str]
    rows: list[SheetRow]


@dataclass(frozen=True)
class SheetPage:
    """One goal on one page."""

    goal: Goal
    counts: StatusCounts
    statuses: list[StatusLine]
    legend: list[LegendEntry]
    groups: list[SheetGroup]


@dataclass(frozen=True)
class PrintSheet:
    """The whole sheet for one fiscal year."""

    years: list[int]
    last_fiscal_year: int
    elapsed_years: int
    expected_share: str
    pages: list[SheetPage]
    has_totals: bool

    @property
    def width(self) -> int:
        """Columns of the table: nine beside the years."""
        return len(self.years) + 9


def print_sheet_content(frame: Frame) -> PrintSheet:
    """The sheet for that reader and year: five queries. Years before the last five and goals without a row are left out."""
    rows = without_hidden(frame, frame.judged_indicators())
    years = [year for year in frame.years if year <= frame.fiscal_year][-YEARS_ON_PAPER:]
    by_parent = _by_parent(rows)
    pages = (_page(frame, goal, by_parent, years) for goal in frame.strategy.goals.prefetch_related("measures"))
    first, last = frame.strategy.first_fiscal_year, frame.strategy.last_year_in(frame.fiscal_year)
    elapsed = frame.fiscal_year - first + 1
    return PrintSheet(
        years=years,
        last_fiscal_year=last,
        elapsed_years=elapsed,
        expected_share=percent_text(Fraction(elapsed, last - first + 1), 0),
        pages=[page for page in pages if page.groups],
        has_totals=any(row.in_year(frame.fiscal_year).facts.accumulation.is_total for row in rows),
    )


def _by_parent(rows: Iterable[JudgedIndicator]) -> dict[tuple[str, int], list[JudgedIndicator]]:
    """Rows by ("goal", pk) or ("measure", pk)."""
    found = defaultdict(list)
    for row in rows:
        indicator = row.indicator
        found[("goal", indicator.goal_id) if indicator.is_numeric_target else ("measure", indicator.measure_id)].append(row)
    return found


def _page(frame: Frame, goal: Goal, by_parent: dict, years: list[int]) -> SheetPage:
    measures = [(f"({measure.number}) {measure.name}", by_parent[("measure", measure.pk)]) for measure in goal.measures.all()]
    counts = StatusCounts.of((row for _, rows in measures for row in rows), frame.fiscal_year)
    statuses = {*RATED, *(status for status, _ in counts.present)}
    groups = [("数値目標", by_parent[("goal", goal.pk)]), *measures]
    return SheetPage(
        goal=goal,
        counts=counts,
        statuses=status_lines(counts, is_final_year=frame.is_final_year),
        legend=legend(frame.strategy, is_final_year=frame.is_final_year, statuses=statuses),
        groups=[_group(name, rows, frame.fiscal_year, years) for name, rows in groups if rows],
    )


def _group(name: str, rows: list[JudgedIndicator], fiscal_year: int, years: list[int]) -> SheetGroup:
    divisions = dict.fromkeys(row.indicator.division.name for row in rows if row.indicator.division)
    above = [None, *rows]
    return SheetGroup(name, list(divisions), [_row(row, fiscal_year, years, previous) for row, previous in zip(rows, above, strict=False)])


def _row(row: JudgedIndicator, fiscal_year: int, years: list[int], above: JudgedIndicator | None) -> SheetRow:
    judgement = row.in_year(fiscal_year)
    return SheetRow(
        indicator=row.indicator,
        judgement=judgement,
        baseline=_baseline(row.indicator, judgement),
        results=[_result(row.in_year(year)) for year in years],
        target=_target(row.indicator, judgement),
        figure=progress_figure(judgement, row.rules),
        comment=_comment(row, judgement),
        continues=above is not None and (above.indicator.code, above.indicator.name) == (row.indicator.code, row.indicator.name),
    )


def _baseline(indicator: Indicator, judgement: Judgement) -> SheetValue:
    facts = judgement.facts
    if facts.baseline_value is None:
        return SheetValue(number_text(None))
    text = f"{indicator.baseline_qualifier}{number_text(facts.baseline_value, facts.decimals)}"
    return SheetValue(f"({text})" if facts.accumulation.is_total else text, facts.baseline_label.removesuffix("実績"))


def _result(judgement: Judgement) -> SheetValue:
    actual = judgement.actual
    if judgement.facts.target_kind is TargetKind.MILESTONE and actual.is_met is not None:
        return SheetValue("実施" if actual.is_met else "未実施")
    if judgement.result is None:
        return SheetValue(number_text(None), actual.missing_reason.label if actual.missing_reason else "")
    note = "" if actual.state is ValueState.CONFIRMED else actual.state.label
    return SheetValue(number_text(judgement.result, judgement.facts.decimals), note)


def _target(indicator: Indicator, judgement: Judgement) -> SheetValue:
    facts, target = judgement.facts, judgement.target
    if target is None or target.value is None:
        return SheetValue(number_text(None))
    text = f"{indicator.target_qualifier}{number_text(target.value, facts.decimals)}"
    if facts.target_kind is TargetKind.RANGE:
        text = f"{text}～{number_text(target.upper_value, facts.decimals)}"
    if original := _original(judgement):
        return SheetValue(text, original)
    return SheetValue(text, facts.target_label or TARGET_NOTES.get(facts.target_kind, ""))


def _original(judgement: Judgement) -> str:
    """「当初 90.0」「当初 R6まで」: what the plan was adopted with, without the unit that the row names."""
    target = number_text(judgement.against_original.target.value, judgement.facts.decimals) if judgement.has_other_target else ""
    period = f"{era_short(judgement.facts.original_last_year)}まで" if judgement.is_extended and judgement.against_original else ""
    return f"当初 {'・'.join(filter(None, (target, period)))}" if target or period else ""


def _comment(row: JudgedIndicator, judgement: Judgement) -> str:
    """The division's comment on the year; without one, an indicator that is behind at least says by how much."""
    actual = row.actual(judgement.fiscal_year)
    if actual and actual.comment.strip():
        return actual.comment.strip()
    return explain_briefly(judgement) if judgement.status.is_rated and not judgement.status.is_good else ""
