"""基本目標: the page of a goal says first how it stands, then why, then shows every measure with its KPIs."""
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.roles import Role
from goals.models import NationalGoal
from kpis.board import judged_indicators
from kpis.models import Actual, Indicator
from kpis.vocabulary import Accumulation, EntryState, MissingReason, TargetKind
from tests.factories import (
    make_actual,
    make_agreement,
    make_division,
    make_goal,
    make_indicator,
    make_initiative,
    make_measure,
    make_measured_indicator,
    make_sdg_link,
    make_strategy,
    make_target,
    make_user,
)
from tests.reading import links_of, words_of
from tests.world import client_of

LINK = re.compile(r'href="([^"]+)"')

pytestmark = pytest.mark.django_db


@pytest.fixture
def goal():
    """A goal with one measure, of a plan whose years until 2022 are published."""
    return make_measure(name="観光の振興").goal


@pytest.fixture
def takeru():
    """佐藤 健 of the planning division."""
    return make_user(Role.PLANNING, display_name="佐藤 健")


def look(strategy, number, user=None, year=None):
    return client_of(user).get(reverse("goal", args=[strategy.slug, number]), {"year": year} if year else {})


def read(strategy, number, user=None, year=None) -> str:
    return words_of(look(strategy, number, user, year))


def explanation_of(row, fiscal_year: int) -> str:
    """The sentence as a page's words: without spaces, △ with its reading."""
    return row.explanation(fiscal_year).replace(" ", "").replace("△", "△マイナス")


# The conclusion


def test_the_page_begins_with_how_many_indicators_are_on_track(sample):
    words = read(sample, 1, year=2023)
    assert "判定した15指標のうち、10指標が順調以上です（66％）。" in words
    assert "15/15指標で判定（数値目標2・KPI13）" in words
    assert "前年度は15指標のうち8指標（53％）" in words


def test_the_conclusion_comes_before_everything_else(sample):
    words = read(sample, 1, year=2023)
    parts = [words.index(part) for part in ("令和5年度の結論", "数値目標架空のサンプル値", "指標の全体", "主要施策とKPI")]
    assert parts == sorted(parts)


def test_what_is_behind_stands_there_with_its_reason(sample):
    words = read(sample, 1, year=2023)
    assert "遅れ漁家の水揚金額進捗率26％（目安80％）ホタテ・ナマコの単価は回復したが水揚量が伸びていない。" in words
    assert "やや遅れ観光入込客数進捗率51％（目安80％）全国旅行支援とクルーズ船寄港の再開で現状値を上回った。" in words


def test_the_worst_verdict_comes_first(sample):
    words = read(sample, 1, year=2023).split("遅れ・やや遅れの指標と理由")[1]
    assert words.index("漁家の水揚金額") < words.index("雇用増加数（駅周辺）")


def test_without_a_comment_the_numbers_are_the_reason(goal, takeru):
    make_measured_indicator({2020: 101}, measure=goal.measures.get(), short_name="宿泊者数")
    assert "遅れ宿泊者数進捗率2％（目安20％）目安110人に対し101人" in read(goal.strategy, 1, takeru, 2020)


def test_a_population_behind_its_path_tells_the_distance_instead_of_a_rate(sample):
    assert "住民基本台帳人口目安との差△マイナス318.4人" in read(sample, 4, year=2023)


def test_in_the_final_year_behind_is_called_missed(sample, takeru):
    words = read(sample, 3, takeru, 2024)
    assert "未達成・やや遅れの指標と理由" in words
    assert "未達成ファミサポ会員数" in words


def test_indicators_without_a_value_are_named_with_the_reason(sample):
    assert "値がない指標合計特殊出生率（公表待ち（9月公表予定））" in read(sample, 3, year=2023)


def test_a_goal_that_is_on_track_says_that_nothing_is_behind(goal):
    make_measured_indicator({2020: 140}, measure=goal.measures.get())
    assert "遅れている指標はありません" in read(goal.strategy, 1, year=2020)


def test_a_goal_without_values_says_that_nothing_was_judged(goal):
    make_target(indicator=make_indicator(measure=goal.measures.get()))
    words = read(goal.strategy, 1, year=2020)
    assert "この年度に判定した指標はありません。" in words
    assert "0/1指標で判定" in words


# The way around


