"""The sheets of a batch once more, with the cells that cannot be taken in coloured and commented 「エラー付きExcel」.

Made anew from the cells that were read; nothing of the sent file itself, no formula, macro or link, comes along.
"""
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from common.fiscal import era_long
from common.japanese import plain_text
from common.sheets import EXACT_DIGITS, UNWRITABLE, SheetError, neutralised
from importing.book import Cell, Sheet
from importing.lines import Line
from importing.models import ImportBatch, ImportFile
from importing.stages import book_of, kept_lines
from importing.vocabulary import ChangeKind

LIST_SHEET = "直すところ"
LIST_HEADINGS = ("ファイル", "場所", "指標・欄", "書かれている値", "直すこと", "直し方")
LIST_WIDTHS = (28, 18, 32, 18, 44, 52)
MARKED = {"bg_color": "#FDEEEE", "font_color": "#CE0000", "border": 1, "border_color": "#CE0000"}
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))
LONGEST_NAME = 31
NARROWEST, WIDEST, FEWEST_IN_A_TABLE = 9, 40, 3
COMMENT_SIZE = {"width": 320, "height": 110}


def errors_book(batch: ImportBatch) -> bytes:
    """An .xlsx: a list of everything to mend, then every sheet in which something is to be mended."""
    files = list(batch.files.all())
    errors = [line for line in kept_lines(batch.preview) if line.kind is ChangeKind.ERROR]
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    _write_list(book, files, errors)
    used = {LIST_SHEET}
    for position, sent in enumerate(files):
        _write_sheets(book, sent, [line for line in errors if line.file == position], used)
    book.close()
    return file.getvalue()


def _write_list(book: xlsxwriter.Workbook, files: Sequence[ImportFile], errors: Iterable[Line]) -> None:
    page, bold, wrapped = book.add_worksheet(LIST_SHEET), book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True, "valign": "top"})
    page.freeze_panes(1, 0)
    for column, (heading, width) in enumerate(zip(LIST_HEADINGS, LIST_WIDTHS, strict=True)):
        page.set_column(column, column, width)
        page.write_string(0, column, heading, bold)
    rows = [(files[line.file].name, line.place, _subject(line), line.new, line.text, line.remedy) for line in errors]
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row):
            page.write_string(number, column, _safe(text), wrapped)


def _subject(line: Line) -> str:
    return " ".join(filter(None, (line.code, line.name, era_long(line.fiscal_year) if line.fiscal_year else "")))


def _safe(text: str) -> str:
    """As a spreadsheet keeps it, and no formula; a lone sign 「－」, which is asked about often, is none."""
    plain = UNWRITABLE.sub("", text)
    return plain if len(plain) == 1 else neutralised(plain)


def _write_sheets(book: xlsxwriter.Workbook, sent: ImportFile, errors: Sequence[Line], used: set[str]) -> None:
    """The file's sheets with errors; a file that cannot be read stands in the list only."""
    by_sheet: dict[str, list[Line]] = defaultdict(list)
    for line in errors:
        by_sheet[line.sheet].append(line)
    try:
        sheets = book_of(sent).sheets if by_sheet else ()
    except SheetError:
        return
    for sheet in sheets:
        if sheet.name in by_sheet:
            _write_sheet(book, book.add_worksheet(_free_name(sheet.name, used)), sheet, by_sheet[sheet.name])


def _free_name(name: str, used: set[str]) -> str:
    """A sheet's name that Excel takes and no other sheet of the book has, whatever its case."""
    plain = (name.translate(FORBIDDEN).strip("'") or "シート")[:LONGEST_NAME]
    taken, number = {each.casefold() for each in used}, 1
    free = plain
    while free.casefold() in taken:
        number += 1
        free = f"{plain[: LONGEST_NAME - 5]}（{number}）"
    used.add(free)
    return free


def _write_sheet(book: xlsxwriter.Workbook, page: Worksheet, sheet: Sheet, errors: Sequence[Line]) -> None:
    marked = {(line.row, line.column) for line in errors}
    formats = _Formats(book)
    for column, width in _widths(sheet).items():
        page.set_column(column, column, width)
    for top, left, bottom, right in sheet.merged:
        page.merge_range(top, left, bottom, right, "")
    for row, cells in enumerate(sheet.rows):
        for column, cell in enumerate(cells):
            if (row, column) in marked:
                _write_cell(page, row, column, _retypable(cell.value), formats.get(*_look(cell), is_marked=True))
            elif cell.value is not None:
                _write_cell(page, row, column, cell.value, formats.get(cell.number_format, cell.value, is_marked=False))
    for line in errors:
        page.write_comment(line.row, line.column, UNWRITABLE.sub("", f"{line.text}\n{line.remedy}".strip()), COMMENT_SIZE)


def _retypable(value: Any) -> Any:
    """A day as text: a number typed over a real one would become a day again."""
    return f"{value.year}/{value.month}/{value.day}" if isinstance(value, date) else value


def _look(cell: Cell) -> tuple[str, Any]:
    """The number format and the value that a marked cell is formatted by."""
    return ("", None) if isinstance(cell.value, date) else (cell.number_format, cell.value)


def _widths(sheet: Sheet) -> dict[int, int]:
    """Columns as wide as what stands in them, in characters; titles above a table, alone in their row, do not count."""
    widths: dict[int, int] = {}
    for cells in sheet.rows:
        filled = [(column, cell) for column, cell in enumerate(cells) if cell.value is not None]
        for column, cell in filled if len(filled) >= FEWEST_IN_A_TABLE else ():
            widths[column] = max(widths.get(column, NARROWEST), min(WIDEST, 2 * len(str(_retypable(cell.value)).split("\n")[0])))
    return widths


class _Formats:
    """One format for each combination: a workbook may hold only so many."""

    def __init__(self, book: xlsxwriter.Workbook):
        self._book, self._made = book, {}

    def get(self, number_format: str, value: Any, is_marked: bool):
        code = number_format or ("yyyy/m/d" if isinstance(value, date) else "General")
        if (code, is_marked) not in self._made:
            self._made[code, is_marked] = self._book.add_format({"num_format": code, **(MARKED if is_marked else {})})
        return self._made[code, is_marked]


def _write_cell(page: Worksheet, row: int, column: int, value: Any, cell_format) -> None:
    """Texts stay texts, whatever they begin with; a number that Excel cannot hold becomes one."""
    if value is None:
        page.write_blank(row, column, None, cell_format)
    elif isinstance(value, bool):
        page.write_boolean(row, column, value, cell_format)
    elif isinstance(value, datetime | date):
        page.write_datetime(row, column, value, cell_format)
    elif isinstance(value, Decimal) and value.is_finite() and len(value.as_tuple().digits) <= EXACT_DIGITS:
        page.write_number(row, column, value, cell_format)
    else:
        page.write_string(row, column, _safe(value if isinstance(value, str) else plain_text(value)), cell_format)
