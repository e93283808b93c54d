"""What is not published or not checked yet is on no page, in no search, chart, file or record of anybody who must not see it."""
from collections.abc import Iterable
from decimal import Decimal
from itertools import cycle

import pytest

from accounts.models import Revision
from accounts.roles import Role
from goals.models import PublicScope, Strategy
from kpis.models import Actual, Indicator
from kpis.vocabulary import EntryState
from tests.factories import make_division, make_user
from tests.pages import DATA_FILES, OPEN_PAGES, SLUG, STRATEGY_PAGES
from tests.world import client_of

PUBLISHED_YEAR, DRAFT_YEAR = 2022, 2023
VALUE = Decimal(9173551)
COMMENT = "りんごの木箱の在庫による"
RETURN_REASON = "木箱の数え方を確かめてください"
TRACES = ("9173551", "9,173,551", "917.4万", COMMENT, RETURN_REASON)
AT_WORK = (EntryState.SUBMITTED, EntryState.DRAFT, EntryState.RETURNED)
# A numeric target, a plain KPI, a KPI in two parts, series without target.
CODES = ("1-A", "1-1-1", "1-3-4", "2-3-2")
QUERIES = ("?q=ブドウ", f"?q={COMMENT[:3]}", "?q=関係人口")
ADMIN_PATHS = ("/admin/", "/admin/kpis/indicator/", "/admin/kpis/actual/", "/admin/kpis/target/", "/admin/kpis/actual/export/")


def give_striking_values(strategy: Strategy, states: Iterable[EntryState], **fields) -> None:
    """Striking values with a comment in 2023, in those states by turns, that belong to the farm division."""
    farm, turns = make_division(name="果樹課"), cycle(states)
    for indicator in Indicator.objects.filter(strategy=strategy, code__in=CODES):
        indicator.division = farm
        indicator.save()
        row, _ = Actual.objects.get_or_create(indicator=indicator, fiscal_year=DRAFT_YEAR)
        for name, value in {"value": VALUE, "missing_reason": "", "comment": COMMENT, "entry_state": next(turns), **fields}.items():
            setattr(row, name, value)
        row.save()
    Revision.advance()


@pytest.fixture
def drafted(sample):
    """The plan, published through 2022, with striking values in 2023 that are checked."""
    sample.public_scope, sample.published_through = PublicScope.PUBLISHED, PUBLISHED_YEAR
    sample.save()
    give_striking_values(sample, [EntryState.CHECKED])
    return sample


@pytest.fixture
def unchecked(sample):
    """The same values on their way: handed in, drafts or returned. All years are public, so that nothing else hides them."""
    sample.public_scope, sample.published_through = PublicScope.EVERYTHING, sample.last_fiscal_year
    sample.save()
    give_striking_values(sample, AT_WORK, return_reason=RETURN_REASON)
    return sample


# Where those who may see a draft find it.
DRAFT_ADDRESSES = [
    f"/strategies/{SLUG}/indicators/1-A/?year={DRAFT_YEAR}",
    f"/strategies/{SLUG}/goals/1/?year={DRAFT_YEAR}",
    f"/opendata/indicators.csv?year={DRAFT_YEAR}",
]

# What was said of each value, and by whom.
RECORDS = [f"/strategies/{SLUG}/indicators/{code}/?year={DRAFT_YEAR}" for code in CODES]


def site_addresses() -> list[str]:
    """Every page and file, as it is and for a published and a draft year, with some searches."""
    pages = [page for page in STRATEGY_PAGES if page.url_name != "search"]
    addresses = [page.path + year for page in (*pages, *DATA_FILES) for year in ("", f"?year={PUBLISHED_YEAR}", f"?year={DRAFT_YEAR}")]
    addresses += [f"{page.path}?strategy={SLUG}" for page in DATA_FILES] + [page.path for page in OPEN_PAGES]
    return addresses + [f"/strategies/{SLUG}/search/{query}" for query in QUERIES]


def traces_for(user, addresses: list[str]) -> dict[str, list[str]]:
    """The addresses at which that reader meets a draft, with what is met there."""
    client, met = client_of(user), {}
    for address in addresses:
        content = client.get(address).content.decode("utf-8", errors="replace")
        found = [trace for trace in TRACES if trace in content]
        if found:
            met[address] = found
    return met


def test_a_visitor_meets_no_draft(drafted):
    assert traces_for(None, site_addresses()) == {}


