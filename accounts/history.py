"""The change history 「変更の履歴」 as people read it: who, when, before → after, and why."""
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Field, ForeignKey, ManyToManyField, Model, QuerySet
from django.utils import timezone

from common.fiscal import era_date_short
from common.japanese import NO_VALUE, exact, number_text

KINDS = {"+": "追加", "~": "変更", "-": "削除"}
BY_COMMAND = "（コマンド）"
SOMEBODY = "ほかの人"
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
    """The recorded history of some rows of one model, and how to call a row of it. `links` are the many-to-many fields to tell of."""

    records: QuerySet
    subject: Callable[[Model], str]
    links: tuple[ManyToManyField, ...] = ()


def writer_name(user: Model | None) -> str:
    """Who was quicker, as a conflict tells it: 「佐藤 健さん」; 「ほかの人」 where nobody is recorded."""
    return f"{user}さん" if user else SOMEBODY


def entries(trails: Iterable[Trail]) -> list[HistoryEntry]:
    """All recorded changes of those trails, newest first. One query for each trail, and one for each of its links."""
    found = [entry for trail in trails for entry in _entries(trail)]
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def _entries(trail: Trail) -> Iterable[HistoryEntry]:
    """The entries of one trail, oldest first. A saved row in which nothing changed and no reason was given is no entry."""
    fields = trail.records.model.tracked_fields
    related = [field.name for field in fields if isinstance(field, ForeignKey)]
    records = list(trail.records.select_related("history_user", *related).order_by("history_date", "history_id"))
    linked = {field: _linked(field, records) for field in trail.links}
    before: dict[Any, Model] = {}
    for record in records:
        old = before.get(record.id)
        entry = HistoryEntry(
            at=record.history_date,
            by=str(record.history_user) if record.history_user else BY_COMMAND,
            kind=KINDS[record.history_type],
            subject=trail.subject(record),
            changes=(*_changes(fields, old, record), *_link_changes(linked, old, record)) if record.history_type != "-" else (),
            reason=record.history_change_reason or "",
        )
        before[record.id] = record
        if entry.changes or entry.reason or record.history_type != "~":
            yield entry


def _linked(field: ManyToManyField, records: Iterable[Model]) -> dict[int, list[str]]:
    """The names of the rows that the records were linked with, by the records' keys. One query."""
    other = field.m2m_reverse_field_name()
    links = getattr(field.model.history.model, field.name).model.objects.filter(history__in=[record.pk for record in records])
    found = defaultdict(list)
    for link in links.select_related(other).order_by(f"{other}_id"):
        found[link.history_id].append(str(getattr(link, other) or DELETED))
    return found


def _link_changes(linked: Mapping[ManyToManyField, Mapping[int, list[str]]], before: Model | None, after: Model) -> Iterable[FieldChange]:
    for field, names in linked.items():
        old, new = names.get(before.pk, []) if before else [], names.get(after.pk, [])
        if old != new:
            yield FieldChange(str(field.verbose_name), f"{len(old)}件" if old else NO_VALUE, _links_shown(old, new))


def _links_shown(old: list[str], new: list[str]) -> str:
    """「48件（外した：1-3-4 面積）」: what there is now, and what makes the difference."""
    steps = {"加えた": [name for name in new if name not in old], "外した": [name for name in old if name not in new]}
    told = [f"{step}：{'、'.join(names)}" for step, names in steps.items() if names and old]
    return f"{len(new)}件" + (f"（{'。'.join(told)}）" if told else "")


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
    if isinstance(value, datetime):
        local = timezone.localtime(value)
        return f"{era_date_short(local.date())} {local:%H:%M}"
    return era_date_short(value) if isinstance(value, date) else str(value)
