"""Reads an old Excel file (.xls) in a process of its own: `python -m importing.legacy_reader`, the file on stdin, JSON on stdout.

The library for these files trusts what they say, so the kernel bounds what it may use; a crash or an endless loop ends here.
It imports nothing heavy, starts in a moment, and leaves to the parent what the values mean.
"""
import json
import os
import resource
import sys
from collections.abc import Iterator
from typing import Any

import xlrd

from importing.formats.limits import MAX_CHARACTERS, MAX_SHEETS, MAX_VALUES

LIMITS = (
    (resource.RLIMIT_AS, 256 * 1024 * 1024),
    (resource.RLIMIT_CPU, 4),
    (resource.RLIMIT_FSIZE, 0),
    (resource.RLIMIT_CORE, 0),
)
EMPTY_KINDS = (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)
SHOWN = 0


def main() -> None:
    """Write {"sheets": […], "is_1904": …} or {"problem": "locked" | "too_large" | "too_many_sheets"}.

    A broken file ends in an exception, a hostile one at a limit; the parent sees either by the exit code.
    """
    stay_small()
    json.dump(_answer(sys.stdin.buffer.read()), sys.stdout)


def stay_small() -> None:
    """From now on the kernel refuses this process more memory, more time and every file."""
    for kind, most in LIMITS:
        resource.setrlimit(kind, (most, most))


def _answer(data: bytes) -> dict[str, Any]:
    try:
        with open(os.devnull, "w") as nowhere:
            # Ragged: one cell in the last corner must not bring all the others into being.
            book = xlrd.open_workbook(file_contents=data, formatting_info=True, ragged_rows=True, logfile=nowhere)
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            return {"problem": "locked"}
        raise
    if book.nsheets > MAX_SHEETS:
        return {"problem": "too_many_sheets"}
    return _described(book)


def _described(book: xlrd.Book) -> dict[str, Any]:
    cells = [list(_cells(book, sheet)) for sheet in book.sheets()]
    if sum(map(len, cells)) > MAX_VALUES or _characters(cells) > MAX_CHARACTERS:
        return {"problem": "too_large"}
    sheets = [_sheet(sheet, found) for sheet, found in zip(book.sheets(), cells, strict=True)]
    return {"is_1904": book.datemode == 1, "sheets": sheets}


def _sheet(sheet: xlrd.sheet.Sheet, cells: list) -> dict[str, Any]:
    merged = [(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells]
    return {"name": sheet.name, "is_hidden": sheet.visibility != SHOWN, "merged": merged, "cells": cells}


def _cells(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> Iterator[tuple[int, int, Any, str | int]]:
    """(row, column, value, number format) of every filled cell; a format is its code or, when the file has none, its number."""
    for row in range(sheet.nrows):
        for column, cell in enumerate(sheet.row(row)):
            if cell.ctype not in EMPTY_KINDS:
                format_key = book.xf_list[cell.xf_index].format_key
                yield row, column, _value(cell), book.format_map[format_key].format_str or format_key


def _value(cell: xlrd.sheet.Cell) -> str | float | bool:
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    return xlrd.error_text_from_code.get(cell.value, "#ERROR!") if cell.ctype == xlrd.XL_CELL_ERROR else cell.value


def _characters(sheets: list[list[tuple]]) -> int:
    return sum(len(cell[2]) for cells in sheets for cell in cells if isinstance(cell[2], str))


if __name__ == "__main__":
    main()
