"""Search over a strategy's indicators, goals, measures, initiatives, agreements and partners.

A plan has some 150 short rows. They are read whole once, kept as plain entries until something changes, and compared here, so that
width, case and kana do not matter on any database.
"""
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Prefetch
from django.urls import reverse

from dashboards.agreements import AgreementRow
from dashboards.frame import Frame
from dashboards.matching import Piece, fold, marked, snippet, words_of
from goals.models import Initiative, Measure
from kpis.board import JudgedIndicator, judged_indicators
from kpis.models import Indicator
from kpis.vocabulary import Status
from partnerships.models import Agreement, Party
from partnerships.terms import State

MAX_LENGTH = 100
KINDS = {
    "indicators": "指標",
    "goals": "基本目標",
    "measures": "主要施策",
    "initiatives": "具体的取組",
    "agreements": "連携協定",
    "partners": "協定の相手方",
}


@dataclass(frozen=True)
class Verdict:
    """An indicator's verdict of the shown year. `is_sample`: it rests on fictional values."""

    status: Status
    word: str
    is_sample: bool


@dataclass(frozen=True)
class AgreementMark:
    """An agreement's state today."""

    state: State
    state_word: str
    icon: str


@dataclass(frozen=True)
class Entry:
    """One row that can be found: where it leads, where in the plan it stands, and its texts, from which the snippet is cut."""

    kind: str
    title: str
    url: str
    place: str
    texts: tuple[str, ...]
    folded: str
    verdict: Verdict | None = None
    agreement: AgreementMark | None = None


@dataclass(frozen=True)
class Hit:
    """A found entry with its hits marked."""

    entry: Entry
    title: tuple[Piece, ...]
    place: tuple[Piece, ...]
    snippet: tuple[Piece, ...]


@dataclass(frozen=True)
class Group:
    """The hits of one kind, in the plan's order."""

    key: str
    name: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True)
class SearchResult:
    """What was asked and what was found; only groups that hold something. Without a word nothing is looked up."""

    query: str
    words: tuple[str, ...]
    was_cut: bool
    groups: tuple[Group, ...] = ()

    @property
    def total(self) -> int:
        return sum(len(group.hits) for group in self.groups)


def search(frame: Frame, text: str) -> SearchResult:
    """The rows that hold every word of the text, at most its first 100 characters. Seven queries the first time, then none."""
    query = text.strip()[:MAX_LENGTH]
    words, was_cut = words_of(query), len(text.strip()) > MAX_LENGTH
    if not words:
        return SearchResult(query, words, was_cut)
    found = [entry for entry in _kept_entries(frame) if all(word in entry.folded for word in words)]
    groups = (Group(kind, name, tuple(_hit(entry, words) for entry in found if entry.kind == kind)) for kind, name in KINDS.items())
    return SearchResult(query, words, was_cut, tuple(group for group in groups if group.hits))


def _hit(entry: Entry, words: tuple[str, ...]) -> Hit:
    snippets = (snippet(text, words) for text in entry.texts)
    return Hit(entry, marked(entry.title, words), marked(entry.place, words), next(filter(None, snippets), ()))


def _kept_entries(frame: Frame) -> list[Entry]:
    return cache.get_or_set(f"search:{frame.key}", lambda: list(entries(frame)))


def entries(frame: Frame) -> Iterator[Entry]:
    """Everything that can be found, in the plan's order. Seven queries."""
    indicators = Indicator.objects.for_dashboard(frame.strategy, frame.user).select_related("goal", "measure__goal")
    yield from (_indicator(frame, row) for row in judged_indicators(frame.strategy, frame.user, indicators))
    measures = Measure.objects.filter(goal__strategy=frame.strategy).select_related("goal").prefetch_related("initiatives")
    yield from _structure(frame, list(measures.order_by("goal__number", "number")))
    parties = Prefetch("parties", Party.objects.select_related("partner"))
    yield from _partnerships(frame, list(Agreement.objects.filter(strategy=frame.strategy).prefetch_related(parties)))


def _entry(kind: str, title: str, url: str, place: str, *texts: str, also: Iterable[str] = (), **marks) -> Entry:
    """`also` is searched but not shown. A word never spans two texts."""
    shown = tuple(text for text in texts if text)
    return Entry(kind, title, url, place, shown, fold("\n".join((title, place, *shown, *also))), **marks)


def _url(frame: Frame, name: str, *args, anchor: str = "") -> str:
    address = reverse(name, args=[frame.strategy.slug, *args])
    return f"{address}?year={frame.fiscal_year}{'#' + anchor if anchor else ''}"


def _indicator(frame: Frame, row: JudgedIndicator) -> Entry:
    indicator, judgement = row.indicator, row.in_year(frame.fiscal_year)
    place = f"数値目標 {indicator.goal}" if indicator.is_numeric_target else f"KPI {indicator.key}　{indicator.measure}"
    division = f"担当 {indicator.division}" if indicator.division else ""
    verdict = Verdict(judgement.status, judgement.word, row.is_sample and judgement.result is not None)
    also = (indicator.key, indicator.short_name)
    return _entry(
        "indicators", indicator.full_name, _url(frame, "indicator", indicator.code), place, indicator.note, division, also=also, verdict=verdict
    )


def _structure(frame: Frame, measures: list[Measure]) -> Iterator[Entry]:
    """Goals that have measures, measures, initiatives."""
    for goal in dict.fromkeys(measure.goal for measure in measures):
        yield _entry("goals", goal.name, _url(frame, "goal", goal.number), f"基本目標{goal.number}", goal.subtitle, goal.direction)
    for measure in measures:
        url = _url(frame, "goal", measure.goal.number, anchor=f"m{measure.number}")
        yield _entry("measures", measure.name, url, f"基本目標{measure.goal.number}（{measure.number}）", measure.approach)
        yield from (_initiative(frame, measure, initiative) for initiative in measure.initiatives.all())


def _initiative(frame: Frame, measure: Measure, initiative: Initiative) -> Entry:
    numbers = (measure.goal.number, measure.number)
    url = _url(frame, "plan", anchor=f"initiative-{numbers[0]}-{numbers[1]}-{initiative.number}")
    return _entry("initiatives", initiative.name, url, f"基本目標{numbers[0]}（{numbers[1]}）{measure.name}", initiative.summary)


def _partnerships(frame: Frame, agreements: list[Agreement]) -> Iterator[Entry]:
    for agreement in agreements:
        names = "、".join(str(party) for party in agreement.parties.all())
        url = _url(frame, "agreement", agreement.number)
        mark = _agreement_mark(agreement, frame)
        yield _entry("agreements", agreement.name, url, names, agreement.items, agreement.remarks, agreement=mark)
    for partner in dict.fromkeys(party.partner for agreement in agreements for party in agreement.parties.all()):
        yield _entry("partners", partner.name, _url(frame, "partner", partner.pk), "", partner.note)


def _agreement_mark(agreement: Agreement, frame: Frame) -> AgreementMark:
    row = AgreementRow(agreement, agreement.state_on(frame.today), frame.today, spans=())
    return AgreementMark(row.state, row.state_word, row.icon)