def test_a_visitor_meets_no_draft_where_nothing_is_public(drafted):
    drafted.public_scope = PublicScope.NOTHING
    drafted.save()
    assert traces_for(None, site_addresses()) == {}


def test_sho_who_only_looks_meets_no_draft(drafted, people):
    assert traces_for(people[Role.VIEWER], site_addresses()) == {}


def test_kai_meets_no_draft_of_another_division(drafted, people):
    assert traces_for(people[Role.DIVISION], [*site_addresses(), *ADMIN_PATHS]) == {}


def test_kai_cannot_open_another_divisions_draft_in_the_admin(drafted, people):
    rows = Actual.objects.filter(fiscal_year=DRAFT_YEAR, comment=COMMENT)
    paths = [f"/admin/kpis/actual/{row.pk}/{page}/" for row in rows for page in ("change", "history")]
    paths += [f"/admin/kpis/indicator/{row.indicator_id}/{page}/" for row in rows for page in ("change", "history")]
    assert traces_for(people[Role.DIVISION], paths) == {}


@pytest.mark.parametrize("role", [Role.PLANNING, Role.COUNCIL, Role.ADMINISTRATOR])
def test_those_who_may_do_see_the_draft(drafted, people, role):
    assert set(traces_for(people[role], DRAFT_ADDRESSES)) == set(DRAFT_ADDRESSES)


def test_the_owning_division_sees_its_draft(drafted):
    midori = make_user(Role.DIVISION, division=Indicator.objects.get(strategy=drafted, code="1-A").division)
    assert set(traces_for(midori, DRAFT_ADDRESSES)) == set(DRAFT_ADDRESSES)


def test_the_unchecked_values_are_of_every_state_and_met_by_planning(unchecked, people):
    states = set(Actual.objects.filter(comment=COMMENT, fiscal_year=DRAFT_YEAR).values_list("entry_state", flat=True))
    assert states == set(AT_WORK)
    met = traces_for(people[Role.PLANNING], [*DRAFT_ADDRESSES, *RECORDS])
    assert set(met) == {*DRAFT_ADDRESSES, *RECORDS}
    assert all(RETURN_REASON in met[address] for address in RECORDS)


@pytest.mark.parametrize("reader", [None, Role.VIEWER, Role.COUNCIL])
def test_no_reader_meets_an_unchecked_value_however_public_the_year(unchecked, people, reader):
    assert traces_for(people.get(reader), site_addresses()) == {}


def test_kai_meets_no_unchecked_value_of_another_division(unchecked, people):
    assert traces_for(people[Role.DIVISION], [*site_addresses(), *ADMIN_PATHS]) == {}


@pytest.mark.parametrize("role", [Role.PLANNING, Role.ADMINISTRATOR])
def test_the_planning_side_sees_the_unchecked_value(unchecked, people, role):
    assert set(traces_for(people[role], DRAFT_ADDRESSES)) == set(DRAFT_ADDRESSES)


def test_the_owning_division_sees_its_unchecked_value(unchecked):
    midori = make_user(Role.DIVISION, division=Indicator.objects.get(strategy=unchecked, code="1-A").division)
    assert set(traces_for(midori, DRAFT_ADDRESSES)) == set(DRAFT_ADDRESSES)


@pytest.mark.parametrize("reader", [Role.VIEWER, Role.COUNCIL, Role.DIVISION])
def test_a_value_that_was_corrected_before_it_was_checked_stays_out_of_the_record(unchecked, people, reader):
    for row in Actual.objects.filter(comment=COMMENT, fiscal_year=DRAFT_YEAR):
        row.value, row.comment, row.return_reason, row.entry_state = Decimal(1), "", "", EntryState.CHECKED
        row.save()
    Revision.advance()
    assert traces_for(people[reader], [*DRAFT_ADDRESSES, *RECORDS]) == {}


def test_what_somebody_signed_in_has_seen_is_not_kept_for_visitors(drafted, people):
    addresses = [address.partition("?")[0] for address in DRAFT_ADDRESSES]
    assert set(traces_for(people[Role.PLANNING], addresses)) == set(addresses)
    assert traces_for(None, addresses) == {}


def test_everybody_sees_it_once_everything_is_public(drafted):
    drafted.public_scope = PublicScope.EVERYTHING
    drafted.save()
    Revision.advance()
    assert set(traces_for(None, DRAFT_ADDRESSES)) == set(DRAFT_ADDRESSES)
