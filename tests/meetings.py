"""A review with its people for the tests of meetings: plain functions with sensible defaults."""
from datetime import date

from accounts.roles import Role
from goals.models import Strategy
from reviews.actions.agenda import add_line
from reviews.actions.decisions import add_decision
from reviews.actions.meetings import create_meeting
from reviews.actions.reviews import open_review
from reviews.models import AnnualReview, Meeting, Seat
from reviews.vocabulary import Body, Sector
from tests.factories import make_strategy

DAY = date(2024, 8, 6)


def make_review(strategy: Strategy | None = None, fiscal_year: int = 2023) -> AnnualReview:
    return open_review(strategy=strategy or make_strategy(published_through=2024), fiscal_year=fiscal_year, by=None)


def make_meeting(review: AnnualReview | None = None, body: Body = Body.INTERNAL_MEETING, **fields) -> Meeting:
    return create_meeting(review=review or make_review(), body=body, by=None, **{"meets_on": DAY, **fields})


def make_seat(strategy: Strategy, **fields) -> Seat:
    """A seat from 2020 on without an end."""
    defaults = {"sector": Sector.FINANCE, "member_name": "委員", "term_from": date(2020, 4, 1)}
    return Seat.objects.create(strategy=strategy, **{**defaults, **fields})


def seat_kazuko(people, strategy: Strategy) -> Seat:
    return make_seat(strategy, member_name="本間 和子", user=people[Role.COUNCIL])


def meeting_arguments(strategy: Strategy, people) -> dict[str, int]:
    """A meeting of the council with a line and a decision of Kai's division, for addresses of 2024; Kazuko has a seat."""
    if not strategy.seats.filter(user=people[Role.COUNCIL]).exists():
        seat_kazuko(people, strategy)
    review = strategy.reviews.filter(fiscal_year=2024).first() or make_review(strategy, 2024)
    meeting, planner = make_meeting(review, Body.PROMOTION_COUNCIL), people[Role.PLANNING]
    item = add_line(meeting=meeting, title="開会", by=planner)
    decision = add_decision(meeting=meeting, text="次回までに調べる", division=people[Role.DIVISION].division, by=planner)
    return {"meeting": meeting.pk, "item": item.pk, "decision": decision.pk}
