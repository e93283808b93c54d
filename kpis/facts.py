"""What the judgement reads: an indicator's facts, in its own unit, and the strategy's thresholds. Pure."""
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from common.japanese import percent_text
from kpis.vocabulary import Accumulation, MissingReason, RateFormula, TargetKind, ValueState, WantedDirection


@dataclass(frozen=True)
class TargetValue:
    """A target in force from a fiscal year on. RANGE uses value as the lower and upper_value as the upper bound."""

    effective_fiscal_year: int
    value: Decimal | None
    upper_value: Decimal | None = None


@dataclass(frozen=True)
class Milestone:
    """年度目標: what is due in one fiscal year, decided from a fiscal year on; None where the plan had it from the start."""

    fiscal_year: int
    value: Decimal
    effective_fiscal_year: int | None = None


@dataclass(frozen=True)
class PeriodEnd:
    """計画期間の延長: from a fiscal year on the plan's last year is a later one."""

    effective_fiscal_year: int
    last_fiscal_year: int


class Outside(Enum):
    """An indicator is not judged in a year before it was added or after it was ended."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True)
class ActualValue:
    """What is known of one fiscal year. is_met is the statement that decides a MILESTONE."""

    fiscal_year: int
    value: Decimal | None = None
    state: ValueState = ValueState.CONFIRMED
    missing_reason: MissingReason | None = None
    expected_month: int | None = None
    is_met: bool | None = None


@dataclass(frozen=True)
class IndicatorFacts:
    """Everything the judgement needs to know of one indicator, in its own unit.

    `first_fiscal_year` and `last_fiscal_year` are the plan's, as it was adopted; `extensions` say when and how far it was extended.
    `starts_in` and `ends_in` are the indicator's own first and last year, where it was added or ended during the plan.
    """

    name: str
    unit: str
    decimals: int
    target_kind: TargetKind
    accumulation: Accumulation
    first_fiscal_year: int
    last_fiscal_year: int
    baseline_value: Decimal | None = None
    baseline_label: str = ""
    target_label: str = ""
    wanted_direction: WantedDirection = WantedDirection.UP
    rate_formula: RateFormula | None = None
    targets: tuple[TargetValue, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    actuals: tuple[ActualValue, ...] = ()
    extensions: tuple[PeriodEnd, ...] = ()
    starts_in: int | None = None
    ends_in: int | None = None

    @property
    def start_year(self) -> int:
        """The first year of this indicator: from here elapsed years are counted and totals summed."""
        return self.starts_in or self.first_fiscal_year

    @property
    def final_fiscal_year(self) -> int:
        """The plan's last year with every extension."""
        return max((end.last_fiscal_year for end in self.extensions), default=self.last_fiscal_year)

    def last_year_in(self, fiscal_year: int) -> int:
        """The plan's last year by the period in force in that year."""
        return max((end.last_fiscal_year for end in self.extensions if end.effective_fiscal_year <= fiscal_year), default=self.last_fiscal_year)

    def extension_in(self, fiscal_year: int) -> int | None:
        """Since which fiscal year the extended period of that year applies; None where it was not extended."""
        return max((end.effective_fiscal_year for end in self.extensions if end.effective_fiscal_year <= fiscal_year), default=None)

    @property
    def original_last_year(self) -> int:
        """当初の最終年度: the plan's last year as it was when this indicator began."""
        return self.last_year_in(self.start_year)

    def outside(self, fiscal_year: int) -> Outside | None:
        """Why the indicator is not judged in that year of the plan; None when it is."""
        if self.starts_in is not None and fiscal_year < self.starts_in:
            return Outside.BEFORE
        return Outside.AFTER if self.ends_in is not None and fiscal_year > self.ends_in else None

    def milestones_in(self, fiscal_year: int) -> dict[int, Decimal]:
        """The yearly milestones as decided by that year, by their years; a later decision replaces an earlier one."""
        decided = sorted((m for m in self.milestones if (m.effective_fiscal_year or 0) <= fiscal_year), key=lambda m: m.effective_fiscal_year or 0)
        return {milestone.fiscal_year: milestone.value for milestone in decided}

    def due_year_in(self, fiscal_year: int) -> int:
        """When a qualitative aim is due as decided by that year: the first milestone of the newest decision, else the plan's last year."""
        decided = [m for m in self.milestones if (m.effective_fiscal_year or 0) <= fiscal_year]
        newest = max((m.effective_fiscal_year or 0 for m in decided), default=0)
        return min((m.fiscal_year for m in decided if (m.effective_fiscal_year or 0) == newest), default=self.last_year_in(fiscal_year))

    def as_adopted(self) -> "IndicatorFacts":
        """The same facts without any revision: first target, the milestones and the period the indicator began with."""
        original = self.original_target()
        since = original.effective_fiscal_year if original else self.start_year
        first = tuple(m for m in self.milestones if m.effective_fiscal_year is None or m.effective_fiscal_year <= since)
        extensions = tuple(end for end in self.extensions if end.effective_fiscal_year <= self.start_year)
        return replace(self, targets=(original,) if original else (), milestones=first, extensions=extensions)

    def actual(self, fiscal_year: int) -> ActualValue:
        """The year's actual; an empty one when nothing was recorded."""
        return next((a for a in self.actuals if a.fiscal_year == fiscal_year), ActualValue(fiscal_year))

    def original_target(self) -> TargetValue | None:
        """当初の目標: the earliest one."""
        return min(self.targets, key=lambda t: t.effective_fiscal_year, default=None)

    def target(self, fiscal_year: int) -> TargetValue | None:
        """The target in force in that year; None before the first one takes effect."""
        in_force = [t for t in self.targets if t.effective_fiscal_year <= fiscal_year]
        return max(in_force, key=lambda t: t.effective_fiscal_year, default=None)


@dataclass(frozen=True)
class Rules:
    """The strategy's thresholds, as shares of 1, and how rates are shown."""

    on_track_from: Decimal = Decimal("0.9")
    slightly_behind_from: Decimal = Decimal("0.6")
    limit_tolerance: Decimal = Decimal("0.01")
    maintain_tolerance: Decimal = Decimal("0.01")
    rates_cut_off: bool = True
    rate_decimals: int = 0

    def rate_text(self, rate: Fraction | None) -> str:
        """A rate as the strategy shows it: 「53％」."""
        return percent_text(rate, self.rate_decimals, down=self.rates_cut_off)
