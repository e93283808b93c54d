"""Reads a 計画ワークブック into rows of values, with every problem of every cell. Asks no database."""
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from importing.book import Book, Cell, Sheet
from importing.planbook.kinds import is_blank
from importing.planbook.sheets import BY_NAME, GUIDE, STRATEGY, Column, SheetSpec
from importing.records import Place, Problem
from importing.values.reading import UnreadableError
from importing.values.spelling import folded

IGNORED = frozenset({GUIDE})
MUST_BE_WRITTEN = "「{heading}」は必ず書きます。"


@dataclass(frozen=True)
class ReadRow:
    """One row: its place in the file (counted from 0) and its values by heading. `broken` are the headings whose cells cannot be read."""

    row: int
    values: dict[str, Any]
    broken: frozenset[str]


@dataclass(frozen=True)
class ReadSheet:
    """One sheet: where its headings stand, and its rows."""

    spec: SheetSpec
    places: dict[str, int]
    rows: tuple[ReadRow, ...]

    def place(self, row: int, heading: str = "") -> Place:
        return Place(self.spec.name, row, self.places.get(heading, 0))


@dataclass(frozen=True)
class ReadPlan:
    """A workbook understood: the sheets it has, by name, and all its problems."""

    sheets: dict[str, ReadSheet] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def slug(self) -> str:
        """Which strategy it speaks of; empty when it does not say."""
        sheet = self.sheets.get(STRATEGY)
        return str(sheet.rows[0].values.get(sheet.spec.key[0]) or "") if sheet and sheet.rows else ""


def read_plan(book: Book) -> ReadPlan:
    """The rows of a workbook and all its problems at once. Never raises."""
    problems: list[Problem] = list(_sheet_problems(book))
    sheets = {}
    for sheet in book.sheets:
        if sheet.name.strip() in BY_NAME and sheet.name.strip() not in sheets:
            sheets[sheet.name.strip()] = _read_sheet(BY_NAME[sheet.name.strip()], sheet, problems)
    problems += _strategy_problems(sheets.get(STRATEGY))
    return ReadPlan(sheets, tuple(problems))


def near_miss(word: str, known: Iterable[str]) -> str:
    """「「名称」のことですか。」 for a word that is nearly a known one, else nothing."""
    by_spelling = {_plain(text): text for text in known}
    found = get_close_matches(_plain(word), by_spelling, n=1, cutoff=0.6)
    return f"「{by_spelling[found[0]]}」のことですか。" if found else ""


def _plain(text: str) -> str:
    return folded(text).replace(" ", "").casefold()


def _sheet_problems(book: Book) -> Iterator[Problem]:
    seen: set[str] = set()
    for sheet in book.sheets:
        name = sheet.name.strip()
        if name in seen:
            yield Problem(Place(sheet.name, 0, 0), name, "同じ名前のシートが2つあります。", "どちらかを消してください。")
        elif name not in BY_NAME and name not in IGNORED and sheet.rows:
            remedy = near_miss(name, BY_NAME) or f"使えるシートは {'、'.join(BY_NAME)} です。"
            yield Problem(Place(sheet.name, 0, 0), name, "この名前のシートは計画ワークブックにありません。", f"{remedy}名前を直すか、シートを消してください。")
        seen.add(name)


def _strategy_problems(sheet: ReadSheet | None) -> Iterator[Problem]:
    if sheet is None:
        yield Problem(Place(STRATEGY, 0, 0), "", f"シート「{STRATEGY}」がありません。", "「空のひな形」か書き出したファイルから、シートを写してください。")
    elif not sheet.rows and sheet.places:
        yield Problem(sheet.place(1), "", "計画の行がありません。", "2行目に、この計画のことを書いてください。")
    else:
        for row in sheet.rows[1:]:
            yield Problem(sheet.place(row.row), "", "計画が2行以上あります。", "1つのファイルには1つの計画だけを書き、ほかの行を消してください。")


def _read_sheet(spec: SheetSpec, sheet: Sheet, problems: list[Problem]) -> ReadSheet:
    places = _headings(spec, sheet, problems)
    read = ReadSheet(spec, places, ())
    missing = [heading for heading in spec.key if heading not in places]
    for heading in missing if sheet.rows else ():
        remedy = "1行目の見出しを直すか、列を足してください。行を見分けるのに必要です。"
        problems.append(Problem(Place(spec.name, 0, 0), "", f"見出し「{heading}」の列がありません。", remedy))
    if missing:
        return ReadSheet(spec, {}, ())
    problems += _cells_without_heading(read, sheet)
    rows = (_read_row(read, number, cells, problems) for number, cells in enumerate(sheet.rows[1:], start=1) if _says_something(places, cells))
    return ReadSheet(spec, places, tuple(rows))


def _headings(spec: SheetSpec, sheet: Sheet, problems: list[Problem]) -> dict[str, int]:
    """Where each known heading stands, in any order and any width of letters."""
    known = {_plain(heading): heading for heading in spec.by_heading}
    places: dict[str, int] = {}
    for column, cell in enumerate(sheet.rows[0] if sheet.rows else ()):
        if is_blank(cell.value):
            continue
        heading = known.get(_plain(str(cell.value)))
        if heading is None:
            problems.append(_unknown_heading(spec, column, str(cell.value)))
        elif heading in places:
            problems.append(Problem(Place(spec.name, 0, column), heading, "同じ見出しの列が2つあります。", "どちらかの列を消してください。"))
        else:
            places[heading] = column
    return places


def _unknown_heading(spec: SheetSpec, column: int, written: str) -> Problem:
    remedy = near_miss(written, spec.by_heading) or f"使える見出しは {'、'.join(spec.by_heading)} です。"
    return Problem(Place(spec.name, 0, column), written, "この見出しは使えません。", f"{remedy}見出しを直すか、列を消してください。")


def _cells_without_heading(read: ReadSheet, sheet: Sheet) -> Iterator[Problem]:
    bare = [column for column, cell in enumerate(sheet.rows[0] if sheet.rows else ()) if is_blank(cell.value)]
    for number, cells in enumerate(sheet.rows[1:], start=1):
        for column in bare:
            if not is_blank(cells[column].value):
                place = Place(read.spec.name, number, column)
                yield Problem(place, str(cells[column].value), "見出しのない列に値があります。", "1行目に見出しを付けるか、値を消してください。")


def _says_something(places: dict[str, int], cells: tuple[Cell, ...]) -> bool:
    return any(not is_blank(cells[column].value) for column in places.values())


def _read_row(read: ReadSheet, number: int, cells: tuple[Cell, ...], problems: list[Problem]) -> ReadRow:
    values, broken = {}, set()
    for heading, place in read.places.items():
        column = read.spec.by_heading[heading]
        try:
            values[heading] = _value(column, cells[place])
        except UnreadableError as error:
            broken.add(heading)
            written = "" if cells[place].value is None else str(cells[place].value)
            problems.append(Problem(read.place(number, heading), written, str(error), about=heading))
    return ReadRow(number, values, frozenset(broken))


def _value(column: Column, cell: Cell) -> Any:
    value = column.kind.read(cell)
    if value in ("", None) and column.is_required:
        raise UnreadableError(MUST_BE_WRITTEN.format(heading=column.heading))
    return column.default if value in ("", None) and column.default is not None else value
