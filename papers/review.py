"""What people said of each measure, for paper: only what is handed in, confirmed or final, whoever asks; drafts are for the screen."""
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from common.fiscal import era_date
from dashboards.frame import Frame
from papers.parts import InitiativePaper, MeasurePaper, OpinionPaper, TextBlock
from reviews.access import seat_of, takes_part, visible_joint_opinions
from reviews.measure_parts import council_texts, internal_texts, self_texts
from reviews.models import AnnualReview, SelfEvaluation
from reviews.threads import Thread, thread_of, with_answers
from reviews.visible import council_evaluations_for, initiatives_for, internal_evaluations_for, self_evaluations_for
from reviews.vocabulary import InitiativeState

VIEW = "reviews.view_annualreview"


@dataclass(frozen=True)
class Said:
    """Evaluations and opinions by a measure's key (None: the whole plan), the state of initiatives by (measure's key, number)."""

    evaluations: Mapping[int, tuple[TextBlock, ...]] = field(default_factory=dict)
    opinions: Mapping[int | None, tuple[OpinionPaper, ...]] = field(default_factory=dict)
    states: Mapping[tuple[int, int], tuple[str, str]] = field(default_factory=dict)

    def filled(self, paper: MeasurePaper, measure: int, numbers: Iterable[int]) -> dict:
        """What is to be replaced in a measure's paper; `numbers` are those of its initiatives, in its order."""
        initiatives = zip(paper.initiatives, numbers, strict=True)
        return {
            "evaluations": self.evaluations.get(measure, ()),
            "opinions": self.opinions.get(measure, ()),
            "initiatives": tuple(self._with_state(each, measure, number) for each, number in initiatives),
        }

    def _with_state(self, initiative: InitiativePaper, measure: int, number: int) -> InitiativePaper:
        state, note = self.states.get((measure, number), ("", ""))
        return InitiativePaper(initiative.name, initiative.summary, state, note)


def review_of(frame: Frame) -> AnnualReview | None:
    """The year's review, for those who may open it. One query, one more for members of the council."""
    if not frame.user.has_perm(VIEW) or not takes_part(frame.user, frame.strategy, frame.today):
        return None
    return AnnualReview.objects.filter(strategy=frame.strategy, fiscal_year=frame.fiscal_year).select_related("strategy").first()


def said_in(frame: Frame, review: AnnualReview | None) -> Said:
    """What that reader may read of the review; nothing without one. At most ten queries."""
    if review is None:
        return Said()
    return Said(_evaluations(frame, review), _opinions(frame, review), _states(frame, review))


def _evaluations(frame: Frame, review: AnnualReview) -> dict[int, tuple[TextBlock, ...]]:
    found, user, strategy = defaultdict(list), frame.user, frame.strategy
    own = self_evaluations_for(user, strategy).filter(review=review, submitted_at__isnull=False).select_related("division")
    for row in own.order_by("division__position", "division__name", "pk"):
        found[row.measure_id].append(_block(_self_title(row), self_texts(row), row.submitted_at))
    internal = internal_evaluations_for(user, strategy).filter(review=review, confirmed_at__isnull=False).select_related("grade")
    for row in internal:
        found[row.measure_id].append(_block("庁内検討会議の評価", internal_texts(row), row.confirmed_at))
    for row in council_evaluations_for(user, strategy).filter(review=review, confirmed_at__isnull=False):
        found[row.measure_id].append(_block("推進会議の評価", council_texts(row), row.confirmed_at))
    return {measure: tuple(blocks) for measure, blocks in found.items()}


def _self_title(row: SelfEvaluation) -> str:
    return f"自己評価（{row.division.name}）" if row.division else "自己評価"


def _block(title: str, texts: Iterable[tuple[str, str]], at: datetime) -> TextBlock:
    return TextBlock(title, "\n".join(f"【{label}】{text}" for label, text in texts), at=era_date(timezone.localdate(at)))


def _states(frame: Frame, review: AnnualReview) -> dict[tuple[int, int], tuple[str, str]]:
    """Each initiative's state and note, where a self-evaluation of its measure is handed in."""
    handed_in = set(review.self_evaluations.filter(submitted_at__isnull=False).values_list("measure_id", flat=True))
    rows = initiatives_for(frame.user, frame.strategy).filter(review=review, initiative__measure__in=handed_in).select_related("initiative")
    return {(row.initiative.measure_id, row.initiative.number): (InitiativeState(row.state).label, row.note) for row in rows}


def _opinions(frame: Frame, review: AnnualReview) -> dict[int | None, tuple[OpinionPaper, ...]]:
    today, user, found = timezone.localdate(), frame.user, defaultdict(list)
    seat = seat_of(user, frame.strategy, today)
    for row in with_answers(visible_joint_opinions(user, frame.strategy, seat)).filter(review=review):
        found[row.measure_id].append(opinion_paper(thread_of(row, 0, user, today)))
    return {measure: tuple(papers) for measure, papers in found.items()}


def opinion_paper(thread: Thread) -> OpinionPaper:
    """An opinion with its answer once that is final."""
    response = thread.response if thread.is_answered else None
    return OpinionPaper(
        text=thread.opinion.text,
        who=thread.speakers,
        answer_kind=thread.treatment if response else "",
        answer=response.text if response else "",
        owner=f"担当　{response.division.name}" if response and response.division else "",
        due=_due(response.due_on, response.done_on) if response else "",
        state=thread.word if response else "回答待ち",
    )


def _due(due_on: date | None, done_on: date | None) -> str:
    if done_on:
        return f"{era_date(done_on)} 済み"
    return f"期限 {era_date(due_on)}" if due_on else ""


