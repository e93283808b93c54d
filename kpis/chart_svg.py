"""Draws a trend chart as static SVG: geometry as attributes, looks as CSS classes (static/style.css, layer chart), no style and no script."""
from collections.abc import Iterator
from html import escape
from itertools import pairwise

from kpis.chart_labels import Label, text_width
from kpis.chart_layout import BAND_ABOVE, Frame, TrendLayout, level_ends
from kpis.charts import LegendEntry, Level, Mark, Outlook, TrendChart

LABEL_CLASSES = {
    "value": "t-val",
    "now": "t-val t-now",
    "target": "t-tgt",
    "original": "",
    "forecast": "",
    "revision": "",
    "gap": "t-gap",
}
SAMPLE = "架空のサンプル値"
SAMPLE_ASIDE = 36  # keeps clear of Plotly's button in the corner


def number(value: float) -> str:
    """A coordinate with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def trend_svg(chart: TrendChart, uid: str, layout: TrendLayout) -> str:
    """The chart as laid out. `uid` makes its ids unique on the page."""
    size = layout.frame.size
    title_id = f"{uid}-{size.name}"
    parts = (
        f'<svg class="ch {"ch--n" if size.is_narrow else "ch--w"}" viewBox="0 0 {size.width} {size.height}" role="img" aria-labelledby="{title_id}">',
        f'<title id="{title_id}">{escape(chart.description)}</title>',
        *_ground(chart, layout.frame),
        *_aims(chart, layout.frame),
        *_results(chart, layout.frame),
        *_texts(chart, layout),
        "</svg>",
    )
    return "".join(parts)


def _text(x: float, y: float, text: str, css: str = "", anchor: str = "start") -> str:
    css = f' class="{css}"' if css else ""
    anchor = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{number(x)}" y="{number(y)}"{css}{anchor}>{escape(text)}</text>'


def _path(points: list[tuple[float, float]], css: str, is_closed: bool = False) -> str:
    drawn = "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return f'<path class="{css}" d="M{drawn}{"Z" if is_closed else ""}"/>'


def _marks(marks: tuple[Mark, ...], frame: Frame, css: str) -> Iterator[str]:
    if len(marks) > 1:
        yield _path([frame.at(mark) for mark in marks], css)


def _ground(chart: TrendChart, frame: Frame) -> Iterator[str]:
    """Band of the shown year, grid, axis texts."""
    left, right = frame.x(chart.shown - 0.5), frame.x(chart.shown + 0.5)
    top = frame.top - BAND_ABOVE
    yield (
        f'<rect class="band" x="{number(left)}" y="{number(top)}" width="{number(right - left)}"'
        f' height="{number(frame.plot_bottom - top)}" rx="4"/>'
    )
    for tick in () if chart.message else chart.axis.ticks:
        y = frame.y(tick)
        css = "axis" if tick in (chart.axis.low, 0) else "grid-l"
        yield f'<line class="{css}" x1="{number(frame.left)}" x2="{number(frame.plot_right)}" y1="{number(y)}" y2="{number(y)}"/>'
        yield _text(frame.left - 8, y + 4.5, chart.axis.text(tick), "t-num", "end")
    yield from _columns(chart, frame)


def _columns(chart: TrendChart, frame: Frame) -> Iterator[str]:
    shown = set(shown_columns(chart, frame))
    for n, column in enumerate(chart.columns):
        if n in shown:
            yield _text(frame.x(n), frame.plot_bottom + 20, column_label(chart, frame, n), "t-num", "middle")
        if column.note and not frame.size.is_narrow:
            yield _text(frame.x(n), frame.plot_bottom + 38, column.note, "", "middle")


def shown_columns(chart: TrendChart, frame: Frame) -> list[int]:
    """The columns that are labelled: all of them, or every second one (with the shown year) where they are too close."""
    every = 1 if frame.step >= 30 else 2
    return [n for n in range(len(chart.columns)) if n % every == chart.shown % every or n == 0]


def column_label(chart: TrendChart, frame: Frame, column: int) -> str:
    """The column's label, or 「現状値」 where the baseline's own label is too long to stand there."""
    label = chart.columns[column].label
    fits = text_width(label, frame.size.texts["axis"]) < frame.step * 0.5 + frame.left + 8
    return label if fits else chart.columns[column].note or label


def _aims(chart: TrendChart, frame: Frame) -> Iterator[str]:
    """Targets, 目安, what is still needed, and 見込み."""
    if chart.outlook:
        yield from _outlook(chart.outlook, frame)
    if chart.upper_levels:
        yield from _range(chart, frame)
    yield from _steps(chart.upper_levels, frame)
    yield from _steps(chart.levels, frame)
    if chart.original:
        yield _path(list(level_ends(chart.original, frame)), "orig")
    yield from _marks(chart.path, frame, "plan")
    yield from (_tick(frame.at(mark)) for mark in chart.ticks)
    yield from _marks(chart.need, frame, "need")


def _outlook(outlook: Outlook, frame: Frame) -> Iterator[str]:
    ends = [frame.at(mark) for mark in (*outlook.same_growth, *reversed(outlook.flat[1:]))]
    yield _path(ends, "fore", is_closed=True)
    yield from _marks(outlook.same_growth, frame, "fore-l")
    yield from _marks(outlook.flat, frame, "fore-l")


def _range(chart: TrendChart, frame: Frame) -> Iterator[str]:
    for low, high in zip(chart.levels, chart.upper_levels, strict=False):
        (left, bottom), (right, _) = level_ends(low, frame)
        top = frame.y(high.value)
        yield f'<rect class="range" x="{number(left)}" y="{number(top)}" width="{number(right - left)}" height="{number(bottom - top)}"/>'


def _steps(levels: tuple[Level, ...], frame: Frame) -> Iterator[str]:
    """The target as one line that steps where it was revised."""
    if levels:
        yield _path([point for level in levels for point in level_ends(level, frame)], "step")


def _tick(point: tuple[float, float]) -> str:
    x, y = point
    return f'<line class="tick" x1="{number(x - 11)}" x2="{number(x + 11)}" y1="{number(y)}" y2="{number(y)}"/>'


def _results(chart: TrendChart, frame: Frame) -> Iterator[str]:
    for a, b in pairwise(chart.joined):
        if b.column - a.column > 1:
            yield _path([frame.at(a), frame.at(b)], "gap")
    for run in runs(chart.joined):
        yield from _marks(run, frame, "act")
    if chart.start:
        yield _dot(frame.at(chart.start), "dot-b", 5)
    for mark in chart.results:
        yield _dot(frame.at(mark), "dot dot--h" if mark.state else "dot", 6.5 if mark.column == chart.shown else 5)
    for mark, css in ((chart.former_goal, "dot-b"), (chart.goal, "tgt")):
        if mark:
            x, y = frame.at(mark)
            yield f'<path class="{css}" d="M{number(x)} {number(y - 8)}l8 8-8 8-8-8Z"/>'


def runs(marks: tuple[Mark, ...]) -> list[tuple[Mark, ...]]:
    """The marks split where a year without a value lies between two of them."""
    found: list[list[Mark]] = []
    for mark in marks:
        if found and mark.column - found[-1][-1].column == 1:
            found[-1].append(mark)
        else:
            found.append([mark])
    return [tuple(run) for run in found]


def _dot(point: tuple[float, float], css: str, radius: float) -> str:
    return f'<circle class="{css}" cx="{number(point[0])}" cy="{number(point[1])}" r="{number(radius)}"/>'


def _texts(chart: TrendChart, layout: TrendLayout) -> Iterator[str]:
    frame = layout.frame
    yield from (_lead(label) for label in layout.margin_labels if is_moved(label))
    yield from (_revision_lead(label, chart, frame) for label in layout.labels if label.role == "revision")
    yield from (_label(label, chart, frame) for label in (*layout.labels, *layout.margin_labels))
    if chart.unit:
        yield _text(0, 14, chart.unit)
    if chart.is_sample:
        yield _text(frame.size.width - SAMPLE_ASIDE, 14, SAMPLE, "t-smp", "end")
    if chart.message:
        yield _text(frame.size.width / 2, frame.size.height / 2, chart.message, "", "middle")


def is_moved(label: Label) -> bool:
    """Whether a margin text stands so far from its value that a line leads to it."""
    return abs(label.y - label.size * 0.36 - label.point[1]) > 6


def _lead(label: Label) -> str:
    x, y = label.point
    return _path([(x, y), (label.x - 2, label.y - label.size * 0.36)], "lead")


def _revision_lead(label: Label, chart: TrendChart, frame: Frame) -> str:
    x, y = label.point
    return _path([(x, y), (x, frame.y(chart.original.value) - 3 if chart.original else frame.plot_bottom)], "lead")


def _label(label: Label, chart: TrendChart, frame: Frame) -> str:
    is_in_band = abs(label.x - frame.x(chart.shown)) < frame.step / 2
    classes = (LABEL_CLASSES[label.role], "t-sm" if label.size == 13 and label.role == "value" else "", "halo-b" if is_in_band else "halo")
    return _text(label.x, label.y, label.text, " ".join(name for name in classes if name), label.anchor)


LEGEND_MARKS = {
    "actual": '<path class="act" d="M0 7h28"/><circle class="dot" cx="14" cy="7" r="5"/>',
    "hollow": '<path class="act" d="M0 7h28"/><circle class="dot dot--h" cx="14" cy="7" r="5"/>',
    "gap": '<path class="gap" d="M0 7h28"/>',
    "plan": '<path class="plan" d="M0 7h28"/>',
    "tick": '<line class="tick" x1="4" x2="24" y1="7" y2="7"/>',
    "need": '<path class="need" d="M1 7h27"/>',
    "goal": '<path class="tgt" d="M14 0l7 7-7 7-7-7Z"/>',
    "former": '<path class="dot-b" d="M14 0l7 7-7 7-7-7Z"/>',
    "level": '<path class="step" d="M0 7h28"/>',
    "step": '<path class="step" d="M0 3h14v8h14"/>',
    "original": '<path class="orig" d="M0 7h28"/>',
    "forecast": '<path class="fore" d="M0 11 28 2v9Z"/><path class="fore-l" d="M0 11 28 2M0 11h28"/>',
}


def legend_svg(entries: tuple[LegendEntry, ...]) -> str:
    """A list of the marks that occur, each with its meaning."""
    items = (f'<li><svg viewBox="0 0 28 14" class="ch" aria-hidden="true">{LEGEND_MARKS[entry.kind]}</svg>{escape(entry.text)}</li>' for entry in entries)
    return f'<ul class="lgd" aria-label="図の見方">{"".join(items)}</ul>'
