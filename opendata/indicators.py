"""The table of indicators: one row per indicator and fiscal year that the reader may see."""
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from common.fiscal import era_long
from common.japanese import rounded
from goals.models import Strategy
from kpis.board import JudgedIndicator, judged_indicators
from kpis.models import Indicator, Target
from kpis.progress import Judgement
from kpis.vocabulary import Accumulation, MissingReason, RateFormula, Status, TargetKind, ValueState
from opendata.columns import Column, Kind, Level

VALUE_DECIMALS = 4
SHARE_DECIMALS = 4
EXPECTED_EXTRA_DECIMALS = 2


@dataclass(frozen=True)
class IndicatorYear:
    """One indicator in one fiscal year."""

    judged: JudgedIndicator
    judgement: Judgement

    @property
    def indicator(self) -> Indicator:
        return self.judged.indicator

    @property
    def goal(self):
        return self.indicator.goal or self.indicator.measure.goal

    @property
    def has_actual(self) -> bool:
        actual = self.judgement.actual
        return actual.value is not None or actual.is_met is not None

    @property
    def explanation(self) -> str:
        return self.judged.explanation(self.judgement.fiscal_year)

    @property
    def is_sample(self) -> bool:
        """Whether this row rests on a fictional sample value."""
        return any(row.is_sample for row in [*self._targets_used(), *self._actuals_used()])

    def _targets_used(self) -> list[Target]:
        judgement = self.judgement
        originals = [judgement.against_original.target] if judgement.against_original else []
        in_force = {target.effective_fiscal_year for target in [judgement.target, *originals] if target}
        return [
            target
            for target in self.indicator.targets.all()
            if target.milestone_fiscal_year == judgement.fiscal_year
            or (target.milestone_fiscal_year is None and target.effective_fiscal_year in in_force)
        ]

    def _actuals_used(self) -> list:
        year, sums_up = self.judgement.fiscal_year, self.judgement.facts.accumulation is Accumulation.TOTAL
        return [a for a in self.indicator.actuals.all() if a.fiscal_year == year or (sums_up and a.fiscal_year < year)]


def indicator_years(strategy: Strategy, user, years: list[int]) -> list[list[IndicatorYear]]:
    """The rows of those years, grouped by indicator in the plan's order. Three queries."""
    indicators = Indicator.objects.for_dashboard(strategy, user).select_related("goal", "measure__goal", "split_from")
    return [
        [IndicatorYear(judged, judgement) for judgement in judged.judgements if judgement.fiscal_year in years]
        for judged in judged_indicators(strategy, user, indicators)
    ]


def exact_value(value: Decimal | Fraction | None) -> Decimal | None:
    """A value or target as it is stored: to VALUE_DECIMALS."""
    return None if value is None else rounded(value, VALUE_DECIMALS)


def share(rate: Fraction | None) -> Decimal | None:
    """A rate, 1 for 100 %, cut off so that 0.9999 never reads 1."""
    return None if rate is None else rounded(rate, SHARE_DECIMALS, down=True)


def _expected(row: IndicatorYear) -> Decimal | None:
    expected = row.judgement.expected
    return None if expected is None else rounded(expected, row.indicator.decimals + EXPECTED_EXTRA_DECIMALS)


def _target(row: IndicatorYear, name: str) -> Decimal | None:
    return exact_value(getattr(row.judgement.target, name, None))


def _original_target(row: IndicatorYear, name: str = "value") -> Decimal | None:
    return exact_value(getattr(row.judgement.facts.original_target(), name, None))


def _target_year(row: IndicatorYear) -> int | None:
    return row.judgement.last_fiscal_year if row.judgement.has_target else None


def _original_target_year(row: IndicatorYear) -> int | None:
    return row.judgement.facts.original_last_year if _original_target(row) is not None else None


def _original(row: IndicatorYear, name: str):
    """What the verdict against the plan as adopted says; None where nothing was revised."""
    return getattr(row.judgement.against_original, name, None)


