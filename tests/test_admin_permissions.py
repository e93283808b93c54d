"""Who may do what in the admin, also by sending forms that no page offers: each role at each model."""
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from goals.models import Strategy
from kpis.models import Actual, Indicator, Target
from kpis.vocabulary import EntryState
from tests.admin_pages import admin_url, opened_form, row_of, save
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
    make_user,
)
from tests.world import client_of

pytestmark = pytest.mark.django_db

MODELS = [model for model in admin.site._registry if model._meta.app_label in ("accounts", "goals", "kpis", "partnerships")]
OUTSIDE = {Role.COUNCIL, Role.VIEWER}
ALL = set(Role) - OUTSIDE
PLANNERS = {Role.ADMINISTRATOR, Role.PLANNING}
# Who opens the list, the page of a row, the form for a new one, and who deletes. What is not named here is the planning side's.
LISTS = {"Actual": ALL, "Indicator": ALL, "Target": ALL, "User": {Role.ADMINISTRATOR}}
ADDS = {"Actual": ALL, "User": {Role.ADMINISTRATOR}}
DELETES = {"User": set()}
SHEETS = {"Actual", "Indicator", "Target", "Partner", "Agreement", "Strategy", "Goal", "Measure", "Initiative"}


@pytest.fixture
def farming():
    """農林課, to which Kai belongs."""
    return make_division(name="農林課")


@pytest.fixture
def people(farming):
    names = {Role.ADMINISTRATOR: "三浦 千尋", Role.PLANNING: "佐藤 健", Role.DIVISION: "工藤 海", Role.COUNCIL: "本間 和子", Role.VIEWER: "中村 翔"}
    return {role: make_user(role, display_name=name, **({"division": farming} if role == Role.DIVISION else {})) for role, name in names.items()}


@pytest.fixture
def strategy():
    """Its years until 2022 are published."""
    return make_strategy()


@pytest.fixture
def own(strategy, farming):
    """An indicator of Kai's division."""
    return make_measured_indicator({2022: 120, 2023: 130}, strategy=strategy, division=farming)


@pytest.fixture
def foreign(strategy):
    """An indicator of another division."""
    return make_measured_indicator({2022: 120, 2023: 130}, strategy=strategy, division=make_division(name="観光課"))


@pytest.fixture
def kai(people):
    return client_of(people[Role.DIVISION])


@pytest.fixture
def takeru(people):
    return client_of(people[Role.PLANNING])


@pytest.fixture
def a_row_of(own):
    """A row of any model, of Kai's division where it has one, free to go where nothing depends on it."""
    make_agreement(partners=[make_partner()], strategy=own.strategy)
    rows = {
        "Actual": own.actuals.get(fiscal_year=2023),
        "Indicator": make_indicator(division=own.division),
        "Target": own.targets.get(),
        "RatingScale": make_rating_scale(strategy=own.strategy),
        "Partner": make_partner(),
        "Strategy": make_strategy(),
        "Goal": make_goal(),
        "Measure": make_measure(),
        "Initiative": make_initiative(),
        "Division": make_division(),
        "User": make_user(),
    }
    return lambda model: rows.get(model.__name__) or model._default_manager.first()


def answers(allowed: bool, response) -> bool:
    return (response.status_code == 200) if allowed else response.status_code in (302, 403)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_each_role_opens_what_it_may_see_and_nothing_else(model, role, people, a_row_of):
    client, name = client_of(people[role]), model.__name__
    may_see, may_add = role in LISTS.get(name, PLANNERS), role in ADDS.get(name, PLANNERS)
    row = a_row_of(model)
    assert answers(may_see, client.get(admin_url(model, "changelist")))
    assert answers(may_see, client.get(admin_url(row, "change")))
    assert answers(may_see, client.get(admin_url(row, "history")))
    assert answers(may_add, client.get(admin_url(model, "add")))


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("model", [model for model in MODELS if model.__name__ in SHEETS], ids=lambda model: model.__name__)
def test_files_go_out_to_whoever_sees_the_list_and_come_in_from_whoever_adds_and_changes(model, role, people, a_row_of):
    client, name = client_of(people[role]), model.__name__
    assert answers(role in LISTS.get(name, PLANNERS), client.get(admin_url(model, "export")))
    assert answers(role in ADDS.get(name, PLANNERS), client.get(admin_url(model, "import")))
    assert client.post(admin_url(model, "process_import"), {"upload": "x"}).status_code in (302, 403)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_each_role_deletes_what_it_may_and_nothing_else(model, role, people, a_row_of):
    row = a_row_of(model)
    client_of(people[role]).post(admin_url(row, "delete"), {"post": "yes"})
    may_delete = role in DELETES.get(model.__name__, PLANNERS)
    assert model._default_manager.filter(pk=row.pk).exists() is not may_delete


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_form_sent_without_the_right_to_it_is_refused(model, role, people, a_row_of):
    client, row = client_of(people[role]), a_row_of(model)
    before = model._default_manager.count()
    if role not in ADDS.get(model.__name__, PLANNERS):
        assert client.post(admin_url(model, "add"), {"name": "x"}).status_code in (302, 403)
        assert model._default_manager.count() == before
    if role not in LISTS.get(model.__name__, PLANNERS):
        assert client.post(admin_url(row, "change"), {"name": "x"}).status_code in (302, 403)
        assert client.post(admin_url(model, "changelist"), {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}).status_code in (302, 403)
        assert model._default_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize("role", sorted(OUTSIDE))
