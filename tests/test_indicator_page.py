"""指標: one page tells everything of an indicator, from the verdict and its reason down to who changed which number."""
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import Revision
from accounts.roles import Role
from kpis.board import judged_indicators
from kpis.models import Actual, Indicator, Target
from kpis.vocabulary import Accumulation, Door, EntryState, MissingReason, RateFormula, TargetKind, ValueState
from tests.admin_pages import admin_url, save
from tests.factories import (
    make_actual,
    make_agreement,
    make_division,
    make_goal,
    make_indicator,
    make_measure,
    make_measured_indicator,
    make_rating_scale,
    make_sdg_link,
    make_strategy,
    make_target,
    make_user,
)
from tests.reading import links_of, words_of
from tests.world import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def measure():
    """A measure of a plan whose years until 2022 are published."""
    return make_measure(name="観光の振興")


@pytest.fixture
def takeru():
    """佐藤 健 of the planning division."""
    return make_user(Role.PLANNING, display_name="佐藤 健")


@pytest.fixture
def tourism(measure):
    """観光入込客数 as in the plan and its sample: 76.0 → 90, from 2022 on 84, with 80.1 in 2023, which is published too."""
    measure.goal.strategy.rate_decimals, measure.goal.strategy.published_through = 1, 2023
    measure.goal.strategy.save()
    results = {2020: "41.2", 2021: "44.8", 2022: "68.5", 2023: "80.1"}
    indicator = make_measured_indicator(
        results, 90, measure=measure, code="1-2-1", name="観光入込客数", unit="万人", decimals=1, baseline_value=Decimal(76), source="第2 基本目標1 2(2)"
    )
    make_target(indicator=indicator, effective_fiscal_year=2022, value=Decimal(84), reason="感染症の影響", decided_by_meeting="推進会議")
    return indicator


def look(indicator, user=None, year=None, code=None):
    path = reverse("indicator", args=[indicator.strategy.slug, code or indicator.code])
    return client_of(user).get(path, {"year": year} if year else {})


def read(indicator, user=None, year=None) -> str:
    return words_of(look(indicator, user, year))


def of_plan(strategy, code) -> Indicator:
    return Indicator.objects.of(strategy).filter(code=code).first()


# The verdict and its figures


def test_the_strip_answers_at_once(tourism):
    words = read(tourism, year=2023)
    assert "令和5年度の判定やや遅れ目安82.4万人との差△マイナス2.3万人" in words
    assert "令和5年度の実績80.1万人前年度から＋11.6万人" in words
    assert "目標（令和6年度）84.0万人当初90.0万人（令和4年度に見直し）" in words
    assert "進捗率（目安は80％）51.2％当初の目標では29.2％（遅れ）達成率95.3％（実績÷目標）" in words
    assert "目標までに必要な伸び＋3.9万人／年残り1年令和5年度の伸びの34％" in words


def test_the_sample_tells_the_same_rounded_as_the_plan_rounds(sample):
    words = read(of_plan(sample, "1-2-1"), year=2023)
    assert "令和5年度の判定やや遅れ" in words
    assert "進捗率（目安は80％）51％当初の目標では29％（遅れ）達成率95％（実績÷目標）" in words


def test_the_reason_stands_right_under_the_strip_and_is_everywhere_the_same(tourism, takeru):
    row = judged_indicators(tourism.strategy, takeru)[0]
    sentence = row.explanation(2023).replace(" ", "")
    words = read(tourism, year=2023)
    assert sentence.startswith("現状値76.0万人（平成30年度）→目標84.0万人（令和6年度）。")
    assert words.index("令和5年度の伸びの34％") < words.index(sentence) < words.index("実績と目標の推移")


@pytest.mark.parametrize("code", ["1-A", "1-3-4", "2-A", "2-2-3", "3-3-1", "4-A", "4-3-2"])
def test_every_kind_of_indicator_explains_its_verdict(sample, takeru, code):
    words = read(of_plan(sample, code), year=2023)
    for row in judged_indicators(sample, takeru):
        if row.indicator.code == code:
            assert row.explanation(2023).replace(" ", "").replace("△", "△マイナス") in words


