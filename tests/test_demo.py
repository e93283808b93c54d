"""The demo: five accounts that exist in demo mode only, and one command that prepares everything."""
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import DEMO_PASSWORD
from accounts.backends import RoleBackend
from accounts.checks import no_demo_accounts
from accounts.models import User
from accounts.roles import Role
from goals.models import Strategy
from kpis.models import Actual
from tests.factories import make_user

DEMO_USERS = {"admin": Role.ADMINISTRATOR, "kikaku": Role.PLANNING, "nourin": Role.DIVISION, "iin": Role.COUNCIL, "etsuran": Role.VIEWER}


@pytest.fixture
def demo_accounts(db):
    call_command("load_demo_accounts")


def test_there_is_one_demo_account_for_each_role(demo_accounts):
    assert dict(User.objects.values_list("username", "role")) == DEMO_USERS
    assert set(DEMO_USERS.values()) == set(Role)


def test_demo_accounts_are_marked_and_sign_in_with_the_demo_password(demo_accounts):
    for username in DEMO_USERS:
        user = RoleBackend().authenticate(None, username=username, password=DEMO_PASSWORD)
        assert user.is_demo


def test_demo_accounts_cannot_sign_in_in_production(demo_accounts, settings):
    settings.DEMO = False
    for username in DEMO_USERS:
        assert RoleBackend().authenticate(None, username=username, password=DEMO_PASSWORD) is None


def test_nourin_belongs_to_the_agriculture_division(demo_accounts):
    assert User.objects.get(username="nourin").division.name == "農林課"


def test_making_the_accounts_again_keeps_them_as_they_are(demo_accounts):
    User.objects.filter(username="iin").update(display_name="本間 和子")
    call_command("load_demo_accounts")
    assert User.objects.count() == 5
    assert User.objects.get(username="iin").display_name == "本間 和子"


def test_the_accounts_are_printed_with_their_password(db, capsys):
    call_command("load_demo_accounts")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(DEMO_USERS)
    assert all(DEMO_PASSWORD in line for line in lines)


def test_a_person_with_the_name_of_a_demo_account_stops_the_command(db):
    make_user(username="admin", display_name="本物の管理者")
    with pytest.raises(CommandError, match="admin"):
        call_command("load_demo_accounts")
    assert User.objects.count() == 1


def test_demo_accounts_are_refused_in_production(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("load_demo_accounts")
    assert not User.objects.exists()


def test_the_deployment_check_reports_demo_accounts_in_production(demo_accounts, settings):
    settings.DEMO = False
    (error,) = no_demo_accounts(None)
    assert error.id == "accounts.E001"
    assert "kikaku" in error.msg


def test_the_deployment_check_is_quiet_in_the_demo_and_without_demo_accounts(demo_accounts, settings):
    assert no_demo_accounts(None) == []
    User.objects.all().delete()
    settings.DEMO = False
    assert no_demo_accounts(None) == []


def test_prepare_demo_brings_plan_sample_and_accounts(db):
    call_command("prepare_demo")
    assert (Strategy.objects.count(), Actual.objects.count(), User.objects.count()) == (1, 239, 5)


def test_prepare_demo_is_one_query_when_there_is_a_plan(plan):
    with CaptureQueriesContext(connection) as queries:
        call_command("prepare_demo")
    assert len(queries) == 1
    assert not Actual.objects.exists()


def test_prepare_demo_leaves_nothing_behind_in_production(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("prepare_demo")
    assert not Strategy.objects.exists()
