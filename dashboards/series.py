"""One series on its indicator's page: its figures, years, targets, outlook and where the numbers come from."""
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby

from common.fiscal import era_long
from common.japanese import percent_text
from dashboards.facts import Fact, change_words, needed_fact, progress_fact, result_fact, target_fact, verdict_words
from dashboards.figures import ProgressFigure, progress_figure
from dashboards.frame import Frame
from dashboards.words import amount, difference, missing_words, state_word, target_words
from kpis.board import JudgedIndicator
from kpis.facts import TargetValue
from kpis.forecast import Assumption, Forecast, forecast
from kpis.models import Actual, Indicator, RatingBand, Target
from kpis.progress import Judgement, judge
from kpis.ratings import Band, Scale, grade
from kpis.vocabulary import MET_WHEN, RateFormula, TargetKind

OUTCOMES = {TargetKind.FLOOR: ("下限を守れる", "下限を割る"), TargetKind.CEILING: ("上限を守れる", "上限を超える")}


@dataclass(frozen=True)
class Grade:
    """The city's own grade beside the verdict."""

    scale_name: str
    band: Band


@dataclass(frozen=True)
class YearLine:
    """One year of the yearly table. `value` is the result as text; `change` what changed or, for totals, that year's part."""

    fiscal_year: int
    judgement: Judgement
    value: str
    state: str
    change: str
    expected: str
    target: str
    figure: ProgressFigure | None
    missing: str
    actual: Actual | None
    is_shown: bool
    is_published: bool


@dataclass(frozen=True)
class OutlookLine:
    """Where one assumption leads by the final year, and what that means for the target. `value` is exact, `text` carries its unit."""

    label: str
    value: Fraction
    text: str
    outcome: str


@dataclass(frozen=True)
class Outlook:
    """見込み: both assumptions beside the target. `needed` says what part of the latest growth would do."""

    forecast: Forecast
    lines: list[OutlookLine]
    target_value: Fraction | None
    target: str
    needed: str


@dataclass(frozen=True)
class TargetLine:
    """A target the plan had or has, with the shown year's verdict against it."""

    target: Target
    value: str
    is_original: bool
    is_in_force: bool
    judgement: Judgement


@dataclass(frozen=True)
class Basis:
    """One line of 根拠・算出方法."""

    label: str
    text: str


@dataclass(frozen=True)
class Series:
    """One series with everything there is to say of it."""

    judged: JudgedIndicator
    judgement: Judgement
    uid: str
    verdict: str
    facts: list[Fact]
    grades: list[Grade]
    explanation: str
    outlook: Outlook | None
    years: list[YearLine]
    targets: list[TargetLine]
    milestones: list[tuple[int, str]]
    basis: list[Basis]

    @property
    def indicator(self) -> Indicator:
        return self.judged.indicator

    @property
    def is_total(self) -> bool:
        return self.judgement.facts.accumulation.is_total


def active_scales(frame: Frame) -> list[tuple[str, Scale]]:
    """The active rating scales that have grades. One query."""
    bands = RatingBand.objects.filter(scale__strategy=frame.strategy, scale__is_active=True).select_related("scale")
    ordered = bands.order_by("scale__name", "position")
    return [(scale.name, scale.scale(list(group))) for scale, group in groupby(ordered, key=lambda band: band.scale)]


def series_content(frame: Frame, row: JudgedIndicator, scales: list[tuple[str, Scale]], parts: Iterable[Indicator] = ()) -> Series:
    """Everything the page says of that series in the shown year. `parts` are the indicators it was split into. No query."""
    year, judgement = frame.fiscal_year, row.in_year(frame.fiscal_year)
    seen = forecast(row.judgements, year)
    facts = [result_fact(row, year), target_fact(row, year), progress_fact(row, year), needed_fact(row, year, seen)]
    return Series(
        judged=row,
        judgement=judgement,
        uid=f"k-{row.indicator.pk}",
        verdict=verdict_words(row, year),
        facts=[fact for fact in facts if fact is not None],
        grades=[Grade(name, grade(scale, judgement)) for name, scale in scales],
        explanation=row.explanation(year),
        outlook=_outlook(seen, judgement) if seen else None,
        years=[_year_line(frame, row, each) for each in reversed(row.judgements)],
        targets=_target_lines(row, year),
        milestones=[(year, amount(value, judgement)) for year, value in sorted(judgement.facts.milestones_in(frame.fiscal_year).items())],
        basis=list(_basis(row, judgement, parts)),
    )


def _outlook(seen: Forecast, judgement: Judgement) -> Outlook:
    target = judgement.target.value if judgement.target else None
    needed = ""
    if seen.needed_share is not None and judgement.required_per_year is not None:
        share = percent_text(seen.needed_share, 0, down=False)
        needed = f"{era_long(seen.base_fiscal_year)}の伸びの{share}（年 {difference(judgement.required_per_year, judgement)}）があれば、目標に届きます。"
    return Outlook(
        forecast=seen,
        lines=[OutlookLine(each.label, each.final, amount(each.final, judgement), _outcome(each, judgement)) for each in seen.assumptions],
        target_value=None if target is None else Fraction(target),
        target=amount(target, judgement),
        needed=needed,
    )


