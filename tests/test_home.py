"""The root of the site leads to the current strategy."""
import pytest
from django.urls import reverse

from accounts.roles import Role
from tests.factories import make_strategy, make_user
from tests.reading import links_of, words_of
from tests.world import client_of

pytestmark = pytest.mark.django_db


def test_home_leads_to_the_current_strategys_overview(client):
    make_strategy(slug="old-1")
    make_strategy(slug="hokuto-2", is_current=True)
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("overview", args=["hokuto-2"]))


def test_without_a_strategy_home_says_how_to_load_one(client):
    answer = client.get("/")
    assert answer.status_code == 200
    assert "pythonmanage.pyload_plan" in words_of(answer)


def test_administrator_chihiro_is_led_to_the_admin(db):
    chihiro = make_user(Role.ADMINISTRATOR)
    assert reverse("admin:index") in links_of(client_of(chihiro).get("/"))


def test_a_strategy_that_is_not_current_is_not_shown_by_itself(client):
    make_strategy(is_current=False)
    assert client.get("/").status_code == 200
