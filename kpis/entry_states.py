"""The way of a value from the division to the planning division: one table that pages, buttons, checks and docs read. Pure.

Source: issues of the yearly collection 「実績の照会」 and of the review 「評価・検証」; docs/collection.md shows the same table.
"""
from dataclasses import dataclass

from common.term import Term
from kpis.vocabulary import EntryState


class Move(Term):
    """What somebody does with a value."""

    ENTER = "enter", "入力する"
    SUBMIT = "submit", "提出する"
    RETURN = "return", "差し戻す"
    CHECK = "check", "確認済みにする"
    SETTLE = "settle", "確定する"
    REOPEN = "reopen", "再開する"


@dataclass(frozen=True)
class Transition:
    """One line of the table. `is_for_planning`: only the planning side may; divisions may the others for their own indicators."""

    move: Move
    sources: tuple[EntryState, ...]
    target: EntryState
    is_for_planning: bool = False
    needs_value: bool = False
    needs_reason: bool = False


TRANSITIONS = (
    Transition(Move.ENTER, (EntryState.NOT_ENTERED, EntryState.DRAFT, EntryState.SUBMITTED, EntryState.RETURNED), EntryState.DRAFT),
    Transition(Move.SUBMIT, (EntryState.DRAFT, EntryState.RETURNED), EntryState.SUBMITTED, needs_value=True),
    Transition(Move.RETURN, (EntryState.SUBMITTED,), EntryState.RETURNED, is_for_planning=True, needs_reason=True),
    Transition(Move.CHECK, (EntryState.SUBMITTED,), EntryState.CHECKED, is_for_planning=True, needs_value=True),
    # By the closing of the review's stage 外部評価, for all of the year's checked values at once: reviews/actions/settling.py.
    Transition(Move.SETTLE, (EntryState.CHECKED,), EntryState.SETTLED, is_for_planning=True, needs_value=True),
    # Readers go on seeing the value; it may be entered again until a day that they see too. The first new value makes it a draft.
    Transition(Move.REOPEN, (EntryState.CHECKED, EntryState.SETTLED), EntryState.CHECKED, is_for_planning=True, needs_reason=True),
)
BY_MOVE = {transition.move: transition for transition in TRANSITIONS}


PUBLISHED, ENDED = "公表済み", "締切り済み"


def closed_because(state: EntryState, *, is_published: bool, is_reopened: bool = False, is_ended: bool = False) -> str:
    """Why divisions write a year's value no more 「公表済み」「確認済み」「確定」「締切り済み」; empty while they do. The planning side needs a reason.

    `is_published`: the year is; `is_reopened`: the value, until a day that is not over; `is_ended`: the collection that asks for it was closed,
    which is for divisions only.
    """
    if is_reopened:
        return ""
    if is_published:
        return PUBLISHED
    if state.is_checked:
        return state.label
    return ENDED if is_ended else ""


def may_move(move: Move, state: EntryState) -> bool:
    """Whether a value in that state can be moved so."""
    return state in BY_MOVE[move].sources


def moves_from(state: EntryState) -> tuple[Move, ...]:
    """What can be done with a value in that state, in the table's order."""
    return tuple(transition.move for transition in TRANSITIONS if state in transition.sources)
