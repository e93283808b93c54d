"""Data entry in the admin: Takeru of the planning division enters a value and sees the verdict change."""
from decimal import Decimal

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import Division, User
from accounts.roles import Role
from goals.models import Goal, Strategy
from kpis.models import Actual, Indicator, RatingScale, Target
from kpis.vocabulary import TargetKind
from partnerships.models import Agreement
from tests.admin_pages import admin_url, row_of, save
from tests.factories import (
    make_actual,
    make_agreement,
    make_division,
    make_goal,
    make_indicator,
    make_initiative,
    make_measure,
    make_measured_indicator,
    make_partner,
    make_rating_scale,
    make_strategy,
    make_target,
    make_user,
)
from tests.world import client_of

pytestmark = pytest.mark.django_db

REGISTERED = [model for model in admin.site._registry if model._meta.app_label in ("accounts", "goals", "kpis", "partnerships")]


@pytest.fixture
def takeru():
    return make_user(Role.PLANNING, username="takeru", display_name="佐藤 健")


@pytest.fixture
def chihiro():
    return make_user(Role.ADMINISTRATOR, username="chihiro", display_name="三浦 千尋")


@pytest.fixture
def client(takeru):
    return client_of(takeru)


@pytest.fixture
def indicator():
    """100人 → 150人; 125 in 2021; the years until 2022 are published."""
    return make_measured_indicator({2020: 112, 2021: 125}, strategy=make_strategy(is_current=True))


def panel(client, indicator) -> str:
    """The text above the form of the indicator's page."""
    return client.get(admin_url(indicator, "change")).content.decode().split("module verdicts")[1].split("</section>")[0]


def test_entering_a_value_changes_the_verdict_at_the_top_of_the_page(client, indicator):
    url = admin_url(indicator, "change")
    assert "未入力" in panel(client, indicator)
    save(client, url, **{f"{row_of(client, url, 2023)}-value": "140", f"{row_of(client, url, 2024)}-value": "151"})
    shown = panel(client, indicator)
    assert "未入力" not in shown.split("令和5年度")[1]
    assert "達成" in shown
    assert "151人" in shown


def test_a_line_waits_for_each_year_without_an_actual(client, indicator):
    url = admin_url(indicator, "change")
    assert len({row_of(client, url, year) for year in indicator.strategy.fiscal_years}) == 5


def test_saving_without_entering_anything_adds_no_actual(client, indicator):
    save(client, admin_url(indicator, "change"))
    assert indicator.actuals.count() == 2


@pytest.mark.parametrize(("typed", "stored"), [("△1,234.5", "-1234.5"), ("１２３", "123"), ("▲55", "-55"), (" 39,541 ", "39541"), ("0", "0")])
def test_numbers_are_understood_as_people_write_them(client, indicator, typed, stored):
    url = admin_url(indicator, "change")
    save(client, url, **{f"{row_of(client, url, 2023)}-value": typed})
    assert indicator.actuals.get(fiscal_year=2023).value == Decimal(stored)


@pytest.mark.parametrize("typed", ["12人", "1,23", "約100", "1.2.3"])
def test_a_text_that_is_no_number_is_refused_in_japanese_and_kept_on_the_page(client, indicator, typed):
    url = admin_url(indicator, "change")
    response = save(client, url, **{f"{row_of(client, url, 2023)}-value": typed})
    page = response.content.decode()
    assert "数として読めません" in page
    assert typed in page
    assert not indicator.actuals.filter(fiscal_year=2023).exists()


def test_a_value_together_with_a_reason_for_having_none_is_refused(client, indicator):
    url = admin_url(indicator, "change")
    row = row_of(client, url, 2023)
    response = save(client, url, **{f"{row}-value": "1", f"{row}-missing_reason": "awaiting_publication"})
    assert "実績値と未測定の理由は、どちらか一方だけにしてください。" in response.content.decode()


