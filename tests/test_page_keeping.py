"""Pages are kept until something changes, and never shown to the wrong reader."""
import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts.models import Revision
from accounts.roles import Role
from goals.models import PublicScope
from kpis.models import Actual
from kpis.vocabulary import EntryState
from tests.factories import make_actual, make_indicator, make_strategy, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture
def strategy():
    return make_strategy(public_scope=PublicScope.PUBLISHED, published_through=2023)


@pytest.fixture
def overview_url(strategy):
    return reverse("overview", args=[strategy.slug])


def test_a_visitor_who_asks_again_gets_304_without_rendering(client, overview_url, django_assert_num_queries):
    etag = client.get(overview_url).headers["ETag"]
    with django_assert_num_queries(1):
        again = client.get(overview_url, headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")


def test_an_unchanged_page_costs_a_visitor_one_query(client, overview_url, django_assert_num_queries):
    client.get(overview_url)
    with django_assert_num_queries(1):
        assert client.get(overview_url).status_code == 200


def test_a_saved_change_shows_at_once(client, strategy, overview_url):
    etag = client.get(overview_url).headers["ETag"]
    strategy.short_name = "改名した総合戦略"
    strategy.save()
    Revision.advance()
    changed = client.get(overview_url, headers={"if-none-match": etag})
    assert "改名した総合戦略" in changed.content.decode()


def test_what_planning_officer_hanako_sees_is_never_kept_for_visitors(client, strategy, overview_url):
    hanako = make_user(role=Role.PLANNING)
    indicator = make_indicator(strategy=strategy, decimals=0)
    make_actual(indicator=indicator, fiscal_year=2024, value="987654", entry_state=EntryState.CHECKED)
    client.force_login(hanako)
    private = client.get(overview_url)
    assert "private" in private.headers["Cache-Control"]
    client.logout()
    assert "987,654" not in client.get(overview_url).content.decode()


def test_unknown_parameters_are_answered_but_not_kept(client, overview_url):
    assert "ETag" not in client.get(overview_url, {"utm_source": "x"}).headers


def test_a_visitor_signs_in_first_when_nothing_is_public(client, strategy, overview_url):
    strategy.public_scope = PublicScope.NOTHING
    strategy.save()
    response = client.get(overview_url)
    assert response.status_code == 302
    assert response.url.startswith(reverse("sign_in"))


@pytest.mark.parametrize("year", ["2024", "2019", "1e3", "２０２３", "-1", "9" * 50])
def test_a_year_that_is_not_the_visitors_is_not_found(client, overview_url, year):
    assert client.get(overview_url, {"year": year}).status_code == 404


def test_a_post_of_a_signed_in_person_advances_the_revision(client, overview_url):
    client.force_login(make_user(role=Role.PLANNING))
    before = Revision.current()
    client.post(reverse("sign_out"))
    client.post(overview_url)
    assert Revision.current() == before
    client.force_login(make_user(role=Role.PLANNING, username="hanako2"))
    client.post(overview_url)
    assert Revision.current() == before + 1


def test_a_division_shares_no_page_with_another(client, strategy):
    indicator = make_indicator(strategy=strategy)
    make_actual(indicator=indicator, fiscal_year=2024, value="5", entry_state=EntryState.CHECKED)
    owner, other = make_user(role=Role.DIVISION, username="nourin"), make_user(role=Role.DIVISION, username="kanko")
    indicator.division = owner.division
    indicator.save()
    assert list(Actual.objects.visible_to(owner, strategy)) == list(indicator.actuals.all())
    assert owner.division != other.division
    assert not Actual.objects.visible_to(other, strategy).exists()
