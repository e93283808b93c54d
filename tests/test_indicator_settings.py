"""Who enters an indicator, how it is found and when it is published: in the admin, in spreadsheets and on the indicator's page."""
import pytest
from django.urls import reverse

from accounts.roles import Role
from kpis.models import Actual, Indicator
from tests.admin_pages import admin_url, save
from tests.factories import make_division, make_measured_indicator, make_strategy, make_user
from tests.sheet_files import a_file, exported_rows, preview, problems, take_in
from tests.world import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    """Uploads of the tests lie apart from those of the demo."""
    settings.BASE_DIR = tmp_path


@pytest.fixture
def midori():
    return make_user(Role.DIVISION, username="+midori", display_name="林 みどり", division=make_division(name="農林課"))


@pytest.fixture
def indicator(midori):
    """Midori's; its statistics come out in September."""
    return make_measured_indicator(
        {2020: 112, 2021: 125}, strategy=make_strategy(is_current=True), division=midori.division, person=midori, computation="3月末の登録者", published_month=9
    )


@pytest.fixture
def client(people):
    return client_of(people[Role.PLANNING])


def test_takeru_chooses_among_those_who_enter_values(client, indicator, people):
    field = client.get(admin_url(indicator, "change")).context["adminform"].form.fields["person"]
    assert {user.display_name for user in field.queryset} == {"林 みどり", "佐藤 健", "三浦 千尋", "工藤 海"}
    assert "林 みどり（農林課）" in [str(label) for _, label in field.choices]


def test_takeru_writes_how_a_value_is_found_and_when(client, indicator):
    save(client, admin_url(indicator, "change"), computation="4月1日の登録者", published_month="10")
    indicator.refresh_from_db()
    assert (indicator.computation, indicator.published_month) == ("4月1日の登録者", 10)


def test_a_thirteenth_month_is_refused(client, indicator):
    save(client, admin_url(indicator, "change"), published_month="13")
    indicator.refresh_from_db()
    assert indicator.published_month == 9


def test_kai_reads_but_does_not_change_who_enters_it(indicator, midori):
    page = client_of(midori).get(admin_url(indicator, "change"))
    assert "person" not in page.context["adminform"].form.fields
    assert "林 みどり" in page.content.decode()


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_out_and_back_changes_nothing_even_when_that_person_enters_no_more(client, indicator, midori, kind):
    midori.role = Role.VIEWER
    midori.save()
    rows = exported_rows(client, Indicator, kind)
    response = preview(client, Indicator, a_file(rows, kind))
    assert response.context["preview"].counts == {"追加": 0, "変更": 0, "変更なし": 1, "エラー": 0}


def test_a_person_comes_in_by_the_name_to_sign_in_with(client, indicator):
    ren = make_user(Role.DIVISION, username="ren")
    rows = [{**row, "担当者": "ren", "確認時期（月）": 10} for row in exported_rows(client, Indicator)]
    take_in(client, Indicator, rows)
    indicator.refresh_from_db()
    assert (indicator.person, indicator.published_month) == (ren, 10)


@pytest.mark.parametrize("name", ["nobody", "sho"])
def test_somebody_who_enters_nothing_is_no_person_in_charge(client, indicator, people, name):
    rows = [{**row, "担当者": name} for row in exported_rows(client, Indicator)]
    assert "利用者名の担当者は登録されていません" in str(problems(preview(client, Indicator, a_file(rows))))


def test_readers_read_how_a_value_is_found_and_when(indicator):
    page = client_of(None).get(reverse("indicator", args=[indicator.strategy.slug, indicator.code])).content.decode()
    assert "3月末の登録者" in page
    assert "9月（もとになる統計の公表）" in page
    assert "林 みどり" not in page


def test_a_number_in_the_table_leads_signed_in_readers_to_its_record_and_visitors_nowhere(indicator, people):
    address = reverse("goal", args=[indicator.strategy.slug, 1])
    assert 'class="rec"' not in client_of(None).get(address).content.decode()
    page = client_of(people[Role.VIEWER]).get(address).content.decode()
    link = page.split('class="rec" href="')[1].split('"')[0]
    assert link.endswith("#record")
    Actual.objects.first().save()
    assert 'id="record"' in client_of(people[Role.VIEWER]).get(link.partition("#")[0]).content.decode()