def _outcome(assumption: Assumption, judgement: Judgement) -> str:
    if assumption.reaches_target is None:
        return ""
    reached, missed = OUTCOMES.get(judgement.facts.target_kind, ("目標に届く", "目標に届かない"))
    return reached if assumption.reaches_target else missed


def _year_line(frame: Frame, row: JudgedIndicator, judgement: Judgement) -> YearLine:
    year, indicator = judgement.fiscal_year, row.indicator
    words = result_fact(row, year)
    return YearLine(
        fiscal_year=year,
        judgement=judgement,
        value=words.value if words.is_words else amount(judgement.result, judgement),
        state=state_word(judgement) or ("" if judgement.result is None else judgement.actual.state.label),
        change=change_words(row, year).rpartition(" ")[2],
        expected=amount(judgement.expected, judgement),
        target=target_words(indicator, judgement, judgement.target),
        figure=progress_figure(judgement, row.rules),
        missing=missing_words(judgement),
        actual=row.actual(year),
        is_shown=year == frame.fiscal_year,
        is_published=frame.is_published(year),
    )


def _target_lines(row: JudgedIndicator, fiscal_year: int) -> list[TargetLine]:
    """Every target the plan has had, the original first; never fewer because of a revision."""
    judgement = row.in_year(fiscal_year)
    stored = sorted((t for t in row.indicator.targets.all() if t.milestone_fiscal_year is None), key=lambda t: t.effective_fiscal_year)
    in_force = max((t.effective_fiscal_year for t in stored if t.effective_fiscal_year <= fiscal_year), default=None)
    return [
        TargetLine(
            target=target,
            value=target_words(row.indicator, judgement, TargetValue(target.effective_fiscal_year, target.value, target.upper_value)),
            is_original=target is stored[0],
            is_in_force=target.effective_fiscal_year == in_force,
            judgement=_judged_by(row, target, fiscal_year),
        )
        for target in stored
    ]


def _judged_by(row: JudgedIndicator, target: Target, fiscal_year: int) -> Judgement:
    """The year's verdict had that target been in force from the start."""
    facts = row.in_year(fiscal_year).facts
    alone = replace(facts, targets=(TargetValue(facts.start_year, target.value, target.upper_value),))
    return judge(alone, fiscal_year, row.rules).for_public()


def _basis(row: JudgedIndicator, judgement: Judgement, parts: Iterable[Indicator]) -> Iterable[Basis]:
    indicator, facts = row.indicator, judgement.facts
    if lifetime := lifetime_words(indicator, parts):
        yield Basis("対象の年度", lifetime)
    yield Basis("達成の条件", MET_WHEN[facts.target_kind])
    yield Basis("値の数え方", f"{facts.accumulation.label}。{_origin(judgement)}")
    if facts.target_kind not in (TargetKind.DIRECTION, TargetKind.MILESTONE):
        formula = judgement.rate_formula or (RateFormula(indicator.rate_formula) if indicator.rate_formula else None)
        yield Basis("達成率の式", formula.label if formula else "値があるときに決まります")
    if indicator.computation:
        yield Basis("算出方法", indicator.computation)
    if indicator.published_month:
        yield Basis("確認時期", f"{indicator.published_month}月（もとになる統計の公表）")
    if indicator.formula_note:
        yield Basis("目標値の式", indicator.formula_note)
    if indicator.note:
        yield Basis("注記", indicator.note)
    actual = row.actual(judgement.fiscal_year)
    if actual and actual.evidence:
        yield Basis(f"{era_long(judgement.fiscal_year)}の根拠", actual.evidence)
    if indicator.source:
        yield Basis("計画での記載", indicator.source)


def lifetime_words(indicator: Indicator, parts: Iterable[Indicator] = ()) -> str:
    """「令和5年度から（「1-2-1 観光入込客数」を分割）」「令和4年度で終了（「1-2-5 …」に分割）」; empty for an indicator of the whole plan."""
    first, last = indicator.first_fiscal_year, indicator.last_fiscal_year
    since = f"{era_long(first)}から" if first else ""
    origin = f"（「{indicator.split_from}」を分割）" if indicator.split_from else ""
    until = f"{era_long(last)}で終了" if last else ""
    names = "・".join(f"「{part}」" for part in parts)
    return "、".join(filter(None, (f"{since}{origin}", f"{until}（{names}に分割）" if names else until)))


def _origin(judgement: Judgement) -> str:
    facts = judgement.facts
    if facts.accumulation.is_total:
        return f"{era_long(facts.start_year)}から0で数えます"
    if facts.baseline_value is None:
        return "現状値がないため、起点は0です" if judgement.facts.target_kind is not TargetKind.MILESTONE else "年度ごとに記録します"
    return f"起点は現状値 {amount(Fraction(facts.baseline_value), judgement)}です"
