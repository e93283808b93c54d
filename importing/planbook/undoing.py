"""The way back of a 計画ワークブック: what it wrote, kept by cell, and everything as it was before. Runs inside a transaction."""
import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.admin.utils import NestedObjects
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Field, Model, ProtectedError

from accounts.models import Division, User
from goals.models import PeriodExtension, Strategy
from importing.models import PlanBookImport
from importing.planbook.records import PlannedRow, RowChange
from importing.planbook.sheets import BY_NAME, EXTENSION, SheetSpec

Said = dict[int, dict[str, Any]]


def said_by(spec: SheetSpec, keys: Iterable[int]) -> Said:
    """What those rows of a sheet say by column, as JSON keeps it; of many-to-many fields the keys. A query, and one for each such field."""
    names = [field.attname for field in spec.model._meta.concrete_fields if not field.primary_key]
    found = {row.pop("pk"): row for row in spec.model._default_manager.filter(pk__in=keys).values("pk", *names)}
    for name, _ in spec.many:
        field = spec.model._meta.get_field(name)
        one, other = field.m2m_column_name(), field.m2m_reverse_name()
        for row in found.values():
            row[name] = []
        for key, linked in field.remote_field.through._default_manager.filter(**{f"{one}__in": found}).order_by(other).values_list(one, other):
            found[key][name].append(linked)
    return {key: json.loads(json.dumps(row, cls=DjangoJSONEncoder)) for key, row in found.items()}


def said_before(rows: Iterable[PlannedRow]) -> dict[str, Said]:
    """What the rows that are about to change say, by sheet."""
    changing: dict[str, list[int]] = {}
    for row in rows:
        if not row.is_new:
            changing.setdefault(row.spec.name, []).append(row.instance.pk)
    return {sheet: said_by(BY_NAME[sheet], keys) for sheet, keys in changing.items()}


def written(rows: Iterable[PlannedRow], changes: Iterable[RowChange], before: dict[str, Said]) -> list[dict[str, Any]]:
    """The rows as `PlanBookImport` keeps them: of a new one all columns, of a changed one those that changed."""
    pairs = list(zip(rows, changes, strict=True))
    sheets = {row.spec.name for row, _ in pairs}
    after = {sheet: said_by(BY_NAME[sheet], [row.instance.pk for row, _ in pairs if row.spec.name == sheet]) for sheet in sheets}
    return [_kept(row, change, before.get(row.spec.name, {}), after[row.spec.name]) for row, change in pairs]


def _kept(row: PlannedRow, change: RowChange, before: Said, after: Said) -> dict[str, Any]:
    key = row.instance.pk
    names = {*row.many, *(row.spec.model._meta.get_field(name).attname for name in row.fields)}
    then = {} if row.is_new else {name: before[key][name] for name in sorted(names)}
    now = after[key] if row.is_new else {name: after[key][name] for name in sorted(names)}
    return {"sheet": row.spec.name, "key": key, "label": change.label, "is_new": row.is_new, "before": then, "after": now}


