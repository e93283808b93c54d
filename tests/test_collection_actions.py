"""The writes of the yearly collection: who may, in which state, with which reason; every step leaves its record."""
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import Revision
from accounts.roles import Role
from collecting.actions import (
    LONGEST_REOPENING,
    ConflictError,
    check,
    edit_collection,
    move_seen,
    open_collection,
    record_value,
    reopen,
    return_values,
    set_open,
    submit,
)
from kpis.entry_states import BY_MOVE, Move
from kpis.models import Actual
from kpis.vocabulary import Door, EntryState, MissingReason
from tests.factories import make_actual, make_collection, make_indicator

pytestmark = pytest.mark.django_db

YEAR = 2023
READERS = [Role.COUNCIL, Role.VIEWER]
PLANNERS = [Role.PLANNING, Role.ADMINISTRATOR]
ROWS = [state for state in EntryState if state is not EntryState.NOT_ENTERED]


@pytest.fixture
def indicator(strategy, kai):
    """Kai's."""
    return make_indicator(strategy=strategy, division=kai.division)


def put(indicator, state: EntryState, **fields) -> Actual:
    reason = {"return_reason": "単位を確認"} if state is EntryState.RETURNED else {}
    return make_actual(indicator=indicator, fiscal_year=YEAR, entry_state=state, **{**reason, **fields})


def write(indicator, by, seen_version=0, **options) -> Actual:
    entered = options.pop("entered", {"value": Decimal(130)})
    return record_value(indicator=indicator, fiscal_year=options.pop("fiscal_year", YEAR), entered=entered, seen_version=seen_version, by=by, **options)


def move(what: Move, row: Actual, by):
    """Make that move with everything it may ask for."""
    doing = {
        Move.ENTER: lambda: write(row.indicator, by, row.version, reason="訂正"),
        Move.SUBMIT: lambda: submit(actuals=[row], by=by),
        Move.RETURN: lambda: return_values(actuals=[row], reason="単位を確認", by=by),
        Move.CHECK: lambda: check(actuals=[row], by=by),
        Move.REOPEN: lambda: reopen(actual=row, reason="訂正", until=timezone.localdate(), by=by),
    }
    return doing[what]()


# Recording a value


def test_kai_enters_a_value_and_it_is_a_draft_with_its_door_and_record(indicator, kai):
    row = write(indicator, kai)
    assert (row.value, row.entry_state, row.door, row.version) == (Decimal(130), EntryState.DRAFT, Door.ENTRY_SHEET, 1)
    assert (row.history.get().history_user, row.history.get().entry_state) == (kai, EntryState.DRAFT)


def test_what_takeru_writes_in_the_sheet_is_a_draft_as_well(indicator, takeru):
    assert write(indicator, takeru).entry_state == EntryState.DRAFT


@pytest.mark.parametrize("role", READERS)
def test_readers_enter_nothing(indicator, people, role):
    with pytest.raises(PermissionDenied):
        write(indicator, people[role])
    assert not Actual.objects.exists()


def test_kai_enters_nothing_for_another_division_or_for_nobodys_indicator(strategy, kai):
    for other in (make_indicator(strategy=strategy), make_indicator(strategy=strategy, division=None)):
        with pytest.raises(PermissionDenied):
            write(other, kai)


def test_the_second_of_two_is_told_what_the_first_wrote(indicator, kai, takeru):
    write(indicator, takeru)
    with pytest.raises(ConflictError) as told:
        write(indicator, kai, entered={"value": Decimal(99)})
    assert told.value.stored.value == Decimal(130)
    assert Actual.objects.get().value == Decimal(130)


def test_who_saw_a_row_that_is_gone_is_told_so(indicator, kai):
    write(indicator, kai).delete()
    with pytest.raises(ConflictError) as told:
        write(indicator, kai, seen_version=1)
    assert told.value.stored is None


def test_every_saving_counts_whoever_saved_through_whichever_door(indicator, kai, takeru):
    row = write(indicator, kai)
    submit(actuals=[row], by=kai)
    with pytest.raises(ConflictError):
        write(indicator, kai, seen_version=1, entered={"value": Decimal(99)})
    row.refresh_from_db()
    assert write(indicator, kai, seen_version=row.version, entered={"value": Decimal(99)}).version == 3


