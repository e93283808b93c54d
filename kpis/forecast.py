"""見込み: what the remaining years bring under two plain assumptions. No regression; the page states the assumption in words."""
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from common.fiscal import era_long
from kpis.progress import UPWARD, Judgement
from kpis.vocabulary import TargetKind

WITHOUT_PATH = (TargetKind.RANGE, TargetKind.DIRECTION, TargetKind.MILESTONE)


@dataclass(frozen=True)
class Assumption:
    """One way the remaining years may go: (fiscal year, value) for each of them, in the indicator's unit."""

    label: str
    path: tuple[tuple[int, Fraction], ...]
    reaches_target: bool | None

    @property
    def final(self) -> Fraction:
        """The value in the plan's last year."""
        return self.path[-1][1]


@dataclass(frozen=True)
class Forecast:
    """Both assumptions, from the last known value on. `growth_per_year` is negative for a falling figure."""

    base_fiscal_year: int
    base: Fraction
    growth_per_year: Fraction
    same_growth: Assumption
    flat: Assumption
    target: Fraction | None
    needed_share: Fraction | None

    @property
    def assumptions(self) -> tuple[Assumption, Assumption]:
        return self.same_growth, self.flat


def forecast(judgements: Sequence[Judgement], fiscal_year: int) -> Forecast | None:
    """The forecast as of that fiscal year; None with fewer than two values, in the final year, or without a number to reach."""
    known = [j for j in judgements if j.fiscal_year <= fiscal_year and j.result is not None]
    if len(known) < 2 or known[-1].facts.target_kind in WITHOUT_PATH or _is_over(known[-1], fiscal_year):
        return None
    before, last = known[-2:]
    growth = (last.result - before.result) / (last.fiscal_year - before.fiscal_year)
    target, final = _target(last, fiscal_year), last.facts.last_year_in(fiscal_year)
    return Forecast(
        base_fiscal_year=last.fiscal_year,
        base=last.result,
        growth_per_year=growth,
        same_growth=_assume(_growth_label(before, last), last, growth, target, _lowest(known), final),
        flat=_assume("横ばい（伸びなし）", last, Fraction(0), target, None, final),
        target=target,
        needed_share=_needed_share(last, growth, target, final),
    )


def _is_over(last: Judgement, fiscal_year: int) -> bool:
    """Whether no year remains to look forward to: the plan's last one is here, or the indicator ends during the plan."""
    return last.facts.last_year_in(fiscal_year) == fiscal_year or last.facts.ends_in is not None


def _target(last: Judgement, fiscal_year: int) -> Fraction | None:
    found = last.facts.target(fiscal_year)
    return None if found is None or found.value is None else Fraction(found.value)


def _growth_label(before: Judgement, last: Judgement) -> str:
    if last.fiscal_year - before.fiscal_year == 1:
        return f"{era_long(last.fiscal_year)}と同じ伸びが続く"
    return f"{era_long(before.fiscal_year)}から{era_long(last.fiscal_year)}までの平均の伸びが続く"


def _lowest(known: list[Judgement]) -> Fraction | None:
    """A figure that has never been negative, such as a number of children, is not forecast below 0."""
    facts = known[-1].facts
    values = [*(j.result for j in known), *(t.value for t in facts.targets), facts.baseline_value or 0]
    return Fraction(0) if all(value >= 0 for value in values) else None


def _assume(label: str, last: Judgement, growth: Fraction, target: Fraction | None, lowest: Fraction | None, final: int) -> Assumption:
    years = range(last.fiscal_year + 1, final + 1)
    path = [(year, last.result + growth * (year - last.fiscal_year)) for year in years]
    if lowest is not None:
        path = [(year, max(value, lowest)) for year, value in path]
    return Assumption(label, tuple(path), _reaches(last, path[-1][1], target))


def _reaches(last: Judgement, value: Fraction, target: Fraction | None) -> bool | None:
    if target is None:
        return None
    return value >= target if last.facts.target_kind in UPWARD else value <= target


def _needed_share(last: Judgement, growth: Fraction, target: Fraction | None, final: int) -> Fraction | None:
    """How much of the latest growth each remaining year needs; None where nothing is needed or the figure moves away from the target."""
    if growth == 0 or _reaches(last, last.result, target) is not False:
        return None
    needed = (target - last.result) / (final - last.fiscal_year)
    return needed / growth if needed / growth > 0 else None
