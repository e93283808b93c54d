"""The sample's last year as a collection at work, and the whole sample's end. Each fictional value keeps its mark 「架空のサンプル値」."""
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from collecting.actions import OPENED, open_collection
from collecting.models import Collection, EvidenceFile
from common.fiscal import era_long
from goals.models import Strategy
from kpis import actions as kpi_actions
from kpis.actions import CLEARED, LOADED, SAMPLE_STRATEGY, SampleCleared
from kpis.models import Actual, Indicator
from kpis.vocabulary import Door, EntryState

DAYS_TO_ANSWER = 14
MESSAGE = "{year}の実績の入力をお願いします。値がまだ公表されていないときは、未測定の理由を選んでください。"
SAMPLED = "架空のサンプルの照会"
DIVISION_USER, PLANNER = "nourin", "kikaku"
# What the change history says of the sample's own rows, in whose name ever.
LOADING = (LOADED, SAMPLED)


@dataclass(frozen=True)
class Place:
    """Where one series of the sample stands and who put it there. `times` makes a value that asks for a second look."""

    code: str
    state: EntryState
    by: str
    breakdown: str = ""
    times: int = 1
    return_reason: str = ""


# Everything else is checked. NOT_ENTERED takes the value away.
PLACES = (
    Place("1-3-1", EntryState.DRAFT, DIVISION_USER, times=10),
    Place("1-3-2", EntryState.SUBMITTED, DIVISION_USER),
    Place("1-3-4", EntryState.RETURNED, PLANNER, "面積", return_reason="面積の単位（ha）を確かめて、もう一度提出してください。"),
    Place("1-3-4", EntryState.SUBMITTED, DIVISION_USER, "戸数"),
    Place("1-3-5", EntryState.NOT_ENTERED, DIVISION_USER),
    Place("2-1-1", EntryState.SUBMITTED, PLANNER),
    Place("2-1-2", EntryState.SUBMITTED, PLANNER),
    Place("2-2-1", EntryState.SUBMITTED, PLANNER),
)


@transaction.atomic
def open_sample_collection() -> Collection | None:
    """Ask for the last year of the sample and put its values on their way; None when that year is asked for already.

    Raises Strategy.DoesNotExist before the plan is loaded.
    """
    strategy = Strategy.objects.get(slug=SAMPLE_STRATEGY)
    year = strategy.last_fiscal_year
    if strategy.collections.filter(fiscal_year=year).exists():
        return None
    collection = open_collection(
        strategy=strategy, fiscal_year=year, deadline=timezone.localdate() + timedelta(days=DAYS_TO_ANSWER), message=MESSAGE.format(year=era_long(year)),
        indicators=Indicator.objects.of(strategy), by=_person(PLANNER), is_sample=True,
    )
    rows = {(row.indicator.code, row.indicator.breakdown): row for row in _sampled(strategy, year)}
    for place in PLACES:
        _put(place, rows.get((place.code, place.breakdown)))
    return collection


def _sampled(strategy: Strategy, year: int):
    return Actual.objects.filter(indicator__strategy=strategy, fiscal_year=year, is_sample=True).select_related("indicator__strategy")


def _put(place: Place, row: Actual | None) -> None:
    """Nothing where a real value stands."""
    if row is None:
        return
    row._history_user, row._change_reason = _person(place.by), SAMPLED
    if place.state == EntryState.NOT_ENTERED:
        row.delete()
        return
    row.entry_state, row.return_reason, row.door = place.state, place.return_reason, Door.ENTRY_SHEET
    row.value = None if row.value is None else row.value * place.times
    row.save()


def _person(username: str) -> User | None:
    return User.objects.filter(username=username, is_demo=True).first()


def workers(*, with_demo_work: bool) -> QuerySet:
    """The people whose work stays when the sample is cleared: everybody, or all but the demo accounts."""
    return User.objects.filter(is_demo=False) if with_demo_work else User.objects.all()


@transaction.atomic
def clear_whole_sample(*, by: User | None = None, with_demo_work: bool = False) -> SampleCleared:
    """Remove every fictional value and the sample's collection; what people entered stays, with the collection they entered it for.

    `with_demo_work`: also what nobody but demo accounts entered.
    """
    people = workers(with_demo_work=with_demo_work)
    if with_demo_work:
        _mark_demo_work(people)
    _take_figures_away(people, by)
    files = [evidence.file for evidence in EvidenceFile.objects.filter(actual__is_sample=True)]
    transaction.on_commit(lambda: [file.storage.delete(file.name) for file in files])
    cleared = kpi_actions.clear_sample(by=by)
    # A demo account opened it, which also tells one that lost its mark when it was cleared before.
    collections = Collection.objects.filter(Q(is_sample=True) | Q(opened_by__is_demo=True) if with_demo_work else Q(is_sample=True))
    return replace(cleared, kept=tuple(filter(None, [_clear_collection(each, people, by) for each in collections])))


def _mark_demo_work(people: QuerySet) -> None:
    """Values that demo accounts entered, and neither people nor files taken in by a command, go with the sample."""
    demo = Actual.history.filter(history_user__is_demo=True)
    others = Actual.history.filter(Q(history_user__in=people) | Q(history_user=None, door=Door.IMPORT))
    Actual.objects.filter(pk__in=demo.values("id")).exclude(pk__in=others.values("id")).update(is_sample=True)


def _take_figures_away(people: QuerySet, by: User | None) -> None:
    """Of a fictional figure beside which people put files or words only the figure goes: they stay, as a draft without it."""
    touched = Actual.history.filter(history_user__in=people).exclude(history_change_reason__in=LOADING).values("id")
    for row in Actual.objects.filter(is_sample=True, pk__in=touched):
        first = row.history.earliest()
        has_words = (row.comment, row.evidence) != (first.comment, first.evidence)
        if not has_words and not row.evidence_files.filter(added_by__in=people).exists():
            continue
        row.value, row.missing_reason, row.expected_month, row.is_met, row.doubt_answer = None, "", None, None, ""
        row.entry_state, row.return_reason, row.is_sample = EntryState.DRAFT, "", False
        row._history_user, row._change_reason = by, CLEARED
        row.save()


def _clear_collection(collection: Collection, people: QuerySet, by: User | None) -> str:
    """Remove it, or say what keeps it. One that stays is the city's own from now on."""
    entered = Actual.objects.filter(fiscal_year=collection.fiscal_year, indicator__collections=collection).count()
    edited = collection.history.filter(history_user__in=people).exclude(history_change_reason=OPENED).exists()
    if not entered and not edited and not collection.reminders.filter(recipient__in=people).exists():
        collection.delete()
        return ""
    collection.is_sample, collection._history_user, collection._change_reason = False, by, CLEARED
    collection.save(update_fields=["is_sample"])
    return f"{era_long(collection.fiscal_year)}の実績の照会（入力された実績 {entered}件{'、照会の内容の変更' if edited else ''}）"
