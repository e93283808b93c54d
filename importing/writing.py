"""The rows behind an import: how values are written in bulk with their history, and put back as they were."""
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import User
from importing.lines import FIELDS, Key, Line
from importing.models import ImportBatch, ImportChange
from kpis.entry import MEASURED
from kpis.models import Actual
from kpis.vocabulary import Door, EntryState

# All that a row says, besides which value it is and its version.
ROW_FIELDS = (
    *FIELDS, "entry_state", "return_reason", "doubt_answer", "reopened_until", "reopening_reason", "door", "import_number", "is_sample",
)  # fmt: skip
WRITTEN = (*ROW_FIELDS, "version")


def plain(row: Actual, names: Iterable[str] = ROW_FIELDS) -> dict[str, Any]:
    """The row as JSON keeps it: decimals and days as text."""
    values = ((name, getattr(row, name)) for name in names)
    return {name: value if value is None or isinstance(value, bool | int) else str(value) for name, value in values}


def write_lines(batch: ImportBatch, lines: Iterable[Line], stored: Mapping[Key, Actual], by: User) -> int:
    """Write the values of those lines, each with its history and with what it replaced. Returns how many."""
    new, changed, traces = [], [], []
    for line in lines:
        row = stored.get(line.value_key)
        before = plain(row) if row else None
        row = _entered(row or Actual(indicator_id=line.key, fiscal_year=line.fiscal_year), line.values, batch, by)
        (changed if before else new).append(row)
        traces.append(ImportChange(
            batch=batch, indicator_id=line.key, fiscal_year=line.fiscal_year, before=before, after=plain(row, FIELDS), version_after=row.version
        ))  # fmt: skip
    Actual.objects.bulk_create(new)
    _update(changed)
    _record(batch, by)
    ImportChange.objects.bulk_create(traces)
    return len(traces)


def _record(batch: ImportBatch, by: User) -> None:
    """The history of all that the batch wrote, in one statement: built row by row by simple-history it takes as long as the values themselves."""
    model = Actual.history.model
    columns = ", ".join(connection.ops.quote_name(field.column) for field in model.tracked_fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({columns}, history_date, history_type, history_change_reason, history_user_id)"
            f" SELECT {columns}, %s, CASE WHEN version = 1 THEN '+' ELSE '~' END, %s, %s FROM {Actual._meta.db_table}"
            " WHERE import_number = %s AND indicator_id IN (SELECT id FROM kpis_indicator WHERE strategy_id = %s)",
            [connection.ops.adapt_datetimefield_value(timezone.now()), batch.history_reason, by.pk, batch.number, batch.strategy_id],
        )


def _entered(row: Actual, values: Mapping[str, Any], batch: ImportBatch, by: User) -> Actual:
    changed = {name for name, value in values.items() if getattr(row, name) != value}
    for name in changed:
        setattr(row, name, values[name])
    if changed & set(MEASURED):
        row.is_sample = False
        # It was about another value.
        row.doubt_answer = ""
    row.enter(by, Door.IMPORT, says_something=row.has_content, import_number=batch.number)
    row.version += 1 if row.pk else 0
    return row


def _update(rows: list[Actual]) -> None:
    """Many rows, which must be locked, with few statements."""
    Actual.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=list(WRITTEN))


def put_back(batch: ImportBatch, changes: Iterable[ImportChange], stored: Mapping[Key, Actual], by: User) -> None:
    """Give rows what they said before the batch. A row that was not there then becomes an empty draft: versions must never run backwards."""
    rows = []
    for change in changes:
        row = stored[change.indicator_id, change.fiscal_year]
        _restore(row, change.before or _emptied(batch.number))
        row.version += 1
        change.is_taken_back = True
        rows.append(row)
    _update(rows)
    user, reason = by if by.pk else None, f"{batch}の取り消し"
    Actual.history.bulk_history_create(rows, update=True, default_user=user, default_change_reason=reason, default_date=timezone.now())


def _emptied(number: int) -> dict[str, Any]:
    return plain(Actual(entry_state=EntryState.DRAFT, door=Door.IMPORT, import_number=number))


def _restore(row: Actual, said: Mapping[str, Any]) -> None:
    for name in ROW_FIELDS:
        setattr(row, name, Actual._meta.get_field(name).to_python(said[name]))


def is_as_written(batch: ImportBatch, change: ImportChange, row: Actual | None) -> bool:
    """Whether the row still says what the batch wrote: nobody has entered anything since."""
    if row is None or row.import_number != batch.number:
        return False
    return all(Actual._meta.get_field(name).to_python(change.after[name]) == getattr(row, name) for name in FIELDS)


def locked_actuals(strategy_id: int) -> dict[Key, Actual]:
    """All the strategy's actuals with their locks, in one order so that two imports queue instead of blocking each other."""
    rows = Actual.objects.filter(indicator__strategy_id=strategy_id).order_by("pk")
    return {(row.indicator_id, row.fiscal_year): row for row in rows.select_for_update(of=("self",))}
