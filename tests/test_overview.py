"""全体の状況: a council member sees in ten seconds how the plan stands and why."""
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Revision
from accounts.roles import Role
from common.japanese import percent_text
from goals.models import PublicScope
from kpis.board import StatusCounts, judged_indicators
from kpis.models import Actual
from kpis.vocabulary import Accumulation, EntryState, MissingReason, TargetKind, WantedDirection
from tests.factories import (
    make_actual,
    make_division,
    make_goal,
    make_indicator,
    make_measure,
    make_measured_indicator,
    make_sdg_link,
    make_strategy,
    make_user,
)
from tests.reading import links_of, words_of
from tests.world import client_of

pytestmark = pytest.mark.django_db

STEADY = {2020: 110, 2021: 120, 2022: 130, 2023: 140}
STUCK = {2020: 101, 2021: 102, 2022: 103, 2023: 104}


@pytest.fixture
def strategy():
    """A plan whose years until 2023 are published."""
    return make_strategy(published_through=2023)


@pytest.fixture
def hanako():
    """北斗 花子 of the planning division."""
    return make_user(Role.PLANNING, display_name="北斗 花子")


def overview(user, strategy, year=None):
    query = {"year": year} if year else {}
    return client_of(user).get(reverse("overview", args=[strategy.slug]), query)


def read(user, strategy, year=None) -> str:
    return words_of(overview(user, strategy, year))


# The conclusion


def test_the_conclusion_says_what_the_board_counts(sample, hanako):
    kpis = [row for row in judged_indicators(sample, hanako) if not row.indicator.is_numeric_target]
    counts = StatusCounts.of(kpis, 2023)
    share = percent_text(Fraction(counts.good, counts.rated), 0)
    assert f"判定できる{counts.rated}指標のうち、{counts.good}指標（{share}）が「達成」または「順調」です。" in read(hanako, sample, 2023)


def test_the_year_before_is_said_beside_it(sample, hanako):
    kpis = [row for row in judged_indicators(sample, hanako) if not row.indicator.is_numeric_target]
    before = StatusCounts.of(kpis, 2022)
    share = percent_text(Fraction(before.good, before.rated), 0)
    assert f"前年度は{before.rated}指標のうち{before.good}指標（{share}）でした。" in read(hanako, sample, 2023)


def test_hokuto_has_34_kpis_counted_as_44_indicators(sample, hanako):
    assert "KPI34件を、内訳ごとに数えた44指標のうち" in read(hanako, sample, 2023)


def test_a_plan_without_breakdowns_needs_no_second_count(strategy, hanako):
    make_measured_indicator(STEADY, strategy=strategy)
    make_measured_indicator(STUCK, strategy=strategy)
    assert "KPI2指標のうち、2/2指標で判定しました。" in read(hanako, strategy)


def test_numeric_targets_are_not_counted_among_the_kpis(strategy, hanako):
    goal = make_goal(strategy=strategy)
    make_measured_indicator(STUCK, goal=goal)
    make_measured_indicator(STEADY, measure=make_measure(goal=goal))
    assert "判定できる1指標のうち、1指標（100％）" in read(hanako, strategy)


def test_99_6_per_cent_is_never_shown_as_100(strategy, hanako):
    measure = make_measure(goal=make_goal(strategy=strategy))
    for _ in range(2):
        make_measured_indicator(STEADY, measure=measure)
    make_measured_indicator(STUCK, measure=measure)
    assert "2指標（66％）" in read(hanako, strategy)


def test_indicators_without_a_value_are_not_judged_and_not_hidden(strategy, hanako):
    measure = make_measure(goal=make_goal(strategy=strategy))
    make_measured_indicator(STEADY, measure=measure)
    waiting = make_indicator(measure=measure)
    make_actual(indicator=waiting, fiscal_year=2023, missing_reason=MissingReason.AWAITING_PUBLICATION)
    assert "1/2指標で判定" in read(hanako, strategy)


def test_a_year_in_progress_warns_that_the_share_may_change(strategy, hanako):
    measure = make_measure(goal=make_goal(strategy=strategy))
    make_measured_indicator({2024: 150}, measure=measure)
    for _ in range(3):
        make_measured_indicator(STEADY, measure=measure)
    assert "値がまだない指標が3あります。" in read(hanako, strategy, 2024)


def test_a_complete_year_warns_of_nothing(strategy, hanako):
    make_measured_indicator(STEADY, strategy=strategy)
    assert "値がまだない指標が" not in read(hanako, strategy, 2023)


def test_the_years_left_are_said(strategy, hanako):
    make_measured_indicator(STEADY, strategy=strategy)
    assert "計画は5年間の4年目が終わり、残り1年です。" in read(hanako, strategy, 2023)


