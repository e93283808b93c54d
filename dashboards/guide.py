"""What the page 「判定のしかた」 shows. Every rule, number and example comes from the tables and the code that judge,
so that the page cannot say anything else than what is done."""
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from common.japanese import percent_text
from dashboards.examples import EXAMPLES, Calculation, Example, calculations
from dashboards.frame import Frame
from dashboards.legend import thresholds
from goals.models import Strategy
from kpis.explanation import explain
from kpis.facts import Rules
from kpis.models import Indicator, RatingScale, rules_of
from kpis.progress import Judgement, judge
from kpis.ratings import Band, Basis
from kpis.vocabulary import (
    DEFAULT_RATE_FORMULA,
    FINAL_YEAR_WORDS,
    MET_WHEN,
    STATUS_RULES,
    Accumulation,
    MissingReason,
    RateFormula,
    Status,
    TargetKind,
    ValueState,
)

ACCUMULATION_MEANINGS = {
    Accumulation.LEVEL: "その年度の値だけで判定します。起点は計画の現状値です。",
    Accumulation.TOTAL: "年度ごとの値を、計画の最初の年度（途中で追加した指標ではその年度）から足し上げて判定します。起点は0です。",
    Accumulation.RUNNING_TOTAL: "最初の年度からの累計を、そのまま入力して判定します。起点は0です。",
}
RATE_FORMULA_MEANINGS = {
    RateFormula.RESULT_OVER_TARGET: "大きいほど良い指標に使います。",
    RateFormula.TARGET_OVER_RESULT: "小さいほど良い指標に使います。",
    RateFormula.PROGRESS: "進捗率と同じ値です。目標か実績が0以下のときに使います。",
}
MISSING_REASON_MEANINGS = {
    MissingReason.AWAITING_PUBLICATION: "国や道の統計などが、まだ公表されていません。",
    MissingReason.NOT_SURVEYED: "その年度には調査がありません。",
    MissingReason.NOT_IMPLEMENTED: "中止などにより、事業をしていません。",
    MissingReason.OTHER: "理由をコメントに書きます。",
}
VALUE_STATE_MEANINGS = {
    ValueState.CONFIRMED: "決まった値です。",
    ValueState.PRELIMINARY: "あとで変わることがあります。",
    ValueState.PROJECTED: "年度の途中の見通しです。",
}


@dataclass(frozen=True)
class StatusRow:
    """One verdict and when it is given; `limit` is empty where it is the same for every kind of target."""

    status: Status
    straight: str
    limit: str
    final_word: str


@dataclass(frozen=True)
class Meaning:
    """A word of the vocabulary with what it means and how many of the strategy's indicators use it."""

    term: object
    meaning: str
    count: int = 0
    rate_formula: RateFormula | None = None


@dataclass(frozen=True)
class WorkedExample:
    """A made-up indicator, judged now by the strategy's own rules."""

    title: str
    lesson: str
    judgement: Judgement
    explanation: str
    calculations: tuple[Calculation, ...]


@dataclass(frozen=True)
class Setting:
    """One of the strategy's settings in words."""

    name: str
    value: str
    meaning: str


@dataclass(frozen=True)
class ScaleTable:
    """One of the city's own rating scales 「市の評価区分」."""

    name: str
    basis: str
    bands: tuple[tuple[Band, str], ...]
    no_data: Band
    rounding: str


@dataclass(frozen=True)
class GuideContent:
    """Everything the page 「判定のしかた」 shows."""

    statuses: tuple[StatusRow, ...]
    kinds: tuple[Meaning, ...]
    accumulations: tuple[Meaning, ...]
    formulas: tuple[Meaning, ...]
    missing_reasons: tuple[Meaning, ...]
    value_states: tuple[Meaning, ...]
    examples: tuple[WorkedExample, ...]
    settings: tuple[Setting, ...]
    scales: tuple[ScaleTable, ...]
    words: dict[str, str]
    rounding_example: str


