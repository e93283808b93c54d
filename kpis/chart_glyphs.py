"""Small drawings that stand beside their number: how far it is to the target, the way so far, how verdicts are spread. Static SVG, no script."""
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from itertools import groupby

from common.fiscal import era_short
from common.japanese import number_text
from kpis.chart_figures import absence_word, result_figure, state_word
from kpis.chart_row_svg import percent
from kpis.chart_rows import StatusPart, status_parts
from kpis.chart_svg import number
from kpis.charts import SHORT_TARGET_WORDS
from kpis.forecast import Forecast
from kpis.progress import LIMITS, STRAIGHT, Judgement
from kpis.vocabulary import Status, TargetKind

DOWNWARD = (TargetKind.DECREASE, TargetKind.CEILING)
FORECAST_ROOM = Fraction(115, 100)
NUMBER_FROM, WORD_FROM = Fraction(5, 100), Fraction(10, 100)
NOTHING = '<span class="sub">―</span>'


@dataclass(frozen=True)
class Span:
    """From the worse to the better end of a bar; better is always to the right."""

    low: Fraction
    high: Fraction
    is_reversed: bool = False

    def x(self, value: Fraction) -> float:
        """A value's place in per cent of the width."""
        share = (value - self.low) / ((self.high - self.low) or 1)
        return float((1 - share if self.is_reversed else share) * 100)


def last_known(judgements: Sequence[Judgement], fiscal_year: int) -> Judgement:
    """The year's judgement, or the latest earlier one with a result when the year has none."""
    known = [j for j in judgements if j.fiscal_year <= fiscal_year]
    return next((j for j in reversed(known) if j.result is not None), known[-1])


def bullet(judgements: Sequence[Judgement], fiscal_year: int) -> str:
    """目標との距離 in that year: the way from the start to the target, the result on it, 目安 and target. A dated result is hollow."""
    known = [j for j in judgements if j.fiscal_year <= fiscal_year]
    now, last = known[-1], last_known(judgements, fiscal_year)
    span = None if now.outside else _span(now, last.result)
    if span is None:
        return f'<svg class="bl" aria-hidden="true">{_rect("tr", 0, 100, 8, 12)}</svg>'
    is_bar = counts_from_zero(now)
    parts = [*_track(now, span, is_bar), *(_reached(now, last, span, is_bar) if last.result is not None else ()), *_aims(now, span)]
    if not is_bar:
        parts += _ends(now, last, span)
    return f'<svg class="bl" aria-hidden="true">{"".join(parts)}</svg>'


def counts_from_zero(j: Judgement) -> bool:
    """Whether the result is a length from 0 rather than a way from a baseline."""
    return j.facts.accumulation.is_total or (j.facts.baseline_value is None and j.facts.target_kind in STRAIGHT + LIMITS)


def _values(j: Judgement, result: Fraction | None) -> list[Fraction]:
    target = () if j.target is None else (j.target.value, j.target.upper_value)
    start = Fraction(0) if counts_from_zero(j) else j.facts.baseline_value
    return [Fraction(value) for value in (start, result, j.expected, *target) if value is not None]


def _span(j: Judgement, result: Fraction | None) -> Span | None:
    values = _values(j, result)
    if not values:
        return None
    low, high = min(values), max(values)
    if counts_from_zero(j):
        return Span(low, high + (high - low) * Fraction(6, 100))
    room = (high - low) * Fraction(8, 100) or Fraction(1)
    return Span(low - room, high + room, is_reversed=j.facts.target_kind in DOWNWARD)


def _rect(css: str, start: float, end: float, y: float, thickness: float) -> str:
    left, right = sorted((start, end))
    return f'<rect class="{css}" x="{percent(left)}" y="{number(y)}" width="{percent(right - left)}" height="{number(thickness)}" rx="2"/>'


def _start(j: Judgement) -> Fraction | None:
    if counts_from_zero(j):
        return Fraction(0)
    return None if j.facts.baseline_value is None else Fraction(j.facts.baseline_value)


def _track(j: Judgement, span: Span, is_bar: bool) -> Iterator[str]:
    kind, target = j.facts.target_kind, j.target
    if target is None or target.value is None:
        yield _rect("tr", 0, 100, 8, 12)
    elif kind is TargetKind.RANGE:
        yield _rect("tr", span.x(Fraction(target.value)), span.x(Fraction(target.upper_value)), 8, 12)
    elif kind in LIMITS and not is_bar:
        yield _rect("tr", span.x(Fraction(target.value)), 100, 8, 12)
    elif (start := _start(j)) is not None:
        yield _rect("tr", span.x(start), span.x(Fraction(target.value)), 8, 12)


