"""Turns a chart's description into a Plotly figure: plain dicts, the only place where exact values become floats.

A figure is laid over the static SVG of the same size, so margins, ranges and texts come from the same layout.
"""
from collections.abc import Iterable, Sequence
from itertools import pairwise

from kpis.chart_labels import Label
from kpis.chart_layout import BAND_ABOVE, INSET, Frame, Size, TrendLayout
from kpis.chart_plotly_base import (
    CLEAR,
    FONT,
    GRID,
    LINE,
    NUMBER_FONT,
    SURFACE,
    TEXT,
    TEXT_2,
    TEXT_3,
    base_layout,
    config,
    font,
    hover_text,
    note,
    plain,
)
from kpis.chart_svg import SAMPLE, SAMPLE_ASIDE, column_label, is_moved, runs, shown_columns
from kpis.charts import Level, Mark, TrendChart

ACTUAL, PLAN, TARGET, BAND, FORE, NEED = (f"var(--{name})" for name in ("ch-actual", "ch-plan", "ch-target", "ch-band", "ch-fore", "c-attn"))
LABEL_COLORS = {"value": TEXT, "now": ACTUAL, "target": TARGET, "original": TEXT_2, "forecast": TEXT_2, "revision": TEXT_2, "gap": TEXT_3}
BOLD_ROLES = ("value", "now", "target")


def trend_figure(chart: TrendChart, layout: TrendLayout) -> dict:
    """{data, layout, config} of a trend chart as laid out."""
    frame = layout.frame
    data = [*_aims(chart, frame), *_results(chart, frame), _labels(layout), _hover(chart, frame)]
    return {"data": [trace for trace in data if trace], "layout": _trend_layout(chart, layout), "config": config(chart.title)}


def _pairs(marks: Iterable[Mark | None]) -> dict:
    """x and y of the marks; None breaks the line."""
    points = list(marks)
    return {"x": [p and p.column for p in points], "y": [p and float(p.value) for p in points]}


def _line(name: str, points: dict, color: str, width: float, dash: str = "solid", **more) -> dict | None:
    if not points["x"]:
        return None
    line = {"color": color, "width": width, "dash": dash}
    return {"type": "scatter", "mode": "lines", "name": name, **points, "line": line, "hoverinfo": "skip", "cliponaxis": False, **more}


def _edges(level: Level, frame: Frame) -> list[float]:
    """A level's ends as columns, where the drawing has them."""
    return [(frame.x(end) - frame.left - INSET) / frame.step for end in (level.start - 0.5, level.end + 0.5)]


def _steps(name: str, levels: Sequence[Level], frame: Frame, color: str, width: float, dash: str = "solid", **more) -> dict | None:
    x = [edge for level in levels for edge in _edges(level, frame)]
    y = [float(level.value) for level in levels for _ in range(2)]
    return _line(name, {"x": x, "y": y}, color, width, dash, **more)


def _aims(chart: TrendChart, frame: Frame) -> list[dict | None]:
    original = [chart.original] if chart.original else []
    return [
        *_outlook(chart),
        _steps("目標の上限", chart.upper_levels, frame, TARGET, 2),
        _steps("目標", chart.levels, frame, TARGET, 2, **_range_fill(chart)),
        _steps("当初の目標", original, frame, PLAN, 1.5, "2px,4px"),
        _line("目安", _pairs(chart.path), PLAN, 2, "6px,5px"),
        _ticks(chart),
        _line("必要な伸び", _pairs(chart.need), NEED, 2, "3px,3px"),
    ]


def _range_fill(chart: TrendChart) -> dict:
    return {"fill": "tonexty", "fillcolor": BAND} if chart.upper_levels else {}


def _outlook(chart: TrendChart) -> list[dict | None]:
    if chart.outlook is None:
        return []
    growth, flat = chart.outlook.same_growth, chart.outlook.flat
    return [
        _line("見込みの幅", _pairs((*growth, *reversed(flat))), CLEAR, 0, fill="toself", fillcolor=FORE, opacity=0.75),
        _line("見込み（同じ伸び）", _pairs(growth), ACTUAL, 1.5, "4px,4px"),
        _line("見込み（横ばい）", _pairs(flat), ACTUAL, 1.5, "4px,4px"),
    ]


def _ticks(chart: TrendChart) -> dict | None:
    if not chart.ticks:
        return None
    marker = {"symbol": "line-ew", "size": 15, "line": {"color": PLAN, "width": 3}}
    return {"type": "scatter", "mode": "markers", "name": "その年度の目安", **_pairs(chart.ticks), "marker": marker, "hoverinfo": "skip"}


