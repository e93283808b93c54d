"""The change history 「変更の履歴」 as people read it: who, when, before → after, and why."""
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Field, ForeignKey, Model, QuerySet

from common.fiscal import era_date_short
from common.japanese import NO_VALUE, exact, number_text

KINDS = {"+": "追加", "~": "変更", "-": "削除"}
BY_COMMAND = "（コマンド）"
DELETED = "（削除済み）"


@dataclass(frozen=True)
class FieldChange:
    """One field before and after; before is empty for a row that was added."""

    name: str
    old: str
    new: str


@dataclass(frozen=True)
class HistoryEntry:
    """One saved change of one row. `door` says how it came in, where that is known."""

    at: datetime
    by: str
    kind: str
    subject: str
    changes: tuple[FieldChange, ...]
    reason: str
    door: str = ""

    @property
    def is_addition(self) -> bool:
        return self.kind == KINDS["+"]


@dataclass(frozen=True)
class Trail:
    """The recorded history of some rows of one model, and how to call a row of it."""

    records: QuerySet
    subject: Callable[[Model], str]


def entries(trails: Iterable[Trail]) -> list[HistoryEntry]:
    """All recorded changes of those trails, newest first. One query for each trail."""
    found = [entry for trail in trails for entry in _entries(trail)]
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def _entries(trail: Trail) -> Iterable[HistoryEntry]:
    """The entries of one trail, oldest first. A saved row in which nothing changed and no reason was given is no entry."""
    fields = trail.records.model.tracked_fields
    related = [field.name for field in fields if isinstance(field, ForeignKey)]
    before: dict[Any, Model] = {}
    for record in trail.records.select_related("history_user", *related).order_by("history_date", "history_id"):
        entry = HistoryEntry(
            at=record.history_date,
            by=str(record.history_user) if record.history_user else BY_COMMAND,
            kind=KINDS[record.history_type],
            subject=trail.subject(record),
            changes=tuple(_changes(fields, before.get(record.id), record)) if record.history_type != "-" else (),
            reason=record.history_change_reason or "",
        )
        before[record.id] = record
        if entry.changes or entry.reason or record.history_type != "~":
            yield entry


def _changes(fields: Iterable[Field], before: Model | None, after: Model) -> Iterable[FieldChange]:
    """What people changed: a field that nobody edits, such as a count of savings, tells nothing of them."""
    for field in fields:
        old = getattr(before, field.attname) if before else None
        new = getattr(after, field.attname)
        if field.primary_key or not field.editable or old == new or (before is None and new in ("", False)):
            continue
        yield FieldChange(str(field.verbose_name), shown(field, before), shown(field, after))


def shown(field: Field, record: Model | None) -> str:
    """A field's value in words: labels for choices, names for rows of other tables, ― for nothing."""
    value = None if record is None else getattr(record, field.attname)
    if value is None or value == "":
        return NO_VALUE
    if isinstance(field, ForeignKey):
        return str(getattr(record, field.name) or DELETED)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return _shown(value)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, Decimal):
        plain = exact(value)
        return number_text(plain, max(0, -plain.as_tuple().exponent))
    return era_date_short(value) if isinstance(value, date) and not isinstance(value, datetime) else str(value)
