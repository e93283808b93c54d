"""The texts of a trend chart: one row of figures for each column, read by its table, its hover labels and its description."""
from dataclasses import dataclass
from fractions import Fraction

from common.fiscal import baseline_label_long, era_long
from common.japanese import NO_VALUE, number_text
from kpis.chart_timeline import Origin, Timeline
from kpis.facts import IndicatorFacts, Outside, Rules
from kpis.forecast import Forecast
from kpis.progress import Judgement
from kpis.vocabulary import Status, TargetKind, ValueState

TARGET_WORDS = {TargetKind.FLOOR: "下限の目標", TargetKind.CEILING: "上限の目標", TargetKind.RANGE: "範囲の目標"}


@dataclass(frozen=True)
class Table:
    """A chart's numbers as rows of text; the first cell of a row is its heading."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Figure:
    """A figure as text. The unit stands in the table's heading, and beside the number everywhere else."""

    text: str = NO_VALUE
    unit: str = ""
    note: str = ""

    @property
    def in_table(self) -> str:
        return f"{self.text}{self.note}"

    @property
    def in_full(self) -> str:
        return f"{self.text}{self.unit}{self.note}"


@dataclass(frozen=True)
class Row:
    """One column's figures, in the order of the headings."""

    name: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Figures:
    """Every column's figures. Headings without any figure are left out."""

    headings: tuple[str, ...]
    unit: str
    rows: tuple[Row, ...]

    @property
    def table(self) -> Table:
        units = [any(row.figures[n].unit for row in self.rows) for n in range(len(self.headings))]
        headers = (f"{name}（{self.unit}）" if has_unit else name for name, has_unit in zip(self.headings, units, strict=True))
        return Table(("年度", *headers), tuple((row.name, *(figure.in_table for figure in row.figures)) for row in self.rows))

    def lines(self, row: Row) -> tuple[str, ...]:
        """「令和5年度」「実績 80.1万人（速報）」…: what the hover label says."""
        pairs = zip(self.headings, row.figures, strict=True)
        return (row.name, *(f"{heading} {figure.in_full}" for heading, figure in pairs if figure.text != NO_VALUE))


def figures_of(line: Timeline, rules: Rules, outlook: Forecast | None) -> Figures:
    """The figures of every column of the timeline."""
    headings = ("累計の実績" if line.facts.accumulation.is_total else "実績", "目安", "目標", "進捗率", "判定", "見込み")
    rows = [Row(j_name(line, j), _year(line, j, rules, outlook)) for j in line.judgements]
    if line.start is not None:
        start = Figure(number_text(line.start, line.facts.decimals), line.facts.unit)
        rows.insert(0, Row(line.columns[0].name, (start, *[Figure()] * (len(headings) - 1))))
    used = [n for n in range(len(headings)) if n == 0 or any(row.figures[n].text != NO_VALUE for row in rows)]
    kept = tuple(Row(row.name, tuple(row.figures[n] for n in used)) for row in rows)
    return Figures(tuple(headings[n] for n in used), line.facts.unit, kept)


def j_name(line: Timeline, judgement: Judgement) -> str:
    return line.columns[line.column(judgement.fiscal_year)].name


def _year(line: Timeline, j: Judgement, rules: Rules, outlook: Forecast | None) -> tuple[Figure, ...]:
    is_known = j.fiscal_year <= line.fiscal_year
    return (
        result_figure(j) if is_known else Figure(),
        _expected(j),
        _target(line, j),
        Figure(rules.rate_text(j.progress_rate)),
        Figure(j.word if is_known else NO_VALUE),
        _outlook(j, outlook),
    )


def result_figure(j: Judgement) -> Figure:
    """The year's result with its state, or why there is none."""
    if j.facts.target_kind is TargetKind.MILESTONE and j.is_met is not None:
        return Figure("実施した" if j.is_met else "実施していない")
    if j.result is None:
        return Figure(absence_text(j))
    state = state_word(j)
    return Figure(number_text(j.result, j.facts.decimals), j.facts.unit, f"（{state}）" if state else "")


def absence_text(j: Judgement) -> str:
    """「未測定（公表待ち）」「未測定」「未入力」."""
    return f"{Status.NOT_MEASURED.label}（{j.actual.missing_reason.label}）" if j.actual.missing_reason else j.word


