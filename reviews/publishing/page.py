"""公表: what the planning side sees of a year's publication, and what it can do next."""
from dataclasses import dataclass
from datetime import datetime

from goals.models import PublicScope
from reviews.editions.reading import EditionContent
from reviews.models import AnnualReview, Edition, Publication
from reviews.publishing.names import public_members
from reviews.publishing.publications import editions_to_publish, hindrance, is_overdue
from reviews.vocabulary import PublicationState, Stage

WHAT_HAPPENED = {
    PublicationState.SCHEDULED: "公表を予約しました",
    PublicationState.PUBLISHED: "公表しました",
    PublicationState.REPLACED: "新しい公表に差し替わりました",
    PublicationState.WITHDRAWN: "取り下げました",
    PublicationState.CANCELLED: "予約を取り消しました",
}


@dataclass(frozen=True)
class LogLine:
    """One thing that happened to a publication, and who did it."""

    at: datetime
    who: str
    what: str
    edition: int
    publish_at: datetime | None
    shows_member_names: bool
    reason: str


@dataclass(frozen=True)
class Names:
    """How many members of the newest edition let their name be published."""

    allowed: int
    members: int


@dataclass(frozen=True)
class PublicationPage:
    """The whole page. `hindrance` says why what is scheduled cannot be carried out."""

    review: AnnualReview
    editions: tuple[Edition, ...]
    in_force: Publication | None
    waiting: Publication | None
    is_overdue: bool
    hindrance: str
    names: Names
    log: tuple[LogLine, ...]

    @property
    def is_last_stage(self) -> bool:
        return self.review.stage == Stage.PUBLICATION

    @property
    def may_publish(self) -> bool:
        """Whether a publication can be begun: an edition is there, and none is scheduled."""
        return self.is_last_stage and bool(self.editions) and self.waiting is None

    @property
    def newest(self) -> Edition | None:
        return self.editions[0] if self.editions else None

    @property
    def has_newer_edition(self) -> bool:
        """Whether citizens see an older edition than there is."""
        return bool(self.in_force and self.newest and self.newest.number > self.in_force.edition.number)

    @property
    def is_for_members_only(self) -> bool:
        """Whether visitors see nothing of this strategy anyway."""
        return self.review.strategy.public_scope == PublicScope.NOTHING

    @property
    def stays_open(self) -> bool:
        """Whether the year's live pages stay open to visitors when the results are withdrawn."""
        strategy, in_force = self.review.strategy, self.in_force
        return bool(in_force) and (in_force.opened_after is None or strategy.published_through != self.review.fiscal_year)


def publication_page(review: AnnualReview, now: datetime) -> PublicationPage:
    """The page as it is at that time; eight queries at most."""
    rows = list(review.publications.select_related("edition", "published_by").defer("edition__content"))
    in_force = next((row for row in rows if row.state == PublicationState.PUBLISHED), None)
    waiting = next((row for row in rows if row.state == PublicationState.SCHEDULED), None)
    for row in (in_force, waiting):
        if row:
            row.review = review
    editions = tuple(editions_to_publish(review))
    return PublicationPage(
        review=review,
        editions=editions,
        in_force=in_force,
        waiting=waiting,
        is_overdue=bool(waiting) and is_overdue(waiting, now),
        hindrance=hindrance(waiting) if waiting else "",
        names=_names(editions, review),
        log=_log(review),
    )


def _names(editions: tuple[Edition, ...], review: AnnualReview) -> Names:
    members = public_members(EditionContent.read(editions[0].content), review.strategy) if editions else ()
    return Names(sum(member.name is not None for member in members), len(members))


def _log(review: AnnualReview) -> tuple[LogLine, ...]:
    """The newest first, from the change history. One query."""
    columns = ("history_date", "history_user__display_name", "state", "edition__number", "publish_at", "shows_member_names", "withdrawal_reason")
    rows = Publication.history.filter(review=review).order_by("-history_date", "-history_id").values_list(*columns)
    return tuple(_log_line(*row) for row in rows)


def _log_line(at: datetime, who: str | None, state: str, edition: int, publish_at: datetime, shows_member_names: bool, reason: str) -> LogLine:
    planned = publish_at if state == PublicationState.SCHEDULED else None
    return LogLine(at, who or "", WHAT_HAPPENED[PublicationState(state)], edition, planned, shows_member_names, reason)
