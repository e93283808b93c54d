"""What a trend chart shows, as plain data: one description from which the SVG, the Plotly figure, the table and the sentence are made.

Values are exact Fractions in the indicator's unit; columns are those of kpis/chart_timeline.py.
What was decided or measured after the shown year is not part of its chart.
"""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from common.fiscal import era_short
from common.japanese import number_text
from kpis.chart_figures import Table, absence_word, description_of, figures_of, state_word
from kpis.chart_scale import Axis, value_axis
from kpis.chart_timeline import Column, Origin, Timeline, timeline
from kpis.facts import Rules
from kpis.forecast import Forecast, forecast
from kpis.progress import LIMITS, STRAIGHT, UPWARD, Judgement
from kpis.vocabulary import TargetKind

SHORT_TARGET_WORDS = {TargetKind.FLOOR: "下限", TargetKind.CEILING: "上限"}


@dataclass(frozen=True)
class Mark:
    """A value at a column, with the text that stands beside it. `state` says in a word why the value is not firm 「速報」."""

    column: int
    value: Fraction
    text: str = ""
    state: str = ""


@dataclass(frozen=True)
class Gap:
    """A year up to the shown one without a value, and why."""

    column: int
    text: str


@dataclass(frozen=True)
class Level:
    """A target that holds from one column to another, both included."""

    start: int
    end: int
    value: Fraction
    text: str


@dataclass(frozen=True)
class Outlook:
    """見込み: both assumed ways from the last result on."""

    same_growth: tuple[Mark, ...]
    flat: tuple[Mark, ...]


@dataclass(frozen=True)
class LegendEntry:
    """A line or mark that occurs in the chart, and what it means."""

    kind: str
    text: str


@dataclass(frozen=True)
class TrendChart:
    """One indicator over the plan's years. `shown` is the shown year's column; `details` are each column's hover lines.

    `former_goal` is the target at the plan's end as adopted, where the plan was extended. `turns` say what changed from a column on.
    """

    title: str
    unit: str
    columns: tuple[Column, ...]
    shown: int
    axis: Axis
    start: Mark | None
    is_start_joined: bool
    results: tuple[Mark, ...]
    gaps: tuple[Gap, ...]
    path: tuple[Mark, ...]
    ticks: tuple[Mark, ...]
    levels: tuple[Level, ...]
    upper_levels: tuple[Level, ...]
    original: Level | None
    goal: Mark | None
    former_goal: Mark | None
    turns: tuple[tuple[int, str], ...]
    need: tuple[Mark, ...]
    outlook: Outlook | None
    message: str
    note: str
    is_sample: bool
    description: str
    table: Table
    details: tuple[tuple[str, ...], ...]

    kind = "trend"

    @property
    def joined(self) -> tuple[Mark, ...]:
        """The points of the actual line: the start, where it is one, and the results."""
        return (self.start, *self.results) if self.start and self.is_start_joined else self.results

    @property
    def legend(self) -> tuple[LegendEntry, ...]:
        return tuple(LegendEntry(kind, text) for kind, text, is_there in _legend(self) if is_there)


def trend_chart(
    judgements: Sequence[Judgement],
    fiscal_year: int,
    *,
    rules: Rules = Rules(),
    with_forecast: bool = False,
    is_sample: bool = False,
    axis_steps: int = 6,
) -> TrendChart:
    """The chart of one indicator's judgements (oldest first) as of a fiscal year. A low drawing wants fewer `axis_steps`.

    Raises ValueError when there is no judgement up to that year.
    """
    line = timeline(judgements, fiscal_year)
    outlook = forecast(line.known, fiscal_year) if with_forecast else None
    figures = figures_of(line, rules, outlook)
    drawn = _drawn(line, outlook)
    axis = _axis(line, drawn, axis_steps)
    note = _axis_note(axis, line.facts.unit)
    return TrendChart(
        title=f"{line.facts.name}の推移",
        unit=line.facts.unit,
        columns=line.columns,
        shown=line.column(fiscal_year),
        axis=axis,
        message="" if line.with_result or drawn["goal"] or drawn["levels"] else "図に示す数値はありません。",
        note=note,
        is_sample=is_sample,
        description=description_of(line, figures, note) + ("架空のサンプル値です。" if is_sample else ""),
        table=figures.table,
        details=tuple(figures.lines(row) for row in figures.rows),
        **drawn,
    )


