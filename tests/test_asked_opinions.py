"""After an ordinary sign-in a council member sees at once that opinions are asked for, how far they are, and the way there; nobody else does."""
import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from reviews.asked import asked_opinions
from reviews.vocabulary import CouncilRating, Stage
from tests.council import days_ago, external_review, make_member, with_seat, write_opinion
from tests.factories import make_goal, make_measure, make_review, make_strategy
from tests.reading import links_of, words_of
from tests.world import client_of

pytestmark = pytest.mark.django_db
ASKS = "ご意見をお書きください"


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture
def strategy():
    return make_strategy(slug="hokuto-2")


@pytest.fixture
def measures(strategy):
    goal = make_goal(strategy=strategy)
    return [make_measure(goal=goal), make_measure(goal=goal)]


@pytest.fixture
def yae(strategy):
    return make_member(strategy, "見本 八重")


def first_page(user):
    return client_of(user).get(reverse("overview", args=["hokuto-2"]))


def test_yae_sees_what_she_is_asked_for_and_the_way_to_it(strategy, measures, yae):
    external_review(strategy=strategy, fiscal_year=2024)
    page = first_page(yae.user)
    assert f"令和6年度の評価　{ASKS}".replace("　", "") in words_of(page)
    assert "見本八重さん" in words_of(page)
    assert "2施策のうち、0施策を提出済み" in words_of(page)
    assert reverse("my_opinions", args=["hokuto-2", 2024]) in links_of(page)


def test_it_counts_what_is_handed_in_and_not_drafts_or_other_members(strategy, measures, yae):
    review, other = external_review(strategy=strategy, fiscal_year=2024), make_member(strategy, "山本 花")
    write_opinion(yae, review, measures[0], rating=CouncilRating.EFFECTIVE)
    write_opinion(yae, review, measures[1], text="書きかけ", hands_in=False)
    write_opinion(other, review, measures[1], text="ほかの委員の意見")
    assert "2施策のうち、1施策を提出済み" in words_of(first_page(yae.user))
    assert "続きを書く" in words_of(first_page(yae.user))


def test_once_all_is_handed_in_she_is_thanked(strategy, measures, yae):
    review = external_review(strategy=strategy, fiscal_year=2024)
    for measure in measures:
        write_opinion(yae, review, measure, text="よい")
    page = words_of(first_page(yae.user))
    assert "ご意見をありがとうございました" in page
    assert ASKS not in page


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.EXTERNAL])
def test_in_other_stages_nothing_is_asked(strategy, measures, yae, stage):
    make_review(strategy=strategy, fiscal_year=2024, stage=stage)
    assert ASKS not in words_of(first_page(yae.user))


def test_a_member_whose_term_is_over_and_people_of_other_roles_are_not_asked(strategy, measures, yae, people):
    external_review(strategy=strategy, fiscal_year=2024)
    with_seat(people[Role.COUNCIL], strategy, term_until=days_ago(1))
    assert ASKS in words_of(first_page(yae.user))
    assert [role for role, person in [(None, None), *people.items()] if ASKS in words_of(first_page(person))] == []


def test_it_costs_members_three_queries_and_others_none(strategy, measures, yae, people):
    external_review(strategy=strategy, fiscal_year=2024)
    for user, most in ((yae.user, 3), (people[Role.DIVISION], 0), (people[Role.PLANNING], 0)):
        with CaptureQueriesContext(connection) as found:
            asked_opinions(user, strategy, days_ago(0))
        assert len(found) == most, user
