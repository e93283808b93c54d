"""The judgement of an indicator: pure, exact, and the heart of the product.

Facts go in, a Judgement comes out; nothing is rounded, clamped or guessed. Decimals enter, Fractions decide: 18 ÷ 20 is 0.9.
The rules are those of docs/judgement.md; the words are in kpis/vocabulary.py, the sentences in kpis/explanation.py.
"""
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from common.fiscal import era_long, era_short
from kpis.facts import ActualValue, IndicatorFacts, Outside, Rules, TargetValue
from kpis.vocabulary import (
    DEFAULT_RATE_FORMULA,
    Accumulation,
    Change,
    RateFormula,
    Status,
    TargetKind,
    WantedDirection,
)

UPWARD = (TargetKind.INCREASE, TargetKind.FLOOR)
STRAIGHT = (TargetKind.INCREASE, TargetKind.DECREASE)
LIMITS = (TargetKind.FLOOR, TargetKind.CEILING)


@dataclass(frozen=True)
class Judgement:
    """The verdict on one indicator in one fiscal year with everything it rests on. Rates: 1 is 100 %."""

    facts: IndicatorFacts
    fiscal_year: int
    elapsed_years: int
    total_years: int
    status: Status
    actual: ActualValue
    result: Fraction | None = None
    start: Fraction | None = None
    target: TargetValue | None = None
    milestone: Fraction | None = None
    expected: Fraction | None = None
    is_maintained: bool = False
    is_met: bool | None = None
    progress_rate: Fraction | None = None
    expected_progress: Fraction | None = None
    pace: Fraction | None = None
    achievement_rate: Fraction | None = None
    rate_formula: RateFormula | None = None
    required_per_year: Fraction | None = None
    is_worsened: bool = False
    change: Change | None = None
    missing_years: tuple[int, ...] = ()
    outside: Outside | None = None
    against_original: "Judgement | None" = None

    @property
    def is_final_year(self) -> bool:
        return self.elapsed_years == self.total_years

    @property
    def word(self) -> str:
        """The verdict's word; for a year that is not the indicator's, since or until when it is."""
        if self.outside is Outside.BEFORE:
            return f"{era_long(self.facts.starts_in)}から"
        return f"{era_long(self.facts.ends_in)}で終了" if self.outside else self.status.word(self.is_final_year)

    @property
    def short_word(self) -> str:
        """The same for narrow columns: 「R4で終了」."""
        if self.outside is Outside.BEFORE:
            return f"{era_short(self.facts.starts_in)}から"
        return f"{era_short(self.facts.ends_in)}で終了" if self.outside else self.word

    @property
    def last_fiscal_year(self) -> int:
        """The plan's last year by the period this verdict rests on."""
        return self.facts.last_year_in(self.fiscal_year)

    @property
    def is_extended(self) -> bool:
        """Whether that period is longer than the one the indicator began with."""
        return self.last_fiscal_year != self.facts.original_last_year

    @property
    def has_other_target(self) -> bool:
        """Whether the target in force is not the original one."""
        original = self.against_original
        return original is not None and (self.target.value, self.target.upper_value) != (original.target.value, original.target.upper_value)

    @property
    def has_target(self) -> bool:
        """Whether there is a number to reach; a range needs both bounds."""
        kind = self.facts.target_kind
        if kind is TargetKind.DIRECTION or self.target is None or self.target.value is None:
            return False
        return kind is not TargetKind.RANGE or self.target.upper_value is not None

    @property
    def from_expected(self) -> Fraction | None:
        """Result minus 目安."""
        return None if self.result is None or self.expected is None else self.result - self.expected

    @property
    def from_target(self) -> Fraction | None:
        """Result minus the target in force."""
        has_both = self.result is not None and self.target is not None and self.target.value is not None
        return self.result - Fraction(self.target.value) if has_both else None

    def for_public(self) -> "Judgement":
        """What the public sees: 未入力 is a work state and reads 未測定."""
        return replace(self, status=Status.NOT_MEASURED) if self.status is Status.NOT_ENTERED else self


def judge(facts: IndicatorFacts, fiscal_year: int, rules: Rules = Rules()) -> Judgement:
    """The judgement of one indicator in one fiscal year. Raises ValueError for a year outside the plan."""
    if not facts.first_fiscal_year <= fiscal_year <= facts.final_fiscal_year:
        raise ValueError(f"{fiscal_year} is outside {facts.first_fiscal_year}–{facts.final_fiscal_year}")
    judgement = _judge_against(facts, fiscal_year, rules)
    if judgement.outside or not _is_revised(judgement):
        return judgement
    return replace(judgement, against_original=_judge_against(facts.as_adopted(), fiscal_year, rules))


def _is_revised(j: Judgement) -> bool:
    """Whether target, yearly milestone or period differ from what the plan was adopted with, as far as this year is concerned."""
    original = j.facts.original_target()
    if j.target is None:
        return False
    is_other_target = (j.target.value, j.target.upper_value) != (original.value, original.upper_value)
    return is_other_target or j.is_extended or (bool(j.facts.milestones) and _milestone(j.facts.as_adopted(), j.fiscal_year) != j.milestone)


