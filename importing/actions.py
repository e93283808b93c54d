"""Takes whole plans in: structure, indicators and agreements together, which no app below could do."""
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.core import serializers
from django.core.serializers.base import DeserializedObject
from django.db import models, transaction

from accounts.models import Revision, User
from goals.models import Strategy

PLAN_SLUG = "hokuto-2"
# In the order in which one file refers to another.
PLAN_FIXTURES = (
    "hokuto_2_strategy",
    "hokuto_2_initiatives",
    "hokuto_2_sdgs",
    "hokuto_2_indicators",
    "hokuto_2_targets",
    "hokuto_2_agreements",
)
LOADED = "計画の読込"


@transaction.atomic
def load_plan(directory: Path, *, by: User | None = None) -> int:
    """Load Hokuto's second strategy from the fixtures in `directory`, all of it or nothing, with its change history.

    Returns the number of rows, 0 when the strategy is already there. It becomes the current one unless another is.
    """
    if Strategy.objects.filter(slug=PLAN_SLUG).exists():
        return 0
    rows = []
    for found in _rows(directory):
        if isinstance(found.object, Strategy):
            found.object.is_current = Strategy.objects.current() is None
        found.save()
        rows.append(found.object)
    _write_history(rows, by)
    transaction.on_commit(Revision.advance)
    return len(rows)


def _rows(directory: Path) -> Iterator[DeserializedObject]:
    """The rows one by one: each may refer to one before it, which must be saved by then."""
    for name in PLAN_FIXTURES:
        yield from serializers.deserialize("json", (directory / f"{name}.json").read_text(encoding="utf-8"))


def _write_history(rows: Iterable[models.Model], by: User | None) -> None:
    """Fixtures are saved raw, which simple-history passes over."""
    by_model = defaultdict(list)
    for row in rows:
        by_model[type(row)].append(row)
    for model, saved in by_model.items():
        if hasattr(model, "history"):
            model.history.bulk_history_create(saved, default_user=by, default_change_reason=LOADED)
