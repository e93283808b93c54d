"""A council for tests: members with seats, an outside evaluation that is going on, and what they say."""
from datetime import date, timedelta

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from reviews.actions.opinions import save_opinion
from reviews.models import AnnualReview, JointOpinion, Opinion, Response, Seat
from reviews.vocabulary import Sector, Stage
from tests.factories import make_review, make_strategy, make_user


def make_seat(**fields) -> Seat:
    """A member of finance in office since last year, without an end, unless told otherwise; without an account unless `user` is given."""
    strategy = fields.pop("strategy", None) or make_strategy()
    number = strategy.seats.count() + 1
    defaults = {"sector": Sector.FINANCE, "member_name": f"委員 その{number}", "position": number, "term_from": timezone.localdate() - timedelta(days=365)}
    return Seat.objects.create(strategy=strategy, **{**defaults, **fields})


def make_member(strategy, name: str, sector: Sector = Sector.FINANCE, **fields) -> Seat:
    """A seat with an account of the council's role."""
    user = fields.pop("user", None) or make_user(Role.COUNCIL, display_name=name)
    return make_seat(strategy=strategy, member_name=name, sector=sector, user=user, **fields)


def external_review(**fields) -> AnnualReview:
    """A review in which members are asked for their opinions."""
    return make_review(**{"stage": Stage.EXTERNAL, **fields})


def write_opinion(seat: Seat, review: AnnualReview, measure, text="", rating="", hands_in=True) -> Opinion:
    """What that member says, through the action: handed in unless told otherwise."""
    stored = Opinion.objects.filter(review=review, measure=measure, seat=seat).first()
    version = stored.version if stored else 0
    return save_opinion(review=review, measure=measure, text=text, rating=rating, seen_version=version, by=seat.user, hands_in=hands_in)


def make_joint_opinion(review: AnnualReview, measure=None, sources=(), **fields) -> JointOpinion:
    """A 会議の意見, on the whole plan unless a measure is given."""
    number = review.joint_opinions.count() + 1
    row = JointOpinion.objects.create(review=review, measure=measure, **{"text": f"会議の意見その{number}", "position": number, **fields})
    row.sources.set(sources)
    return row


def days_ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def with_seat(user: User, strategy, **fields) -> Seat:
    """A seat for somebody who has an account already."""
    return make_seat(strategy=strategy, user=user, member_name=user.display_name, **fields)


def council_arguments(strategy, people) -> dict[str, int]:
    """Kazuko's seat and an opinion that Kai's division answers, for addresses of 2024."""
    kazuko = people[Role.COUNCIL]
    seat = strategy.seats.filter(user=kazuko).first() or with_seat(kazuko, strategy)
    review = strategy.reviews.filter(fiscal_year=2024).first() or make_review(strategy=strategy)
    opinion = make_joint_opinion(review)
    Response.objects.create(opinion=opinion, division=people[Role.DIVISION].division)
    return {"seat": seat.pk, "opinion": opinion.pk}
