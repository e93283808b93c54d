"""The change history: who, when, before → after, and why; for the eyes of those who may see the row."""
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from kpis.models import Actual, Indicator
from tests.admin_pages import admin_url, row_of, save
from tests.factories import (
    make_actual,
    make_agreement,
    make_division,
    make_indicator,
    make_initiative,
    make_measured_indicator,
    make_strategy,
    make_target,
    make_user,
)
from tests.sheet_files import take_in
from tests.world import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.BASE_DIR = tmp_path


@pytest.fixture
def takeru():
    return make_user(Role.PLANNING, username="takeru", display_name="佐藤 健")


@pytest.fixture
def client(takeru):
    return client_of(takeru)


@pytest.fixture
def indicator():
    return make_measured_indicator({2023: 130}, strategy=make_strategy(slug="hokuto-2"), code="1-1-1", division=make_division(name="農林課"))


def entries(client, row):
    """What the row's history page lists, newest first."""
    return client.get(admin_url(row, "history")).context["page"].object_list


def told(entry) -> tuple[str, str, str, str]:
    changes = "、".join(f"{change.name} {change.old} → {change.new}" for change in entry.changes)
    return entry.by, f"{entry.subject} {entry.kind}", changes, entry.reason


def test_a_changed_value_is_told_on_the_indicators_page_with_who_and_why(client, indicator):
    url = admin_url(indicator, "change")
    row = row_of(client, url, 2023)
    save(client, url, **{f"{row}-value": "△1,234.5", f"{row}-checks": "on", "change_reason": "決算の確定"})
    assert told(entries(client, indicator)[0]) == ("佐藤 健", "実績 令和5年度 変更", "実績値 130 → △1,234.5、入力の段階 下書き → 確認済み", "決算の確定")
    page = client.get(admin_url(indicator, "history")).content.decode()
    assert "<b>実績値</b> 130 → △1,234.5" in page


def test_words_stand_for_stored_codes(client, indicator):
    url = admin_url(indicator, "change")
    row = row_of(client, url, 2023)
    save(client, url, **{f"{row}-value": "", f"{row}-missing_reason": "not_surveyed", f"{row}-state": "preliminary"})
    changes = {(change.name, change.old, change.new) for change in entries(client, indicator)[0].changes}
    assert changes == {("実績値", "130", "―"), ("値の状態", "確定値", "速報"), ("未測定の理由", "―", "調査なし")}


def test_a_new_actual_is_told_with_its_first_value(client, indicator):
    url = admin_url(indicator, "change")
    save(client, url, **{f"{row_of(client, url, 2024)}-value": "140"})
    by, what, changes, _ = told(entries(client, indicator)[0])
    assert (by, what) == ("佐藤 健", "実績 令和6年度 追加")
    assert "実績値 ― → 140" in changes


def test_a_removed_actual_stays_in_the_history(client, indicator):
    url = admin_url(indicator, "change")
    save(client, url, **{f"{row_of(client, url, 2023)}-DELETE": "on", "change_reason": "重複"})
    assert told(entries(client, indicator)[0]) == ("佐藤 健", "実績 令和5年度 削除", "", "重複")


def test_a_change_of_the_indicator_names_the_other_row_and_not_its_number(client, indicator):
    save(client, admin_url(indicator, "change"), division=make_division(name="観光課").pk, unit="件")
    changes = {(change.name, change.old, change.new) for change in entries(client, indicator)[0].changes}
    assert changes == {("担当課", "農林課", "観光課"), ("単位", "人", "件")}


def test_a_division_that_is_gone_is_called_so(client, indicator):
    division = indicator.division
    save(client, admin_url(indicator, "change"), division="")
    division.delete()
    assert [(change.name, change.old, change.new) for change in entries(client, indicator)[0].changes] == [("担当課", "（削除済み）", "―")]


def test_saving_without_a_change_leaves_no_trace(client, indicator):
    before = len(entries(client, indicator))
    save(client, admin_url(indicator, "change"), change_reason="見ただけ")
    save(client, admin_url(indicator.actuals.get(), "change"))
    assert len(entries(client, indicator)) == before


def test_a_reason_belongs_to_every_row_saved_with_it(client, indicator):
    url = admin_url(indicator, "change")
    save(client, url, name="新しい名前", **{f"{row_of(client, url, 2023)}-value": "131", "change_reason": "見直し"})
    assert indicator.history.first().history_change_reason == "見直し"
    assert indicator.actuals.get().history.first().history_change_reason == "見直し"


