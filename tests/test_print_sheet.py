"""KPI進捗管理表: one goal a page on A4, readable in grey, for the meeting table."""
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.roles import Role
from kpis.models import Actual, Target
from kpis.vocabulary import Accumulation, EntryState, MissingReason, TargetKind, ValueState
from tests.factories import (
    make_actual,
    make_division,
    make_goal,
    make_indicator,
    make_measure,
    make_measured_indicator,
    make_strategy,
    make_user,
)
from tests.reading import words_of
from tests.world import client_of

PDF_PAGE = re.compile(rb"/Type\s*/Page\b")
HOKUTO = "/strategies/hokuto-2/print/"


@pytest.fixture
def strategy(db):
    return make_strategy(published_through=2023, contact_office="総務部 企画課", contact_phone="0138-00-0000")


def sheet(user, strategy, year=None):
    return client_of(user).get(reverse("print_sheet", args=[strategy.slug]), {"year": year} if year else {})


def read(user, strategy, year=None) -> str:
    return words_of(sheet(user, strategy, year))


def papers_of(answer) -> list[str]:
    return answer.content.decode().split('<section class="paper"')[1:]


def test_each_goal_has_its_own_page_and_number(sample):
    answer = sheet(None, sample)
    assert len(papers_of(answer)) == 4
    assert all(f"{number}／4ページ" in paper for number, paper in enumerate(papers_of(answer), start=1))


def test_a_plan_of_one_goal_has_one_page(strategy):
    make_measured_indicator({2023: 140}, strategy=strategy)
    assert "1／1ページ" in read(None, strategy)


def test_a_goal_without_indicators_has_no_page(strategy):
    make_measured_indicator({2023: 140}, strategy=strategy)
    make_goal(strategy=strategy)
    assert "1／1ページ" in read(None, strategy)


def test_a_plan_without_indicators_says_so(strategy):
    assert "印刷する指標がまだありません。" in read(None, strategy)


def test_before_publication_kai_prints_his_own_divisions_indicators_only(strategy):
    kai = make_user(Role.DIVISION)
    measure = make_measure(goal=make_goal(strategy=strategy))
    make_measured_indicator({2024: 140}, measure=measure, division=kai.division, name="自分の課の指標")
    make_measured_indicator({2024: 140}, measure=measure, division=make_division(), name="よその課の指標", entry_state=EntryState.CHECKED)
    text = read(kai, strategy, 2024)
    assert "自分の課の指標" in text
    assert "よその課の指標" not in text


def test_every_indicator_of_the_plan_is_on_the_sheet(sample):
    rows = sheet(None, sample).content.decode().count('<td class="memo">')
    assert rows == sample.indicators.count() == 49


def test_a_row_reads_from_baseline_to_verdict(strategy):
    indicator = make_measured_indicator({2022: 110, 2023: 125}, strategy=strategy, name="観光入込客数", unit="万人")
    Actual.objects.filter(indicator=indicator, fiscal_year=2023).update(comment="クルーズ船の寄港が増えた。")
    assert "観光入込客数万人100H30――110125150" + "50％やや遅れクルーズ船の寄港が増えた。" in read(None, strategy, 2023)


def test_a_revised_target_keeps_the_original_in_sight(strategy):
    indicator = make_measured_indicator({2023: 80}, target=90, strategy=strategy, baseline_value=Decimal(76))
    Target.objects.create(indicator=indicator, effective_fiscal_year=2022, value=Decimal(84))
    assert "84当初90" in read(None, strategy, 2023)


def test_a_reference_baseline_stands_in_brackets(strategy):
    make_measured_indicator(
        {2023: 30}, strategy=strategy, accumulation=Accumulation.TOTAL, baseline_value=Decimal(234), baseline_label="第1期実績"
    )
    text = read(None, strategy, 2023)
    assert "(234)第1期" in text
    assert "「累計」は令和2年度から数え" in text


def test_a_missing_value_says_why(strategy):
    indicator = make_indicator(strategy=strategy)
    make_actual(indicator=indicator, fiscal_year=2023, missing_reason=MissingReason.AWAITING_PUBLICATION)
    assert "―公表待ち" in read(None, strategy, 2023)


def test_a_value_that_is_not_final_says_so(strategy):
    indicator = make_measured_indicator({}, strategy=strategy)
    make_actual(indicator=indicator, fiscal_year=2023, value=Decimal(140), state=ValueState.PRELIMINARY)
    assert "140速報" in read(None, strategy, 2023)