def test_whoever_enters_nothing_does_not_get_into_the_admin(role, people):
    response = client_of(people[role]).get(reverse("admin:index"), follow=True)
    assert response.status_code == 403
    assert 'id="content"' not in response.content.decode()


def test_a_visitor_is_led_to_the_one_sign_in_page():
    response = client_of(None).get(admin_url(Actual, "changelist"), follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("sign_in"))
    assert "next=" in response.redirect_chain[-1][0]


def test_a_deactivated_planner_does_not_get_in(people):
    client = client_of(people[Role.PLANNING])
    User.objects.filter(pk=people[Role.PLANNING].pk).update(is_active=False)
    assert client.get(reverse("admin:index")).status_code == 302


def test_a_division_sees_only_its_own_rows(kai, own, foreign):
    for model in (Indicator, Actual, Target):
        rows = kai.get(admin_url(model, "changelist")).context["cl"].queryset
        assert {getattr(row, "indicator", row) for row in rows} == {own}


@pytest.mark.parametrize("page", ["change", "history"])
def test_a_division_cannot_open_another_divisions_rows(kai, foreign, page):
    for row in (foreign, foreign.actuals.get(fiscal_year=2023), foreign.targets.get()):
        assert kai.get(admin_url(row, page)).status_code in (302, 403)


def test_a_division_enters_its_own_years_that_are_not_published(kai, own):
    url = admin_url(own, "change")
    save(kai, url, **{f"{row_of(kai, url, 2023)}-value": "131", f"{row_of(kai, url, 2024)}-value": "142"})
    assert [own.actuals.get(fiscal_year=year).value for year in (2023, 2024)] == [131, 142]


def test_a_division_changes_nothing_of_the_indicator_or_its_targets(kai, own):
    url, name, target = admin_url(own, "change"), own.name, own.targets.get()
    sent = {"name": "別の名前", "unit": "件", "targets-TOTAL_FORMS": "1", "targets-INITIAL_FORMS": "1", "targets-0-id": target.pk, "targets-0-value": "1"}
    save(kai, url, **sent)
    own.refresh_from_db()
    target.refresh_from_db()
    assert (own.name, own.unit, target.value) == (name, "人", 150)


def test_a_division_is_not_offered_published_years(kai, own):
    form = opened_form(kai, admin_url(own, "change"))
    assert f"{row_of(kai, admin_url(own, 'change'), 2022)}-value" not in form


def test_a_division_cannot_change_a_published_value_by_sending_it(kai, own):
    url = admin_url(own, "change")
    save(kai, url, **{f"{row_of(kai, url, 2022)}-value": "999"})
    published = own.actuals.get(fiscal_year=2022)
    assert published.value == 120
    assert kai.post(admin_url(published, "change"), {"value": "999", "state": "confirmed"}).status_code == 403
    published.refresh_from_db()
    assert published.value == 120


def test_a_division_cannot_add_a_published_year_by_sending_it(kai, own):
    url = admin_url(own, "change")
    response = save(kai, url, **{f"{row_of(kai, url, 2024)}-fiscal_year": "2021", f"{row_of(kai, url, 2024)}-value": "1"})
    assert "令和3年度は公表済みのため、担当課では変えられません。" in response.content.decode()
    response = kai.post(admin_url(Actual, "add"), {"indicator": own.pk, "fiscal_year": 2021, "value": "1", "state": "confirmed", "change_reason": "訂正"})
    assert "令和3年度は公表済みのため" in response.content.decode()
    assert not own.actuals.filter(fiscal_year=2021).exists()