def test_the_head_says_what_kind_of_indicator_it_is(sample):
    assert "観光入込客数架空のサンプル値KPI1-2-1担当観光課単位万人年度値増やす指標" in read(of_plan(sample, "1-2-1"), year=2023)
    assert "数値目標4-A担当企画課単位人年度値減少の抑制" in read(of_plan(sample, "4-A"), year=2023)


def test_the_title_names_the_indicator(tourism):
    assert "<title>観光入込客数（1-2-1）｜" in look(tourism).content.decode()


def test_the_way_back_leads_to_the_goal_and_the_measure_in_the_same_year(tourism):
    links = links_of(look(tourism, year=2022))
    goal = f"/strategies/{tourism.strategy.slug}/goals/1/?year=2022"
    assert goal in links
    assert f"{goal}#m1" in links


def test_a_declining_population_shows_its_distances_instead_of_a_rate(sample):
    words = read(of_plan(sample, "4-A"), year=2023)
    assert "目安との差△マイナス318.4人目安44,620.4人達成率100％（実績÷目標）下限との差＋102人下限は守れている" in words
    assert "進捗率（" not in words


def test_a_figure_to_keep_up_says_whether_the_floor_holds(sample, takeru):
    words = read(of_plan(sample, "4-3-2"), takeru, 2024)
    assert "下限の目標（令和6年度）6.6人維持" in words
    assert "下限との差±0人下限は守れている" in words


def test_a_total_shows_its_running_total_and_the_years_own_part(sample):
    words = read(of_plan(sample, "1-A"), year=2023)
    assert "令和5年度までの累計291人うち令和5年度77人" in words
    assert "令和5年度291人確定値77人320人400人72％順調" in words


def test_a_decrease_counts_downwards(sample):
    words = read(of_plan(sample, "3-1-4"), year=2022)
    assert "減らす指標" in words
    assert "目標までに必要な伸び△マイナス2名／年" in words


def test_a_figure_worse_than_its_baseline_says_so(sample):
    words = read(of_plan(sample, "3-3-1"), year=2023)
    assert "進捗率（目安は80％）現状値より後退" in words


def test_without_a_baseline_the_count_starts_from_zero_and_says_so(sample):
    words = read(of_plan(sample, "2-2-3"), year=2022)
    assert "年度値・起点0" in words
    assert "起点0人（現状値なし）" in words
    assert "現状値がないため、起点は0です" in words


def test_the_plans_own_wording_of_a_target_is_kept(sample):
    assert "目標（令和6年度）0人均衡" in read(of_plan(sample, "2-A"), year=2023)
    assert "目標（令和6年度）約2,000人" in read(of_plan(sample, "4-3-1"), year=2023)
    assert "目標（令和6年度）50品10品×5年" in read(of_plan(sample, "1-3-6"), year=2023)


def test_an_own_rate_formula_is_named(measure):
    indicator = make_measured_indicator({2021: 125}, measure=measure, rate_formula=RateFormula.PROGRESS)
    words = read(indicator, year=2021)
    assert "達成率50％（到達度）" in words
    assert "達成率の式到達度" in words


def test_in_the_final_year_a_missed_target_says_by_how_much(tourism, takeru):
    make_actual(indicator=tourism, fiscal_year=2024, value=Decimal("82.7"), state=ValueState.PRELIMINARY)
    words = read(tourism, takeru, 2024)
    assert "目標との差（最終年度）△マイナス1.3万人" in words
    assert "82.7万人速報（確定前の値）" in words
    assert "見込み" not in words.split("実績と目標の推移")[0]
    assert "令和6年度の見込み" not in words


def test_a_reached_target_says_so(measure):
    assert "目標との差到達目標との差＋5人" in read(make_measured_indicator({2021: 155}, measure=measure), year=2021)


# Years without a value


def test_a_value_to_come_names_reason_and_month_and_the_last_known_value(sample):
    words = read(of_plan(sample, "3-A"), year=2023)
    assert "令和5年度の判定未測定" in words
    assert "令和5年度の実績―公表待ち（9月公表予定）直近は令和4年度の1.24" in words


