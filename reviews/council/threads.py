"""意見と回答: what the council says of a measure or of the whole plan, and what the city answers, for one reader."""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from accounts.models import User
from goals.models import Measure
from reviews.access import plans, seat_of, visible_joint_opinions, visible_opinions
from reviews.actions.responses import may_write_response
from reviews.council.tally import Tally, tally_of
from reviews.models import AnnualReview, JointOpinion, Opinion, Response, Seat
from reviews.stages import Work, is_open
from reviews.vocabulary import ResponseState, Stage, Treatment

# Treatments that leave the city nothing more to do.
CLOSED = (Treatment.NOT_ADOPTED, Treatment.ALREADY_DONE)
# Word, class and icon of how far an answer has come.
UNANSWERED = ("回答待ち", "s-todo", "clock")
DRAFTED = ("回答の下書き", "s-na", "not_entered")
ANSWERED = ("回答済み", "s-ok", "check")
PROMISED = ("回答済み・対応中", "s-sent", "right")
DONE = ("済み", "s-ok", "check")


@dataclass(frozen=True)
class Thread:
    """One opinion of the council with the answer as that reader may see it: `response` is None before, and for others while it is a draft."""

    number: int
    opinion: JointOpinion
    response: Response | None
    is_open: bool
    is_overdue: bool
    may_answer: bool
    state: tuple[str, str, str]

    @property
    def word(self) -> str:
        return self.state[0]

    @property
    def css_class(self) -> str:
        return self.state[1]

    @property
    def icon(self) -> str:
        return self.state[2]

    @property
    def treatment(self) -> str:
        return Treatment(self.response.treatment).label if self.response and self.response.treatment else ""

    @property
    def is_answered(self) -> bool:
        """Whether the answer is final, hence read by everybody."""
        return self.response is not None and self.response.state == ResponseState.FINAL

    @property
    def speakers(self) -> str:
        return self.opinion.speakers or ("会議の意見" if self.opinion.meeting_id else "推進会議")


@dataclass(frozen=True)
class MemberOpinion:
    """A member's handed-in opinion; `is_used` where a joint opinion was made from it."""

    opinion: Opinion
    is_used: bool


@dataclass(frozen=True)
class Threads:
    """Everything said of one measure, or of the whole plan where `measure` is None. `members` and `tally` are for the planning side."""

    review: AnnualReview
    measure: Measure | None
    threads: tuple[Thread, ...]
    members: tuple[MemberOpinion, ...]
    tally: Tally | None
    may_merge: bool

    @property
    def answered(self) -> int:
        return sum(thread.is_answered for thread in self.threads)


def threads(review: AnnualReview, measure: Measure | None, user: User) -> Threads:
    """The opinions on that measure and their answers, for that reader. At most eight queries."""
    today, is_planning = timezone.localdate(), plans(user)
    seat = seat_of(user, review.strategy, today)
    rows = with_answers(visible_joint_opinions(user, review.strategy, seat)).filter(review=review, measure=measure)
    joint = [thread_of(row, place, user, today) for place, row in enumerate(rows, start=1)]
    members = _members(review, measure, user, joint) if is_planning and measure else ()
    tally = tally_of(review, measure) if is_planning and measure else None
    may_merge = is_planning and is_open(Work.COUNCIL_EVALUATION, Stage(review.stage))
    return Threads(review, measure, tuple(joint), members, tally, may_merge)


def with_answers(rows: QuerySet[JointOpinion]) -> QuerySet[JointOpinion]:
    """Those opinions with all that a thread reads, in their order. Two queries."""
    sources = Prefetch("sources", queryset=Opinion.objects.handed_in().select_related("seat"))
    related = ("review__strategy", "measure__goal", "meeting", "response__division", "response__saved_by")
    return rows.select_related(*related).prefetch_related(sources).order_by("position", "pk")


def thread_of(row: JointOpinion, number: int, user: User, today: date) -> Thread:
    """One opinion from `with_answers` for that reader."""
    stored = getattr(row, "response", None)
    may_write = may_write_response(user, stored)
    shown = stored if stored and (may_write or stored.state == ResponseState.FINAL) else None
    still_open = stored is None or is_response_open(stored)
    late = still_open and shown is not None and shown.due_on is not None and shown.due_on < today
    may_answer = may_write and is_open(Work.RESPONSE, Stage(row.review.stage))
    return Thread(number, row, shown, still_open, late, may_answer, _state(shown))


def is_response_open(response: Response) -> bool:
    """Whether the city has still to answer, or to do what it promised."""
    if response.state != ResponseState.FINAL:
        return True
    return response.treatment not in CLOSED and response.done_on is None


def _state(shown: Response | None) -> tuple[str, str, str]:
    """By what the reader may see: to others a draft is an answer that is not there yet."""
    if shown is None or (shown.state == ResponseState.DRAFT and not (shown.text or shown.treatment)):
        return UNANSWERED
    if shown.state == ResponseState.DRAFT:
        return DRAFTED
    if shown.done_on:
        return DONE
    return ANSWERED if shown.treatment in CLOSED else PROMISED


def _members(review: AnnualReview, measure: Measure, user: User, joint: list[Thread]) -> tuple[MemberOpinion, ...]:
    used = {source.pk for thread in joint for source in thread.opinion.sources.all()}
    rows = visible_opinions(user, review, None).filter(measure=measure).select_related("seat").order_by("seat__position", "seat__pk")
    return tuple(MemberOpinion(row, row.pk in used) for row in rows)


def proposed_speakers(seats: Iterable[Seat]) -> str:
    """「金融分野の委員、労働分野の委員（2人）」: who said it, without a name."""
    words = [seat.sector_name for seat in seats]
    return "、".join(f"{word}（{words.count(word)}人）" if words.count(word) > 1 else word for word in dict.fromkeys(words))
