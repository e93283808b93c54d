"""What the judgement reads: an indicator's facts, in its own unit, and the strategy's thresholds. Pure."""
from dataclasses import dataclass
from decimal import Decimal
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
    """Everything the judgement needs to know of one indicator, in its own unit."""

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
    milestones: tuple[tuple[int, Decimal], ...] = ()
    actuals: tuple[ActualValue, ...] = ()

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
