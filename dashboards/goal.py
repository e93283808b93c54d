"""基本目標: what a goal's page shows, from the conclusion down to each measure."""
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import F, Q, QuerySet
from django.http import Http404

from common.japanese import percent_text
from dashboards.attention import cause_of
from dashboards.facts import Fact, trend_facts
from dashboards.figures import ProgressFigure, progress_figure
from dashboards.frame import Crumb, Frame
from dashboards.joined import with_children
from dashboards.kpi_table import KpiTable, indicator_url, kpi_table
from dashboards.words import missing_words
from goals.models import Goal, Initiative, Measure, NationalGoal, SdgLink
from kpis.board import JudgedIndicator, StatusCounts
from kpis.explanation import explain_briefly
from kpis.models import Indicator
from kpis.progress import Judgement
from kpis.vocabulary import Status, TargetKind
from partnerships.models import Agreement

LAGGING = (Status.BEHIND, Status.SLIGHTLY_BEHIND)
WITHOUT_VALUE = (Status.NOT_MEASURED, Status.NOT_ENTERED)


@dataclass(frozen=True)
class Lag:
    """An indicator that is not where it should be, and why, in one line."""

    judged: JudgedIndicator
    judgement: Judgement
    url: str
    figure: ProgressFigure | None
    expected: str
    reason: str


@dataclass(frozen=True)
class Gap:
    """An indicator without a value that year."""

    judged: JudgedIndicator
    judgement: Judgement
    url: str
    reason: str


@dataclass(frozen=True)
class Conclusion:
    """How the goal stands in the shown year. `share` is the part of the judged that is 達成 or 順調; empty when none was judged."""

    counts: StatusCounts
    before: StatusCounts | None
    numeric_targets: int
    kpis: int
    share: str
    share_before: str
    lagging: list[Lag]
    gaps: list[Gap]


@dataclass(frozen=True)
class TrendCard:
    """A series with its chart's figures and the sentence that explains its verdict."""

    judged: JudgedIndicator
    judgement: Judgement
    uid: str
    name: str
    url: str
    facts: list[Fact]
    explanation: str


@dataclass(frozen=True)
class MeasureBlock:
    """A measure with everything the plan says of it and its table of KPIs."""

    measure: Measure
    divisions: list[str]
    sdg_links: list[SdgLink]
    initiatives: list[Initiative]
    table: KpiTable
    agreements: list[Agreement]


@dataclass(frozen=True)
class GoalPage:
    """The whole page. `goals` are all of the strategy's, for the tabs."""

    title: str
    crumbs: list[Crumb]
    goal: Goal
    goals: list[Goal]
    national_goals: list[NationalGoal]
    conclusion: Conclusion
    numeric_targets: list[TrendCard]
    charted_targets: list[JudgedIndicator]
    rows: list[JudgedIndicator]
    charted_kpis: list[JudgedIndicator]
    measures: list[MeasureBlock]
    has_unknown_sdg: bool
    is_sample: bool

    @property
    def has_room_beside_targets(self) -> bool:
        """Whether the last of the numeric targets' cards, two in a row, stands alone."""
        return len(self.numeric_targets) % 2 == 1 or not self.rows

    @property
    def status_title(self) -> str:
        return f"基本目標{self.goal.number}の判定（年度別）"

    @property
    def progress_title(self) -> str:
        return f"基本目標{self.goal.number}のKPIの進捗率"


def goal_content(frame: Frame, number: int) -> GoalPage:
    """The page of that goal: seven queries, however much the plan holds. Raises Http404 for a number the plan does not have."""
    goals = with_children(frame.strategy.goals.order_by("number"), "national_goals", NationalGoal, ("generation", "is_cross_cutting", "number", "name"))
    goal, national_goals = _chosen(goals, number)
    rows = _rows(frame, goal)
    targets = [row for row in rows if row.indicator.is_numeric_target]
    kpis = [row for row in rows if not row.indicator.is_numeric_target]
    measures = _measures(frame, goal, kpis)
    return GoalPage(
        title=f"基本目標{goal.number} {goal.name}",
        crumbs=[Crumb(f"基本目標{goal.number}")],
        goal=goal,
        goals=[each for each, _ in goals],
        national_goals=national_goals,
        conclusion=_conclusion(frame, targets, kpis),
        numeric_targets=[trend_card(frame, row) for row in targets],
        charted_targets=targets,
        rows=rows,
        charted_kpis=[row for row in kpis if _has_rate(row) and row.in_year(frame.fiscal_year).outside is None],
        measures=measures,
        has_unknown_sdg=any(link.sdg_number is None for block in measures for link in block.sdg_links),
        is_sample=any(row.is_sample for row in rows),
    )


