"""One year's actual: who wrote it through which door, whether it is closed, its version, and what must always hold."""
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.roles import Role
from kpis.models import Actual
from kpis.vocabulary import Door, EntryState
from tests.factories import make_actual, make_indicator, make_strategy, make_user

pytestmark = pytest.mark.django_db

TODAY = date(2025, 5, 20)
_, DRAFT, SUBMITTED, RETURNED, CHECKED, SETTLED = EntryState
RETURNING, REOPENING = {"return_reason": "桁を確かめてください。"}, {"reopened_until": TODAY, "reopening_reason": "決算の訂正"}

# Who writes through which door over a value in which state (None: there was none), and the state it is in then.
WRITTEN = [
    (Role.DIVISION, Door.ENTRY_SHEET, None, DRAFT),
    (Role.DIVISION, Door.ADMIN, None, DRAFT),
    (Role.DIVISION, Door.IMPORT, None, DRAFT),
    (Role.DIVISION, Door.ADMIN, SUBMITTED, DRAFT),
    (Role.DIVISION, Door.ADMIN, RETURNED, DRAFT),
    (Role.DIVISION, Door.ADMIN, CHECKED, DRAFT),
    (Role.DIVISION, Door.ADMIN, SETTLED, DRAFT),
    (Role.PLANNING, Door.ADMIN, None, SUBMITTED),
    (Role.PLANNING, Door.ADMIN, DRAFT, DRAFT),
    (Role.PLANNING, Door.ADMIN, SUBMITTED, SUBMITTED),
    (Role.PLANNING, Door.ADMIN, RETURNED, RETURNED),
    (Role.PLANNING, Door.ADMIN, CHECKED, CHECKED),
    (Role.PLANNING, Door.ADMIN, SETTLED, SETTLED),
    (Role.PLANNING, Door.IMPORT, None, SUBMITTED),
    (Role.PLANNING, Door.IMPORT, DRAFT, SUBMITTED),
    (Role.PLANNING, Door.IMPORT, CHECKED, CHECKED),
    (Role.PLANNING, Door.IMPORT, SETTLED, SETTLED),
    (Role.PLANNING, Door.ENTRY_SHEET, None, DRAFT),
    (Role.ADMINISTRATOR, Door.ADMIN, None, SUBMITTED),
]


def written_over(state: EntryState | None) -> Actual:
    """A value at hand in that state, or one that is new."""
    if state is None:
        return Actual(indicator=make_indicator(), fiscal_year=2023, value=Decimal(1))
    return make_actual(fiscal_year=2023, entry_state=state, **(RETURNING if state is RETURNED else {}))


@pytest.mark.parametrize(("role", "door", "before", "after"), WRITTEN)
def test_the_state_follows_from_who_writes_through_which_door(role, door, before, after):
    actual = written_over(before)
    actual.enter(make_user(role), door, says_something=True, import_number=3 if door is Door.IMPORT else None)
    actual.full_clean()
    actual.save()
    actual.refresh_from_db()
    assert (actual.entry_state, actual.door, actual.import_number) == (after, door, 3 if door is Door.IMPORT else None)


@pytest.mark.parametrize("role", [Role.DIVISION, Role.PLANNING, Role.ADMINISTRATOR])
@pytest.mark.parametrize("door", [Door.ENTRY_SHEET, Door.ADMIN, Door.IMPORT])
def test_what_says_nothing_of_its_year_is_a_draft_whoever_writes_it(role, door):
    actual = make_actual(entry_state=CHECKED)
    actual.value = None
    actual.enter(make_user(role), door, says_something=False, import_number=3 if door is Door.IMPORT else None)
    actual.save()
    assert actual.entry_state == DRAFT


def test_the_number_of_the_import_goes_when_the_value_comes_in_through_another_door():
    actual = make_actual(fiscal_year=2023, door=Door.IMPORT, import_number=3)
    actual.enter(make_user(Role.DIVISION), Door.ADMIN, says_something=True)
    actual.save()
    assert (actual.door, actual.import_number) == (Door.ADMIN, None)


@pytest.mark.parametrize(("role", "state"), [(Role.DIVISION, DRAFT), (Role.PLANNING, CHECKED)])
def test_only_planning_checks_and_what_was_returned_or_reopened_is_so_no_more(role, state):
    actual = make_actual(fiscal_year=2023, entry_state=RETURNED, **RETURNING, **REOPENING)
    actual.enter(make_user(role), Door.ADMIN, says_something=True, checks=True)
    assert (actual.entry_state, actual.return_reason, actual.reopened_until) == (
        (CHECKED, "", None) if state is CHECKED else (DRAFT, RETURNING["return_reason"], TODAY)
    )


