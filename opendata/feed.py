"""publications.atom: what was published, withdrawn and corrected, for feed readers. An entry keeps its name for ever, whatever becomes of it."""
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from common.fiscal import era_long
from common.sheets import UNWRITABLE
from goals.models import Strategy
from opendata.licence import attribution
from reviews.editions.corrected import Correction, CorrectionKind
from reviews.editions.reading import EditionContent
from reviews.editions.revised import PlanHistory
from reviews.models import Publication
from reviews.publishing.publications import ever_public
from reviews.publishing.results import public_corrections
from reviews.vocabulary import PublicationState

SAMPLE = "【架空のサンプル値】"


@dataclass(frozen=True)
class Entry:
    """One entry. `name` is what its id is made of; `path` leads to the page it tells of."""

    name: str
    title: str
    text: str
    path: str
    published: datetime
    updated: datetime


class Feed(Atom1Feed):
    """Atom as Django writes it; a feed without entries is as old as the plan, not of this second."""

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else self.feed["begun"]


def feed(strategy: Strategy, address: str, absolute: Callable[[str], str]) -> str:
    """The whole feed, the newest entry first. One query, one for the corrections of each published year, and the plan's history."""
    results = absolute(reverse("results", args=[strategy.slug]))
    made = Feed(
        title=f"{strategy.municipality} {strategy.short_name} 評価の結果",
        link=results,
        description="評価の結果の公表・取り下げ・訂正のお知らせ",
        language="ja",
        author_name=strategy.municipality,
        feed_url=absolute(address),
        feed_guid=_id(strategy, ""),
        feed_copyright=attribution(strategy),
        begun=datetime(strategy.first_fiscal_year, 4, 1, tzinfo=timezone.get_current_timezone()),
    )
    for entry in sorted(_once(_entries(strategy)), key=lambda each: each.updated, reverse=True):
        made.add_item(
            title=_plain(entry.title), link=absolute(entry.path), description=escape(_plain(entry.text)), unique_id=_id(strategy, entry.name),
            pubdate=entry.published, updateddate=entry.updated,
        )  # fmt: skip
    return made.writeString("utf-8")


def _once(entries: list[Entry]) -> list[Entry]:
    """What concerns several published years, as a revised target does, is told by the first of them: an id stands in a feed once."""
    return list({entry.name: entry for entry in reversed(entries)}.values())


def _plain(text: str) -> str:
    """Without signs that XML has no way to write: one of them would cost readers the whole feed."""
    return UNWRITABLE.sub("", text)


def _id(strategy: Strategy, name: str) -> str:
    """The same for the same thing wherever the site moves."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{strategy.municipality_code}/{strategy.slug}/results/{name}')}"


def _entries(strategy: Strategy) -> list[Entry]:
    found, plan = [], PlanHistory(strategy)
    for publication in ever_public(strategy):
        content = EditionContent.read(publication.edition.content)
        path = reverse("results_year", args=[strategy.slug, publication.review.fiscal_year])
        found.append(_publication(publication, content, path))
        if publication.state == PublicationState.PUBLISHED:
            publication.edition.review = publication.review
            found += [_correction(publication, content, each, path) for each in public_corrections(publication.edition, content, plan)]
    return found


def _publication(publication: Publication, content: EditionContent, path: str) -> Entry:
    year, number = publication.review.fiscal_year, publication.edition.number
    name = f"{era_long(year)}の評価の結果（第{number}版）"
    title, text = {
        PublicationState.PUBLISHED: (f"{name}を公表しました", f"確定版のハッシュ（SHA-256）：{publication.edition.sha256}"),
        PublicationState.REPLACED: (f"{name}は、新しい版に差し替えました", "新しい版を公表しています。"),
        PublicationState.WITHDRAWN: (f"{name}を取り下げました", f"理由：{publication.withdrawal_reason}"),
    }[PublicationState(publication.state)]
    updated = publication.withdrawn_at or publication.published_at
    return Entry(f"{year}/publications/{publication.pk}", _sample(content) + title, text, path, publication.published_at, updated)


def _correction(publication: Publication, content: EditionContent, row: Correction, path: str) -> Entry:
    """Named by what was corrected and when, so that publishing another edition does not name it anew."""
    name = f"corrections/{row.about.code}/{row.about.breakdown}/{row.fiscal_year}/{row.what}/{row.at.isoformat()}"
    kind = CorrectionKind.REVISION if row.is_revision else CorrectionKind.CORRECTION
    title = f"{_sample(content)}{kind.label}：{row.about.title}（{row.what_words}）"
    text = f"訂正前：{row.before}　訂正後：{row.after}　{row.kind_words}" + (f"　理由：{row.reason}" if row.reason else "")
    return Entry(name, title, text, path, row.at, row.at)


def _sample(content: EditionContent) -> str:
    return SAMPLE if content.is_sample else ""
