"""The end of 外部評価 settles the year's checked values 「確定」: once, with their history, and seen by readers as before."""
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.roles import Role
from collecting.actions import move_seen, record_value, reopen
from kpis.entry import entry_problem
from kpis.entry_states import Move
from kpis.models import Actual
from kpis.vocabulary import Door, EntryState
from reviews.actions.reviews import move_stage
from reviews.actions.settling import REASON, settle_values
from reviews.stages import StageMove
from reviews.vocabulary import Stage
from tests.factories import make_actual, make_collection, make_indicator, make_user
from tests.reviewed import YEAR, make_reviewed

pytestmark = pytest.mark.django_db


@pytest.fixture
def takeru(db):
    return make_user(Role.PLANNING)


@pytest.fixture
def reviewed(db):
    return make_reviewed(Stage.EXTERNAL)


@pytest.fixture
def settled(reviewed, takeru):
    move_stage(review=reviewed.review, move=StageMove.CLOSE_EXTERNAL, by=takeru)
    return reviewed


def states(year=YEAR) -> list[str]:
    return list(Actual.objects.filter(fiscal_year=year).order_by("indicator__position").values_list("entry_state", flat=True))


def test_the_years_checked_values_become_settled_and_nothing_else(settled):
    assert states() == ["settled", "settled", "submitted"]
    assert states(2023) == ["checked", "checked"]


def test_other_plans_values_stay_as_they_are(reviewed, takeru):
    other = make_actual(fiscal_year=YEAR, entry_state=EntryState.CHECKED)
    settle_values(review=reviewed.review, by=takeru)
    other.refresh_from_db()
    assert (other.entry_state, other.version) == (EntryState.CHECKED, 1)


def test_each_settling_is_in_the_history_with_who_and_why_and_counts_as_a_version(settled, takeru):
    row = settled.value
    newest = row.history.latest()
    assert (newest.entry_state, newest.version, newest.value, newest.history_user, newest.history_change_reason) == ("settled", 2, 138, takeru, REASON)
    assert (row.version, row.history.count()) == (2, 2)


@pytest.mark.parametrize("move", [StageMove.CLOSE_ENTRY, StageMove.CLOSE_INTERNAL])
def test_the_end_of_an_earlier_stage_settles_nothing(reviewed, takeru, move):
    reviewed.review.stage = {StageMove.CLOSE_ENTRY: Stage.ENTRY, StageMove.CLOSE_INTERNAL: Stage.INTERNAL}[move]
    reviewed.review.save()
    move_stage(review=reviewed.review, move=move, by=takeru)
    assert "settled" not in states()


def test_a_value_that_is_reopened_just_now_is_not_settled(reviewed, takeru):
    reopen(actual=reviewed.value, reason="決算の訂正", until=timezone.localdate() + timedelta(days=3), by=takeru)
    move_stage(review=reviewed.review, move=StageMove.CLOSE_EXTERNAL, by=takeru)
    assert states() == ["checked", "settled", "submitted"]


def test_a_step_back_leaves_values_settled_and_the_next_closing_settles_what_came_since(settled, takeru):
    move_stage(review=settled.review, move=StageMove.BACK_TO_EXTERNAL, by=takeru, reason="意見の追加")
    assert states() == ["settled", "settled", "submitted"]
    Actual.objects.filter(entry_state=EntryState.SUBMITTED).update(entry_state=EntryState.CHECKED)
    move_stage(review=settled.review, move=StageMove.CLOSE_EXTERNAL, by=takeru)
    assert states() == ["settled", "settled", "settled"]
    assert settled.value.version == 2


def test_settling_takes_as_many_queries_for_many_values_as_for_few(reviewed, takeru):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            settle_values(review=reviewed.review, by=takeru)
        return len(captured)

    few = queries()
    for _ in range(20):
        make_actual(indicator=make_indicator(measure=reviewed.measure), fiscal_year=YEAR, entry_state=EntryState.CHECKED)
    assert queries() == few


@pytest.mark.parametrize("role", [Role.DIVISION, Role.COUNCIL, Role.VIEWER])
def test_only_the_planning_side_settles(reviewed, role):
    with pytest.raises(PermissionDenied):
        settle_values(review=reviewed.review, by=make_user(role))
    assert "settled" not in states()


def test_readers_see_a_settled_value_as_they_saw_the_checked_one(settled):
    settled.strategy.published_through = YEAR
    settled.strategy.save()
    for reader in (make_user(Role.COUNCIL), make_user(Role.VIEWER), AnonymousUser()):
        seen = Actual.objects.visible_to(reader, settled.strategy).filter(fiscal_year=YEAR)
        assert set(seen.values_list("value", flat=True)) == {Decimal(138), Decimal(30)}


def test_a_settled_value_is_closed_to_its_division_and_asks_the_planning_side_for_a_reason(settled, takeru):
    kai, row = make_user(Role.DIVISION, division=settled.farm), settled.value
    assert row.is_closed(timezone.localdate())
    assert "令和6年度は確定のため、担当課では変えられません。" in entry_problem(kai, row.indicator, YEAR, "訂正", row)
    assert "「変更の理由」を書いてください" in entry_problem(takeru, row.indicator, YEAR, "", row)
    assert entry_problem(takeru, row.indicator, YEAR, "訂正", row) == ""


def test_the_planning_sides_correction_keeps_it_settled(settled, takeru):
    row = record_value(
        indicator=settled.growers, fiscal_year=YEAR, entered={"value": Decimal(140), "state": "confirmed"}, seen_version=2, by=takeru, reason="決算で確定", door=Door.ADMIN
    )
    assert (row.entry_state, row.value) == (EntryState.SETTLED, 140)


def test_a_reopened_value_is_checked_again_and_its_division_enters_it_anew(settled, takeru):
    kai = make_user(Role.DIVISION, division=settled.farm)
    row = reopen(actual=settled.value, reason="決算の訂正", until=timezone.localdate() + timedelta(days=3), by=takeru)
    assert row.entry_state == EntryState.CHECKED
    row = record_value(indicator=settled.growers, fiscal_year=YEAR, entered={"value": Decimal(139)}, seen_version=row.version, by=kai)
    assert row.entry_state == EntryState.DRAFT


def test_checking_a_value_that_was_settled_meanwhile_passes_it_over(settled, takeru):
    collection = make_collection([settled.growers], strategy=settled.strategy)
    moved = move_seen(collection=collection, move=Move.CHECK, seen={settled.value.pk: 1}, by=takeru)
    assert (moved.rows, moved.left) == ([], [])


def test_a_settled_value_cannot_be_returned(settled, takeru):
    collection = make_collection([settled.growers], strategy=settled.strategy)
    moved = move_seen(collection=collection, move=Move.RETURN, seen={settled.value.pk: 2}, by=takeru, reason="確かめて")
    assert [row.pk for row in moved.left] == [settled.value.pk]


def test_nothing_is_settled_where_the_review_has_moved_on_already(settled, takeru):
    with pytest.raises(ValidationError, match="画面を読み込み直してください"):
        move_stage(review=settled.review, move=StageMove.CLOSE_EXTERNAL, by=takeru)
    assert settled.review.editions.count() == 1
