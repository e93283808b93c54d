"""The agreements as open data, openapi.json, and the page that explains all files."""
from datetime import date

import pytest
from django.urls import URLPattern, reverse
from django.utils import timezone

from accounts.roles import Role
from goals.models import PublicScope
from kpis.vocabulary import Status, TargetKind
from opendata.agreements import AGREEMENT_COLUMNS
from opendata.indicators import INDICATOR_COLUMNS
from opendata.opinions import OPINION_COLUMNS
from opendata.results import RESULT_COLUMNS
from opendata.urls import urlpatterns
from partnerships.models import Party
from partnerships.terms import Renewal, TermKind
from tests.factories import (
    make_actual,
    make_agreement,
    make_goal,
    make_indicator,
    make_measure,
    make_partner,
    make_strategy,
    make_target,
    make_user,
)
from tests.json_schema import faults
from tests.opendata_files import document_of, fetch, rows_of
from tests.world import client_of

pytestmark = pytest.mark.django_db
TODAY = date(2024, 7, 12)


@pytest.fixture(autouse=True)
def on_12_july_2024(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: TODAY)


@pytest.fixture
def strategy():
    return make_strategy(slug="hokuto-2", published_through=2022)


@pytest.fixture
def renewed(strategy):
    """An agreement of 2014 for three years with a bank that has changed its name since, renewed every year."""
    agreement = make_agreement(
        partners=[make_partner(name="函館市")],
        strategy=strategy,
        name="見守り活動に関する協定",
        items="見守り\n連絡",
        signed_on=date(2014, 9, 19),
        term_kind=TermKind.YEARS_FROM_SIGNING,
        term_years=3,
        renewal=Renewal.AUTOMATIC,
    )
    Party.objects.create(agreement=agreement, partner=make_partner(name="道南うみ街信用金庫"), position=2, name_at_signing="江差信用金庫")
    return agreement


def test_a_row_says_everything_about_an_agreement(client, renewed):
    row = rows_of(client, "agreements_csv")[0]
    expected = {
        "number": "1", "name": "見守り活動に関する協定", "partners": "函館市;道南うみ街信用金庫", "names_at_signing": "函館市;江差信用金庫",
        "items": "見守り;連絡", "signed_on": "2014-09-19", "signed_on_era": "平成26年9月19日", "term_kind": "years_from_signing", "term_ends_on": "",
        "term_years": "3", "first_end_on": "2017-09-18", "renewal": "automatic", "renewed_until": "", "as_of": "2024-07-12", "state": "renewed",
        "renewals": "7", "current_end_on": "2024-09-18", "strategy": "hokuto-2", "municipality_code": "012360", "term": "締結日から3年", "state_label": "自動延長中",
    }
    assert {name: row[name] for name in expected} == expected


def test_the_json_gives_lists_where_the_csv_joins(client, renewed):
    renewed.measures.add(make_measure(goal=make_goal(strategy=renewed.strategy, number=4)), make_measure(goal=make_goal(strategy=renewed.strategy, number=1)))
    found = document_of(client, "agreements_json")["agreements"][0]
    assert (found["partners"], found["items"], found["goals"]) == (["函館市", "道南うみ街信用金庫"], ["見守り", "連絡"], ["1", "4"])
    assert rows_of(client, "agreements_csv")[0]["goals"] == "1;4"


def test_an_open_ended_agreement_has_no_end(client, strategy):
    make_agreement(strategy=strategy)
    row = rows_of(client, "agreements_csv")[0]
    assert (row["first_end_on"], row["current_end_on"], row["state"], row["term"]) == ("", "", "active", "定めなし")


def test_a_partner_cannot_smuggle_a_formula_in(client, strategy):
    make_agreement(partners=[make_partner(name="=cmd|calc")], strategy=strategy)
    assert rows_of(client, "agreements_csv")[0]["partners"] == "'=cmd|calc"


@pytest.mark.parametrize("count", [1, 12])
@pytest.mark.parametrize("name", ["agreements_csv", "agreements_json"])
def test_agreements_take_the_same_few_queries_however_many(client, strategy, name, count, django_assert_max_num_queries):
    for _ in range(count):
        make_agreement(partners=[make_partner(), make_partner()], strategy=strategy)
    with django_assert_max_num_queries(6):
        fetch(client, name)


def test_the_real_plan_gives_sixteen_agreements_and_openly_says_what_is_unknown(client, plan):
    rows = rows_of(client, "agreements_csv")
    assert [int(row["number"]) for row in rows] == list(range(1, 17))
    assert sorted({row["state"] for row in rows}) == ["active", "needs_check"]


def make_one_of_everything(strategy) -> None:
    measure = make_measure(goal=make_goal(strategy=strategy))
    make_target(indicator=make_indicator(goal=measure.goal))
    for kind in TargetKind:
        indicator = make_indicator(measure=measure, target_kind=kind, baseline_value=None, unit="")
        make_target(indicator=indicator, upper_value="200", decided_on=TODAY)
        make_target(indicator=indicator, milestone_fiscal_year=2021)
        make_actual(indicator=indicator, fiscal_year=2020, missing_reason="other")
        make_actual(indicator=indicator, fiscal_year=2021)
        make_actual(indicator=indicator, fiscal_year=2022, is_met=True, evidence="要綱")


