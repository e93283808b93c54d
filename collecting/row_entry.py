"""Takes one sent row of the entry sheet: reads it, records it, and says what could not be taken."""
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.history import SOMEBODY, writer_name
from accounts.models import User
from collecting.actions import ConflictError, record_value
from collecting.cells import RowFields, read_row
from collecting.models import Collection
from collecting.sheet_rows import Clash, SheetRow, fields_of, shown_content
from kpis.models import Actual
from kpis.vocabulary import ValueState

# Where a problem belongs that is about no single field.
WHOLE_ROW = "row"
EMPTY = {
    "value": None, "state": ValueState.CONFIRMED, "missing_reason": "", "expected_month": None, "is_met": None,
    "comment": "", "evidence": "", "doubt_answer": "",
}


@dataclass(frozen=True)
class Outcome:
    """What became of a sent row: nothing to say means that it is stored."""

    problems: Mapping[str, str] = field(default_factory=dict)
    clash: Clash | None = None

    @property
    def is_stored(self) -> bool:
        return not self.problems and self.clash is None


def take_row(*, row: SheetRow, sent: RowFields, collection: Collection, by: User) -> Outcome:
    """Store what was sent for a row. A reply that got lost may be sent again, and a row that its sender left alone never clashes.

    Raises PermissionDenied for another division's indicator.
    """
    if row.closed:
        return Outcome({WHOLE_ROW: row.closed})
    reading = read_row(sent, row.indicator.unit, is_milestone=row.is_milestone)
    if reading.problems:
        return Outcome(reading.problems)
    if _says(row.actual, reading.entered):
        return Outcome()
    entered = _with_answer_to_this_value(reading.entered, row.actual)
    try:
        record_value(indicator=row.indicator, fiscal_year=collection.fiscal_year, entered=entered, seen_version=sent.seen_version, by=by)
    except ConflictError as conflict:
        return _clash(conflict.stored, reading.entered, sent, row)
    except ValidationError as error:
        return Outcome(_problems(error))
    return Outcome()


def _says(actual: Actual | None, entered: Mapping[str, object]) -> bool:
    """Whether a stored row (None: an empty one) says the same."""
    return all((EMPTY[name] if actual is None else getattr(actual, name)) == value for name, value in entered.items())


def _with_answer_to_this_value(entered: Mapping[str, object], actual: Actual | None) -> dict[str, object]:
    """An answer was given to one value: when the value changes and the answer does not, it is gone."""
    is_old = actual is not None and actual.value != entered["value"] and actual.doubt_answer == entered["doubt_answer"]
    return {**entered, "doubt_answer": ""} if is_old else dict(entered)


def _clash(stored: Actual | None, entered: Mapping[str, object], sent: RowFields, row: SheetRow) -> Outcome:
    if _says(stored, entered) or _is_untouched(stored, entered, sent.seen_version):
        return Outcome()
    return Outcome(clash=clash_with(stored, row.indicator.decimals))


def _is_untouched(stored: Actual | None, entered: Mapping[str, object], seen_version: int) -> bool:
    """Whether the sender's row is what they were shown."""
    if seen_version == 0 or stored is None:
        return _says(None, entered)
    shown = stored.history.filter(version=seen_version).first()
    return shown is not None and _says(shown, entered)


def clash_with(stored: Actual | None, decimals: int) -> Clash:
    """Who wrote what meanwhile, and when; an empty row where the value is gone."""
    if stored is None:
        return Clash(SOMEBODY, "少し前", "空欄", RowFields())
    last = stored.history.select_related("history_user").first()
    at = timezone.localtime(last.history_date) if last else timezone.localtime()
    return Clash(writer_name(last and last.history_user), f"{at.month}月{at.day}日 {at:%H:%M}", shown_content(stored, decimals), fields_of(stored, decimals))


def _problems(error: ValidationError) -> dict[str, str]:
    if not hasattr(error, "error_dict"):
        return {WHOLE_ROW: " ".join(error.messages)}
    known = {name if name in EMPTY else WHOLE_ROW: " ".join(messages) for name, messages in error.message_dict.items()}
    return known