def _drawn(line: Timeline, outlook: Forecast | None) -> dict:
    """Everything with a place in the chart."""
    is_leveled = line.is_revised or line.facts.target_kind in (*LIMITS, TargetKind.RANGE)
    return {
        "start": None if line.start is None else Mark(0, line.start, number_text(line.start, line.facts.decimals)),
        "is_start_joined": line.origin in (Origin.MEASURED, Origin.COUNTED),
        "results": tuple(_result(line, j) for j in line.with_result),
        "gaps": tuple(Gap(line.column(j.fiscal_year), absence_word(j)) for j in line.known if j.result is None),
        "path": _path(line),
        "ticks": _ticks(line),
        "levels": _levels(line, "value") if is_leveled else (),
        "upper_levels": _levels(line, "upper_value") if line.facts.target_kind is TargetKind.RANGE else (),
        "original": _original(line),
        "goal": None if is_leveled else _goal(line),
        "former_goal": None if is_leveled else _former_goal(line),
        "turns": tuple(_turns(line)),
        "need": () if outlook else _need(line),
        "outlook": _outlook(line, outlook),
    }


def _result(line: Timeline, j: Judgement) -> Mark:
    return Mark(line.column(j.fiscal_year), j.result, number_text(j.result, j.facts.decimals), state_word(j))


def _path(line: Timeline) -> tuple[Mark, ...]:
    """目安 as one straight line, where it is one: neither target nor period was revised and the limit is not simply to be kept."""
    final = line.judgements[-1]
    if line.is_stepped or not line.targets or final.facts.target_kind not in STRAIGHT + LIMITS or final.is_maintained:
        return ()
    return (Mark(0, line.start), Mark(line.last_column, Fraction(line.targets[0].value)))


def _ticks(line: Timeline) -> tuple[Mark, ...]:
    """目安 year by year: the yearly milestones, and every year once the target or the period was revised."""
    years = line.judgements[:-1] if line.is_stepped else [j for j in line.judgements if j.milestone is not None]
    return tuple(Mark(line.column(j.fiscal_year), j.expected) for j in years if j.expected is not None)


def _target_text(line: Timeline, value: Fraction, word: str = "") -> str:
    return f"{word or SHORT_TARGET_WORDS.get(line.facts.target_kind, '目標')} {number_text(value, line.facts.decimals)}{line.facts.unit}"


def _levels(line: Timeline, field: str) -> tuple[Level, ...]:
    starts = [max(t.effective_fiscal_year, line.facts.start_year) for t in line.targets]
    ends = [*(start - 1 for start in starts[1:]), line.facts.final_fiscal_year]
    words = ["当初の目標"] + [""] * len(starts) if line.is_revised else [""]
    if line.facts.target_kind is TargetKind.RANGE:
        words = ["下限" if field == "value" else "上限"] * len(starts)
    return tuple(
        Level(line.column(start), line.column(end), Fraction(value), _target_text(line, Fraction(value), word))
        for target, start, end, word in zip(line.targets, starts, ends, words, strict=False)
        if (value := getattr(target, field)) is not None and start <= end
    )


def _original(line: Timeline) -> Level | None:
    """当初の目標 after it was revised, to the end of the plan as adopted."""
    if not line.is_revised:
        return None
    value, start = Fraction(line.targets[0].value), line.targets[1].effective_fiscal_year
    end = max(start, line.facts.original_last_year)
    return Level(line.column(start), line.column(end), value, _target_text(line, value, "当初"))


def _goal(line: Timeline) -> Mark | None:
    if not line.targets:
        return None
    value = Fraction(line.targets[-1].value)
    return Mark(line.last_column, value, _target_text(line, value))


def _former_goal(line: Timeline) -> Mark | None:
    """The target at the plan's end as adopted, once the plan was extended."""
    if not line.is_extended or not line.targets:
        return None
    return Mark(line.column(line.facts.original_last_year), Fraction(line.targets[0].value), f"当初 {era_short(line.facts.original_last_year)}まで")


