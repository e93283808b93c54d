"""The end of the sample's reviews: what nobody wrote goes; what people wrote stays, and is named."""
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Model, Q, QuerySet

from accounts.models import User
from collecting.sample import clear_whole_sample, workers
from common.fiscal import era_long
from kpis.actions import CLEARED, SampleCleared
from reviews.models import (
    AgendaItem,
    AnnualReview,
    CouncilEvaluation,
    Decision,
    Edition,
    EvaluationScale,
    InitiativeProgress,
    InternalEvaluation,
    JointOpinion,
    Material,
    Meeting,
    Opinion,
    Publication,
    Response,
    Seat,
    SelfEvaluation,
    StageStep,
    TargetRevision,
)
from reviews.vocabulary import OpinionState, RevisionState, Stage


@dataclass(frozen=True)
class Part:
    """What a review is made of. `holds` are the rows that keep one as long as they are there, `agenda` the agendas' column that names it."""

    model: type[Model]
    review: str = "review"
    author: str = "saved_by"
    holds: tuple[str, ...] = ()
    agenda: str = ""


# Leaves first. An edition or a step has one author for ever; everything else also has its history.
PARTS = (
    Part(Response, "opinion__review", agenda="response"),
    Part(JointOpinion, holds=("response",)),
    Part(Opinion),
    Part(Decision, "meeting__review", agenda="decision"),
    Part(Material, "meeting__review", "added_by"),
    Part(Meeting, holds=("decisions", "materials", "revisions")),
    Part(SelfEvaluation),
    Part(InitiativeProgress),
    Part(InternalEvaluation),
    Part(CouncilEvaluation),
    Part(StageStep, author="stepped_by"),
    Part(Edition, author="frozen_by"),
)


@transaction.atomic
def clear_sample(*, by: User | None = None, with_demo_work: bool = False) -> SampleCleared:
    """Remove every fictional row of the product and leave what people wrote, also in the sample's reviews.

    A review in which something stays begins anew as the city's own. `with_demo_work`: also what nobody but demo accounts wrote.
    """
    kept = tuple(_Clearing(by, with_demo_work).run())
    cleared = clear_whole_sample(by=by, with_demo_work=with_demo_work)
    return replace(cleared, kept=(*kept, *cleared.kept))


class _Clearing:
    """One clearing; `people` are those whose work stays."""

    def __init__(self, by: User | None, with_demo_work: bool):
        self.by, self.with_demo_work = by, with_demo_work
        self.people = workers(with_demo_work=with_demo_work)

    def run(self) -> Iterator[str]:
        """Does it, and says what stays."""
        yield from self._clear_proposals()
        reviews = list(self._reviews().order_by("strategy", "fiscal_year"))
        for part in PARTS:
            _delete(part, self._unwritten(part, part.model.objects.filter(**{f"{part.review}__in": reviews})))
        for review in reviews:
            yield from self._clear_review(review)
        yield from self._clear_seats()
        self._unwritten(Part(EvaluationScale, author="", holds=("reviews",)), EvaluationScale.objects.filter(is_sample=True)).delete()

    def _reviews(self) -> QuerySet:
        """The sample's. Nobody opened it, which also tells one that lost its mark when it was cleared before."""
        demo = Q(opened_by=None) | Q(opened_by__is_demo=True) if self.with_demo_work else Q()
        return AnnualReview.objects.filter(Q(is_sample=True) | demo)

    def _unwritten(self, part: Part, rows: QuerySet) -> QuerySet:
        """Of those rows, what none of the people has a hand in and nothing that stays hangs upon."""
        if part.author:
            rows = rows.exclude(**{f"{part.author}__in": self.people})
        if hasattr(part.model, "history"):
            rows = rows.exclude(pk__in=part.model.history.filter(history_user__in=self.people).values("id"))
            rows = rows if self.with_demo_work else rows.filter(is_sample=True)
        return rows.filter(**{f"{name}__isnull": True for name in part.holds})

    def _clear_proposals(self) -> Iterator[str]:
        """What was decided is the plan by now, and stays."""
        tried = TargetRevision.objects.filter(Q(is_sample=True) | Q(proposed_by__is_demo=True))
        self._unwritten(Part(TargetRevision), tried.exclude(state=RevisionState.DECIDED)).delete()
        left = tried.count()
        if left:
            yield f"{TargetRevision._meta.verbose_name}の提案と決定 {left}件"

    def _clear_review(self, review: AnnualReview) -> Iterator[str]:
        left = {part: list(part.model.objects.filter(**{part.review: review})) for part in PARTS}
        is_written = self.people.filter(pk=review.saved_by_id or 0).exists()
        if not any(left.values()) and not is_written:
            review.delete()
            return
        if review.stage != Stage.ENTRY and not any(left[part] for part in PARTS if part.model in (StageStep, Edition)):
            review.stage = Stage.ENTRY
            self._save(review)
        self._make_real([review, *(row for rows in left.values() for row in rows)])
        said = [f"{part.model._meta.verbose_name} {len(rows)}件" for part, rows in left.items() if rows]
        yield f"{era_long(review.fiscal_year)}の評価・検証（{'、'.join(said) or '設定の変更'}）"

    def _clear_seats(self) -> Iterator[str]:
        """The fictional members go who said nothing, came nowhere and were invited by nobody."""
        sampled = Seat.objects.filter(Q(is_sample=True) | Q(saved_by__is_demo=True) if self.with_demo_work else Q(is_sample=True))
        seats = self._unwritten(Part(Seat, holds=("opinions", "attendance")), sampled.exclude(invitations__created_by__in=self.people))
        Seat.objects.filter(pk__in=list(seats.values_list("pk", flat=True))).delete()
        left = list(sampled.all())
        self._make_real(left)
        if left:
            yield f"推進会議の委員 {len(left)}人（{'、'.join(seat.member_name for seat in left)}）"

    def _make_real(self, rows: Iterable[Model]) -> None:
        """What stays carries the mark of the sample no longer."""
        for row in rows:
            if getattr(row, "is_sample", False):
                row.is_sample = False
                self._save(row)

    def _save(self, row: Model) -> None:
        row._history_user, row._change_reason = self.by, CLEARED
        if isinstance(row, Opinion) and row.state == OpinionState.DRAFT:
            # A draft is its writer's alone: it leaves no copy in the history.
            row.skip_history_when_saving = True
        row.save()


def _delete(part: Part, rows: QuerySet) -> None:
    going = list(rows)
    if part.agenda:
        # The line of another meeting stays, with its words.
        AgendaItem.objects.filter(**{f"{part.agenda}__in": going}).update(**{part.agenda: None})
    if part.model is Edition:
        Publication.objects.filter(edition__in=going).delete()
    if part.model is Material:
        transaction.on_commit(lambda: [row.file.storage.delete(row.file.name) for row in going])
    part.model.objects.filter(pk__in=[row.pk for row in going]).delete()
