"""Settling a year's values 「確定」 when the council's evaluation of them ends."""
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Revision, User
from kpis.entry_states import BY_MOVE, Move
from kpis.models import Actual
from reviews.access import require_planning
from reviews.models import AnnualReview

MOVE = BY_MOVE[Move.SETTLE]
REASON = "外部評価を終えたため確定"


@transaction.atomic
def settle_values(*, review: AnnualReview, by: User | None) -> int:
    """Settle the checked values of the review's year. Returns how many: three statements however many they are.

    What is reopened at that moment, on its way or not checked stays as it is, and is settled when the stage is closed the next time.
    Raises PermissionDenied unless `by` plans.
    """
    if by is not None:
        require_planning(by)
    rows = list(_ready(review).select_for_update(of=("self",)).order_by("pk"))
    if not rows:
        return 0
    for row in rows:
        row.entry_state, row.version = MOVE.target, row.version + 1
    Actual.objects.filter(pk__in=[row.pk for row in rows]).update(entry_state=MOVE.target, version=F("version") + 1)
    Actual.history.bulk_history_create(rows, update=True, default_user=by, default_change_reason=REASON, default_date=timezone.now())
    transaction.on_commit(Revision.advance)
    return len(rows)


def _ready(review: AnnualReview):
    is_reopened = Q(reopened_until__gte=timezone.localdate())
    rows = Actual.objects.filter(indicator__strategy=review.strategy_id, fiscal_year=review.fiscal_year, entry_state__in=MOVE.sources)
    return rows.exclude(is_reopened)
