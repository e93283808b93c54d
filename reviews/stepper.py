"""The stages of a review on top of each of its pages 「評価の流れ」, with the dates and counts of each."""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.utils import timezone

from collecting.models import Collection
from kpis.models import Actual, Indicator
from kpis.vocabulary import CHECKED_STATES, EntryState
from reviews.access import measures_of
from reviews.models import AnnualReview, JointOpinion
from reviews.stages import ORDER
from reviews.vocabulary import Body, ResponseState, Stage

DELIVERED = (EntryState.SUBMITTED, *CHECKED_STATES)
NO_MEETING = "日程はまだありません"


@dataclass(frozen=True)
class Step:
    """One stage: `position` counts from 1; `notes` are its dates and counts, a line each."""

    stage: Stage
    position: int
    is_done: bool
    is_now: bool
    notes: tuple[str, ...] = ()


def stepper(review: AnnualReview) -> tuple[Step, ...]:
    """The four stages with how far each has come: at most eight queries."""
    now, meetings = ORDER.index(Stage(review.stage)), _meeting_days(review)
    notes = {
        Stage.ENTRY: _entry_notes(review),
        Stage.INTERNAL: (_met(Body.INTERNAL_MEETING, meetings), _verified(review)),
        Stage.EXTERNAL: (_met(Body.PROMOTION_COUNCIL, meetings), _answered(review)),
        Stage.PUBLICATION: (_published(review),),
    }
    return tuple(Step(stage, place + 1, place < now, place == now, tuple(filter(None, notes[stage]))) for place, stage in enumerate(ORDER))


def day_text(day: date) -> str:
    """「8月27日」: the year is said by the page's heading."""
    return f"{day.month}月{day.day}日"


def _entry_notes(review: AnnualReview) -> tuple[str, ...]:
    asked = Indicator.objects.of(review.strategy).asked_in(review.fiscal_year)
    collection = Collection.objects.filter(strategy=review.strategy, fiscal_year=review.fiscal_year).first()
    asked = asked.filter(collections=collection) if collection else asked
    delivered = Actual.objects.filter(indicator__in=asked, fiscal_year=review.fiscal_year, entry_state__in=DELIVERED).count()
    due = collection.deadline if collection else review.self_evaluations_due_on
    return (f"担当課　{day_text(due)}まで" if due else "", f"{delivered}／{asked.count()}指標 提出済み")


def _meeting_days(review: AnnualReview) -> list[tuple[str, date]]:
    return list(review.meetings.order_by("meets_on").values_list("body", "meets_on"))


def _met(body: Body, meetings: Iterable[tuple[str, date]]) -> str:
    days = "・".join(day_text(day) for of_body, day in meetings if of_body == body)
    name = "推進会議" if body is Body.PROMOTION_COUNCIL else body.label
    return f"{name}　{days or NO_MEETING}"


def _verified(review: AnnualReview) -> str:
    confirmed = review.internal_evaluations.filter(confirmed_at__isnull=False).count()
    return f"{confirmed}／{measures_of(review.strategy).count()}施策 検証済み"


def _answered(review: AnnualReview) -> str:
    counts = JointOpinion.objects.filter(review=review).aggregate(all=Count("pk"), done=Count("pk", filter=Q(response__state=ResponseState.FINAL)))
    return f"意見への回答 {counts['done']}／{counts['all']}件" if counts["all"] else "意見はまだありません"


def _published(review: AnnualReview) -> str:
    published_at = review.publications.in_force().values_list("published_at", flat=True).first()
    if published_at:
        return f"{day_text(timezone.localtime(published_at).date())}に公表しました"
    return f"{review.publication_planned} 予定" if review.publication_planned else "時期はまだ決まっていません"
