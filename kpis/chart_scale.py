"""A chart's value axis: round ticks, and 0 on it unless the values lie far from 0."""
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from common.japanese import number_text

ROUND_STEPS = (Fraction(1), Fraction(2), Fraction(5, 2), Fraction(5), Fraction(10))
# Values that fill less than this share of the way from 0 are shown without 0, and the chart says so.
ZERO_SHARE = Fraction(2, 5)
LOW_PADDING = Fraction(1, 12)
NEAR_ZERO = 2  # an axis that would begin this few steps above 0 begins at 0


@dataclass(frozen=True)
class Axis:
    """From `low` to `high` in equal steps; both ends are ticks."""

    low: Fraction
    high: Fraction
    step: Fraction

    @property
    def ticks(self) -> tuple[Fraction, ...]:
        return tuple(self.low + self.step * n for n in range(int((self.high - self.low) / self.step) + 1))

    @property
    def has_zero(self) -> bool:
        return self.low <= 0 <= self.high

    def share(self, value: Fraction) -> float:
        """Where a value lies: 0 at the low end, 1 at the high end; beyond both for values outside."""
        return float((value - self.low) / (self.high - self.low))

    def text(self, value: Fraction) -> str:
        """A tick's text, with as many decimals as the step needs."""
        return number_text(value, _decimals(self.step))


def _decimals(step: Fraction) -> int:
    return next((n for n in range(5) if (step * 10**n).denominator == 1), 4)


def round_step(raw: Fraction, smallest: Fraction) -> Fraction:
    """The smallest of 1, 2, 2.5, 5 × 10ⁿ that is at least `raw`, in whole multiples of `smallest`."""
    power = Fraction(1)
    while power * 10 <= raw:
        power *= 10
    while power > raw:
        power /= 10
    fitting = (power * step for step in ROUND_STEPS if power * step >= raw)
    return next((step for step in fitting if (step / smallest).denominator == 1), smallest)


def value_axis(values: Iterable[Fraction], *, decimals: int = 0, from_zero: bool = False, intervals: int = 6) -> Axis:
    """An axis around the values, in steps no finer than the indicator's decimals. Without values: 0 to 1."""
    low, high = _ends(list(values) or [Fraction(0), Fraction(1)], from_zero)
    smallest = Fraction(1, 10**decimals)
    step = round_step(max((high - low) / intervals, smallest), smallest)
    first = floor(low / step)
    return Axis((0 if 0 < first <= NEAR_ZERO else first) * step, ceil(high / step) * step, step)


def _ends(values: list[Fraction], from_zero: bool) -> tuple[Fraction, Fraction]:
    low, high = min(values), max(values)
    if from_zero or 0 <= low <= high * ZERO_SHARE:
        low = min(low, Fraction(0))
    if from_zero or low * ZERO_SHARE <= high <= 0:
        high = max(high, Fraction(0))
    if low == high:
        around = abs(low) / 10 or Fraction(1)
        return (low - around if low else low), high + around
    return (low if low == 0 else low - (high - low) * LOW_PADDING), high