def _results(chart: TrendChart, frame: Frame) -> list[dict | None]:
    broken = [mark for run in runs(chart.joined) for mark in (*run, None)]
    gaps = [mark for a, b in pairwise(chart.joined) if b.column - a.column > 1 for mark in (a, b, None)]
    return [
        _line("値のない年度", _pairs(gaps), ACTUAL, 1.5, "2px,5px"),
        _line("実績の線", _pairs(broken[:-1]), ACTUAL, 3),
        _dots("起点", [chart.start] if chart.start else [], [10], PLAN, 2, SURFACE),
        _dots("実績", chart.results, [13 if mark.column == chart.shown else 10 for mark in chart.results], ACTUAL, 2),
        _dots("当初の目標（延長前の最終年度）", [chart.former_goal] if chart.former_goal else [], [14], PLAN, 2, SURFACE, "diamond"),
        _dots("目標", [chart.goal] if chart.goal else [], [14], TARGET, 0, symbol="diamond"),
    ]


def _dots(name: str, marks: Sequence[Mark], sizes: list[float], color: str, width: float, fill: str = "", symbol: str = "circle") -> dict | None:
    """Points; one whose value is not firm is hollow."""
    if not marks:
        return None
    fills = [fill or (SURFACE if mark.state else color) for mark in marks]
    edge = {"color": [color if fill or mark.state else SURFACE for mark in marks], "width": [3 if mark.state else width for mark in marks]}
    marker = {"symbol": symbol, "size": sizes, "color": fills, "opacity": 1, "line": edge}
    return {"type": "scatter", "mode": "markers", "name": name, **_pairs(marks), "marker": marker, "hoverinfo": "skip", "cliponaxis": False}


def _labels(layout: TrendLayout) -> dict | None:
    """The texts inside the plot, where the layout put them."""
    labels = [label for label in layout.labels if _is_inside(label, layout.frame)]
    if not labels:
        return None
    places = [_place(label, layout.frame) for label in labels]
    fonts = [_label_font(label) for label in labels]
    return {
        "type": "scatter", "mode": "text", "name": "値", "x": [x for x, _ in places], "y": [y for _, y in places],
        "text": [plain(label.text) for label in labels], "textposition": [TEXT_POSITIONS[label.anchor] for label in labels],
        "textfont": {key: [each[key] for each in fonts] for key in ("family", "size", "color", "weight")},
        "hoverinfo": "skip", "cliponaxis": False,
    }  # fmt: skip


def _label_font(label: Label) -> dict:
    family = NUMBER_FONT if label.role in ("value", "now") else FONT
    return font(label.size, LABEL_COLORS[label.role], family, 700 if label.role in BOLD_ROLES else 400)


def _is_inside(label: Label, frame: Frame) -> bool:
    """Plotly hides points outside the axes; texts that stand there become annotations."""
    return frame.left < label.x < frame.plot_right and frame.top < label.y - label.size * 0.36 < frame.plot_bottom


def _outer_texts(layout: TrendLayout) -> list[dict]:
    frame, found = layout.frame, []
    for label in layout.labels:
        if not _is_inside(label, frame):
            x = (label.x - frame.left) / (frame.plot_right - frame.left)
            y = (frame.plot_bottom - label.y + label.size * 0.36) / (frame.plot_bottom - frame.top)
            found.append(note(label.text, x, y, _label_font(label), xanchor=ANCHORS[label.anchor]))
    return found


TEXT_MIDDLE = 0.26  # how far above its baseline Plotly takes the middle of a text to be, in parts of its size
ANCHORS = {"start": "left", "middle": "center", "end": "right"}
TEXT_POSITIONS = {"start": "middle right", "middle": "middle center", "end": "middle left"}


def _place(label: Label, frame: Frame) -> tuple[float, float]:
    """The middle of a text's line as column and value, so that Plotly sets it where the SVG does."""
    column = (label.x - frame.left - INSET) / frame.step
    share = (frame.plot_bottom - label.y + label.size * TEXT_MIDDLE) / (frame.plot_bottom - frame.top)
    return column, float(frame.axis.low) + share * float(frame.axis.high - frame.axis.low)


def _hover(chart: TrendChart, frame: Frame) -> dict:
    """One invisible point for each column that says everything about its year."""
    found = {mark.column: float(mark.value) for mark in (*chart.path, *chart.ticks, *chart.joined, *chart.results)}
    middle = float(chart.axis.low + chart.axis.high) / 2
    columns = range(len(chart.columns))
    return {
        "type": "scatter", "mode": "markers", "name": "説明", "x": list(columns), "y": [found.get(n, middle) for n in columns],
        "marker": {"size": 10, "color": CLEAR}, "text": [hover_text(lines) for lines in chart.details],
        "hoverinfo": "text", "cliponaxis": False,
    }  # fmt: skip