def _turns(line: Timeline) -> Iterator[tuple[int, str]]:
    """「R6 期間延長」「R4で終了」 at the column from which it holds."""
    extensions = (end.effective_fiscal_year for end in line.facts.extensions if end.effective_fiscal_year > line.facts.start_year)
    yield from ((line.column(year), f"{era_short(year)} 期間延長") for year in extensions)
    ended = line.facts.ends_in
    if ended is not None and ended < min(line.fiscal_year, line.facts.final_fiscal_year):
        yield line.column(ended + 1), f"{era_short(ended)}で終了"


def _need(line: Timeline) -> tuple[Mark, ...]:
    """The way that is left: from the last result to the target, while years remain and the target is not reached."""
    is_over = line.shown is None or line.shown.outside or line.shown.is_final_year
    if is_over or not line.with_result or not line.targets or line.facts.target_kind not in STRAIGHT:
        return ()
    last, target = line.with_result[-1], Fraction(line.targets[-1].value)
    is_left = target > last.result if line.facts.target_kind in UPWARD else target < last.result
    return (Mark(line.column(last.fiscal_year), last.result), Mark(line.last_column, target)) if is_left else ()


def _outlook(line: Timeline, found: Forecast | None) -> Outlook | None:
    if found is None:
        return None
    last = Mark(line.column(found.base_fiscal_year), found.base)
    ways = [[Mark(line.column(year), value, f"見込み {number_text(value, line.facts.decimals)}") for year, value in a.path] for a in found.assumptions]
    return Outlook((last, *ways[0]), (last, *ways[1]))


def _axis(line: Timeline, drawn: dict, steps: int) -> Axis:
    return value_axis(_values(drawn), decimals=line.facts.decimals, from_zero=line.facts.accumulation.is_total, intervals=steps)


def _values(drawn: dict) -> Iterator[Fraction]:
    outlook = drawn["outlook"]
    groups = ("results", "path", "ticks", "levels", "upper_levels", "need")
    yield from (mark.value for group in groups for mark in drawn[group])
    yield from (one.value for one in (drawn["start"], drawn["goal"], drawn["former_goal"], drawn["original"]) if one)
    yield from (mark.value for mark in (*outlook.same_growth, *outlook.flat)) if outlook else ()


def _axis_note(axis: Axis, unit: str) -> str:
    if axis.has_zero:
        return ""
    if axis.low > 0:
        return f"縦軸は{axis.text(axis.low)}{unit}から表示しています。"
    return f"縦軸は{axis.text(axis.low)}{unit}から{axis.text(axis.high)}{unit}までを表示しています。"


def _legend(chart: TrendChart) -> Iterator[tuple[str, str, bool]]:
    last = chart.columns[-1].label
    yield "actual", "実績", bool(chart.results)
    yield "hollow", "・".join(dict.fromkeys(mark.state for mark in chart.results if mark.state)), any(mark.state for mark in chart.results)
    yield "gap", "値のない年度", bool(chart.gaps) and len(chart.joined) > 1
    yield "plan", "目安（起点と目標を結ぶ直線）", bool(chart.path)
    yield "tick", "その年度の目安", bool(chart.ticks)
    yield "need", f"目標に必要な{'伸び' if chart.need and chart.need[0].value < chart.need[1].value else '減り'}", bool(chart.need)
    yield "goal", f"目標（{last}）", chart.goal is not None
    yield "former", f"当初の目標（{chart.columns[chart.former_goal.column].label if chart.former_goal else ''}まで）", chart.former_goal is not None
    yield "step" if chart.original else "level", _level_word(chart), bool(chart.levels)
    yield "original", "当初の目標", chart.original is not None
    yield "forecast", "見込みの幅", chart.outlook is not None


def _level_word(chart: TrendChart) -> str:
    if chart.original:
        return "目標（見直しを階段で表示）"
    return "目標の範囲" if chart.upper_levels else f"目標（{chart.levels[0].text.split()[0]}）" if chart.levels else ""


def revision_labels(chart: TrendChart) -> tuple[tuple[int, str], ...]:
    """「R4 見直し」「R6 期間延長」「R4で終了」 for each column from which something else holds; what falls on one column stands together."""
    found: dict[int, list[str]] = {}
    for column, text in (*((level.start, f"{chart.columns[level.start].label} 見直し") for level in chart.levels[1:]), *chart.turns):
        found.setdefault(column, []).append(text)
    return tuple((column, "・".join(texts)) for column, texts in sorted(found.items()))
