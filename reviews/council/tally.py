"""How the council's members judge a measure: how many say what, and who has not answered. Never a word of what they wrote."""
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from goals.models import Measure
from reviews.access import measures_of
from reviews.models import AnnualReview, Opinion, Seat
from reviews.vocabulary import CouncilRating


@dataclass(frozen=True)
class Share:
    """One rating and how many members gave it. `percent` is its part of all that answered, for the width of a bar: "66.7"."""

    rating: CouncilRating
    count: int
    percent: str


@dataclass(frozen=True)
class Tally:
    """The handed-in opinions on one measure. `unrated` wrote a text only; `waiting` are the seats of today without an answer."""

    measure: Measure
    shares: tuple[Share, ...]
    unrated: int
    waiting: tuple[Seat, ...]

    @property
    def answered(self) -> int:
        return sum(share.count for share in self.shares) + self.unrated

    @property
    def asked(self) -> int:
        return self.answered + len(self.waiting)

    @property
    def is_divided(self) -> bool:
        """Whether members do not agree, so that the meeting has something to talk about."""
        return sum(share.count > 0 for share in self.shares) > 1

    def count(self, rating: CouncilRating) -> int:
        return next(share.count for share in self.shares if share.rating == rating)


@dataclass(frozen=True)
class SeatProgress:
    """How many measures a member of today has answered."""

    seat: Seat
    answered: int
    asked: int

    @property
    def is_done(self) -> bool:
        return self.answered == self.asked


@dataclass(frozen=True)
class TallyPage:
    """All measures of a review, and the members of today."""

    tallies: tuple[Tally, ...]
    seats: tuple[SeatProgress, ...]


def tally_of(review: AnnualReview, measure: Measure) -> Tally:
    """The tally of one measure. Two queries."""
    return _tally(measure, _handed_in(review).filter(measure=measure), _seats(review))


def tally_page(review: AnnualReview) -> TallyPage:
    """The tallies of all measures in the plan's order. Three queries."""
    by_measure, seats = defaultdict(list), _seats(review)
    for row in _handed_in(review):
        by_measure[row.measure_id].append(row)
    measures = list(measures_of(review.strategy))
    answered = [row.seat_id for rows in by_measure.values() for row in rows]
    progress = tuple(SeatProgress(seat, answered.count(seat.pk), len(measures)) for seat in seats)
    return TallyPage(tuple(_tally(measure, by_measure[measure.pk], seats) for measure in measures), progress)


def _handed_in(review: AnnualReview):
    return Opinion.objects.handed_in().filter(review=review).only("measure", "seat", "rating")


def _seats(review: AnnualReview) -> list[Seat]:
    return list(Seat.objects.filled_on(timezone.localdate()).filter(strategy=review.strategy))


def _tally(measure: Measure, rows: Iterable[Opinion], seats: list[Seat]) -> Tally:
    found = list(rows)
    ratings, answered = [row.rating for row in found], {row.seat_id for row in found}
    shares = tuple(Share(rating, ratings.count(rating), f"{100 * ratings.count(rating) / max(1, len(found)):.1f}") for rating in CouncilRating)
    return Tally(measure, shares, ratings.count(""), tuple(seat for seat in seats if seat.pk not in answered))