def test_a_division_cannot_enter_for_another_divisions_indicator(kai, foreign, own):
    response = kai.post(admin_url(Actual, "add"), {"indicator": foreign.pk, "fiscal_year": 2024, "value": "1", "state": "confirmed"})
    assert response.status_code == 200
    assert not foreign.actuals.filter(fiscal_year=2024).exists()


def test_a_division_cannot_move_an_actual_to_another_indicator(kai, own, foreign):
    actual = own.actuals.get(fiscal_year=2023)
    save(kai, admin_url(actual, "change"), indicator=foreign.pk, value="131")
    actual.refresh_from_db()
    assert (actual.indicator, actual.value) == (own, 131)


def test_a_division_cannot_write_through_a_foreign_row_in_its_own_page(kai, own, foreign):
    url, stolen = admin_url(own, "change"), foreign.actuals.get(fiscal_year=2023)
    save(kai, url, **{f"{row_of(kai, url, 2023)}-id": stolen.pk, f"{row_of(kai, url, 2023)}-value": "999"})
    stolen.refresh_from_db()
    assert stolen.value == 130


def test_a_division_deletes_no_actual_in_any_way(kai, own):
    actual = own.actuals.get(fiscal_year=2023)
    url = admin_url(own, "change")
    save(kai, url, **{f"{row_of(kai, url, 2023)}-DELETE": "on"})
    kai.post(admin_url(actual, "delete"), {"post": "yes"})
    kai.post(admin_url(Actual, "changelist"), {"action": "delete_selected", "_selected_action": actual.pk, "post": "yes"})
    assert Actual.objects.filter(pk=actual.pk).exists()


def test_a_division_cannot_mark_a_value_as_fictional(kai, own):
    url = admin_url(own, "change")
    save(kai, url, **{f"{row_of(kai, url, 2023)}-value": "131", f"{row_of(kai, url, 2023)}-is_sample": "on"})
    assert not own.actuals.get(fiscal_year=2023).is_sample


def test_a_divisions_choice_of_indicators_ends_at_the_division(kai, own, foreign):
    choices = kai.get(admin_url(Actual, "add")).context["adminform"].form.fields["indicator"].queryset
    assert list(choices) == [own]


# What is checked is closed


@pytest.fixture
def checked(own):
    """Kai's value of 2023, which is not published but checked."""
    actual = own.actuals.get(fiscal_year=2023)
    actual.entry_state = EntryState.CHECKED
    actual.save()
    return actual


def reopen(actual, until) -> None:
    actual.reopened_until, actual.reopening_reason = until, "決算の訂正"
    actual.save()


def test_a_division_cannot_change_a_checked_value_by_sending_it(kai, own, checked):
    url = admin_url(own, "change")
    assert f"{row_of(kai, url, 2023)}-value" not in opened_form(kai, url)
    save(kai, url, **{f"{row_of(kai, url, 2023)}-value": "999", "change_reason": "訂正"})
    assert kai.post(admin_url(checked, "change"), {"value": "999", "state": "confirmed", "change_reason": "訂正"}).status_code == 403
    checked.refresh_from_db()
    assert (checked.value, checked.entry_state) == (130, EntryState.CHECKED)


@pytest.mark.parametrize(("days", "value", "state"), [(0, 131, EntryState.DRAFT), (-1, 130, EntryState.CHECKED)])
@pytest.mark.parametrize("fiscal_year", [2022, 2023])
def test_a_division_enters_a_reopened_value_until_its_last_day(kai, own, checked, fiscal_year, days, value, state):
    actual = own.actuals.get(fiscal_year=fiscal_year)
    actual.value = Decimal(130)
    reopen(actual, timezone.localdate() + timedelta(days=days))
    url = admin_url(own, "change")
    save(kai, url, **{f"{row_of(kai, url, fiscal_year)}-value": "131"})
    actual.refresh_from_db()
    assert (actual.value, actual.entry_state) == (value, state)


def test_what_a_division_enters_is_a_draft_and_what_planning_enters_waits_for_the_check(kai, takeru, own):
    for client, year in ((kai, 2023), (takeru, 2024), (takeru, 2023)):
        url = admin_url(own, "change")
        save(client, url, **{f"{row_of(client, url, year)}-value": f"{year}"})
    assert [(row.entry_state, row.door) for row in own.actuals.filter(fiscal_year__gt=2022)] == [("draft", "admin"), ("submitted", "admin")]


