"""Rows with their children by one left join, where a page can ill afford a query for each kind of child."""
from collections.abc import Sequence
from itertools import groupby

from django.db.models import F, Model, QuerySet

PREFIX = "child_"


def with_children(parents: QuerySet, relation: str, child: type[Model], fields: Sequence[str]) -> list[tuple[Model, list[Model]]]:
    """The parents in their order, each with its children in theirs. The children are unsaved and hold only those fields.

    A parent without children stays, with an empty list. One query.
    """
    joined = {f"{PREFIX}{field}": F(f"{relation}__{field}") for field in ("pk", *fields)}
    order = [f"{relation}__{field}" for field in child._meta.ordering if field in fields]
    rows = parents.annotate(**joined).order_by(*parents.query.order_by, *order)
    return [_family(list(group), child, fields) for _, group in groupby(rows, key=lambda row: row.pk)]


def _family(rows: list[Model], child: type[Model], fields: Sequence[str]) -> tuple[Model, list[Model]]:
    born = [row for row in rows if getattr(row, f"{PREFIX}pk") is not None]
    return rows[0], [child(**{field: getattr(row, f"{PREFIX}{field}") for field in fields}) for row in born]
