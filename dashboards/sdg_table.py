"""The SDGs table 「SDGs対照表」: seventeen goals, the plan's measures, and the topics that connect them."""
from dataclasses import dataclass

from dashboards.frame import Frame
from goals.models import Goal, Measure, SdgLink
from goals.sdgs import SDG_NAMES


@dataclass(frozen=True)
class SdgCell:
    """One of the seventeen columns of a measure's row, with the topics that serve that goal."""

    number: int
    name: str
    topics: tuple[str, ...]


@dataclass(frozen=True)
class SdgRow:
    """A measure with its topics: those whose number the source states, in the matrix, and those whose number is not known."""

    measure: Measure
    links: tuple[SdgLink, ...]
    cells: tuple[SdgCell, ...]
    unknown: int

    @property
    def is_unknown(self) -> bool:
        """Whether no number of it is known, although it has topics."""
        return 0 < self.unknown == len(self.links)


@dataclass(frozen=True)
class SdgTile:
    """One of the seventeen goals and the measures known to serve it."""

    number: int
    name: str
    measures: tuple[Measure, ...]


@dataclass(frozen=True)
class SdgContent:
    """The SDGs table."""

    goals: tuple[tuple[Goal, tuple[SdgRow, ...]], ...]
    tiles: tuple[SdgTile, ...]
    unknown: int
    known: int
    goals_with_unknown: tuple[Goal, ...]


def sdgs_content(frame: Frame) -> SdgContent:
    """The table's content. Three queries."""
    goals = [(goal, tuple(map(_sdg_row, goal.measures.all()))) for goal in frame.strategy.goals.prefetch_related("measures__sdg_links")]
    rows = [row for _, measures in goals for row in measures]
    return SdgContent(
        goals=tuple(goals),
        tiles=tuple(_tile(number, rows) for number in SDG_NAMES),
        unknown=sum(row.unknown for row in rows),
        known=sum(len(row.links) - row.unknown for row in rows),
        goals_with_unknown=tuple(goal for goal, measures in goals if any(row.unknown for row in measures)),
    )


def _sdg_row(measure: Measure) -> SdgRow:
    links = tuple(measure.sdg_links.all())
    cells = tuple(
        SdgCell(number, name, tuple(link.topic for link in links if link.sdg_number == number)) for number, name in SDG_NAMES.items()
    )
    return SdgRow(measure, links, cells, sum(link.sdg_number is None for link in links))


def _tile(number: int, rows: list[SdgRow]) -> SdgTile:
    return SdgTile(number, SDG_NAMES[number], tuple(row.measure for row in rows if row.cells[number - 1].topics))
