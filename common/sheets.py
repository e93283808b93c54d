"""Spreadsheet files as plain tables: bounded reading of what people upload, writing that no formula can hide in."""
import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from common.japanese import exact, plain_text

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED_BYTES = 100 * 1024 * 1024
MAX_ENTRIES = 1_000
MAX_RATIO = 200
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_CELL_CHARACTERS = 32_767
# A spreadsheet keeps 15 digits of a number.
EXACT_DIGITS = 15
CODECS = ("utf-8-sig", "cp932")
OLE2 = b"\xd0\xcf\x11\xe0"
BROKEN = "Excel のファイルとして読めません。途中で切れていないか確かめ、Excel で開いて .xlsx に保存し直してください。"
TOO_LARGE = "ファイルの中身が大きすぎます。必要なシートと行だけにしてください。"
FORMULA_START = re.compile(r"^'*[=+\-@\t\r\n＝＋－＠]")
QUOTED_FORMULA = re.compile(r"^'+[=+\-@\t\r\n＝＋－＠]")
# What XML, and with it .xlsx, has no way to write.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class SheetError(ValueError):
    """A file that cannot be read or written; the message is one Japanese sentence for the person who sent it."""


@dataclass(frozen=True)
class Sheet:
    """A heading and the rows below it, each with its number in the file (the heading is 1). Empty cells are None or ""."""

    headers: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Any, ...]], ...]


def neutralised(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would take it for a formula. `restored` takes it back."""
    return f"'{text}" if FORMULA_START.match(text) else text


def restored(text: str) -> str:
    return text[1:] if QUOTED_FORMULA.match(text) else text


def same_text(one: str, other: str) -> bool:
    """Whether two texts differ only in what a spreadsheet file cannot keep: the kind of line break, control characters."""
    return one == other or _comparable(one) == _comparable(other)


def _comparable(text: str) -> str:
    return UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def read_sheet(data: bytes) -> Sheet:
    """The table in an .xlsx or .csv file. Raises SheetError for anything else, for too much, and for nothing."""
    if not data.strip():
        raise SheetError("ファイルが空です。見出しとデータの行があるファイルを選んでください。")
    if len(data) > MAX_BYTES:
        raise SheetError("ファイルが10MBを超えています。行を分けて、いくつかのファイルにしてください。")
    if data.startswith(OLE2):
        raise SheetError("古い形式（.xls）か、パスワード付きのファイルです。Excel で、パスワードのない .xlsx に保存し直してください。")
    return _as_sheet(_xlsx_rows(data) if data.startswith(b"PK") else _csv_rows(data))


def _as_sheet(rows: Iterator[tuple[Any, ...]]) -> Sheet:
    heading = [_header(cell) for cell in next(rows, ())]
    places = [place for place, header in enumerate(heading) if header]
    if not places:
        raise SheetError("1行目に見出しがありません。書き出したファイルと同じ見出しを、1行目に置いてください。")
    body = tuple((number, _under_headings(number, cells, places)) for number, cells in enumerate(rows, start=2) if not all(map(_is_blank, cells)))
    if not body:
        raise SheetError("データの行がありません。2行目から下に書いてください。")
    return Sheet(tuple(heading[place] for place in places), body)


def _under_headings(number: int, cells: tuple[Any, ...], places: list[int]) -> tuple[Any, ...]:
    if number > MAX_ROWS:
        raise SheetError(f"{MAX_ROWS:,}行を超えています。行を分けて、いくつかのファイルにしてください。")
    if any(not _is_blank(cell) for place, cell in enumerate(cells) if place not in places):
        raise SheetError(f"{number}行目の、見出しのない列に値があります。見出しを付けるか、値を消してください。")
    return tuple(cells[place] if place < len(cells) else None for place in places)


def _header(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _csv_rows(data: bytes) -> Iterator[tuple[str, ...]]:
    try:
        yield from map(tuple, csv.reader(io.StringIO(decoded(data), newline=""), strict=True))
    except csv.Error as error:
        raise SheetError("CSV として読めません。Excel の「CSV UTF-8」か .xlsx で保存し直してください。") from error


def decoded(data: bytes) -> str:
    """The text of a CSV file, in UTF-8 or cp932. Raises SheetError when it is neither."""
    for codec in CODECS:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise SheetError("Excel（.xlsx）と CSV のどちらとしても読めません。ファイルの種類を確かめてください。")


def _xlsx_rows(data: bytes) -> Iterator[tuple[Any, ...]]:
    check_package(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.active if hasattr(book.active, "iter_rows") else book.worksheets[0]
        for row in sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS):
            yield tuple(_cell_value(cell) for cell in row)
    except SheetError:
        raise
    except Exception as error:  # a broken file fails anywhere in openpyxl, zipfile or the XML parser
        raise SheetError(BROKEN) from error


def check_package(data: bytes) -> None:
    """An .xlsx is a zip: refuse bombs before anything is unpacked. Raises SheetError, also for what is no whole zip."""
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except zipfile.BadZipFile as error:
        raise SheetError(BROKEN) from error
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED_BYTES or unpacked > MAX_RATIO * len(data):
        raise SheetError(TOO_LARGE)


def _cell_value(cell) -> Any:
    """Numbers as Decimal, exactly as written; 0.64 in a cell formatted as per cent is the 64 that people see."""
    value = cell.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    number = Decimal(repr(value))
    return exact(number * 100) if "%" in (cell.number_format or "") else exact(number)


def write_csv(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A CSV file that Excel opens in the right encoding: UTF-8 with a byte order mark."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(headers)
    writer.writerows([_csv_text(value) for value in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _csv_text(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return plain_text(value) if isinstance(value, Decimal) else UNWRITABLE.sub("", str("" if value is None else value))


def write_xlsx(headers: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "データ") -> bytes:
    """An .xlsx file: numbers as numbers, texts as texts whatever they look like. Raises SheetError for a text no cell can hold."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for place, header in enumerate(headers, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = min(40, max(10, 2 * len(header) + 2))
    # All cells are made before the first is written: a refused text leaves no half-written file open.
    for cells in [[_text_cell(sheet, header, Font(bold=True)) for header in headers], *([_xlsx_cell(sheet, value) for value in row] for row in rows)]:
        sheet.append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _xlsx_cell(sheet, value: Any) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, Decimal) and len(exact(value).as_tuple().digits) > EXACT_DIGITS:
        return _text_cell(sheet, plain_text(value))
    if isinstance(value, str):
        return _text_cell(sheet, value)
    return value


def _text_cell(sheet, text: str, font: Font | None = None) -> WriteOnlyCell:
    if len(text) > MAX_CELL_CHARACTERS:
        raise SheetError(f"{MAX_CELL_CHARACTERS:,}文字を超える文章があり、Excel では書き出せません。CSV を選んでください。")
    cell = WriteOnlyCell(sheet, UNWRITABLE.sub("", text))
    cell.data_type, cell.number_format = "s", "@"
    if font:
        cell.font = font
    return cell
