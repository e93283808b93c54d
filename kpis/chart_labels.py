"""Finds a place for each text of a chart: near its point, off the lines, never on another text."""
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

Point = tuple[float, float]
Line = tuple[Point, Point, float]

# Costs of a place. A text that would cost CROWDED or more covers another one: it is left out where the table can stand in for it.
CROWDED = 100
ON_A_DOT = 45
OUTSIDE = 90
LATER_CHOICE = 1.5


@dataclass(frozen=True)
class Box:
    """A rectangle from its left top to its right bottom, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom

    def is_inside(self, other: "Box") -> bool:
        return self.left >= other.left and self.right <= other.right and self.top >= other.top and self.bottom <= other.bottom

    def is_crossed(self, start: Point, end: Point) -> bool:
        """Whether the line from start to end runs through the box (Liang–Barsky)."""
        enter, leave = 0.0, 1.0
        dx, dy = end[0] - start[0], end[1] - start[1]
        for delta, room in ((-dx, start[0] - self.left), (dx, self.right - start[0]), (-dy, start[1] - self.top), (dy, self.bottom - start[1])):
            if delta == 0:
                if room < 0:
                    return False
            elif delta < 0:
                enter = max(enter, room / delta)
            else:
                leave = min(leave, room / delta)
        return enter <= leave


@dataclass(frozen=True)
class Wish:
    """A text that wants to stand at a point, in the order of preferred places; `spare` is a second point to try."""

    text: str
    x: float
    y: float
    role: str
    size: int
    places: tuple[str, ...]
    may_drop: bool = False
    spare: Point | None = None
    value: Fraction = Fraction(0)


@dataclass(frozen=True)
class Label:
    """A placed text: x and y of its baseline at the anchor. `place` is seen from `point`, the thing it names."""

    text: str
    x: float
    y: float
    anchor: str
    role: str
    size: int
    place: str
    point: Point

    @cached_property
    def box(self) -> Box:
        width = text_width(self.text, self.size)
        left = self.x - {"start": 0, "middle": width / 2, "end": width}[self.anchor]
        return Box(left - 3, self.y - self.size * 0.86, left + width + 3, self.y + self.size * 0.16)


def text_width(text: str, size: float) -> float:
    """A text's width in pixels, a little generous: half-width signs are a half to 0.6 em in Japanese fonts."""
    return sum(0.57 if ord(sign) < 0x2000 else 1.0 for sign in text) * size


# Seen from a point: how far the baseline lies below it (in parts of the text size, and pixels), the anchor, the shift to the side.
PLACES: dict[str, tuple[float, float, str, float]] = {
    "top center": (0, -11, "middle", 0),
    "top left": (0, -11, "end", 4),
    "top right": (0, -11, "start", -4),
    "high left": (0, -28, "end", 4),
    "bottom center": (0.86, 10, "middle", 0),
    "bottom left": (0.86, 8, "end", -2),
    "bottom right": (0.86, 8, "start", 2),
    "middle left": (0.36, 0, "end", -12),
    "middle right": (0.36, 0, "start", 8),
    "on center": (0, -6, "middle", 0),
    "on left": (0, -6, "end", 0),
    "on right": (0, -6, "start", 0),
    "under right": (0.86, 5, "start", 0),
    "under left": (0.86, 5, "end", 0),
}
MIRRORED = {"on right": "on left", "under right": "under left"}


@dataclass
class Placer:
    """Places texts one by one; each keeps off those placed before."""

    bounds: Box
    lines: tuple[Line, ...]
    dots: tuple[Box, ...]
    placed: list[Label] = field(default_factory=list)

    def place(self, wish: Wish) -> Label | None:
        """The wish at its best place; None when it may be dropped and every place is taken."""
        best, lowest = None, float("inf")
        for n, label in enumerate(_choices(wish)):
            cost = self._cost(label) + n * LATER_CHOICE
            if cost < lowest:
                best, lowest = label, cost
            if lowest <= n * LATER_CHOICE:
                break
        if best is None or (lowest >= CROWDED and wish.may_drop):
            return None
        self.placed.append(best)
        return best

    def _cost(self, label: Label) -> float:
        box = label.box
        cost = sum(CROWDED for other in self.placed if box.overlaps(other.box))
        cost += sum(ON_A_DOT for dot in self.dots if box.overlaps(dot))
        cost += sum(weight for start, end, weight in self.lines if box.is_crossed(start, end))
        return cost + (0 if box.is_inside(self.bounds) else OUTSIDE)


def _choices(wish: Wish) -> Iterator[Label]:
    for place in wish.places:
        yield _label(wish, (wish.x, wish.y), place)
    for place in wish.places if wish.spare else ():
        yield _label(wish, wish.spare, MIRRORED[place])


def _label(wish: Wish, point: Point, place: str) -> Label:
    share, shift, anchor, aside = PLACES[place]
    return Label(wish.text, point[0] + aside, point[1] + share * wish.size + shift, anchor, wish.role, wish.size, place, point)
