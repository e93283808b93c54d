"""Finding the tables in a sheet: title rows above, a heading in one to three rows with merged cells, what each column holds. Pure."""
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from common.japanese import exact
from importing.book import Cell, Sheet
from importing.recognition.headings import BESIDE_VALUE, NAMING, UNKNOWN, YEARLY, ColumnRole, Heading, heading_of, names_indicators
from importing.recognition.names import Names
from importing.values.spelling import folded
from importing.values.years import YEAR, read_year, western_year
from kpis.vocabulary import ValueState

HIGHEST_HEADING = 3
# Merged cells are filled where a heading or a key stands; a sheet with more than this many is not a table of indicators.
MOST_FILLED = 200_000
YEAR_OF_TITLE = re.compile("年度")
TITLE_ROWS = 3
EMPTY = Cell(None)


@dataclass(frozen=True)
class Column:
    """One column: what it holds and, where its heading names one, of which year. `heading` is the heading's whole text."""

    index: int
    role: ColumnRole
    heading: str = ""
    fiscal_year: int | None = None
    state: ValueState | None = None
    problem: str = ""
    is_known: bool = True

    @property
    def is_without_year(self) -> bool:
        """Whether its heading says nothing of a year, not even something that cannot be read."""
        return self.fiscal_year is None and not self.problem


@dataclass(frozen=True)
class Slot:
    """A value column and the columns that say more of the same value. `fiscal_year` None: every row names its own."""

    fiscal_year: int | None
    columns: dict[ColumnRole, Column]

    @property
    def state(self) -> ValueState | None:
        """What the heading says of all values below it."""
        column = self.columns.get(ColumnRole.VALUE)
        return column.state if column else None

    @cached_property
    def indices(self) -> tuple[int, ...]:
        return tuple(column.index for column in self.columns.values())


@dataclass(frozen=True)
class Table:
    """Rows `first_row` to `last_row` (the latter excluded) below a heading. `fiscal_year` is that of values whose column names none."""

    sheet: Sheet
    heading_row: int
    first_row: int
    last_row: int
    columns: tuple[Column, ...]
    fiscal_year: int | None = None

    def of(self, role: ColumnRole) -> list[Column]:
        return [column for column in self.columns if column.role is role]

    def first(self, role: ColumnRole) -> Column | None:
        return next(iter(self.of(role)), None)

    @cached_property
    def is_long(self) -> bool:
        """Whether the rows name their year. Where the headings of all values name one, that is the year, whatever a column 「年度」 says."""
        values = self.of(ColumnRole.VALUE)
        return bool(self.of(ColumnRole.YEAR)) and (not values or any(column.is_without_year for column in values))

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        return tuple(_slots(self))

    @cached_property
    def stray(self) -> tuple[Column, ...]:
        """Columns that would say something of a value, and belong to no year in particular."""
        used = {index for slot in self.slots for index in slot.indices}
        return tuple(column for column in self.columns if column.role in YEARLY and column.index not in used)


def text_of(cell: Cell) -> str:
    """A cell as it would be written: numbers plainly, dates as 2024-03-09."""
    value = cell.value
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return f"{exact(value):f}" if value.is_finite() and abs(value.adjusted()) < 40 else str(value)
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)


def is_blank(cell: Cell) -> bool:
    return cell.value is None or (isinstance(cell.value, str) and not cell.value.strip())


def tables_in(sheet: Sheet, names: Names, anchor: range) -> list[Table]:
    """The tables of results in a sheet, from top to bottom; empty where there is none."""
    heads = list(_heads(sheet, anchor))
    if not heads:
        return []
    ends = [head.top for head in heads[1:]] + [len(sheet.rows)]
    return [_table(sheet, head, end, heads[0].top, names, anchor) for head, end in zip(heads, ends, strict=True)]


@dataclass(frozen=True)
class Head:
    """A heading in rows `top` to `bottom` (excluded)."""

    top: int
    bottom: int
    columns: tuple[Column, ...]

    @property
    def score(self) -> tuple[int, int]:
        """The more different columns are understood, and with their year, in the fewer rows, the better."""
        known = {column.heading: 2 + (column.fiscal_year is not None) for column in self.columns if column.is_known}
        return sum(known.values()), self.top - self.bottom


