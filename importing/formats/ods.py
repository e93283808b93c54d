"""OpenDocument spreadsheets (.ods), as LibreOffice and prefectures send them."""
import re
from typing import Any

from common.sheets import SheetError
from importing.book import FORMULA_WITHOUT_RESULT, Sheet
from importing.formats.excel_values import excel_number, iso_moment
from importing.formats.grid import LOCKED, NO_SHEET, TOO_MANY_SHEETS, Allowance, GrowingSheet
from importing.formats.limits import MAX_SHEETS
from importing.formats.xml_parts import Package, Part

CONTENT = "content.xml"
MANIFEST = "META-INF/manifest.xml"
# Beside the cells: comments, readings 「ふりがな」, former versions, copies of linked tables, drawings.
BESIDE = frozenset(("annotation", "ruby-text", "tracked-changes", "dde-links", "shapes", "frame", "custom-shape", "note"))
# What programs write as the value of such a cell is 0.
ERROR = re.compile(r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!)|Err:[0-9]+")
LONGEST_SPACE = 30
FORMATS = {"percentage": "0%", "date": "yyyy/m/d", "time": "h:mm"}


def read_ods(package: Package) -> tuple[Sheet, ...]:
    """Every sheet, hidden ones included. Raises SheetError."""
    manifest, tables = _Manifest(), _Tables()
    if MANIFEST in package.names:
        package.read(MANIFEST, manifest)
    if manifest.is_encrypted:
        raise SheetError(LOCKED)
    package.read(CONTENT, tables)
    if not tables.sheets:
        raise SheetError(NO_SHEET)
    return tuple(tables.sheets)


class _Manifest(Part):
    def __init__(self):
        super().__init__()
        self.is_encrypted = False
        self.starts = {"encryption-data": self._encrypted}

    def _encrypted(self, attrs):
        self.is_encrypted = True


class _Tables(Part):
    """All tables of the document. A row or cell may say how often it is repeated: up to the last row of the sheet."""

    def __init__(self):
        super().__init__()
        self.sheets: list[Sheet] = []
        self._allowance = Allowance()
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._sheet: GrowingSheet | None = None
        self._skipped_depth = 0
        self.starts = {
            "style": self._begin_style,
            "table-properties": self._table_properties,
            "table": self._begin_table,
            "table-row": self._begin_row,
            "table-cell": self._begin_cell,
            "covered-table-cell": self._begin_cell,
            "p": self._begin_paragraph,
            "s": self._spaces,
            "tab": lambda attrs: self.characters("\t"),
            "line-break": lambda attrs: self.characters("\n"),
        }
        self.ends = {
            "table": self._end_table,
            "table-row": self._end_row,
            "table-cell": self._end_cell,
            "covered-table-cell": self._end_cell,
            "p": self._end_paragraph,
        }
        self._cell: dict[str, str] | None = None

    def startElement(self, name, attrs):
        if self._skipped_depth or self._is_beside(name):
            self._skipped_depth += 1
            self.events += 1
            self.depth += 1
        else:
            super().startElement(name, attrs)

    def endElement(self, name):
        if self._skipped_depth:
            self._skipped_depth -= 1
            self.depth -= 1
        else:
            super().endElement(name)

    def characters(self, content):
        if not self._skipped_depth:
            super().characters(content)

    def _is_beside(self, name: str) -> bool:
        """Directly in a cell only paragraphs are its text: anything else is a drawing, a form, an annotation."""
        local = name.rpartition(":")[2]
        return local in BESIDE or (self._cell is not None and self._text is None and local != "p")

    def _begin_style(self, attrs):
        self._style = attrs.get("style:name", "")

    def _table_properties(self, attrs):
        if attrs.get("table:display") == "false":
            self._hidden_styles.add(self._style)

    def _begin_table(self, attrs):
        if len(self.sheets) == MAX_SHEETS:
            raise SheetError(TOO_MANY_SHEETS)
        self._sheet = GrowingSheet(attrs.get("table:name", ""), self._allowance, attrs.get("table:style-name") in self._hidden_styles)
        self._row = 0

    def _end_table(self):
        self.sheets.append(self._sheet.finished())

    def _begin_row(self, attrs):
        self._row_repeats = _count(attrs, "table:number-rows-repeated")
        self._column = 0
        self._cells: list[tuple[int, Any, str]] = []

    def _end_row(self):
        # A filled row repeated endlessly ends at the sheet's last row or with the book's allowance.
        for row in range(self._row + 1, self._row + self._row_repeats if self._cells else 0):
            for cell in self._cells:
                self._sheet.put(row, *cell)
        self._row += self._row_repeats

    def _begin_cell(self, attrs):
        self._cell = dict(attrs.items())
        self._paragraphs: list[str] = []

    def _begin_paragraph(self, attrs):
        # Messages of validation rules are paragraphs as well, outside every cell.
        if self._cell is not None:
            self.collect()

    def _end_paragraph(self):
        if self._cell is not None:
            self._paragraphs.append(self.collected())

    def _spaces(self, attrs):
        self.characters(" " * min(_count(attrs, "text:c"), LONGEST_SPACE))

    def _end_cell(self):
        attrs, self._cell = self._cell, None
        value, number_format = _value(attrs, "\n".join(self._paragraphs)), FORMATS.get(attrs.get("office:value-type"), "")
        repeats = _count(attrs, "table:number-columns-repeated")
        for column in range(self._column, self._column + repeats if value not in (None, "") else 0):
            self._sheet.put(self._row, column, value, number_format)
            self._cells.append((column, value, number_format))
        self._merge(_count(attrs, "table:number-columns-spanned"), _count(attrs, "table:number-rows-spanned"))
        self._column += repeats

    def _merge(self, width: int, height: int) -> None:
        if width > 1 or height > 1:
            self._sheet.merge(self._row, self._column, self._row + height - 1, self._column + width - 1)


def _count(attrs, name: str) -> int:
    return int(attrs.get(name, 1))


def _value(attrs: dict[str, str], text: str) -> Any:
    kind = attrs.get("office:value-type")
    if attrs.get("calcext:value-type") == "error" or ERROR.fullmatch(text):
        return text
    if kind is None:
        return FORMULA_WITHOUT_RESULT if "table:formula" in attrs and not text else text
    return READERS.get(kind, _text)(attrs, text)


def _number(attrs: dict[str, str], text: str) -> Any:
    return excel_number(attrs["office:value"])


def _date(attrs: dict[str, str], text: str) -> Any:
    return iso_moment(attrs["office:date-value"])


def _boolean(attrs: dict[str, str], text: str) -> bool:
    return attrs["office:boolean-value"] == "true"


def _text(attrs: dict[str, str], text: str) -> str:
    return text or attrs.get("office:string-value", "")


READERS = {"float": _number, "currency": _number, "percentage": _number, "date": _date, "boolean": _boolean}
