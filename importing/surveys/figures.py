"""The locked cells of a survey sheet: a number that stays a number, or words."""
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from common.japanese import NO_VALUE, exact, number_text, rounded
from importing.surveys.keys import MET_WORDS
from kpis.facts import ActualValue
from kpis.models import Indicator
from kpis.progress import Judgement
from kpis.vocabulary import MissingReason, Status, TargetKind, ValueState

NO_TARGET = {TargetKind.MILESTONE: "実施・設置"}


@dataclass(frozen=True)
class Figure:
    """What one cell says: `number` in the indicator's unit with what stands before and after it, or `words` where there is none."""

    number: Decimal | None = None
    decimals: int = 0
    before: str = ""
    after: str = ""
    words: str = ""

    @property
    def is_bare(self) -> bool:
        return not self.before and not self.after

    @property
    def text(self) -> str:
        """What people read: 「約1,800（H30）」, with all the digits the number has."""
        if self.number is None:
            return self.words
        return f"{self.before}{number_text(self.number, decimals_shown(self.number, self.decimals))}{self.after}"


def decimals_shown(value: Decimal, decimals: int) -> int:
    """The indicator's decimals, or as many as the value has: none is hidden."""
    return max(decimals, -exact(value).as_tuple().exponent)


def baseline_figure(indicator: Indicator) -> Figure:
    """現状値 with the time it was taken, as the plan writes it: 「10.6（R1）」."""
    if indicator.baseline_value is None:
        return Figure(words="なし")
    label = f"（{indicator.baseline_label}）" if indicator.baseline_label else ""
    return Figure(indicator.baseline_value, indicator.decimals, indicator.baseline_qualifier, label)


def past_figure(indicator: Indicator, actual: ActualValue) -> Figure:
    """One earlier year: its value with its state, or why there is none. A year without any answer is 未入力, never 0."""
    if indicator.target_kind == TargetKind.MILESTONE and actual.is_met is not None:
        return Figure(words=MET_WORDS[actual.is_met])
    if actual.value is None:
        return Figure(words=_absence(actual))
    state = "" if actual.state is ValueState.CONFIRMED else f"（{actual.state.label}）"
    return Figure(actual.value, indicator.decimals, after=state)


def _absence(actual: ActualValue) -> str:
    if actual.missing_reason is None:
        return Status.NOT_ENTERED.label
    is_awaited = actual.missing_reason is MissingReason.AWAITING_PUBLICATION and actual.expected_month
    month = f"、{actual.expected_month}月公表予定" if is_awaited else ""
    return f"{Status.NOT_MEASURED.label}（{actual.missing_reason.label}{month}）"


def target_figure(indicator: Indicator, judgement: Judgement) -> Figure:
    """The target in force that year with the plan's own wording."""
    target = judgement.target
    if target is None or target.value is None:
        return Figure(words=indicator.target_label or NO_TARGET.get(judgement.facts.target_kind, "数値目標なし"))
    if target.upper_value is not None:
        low, high = (number_text(value, indicator.decimals) for value in (target.value, target.upper_value))
        return Figure(words=f"{low}以上 {high}以下")
    label = f"（{indicator.target_label}）" if indicator.target_label else ""
    return Figure(target.value, indicator.decimals, indicator.target_qualifier, label)


def expected_figure(indicator: Indicator, expected: Fraction | None) -> Figure:
    """目安 of the year, with one decimal more where it lies between two values the indicator can have."""
    if expected is None:
        return Figure(words=NO_VALUE)
    is_between = (expected * 10**indicator.decimals).denominator != 1
    decimals = indicator.decimals + is_between
    return Figure(rounded(expected, decimals), decimals)
