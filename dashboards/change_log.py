"""変更の記録: who changed what on an indicator, its targets and its actuals, from three histories in one query."""
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import BooleanField, CharField, DateField, F, Field, IntegerField, Model, QuerySet, TextField, Value, Window
from django.db.models.functions import Cast, Lag

from accounts.history import BY_COMMAND, KINDS, FieldChange, HistoryEntry
from common.fiscal import era_date, era_long
from common.japanese import NO_VALUE, number_text
from dashboards.frame import Frame
from kpis.models import Actual, ActualQuerySet, Indicator, Target
from kpis.vocabulary import Door

SHOWN = 20
# A form saves its indicator along with an actual; such records without a change are read and dropped.
READ = 100
TEXT_LENGTH = 60

ENTERED = ("value", "state", "missing_reason", "expected_month", "is_met", "comment", "evidence", "doubt_answer")
# How far a value has come: kpis/entry_states.py.
MOVED = ("entry_state", "return_reason", "reopened_until", "reopening_reason")
# What each history tells, field by field: the name of a related row instead of its number.
TRACKED: dict[type[Model], dict[str, str]] = {
    Actual: {field: field for field in (*ENTERED, *MOVED)},
    Target: {field: field for field in ("value", "upper_value", "milestone_fiscal_year", "reason", "decided_on", "decided_by_meeting")},
    Indicator: {
        **{field: field for field in ("code", "breakdown", "name", "unit", "target_kind", "accumulation", "wanted_direction", "rate_formula")},
        **{field: field for field in ("baseline_value", "baseline_label", "target_label", "formula_note", "note", "source")},
        **{field: field for field in ("computation", "published_month")},
        "division": "division__name",
        "person": "person__display_name",
    },
}
YEAR = {Actual: "fiscal_year", Target: "effective_fiscal_year"}
OWNER = {Actual: "indicator_id", Target: "indicator_id", Indicator: "id"}
BY_NAME = {model._meta.model_name: model for model in TRACKED}
WIDTH = max(map(len, TRACKED.values()))
AFTER = [f"after_{number}" for number in range(WIDTH)]
BEFORE = [f"before_{number}" for number in range(WIDTH)]
COLUMNS = ("history_id", "history_date", "history_type", "history_change_reason", "kind", "owner", "year", "by", "through", "nth_import", "has_before")
MOVES = frozenset(str(Actual._meta.get_field(name).verbose_name) for name in MOVED)
VALUES = ("value", "upper_value", "baseline_value")
TRUE = ("1", "true")


def change_log(frame: Frame, indicators: Iterable[Indicator]) -> list[HistoryEntry]:
    """The newest SHOWN changes to those series that the reader may see, newest first; nothing for visitors. One query."""
    if not frame.user.is_authenticated:
        return []
    series = {indicator.pk: indicator for indicator in indicators}
    histories = [_history(frame, model, series) for model in TRACKED]
    records = histories[0].union(*histories[1:], all=True).order_by("-history_date", "-history_id")[:READ]
    entries = (_entry(record, series[record["owner"]]) for record in records)
    return [entry for entry in entries if entry is not None][:SHOWN]


def _history(frame: Frame, model: type[Model], series: Iterable[int]) -> QuerySet:
    """One model's records with its fields as they were before and after, as text so that three models fit one query."""
    records = model.history.filter(**{f"{OWNER[model]}__in": list(series)}).order_by()
    if model is Actual:
        # The history of a value is as secret as the value: the same rule reads the same columns.
        records = ActualQuerySet.visible_to(records, frame.user, frame.strategy)
    lookups = [*TRACKED[model].values(), *[None] * (WIDTH - len(TRACKED[model]))]
    after = {name: Cast(F(lookup) if lookup else Value(""), TextField()) for name, lookup in zip(AFTER, lookups, strict=True)}
    before = {name: Window(Lag(now), partition_by=[F("id")], order_by=[F("history_id").asc()]) for name, now in zip(BEFORE, AFTER, strict=True)}
    return records.annotate(
        kind=Value(model._meta.model_name, CharField()),
        owner=F(OWNER[model]),
        year=F(YEAR[model]) if model in YEAR else Value(None, IntegerField()),
        by=F("history_user__display_name"),
        through=F("door") if model is Actual else Value("", CharField()),
        nth_import=F("import_number") if model is Actual else Value(None, IntegerField()),
        has_before=Window(Lag("history_id"), partition_by=[F("id")], order_by=[F("history_id").asc()]),
        **after,
    ).annotate(**before).values(*COLUMNS, *AFTER, *BEFORE)


def _entry(record: dict, indicator: Indicator) -> HistoryEntry | None:
    """None for a saving that changed nothing told here. A change whose earlier record is missing is told without its fields."""
    model = BY_NAME[record["kind"]]
    changes = _changes(record, model, indicator)
    if record["history_type"] == "~" and record["has_before"] and not changes:
        return None
    return HistoryEntry(
        at=record["history_date"],
        by=record["by"] or BY_COMMAND,
        kind=KINDS[record["history_type"]],
        subject=_subject(model, record["year"], indicator.breakdown),
        reason=record["history_change_reason"] or "",
        changes=changes,
        door=_door(record, changes),
    )


def _door(record: dict, changes: tuple[FieldChange, ...]) -> str:
    """「入力表」「取込 第3回」: where the value came in. A value that only moves on, or goes, comes through no door."""
    only_moves = bool(changes) and {change.name for change in changes} <= MOVES
    if not record["through"] or record["history_type"] == "-" or only_moves:
        return ""
    label = Door(record["through"]).label
    return f"{label} 第{record['nth_import']}回" if record["nth_import"] else label


def _subject(model: type[Model], fiscal_year: int | None, breakdown: str) -> str:
    """「令和5年度の実績（面積）」."""
    name = {Actual: "{}の実績", Target: "{}からの目標値"}.get(model, "指標の設定")
    series = f"（{breakdown}）" if breakdown else ""
    return f"{name.format(era_long(fiscal_year) if fiscal_year else '')}{series}"


def _changes(record: dict, model: type[Model], indicator: Indicator) -> tuple[FieldChange, ...]:
    """The fields that differ, for a new row from their defaults. A new indicator's are not told: they are what the page shows."""
    is_new = record["history_type"] == "+"
    if record["history_type"] == "-" or (is_new and model is Indicator) or not (is_new or record["has_before"]):
        return ()
    told = []
    for name, now, then in zip(TRACKED[model], AFTER, BEFORE, strict=False):
        field = model._meta.get_field(name)
        old = record[then] if record["has_before"] else field.get_default()
        told.append(FieldChange(str(field.verbose_name), _text(field, old, indicator), _text(field, record[now], indicator)))
    return tuple(change for change in told if change.old != change.new)


def _text(field: Field, value: str | None, indicator: Indicator) -> str:
    """A stored value, which arrives as text, as people read it."""
    if value is None or value == "":
        return NO_VALUE
    if field.name in VALUES:
        return f"{number_text(Decimal(value), indicator.decimals)}{indicator.unit}"
    if isinstance(field, BooleanField):
        return "実施した" if value in TRUE else "実施していない"
    if isinstance(field, DateField):
        return era_date(date.fromisoformat(value))
    text = str(dict(field.flatchoices).get(value, value))
    return text if len(text) <= TEXT_LENGTH else f"{text[:TEXT_LENGTH]}…"
