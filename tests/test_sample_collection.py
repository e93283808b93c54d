"""The demo's collection: work at every stage, all of it marked as fictional, and gone with the rest of the sample."""
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from accounts.actions import create_demo_accounts
from accounts.models import User
from collecting.actions import record_value
from collecting.board import board_for
from collecting.evidence import add_evidence
from collecting.models import Collection
from collecting.sample import clear_whole_sample, open_sample_collection
from kpis.models import Actual
from kpis.vocabulary import EntryState
from tests.factories import make_collection

YEAR = 2024


@pytest.fixture
def collection(sample):
    create_demo_accounts()
    return open_sample_collection()


@pytest.fixture
def kikaku(collection):
    return User.objects.get(username="kikaku")


def states(code: str) -> list[str]:
    return sorted(Actual.objects.filter(indicator__code=code, fiscal_year=YEAR).values_list("entry_state", flat=True))


def test_the_last_year_is_asked_for_until_two_weeks_ahead(collection, sample):
    assert (collection.fiscal_year, collection.is_sample, collection.is_open) == (YEAR, True, True)
    assert collection.deadline == timezone.localdate() + timedelta(days=14)
    assert collection.indicators.count() == sample.indicators.count()


def test_the_farm_divisions_indicators_stand_at_every_stage(collection):
    assert [states(code) for code in ("1-3-1", "1-3-2", "1-3-4", "1-3-5")] == [["draft"], ["submitted"], ["returned", "submitted"], []]


def test_the_planning_division_has_handed_some_in_and_everything_else_is_checked(collection):
    assert [states(code) for code in ("2-1-1", "2-1-2", "2-2-1")] == [["submitted"]] * 3
    counted = Counter(Actual.objects.filter(fiscal_year=YEAR).values_list("entry_state", flat=True))
    assert (counted[EntryState.DRAFT], counted[EntryState.RETURNED], counted[EntryState.SUBMITTED]) == (1, 1, 5)
    assert counted[EntryState.CHECKED] > 30


def test_the_draft_asks_for_a_second_look(collection, kikaku):
    doubtful = [row.indicator.code for row in board_for(collection, kikaku).rows if row.is_doubtful]
    assert doubtful == ["1-3-1"]


def test_every_value_stays_marked_as_fictional(collection):
    assert not Actual.objects.filter(is_sample=False).exists()


def test_opening_it_twice_changes_nothing(collection):
    before = list(Actual.objects.values_list("pk", "version"))
    assert open_sample_collection() is None
    assert list(Actual.objects.values_list("pk", "version")) == before


def test_a_real_collection_of_that_year_is_left_alone(sample):
    make_collection(list(sample.indicators.all()[:1]), strategy=sample)
    call_command("open_sample_collection", verbosity=0)
    assert not Collection.objects.get().is_sample


def test_without_people_the_sample_still_opens(sample):
    assert open_sample_collection().opened_by is None


@pytest.fixture
def own_folder(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path
    return tmp_path


def attach(code: str, by: User) -> Actual:
    actual = Actual.objects.get(indicator__code=code, fiscal_year=YEAR)
    upload = SimpleUploadedFile("統計.csv", "年度,値\r\n2024,6.88\r\n".encode())
    return add_evidence(indicator=actual.indicator, fiscal_year=YEAR, upload=upload, seen_version=actual.version, by=by)


def files(folder) -> list:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_clearing_takes_the_collection_the_values_and_what_only_demo_accounts_did(collection, kikaku, own_folder, django_capture_on_commit_callbacks):
    attach("1-3-2", kikaku)
    value_of = Actual.objects.get(indicator__code="1-3-1", fiscal_year=YEAR)
    record_value(indicator=value_of.indicator, fiscal_year=YEAR, entered={"value": Decimal(7)}, seen_version=value_of.version, by=kikaku)
    assert files(own_folder)
    with django_capture_on_commit_callbacks(execute=True):
        clear_whole_sample(with_demo_work=True)
    assert (Collection.objects.count(), Actual.objects.count(), files(own_folder)) == (0, 0, [])


def test_the_collection_stays_and_becomes_real_where_people_entered_values(collection, takeru, own_folder, capsys):
    """Takeru gave one real value, and a file beside a fictional one, of which only the figure goes."""
    number = Actual.objects.get(indicator__code="2-1-1", fiscal_year=YEAR)
    record_value(indicator=number.indicator, fiscal_year=YEAR, entered={"value": Decimal(7)}, seen_version=number.version, by=takeru)
    attach("1-3-2", takeru)
    for options in ([], ["--with-demo-work"]):
        call_command("clear_sample", *options)
        assert "令和6年度の実績の照会（入力された実績 2件）" in capsys.readouterr().out or options
        left = Actual.objects.order_by("indicator__code").values_list("indicator__code", "value", "entry_state", "is_sample", "evidence")
        assert [row[:4] for row in left] == [("1-3-2", None, EntryState.DRAFT, False), ("2-1-1", 7, EntryState.DRAFT, False)]
        assert (Collection.objects.get().is_sample, len(files(own_folder))) == (False, 1)
