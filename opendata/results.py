"""The published results: one row per indicator of each published year, as its edition says. What was corrected since is listed beside it."""
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from django.http import HttpRequest
from django.utils import timezone

from common.fiscal import era_long
from common.japanese import rounded
from goals.models import Strategy
from kpis.vocabulary import Accumulation, MissingReason, RateFormula, Status, TargetKind, ValueState
from opendata.access import Refused
from opendata.columns import Column, Kind, Level
from opendata.indicators import EXPECTED_EXTRA_DECIMALS, SHARE_NOTE, exact_value, share
from reviews.editions.corrected import Correction
from reviews.editions.parts import IndicatorContent
from reviews.editions.reading import EditionContent
from reviews.editions.revised import PlanHistory
from reviews.models import Publication
from reviews.publishing.publications import published, withdrawn
from reviews.publishing.results import public_corrections


@dataclass(frozen=True)
class PublishedYear:
    """A publication in force with what its edition holds."""

    publication: Publication
    content: EditionContent
    plan: PlanHistory

    @cached_property
    def corrections(self) -> tuple[Correction, ...]:
        """What was corrected or revised since. One query, and those of the plan's history, which all years share."""
        return public_corrections(self.publication.edition, self.content, self.plan)

    @cached_property
    def corrected(self) -> set[tuple[int, int]]:
        """Indicators and years with a corrected value or comment."""
        return {(each.about.id, each.fiscal_year) for each in self.corrections if not each.is_revision}

    @property
    def published_on(self) -> date:
        return timezone.localtime(self.publication.published_at).date()

    @property
    def frozen_on(self) -> date:
        return timezone.localtime(self.publication.edition.frozen_at).date()


@dataclass(frozen=True)
class IndicatorResult:
    """One indicator in one published year."""

    year: PublishedYear
    indicator: IndicatorContent
    goal_name: str
    measure_name: str | None

    @property
    def is_corrected(self) -> bool:
        return (self.indicator.id, self.year.content.fiscal_year) in self.year.corrected


def published_years(request: HttpRequest, strategy: Strategy) -> list[PublishedYear]:
    """The published years, oldest first, or the one `?year=` asks for. One query.

    Raises Refused: 410 with the reason where that year was withdrawn, 404 for any other that is not published.
    """
    text, rows = request.GET.get("year", ""), list(published(strategy))[::-1]
    asked = [row for row in rows if text in ("", str(row.review.fiscal_year))]
    if text and not asked:
        raise _refusal(strategy, text, [row.review.fiscal_year for row in rows])
    plan = PlanHistory(strategy)
    return [_published_year(row, plan) for row in asked]


def _published_year(publication: Publication, plan: PlanHistory) -> PublishedYear:
    publication.edition.review = publication.review
    return PublishedYear(publication, EditionContent.read(publication.edition.content), plan)


def _refusal(strategy: Strategy, text: str, years: list[int]) -> Refused:
    for gone in withdrawn(strategy):
        if text == str(gone.review.fiscal_year):
            return Refused(410, f"{era_long(gone.review.fiscal_year)}の評価の結果は、取り下げました。理由：{gone.withdrawal_reason}")
    known = "、".join(f"{year}（{era_long(year)}）" for year in years)
    return Refused(404, f"その年度の評価の結果は公表していません。{f'公表している年度は {known}です。' if known else '公表している年度は、まだありません。'}")


def indicator_results(year: PublishedYear) -> list[IndicatorResult]:
    """The rows of a year in the plan's order."""
    goals = {goal.number: goal.name for goal in year.content.goals}
    measures = {(goal.number, measure.number): measure.name for goal in year.content.goals for measure in goal.measures}
    return [IndicatorResult(year, row, goals[row.goal], measures.get((row.goal, row.measure))) for row in year.content.indicators]


def _expected(row: IndicatorResult):
    value = row.indicator.expected
    return None if value is None else rounded(value, row.indicator.decimals + EXPECTED_EXTRA_DECIMALS)


def _state(row: IndicatorResult) -> ValueState | None:
    has_value = row.indicator.value is not None or row.indicator.is_met is not None
    return row.indicator.value_state if has_value else None


def _label(word) -> str | None:
    return word.label if word else None


def _years_in_words(row: IndicatorResult) -> list[str]:
    return [f"{each.fiscal_year}={_plain(each.result)}" for each in row.indicator.years]