def test_the_counts_lead_to_the_heat_map(strategy, hanako):
    make_measured_indicator(STEADY, strategy=strategy)
    answer = overview(hanako, strategy)
    assert "#heat" in links_of(answer)
    assert 'id="heat"' in answer.content.decode()


# The final year


def test_in_the_final_year_behind_reads_not_achieved(strategy, hanako):
    make_measured_indicator({**STUCK, 2024: 105}, strategy=strategy)
    text = read(hanako, strategy, 2024)
    assert "未達成" in text
    assert "計画は5年間の最終年度が終わりました。" in text


def test_in_the_years_before_nothing_is_called_not_achieved(strategy, hanako):
    make_measured_indicator(STUCK, strategy=strategy)
    assert "未達成" not in read(hanako, strategy, 2023)


# Plans of every shape


def test_a_plan_without_actuals_says_that_nothing_can_be_judged_yet(plan, hanako):
    assert "判定できる指標がまだありません。" in read(hanako, plan)


def test_a_plan_without_goals_says_that_nothing_is_registered(strategy, hanako):
    assert "指標（KPI）がまだ登録されていません。" in read(hanako, strategy)


def test_a_plan_of_one_goal_works(strategy, hanako):
    make_measured_indicator(STEADY, strategy=strategy)
    assert "1つの基本目標" in read(hanako, strategy)


def test_another_citys_plan_of_other_years_works(hanako):
    strategy = make_strategy(
        slug="kita-3", municipality="北川町", short_name="第3期総合戦略", first_fiscal_year=2025, last_fiscal_year=2034, published_through=None
    )
    make_measured_indicator({2025: 112}, strategy=strategy)
    text = read(hanako, strategy)
    assert "北川町" in text
    assert "計画期間令和7～16年度（10年間）" in text
    assert "残り9年です。" in text


def test_a_goal_without_indicators_still_has_its_card(strategy, hanako):
    make_goal(strategy=strategy, name="まだ何も決まっていない目標")
    assert "まだ何も決まっていない目標" in read(hanako, strategy)


# Who sees what


def test_a_visitor_sees_published_years_only(strategy):
    make_measured_indicator({**STEADY, 2024: 151}, strategy=strategy, entry_state=EntryState.CHECKED)
    text = read(None, strategy)
    assert "令和5年度の実績による" in text
    assert "令和6年度公表前" not in text


def test_a_visitor_who_asks_for_an_unpublished_year_gets_404_in_words(strategy):
    answer = overview(None, strategy, 2024)
    assert answer.status_code == 404
    assert "まだ公表していない年度の可能性があります。" in words_of(answer)


def test_planning_officer_hanako_sees_every_year(strategy, hanako):
    make_measured_indicator({**STEADY, 2024: 151}, strategy=strategy)
    assert "令和6年度の実績による" in read(hanako, strategy)


def test_a_visitor_of_a_closed_strategy_is_asked_to_sign_in(hanako):
    closed = make_strategy(public_scope=PublicScope.NOTHING)
    assert overview(None, closed).status_code == 302
    assert overview(hanako, closed).status_code == 200


def test_before_publication_kai_sees_his_own_divisions_indicators_only(strategy):
    kai = make_user(Role.DIVISION, division=make_division(name="農林課"))
    measure = make_measure(goal=make_goal(strategy=strategy))
    make_measured_indicator({2024: 150}, measure=measure, division=kai.division, name="自分の課の指標")
    make_measured_indicator({2024: 150}, measure=measure, division=make_division(name="観光課"), name="よその課の指標", entry_state=EntryState.CHECKED)
    text = read(kai, strategy, 2024)
    assert "令和6年度は公表前のため、農林課の指標だけを表示しています。" in text
    assert "1/1指標で判定" in text
    assert "よその課の指標" not in text


def test_in_published_years_kai_sees_every_indicator(strategy):
    kai = make_user(Role.DIVISION)
    make_measured_indicator(STEADY, strategy=strategy, name="よその課の指標")
    assert "よその課の指標" in read(kai, strategy, 2023)


# What is missing


def test_hanako_sees_what_is_missing_division_by_division_with_links(strategy, hanako):
    measure = make_measure(goal=make_goal(strategy=strategy))
    make_measured_indicator(STEADY, measure=measure, division=make_division(name="観光課"))
    empty = make_indicator(measure=measure, name="まだ空の指標", division=make_division(name="農林課"))
    answer = overview(hanako, strategy, 2023)
    text = words_of(answer)
    assert "農林課（1）" in text
    assert "まだ空の指標" in text
    assert any(link.startswith(reverse("admin:kpis_indicator_change", args=[empty.pk])) for link in links_of(answer))


