"""Writes of the yearly collection. Each is atomic, leaves its record in the change history and moves values only along kpis/entry_states.py."""
from collections.abc import Collection as Keys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Division, Revision, User
from collecting.models import Collection
from goals.models import Strategy
from kpis.entry import entry_problem
from kpis.entry_states import BY_MOVE, Move, may_move
from kpis.models import Actual, Indicator
from kpis.vocabulary import CHECKED_STATES, Door, EntryState

# What the entry sheet and the survey sheets write; the rest follows from who writes and how.
ENTERED = ("value", "state", "missing_reason", "expected_month", "is_met", "comment", "evidence", "doubt_answer")
LONGEST_REOPENING = 92  # days
LONGEST_TRACE = 100  # characters of a reason in the change history
OPENED, CLOSED, REOPENED = "照会を始めた", "照会を締め切った", "照会を再開した"


class ConflictError(Exception):
    """Somebody else wrote the value first. `stored` is the row as it is now; None if it is gone."""

    def __init__(self, stored: Actual | None):
        super().__init__("ほかの人が、先に値を変えています。")
        self.stored = stored


@dataclass(frozen=True)
class Moved:
    """What a move of many values did. `left` stay as they are: somebody changed them after that person saw them."""

    rows: list[Actual]
    left: list[Actual]


@dataclass(frozen=True)
class Duty:
    """Whose an indicator was and whose it is now, by keys; None where nobody's."""

    indicator: int
    old_division: int | None
    old_person: int | None
    new_division: int | None
    new_person: int | None


@transaction.atomic
def open_collection(
    *, strategy: Strategy, fiscal_year: int, deadline: date, indicators: Iterable[Indicator], by: User | None, message: str = "", is_sample: bool = False
) -> Collection:
    """Ask the divisions for that year's values of those indicators that have that year. Raises ValidationError if the year is asked already or is none of the plan's."""
    collection = Collection(
        strategy=strategy, fiscal_year=fiscal_year, deadline=deadline, message=message, opened_by=by, opened_at=timezone.now(), is_sample=is_sample
    )
    if fiscal_year not in strategy.fiscal_years:
        raise ValidationError({"fiscal_year": "計画の年度から選んでください。"})
    collection.full_clean()
    collection._history_user, collection._change_reason = by, OPENED
    collection.save()
    collection.indicators.set(row for row in indicators if row.is_asked_in(fiscal_year))
    _changed()
    return collection


@transaction.atomic
def edit_collection(
    *, collection: Collection, deadline: date, message: str, indicators: Iterable[Indicator], by: User, reason: str = ""
) -> Collection:
    """Ask for other indicators, by another day or with another note. What is entered already stays. Raises PermissionDenied unless `by` plans."""
    _require_planning(by)
    # One record of everything, not one more for each step of the indicators.
    collection.skip_history_when_saving = True
    collection.indicators.set(row for row in indicators if row.is_asked_in(collection.fiscal_year))
    del collection.skip_history_when_saving
    collection.deadline, collection.message = deadline, message
    collection._history_user, collection._change_reason = by, reason[:LONGEST_TRACE] or None
    collection.save(update_fields=["deadline", "message"])
    _changed()
    return collection


@transaction.atomic
def set_open(*, collection: Collection, is_open: bool, by: User) -> Collection:
    """Close a collection to the divisions 「締め切る」, or take answers again. Raises PermissionDenied unless `by` plans."""
    _require_planning(by)
    if collection.is_open is not is_open:
        collection.closed_at = None if is_open else timezone.now()
        collection._history_user, collection._change_reason = by, REOPENED if is_open else CLOSED
        collection.save(update_fields=["closed_at"])
        _changed()
    return collection


def _require_planning(by: User) -> None:
    if not by.has_perm("collecting.change_collection"):
        raise PermissionDenied("照会の内容は、企画担当が決めます。")


