"""The rows behind an import: how values are written in bulk with their history, and put back as they were."""
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import User
from importing.lines import FIELDS, Key, Line
from importing.models import ImportBatch, ImportChange
from kpis.entry import MEASURED
from kpis.models import Actual, Indicator
from kpis.vocabulary import Door, EntryState

# All that a row says, besides which value it is and its version.
ROW_FIELDS = (
    *FIELDS, "entry_state", "return_reason", "doubt_answer", "reopened_until", "reopening_reason", "door", "import_number", "is_sample",
)  # fmt: skip
WRITTEN = (*ROW_FIELDS, "version")


def plain(row: Actual) -> dict[str, Any]:
    """The row as JSON keeps it: decimals and days as text."""
    values = ((name, getattr(row, name)) for name in ROW_FIELDS)
    return {name: value if value is None or isinstance(value, bool | int) else str(value) for name, value in values}


def write_lines(batch: ImportBatch, lines: Iterable[Line], stored: Mapping[Key, Actual], by: User) -> int:
    """Write the values of those lines, each with its history and with what it replaced. Returns how many."""
    new, changed, replaced = [], [], []
    for line in lines:
        row = stored.get(line.value_key)
        if row is None:
            new.append(_entered(Actual(indicator_id=line.key, fiscal_year=line.fiscal_year), line.values, batch, by))
            continue
        before = plain(row)
        changed.append(_entered(row, line.values, batch, by))
        replaced.append(ImportChange(batch=batch, indicator_id=line.key, fiscal_year=line.fiscal_year, before=before, version_after=row.version))
    Actual.objects.bulk_create(new)
    _update(changed)
    _record(batch, by)
    ImportChange.objects.bulk_create(replaced)
    return len(new) + len(changed)


def _record(batch: ImportBatch, by: User) -> None:
    """The history of all that the batch wrote, and that its new rows replaced nothing, in one statement each.

    Built row by row, each of the two takes as long as writing the values themselves. A row's first version is a new row.
    """
    written = f"FROM {Actual._meta.db_table} WHERE import_number = %s AND indicator_id IN (SELECT id FROM {Indicator._meta.db_table} WHERE strategy_id = %s)"
    which = [batch.number, batch.strategy_id]
    history = Actual.history.model
    columns = ", ".join(connection.ops.quote_name(field.column) for field in history.tracked_fields)
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {history._meta.db_table} ({columns}, history_date, history_type, history_change_reason, history_user_id)"
            f" SELECT {columns}, %s, CASE WHEN version = 1 THEN '+' ELSE '~' END, %s, %s {written}",
            [now, batch.history_reason, by.pk, *which],
        )
        cursor.execute(
            f"INSERT INTO {ImportChange._meta.db_table} (batch_id, indicator_id, fiscal_year, version_after, is_taken_back)"
            f" SELECT %s, indicator_id, fiscal_year, version, %s {written} AND version = 1",
            [batch.pk, False, *which],
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


def written_by(batch: ImportBatch) -> dict[tuple[int, int, int], Any]:
    """The records of the values as the batch wrote them, and of later ones that still carry its number: (indicator, fiscal year, version) → record."""
    records = Actual.history.filter(import_number=batch.number, indicator__strategy=batch.strategy_id)
    return {(record.indicator_id, record.fiscal_year, record.version): record for record in records}


def is_as_written(change: ImportChange, row: Actual | None, written: Mapping[tuple[int, int, int], Any]) -> bool:
    """Whether the row still says what the batch wrote: nobody has entered anything since, and no review has settled it."""
    record = written.get((change.indicator_id, change.fiscal_year, change.version_after))
    if row is None or record is None or row.import_number != record.import_number:
        return False
    if row.entry_state == EntryState.SETTLED and record.entry_state != EntryState.SETTLED:
        return False
    return all(getattr(record, name) == getattr(row, name) for name in FIELDS)


def locked_actuals(strategy_id: int) -> dict[Key, Actual]:
    """All the strategy's actuals with their locks, in one order so that two imports queue instead of blocking each other."""
    rows = Actual.objects.filter(indicator__strategy_id=strategy_id).order_by("pk")
    return {(row.indicator_id, row.fiscal_year): row for row in rows.select_for_update(of=("self",))}