def test_a_value_that_cannot_be_known_is_not_missing(strategy, hanako):
    waiting = make_indicator(strategy=strategy)
    make_actual(indicator=waiting, fiscal_year=2023, missing_reason=MissingReason.NOT_SURVEYED)
    assert "すべて入力済みです" in read(hanako, strategy, 2023)


def test_kai_is_asked_for_his_own_divisions_values_only(strategy):
    kai = make_user(Role.DIVISION, division=make_division(name="農林課"))
    measure = make_measure(goal=make_goal(strategy=strategy))
    own = make_indicator(measure=measure, division=kai.division)
    other = make_indicator(measure=measure, division=make_division(name="観光課"))
    links = " ".join(links_of(overview(kai, strategy, 2023)))
    assert reverse("admin:kpis_indicator_change", args=[own.pk]) in links
    assert reverse("admin:kpis_indicator_change", args=[other.pk]) not in links


def test_council_member_kazuko_is_asked_for_nothing(strategy):
    make_indicator(strategy=strategy)
    assert "値がない指標" not in read(make_user(Role.COUNCIL), strategy, 2023)


# What needs attention


def test_an_indicator_behind_for_years_is_named_with_the_divisions_reason(strategy):
    stuck = make_measured_indicator(STUCK, strategy=strategy, name="町内会加入率")
    Actual.objects.filter(indicator=stuck, fiscal_year=2023).update(comment="転入世帯の加入が進まない。来年度は案内を増やす。")
    text = read(None, strategy)
    assert "町内会加入率4年続けて遅れ（R5104人）。転入世帯の加入が進まない。" in text


def test_without_a_comment_the_numbers_are_the_reason(strategy):
    make_measured_indicator(STUCK, strategy=strategy)
    assert "4年続けて遅れ（R5104人）。現状値H30100人、R5の目安140人、目標150人。" in read(None, strategy)


def test_an_indicator_worse_than_its_baseline_is_named_at_once(strategy):
    make_measured_indicator({2020: 90}, strategy=strategy)
    assert "現状値より後退（R290人）" in read(None, strategy, 2020)


def test_in_the_final_year_lasting_delay_is_told_apart_from_the_verdict(strategy, hanako):
    make_measured_indicator({**STUCK, 2024: 105}, strategy=strategy)
    assert "遅れが続き未達成（R6105人）" in read(hanako, strategy, 2024)


def test_an_indicator_that_does_well_needs_no_attention(strategy):
    make_measured_indicator(STEADY, strategy=strategy)
    assert "2年続けて遅れている指標や、現状値より後退した指標はありません。" in read(None, strategy)


def test_five_concerns_are_shown_and_the_rest_can_be_opened(strategy):
    measure = make_measure(goal=make_goal(strategy=strategy))
    for number in range(7):
        make_measured_indicator(STUCK, measure=measure, name=f"遅れている指標{number}")
    text = read(None, strategy)
    assert "ほかの2指標も見る" in text
    assert all(f"遅れている指標{number}4年続けて遅れ" in text for number in range(7))


def test_hanako_sees_the_concerns_too(strategy, hanako):
    make_measured_indicator(STUCK, strategy=strategy)
    assert "4年続けて遅れ" in read(hanako, strategy, 2023)


# Changes since the year before


def test_every_change_of_verdict_can_be_reached(strategy):
    measure = make_measure(goal=make_goal(strategy=strategy))
    for number in range(8):
        make_measured_indicator({2022: 101, 2023: 150}, measure=measure, name=f"良くなった{number}番")
    make_measured_indicator({2022: 150, 2023: 101}, measure=measure, name="悪くなった指標その一")
    text = read(None, strategy)
    assert "良くなった8・変わらない0・悪くなった1" in text
    assert all(f"良くなった{number}番R4101人→R5150人" in text for number in range(8))
    assert "悪くなった指標その一R4150人→R5101人" in text


def test_the_first_year_is_compared_with_nothing(strategy):
    make_measured_indicator(STEADY, strategy=strategy)
    assert "比べる前年度がありません。" in read(None, strategy, 2020)


# Heat map, legend and SDGs


def test_the_legend_tells_the_strategys_own_thresholds(hanako):
    strategy = make_strategy(on_track_from=Decimal("0.85"), slightly_behind_from=Decimal("0.5"))
    make_measured_indicator({2020: 110, 2021: 113}, strategy=strategy)
    make_measured_indicator({2020: 101}, strategy=strategy)
    text = read(hanako, strategy, 2021)
    assert "目安の85％以上" in text
    assert "目安の50％以上85％未満" in text