def _judge_against(facts: IndicatorFacts, fiscal_year: int, rules: Rules) -> Judgement:
    actual = facts.actual(fiscal_year)
    total_years = facts.last_year_in(fiscal_year) - facts.start_year + 1
    blank = Judgement(
        facts=facts,
        fiscal_year=fiscal_year,
        # Past the original end, which only `against_original` meets, all of the original period has elapsed.
        elapsed_years=min(fiscal_year - facts.start_year + 1, total_years),
        total_years=total_years,
        status=Status.NOT_ENTERED,
        actual=actual,
        start=_start(facts),
        target=facts.target(fiscal_year),
        milestone=_milestone(facts, fiscal_year),
        outside=facts.outside(fiscal_year),
    )
    if blank.outside:
        return replace(blank, status=Status.NOT_RATED)
    blank = replace(blank, is_maintained=_is_maintained(blank))
    blank = replace(blank, expected=_expected(blank))
    if facts.target_kind is TargetKind.MILESTONE:
        return _judge_milestone(blank)
    if actual.value is None:
        return replace(blank, status=_status_without_value(actual))
    return _judge_value(_with_result(blank), rules)


def _milestone(facts: IndicatorFacts, fiscal_year: int) -> Fraction | None:
    value = facts.milestones_in(fiscal_year).get(fiscal_year)
    return None if value is None else Fraction(value)


def _status_without_value(actual: ActualValue) -> Status:
    return Status.NOT_MEASURED if actual.missing_reason else Status.NOT_ENTERED


def _start(facts: IndicatorFacts) -> Fraction:
    """起点: 0 for totals and for a missing baseline, else the baseline."""
    if facts.accumulation.is_total or facts.baseline_value is None:
        return Fraction(0)
    return Fraction(facts.baseline_value)


def _is_maintained(j: Judgement) -> bool:
    """Whether a limit expects the target itself every year: no baseline, or one at or beyond the limit 「維持」."""
    facts = j.facts
    if facts.target_kind not in LIMITS or facts.accumulation.is_total or j.target is None or j.target.value is None:
        return False
    return facts.baseline_value is None or not _is_better(facts.target_kind, j.start, Fraction(j.target.value))


def _expected(j: Judgement) -> Fraction | None:
    """目安: the yearly milestone, else the straight line from start to target; None without a single target value."""
    if j.milestone is not None:
        return j.milestone
    if j.facts.target_kind not in STRAIGHT + LIMITS or j.target is None or j.target.value is None:
        return None
    target = Fraction(j.target.value)
    return target if j.is_maintained else j.start + (target - j.start) * Fraction(j.elapsed_years, j.total_years)


def _with_result(j: Judgement) -> Judgement:
    if j.facts.accumulation is not Accumulation.TOTAL:
        return replace(j, result=Fraction(j.actual.value))
    years = range(j.facts.start_year, j.fiscal_year + 1)
    values = {year: j.facts.actual(year).value for year in years}
    return replace(
        j,
        result=sum((Fraction(value) for value in values.values() if value is not None), Fraction(0)),
        missing_years=tuple(year for year, value in values.items() if value is None),
    )


def _judge_value(j: Judgement, rules: Rules) -> Judgement:
    kind = j.facts.target_kind
    j = replace(j, change=_change(j), is_worsened=_is_worsened(j))
    if not j.has_target:
        return replace(j, status=Status.NOT_RATED)
    j = replace(j, is_met=_is_met(j))
    if kind in STRAIGHT:
        j = _with_progress(j)
        j = replace(j, required_per_year=_required_per_year(j))
    status = STATUS_BY_KIND[kind](j, rules)
    rate, formula = _achievement(j)
    return replace(j, status=status, achievement_rate=rate, rate_formula=formula)


def _is_better(kind: TargetKind, value: Fraction, other: Fraction) -> bool:
    """Strictly better in the sense of the kind."""
    return value > other if kind in UPWARD else value < other


def _is_met(j: Judgement) -> bool:
    low = Fraction(j.target.value)
    if j.facts.target_kind is TargetKind.RANGE:
        return low <= j.result <= Fraction(j.target.upper_value)
    return not _is_better(j.facts.target_kind, low, j.result)


def _with_progress(j: Judgement) -> Judgement:
    """進捗率, where the target lies on the better side of the start; a target revised past the start leaves no distance to cover."""
    distance = Fraction(j.target.value) - j.start
    if not _is_better(j.facts.target_kind, Fraction(j.target.value), j.start):
        return j
    progress = (j.result - j.start) / distance
    expected = (j.expected - j.start) / distance
    return replace(j, progress_rate=progress, expected_progress=expected, pace=progress / expected if expected > 0 else None)