def _plain(value: Fraction | None) -> str:
    return "" if value is None else f"{exact_value(value).normalize():f}"


OWN = Level.INDICATOR

RESULT_COLUMNS = (
    Column("fiscal_year", "年度（西暦）", Kind.INTEGER, lambda r: r.year.content.fiscal_year, "評価した年度です。", is_required=True),
    Column("edition", "確定版の番号", Kind.INTEGER, lambda r: r.year.publication.edition.number, "このファイルの値は、この版のままです。", is_required=True),
    Column("frozen_on", "確定した日", Kind.DATE, lambda r: r.year.frozen_on, is_required=True),
    Column("published_on", "公表した日", Kind.DATE, lambda r: r.year.published_on, is_required=True),
    Column("sha256", "確定版のハッシュ", Kind.TEXT, lambda r: r.year.publication.edition.sha256, "SHA-256（16進）です。評価の結果のページにある短い形と照らし合わせられます。", is_required=True),
    Column("rule_version", "判定のしかたの版", Kind.TEXT, lambda r: r.year.content.rule_version, is_required=True),
    Column("code", "番号", Kind.TEXT, lambda r: r.indicator.code, "計画での番号です。", OWN, is_required=True),
    Column("goal", "基本目標の番号", Kind.INTEGER, lambda r: r.indicator.goal, level=OWN, is_required=True),
    Column("measure", "主要施策の番号", Kind.INTEGER, lambda r: r.indicator.measure, "数値目標では空です。", OWN),
    Column("name", "指標名", Kind.TEXT, lambda r: r.indicator.name, level=OWN, is_required=True),
    Column("breakdown", "内訳", Kind.TEXT, lambda r: r.indicator.breakdown or None, level=OWN),
    Column("unit", "単位", Kind.TEXT, lambda r: r.indicator.unit or None, level=OWN),
    Column("target_kind", "目標の種類", Kind.WORD, lambda r: r.indicator.target_kind, "", OWN, TargetKind, True),
    Column("accumulation", "値の数え方", Kind.WORD, lambda r: r.indicator.accumulation, "", OWN, Accumulation, True),
    Column("baseline", "現状値", Kind.NUMBER, lambda r: exact_value(r.indicator.baseline), "記載がないときは空です。", OWN),
    Column("baseline_label", "現状値の時点", Kind.TEXT, lambda r: r.indicator.baseline_label or None, level=OWN),
    Column("target", "目標値", Kind.NUMBER, lambda r: exact_value(r.indicator.target), "確定した時に適用されていた目標値です。範囲の目標では下限です。", OWN),
    Column("target_upper", "目標値の上限", Kind.NUMBER, lambda r: exact_value(r.indicator.target_upper), "範囲の目標のときだけ入ります。", OWN),
    Column("target_original", "当初の目標値", Kind.NUMBER, lambda r: exact_value(r.indicator.target_original), "目標を見直したときだけ入ります。", OWN),
    Column("value", "実績値", Kind.NUMBER, lambda r: exact_value(r.indicator.value), "値がないときは空で、0ではありません。", OWN),
    Column("value_state", "値の状態", Kind.WORD, _state, "実績がないときは空です。", OWN, ValueState),
    Column("missing_reason", "未測定の理由", Kind.WORD, lambda r: r.indicator.missing_reason, "", OWN, MissingReason),
    Column("is_met", "実施した", Kind.BOOLEAN, lambda r: r.indicator.is_met, "定性（実施・設置）の目標のときだけ入ります。", OWN),
    Column("result", "判定に使った値", Kind.NUMBER, lambda r: exact_value(r.indicator.result), "期間累計の指標では、累計です。", OWN),
    Column("expected", "目安", Kind.NUMBER, _expected, f"単位の小数の桁数より{EXPECTED_EXTRA_DECIMALS}桁多く、四捨五入しています。", OWN),
    Column("progress_rate", "進捗率", Kind.NUMBER, lambda r: share(r.indicator.progress_rate), SHARE_NOTE, OWN),
    Column("achievement_rate", "達成率", Kind.NUMBER, lambda r: share(r.indicator.achievement_rate), f"rate_formula の式による率です。{SHARE_NOTE}", OWN),
    Column("rate_formula", "達成率の式", Kind.WORD, lambda r: r.indicator.rate_formula, "達成率がないときは空です。", OWN, RateFormula),
    Column("status", "判定", Kind.WORD, lambda r: r.indicator.status, "", OWN, Status, True),
    Column("status_label", "判定（日本語）", Kind.TEXT, lambda r: r.indicator.status_word, "最終年度の「遅れ」は「未達成」と書きます。", OWN, is_required=True),
    Column("explanation", "判定の説明", Kind.TEXT, lambda r: r.indicator.explanation, "画面と同じ文章です。", OWN, is_required=True),
    Column("comment", "要因", Kind.TEXT, lambda r: r.indicator.comment or None, "担当課が書いた要因・コメントです。", OWN),
    Column("results_by_year", "年度ごとの判定に使った値", Kind.LIST, _years_in_words, "「2022=125」の形です。値がない年度は「2022=」です。", OWN, is_required=True),
    Column("is_corrected", "確定後の訂正", Kind.BOOLEAN, lambda r: r.is_corrected, "確定した後に、この年度の値か要因が訂正されているとき true です。内容は results.json の corrections にあります。", OWN, is_required=True),
    Column("is_sample", "架空のサンプル値", Kind.BOOLEAN, lambda r: r.indicator.is_sample, "この行が架空のサンプル値によるとき true です。", OWN, is_required=True),
    Column("era", "年度（和暦）", Kind.TEXT, lambda r: r.year.content.era, is_required=True),
    Column("goal_name", "基本目標の名称", Kind.TEXT, lambda r: r.goal_name, level=OWN, is_required=True),
    Column("measure_name", "主要施策の名称", Kind.TEXT, lambda r: r.measure_name, "数値目標では空です。", OWN),
    Column("target_kind_label", "目標の種類（日本語）", Kind.TEXT, lambda r: _label(r.indicator.target_kind), level=OWN, is_required=True),
    Column("accumulation_label", "値の数え方（日本語）", Kind.TEXT, lambda r: _label(r.indicator.accumulation), level=OWN, is_required=True),
    Column("value_state_label", "値の状態（日本語）", Kind.TEXT, lambda r: _label(_state(r)), level=OWN),
    Column("missing_reason_label", "未測定の理由（日本語）", Kind.TEXT, lambda r: _label(r.indicator.missing_reason), level=OWN),
    Column("rate_formula_label", "達成率の式（日本語）", Kind.TEXT, lambda r: _label(r.indicator.rate_formula), level=OWN),
    Column("strategy", "総合戦略", Kind.TEXT, lambda r: r.year.content.strategy.slug, "URLに使う名前です。", Level.FILE, is_required=True),
    Column("municipality_code", "全国地方公共団体コード", Kind.TEXT, lambda r: r.year.content.strategy.municipality_code, "6桁の文字です。", Level.FILE, is_required=True),
)