def _heads(sheet: Sheet, anchor: range) -> Iterator[Head]:
    """One after another; a heading that is repeated on every page comes back as the start of another table."""
    bottom = 0
    for row, cells in enumerate(sheet.rows):
        if row < bottom or not any(isinstance(cell.value, str) and names_indicators(cell.value) for cell in cells):
            continue
        heads = (head_at(sheet, top, top + height, anchor) for height in range(1, HIGHEST_HEADING + 1) for top in range(row - height + 1, row + 1))
        fitting = [head for head in heads if head.top >= bottom and head.bottom <= len(sheet.rows) and _is_of_results(head, cells)]
        if fitting:
            head = max(fitting, key=lambda found: found.score)
            bottom = head.bottom
            yield head


def _is_of_results(head: Head, cells: Sequence[Cell]) -> bool:
    """Indicators and values; what alone is the heading of indicators must be so together with the rows around it."""
    naming = {column.index for column in head.columns if column.role in NAMING}
    alone = {index for index, cell in enumerate(cells) if isinstance(cell.value, str) and names_indicators(cell.value)}
    return alone <= naming and any(column.role is ColumnRole.VALUE for column in head.columns)


def head_at(sheet: Sheet, top: int, bottom: int, anchor: range) -> Head:
    """The columns below a heading in these rows, its cells read together from top to bottom."""
    rows = range(max(top, 0), min(bottom, len(sheet.rows)))
    texts = heading_texts(sheet, rows)
    return Head(top, bottom, tuple(_column(index, text, anchor) for index, text in enumerate(texts) if text))


def _column(index: int, text: str, anchor: range) -> Column:
    found = _lower_part(text, anchor) if "\n" in text else heading_of(text, anchor)
    return Column(index, found.role, text, found.fiscal_year, found.state, found.problem, found.is_known)


def _lower_part(text: str, anchor: range) -> Heading:
    """What all rows of a heading say together, or the lower ones alone below a caption such as 「指標の推移」.

    A value must then name its year and 実績: below a word that nobody knows, a year alone could be anything.
    """
    lines = text.split("\n")
    for start in range(len(lines)):
        found = heading_of("\n".join(lines[start:]), anchor)
        is_plain = found.role is not ColumnRole.VALUE or (found.fiscal_year is not None and "実績" in lines[-1])
        if found.is_known and (start == 0 or is_plain):
            return found
    return UNKNOWN


def heading_texts(sheet: Sheet, rows: range) -> list[str]:
    """One text per column, with a line for each of its different rows. Merged cells stand in all their columns."""
    width = len(sheet.rows[0]) if sheet.rows else 0
    filled = merged_origins(sheet, rows, range(width))
    lines = [[text_of(sheet.rows[at][left]) for at, left in (filled.get((row, column), (row, column)) for column in range(width))] for row in rows]
    for line, below in pairwise(lines):
        _spread(line, below)
    return ["\n".join(dict.fromkeys(" ".join(text.split()) for text in column if text.strip())) for column in zip(*lines, strict=True)]


def _spread(line: list[str], below: list[str]) -> None:
    """「令和6年度」 above the first of its columns only, unmerged: it means the empty places to its right where 目標 and 実績 stand below."""
    last = ""
    for index, text in enumerate(line):
        if text.strip():
            last = text if _is_group(text) else ""
        elif last and heading_of(f"{last} {below[index]}").is_known and not names_indicators(below[index]):
            line[index] = last
        else:
            last = ""


def _is_group(text: str) -> bool:
    """Whether such a heading goes over several columns: a year, or 実績 and 目標 over several years."""
    found = heading_of(text)
    return found.is_known and (found.fiscal_year is not None or found.role in (ColumnRole.VALUE, ColumnRole.IGNORED))


def merged_origins(sheet: Sheet, rows: range, columns: range | set[int]) -> dict[tuple[int, int], tuple[int, int]]:
    """For every place within a merged area, in these rows and columns, the cell that holds its text."""
    origins: dict[tuple[int, int], tuple[int, int]] = {}
    for top, left, bottom, right in sheet.merged:
        if top >= len(sheet.rows) or left >= len(sheet.rows[0]) or len(origins) > MOST_FILLED:
            continue
        within = [column for column in range(left, min(right, len(sheet.rows[0]) - 1) + 1) if column in columns]
        for row in range(max(top, rows.start), min(bottom + 1, rows.stop)) if within else ():
            origins.update(((row, column), (top, left)) for column in within)
    return origins


