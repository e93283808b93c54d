"""A workbook as plain values: what every kind of spreadsheet file becomes before anybody asks what it means."""
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

# Stands in a cell whose formula was saved without its result: written by a program, never calculated by a spreadsheet.
FORMULA_WITHOUT_RESULT = "#FORMULA?"


@dataclass(frozen=True)
class Cell:
    """One cell: numbers exactly as stored, texts as typed, errors as their text (#DIV/0!), None where it is empty."""

    value: str | Decimal | date | datetime | bool | None
    number_format: str = ""


@dataclass(frozen=True)
class Sheet:
    """The cells of one sheet without empty rows and columns at its end; all rows are equally long.

    `merged` holds (top, left, bottom, right), counted from 0, the last row and column included; `hidden_rows` those of an .xlsx.
    """

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    is_hidden: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Book:
    """One uploaded file."""

    file_name: str
    sheets: tuple[Sheet, ...]


def address(row: int, column: int) -> str:
    """The name people know a cell by, both counted from 0: row 7, column 7 is "H8"."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"