def test_a_reason_without_a_value_is_saved_as_no_value(client, indicator):
    url = admin_url(indicator, "change")
    row = row_of(client, url, 2023)
    save(client, url, **{f"{row}-missing_reason": "awaiting_publication", f"{row}-expected_month": "9"})
    assert indicator.actuals.get(fiscal_year=2023).value is None
    assert "未測定（公表待ち、9月公表予定）" in panel(client, indicator)


def test_a_second_actual_for_the_same_year_is_refused(client, indicator):
    response = client.post(admin_url(Actual, "add"), {"indicator": indicator.pk, "fiscal_year": 2021, "value": "1", "state": "confirmed", "change_reason": "訂正"})
    assert "同じ年度の実績がすでにあります" in response.content.decode()


def test_a_year_outside_the_plan_is_refused(client, indicator):
    response = client.post(admin_url(Actual, "add"), {"indicator": indicator.pk, "fiscal_year": 2025, "value": "1", "state": "confirmed"})
    assert "2025年度は、計画の年度（2020～2024）の外です。" in response.content.decode()
    assert not Actual.objects.filter(fiscal_year=2025).exists()


def test_a_milestone_asks_whether_it_is_done_and_for_evidence(client):
    indicator = make_indicator(target_kind=TargetKind.MILESTONE, baseline_value=None)
    url = admin_url(indicator, "change")
    row = row_of(client, url, 2023)
    response = save(client, url, **{f"{row}-is_met": "true"})
    assert "「実施した」とするときは、根拠を書いてください。" in response.content.decode()
    save(client, url, **{f"{row}-is_met": "true", f"{row}-evidence": "要綱を制定"})
    assert "実施した" in panel(client, indicator)


def test_an_actual_stays_with_its_indicator_and_year(client, indicator):
    actual, other = indicator.actuals.get(fiscal_year=2021), make_indicator(strategy=indicator.strategy)
    save(client, admin_url(actual, "change"), indicator=other.pk, fiscal_year=2024, value="126", change_reason="訂正")
    actual.refresh_from_db()
    assert (actual.indicator, actual.fiscal_year, actual.value) == (indicator, 2021, 126)


def test_values_of_a_strategy_that_is_not_the_current_one_can_be_saved(client, indicator):
    earlier = make_measured_indicator({2023: 130}, strategy=make_strategy(is_current=False))
    save(client, admin_url(earlier.actuals.get(), "change"), value="131")
    save(client, admin_url(earlier.targets.get(), "change"), value="160")
    assert (earlier.actuals.get().value, earlier.targets.get().value) == (131, 160)


def test_entering_a_real_value_takes_the_samples_mark_off(client, indicator):
    make_actual(indicator=indicator, fiscal_year=2023, value=Decimal(130), is_sample=True)
    url = admin_url(indicator, "change")
    save(client, url, **{f"{row_of(client, url, 2023)}-value": "131"})
    assert not indicator.actuals.get(fiscal_year=2023).is_sample


def test_a_comment_on_a_sample_value_leaves_it_a_sample(client, indicator):
    make_actual(indicator=indicator, fiscal_year=2023, value=Decimal(130), is_sample=True)
    url = admin_url(indicator, "change")
    save(client, url, **{f"{row_of(client, url, 2023)}-comment": "確認中"})
    assert indicator.actuals.get(fiscal_year=2023).is_sample


def test_sample_values_are_marked_wherever_they_stand(client, indicator):
    actual = make_actual(indicator=indicator, fiscal_year=2023, value=Decimal(130), is_sample=True)
    for url in (admin_url(Actual, "changelist"), admin_url(Indicator, "changelist")):
        assert '<td class="field-sample">架空のサンプル値</td>' in client.get(url).content.decode()
    assert "架空のサンプル値" in panel(client, actual.indicator)


