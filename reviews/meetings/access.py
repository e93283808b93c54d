"""Who reads what of a meeting: one table that pages, downloads and papers ask."""
from datetime import date
from enum import StrEnum

from django.db.models import QuerySet

from accounts.roles import Sees
from goals.models import Strategy
from reviews.access import plans, require_seat
from reviews.models import Decision, Meeting
from reviews.vocabulary import Body


class Part(StrEnum):
    """What a meeting's page is made of."""

    AGENDA = "agenda"
    ATTENDANCE = "attendance"
    MINUTES = "minutes"
    DECISIONS = "decisions"
    MATERIALS = "materials"


ALL, RESULTS = frozenset(Part), frozenset({Part.AGENDA, Part.DECISIONS})
# The internal meeting is the city hall's own; of the council's meetings the divisions read what concerns their work.
READS = {
    Sees.EVERYTHING: {Body.INTERNAL_MEETING: ALL, Body.PROMOTION_COUNCIL: ALL},
    Sees.OWN_DIVISION: {Body.INTERNAL_MEETING: ALL, Body.PROMOTION_COUNCIL: RESULTS},
    Sees.CHECKED: {Body.PROMOTION_COUNCIL: ALL},
}


def bodies_of(user, strategy: Strategy, day: date) -> dict[Body, frozenset[Part]]:
    """Whose meetings that person reads, and what of them. Raises PermissionDenied for a member of the council without a seat on that day.

    One query for members of the council, none for others; empty for those who read no meetings.
    """
    if not user.has_perm("reviews.view_meeting"):
        return {}
    if user.sees is Sees.CHECKED:
        require_seat(user, strategy, day)
    return READS.get(user.sees, {})


def readable_meetings(user, strategy: Strategy, day: date) -> QuerySet[Meeting]:
    """The meetings that person may open."""
    return Meeting.objects.filter(review__strategy=strategy, body__in=list(bodies_of(user, strategy, day)))


def readable_decisions(user, strategy: Strategy, day: date) -> QuerySet[Decision]:
    """The decisions that person may read, of all years."""
    bodies = [body for body, parts in bodies_of(user, strategy, day).items() if Part.DECISIONS in parts]
    return Decision.objects.filter(meeting__review__strategy=strategy, meeting__body__in=bodies)


def may_finish(user, decision: Decision) -> bool:
    """Whether that person says that a decision is carried out: its division, or the planning side."""
    is_owner = decision.division_id is not None and decision.division_id == user.division_id
    return plans(user) or (is_owner and user.has_perm("reviews.change_decision"))


def sees_minutes(user, meeting: Meeting) -> bool:
    """The minutes are a draft of the planning side until the meeting is over."""
    return plans(user) or meeting.held_at is not None
