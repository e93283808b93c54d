"""The charts made of horizontal bars as Plotly figures, at the same places as their static SVG (kpis/chart_row_svg.py)."""
from fractions import Fraction

from kpis.chart_plotly_base import (
    CLEAR,
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
)
from kpis.chart_row_svg import FITS_NUMBER, FOOT, RowSize, height, part_text, shorten, tick_text
from kpis.chart_rows import ProgressChart, ProgressRow, StatusChart
from kpis.chart_svg import SAMPLE, SAMPLE_ASIDE
from kpis.vocabulary import Status

FILLS = {
    Status.ACHIEVED: "var(--st-achieved-bg)",
    Status.ON_TRACK: "var(--st-on_track-line)",
    Status.SLIGHTLY_BEHIND: "var(--st-slightly_behind-line)",
    Status.BEHIND: "var(--st-behind-bg)",
    Status.NOT_MEASURED: "var(--c-line-2)",
    Status.NOT_ENTERED: "var(--c-line-2)",
    Status.NOT_RATED: "var(--st-not_rated-bg)",
}
INKS = {
    Status.ACHIEVED: "var(--st-achieved-fg)",
    Status.ON_TRACK: "var(--ch-on-light)",
    Status.SLIGHTLY_BEHIND: "var(--ch-on-yellow)",
    Status.BEHIND: "var(--st-behind-fg)",
}
BACKWARD, ACHIEVED_LINE = "var(--ch-neg)", "var(--ch-target)"


def status_figure(chart: StatusChart, size: RowSize) -> dict:
    """{data, layout, config} of the verdicts by year; the width is the drawing's own."""
    found = [status for status in Status if any(part.status is status for row in chart.rows for part in row.parts)]
    layout = _layout(len(chart.rows), size, (0, 1))
    layout["barmode"] = "overlay"
    layout["annotations"] = [
        *(_row_text(row.label, 0, n, size, is_bold=row.is_shown) for n, row in enumerate(chart.rows)),
        *(_row_text(size.figures(row), size.text_at, n, size, is_bold=row.is_shown) for n, row in enumerate(chart.rows)),
        *_sample(chart.is_sample, size),
    ]
    return {"data": [_status_bars(chart, status, size) for status in found], "layout": layout, "config": config(chart.title)}


def _status_bars(chart: StatusChart, status: Status, size: RowSize) -> dict:
    cells = [(n, row, part) for n, row in enumerate(chart.rows) for part in row.parts if part.status is status]
    return {
        "type": "bar", "orientation": "h", "name": status.label,
        "x": [float(part.share) for _, _, part in cells], "y": [n for n, _, _ in cells], "base": [float(part.start) for _, _, part in cells],
        "width": [(26 if row.is_shown else 18) / size.row_height for _, row, _ in cells],
        "text": [part_text(part, row, size.is_narrow) if part.share >= FITS_NUMBER[size.is_narrow] else "" for _, row, part in cells],
        "textposition": "inside", "insidetextanchor": "middle", "textangle": 0, "constraintext": "none",
        "textfont": font(14, INKS.get(status, TEXT), NUMBER_FONT, 700),
        "marker": {"color": FILLS[status], "line": {"color": SURFACE, "width": 1}},
        "hovertext": [hover_text(row.details) for _, row, _ in cells], "hoverinfo": "text",
    }  # fmt: skip


def progress_figure(chart: ProgressChart, size: RowSize) -> dict:
    """{data, layout, config} of the indicators' progress. Bars keep their true length, also beyond the drawing's edge."""
    layout = _layout(len(chart.rows), size, (float(chart.low), float(chart.high)), row_center=38 / 54 if size.is_narrow else 0.5)
    layout["xaxis"] |= {
        "showticklabels": True, "tickmode": "array", "tickvals": [float(tick) for tick in chart.ticks],
        "ticktext": [tick_text(tick) for tick in chart.ticks], "side": "top", "ticks": "", "tickfont": font(size.font, TEXT_2, NUMBER_FONT),
        "showgrid": True, "gridcolor": GRID, "ticklabelstandoff": 4,
    }  # fmt: skip
    layout |= {"hovermode": "y", "hoverdistance": -1}
    layout["shapes"] = [_upright(Fraction(0), LINE, 1), _upright(Fraction(1), ACHIEVED_LINE, 1.5)]
    layout["annotations"] = [*_progress_texts(chart, size), *_sample(chart.is_sample, size)]
    return {"data": [_progress_bars(chart, size), _due_marks(chart)], "layout": layout, "config": config(chart.title)}


