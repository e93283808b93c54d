"""Sheets growing cell by cell within one book's allowance: the same bounds and the same clean texts for every kind of file."""
from dataclasses import dataclass
from typing import Any

from common.sheets import MAX_CELL_CHARACTERS, MAX_COLUMNS, MAX_ROWS, TOO_LARGE, UNWRITABLE, SheetError, restored
from importing.book import Cell, Sheet, address
from importing.formats.limits import MAX_CHARACTERS, MAX_PLACES, MAX_SHEETS, MAX_VALUES

LOCKED = "パスワード付きのファイルです。パスワードを外して保存し直してください。"
NO_SHEET = "表のあるシートがありません。表を書いたシートのあるファイルを選んでください。"
TOO_MANY_SHEETS = f"シートが{MAX_SHEETS}枚を超えています。必要なシートだけにしてください。"
OUT_OF_BOUNDS = f"は、読める範囲（{MAX_ROWS:,}行・{MAX_COLUMNS}列）の外です。値を消すか、表の近くに移してください。"
TOO_LONG = f"が{MAX_CELL_CHARACTERS:,}文字を超えています。文章を短くしてください。"
EMPTY = Cell(None)


@dataclass
class Allowance:
    """What is left of the size one book may have."""

    values: int = MAX_VALUES
    characters: int = MAX_CHARACTERS
    places: int = MAX_PLACES

    def take(self, *, values: int = 0, characters: int = 0, places: int = 0) -> None:
        """Use some of it up. Raises SheetError once nothing is left."""
        self.values -= values
        self.characters -= characters
        self.places -= places
        if self.values < 0 or self.characters < 0 or self.places < 0:
            raise SheetError(TOO_LARGE)


class GrowingSheet:
    """Takes the cells of a sheet in any order; rows and columns count from 0."""

    def __init__(self, name: str, allowance: Allowance, is_hidden: bool = False):
        self.name = name
        self.is_hidden = is_hidden
        self._allowance = allowance
        self._rows: dict[int, dict[int, Cell]] = {}
        self._merged: list[tuple[int, int, int, int]] = []
        self._hidden_rows: set[int] = set()

    def put(self, row: int, column: int, value: Any, number_format: str = "") -> None:
        """Keep a value; an empty one leaves no trace, wherever it stands. Raises SheetError naming a cell out of bounds."""
        text = value if isinstance(value, str) else ""
        if value is None or (value == text and not text.strip()):
            return
        if not (0 <= row < MAX_ROWS and 0 <= column < MAX_COLUMNS):
            raise SheetError(self._place(row, column) + OUT_OF_BOUNDS)
        if len(text) > MAX_CELL_CHARACTERS:
            raise SheetError(self._place(row, column) + TOO_LONG)
        self._allowance.take(values=1, characters=len(text))
        self._rows.setdefault(row, {})[column] = Cell(restored(UNWRITABLE.sub("", text)) if text else value, number_format)

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        self._allowance.take(values=1)
        self._merged.append((top, left, bottom, right))

    def hide(self, row: int) -> None:
        if 0 <= row < MAX_ROWS:
            self._hidden_rows.add(row)

    def finished(self) -> Sheet:
        """The sheet as it stands, cut off behind its last row and column with a value. Raises SheetError when it is too wide."""
        height = max(self._rows, default=-1) + 1
        width = max((max(cells) for cells in self._rows.values()), default=-1) + 1
        self._allowance.take(places=len(self._rows) * width)
        blank = (EMPTY,) * width
        rows = (tuple(map(self._rows[row].get, range(width), blank)) if row in self._rows else blank for row in range(height))
        merged = ((top, left, min(bottom, height - 1), min(right, width - 1)) for top, left, bottom, right in self._merged)
        hidden_rows = frozenset(row for row in self._hidden_rows if row in self._rows)
        return Sheet(self.name, tuple(rows), self.is_hidden, tuple(area for area in merged if _has_several(*area)), hidden_rows)

    def _place(self, row: int, column: int) -> str:
        return f"シート「{self.name}」の {address(row, column)} "


def _has_several(top: int, left: int, bottom: int, right: int) -> bool:
    return top <= bottom and left <= right and (top, left) != (bottom, right)
