"""Where a trend chart's parts stand, in the pixels of a given size; SVG and Plotly use the same places.

Texts are placed one after another, the most important first, each where it disturbs least (kpis/chart_labels.py).
"""
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from kpis.chart_labels import Box, Label, Placer, Wish, text_width
from kpis.chart_scale import Axis
from kpis.charts import Level, Mark, TrendChart, revision_labels

INSET = 14  # between the plot's edge and its first and last column
BAND_ABOVE = 20  # the shown year's band rises above the plot by this much
TEXT_ABOVE = 26  # and texts by this much
MARGIN_LABEL_GAP = 18


@dataclass(frozen=True)
class Size:
    """The drawing's size. `texts` are the font sizes by a label's role."""

    name: str
    width: int
    height: int
    is_narrow: bool
    texts: dict[str, int]


WIDE_TEXTS = {"value": 16, "now": 18, "target": 14, "original": 14, "forecast": 14, "revision": 14, "gap": 13, "axis": 14}
NARROW_TEXTS = {**dict.fromkeys(WIDE_TEXTS, 13), "now": 17}
SIZES = {
    "card": (Size("wide", 600, 300, False, WIDE_TEXTS), Size("narrow", 312, 262, True, NARROW_TEXTS)),
    "page": (Size("wide", 740, 392, False, WIDE_TEXTS), Size("narrow", 312, 320, True, NARROW_TEXTS)),
}


@dataclass(frozen=True)
class Frame:
    """The plot inside the drawing: margins in pixels, columns across, the axis upwards."""

    size: Size
    left: float
    right: float
    top: float
    bottom: float
    last_column: int
    axis: Axis

    @property
    def plot_right(self) -> float:
        return self.size.width - self.right

    @property
    def plot_bottom(self) -> float:
        return self.size.height - self.bottom

    @property
    def step(self) -> float:
        """Pixels between two columns."""
        return (self.plot_right - self.left - 2 * INSET) / max(self.last_column, 1)

    def x(self, column: float) -> float:
        """A column's place; halves lie between columns and never leave the plot."""
        return min(max(self.left + INSET + self.step * column, self.left), self.plot_right)

    def y(self, value: Fraction) -> float:
        return self.top + (self.plot_bottom - self.top) * (1 - self.axis.share(value))

    def at(self, mark: Mark) -> tuple[float, float]:
        return self.x(mark.column), self.y(mark.value)


@dataclass(frozen=True)
class TrendLayout:
    """The frame, the texts in it, and the texts in the right margin (wide drawings only)."""

    frame: Frame
    labels: tuple[Label, ...]
    margin_labels: tuple[Label, ...]


def trend_layout(chart: TrendChart, size: Size) -> TrendLayout:
    """The chart's places in a drawing of that size."""
    beside = () if size.is_narrow else tuple(_margin_wishes(chart))
    frame = _frame(chart, size, beside)
    placer = Placer(_bounds(frame), tuple(_lines(chart, frame)), tuple(_dots(chart, frame)))
    labels = tuple(label for wish in _wishes(chart, frame) if (label := placer.place(wish)))
    return TrendLayout(frame, labels, _margin_labels(beside, frame))


def _bounds(frame: Frame) -> Box:
    right = frame.size.width if frame.size.is_narrow else frame.plot_right + 4
    return Box(frame.left - 2, frame.top - TEXT_ABOVE, right, frame.plot_bottom - 1)


def _frame(chart: TrendChart, size: Size, beside: tuple[Wish, ...]) -> Frame:
    widest_tick = max(text_width(chart.axis.text(tick), size.texts["axis"]) for tick in chart.axis.ticks)
    right = max((text_width(wish.text, wish.size) + 18 for wish in beside), default=16)
    has_second_line = any(column.note for column in chart.columns) and not size.is_narrow
    return Frame(
        size=size,
        left=max(widest_tick + 14, 32),
        right=right,
        top=48 if size.is_narrow else 44,
        bottom=46 if has_second_line else 32,
        last_column=len(chart.columns) - 1,
        axis=chart.axis,
    )


def _lines(chart: TrendChart, frame: Frame) -> Iterator[tuple[tuple[float, float], tuple[float, float], float]]:
    """Every line a text should keep off, and how much it disturbs to stand on it."""
    for marks, weight in ((chart.joined, 30), (chart.path, 12), (chart.need, 10), *_outlook_lines(chart)):
        points = [frame.at(mark) for mark in marks]
        yield from ((a, b, weight) for a, b in pairwise(points))
    for level in (*chart.levels, *chart.upper_levels, *([chart.original] if chart.original else [])):
        yield (*level_ends(level, frame), 14)
    for mark in chart.ticks:
        x, y = frame.at(mark)
        yield (x - 11, y), (x + 11, y), 14


def _outlook_lines(chart: TrendChart) -> tuple:
    return ((chart.outlook.same_growth, 10), (chart.outlook.flat, 10)) if chart.outlook else ()


def level_ends(level: Level, frame: Frame) -> tuple[tuple[float, float], tuple[float, float]]:
    """A level reaches half a column to both sides."""
    y = frame.y(level.value)
    return (frame.x(level.start - 0.5), y), (frame.x(level.end + 0.5), y)


def _dots(chart: TrendChart, frame: Frame) -> Iterator[Box]:
    for mark in (*chart.results, *((chart.start,) if chart.start else ()), *(mark for mark in (chart.goal, chart.former_goal) if mark)):
        x, y = frame.at(mark)
        yield Box(x - 7, y - 7, x + 7, y + 7)


