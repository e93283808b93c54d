"""What the database says to the pure stages of an import: the plan as files may speak of it, and every value as it stands."""
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from accounts.models import User
from accounts.roles import Sees
from goals.models import Strategy
from importing.lines import FIELDS, Key, Standing, Stored
from importing.records import KnownIndicator, KnownPlan
from kpis.entry_states import closed_because
from kpis.models import Actual, Indicator
from kpis.vocabulary import Accumulation, EntryState, TargetKind


def known_plan(strategy: Strategy) -> KnownPlan:
    """The strategy's indicators with all their names, in the plan's order. One query."""
    rows = Indicator.objects.of(strategy).select_related("division")
    return KnownPlan(tuple(map(_known, rows)), strategy.fiscal_years, strategy.slug)


def _known(row: Indicator) -> KnownIndicator:
    names = dict.fromkeys(name for name in (row.full_name, row.name, row.short_name, f"{row.name} {row.breakdown}".strip()) if name)
    division = row.division.name if row.division else ""
    return KnownIndicator(row.pk, row.code, row.breakdown, tuple(names), row.unit, row.decimals, division, row.target_kind == TargetKind.MILESTONE)


def standing_of(strategy: Strategy, by: User, *, actuals: Iterable[Actual] | None = None, overwritten: frozenset[Key] = frozenset()) -> Standing:
    """What a file is compared with when that person sends it. Two queries, one less with `actuals`, the strategy's rows; one more for divisions."""
    rows = list(Actual.objects.filter(indicator__strategy=strategy) if actuals is None else actuals)
    indicators = list(Indicator.objects.of(strategy))
    published, today = strategy.published_through or 0, timezone.localdate()
    has_all, ended = by.sees is Sees.EVERYTHING, frozenset(strategy.collections.ended_for(by).values_list("indicators", "fiscal_year"))
    own = indicators if has_all else [row for row in indicators if row.division_id == by.division_id]
    return Standing(
        stored={(row.indicator_id, row.fiscal_year): _stored(row, published, today, ended) for row in rows},
        fiscal_years=strategy.fiscal_years,
        published_through=published,
        editable=None if has_all else frozenset(row.pk for row in own),
        may_change_closed=has_all,
        running_totals=frozenset(row.pk for row in indicators if row.accumulation == Accumulation.RUNNING_TOTAL),
        parts=_parts(indicators, {row.pk for row in own}),
        overwritten=overwritten,
        lifetimes={row.pk: _lifetime(row, strategy) for row in indicators if row.first_fiscal_year or row.last_fiscal_year},
        ended=ended,
    )


def _lifetime(row: Indicator, strategy: Strategy) -> range:
    row.strategy = strategy
    return row.fiscal_years


def _stored(row: Actual, published_through: int, today: date, ended: frozenset[Key]) -> Stored:
    """Asks nothing of the row's indicator, which would be a query."""
    closed = closed_because(
        EntryState(row.entry_state), is_published=row.fiscal_year <= published_through, is_reopened=row.is_reopened(today),
        is_ended=(row.indicator_id, row.fiscal_year) in ended,
    )  # fmt: skip
    return Stored(row.version, **{name: getattr(row, name) for name in FIELDS}, closed=closed)


def _parts(indicators: Iterable[Indicator], shown: set[int]) -> dict[int, tuple[int, ...]]:
    """The rows of a breakdown 「内訳」 below the row that has their number and none itself, where all of them are `shown`: a sum tells of each."""
    wholes = {row.code: row.pk for row in indicators if not row.breakdown}
    parts: dict[int, tuple[int, ...]] = defaultdict(tuple)
    for row in indicators:
        if row.breakdown and row.code in wholes:
            parts[wholes[row.code]] += (row.pk,)
    return {whole: keys for whole, keys in parts.items() if shown.issuperset(keys)}