def _trend_layout(chart: TrendChart, layout: TrendLayout) -> dict:
    frame = layout.frame
    size = frame.size
    margin = {"l": frame.left, "r": frame.right, "t": frame.top, "b": frame.bottom}
    return {
        **base_layout(size.height, margin, size.texts["axis"]),
        "width": size.width,
        "hovermode": "x",
        "hoverdistance": -1,
        "xaxis": _columns_axis(chart, frame),
        "yaxis": _value_axis(chart, size),
        "shapes": _shapes(chart, layout),
        "annotations": [*_outer_texts(layout), *_margin_texts(layout), *_corner_texts(chart, frame)],
    }


def _columns_axis(chart: TrendChart, frame: Frame) -> dict:
    columns = shown_columns(chart, frame)
    edge = INSET / frame.step
    labels = [plain(column_label(chart, frame, n)) for n in columns]
    notes = [chart.columns[n].note if not frame.size.is_narrow else "" for n in columns]
    texts = [f"{label}<br>{second}" if second else label for label, second in zip(labels, notes, strict=True)]
    return {
        "range": [-edge, frame.last_column + edge], "fixedrange": True, "tickmode": "array", "tickvals": columns, "ticktext": texts,
        "tickangle": 0, "showgrid": False, "zeroline": False, "ticks": "", "ticklabelstandoff": 7,
        "showline": True, "linecolor": LINE,
    }  # fmt: skip


def _value_axis(chart: TrendChart, size: Size) -> dict:
    ticks = () if chart.message else chart.axis.ticks
    return {
        "range": [float(chart.axis.low), float(chart.axis.high)], "fixedrange": True, "tickmode": "array",
        "tickvals": [float(tick) for tick in ticks], "ticktext": [chart.axis.text(tick) for tick in ticks],
        "tickfont": font(size.texts["axis"], TEXT_2, NUMBER_FONT), "gridcolor": GRID,
        "zeroline": not chart.message, "zerolinecolor": LINE, "zerolinewidth": 1, "ticks": "", "ticklabelstandoff": 6,
    }  # fmt: skip


def _shapes(chart: TrendChart, layout: TrendLayout) -> list[dict]:
    """The shown year's band, and a line from each revision's text down to the target it replaced."""
    frame = layout.frame
    rise = 1 + BAND_ABOVE / (frame.plot_bottom - frame.top)
    edges = [(frame.x(chart.shown + side) - frame.left - INSET) / frame.step for side in (-0.5, 0.5)]
    band = {
        "type": "rect", "layer": "below", "x0": edges[0], "x1": edges[1], "yref": "paper", "y0": 0, "y1": rise,
        "fillcolor": BAND, "line": {"width": 0},
    }  # fmt: skip
    revisions = [(label.point[0] - frame.left - INSET) / frame.step for label in layout.labels if label.role == "revision"]
    lead = {"type": "line", "yref": "paper", "y0": frame.axis.share(chart.original.value) if chart.original else 0, "y1": rise}
    return [band, *({**lead, "x0": x, "x1": x, "line": {"color": LINE, "width": 1}} for x in revisions)]


def _margin_texts(layout: TrendLayout) -> list[dict]:
    """What stands in the right margin; a thin line leads from a text to a value that is not at its height."""
    frame, found = layout.frame, []
    for label in layout.margin_labels:
        middle = label.y - label.size * 0.36
        y = (frame.plot_bottom - middle) / (frame.plot_bottom - frame.top)
        more = _lead(label) if is_moved(label) else {"xshift": label.x - frame.plot_right - 1}
        found.append(note(label.text, 1, y, _label_font(label), **more))
    return found


def _lead(label: Label) -> dict:
    """An arrow without a head from the text to its value: the arrow's point is the value, the text stands at its tail."""
    rise = label.y - label.size * 0.36 - label.point[1]
    return {
        "showarrow": True, "arrowhead": 0, "arrowwidth": 1, "arrowcolor": LINE,
        "ax": label.x - label.point[0], "ay": rise, "yshift": rise,
    }  # fmt: skip


def _corner_texts(chart: TrendChart, frame: Frame) -> list[dict]:
    width = frame.plot_right - frame.left
    top = 1 + (frame.top - 9) / (frame.plot_bottom - frame.top)
    texts = []
    if chart.unit:
        texts.append(note(chart.unit, 0, top, font(frame.size.texts["axis"], TEXT_2), xshift=-frame.left))
    if chart.is_sample:
        texts.append(note(SAMPLE, 1, top, font(13, TEXT_3), xanchor="right", xshift=frame.right - SAMPLE_ASIDE))
    if chart.message:
        middle = (frame.size.width / 2 - frame.left) / width
        texts.append(note(chart.message, middle, 0.5, font(14, TEXT_2), xanchor="center"))
    return texts