def test_an_indicator_without_any_value_shows_its_target_and_no_outlook(measure):
    indicator = make_indicator(measure=measure)
    make_target(indicator=indicator)
    words = read(indicator)
    assert "令和2年度の実績―未測定" in words
    assert "目標（令和6年度）150人" in words
    assert "令和6年度の見込み" not in words
    assert "進捗率（" not in words


def test_an_indicator_without_a_target_says_so(measure):
    indicator = make_indicator(measure=measure)
    make_actual(indicator=indicator)
    words = read(indicator, year=2021)
    assert "目標数値目標なし" in words
    assert "令和3年度の判定判定対象外" in words


def test_a_range_shows_both_distances(measure):
    indicator = make_indicator(measure=measure, target_kind=TargetKind.RANGE, unit="％", baseline_value=Decimal(50))
    make_target(indicator=indicator, value=Decimal(30), upper_value=Decimal(40))
    make_actual(indicator=indicator, value=Decimal(35))
    words = read(indicator, year=2021)
    assert "目標（令和6年度）30％以上40％以下" in words
    assert "目標の範囲範囲の中下限との差＋5％上限との差△マイナス5％" in words


def test_a_milestone_shows_what_was_recorded_and_by_which_evidence(measure):
    indicator = make_indicator(measure=measure, target_kind=TargetKind.MILESTONE, unit="", baseline_value=None, baseline_label="")
    make_actual(indicator=indicator, is_met=True, evidence="条例の公布")
    words = read(indicator, year=2021)
    assert "令和3年度の実績実施した" in words
    assert "目標実施・設置" in words
    assert "根拠：条例の公布" in words


def test_a_missing_year_makes_a_total_a_reference(measure):
    indicator = make_measured_indicator({2020: 9, 2022: 27}, 50, measure=measure, accumulation=Accumulation.TOTAL)
    assert "令和4年度までの累計36人うち令和4年度27人令和3年度の値がないため参考" in read(indicator, year=2022)


# Trend, outlook and years


def test_the_outlook_states_its_two_assumptions_in_words(tourism):
    words = read(tourism, year=2023)
    outlook = words.split("令和6年度の見込み")[1].split("目標値の見直し")[0]
    assert "令和5年度と同じ伸びが続く91.7万人目標に届く" in outlook
    assert "横ばい（伸びなし）80.1万人目標に届かない" in outlook
    assert "令和5年度の伸びの34％（年＋3.9万人）があれば、目標に届きます。" in outlook


def test_the_outlook_of_a_floor_speaks_of_the_floor(sample):
    words = read(of_plan(sample, "4-A"), year=2023)
    assert "43,886人下限を割る" in words
    assert "44,302人下限を守れる" in words


def test_each_year_tells_value_state_change_path_target_rate_verdict_and_cause(sample):
    words = read(of_plan(sample, "1-2-1"), year=2023)
    assert (
        "令和5年度80.1万人確定値＋11.6万人82.4万人84.0万人51％やや遅れ"
        "全国旅行支援とクルーズ船寄港の再開で現状値を上回った。冬季の入込みが課題。根拠：（架空）観光入込客数調査架空のサンプル値" in words
    )
    assert "令和3年度44.8万人確定値＋3.6万人81.6万人90.0万人現状値より後退遅れ" in words


def test_the_newest_year_comes_first(tourism):
    table = read(tourism, year=2023).split("要因・コメント")[1]
    assert table.index("令和5年度80.1") < table.index("令和2年度41.2")


def test_a_year_without_a_value_says_why_in_the_table(measure, takeru):
    indicator = make_measured_indicator({2020: 110}, measure=measure)
    make_actual(indicator=indicator, fiscal_year=2021, missing_reason=MissingReason.NOT_SURVEYED, comment="感染症のため中止した。")
    assert "令和3年度――120人150人―未測定調査なし感染症のため中止した。" in read(indicator, takeru, 2021)


# Targets


