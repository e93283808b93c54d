"""意見と回答: every opinion of the council of all years with what the city answered, and what is still open."""
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from accounts.models import User
from accounts.roles import Sees
from goals.models import Strategy
from reviews.access import plans, seat_of, visible_joint_opinions
from reviews.council.threads import Thread, Threads, thread_of, threads, with_answers
from reviews.models import AnnualReview
from reviews.vocabulary import Stage


@dataclass(frozen=True)
class Filter:
    """One chip above the list."""

    name: str
    label: str
    holds: Callable[[Thread], bool]


def _is_promised(thread: Thread) -> bool:
    return thread.is_open and thread.is_answered


OPEN = Filter("open", "済んでいないもの", lambda thread: thread.is_open)
FILTERS = (
    OPEN,
    Filter("waiting", "回答がまだ", lambda thread: not thread.is_answered),
    Filter("promised", "対応中", _is_promised),
    Filter("overdue", "期限超過", lambda thread: thread.is_overdue),
    Filter("closed", "済み・対応なし", lambda thread: not thread.is_open),
    Filter("all", "すべて", lambda thread: True),
)


@dataclass(frozen=True)
class Chip:
    """A filter with how many opinions it lets through."""

    filter: Filter
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class ResponsesPage:
    """The whole page. `division_only`: only what the reader's own division owns is asked for; `whole` are the threads on the whole plan."""

    shown: tuple[Thread, ...]
    chips: tuple[Chip, ...]
    chosen: Filter
    has_division: bool
    division_only: bool
    is_planning: bool
    review: AnnualReview | None
    whole: Threads | None


def responses_page(strategy: Strategy, user: User, chosen: str = "", division_only: bool = False) -> ResponsesPage:
    """All years' opinions for that reader; an unknown filter shows what is open. A number of queries that does not grow with them."""
    today, is_planning = timezone.localdate(), plans(user)
    seat = seat_of(user, strategy, today)
    rows = with_answers(visible_joint_opinions(user, strategy, seat))
    found = sorted((thread_of(row, 0, user, today) for row in rows), key=_most_urgent)
    has_division = user.sees is Sees.OWN_DIVISION and user.division_id is not None
    if has_division and division_only:
        found = [thread for thread in found if thread.response and thread.response.division_id == user.division_id]
    chosen_filter = next((each for each in FILTERS if each.name == chosen), OPEN)
    chips = tuple(Chip(each, sum(map(each.holds, found)), each is chosen_filter) for each in FILTERS)
    shown = tuple(thread for thread in found if chosen_filter.holds(thread))
    review = AnnualReview.objects.filter(strategy=strategy, stage=Stage.EXTERNAL).select_related("strategy").first() if is_planning else None
    whole = threads(review, None, user) if review else None
    return ResponsesPage(shown, chips, chosen_filter, has_division, has_division and division_only, is_planning, review, whole)


def _most_urgent(thread: Thread) -> tuple:
    """Overdue first, then by due date, then the newest year in the plan's order."""
    opinion, response = thread.opinion, thread.response
    due_on = response.due_on if response and response.due_on and thread.is_open else date.max
    measure = (opinion.measure.goal.number, opinion.measure.number) if opinion.measure else (0, 0)
    return not thread.is_overdue, due_on, -opinion.review.fiscal_year, measure, opinion.position

