"""Made-up indicators for the page 「判定のしかた」, and the arithmetic behind any judgement written out in one line each.

Pure: facts in, text out. The examples name no verdict; kpis.progress.judge decides each time the page is built.
"""
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from common.fiscal import era_short
from common.japanese import number_text, percent_text, rounded, signed_text
from dashboards.figures import decimals_of
from kpis.facts import ActualValue, IndicatorFacts, PeriodEnd, Rules, TargetValue
from kpis.progress import LIMITS, Judgement
from kpis.vocabulary import Accumulation, MissingReason, RateFormula, TargetKind

FIRST_YEAR, LAST_YEAR = 2020, 2024


@dataclass(frozen=True)
class Example:
    """One indicator, the year it is looked at, and what it teaches."""

    title: str
    lesson: str
    facts: IndicatorFacts
    fiscal_year: int


@dataclass(frozen=True)
class Calculation:
    """One figure of a judgement with the sum that leads to it: 目安, 「100＋(150－100)×2/5」, 「120人」."""

    label: str
    formula: str
    result: str


def _facts(unit: str, kind: TargetKind, baseline, target, values: dict, **more) -> IndicatorFacts:
    """A five-year indicator; `values` are actuals by fiscal year, `target` None for no target."""
    defaults = {
        "name": "例",
        "decimals": 0,
        "accumulation": Accumulation.LEVEL,
        "baseline_label": "H30",
        "targets": () if target is None else (TargetValue(FIRST_YEAR, Decimal(target)),),
        "actuals": tuple(ActualValue(year, Decimal(value)) for year, value in values.items()),
    }
    years = {"first_fiscal_year": FIRST_YEAR, "last_fiscal_year": LAST_YEAR}
    return IndicatorFacts(unit=unit, target_kind=kind, baseline_value=Decimal(baseline), **years, **{**defaults, **more})


REVISED = (TargetValue(2020, Decimal(90)), TargetValue(2022, Decimal(84)))
ADDED = (TargetValue(2023, Decimal(100)),)
AWAITED = (ActualValue(2023, missing_reason=MissingReason.AWAITING_PUBLICATION, expected_month=9),)

EXAMPLES = (
    Example("増やす", "起点から目標までの、どこまで進んだかを見ます。", _facts("人", TargetKind.INCREASE, 100, 150, {2021: 125}), 2021),
    Example("減らす", "減らす指標では、達成率は目標÷実績です。", _facts("件", TargetKind.DECREASE, 100, 50, {2021: 75}), 2021),
    Example(
        "減少を抑える",
        "目安よりゆるやかに減っていれば順調です。進捗率は使わず、目安との差で判定します。",
        _facts("人", TargetKind.FLOOR, 10000, 9500, {2021: 9700}),
        2021,
    ),
    Example("維持する", "毎年度の目安は、目標そのものです。達成と言えるのは最終年度だけです。", _facts("便", TargetKind.FLOOR, 30, 30, {2021: 30}), 2021),
    Example(
        "マイナスの値を改善する",
        "目標や実績が0以下のときの達成率は、到達度（進捗率と同じ）です。",
        _facts("人", TargetKind.INCREASE, -120, -50, {2021: -85}),
        2021,
    ),
    Example(
        "期間累計",
        "計画の最初の年度から足し上げます。起点は0で、第1期の実績は参考です。",
        _facts(
            "人", TargetKind.INCREASE, 234, 400, {2020: 62, 2021: 66, 2022: 86}, accumulation=Accumulation.TOTAL, baseline_label="第1期実績"
        ),
        2022,
    ),
    Example(
        "目標を見直した",
        "その年度に有効な目標で判定し、当初の目標での結果も示します。",
        _facts("万人", TargetKind.INCREASE, 76, None, {2023: "80.1"}, decimals=1, targets=REVISED),
        2023,
    ),
    Example(
        "計画期間を延長した",
        "延長を適用する年度から、延長後の年数で判定します。前の年度の判定は変わらず、当初の期間での結果も示します。",
        _facts("人", TargetKind.INCREASE, 100, 150, {2024: 138}, extensions=(PeriodEnd(2024, 2025),)),
        2024,
    ),
    Example(
        "計画の途中で加えた",
        "加えた年度から数えます。期間累計も、その年度から足し上げます。",
        _facts("件", TargetKind.INCREASE, 0, None, {2023: 40}, accumulation=Accumulation.TOTAL, baseline_label="", targets=ADDED, starts_in=2023),
        2023,
    ),
    Example(
        "計画の途中で終えた",
        "終えた後の年度は、入力も判定もしません。判定した指標の数にも入れません。",
        _facts("人", TargetKind.INCREASE, 100, 150, {2021: 125}, ends_in=2022),
        2023,
    ),
    Example("数値目標がない", "達成や遅れは言わず、現状値と比べます。", _facts("件", TargetKind.DIRECTION, 4649, None, {2022: 5000}, baseline_label="R1"), 2022),
    Example("値がまだない", "0とはみなしません。理由を示し、判定の数に入れません。", _facts("人", TargetKind.INCREASE, 100, 150, {}, actuals=AWAITED), 2023),
    Example(
        "最終年度",
        "目標に少し届かない年も、目安に対する比で判定します。目標に届いたかどうかは、あわせて言葉で示します。",
        _facts("人", TargetKind.INCREASE, 100, 150, {2024: 146}),
        2024,
    ),
)