def test_years_nobody_knows_anything_of_stay_blank(strategy, hanako):
    make_measured_indicator({2020: 110}, strategy=strategy)
    assert read(hanako, strategy, 2020).count("表示できる実績はまだありません") == 4


def test_an_indicator_without_a_numeric_target_says_how_it_moved(strategy):
    make_measured_indicator(
        {2023: 120}, strategy=strategy, target_kind=TargetKind.DIRECTION, wanted_direction=WantedDirection.UP, name="ふるさと納税寄附者"
    )
    assert "増加" in read(None, strategy)


def test_the_sdgs_are_counted_by_measures_and_unknown_numbers_apart(strategy):
    goal = make_goal(strategy=strategy)
    known, unknown = make_measure(goal=goal), make_measure(goal=goal)
    make_sdg_link(measure=known, sdg_number=11)
    make_sdg_link(measure=known, sdg_number=11)
    make_sdg_link(measure=unknown, sdg_number=None)
    text = read(None, strategy)
    assert "住み続けられるまち1施策" in text
    assert "文字から番号を確かめられない主要施策が1あります（基本目標1）" in text


def test_hokutos_goals_1_to_3_have_no_known_sdg_numbers(plan, hanako):
    assert "（基本目標1・2・3）" in read(hanako, plan)


def test_every_link_to_another_page_keeps_the_year(sample, hanako):
    links = [link for link in links_of(overview(hanako, sample, 2022)) if "/goals/" in link or "/indicators/" in link or "/print/" in link]
    of_page = [link for link in links if link != reverse("goal", args=[sample.slug, 1])]
    assert len(of_page) > 40
    assert all(link.endswith("?year=2022") for link in of_page)


# Numeric targets


def test_a_numeric_target_shows_value_year_progress_and_aim(strategy):
    goal = make_goal(strategy=strategy)
    make_measured_indicator({2020: 62, 2021: 66}, target=400, goal=goal, name="新規雇用", accumulation=Accumulation.TOTAL)
    text = read(None, strategy, 2021)
    assert "128人R2" not in text
    assert "128人R3進捗率32％" in text
    assert "R3の目安160人" in text


def test_a_minimum_below_the_baseline_is_named_from_the_left_as_it_is_drawn(strategy):
    goal = make_goal(strategy=strategy)
    make_measured_indicator({2020: 46000}, target=44200, goal=goal, target_kind=TargetKind.FLOOR, baseline_value=Decimal(46302))
    assert "下限の目標44,200人R2の目安45,881.6人現状値H3046,302人" in read(None, strategy, 2020)


def test_a_numeric_target_without_a_value_shows_the_last_known_one(strategy):
    goal = make_goal(strategy=strategy)
    rate = make_measured_indicator({2022: "1.24"}, target=2, goal=goal, name="合計特殊出生率", unit="", decimals=2, baseline_value=Decimal("1.33"))
    make_actual(indicator=rate, fiscal_year=2023, missing_reason=MissingReason.AWAITING_PUBLICATION)
    assert "1.24R4の値（R5は公表待ち）" in read(None, strategy, 2023)


# Sample values, queries and keeping


def test_the_sample_mark_stands_where_values_are_fictional(sample):
    assert "架空のサンプル値" in read(None, sample)


def test_a_plan_of_real_values_has_no_sample_mark(strategy):
    make_measured_indicator(STEADY, strategy=strategy)
    assert "架空" not in read(None, strategy)


def queries_of(user, strategy) -> int:
    client = client_of(user)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("overview", args=[strategy.slug])).status_code == 200
    return len(queries)


def test_the_page_needs_at_most_twelve_queries(sample, hanako):
    assert queries_of(hanako, sample) <= 12


def test_more_indicators_need_no_more_queries(strategy, hanako):
    make_measured_indicator(STEADY, strategy=strategy)
    few = queries_of(hanako, strategy)
    for _ in range(5):
        make_measured_indicator(STEADY, strategy=strategy, division=make_division())
    Revision.advance()
    assert queries_of(hanako, strategy) == few


def test_a_second_look_builds_nothing(strategy, hanako):
    make_measured_indicator(STEADY, strategy=strategy)
    client, url = client_of(hanako), reverse("overview", args=[strategy.slug])
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    assert not any("kpis_indicator" in query["sql"] for query in queries)


def test_a_saved_change_shows_at_the_next_look(strategy, hanako):
    indicator = make_measured_indicator(STUCK, strategy=strategy)
    assert "判定できる1指標のうち、0指標（0％）" in read(hanako, strategy, 2023)
    Actual.objects.filter(indicator=indicator, fiscal_year=2023).update(value=150)
    Revision.advance()
    assert "判定できる1指標のうち、1指標（100％）" in read(hanako, strategy, 2023)
