"""Publishing an edition, at once or at a time, and taking it back. docs/decisions/0013-publication.md says why each rule is as it is."""
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import Revision, User
from common.fiscal import era_long
from goals.models import Strategy
from reviews.access import require_planning
from reviews.models import AnnualReview, Edition, Publication
from reviews.publishing.publications import hindrance
from reviews.texts import kept_text
from reviews.vocabulary import PublicationState, Stage

LONGEST_TRACE = 100  # characters of a reason in the change history
IN_FUTURE = "公表する日時は、これから先の日時にしてください。いま公表するときは、「いますぐ公表する」を選んでください。"
OF_COUNCIL = "公表できるのは、外部評価を終えたときの確定版だけです。"
SCHEDULED_ALREADY = "この年度の公表は、すでに予約しています。先に、その予約を取り消すか、いま公表してください。"
PUBLISHED_ALREADY = "この版は、同じ内容ですでに公表しています。"
CHANGED = "この公表は、画面を開いた後に変わりました。いまの状態を確かめてください。"


@dataclass(frozen=True)
class Due:
    """What became of a publication whose time has come: published, or held back by `hindrance`."""

    publication: Publication
    hindrance: str = ""


@transaction.atomic
def schedule_publication(
    *, review: AnnualReview, edition: Edition, publish_at: datetime, shows_member_names: bool, by: User, now: datetime | None = None, seen: int | None = None
) -> Publication:
    """Publish that edition at a time to come; `publish_due` does it then.

    With `seen`, the key of the publication in force that the asker knew of (0 for none), nobody replaces one they have not seen.
    Raises PermissionDenied unless `by` plans, ValidationError for a time that is past, another stage or edition, or a second schedule.
    """
    require_planning(by)
    stored = _publishable(review, edition)
    _require_seen(stored, seen)
    if publish_at <= (now or timezone.now()):
        raise ValidationError({"publish_at": IN_FUTURE})
    _require_new(stored, edition, shows_member_names)
    return _saved(_new(stored, edition, PublicationState.SCHEDULED, publish_at, shows_member_names, by), by, "公表を予約")


@transaction.atomic
def publish_now(
    *, review: AnnualReview, edition: Edition, shows_member_names: bool, by: User, now: datetime | None = None, seen: int | None = None
) -> Publication:
    """Show that edition to citizens; it takes the place of the one they see. Takes and raises the same as `schedule_publication`."""
    require_planning(by)
    stored, now = _publishable(review, edition), now or timezone.now()
    _require_seen(stored, seen)
    _require_new(stored, edition, shows_member_names)
    return _put_in_force(_new(stored, edition, PublicationState.PUBLISHED, now, shows_member_names, by), by, now)


@transaction.atomic
def publish_scheduled(*, publication: Publication, by: User, now: datetime | None = None) -> Publication:
    """Do now what was scheduled. Raises PermissionDenied unless `by` plans, ValidationError where it is no longer scheduled or held back."""
    require_planning(by)
    stored = _locked(publication, PublicationState.SCHEDULED)
    if problem := hindrance(stored):
        raise ValidationError(problem)
    return _put_in_force(stored, by, now or timezone.now())


@transaction.atomic
def cancel_schedule(*, publication: Publication, by: User, now: datetime | None = None) -> Publication:
    """Do not publish what was scheduled. Raises PermissionDenied unless `by` plans, ValidationError where it is no longer scheduled."""
    require_planning(by)
    return _end(_locked(publication, PublicationState.SCHEDULED), PublicationState.CANCELLED, by, now or timezone.now(), "予約を取り消し")


@transaction.atomic
def withdraw(*, publication: Publication, reason: str, by: User, now: datetime | None = None) -> Publication:
    """Hide what citizens see; they read the reason instead. The year's live pages close again if this publication had opened them.

    Raises PermissionDenied unless `by` plans, ValidationError without a reason or where it is not in force any more.
    """
    require_planning(by)
    reason = kept_text(reason).strip()
    if not reason:
        raise ValidationError({"reason": "取り下げる理由を書いてください。市民が読みます。"})
    stored = _locked(publication, PublicationState.PUBLISHED)
    stored.withdrawal_reason = reason
    ended = _end(stored, PublicationState.WITHDRAWN, by, now or timezone.now(), f"取り下げ：{reason}")
    _close_year(ended, by)
    return ended


def publish_due(*, now: datetime) -> list[Due]:
    """Publish everything whose time has come, each in a transaction of its own. What it finds done already it leaves."""
    waiting = Publication.objects.filter(state=PublicationState.SCHEDULED, publish_at__lte=now).order_by("publish_at", "pk")
    return [found for found in (_publish_if_still_due(each, now) for each in waiting) if found]


@transaction.atomic
def _publish_if_still_due(publication: Publication, now: datetime) -> Due | None:
    try:
        stored = _locked(publication, PublicationState.SCHEDULED)
    except ValidationError:
        return None
    problem = hindrance(stored)
    return Due(stored, problem) if problem else Due(_put_in_force(stored, stored.published_by, now))


