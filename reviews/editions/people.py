"""What people said, for an edition: evaluations, the council's opinions with the city's answers, meetings, members. Plain values, no names of staff."""
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone

from goals.models import Goal, Measure
from reviews.models import (
    AnnualReview,
    CouncilEvaluation,
    Decision,
    InitiativeProgress,
    InternalEvaluation,
    JointOpinion,
    Meeting,
    Response,
    Seat,
    SelfEvaluation,
)
from reviews.stages import ORDER
from reviews.vocabulary import NO_EFFECT, CouncilRating, Course, Effect, InitiativeState, ResponseState, Sector, Stage, Treatment


def _has_begun(part: Stage, stage: Stage) -> bool:
    """Whether the edition of that stage holds what is done in that part: after a step back, later work must not show in an earlier edition."""
    return ORDER.index(stage) >= ORDER.index(part)


def evaluations_of(review: AnnualReview, stage: Stage, goals: Iterable[Goal]) -> list[dict[str, Any]]:
    """One entry for each measure in the plan's order, `goals` with their measures loaded. Six queries at most."""
    own = _self_evaluations(review)
    progress = _progress(review)
    internal = _by_measure(_internal(review)) if _has_begun(Stage.INTERNAL, stage) else {}
    council = _by_measure(review.council_evaluations.filter(confirmed_at__isnull=False)) if _has_begun(Stage.EXTERNAL, stage) else {}
    opinions = _opinions(review, stage)
    return [
        {
            "goal": goal.number,
            "measure": measure.number,
            "self": [_self_words(row) for row in own[measure.pk]],
            "initiatives": [_initiative_words(row) for row in progress[measure.pk]] if own[measure.pk] else [],
            "internal": _internal_words(internal.get(measure.pk)),
            "council": _council_words(council.get(measure.pk)),
            "opinions": [_opinion_words(row) for row in opinions[measure.pk]],
        }
        for goal in goals
        for measure in _measures(goal)
    ]


def general_opinions_of(review: AnnualReview, stage: Stage) -> list[dict[str, Any]]:
    """The council's opinions on the plan as a whole. One query at most."""
    return [_opinion_words(row) for row in _opinions(review, stage, measure__isnull=True)[None]]


def meetings_of(review: AnnualReview) -> list[dict[str, Any]]:
    """The meetings that took place, oldest first. Two queries."""
    rows = review.meetings.filter(held_at__isnull=False).prefetch_related("decisions__division").order_by("meets_on", "pk")
    return [_meeting_words(row) for row in rows]


def members_of(review: AnnualReview, stage: Stage) -> list[dict[str, Any]]:
    """Who holds a seat of the council today, in the council's order, named only where the seat allows it. One query at most."""
    if not _has_begun(Stage.EXTERNAL, stage):
        return []
    return [_member_words(row) for row in Seat.objects.filled_on(timezone.localdate()).filter(strategy=review.strategy)]


def _measures(goal: Goal) -> list[Measure]:
    return sorted(goal.measures.all(), key=lambda measure: measure.number)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _by_measure(rows: Iterable) -> dict[int, Any]:
    return {row.measure_id: row for row in rows}


def _self_evaluations(review: AnnualReview) -> dict[int, list[SelfEvaluation]]:
    rows = review.self_evaluations.filter(submitted_at__isnull=False).select_related("division")
    return _grouped(rows.order_by("division__position", "division__name", "pk"), "measure_id")


def _progress(review: AnnualReview) -> dict[int, list[InitiativeProgress]]:
    """The state of each initiative by its measure: the divisions hand it in together with their self-evaluation."""
    found = defaultdict(list)
    for row in review.initiative_progress.select_related("initiative").order_by("initiative__number", "pk"):
        found[row.initiative.measure_id].append(row)
    return found


def _internal(review: AnnualReview) -> Iterable[InternalEvaluation]:
    return review.internal_evaluations.filter(confirmed_at__isnull=False).select_related("grade", "proposed_grade")


def _opinions(review: AnnualReview, stage: Stage, **which: Any) -> dict[int | None, list[JointOpinion]]:
    if not _has_begun(Stage.EXTERNAL, stage):
        return defaultdict(list)
    rows = review.joint_opinions.filter(**which or {"measure__isnull": False}).select_related("response")
    return _grouped(rows.order_by("position", "pk"), "measure_id")


def _grouped(rows: Iterable, name: str) -> dict[Any, list]:
    found = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


def _self_words(row: SelfEvaluation) -> dict[str, str]:
    return {
        "division": row.division.name if row.division else "",
        "achievements": row.achievements,
        "issues": row.issues,
        "next_steps": row.next_steps,
    }


def _initiative_words(row: InitiativeProgress) -> dict[str, Any]:
    return {
        "number": row.initiative.number,
        "name": row.initiative.name,
        "state": row.state,
        "state_label": InitiativeState(row.state).label,
        "note": row.note,
    }


def _internal_words(row: InternalEvaluation | None) -> dict[str, Any] | None:
    return row and {
        "grade": row.grade.label,
        "grade_name": row.grade.name,
        "proposed": row.proposed_grade.label if row.proposed_grade else "",
        "grade_reason": row.grade_reason,
        "effect": row.effect,
        "effect_label": Effect(row.effect).label if row.effect else NO_EFFECT,
        "course": row.course,
        "course_label": Course(row.course).label if row.course else "",
        "comment": row.comment,
    }


def _council_words(row: CouncilEvaluation | None) -> dict[str, str] | None:
    return row and {"rating": row.rating, "rating_label": CouncilRating(row.rating).label, "summary": row.summary}


def _opinion_words(row: JointOpinion) -> dict[str, Any]:
    return {"id": row.pk, "text": row.text, "speakers": row.speakers, **_response_words(getattr(row, "response", None))}


def _response_words(row: Response | None) -> dict[str, Any]:
    """The city's answer once it is final; nothing of a draft."""
    if row is None or row.state != ResponseState.FINAL:
        return {"treatment": None, "treatment_label": "", "response": "", "due_on": None, "done_on": None}
    return {
        "treatment": row.treatment,
        "treatment_label": Treatment(row.treatment).label,
        "response": row.text,
        "due_on": _day(row.due_on),
        "done_on": _day(row.done_on),
    }


def _meeting_words(row: Meeting) -> dict[str, Any]:
    return {
        "body": row.body,
        "number": row.number,
        "title": row.title,
        "meets_on": _day(row.meets_on),
        "place": row.place,
        "decisions": [_decision_words(each) for each in sorted(row.decisions.all(), key=lambda each: each.pk)],
    }


def _decision_words(row: Decision) -> dict[str, Any]:
    return {"text": row.text, "division": row.division.name if row.division else "", "due_on": _day(row.due_on), "done_on": _day(row.done_on)}


def _member_words(row: Seat) -> dict[str, Any]:
    return {
        "sector": row.sector,
        "sector_label": Sector(row.sector).label,
        "organisation": row.organisation,
        "office": row.office,
        "name": row.member_name if row.shows_name else None,
    }
