"""How a municipality's own table is read 「様式」: its sheet, heading rows and what each column holds; guessed, kept, fitted to next year. Pure."""
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from common.term import Term
from importing.book import Book, Sheet
from importing.recognition.headings import ColumnRole, without_year, year_in_heading
from importing.recognition.names import Names
from importing.recognition.tables import Column, Head, Table, head_at, is_blank, tables_in, text_of, years_of
from importing.records import KnownPlan
from importing.values.years import read_year

# A column whose cells are known to the plan this often holds codes or names, whatever its heading says.
KNOWN_SHARE = 0.5


class Sureness(Term):
    """Where the role of a column comes from, the surest first."""

    CHOSEN = "chosen", "選んだもの"
    HEADING = "heading", "見出しから"
    CONTENT = "content", "中身から"
    UNKNOWN = "unknown", "分かりません"


@dataclass(frozen=True)
class LayoutColumn:
    """One column, counted from 0. `fiscal_year` only for what speaks of one year."""

    index: int
    role: ColumnRole
    heading: str = ""
    fiscal_year: int | None = None
    sureness: Sureness = Sureness.CHOSEN


@dataclass(frozen=True)
class LayoutSpec:
    """How one table is read. Rows count from 0; the heading stands in `heading_row` to `first_row` (excluded). `name` is the layout's.

    `title_year` is the year that the title named when the layout was made: by it the years move on where no heading names one.
    """

    sheet: str
    heading_row: int
    first_row: int
    columns: tuple[LayoutColumn, ...]
    name: str = ""
    title_year: int | None = None

    @property
    def is_complete(self) -> bool:
        """Whether something names the indicator and something holds a value with its year."""
        roles = {column.role for column in self.columns}
        values = [column for column in self.columns if column.role is ColumnRole.VALUE]
        has_years = ColumnRole.YEAR in roles or all(column.fiscal_year for column in values)
        return bool(roles & {ColumnRole.CODE, ColumnRole.NAME}) and bool(values) and has_years

    def to_dict(self) -> dict[str, Any]:
        """Plain values for a JSON field."""
        columns = [
            {"index": column.index, "role": column.role.value, "heading": column.heading, "fiscal_year": column.fiscal_year, "sureness": column.sureness.value}
            for column in self.columns
        ]
        rows = {"heading_row": self.heading_row, "first_row": self.first_row}
        return {"sheet": self.sheet, **rows, "columns": columns, "name": self.name, "title_year": self.title_year}

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> "LayoutSpec":
        """The spec that `to_dict` wrote. Raises KeyError, TypeError or ValueError for anything else."""
        columns = tuple(
            LayoutColumn(column["index"], ColumnRole(column["role"]), column["heading"], column["fiscal_year"], Sureness(column["sureness"]))
            for column in stored["columns"]
        )
        return cls(stored["sheet"], stored["heading_row"], stored["first_row"], columns, stored["name"], stored["title_year"])


def table_of(spec: LayoutSpec, book: Book) -> Table | None:
    """The table that a spec describes in this book; None when the book has no such sheet or columns."""
    sheet = sheet_of(spec, book)
    if sheet is None:
        return None
    width = len(sheet.rows[0]) if sheet.rows else 0
    used = [column for column in spec.columns if column.role is not ColumnRole.IGNORED]
    if any(column.index >= width for column in used):
        return None
    columns = tuple(Column(column.index, column.role, column.heading, column.fiscal_year) for column in used)
    return Table(sheet, min(spec.heading_row, max(len(sheet.rows) - 1, 0)), spec.first_row, len(sheet.rows), columns)


def sheet_of(spec: LayoutSpec, book: Book) -> Sheet | None:
    """The sheet of that name, or of that name in another year: 「R6実績」 and 「R7実績」."""
    exact = (sheet for sheet in book.sheets if sheet.name == spec.sheet)
    of_year = (sheet for sheet in book.sheets if not sheet.is_hidden and without_year(sheet.name) == without_year(spec.sheet))
    return next(exact, None) or next(of_year, None)


def guess(book: Book, plan: KnownPlan, sheet_name: str = "", heading: range | None = None) -> LayoutSpec:
    """The best reading of a book, of one of its sheets, or of that sheet with these heading rows, with how sure each column is."""
    names = Names(plan)
    visible = [sheet for sheet in book.sheets if not sheet.is_hidden and sheet.rows] or list(book.sheets)
    chosen = [sheet for sheet in visible if sheet.name == sheet_name] or visible
    if heading is not None and len(chosen) == 1:
        return _guess_at(chosen[0], heading, plan, names)
    for sheet in chosen:
        tables = tables_in(sheet, names, plan.fiscal_years)
        if tables:
            return _of_table(max(tables, key=lambda table: table.last_row - table.first_row), plan, names)
    return max((_guess_at(sheet, _first_full_row(sheet), plan, names) for sheet in chosen), key=_worth)


def _worth(spec: LayoutSpec) -> int:
    return sum(column.role is not ColumnRole.IGNORED for column in spec.columns)


