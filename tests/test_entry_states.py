"""The way of a value from the division to the planning division: each move from each state, allowed or not."""
import pytest

from kpis.entry_states import BY_MOVE, TRANSITIONS, Move, may_move, moves_from
from kpis.vocabulary import EntryState

NOT_ENTERED, DRAFT, SUBMITTED, RETURNED, CHECKED, SETTLED = EntryState
# Where each move leads from each state; a pair that is not here is not allowed.
LEADS_TO = {
    (Move.ENTER, NOT_ENTERED): DRAFT,
    (Move.ENTER, DRAFT): DRAFT,
    (Move.ENTER, SUBMITTED): DRAFT,
    (Move.ENTER, RETURNED): DRAFT,
    (Move.SUBMIT, DRAFT): SUBMITTED,
    (Move.SUBMIT, RETURNED): SUBMITTED,
    (Move.RETURN, SUBMITTED): RETURNED,
    (Move.CHECK, SUBMITTED): CHECKED,
    (Move.SETTLE, CHECKED): SETTLED,
    (Move.REOPEN, CHECKED): CHECKED,
    (Move.REOPEN, SETTLED): CHECKED,
}
FOR_PLANNING = {Move.RETURN, Move.CHECK, Move.SETTLE, Move.REOPEN}
NEEDS_REASON = {Move.RETURN, Move.REOPEN}
NEEDS_VALUE = {Move.SUBMIT, Move.CHECK, Move.SETTLE}


@pytest.mark.parametrize("state", EntryState)
@pytest.mark.parametrize("move", Move)
def test_a_move_is_allowed_from_the_states_of_the_table_and_leads_where_it_says(move, state):
    assert may_move(move, state) is ((move, state) in LEADS_TO)
    assert (move in moves_from(state)) is ((move, state) in LEADS_TO)
    if may_move(move, state):
        assert BY_MOVE[move].target is LEADS_TO[move, state]


@pytest.mark.parametrize("move", Move)
def test_a_move_asks_for_the_right_person_a_reason_and_a_value(move):
    transition = BY_MOVE[move]
    asked = (transition.is_for_planning, transition.needs_reason, transition.needs_value)
    assert asked == (move in FOR_PLANNING, move in NEEDS_REASON, move in NEEDS_VALUE)


def test_each_move_has_one_line_of_the_table():
    assert [transition.move for transition in TRANSITIONS] == list(Move)


def test_what_can_be_done_with_a_value_is_told_in_the_tables_order():
    assert moves_from(SUBMITTED) == (Move.ENTER, Move.RETURN, Move.CHECK)
    assert moves_from(NOT_ENTERED) == (Move.ENTER,)


def test_a_state_is_understood_as_it_is_stored():
    assert may_move(Move.SUBMIT, "draft")
    assert moves_from("checked") == (Move.SETTLE, Move.REOPEN)
    assert moves_from("settled") == (Move.REOPEN,)


def test_every_state_is_reached_but_the_one_without_a_row():
    assert {transition.target for transition in TRANSITIONS} == set(EntryState) - {NOT_ENTERED}


def test_readers_see_what_is_checked_or_settled():
    assert [state for state in EntryState if state.is_checked] == [CHECKED, SETTLED]
