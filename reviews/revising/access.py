"""Who proposes, changes and reads revisions 「目標数値の見直し」: one place that actions and pages ask."""
from datetime import date

from django.db.models import Q, QuerySet

from accounts.roles import Sees
from goals.models import Strategy
from kpis.models import Indicator
from reviews.access import plans
from reviews.meetings.access import readable_meetings
from reviews.models import TargetRevision
from reviews.models.revisions import NEEDS_INDICATOR
from reviews.vocabulary import RevisionKind, RevisionState

PROPOSE = "reviews.add_targetrevision"


def proposable_kinds(user) -> list[RevisionKind]:
    """What that person may propose: a division only what is about an indicator there is."""
    if not user.has_perm(PROPOSE):
        return []
    return [kind for kind in RevisionKind if plans(user) or kind in NEEDS_INDICATOR]


def may_propose(user, kind: RevisionKind, indicator: Indicator | None) -> bool:
    """Whether that person may propose that of the indicator: the planning side anything, a division what is about its own."""
    if kind not in proposable_kinds(user):
        return False
    return plans(user) or (indicator is not None and user.division_id is not None and indicator.division_id == user.division_id)


def may_change(user, revision: TargetRevision) -> bool:
    """Whether that person may rewrite or withdraw the proposal while it is open: the planning side, and the division that made it."""
    if revision.state != RevisionState.PROPOSED:
        return False
    if plans(user):
        return True
    is_own = revision.proposed_by is not None and revision.proposed_by.division_id == user.division_id
    return is_own and may_propose(user, RevisionKind(revision.kind), revision.indicator)


def own_indicators(user, strategy: Strategy) -> QuerySet[Indicator]:
    """The indicators of which that person may propose something, in the plan's order."""
    rows = Indicator.objects.of(strategy).select_related("division", "strategy").order_by("position")
    return rows if plans(user) else rows.filter(division=user.division_id, division__isnull=False)


def visible_revisions(user, strategy: Strategy, day: date) -> QuerySet[TargetRevision]:
    """The planning side reads all; others what is decided or on the agenda of a meeting they may open, a division also what is about its own.

    Raises PermissionDenied for a member of the council without a seat on that day.
    """
    rows = TargetRevision.objects.filter(strategy=strategy)
    if plans(user):
        return rows
    if not user.has_perm("reviews.view_annualreview"):
        return rows.none()
    readable = Q(state=RevisionState.DECIDED) | Q(agenda__meeting__in=readable_meetings(user, strategy, day))
    if user.sees is Sees.OWN_DIVISION and user.division_id is not None:
        readable |= Q(indicator__division=user.division_id)
    return rows.filter(pk__in=rows.filter(readable).values("pk"))
