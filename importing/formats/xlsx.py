"""Excel workbooks (.xlsx, .xlsm): values as Excel saved them; macros, formulas and everything beside the cells are left alone."""
import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from openpyxl.utils.cell import column_index_from_string, range_boundaries

from common.sheets import BROKEN, SheetError
from importing.book import FORMULA_WITHOUT_RESULT, Sheet
from importing.formats.excel_values import BUILTIN_FORMATS, excel_value, iso_moment
from importing.formats.grid import NO_SHEET, TOO_MANY_SHEETS, Allowance, GrowingSheet
from importing.formats.limits import MAX_SHEETS
from importing.formats.xml_parts import Package, Part

GENERAL = "General"
TRUE = ("1", "true")
HIDDEN = ("hidden", "veryHidden")
DIGITS = "0123456789"
# Excel writes what XML cannot hold as _x000D_, and a text that looks so as _x005F_x000D_. Halves of a pair stay as they are.
ESCAPED = re.compile(r"_x((?![Dd][89A-Fa-f])[0-9A-Fa-f]{4})_")
# Types whose formula may well result in an empty text.
TEXT_TYPES = ("str", "inlineStr")


def read_xlsx(package: Package) -> tuple[Sheet, ...]:
    """Every worksheet, hidden ones included; chart sheets have no cells and are left out. Raises SheetError."""
    path = _path(package.relations(""), "officeDocument")
    if path not in package.names:
        raise SheetError(BROKEN)
    book, parts = _Workbook(), package.relations(path)
    package.read(path, book)
    worksheets = _worksheets(book, parts)
    strings, styles = _Strings(), _Styles()
    _read_if_there(package, _path(parts, "sharedStrings"), strings)
    _read_if_there(package, _path(parts, "styles"), styles)
    allowance = Allowance()
    growing = ((GrowingSheet(name, allowance, is_hidden), place) for name, is_hidden, place in worksheets)
    return tuple(_filled(package, place, _Cells(sheet, strings.texts, styles.formats, book.is_1904)) for sheet, place in growing)


def _path(parts: dict[str, tuple[str, str]], kind: str) -> str:
    return next((path for found, path in parts.values() if found == kind), "")


def _worksheets(book: "_Workbook", parts: dict[str, tuple[str, str]]) -> list[tuple[str, bool, str]]:
    sheets = [(name, is_hidden, *parts.get(relation, ("", ""))) for name, is_hidden, relation in book.sheets]
    found = [(name, is_hidden, path) for name, is_hidden, kind, path in sheets if kind == "worksheet"]
    if not found:
        raise SheetError(NO_SHEET)
    if len(found) > MAX_SHEETS:
        raise SheetError(TOO_MANY_SHEETS)
    return found


def _read_if_there(package: Package, path: str, part: Part) -> None:
    if path in package.names:
        package.read(path, part)


def _filled(package: Package, path: str, cells: "_Cells") -> Sheet:
    package.read(path, cells)
    return cells.sheet.finished()


class _Workbook(Part):
    """Which sheets there are, under which relation, and from which year dates count."""

    def __init__(self):
        super().__init__()
        self.sheets: list[tuple[str, bool, str]] = []
        self.is_1904 = False
        self.starts = {"workbookPr": self._settings, "sheet": self._listed}

    def _settings(self, attrs):
        self.is_1904 = attrs.get("date1904") in TRUE

    def _listed(self, attrs):
        relation = next((value for name, value in attrs.items() if name.endswith(":id")), "")
        self.sheets.append((attrs["name"], attrs.get("state") in HIDDEN, relation))