def _reached(now: Judgement, last: Judgement, span: Span, is_bar: bool) -> Iterator[str]:
    start = _start(now)
    if start is None:
        return
    css = "bn" if last.is_worsened else "bg" if now.facts.target_kind in (*LIMITS, TargetKind.RANGE, TargetKind.DIRECTION) and not is_bar else "ba"
    y, thickness = (8, 12) if is_bar else (12, 4)
    yield _rect(css, span.x(start), span.x(last.result), y, thickness)


def _aims(j: Judgement, span: Span) -> Iterator[str]:
    if j.expected is not None and not j.is_maintained:
        yield f'<rect class="pl" x="{percent(span.x(j.expected))}" y="3" width="2" height="22" transform="translate(-1 0)"/>'
    for value in () if j.target is None else (j.target.value, j.target.upper_value):
        if value is not None:
            yield f'<rect class="tg" x="{percent(span.x(Fraction(value)))}" y="0" width="4" height="28" rx="1" transform="translate(-2 0)"/>'


def _ends(now: Judgement, last: Judgement, span: Span) -> Iterator[str]:
    """The hollow baseline and the result."""
    if (start := _start(now)) is not None:
        yield f'<circle class="b0" cx="{percent(span.x(start))}" cy="14" r="5"/>'
    if last.result is not None:
        css = "b1n" if last.is_worsened else "b1"
        dated = "" if last is now else " b1--old"
        yield f'<circle class="{css}{dated}" cx="{percent(span.x(last.result))}" cy="14" r="7"/>'


def forecast_bar(outlook: Forecast, value: Fraction, is_target: bool = False) -> str:
    """One assumed value of 見込み, or the target itself, as a bar from 0; all bars of a forecast share one scale, the target's tick on each."""
    values = [Fraction(0), *(assumption.final for assumption in outlook.assumptions), *(() if outlook.target is None else (outlook.target,))]
    span = Span(min(values) * FORECAST_ROOM, max(values) * FORECAST_ROOM)
    bar = _rect("bg" if is_target else "ba", span.x(Fraction(0)), span.x(value), 3, 10)
    tick = "" if outlook.target is None else f'<rect class="tg" x="{percent(span.x(outlook.target))}" width="3" height="16" rx="1" transform="translate(-1 0)"/>'
    return f'<svg class="bl bl--s" aria-hidden="true">{_rect("tr", 0, 100, 3, 10)}{bar}{tick}</svg>'


@dataclass(frozen=True)
class Strip:
    """A small line drawing: years from left to right, values between `bottom` and `room` pixels above it."""

    left: float
    step: float
    bottom: float
    room: float
    low: Fraction
    high: Fraction

    def x(self, n: int) -> str:
        return number(self.left + n * self.step)

    def height(self, value: Fraction) -> float:
        return self.bottom - float((value - self.low) / ((self.high - self.low) or 1)) * self.room

    def y(self, value: Fraction) -> str:
        return number(self.height(value))

    def line(self, points: Sequence[tuple[int, Fraction]], css: str) -> str:
        path = "L".join(f"{self.x(n)} {self.y(value)}" for n, value in points)
        return f'<path class="{css}" d="M{path}"/>'


def _strip(known: Sequence[Judgement], left: float, width: float, bottom: float, room: float) -> Strip:
    levels = [j.result for j in known if j.result is not None]
    goal = _goal(known[-1])
    levels += [] if goal is None else [goal]
    step = width / max(known[-1].total_years - 1, 1)
    return Strip(left, step, bottom, room, min(levels), max(levels))


def _goal(j: Judgement) -> Fraction | None:
    return None if j.target is None or j.target.value is None else Fraction(j.target.value)


def _points(known: Sequence[Judgement]) -> list[tuple[int, Fraction]]:
    return [(n, j.result) for n, j in enumerate(known) if j.result is not None]


def _own_years(judgements: Sequence[Judgement], fiscal_year: int) -> list[Judgement]:
    """Up to the shown year, without the years before the indicator was added or after it was ended."""
    return [j for j in judgements if j.fiscal_year <= fiscal_year and j.outside is None]


def spark(judgements: Sequence[Judgement], fiscal_year: int) -> str:
    """The way so far in 96×28 pixels, with the target's level; a dash with fewer than two values."""
    known = _own_years(judgements, fiscal_year)
    points = _points(known)
    if len(points) < 2:
        return NOTHING
    strip, goal = _strip(known, 3, 90, 25, 22), _goal(known[-1])
    line = "" if goal is None else f'<line class="tl" x1="0" x2="96" y1="{strip.y(goal)}" y2="{strip.y(goal)}"/>'
    n, value = points[-1]
    dot = f'<circle class="dt" cx="{strip.x(n)}" cy="{strip.y(value)}" r="3.5"/>'
    return f'<svg class="spark" viewBox="0 0 96 28" aria-hidden="true">{line}{strip.line(points, "ln")}{dot}</svg>'


MINI_WIDTH, MINI_HEIGHT = 264, 112
# The years end before the place where the target's level is named.
MINI_YEARS = 192


