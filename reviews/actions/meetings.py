"""Meetings: making one, its day and place, its minutes, who came, and that it is over."""
from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from reviews.access import require_planning
from reviews.actions.agenda import take_up
from reviews.actions.traces import leave_trace
from reviews.actions.writing import ConflictError, locked_part, write
from reviews.meetings.attendance import NOTHING, Sheet, merged
from reviews.meetings.sources import first_lines
from reviews.models import AnnualReview, Attendance, Meeting, Seat
from reviews.texts import kept_text
from reviews.vocabulary import Body, Presence

ATTENDANCE_TRACE = "出席を記録した"
PLANNED = ("number", "meets_on", "starts_at", "place")
OUTSIDE_TERM = "この会議の日に任期のある委員だけ、出欠を記録できます。画面を読み込み直してください。"


def next_number(review: AnnualReview, body: Body) -> int:
    """The number of the year's next meeting of that body."""
    return (review.meetings.filter(body=body).aggregate(last=Max("number"))["last"] or 0) + 1


@transaction.atomic
def create_meeting(
    *, review: AnnualReview, body: Body, meets_on: date, by: User | None, number: int | None = None, starts_at: time | None = None,
    place: str = "", is_sample: bool = False,
) -> Meeting:
    """A new meeting, the next one unless numbered. Its agenda starts with what earlier meetings left open, of any year.

    Raises PermissionDenied unless `by` plans, ValidationError where that number is there already.
    """
    if by is not None:
        require_planning(by)
    # Of two planners who make a meeting at once, the second takes the next number.
    AnnualReview.objects.select_for_update(of=("self",)).get(pk=review.pk)
    meeting = Meeting(review=review, body=body, is_sample=is_sample)
    values = {"number": number or next_number(review, body), "meets_on": meets_on, "starts_at": starts_at, "place": place}
    write(meeting, values, by=by, reason="会議を加えた")
    take_up(meeting=meeting, proposals=first_lines(meeting), by=by)
    return meeting


@transaction.atomic
def edit_meeting(*, meeting: Meeting, values: Mapping[str, Any], seen_version: int, by: User) -> Meeting:
    """Another number, day, hour or place; `values` holds some of PLANNED. Raises ConflictError when somebody else changed them meanwhile."""
    require_planning(by)
    return write(locked_part(meeting, seen_version, PLANNED), values, by=by, reason="日時・場所を変えた")


@transaction.atomic
def write_minutes(*, meeting: Meeting, text: str, seen_version: int, by: User) -> Meeting:
    """Raises PermissionDenied unless `by` plans, ConflictError when somebody else wrote the minutes meanwhile."""
    require_planning(by)
    return write(locked_part(meeting, seen_version, ("minutes",)), {"minutes": text}, by=by, reason="議事録を書いた")


@transaction.atomic
def set_held(*, meeting: Meeting, is_held: bool, by: User) -> Meeting:
    """Say that the meeting has taken place 「会議を終える」, so that its minutes are read, or take it back."""
    require_planning(by)
    stored = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if (stored.held_at is not None) is is_held:
        return stored
    reason = "会議を終えた" if is_held else "会議を終える前に戻した"
    return write(stored, {"held_at": timezone.now() if is_held else None}, by=by, reason=reason)


def seats_at(meeting: Meeting) -> list[Seat]:
    """The council's seats whose term covers the day of the meeting; none for the internal meeting. At most one query."""
    if meeting.body != Body.PROMOTION_COUNCIL:
        return []
    return list(Seat.objects.filled_on(meeting.meets_on).filter(strategy_id=meeting.review.strategy_id))


def sheet_of(meeting: Meeting, seats: Iterable[Seat]) -> Sheet:
    """Who came as far as it is recorded, of those seats and of others. One query."""
    rows, keys = list(Attendance.objects.filter(meeting=meeting)), {seat.pk for seat in seats}
    presences = {row.seat_id: Presence(row.presence) for row in rows if row.seat_id in keys}
    return Sheet(presences, tuple(row.name for row in rows if row.seat_id is None))


@transaction.atomic
def record_attendance(
    *, meeting: Meeting, seats: Mapping[int, Presence], others: Iterable[str], by: User | None, seen: Sheet = NOTHING
) -> None:
    """Who came: members by the keys of their seats, anybody else by name. What others recorded since `seen` of other people stays.

    Raises PermissionDenied unless `by` plans, ValidationError for a seat whose term does not cover the day, ConflictError when somebody
    else recorded something else of the same member.
    """
    if by is not None:
        require_planning(by)
    stored = Meeting.objects.select_for_update(of=("self",)).select_related("review").get(pk=meeting.pk)
    in_office = seats_at(stored)
    if set(seats) - {seat.pk for seat in in_office}:
        raise ValidationError(OUTSIDE_TERM)
    names = dict.fromkeys(filter(None, (kept_text(name).strip() for name in others)))
    found = merged(seen, Sheet(seats, tuple(names)), sheet_of(stored, in_office))
    if found.clashes:
        raise ConflictError(stored)
    members = [Attendance(meeting=stored, seat_id=key, presence=presence) for key, presence in found.sheet.seats.items()]
    rows = [*members, *(Attendance(meeting=stored, name=name) for name in found.sheet.others)]
    for row in rows:
        row.clean_fields()
    stored.attendance.all().delete()
    Attendance.objects.bulk_create(rows)
    leave_trace(stored, ATTENDANCE_TRACE, by)