def test_the_original_target_is_never_hidden_and_judged_too(tourism):
    words = read(tourism, year=2023)
    assert "R2〜当初の目標90.0万人計画策定時の目標この目標での令和5年度の判定遅れ" in words
    assert "R4〜見直し（適用中）84.0万人感染症の影響／推進会議この目標での令和5年度の判定やや遅れ" in words


def test_before_the_revision_the_original_target_is_in_force(tourism):
    assert "R2〜当初の目標（適用中）90.0万人" in read(tourism, year=2021)


def test_the_day_of_the_decision_is_told(tourism):
    tourism.targets.filter(effective_fiscal_year=2022).update(decided_on=date(2022, 10, 20))
    assert "推進会議（令和4年10月20日）" in read(tourism, year=2023)


def test_yearly_milestones_are_listed(measure):
    indicator = make_measured_indicator({2021: 125}, measure=measure)
    make_target(indicator=indicator, milestone_fiscal_year=2021, value=Decimal(130))
    make_target(indicator=indicator, milestone_fiscal_year=2022, value=Decimal(140))
    words = read(indicator, year=2021)
    assert "年度目標：R3130人、R4140人" in words
    assert "目安130人との差△マイナス5人" in words


# Sources, grades and links


def test_sources_and_rules_are_told(sample):
    words = read(of_plan(sample, "3-1-4"), year=2023)
    assert "達成の条件実績が目標以下" in words
    assert "値の数え方年度値。起点は現状値11名です" in words
    assert "注記潜在的待機児童：市内に入所可能な保育所等があるものの、希望する保育所等に入所できない児童。" in words
    assert "計画での記載第2基本目標32(1)" in words


def test_the_citys_grade_stands_beside_the_verdict(tourism):
    make_rating_scale(strategy=tourism.strategy, name="市の評価区分")
    words = read(tourism, year=2023)
    assert "令和5年度の判定やや遅れ目安82.4万人との差△マイナス2.3万人市の評価区分B" in words


def test_a_scale_that_is_not_active_shows_no_grade(tourism):
    make_rating_scale(strategy=tourism.strategy, name="市の評価区分", is_active=False)
    make_rating_scale(strategy=make_strategy(), name="ほかの市の区分")
    words = read(tourism, year=2023)
    assert "市の評価区分" not in words
    assert "ほかの市の区分" not in words


def test_it_leads_to_its_measures_topics_and_agreements(tourism):
    make_sdg_link(measure=tourism.measure, topic="観光商品の開発")
    make_agreement(strategy=tourism.strategy, name="観光の連携協定").measures.add(tourism.measure)
    make_agreement(strategy=tourism.strategy, name="見守りの協定")
    page = look(tourism)
    words = words_of(page)
    assert "SDGsの取組観光商品の開発番号のない取組は、番号は原本の図で要確認です。" in words
    assert "関連する連携協定観光の連携協定" in words
    assert "見守りの協定" not in words
    assert f"/strategies/{tourism.strategy.slug}/agreements/1/" in links_of(page)


def test_a_numeric_target_belongs_to_its_goal_alone():
    goal = make_goal(name="しごとをつくる")
    words = read(make_measured_indicator({2021: 125}, goal=goal), year=2021)
    assert "つながり基本目標1しごとをつくる" in words
    assert "主要施策(" not in words


# Several series


def test_all_series_of_a_code_stand_on_one_page(sample):
    words = read(of_plan(sample, "1-3-4"), year=2023)
    assert "単位戸・ha" in words
    assert "戸数単位戸令和5年度の判定達成" in words
    assert "面積単位ha令和5年度の判定順調" in words


def test_the_eight_series_of_related_population_stand_in_one_table(sample):
    words = read(of_plan(sample, "2-3-2"), year=2023)
    assert "数値目標を定めていないため判定の対象にせず、現状値からの増加・横ばい・減少を示します。" in words
    table = words.split("内訳の一覧")[1].split("内訳ごとの推移")[0]
    assert table.count("判定の理由（") == 8
    assert "ふるさと納税寄附者年度値・数値目標なし・件4,649R15,8207,4108,9359,260―現状値より増加判定対象外" in table
    assert "現状値より減少判定対象外" in table