def calculations(j: Judgement, rules: Rules) -> tuple[Calculation, ...]:
    """The sums behind a judgement, in the order they are done; those that do not apply are left out."""
    steps = (_result(j), _expected(j), _from_expected(j), _progress(j, rules), _pace(j), _achievement(j, rules))
    return tuple(step for step in steps if step)


def _text(j: Judgement, value) -> str:
    return number_text(value, decimals_of(Fraction(value), j.facts.decimals))


def _result(j: Judgement) -> Calculation | None:
    if j.result is None:
        return None
    label = f"{era_short(j.fiscal_year)}の実績"
    if j.facts.accumulation is not Accumulation.TOTAL:
        return Calculation(label, "", f"{_text(j, j.result)}{j.facts.unit}")
    amounts = [a.value for a in j.facts.actuals if j.facts.start_year <= a.fiscal_year <= j.fiscal_year and a.value is not None]
    return Calculation(label, "＋".join(_text(j, amount) for amount in amounts), f"{_text(j, j.result)}{j.facts.unit}")


def _expected(j: Judgement) -> Calculation | None:
    if j.expected is None:
        return None
    return Calculation("目安", _line(j), f"{_text(j, j.expected)}{j.facts.unit}")


def _line(j: Judgement) -> str:
    """Where 目安 comes from: the year's milestone, the target itself, or the straight line."""
    if j.milestone is not None:
        return "年度目標"
    if j.is_maintained:
        return "目標と同じ"
    start, target = _text(j, j.start), _text(j, j.target.value)
    return f"{start}＋（{target}－{start}）×{j.elapsed_years}/{j.total_years}"


def _from_expected(j: Judgement) -> Calculation | None:
    if j.facts.target_kind not in LIMITS or j.from_expected is None:
        return None
    difference = signed_text(j.from_expected, j.facts.decimals)
    return Calculation("目安との差", f"{_text(j, j.result)}－{_text(j, j.expected)}", f"{difference}{j.facts.unit}")


def _progress(j: Judgement, rules: Rules) -> Calculation | None:
    if j.progress_rate is None:
        return None
    start, target = _text(j, j.start), _text(j, j.target.value)
    formula = f"（{_text(j, j.result)}－{start}）÷（{target}－{start}）"
    return Calculation("進捗率", formula, rules.rate_text(j.progress_rate))


def _pace(j: Judgement) -> Calculation | None:
    if j.pace is None:
        return None
    formula = f"進捗率 {percent_text(j.progress_rate)}÷目安 {percent_text(j.expected_progress)}"
    return Calculation("目安との比", formula, percent_text(rounded(j.pace, 3, down=True)))


def _achievement(j: Judgement, rules: Rules) -> Calculation | None:
    if j.achievement_rate is None:
        return None
    result, target = _text(j, j.result), _text(j, j.target.value)
    sums = {RateFormula.RESULT_OVER_TARGET: f"{result}÷{target}", RateFormula.TARGET_OVER_RESULT: f"{target}÷{result}"}
    return Calculation(f"達成率（{j.rate_formula.label}）", sums.get(j.rate_formula, "進捗率と同じ"), rules.rate_text(j.achievement_rate))