def test_of_two_people_at_one_value_the_second_sees_what_the_first_wrote(client, indicator):
    actual = make_actual(indicator=indicator, fiscal_year=2023, value=Decimal(130))
    url = admin_url(actual, "change")
    opened = {"value": "131", "initial-value": "130"}
    Actual.objects.filter(pk=actual.pk).update(value=Decimal(135))
    response = save(client, url, **opened)
    assert "ほかの人が、先に「135」に変えています。" in response.content.decode().replace(".0000", "")
    actual.refresh_from_db()
    assert actual.value == 135


def test_whoever_changed_something_else_does_not_take_back_what_another_wrote(client, indicator):
    actual = make_actual(indicator=indicator, fiscal_year=2023, value=Decimal(130))
    Actual.objects.filter(pk=actual.pk).update(value=Decimal(135))
    save(client, admin_url(actual, "change"), **{"value": "130", "initial-value": "130", "comment": "確認済み"})
    actual.refresh_from_db()
    assert (actual.value, actual.comment) == (135, "確認済み")


def test_the_lists_are_in_the_order_of_daily_work(client):
    apps = [(app["app_label"], [model["object_name"] for model in app["models"]]) for app in client.get(reverse("admin:index")).context["app_list"]]
    assert apps[0] == ("kpis", ["Actual", "Indicator", "Target", "RatingScale"])
    assert [app for app, _ in apps] == ["kpis", "partnerships", "goals", "reviews", "accounts"]


def test_a_row_links_to_its_page_on_the_site(client, indicator):
    page = client.get(admin_url(indicator, "change")).content.decode()
    assert "画面で見る" in page
    found = admin.site._registry[Indicator].view_on_site(indicator)
    assert found == reverse("indicator", args=[indicator.strategy.slug, indicator.code])


@pytest.mark.parametrize("text", ["1-3-4", "ブドウ", "面積"])
def test_indicators_are_found_by_number_name_and_breakdown(client, text):
    found = make_indicator(code="1-3-4", name="醸造用ブドウ栽培戸数・面積", breakdown="面積")
    make_indicator(code="9-9-9", name="ほかの指標")
    rows = client.get(admin_url(Indicator, "changelist"), {"q": text}).context["cl"].queryset
    assert list(rows) == [found]


@pytest.fixture
def filtered(client):
    """Indicators of a numeric target and a KPI of goal 1 and a KPI of goal 2, with one actual in each kind of state."""
    strategy = make_strategy(is_current=True)
    goals = [make_goal(strategy=strategy), make_goal(strategy=strategy)]
    division = make_division(name="農林課")
    target = make_indicator(goal=goals[0])
    kpi = make_indicator(measure=make_measure(goal=goals[0]), division=division)
    other = make_indicator(measure=make_measure(goal=goals[1]))
    make_actual(indicator=target, fiscal_year=2023, state="preliminary")
    make_actual(indicator=kpi, fiscal_year=2023, missing_reason="not_surveyed", is_sample=True)
    make_actual(indicator=other, fiscal_year=2024, value=None)
    return {"goals": goals, "division": division, "target": target, "kpi": kpi, "other": other}


INDICATOR_FILTERS = [
    (lambda rows: {"goal": rows["goals"][0].pk}, {"target", "kpi"}),
    (lambda rows: {"goal": rows["goals"][1].pk}, {"other"}),
    (lambda rows: {"division__id__exact": rows["division"].pk}, {"kpi"}),
    (lambda rows: {"year": 2023}, {"target", "kpi"}),
    (lambda rows: {"state": "preliminary"}, {"target"}),
    (lambda rows: {"state": "not_surveyed"}, {"kpi"}),
    (lambda rows: {"year": 2024, "state": "preliminary"}, set()),
    (lambda rows: {"year": 2024, "state": "not_entered"}, {"target", "kpi", "other"}),
    (lambda rows: {"year": 2023, "state": "not_entered"}, {"other"}),
]


