"""Who may enter whose actuals: the question asked of one row and of many has one answer."""
import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.roles import Role
from kpis.board import judged_indicators
from kpis.models import Indicator
from kpis.vocabulary import Status
from tests.factories import make_division, make_goal, make_indicator, make_measure, make_strategy, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def kai_s_division():
    return make_division(name="農林課")


@pytest.fixture
def strategy(kai_s_division):
    """A plan with an indicator of 農林課, one of another division and one of none."""
    strategy = make_strategy()
    measure = make_measure(goal=make_goal(strategy=strategy))
    for division in (kai_s_division, make_division(), None):
        make_indicator(measure=measure, division=division)
    return strategy


@pytest.mark.parametrize("role", Role)
def test_one_row_and_many_rows_agree(role, strategy, kai_s_division):
    user = make_user(role, division=kai_s_division)
    of_rows = [row.pk for row in Indicator.objects.of(strategy) if row.is_editable_by(user)]
    assert of_rows == list(Indicator.objects.of(strategy).editable_by(user).values_list("pk", flat=True))


def test_a_visitor_may_enter_nothing(strategy):
    assert not any(row.is_editable_by(AnonymousUser()) for row in Indicator.objects.of(strategy))


def test_only_whoever_enters_a_value_sees_that_it_is_not_entered(strategy, kai_s_division):
    kai = make_user(Role.DIVISION, division=kai_s_division)
    statuses = [row.in_year(2021).status for row in judged_indicators(strategy, kai)]
    assert statuses == [Status.NOT_ENTERED, Status.NOT_MEASURED, Status.NOT_MEASURED]