CORRECTION_COLUMNS = (
    Column("code", "番号", Kind.TEXT, lambda c: c.about.code or None, "計画期間の延長では空です。"),
    Column("breakdown", "内訳", Kind.TEXT, lambda c: c.about.breakdown or None),
    Column("fiscal_year", "訂正した値の年度（西暦）", Kind.INTEGER, lambda c: c.fiscal_year, "目標の見直しでは、適用する最初の年度です。", is_required=True),
    Column("what", "訂正したもの", Kind.TEXT, lambda c: c.what, "「実績」「要因・コメント」か、見直したもの（「目標」「指標の追加」など）です。", is_required=True),
    Column("before", "訂正前", Kind.TEXT, lambda c: c.before, "画面と同じ書き方です。", is_required=True),
    Column("after", "訂正後", Kind.TEXT, lambda c: c.after, "画面と同じ書き方です。", is_required=True),
    Column("corrected_on", "訂正した日", Kind.DATE, lambda c: c.on, is_required=True),
    Column("kind", "訂正の種類", Kind.TEXT, lambda c: c.kind_words, is_required=True),
    Column("reason", "理由", Kind.TEXT, lambda c: c.reason or None),
    Column("decided_on", "決定日", Kind.DATE, lambda c: c.decided_on, "目標の見直しのときだけ入ります。"),
    Column("decided_by_meeting", "決定した会議", Kind.TEXT, lambda c: c.decided_by_meeting or None, "目標の見直しのときだけ入ります。"),
)
