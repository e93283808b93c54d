"""主要施策の評価: everything about one measure in a review, as the reader may know it."""
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from accounts.models import Division
from common.fiscal import era_long
from dashboards.frame import Crumb
from dashboards.kpi_table import KpiTable, kpi_table
from goals.models import Goal, Initiative, Measure
from kpis.board import JudgedIndicator
from reviews.access import may_self_evaluate, own_measures, plans
from reviews.council.threads import Threads, threads
from reviews.frame import ReviewFrame
from reviews.measures.fields import Attempt
from reviews.measures.parts import (
    CouncilPart,
    InitiativesPart,
    InternalPart,
    SelfPart,
    council_part,
    initiatives_part,
    internal_part,
    self_part,
)
from reviews.measures.states import Mark, MeasureState, grouped_by_goal, kpis_of, measure_number, measure_states, proposal_for
from reviews.measures.visible import council_evaluations_for, initiatives_for, internal_evaluations_for, self_evaluations_for
from reviews.models import InitiativeProgress
from reviews.stages import Work, is_open
from reviews.vocabulary import Body, Stage


@dataclass(frozen=True)
class NavEntry:
    """A measure in the list beside the page; its mark says what counts in the review's stage."""

    state: MeasureState
    mark: Mark
    is_here: bool


@dataclass(frozen=True)
class MeasurePage:
    """The whole page. The four facts stand side by side: status, self-evaluation, internal meeting, council."""

    measure: Measure
    number: str
    title: str
    crumbs: list[Crumb]
    navigation: list[tuple[Goal, list[NavEntry]]]
    legend: list[Mark]
    measures: int
    before: MeasureState | None
    after: MeasureState | None
    table: KpiTable
    divisions: list[Division]
    unchecked: int
    self_parts: list[SelfPart]
    initiatives: InitiativesPart
    internal: InternalPart
    council: CouncilPart
    opinions: Threads
    council_meets_on: date | None
    last_year: str
    is_sample: bool


def measure_page(frame: ReviewFrame, measure: Measure, attempt: Attempt | None = None) -> MeasurePage:
    """The page for that reader; with an attempt its form keeps what was typed. As many queries, however much the plan holds."""
    states, stage, rows = measure_states(frame), Stage(frame.review.stage), kpis_of(frame, measure)
    opinions = threads(frame.review, measure, frame.user)
    here = next(place for place, state in enumerate(states) if state.measure.pk == measure.pk)
    navigation = [
        (goal, [NavEntry(state, state.mark(stage), state.measure.pk == measure.pk) for state in of_goal]) for goal, of_goal in grouped_by_goal(states)
    ]
    number = measure_number(measure)
    return MeasurePage(
        measure=measure,
        number=number,
        title=f"{number} {measure.name}",
        crumbs=_crumbs(frame, number, measure),
        navigation=navigation,
        legend=list(dict.fromkeys(entry.mark for _, entries in navigation for entry in entries)),
        measures=len(states),
        before=states[here - 1] if here else None,
        after=states[here + 1] if here + 1 < len(states) else None,
        table=kpi_table(frame, rows, f"主要施策{number}のKPI"),
        divisions=[part.division for part in states[here].parts if part.division],
        unchecked=_unchecked(frame, rows),
        self_parts=_self_parts(frame, measure, states[here], attempt),
        initiatives=_initiatives(frame, measure, _of(attempt, "initiatives")),
        internal=_internal(frame, measure, states[here], rows, _of(attempt, "internal")),
        council=_council(frame, measure, states[here], opinions, _of(attempt, "council")),
        opinions=opinions,
        council_meets_on=_council_meets_on(frame),
        last_year=era_long(frame.fiscal_year - 1),
        is_sample=frame.review.is_sample,
    )


def review_crumbs(frame: ReviewFrame, *further: Crumb) -> list[Crumb]:
    """評価・検証 › 令和5年度 › … for every page of a review."""
    slug, year = frame.strategy.slug, frame.review.fiscal_year
    own = Crumb(era_long(year), reverse("review", args=[slug, year]) if further else "")
    return [Crumb("評価・検証", reverse("reviews", args=[slug])), own, *further]


def _crumbs(frame: ReviewFrame, number: str, measure: Measure) -> list[Crumb]:
    return review_crumbs(frame, Crumb(f"{number} {measure.name}"))