def mini(judgements: Sequence[Judgement], fiscal_year: int) -> str:
    """A small trend with its values and the target's level, for a card with a single figure; empty without a value."""
    known = _own_years(judgements, fiscal_year)
    points = _points(known)
    if not points:
        return ""
    strip = _strip(known, 20, MINI_YEARS, 80, 54)
    parts = [*_mini_goal(known[-1], strip), strip.line(points, "act"), *(part for n, j in enumerate(known) for part in _mini_year(n, j, strip)), *_mini_gaps(known, strip, points)]
    label = escape(_mini_description(known))
    return f'<svg class="ch mini" viewBox="0 0 {MINI_WIDTH} {MINI_HEIGHT}" role="img" aria-label="{label}">{"".join(parts)}</svg>'


def _mini_goal(j: Judgement, strip: Strip) -> Iterator[str]:
    goal = _goal(j)
    if goal is not None:
        y = strip.height(goal)
        word = SHORT_TARGET_WORDS.get(j.facts.target_kind, "目標")
        yield f'<line class="plan" x1="0" x2="{MINI_WIDTH - 30}" y1="{number(y)}" y2="{number(y)}"/>'
        yield f'<text class="halo" x="{MINI_WIDTH}" y="{number(y + 4)}" text-anchor="end">{word}</text>'


def _mini_year(n: int, j: Judgement, strip: Strip) -> Iterator[str]:
    x = strip.x(n)
    yield f'<text class="t-num" x="{x}" y="{MINI_HEIGHT - 2}" text-anchor="middle">{era_short(j.fiscal_year)}</text>'
    if j.result is None:
        return
    css = "dot dot--h" if state_word(j) else "dot"
    yield f'<circle class="{css}" cx="{x}" cy="{strip.y(j.result)}" r="4.5"/>'
    text = number_text(j.result, j.facts.decimals)
    yield f'<text class="t-val t-sm halo" x="{x}" y="{number(strip.height(j.result) - 10)}" text-anchor="middle">{text}</text>'


def _mini_gaps(known: Sequence[Judgement], strip: Strip, points: list[tuple[int, Fraction]]) -> Iterator[str]:
    """Why values are missing, said once for neighbouring years that share the reason."""
    gaps = groupby(enumerate(known), key=lambda numbered: absence_word(numbered[1]) if numbered[1].result is None else "")
    for word, run in ((word, [n for n, _ in numbered]) for word, numbered in gaps if word):
        beside = next((value for m, value in reversed(points) if m < run[0]), points[0][1])
        x = strip.left + strip.step * (run[0] + run[-1]) / 2
        yield f'<text class="halo" x="{number(x)}" y="{number(strip.height(beside) + 4)}" text-anchor="middle">{word}</text>'


def _mini_description(known: Sequence[Judgement]) -> str:
    goal, facts = _goal(known[-1]), known[-1].facts
    aim = "" if goal is None else f"、{SHORT_TARGET_WORDS.get(facts.target_kind, '目標')} {number_text(goal, facts.decimals)}{facts.unit}"
    years = "、".join(f"{era_short(j.fiscal_year)} {result_figure(j).in_full}" for j in known)
    return f"{facts.name}の推移 {years}{aim}"


def status_stack(counts: Mapping[Status, int], *, is_final: bool = False, is_small: bool = False) -> str:
    """How verdicts are spread, as one bar; with words and numbers unless small."""
    found = status_parts(counts, is_final=is_final)
    label = escape("、".join(f"{part.word} {part.count}" for part in found)) or "指標なし"
    parts = [_stack_part(part) for part in found]
    if not is_small:
        parts += [_stack_text(part) for part in found if part.share > NUMBER_FROM]
    return f'<svg class="stack{" stack--s" if is_small else ""}" role="img" aria-label="{label}">{"".join(parts)}</svg>'


def _stack_part(part: StatusPart) -> str:
    start, width = percent(float(part.start * 100)), percent(float(part.share * 100))
    return f'<rect class="s-{part.status.value} s-gap" x="{start}" width="{width}" height="100%"/>'


def _stack_text(part: StatusPart) -> str:
    word = f'<tspan class="lb">{part.word} </tspan>' if part.share > WORD_FROM else ""
    middle = percent(float((part.start + part.share / 2) * 100))
    return f'<text class="x-{part.status.value}" x="{middle}" y="50%" dy=".36em" text-anchor="middle">{word}{part.count}</text>'


def progress_bar(j: Judgement) -> str:
    """進捗率 as a bar of full width for 100 %; empty without a rate. The number stands beside it."""
    if j.progress_rate is None:
        return ""
    width = percent(float(min(max(j.progress_rate, Fraction(0)), Fraction(1)) * 100))
    return f'<svg class="pbar" aria-hidden="true"><rect width="{width}" height="100%"/></svg>'
