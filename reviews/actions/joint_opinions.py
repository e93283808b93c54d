"""The council's opinions as a whole 「会議の意見」: merged from members' opinions or taken down in a meeting, in an order, removed and brought back."""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from accounts.models import Revision, User
from goals.models import Measure
from reviews.access import require_planning
from reviews.actions.writing import locked, write
from reviews.models import AnnualReview, JointOpinion, Opinion, Response
from reviews.stages import Work, is_open
from reviews.vocabulary import Stage

JOINT_FIELDS = ("text", "speakers", "meeting")
CLOSED = "会議の意見をまとめられるのは、外部評価の間だけです。いまは「{stage}」の段階です。"
FOREIGN_SOURCES = "もとの意見は、この施策の提出済みの意見から選んでください。"
OTHER_MEETING = "会議は、この年度の会議から選んでください。"
HAS_RESPONSE = "市の回答があるため、取り除けません。先に、回答を空にしてください。"


@dataclass(frozen=True)
class Removed:
    """What is needed to bring a removed opinion back: its last record in the history, and the opinions it was made from."""

    record: int
    sources: tuple[int, ...]


@transaction.atomic
def add_joint_opinion(*, review: AnnualReview, measure: Measure | None, values: Mapping[str, Any], sources: Iterable[Opinion], by: User) -> JointOpinion:
    """A new one at the end; without a measure it is on the whole plan. `sources` stay as they are.

    Raises PermissionDenied unless `by` plans, ValidationError outside the outside evaluation or with sources of another measure.
    """
    require_planning(by)
    _require_open(review)
    found = list(sources)
    _check(review, measure, values, found)
    siblings = JointOpinion.objects.filter(review=review, measure=measure)
    position = (siblings.aggregate(last=Max("position"))["last"] or 0) + 1
    row = JointOpinion(review=review, measure=measure, position=position)
    write(row, {name: values[name] for name in JOINT_FIELDS if name in values}, by=by, reason="会議の意見の作成")
    row.sources.set(found)
    return row


@transaction.atomic
def edit_joint_opinion(*, opinion: JointOpinion, values: Mapping[str, Any], seen_version: int, by: User) -> JointOpinion:
    """Correct its words. Raises as `add_joint_opinion`, and ConflictError when somebody wrote it meanwhile."""
    require_planning(by)
    _require_open(opinion.review)
    stored = locked(opinion, seen_version)
    _check(stored.review, stored.measure, values, [])
    return write(stored, {name: values[name] for name in JOINT_FIELDS if name in values}, by=by, reason="会議の意見の修正")


@transaction.atomic
def move_joint_opinion(*, opinion: JointOpinion, step: int, by: User) -> None:
    """One place up (-1) or down (1) among those of its measure; at the end nothing happens. Raises as `add_joint_opinion`."""
    require_planning(by)
    _require_open(opinion.review)
    rows = list(JointOpinion.objects.select_for_update(of=("self",)).filter(review=opinion.review_id, measure=opinion.measure_id).order_by("position", "pk"))
    here = next(place for place, row in enumerate(rows) if row.pk == opinion.pk)
    if not 0 <= here + step < len(rows):
        return
    rows[here], rows[here + step] = rows[here + step], rows[here]
    for position, row in enumerate(rows, start=1):
        if row.position != position:
            JointOpinion.objects.filter(pk=row.pk).update(position=position)
    transaction.on_commit(Revision.advance)


@transaction.atomic
def remove_joint_opinion(*, opinion: JointOpinion, by: User) -> Removed:
    """Take it off; `restore_joint_opinion` brings it back. Raises as `add_joint_opinion`, and where the city has begun to answer."""
    require_planning(by)
    _require_open(opinion.review)
    stored = JointOpinion.objects.select_for_update(of=("self",)).get(pk=opinion.pk)
    if Response.objects.filter(opinion=stored).exclude(text="", treatment="").exists():
        raise ValidationError(HAS_RESPONSE)
    sources, key = tuple(stored.sources.values_list("pk", flat=True)), stored.pk
    stored._history_user, stored._change_reason = by, "会議の意見の取り除き"
    stored.delete()
    transaction.on_commit(Revision.advance)
    return Removed(JointOpinion.history.filter(id=key, history_type="-").latest("history_id").history_id, sources)


@transaction.atomic
def restore_joint_opinion(*, review: AnnualReview, removed: Removed, by: User) -> JointOpinion | None:
    """Bring a removed one back with its sources; None when it is there already. Raises as `add_joint_opinion`."""
    require_planning(by)
    _require_open(review)
    record = JointOpinion.history.filter(history_id=removed.record, history_type="-", review_id=review.pk).first()
    if record is None or JointOpinion.objects.filter(pk=record.id).exists():
        return None
    row = record.instance
    row._history_user, row._change_reason, row.saved_by = by, "会議の意見の取り除きの取り消し", by
    row.save(force_insert=True)
    row.sources.set(Opinion.objects.filter(pk__in=removed.sources, review=review))
    transaction.on_commit(Revision.advance)
    return row


def _check(review: AnnualReview, measure: Measure | None, values: Mapping[str, Any], sources: list[Opinion]) -> None:
    fit = Opinion.objects.handed_in().filter(review=review, measure=measure, pk__in=[source.pk for source in sources])
    if sources and fit.count() != len(sources):
        raise ValidationError(FOREIGN_SOURCES)
    meeting = values.get("meeting")
    if meeting is not None and meeting.review_id != review.pk:
        raise ValidationError({"meeting": OTHER_MEETING})


def _require_open(review: AnnualReview) -> None:
    """The review's lock, always taken first, keeps its stage from moving until this is written. Raises ValidationError."""
    stage = AnnualReview.objects.select_for_update(of=("self",)).values_list("stage", flat=True).get(pk=review.pk)
    if not is_open(Work.COUNCIL_EVALUATION, Stage(stage)):
        raise ValidationError(CLOSED.format(stage=Stage(stage).label))
