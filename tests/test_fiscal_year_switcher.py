"""年度切替: every page shows the years its reader may see, and which one it shows."""
import pytest
from django.urls import reverse

from accounts.roles import Role
from goals.models import PublicScope
from kpis.vocabulary import EntryState
from tests.factories import make_measured_indicator, make_strategy, make_user
from tests.reading import words_of
from tests.world import client_of

pytestmark = pytest.mark.django_db

PAGES = ("overview", "print_sheet")


@pytest.fixture
def strategy():
    strategy = make_strategy(published_through=2022)
    make_measured_indicator({2020: 110, 2021: 120, 2022: 130, 2023: 135}, strategy=strategy, entry_state=EntryState.CHECKED)
    return strategy


def tabs_of(answer) -> list[str]:
    """What the switcher says, the shown year in brackets: 令和4年度公表済み, [令和5年度公表前]."""
    switcher = answer.content.decode().split('<nav class="fy"')[1].split("</nav>")[0]
    links = switcher.split("<a ")[1:]
    texts = ["".join(part.split("<")[0] for part in link.split(">")[1:]) for link in links]
    return [f"[{text}]" if "aria-current" in link else text for link, text in zip(links, texts, strict=True)]


def look(url_name, strategy, user=None, **query):
    return client_of(user).get(reverse(url_name, args=[strategy.slug]), query)


@pytest.mark.parametrize("url_name", PAGES)
def test_a_visitor_chooses_among_published_years(url_name, strategy):
    assert tabs_of(look(url_name, strategy)) == ["令和2年度公表済み", "令和3年度公表済み", "[令和4年度公表済み]"]


@pytest.mark.parametrize("url_name", PAGES)
def test_planning_officer_hanako_chooses_among_all_years(url_name, strategy):
    hanako = make_user(Role.PLANNING)
    assert tabs_of(look(url_name, strategy, hanako)) == [
        "令和2年度公表済み",
        "令和3年度公表済み",
        "令和4年度公表済み",
        "[令和5年度公表前]",
        "令和6年度公表前",
    ]


def test_the_newest_year_with_values_is_shown_at_first(strategy):
    assert "[令和5年度公表前]" in tabs_of(look("overview", strategy, make_user(Role.COUNCIL)))


def test_a_year_of_which_the_council_sees_no_value_yet_is_not_shown_at_first(strategy):
    make_measured_indicator({2024: 140}, strategy=strategy, entry_state=EntryState.SUBMITTED)
    assert "[令和5年度公表前]" in tabs_of(look("overview", strategy, make_user(Role.COUNCIL)))
    assert "[令和6年度公表前]" in tabs_of(look("overview", strategy, make_user(Role.PLANNING)))


def test_the_chosen_year_is_shown(strategy):
    assert "[令和2年度公表済み]" in tabs_of(look("overview", strategy, year=2020))


def test_a_plan_open_to_everybody_shows_visitors_every_year():
    strategy = make_strategy(public_scope=PublicScope.EVERYTHING, published_through=None)
    assert len(tabs_of(look("overview", strategy))) == 5


@pytest.mark.parametrize("url_name", PAGES)
@pytest.mark.parametrize("year", ["2019", "2025", "令和5年度", "２０２１", "-1", "20211"])
def test_a_year_that_is_not_in_the_plan_is_not_found(url_name, year, strategy):
    answer = look(url_name, strategy, make_user(Role.PLANNING), year=year)
    assert answer.status_code == 404
    assert "ページが見つかりません" in words_of(answer)


@pytest.mark.parametrize("url_name", PAGES)
def test_a_visitor_does_not_find_an_unpublished_year(url_name, strategy):
    assert look(url_name, strategy, year=2023).status_code == 404


def test_an_unknown_strategy_is_not_found(client, db):
    assert client.get(reverse("overview", args=["nowhere"])).status_code == 404