@pytest.mark.parametrize("name", ["indicators_json", "agreements_json"])
def test_what_is_answered_is_what_openapi_describes(client, strategy, renewed, name):
    make_one_of_everything(strategy)
    make_agreement(strategy=strategy)
    description = document_of(client, "openapi")
    operation = description["paths"][reverse(f"opendata_{name}")]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    assert faults(document_of(client, name), schema, description["components"]["schemas"]) == []


def test_the_real_plan_answers_as_openapi_describes(client, sample):
    schemas = document_of(client, "openapi")["components"]["schemas"]
    assert faults(document_of(client, "indicators_json"), schemas["Indicators"], schemas) == []
    assert faults(document_of(client, "agreements_json"), schemas["Agreements"], schemas) == []


def test_errors_are_answered_as_openapi_describes(client, strategy):
    schemas = document_of(client, "openapi")["components"]["schemas"]
    assert faults(fetch(client, "indicators_csv", year="1900").json(), schemas["Error"], schemas) == []


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        (1.5, {"type": "integer"}),
        (True, {"type": "integer"}),
        (None, {"type": "string"}),
        ("late", {"type": ["string", "null"], "enum": ["early", None]}),
        ("2024-13-01", {"type": "string", "format": "date"}),
        ({"a": 1, "b": 2}, {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"], "additionalProperties": False}),
        ({}, {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"], "additionalProperties": False}),
        (["1"], {"type": "array", "items": {"type": "integer"}}),
    ],
)
def test_the_check_itself_finds_what_is_wrong(value, schema):
    try:
        found = faults(value, schema, {})
    except ValueError:
        found = ["no such day"]
    assert found


def test_openapi_describes_every_data_file_and_no_other(client):
    files = {pattern.name for pattern in urlpatterns if isinstance(pattern, URLPattern)} - {"opendata_index", "opendata_openapi"}
    assert set(document_of(client, "openapi")["paths"]) == {reverse(name) for name in files}


def test_openapi_names_every_status_and_its_absence(client):
    year = document_of(client, "openapi")["components"]["schemas"]["IndicatorYear"]["properties"]
    assert year["status"]["enum"] == [status.value for status in Status]
    assert year["value"]["type"] == ["number", "null"]


@pytest.mark.parametrize(
    "columns", [INDICATOR_COLUMNS, AGREEMENT_COLUMNS, RESULT_COLUMNS, OPINION_COLUMNS], ids=["indicators", "agreements", "results", "opinions"]
)
def test_every_column_is_described_once_on_the_page(client, strategy, columns):
    html = fetch(client, "index").content.decode()
    names = [column.name for column in columns]
    assert len(names) == len(set(names))
    assert [name for name in names if f"<code>{name}</code>" not in html] == []


def test_the_page_names_the_licence_the_city_and_the_public_years(client, strategy):
    html = fetch(client, "index").content.decode()
    expected = (
        "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/deed.ja", f"試験市「{strategy.name} 進捗データ」",
        "令和2年度から令和4年度までを公開しています", "/opendata/indicators.csv?strategy=hokuto-2&amp;year=2022", "/opendata/openapi.json",
    )
    assert [text for text in expected if text not in html] == []


def test_the_page_warns_of_fictional_values_only_where_there_are_any(client, strategy):
    assert "架空のサンプル値が入っています" not in fetch(client, "index").content.decode()
    make_actual(indicator=make_indicator(strategy=strategy), fiscal_year=2021, is_sample=True)
    assert "架空のサンプル値が入っています" in fetch(client, "index").content.decode()


def test_the_page_offers_visitors_only_open_strategies(client, strategy):
    make_strategy(slug="open-one")
    make_strategy(slug="closed-one", public_scope=PublicScope.NOTHING)
    html = fetch(client, "index").content.decode()
    assert "?strategy=open-one" in html
    assert "closed-one" not in html
    assert "closed-one" in fetch(client_of(make_user(Role.VIEWER)), "index").content.decode()


def test_visitors_sign_in_first_where_nothing_is_public(client):
    make_strategy(public_scope=PublicScope.NOTHING)
    response = fetch(client, "index")
    assert response.status_code == 302
    assert response.url.startswith(reverse("sign_in"))


def test_planning_officer_hanako_is_told_to_keep_drafts_inside(strategy):
    response = fetch(client_of(make_user(Role.PLANNING)), "index")
    assert "公表前の値を外に出さないでください" in response.content.decode()
    assert "private" in response.headers["Cache-Control"]


@pytest.mark.parametrize("query", [{"strategy": "hokuto-9"}, {"year": "1900"}])
def test_the_page_of_an_unknown_strategy_or_year_is_not_found(client, strategy, query):
    assert fetch(client, "index", **query).status_code == 404


def test_the_page_takes_at_most_12_queries(strategy, django_assert_max_num_queries):
    kai = client_of(make_user(Role.DIVISION))
    with django_assert_max_num_queries(12):
        fetch(kai, "index")