def test_the_tabs_are_the_plans_goals(sample):
    tabs = look(sample, 2, year=2023).content.decode().split('<nav class="tabs goal-tabs"')[1].split("</nav>")[0]
    assert LINK.findall(tabs) == [f"/strategies/hokuto-2/goals/{number}/?year=2023" for number in (1, 2, 3, 4)]


def test_a_plan_of_two_goals_has_two_tabs():
    strategy = make_strategy()
    make_goal(strategy=strategy, name="しごとをつくる")
    make_goal(strategy=strategy, name="人を呼ぶ")
    html = look(strategy, 2).content.decode()
    assert html.count('class="goalno goalno--s"') == 2
    assert '?year=2020" aria-current="page"><span class="goalno goalno--s">2</span>' in html


def test_every_kpi_leads_to_its_page_in_the_same_year(sample):
    links = links_of(look(sample, 1, year=2022))
    codes = Indicator.objects.of(sample).filter(code__startswith="1-").values_list("code", flat=True)
    assert {f"/strategies/hokuto-2/indicators/{code}/?year=2022" for code in codes} <= set(links)


def test_an_unknown_goal_is_not_found_and_says_so(sample):
    answer = look(sample, 9)
    assert answer.status_code == 404
    assert "基本目標9はこの計画にありません。" in words_of(answer)


# Numeric targets


def test_a_numeric_target_shows_its_figures(sample):
    words = read(sample, 1, year=2023)
    assert "R5の累計291人進捗率（目安は80％）72％目標まで（残り1年）＋109人これまでの平均＋72.8人／年" in words
    assert "R5の実績16,984人進捗率（目安は80％）76％目標まで（残り1年）＋216人これまでの平均＋178.5人／年" in words


def test_a_population_shows_its_distances_instead_of_a_rate(sample):
    words = read(sample, 4, year=2023)
    assert "目安との差△マイナス318.4人下限との差＋102人" in words


def test_every_verdict_is_explained_by_the_same_sentence_as_everywhere(sample, takeru):
    words = {number: read(sample, number, year=2023) for number in (1, 2, 3, 4)}
    for row in judged_indicators(sample, takeru):
        assert explanation_of(row, 2023) in words[int(row.indicator.code[0])]


def test_the_trend_is_drawn_for_each_numeric_target(sample):
    html = look(sample, 1, year=2023).content.decode()
    for indicator in Indicator.objects.of(sample).filter(goal__number=1):
        assert f'id="t-{indicator.pk}-h"' in html
    assert html.count('<figure class="chart') == 4


# Measures


def test_each_year_of_a_total_shows_the_running_total_and_can_be_opened_to_the_years_own(sample):
    words = read(sample, 1, year=2023)
    assert "企業立地数（新函館北斗駅周辺）期間累計・社31第1期実績916273850" in words
    assert "年度ごとの数（累計ではない値）：R29社、R37社、R411社、R511社" in words


def test_a_running_total_as_entered_tells_the_same_yearly_amounts(goal, takeru):
    make_measured_indicator({2020: 9, 2021: 16, 2022: 27}, 50, measure=goal.measures.get(), accumulation=Accumulation.RUNNING_TOTAL, unit="社")
    assert "：R29社、R37社、R411社" in read(goal.strategy, 1, year=2022)


def test_a_missing_year_makes_the_total_a_reference(goal):
    make_measured_indicator({2020: 9, 2022: 27}, 50, measure=goal.measures.get(), accumulation=Accumulation.TOTAL, unit="社")
    words = read(goal.strategy, 1, year=2022)
    assert "36参考" in words
    assert "R29社、R3―、R427社" in words


def test_the_original_target_stands_beside_the_revised_one(sample):
    words = read(sample, 1, year=2023)
    assert "観光入込客数年度値・万人76.0H3041.244.868.580.184.0当初90.0万人51％やや遅れ" in words


def test_the_rate_of_achievement_names_its_formula(sample):
    words = read(sample, 1, year=2023)
    assert "達成率95％（実績÷目標）" in words
    assert "達成率" not in words.replace("達成率95％（実績÷目標）", "").split("観光入込客数年度値")[1].split("主要施策")[0].split("判定の理由")[0]


def test_a_figure_worse_than_its_baseline_says_so_instead_of_a_negative_rate(sample):
    words = read(sample, 3, year=2023)
    assert "0.14現状値より半減現状値より後退遅れ" in words