def test_planning_says_in_the_admin_that_a_value_is_right_and_nobody_else_can(kai, takeru, own):
    actual, url = own.actuals.get(fiscal_year=2023), admin_url(own, "change")
    row, own_page = row_of(takeru, url, 2023), admin_url(actual, "change")
    assert "checks" not in opened_form(kai, own_page)
    save(kai, own_page, comment="寄付を含む", checks="on")
    assert "<p>下書き</p>" in takeru.get(url).content.decode()
    assert "確認済みにしてください" in save(takeru, url, **{f"{row}-value": "", f"{row}-checks": "on"}).content.decode()
    save(takeru, url, **{f"{row}-checks": "on"})
    states = own.actuals.get(fiscal_year=2023).history.order_by("version").values_list("history_user__role", "entry_state")
    assert list(states)[-2:] == [(Role.DIVISION, "draft"), (Role.PLANNING, "checked")]


def test_a_comment_without_a_value_stays_a_draft_whoever_writes_it(takeru, own):
    url = admin_url(own, "change")
    save(takeru, url, **{f"{row_of(takeru, url, 2024)}-comment": "照会中"})
    assert own.actuals.get(fiscal_year=2024).entry_state == EntryState.DRAFT


@pytest.mark.parametrize(("changes", "answer"), [({"value": "131"}, ""), ({"comment": "寄付を含む"}, "イベントの年のため")])
def test_an_answer_to_a_doubt_goes_with_the_value_it_was_about(kai, own, changes, answer):
    Actual.objects.filter(fiscal_year=2023).update(doubt_answer="イベントの年のため")
    url = admin_url(own, "change")
    save(kai, url, **{f"{row_of(kai, url, 2023)}-{name}": value for name, value in changes.items()})
    assert own.actuals.get(fiscal_year=2023).doubt_answer == answer


def test_what_a_milestone_says_stays_said_when_its_kind_is_changed(takeru, own):
    done = make_actual(indicator=own, fiscal_year=2024, is_met=True, evidence="要綱を制定")
    url = admin_url(own, "change")
    save(takeru, url, **{f"{row_of(takeru, url, 2024)}-comment": "数値に改めた"})
    done.refresh_from_db()
    assert (done.is_met, done.comment, done.entry_state) == (True, "数値に改めた", EntryState.DRAFT)


@pytest.mark.parametrize("person", ["kai", "takeru"])
def test_nobody_sets_how_far_a_value_has_come_by_sending_it(person, own, request):
    client, actual = request.getfixturevalue(person), own.actuals.get(fiscal_year=2023)
    far = timezone.localdate() + timedelta(days=365)
    sent = {"reopened_until": far, "reopening_reason": "x", "return_reason": "x", "doubt_answer": "x", "door": "import", "import_number": 9, "version": 99}
    page, url = admin_url(actual, "change"), admin_url(own, "change")
    assert not set(opened_form(client, page)) & {"entry_state", *sent}
    save(client, page, value="131", entry_state="returned", **sent)
    row = row_of(client, url, 2023)
    save(client, url, **{f"{row}-{name}": value for name, value in {"value": "132", "entry_state": "returned", **sent}.items()}, change_reason="訂正")
    actual.refresh_from_db()
    assert actual.value == 132
    assert actual.entry_state == EntryState.DRAFT
    assert (actual.reopened_until, actual.reopening_reason, actual.return_reason, actual.doubt_answer) == (None, "", "", "")
    assert (actual.door, actual.import_number, actual.version) == ("admin", None, 3)


def test_planning_changes_a_checked_value_only_with_a_reason(takeru, own, checked):
    url = admin_url(own, "change")
    value = f"{row_of(takeru, url, 2023)}-value"
    assert "令和5年度は確認済みです。変えるときは「変更の理由」を書いてください。" in save(takeru, url, **{value: "131"}).content.decode()
    assert own.actuals.get(fiscal_year=2023).value == 130
    save(takeru, url, **{value: "131", "change_reason": "集計の誤りを訂正"})
    checked.refresh_from_db()
    assert (checked.value, checked.entry_state) == (131, EntryState.CHECKED)


def test_a_checked_value_goes_only_with_a_reason(takeru, own, checked):
    url = admin_url(own, "change")
    delete = {f"{row_of(takeru, url, 2023)}-DELETE": "on"}
    assert "確認済みの実績や公表済みの年度の実績を消すときは" in save(takeru, url, **delete).content.decode()
    assert takeru.post(admin_url(checked, "delete"), {"post": "yes"}).status_code == 403
    takeru.post(admin_url(Actual, "changelist"), {"action": "delete_selected", "_selected_action": checked.pk, "post": "yes"})
    assert Actual.objects.filter(pk=checked.pk).exists()
    save(takeru, url, **delete, change_reason="重複")
    assert Actual.history.get(id=checked.pk, history_type="-").history_change_reason == "重複"