def _first_full_row(sheet: Sheet) -> range:
    """A heading is the first row with texts in most of its columns."""
    filled = [sum(not is_blank(cell) for cell in row) for row in sheet.rows[:30]]
    most = max(filled, default=0)
    row = next((row for row, count in enumerate(filled) if count * 3 >= most * 2), 0)
    return range(row, row + 1)


def _guess_at(sheet: Sheet, heading: range, plan: KnownPlan, names: Names) -> LayoutSpec:
    head = head_at(sheet, heading.start, heading.stop, plan.fiscal_years)
    return _of_table(Table(sheet, heading.start, heading.stop, len(sheet.rows), head.columns), plan, names)


def _of_table(table: Table, plan: KnownPlan, names: Names) -> LayoutSpec:
    by_index = {column.index: column for column in table.columns}
    width = len(table.sheet.rows[0]) if table.sheet.rows else 0
    columns = [_guessed(by_index.get(index) or Column(index, ColumnRole.IGNORED, is_known=False), table) for index in range(width)]
    assigned = tuple(_by_content(columns, table, plan, names))
    return LayoutSpec(table.sheet.name, table.heading_row, table.first_row, assigned, title_year=_title_year(table.sheet, table.heading_row, plan))


def _title_year(sheet: Sheet, heading_row: int, plan: KnownPlan) -> int | None:
    years = years_of(sheet.rows[:heading_row], plan.fiscal_years)
    return years.pop() if len(years) == 1 else None


def _guessed(column: Column, table: Table) -> LayoutColumn:
    year = column.fiscal_year
    if column.role is ColumnRole.VALUE and year is None and not table.is_long:
        year = table.fiscal_year
    return LayoutColumn(column.index, column.role, column.heading, year, Sureness.HEADING if column.is_known else Sureness.UNKNOWN)


def _by_content(columns: list[LayoutColumn], table: Table, plan: KnownPlan, names: Names) -> Iterator[LayoutColumn]:
    """Columns of codes, names and years are known by what stands in them, where no heading says so."""
    knows = {
        ColumnRole.CODE: names.knows_code,
        ColumnRole.NAME: names.knows_name,
        ColumnRole.YEAR: lambda text: _is_of_plan(text, plan),
    }
    missing = [role for role in knows if role not in {column.role for column in columns}]
    for column in columns:
        role = next((role for role in missing if column.sureness is Sureness.UNKNOWN and _share(column, table, knows[role]) >= KNOWN_SHARE), None)
        if role:
            missing.remove(role)
            column = replace(column, role=role, sureness=Sureness.CONTENT)
        yield column


def _is_of_plan(text: str, plan: KnownPlan) -> bool:
    found = read_year(text, anchor=plan.fiscal_years)
    return found is not None and found.fiscal_year in plan.fiscal_years


def _share(column: LayoutColumn, table: Table, knows) -> float:
    texts = [text_of(row[column.index]) for row in table.sheet.rows[table.first_row :] if not is_blank(row[column.index])]
    return sum(map(knows, texts)) / len(texts) if texts else 0.0


def fitted(spec: LayoutSpec, book: Book, plan: KnownPlan) -> LayoutSpec | None:
    """The layout of another year on this book: columns by their headings, years as the headings now say; None without such a sheet.

    Where a heading names no year, its year moves on with those that do, or with the title; else it stays and is unsure.
    """
    sheet = sheet_of(spec, book)
    if sheet is None or not sheet.rows:
        return None
    head = head_at(sheet, spec.heading_row, spec.first_row, plan.fiscal_years)
    places = {column.index: _place_now(column, head) for column in spec.columns}
    years = {index: year_in_heading(found.heading, plan.fiscal_years) for index, found in places.items() if found}
    steps = {years[column.index] - column.fiscal_year for column in spec.columns if column.fiscal_year and years.get(column.index)}
    title_year = _title_year(sheet, spec.heading_row, plan)
    if not steps and title_year and spec.title_year:
        steps = {title_year - spec.title_year}
    columns = (_moved(column, places[column.index], years.get(column.index), steps) for column in spec.columns)
    fitting = tuple(column for column in columns if column.index < len(sheet.rows[0]))
    return replace(spec, sheet=sheet.name, columns=fitting, title_year=title_year)


def _place_now(column: LayoutColumn, head: Head) -> Column | None:
    """The column with the same heading but for its year, at the same place if it is there."""
    same = [found for found in head.columns if without_year(found.heading) == without_year(column.heading)]
    here = next((found for found in same if found.index == column.index), None)
    return here or (same[0] if len(same) == 1 and column.heading else None)


def _moved(column: LayoutColumn, found: Column | None, year: int | None, steps: set[int]) -> LayoutColumn:
    if found is not None:
        column = replace(column, index=found.index, heading=found.heading)
    if column.fiscal_year is None or year:
        return replace(column, fiscal_year=year if column.fiscal_year else None)
    return replace(column, fiscal_year=column.fiscal_year + min(steps)) if len(steps) == 1 else replace(column, sureness=Sureness.UNKNOWN)
