"""Decisions 「決定事項」 of a meeting: what, whose, until when, and that it is done. They stay open across years."""
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import Division, User
from goals.models import Measure
from reviews.access import require_planning
from reviews.actions.agenda import carry_over
from reviews.actions.writing import locked, write
from reviews.meetings.access import may_finish
from reviews.meetings.attention import of_decisions
from reviews.meetings.sources import TAKES_UP
from reviews.models import Decision, Meeting
from reviews.vocabulary import Body

NOT_YOUR_DECISION = "この決定事項は、あなたの課の担当ではありません。"
DONE_LATER = "済んだ日は、今日までの日にしてください。"


@transaction.atomic
def add_decision(
    *, meeting: Meeting, text: str, by: User | None, division: Division | None = None, due_on: date | None = None, measure: Measure | None = None,
    is_sample: bool = False,
) -> Decision:
    """Note what a meeting decided. It goes into the agenda of the next meetings that are planned already.

    Raises PermissionDenied unless `by` plans, ValidationError without a text.
    """
    if by is not None:
        require_planning(by)
    decision = Decision(meeting=meeting, is_sample=is_sample)
    write(decision, {"text": text.strip(), "division": division, "due_on": due_on, "measure": measure}, by=by, reason="決定事項を加えた")
    _carry_over(decision, by)
    return decision


def _carry_over(decision: Decision, by: User | None) -> None:
    """It is on the table again at the next planned meetings; those planned later take it up by themselves."""
    for later in _next_meetings(decision.meeting):
        carry_over(meeting=later, proposals=of_decisions([decision]), by=by)


def _next_meetings(meeting: Meeting) -> list[Meeting]:
    """The next planned meeting of each body that takes such decisions up."""
    rows = Meeting.objects.filter(review__strategy_id=meeting.review.strategy_id, meets_on__gte=meeting.meets_on, held_at__isnull=True)
    later = rows.exclude(pk=meeting.pk).order_by("meets_on", "pk")
    firsts = [next((row for row in later if row.body == body), None) for body in Body if Body(meeting.body) in TAKES_UP[body]]
    return [row for row in firsts if row]


@transaction.atomic
def edit_decision(*, decision: Decision, values: Mapping[str, Any], seen_version: int, by: User) -> Decision:
    """Another text, owner, due date or measure. Raises PermissionDenied unless `by` plans, ConflictError when somebody else was quicker."""
    require_planning(by)
    return write(locked(decision, seen_version), values, by=by, reason="決定事項を直した")


@transaction.atomic
def finish_decision(*, decision: Decision, done_on: date, note: str, seen_version: int, by: User) -> Decision:
    """Say that it is carried out. Raises PermissionDenied for another division, ValidationError for a day that is still to come, ConflictError."""
    _require_owner(decision, by)
    if done_on > timezone.localdate():
        raise ValidationError({"done_on": DONE_LATER})
    return write(locked(decision, seen_version), {"done_on": done_on, "done_note": note.strip()}, by=by, reason="済みにした")


@transaction.atomic
def reopen_decision(*, decision: Decision, seen_version: int, by: User) -> Decision:
    """Say that it is not carried out yet after all. What was written stays."""
    _require_owner(decision, by)
    stored = write(locked(decision, seen_version), {"done_on": None}, by=by, reason="未了に戻した")
    _carry_over(stored, by)
    return stored


def _require_owner(decision: Decision, by: User) -> None:
    if not may_finish(by, decision):
        raise PermissionDenied(NOT_YOUR_DECISION)
