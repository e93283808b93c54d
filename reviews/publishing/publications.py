"""What citizens see of a strategy's reviews, read in one place: pages, open data and the feed ask here."""
from datetime import datetime

from django.db.models import QuerySet

from goals.models import Strategy
from reviews.models import AnnualReview, Edition, Publication
from reviews.vocabulary import PublicationState, Stage

SEEN_ONCE = (PublicationState.PUBLISHED, PublicationState.REPLACED, PublicationState.WITHDRAWN)


def published(strategy: Strategy) -> QuerySet[Publication]:
    """The strategy's publications in force with their editions, the newest year first. One query."""
    rows = Publication.objects.in_force().filter(review__strategy=strategy)
    return rows.select_related("review__strategy", "edition").order_by("-review__fiscal_year")


def withdrawn(strategy: Strategy) -> list[Publication]:
    """The last withdrawn publication of each year that citizens no longer see, the newest year first. Two queries."""
    in_force = set(published(strategy).values_list("review_id", flat=True))
    ended = Publication.objects.filter(review__strategy=strategy, state=PublicationState.WITHDRAWN).exclude(review__in=in_force)
    rows = ended.select_related("review", "edition").defer("edition__content").order_by("-review__fiscal_year", "withdrawn_at", "pk")
    return list({row.review_id: row for row in rows}.values())


def ever_public(strategy: Strategy) -> QuerySet[Publication]:
    """Everything that citizens see or once saw, oldest first: what the feed tells of. One query."""
    rows = Publication.objects.filter(review__strategy=strategy, state__in=SEEN_ONCE)
    return rows.select_related("review__strategy", "edition").order_by("published_at", "pk")


def editions_to_publish(review: AnnualReview) -> QuerySet[Edition]:
    """The editions of the council's closed stage, the newest first, without their content."""
    return review.editions.filter(stage=Stage.EXTERNAL).defer("content").order_by("-number")


def hindrance(publication: Publication) -> str:
    """Why a scheduled publication may not be carried out now; empty where nothing stands in the way. One query."""
    review = publication.review
    if review.stage != Stage.PUBLICATION:
        return f"評価・検証が「{Stage(review.stage).label}」の段階に戻っています。「公表」へ進めてから公表してください。"
    if editions_to_publish(review).filter(frozen_at__gt=publication.made_at).exists():
        return "予約した後に、新しい確定版ができています。予約を取り消して、どちらの版を公表するかを選び直してください。"
    return ""


def is_overdue(publication: Publication, now: datetime) -> bool:
    """Whether its time has passed and nothing happened: the command `publish_due` does not run, or something stands in the way."""
    return publication.state == PublicationState.SCHEDULED and publication.publish_at <= now