def test_an_unchanged_figure_without_a_target_is_level(measure):
    indicator = make_indicator(measure=measure, target_kind=TargetKind.DIRECTION)
    make_actual(indicator=indicator, value=Decimal(100))
    words = read(indicator, year=2021)
    assert "現状値と比べて横ばい現状値100人（平成30年度）差±0人" in words
    assert "目標数値目標なし増加をめざす" in words


def test_the_series_of_another_plan_stay_out(tourism):
    other = make_measured_indicator({2021: 199}, code="1-2-1", name="よその指標")
    assert "よその指標" not in read(tourism)
    assert "199" in read(other, year=2021)


# Unknown


def test_an_unknown_code_is_not_found_and_says_what_to_do(tourism):
    answer = look(tourism, code="9-9-9")
    assert answer.status_code == 404
    assert "番号「9-9-9」の指標は、この計画にありません。全体の状況の一覧か、検索からたどってください。" in words_of(answer)


def test_a_year_outside_the_plan_is_not_found(tourism):
    assert look(tourism, year=2031).status_code == 404


# Entering


def test_takeru_corrects_a_value_in_the_admin_and_the_page_shows_the_new_verdict(tourism, takeru):
    client = client_of(takeru)
    assert "令和5年度の判定やや遅れ" in read(tourism, None, 2023)
    actual = Actual.objects.get(indicator=tourism, fiscal_year=2023)
    answer = save(client, admin_url(actual, "change"), value="84.0", change_reason="集計の訂正")
    assert answer.status_code == 302
    words = read(tourism, None, 2023)
    assert "令和5年度の判定達成" in words
    assert "令和5年度の実績84.0万人" in words


def test_those_who_may_enter_values_find_the_way_to_the_form(tourism, takeru):
    link = admin_url(tourism, "change")
    tourism.division = make_division(name="観光課")
    tourism.save()
    ayumi = make_user(Role.DIVISION, division=tourism.division)
    for user in (takeru, ayumi):
        assert link in links_of(look(tourism, user))
        assert client_of(user).get(link).status_code == 200


def test_nobody_else_finds_it(tourism):
    link = admin_url(tourism, "change")
    readers = [None, make_user(Role.VIEWER), make_user(Role.COUNCIL), make_user(Role.DIVISION)]
    assert [link in links_of(look(tourism, user)) for user in readers] == [False] * 4


def test_each_series_has_its_own_form(sample, takeru):
    links = links_of(look(of_plan(sample, "1-3-4"), takeru, 2023))
    assert {admin_url(row, "change") for row in Indicator.objects.of(sample).filter(code="1-3-4")} <= set(links)


# The record of changes


def log_of(indicator, user, year=None) -> str:
    words = read(indicator, user, year)
    return words.split("変更の記録")[1].split("つながり")[0] if "変更の記録" in words else ""


def change(indicator, fiscal_year, value, *, by, reason="") -> None:
    actual = Actual.objects.get(indicator=indicator, fiscal_year=fiscal_year)
    actual.value = Decimal(value)
    actual._history_user, actual._change_reason = by, reason
    actual.save()
    Revision.advance()


def test_the_record_tells_who_changed_what_from_what_to_what_and_why(tourism, takeru):
    change(tourism, 2023, "80.3", by=takeru, reason="確定値に差し替え")
    assert "佐藤健令和5年度の実績を変更実績値80.1万人→80.3万人理由：確定値に差し替え" in log_of(tourism, takeru)


def test_a_changed_target_and_a_changed_setting_are_recorded(tourism, takeru):
    target = tourism.targets.get(effective_fiscal_year=2022)
    target.value = Decimal(85)
    target._history_user = takeru
    target.save()
    tourism.division = make_division(name="観光課")
    tourism._history_user = takeru
    tourism.save()
    log = log_of(tourism, takeru)
    assert "佐藤健令和4年度からの目標値を変更目標値84.0万人→85.0万人" in log
    assert "佐藤健指標の設定を変更担当課―→観光課" in log


