"""全体の状況: what the page shows, one dataclass for each section. All of it comes from kpis.board and the plan's structure."""
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from common.fiscal import era_long, era_span, fiscal_year_of
from dashboards.attention import Changes, Concerns, MissingValues, changes, concerns, missing_values
from dashboards.figures import AimPart, ProgressFigure, aim_parts, progress_figure
from dashboards.frame import Frame
from dashboards.heat_map import HeatMap, heat_map
from dashboards.legend import LegendEntry, legend
from goals.models import Goal, SdgLink
from goals.sdgs import SDG_NAMES
from kpis.board import JudgedIndicator, StatusCounts
from kpis.facts import Rules
from kpis.models import Indicator, rules_of
from kpis.progress import Judgement
from kpis.vocabulary import RATED, Status, ValueState


@dataclass(frozen=True)
class YearLine:
    """How the KPIs stood in one year. `share` is the part that is 達成 or 順調, as shown; empty when none was judged."""

    fiscal_year: int
    counts: StatusCounts
    share: str
    is_shown: bool
    is_final_year: bool


@dataclass(frozen=True)
class StatusLine:
    """One verdict with how many indicators have it."""

    status: Status
    word: str
    count: int


@dataclass(frozen=True)
class Conclusion:
    """The ten-second answer."""

    now: YearLine
    previous: YearLine | None
    kpi_count: int
    statuses: list[StatusLine]
    elapsed_years: int
    total_years: int
    is_year_over: bool

    @property
    def without_value(self) -> int:
        """Indicators that could be judged had they a value."""
        return self.now.counts.by_status[Status.NOT_ENTERED] + self.now.counts.by_status[Status.NOT_MEASURED]

    @property
    def is_early(self) -> bool:
        """Whether so many values are missing that the share may still change a lot."""
        return self.without_value > self.now.counts.rated

    @property
    def remaining_years(self) -> int:
        return self.total_years - self.elapsed_years


@dataclass(frozen=True)
class NumericTarget:
    """A goal's numeric target. `known` is the year's judgement, or the last earlier one with a value when the year has none."""

    judged: JudgedIndicator
    judgement: Judgement
    known: Judgement | None
    figure: ProgressFigure | None
    aim: list[AimPart]

    @property
    def is_of_earlier_year(self) -> bool:
        return self.known is not None and self.known.fiscal_year != self.judgement.fiscal_year


@dataclass(frozen=True)
class GoalCard:
    """One goal: its numeric targets and the verdicts on its KPIs."""

    goal: Goal
    numeric_targets: list[NumericTarget]
    counts: StatusCounts
    statuses: list[StatusLine]


@dataclass(frozen=True)
class SdgCount:
    """How many measures serve one of the seventeen goals."""

    number: int
    name: str
    measures: int


@dataclass(frozen=True)
class SdgStrip:
    """The seventeen goals. The plan's source does not tell every number; those measures are counted apart, never guessed."""

    counts: list[SdgCount]
    measures_without_number: int
    goals_without_number: list[int]


@dataclass(frozen=True)
class Overview:
    """The whole page."""

    period: str
    conclusion: Conclusion
    years: list[YearLine]
    goals: list[GoalCard]
    heat_map: HeatMap
    legend: list[LegendEntry]
    changes: Changes
    concerns: Concerns
    missing: MissingValues | None
    sdgs: SdgStrip | None
    preliminary: int


def overview_content(frame: Frame) -> Overview:
    """The page for that reader and year: six queries, however many indicators there are."""
    loaded = Indicator.objects.for_dashboard(frame.strategy, frame.user).select_related("measure")
    rows = without_hidden(frame, frame.judged_indicators(loaded))
    kpis = [row for row in rows if not row.indicator.is_numeric_target]
    by_goal = _by_goal(rows)
    goals = [(goal, by_goal[goal.pk]) for goal in frame.strategy.goals.all()]
    years = _open_years(frame, rows)
    return Overview(
        period=_period(frame),
        conclusion=_conclusion(frame, kpis),
        years=[_year_line(frame, kpis, year) for year in years],
        goals=[_goal_card(frame, goal, of_goal) for goal, of_goal in goals],
        heat_map=heat_map(frame, [(goal, _kpis(of_goal)) for goal, of_goal in goals], years),
        legend=legend(frame.strategy, is_final_year=frame.is_final_year, statuses=_statuses(kpis)),
        changes=changes(rows, frame.fiscal_year),
        concerns=concerns(rows, frame.fiscal_year),
        missing=missing_values(frame, rows),
        sdgs=_sdg_strip(frame),
        preliminary=sum(_is_preliminary(row.in_year(frame.fiscal_year)) for row in rows),
    )