def _split_from(row: IndicatorYear) -> str | None:
    return row.indicator.split_from.key if row.indicator.split_from else None


def _label(vocabulary, word: str) -> str | None:
    return vocabulary(word).label if word else None


OWN = Level.INDICATOR
ORIGINAL_NOTE = "目標・年度目標・計画期間の見直しがなかったとした場合です。見直しがないときは空です。"
SHARE_NOTE = f"1が100％です。小数{SHARE_DECIMALS}桁までで、それより下は切り捨てます。"

INDICATOR_COLUMNS = (
    Column("code", "番号", Kind.TEXT, lambda r: r.indicator.code, "計画での番号です。数値目標は 1-A、KPIは 1-1-1 の形です。", OWN, is_required=True),
    Column("goal", "基本目標の番号", Kind.INTEGER, lambda r: r.goal.number, level=OWN, is_required=True),
    Column("measure", "主要施策の番号", Kind.INTEGER, lambda r: r.indicator.measure and r.indicator.measure.number, "基本目標の中での番号です。数値目標では空です。", OWN),
    Column("name", "指標名", Kind.TEXT, lambda r: r.indicator.name, level=OWN, is_required=True),
    Column("breakdown", "内訳", Kind.TEXT, lambda r: r.indicator.breakdown or None, "戸数・面積、小学校・中学校など。code と breakdown の組が1つの指標です。", OWN),
    Column("unit", "単位", Kind.TEXT, lambda r: r.indicator.unit or None, level=OWN),
    Column("target_kind", "目標の種類", Kind.WORD, lambda r: r.indicator.target_kind, "何をもって達成とするかです。", OWN, TargetKind, True),
    Column("accumulation", "値の数え方", Kind.WORD, lambda r: r.indicator.accumulation, "value に年度の値を入れるか、累計を入れるかです。", OWN, Accumulation, True),
    Column("baseline", "現状値", Kind.NUMBER, lambda r: exact_value(r.indicator.baseline_value), "計画の策定時の値です。記載がないときは空です。", OWN),
    Column("baseline_label", "現状値の時点", Kind.TEXT, lambda r: r.indicator.baseline_label or None, "計画の書き方のままです。例：H30、R1.12、第1期実績。", OWN),
    Column("target", "目標値", Kind.NUMBER, lambda r: _target(r, "value"), "その年度に適用される目標値です。範囲の目標では下限です。数値目標がないときは空です。"),
    Column("target_original", "当初の目標値", Kind.NUMBER, _original_target, "見直す前の、計画の策定時の目標値です。", OWN),
    Column("fiscal_year", "年度（西暦）", Kind.INTEGER, lambda r: r.judgement.fiscal_year, "2024 は令和6年度（2024年4月から2025年3月まで）です。", is_required=True),
    Column("value", "実績値", Kind.NUMBER, lambda r: exact_value(r.judgement.actual.value), "入力されたままの値です。まだないときは空で、0ではありません。"),
    Column("value_state", "値の状態", Kind.WORD, lambda r: r.judgement.actual.state if r.has_actual else None, "実績がないときは空です。", vocabulary=ValueState),
    Column("result", "判定に使う値", Kind.NUMBER, lambda r: exact_value(r.judgement.result), "期間累計の指標では最初の年度（途中で追加した指標ではその年度）からの累計、それ以外では実績値と同じです。"),
    Column("expected", "目安", Kind.NUMBER, _expected, f"その年度に見込む値です。単位の小数の桁数より{EXPECTED_EXTRA_DECIMALS}桁多く、四捨五入しています。"),
    Column("progress_rate", "進捗率", Kind.NUMBER, lambda r: share(r.judgement.progress_rate), f"起点から目標までのうち進んだ割合です。{SHARE_NOTE}"),
    Column("achievement_rate", "達成率", Kind.NUMBER, lambda r: share(r.judgement.achievement_rate), f"rate_formula の式による率です。{SHARE_NOTE}"),
    Column("rate_formula", "達成率の式", Kind.WORD, lambda r: r.judgement.rate_formula, "達成率がないときは空です。", vocabulary=RateFormula),
    Column("status", "判定", Kind.WORD, lambda r: r.judgement.status, "進み具合の判定です。対象の年度の外では not_rated です。", vocabulary=Status, is_required=True),
    Column("explanation", "判定の説明", Kind.TEXT, lambda r: r.explanation, "画面と同じ文章です。数の書き方も画面と同じです。", is_required=True),
    Column("is_sample", "架空のサンプル値", Kind.BOOLEAN, lambda r: r.is_sample, "この行が架空のサンプル値によるとき true です。", is_required=True),
    Column("era", "年度（和暦）", Kind.TEXT, lambda r: era_long(r.judgement.fiscal_year), is_required=True),
    Column("strategy", "総合戦略", Kind.TEXT, lambda r: r.indicator.strategy.slug, "URLに使う名前です。", Level.FILE, is_required=True),
    Column("municipality_code", "全国地方公共団体コード", Kind.TEXT, lambda r: r.indicator.strategy.municipality_code, "6桁の文字です。", Level.FILE, is_required=True),
    Column("missing_reason", "未測定の理由", Kind.WORD, lambda r: r.judgement.actual.missing_reason, "値がない理由です。", vocabulary=MissingReason),
    Column("target_upper", "目標値の上限", Kind.NUMBER, lambda r: _target(r, "upper_value"), "範囲の目標のときだけ入ります。"),
    Column("is_met", "実施した", Kind.BOOLEAN, lambda r: r.judgement.actual.is_met, "定性（実施・設置）の目標のときだけ入ります。"),
    Column("goal_name", "基本目標の名称", Kind.TEXT, lambda r: r.goal.name, level=OWN, is_required=True),
    Column("measure_name", "主要施策の名称", Kind.TEXT, lambda r: r.indicator.measure and r.indicator.measure.name, "数値目標では空です。", OWN),
    Column("target_kind_label", "目標の種類（日本語）", Kind.TEXT, lambda r: _label(TargetKind, r.indicator.target_kind), level=OWN, is_required=True),
    Column("accumulation_label", "値の数え方（日本語）", Kind.TEXT, lambda r: _label(Accumulation, r.indicator.accumulation), level=OWN, is_required=True),
    Column("value_state_label", "値の状態（日本語）", Kind.TEXT, lambda r: r.judgement.actual.state.label if r.has_actual else None),
    Column("rate_formula_label", "達成率の式（日本語）", Kind.TEXT, lambda r: _label(RateFormula, r.judgement.rate_formula)),
    Column("status_label", "判定（日本語）", Kind.TEXT, lambda r: r.judgement.word, "最終年度の「遅れ」は「未達成」と書きます。対象の年度の外では「令和4年度で終了」のように書きます。", is_required=True),
    Column("missing_reason_label", "未測定の理由（日本語）", Kind.TEXT, lambda r: _label(MissingReason, r.judgement.actual.missing_reason)),
    Column("baseline_qualifier", "現状値の付記", Kind.TEXT, lambda r: r.indicator.baseline_qualifier or None, "例：約。", OWN),
    Column("target_qualifier", "目標値の付記", Kind.TEXT, lambda r: r.indicator.target_qualifier or None, "例：約。", OWN),
    Column("target_label", "目標値の言い方", Kind.TEXT, lambda r: r.indicator.target_label or None, "例：均衡、維持。", OWN),
    Column("formula_note", "目標値の式", Kind.TEXT, lambda r: r.indicator.formula_note or None, "例：10品×5年。", OWN),
    Column("note", "注記", Kind.TEXT, lambda r: r.indicator.note or None, level=OWN),
    Column("source", "出典", Kind.TEXT, lambda r: r.indicator.source or None, level=OWN),
    Column("first_fiscal_year", "対象となる最初の年度", Kind.INTEGER, lambda r: r.indicator.first_fiscal_year, "計画の途中で追加した指標のときだけ入ります。", OWN),
    Column("last_fiscal_year", "対象となる最後の年度", Kind.INTEGER, lambda r: r.indicator.last_fiscal_year, "計画の途中で終了した指標のときだけ入ります。", OWN),
    Column("split_from", "分割前の指標", Kind.TEXT, _split_from, "ほかの指標を分けてつくった指標のときだけ、その番号が入ります。", OWN),
    Column("target_year", "目標の年度", Kind.INTEGER, _target_year, "その年度に適用される計画期間の最後の年度です。数値目標がないときは空です。"),
    Column("target_year_original", "当初の目標の年度", Kind.INTEGER, _original_target_year, "計画期間を延長する前の、最後の年度です。", OWN),
    Column("target_original_upper", "当初の目標値の上限", Kind.NUMBER, lambda r: _original_target(r, "upper_value"), "範囲の目標のときだけ入ります。", OWN),
    Column("status_original", "当初の計画による判定", Kind.WORD, lambda r: _original(r, "status"), ORIGINAL_NOTE, vocabulary=Status),
    Column("status_original_label", "当初の計画による判定（日本語）", Kind.TEXT, lambda r: _original(r, "word"), ORIGINAL_NOTE),
    Column("progress_rate_original", "当初の計画による進捗率", Kind.NUMBER, lambda r: share(_original(r, "progress_rate")), f"{ORIGINAL_NOTE}{SHARE_NOTE}"),
)