def test_the_value_of_a_missing_year_is_a_dash_in_the_record(measure, takeru):
    indicator = make_measured_indicator({2020: 110}, measure=measure)
    actual = make_actual(indicator=indicator, fiscal_year=2021, missing_reason=MissingReason.AWAITING_PUBLICATION)
    actual.value, actual.missing_reason = Decimal(125), ""
    actual.save()
    assert "実績値―→125人未測定の理由公表待ち→―" in log_of(indicator, takeru)


def test_saving_without_a_change_leaves_no_line(tourism, takeru):
    before = log_of(tourism, takeru)
    tourism.save()
    Revision.advance()
    assert log_of(tourism, takeru) == before


def test_the_newest_twenty_changes_are_shown_newest_first(tourism, takeru):
    for number in range(25):
        change(tourism, 2023, 50 + number, by=takeru, reason=f"訂正{number}番")
    log = log_of(tourism, takeru)
    assert log.index("訂正24番") < log.index("訂正23番")
    assert "訂正1番" not in log
    assert log.count("令和5年度の実績を変更") <= 20


def test_a_removed_value_is_recorded(tourism, takeru):
    tourism.actuals.get(fiscal_year=2022).delete()
    assert "令和4年度の実績を削除" in log_of(tourism, takeru)


def test_a_visitor_sees_neither_the_record_nor_a_name(tourism, takeru):
    change(tourism, 2023, "80.3", by=takeru)
    words = read(tourism, None, 2023)
    assert "変更の記録" not in words
    assert "佐藤健" not in words


def test_sho_who_only_looks_does_not_read_unpublished_values_in_the_record(tourism, takeru):
    make_actual(indicator=tourism, fiscal_year=2024, value=Decimal("82.7"), entry_state=EntryState.CHECKED)
    sho = make_user(Role.VIEWER, display_name="中村 翔")
    change(tourism, 2023, "80.3", by=takeru)
    assert "80.3" in log_of(tourism, sho)
    assert "82.7" not in read(tourism, sho)
    assert "82.7" in log_of(tourism, takeru)


def test_kai_reads_his_own_unpublished_value_and_not_another_divisions(tourism):
    farm = make_division(name="農林課")
    kai = make_user(Role.DIVISION, division=farm, display_name="工藤 海")
    make_actual(indicator=tourism, fiscal_year=2024, value=Decimal("82.7"), entry_state=EntryState.CHECKED)
    grapes = make_measured_indicator({2024: 33}, measure=tourism.measure, division=farm)
    assert "82.7" not in read(tourism, kai, 2024)
    assert "令和6年度の実績33人" in read(grapes, kai, 2024)
    assert "実績値33人" in log_of(grapes, kai)


def test_a_visitor_does_not_open_an_unpublished_year(sample):
    indicator = of_plan(sample, "1-2-1")
    assert look(indicator, year=2024).status_code == 404
    assert "82.7" not in read(indicator)


# How far a value has come, and the door it came in through


def move(actual, *, by, reason="", **fields) -> None:
    for name, value in fields.items():
        setattr(actual, name, value)
    actual._history_user, actual._change_reason = by, reason
    actual.save()
    Revision.advance()


@pytest.fixture
def kai():
    return make_user(Role.DIVISION, division=make_division(name="観光課"), display_name="工藤 海")


@pytest.fixture
def entered(tourism, kai):
    """Kai's value of 2024, entered on the entry sheet."""
    tourism.division = kai.division
    tourism.save()
    return make_actual(indicator=tourism, fiscal_year=2024, value=Decimal("80.8"), door=Door.ENTRY_SHEET)


def test_the_record_tells_how_a_value_was_returned_and_why(tourism, entered, kai, takeru):
    move(entered, by=kai, reason="提出する", entry_state=EntryState.SUBMITTED)
    move(entered, by=takeru, entry_state=EntryState.RETURNED, return_reason="桁を確かめてください。")
    log = log_of(tourism, kai)
    assert "工藤海令和6年度の実績を変更入力の段階下書き→提出済み理由：提出する" in log
    assert "佐藤健令和6年度の実績を変更入力の段階提出済み→差戻し差戻しの理由―→桁を確かめてください。" in log


