"""How every text of a review is written: checked against the version somebody saw, validated, with its trace."""
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db import IntegrityError, transaction

from accounts.models import Revision, User
from reviews.models import Written
from reviews.texts import kept_text

LONGEST_TRACE = 100  # characters of a reason in the change history

Row = TypeVar("Row", bound=Written)


class ConflictError(Exception):
    """Somebody else wrote the row first. `stored` is the row as it is now; None if it is gone."""

    def __init__(self, stored: Written | None):
        super().__init__("ほかの人が、先に書き換えています。")
        self.stored = stored


def locked(row: Row, seen_version: int) -> Row:
    """The row as it is now, with its lock. Raises ConflictError when it is another version than that person saw."""
    stored = type(row).objects.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if stored is None or stored.version != seen_version:
        raise ConflictError(stored)
    return stored


def locked_part(row: Row, seen_version: int, names: Sequence[str]) -> Row:
    """As `locked`, but raises ConflictError only when one of those fields is another than in the version that person saw.

    Several people work on one row at once: who changes a meeting's room does not stand in the way of who writes its minutes.
    The error then names who wrote those fields last, whoever wrote others since.
    """
    stored = type(row).objects.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if stored is None:
        raise ConflictError(None)
    if stored.version == seen_version:
        return stored
    seen = stored.history.filter(version=seen_version).order_by("history_id").last()
    later = stored.history.filter(version__gt=seen_version).select_related("history_user").order_by("history_id")
    records = [*filter(None, [seen]), *later]
    said = [[getattr(record, name) for name in names] for record in records]
    if seen and said[0] == [getattr(stored, name) for name in names]:
        return stored
    for record, before, after in zip(records[1:], said, said[1:], strict=False):
        if before != after:
            stored.saved_by, stored.saved_at = record.history_user, record.history_date
    raise ConflictError(stored)


def write(row: Row, values: Mapping[str, Any], *, by: User | None, reason: str = "", unique: Mapping[str, Any] | None = None) -> Row:
    """Set the values and save with the trace; nothing is written when nothing differs. Raises ValidationError.

    `unique` finds the row of somebody who was quicker when a new one collides: then ConflictError.
    """
    kept = {name: kept_text(value) if isinstance(value, str) else value for name, value in values.items()}
    changed = {name: value for name, value in kept.items() if getattr(row, name) != value}
    if row.pk and not changed:
        return row
    for name, value in changed.items():
        setattr(row, name, value)
    row.saved_by, row._history_user, row._change_reason = by, by, kept_text(reason)[:LONGEST_TRACE] or None
    quicker = type(row).objects.filter(**unique).first() if unique and row.pk is None else None
    if quicker:
        raise ConflictError(quicker)
    row.full_clean()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        stored = type(row).objects.filter(**unique).first() if unique else None
        if stored is None:
            raise
        raise ConflictError(stored) from error
    transaction.on_commit(Revision.advance)
    return row