def test_a_closed_collection_takes_what_takeru_writes_and_of_kai_only_what_was_reopened(strategy, indicator, kai, takeru):
    make_collection([indicator], strategy=strategy, fiscal_year=YEAR, closed_at=timezone.now())
    with pytest.raises(ValidationError, match="令和5年度は締切り済みのため"):
        write(indicator, kai)
    row = write(indicator, takeru)
    Actual.objects.update(reopened_until=timezone.localdate(), reopening_reason="訂正")
    assert write(indicator, kai, row.version, entered={"value": Decimal(7)}).value == 7


def test_nothing_is_written_when_nothing_differs(indicator, kai):
    row = write(indicator, kai)
    again = write(indicator, kai, seen_version=1)
    assert (again.version, row.history.count()) == (1, 1)


def test_a_new_figure_takes_the_samples_mark_off_and_a_comment_does_not(indicator, kai):
    put(indicator, EntryState.DRAFT, is_sample=True)
    assert write(indicator, kai, 1, entered={"comment": "要因"}).is_sample
    assert not write(indicator, kai, 2).is_sample


def test_zero_is_a_value_and_an_empty_value_with_a_reason_is_none(indicator, kai):
    assert write(indicator, kai, entered={"value": Decimal(0)}).value == 0
    row = write(indicator, kai, 1, entered={"value": None, "missing_reason": MissingReason.AWAITING_PUBLICATION, "expected_month": 9})
    assert (row.value, row.missing_reason, row.expected_month) == (None, MissingReason.AWAITING_PUBLICATION, 9)


def test_a_value_and_a_reason_why_there_is_none_do_not_go_together(indicator, kai):
    with pytest.raises(ValidationError):
        write(indicator, kai, entered={"value": Decimal(1), "missing_reason": MissingReason.OTHER})
    assert not Actual.objects.exists()


@pytest.mark.parametrize("year", [2019, 2025])
def test_a_year_outside_the_plan_takes_nothing(indicator, kai, takeru, year):
    for person in (kai, takeru):
        with pytest.raises(ValidationError, match="計画の年度"):
            write(indicator, person, fiscal_year=year, reason="訂正")


def test_a_published_year_is_closed_to_kai_and_asks_takeru_why(indicator, kai, takeru):
    with pytest.raises(ValidationError, match="公表済み"):
        write(indicator, kai, fiscal_year=2022, reason="訂正")
    with pytest.raises(ValidationError, match="変更の理由"):
        write(indicator, takeru, fiscal_year=2022)
    assert write(indicator, takeru, fiscal_year=2022, reason="決算の訂正").history.get().history_change_reason == "決算の訂正"


def test_a_checked_value_is_closed_to_kai_until_it_is_reopened(indicator, kai, takeru):
    row = put(indicator, EntryState.CHECKED)
    with pytest.raises(ValidationError, match="確認済み"):
        write(indicator, kai, row.version)
    row = reopen(actual=row, reason="統計の訂正", until=timezone.localdate(), by=takeru)
    assert write(indicator, kai, row.version).entry_state == EntryState.DRAFT


def test_a_reopening_ends_with_its_day(indicator, kai):
    row = put(indicator, EntryState.CHECKED, reopened_until=timezone.localdate() - timedelta(days=1), reopening_reason="統計の訂正")
    with pytest.raises(ValidationError, match="確認済み"):
        write(indicator, kai, row.version)


def test_a_value_of_a_file_carries_the_number_of_its_import(indicator, kai):
    row = write(indicator, kai, door=Door.IMPORT, import_number=3)
    assert (row.door, row.import_number) == (Door.IMPORT, 3)


def test_a_reason_longer_than_the_record_is_cut_and_not_refused(indicator, takeru):
    row = write(indicator, takeru, reason="長" * 300)
    assert len(row.history.get().history_change_reason) == 100


# The steps, each from each state


@pytest.mark.parametrize("state", ROWS)
@pytest.mark.parametrize("what", [Move.RETURN, Move.CHECK, Move.REOPEN])
def test_a_step_of_the_planning_side_leads_where_the_table_says_or_is_refused(indicator, takeru, state, what):
    row = put(indicator, state)
    if state in BY_MOVE[what].sources:
        move(what, row, takeru)
        row.refresh_from_db()
        assert (row.entry_state, row.version) == (BY_MOVE[what].target, 2)
        assert row.history.first().history_user == takeru
        return
    with pytest.raises(ValidationError, match="読み込み直してください"):
        move(what, row, takeru)
    assert Actual.objects.get().version == 1