def test_a_draft_goes_without_a_reason_and_is_a_draft_in_the_history(takeru, own):
    draft, url = own.actuals.get(fiscal_year=2023), admin_url(own, "change")
    save(takeru, url, **{f"{row_of(takeru, url, 2023)}-DELETE": "on"})
    assert not Actual.objects.filter(pk=draft.pk).exists()
    assert Actual.history.get(id=draft.pk, history_type="-").entry_state == EntryState.DRAFT


def test_planning_changes_a_published_value_only_with_a_reason(takeru, own):
    url = admin_url(own, "change")
    value = f"{row_of(takeru, url, 2022)}-value"
    assert "令和4年度は公表済みです。変えるときは「変更の理由」を書いてください。" in save(takeru, url, **{value: "121"}).content.decode()
    assert own.actuals.get(fiscal_year=2022).value == 120
    save(takeru, url, **{value: "121", "change_reason": "集計の誤りを訂正"})
    assert own.actuals.get(fiscal_year=2022).value == 121


def test_planning_needs_no_reason_for_a_year_that_is_not_published(takeru, own):
    url = admin_url(own, "change")
    save(takeru, url, **{f"{row_of(takeru, url, 2023)}-value": "131"})
    assert own.actuals.get(fiscal_year=2023).value == 131


def test_planning_adds_a_published_year_only_with_a_reason(takeru, own):
    new = {"indicator": own.pk, "fiscal_year": 2021, "value": "110", "state": "confirmed"}
    assert "「変更の理由」を書いてください。" in takeru.post(admin_url(Actual, "add"), new).content.decode()
    takeru.post(admin_url(Actual, "add"), {**new, "change_reason": "遡って調査"})
    assert own.actuals.get(fiscal_year=2021).history.get().history_change_reason == "遡って調査"


def test_a_published_value_goes_only_with_a_reason(takeru, own):
    url, published = admin_url(own, "change"), own.actuals.get(fiscal_year=2022)
    delete = {f"{row_of(takeru, url, 2022)}-DELETE": "on"}
    assert "公表済みの年度の実績を消すときは" in save(takeru, url, **delete).content.decode()
    assert takeru.post(admin_url(published, "delete"), {"post": "yes"}).status_code == 403
    takeru.post(admin_url(Actual, "changelist"), {"action": "delete_selected", "_selected_action": published.pk, "post": "yes"})
    assert Actual.objects.filter(pk=published.pk).exists()
    save(takeru, url, **delete, change_reason="重複")
    assert Actual.history.get(id=published.pk, history_type="-").history_change_reason == "重複"


def test_a_strategy_with_published_values_cannot_be_deleted(takeru, own):
    takeru.post(admin_url(own.strategy, "delete"), {"post": "yes"})
    assert Strategy.objects.filter(pk=own.strategy_id).exists()


def test_a_published_year_counts_for_its_own_strategy_only(kai, farming):
    other = make_measured_indicator({}, strategy=make_strategy(published_through=None), division=farming)
    url = admin_url(other, "change")
    save(kai, url, **{f"{row_of(kai, url, 2021)}-value": "5"})
    assert other.actuals.get(fiscal_year=2021).value == Decimal(5)


def test_planning_does_not_see_users(takeru):
    assert "利用者</a>" not in takeru.get(reverse("admin:index")).content.decode()
    assert takeru.get(admin_url(User, "changelist")).status_code == 403


def test_the_password_form_belongs_to_administrators(people, takeru):
    url = reverse("admin:auth_user_password_change", args=[people[Role.ADMINISTRATOR].pk])
    assert takeru.post(url, {"password1": "take-8-pears!!", "password2": "take-8-pears!!"}).status_code == 403


def test_a_sample_row_of_another_division_stays_hidden_too(kai, own, foreign):
    hidden = make_actual(indicator=foreign, fiscal_year=2024, value=Decimal("777.5"), is_sample=True)
    pages = (admin_url(Actual, "changelist"), admin_url(Indicator, "changelist"), admin_url(own, "change"))
    assert all("777.5" not in kai.get(url).content.decode() for url in pages)
    assert kai.get(admin_url(hidden, "change")).status_code == 302
