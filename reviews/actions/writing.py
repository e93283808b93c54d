"""How every text of a review is written: checked against the version somebody saw, validated, with its trace."""
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import Revision, User
from reviews.models import Written
from reviews.texts import kept_text

LONGEST_TRACE = 100  # characters of a reason in the change history


class ConflictError(Exception):
    """Somebody else wrote the row first. `stored` is the row as it is now; None if it is gone."""

    def __init__(self, stored: Written | None):
        super().__init__("ほかの人が、先に書き換えています。")
        self.stored = stored


def locked(row: Written, seen_version: int) -> Written:
    """The row as it is now, with its lock. Raises ConflictError when it is another version than that person saw."""
    stored = type(row).objects.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if stored is None or stored.version != seen_version:
        raise ConflictError(stored)
    return stored


def write(row: Written, values: Mapping[str, Any], *, by: User | None, reason: str = "", unique: Mapping[str, Any] | None = None) -> Written:
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
