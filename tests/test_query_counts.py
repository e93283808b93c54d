"""How often a page asks the database does not depend on how much is in it."""
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.roles import Role
from bench.plans import make_plans
from kpis.models import Actual, Indicator
from partnerships.models import Agreement
from tests.factories import make_actual, make_indicator, make_target
from tests.pages import DATA_FILES, OPEN_PAGES, STRATEGY_PAGES
from tests.world import client_of, make_people

MOST_QUERIES = 12
READERS = [None, Role.PLANNING, Role.DIVISION, Role.VIEWER]


def queries_of(reader) -> dict[str, int]:
    """How many queries each page needs when nothing is kept; signing the reader in is not counted."""
    counts = {}
    client = client_of(reader)
    for page in (*STRATEGY_PAGES, *OPEN_PAGES, *DATA_FILES):
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            status = client.get(page.path).status_code
        if page.id == "sign-in" and reader is not None:
            continue
        assert status == 200, page.path
        counts[page.id] = len(captured)
    return counts


def add_indicators(strategy) -> None:
    """Three more KPIs for each measure, with target and actuals."""
    for measure in [measure for goal in strategy.goals.all() for measure in goal.measures.all()]:
        for _ in range(3):
            added = make_indicator(measure=measure)
            make_target(indicator=added)
            for year in strategy.fiscal_years:
                make_actual(indicator=added, fiscal_year=year)


@pytest.mark.parametrize("role", READERS)
def test_no_page_asks_more_than_twelve_times(sample, people, role):
    counts = queries_of(people.get(role))
    assert {page: count for page, count in counts.items() if count > MOST_QUERIES} == {}


@pytest.mark.parametrize("role", READERS)
def test_a_reopened_value_costs_no_thirteenth_query(sample, people, role):
    until = timezone.localdate() + timedelta(days=3)
    Actual.objects.filter(indicator__code="1-2-1").update(reopened_until=until, reopening_reason="集計に誤りがありました。")
    cache.clear()
    client = client_of(people.get(role))
    with CaptureQueriesContext(connection) as captured:
        page = client.get(f"/strategies/{sample.slug}/indicators/1-2-1/").content.decode()
    assert "集計に誤りがありました。" in page
    assert len(captured) <= MOST_QUERIES


@pytest.mark.parametrize("role", [None, Role.PLANNING])
def test_more_plans_and_more_indicators_ask_no_more(sample, role):
    reader = make_people().get(role)
    before = queries_of(reader)
    make_plans(sample, 3)
    add_indicators(sample)
    assert Indicator.objects.count() > 4 * 49
    assert Agreement.objects.count() == 4 * 16
    assert queries_of(reader) == before


@pytest.mark.parametrize("role", [Role.PLANNING, Role.VIEWER])
def test_an_unchanged_page_asks_for_little(sample, people, role):
    client = client_of(people[role])
    for page in [page for page in STRATEGY_PAGES if page.url_name != "search"]:
        client.get(page.path)
        with CaptureQueriesContext(connection) as captured:
            client.get(page.path)
        assert len(captured) <= MOST_QUERIES / 2, (page.id, [query["sql"][:120] for query in captured])