def test_the_record_tells_that_a_value_was_reopened_why_and_until_when(tourism, takeru):
    published = tourism.actuals.get(fiscal_year=2023)
    move(published, by=takeru, reopened_until=date(2025, 6, 30), reopening_reason="決算の訂正")
    sho = make_user(Role.VIEWER)
    for reader in (takeru, sho):
        assert "佐藤健令和5年度の実績を変更再開の期限―→令和7年6月30日再開の理由―→決算の訂正" in log_of(tourism, reader)


def test_the_record_tells_the_divisions_answer_to_a_doubt(tourism, entered, kai):
    move(entered, by=kai, value=Decimal("641.2"), doubt_answer="大型客船が寄港したため")
    assert "実績値80.8万人→641.2万人この値で正しい理由―→大型客船が寄港したため入口：入力表" in log_of(tourism, kai)


@pytest.mark.parametrize(("door", "number", "told"), [
    (Door.ENTRY_SHEET, None, "入口：入力表"),
    (Door.IMPORT, 3, "入口：取込第3回"),
    (Door.ADMIN, None, "入口：管理画面"),
    (Door.COMMAND, None, "入口：コマンド"),
])
def test_the_record_tells_through_which_door_a_value_came_in(tourism, takeru, door, number, told):
    published = tourism.actuals.get(fiscal_year=2023)
    move(published, by=takeru, reason="確定値", value=Decimal("80.3"), door=door, import_number=number)
    assert f"実績値80.1万人→80.3万人理由：確定値{told}" in log_of(tourism, takeru)


def test_what_only_moves_on_or_goes_came_through_no_door(tourism, entered, takeru):
    move(entered, by=takeru, reason="提出する", entry_state=EntryState.SUBMITTED)
    newest = log_of(tourism, takeru).split("入力の段階下書き→提出済み")[1]
    assert newest.startswith("理由：提出するR")
    Actual.objects.get(pk=entered.pk).delete()
    Revision.advance()
    assert "（コマンド）令和6年度の実績を削除R" in log_of(tourism, takeru)


def test_a_change_of_the_indicator_or_its_target_has_no_door(tourism, takeru):
    Actual.objects.all().delete()
    Actual.history.all().delete()
    tourism.person, tourism.computation, tourism.published_month = takeru, "宿泊統計の延べ人数", 9
    tourism.save()
    log = log_of(tourism, takeru)
    assert "指標の設定を変更算出方法―→宿泊統計の延べ人数確認時期（月）―→9担当者―→佐藤健" in log
    assert "入口" not in log


@pytest.mark.parametrize("role", [Role.COUNCIL, Role.VIEWER, Role.DIVISION])
def test_whoever_reads_checked_values_reads_in_the_record_only_what_was_checked(tourism, entered, kai, takeru, role):
    tourism.strategy.published_through = 2024
    tourism.strategy.save()
    reader = make_user(role)
    move(entered, by=kai, value=Decimal("808.8"), entry_state=EntryState.SUBMITTED)
    move(entered, by=takeru, entry_state=EntryState.RETURNED, return_reason="桁を確かめてください。")
    assert "令和6年度の実績" not in log_of(tourism, reader, 2023)
    move(entered, by=takeru, value=Decimal("82.7"), entry_state=EntryState.CHECKED, return_reason="")
    log = log_of(tourism, reader)
    assert "佐藤健令和6年度の実績を変更入口：入力表" in log
    assert "808.8" not in log
    assert "桁を確かめてください。" not in log
    move(entered, by=takeru, value=Decimal("82.9"), door=Door.ADMIN)
    assert "実績値82.7万人→82.9万人入口：管理画面" in log_of(tourism, reader)
    assert "808.8" in log_of(tourism, kai)


def test_a_value_marked_as_fictional_says_so_and_a_real_one_does_not(sample, tourism):
    assert "観光入込客数架空のサンプル値" in read(of_plan(sample, "1-2-1"))
    assert "架空" not in read(tourism)
    Target.objects.filter(indicator=tourism, effective_fiscal_year=2022).update(is_sample=True)
    Revision.advance()
    assert "観光入込客数架空のサンプル値" in read(tourism)
