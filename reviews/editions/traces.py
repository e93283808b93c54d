"""Who changed what an edition told, when and why: the newest record of each thing since the edition was frozen."""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model

from accounts.history import BY_COMMAND
from goals.models import Goal, Measure, Strategy
from kpis.models import Indicator, Target
from reviews.editions.comparing import Place
from reviews.models import (
    CouncilEvaluation,
    Decision,
    Edition,
    InitiativeProgress,
    InternalEvaluation,
    JointOpinion,
    Meeting,
    Response,
    Seat,
    SelfEvaluation,
)


@dataclass(frozen=True)
class Trace:
    """One record of the change history. `what` is the Japanese name of the thing that was changed."""

    what: str
    at: datetime
    by: str
    reason: str
    is_of_target: bool = False


@dataclass(frozen=True)
class Source:
    """Where the history of a kind of place is: which columns make its key, and how its rows are limited to the edition's."""

    kind: str
    model: type[Model]
    keys: tuple[str, ...]
    scope: str
    reason: str = "history_change_reason"


MEASURE = ("measure__goal__number", "measure__number")
SOURCES = (
    Source("indicator", Target, ("indicator_id",), "indicator__strategy", "reason"),
    Source("indicator", Indicator, ("id",), "strategy"),
    Source("goal", Goal, ("number",), "strategy"),
    Source("measure", Measure, ("goal__number", "number"), "goal__strategy"),
    Source("strategy", Strategy, (), "id"),
    Source("rules", Strategy, (), "id"),
    Source("members", Seat, (), "strategy"),
    Source("self", SelfEvaluation, (*MEASURE, "division__name"), "review"),
    Source("initiative", InitiativeProgress, (*(f"initiative__{name}" for name in MEASURE), "initiative__number"), "review"),
    Source("internal", InternalEvaluation, MEASURE, "review"),
    Source("council", CouncilEvaluation, MEASURE, "review"),
    Source("opinion", JointOpinion, ("id",), "review"),
    Source("opinion", Response, ("opinion_id",), "opinion__review"),
    Source("meeting", Meeting, ("body", "number"), "review"),
    Source("meeting", Decision, ("meeting__body", "meeting__number"), "meeting__review"),
)


def traces_since(edition: Edition, places: Iterable[Place]) -> Mapping[tuple[str, tuple], tuple[Trace, ...]]:
    """The traces of those places by their kind and key. One query for each source that a place needs, however many places there are.

    Values are told by reviews/editions/corrections.py, which knows what readers saw of them.
    """
    kinds = {place.kind for place in places}
    found: dict[tuple[str, tuple], tuple[Trace, ...]] = {}
    for source in SOURCES:
        if source.kind in kinds:
            for key, trace in _newest(source, edition).items():
                found[source.kind, key] = (*found.get((source.kind, key), ()), trace)
    return found


def _newest(source: Source, edition: Edition) -> dict[tuple, Trace]:
    owner = edition.review_id if source.scope.endswith("review") else edition.review.strategy_id
    rows = source.model.history.filter(**{source.scope: owner, "history_date__gt": edition.frozen_at}).order_by("history_date", "history_id")
    name = str(source.model._meta.verbose_name)
    records = rows.values_list("history_date", "history_user__display_name", source.reason, "history_change_reason", *source.keys)
    is_of_target = source.model is Target
    return {tuple(each or "" for each in key): Trace(name, at, by or BY_COMMAND, reason or why or "", is_of_target) for at, by, reason, why, *key in records}
