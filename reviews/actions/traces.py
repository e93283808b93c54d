"""What is done around a meeting leaves a line in the meeting's own history."""
from django.db import transaction

from accounts.models import Revision, User
from reviews.actions.writing import LONGEST_TRACE
from reviews.models import Meeting


def leave_trace(meeting: Meeting, reason: str, by: User | None) -> None:
    """A line that is no new version: nobody who writes the minutes meanwhile is stopped by it."""
    stored = Meeting.objects.get(pk=meeting.pk)
    Meeting.history.bulk_history_create([stored], update=True, default_user=by, default_change_reason=reason[:LONGEST_TRACE])
    transaction.on_commit(Revision.advance)