@transaction.atomic
def record_value(
    *,
    indicator: Indicator,
    fiscal_year: int,
    entered: Mapping[str, Any],
    seen_version: int,
    by: User,
    reason: str = "",
    door: Door = Door.ENTRY_SHEET,
    import_number: int | None = None,
) -> Actual:
    """Write what somebody entered for one year; `entered` holds some of ENTERED. Nothing is written when nothing differs.

    `seen_version` is the version that person saw, 0 where there was no row. Raises ConflictError when it is another by now,
    PermissionDenied for another division's indicator, ValidationError (by field, or under "fiscal_year" when the year is closed).
    """
    if not indicator.is_editable_by(by):
        raise PermissionDenied("この指標は、あなたの課の担当ではありません。")
    actual = _locked(indicator, fiscal_year)
    if (actual.version if actual else 0) != seen_version:
        raise ConflictError(actual)
    is_ended = Collection.objects.ended_for(by).filter(indicators=indicator, fiscal_year=fiscal_year).exists()
    problem = entry_problem(by, indicator, fiscal_year, reason, actual, is_ended=is_ended)
    if problem:
        raise ValidationError({"fiscal_year": problem})
    row = actual or Actual(indicator=indicator, fiscal_year=fiscal_year)
    changed = {name: value for name, value in entered.items() if getattr(row, name) != value}
    if not changed:
        return row
    for name, value in changed.items():
        setattr(row, name, value)
    if changed.keys() - {"comment", "evidence", "doubt_answer"}:
        row.is_sample = False
    row.enter(by, door, says_something=row.has_content, import_number=import_number)
    return _saved(row, by, reason)


def _locked(indicator: Indicator, fiscal_year: int) -> Actual | None:
    """The row with its lock; None when nothing was entered yet."""
    return Actual.objects.select_for_update(of=("self",)).select_related("indicator__strategy").filter(indicator=indicator, fiscal_year=fiscal_year).first()


def _saved(row: Actual, by: User | None, reason: str = "") -> Actual:
    """Validated and saved with its record. Raises ValidationError, and ConflictError when a row of that year has just been added."""
    is_new = row.pk is None
    row._history_user, row._change_reason = by, reason[:LONGEST_TRACE] or None
    try:
        with transaction.atomic():
            row.full_clean()
            row.save()
    except (IntegrityError, ValidationError) as error:
        # Between our look and our writing another may have come: what stands there now says so.
        stored = Actual.objects.filter(indicator=row.indicator, fiscal_year=row.fiscal_year).first() if is_new else None
        if stored is None:
            raise
        raise ConflictError(stored) from error
    _changed()
    return row


@transaction.atomic
def submit(*, actuals: Iterable[Actual], by: User) -> list[Actual]:
    """Hand values in. Those already handed in stay as they are; returns those that moved. Raises as `_moved`."""
    rows = [row for row in _lock_all(actuals) if may_move(Move.SUBMIT, row.entry_state)]
    return [_moved(row, Move.SUBMIT, by) for row in rows]


@transaction.atomic
def return_values(*, actuals: Iterable[Actual], reason: str, by: User) -> list[Actual]:
    """Give handed-in values back to their division. Raises ValidationError without a reason, PermissionDenied unless `by` plans."""
    return [_moved(row, Move.RETURN, by, reason, return_reason=reason) for row in _lock_all(actuals)]


@transaction.atomic
def check(*, actuals: Iterable[Actual], by: User) -> list[Actual]:
    """Say that handed-in values are right: readers see them, and divisions change them no more. A reopening ends with it."""
    return [_moved(row, Move.CHECK, by, return_reason="", reopened_until=None, reopening_reason="") for row in _lock_all(actuals)]


@transaction.atomic
def move_seen(*, collection: Collection, move: Move, seen: Mapping[int, int], by: User, reason: str = "") -> Moved:
    """Return or check many handed-in values at once; `seen` holds the version of each that person saw, by the values' keys.

    Those that are another version by now are left, those that are there already are passed over. Raises as `_moved`.
    """
    asked = Actual.objects.select_for_update(of=("self",)).filter(pk__in=seen, fiscal_year=collection.fiscal_year, indicator__collections=collection)
    there = CHECKED_STATES if move is Move.CHECK else (BY_MOVE[move].target,)
    rows = [row for row in asked.select_related("indicator__strategy").order_by("pk") if row.entry_state not in there]
    fit = [row for row in rows if row.version == seen[row.pk] and may_move(move, row.entry_state)]
    moved = return_values(actuals=fit, reason=reason, by=by) if move is Move.RETURN else check(actuals=fit, by=by)
    return Moved(moved, [row for row in rows if row not in fit])