class _Styles(Part):
    """The number format of every cell style, by its index."""

    def __init__(self):
        super().__init__()
        self.formats: list[str] = []
        self._codes: dict[str, str] = {}
        self._in_cell_styles = False
        self.starts = {"numFmt": self._code, "cellXfs": self._enter, "xf": self._style}
        self.ends = {"cellXfs": self._leave}

    def _code(self, attrs):
        self._codes.setdefault(attrs["numFmtId"], attrs["formatCode"])

    def _enter(self, attrs):
        self._in_cell_styles = True

    def _leave(self):
        self._in_cell_styles = False

    def _style(self, attrs):
        if self._in_cell_styles:
            number = attrs.get("numFmtId", "0")
            self.formats.append(self._codes.get(number) or BUILTIN_FORMATS.get(int(number), GENERAL))


class _Texts(Part):
    """Rich text as plain text, without the readings 「ふりがな」 that Excel keeps beside it."""

    def __init__(self):
        super().__init__()
        self.pieces: list[str] = []
        self._is_reading = False
        self.starts = {"t": self._begin, "rPh": self._begin_reading}
        self.ends = {"t": self._end, "rPh": self._end_reading}

    def _begin(self, attrs):
        self.collect()

    def _end(self):
        text = self.collected()
        if not self._is_reading:
            self.pieces.append(text)

    def _begin_reading(self, attrs):
        self._is_reading = True

    def _end_reading(self):
        self._is_reading = False

    def taken(self) -> str:
        text, self.pieces = "".join(self.pieces), []
        return unescaped(text)


class _Strings(_Texts):
    """The texts all sheets share."""

    def __init__(self):
        super().__init__()
        self.texts: list[str] = []
        self.ends |= {"si": self._add}

    def _add(self):
        self.texts.append(self.taken())


class _Cells(_Texts):
    """One worksheet, written into a growing sheet."""

    def __init__(self, sheet: GrowingSheet, strings: list[str], formats: list[str], is_1904: bool):
        super().__init__()
        self.sheet = sheet
        self._strings = strings
        self._formats = formats
        self._is_1904 = is_1904
        self._row = self._column = -1
        self._readers = {
            "n": self._number,
            "s": lambda text: self._strings[int(text)],
            "str": unescaped,
            "e": str,
            "b": lambda text: text in TRUE,
            "d": iso_moment,
        }
        self.starts |= {"row": self._begin_row, "c": self._begin_cell, "v": self.collect, "f": self._formula, "mergeCell": self._merge}
        self.ends |= {"v": self._end_value, "c": self._end_cell}

    def _begin_row(self, attrs):
        self._row = int(attrs.get("r", self._row + 2)) - 1
        self._column = -1
        if attrs.get("hidden") in TRUE:
            self.sheet.hide(self._row)

    def _begin_cell(self, attrs):
        self._place(attrs.get("r", ""))
        self._type = attrs.get("t", "n")
        self._format = self._formats[int(attrs["s"])] if "s" in attrs and self._formats else GENERAL
        self._value: str | None = None
        self._is_formula = False
        self.pieces.clear()

    def _place(self, reference: str) -> None:
        if not reference:
            self._column += 1
            return
        letters = reference.rstrip(DIGITS)
        self._row, self._column = int(reference[len(letters) :]) - 1, _column(letters)

    def _formula(self, attrs):
        self._is_formula = True

    def _end_value(self):
        self._value = self.collected()

    def _end_cell(self):
        self.sheet.put(self._row, self._column, self._result(), self._format)

    def _result(self):
        if self._is_formula and (self._value is None or (not self._value and self._type not in TEXT_TYPES)):
            return FORMULA_WITHOUT_RESULT
        if self._type == "inlineStr":
            return self.taken()
        return self._readers[self._type](self._value) if self._value else None

    def _number(self, text: str) -> Decimal | date | datetime | str:
        return excel_value(text, self._format, self._is_1904)

    def _merge(self, attrs):
        left, top, right, bottom = range_boundaries(attrs["ref"])
        self.sheet.merge(top - 1, left - 1, bottom - 1, right - 1)


@lru_cache(maxsize=1_000)
def _column(letters: str) -> int:
    return column_index_from_string(letters) - 1


def unescaped(text: str) -> str:
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
