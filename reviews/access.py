"""Who may do what in a review: one place that actions, pages and papers ask."""
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Division, User
from accounts.roles import Sees
from goals.models import Measure, Strategy
from kpis.models import Indicator
from reviews.models import AnnualReview, JointOpinion, Opinion, Seat
from reviews.stages import Work, is_open
from reviews.vocabulary import Openness, OpinionState, Stage

NOT_YOURS = "この施策は、あなたの課の担当ではありません。"
NO_SEAT = "推進会議の委員の任期の間だけ、開けます。"


def plans(user) -> bool:
    """Whether that person leads the review: the planning side."""
    return user.has_perm("reviews.change_annualreview")


def require_planning(user) -> None:
    """Raises PermissionDenied for anybody but the planning side."""
    if not plans(user):
        raise PermissionDenied("評価・検証は、企画担当が進めます。")


def measures_of(strategy: Strategy) -> QuerySet[Measure]:
    """The strategy's measures in the plan's order, with their goals."""
    return Measure.objects.filter(goal__strategy=strategy).select_related("goal").order_by("goal__number", "number")


def divisions_of(measure: Measure) -> list[Division]:
    """The divisions that own an indicator of that measure 「担当課」, in the city's order. One query."""
    return list(Division.objects.filter(indicators__measure=measure).distinct().order_by("position", "name"))


def own_measures(user: User, strategy: Strategy) -> set[int]:
    """The keys of the measures that person's division works on. One query; empty for people without a division."""
    if user.division_id is None:
        return set()
    rows = Indicator.objects.of(strategy).filter(division=user.division_id, measure__isnull=False)
    return set(rows.values_list("measure_id", flat=True))


def may_self_evaluate(user: User, review: AnnualReview, division: Division | None) -> bool:
    """Whether that person may write that division's self-evaluation now: the division itself, or the planning side for it."""
    if not is_open(Work.SELF_EVALUATION, Stage(review.stage)):
        return False
    return plans(user) or (user.has_perm("reviews.change_selfevaluation") and division is not None and division.pk == user.division_id)


def seat_of(user, strategy: Strategy, day: date) -> Seat | None:
    """The seat that person holds on that day; None for everybody else. One query for members, none for others."""
    if not user.is_authenticated or user.sees is not Sees.CHECKED:
        return None
    return Seat.objects.filled_on(day).filter(strategy=strategy, user=user).first()


def require_seat(user, strategy: Strategy, day: date) -> Seat:
    """Raises PermissionDenied for whoever holds no seat on that day."""
    seat = seat_of(user, strategy, day)
    if seat is None:
        raise PermissionDenied(NO_SEAT)
    return seat


def takes_part(user, strategy: Strategy, day: date) -> bool:
    """Whether a review of that strategy is that person's to read: a member of the council's while holding a seat of it, others' by their permissions alone."""
    return not user.is_authenticated or user.sees is not Sees.CHECKED or seat_of(user, strategy, day) is not None


def visible_opinions(user, review: AnnualReview, seat: Seat | None) -> QuerySet[Opinion]:
    """The members' opinions that person may read in that review. `seat` is that person's own, if any.

    The planning side reads what is handed in; a member their own, and the others' on a measure once their own on it is handed in,
    or once the stage is over where the review says so. Nobody else reads members' opinions.
    """
    rows = Opinion.objects.filter(review=review)
    if user.is_authenticated and plans(user):
        return rows.handed_in()
    if seat is None:
        return rows.none()
    own = rows.filter(seat=seat)
    if review.stage == Stage.PUBLICATION:
        return own | rows.handed_in()
    if review.openness == Openness.AFTER_STAGE:
        return own
    answered = Opinion.objects.filter(review=review, seat=seat, state=OpinionState.HANDED_IN).values("measure")
    return own | rows.handed_in().filter(measure__in=answered)


def visible_joint_opinions(user, strategy: Strategy, seat: Seat | None) -> QuerySet[JointOpinion]:
    """The council's joint opinions that person may read, of all years. `seat` is that person's own, if any.

    A member reads one that was merged from others' opinions no earlier than those opinions themselves; what was said in a meeting at once.
    Whoever holds no seat, or no longer, reads none.
    """
    rows = JointOpinion.objects.filter(review__strategy=strategy)
    if not user.is_authenticated or not user.has_perm("reviews.view_annualreview"):
        return rows.none()
    if user.sees is not Sees.CHECKED:
        return rows
    if seat is None:
        return rows.none()
    merged = JointOpinion.sources.through.objects.filter(jointopinion=OuterRef("pk"))
    own = Opinion.objects.handed_in().filter(review=OuterRef("review"), measure=OuterRef("measure"), seat=seat)
    after_own = Q(review__openness=Openness.AFTER_OWN) & Exists(own)
    return rows.filter(Q(review__stage=Stage.PUBLICATION) | ~Exists(merged) | after_own)