@pytest.mark.parametrize(("query", "names"), INDICATOR_FILTERS)
def test_indicators_are_filtered_by_goal_division_year_and_state(client, filtered, query, names):
    rows = client.get(admin_url(Indicator, "changelist"), query(filtered)).context["cl"].queryset
    assert set(rows) == {filtered[name] for name in names}


ACTUAL_FILTERS = [
    (lambda rows: {"goal": rows["goals"][0].pk}, {"target", "kpi"}),
    (lambda rows: {"indicator__division__id__exact": rows["division"].pk}, {"kpi"}),
    (lambda rows: {"year": 2024}, {"other"}),
    (lambda rows: {"state": "preliminary"}, {"target"}),
    (lambda rows: {"state": "not_surveyed"}, {"kpi"}),
    (lambda rows: {"state": "not_entered"}, {"other"}),
    (lambda rows: {"is_sample__exact": 1}, {"kpi"}),
]


@pytest.mark.parametrize(("query", "names"), ACTUAL_FILTERS)
def test_actuals_are_filtered_by_goal_division_year_state_and_sample(client, filtered, query, names):
    rows = client.get(admin_url(Actual, "changelist"), query(filtered)).context["cl"].queryset
    assert {row.indicator for row in rows} == {filtered[name] for name in names}


@pytest.mark.parametrize("value", ["x", "²", "99999999999999999999"])
def test_a_filter_with_nonsense_breaks_nothing(client, filtered, value):
    for query in ({"goal": value}, {"year": value}, {"state": value}):
        assert client.get(admin_url(Actual, "changelist"), query).status_code in (200, 302)


def some_rows():
    """One row of every model in the admin."""
    strategy = make_strategy()
    indicator = make_measured_indicator({2023: 130}, strategy=strategy)
    make_rating_scale(strategy=strategy)
    make_initiative(measure=indicator.measure)
    make_division()
    make_agreement(partners=[make_partner(), make_partner()], strategy=strategy)
    return indicator


LISTED = [Actual, Indicator, Target, RatingScale, Agreement, Strategy, Goal]


@pytest.mark.parametrize("model", LISTED, ids=lambda model: model.__name__)
def test_a_list_takes_as_many_queries_for_many_rows_as_for_few(client, model, django_assert_max_num_queries):
    some_rows()
    with django_assert_max_num_queries(20) as few:
        client.get(admin_url(model, "changelist"))
    for _ in range(5):
        some_rows()
    with django_assert_max_num_queries(len(few) + 1):  # the filter by strategy appears with the second strategy
        client.get(admin_url(model, "changelist"))


def test_the_indicators_page_takes_as_many_queries_for_five_years_as_for_one(client, django_assert_max_num_queries):
    indicator = make_measured_indicator({2020: 110}, strategy=make_strategy())
    with django_assert_max_num_queries(30) as one:
        client.get(admin_url(indicator, "change"))
    for year in range(2021, 2025):
        make_actual(indicator=indicator, fiscal_year=year)
        make_target(indicator=indicator, effective_fiscal_year=year)
    with django_assert_max_num_queries(len(one)):
        client.get(admin_url(indicator, "change"))


def test_an_administrator_creates_a_user_who_can_sign_in(chihiro):
    division = make_division(name="農林課")
    new = {"username": "kai", "display_name": "工藤 海", "role": "division", "division": division.pk, "password1": "take-7-apples!", "password2": "take-7-apples!"}
    client_of(chihiro).post(admin_url(User, "add"), new)
    kai = User.objects.get(username="kai")
    assert (kai.role, kai.division) == (Role.DIVISION, division)
    assert kai.check_password("take-7-apples!")


def test_a_user_of_the_division_role_needs_a_division(chihiro):
    new = {"username": "kai", "display_name": "工藤 海", "role": "division", "password1": "take-7-apples!", "password2": "take-7-apples!"}
    response = client_of(chihiro).post(admin_url(User, "add"), new)
    assert "役割が「担当課」の利用者には、担当課を選んでください。" in response.content.decode()
    assert not User.objects.filter(username="kai").exists()