@pytest.mark.parametrize("state", ROWS)
def test_kai_hands_in_what_waits_and_the_rest_stays(indicator, kai, state):
    row = put(indicator, state)
    moved = submit(actuals=[row], by=kai)
    row.refresh_from_db()
    assert bool(moved) is (state in BY_MOVE[Move.SUBMIT].sources)
    assert row.entry_state == (EntryState.SUBMITTED if moved else state)


@pytest.mark.parametrize("what", [Move.RETURN, Move.CHECK, Move.REOPEN])
def test_kai_takes_no_step_of_the_planning_side(indicator, kai, what):
    row = put(indicator, BY_MOVE[what].sources[0])
    with pytest.raises(PermissionDenied):
        move(what, row, kai)


@pytest.mark.parametrize("role", READERS)
@pytest.mark.parametrize("what", [Move.SUBMIT, Move.RETURN, Move.CHECK, Move.REOPEN])
def test_readers_take_no_step(indicator, people, role, what):
    row = put(indicator, BY_MOVE[what].sources[0])
    with pytest.raises(PermissionDenied):
        move(what, row, people[role])


def test_kai_hands_in_nothing_of_another_division(strategy, kai):
    row = put(make_indicator(strategy=strategy), EntryState.DRAFT)
    with pytest.raises(PermissionDenied):
        submit(actuals=[row], by=kai)


def test_an_empty_draft_is_not_handed_in_and_nothing_beside_it(strategy, indicator, kai):
    full = put(indicator, EntryState.DRAFT)
    empty = put(make_indicator(strategy=strategy, division=kai.division), EntryState.DRAFT, value=None)
    with pytest.raises(ValidationError, match="実績値か未測定の理由"):
        submit(actuals=[full, empty], by=kai)
    assert set(Actual.objects.values_list("entry_state", flat=True)) == {EntryState.DRAFT}


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_returning_and_reopening_ask_why(indicator, takeru, reason):
    with pytest.raises(ValidationError, match="理由"):
        return_values(actuals=[put(indicator, EntryState.SUBMITTED)], reason=reason, by=takeru)
    Actual.objects.update(entry_state=EntryState.CHECKED)
    with pytest.raises(ValidationError, match="理由"):
        reopen(actual=Actual.objects.get(), reason=reason, until=timezone.localdate(), by=takeru)


@pytest.mark.parametrize("days", [-1, LONGEST_REOPENING + 1])
def test_a_reopening_lasts_from_today_to_three_months(indicator, takeru, days):
    with pytest.raises(ValidationError, match="期限"):
        reopen(actual=put(indicator, EntryState.CHECKED), reason="訂正", until=timezone.localdate() + timedelta(days=days), by=takeru)


@pytest.mark.parametrize("days", [0, LONGEST_REOPENING])
def test_a_reopened_value_stays_checked_and_says_until_when_and_why(indicator, takeru, days):
    row = reopen(actual=put(indicator, EntryState.CHECKED), reason="訂正", until=timezone.localdate() + timedelta(days=days), by=takeru)
    assert (row.entry_state, row.reopened_until, row.reopening_reason) == (EntryState.CHECKED, timezone.localdate() + timedelta(days=days), "訂正")


def test_checking_ends_the_reopening_and_forgets_the_return(indicator, takeru):
    row = put(indicator, EntryState.SUBMITTED, return_reason="単位", reopened_until=timezone.localdate(), reopening_reason="訂正")
    check(actuals=[row], by=takeru)
    row.refresh_from_db()
    assert (row.return_reason, row.reopened_until, row.reopening_reason) == ("", None, "")


def test_the_record_of_a_return_has_its_reason(indicator, takeru):
    return_values(actuals=[put(indicator, EntryState.SUBMITTED)], reason="単位を確認", by=takeru)
    record = Actual.objects.get().history.first()
    assert (record.history_change_reason, record.return_reason, record.history_user) == ("単位を確認", "単位を確認", takeru)


