"""概要: all measures of a review side by side, what is missing before the next stage, and the way to it."""
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from goals.models import Goal
from kpis.board import JudgedIndicator, StatusCounts, judged_indicators
from kpis.models import Actual, Indicator
from kpis.vocabulary import CHECKED_STATES
from reviews.access import plans
from reviews.frame import ReviewFrame
from reviews.measures.states import CONFIRMED, SUBMITTED, MeasureState, OwnPart, grouped_by_goal, measure_states
from reviews.models import StageStep
from reviews.stages import StageTransition, stage_moves_from
from reviews.vocabulary import Stage


@dataclass(frozen=True)
class MeasureLine:
    """A measure's four separate facts; the first is how many of its KPIs have which status."""

    state: MeasureState
    counts: StatusCounts


@dataclass(frozen=True)
class Missing:
    """Something that is not there yet: what, where to go for it, and the measures it is about."""

    text: str
    url: str = ""
    states: tuple[MeasureState, ...] = ()


@dataclass(frozen=True)
class Past:
    """A step that was taken."""

    source: Stage
    target: Stage
    reason: str
    who: str
    at: datetime


@dataclass(frozen=True)
class Overview:
    """The whole page. `own` are the measures that the reader's division answers for; `moves` are for the planning side, the step on first."""

    stage: Stage
    counts: StatusCounts
    states: list[MeasureState]
    own: list[tuple[MeasureState, OwnPart]]
    groups: list[tuple[Goal, list[MeasureLine]]]
    missing: list[Missing]
    moves: tuple[StageTransition, ...]
    past: list[Past]

    @property
    def done(self) -> dict[str, int]:
        """How many measures have come through each of what people say of them."""
        return {
            "自己評価": sum(state.self_mark is SUBMITTED for state in self.states),
            "庁内検討会議": sum(state.internal_mark is CONFIRMED for state in self.states),
            "推進会議": sum(state.council_mark is CONFIRMED for state in self.states),
        }

    @property
    def onward(self) -> StageTransition | None:
        return next((move for move in self.moves if not move.is_back), None)

    @property
    def back(self) -> StageTransition | None:
        return next((move for move in self.moves if move.is_back), None)


def overview(frame: ReviewFrame) -> Overview:
    """The page of that review for its reader. As many queries, however much the plan holds."""
    stage, states, rows = Stage(frame.review.stage), measure_states(frame), _judged(frame)
    of_measure, leads = _counts(frame, rows), plans(frame.user)
    return Overview(
        stage=stage,
        counts=StatusCounts.of(rows, frame.fiscal_year),
        states=states,
        own=[] if leads else _own(frame, states),
        groups=[(goal, [MeasureLine(state, of_measure[state.measure.pk]) for state in of_goal]) for goal, of_goal in grouped_by_goal(states)],
        missing=_missing(frame, stage, states) if leads else [],
        moves=stage_moves_from(stage) if leads else (),
        past=[_past(step) for step in frame.review.steps.select_related("stepped_by")],
    )


def _judged(frame: ReviewFrame) -> list[JudgedIndicator]:
    rows = Indicator.objects.for_dashboard(frame.strategy, frame.user).filter(measure__isnull=False).asked_in(frame.fiscal_year)
    return judged_indicators(frame.strategy, frame.user, rows)


def _counts(frame: ReviewFrame, rows: list[JudgedIndicator]) -> dict[int, StatusCounts]:
    by_measure = defaultdict(list)
    for row in rows:
        by_measure[row.indicator.measure_id].append(row)
    return defaultdict(lambda: StatusCounts.of([], frame.fiscal_year), {key: StatusCounts.of(found, frame.fiscal_year) for key, found in by_measure.items()})


def _own(frame: ReviewFrame, states: list[MeasureState]) -> list[tuple[MeasureState, OwnPart]]:
    return [(state, part) for state in states for part in state.parts if part.division is not None and part.division == frame.user.division]


def _past(step: StageStep) -> Past:
    return Past(Stage(step.source), Stage(step.target), step.reason, str(step.stepped_by or "記録なし"), step.stepped_at)


def _missing(frame: ReviewFrame, stage: Stage, states: list[MeasureState]) -> list[Missing]:
    """What the stage was to bring and has not brought; earlier stages' gaps count as well until the council begins."""
    found = []
    if stage in (Stage.ENTRY, Stage.INTERNAL):
        found += [_unchecked(frame), _not_handed_in(states)]
    if stage is Stage.INTERNAL:
        found.append(_about("庁内検討会議の評価が確定していない主要施策", [state for state in states if state.internal_mark is not CONFIRMED]))
    if stage in (Stage.EXTERNAL, Stage.PUBLICATION):
        found.append(_about("推進会議の評価が確定していない主要施策", [state for state in states if state.council_mark is not CONFIRMED]))
        found.append(_about("回答が確定していない意見のある主要施策", [state for state in states if state.unanswered]))
    return [each for each in found if each]


def _unchecked(frame: ReviewFrame) -> Missing | None:
    asked = Indicator.objects.of(frame.strategy).asked_in(frame.fiscal_year)
    checked = Actual.objects.filter(indicator__in=asked, fiscal_year=frame.fiscal_year, entry_state__in=CHECKED_STATES).count()
    left = asked.count() - checked
    has_collection = frame.strategy.collections.filter(fiscal_year=frame.fiscal_year).exists()
    url = reverse("collection_board", args=[frame.strategy.slug, frame.fiscal_year]) if has_collection else ""
    return Missing(f"実績がまだ「確認済み」でない指標が{left}件あります。次の段階の確定版には、確認済みの値だけが入ります。", url) if left else None


def _not_handed_in(states: list[MeasureState]) -> Missing | None:
    return _about("自己評価がそろっていない主要施策", [state for state in states if state.self_mark is not SUBMITTED])


def _about(what: str, states: list[MeasureState]) -> Missing | None:
    return Missing(f"{what}が{len(states)}件あります。", states=tuple(states)) if states else None