def test_a_change_on_the_actuals_own_page_keeps_its_reason(client, takeru, indicator):
    save(client, admin_url(indicator.actuals.get(), "change"), value="131", change_reason="訂正")
    record = indicator.actuals.get().history.first()
    assert (record.history_user, record.history_change_reason, record.value) == (takeru, "訂正", 131)


def test_an_import_is_told_with_the_files_name(client, indicator):
    take_in(client, Actual, [{"戦略": "hokuto-2", "番号": "1-1-1", "内訳": "", "年度": 2023, "実績値": 131}], reason="年度末の報告")
    assert told(entries(client, indicator)[0]) == ("佐藤 健", "実績 令和5年度 変更", "実績値 130 → 131", "ファイル取込 実績.xlsx：年度末の報告")


def test_a_saving_that_changes_nothing_but_the_count_of_savings_is_no_entry(client, indicator):
    before = len(entries(client, indicator))
    actual = indicator.actuals.get()
    actual.save()
    assert actual.version == 2
    assert len(entries(client, indicator)) == before


def test_a_change_by_command_has_no_person(client, indicator):
    actual = indicator.actuals.get()
    actual.value = Decimal(1)
    actual.save()
    assert entries(client, indicator)[0].by == "（コマンド）"


def test_a_target_and_a_milestone_are_told_apart(client, indicator):
    make_target(indicator=indicator, effective_fiscal_year=2022, value=Decimal(160))
    make_target(indicator=indicator, milestone_fiscal_year=2023, value=Decimal(140))
    assert [entry.subject for entry in entries(client, indicator)[:2]] == ["年度目標 令和5年度", "目標値 令和4年度から"]


def test_a_measures_history_tells_of_its_initiatives(client):
    initiative = make_initiative(name="取組")
    save(client, admin_url(initiative.measure, "change"), **{"initiatives-0-name": "新しい取組", "change_reason": "改称"})
    assert told(entries(client, initiative.measure)[0]) == ("佐藤 健", "具体的取組 1 変更", "名称 取組 → 新しい取組", "改称")


def test_a_date_is_told_in_its_era(client):
    agreement = make_agreement()
    save(client, admin_url(agreement, "change"), signed_on="2019-05-01")
    assert told(entries(client, agreement)[0])[2] == "締結日 H30.4.1 → R1.5.1"


def test_a_changed_role_is_told_and_a_password_never():
    chihiro, kai = make_user(Role.ADMINISTRATOR, display_name="三浦 千尋"), make_user(display_name="工藤 海")
    client = client_of(chihiro)
    save(client, admin_url(kai, "change"), role="planning")
    assert told(entries(client, kai)[0])[:3] == ("三浦 千尋", "利用者 変更", "役割 閲覧者 → 企画担当")
    assert "password" not in [field.name for field in User.history.model._meta.fields]


def test_signing_in_is_no_change_of_the_user_but_a_new_password_is():
    chihiro, kai = make_user(Role.ADMINISTRATOR), make_user()
    client = client_of(chihiro)
    client_of(kai)
    assert [entry.kind for entry in entries(client, kai)] == ["追加"]
    client.post(reverse("admin:auth_user_password_change", args=[kai.pk]), {"password1": "take-8-pears!!", "password2": "take-8-pears!!", "usable_password": "true"})
    assert entries(client, kai)[0].reason == "パスワードの変更"


def test_a_history_takes_as_many_queries_for_many_changes_as_for_few(client, indicator, django_assert_max_num_queries):
    url = admin_url(indicator, "history")
    with django_assert_max_num_queries(12) as few:
        client.get(url)
    actual = indicator.actuals.get()
    for value in range(20):
        actual.value = Decimal(value)
        actual.save()
    make_actual(indicator=indicator, fiscal_year=2024)
    with django_assert_max_num_queries(len(few)):
        client.get(url)


def test_a_long_history_is_shown_in_pages(client, indicator):
    actual = indicator.actuals.get()
    for value in range(60):
        actual.value = Decimal(value)
        actual.save()
    page = client.get(admin_url(indicator, "history"), {"p": 2})
    assert len(page.context["page"]) == 13
    assert "新しい変更" in page.content.decode()


def test_a_division_reads_the_history_of_its_own_indicators_only(indicator):
    kai = client_of(make_user(Role.DIVISION, division=indicator.division))
    foreign = make_indicator(division=make_division())
    assert kai.get(admin_url(indicator, "history")).status_code == 200
    assert kai.get(admin_url(foreign, "history")).status_code == 302


def test_the_history_of_something_that_is_not_there_leads_back(client):
    assert client.get(admin_url(Indicator(pk=987), "history")).status_code == 302
