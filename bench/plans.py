"""Makes many plans out of one: copies of a strategy with everything that belongs to it, written in bulk."""
from collections.abc import Iterable
from decimal import Decimal

from django.db import models

from goals.models import BasicPolicy, FormulationEvent, Goal, Initiative, Measure, NationalGoal, PromotionPolicy, SdgLink, Strategy
from kpis.models import Actual, Indicator, Target
from kpis.vocabulary import EntryState
from partnerships.models import Agreement, Party

BATCH = 2_000
PLANS_AT_ONCE = 50

# What is copied, in the order of its references: the model, how it leads to its strategy, its parents that are copied too.
TREE = (
    (NationalGoal, "strategy", {"strategy": Strategy}),
    (BasicPolicy, "strategy", {"strategy": Strategy}),
    (PromotionPolicy, "strategy", {"strategy": Strategy}),
    (FormulationEvent, "strategy", {"strategy": Strategy}),
    (Goal, "strategy", {"strategy": Strategy}),
    (Measure, "goal__strategy", {"goal": Goal}),
    (Initiative, "measure__goal__strategy", {"measure": Measure}),
    (SdgLink, "measure__goal__strategy", {"measure": Measure}),
    (Indicator, "strategy", {"strategy": Strategy, "goal": Goal, "measure": Measure}),
    (Target, "indicator__strategy", {"indicator": Indicator}),
    (Actual, "indicator__strategy", {"indicator": Indicator}),
    (Agreement, "strategy", {"strategy": Strategy}),
    (Party, "agreement__strategy", {"agreement": Agreement}),
)


def make_plans(source: Strategy, count: int) -> None:
    """Write that many copies of the strategy, each indicator with an actual for every fiscal year.

    For Hokuto's plan a copy has 49 indicators and 245 actuals. No change history is written.
    """
    fill_years(source)
    for first in range(1, count + 1, PLANS_AT_ONCE):
        numbers = range(first, min(first + PLANS_AT_ONCE, count + 1))
        copies = [_copy(source, slug=f"plan-{number:04}", name=f"{source.name} {number}", is_current=False) for number in numbers]
        _copy_tree(source, Strategy.objects.bulk_create(copies))


def fill_years(source: Strategy) -> None:
    """Give the strategy's indicators the actuals that are missing, so that every copy has one for each year."""
    present = set(Actual.objects.filter(indicator__strategy=source).values_list("indicator_id", "fiscal_year"))
    wanted = [(pk, year) for pk in source.indicators.values_list("pk", flat=True) for year in source.fiscal_years]
    fields = {"entry_state": EntryState.CHECKED, "is_sample": True}
    missing = [Actual(indicator_id=pk, fiscal_year=year, value=Decimal(year - 2000), **fields) for pk, year in wanted if (pk, year) not in present]
    Actual.objects.bulk_create(missing)


def _copy(row: models.Model, **changed) -> models.Model:
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}
    return type(row)(**{**fields, **changed})


def _copy_tree(source: Strategy, copies: Iterable[Strategy]) -> None:
    """New ids are kept by model, copy and old id, for the children to refer to."""
    new_ids = {Strategy: {(copy.pk, source.pk): copy.pk for copy in copies}}
    for model, path, parents in TREE:
        rows = list(model.objects.filter(**{path: source}))
        made = [(copy.pk, row, _copy(row, **_parents_of(row, copy.pk, parents, new_ids))) for copy in copies for row in rows]
        model.objects.bulk_create([new for _, _, new in made], batch_size=BATCH)
        new_ids[model] = {(copy_id, row.pk): new.pk for copy_id, row, new in made}


def _parents_of(row: models.Model, copy_id: int, parents: dict, new_ids: dict) -> dict[str, int | None]:
    old = {f"{name}_id": (model, getattr(row, f"{name}_id")) for name, model in parents.items()}
    return {name: old_id and new_ids[model][copy_id, old_id] for name, (model, old_id) in old.items()}
