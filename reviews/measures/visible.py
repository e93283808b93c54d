"""Which evaluations a reader of a review sees: drafts only those who write them, everybody else what is handed in or confirmed."""
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.roles import Sees
from goals.models import Strategy
from kpis.models import Indicator
from reviews.access import plans
from reviews.models import CouncilEvaluation, InitiativeProgress, InternalEvaluation, SelfEvaluation


def self_evaluations_for(user: User, strategy: Strategy) -> QuerySet[SelfEvaluation]:
    """What is handed in, and a division's own drafts; everything for the planning side."""
    rows = SelfEvaluation.objects.filter(review__strategy=strategy)
    if plans(user):
        return rows
    handed_in = Q(submitted_at__isnull=False)
    return rows.filter(handed_in | Q(division=user.division_id) if _is_officer(user) else handed_in)


def initiatives_for(user: User, strategy: Strategy) -> QuerySet[InitiativeProgress]:
    """The states of the initiatives belong to the self-evaluations: others see them once one of the measure is handed in."""
    rows = InitiativeProgress.objects.filter(review__strategy=strategy)
    if plans(user):
        return rows
    handed_in = SelfEvaluation.objects.filter(review=OuterRef("review"), measure=OuterRef("initiative__measure"), submitted_at__isnull=False)
    own = Indicator.objects.filter(measure=OuterRef("initiative__measure"), division=user.division_id)
    return rows.filter(Exists(handed_in) | Exists(own)) if _is_officer(user) else rows.filter(Exists(handed_in))


def internal_evaluations_for(user: User, strategy: Strategy) -> QuerySet[InternalEvaluation]:
    """What the internal meeting has confirmed; everything for the planning side."""
    return _confirmed(user, InternalEvaluation.objects.filter(review__strategy=strategy))


def council_evaluations_for(user: User, strategy: Strategy) -> QuerySet[CouncilEvaluation]:
    """What the council has confirmed; everything for the planning side."""
    return _confirmed(user, CouncilEvaluation.objects.filter(review__strategy=strategy))


def _confirmed(user: User, rows: QuerySet) -> QuerySet:
    return rows if plans(user) else rows.filter(confirmed_at__isnull=False)


def _is_officer(user: User) -> bool:
    return user.sees is Sees.OWN_DIVISION and user.division_id is not None