def _wishes(chart: TrendChart, frame: Frame) -> Iterator[Wish]:
    """The texts inside the plot, most important first. What may be dropped is in the table."""
    results = {mark.column: mark for mark in chart.results}
    if shown := results.pop(chart.shown, None):
        yield _value_wish(chart, frame, shown)
    yield from _narrow_target_wishes(chart, frame) if frame.size.is_narrow else _revision_wishes(chart, frame)
    if chart.start and chart.is_start_joined and chart.start.value:
        yield Wish(chart.start.text, *frame.at(chart.start), "value", frame.size.texts["value"], OUTER_PLACES, may_drop=True)
    yield from (_value_wish(chart, frame, results[column]) for column in sorted(results, reverse=True))
    for gap in chart.gaps:
        places = ("on center", "on left", "on right")
        yield Wish(gap.text, frame.x(gap.column), frame.plot_bottom, "gap", frame.size.texts["gap"], places, may_drop=True)


def _value_wish(chart: TrendChart, frame: Frame, mark: Mark) -> Wish:
    role = "now" if mark.column == chart.shown else "value"
    text = mark.text if frame.size.is_narrow else f"{mark.text} {mark.state}".strip()
    return Wish(text, *frame.at(mark), role, frame.size.texts[role], _value_places(chart, mark), may_drop=role == "value")


def _revision_wishes(chart: TrendChart, frame: Frame) -> Iterator[Wish]:
    """当初の目標 at the beginning of its line, and what changed when."""
    texts = frame.size.texts
    if chart.original:
        x, y = level_ends(chart.levels[0], frame)[0]
        yield Wish(chart.levels[0].text, x, y, "target", texts["target"], ("on right", "under right"), may_drop=True)
    for column, text in revision_labels(chart):
        yield Wish(text, frame.x(column - 0.5), frame.top - BAND_ABOVE + 6, "revision", texts["revision"], ("middle right",), may_drop=True)


OUTER_PLACES = ("top center", "bottom center", "top right", "bottom right", "middle right")
ABOVE_FIRST = ("top center", "top left", "top right", "bottom center", "bottom right", "bottom left", "middle right", "middle left")
BELOW_FIRST = ("bottom right", "bottom center", "bottom left", "top center", "top left", "top right", "middle right", "middle left")


def _value_places(chart: TrendChart, mark: Mark) -> tuple[str, ...]:
    """Below when the point lies under the line between its neighbours or under 目安, else above."""
    beside = [m.value for m in chart.joined if abs(m.column - mark.column) == 1]
    if chart.path and mark.value < _on_path(chart, mark.column):
        return BELOW_FIRST
    is_valley = len(beside) == 2 and mark.value < sum(beside) / 2
    return ("bottom center", *BELOW_FIRST) if is_valley else ABOVE_FIRST


def _on_path(chart: TrendChart, column: int) -> Fraction:
    start, end = chart.path
    return start.value + (end.value - start.value) * Fraction(column - start.column, max(end.column - start.column, 1))


def _narrow_target_wishes(chart: TrendChart, frame: Frame) -> Iterator[Wish]:
    """Narrow drawings have no margin: targets are written at their lines."""
    size = frame.size.texts["target"]
    if chart.goal:
        yield Wish(chart.goal.text, frame.x(chart.goal.column) + 8, frame.y(chart.goal.value), "target", size, ("top left", "bottom left", "high left"))
    for level in reversed((*chart.levels, *chart.upper_levels)):
        (start, y), (end, _) = level_ends(level, frame)
        yield Wish(level.text, start + 2, y, "target", size, ("on right", "under right"), may_drop=True, spare=(end, y))


def _margin_wishes(chart: TrendChart) -> Iterator[Wish]:
    """What stands in the right margin: the values the lines end at. Their y comes with the frame."""
    if chart.goal:
        yield _beside(chart.goal, "target")
    for levels in (chart.upper_levels, chart.levels):
        if levels:
            yield _beside(levels[-1], "target")
    if chart.original:
        yield _beside(chart.original, "original")
    if chart.outlook:
        ends = {way[-1].text: way[-1] for way in (chart.outlook.same_growth, chart.outlook.flat)}
        yield from (_beside(mark, "forecast") for mark in ends.values())


def _beside(mark: Mark | Level, role: str) -> Wish:
    return Wish(mark.text, 0, 0, role, WIDE_TEXTS[role], (), value=mark.value)


def _margin_labels(wishes: tuple[Wish, ...], frame: Frame) -> tuple[Label, ...]:
    """The margin's texts at the height of their values, spread so that none covers another."""
    ordered = sorted(wishes, key=lambda wish: -wish.value)
    heights = spread([frame.y(wish.value) for wish in ordered], MARGIN_LABEL_GAP, frame.top - 8, frame.plot_bottom)
    x = frame.plot_right + 8
    return tuple(
        Label(wish.text, x, y + wish.size * 0.36, "start", wish.role, wish.size, "middle right", (frame.plot_right, frame.y(wish.value)))
        for wish, y in zip(ordered, heights, strict=True)
    )


def spread(heights: list[float], gap: float, top: float, bottom: float) -> list[float]:
    """The same heights, in order, at least `gap` apart and between `top` and `bottom` as far as there is room."""
    placed: list[float] = []
    for height in heights:
        placed.append(max(height, placed[-1] + gap if placed else top))
    for n in range(len(placed) - 1, -1, -1):
        limit = bottom if n == len(placed) - 1 else placed[n + 1] - gap
        placed[n] = min(placed[n], limit)
    return placed
