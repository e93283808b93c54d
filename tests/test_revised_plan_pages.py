"""What readers see of a revised plan: the years of indicators, the extended period, and 当初 beside whatever was revised."""
import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from goals.models import PublicScope
from kpis.charts import revision_labels, trend_chart
from kpis.facts import PeriodEnd
from kpis.models import Indicator
from kpis.period_actions import extend_period
from kpis.revision_actions import NewIndicator, end_indicator, revise_target, split_indicator
from tests.factories import make_actual, make_goal, make_measure, make_measured_indicator, make_strategy, make_user
from tests.indicator_shapes import judgements_of, make_facts
from tests.reading import words_of
from tests.test_query_counts import MOST_QUERIES
from tests.world import client_of

DECIDED = {"reason": "総合計画の改定に合わせるため", "decided_on": date(2024, 2, 20), "decided_by_meeting": "検討・推進会議"}


@pytest.fixture
def takeru(db):
    return make_user(Role.PLANNING, display_name="佐藤 健")


@pytest.fixture
def revised(takeru):
    """R2–R6, extended to R7 from R6. 観光 was revised to 140, 企業 split into two from R5, 出荷 ended with R5."""
    strategy = make_strategy(slug="kita", public_scope=PublicScope.EVERYTHING, published_through=2025)
    measure = make_measure(goal=make_goal(strategy=strategy))
    results = {2020: 110, 2021: 120, 2022: 125, 2023: 130}
    tourism = make_measured_indicator({**results, 2024: 135}, measure=measure, name="観光入込客数", code="1-1-1")
    firms = make_measured_indicator({2020: 110, 2021: 115, 2022: 120}, measure=measure, name="誘致した企業", code="1-1-2")
    crops = make_measured_indicator(results, measure=measure, name="出荷量", code="1-1-3")
    extend_period(strategy=strategy, effective_fiscal_year=2024, last_fiscal_year=2025, by=takeru, **DECIDED)
    revise_target(indicator=tourism, effective_fiscal_year=2023, value=Decimal(140), by=takeru, **DECIDED)
    end_indicator(indicator=crops, last_fiscal_year=2023, reason="統計の廃止", by=takeru)
    parts = [NewIndicator({"code": f"1-1-{n}", "name": name}, Decimal(60)) for n, name in ((4, "市内の企業"), (5, "市外の企業"))]
    for part in split_indicator(indicator=firms, parts=parts, from_fiscal_year=2023, by=takeru, **DECIDED):
        make_actual(indicator=part, fiscal_year=2024, value=Decimal(40))
    return strategy


def words(url_name: str, *arguments, year: int, reader=None) -> str:
    cache.clear()
    response = client_of(reader).get(f"{reverse(url_name, args=['kita', *arguments])}?year={year}")
    assert response.status_code == 200
    return words_of(response)


def test_the_overview_says_how_long_the_plan_is_and_was(revised):
    assert "計画期間令和2～7年度、当初は令和6年度まで（6年間）" in words("overview", year=2024)
    assert "計画期間令和2～6年度（5年間）" in words("overview", year=2023)


def test_the_final_year_word_follows_the_period_in_force(revised):
    assert "最終年度" not in words("overview", year=2024)
    assert "最終年度" in words("overview", year=2025)


def test_only_the_indicators_of_the_year_are_counted(revised):
    assert "3/3指標で判定（数値目標0・KPI3）" in words("goal", 1, year=2022)
    assert "3/3指標で判定（数値目標0・KPI3）" in words("goal", 1, year=2024)


def test_the_goal_page_says_since_and_until_when(revised):
    page = words("goal", 1, year=2024)
    assert "令和5年度で終了" in page
    assert "この指標は令和4年度で終了しました。令和6年度は入力も判定もしません。" in page
    assert "令和5年度から" in words("goal", 1, year=2022)


def test_the_goal_page_and_the_sheet_show_what_it_was_first(revised):
    assert "当初150人・令和6年度まで" in words("goal", 1, year=2024)
    assert "当初150・R6まで" in words("print_sheet", year=2024)
    assert "当初" not in words("print_sheet", year=2022)
    assert "目標(R7)" in words("print_sheet", year=2024)
    assert "目標(R6)" in words("print_sheet", year=2022)


def test_the_indicator_page_reads_the_verdict_against_both(revised):
    page = words("indicator", "1-1-1", year=2024)
    assert "当初150人・令和6年度まで（令和5年度に見直し）" in page
    assert "計画期間は令和6年度までから令和7年度までに延長（令和6年度から適用）。当初の計画では進捗率70％、やや遅れ。" in page


def test_the_indicator_page_of_parts_and_whole_name_each_other(revised):
    assert "令和4年度で終了（「1-1-4市内の企業」・「1-1-5市外の企業」に分割）" in words("indicator", "1-1-2", year=2024)
    assert "令和5年度から（「1-1-2誘致した企業」を分割）" in words("indicator", "1-1-4", year=2024)