def test_an_administrator_does_not_lock_oneself_out(chihiro):
    save(client_of(chihiro), admin_url(chihiro, "change"), role="viewer", is_active=None)
    chihiro.refresh_from_db()
    assert (chihiro.role, chihiro.is_active) == (Role.ADMINISTRATOR, True)


def test_a_users_password_is_changed_but_never_shown(chihiro):
    kai = make_user(username="kai")
    client = client_of(chihiro)
    assert kai.password not in client.get(admin_url(kai, "change")).content.decode()
    client.post(reverse("admin:auth_user_password_change", args=[kai.pk]), {"password1": "take-8-pears!!", "password2": "take-8-pears!!", "usable_password": "true"})
    kai.refresh_from_db()
    assert kai.check_password("take-8-pears!!")


def test_people_are_deactivated_and_only_demo_accounts_deleted(chihiro):
    client = client_of(chihiro)
    kai, demo = make_user(username="kai"), make_user(username="demo", is_demo=True)
    assert client.post(admin_url(kai, "delete"), {"post": "yes"}).status_code == 403
    assert client.post(admin_url(demo, "delete"), {"post": "yes"}).status_code == 302
    assert set(User.objects.all()) == {chihiro, kai}


def test_a_division_with_indicators_cannot_be_deleted(chihiro):
    indicator = make_indicator(division=make_division())
    client_of(chihiro).post(admin_url(indicator.division, "delete"), {"post": "yes"})
    assert Division.objects.filter(pk=indicator.division_id).exists()


def test_a_goal_of_another_strategy_is_refused(client, indicator):
    response = save(client, admin_url(indicator, "change"), measure="", goal=make_goal().pk)
    assert "同じ総合戦略のものを選んでください。" in response.content.decode()


def test_a_goal_and_a_measure_together_are_refused(client, indicator):
    response = save(client, admin_url(indicator, "change"), goal=indicator.measure.goal_id)
    assert "基本目標か主要施策の、どちらか一方を選んでください。" in response.content.decode()


def test_a_range_needs_both_of_its_bounds(client, indicator):
    url = admin_url(indicator, "change")
    assert "上限のない目標値があります。" in save(client, url, target_kind="range").content.decode()
    save(client, url, **{"targets-0-upper_value": "180"})
    save(client, url, target_kind="range")
    indicator.refresh_from_db()
    assert indicator.target_kind == TargetKind.RANGE
    assert "範囲の目標には、上限も要ります。" in save(client, url, **{"targets-0-upper_value": ""}).content.decode()
    assert "以上" in panel(client, indicator)


def test_a_number_twice_in_a_strategy_is_refused_in_japanese(client, indicator):
    other = make_indicator(strategy=indicator.strategy)
    response = save(client, admin_url(other, "change"), code=indicator.code)
    assert "同じ番号・内訳の指標がすでにあります" in response.content.decode()


def test_an_agreement_is_entered_with_its_parties_and_shows_its_state(client):
    partner = make_partner(name="道南うみ街信用金庫")
    agreement = make_agreement(partners=[partner])
    page = client.get(admin_url(Agreement, "changelist")).content.decode()
    assert "道南うみ街信用金庫" in page
    assert '<td class="field-state">有効</td>' in page
    response = save(client, admin_url(agreement, "change"), term_kind="until_date")
    assert "有効期間の定め方に合わせて" in response.content.decode()


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_every_page_of_the_admin_opens(chihiro, model):
    some_rows()
    client = client_of(chihiro)
    row = model._default_manager.first()
    for url in (admin_url(model, "changelist"), admin_url(model, "add"), admin_url(row, "change"), admin_url(row, "history")):
        assert client.get(url).status_code == 200
