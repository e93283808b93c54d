"""Loads data once and copies its rows afterwards: the plan's commands take half a second, the copy a few hundredths."""
from collections.abc import Callable
from copy import copy

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models

from accounts.models import Revision

APPS = ("accounts", "goals", "kpis", "partnerships")
_kept: dict[str, list[tuple[type[models.Model], list[models.Model]]]] = {}


def _tables() -> list[type[models.Model]]:
    return [model for app in APPS for model in apps.get_app_config(app).get_models(include_auto_created=True)]


def load_once(name: str, load: Callable[[], None]) -> None:
    """Run `load` on the empty database of the first test that asks, and put the same rows there for every later one.

    The rows have the same keys whatever ran before, and new ones get the next.
    """
    if name not in _kept:
        _number_from_last_row()
        load()
        _kept[name] = [(model, list(model._base_manager.all())) for model in _tables() if model is not Revision]
        return
    for model, rows in _kept[name]:
        model._base_manager.bulk_create([copy(row) for row in rows])
    _number_from_last_row()


def _number_from_last_row() -> None:
    """PostgreSQL counts on where the last test stopped, even though that test's rows are gone."""
    statements = connection.ops.sequence_reset_sql(no_style(), _tables())
    if statements:
        with connection.cursor() as cursor:
            cursor.execute("".join(statements))