def _chosen(goals: list[tuple[Goal, list[NationalGoal]]], number: int) -> tuple[Goal, list[NationalGoal]]:
    for goal, national_goals in goals:
        if goal.number == number:
            return goal, national_goals
    raise Http404(f"基本目標{number}はこの計画にありません。")


def _rows(frame: Frame, goal: Goal) -> list[JudgedIndicator]:
    of_goal = Q(goal=goal) | Q(measure__goal=goal)
    return frame.judged_indicators(Indicator.objects.for_dashboard(frame.strategy, frame.user).filter(of_goal))


def _has_rate(row: JudgedIndicator) -> bool:
    return row.judgements[0].facts.target_kind not in (TargetKind.DIRECTION, TargetKind.MILESTONE)


def _conclusion(frame: Frame, targets: list[JudgedIndicator], kpis: list[JudgedIndicator]) -> Conclusion:
    rows, year = [*targets, *kpis], frame.fiscal_year
    counts = StatusCounts.of(rows, year)
    before = StatusCounts.of(rows, year - 1) if year - 1 in frame.years else None
    return Conclusion(
        counts=counts,
        before=before,
        numeric_targets=sum(row.in_year(year).outside is None for row in targets),
        kpis=sum(row.in_year(year).outside is None for row in kpis),
        share=_share(counts),
        share_before=_share(before) if before else "",
        lagging=[_lag(frame, row) for status in LAGGING for row in rows if row.in_year(year).status is status],
        gaps=[_gap(frame, row) for row in rows if row.in_year(year).status in WITHOUT_VALUE],
    )


def _share(counts: StatusCounts) -> str:
    return percent_text(Fraction(counts.good, counts.rated), 0) if counts.rated else ""


def _lag(frame: Frame, row: JudgedIndicator) -> Lag:
    judgement = row.in_year(frame.fiscal_year)
    return Lag(
        judged=row,
        judgement=judgement,
        url=indicator_url(frame, row.indicator.code),
        figure=progress_figure(judgement, row.rules),
        expected="" if judgement.progress_rate is None else f"目安 {row.rules.rate_text(judgement.expected_progress)}",
        reason=cause_of(row, judgement) or explain_briefly(judgement),
    )


def _gap(frame: Frame, row: JudgedIndicator) -> Gap:
    judgement = row.in_year(frame.fiscal_year)
    return Gap(row, judgement, indicator_url(frame, row.indicator.code), missing_words(judgement))


def trend_card(frame: Frame, row: JudgedIndicator, name: str = "") -> TrendCard:
    """The card of one series; `name` replaces the indicator's own where the page has said it already."""
    indicator, year = row.indicator, frame.fiscal_year
    return TrendCard(
        judged=row,
        judgement=row.in_year(year),
        uid=f"t-{indicator.pk}",
        name=name or indicator.full_name,
        url="" if name else indicator_url(frame, indicator.code),
        facts=trend_facts(row, year),
        explanation=row.explanation(year),
    )


def _measures(frame: Frame, goal: Goal, kpis: list[JudgedIndicator]) -> list[MeasureBlock]:
    links = _grouped((link.measure_id, link) for link in SdgLink.objects.filter(measure__goal=goal).order_by("measure", "position"))
    agreements = _grouped((each.of_measure, each) for each in _agreements(goal))
    by_measure = _grouped((row.indicator.measure_id, row) for row in kpis)
    families = with_children(goal.measures.order_by("number"), "initiatives", Initiative, ("number", "name", "summary"))
    return [
        MeasureBlock(
            measure=measure,
            divisions=_divisions(by_measure[measure.pk]),
            sdg_links=links[measure.pk],
            initiatives=initiatives,
            table=kpi_table(frame, by_measure[measure.pk], f"主要施策({measure.number}) {measure.name}のKPI"),
            agreements=agreements[measure.pk],
        )
        for measure, initiatives in families
    ]


def _agreements(goal: Goal) -> QuerySet:
    """The agreements linked to that goal's measures, once for each measure, which `of_measure` names."""
    return Agreement.objects.filter(measures__goal=goal).annotate(of_measure=F("measures")).order_by("number")


def _grouped(pairs: Iterable[tuple]) -> dict[object, list]:
    found = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


def _divisions(rows: list[JudgedIndicator]) -> list[str]:
    """Who is responsible, each division once, in the order of the KPIs."""
    return list(dict.fromkeys(row.indicator.division.name for row in rows if row.indicator.division))
