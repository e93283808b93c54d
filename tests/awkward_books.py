"""Spreadsheet files as they really arrive, and some that nobody means well with, all made on the spot."""
import io
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import openpyxl
import xlsxwriter
import xlwt

from common.sheets import BROKEN, MAX_BYTES, TOO_LARGE
from importing.formats.grid import LOCKED, NO_SHEET, TOO_MANY_SHEETS
from importing.formats.limits import MAX_ELEMENTS, MAX_VALUES
from importing.reader import BINARY, EMPTY_FILE, EMPTY_SHEETS, ENCODING, OLD_BROKEN, SEND_A_SHEET, WEB_PAGE

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
ODS = 'xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s" xmlns:draw="d" xmlns:calcext="c"'
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ONE_CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'
BILLION_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "haha">' + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True)) + "]>"
)
QUADRATIC = f'<!DOCTYPE x [<!ENTITY a "{"あ" * 50_000}">]>'


def a_zip(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return file.getvalue()


def relations(*targets: tuple[str, str]) -> str:
    listed = "".join(f'<Relationship Id="r{n}" Type="{OFFICE}/{kind}" Target="{path}"/>' for n, (kind, path) in enumerate(targets))
    return f'<Relationships xmlns="{PACKAGE}">{listed}</Relationships>'


def a_worksheet(rows: str, beside: str = "", before: str = "") -> str:
    return f"{before}<worksheet {MAIN}><sheetData>{rows}</sheetData>{beside}</worksheet>"


def an_xlsx(
    *sheets: str,
    strings: str = "",
    styles: str = "",
    states: Sequence[str] = (),
    settings: str = "",
    kind: str = "worksheet",
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """A workbook from the XML of its sheets, named Sheet0, Sheet1 …"""
    listed = "".join(f'<sheet name="Sheet{n}" sheetId="{n + 1}" r:id="r{n}" {dict(enumerate(states)).get(n, "")}/>' for n in range(len(sheets)))
    beside = (("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml"))
    parts = {
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f"<workbook {MAIN}>{settings}<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations(*((kind, f"/xl/worksheets/sheet{n}.xml") for n in range(len(sheets))), *beside),
        "xl/sharedStrings.xml": f"<sst {MAIN}>{strings}</sst>",
        "xl/styles.xml": f"<styleSheet {MAIN}>{styles}</styleSheet>",
    }
    return a_zip(parts | {f"xl/worksheets/sheet{n}.xml": sheet for n, sheet in enumerate(sheets)}, method)


def a_row(*cells: str) -> str:
    return f'<row r="1">{"".join(cells)}</row>'


def one_row(*cells: str, **parts) -> bytes:
    return an_xlsx(a_worksheet(a_row(*cells)), **parts)


def formatted(code: str, value: str, settings: str = "") -> bytes:
    """A workbook with one number in a cell of that format; a code of digits is the number of a built-in one."""
    if code.isdigit():
        styles = f'<cellXfs><xf numFmtId="0"/><xf numFmtId="{code}"/></cellXfs>'
    else:
        quoted = code.replace('"', "&quot;")
        styles = f'<numFmts><numFmt numFmtId="170" formatCode="{quoted}"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs>'
    return one_row(f'<c r="A1" s="1"><v>{value}</v></c>', styles=styles, settings=settings)


def by_openpyxl(fill: Callable) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def by_xlsxwriter(fill: Callable) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    fill(book)
    book.close()
    return file.getvalue()


def by_xlwt(fill: Callable) -> bytes:
    book = xlwt.Workbook(encoding="cp932")
    fill(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def an_ods(tables: str, styles: str = "", manifest: str = "<manifest/>", before: str = "") -> bytes:
    content = f"<office:document-content {ODS}>{styles}<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    parts = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "META-INF/manifest.xml": manifest, "content.xml": before + content}
    return a_zip(parts)


def an_ods_row(*cells: str) -> bytes:
    return an_ods(f'<table:table table:name="表"><table:table-row>{"".join(cells)}</table:table-row></table:table>')


def an_ods_cell(kind: str, value: str, text: str, beside: str = "") -> str:
    return f'<table:table-cell office:value-type="{kind}" {value}>{beside}<text:p>{text}</text:p></table:table-cell>'


def an_old_book(book: xlwt.Workbook) -> None:
    sheet = book.add_sheet("実績")
    sheet.write(0, 0, "指標")
    sheet.write(0, 1, 0.875, xlwt.easyxf(num_format_str="0.0%"))
    sheet.write(0, 2, datetime(2024, 3, 1), xlwt.easyxf(num_format_str="yyyy/m/d"))
    sheet.write(0, 3, 1234)
    sheet.row(0).set_cell_error(4, "#DIV/0!")
    sheet.row(0).set_cell_boolean(5, True)
    sheet.write_merge(1, 2, 0, 1, "結合")
    book.add_sheet("控え").visibility = 1


def an_old_echo(book: xlwt.Workbook) -> None:
    """A small file that says the same long text a thousand times."""
    sheet = book.add_sheet("a")
    for row in range(1_000):
        sheet.write(row, 0, LONG_TEXT)


def macros(book: openpyxl.Workbook) -> None:
    book.active["A1"] = "マクロ付き"


def with_macros() -> bytes:
    """An .xlsm: a workbook with a vbaProject beside it."""
    file = io.BytesIO(by_openpyxl(macros))
    with zipfile.ZipFile(file, "a") as package:
        package.writestr("xl/vbaProject.bin", OLE2 * 100)
    return file.getvalue()


def an_actuals_sheet(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("実績")
    sheet.write_row(0, 0, ["指標", "令和6年度"])
    sheet.write_row(1, 0, ["新規就農者数", 12])
    sheet.set_row(1, None, None, {"hidden": True})
    sheet.write_datetime(2, 1, datetime(2024, 3, 1), book.add_format({"num_format": "yyyy/m/d"}))
    sheet.write_number(3, 1, 0.64, book.add_format({"num_format": "0%"}))
    sheet.merge_range("A6:B7", "結合")
    sheet.set_row(9_000, None, book.add_format({"bg_color": "yellow"}))
    book.add_worksheet("控え").hide()
    book.add_worksheet("極秘").very_hidden()
    book.add_chartsheet("グラフ")


def an_ole2(*streams: str) -> bytes:
    """What an old or an encrypted file looks like from outside: a header and a directory of streams."""
    return OLE2 + bytes(504) + b"".join(f"{name}\0".encode("utf-16-le").ljust(128, b"\0") for name in streams)


def a_raw_xls(*records: tuple[int, bytes]) -> bytes:
    """A .xls whose workbook stream holds these records."""
    data = by_xlwt(an_old_book)
    start = data.index(struct.pack("<HH", 0x809, 16))
    stream = b"".join(struct.pack("<HH", kind, len(content)) + content for kind, content in records)
    return data[: start + 20] + stream + data[start + 20 + len(stream) :]


def a_filled_sheet(rows: int, columns: int, cell: str = "<c><v>1</v></c>") -> str:
    return a_worksheet(f"<row>{cell * columns}</row>" * rows)


def with_flag(data: bytes, flag: int) -> bytes:
    """A zip whose directory sets that flag on every entry."""
    start = data.index(b"PK\x01\x02")
    return data[:start] + data[start:].replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00" + struct.pack("<H", flag))


def with_bytes_at(data: bytes, start: int, other: bytes) -> bytes:
    return data[:start] + other + data[start + len(other) :]


def an_actuals_book() -> bytes:
    return by_xlsxwriter(an_actuals_sheet)


def half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def stored(*sheets: str, **parts) -> bytes:
    """A workbook that says openly how large it is."""
    return an_xlsx(*sheets, method=zipfile.ZIP_STORED, **parts)


def many_attributes() -> bytes:
    names = " ".join(f'a{number}=""' for number in range(900_000))
    return stored(f"<a {names}/>")


def many_names() -> bytes:
    return stored("".join(f"<a{number}/>" for number in range(900_000)))


def a_ragged_sheet() -> str:
    return a_worksheet("".join(f'<row><c r="GR{row}"><v>1</v></c></row>' for row in range(1, 5_001)))


def one_text_everywhere() -> bytes:
    return stored(a_filled_sheet(100, 100, '<c t="s"><v>0</v></c>'), strings=f"<si><t>{LONG_TEXT}</t></si>")


def an_ods_row_repeated(times: int) -> bytes:
    return an_ods(f'<table:table table:name="表"><table:table-row table:number-rows-repeated="{times}">{AN_ODS_ONE}</table:table-row></table:table>')


LONG_TEXT = "あ" * 32_000
AN_ODS_ONE = an_ods_cell("float", 'office:value="1"', "1")
AN_ENDLESS_ODS_CELL = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="1000000000"/>'
A_FAR_CELL = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
A_LAST_CELL = '<row r="20000"><c r="GR20000"><v>1</v></c></row>'
LOCKED_MANIFEST = "<manifest><file-entry><encryption-data/></file-entry></manifest>"
FOREIGN_ENTITY = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
OUTSIDE = "は、読める範囲（20,000行・200列）の外です。"
CSV_TEXT = "指標,令和6年度\r\n新規就農者数,12\r\n"
# Records of an old workbook: its beginning, "a password protects what follows", the table of its texts.
BOF, FILEPASS, SST = (0x809, bytes((0, 6, 5, 0)) + bytes(12)), 0x2F, 0xFC

# What nobody can read, or should: how to make it, and how the sentence about it begins. Made only when it is needed.
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", EMPTY_FILE),
    "blanks": (lambda: b"\0\0\r\n  ", EMPTY_FILE),
    "commas": (lambda: b",,,\r\n,,,\r\n", EMPTY_SHEETS),
    "too many bytes": (lambda: b"1" * (MAX_BYTES + 1), "ファイルが10MBを超えています。"),
    "half a file": (lambda: half(an_actuals_book()), BROKEN),
    "a damaged file": (lambda: with_bytes_at(an_actuals_book(), 300, b"?" * 3_000), BROKEN),
    "a zip of something else": (lambda: a_zip({"a.txt": "x"}), BROKEN),
    "a sheet that is no XML": (lambda: an_xlsx("<worksheet><sheetData>"), BROKEN),
    "a cell that is no number": (lambda: one_row("<c><v>x</v></c>"), BROKEN),
    "a missing text": (lambda: one_row('<c t="s"><v>5</v></c>'), BROKEN),
    "a Word file": (lambda: a_zip({"word/document.xml": "<x/>"}), "Word の文書" + SEND_A_SHEET),
    "an old Word file": (lambda: an_ole2("WordDocument"), "Word の文書" + SEND_A_SHEET),
    "a PDF": (lambda: b"%PDF-1.7\n%\xe2\xe3", "PDF のファイル" + SEND_A_SHEET),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n\0", "画像のファイル" + SEND_A_SHEET),
    "the binary kind of workbook": (lambda: a_zip({"xl/workbook.bin": "x"}), BINARY),
    "a page saved as .xls": (lambda: b"\r\n<html xmlns:o='urn:x'><table><tr><td>1</td></tr></table></html>", WEB_PAGE),
    "a single-file page": (lambda: b"MIME-Version: 1.0\r\nContent-Type: multipart/related", WEB_PAGE),
    "the XML of Excel 2003": (lambda: b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', WEB_PAGE),
    "a workbook with a password": (lambda: an_ole2("EncryptionInfo", "EncryptedPackage"), LOCKED),
    "an old workbook with a password": (lambda: a_raw_xls(BOF, (FILEPASS, bytes(54))), LOCKED),
    "an .ods with a password": (lambda: an_ods("", manifest=LOCKED_MANIFEST), LOCKED),
    "a zip with a password": (lambda: with_flag(one_row("<c><v>1</v></c>"), 1), LOCKED),
    "half an old workbook": (lambda: half(by_xlwt(an_old_book)), OLD_BROKEN),
    "an old workbook of nonsense": (lambda: a_raw_xls(BOF, (SST, b"\xff" * 400)), OLD_BROKEN),
    "an empty shell of an old workbook": (lambda: an_ole2("Workbook"), OLD_BROKEN),
    "UTF-16": (lambda: CSV_TEXT.encode("utf-16"), ENCODING),
    "EUC-JP": (lambda: CSV_TEXT.encode("euc_jp"), ENCODING),
    "EUC-JP that cp932 takes for half-width katakana": (lambda: "ア,イウ\r\n".encode("euc_jp"), ENCODING),
    "ISO-2022-JP": (lambda: CSV_TEXT.encode("iso2022_jp"), ENCODING),
    "binary": (lambda: bytes(range(256)) * 10, "Excel（.xlsx）と CSV のどちらとしても読めません。"),
    "binary without zeros": (lambda: b"\x80\xfd\xfe\r\n" * 10, ENCODING),
    "an open quote": (lambda: b'a,b\r\n"1,2\r\n', 'CSV の2行目の引用符（"）を読み取れません。'),
    "300 sheets": (lambda: an_xlsx(*["<worksheet/>"] * 300), TOO_MANY_SHEETS),
    "300 old sheets": (lambda: by_xlwt(lambda book: [book.add_sheet(str(number)) for number in range(300)]), TOO_MANY_SHEETS),
    "300 tables": (lambda: an_ods('<table:table table:name="表"/>' * 300), TOO_MANY_SHEETS),
    "no sheet": (lambda: an_xlsx(), NO_SHEET),
    "only a chart": (lambda: an_xlsx("<chartsheet/>", kind="chartsheet"), NO_SHEET),
    "an .ods without a table": (lambda: an_ods(""), NO_SHEET),
    "empty sheets": (lambda: an_xlsx(a_worksheet(""), a_worksheet("")), EMPTY_SHEETS),
    "a far cell": (lambda: an_xlsx(a_worksheet(ONE_CELL + A_FAR_CELL)), f"シート「Sheet0」の XFD1048576 {OUTSIDE}"),
    "a cell above the sheet": (lambda: one_row('<c r="A0"><v>1</v></c>'), f"シート「Sheet0」の A0 {OUTSIDE}"),
    "a far old cell": (lambda: by_xlwt(lambda book: book.add_sheet("a").write(65_535, 255, 1)), f"シート「a」の IV65536 {OUTSIDE}"),
    "a far line": (lambda: b"\r\n" * 20_000 + b"1\r\n", f"シート「awkward」の A20001 {OUTSIDE}"),
    "an endless row": (lambda: an_ods_row(AN_ENDLESS_ODS_CELL), f"シート「表」の GS1 {OUTSIDE}"),
    "endless rows": (lambda: an_ods_row_repeated(999_999_999), f"シート「表」の A20001 {OUTSIDE}"),
    "a text too long": (lambda: f"1,{'あ' * 40_000}".encode(), "シート「awkward」の B1 が32,767文字を超えています。"),
    "endless text": (lambda: stored(a_worksheet(a_row(f'<c t="str"><v>{"あ" * 2_000_000}</v></c>'))), TOO_LARGE),
    "a bomb": (lambda: a_zip({"xl/workbook.xml": b"0" * 120_000_000}), TOO_LARGE),
    "too many parts": (lambda: a_zip({str(number): "" for number in range(1_001)}), TOO_LARGE),
    "a method no spreadsheet uses": (lambda: one_row("<c><v>1</v></c>", method=zipfile.ZIP_LZMA), BROKEN),
    "too many values": (lambda: stored(a_filled_sheet(MAX_VALUES // 100 + 1, 100)), TOO_LARGE),
    "too many empty cells": (lambda: stored(a_filled_sheet(1, MAX_ELEMENTS, "<c/>")), TOO_LARGE),
    "too many places": (lambda: an_xlsx(*[a_ragged_sheet()] * 3), TOO_LARGE),
    "too many merged cells": (lambda: stored(a_worksheet(ONE_CELL, '<mergeCell ref="A1:B1"/>' * MAX_VALUES)), TOO_LARGE),
    "one long text in every cell": (one_text_everywhere, TOO_LARGE),
    "a deep nest": (lambda: stored("<a>" * 2_000_000), TOO_LARGE),
    "an endless start tag": (many_attributes, TOO_LARGE),
    "endless names": (many_names, BROKEN),
    "a billion laughs": (lambda: an_xlsx(a_worksheet(a_row('<c t="str"><v>&i;</v></c>'), before=BILLION_LAUGHS)), BROKEN),
    "a billion laughs in an .ods": (lambda: an_ods("&i;", before=BILLION_LAUGHS), BROKEN),
    "a quadratic blow-up": (lambda: an_xlsx(a_worksheet(a_row(f'<c t="str"><v>{"&a;" * 50_000}</v></c>'), before=QUADRATIC)), BROKEN),
    "a foreign file": (lambda: an_xlsx(a_worksheet("&a;", before=FOREIGN_ENTITY)), BROKEN),
    "one long text in every old cell": (lambda: by_xlwt(an_old_echo), TOO_LARGE),
}
# The largest that is still taken, and what comes out.
LARGE: dict[str, tuple[Callable[[], bytes], str]] = {
    "as many values as allowed": (lambda: stored(a_filled_sheet(MAX_VALUES // 15, 15)), "1 sheets"),
    "as many sheets as allowed": (lambda: an_xlsx(*[a_worksheet(ONE_CELL)] * 60), "60 sheets"),
    "a stray cell in the last corner": (lambda: an_xlsx(a_worksheet(ONE_CELL + A_LAST_CELL)), "1 sheets"),
}
