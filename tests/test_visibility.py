"""Which actuals and years a reader sees: roles × what the strategy makes public."""
import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.roles import Role
from goals.models import PublicScope
from kpis.board import visible_years
from kpis.models import Actual
from tests.factories import make_actual, make_division, make_indicator, make_strategy, make_user

pytestmark = pytest.mark.django_db

VISITOR = "visitor"
SCOPES = {"nothing": PublicScope.NOTHING, "published": PublicScope.PUBLISHED, "everything": PublicScope.EVERYTHING}

# reader, scope, own published, own draft, foreign published, foreign draft
CASES = [
    (VISITOR, "nothing", False, False, False, False),
    (VISITOR, "published", True, False, True, False),
    (VISITOR, "everything", True, True, True, True),
    (Role.VIEWER, "nothing", True, False, True, False),
    (Role.VIEWER, "published", True, False, True, False),
    (Role.VIEWER, "everything", True, True, True, True),
    (Role.DIVISION, "nothing", True, True, True, False),
    (Role.DIVISION, "published", True, True, True, False),
    (Role.DIVISION, "everything", True, True, True, True),
    (Role.COUNCIL, "nothing", True, True, True, True),
    (Role.PLANNING, "nothing", True, True, True, True),
    (Role.ADMINISTRATOR, "nothing", True, True, True, True),
]


@pytest.mark.parametrize(("reader", "scope", "own_published", "own_draft", "foreign_published", "foreign_draft"), CASES)
def test_a_reader_sees_what_role_and_strategy_allow(reader, scope, own_published, own_draft, foreign_published, foreign_draft):
    strategy = make_strategy(public_scope=SCOPES[scope], published_through=2022)
    own = make_division()
    rows = {
        (division is own, year): make_actual(indicator=make_indicator(strategy=strategy, division=division), fiscal_year=year, value="1")
        for division in (own, make_division())
        for year in (2022, 2023)
    }
    user = AnonymousUser() if reader == VISITOR else make_user(role=reader, **({"division": own} if reader == Role.DIVISION else {}))
    seen = set(Actual.objects.visible_to(user, strategy))
    expected = {(True, 2022): own_published, (True, 2023): own_draft, (False, 2022): foreign_published, (False, 2023): foreign_draft}
    assert {key: row in seen for key, row in rows.items()} == expected


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("scope", list(PublicScope))
def test_signing_in_never_hides_a_year(role, scope):
    strategy = make_strategy(public_scope=scope, published_through=2022)
    assert set(visible_years(strategy, AnonymousUser())) <= set(visible_years(strategy, make_user(role=role)))


def test_a_strategy_without_a_published_year_still_shows_its_first_year():
    assert visible_years(make_strategy(published_through=None), AnonymousUser()) == [2020]
