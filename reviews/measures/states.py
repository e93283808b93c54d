"""The measures of a review with how far each has come, as the reader may know it: for the overview and the list beside each measure."""
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse

from accounts.models import Division
from goals.models import Goal, Measure
from kpis.board import JudgedIndicator, judged_indicators
from kpis.models import Indicator
from reviews.access import measures_of, seat_of, visible_joint_opinions
from reviews.frame import ReviewFrame
from reviews.measures.proposals import Proposal, propose
from reviews.measures.visible import council_evaluations_for, internal_evaluations_for, self_evaluations_for
from reviews.models import CouncilEvaluation, EvaluationGrade, InternalEvaluation, SelfEvaluation
from reviews.vocabulary import ResponseState, Stage


@dataclass(frozen=True)
class Mark:
    """A state as an icon with its word; `tone` is its colour's class."""

    icon: str
    word: str
    tone: str


SUBMITTED, RETURNED = Mark("check", "提出済み", "s-ok"), Mark("loop", "差戻し", "s-late")
DRAFT, BLANK = Mark("not_entered", "下書き", "s-todo"), Mark("clock", "未提出", "s-na")
CONFIRMED, UNCONFIRMED = Mark("check", "確定", "s-ok"), Mark("clock", "評価前", "s-na")
ANSWERED, ANSWERING, AWAITED = Mark("check", "回答済み", "s-ok"), Mark("not_entered", "回答待ち", "s-todo"), Mark("clock", "意見待ち", "s-na")


@dataclass(frozen=True)
class OwnPart:
    """A division's self-evaluation of a measure; None where it wrote nothing, or a draft that is not the reader's to see."""

    division: Division | None
    evaluation: SelfEvaluation | None

    @property
    def name(self) -> str:
        return self.division.name if self.division else "担当課なし"

    @property
    def mark(self) -> Mark:
        return mark_of_self(self.evaluation)


def mark_of_self(evaluation: SelfEvaluation | None) -> Mark:
    """How far a self-evaluation has come."""
    if evaluation is None:
        return BLANK
    if evaluation.submitted_at:
        return SUBMITTED
    return RETURNED if evaluation.return_reason else DRAFT


def mark_of_confirmed(evaluation: InternalEvaluation | CouncilEvaluation | None) -> Mark:
    """How far an evaluation of a meeting has come."""
    if evaluation is None:
        return UNCONFIRMED
    return CONFIRMED if evaluation.confirmed_at else DRAFT


@dataclass(frozen=True)
class MeasureState:
    """One measure in the review; `opinions` are the council's, `unanswered` those without a final response."""

    measure: Measure
    url: str
    parts: list[OwnPart]
    internal: InternalEvaluation | None
    council: CouncilEvaluation | None
    opinions: int
    unanswered: int

    @property
    def number(self) -> str:
        return measure_number(self.measure)

    @property
    def answered(self) -> int:
        return self.opinions - self.unanswered

    @property
    def internal_mark(self) -> Mark:
        return mark_of_confirmed(self.internal)

    @property
    def council_mark(self) -> Mark:
        return mark_of_confirmed(self.council)

    @property
    def self_mark(self) -> Mark:
        """Of all its divisions: handed in when every one is."""
        marks = [part.mark for part in self.parts]
        return next((each for each in (RETURNED, DRAFT, BLANK) if each in marks), SUBMITTED)

    def mark(self, stage: Stage) -> Mark:
        """What counts in that stage."""
        if stage is Stage.ENTRY:
            return self.self_mark
        if stage is Stage.INTERNAL:
            return self.internal_mark
        if stage is Stage.PUBLICATION:
            return self.council_mark
        if self.opinions:
            return ANSWERING if self.unanswered else ANSWERED
        return CONFIRMED if self.council_mark is CONFIRMED else AWAITED


def measure_number(measure: Measure) -> str:
    """「1-(1)」."""
    return f"{measure.goal.number}-({measure.number})"


def measure_url(frame: ReviewFrame, measure: Measure) -> str:
    """The measure's page in that review."""
    return reverse("review_measure", args=[frame.strategy.slug, frame.review.fiscal_year, measure.goal.number, measure.number])


def measure_states(frame: ReviewFrame) -> list[MeasureState]:
    """Every measure of the plan, in its order. As many queries, however many there are."""
    measures, review, user = list(measures_of(frame.strategy)), frame.review, frame.user
    divisions, own = divisions_by_measure(frame), defaultdict(dict)
    for evaluation in self_evaluations_for(user, frame.strategy).filter(review=review).select_related("division"):
        own[evaluation.measure_id][evaluation.division] = evaluation
    internal = {row.measure_id: row for row in internal_evaluations_for(user, frame.strategy).filter(review=review).select_related("grade", "proposed_grade")}
    council = {row.measure_id: row for row in council_evaluations_for(user, frame.strategy).filter(review=review)}
    opinions = _opinions(frame)
    return [
        MeasureState(
            measure, measure_url(frame, measure), own_parts(divisions[measure.pk], own[measure.pk]), internal.get(measure.pk), council.get(measure.pk),
            *opinions.get(measure.pk, (0, 0)),
        )
        for measure in measures
    ]


def divisions_by_measure(frame: ReviewFrame) -> dict[int, list[Division]]:
    """Who owns an indicator of which measure, by the measures' keys, in the city's order. One query."""
    rows = Indicator.objects.of(frame.strategy).filter(measure__isnull=False, division__isnull=False).select_related("division")
    found = defaultdict(dict)
    for row in rows.order_by("division__position", "division__name"):
        found[row.measure_id][row.division] = None
    return defaultdict(list, {measure: list(divisions) for measure, divisions in found.items()})


def own_parts(divisions: Iterable[Division], written: dict[Division | None, SelfEvaluation]) -> list[OwnPart]:
    """A part for each division of the measure and for whoever wrote before it was handed over; one of nobody where there is none."""
    names = list(dict.fromkeys([*divisions, *written])) or [None]
    return [OwnPart(division, written.get(division)) for division in names]


def _opinions(frame: ReviewFrame) -> dict[int, tuple[int, int]]:
    """How many opinions each measure has, and how many of them still wait for a final response."""
    final = Count("pk", filter=Q(response__state=ResponseState.FINAL))
    seat = seat_of(frame.user, frame.strategy, frame.today)
    seen = visible_joint_opinions(frame.user, frame.strategy, seat).filter(review=frame.review)
    rows = seen.order_by().values("measure").annotate(all=Count("pk"), answered=final).values_list("measure", "all", "answered")
    return {measure: (total, total - answered) for measure, total, answered in rows}


def grouped_by_goal(states: Iterable[MeasureState]) -> list[tuple[Goal, list[MeasureState]]]:
    """The measures under their goals."""
    found = {}
    for state in states:
        found.setdefault(state.measure.goal, []).append(state)
    return list(found.items())


def kpis_of(frame: ReviewFrame, measure: Measure) -> list[JudgedIndicator]:
    """The measure's KPIs judged as that reader sees them. Three queries."""
    rows = Indicator.objects.for_dashboard(frame.strategy, frame.user).filter(measure=measure).asked_in(frame.fiscal_year)
    return judged_indicators(frame.strategy, frame.user, rows)


def proposal_for(frame: ReviewFrame, rows: Iterable[JudgedIndicator], grades: Iterable[EvaluationGrade]) -> Proposal[EvaluationGrade]:
    """The grade that the year's statuses propose."""
    return propose(grades, [row.in_year(frame.fiscal_year).status for row in rows], is_final_year=frame.is_final_year)