def _publishable(review: AnnualReview, edition: Edition) -> AnnualReview:
    """The review with its lock. Raises ValidationError where nothing, or not that edition, may be published."""
    stored = AnnualReview.objects.select_for_update(of=("self",)).select_related("strategy").get(pk=review.pk)
    if stored.stage != Stage.PUBLICATION:
        raise ValidationError(f"いまは「{Stage(stored.stage).label}」の段階です。外部評価を終えて「公表」へ進めてから、公表してください。")
    if edition.review_id != stored.pk or edition.stage != Stage.EXTERNAL:
        raise ValidationError({"edition": OF_COUNCIL})
    return stored


def _require_seen(review: AnnualReview, seen: int | None) -> None:
    in_force = review.publications.in_force().values_list("pk", flat=True).first() or 0
    if seen is not None and seen != in_force:
        raise ValidationError(CHANGED)


def _require_new(review: AnnualReview, edition: Edition, shows_member_names: bool) -> None:
    """Raises ValidationError beside a schedule, or where citizens see just that already."""
    if review.publications.filter(state=PublicationState.SCHEDULED).exists():
        raise ValidationError(SCHEDULED_ALREADY)
    if review.publications.in_force().filter(edition=edition, shows_member_names=shows_member_names).exists():
        raise ValidationError(PUBLISHED_ALREADY)


def _new(review: AnnualReview, edition: Edition, state: PublicationState, at: datetime, shows_member_names: bool, by: User) -> Publication:
    return Publication(review=review, edition=edition, state=state, publish_at=at, shows_member_names=shows_member_names, published_by=by)


def _locked(publication: Publication, state: PublicationState) -> Publication:
    """The publication as it is now, its review locked against other planners first. Raises ValidationError when it is in another state by now."""
    review = AnnualReview.objects.select_for_update(of=("self",)).select_related("strategy").get(pk=publication.review_id)
    stored = Publication.objects.select_for_update(of=("self",)).select_related("edition", "published_by").get(pk=publication.pk)
    if stored.state != state:
        raise ValidationError(CHANGED)
    stored.review = review
    return stored


def _put_in_force(publication: Publication, by: User | None, now: datetime) -> Publication:
    """The one before it ends first: at most one of a review is in force."""
    before = publication.review.publications.in_force().first()
    if before:
        _end(before, PublicationState.REPLACED, by, now, f"第{publication.edition.number}版に差し替え")
    publication.state, publication.published_at = PublicationState.PUBLISHED, now
    publication.opened_after = _open_year(publication, by)
    if publication.opened_after is None and before:
        publication.opened_after = before.opened_after
    return _saved(publication, by, "公表")


def _end(publication: Publication, state: PublicationState, by: User | None, now: datetime, reason: str) -> Publication:
    publication.state, publication.withdrawn_at = state, now
    return _saved(publication, by, reason)


def _saved(publication: Publication, by: User | None, reason: str) -> Publication:
    """Validated and saved with its trace. Raises ValidationError in the constraints' Japanese words."""
    publication._history_user, publication._change_reason = by, reason[:LONGEST_TRACE]
    publication.full_clean()
    publication.save()
    transaction.on_commit(Revision.advance)
    return publication


def _open_year(publication: Publication, by: User | None) -> int | None:
    """Open the year's live pages to visitors. The last year that was open before (0: none), or None where it was open already."""
    strategy = _locked_strategy(publication)
    year, before = publication.review.fiscal_year, strategy.published_through or 0
    if before >= year:
        return None
    _set_published_through(strategy, year, by, f"{era_long(year)}の結果を公表")
    return before


def _close_year(publication: Publication, by: User) -> None:
    """Close them again, if this publication had opened them and no later year is open."""
    strategy, year = _locked_strategy(publication), publication.review.fiscal_year
    if publication.opened_after is not None and strategy.published_through == year:
        _set_published_through(strategy, _last_open_without(publication, strategy), by, f"{era_long(year)}の結果を取り下げ")


def _last_open_without(publication: Publication, strategy: Strategy) -> int | None:
    """The last year that stays open: what was open before, passing over years that were withdrawn meanwhile."""
    rows = Publication.objects.filter(review__strategy=strategy).values_list("review__fiscal_year", "state", "opened_after")
    in_force = {year for year, state, _ in rows if state == PublicationState.PUBLISHED}
    opened_after = {year: before for year, _, before in rows if before is not None}
    last = publication.opened_after
    while last in opened_after and last not in in_force:
        last = opened_after[last]
    return max([last, *in_force]) or None


def _locked_strategy(publication: Publication) -> Strategy:
    return Strategy.objects.select_for_update().get(pk=publication.review.strategy_id)


def _set_published_through(strategy: Strategy, year: int | None, by: User | None, reason: str) -> None:
    strategy.published_through = year
    strategy._history_user, strategy._change_reason = by, reason[:LONGEST_TRACE]
    strategy.save(update_fields=["published_through"])
