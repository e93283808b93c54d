"""What people said in a review, for those who take part: only what is handed in, confirmed or final, whoever asks; drafts are for the screen."""
from collections import defaultdict
from datetime import datetime

from django.utils import timezone

from common.fiscal import era_date
from dashboards.frame import Frame
from goals.models import Measure
from papers.parts import EvaluationPaper, OpinionPaper
from papers.said import COUNCIL, INTERNAL, Said, due_words, evaluation, key_of, own_title
from reviews.access import seat_of, visible_joint_opinions
from reviews.council.threads import Thread, thread_of, with_answers
from reviews.measures.parts import council_texts, internal_texts, self_texts
from reviews.measures.visible import council_evaluations_for, initiatives_for, internal_evaluations_for, self_evaluations_for
from reviews.models import AnnualReview
from reviews.vocabulary import InitiativeState


def said_in_review(frame: Frame) -> Said:
    """What that reader, who takes part, may read of the year's review; nothing without one. At most ten queries."""
    review = AnnualReview.objects.filter(strategy=frame.strategy, fiscal_year=frame.fiscal_year).select_related("strategy").first()
    return Said(_evaluations(frame, review), _opinions(frame, review), _states(frame, review)) if review else Said()


def _key(measure: Measure) -> str:
    return key_of(measure.goal.number, measure.number)


def _evaluations(frame: Frame, review: AnnualReview) -> dict[str, tuple[EvaluationPaper, ...]]:
    found, user, strategy = defaultdict(list), frame.user, frame.strategy
    own = self_evaluations_for(user, strategy).filter(review=review, submitted_at__isnull=False).select_related("division", "measure__goal")
    for row in own.order_by("division__position", "division__name", "pk"):
        title = own_title(row.division.name if row.division else "")
        found[_key(row.measure)].append(evaluation(title, self_texts(row), _day(row.submitted_at), is_own=True))
    internal = internal_evaluations_for(user, strategy).filter(review=review, confirmed_at__isnull=False).select_related("grade", "measure__goal")
    for row in internal:
        found[_key(row.measure)].append(evaluation(INTERNAL, internal_texts(row), _day(row.confirmed_at)))
    for row in council_evaluations_for(user, strategy).filter(review=review, confirmed_at__isnull=False).select_related("measure__goal"):
        found[_key(row.measure)].append(evaluation(COUNCIL, council_texts(row), _day(row.confirmed_at)))
    return {key: tuple(rows) for key, rows in found.items()}


def _day(at: datetime) -> str:
    return era_date(timezone.localdate(at))


def _states(frame: Frame, review: AnnualReview) -> dict[tuple[str, int], tuple[str, str]]:
    """Each initiative's state and note, where a self-evaluation of its measure is handed in."""
    handed_in = set(review.self_evaluations.filter(submitted_at__isnull=False).values_list("measure_id", flat=True))
    rows = initiatives_for(frame.user, frame.strategy).filter(review=review, initiative__measure__in=handed_in)
    rows = rows.select_related("initiative__measure__goal")
    return {(_key(row.initiative.measure), row.initiative.number): (InitiativeState(row.state).label, row.note) for row in rows}


def _opinions(frame: Frame, review: AnnualReview) -> dict[str | None, tuple[OpinionPaper, ...]]:
    today, user, found = timezone.localdate(), frame.user, defaultdict(list)
    seat = seat_of(user, frame.strategy, today)
    for row in with_answers(visible_joint_opinions(user, frame.strategy, seat)).filter(review=review).select_related("measure__goal"):
        found[_key(row.measure) if row.measure else None].append(opinion_paper(thread_of(row, 0, user, today)))
    return {key: tuple(papers) for key, papers in found.items()}


def opinion_paper(thread: Thread) -> OpinionPaper:
    """An opinion with its answer once that is final."""
    response = thread.response if thread.is_answered else None
    is_done = response is not None and response.done_on is not None
    return OpinionPaper(
        text=thread.opinion.text,
        who=thread.speakers,
        answer_kind=thread.treatment if response else "",
        answer=response.text if response else "",
        owner=f"担当　{response.division.name}" if response and response.division else "",
        due=due_words(response.due_on, response.done_on) if response else "",
        state="回答待ち" if response is None else "" if is_done else thread.word,
    )
