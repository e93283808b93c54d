"""An indicator in a few words: how far it has come, and by which values it is measured. Which ones depends on its target."""
from dataclasses import dataclass
from fractions import Fraction

from common.fiscal import era_short
from common.japanese import number_text, signed_text
from kpis.facts import Rules
from kpis.models import Indicator
from kpis.progress import LIMITS, Judgement
from kpis.vocabulary import TargetKind


@dataclass(frozen=True)
class ProgressFigure:
    """A figure with its name 「進捗率 72％」「目安との差 △318人」, or nameless words 「現状値より後退」. `is_back` marks the wrong side of the start."""

    label: str
    text: str
    is_back: bool = False


def progress_figure(judgement: Judgement, rules: Rules) -> ProgressFigure | None:
    """進捗率, for limits 目安との差 or 下限との差, without a numeric target 増加・横ばい・減少; None when nothing can be said."""
    if judgement.result is None:
        return None
    if judgement.progress_rate is not None:
        return _progress(judgement, rules)
    if judgement.facts.target_kind in LIMITS and judgement.from_target is not None:
        return _distance(judgement)
    if judgement.facts.target_kind is TargetKind.DIRECTION and judgement.change is not None:
        return ProgressFigure("", f"現状値より{judgement.change.label}", judgement.is_worsened)
    return None


def _progress(judgement: Judgement, rules: Rules) -> ProgressFigure:
    if judgement.progress_rate < 0:
        start = "起点" if judgement.facts.accumulation.is_total or judgement.facts.baseline_value is None else "現状値"
        return ProgressFigure("", f"{start}より後退", is_back=True)
    return ProgressFigure("進捗率", rules.rate_text(judgement.progress_rate))


def _distance(judgement: Judgement) -> ProgressFigure:
    facts = judgement.facts
    if judgement.is_maintained or judgement.is_final_year:
        label, value = ("下限" if facts.target_kind is TargetKind.FLOOR else "上限") + "との差", judgement.from_target
    else:
        label, value = "目安との差", judgement.from_expected
    return ProgressFigure(label, f"{signed_text(value, decimals_of(value, facts.decimals))}{facts.unit}")


def decimals_of(value: Fraction, decimals: int) -> int:
    """The indicator's decimals, one more for a computed value that lies between two of its values."""
    return decimals if (value * 10**decimals).denominator == 1 else decimals + 1


@dataclass(frozen=True)
class AimPart:
    """One of the values an indicator is measured by, with its name."""

    label: str
    text: str


TARGET_LABELS = {TargetKind.FLOOR: "下限の目標", TargetKind.CEILING: "上限の目標", TargetKind.RANGE: "目標の範囲"}


def aim_parts(indicator: Indicator, judgement: Judgement) -> list[AimPart]:
    """From where, how far by now, how far in the end 「現状値・目安・目標」; those that are known, left to right as the bullet draws them."""
    parts = [_start_part(indicator, judgement), _expected_part(judgement), _target_part(indicator, judgement)]
    known = [part for part in parts if part]
    return known[::-1] if _ends_on_the_left(judgement) else known


def _ends_on_the_left(judgement: Judgement) -> bool:
    """A minimum below the baseline, or a maximum above it: the bullet puts the better side on the right."""
    if judgement.target is None or judgement.target.value is None:
        return False
    falls = Fraction(judgement.target.value) < judgement.start
    is_reversed = judgement.facts.target_kind in (TargetKind.DECREASE, TargetKind.CEILING)
    return judgement.target.value != judgement.start and falls is not is_reversed


def _start_part(indicator: Indicator, judgement: Judgement) -> AimPart:
    facts = judgement.facts
    if facts.accumulation.is_total or facts.baseline_value is None:
        return AimPart("起点", f"0{facts.unit}")
    label = f"現状値 {facts.baseline_label}".strip()
    return AimPart(label, f"{indicator.baseline_qualifier}{number_text(facts.baseline_value, facts.decimals)}{facts.unit}")


def _expected_part(judgement: Judgement) -> AimPart | None:
    if judgement.expected is None or judgement.is_maintained or judgement.is_final_year:
        return None
    decimals = decimals_of(judgement.expected, judgement.facts.decimals)
    return AimPart(f"{era_short(judgement.fiscal_year)}の目安", f"{number_text(judgement.expected, decimals)}{judgement.facts.unit}")


def _target_part(indicator: Indicator, judgement: Judgement) -> AimPart | None:
    facts, target = judgement.facts, judgement.target
    if target is None or target.value is None:
        return None
    label = TARGET_LABELS.get(facts.target_kind, "目標") + (f"（{facts.target_label}）" if facts.target_label else "")
    text = number_text(target.value, facts.decimals)
    if facts.target_kind is TargetKind.RANGE:
        text = f"{text}～{number_text(target.upper_value, facts.decimals)}"
    return AimPart(label, f"{indicator.target_qualifier}{text}{facts.unit}")
