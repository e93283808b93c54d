"""Freezing what was on the table when a stage closed, and telling that it is still that."""
import hashlib
import json
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from kpis.vocabulary import RULE_VERSION
from reviews.access import plans
from reviews.editions.content import content_of
from reviews.models import AnnualReview, Edition
from reviews.stages import ORDER
from reviews.vocabulary import Stage


def canonical(content: dict) -> str:
    """The one way a content is written, so that its hash is certain: sorted keys, no spaces, UTF-8, no NaN."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def hash_of(text: str) -> str:
    """SHA-256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def verify(edition: Edition) -> bool:
    """Whether the stored content is still the one that was frozen."""
    return hash_of(edition.content) == edition.sha256


def freeze(*, review: AnnualReview, stage: Stage, by: User | None, at: datetime | None = None) -> Edition:
    """Store what is on the table now as the review's next edition; `at` is when, for the sample's past years. Called inside the transaction that closes the stage."""
    text = canonical(content_of(review, Stage(stage)))
    last = review.editions.order_by("-number").values_list("number", flat=True).first() or 0
    return Edition.objects.create(
        review=review, stage=stage, number=last + 1, content=text, sha256=hash_of(text), rule_version=RULE_VERSION, frozen_by=by,
        frozen_at=at or timezone.now(),
    )


def visible_editions(user, review: AnnualReview) -> QuerySet[Edition]:
    """The editions that person may read: all for the planning side; the stages that are over now for others who take part.

    After a step back the stage is being worked on again, and its edition rests until it is closed anew.
    """
    if plans(user):
        return review.editions.all()
    return review.editions.filter(stage__in=ORDER[: ORDER.index(Stage(review.stage))])
