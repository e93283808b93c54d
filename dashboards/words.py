"""The short words that stand beside an indicator's numbers. Whole sentences are kpis/explanation.py's."""
from collections.abc import Iterator
from fractions import Fraction

from common.fiscal import baseline_label_long, era_long
from common.japanese import NO_VALUE, Number, number_text, signed_text
from dashboards.figures import decimals_of
from kpis.board import JudgedIndicator
from kpis.facts import Outside, Rules, TargetValue
from kpis.models import Indicator
from kpis.progress import STRAIGHT, Judgement
from kpis.vocabulary import Accumulation, MissingReason, Status, TargetKind, ValueState

KINDS = {
    TargetKind.INCREASE: "増やす指標",
    TargetKind.DECREASE: "減らす指標",
    TargetKind.FLOOR: "減少の抑制",
    TargetKind.CEILING: "悪化の抑制",
    TargetKind.RANGE: "範囲に収める指標",
    TargetKind.DIRECTION: "数値目標なし",
    TargetKind.MILESTONE: "実施・設置",
}


def kind_word(judgement: Judgement) -> str:
    """「増やす指標」「維持」「減少の抑制」: what the target wants."""
    return "維持" if judgement.is_maintained else KINDS[judgement.facts.target_kind]


def counting_word(judgement: Judgement) -> str:
    """「年度値」「期間累計」, and 「起点0」 where the plan has no baseline."""
    if judgement.facts.accumulation.is_total:
        return "期間累計"
    return "年度値・起点0" if starts_from_nothing(judgement) else "年度値"


def starts_from_nothing(judgement: Judgement) -> bool:
    """Whether progress is counted from 0 because the plan states no baseline."""
    facts = judgement.facts
    return facts.baseline_value is None and facts.target_kind in STRAIGHT and not facts.accumulation.is_total


def unit_word(unit: str) -> str:
    return unit or "単位なし"


def amount(value: Number | None, judgement: Judgement) -> str:
    """「80.1万人」; one decimal more where a computed value lies between two of the indicator's values."""
    if value is None:
        return NO_VALUE
    facts = judgement.facts
    return f"{number_text(value, decimals_of(Fraction(value), facts.decimals))}{facts.unit}"


def difference(value: Number | None, judgement: Judgement) -> str:
    """「＋3.9万人」「△12人」「±0人」."""
    if value is None:
        return NO_VALUE
    facts = judgement.facts
    return f"{signed_text(value, decimals_of(Fraction(value), facts.decimals))}{facts.unit}"


def achievement_words(judgement: Judgement, rules: Rules) -> str:
    """「達成率 95.3％（実績÷目標）」: never without the formula's name; empty when there is none."""
    if judgement.achievement_rate is None:
        return ""
    return f"達成率 {rules.rate_text(judgement.achievement_rate)}（{judgement.rate_formula.label}）"


def missing_words(judgement: Judgement) -> str:
    """Why a year has no value: 「公表待ち（9月公表予定）」「未入力」「令和4年度で終了」; empty when it has one."""
    if judgement.outside:
        return judgement.word
    if judgement.status not in (Status.NOT_MEASURED, Status.NOT_ENTERED):
        return ""
    reason, month = judgement.actual.missing_reason, judgement.actual.expected_month
    if reason is None:
        return judgement.status.label
    return f"{reason.label}（{month}月公表予定）" if reason is MissingReason.AWAITING_PUBLICATION and month else reason.label


def state_word(judgement: Judgement) -> str:
    """「速報」「見込」 beside a value that is not final; empty otherwise."""
    has_value = judgement.result is not None and judgement.actual.state is not ValueState.CONFIRMED
    return judgement.actual.state.label if has_value else ""


def target_words(indicator: Indicator, judgement: Judgement, target: TargetValue | None) -> str:
    """「約2,000人」「30％以上 40％以下」「84.0万人」; 「数値目標なし」 without a number, 「―」 before the indicator was added."""
    if judgement.outside is Outside.BEFORE:
        return NO_VALUE
    if target is None or target.value is None:
        return "実施・設置" if judgement.facts.target_kind is TargetKind.MILESTONE else "数値目標なし"
    lower = f"{indicator.target_qualifier}{amount(target.value, judgement)}"
    return f"{lower}以上 {amount(target.upper_value, judgement)}以下" if target.upper_value is not None else lower


def original_words(judgement: Judgement) -> str:
    """「当初 90.0万人」「当初 令和6年度まで」 where the target or the plan's period has been revised; empty otherwise."""
    return f"当初 {'・'.join(found)}" if (found := list(_original_parts(judgement))) else ""


def _original_parts(judgement: Judgement) -> Iterator[str]:
    if judgement.has_other_target:
        original = judgement.against_original.target
        upper = "" if original.upper_value is None else f"〜{amount(original.upper_value, judgement)}"
        yield f"{amount(original.value, judgement)}{upper}"
    if judgement.is_extended:
        yield f"{era_long(judgement.facts.original_last_year)}まで"


def baseline_words(indicator: Indicator, judgement: Judgement) -> str:
    """「約1,800人（平成30年度）」; 「なし（起点0）」 where the plan has none."""
    if indicator.baseline_value is None:
        return "なし（起点0）" if starts_from_nothing(judgement) else "なし"
    label = baseline_label_long(indicator.baseline_label)
    value = f"{indicator.baseline_qualifier}{amount(indicator.baseline_value, judgement)}"
    return f"{value}（{label}）" if label else value


def year_amount(row: JudgedIndicator, fiscal_year: int) -> Fraction | None:
    """What that year added to a total; None where a year is missing so that it cannot be told."""
    now, before = row.in_year(fiscal_year), row.previous(fiscal_year)
    if now.result is None:
        return None
    if now.facts.accumulation is Accumulation.TOTAL:
        return Fraction(now.actual.value)
    if fiscal_year == now.facts.start_year:
        return now.result
    return now.result - before.result if before is not None and before.result is not None else None


def years_text(fiscal_years: tuple[int, ...]) -> str:
    return "・".join(map(era_long, fiscal_years))
