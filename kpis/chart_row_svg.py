"""Draws the charts made of horizontal bars as static SVG. Places across are percentages, so texts keep their size at every width."""
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from html import escape

from common.japanese import percent_text
from kpis.chart_labels import text_width
from kpis.chart_rows import ProgressChart, ProgressRow, StatusChart, StatusPart, StatusRow
from kpis.chart_svg import SAMPLE, SAMPLE_ASIDE, number
from kpis.vocabulary import Status

FOOT = 6


@dataclass(frozen=True)
class RowSize:
    """Where a row's parts stand, in per cent of the width; heights in pixels."""

    name: str
    is_narrow: bool
    bar_from: float
    bar_to: float
    text_at: float
    row_height: int
    font: int
    label_width: float
    head: int = 26

    @property
    def css(self) -> str:
        return "ch--n" if self.is_narrow else "ch--w"

    def x(self, share: float) -> float:
        """A share of the bars' part, in per cent of the width."""
        return self.bar_from + (self.bar_to - self.bar_from) * share

    def figures(self, row: StatusRow) -> str:
        """「48％ 16／33指標」 beside the bar."""
        return f"{row.good_share} {row.good}／{row.rated}{'' if self.is_narrow else '指標'}"


STATUS_SIZES = (RowSize("wide", False, 6, 72, 74, 34, 14, 60), RowSize("narrow", True, 10, 68, 70.5, 34, 13, 32))
PROGRESS_SIZES = (RowSize("wide", False, 36, 78, 80, 34, 14, 250), RowSize("narrow", True, 0.5, 62, 65, 54, 13, 310, head=44))
# The shares from which a number, or a word with its number, fits into its part of a bar.
FITS_NUMBER = {False: Fraction(6, 100), True: Fraction(11, 100)}
FITS_WORD = Fraction(24, 100)


def height(rows: int, size: RowSize) -> int:
    """The drawing's height in pixels."""
    return size.head + rows * size.row_height + FOOT


def _open(uid: str, description: str, rows: int, size: RowSize) -> str:
    title_id = f"{uid}-{size.name}"
    return (
        f'<svg class="ch {size.css}" width="100%" height="{height(rows, size)}" role="img" aria-labelledby="{title_id}">'
        f'<title id="{title_id}">{escape(description)}</title>'
    )


def _sample(is_sample: bool) -> str:
    return f'<text class="t-smp" x="100%" dx="-{SAMPLE_ASIDE}" y="13" text-anchor="end">{SAMPLE}</text>' if is_sample else ""