TARGET_COLUMNS = (
    Column("effective_fiscal_year", "適用する年度から", Kind.INTEGER, lambda t: t.effective_fiscal_year, is_required=True),
    Column("value", "目標値", Kind.NUMBER, lambda t: exact_value(t.value), is_required=True),
    Column("upper_value", "目標値の上限", Kind.NUMBER, lambda t: exact_value(t.upper_value)),
    Column("reason", "見直しの理由", Kind.TEXT, lambda t: t.reason or None),
    Column("decided_on", "決定日", Kind.DATE, lambda t: t.decided_on),
    Column("decided_by_meeting", "決定した会議", Kind.TEXT, lambda t: t.decided_by_meeting or None),
    Column("is_sample", "架空のサンプル値", Kind.BOOLEAN, lambda t: t.is_sample, is_required=True),
)

MILESTONE_COLUMNS = (
    Column("fiscal_year", "年度（西暦）", Kind.INTEGER, lambda t: t.milestone_fiscal_year, is_required=True),
    Column("effective_fiscal_year", "適用する年度から", Kind.INTEGER, lambda t: t.effective_fiscal_year, is_required=True),
    Column("value", "年度目標", Kind.NUMBER, lambda t: exact_value(t.value), is_required=True),
    Column("is_sample", "架空のサンプル値", Kind.BOOLEAN, lambda t: t.is_sample, is_required=True),
)

EXTENSION_COLUMNS = (
    Column("effective_fiscal_year", "適用する年度から", Kind.INTEGER, lambda e: e.effective_fiscal_year, is_required=True),
    Column("last_fiscal_year", "延長後の最後の年度", Kind.INTEGER, lambda e: e.last_fiscal_year, is_required=True),
    Column("reason", "延長の理由", Kind.TEXT, lambda e: e.reason, is_required=True),
    Column("decided_on", "決定日", Kind.DATE, lambda e: e.decided_on, is_required=True),
    Column("decided_by_meeting", "決定した会議", Kind.TEXT, lambda e: e.decided_by_meeting, is_required=True),
    Column("is_sample", "架空のサンプル値", Kind.BOOLEAN, lambda e: e.is_sample, is_required=True),
)