def _required_per_year(j: Judgement) -> Fraction | None:
    """What each remaining year must add (negative: take away); None when reached or when no year remains."""
    remaining = j.total_years - j.elapsed_years
    return None if j.is_met or remaining == 0 else (Fraction(j.target.value) - j.result) / remaining


def _straight_status(j: Judgement, rules: Rules) -> Status:
    if j.is_met:
        return Status.ACHIEVED
    if j.pace is None:
        return Status.BEHIND if _is_better(j.facts.target_kind, j.expected, j.result) else Status.ON_TRACK
    if j.pace >= Fraction(rules.on_track_from):
        return Status.ON_TRACK
    return Status.SLIGHTLY_BEHIND if j.pace >= Fraction(rules.slightly_behind_from) else Status.BEHIND


def _limit_status(j: Judgement, rules: Rules) -> Status:
    if j.is_final_year and j.is_met:
        return Status.ACHIEVED
    off = j.expected - j.result if j.facts.target_kind is TargetKind.FLOOR else j.result - j.expected
    if off <= 0 and not j.is_final_year:
        return Status.ON_TRACK
    tolerance = rules.maintain_tolerance if j.is_maintained else rules.limit_tolerance
    is_within = off <= abs(j.expected) * Fraction(tolerance)
    return Status.SLIGHTLY_BEHIND if is_within and (j.is_maintained or _still_holds(j)) else Status.BEHIND


def _still_holds(j: Judgement) -> bool:
    """Whether the limit itself is not broken yet. A growing minimum total cannot be broken before the final year."""
    is_growing_minimum = j.facts.target_kind is TargetKind.FLOOR and j.facts.accumulation.is_total
    return j.is_met or (is_growing_minimum and not j.is_final_year)


def _range_status(j: Judgement, rules: Rules) -> Status:
    if j.is_met:
        return Status.ACHIEVED if j.is_final_year else Status.ON_TRACK
    low, high = Fraction(j.target.value), Fraction(j.target.upper_value)
    bound = low if j.result < low else high
    is_within = abs(j.result - bound) <= abs(bound) * Fraction(rules.maintain_tolerance)
    return Status.SLIGHTLY_BEHIND if is_within else Status.BEHIND


STATUS_BY_KIND: dict[TargetKind, Callable[[Judgement, Rules], Status]] = {
    TargetKind.INCREASE: _straight_status,
    TargetKind.DECREASE: _straight_status,
    TargetKind.FLOOR: _limit_status,
    TargetKind.CEILING: _limit_status,
    TargetKind.RANGE: _range_status,
}


def _judge_milestone(j: Judgement) -> Judgement:
    """A person says whether it is done. Not done is 順調 until the due year (`IndicatorFacts.due_year_in`)."""
    if j.actual.is_met is None:
        return replace(j, status=_status_without_value(j.actual))
    unmet = Status.ON_TRACK if j.fiscal_year < j.facts.due_year_in(j.fiscal_year) else Status.BEHIND
    return replace(j, is_met=j.actual.is_met, status=Status.ACHIEVED if j.actual.is_met else unmet)


def achievement(facts: IndicatorFacts, result: Fraction, target: Fraction, progress_rate: Fraction | None) -> tuple[Fraction | None, RateFormula | None]:
    """達成率 against a target and the formula used; (None, None) where no formula makes sense."""
    formula = facts.rate_formula or DEFAULT_RATE_FORMULA.get(facts.target_kind)
    if facts.rate_formula is None and formula and (target <= 0 or result <= 0):
        formula = RateFormula.PROGRESS
    divisor = {RateFormula.RESULT_OVER_TARGET: target, RateFormula.TARGET_OVER_RESULT: result}.get(formula)
    if formula is RateFormula.PROGRESS:
        rate = progress_rate
    elif divisor:
        rate = result / target if formula is RateFormula.RESULT_OVER_TARGET else target / result
    else:
        rate = None
    return (None, None) if rate is None else (rate, formula)


def _achievement(j: Judgement) -> tuple[Fraction | None, RateFormula | None]:
    return achievement(j.facts, j.result, Fraction(j.target.value), j.progress_rate)


def _change(j: Judgement) -> Change | None:
    if j.facts.baseline_value is None or j.facts.accumulation.is_total:
        return None
    if j.result == j.start:
        return Change.UNCHANGED
    return Change.INCREASED if j.result > j.start else Change.DECREASED


def _is_worsened(j: Judgement) -> bool:
    """後退: the result lies on the wrong side of the baseline. The planned change of a limit is no worsening."""
    kind, facts = j.facts.target_kind, j.facts
    is_planned_change = kind in LIMITS and not j.is_maintained
    if facts.baseline_value is None or facts.accumulation.is_total or is_planned_change or kind is TargetKind.RANGE:
        return False
    wants_more = kind in UPWARD or (kind is TargetKind.DIRECTION and facts.wanted_direction is WantedDirection.UP)
    return j.result < j.start if wants_more else j.result > j.start
