"""Taking back what kpis.revision_actions and kpis.period_actions did: for a decision that was recorded wrongly, as long as nothing rests on it.

All are atomic and audited, raise PermissionDenied unless `by` decides on targets, and ValidationError with what rests on it: then nothing is taken back.
"""
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, router, transaction
from django.db.models import Q
from django.db.models.deletion import Collector

from accounts.models import Revision, User
from common.fiscal import era_long
from goals.models import PeriodExtension, Strategy
from kpis.models import Actual, Indicator, Target
from kpis.period_actions import DECIDES, LONGEST_TRACE

CHANGED_SINCE = "計画のその内容が、決定の後に変わっています。計画のいまの内容を確かめてください。"
IN_USE = "指標「{name}」には、すでに{what}があります。"
YEARS_IN_USE = "{first}からの年度に、すでに{what}があります。"
EXTENDED_AGAIN = "この延長の後に、計画期間がもう一度延長されています。"


@transaction.atomic
def take_back_target(*, indicator: Indicator, figures: Mapping[str, Any], reason: str, by: User) -> None:
    """A target or milestone goes; what was in force before holds again. `figures` are its years and values, as they were decided."""
    stored = _locked(indicator, by)
    row = Target.objects.filter(indicator=stored, **figures).first()
    if row is None:
        raise ValidationError(CHANGED_SINCE)
    _delete(row, reason, by)


@transaction.atomic
def take_back_end(*, indicator: Indicator, last_fiscal_year: int, reason: str, by: User) -> None:
    """The indicator goes on until the plan ends."""
    stored = _locked(indicator, by)
    if stored.last_fiscal_year != last_fiscal_year:
        raise ValidationError(CHANGED_SINCE)
    stored.last_fiscal_year = None
    stored._history_user, stored._change_reason = by, reason[:LONGEST_TRACE]
    stored.full_clean()
    stored.save()
    transaction.on_commit(Revision.advance)


@transaction.atomic
def take_back_addition(*, indicator: Indicator, reason: str, by: User) -> None:
    """An added indicator goes with its target. Nothing may be entered for it, and nothing may speak of it."""
    stored = _locked(indicator, by)
    own = Q(effective_fiscal_year=stored.first_fiscal_year, milestone_fiscal_year__isnull=True)
    found = ["目標の見直し"] if stored.targets.exclude(own).exists() else _rests_on(stored)
    if found:
        raise ValidationError(IN_USE.format(name=stored.full_name, what="・".join(found)))
    for row in (*stored.targets.all(), stored):
        _delete(row, reason, by)


@transaction.atomic
def take_back_split(*, indicator: Indicator, from_fiscal_year: int, reason: str, by: User) -> None:
    """The parts go, as additions do, and the indicator they were split from goes on."""
    parts = list(_locked(indicator, by).parts.filter(first_fiscal_year=from_fiscal_year))
    if len(parts) < 2:
        raise ValidationError(CHANGED_SINCE)
    for part in parts:
        take_back_addition(indicator=part, reason=reason, by=by)
    take_back_end(indicator=indicator, last_fiscal_year=from_fiscal_year - 1, reason=reason, by=by)


@transaction.atomic
def take_back_extension(*, strategy: Strategy, effective_fiscal_year: int, last_fiscal_year: int, reason: str, by: User) -> None:
    """The plan ends again when it did before. Only its latest extension, and only while nothing is said of the further years."""
    _require(by)
    stored = Strategy.objects.select_for_update().get(pk=strategy.pk)
    row = PeriodExtension.objects.filter(strategy=stored, effective_fiscal_year=effective_fiscal_year, last_fiscal_year=last_fiscal_year).first()
    if row is None:
        raise ValidationError(CHANGED_SINCE)
    if stored.final_fiscal_year != last_fiscal_year:
        raise ValidationError(EXTENDED_AGAIN)
    _delete(row, reason, by)
    stored.set_periods(stored.extensions.all())
    found = _said_after(stored, stored.final_fiscal_year)
    if found:
        raise ValidationError(YEARS_IN_USE.format(first=era_long(stored.final_fiscal_year + 1), what="・".join(found)))
    stored._history_user, stored._change_reason = by, reason[:LONGEST_TRACE]
    stored.save(update_fields=["extended_to", "period_ends"])


def _said_after(strategy: Strategy, year: int) -> list[str]:
    """What is said of years after that one. An indicator that ends with it was ended while the plan was longer."""
    rows = {
        "実績": Actual.objects.filter(indicator__strategy=strategy, fiscal_year__gt=year),
        "目標値": Target.objects.filter(Q(effective_fiscal_year__gt=year) | Q(milestone_fiscal_year__gt=year), indicator__strategy=strategy),
        "始まる・終わる指標": Indicator.objects.filter(Q(first_fiscal_year__gt=year) | Q(last_fiscal_year__gte=year), strategy=strategy),
    }
    return [what for what, found in rows.items() if found.exists()]


def _rests_on(indicator: Indicator) -> list[str]:
    """What would be deleted with it beside its targets, whichever app it is of."""
    collector = Collector(router.db_for_write(Indicator), origin=indicator)
    collector.collect([indicator])
    found = [*collector.data, *(rows.model for rows in collector.fast_deletes if rows.exists())]
    return sorted({str(model._meta.verbose_name) for model in found if model not in (Indicator, Target) and not model._meta.auto_created})


def _require(by: User) -> None:
    if not by.has_perm(DECIDES):
        raise PermissionDenied("決定の取り消しは、企画担当が行います。")


def _locked(indicator: Indicator, by: User) -> Indicator:
    _require(by)
    return Indicator.objects.select_for_update(of=("self",)).select_related("strategy").get(pk=indicator.pk)


def _delete(row: models.Model, reason: str, by: User) -> None:
    row._history_user, row._change_reason = by, reason[:LONGEST_TRACE]
    row.delete()
    transaction.on_commit(Revision.advance)