def _table(sheet: Sheet, head: Head, last_row: int, first_top: int, names: Names, anchor: range) -> Table:
    table = Table(sheet, head.top, head.bottom, last_row, head.columns)
    columns = tuple(_without_context(tuple(_without_rivals(table, names))))
    return replace(table, columns=columns, fiscal_year=_year_above(sheet, head.top, first_top, anchor))


def _year_above(sheet: Sheet, top: int, first_top: int, anchor: range) -> int | None:
    """The year of a table by its title: its own, directly above it, before the sheet's. None where titles do not agree."""
    own = years_of(sheet.rows[max(top - TITLE_ROWS, 0) : top], anchor) if top > first_top else set()
    years = own or years_of(sheet.rows[:first_top], anchor) | _years_named(sheet.name, anchor)
    return years.pop() if len(years) == 1 else None


def _without_rivals(table: Table, names: Names) -> Iterator[Column]:
    """Of several columns with names or numbers only that one is kept which the plan knows best."""
    known = {ColumnRole.CODE: names.knows_code, ColumnRole.NAME: names.knows_name}
    for column in table.columns:
        rivals = table.of(column.role) if column.role in known else []
        if len(rivals) > 1 and column is not max(rivals, key=lambda rival: (_known_cells(table, rival, known[rival.role]), -rival.index)):
            yield replace(column, role=ColumnRole.IGNORED)
        else:
            yield column


def _known_cells(table: Table, column: Column, is_known) -> int:
    return sum(is_known(text_of(row[column.index])) for row in table.sheet.rows[table.first_row : table.last_row])


def _without_context(columns: tuple[Column, ...]) -> Iterator[Column]:
    """Where one value column without a year asks for this year's answer with its state or reason, those with a year only recall it.

    In a long table, where every row names its year, columns of years are no values either.
    """
    roles = {column.role for column in columns}
    asks = any(column.role is ColumnRole.VALUE and column.is_without_year for column in columns)
    has_context = ColumnRole.YEAR in roles or (asks and roles & {ColumnRole.STATE, ColumnRole.REASON})
    for column in columns:
        is_context = has_context and asks and column.role is ColumnRole.VALUE and not column.is_without_year
        yield replace(column, role=ColumnRole.IGNORED, problem="") if is_context else column


def years_of(rows: Sequence[Sequence[Cell]], anchor: range) -> set[int]:
    """The fiscal years that title rows speak of."""
    return {year for row in rows for cell in row if isinstance(cell.value, str) for year in _years_named(cell.value, anchor)}


def _years_named(text: str, anchor: range) -> set[int]:
    """「令和6年度の実績」 names a fiscal year, 「令和7年5月1日現在」 none."""
    plain = folded(text)
    named = {western_year(found) for found in YEAR.finditer(plain) if YEAR_OF_TITLE.search(found[0])}
    found = None if named else read_year(plain, anchor=anchor)
    return named | ({found.fiscal_year} if found and found.fiscal_year else set())


def _slots(table: Table) -> Iterator[Slot]:
    """One per value column. What stands beside belongs to the value of its year, or to the only one there is."""
    values = table.of(ColumnRole.VALUE)
    beside = [column for column in table.columns if column.role in BESIDE_VALUE]
    if table.is_long or not values:
        said = (column for column in reversed(table.columns) if column.role in YEARLY)
        columns = {column.role: column for column in said if column.is_without_year or column.role is not ColumnRole.VALUE}
        if columns:
            yield Slot(None if table.is_long else table.fiscal_year, columns)
        return
    by_year = defaultdict(list)
    for column in beside:
        by_year[column.fiscal_year if len(values) > 1 or column.fiscal_year is not None else None].append(column)
    taken = set()
    for value in values:
        year = value.fiscal_year or table.fiscal_year
        of_year = [] if year in taken else by_year.get(year, [])
        own = [*of_year, *(by_year[None] if len(values) == 1 else [])]
        taken.add(year)
        yield Slot(year, {ColumnRole.VALUE: value, **{column.role: column for column in reversed(own)}})
