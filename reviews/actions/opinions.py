"""A council member's own opinions: a draft that nobody else sees, handed in, and taken back while the outside evaluation goes on."""
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from goals.models import Measure
from reviews.access import require_seat
from reviews.actions.writing import ConflictError, write
from reviews.models import AnnualReview, Opinion
from reviews.stages import Work, is_open
from reviews.vocabulary import OpinionState, Stage

LONGEST_OPINION = 4000  # characters
CLOSED = "意見を書けるのは、外部評価の間だけです。いまは「{stage}」の段階です。"
HANDED_IN_ALREADY = "この施策の意見は、提出済みです。直すときは、「取り戻して直す」を押してください。"
TOO_LONG = "意見は{longest:,}字までです。いま{length:,}字あります。"
NOT_HANDED_IN = "この施策の意見は、まだ提出していません。"


@transaction.atomic
def save_opinion(*, review: AnnualReview, measure: Measure, text: str, rating: str, seen_version: int, by: User, hands_in: bool = False) -> Opinion:
    """Keep what the member wrote as a draft, or hand it in. A new draft without a word is not kept; the row comes back unsaved.

    `seen_version` is the version that person saw, 0 where there was none. Raises PermissionDenied for whoever holds no seat today,
    ValidationError when the stage is over, the opinion is in already or empty, ConflictError when it was written elsewhere meanwhile.
    """
    seat = require_seat(by, review.strategy, timezone.localdate())
    _require_open(review)
    found = Opinion.objects.select_for_update(of=("self",)).filter(review=review, measure=measure, seat=seat).first()
    if found is not None and found.state == OpinionState.HANDED_IN:
        raise ValidationError(HANDED_IN_ALREADY)
    if (found.version if found else 0) != seen_version and not _is_same(found, text, rating):
        raise ConflictError(found)
    if len(text) > LONGEST_OPINION:
        raise ValidationError({"text": TOO_LONG.format(longest=LONGEST_OPINION, length=len(text))})
    row = found or Opinion(review=review, measure=measure, seat=seat)
    if not found and not hands_in and not (text.strip() or rating):
        return row
    return _saved(row, text.strip(), rating, by, hands_in)


def _is_same(found: Opinion | None, text: str, rating: str) -> bool:
    """Whether the other writing was the same words: the page's own saving whose answer never arrived."""
    return found is not None and (found.text, found.rating) == (text.strip(), rating)


def _saved(row: Opinion, text: str, rating: str, by: User, hands_in: bool) -> Opinion:
    values = {"text": text, "rating": rating}
    if hands_in:
        values |= {"state": OpinionState.HANDED_IN, "handed_in_at": timezone.now()}
    else:
        # A draft is its writer's alone: it leaves no copy in the history that others could read.
        row.skip_history_when_saving = True
    unique = {"review": row.review, "measure": row.measure, "seat": row.seat}
    return write(row, values, by=by, reason="意見の提出" if hands_in else "", unique=unique)


@transaction.atomic
def take_back(*, review: AnnualReview, measure: Measure, seen_version: int, by: User) -> Opinion:
    """Make the own handed-in opinion a draft again 「取り戻す」. Raises as `save_opinion`."""
    seat = require_seat(by, review.strategy, timezone.localdate())
    _require_open(review)
    found = Opinion.objects.select_for_update(of=("self",)).filter(review=review, measure=measure, seat=seat).first()
    if found is None or found.state != OpinionState.HANDED_IN:
        raise ValidationError(NOT_HANDED_IN)
    if found.version != seen_version:
        raise ConflictError(found)
    return write(found, {"state": OpinionState.DRAFT, "handed_in_at": None}, by=by, reason="意見の取り戻し")


def _require_open(review: AnnualReview) -> None:
    """The review's lock keeps its stage from moving until this is written. Raises ValidationError."""
    stage = AnnualReview.objects.select_for_update(of=("self",)).values_list("stage", flat=True).get(pk=review.pk)
    if not is_open(Work.OPINION, Stage(stage)):
        raise ValidationError(CLOSED.format(stage=Stage(stage).label))