def test_an_indicator_can_be_looked_at_before_it_was_added_and_after_it_ended(revised):
    assert "この指標は令和5年度から対象です。" in words("indicator", "1-1-4", year=2021)
    assert "この指標は令和5年度で終了しました。" in words("indicator", "1-1-3", year=2025)


def test_the_plan_says_that_it_was_extended_and_why(revised):
    page = words("plan", year=2024)
    assert "令和2年度から令和7年度までの6年間（当初は令和6年度まで）" in page
    assert "総合計画の改定に合わせるため／検討・推進会議" in page
    assert "令和5年度で終了" in page


def test_nobody_is_asked_for_what_has_ended(revised, takeru):
    assert "出荷量" not in words("overview", year=2025, reader=takeru).partition("未入力の指標")[2].partition("判定")[0]
    assert [each.code for each in Indicator.objects.of(revised).asked_in(2025)] == ["1-1-1", "1-1-4", "1-1-5"]


def test_open_data_carries_both_readings(revised):
    rows = list(csv.DictReader(io.StringIO(client_of(None).get(f"{reverse('opendata_indicators_csv')}?strategy=kita").content.decode("utf-8-sig"))))
    by_key = {(row["code"], row["fiscal_year"]): row for row in rows}
    tourism = by_key["1-1-1", "2024"]
    assert (tourism["target"], tourism["target_original"], tourism["target_year"], tourism["target_year_original"]) == ("140", "150", "2025", "2024")
    assert (tourism["status_original"], tourism["progress_rate_original"]) == ("slightly_behind", "0.7")
    assert (by_key["1-1-1", "2022"]["status_original"], by_key["1-1-1", "2022"]["target_year"]) == ("", "2024")
    crops = by_key["1-1-3", "2024"]
    assert (crops["status"], crops["status_label"], crops["last_fiscal_year"]) == ("not_rated", "令和5年度で終了", "2023")
    assert (by_key["1-1-4", "2024"]["first_fiscal_year"], by_key["1-1-4", "2024"]["split_from"]) == ("2023", "1-1-2")


def test_the_document_carries_the_extension(revised):
    document = client_of(None).get(f"{reverse('opendata_indicators_json')}?strategy=kita").json()
    assert document["strategy"]["extended_to"] == 2025
    assert document["extensions"][0]["reason"] == "総合計画の改定に合わせるため"


@pytest.mark.parametrize(("url_name", "arguments"), [("overview", []), ("goal", [1]), ("indicator", ["1-1-2"]), ("indicator", ["1-1-1"]), ("print_sheet", []), ("plan", [])])
@pytest.mark.parametrize("is_planning", [True, False])
def test_a_revised_plan_asks_no_more_than_twelve_times(revised, takeru, url_name, arguments, is_planning):
    client = client_of(takeru if is_planning else None)
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        client.get(f"{reverse(url_name, args=['kita', *arguments])}?year=2024")
    assert len(captured) <= MOST_QUERIES, [query["sql"][:100] for query in captured]


# Charts


def test_the_chart_of_an_extended_plan_ends_later_and_keeps_the_first_target():
    facts = make_facts(["110", "120", "130", "138", "141"], extensions=(PeriodEnd(2024, 2025),))
    chart = trend_chart(judgements_of(facts, 2024), 2024)
    assert [column.label for column in chart.columns] == ["H30", "R2", "R3", "R4", "R5", "R6", "R7"]
    assert (chart.goal.column, chart.former_goal.column, chart.former_goal.text) == (6, 5, "当初 R6まで")
    assert (chart.path, [mark.value for mark in chart.ticks][:4]) == ((), [110, 120, 130, 140])
    assert revision_labels(chart) == ((5, "R6 期間延長"),)
    assert "計画期間は令和6年度までから令和7年度までに延長しました。" in chart.description


def test_the_chart_of_the_year_before_knows_nothing_of_it():
    facts = make_facts(["110", "120", "130", "138"], extensions=(PeriodEnd(2024, 2025),))
    chart = trend_chart(judgements_of(facts, 2023), 2023)
    assert (chart.columns[-1].label, chart.former_goal, len(chart.path)) == ("R6", None, 2)


def test_the_chart_of_an_added_indicator_begins_with_it():
    facts = make_facts([None, None, None, "120"], starts_in=2023)
    chart = trend_chart(judgements_of(facts, 2023), 2023)
    assert [column.label for column in chart.columns] == ["H30", "R5", "R6"]
    assert (chart.shown, chart.gaps, len(chart.results)) == (1, (), 1)
    assert trend_chart(judgements_of(facts, 2021), 2021).results == ()


def test_the_chart_of_an_ended_indicator_says_where_it_ended():
    chart = trend_chart(judgements_of(make_facts(["110", "120"], ends_in=2021), 2023), 2023)
    assert (chart.gaps, chart.need, revision_labels(chart)) == ((), (), ((3, "R3で終了"),))