def lock_rows(taken: PlanBookImport) -> None:
    """Nobody changes them until the transaction ends."""
    for spec in (BY_NAME[sheet] for sheet in BY_NAME if any(row["sheet"] == sheet for row in taken.rows)):
        keys = [row["key"] for row in taken.rows if row["sheet"] == spec.name]
        list(spec.model._default_manager.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk").values_list("pk"))


def changed_since(taken: PlanBookImport) -> list[str]:
    """The cells that say by now neither what the workbook wrote nor what was there before it, 「指標 番号 1-1-1「単位」」. A query or two per sheet."""
    found = []
    for sheet in {row["sheet"] for row in taken.rows}:
        rows = [row for row in taken.rows if row["sheet"] == sheet]
        now = said_by(BY_NAME[sheet], [row["key"] for row in rows])
        found += [place for row in rows for place in _changed_cells(BY_NAME[sheet], row, now.get(row["key"]))]
    return sorted(found)


def _changed_cells(spec: SheetSpec, row: dict[str, Any], now: dict[str, Any] | None) -> Iterator[str]:
    where = f"{spec.name} {row['label']}"
    if now is None:
        yield f"{where}（削除されています）"
        return
    for name, written_value in row["after"].items():
        if now[name] not in (written_value, row["before"].get(name, written_value)):
            yield f"{where}「{_field(spec.model, name).verbose_name}」"


def _field(model: type[Model], name: str) -> Field:
    return next(field for field in (*model._meta.concrete_fields, *model._meta.many_to_many) if name in (field.attname, field.name))


def restore(taken: PlanBookImport, by: User, reason: str) -> None:
    """Every changed cell says again what it said. Ask `changed_since` first."""
    for row in taken.rows:
        if not row["is_new"]:
            _restore(row, by, reason)


def remove_added(taken: PlanBookImport, by: User, reason: str) -> None:
    """What the workbook added is gone, last row first. Ask `built_upon` first."""
    for row in reversed(taken.rows):
        if row["is_new"]:
            _traced(BY_NAME[row["sheet"]].model._default_manager.get(pk=row["key"]), by, reason).delete()
    strategy = Strategy.objects.filter(pk=taken.strategy_id).first()
    # The years of the plan follow from the extensions that are left.
    if strategy and any(row["sheet"] == EXTENSION for row in taken.rows):
        strategy.set_periods(list(PeriodExtension.objects.filter(strategy=strategy)))
        _traced(strategy, by, reason).save(update_fields=["extended_to", "period_ends"])
    for division in Division.objects.filter(pk__in=taken.divisions):
        _delete_unused(_traced(division, by, reason))


def _restore(row: dict[str, Any], by: User, reason: str) -> None:
    model = BY_NAME[row["sheet"]].model
    instance = _traced(model._default_manager.get(pk=row["key"]), by, reason)
    fields = {name: _field(model, name) for name in row["before"]}
    links = {name for name, field in fields.items() if field.many_to_many}
    for name in fields.keys() - links:
        setattr(instance, name, _value(fields[name], row["before"][name]))
    # Links first, without a record of each step: the saving then records everything at once.
    instance.skip_history_when_saving = True
    for name in links:
        getattr(instance, name).set(row["before"][name])
    del instance.skip_history_when_saving
    instance.save(update_fields=[fields[name].name for name in fields.keys() - links] or None)


def _value(field: Field, kept: Any) -> Any:
    """From JSON, as the field holds it; of a foreign key the key."""
    return (field.target_field if field.is_relation else field).to_python(kept)


def _traced(instance: Model, by: User, reason: str) -> Model:
    instance._history_user, instance._change_reason = by, reason
    return instance


def _delete_unused(division: Division) -> None:
    """A division that was given something to do meanwhile stays."""
    try:
        with transaction.atomic():
            division.delete()
    except ProtectedError:
        pass


def built_upon(taken: PlanBookImport) -> list[str]:
    """What people have put upon the rows that the workbook added, and what would go or lose its place with them: 「実績：1-1-1 … 2024年度」.

    Only after `restore`: what the workbook itself moved to its new rows is back by then.
    """
    own = {(BY_NAME[row["sheet"]].model, row["key"]) for row in taken.rows if row["is_new"]}
    found: dict[tuple[type[Model], int], str] = {}
    for sheet in {row["sheet"] for row in taken.rows}:
        model, keys = BY_NAME[sheet].model, [row["key"] for row in taken.rows if row["sheet"] == sheet and row["is_new"]]
        for other in _hanging_upon(list(model._default_manager.filter(pk__in=keys))):
            if (type(other), other.pk) not in own and not _is_link_of(type(other), own) and not isinstance(other, PlanBookImport):
                found[type(other), other.pk] = _called(other, own)
    return sorted(found.values())


def _called(other: Model, own: set[tuple[type[Model], int]]) -> str:
    """A link is called after the row that is linked with one of the workbook's."""
    if other._meta.auto_created:
        ends = (field for field in other._meta.fields if field.is_relation)
        far = next((field for field in ends if (field.related_model, getattr(other, field.attname)) not in own), None)
        other = getattr(other, far.name) if far else other
    return f"{other._meta.verbose_name}：{other}"


def _is_link_of(model: type[Model], own: set[tuple[type[Model], int]]) -> bool:
    """Whether it is a row's own many-to-many link, which goes with the row."""
    return bool(model._meta.auto_created) and any(model is field.remote_field.through for owner, _ in own for field in owner._meta.many_to_many)


def _hanging_upon(rows: list[Model]) -> Iterator[Model]:
    """All that would go, lose its reference or stand in the way if those rows of one model went."""
    collector = NestedObjects(using=DEFAULT_DB_ALIAS)
    collector.collect(rows)
    for instances in collector.model_objs.values():
        yield from instances
    yield from collector.protected
    for changed in collector.field_updates.values():
        for instances in changed:
            yield from instances