def _upright(at: Fraction, color: str, width: float) -> dict:
    place = {"type": "line", "x0": float(at), "x1": float(at), "yref": "paper", "y0": 0, "y1": 1}
    return {**place, "layer": "above", "line": {"color": color, "width": width}}


def _progress_bars(chart: ProgressChart, size: RowSize) -> dict:
    """Every row, also those without a bar: their hover label is found at 0."""
    return {
        "type": "bar", "orientation": "h", "name": "進捗率",
        "x": [float(row.rate or 0) for row in chart.rows], "y": list(range(len(chart.rows))), "width": 14 / size.row_height,
        "marker": {"color": [_fill(row) for row in chart.rows], "line": {"width": 0}},
        "hovertext": [hover_text(row.details) for row in chart.rows], "hoverinfo": "text",
    }  # fmt: skip


def _fill(row: ProgressRow) -> str:
    if row.rate is None:
        return CLEAR
    return BACKWARD if row.rate < 0 else FILLS[row.status]


def _due_marks(chart: ProgressChart) -> dict:
    due = [(n, row.due) for n, row in enumerate(chart.rows) if row.due is not None]
    marker = {"symbol": "line-ns", "size": 15, "line": {"color": TEXT, "width": 3}}
    places = {"x": [float(rate) for _, rate in due], "y": [n for n, _ in due]}
    return {"type": "scatter", "mode": "markers", "name": "今の目安", **places, "marker": marker, "hoverinfo": "skip"}


def _progress_texts(chart: ProgressChart, size: RowSize) -> list[dict]:
    found = []
    for n, row in enumerate(chart.rows):
        label_at = (18 - 38) / size.row_height if size.is_narrow else 0
        found.append(_row_text(shorten(row.label, size), 0, n + label_at, size, color=TEXT))
        if row.rate is None:
            found.append(_row_text(row.text, size.bar_from + 0.8, n, size))
        figures = row.word if row.rate is None else f"{row.text} {row.word}"
        found.append(_row_text(figures, size.text_at, n, size, is_bold=row.status.is_rated))
    return found


def _layout(rows: int, size: RowSize, ends: tuple[float, float], row_center: float = 0.5) -> dict:
    """The first row on top; the bars' part of the width is the axis' domain."""
    return {
        **base_layout(height(rows, size), {"l": 0, "r": 0, "t": size.head, "b": FOOT}, size.font),
        "hovermode": "closest",
        "bargap": 0,
        "xaxis": {"domain": [size.bar_from / 100, size.bar_to / 100], "range": list(ends), "fixedrange": True, "showgrid": False, "zeroline": False, "showticklabels": False},
        "yaxis": {"range": [rows - row_center, -row_center], "fixedrange": True, "showgrid": False, "zeroline": False, "showticklabels": False},
    }


def _row_text(text: str, at: float, n: float, size: RowSize, is_bold: bool = False, color: str = TEXT_2) -> dict:
    """A text beside row n, at a place given in per cent of the width."""
    return note(text, at / 100, n, font(size.font, TEXT if is_bold else color, weight=700 if is_bold else 400), yref="y")


def _sample(is_sample: bool, size: RowSize) -> list[dict]:
    return [note(SAMPLE, 1, 1, font(13, TEXT_3), xanchor="right", yanchor="bottom", xshift=-SAMPLE_ASIDE, yshift=size.head - 18)] if is_sample else []
