"""The sheet of who came to a meeting, and what two people who fill it in at once make of it. Pure."""
from collections.abc import Mapping
from dataclasses import dataclass, field

from reviews.vocabulary import Presence


@dataclass(frozen=True)
class Sheet:
    """Presences by the keys of the members' seats, without those of whom nothing is recorded, and everybody else's names."""

    seats: Mapping[int, Presence] = field(default_factory=dict)
    others: tuple[str, ...] = ()


NOTHING = Sheet()


@dataclass(frozen=True)
class Merged:
    """Both people's entries together. Of the seats in `clashes` each says something else: there the sheet has what was typed."""

    sheet: Sheet
    clashes: frozenset[int]


def merged(seen: Sheet, typed: Sheet, stored: Sheet) -> Merged:
    """What somebody typed upon the sheet they had seen, together with what others stored meanwhile. What was not touched stays theirs."""
    clashes, seats = set(), {}
    for key in {**stored.seats, **typed.seats, **seen.seats}:
        before, mine, theirs = (sheet.seats.get(key) for sheet in (seen, typed, stored))
        if mine != before and theirs not in (before, mine):
            clashes.add(key)
        if chosen := theirs if mine == before else mine:
            seats[key] = chosen
    return Merged(Sheet(seats, _names(seen, typed, stored)), frozenset(clashes))


def _names(seen: Sheet, typed: Sheet, stored: Sheet) -> tuple[str, ...]:
    """In the order they were typed, then those whom somebody else added; whom either took out is out."""
    mine = [name for name in typed.others if name in stored.others or name not in seen.others]
    return tuple(dict.fromkeys([*mine, *(name for name in stored.others if name not in seen.others)]))
