"""Whether a row meets a database constraint, told without asking the database, for a row that is not written yet."""
from collections.abc import Iterable
from functools import reduce
from operator import and_, ge, gt, le, lt, or_, xor
from typing import Any

from django.db.models import CheckConstraint, F, Model, Q

COMPARISONS = {"gt": gt, "gte": ge, "lt": lt, "lte": le, "exact": lambda one, other: one == other}
# With None, which is SQL's unknown: each is right for two known values.
CONNECTORS = {Q.AND: and_, Q.OR: or_, Q.XOR: xor}


def broken_constraints(row: Model) -> list[CheckConstraint]:
    """The check constraints of its model that the row would break."""
    checks = (constraint for constraint in row._meta.constraints if isinstance(constraint, CheckConstraint))
    return [check for check in checks if _holds(check.condition, row) is False]


def names_in(condition: Q) -> list[str]:
    """The fields a condition speaks of, in its order."""
    parts = (names_in(child) if isinstance(child, Q) else [child[0].split("__")[0]] for child in condition.children)
    return list(dict.fromkeys(name for part in parts for name in part))


def _holds(condition: Q, row: Model) -> bool | None:
    """True, False, or None where SQL says unknown, which a constraint lets pass."""
    results = [_holds(child, row) if isinstance(child, Q) else _compared(*child, row) for child in condition.children]
    result = _joined(condition.connector, results)
    return None if result is None else result is not condition.negated


def _joined(connector: str, results: Iterable[bool | None]) -> bool | None:
    results = list(results)
    decided = {Q.AND: False, Q.OR: True}.get(connector)
    if decided is not None and decided in results:
        return decided
    return None if None in results else reduce(CONNECTORS[connector], results)


def _compared(path: str, wanted: Any, row: Model) -> bool | None:
    name, _, lookup = path.partition("__")
    value = getattr(row, name)
    if lookup == "isnull":
        return (value is None) is wanted
    wanted = getattr(row, wanted.name) if isinstance(wanted, F) else wanted
    if value is None or wanted is None:
        return None
    if lookup == "in":
        return value in wanted
    if lookup == "range":
        return wanted[0] <= value <= wanted[1]
    return COMPARISONS[lookup or "exact"](value, wanted)
