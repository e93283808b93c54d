"""計画の全体像: the plan as it was adopted, verbatim where it says so, and without a single actual."""
import re
from dataclasses import dataclass
from html.parser import HTMLParser

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from goals.models import Goal, Initiative, Measure, Strategy
from kpis.models import Indicator
from kpis.vocabulary import TargetKind
from tests.factories import make_actual, make_goal, make_indicator, make_initiative, make_measure, make_strategy, make_target, make_user
from tests.world import client_of

pytestmark = pytest.mark.django_db


def text_of(html: str) -> str:
    """What a reader sees, one space between any two tags."""
    parts = []
    parser = HTMLParser()
    parser.handle_data = parts.append
    parser.feed(html)
    return " ".join(" ".join(parts).split())


def page_of(client, strategy, **query) -> str:
    response = client.get(reverse("plan", args=[strategy.slug]), query)
    assert response.status_code == 200
    return response.content.decode()


@dataclass(frozen=True)
class Document:
    """The real plan's page, with the names that must be on it."""

    html: str
    text: str
    names: tuple[str, ...]
    series: tuple[str, ...]


@pytest.fixture(scope="module")
def hokuto(django_db_setup, django_db_blocker) -> Document:
    """Rendered once for all tests that only read it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_plan", verbosity=0)
        html = page_of(Client(), Strategy.objects.get(slug="hokuto-2"))
        names = [row.name for model in (Goal, Measure, Initiative, Indicator) for row in model.objects.all()]
        series = Indicator.objects.filter(target_kind=TargetKind.DIRECTION).values_list("breakdown", flat=True)
        document = Document(html, text_of(html), tuple(names), tuple(series))
        transaction.set_rollback(True)
    return document


def test_all_goals_measures_initiatives_and_figures_stand_in_the_document(hokuto):
    assert len(hokuto.names) == 4 + 13 + 38 + 49
    assert [name for name in hokuto.names if name not in hokuto.text] == []


@pytest.mark.parametrize(
    ("name", "stated"),
    [
        ("企業立地数（新函館北斗駅周辺）", "31社 （第1期実績） 50社"),
        ("観光入込客数", "76万人 （H30） 90万人"),
        ("農家1戸当たり経営規模", "6.02ha （R1） 6.87ha"),
        ("醸造用ブドウ栽培戸数・面積", "戸数 2戸 （R1） 面積 10.6ha （R1） 戸数 4戸 面積 32.3ha"),
        ("新規開発特産品数", "31品 （第1期実績） 50品 （10品×5年）"),
        ("「HOP Star Project」に基づくイベント等開催回数", "― 15回 （年3回×5年）"),
        ("子育てアプリ登録者数", "470名 （R2.1） 970名"),
        ("結婚率", "3.6‰ （H30） 4.5‰ （北海道水準(H29)）"),
        ("道南いさりび鉄道利用人数（1日平均乗車人数）", "約1,800人 （H30） 約2,000人"),
        ("市内運行の路線バス乗車密度（1台1日1キロあたり平均乗車人数）", "6.6人 （H30） 6.6人 （維持）"),
        ("合計特殊出生率", "1.33 （H30） 1.54"),
        ("住民基本台帳人口", "46,302人 （H30） 44,200人"),
        ("社会動態の均衡 ※住民基本台帳人口（外国人を含む）", "△55人 （H30） 0人 （均衡）"),
    ],
)
def test_a_figure_reads_as_in_the_plan(hokuto, name, stated):
    assert f"{name} {stated}" in hokuto.text


def test_notes_stand_below_the_name(hokuto):
    assert "妊娠・出産について満足している者の割合 ※健やか親子21" in hokuto.text


def test_related_population_lists_its_eight_series_with_their_dates(hokuto):
    assert len(hokuto.series) == 8
    assert [name for name in hokuto.series if name not in hokuto.text] == []
    assert "移住セミナー参加者を含む移住相談者数 107人 （平成29年度～令和元年度末累計）" in hokuto.text
    assert "関係人口 参考資料の一覧 増加を図る" in hokuto.text


def test_national_goals_name_the_citys_goals_that_answer_to_them(hokuto):
    assert "ひとが集う、安心して暮らすことができる魅力的な地域をつくる この計画の基本目標4" in hokuto.text
    assert "横断的な目標2 新しい時代の流れを力にする" in hokuto.text


def test_promotion_policies_and_history_are_there(hokuto):
    assert "戦略推進に向けた業務マネジメント" in hokuto.text
    assert "令和元年7月 令和元年度第1回北斗市総合戦略検討・推進会議の開催" in hokuto.text


def test_it_says_what_is_verbatim_and_what_is_summarised(hokuto):
    assert "原文のままの部分と、要約した部分があります。" in hokuto.text
    assert "出典：第2 基本目標1 2(1)" in hokuto.text


def test_every_entry_of_the_contents_leads_to_a_place_on_the_page(hokuto):
    anchors = set(re.findall(r'href="#([^"]+)"', hokuto.html))
    places = set(re.findall(r' id="([^"]+)"', hokuto.html))
    assert len(anchors) > 12
    assert anchors <= places


def test_no_actual_is_shown(client):
    strategy = make_strategy()
    indicator = make_indicator(strategy=strategy)
    make_target(indicator=indicator)
    make_actual(indicator=indicator, value="98765")
    assert "98,765" not in page_of(client, strategy)


def test_a_revised_target_leaves_the_plans_own(client):
    indicator = make_indicator()
    make_target(indicator=indicator, value=150)
    make_target(indicator=indicator, value=131, effective_fiscal_year=2022, reason="見直し")
    html = page_of(client, indicator.strategy)
    assert "150人" in html
    assert "131人" not in html


def test_a_yearly_milestone_is_not_the_plans_target(client):
    indicator = make_indicator()
    make_target(indicator=indicator, value=117, milestone_fiscal_year=2021)
    make_target(indicator=indicator, value=150)
    assert "117人" not in page_of(client, indicator.strategy)


def test_a_range_states_both_bounds(client):
    indicator = make_indicator(target_kind=TargetKind.RANGE)
    make_target(indicator=indicator, value=40, upper_value=60)
    assert "40人～60人" in page_of(client, indicator.strategy)


def test_a_measure_without_initiatives_and_indicators_still_stands(client):
    measure = make_measure(name="これから決める施策")
    assert "これから決める施策" in page_of(client, measure.goal.strategy)


def test_an_empty_strategy_has_a_page(client):
    assert "計画の全体像" in page_of(client, make_strategy())


def test_what_people_typed_is_escaped(client):
    initiative = make_initiative(name="<script>alert(1)</script>")
    html = page_of(client, initiative.measure.goal.strategy)
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_queries_stay_within_twelve_for_the_whole_plan(client, sample, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        page_of(client, sample)


def test_kazuko_of_the_council_costs_no_more_queries_with_more_indicators(sample, django_assert_max_num_queries):
    client = client_of(make_user(Role.COUNCIL))
    page_of(client, sample)
    goal = make_goal(strategy=sample, number=9)
    for _ in range(20):
        make_indicator(measure=make_measure(goal=goal))
    with django_assert_max_num_queries(12):
        page_of(client, sample)