def test_figures_without_a_target_say_which_way_they_moved(sample):
    words = read(sample, 2, year=2023)
    assert "関係人口（ふるさと納税寄附者）年度値・数値目標なし・件4,649R15,8207,4108,9359,260―現状値より増加判定対象外" in words


def test_an_indicator_without_a_baseline_starts_from_zero_and_says_so(sample):
    assert "外国人技能実習生受入数年度値・起点0・人―起点0" in read(sample, 2, year=2023)


def test_a_missing_value_is_a_dash_with_its_reason_and_never_zero(goal, takeru):
    indicator = make_measured_indicator({2020: 110}, measure=goal.measures.get())
    make_actual(indicator=indicator, fiscal_year=2021, missing_reason=MissingReason.NOT_SURVEYED)
    assert "100H30110―調査なし" in read(goal.strategy, 1, takeru, 2021)


def test_a_preliminary_value_is_marked(sample, takeru):
    assert "94.6速報" in read(sample, 3, takeru, 2024)


def test_initiatives_keep_the_plans_order_and_numbers(goal):
    measure = goal.measures.get()
    make_initiative(measure=measure, number=2, name="広域の連携", summary="近隣の市町と周遊を促します。")
    make_initiative(measure=measure, number=1, name="資源を活かした観光")
    assert "具体的取組①資源を活かした観光②広域の連携近隣の市町と周遊を促します。" in read(goal.strategy, 1)


def test_all_measures_and_initiatives_of_the_plan_are_there(sample):
    for goal in sample.goals.all():
        words = read(sample, goal.number, year=2023)
        for measure in goal.measures.all():
            assert f"({measure.number}){measure.name}".replace(" ", "") in words
            assert all(each.name.replace(" ", "") in words for each in measure.initiatives.all())


def test_a_measure_without_kpis_and_initiatives_is_shown_all_the_same(goal):
    words = read(goal.strategy, 1)
    assert "(1)観光の振興" in words
    assert "KPIはまだ登録されていません。" in words
    assert "具体的取組" not in words


def test_a_goal_without_measures_is_shown_all_the_same():
    strategy = make_goal(name="しごとをつくる").strategy
    assert "主要施策はまだ登録されていません。" in read(strategy, 1)


def test_an_unknown_sdg_number_is_said_to_be_unknown_once(sample):
    words = read(sample, 1, year=2023)
    assert words.count("番号は原本の図で要確認") == 1
    assert "雇用機会づくりの促進" in words


def test_known_sdg_numbers_are_shown_without_that_remark(sample):
    words = read(sample, 4, year=2023)
    assert "番号は原本の図で要確認" not in words
    assert "16平和と公正：地域力の強化" in words


def test_a_topic_without_number_shows_none(goal):
    make_sdg_link(measure=goal.measures.get(), topic="森づくり", sdg_number=15)
    make_sdg_link(measure=goal.measures.get(), topic="海づくり")
    words = read(goal.strategy, 1)
    assert "15陸の豊かさ：森づくり" in words
    assert "豊かさ：海づくり" not in words


def test_an_agreement_is_listed_only_under_the_measures_it_is_linked_to(goal):
    other = make_measure(goal=goal, name="しごとづくり")
    agreement = make_agreement(strategy=goal.strategy, name="観光の連携協定")
    agreement.measures.add(goal.measures.get(number=1))
    words = read(goal.strategy, 1)
    assert words.count("関連する連携協定観光の連携協定") == 1
    assert words.index("観光の連携協定") < words.index(other.name)


def test_without_a_link_no_agreement_is_mentioned(sample):
    assert "関連する連携協定" not in read(sample, 1, year=2023)


def test_the_national_goals_it_answers_to_are_named(sample):
    words = read(sample, 3, year=2023)
    assert "国第1期基本目標3若い世代の結婚・出産・子育ての希望をかなえる" in words
    assert "国第2期基本目標3結婚・出産・子育ての希望をかなえる" in words


def test_a_goal_shows_only_the_national_goals_of_its_own(goal):
    other = make_goal(strategy=goal.strategy)
    national = NationalGoal.objects.create(strategy=goal.strategy, generation=2, number=1, name="稼ぐ地域をつくる")
    other.national_goals.add(national)
    assert "稼ぐ地域をつくる" not in read(goal.strategy, 1)
    assert "稼ぐ地域をつくる" in read(goal.strategy, 2)