def _of(attempt: Attempt | None, form: str) -> Attempt | None:
    return attempt if attempt and attempt.form == form and not attempt.takes_back else None


def _unchecked(frame: ReviewFrame, rows: list[JudgedIndicator]) -> int:
    """How many of the shown values nobody has taken as right yet, as long as that is still the work to do."""
    if not is_open(Work.SELF_EVALUATION, Stage(frame.review.stage)):
        return 0
    shown = (row.actual(frame.fiscal_year) for row in rows)
    return sum(each is not None and not each.is_checked for each in shown)


def _last_years(frame: ReviewFrame, rows, measure: Measure):
    """Final texts of the same measure a year before."""
    return rows.filter(review__fiscal_year=frame.review.fiscal_year - 1, measure=measure)


def _self_parts(frame: ReviewFrame, measure: Measure, state: MeasureState, attempt: Attempt | None) -> list[SelfPart]:
    handed_in = _last_years(frame, self_evaluations_for(frame.user, frame.strategy), measure).filter(submitted_at__isnull=False)
    before = {row.division_id: row for row in handed_in}
    leads, is_stage = plans(frame.user), is_open(Work.SELF_EVALUATION, Stage(frame.review.stage))
    parts = []
    for part in state.parts:
        key = part.division.pk if part.division else None
        may = may_self_evaluate(frame.user, frame.review, part.division)
        is_own = part.division is None or key == frame.user.division_id
        made = self_part(part, before.get(key), _of(attempt, f"self-{key or 0}"), may_write=may, may_return=leads and is_stage, is_own=is_own)
        parts.append(made)
    return parts


def _initiatives(frame: ReviewFrame, measure: Measure, attempt: Attempt | None) -> InitiativesPart:
    year, user = frame.review.fiscal_year, frame.user
    rows = initiatives_for(user, frame.strategy).filter(initiative__measure=measure, review__fiscal_year__in=(year - 1, year))
    found: dict[int, dict[int, InitiativeProgress]] = {year - 1: {}, year: {}}
    for row in rows.select_related("initiative", "review"):
        found[row.review.fiscal_year][row.initiative_id] = row
    initiatives = list(Initiative.objects.filter(measure=measure).order_by("number"))
    return initiatives_part(initiatives, found[year], found[year - 1], attempt, may_write=_may_write_initiatives(frame, measure), is_own=not plans(user))


def _may_write_initiatives(frame: ReviewFrame, measure: Measure) -> bool:
    if not is_open(Work.SELF_EVALUATION, Stage(frame.review.stage)):
        return False
    user = frame.user
    return plans(user) or (user.has_perm("reviews.change_selfevaluation") and measure.pk in own_measures(user, frame.strategy))


def _internal(frame: ReviewFrame, measure: Measure, state: MeasureState, rows: list[JudgedIndicator], attempt: Attempt | None) -> InternalPart:
    grades = list(frame.review.scale.grades.all())
    before = _last_years(frame, internal_evaluations_for(frame.user, frame.strategy), measure).filter(confirmed_at__isnull=False).select_related("grade").first()
    may_write = plans(frame.user) and is_open(Work.INTERNAL_EVALUATION, Stage(frame.review.stage))
    return internal_part(state.internal, before, grades, proposal_for(frame, rows, grades), attempt, is_open=may_write)


def _council(frame: ReviewFrame, measure: Measure, state: MeasureState, opinions: Threads, attempt: Attempt | None) -> CouncilPart:
    before = _last_years(frame, council_evaluations_for(frame.user, frame.strategy), measure).filter(confirmed_at__isnull=False).first()
    may_write = plans(frame.user) and is_open(Work.COUNCIL_EVALUATION, Stage(frame.review.stage))
    return council_part(state.council, before, _tally(opinions), attempt, is_open=may_write)


def _tally(opinions: Threads) -> dict[str, int]:
    """How many members gave which rating, for those who may know."""
    return {share.rating.value: share.count for share in opinions.tally.shares} if opinions.tally else {}


def _council_meets_on(frame: ReviewFrame) -> date | None:
    """The next meeting of the council, at which the evaluation is made final."""
    ahead = frame.review.meetings.filter(body=Body.PROMOTION_COUNCIL, held_at__isnull=True, meets_on__gte=frame.today)
    return ahead.order_by("meets_on").values_list("meets_on", flat=True).first()