def percent(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def _text(x: float, y: float, text: str, css: str = "", anchor: str = "start") -> str:
    css = f' class="{css}"' if css else ""
    anchor = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{percent(x)}" y="{number(y)}"{css}{anchor}>{escape(text)}</text>'


def _bar(start: float, end: float, y: float, thickness: float, css: str) -> str:
    return f'<rect class="{css}" x="{percent(start)}" y="{number(y)}" width="{percent(end - start)}" height="{number(thickness)}"/>'


def shorten(text: str, size: RowSize) -> str:
    """The text, cut with 「…」 where it would not fit; the title and the table have it whole."""
    if text_width(text, size.font) <= size.label_width:
        return text
    while text_width(text + "…", size.font) > size.label_width:
        text = text[:-1]
    return text + "…"


def status_svg(chart: StatusChart, uid: str, size: RowSize) -> str:
    """The verdicts of each year as stacked bars."""
    parts = [_open(uid, chart.description, len(chart.rows), size), _sample(chart.is_sample)]
    for n, row in enumerate(chart.rows):
        parts.extend(_status_row(row, size.head + n * size.row_height, size))
    return "".join((*parts, "</svg>"))


def _status_row(row: StatusRow, top: float, size: RowSize) -> Iterator[str]:
    thickness = 26 if row.is_shown else 18
    y, middle = top + (size.row_height - thickness) / 2, top + size.row_height / 2 + size.font * 0.36
    css = "t-num t-col" if row.is_shown else "t-num"
    yield _text(0, middle, row.label, css)
    for part in row.parts:
        yield from _status_part(part, row, y, thickness, size)
    yield _text(size.text_at, middle, size.figures(row), css)


def _status_part(part: StatusPart, row: StatusRow, y: float, thickness: float, size: RowSize) -> Iterator[str]:
    start, end = size.x(float(part.start)), size.x(float(part.start + part.share))
    yield _bar(start, end, y, thickness, f"s-{part.status.value} s-gap")
    if part.share >= FITS_NUMBER[size.is_narrow]:
        yield _text((start + end) / 2, y + thickness / 2 + 4.8, part_text(part, row, size.is_narrow), f"t-num x-{part.status.value}", "middle")


def part_text(part: StatusPart, row: StatusRow, is_narrow: bool) -> str:
    """「順調 11」 in the shown year's bar where there is room, else 「11」."""
    has_word = row.is_shown and not is_narrow and part.share >= FITS_WORD
    return f"{part.word} {part.count}" if has_word else str(part.count)


def progress_svg(chart: ProgressChart, uid: str, size: RowSize) -> str:
    """One bar for each indicator, with the mark of 目安 and the line of the target at 100 %."""
    parts = [_open(uid, chart.description, len(chart.rows), size), _sample(chart.is_sample), *_progress_grid(chart, size)]
    for n, row in enumerate(chart.rows):
        parts.extend(_progress_row(chart, row, size.head + n * size.row_height, size))
    return "".join((*parts, "</svg>"))


def _progress_grid(chart: ProgressChart, size: RowSize) -> Iterator[str]:
    bottom = size.head + len(chart.rows) * size.row_height
    for tick in chart.ticks:
        x = percent(size.x(chart.share(tick)))
        css = {0: "axis", 1: "goal-l"}.get(tick, "grid-l")
        yield f'<line class="{css}" x1="{x}" x2="{x}" y1="{size.head - 6}" y2="{bottom}"/>'
        anchor = "start" if size.is_narrow and tick == chart.low else "middle"
        yield _text(size.x(chart.share(tick)), size.head - 11, tick_text(tick), "t-num", anchor)


def tick_text(tick: Fraction) -> str:
    """「50％」, and what 100 % means."""
    return "目標 100％" if tick == 1 else percent_text(tick, 0)


def _progress_row(chart: ProgressChart, row: ProgressRow, top: float, size: RowSize) -> Iterator[str]:
    center = top + (38 if size.is_narrow else size.row_height / 2)
    yield _text(0, (top + 18) if size.is_narrow else center + 5, shorten(row.label, size), "t-row halo")
    if row.rate is None:
        yield _text(size.bar_from + 0.8, center + 5, row.text, "halo")
    else:
        yield from _progress_bar(chart, row, center, size)
    figures = row.word if row.rate is None else f"{row.text} {row.word}"
    yield _text(size.text_at, center + 5, figures, f"t-num w-{row.status.value}")


def _progress_bar(chart: ProgressChart, row: ProgressRow, center: float, size: RowSize) -> Iterator[str]:
    zero, end = size.x(chart.share(Fraction(0))), size.x(chart.share(row.rate))
    css = "bn" if row.rate < 0 else f"s-{row.status.value}"
    yield _bar(min(zero, end), max(zero, end), center - 7, 14, css)
    if chart.is_cut(row):
        side = -1 if row.rate < 0 else 1
        yield f'<svg x="{percent(end)}" y="{number(center)}" overflow="visible"><path class="cut" d="M{-6 * side} -5l{4 * side} 5l{-4 * side} 5"/></svg>'
    if row.due is not None:
        x = percent(size.x(chart.share(row.due)))
        yield f'<rect class="pl" x="{x}" y="{number(center - 11)}" width="3" height="22" transform="translate(-1.5 0)"/>'


def status_legend_svg(chart: StatusChart) -> str:
    """The colours that occur, each with its word."""
    found = {part.status: part.word for row in chart.rows for part in row.parts}
    items = (_legend_item(f"s-{status.value}", found[status]) for status in Status if status in found)
    return f'<ul class="lgd" aria-label="図の見方">{"".join(items)}</ul>'


def _legend_item(css: str, text: str) -> str:
    return f'<li><svg viewBox="0 0 28 14" class="ch" aria-hidden="true"><rect class="{css}" x="4" width="20" height="14" rx="3"/></svg>{escape(text)}</li>'


def progress_legend_svg() -> str:
    """What the mark in the bars means."""
    mark = '<li><svg viewBox="0 0 28 14" class="ch" aria-hidden="true"><rect class="pl" x="12.5" width="3" height="14"/></svg>今の目安</li>'
    return f'<ul class="lgd" aria-label="図の見方">{mark}</ul>'