def guide_content(frame: Frame) -> GuideContent:
    """The page's content for the frame's strategy. Three queries, four with rating scales."""
    strategy, rules = frame.strategy, rules_of(frame.strategy)
    kinds, accumulations = _uses(strategy)
    return GuideContent(
        statuses=status_rows(strategy),
        kinds=tuple(Meaning(kind, MET_WHEN[kind], kinds[kind], DEFAULT_RATE_FORMULA.get(kind)) for kind in TargetKind),
        accumulations=meanings(ACCUMULATION_MEANINGS, accumulations),
        formulas=meanings(RATE_FORMULA_MEANINGS),
        missing_reasons=meanings(MISSING_REASON_MEANINGS),
        value_states=meanings(VALUE_STATE_MEANINGS),
        examples=tuple(worked(example, rules) for example in EXAMPLES),
        settings=settings_of(strategy, rules),
        scales=tuple(_scale_table(scale) for scale in _scales(strategy)),
        words=thresholds(strategy),
        rounding_example=rules.rate_text(Fraction(996, 1000)),
    )


def status_rows(strategy: Strategy) -> tuple[StatusRow, ...]:
    """STATUS_RULES with the strategy's thresholds filled in."""
    words = thresholds(strategy)
    return tuple(
        StatusRow(rule.status, rule.straight.format(**words), rule.limit.format(**words), FINAL_YEAR_WORDS.get(rule.status, ""))
        for rule in STATUS_RULES
    )


def meanings(table: dict, counts: Counter | None = None) -> tuple[Meaning, ...]:
    """A table of words and meanings, with the number of uses where it is known."""
    return tuple(Meaning(term, meaning, (counts or {}).get(term, 0)) for term, meaning in table.items())


def worked(example: Example, rules: Rules) -> WorkedExample:
    """One example, judged and explained as any indicator is."""
    judgement = judge(example.facts, example.fiscal_year, rules)
    return WorkedExample(example.title, example.lesson, judgement, explain(judgement, rules), calculations(judgement, rules))


def settings_of(strategy: Strategy, rules: Rules) -> tuple[Setting, ...]:
    """The settings a city can change, as they stand now."""
    words = thresholds(strategy)
    decimals = f"小数第{rules.rate_decimals}位まで" if rules.rate_decimals else "整数"
    return (
        Setting("「順調」の下限", words["on_track"], "目安の進捗率に対する割合です。"),
        Setting("「やや遅れ」の下限", words["slightly_behind"], "目安の進捗率に対する割合です。"),
        Setting("抑制の許容幅", words["limit_tolerance"], "減少・悪化を抑える指標で、目安からこの幅までは「やや遅れ」です。"),
        Setting("維持の許容幅", words["maintain_tolerance"], "維持・範囲の指標で、目標からこの幅までは「やや遅れ」です。"),
        Setting("率の端数", f"{strategy.get_rate_rounding_display()}（{decimals}）", f"99.6％は「{rules.rate_text(Fraction(996, 1000))}」と表示します。"),
    )


def _uses(strategy: Strategy) -> tuple[Counter, Counter]:
    """How many of the strategy's indicators have which kind of target and which accumulation. One query."""
    rows = Indicator.objects.of(strategy).values_list("target_kind", "accumulation")
    pairs = [(TargetKind(kind), Accumulation(accumulation)) for kind, accumulation in rows]
    return Counter(kind for kind, _ in pairs), Counter(accumulation for _, accumulation in pairs)


def _scales(strategy: Strategy) -> Iterable[RatingScale]:
    return strategy.rating_scales.filter(is_active=True).prefetch_related("bands")


def _scale_table(row: RatingScale) -> ScaleTable:
    scale = row.scale()
    rounding = "" if scale.round_decimals is None else f"小数第{scale.round_decimals}位まで{row.get_rounding_display()}してから比べます。"
    return ScaleTable(row.name, Basis(row.basis).label, tuple((band, bound_text(band)) for band in scale.bands), scale.no_data, rounding)


def bound_text(band: Band) -> str:
    """「80％以上」「100％を超える」「それ以外」."""
    if band.lower_bound is None:
        return "それ以外"
    return f"{percent_text(band.lower_bound, 2)}{'以上' if band.is_inclusive else 'を超える'}"
