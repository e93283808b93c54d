"""The page 「列の対応づけ」: a file's first rows, what each of its columns is taken for, and what would be understood so."""
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from common.fiscal import era_long
from common.japanese import plain_text
from importing.book import Book, Sheet, address
from importing.lines import place_text
from importing.models import Layout
from importing.parse import parse
from importing.recognition.headings import KEYS, ColumnRole
from importing.recognition.layouts import LayoutColumn, LayoutSpec, Sureness, fitted, guess, sheet_of
from importing.recognition.tables import is_blank, text_of
from importing.records import KnownPlan, Parsed, Problem
from importing.values.spelling import folded

SHOWN_ROWS, SHOWN_COLUMNS, MOST_COLUMNS = 15, 30, 200
SHOWN_PROBLEMS, EXAMPLES = 5, 3
LONGEST_CELL, LONGEST_NAME = 24, 80
NEEDS_KEY = "「番号」か「指標名」の列を選んでください。"
NEEDS_VALUE = "「実績値」の列を選んでください。"
NEEDS_YEAR = "実績値の列 {letters} の年度を選んでください。行ごとに年度があるときは、「年度（行ごと）」の列を選びます。"
TWICE = "「{role}」の列が2つあります（{letters}）。1つにしてください。"
NEEDS_NAME = "様式の名前を書いてください。来年、この名前で選べます。"
NAME_TAKEN = "「{name}」という様式がすでにあります。別の名前にしてください。"


@dataclass(frozen=True)
class ShownColumn:
    """One line of the assignment: the column's letter, heading and first cells, and the choices made for it."""

    index: int
    letter: str
    heading: str
    examples: str
    role: ColumnRole
    fiscal_year: int | None
    sureness: Sureness


@dataclass(frozen=True)
class ShownRow:
    """One row of the sheet with its number; heading rows are marked."""

    number: int
    is_heading: bool
    cells: tuple[str, ...]


@dataclass(frozen=True)
class ShownProblem:
    """A problem with its place as people find it; `written` is empty where the sentence itself repeats it."""

    place: str
    written: str
    problem: Problem


@dataclass(frozen=True)
class Check:
    """What would be understood: rows and values, the first problems, how many more there are."""

    rows: int
    values: int
    problem_count: int
    problems: tuple[ShownProblem, ...]
    notes: tuple[str, ...]

    @property
    def more(self) -> int:
        return self.problem_count - len(self.problems)


@dataclass(frozen=True)
class LayoutPage:
    """All that the page shows. `errors` are what keeps these choices from being saved."""

    sheets: tuple[str, ...]
    sheet: str
    first: int
    last: int
    letters: tuple[str, ...]
    rows: tuple[ShownRow, ...]
    columns: tuple[ShownColumn, ...]
    years: tuple[tuple[int, str], ...]
    roles: tuple[ColumnRole, ...]
    saved: tuple[Layout, ...]
    chosen: Layout | None
    name: str
    check: Check
    errors: tuple[str, ...]


def spec_asked(asked: Mapping[str, str], book: Book, plan: KnownPlan, layout: Layout | None) -> LayoutSpec:
    """How the file is read by a saved layout, or as guessed with the sheet and heading rows that somebody chose (counted from 1)."""
    kept = fitted(LayoutSpec.from_dict(layout.spec), book, plan) if layout else None
    if kept is not None:
        return kept
    first, last = (int(asked[name]) if asked.get(name, "").isdecimal() else 0 for name in ("first", "last"))
    return guess(book, plan, asked.get("sheet", ""), range(first - 1, max(first, last)) if first else None)


def spec_chosen(posted: Mapping[str, str], book: Book, spec: LayoutSpec) -> LayoutSpec:
    """The reading with the roles and years that somebody chose: `role_3`, `year_3`. What is not understood stays as it was."""
    columns = tuple(_chosen_column(column, posted) for column in spec.columns)
    return replace(spec, columns=columns, name=" ".join(posted.get("name", "").split())[:LONGEST_NAME])


def _chosen_column(column: LayoutColumn, posted: Mapping[str, str]) -> LayoutColumn:
    word, year = posted.get(f"role_{column.index}"), posted.get(f"year_{column.index}", "")
    if word not in set(ColumnRole):
        return column
    role = ColumnRole(word)
    fiscal_year = int(year) if year.isdecimal() and len(year) == 4 and role not in (*KEYS, ColumnRole.IGNORED) else None
    is_same = (role, fiscal_year) == (column.role, column.fiscal_year)
    return replace(column, role=role, fiscal_year=fiscal_year, sureness=column.sureness if is_same else Sureness.CHOSEN)


