"""The sample's last year as a collection at work, and the whole sample's end. Each fictional value keeps its mark 「架空のサンプル値」."""
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from collecting.actions import open_collection
from collecting.models import Collection, EvidenceFile
from common.fiscal import era_long
from goals.models import Strategy
from kpis import actions as kpi_actions
from kpis.actions import SAMPLE_STRATEGY, SampleCleared
from kpis.models import Actual, Indicator
from kpis.vocabulary import Door, EntryState

DAYS_TO_ANSWER = 14
MESSAGE = "{year}の実績の入力をお願いします。値がまだ公表されていないときは、未測定の理由を選んでください。"
SAMPLED = "架空のサンプルの照会"
DIVISION_USER, PLANNER = "nourin", "kikaku"


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


@transaction.atomic
def clear_whole_sample(*, by: User | None = None) -> SampleCleared:
    """Remove every fictional row, the sample's collection and the files on fictional values; what people entered stays."""
    Collection.objects.filter(is_sample=True).delete()
    files = [evidence.file for evidence in EvidenceFile.objects.filter(actual__is_sample=True)]
    transaction.on_commit(lambda: [file.storage.delete(file.name) for file in files])
    return kpi_actions.clear_sample(by=by)
