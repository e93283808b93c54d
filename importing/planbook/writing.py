"""Writes the rows of a compared workbook, each with its line in the change history. Runs inside a transaction."""
from collections.abc import Iterable
from typing import Any

from django.db.models import ManyToManyField, Model

from accounts.models import Division, User
from goals.models import Strategy
from importing.planbook.records import Comparison, PlannedRow
from importing.planbook.sheets import EXTENSION, SHEETS, SheetSpec
from importing.planbook.undoing import said_before, written


def write(comparison: Comparison, *, by: User | None, reason: str) -> list[dict[str, Any]]:
    """All of it, in a number of queries that does not depend on the number of rows. Returns what it wrote, for the way back."""
    before = said_before(comparison.rows)
    divisions = Division.objects.bulk_create(comparison.divisions)
    _keep_history(Division, divisions, by, reason, is_update=False)
    for spec in SHEETS:
        rows = [row for row in comparison.rows if row.spec is spec]
        if rows:
            _write_sheet(spec, rows, by, reason)
    if any(row.spec.name == EXTENSION for row in comparison.rows):
        _keep_periods(comparison.strategy, by, reason)
    return written(comparison.rows, comparison.preview.changes, before)


def _keep_periods(strategy: Strategy, by: User | None, reason: str) -> None:
    strategy._history_user, strategy._change_reason = by, reason
    strategy.save(update_fields=["extended_to", "period_ends"])


def _write_sheet(spec: SheetSpec, rows: list[PlannedRow], by: User | None, reason: str) -> None:
    created = [row.instance for row in rows if row.is_new]
    changed = [row.instance for row in rows if not row.is_new]
    fields = {name for row in rows if not row.is_new for name in row.fields}
    manager = spec.model._default_manager
    _create(spec, created)
    if fields:
        manager.bulk_update(changed, sorted(fields))
    for name, _ in spec.many:
        _write_many(spec.model._meta.get_field(name), [row for row in rows if name in row.many])
    _keep_history(spec.model, created, by, reason, is_update=False)
    _keep_history(spec.model, changed, by, reason, is_update=True)


def _create(spec: SheetSpec, rows: list[Model]) -> None:
    """New rows; those that refer to a row of their own sheet do so once all of them are there."""
    manager = spec.model._default_manager
    within = {reference.field for reference in spec.references if reference.sheet == spec.name}
    referring = [(row, name, getattr(row, name)) for row in rows for name in within if getattr(row, name) is not None]
    for row, name, _ in referring:
        setattr(row, name, None)
    manager.bulk_create(rows)
    for row, name, other in referring:
        setattr(row, name, other)
    if referring:
        manager.bulk_update([row for row, _, _ in referring], sorted(within))


def _write_many(field: ManyToManyField, rows: list[PlannedRow]) -> None:
    through, one, other = field.remote_field.through, field.m2m_field_name(), field.m2m_reverse_field_name()
    through._default_manager.filter(**{f"{one}__in": [row.instance for row in rows]}).delete()
    links = [through(**{one: row.instance, other: linked}) for row in rows for linked in row.many[field.name]]
    through._default_manager.bulk_create(links)


def _keep_history(model: type[Model], rows: list[Model], by: User | None, reason: str, *, is_update: bool) -> None:
    if not rows or not hasattr(model, "history"):
        return
    kept = model.history.bulk_history_create(rows, update=is_update, default_user=by, default_change_reason=reason)
    for field in kept[0]._history_m2m_fields:
        _keep_links(field, dict(zip((row.pk for row in rows), kept, strict=True)))


def _keep_links(field: ManyToManyField, kept: dict[int, Model]) -> None:
    """The links of a many-to-many field as they are now; simple-history leaves them out when rows are written together."""
    through, one = field.remote_field.through, f"{field.m2m_field_name()}_id"
    links: Iterable[Model] = through._default_manager.filter(**{f"{one}__in": list(kept)})
    model = getattr(type(next(iter(kept.values()))), field.name).model
    names = [column.attname for column in through._meta.fields]
    model._default_manager.bulk_create([model(history=kept[getattr(link, one)], **{name: getattr(link, name) for name in names}) for link in links])