def spec_errors(spec: LayoutSpec) -> list[str]:
    """What is still to be chosen before a file can be read so."""
    roles = [column.role for column in spec.columns]
    errors = [] if {ColumnRole.CODE, ColumnRole.NAME} & set(roles) else [NEEDS_KEY]
    errors += [] if ColumnRole.VALUE in roles else [NEEDS_VALUE]
    lacking = [letter_of(column.index) for column in spec.columns if column.role is ColumnRole.VALUE and not column.fiscal_year]
    errors += [NEEDS_YEAR.format(letters="・".join(lacking))] if lacking and ColumnRole.YEAR not in roles else []
    for role in KEYS:
        twice = [letter_of(column.index) for column in spec.columns if column.role is role]
        errors += [TWICE.format(role=role.label, letters="・".join(twice))] if len(twice) > 1 else []
    return errors


def letter_of(column: int) -> str:
    return address(0, column)[:-1]


def layout_page(
    book: Book, plan: KnownPlan, spec: LayoutSpec, *, saved: tuple[Layout, ...], chosen: Layout | None, errors: tuple[str, ...] = ()
) -> LayoutPage:
    """Everything for one file and one way to read it."""
    sheet = sheet_of(spec, book) or book.sheets[0]
    used = [column for column in spec.columns if column.heading or column.role is not ColumnRole.IGNORED or _examples(sheet, spec, column.index)]
    width = min(max((column.index for column in used), default=0) + 1, SHOWN_COLUMNS)
    return LayoutPage(
        sheets=tuple(found.name for found in book.sheets if not found.is_hidden and found.rows),
        sheet=sheet.name,
        first=spec.heading_row + 1,
        last=max(spec.first_row, spec.heading_row + 1),
        letters=tuple(map(letter_of, range(width))),
        rows=tuple(_shown_rows(sheet, spec, width)),
        columns=tuple(_shown_column(sheet, spec, column) for column in used[:MOST_COLUMNS]),
        years=tuple((year, era_long(year)) for year in plan.fiscal_years),
        roles=tuple(ColumnRole),
        saved=saved,
        chosen=chosen,
        name=spec.name,
        check=check_of(parse(book, plan, spec)),
        errors=errors,
    )


def check_of(parsed: Parsed) -> Check:
    """Counts first, then the first problems."""
    shown = tuple(map(_shown_problem, parsed.problems[:SHOWN_PROBLEMS]))
    rows = {(entry.place.sheet, entry.place.row) for entry in parsed.entries}
    return Check(len(rows), len(parsed.entries), len(parsed.problems), shown, parsed.notes)


def _shown_problem(problem: Problem) -> ShownProblem:
    written = "" if folded(problem.written) in folded(problem.text) else problem.written
    return ShownProblem(place_text(problem.place), written, problem)


def _shown_rows(sheet: Sheet, spec: LayoutSpec, width: int):
    """The first rows; further down when the heading stands there."""
    start = max(0, spec.first_row - SHOWN_ROWS // 2) if spec.first_row > SHOWN_ROWS else 0
    for number, row in enumerate(sheet.rows[start : start + SHOWN_ROWS], start=start):
        yield ShownRow(number + 1, spec.heading_row <= number < spec.first_row, tuple(_cut(text_of(cell)) for cell in row[:width]))


def _shown_column(sheet: Sheet, spec: LayoutSpec, column: LayoutColumn) -> ShownColumn:
    heading = _cut(column.heading, 2 * LONGEST_CELL)
    return ShownColumn(
        column.index, letter_of(column.index), heading, _examples(sheet, spec, column.index), column.role, column.fiscal_year, column.sureness
    )


def _examples(sheet: Sheet, spec: LayoutSpec, index: int) -> str:
    """The first cells below the heading."""
    below = (row[index] for row in sheet.rows[spec.first_row : spec.first_row + SHOWN_ROWS] if index < len(row) and not is_blank(row[index]))
    return "、".join(_cut(_plain(cell.value) or text_of(cell), LONGEST_CELL // 2) for cell, _ in zip(below, range(EXAMPLES), strict=False))


def _plain(value) -> str:
    return plain_text(value) if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < LONGEST_CELL else ""


def _cut(text: str, length: int = LONGEST_CELL) -> str:
    plain = folded(text)
    return plain if len(plain) <= length else f"{plain[: length - 1]}…"
