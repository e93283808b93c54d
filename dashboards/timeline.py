"""Geometry of the agreements' timeline. Positions are SVG attributes in per cent, so that the drawing stretches with the page."""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from common.fiscal import era_short
from partnerships.terms import State, TermState

YEARS_AHEAD = 2
MOST_TICKS = 8
TICK_STEPS = (1, 2, 3, 5, 10, 20)


@dataclass(frozen=True)
class Span:
    """A piece of the axis: its left edge and width, both like "12.34%"."""

    css_class: str
    x: str
    width: str


@dataclass(frozen=True)
class Tick:
    """A year on the axis. The last label ends at its line instead of beginning there."""

    label: str
    x: str
    anchor: str


@dataclass(frozen=True)
class Axis:
    """From the first day of one calendar year to that of another."""

    start: date
    end: date

    def share(self, day: date) -> float:
        """Where the day lies, 0 to 100; days beyond the axis lie on its edge."""
        inside = min(max(day, self.start), self.end)
        return (inside - self.start).days / (self.end - self.start).days * 100

    def x(self, day: date) -> str:
        return f"{self.share(day):.2f}%"

    def span(self, css_class: str, start: date, end: date) -> Span:
        return Span(css_class, self.x(start), f"{max(self.share(end) - self.share(start), 0):.2f}%")

    @property
    def ticks(self) -> list[Tick]:
        """At most MOST_TICKS years, the first one being the axis' own."""
        length = self.end.year - self.start.year
        step = next((step for step in TICK_STEPS if length // step < MOST_TICKS), length)
        years = range(self.start.year, self.end.year + 1, step)
        return [Tick(era_short(year), self.x(date(year, 1, 1)), "end" if year == self.end.year else "start") for year in years]


def axis_for(signing_days: Iterable[date], today: date) -> Axis:
    """From the first signing year to the beginning of the year after next."""
    first_year = min((day.year for day in signing_days), default=today.year)
    return Axis(date(min(first_year, today.year), 1, 1), date(today.year + YEARS_AHEAD, 1, 1))


def term_spans(axis: Axis, signed_on: date, found: TermState, today: date) -> list[Span]:
    """The term as signed (a), what was added to it (b), and the time since the last known end of an agreement to check (q)."""
    if found.current_end is None:
        return [axis.span("a", signed_on, axis.end)]
    spans = []
    if found.current_end > found.first_end:
        spans.append(axis.span("b", found.first_end, found.current_end))
    if found.state is State.NEEDS_CHECK:
        spans.append(axis.span("q", found.current_end, today))
    return [*spans, axis.span("a", signed_on, found.first_end)]
