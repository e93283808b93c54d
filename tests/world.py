"""Fixtures that hold data: the real plan, its sample, and one person of every role."""
import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from goals.models import Strategy
from tests.factories import make_strategy, make_user, restart_numbers
from tests.snapshots_of_data import load_once

NAMES = {
    Role.ADMINISTRATOR: ("chihiro", "三浦 千尋"),
    Role.PLANNING: ("takeru", "佐藤 健"),
    Role.DIVISION: ("kai", "工藤 海"),
    Role.COUNCIL: ("kazuko", "本間 和子"),
    Role.VIEWER: ("sho", "中村 翔"),
}


@pytest.fixture(autouse=True)
def numbers_from_one():
    restart_numbers()


@pytest.fixture
def plan(db) -> Strategy:
    """Hokuto City's real second strategy, without a single actual."""
    load_once("plan", _load_plan)
    return Strategy.objects.get(slug="hokuto-2")


@pytest.fixture
def sample(db) -> Strategy:
    """The plan with the fictional sample actuals of all its years."""
    load_once("sample", _load_sample)
    return Strategy.objects.get(slug="hokuto-2")


def _load_plan() -> None:
    call_command("load_plan", verbosity=0)


def _load_sample() -> None:
    _load_plan()
    call_command("load_sample", verbosity=0)


def make_people() -> dict[Role, User]:
    """One person of every role: Chihiro administers, Takeru plans, Kai enters his division's values, Kazuko judges, Sho looks."""
    return {role: make_user(role, username=username, display_name=name) for role, (username, name) in NAMES.items()}


@pytest.fixture
def people(db) -> dict[Role, User]:
    return make_people()


@pytest.fixture
def takeru(people) -> User:
    return people[Role.PLANNING]


@pytest.fixture
def kai(people) -> User:
    return people[Role.DIVISION]


@pytest.fixture
def strategy(db) -> Strategy:
    """An empty plan; its years until 2022 are published."""
    return make_strategy()


def client_of(user: User | None) -> Client:
    """A browser's stand-in in which that person is signed in; a visitor's for None."""
    client = Client()
    if user is not None:
        client.force_login(user, backend="accounts.backends.RoleBackend")
    return client
