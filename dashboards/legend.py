"""The key to the verdicts 「判定の凡例」, made from the table the judgement guide prints and the strategy's own thresholds."""
from collections.abc import Iterable
from dataclasses import dataclass

from common.japanese import percent_text
from goals.models import Strategy
from kpis.vocabulary import STATUS_RULES, Status

THRESHOLDS = ("on_track_from", "slightly_behind_from", "limit_tolerance", "maintain_tolerance")


@dataclass(frozen=True)
class LegendEntry:
    """One verdict, the word it has that year, and when it is given."""

    status: Status
    word: str
    text: str


def thresholds(strategy: Strategy) -> dict[str, str]:
    """The strategy's settings as the rules name them: {"on_track": "90％", …}."""
    return {name.removesuffix("_from"): percent_text(getattr(strategy, name), 2) for name in THRESHOLDS}


def legend(strategy: Strategy, *, is_final_year: bool, statuses: Iterable[Status] = Status) -> list[LegendEntry]:
    """The entries of those statuses, best first."""
    shown, settings = set(statuses), thresholds(strategy)
    rules = (rule for rule in STATUS_RULES if rule.status in shown)
    return [LegendEntry(rule.status, rule.status.word(is_final_year), rule.short.format(**settings)) for rule in rules]
