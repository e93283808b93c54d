"""What the stages of an import hand on to each other. Pure.

read (reader.py: bytes → Book) → parse (parse.py: Book → Parsed) → diff (diff.py: Parsed and what is stored → Changes) → apply (actions.py).
"""
from dataclasses import dataclass, field
from decimal import Decimal

from kpis.vocabulary import MissingReason, ValueState


@dataclass(frozen=True)
class Place:
    """Where something stands in a file, as people find it: 「実績入力!H8」. `row` and `column` count from 0."""

    sheet: str
    row: int
    column: int


@dataclass(frozen=True)
class KnownIndicator:
    """An indicator that a file may speak of. `key` is its primary key; `names` are all the ways it may be called."""

    key: int
    code: str
    breakdown: str
    names: tuple[str, ...]
    unit: str
    decimals: int
    division: str
    is_milestone: bool = False


@dataclass(frozen=True)
class KnownPlan:
    """What the plan knows: its indicators in the plan's order and its fiscal years. `slug` tells files of another plan; empty: any."""

    indicators: tuple[KnownIndicator, ...]
    fiscal_years: range
    slug: str = ""


@dataclass(frozen=True)
class Entry:
    """One year's value of one indicator as a file has it. None means: the file does not speak of it, and it stays as it is.

    `is_met` is the answer of a qualitative indicator. `note` holds what stood beside the value: 「約」, 「内数 8」, 「H26」.
    """

    place: Place
    indicator: KnownIndicator
    fiscal_year: int
    written: str
    value: Decimal | None = None
    state: ValueState | None = None
    missing_reason: MissingReason | None = None
    expected_month: int | None = None
    comment: str | None = None
    evidence: str | None = None
    seen_version: int | None = None
    warnings: tuple[str, ...] = ()
    is_met: bool | None = None
    note: str = ""


@dataclass(frozen=True)
class Problem:
    """Something that cannot be taken in: where, what is written there, what is wrong and how to mend it, in Japanese.

    `indicator` and `fiscal_year` name the value that the cell was meant for, where both are known.
    """

    place: Place
    written: str
    text: str
    remedy: str = ""
    about: str = ""
    indicator: KnownIndicator | None = None
    fiscal_year: int | None = None


@dataclass(frozen=True)
class Parsed:
    """A file understood: its entries, all its problems, and by which form it was read 「様式」."""

    form: str
    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = field(default=())