def _period(frame: Frame) -> str:
    """「令和2～6年度」; 「令和2～7年度、当初は令和6年度まで」 once it was extended."""
    strategy, last = frame.strategy, frame.strategy.last_year_in(frame.fiscal_year)
    span = era_span(strategy.first_fiscal_year, last)
    return span if last == strategy.last_fiscal_year else f"{span}、当初は{era_long(strategy.last_fiscal_year)}まで"


def without_hidden(frame: Frame, rows: list[JudgedIndicator]) -> list[JudgedIndicator]:
    """The rows whose values of the shown year that reader may see: what is hidden must not pass for 未測定."""
    return [row for row in rows if row.indicator.is_editable_by(frame.user)] if frame.shows_own_division_only else rows


def status_lines(counts: StatusCounts, *, is_final_year: bool, always: Iterable[Status] = ()) -> list[StatusLine]:
    """The verdicts that occur (and those always named), best first."""
    named = {*always, *(status for status, _ in counts.present)}
    return [StatusLine(status, status.word(is_final_year), count) for status, count in counts.by_status.items() if status in named]


def _conclusion(frame: Frame, kpis: list[JudgedIndicator]) -> Conclusion:
    now, before = _year_line(frame, kpis, frame.fiscal_year), frame.fiscal_year - 1
    return Conclusion(
        now=now,
        previous=_year_line(frame, kpis, before) if before in frame.years else None,
        kpi_count=len({row.indicator.code for row in kpis if row.in_year(frame.fiscal_year).outside is None}),
        statuses=status_lines(now.counts, is_final_year=frame.is_final_year, always=RATED),
        elapsed_years=frame.fiscal_year - frame.strategy.first_fiscal_year + 1,
        total_years=frame.strategy.last_year_in(frame.fiscal_year) - frame.strategy.first_fiscal_year + 1,
        is_year_over=fiscal_year_of(frame.today) > frame.fiscal_year,
    )


def _year_line(frame: Frame, kpis: list[JudgedIndicator], fiscal_year: int) -> YearLine:
    counts = StatusCounts.of(kpis, fiscal_year)
    share = _share(counts, rules_of(frame.strategy)) if counts.rated else ""
    return YearLine(fiscal_year, counts, share, fiscal_year == frame.fiscal_year, fiscal_year == frame.strategy.last_year_in(fiscal_year))


def _share(counts: StatusCounts, rules: Rules) -> str:
    return rules.rate_text(Fraction(counts.good, counts.rated))


def _open_years(frame: Frame, rows: list[JudgedIndicator]) -> list[int]:
    """The visible years up to the one shown, and later ones in which something is known."""
    return [year for year in frame.years if year <= frame.fiscal_year or any(_is_known(row.in_year(year)) for row in rows)]


def _is_known(judgement: Judgement) -> bool:
    return judgement.outside is None and judgement.status not in (Status.NOT_MEASURED, Status.NOT_ENTERED)


def _is_preliminary(judgement: Judgement) -> bool:
    return judgement.result is not None and judgement.actual.state is not ValueState.CONFIRMED


def _by_goal(rows: Iterable[JudgedIndicator]) -> dict[int, list[JudgedIndicator]]:
    found = defaultdict(list)
    for row in rows:
        found[row.indicator.goal_id or row.indicator.measure.goal_id].append(row)
    return found


def _kpis(rows: Iterable[JudgedIndicator]) -> list[JudgedIndicator]:
    return [row for row in rows if not row.indicator.is_numeric_target]


def _statuses(kpis: Iterable[JudgedIndicator]) -> set[Status]:
    return {judgement.status for row in kpis for judgement in row.judgements if judgement.outside is None}


def _goal_card(frame: Frame, goal: Goal, rows: list[JudgedIndicator]) -> GoalCard:
    counts = StatusCounts.of(_kpis(rows), frame.fiscal_year)
    targets = [_numeric_target(frame, row) for row in rows if row.indicator.is_numeric_target]
    return GoalCard(goal, targets, counts, status_lines(counts, is_final_year=frame.is_final_year))


def _numeric_target(frame: Frame, row: JudgedIndicator) -> NumericTarget:
    judgement = row.in_year(frame.fiscal_year)
    values = [j for j in row.judgements if j.fiscal_year <= frame.fiscal_year and j.result is not None]
    known = values[-1] if values else None
    return NumericTarget(row, judgement, known, progress_figure(judgement, row.rules), aim_parts(row.indicator, judgement))


def _sdg_strip(frame: Frame) -> SdgStrip | None:
    links = SdgLink.objects.filter(measure__goal__strategy=frame.strategy).order_by()
    measures, goals = defaultdict(set), set()
    for number, measure, goal in links.values_list("sdg_number", "measure", "measure__goal__number"):
        measures[number].add(measure)
        goals |= {goal} if number is None else set()
    if not measures:
        return None
    counts = [SdgCount(number, name, len(measures[number])) for number, name in SDG_NAMES.items()]
    return SdgStrip(counts, len(measures[None]), sorted(goals))
