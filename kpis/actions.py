"""Writes to indicators that touch many rows: the fictional sample 「架空のサンプル値」 comes and goes as a whole."""
import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models, transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from accounts.models import Division, Revision, User
from goals.models import Strategy
from kpis.models import Actual, Indicator, Target
from kpis.vocabulary import Door, EntryState

SAMPLE_STRATEGY = "hokuto-2"
SAMPLE_PUBLISHED_THROUGH = 2023
LOADED = "架空のサンプル値の読込"
CLEARED = "架空のサンプル値の消去"


@dataclass(frozen=True)
class SampleLoaded:
    """How many rows were written; rows that were there already are not counted."""

    divisions: int
    indicators: int
    targets: int
    actuals: int


@dataclass(frozen=True)
class SampleCleared:
    """How many rows went, the divisions that stay because people or their work belong to them, and what else stays, in words."""

    actuals: int
    targets: int
    divisions: int
    kept_divisions: tuple[str, ...]
    kept: tuple[str, ...] = ()


@transaction.atomic
def load_sample(*, by: User | None = None) -> SampleLoaded:
    """Load the fictional actuals, target revision and divisions from fixtures/sample_*.csv and publish the years they show.

    What is there already stays as it is, entered by people or sampled before, so loading twice changes nothing.
    Raises Strategy.DoesNotExist before the plan is loaded.
    """
    strategy = Strategy.objects.get(slug=SAMPLE_STRATEGY)
    indicators = {(row.code, row.breakdown): row for row in Indicator.objects.of(strategy)}
    loaded = SampleLoaded(
        divisions=_create_divisions(),
        indicators=_assign_divisions(indicators.values(), by),
        targets=_create_missing(Target, "effective_fiscal_year", map(_target, _with_indicator("sample_targets.csv", indicators)), by),
        actuals=_create_missing(Actual, "fiscal_year", map(_actual, _with_indicator("sample_actuals.csv", indicators)), by),
    )
    if strategy.published_through is None:
        _publish(strategy, SAMPLE_PUBLISHED_THROUGH, LOADED, by)
    transaction.on_commit(Revision.advance)
    return loaded


@transaction.atomic
def clear_sample(*, by: User | None = None) -> SampleCleared:
    """Remove every fictional row of every strategy and leave what people entered."""
    actuals = _delete(Actual.objects.filter(is_sample=True), by)
    targets = _delete(Target.objects.filter(is_sample=True), by)
    divisions, kept = _clear_divisions(by)
    _withdraw_publication(by)
    transaction.on_commit(Revision.advance)
    return SampleCleared(actuals, targets, divisions, kept)


def _rows(name: str) -> list[dict[str, str]]:
    with (settings.FIXTURE_DIRS[0] / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _with_indicator(name: str, indicators: dict) -> list[tuple[Indicator, dict[str, str]]]:
    return [(indicators[row["code"], row["breakdown"]], row) for row in _rows(name)]


def _target(row: tuple[Indicator, dict[str, str]]) -> Target:
    indicator, cells = row
    return Target(
        indicator=indicator,
        effective_fiscal_year=int(cells["effective_fiscal_year"]),
        value=Decimal(cells["value"]),
        reason=cells["reason"],
        decided_on=date.fromisoformat(cells["decided_on"]),
        decided_by_meeting=cells["decided_by_meeting"],
        is_sample=True,
    )


def _actual(row: tuple[Indicator, dict[str, str]]) -> Actual:
    indicator, cells = row
    return Actual(
        indicator=indicator,
        fiscal_year=int(cells["fiscal_year"]),
        value=Decimal(cells["value"]) if cells["value"] else None,
        state=cells["state"],
        missing_reason=cells["missing_reason"],
        expected_month=int(cells["expected_month"]) if cells["expected_month"] else None,
        comment=cells["comment"],
        evidence=cells["evidence"],
        entry_state=EntryState.CHECKED,
        door=Door.COMMAND,
        is_sample=True,
    )


def _create_missing(model: type[models.Model], year_field: str, rows: Iterable[models.Model], by: User | None) -> int:
    """Create the rows whose indicator has none of that year yet."""
    present = set(model.objects.filter(indicator__strategy__slug=SAMPLE_STRATEGY).values_list("indicator_id", year_field))
    missing = [row for row in rows if (row.indicator_id, getattr(row, year_field)) not in present]
    bulk_create_with_history(missing, model, default_user=by, default_change_reason=LOADED)
    return len(missing)


def _create_divisions() -> int:
    names = list(dict.fromkeys(row["division"] for row in _rows("sample_divisions.csv")))
    present = set(Division.objects.values_list("name", flat=True))
    missing = [Division(name=name, position=position, is_sample=True) for position, name in enumerate(names, start=1) if name not in present]
    return len(Division.objects.bulk_create(missing))


def _assign_divisions(indicators: Iterable[Indicator], by: User | None) -> int:
    """Only sample divisions are given, and only where there is none: clearing must know what it may take back."""
    sampled = {division.name: division for division in Division.objects.filter(is_sample=True)}
    wanted = {row["code"]: sampled.get(row["division"]) for row in _rows("sample_divisions.csv")}
    changed = [row for row in indicators if row.division_id is None and wanted.get(row.code)]
    for row in changed:
        row.division = wanted[row.code]
    bulk_update_with_history(changed, Indicator, ["division"], default_user=by, default_change_reason=LOADED)
    return len(changed)


def _clear_divisions(by: User | None) -> tuple[int, tuple[str, ...]]:
    sampled = list(Division.objects.filter(is_sample=True).order_by("position"))
    kept = tuple(division.name for division in sampled if not _is_deleted(division, by))
    return len(sampled) - len(kept), kept


def _is_deleted(division: Division, by: User | None) -> bool:
    """A division to which people or their work belong stays, with its indicators."""
    assigned = list(Indicator.objects.filter(division=division))
    for row in assigned:
        row.division = None
    try:
        with transaction.atomic():
            bulk_update_with_history(assigned, Indicator, ["division"], default_user=by, default_change_reason=CLEARED)
            division.delete()
    except models.ProtectedError:
        return False
    return True


def _delete(rows: models.QuerySet, by: User | None) -> int:
    """Row by row, so that each leaves its reason in the history."""
    deleted = list(rows)
    for row in deleted:
        row._change_reason, row._history_user = CLEARED, by
        row.delete()
    return len(deleted)


def _withdraw_publication(by: User | None) -> None:
    """What the sample published is withdrawn, unless there are real actuals to show by now."""
    strategy = Strategy.objects.filter(slug=SAMPLE_STRATEGY, published_through=SAMPLE_PUBLISHED_THROUGH).first()
    if strategy and not Actual.objects.filter(indicator__strategy=strategy, fiscal_year__lte=SAMPLE_PUBLISHED_THROUGH).exists():
        _publish(strategy, None, CLEARED, by)


def _publish(strategy: Strategy, through: int | None, reason: str, by: User | None) -> None:
    strategy.published_through = through
    strategy._change_reason, strategy._history_user = reason, by
    strategy.save(update_fields=["published_through"])