def test_a_milestone_says_whether_it_is_done(strategy):
    indicator = make_indicator(strategy=strategy, target_kind=TargetKind.MILESTONE, unit="", baseline_value=None)
    make_actual(indicator=indicator, fiscal_year=2023, is_met=True, evidence="条例の公布")
    assert "実施" in read(None, strategy, 2023)


def test_a_limit_shows_its_distance_instead_of_a_rate(strategy):
    make_measured_indicator({2023: 9700}, target=9500, strategy=strategy, target_kind=TargetKind.FLOOR, baseline_value=Decimal(10000))
    assert "＋100人目安との差" in read(None, strategy, 2023)


def test_breakdowns_of_one_kpi_name_it_once(strategy):
    measure = make_measure(goal=make_goal(strategy=strategy))
    for breakdown in ("戸数", "面積"):
        make_measured_indicator({2023: 140}, measure=measure, code="1-1-1", name="ブドウ栽培", breakdown=breakdown)
    html = sheet(None, strategy).content.decode()
    assert "ブドウ栽培（戸数）" in html
    assert '<span aria-hidden="true">〃</span><span class="vh">ブドウ栽培</span> 面積' in html


def test_a_measure_names_the_divisions_in_charge(strategy):
    measure = make_measure(goal=make_goal(strategy=strategy), name="観光振興")
    make_measured_indicator({}, measure=measure, division=make_division(name="観光課"))
    make_measured_indicator({}, measure=measure, division=make_division(name="農林課"))
    assert "(1)観光振興担当：観光課・農林課" in read(None, strategy)


def test_the_legend_comes_from_the_strategys_rules(db):
    strategy = make_strategy(on_track_from=Decimal("0.8"), slightly_behind_from=Decimal("0.5"))
    make_measured_indicator({2022: 130}, strategy=strategy)
    assert "順調＝目安の80％以上、やや遅れ＝目安の50％以上80％未満、遅れ＝目安の50％未満" in read(None, strategy)


def test_the_final_year_speaks_of_not_achieved(strategy):
    make_measured_indicator({2024: 101}, strategy=strategy)
    text = read(make_user(Role.PLANNING), strategy, 2024)
    assert "未達成＝目安の60％未満" in text
    assert "進捗率の目安（5年目）：100％" in text


def test_counts_always_say_of_how_many(strategy):
    make_measured_indicator({2023: 140}, strategy=strategy)
    make_indicator(measure=strategy.goals.get().measures.get())
    assert "主要施策のKPI1/2指標で判定" in read(None, strategy, 2023)


def test_the_sheet_ends_with_the_chosen_year(strategy):
    make_measured_indicator({2020: 110, 2023: 140}, strategy=strategy)
    assert "現状値R2R3目標(R6)" in read(None, strategy, 2021)


def test_a_long_plan_prints_its_last_five_years(db):
    strategy = make_strategy(first_fiscal_year=2019, last_fiscal_year=2028, published_through=2026)
    make_measured_indicator({2026: 140}, strategy=strategy)
    assert "現状値R4R5R6R7R8目標(R10)" in read(None, strategy)


def test_a_visitor_does_not_print_an_unpublished_year(strategy):
    assert sheet(None, strategy, 2024).status_code == 404


def test_fictional_values_are_marked_on_every_page(sample):
    assert all("架空のサンプル値" in paper for paper in papers_of(sheet(None, sample)))


def test_real_values_carry_no_mark(strategy):
    make_measured_indicator({2023: 140}, strategy=strategy)
    assert "架空" not in read(None, strategy)


@pytest.mark.parametrize("year", [2022, 2024])
def test_hokutos_four_goals_print_on_exactly_four_pages(visit, year):
    printed = visit(f"{HOKUTO}?year={year}", username="kikaku").page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(PDF_PAGE.findall(printed)) == 4


def test_nothing_but_the_sheet_is_printed(visit):
    page = visit(HOKUTO).page
    page.emulate_media(media="print")
    assert [page.locator(part).first.is_visible() for part in (".app", ".sample", ".foot", ".crumbs", ".fy")] == [False] * 5
    assert page.locator(".paper").count() == 4


def test_the_button_prints(visit):
    page = visit(HOKUTO).page
    page.evaluate("window.print = () => { document.title = 'printed' }")
    page.get_by_role("button", name="印刷する").click()
    assert page.title() == "printed"


def test_without_javascript_there_is_no_button_that_does_nothing(visit):
    assert not visit(HOKUTO, has_javascript=False).page.get_by_role("button", name="印刷する").is_visible()