# Many at once


@pytest.fixture
def handed_in(strategy, kai):
    """Three values of Kai's, handed in, and the collection that asks for them."""
    rows = [put(make_indicator(strategy=strategy, division=kai.division), EntryState.SUBMITTED) for _ in range(3)]
    return make_collection([row.indicator for row in rows], fiscal_year=YEAR), rows


def test_takeru_checks_many_at_once(handed_in, takeru):
    collection, rows = handed_in
    moved = move_seen(collection=collection, move=Move.CHECK, seen={row.pk: row.version for row in rows}, by=takeru)
    assert (len(moved.rows), moved.left) == (3, [])
    assert set(Actual.objects.values_list("entry_state", flat=True)) == {EntryState.CHECKED}


def test_what_changed_after_takeru_looked_is_left_and_named(handed_in, kai, takeru):
    collection, rows = handed_in
    seen = {row.pk: row.version for row in rows}
    changed = write(rows[0].indicator, kai, rows[0].version)
    submit(actuals=[changed], by=kai)
    moved = move_seen(collection=collection, move=Move.CHECK, seen=seen, by=takeru)
    assert [row.pk for row in moved.left] == [rows[0].pk]
    assert Actual.objects.get(pk=rows[0].pk).entry_state == EntryState.SUBMITTED
    assert len(moved.rows) == 2


def test_a_second_click_does_nothing_and_complains_of_nothing(handed_in, takeru):
    collection, rows = handed_in
    seen = {row.pk: row.version for row in rows}
    move_seen(collection=collection, move=Move.CHECK, seen=seen, by=takeru)
    again = move_seen(collection=collection, move=Move.CHECK, seen=seen, by=takeru)
    assert (again.rows, again.left) == ([], [])


def test_a_value_that_the_collection_does_not_ask_for_is_not_touched(handed_in, takeru, strategy):
    other = put(make_indicator(strategy=strategy), EntryState.SUBMITTED)
    move_seen(collection=handed_in[0], move=Move.CHECK, seen={other.pk: 1}, by=takeru)
    assert Actual.objects.get(pk=other.pk).entry_state == EntryState.SUBMITTED


# The collection itself


def test_takeru_asks_for_a_year_and_changes_and_closes_it(strategy, indicator, takeru, django_capture_on_commit_callbacks):
    before = Revision.current()
    with django_capture_on_commit_callbacks(execute=True):
        collection = open_collection(strategy=strategy, fiscal_year=YEAR, deadline=date(2024, 7, 26), indicators=[indicator], by=takeru, message="お願い")
    assert (collection.opened_by, collection.is_open, list(collection.indicators.all())) == (takeru, True, [indicator])
    assert Revision.current() > before
    edit_collection(collection=collection, deadline=date(2024, 8, 2), message="", indicators=[], by=takeru)
    set_open(collection=collection, is_open=False, by=takeru)
    collection.refresh_from_db()
    assert (collection.deadline, collection.is_open, collection.indicators.count()) == (date(2024, 8, 2), False, 0)
    assert set_open(collection=collection, is_open=True, by=takeru).is_open


@pytest.mark.parametrize("year", [2019, 2025])
def test_only_a_year_of_the_plan_can_be_asked_for(strategy, takeru, year):
    with pytest.raises(ValidationError, match="計画の年度"):
        open_collection(strategy=strategy, fiscal_year=year, deadline=timezone.localdate(), indicators=[], by=takeru)


def test_a_year_is_asked_for_once(strategy, takeru):
    make_collection(strategy=strategy, fiscal_year=YEAR)
    with pytest.raises(ValidationError, match="すでにあります"):
        open_collection(strategy=strategy, fiscal_year=YEAR, deadline=timezone.localdate(), indicators=[], by=takeru)


@pytest.mark.parametrize("role", [Role.DIVISION, *READERS])
def test_nobody_else_changes_or_closes_a_collection(strategy, people, role):
    collection = make_collection(strategy=strategy)
    with pytest.raises(PermissionDenied):
        edit_collection(collection=collection, deadline=timezone.localdate(), message="", indicators=[], by=people[role])
    with pytest.raises(PermissionDenied):
        set_open(collection=collection, is_open=False, by=people[role])
