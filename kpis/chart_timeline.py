"""The years of an indicator's chart and what was known of them in the shown year.

A column is a place on the time axis: the start 「現状値・起点」 where there is one, then each fiscal year of the plan.
"""
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction

from common.fiscal import baseline_label_long, era_long, era_short
from kpis.facts import IndicatorFacts, TargetValue
from kpis.progress import STRAIGHT, Judgement, judge
from kpis.vocabulary import TargetKind

WITHOUT_NUMBER = (TargetKind.DIRECTION, TargetKind.MILESTONE)


class Origin(Enum):
    """Where the line begins."""

    MEASURED = "a baseline value 「現状値」"
    COUNTED = "a total counts from 0 「起点」"
    ASSUMED = "no baseline: 目安 starts from 0, the actual line does not"
    NONE = "nothing to start from"


@dataclass(frozen=True)
class Column:
    """A place on the time axis: its short label, its full name, and the second line under the label."""

    label: str
    name: str
    note: str = ""


@dataclass(frozen=True)
class Timeline:
    """An indicator as seen in `fiscal_year`: one judgement for each year of the plan from its own first one, without results after that year.

    Nothing is known where it was added after `fiscal_year`.
    """

    facts: IndicatorFacts
    fiscal_year: int
    judgements: tuple[Judgement, ...]
    origin: Origin

    @property
    def columns(self) -> tuple[Column, ...]:
        years = tuple(Column(era_short(j.fiscal_year), era_long(j.fiscal_year)) for j in self.judgements)
        return years if self.origin is Origin.NONE else (_start_column(self.facts, self.origin), *years)

    @property
    def known(self) -> tuple[Judgement, ...]:
        """The judgements up to the shown year, while the indicator lasts."""
        return tuple(j for j in self.judgements if j.fiscal_year <= self.fiscal_year and j.outside is None)

    @property
    def shown(self) -> Judgement | None:
        """The shown year's judgement; None before the indicator's first year."""
        return next((j for j in self.judgements if j.fiscal_year == self.fiscal_year), None)

    @property
    def with_result(self) -> tuple[Judgement, ...]:
        return tuple(j for j in self.known if j.result is not None)

    @property
    def start(self) -> Fraction | None:
        """The value at the start column; None without one."""
        if self.origin is Origin.NONE:
            return None
        return Fraction(self.facts.baseline_value) if self.origin is Origin.MEASURED else Fraction(0)

    @property
    def last_column(self) -> int:
        return len(self.columns) - 1

    def column(self, fiscal_year: int) -> int:
        return max(fiscal_year - self.facts.start_year, -1) + (self.origin is not Origin.NONE)

    @property
    def targets(self) -> tuple[TargetValue, ...]:
        """The targets in the order they took effect, without those that only repeat the one before."""
        found: list[TargetValue] = []
        for target in sorted(self.facts.targets, key=lambda t: t.effective_fiscal_year):
            if not found or (target.value, target.upper_value) != (found[-1].value, found[-1].upper_value):
                found.append(target)
        return tuple(found)

    @property
    def is_revised(self) -> bool:
        return len(self.targets) > 1

    @property
    def is_extended(self) -> bool:
        return self.facts.final_fiscal_year != self.facts.original_last_year

    @property
    def is_stepped(self) -> bool:
        """Whether 目安 is no longer one straight line."""
        return self.is_revised or self.is_extended


def timeline(judgements: Sequence[Judgement], fiscal_year: int) -> Timeline:
    """The timeline of one indicator's judgements, oldest first. Raises ValueError without a judgement up to that year."""
    known = {j.fiscal_year: j for j in judgements if j.fiscal_year <= fiscal_year}
    if not known:
        raise ValueError(f"no judgement up to {fiscal_year}")
    facts = _as_known_in(judgements[0].facts, fiscal_year)
    years = range(facts.start_year, facts.final_fiscal_year + 1)
    return Timeline(facts, fiscal_year, tuple(_without_number(known.get(year) or judge(facts, year)) for year in years), _origin(facts))


def _as_known_in(facts: IndicatorFacts, fiscal_year: int) -> IndicatorFacts:
    has_target = facts.target_kind not in WITHOUT_NUMBER
    return replace(
        facts,
        milestones=tuple(m for m in facts.milestones if has_target and (m.effective_fiscal_year or 0) <= fiscal_year),
        extensions=tuple(end for end in facts.extensions if end.effective_fiscal_year <= max(fiscal_year, facts.start_year)),
        targets=tuple(t for t in facts.targets if has_target and t.value is not None and t.effective_fiscal_year <= fiscal_year),
        actuals=tuple(a for a in facts.actuals if a.fiscal_year <= fiscal_year),
    )


def _without_number(judgement: Judgement) -> Judgement:
    """A due year of a MILESTONE is no 目安 to draw."""
    return replace(judgement, expected=None) if judgement.facts.target_kind in WITHOUT_NUMBER else judgement


def _origin(facts: IndicatorFacts) -> Origin:
    if facts.accumulation.is_total:
        return Origin.COUNTED
    if facts.baseline_value is not None:
        return Origin.MEASURED
    return Origin.ASSUMED if facts.target_kind in STRAIGHT and facts.targets else Origin.NONE


def _start_column(facts: IndicatorFacts, origin: Origin) -> Column:
    if origin is not Origin.MEASURED:
        return Column("起点", "起点")
    label = facts.baseline_label
    name = f"{baseline_label_long(label)}（現状値）" if label else "現状値"
    return Column(label or "現状値", name, "現状値" if label else "")
