"""What a council member is asked for now: the way from the first page after the sign-in to their own opinions."""
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from accounts.models import User
from goals.models import Strategy
from reviews.access import measures_of, seat_of
from reviews.models import AnnualReview, Seat
from reviews.stages import OPEN_IN, Work
from reviews.vocabulary import OpinionState


@dataclass(frozen=True)
class AskedOpinions:
    """A review that waits for that seat's opinions, with how many measures there are and on how many the seat has handed one in."""

    review: AnnualReview
    seat: Seat
    handed_in: int
    total: int

    @property
    def is_done(self) -> bool:
        return self.handed_in >= self.total

    @property
    def has_begun(self) -> bool:
        return self.handed_in > 0


def reviews_asking(strategy: Strategy):
    """The reviews in which members can write now, the newest year first."""
    return AnnualReview.objects.filter(strategy=strategy, stage__in=OPEN_IN[Work.OPINION]).order_by("-fiscal_year")


def asked_opinions(user: User, strategy: Strategy, day: date) -> list[AskedOpinions]:
    """What that person is asked for, empty for whoever holds no seat. No query for people who are no members, three for members."""
    seat = seat_of(user, strategy, day)
    if seat is None:
        return []
    own = Count("opinions", filter=Q(opinions__seat=seat, opinions__state=OpinionState.HANDED_IN))
    found = list(reviews_asking(strategy).annotate(own_in=own))
    total = measures_of(strategy).count() if found else 0
    return [AskedOpinions(review, seat, review.own_in, total) for review in found]