def absence_word(j: Judgement) -> str:
    """The same in one word: 「公表待ち」."""
    return j.actual.missing_reason.label if j.actual.missing_reason else j.word


def state_word(j: Judgement) -> str:
    """「速報」「参考」; empty for a confirmed value."""
    if j.missing_years:
        return "参考"
    return "" if j.actual.state is ValueState.CONFIRMED else j.actual.state.label


def exact_text(value: Fraction, facts: IndicatorFacts) -> str:
    """A computed value; one decimal more than the indicator's where it falls between two of its values."""
    is_between = (value * 10**facts.decimals).denominator != 1
    return number_text(value, facts.decimals + is_between)


def _expected(j: Judgement) -> Figure:
    return Figure() if j.expected is None else Figure(exact_text(j.expected, j.facts), j.facts.unit)


def _target(line: Timeline, j: Judgement) -> Figure:
    target = line.facts.target(j.fiscal_year)
    if target is None or target.value is None:
        return Figure()
    text = number_text(target.value, j.facts.decimals)
    if target.upper_value is not None:
        text = f"{text}～{number_text(target.upper_value, j.facts.decimals)}"
    original = line.targets[0].value
    note = "" if target.value == original else f"（当初 {number_text(original, j.facts.decimals)}{j.facts.unit}）"
    return Figure(text, j.facts.unit, note)


def _outlook(j: Judgement, outlook: Forecast | None) -> Figure:
    values = [dict(a.path).get(j.fiscal_year) for a in outlook.assumptions] if outlook else []
    texts = dict.fromkeys(exact_text(value, j.facts) for value in sorted(v for v in values if v is not None))
    return Figure("～".join(texts), j.facts.unit) if texts else Figure()


def description_of(line: Timeline, figures: Figures, note: str) -> str:
    """All numbers of the chart in whole sentences, for people who do not see it."""
    facts = line.facts
    unit = f"（単位 {facts.unit}）" if facts.unit else ""
    return "".join((f"{facts.name}の推移{unit}。", _start(line), _results(line), _aim(line), _outlook_sentence(line, figures), note))


def _start(line: Timeline) -> str:
    facts = line.facts
    reference = facts.baseline_value
    if line.origin is Origin.COUNTED and reference is not None:
        return f"起点は0で、{baseline_label_long(facts.baseline_label) or '現状値'}の{number_text(reference, facts.decimals)}は参考です。"
    if line.start is None:
        return ""
    return f"{line.columns[0].name}は{number_text(line.start, facts.decimals)}です。"


def _results(line: Timeline) -> str:
    kind = "累計" if line.facts.accumulation.is_total else "実績"
    if not line.known:
        return f"{era_long(line.facts.start_year)}から対象です。"
    return f"{kind}は、" + "、".join(f"{era_long(j.fiscal_year)} {result_figure(j).in_table}" for j in line.known) + "です。"


def _aim(line: Timeline) -> str:
    facts = line.facts
    if not line.targets:
        return "数値目標はありません。" if facts.target_kind is not TargetKind.MILESTONE else ""
    target = _target(line, line.judgements[-1])
    revised = f"目標は{era_long(line.targets[-1].effective_fiscal_year)}に見直しました。" if line.is_revised else ""
    revised += f"計画期間は{era_long(facts.original_last_year)}までから{era_long(facts.final_fiscal_year)}までに延長しました。" if line.is_extended else ""
    revised += f"この指標は{era_long(facts.ends_in)}で終了しました。" if facts.outside(line.fiscal_year) is Outside.AFTER else ""
    expected = _expected(line.shown) if line.shown else Figure()
    due = f"{era_long(line.fiscal_year)}の目安は{expected.in_full}です。" if expected.text != NO_VALUE else ""
    return f"{TARGET_WORDS.get(facts.target_kind, '目標')}は{era_long(facts.final_fiscal_year)}に{target.in_full}です。{revised}{due}"


def _outlook_sentence(line: Timeline, figures: Figures) -> str:
    if "見込み" not in figures.headings:
        return ""
    last = figures.rows[-1]
    return f"{last.name}の見込みは{last.figures[figures.headings.index('見込み')].in_full}です。"