def test_the_divisions_in_charge_are_named_once_each(sample):
    assert "まちをもっと元気にする産業振興担当農林課・水産商工労働課" in read(sample, 1, year=2023)


# Every kind of target


def test_a_milestone_says_in_words_whether_it_is_done(goal):
    indicator = make_indicator(measure=goal.measures.get(), target_kind=TargetKind.MILESTONE, unit="", baseline_value=None, baseline_label="")
    make_actual(indicator=indicator, fiscal_year=2020, is_met=False)
    make_actual(indicator=indicator, fiscal_year=2021, is_met=True, evidence="条例の公布")
    words = read(goal.strategy, 1, year=2021)
    assert "年度値・実施・設置・単位なし―未実施実施" in words
    assert "令和3年度は「実施した」と記録⇒達成。" in words


def test_a_range_shows_both_bounds(goal):
    indicator = make_indicator(measure=goal.measures.get(), target_kind=TargetKind.RANGE, unit="％", baseline_value=Decimal(50))
    make_target(indicator=indicator, value=Decimal(30), upper_value=Decimal(40))
    make_actual(indicator=indicator, fiscal_year=2021, value=Decimal(35))
    words = read(goal.strategy, 1, year=2021)
    assert "30〜40％" in words
    assert "範囲の中⇒順調。" in words


def test_an_indicator_without_a_target_is_not_judged(goal):
    make_actual(indicator=make_indicator(measure=goal.measures.get()), fiscal_year=2021)
    words = read(goal.strategy, 1, year=2021)
    assert "100H30―125―――判定対象外" in words
    assert "0/1指標で判定" in words


def test_a_long_plan_shows_the_six_years_up_to_the_chosen_one():
    strategy = make_strategy(first_fiscal_year=2015, last_fiscal_year=2024, published_through=2024)
    make_measured_indicator(dict.fromkeys(range(2015, 2025), 120), strategy=strategy)
    columns = [f'<th scope="col" role="columnheader" class="r{now}">{era}</th>' for era, now in (("H29", ""), ("R4", " now"))]
    html = look(strategy, 1, year=2022).content.decode()
    assert all(column in html for column in columns)
    assert '<th scope="col" role="columnheader" class="r">R5</th>' not in html
    assert '<th scope="col" role="columnheader" class="r">H28</th>' not in html


# Who sees what


def test_a_visitor_does_not_open_an_unpublished_year(sample):
    assert look(sample, 1, year=2024).status_code == 404


def test_a_visitor_sees_no_column_and_no_word_of_an_unpublished_year(sample):
    page = look(sample, 1)
    assert 'data-l="R5"' in page.content.decode()
    assert 'data-l="R6"' not in page.content.decode()
    assert "秋の催しと周遊商品が好調" not in words_of(page)


def test_kai_sees_the_unpublished_value_of_his_division_and_no_other(goal):
    farm, fishery = make_division(name="農林課"), make_division(name="水産課")
    kai = make_user(Role.DIVISION, division=farm, display_name="工藤 海")
    make_measured_indicator({2020: 110, 2023: 131}, measure=goal.measures.get(), division=farm, name="ぶどう")
    make_measured_indicator({2020: 110, 2023: 976432}, measure=goal.measures.get(), division=fishery, name="ほたて", entry_state=EntryState.CHECKED)
    words = read(goal.strategy, 1, kai, 2023)
    assert "110―未入力―未入力131―未入力150" in words
    assert "110――――150" in words
    assert "976,432" not in words


def test_nobody_but_those_who_enter_values_reads_that_one_is_not_entered(goal, takeru):
    make_target(indicator=make_indicator(measure=goal.measures.get()))
    assert "未入力" in read(goal.strategy, 1, takeru, 2020)
    assert "未入力" not in read(goal.strategy, 1, None, 2020)


def test_a_corrected_value_changes_the_conclusion(sample, takeru):
    fishery = Actual.objects.get(indicator__code="1-3-3", fiscal_year=2023)
    fishery.value = Decimal(600)
    fishery.save()
    assert "判定した15指標のうち、11指標が順調以上です（73％）。" in read(sample, 1, takeru, 2023)


def test_fictional_values_are_marked_and_real_ones_are_not(sample, goal):
    make_measured_indicator({2020: 110}, measure=goal.measures.get())
    assert "主要施策とKPI架空のサンプル値" in read(sample, 1, year=2023)
    assert "架空" not in read(goal.strategy, 1)