@transaction.atomic
def reopen(*, actual: Actual, reason: str, until: date, by: User) -> Actual:
    """Let the division enter a checked value again until that day. Readers see that, why and until when.

    Raises ValidationError without a reason, for a day in the past or more than LONGEST_REOPENING days away.
    """
    days = (until - timezone.localdate()).days
    if not 0 <= days <= LONGEST_REOPENING:
        raise ValidationError({"until": f"期限は、今日から{LONGEST_REOPENING}日以内の日にしてください。"})
    return _moved(_lock_all([actual])[0], Move.REOPEN, by, reason, reopened_until=until, reopening_reason=reason)


def _lock_all(actuals: Iterable[Actual]) -> list[Actual]:
    keys = [row.pk for row in actuals]
    return list(Actual.objects.select_for_update(of=("self",)).filter(pk__in=keys).select_related("indicator__strategy").order_by("pk"))


def _moved(row: Actual, move: Move, by: User, reason: str = "", **fields) -> Actual:
    """One step along the table. Raises PermissionDenied for whom it is not, ValidationError where it does not lead on or lacks something."""
    transition = BY_MOVE[move]
    if not row.indicator.is_editable_by(by) or (transition.is_for_planning and not by.has_perm("collecting.change_collection")):
        raise PermissionDenied(f"「{move.label}」は、あなたの役割ではできません。")
    if row.entry_state not in transition.sources:
        state = EntryState(row.entry_state).label
        raise ValidationError(f"{row.indicator.key} は「{state}」のため、「{move.label}」ができません。画面を読み込み直してください。")
    if transition.needs_reason and not reason.strip():
        raise ValidationError({"reason": "理由を書いてください。"})
    if transition.needs_value and not row.has_content:
        raise ValidationError(f"{row.indicator.key} に、実績値か未測定の理由を入れてください。")
    row.entry_state = transition.target
    for name, value in fields.items():
        setattr(row, name, value)
    return _saved(row, by, reason or move.label)


@transaction.atomic
def hand_over(
    *, strategy: Strategy, by: User, reason: str, from_division: Division | None = None, to_division: Division | None = None,
    from_person: User | None = None, to_person: User | None = None, from_nobody: bool = False, only: Keys[int] | None = None,
) -> list[Duty]:
    """Give the indicators of one division, of one person or of nobody to another 「人事異動・組織改編」. Returns what moved, for `take_back`.

    With a division, its indicators lose their person unless `to_person` is given. `only` limits it to indicators by key.
    Raises ValidationError when nothing is named to give, PermissionDenied unless `by` plans.
    """
    _require_planning(by)
    if from_division is None and from_person is None and not from_nobody:
        raise ValidationError("引き継ぐ課か担当者を選んでください。")
    rows = Indicator.objects.select_for_update(of=("self",)).of(strategy)
    rows = rows.filter(person=from_person) if from_person else rows.filter(division=from_division)
    rows = rows if only is None else rows.filter(pk__in=only)
    return [_given(row, row.division_id if from_person else to_division and to_division.pk, to_person, by, reason or "担当の引き継ぎ") for row in rows]


def _given(row: Indicator, division: int | None, person: User | None, by: User, reason: str) -> Duty:
    duty = Duty(row.pk, row.division_id, row.person_id, division, person and person.pk)
    _own(row, duty.new_division, duty.new_person, by, reason)
    return duty


@transaction.atomic
def take_back(*, strategy: Strategy, duties: Iterable[Duty], by: User) -> int:
    """Undo a handing over. Indicators that went on to somebody else meanwhile stay there. Returns how many came back."""
    _require_planning(by)
    by_key = {duty.indicator: duty for duty in duties}
    rows = Indicator.objects.select_for_update(of=("self",)).of(strategy).filter(pk__in=by_key)
    mine = [row for row in rows if (row.division_id, row.person_id) == (by_key[row.pk].new_division, by_key[row.pk].new_person)]
    for row in mine:
        _own(row, by_key[row.pk].old_division, by_key[row.pk].old_person, by, "担当の引き継ぎの取り消し")
    return len(mine)


def _own(row: Indicator, division: int | None, person: int | None, by: User, reason: str) -> None:
    row.division_id, row.person_id = division, person
    row._history_user, row._change_reason = by, reason[:LONGEST_TRACE]
    row.save(update_fields=["division", "person"])
    _changed()


def _changed() -> None:
    transaction.on_commit(Revision.advance)
