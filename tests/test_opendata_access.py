"""Who gets which open data: visitors and members, years and strategies, 304, 403 and 404."""
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import Revision
from accounts.roles import Role
from goals.models import PublicScope, Strategy
from kpis.vocabulary import Accumulation, EntryState
from tests.factories import make_actual, make_division, make_indicator, make_strategy, make_target, make_user
from tests.opendata_files import document_of, fetch, make_workers, row_in, rows_of
from tests.world import client_of

pytestmark = pytest.mark.django_db

DATA_FILES = (
    "indicators_csv", "indicators_json", "indicators_wide_csv", "agreements_csv", "agreements_json",
    "results_csv", "results_json", "opinions_csv", "publications_atom", "catalog_jsonld",
)


@pytest.fixture
def strategy():
    return make_strategy(slug="hokuto-2", published_through=2022)


@pytest.fixture
def workers(strategy):
    return make_workers(strategy)


@pytest.mark.parametrize("entry_state", [EntryState.DRAFT, EntryState.CHECKED])
def test_a_visitor_gets_no_draft_and_no_year_that_is_not_published(client, workers, entry_state):
    workers.actuals.filter(fiscal_year=2023).update(entry_state=entry_state)
    for name in ("indicators_csv", "indicators_json", "indicators_wide_csv"):
        text = fetch(client, name).content.decode()
        assert re.search(r"\b(149|2023)\b", text) is None


def test_a_visitor_reads_not_measured_where_a_division_has_not_entered(client, workers):
    row = row_in(rows_of(client, "indicators_csv"), 2022)
    assert (row["status"], "未入力" in row["explanation"]) == ("not_measured", False)


def test_council_member_kazuko_gets_what_is_checked_before_it_is_published(workers):
    workers.actuals.filter(fiscal_year=2023).update(entry_state=EntryState.CHECKED)
    kazuko = client_of(make_user(Role.COUNCIL))
    assert row_in(rows_of(kazuko, "indicators_csv"), 2023)["value"] == "149"


@pytest.mark.parametrize("entry_state", [EntryState.DRAFT, EntryState.SUBMITTED, EntryState.RETURNED])
def test_nobody_but_the_planning_side_and_the_division_gets_what_is_not_checked(client, workers, entry_state):
    workers.division = make_division(name="農林課")
    workers.save()
    Strategy.objects.update(public_scope=PublicScope.EVERYTHING)
    workers.actuals.filter(fiscal_year=2021).update(entry_state=entry_state, return_reason="桁を確かめてください。")
    colleague = make_user(Role.DIVISION, division=workers.division)
    values = {role: row_in(rows_of(client_of(make_user(role)), "indicators_csv"), 2021)["value"] for role in Role}
    assert values == {
        Role.ADMINISTRATOR: "125", Role.PLANNING: "125", Role.DIVISION: "", Role.COUNCIL: "", Role.VIEWER: "",
    }
    assert row_in(rows_of(client, "indicators_csv"), 2021)["value"] == ""
    assert row_in(rows_of(client_of(colleague), "indicators_csv"), 2021)["value"] == "125"


def test_one_year_can_be_asked_for(client, workers):
    assert [row["fiscal_year"] for row in rows_of(client, "indicators_csv", year=2021)] == ["2021"]
    assert document_of(client, "indicators_json", year=2021)["fiscal_years"] == [2021]
    assert list(rows_of(client, "indicators_wide_csv", year=2021)[0])[-1] == "2021"


def test_a_single_year_of_a_total_still_counts_the_years_before(client, strategy):
    indicator = make_indicator(strategy=strategy, accumulation=Accumulation.TOTAL)
    make_target(indicator=indicator)
    make_actual(indicator=indicator, fiscal_year=2020, value=Decimal(10))
    make_actual(indicator=indicator, fiscal_year=2021, value=Decimal(20))
    assert rows_of(client, "indicators_csv", year=2021)[0]["result"] == "30"


@pytest.mark.parametrize("year", ["2023", "2019", "令和3", "２０２１", "2021.0", "9" * 30])
def test_a_year_that_is_not_the_visitors_is_answered_with_404_in_japanese(client, workers, year):
    response = fetch(client, "indicators_csv", year=year)
    assert response.status_code == 404
    assert response.json()["message"] == "その年度のデータはありません。year には 2020（令和2年度）から 2022（令和4年度）までを書いてください。"


@pytest.mark.parametrize("name", DATA_FILES)
def test_an_unknown_strategy_is_answered_with_404_in_japanese(client, strategy, name):
    response = fetch(client, name, strategy="hokuto-9")
    assert (response.status_code, response.json()["message"]) == (404, "その名前の総合戦略はありません。strategy を確かめてください。")


def test_the_current_strategy_is_given_unless_another_is_asked_for(client):
    make_indicator(strategy=make_strategy(slug="first", first_fiscal_year=2021, last_fiscal_year=2025), name="前の戦略の指標")
    make_indicator(strategy=make_strategy(slug="second", is_current=True), name="いまの戦略の指標")
    assert {row["name"] for row in rows_of(client, "indicators_csv")} == {"いまの戦略の指標"}
    assert {row["name"] for row in rows_of(client, "indicators_csv", strategy="first")} == {"前の戦略の指標"}


def test_without_any_strategy_there_is_nothing_to_fetch(client):
    assert fetch(client, "indicators_csv").json() == {"status": 404, "message": "総合戦略がまだ登録されていません。"}


@pytest.mark.parametrize("name", DATA_FILES)
def test_where_nothing_is_public_a_visitor_gets_403_and_a_viewer_the_data(client, name):
    make_strategy(public_scope=PublicScope.NOTHING)
    refused = fetch(client, name)
    assert (refused.status_code, "サインイン" in refused.json()["message"]) == (403, True)
    assert "ETag" not in refused.headers
    assert fetch(client_of(make_user(Role.VIEWER)), name).status_code == 200


@pytest.mark.parametrize("name", DATA_FILES)
def test_unchanged_data_answers_304_after_one_query(client, workers, name, django_assert_num_queries):
    etag = fetch(client, name).headers["ETag"]
    with django_assert_num_queries(1):
        again = client.get(reverse(f"opendata_{name}"), headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    Revision.advance()
    assert client.get(reverse(f"opendata_{name}"), headers={"if-none-match": etag}).status_code == 200


def test_what_one_reader_keeps_answers_for_no_other(client, workers):
    etag = fetch(client, "indicators_csv").headers["ETag"]
    hanako = client_of(make_user(Role.PLANNING))
    assert hanako.get(reverse("opendata_indicators_csv"), headers={"if-none-match": etag}).status_code == 200


def test_visitors_data_is_open_to_every_site_and_a_members_is_private(client, workers):
    public, private = fetch(client, "indicators_json"), fetch(client_of(make_user(Role.PLANNING)), "indicators_json")
    assert (public.headers["Access-Control-Allow-Origin"], public.headers["Cache-Control"]) == ("*", "no-cache")
    assert "Access-Control-Allow-Origin" not in private.headers
    assert "private" in private.headers["Cache-Control"]


@pytest.mark.parametrize("name", DATA_FILES)
def test_a_file_can_be_asked_for_with_head_and_not_written_to(client, strategy, name):
    address = reverse(f"opendata_{name}")
    head = client.head(address)
    assert (head.status_code, head.content) == (200, b"")
    assert client.post(address).status_code == 405


def test_a_file_is_named_after_the_city_and_the_strategy(client, workers):
    disposition = fetch(client, "indicators_csv", year=2021).headers["Content-Disposition"]
    assert disposition == 'attachment; filename="012360_hokuto-2_indicators_2021.csv"'
