"""Which actuals and years a reader sees: roles × what the strategy makes public × how far the value has come."""
import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.roles import Role
from goals.models import PublicScope
from kpis.board import visible_years
from kpis.models import Actual, ActualQuerySet
from kpis.vocabulary import CHECKED_STATES, EntryState
from tests.factories import make_actual, make_division, make_indicator, make_strategy, make_user

pytestmark = pytest.mark.django_db

VISITOR = "visitor"
SCOPES = {"nothing": PublicScope.NOTHING, "published": PublicScope.PUBLISHED, "everything": PublicScope.EVERYTHING}
AT_WORK = (EntryState.DRAFT, EntryState.SUBMITTED, EntryState.RETURNED)

# Values that the planning side has checked: reader, scope, own published, own unpublished, foreign published, foreign unpublished.
CHECKED = [
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
    (Role.COUNCIL, "published", True, True, True, True),
    (Role.COUNCIL, "everything", True, True, True, True),
    (Role.PLANNING, "nothing", True, True, True, True),
    (Role.ADMINISTRATOR, "nothing", True, True, True, True),
]
# Values on their way, whatever the scope and whether or not the year is published: reader, own, foreign.
UNCHECKED = [
    (VISITOR, False, False),
    (Role.VIEWER, False, False),
    (Role.DIVISION, True, False),
    (Role.COUNCIL, False, False),
    (Role.PLANNING, True, True),
    (Role.ADMINISTRATOR, True, True),
]
CASES = [(state, *case) for state in CHECKED_STATES for case in CHECKED] + [
    (state, reader, scope, own, own, foreign, foreign) for state in AT_WORK for scope in SCOPES for reader, own, foreign in UNCHECKED
]


@pytest.mark.parametrize(("entry_state", "reader", "scope", "own_published", "own_unpublished", "foreign_published", "foreign_unpublished"), CASES)
def test_a_reader_sees_what_role_strategy_and_entry_state_allow(
    entry_state, reader, scope, own_published, own_unpublished, foreign_published, foreign_unpublished
):
    strategy = make_strategy(public_scope=SCOPES[scope], published_through=2022)
    own = make_division()
    fields = {"value": "1", "entry_state": entry_state, "return_reason": "桁を確かめてください。"}
    rows = {
        (division is own, year): make_actual(indicator=make_indicator(strategy=strategy, division=division), fiscal_year=year, **fields)
        for division in (own, make_division())
        for year in (2022, 2023)
    }
    user = AnonymousUser() if reader == VISITOR else make_user(role=reader, **({"division": own} if reader == Role.DIVISION else {}))
    seen = set(Actual.objects.visible_to(user, strategy))
    seen_records = {record.id for record in ActualQuerySet.visible_to(Actual.history.all(), user, strategy)}
    expected = {
        (True, 2022): own_published,
        (True, 2023): own_unpublished,
        (False, 2022): foreign_published,
        (False, 2023): foreign_unpublished,
    }
    assert {key: row in seen for key, row in rows.items()} == expected
    assert {key: row.pk in seen_records for key, row in rows.items()} == expected


def test_the_table_covers_every_reader_and_every_state_a_row_can_have():
    assert {case[1] for case in CASES} == {VISITOR, *Role}
    assert {case[0] for case in CASES} == set(EntryState) - {EntryState.NOT_ENTERED}
    for state in AT_WORK:
        assert {(case[1], case[2]) for case in CASES if case[0] is state} == {(reader, scope) for reader in (VISITOR, *Role) for scope in SCOPES}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("scope", list(PublicScope))
def test_signing_in_never_hides_a_year(role, scope):
    strategy = make_strategy(public_scope=scope, published_through=2022)
    assert set(visible_years(strategy, AnonymousUser())) <= set(visible_years(strategy, make_user(role=role)))


def test_a_strategy_without_a_published_year_still_shows_its_first_year():
    assert visible_years(make_strategy(published_through=None), AnonymousUser()) == [2020]
