"""The rows of a strategy as sheets hold them: a query or two per sheet, however many rows there are."""
from django.db.models import Model, QuerySet

from goals.models import Strategy
from importing.planbook.sheets import SheetSpec


def rows_of(spec: SheetSpec, strategy: Strategy) -> QuerySet:
    """The strategy's rows of one sheet with all that its columns read, in the order of an export."""
    scoped = spec.model._default_manager.filter(**{spec.scope: strategy.pk})
    rows = spec.model._default_manager.filter(pk__in=scoped.values("pk")) if spec.is_shared else scoped
    return _with_related(spec, rows)


def known_rows(spec: SheetSpec, strategy: Strategy | None, *, lock: bool = False) -> dict[tuple, Model]:
    """The rows a file may speak of, by key: the strategy's, and all of a shared sheet. `strategy` is None before there is one."""
    if strategy is None and not spec.is_shared:
        return {}
    rows = _with_related(spec, spec.model._default_manager.all()) if spec.is_shared else rows_of(spec, strategy)
    return {spec.key_of(row): row for row in (rows.select_for_update(of=("self",)) if lock else rows)}


def _with_related(spec: SheetSpec, rows: QuerySet) -> QuerySet:
    return rows.select_related(*spec.related).prefetch_related(*spec.prefetched).order_by(*spec.order)
