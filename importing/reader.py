"""The one door for spreadsheet files of the import: bytes in, plain cells out. What a file is, its content says, never its name.

Reads .xlsx and .xlsm, .csv, .ods, and .xls in a child process; every other file gets a sentence that says what to send instead.
Formulas, macros and links are never run or followed: the values are those that were saved.
"""
import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any

from common.sheets import CODECS, MAX_BYTES, OLE2, TOO_LARGE, SheetError, decoded
from importing.book import Book, Sheet
from importing.formats.excel_values import BUILTIN_FORMATS, excel_value
from importing.formats.grid import LOCKED, NO_SHEET, TOO_MANY_SHEETS, Allowance, GrowingSheet
from importing.formats.ods import CONTENT, read_ods
from importing.formats.xlsx import read_xlsx
from importing.formats.xml_parts import Package

PROJECT = Path(__file__).resolve().parent.parent
CHILD_SECONDS = 5
PROBLEMS = {"locked": LOCKED, "too_large": TOO_LARGE, "too_many_sheets": TOO_MANY_SHEETS}
EMPTY_FILE = "ファイルが空です。表を書いたファイルを選んでください。"
EMPTY_SHEETS = "どのシートにも値がありません。表を書いたファイルを選んでください。"
OLD_BROKEN = "古い形式（.xls）のファイルとして読めません。Excel で開いて、.xlsx に保存し直してください。"
SAVE_AGAIN = "Excel の「CSV UTF-8」か .xlsx で保存し直してください。"
ENCODING = f"文字コードを読み取れません。{SAVE_AGAIN}"
WEB_PAGE = "Web ページ（HTML や XML）の形式のファイルです。Excel で開いて、.xlsx に保存し直してください。"
BINARY = "バイナリ形式（.xlsb）のファイルです。Excel で開いて、.xlsx に保存し直してください。"
SEND_A_SHEET = "です。表を書いた Excel（.xlsx）か CSV のファイルを選んでください。"
MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<(?:!doctype|!--|html|head|meta|body|table|\?xml)|mime-version:)", re.IGNORECASE)
FOREIGN = (
    (b"%PDF", "PDF のファイル"),
    (b"\x89PNG", "画像のファイル"),
    (b"\xff\xd8\xff", "画像のファイル"),
    (b"GIF8", "画像のファイル"),
    (b"{\\rtf", "Word の文書"),
)
FOREIGN_PARTS = (("word/document.xml", "Word の文書"), ("ppt/presentation.xml", "PowerPoint のファイル"))
FOREIGN_STREAMS = (("WordDocument", "Word の文書"), ("PowerPoint Document", "PowerPoint のファイル"))
# cp932 takes almost any bytes; these come out when they were written in another encoding, or are no text at all.
MISREAD = re.compile("[\x80\xa0\uf8f0-\uf8f3]")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# ISO-2022-JP is plain ASCII but for this.
ESCAPE = "\x1b"


def read_book(data: bytes, file_name: str) -> Book:
    """The sheets of an uploaded file. Raises SheetError with one Japanese sentence for whatever cannot be read whole."""
    if not data.strip(b"\0 \t\r\n"):
        raise SheetError(EMPTY_FILE)
    if len(data) > MAX_BYTES:
        raise SheetError("ファイルが10MBを超えています。必要なシートと行だけにしてください。")
    sheets = _sheets(data, file_name)
    if not any(sheet.rows for sheet in sheets):
        raise SheetError(EMPTY_SHEETS)
    return Book(file_name, sheets)


def _sheets(data: bytes, file_name: str) -> tuple[Sheet, ...]:
    if data.startswith(OLE2):
        return _old_sheets(data)
    if data.startswith(b"PK"):
        return _packed_sheets(Package(data))
    if MARKUP.match(data):
        raise SheetError(WEB_PAGE)
    _refuse(kind for start, kind in FOREIGN if data.startswith(start))
    return (_csv_sheet(data, file_name),)


def _refuse(kinds: Iterator[str]) -> None:
    kind = next(kinds, None)
    if kind:
        raise SheetError(kind + SEND_A_SHEET)


def _packed_sheets(package: Package) -> tuple[Sheet, ...]:
    if "xl/workbook.bin" in package.names:
        raise SheetError(BINARY)
    _refuse(kind for part, kind in FOREIGN_PARTS if part in package.names)
    return read_ods(package) if CONTENT in package.names else read_xlsx(package)


def _csv_sheet(data: bytes, file_name: str) -> Sheet:
    sheet = GrowingSheet(PurePath(file_name).stem, Allowance())
    lines = csv.reader(io.StringIO(_csv_text(data), newline=""), strict=True)
    try:
        for row, texts in enumerate(lines):
            for column, text in enumerate(texts):
                sheet.put(row, column, text)
    except csv.Error as error:
        raise SheetError(f"CSV の{lines.line_num}行目の引用符（\"）を読み取れません。{SAVE_AGAIN}") from error
    return sheet.finished()


def _csv_text(data: bytes) -> str:
    if data.startswith(UTF_16) or (b"\0" not in data and not any(_is_encoded(data, codec) for codec in CODECS)):
        raise SheetError(ENCODING)
    text = decoded(data)
    if ESCAPE in text or (not _is_encoded(data, "utf-8") and (MISREAD.search(text) or _is_encoded(data, "euc_jp"))):
        raise SheetError(ENCODING)
    return text


def _is_encoded(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _old_sheets(data: bytes) -> tuple[Sheet, ...]:
    if _mentions(data, "EncryptedPackage"):
        raise SheetError(LOCKED)
    _refuse(kind for stream, kind in FOREIGN_STREAMS if _mentions(data, stream))
    answer = _child_answer(data)
    if "problem" in answer:
        raise SheetError(PROBLEMS[answer["problem"]])
    if not answer["sheets"]:
        raise SheetError(NO_SHEET)
    allowance = Allowance()
    return tuple(_old_sheet(described, allowance, answer["is_1904"]) for described in answer["sheets"])


def _mentions(data: bytes, name: str) -> bool:
    """Whether an OLE2 file has a stream of that name in its directory."""
    return f"{name}\0".encode("utf-16-le") in data


def _child_answer(data: bytes) -> dict[str, Any]:
    try:
        child = subprocess.run(
            [sys.executable, "-m", "importing.legacy_reader"],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=PROJECT,
            # No secrets for a process that reads strangers' files.
            env={},
            timeout=CHILD_SECONDS,
            check=True,
        )
        return json.loads(child.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise SheetError(OLD_BROKEN) from error


def _old_sheet(described: dict[str, Any], allowance: Allowance, is_1904: bool) -> Sheet:
    sheet = GrowingSheet(described["name"], allowance, described["is_hidden"])
    for row, column, value, code in described["cells"]:
        number_format = BUILTIN_FORMATS.get(code, "General") if isinstance(code, int) else code
        sheet.put(row, column, excel_value(repr(value), number_format, is_1904) if isinstance(value, float) else value, number_format)
    for area in described["merged"]:
        sheet.merge(*area)
    return sheet.finished()