@pytest.mark.parametrize(("fields", "says"), [
    ({"value": Decimal(0)}, True),
    ({"missing_reason": "not_surveyed"}, True),
    ({"is_met": False}, True),
    ({"value": None, "comment": "照会中"}, False),
])
def test_a_zero_and_a_no_say_something_and_a_comment_alone_does_not(fields, says):
    assert make_actual(fiscal_year=2023, **fields).has_content is says


# The years until 2022 are published. Reopened until the day before, that day, or never.
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@pytest.mark.parametrize(("fiscal_year", "state", "reopened_until", "is_closed"), [
    (2023, DRAFT, None, False),
    (2023, SUBMITTED, None, False),
    (2023, RETURNED, None, False),
    (2023, CHECKED, None, True),
    (2023, SETTLED, None, True),
    (2023, SETTLED, TODAY, False),
    (2023, CHECKED, YESTERDAY, True),
    (2023, CHECKED, TODAY, False),
    (2023, CHECKED, TOMORROW, False),
    (2022, DRAFT, None, True),
    (2022, CHECKED, None, True),
    (2022, CHECKED, YESTERDAY, True),
    (2022, CHECKED, TODAY, False),
    (2022, DRAFT, TODAY, False),
    (2022, DRAFT, YESTERDAY, True),
])
def test_what_is_checked_or_published_is_closed_unless_it_is_reopened(fiscal_year, state, reopened_until, is_closed):
    fields = {"entry_state": state, "reopened_until": reopened_until, "reopening_reason": "決算の訂正" if reopened_until else "", **RETURNING}
    actual = make_actual(indicator=make_indicator(strategy=make_strategy(published_through=2022)), fiscal_year=fiscal_year, **fields)
    assert actual.is_closed(TODAY) is is_closed
    assert actual.is_reopened(TODAY) is (reopened_until in (TODAY, TOMORROW))


def test_where_nothing_is_published_only_what_is_checked_is_closed():
    indicator = make_indicator(strategy=make_strategy(published_through=None))
    assert not make_actual(indicator=indicator, fiscal_year=2020).is_closed(TODAY)
    assert make_actual(indicator=indicator, fiscal_year=2021, entry_state=CHECKED).is_closed(TODAY)


# The version


def test_every_saving_is_a_new_version():
    actual = make_actual()
    assert actual.version == 1
    actual.save()
    actual.save()
    actual.refresh_from_db()
    assert actual.version == 3


def test_saving_a_few_fields_is_a_new_version_too():
    actual = make_actual()
    actual.comment = "速報を確定値に"
    actual.save(update_fields=["comment"])
    actual.refresh_from_db()
    assert (actual.version, actual.comment) == (2, "速報を確定値に")


# What must always hold


@pytest.mark.parametrize(("fields", "message"), [
    ({"value": None, "entry_state": SUBMITTED}, "実績値か未測定の理由を入れてから、提出してください。"),
    ({"value": None, "entry_state": CHECKED}, "実績値か未測定の理由を入れてから、提出してください。"),
    ({"entry_state": EntryState.NOT_ENTERED}, "「未入力」は、行がないことを表します。"),
    ({"entry_state": RETURNED}, "差し戻すときは、理由を書いてください。"),
    ({"reopened_until": TODAY}, "再開するときは、理由を書いてください。"),
    ({"door": Door.IMPORT}, "取込番号は、取込で入った値だけに付きます。"),
    ({"door": Door.ENTRY_SHEET, "import_number": 3}, "取込番号は、取込で入った値だけに付きます。"),
])
def test_what_must_hold_is_said_in_japanese_and_kept_by_the_database(fields, message):
    actual = Actual(indicator=make_indicator(), **{"fiscal_year": 2023, "value": Decimal(1), **fields})
    with pytest.raises(ValidationError) as refused:
        actual.full_clean()
    assert message in refused.value.messages
    with pytest.raises(IntegrityError), transaction.atomic():
        actual.save()


@pytest.mark.parametrize("fields", [
    {"entry_state": SUBMITTED},
    {"value": None, "entry_state": DRAFT},
    {"value": None, "entry_state": RETURNED, **RETURNING},
    {"value": None, "missing_reason": "not_surveyed", "entry_state": SUBMITTED},
    {"value": None, "is_met": False, "entry_state": CHECKED},
    {"entry_state": CHECKED, **REOPENING},
    {"door": Door.IMPORT, "import_number": 3},
])
def test_everything_else_can_be_stored(fields):
    actual = Actual(indicator=make_indicator(), **{"fiscal_year": 2023, "value": Decimal(1), **fields})
    actual.full_clean()
    actual.save()
    assert actual.pk
