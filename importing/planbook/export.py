"""Writes a 計画ワークブック: one sheet of instructions and one sheet per model, by the table in sheets.py."""
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from common.sheets import MAX_CELL_CHARACTERS, UNWRITABLE, SheetError, neutralised
from goals.models import Strategy
from importing.planbook.guide import GUIDE_HEADINGS, GUIDE_NOTES, guide_rows
from importing.planbook.kinds import Day, Number
from importing.planbook.sheets import GUIDE, SHEETS, Column, SheetSpec
from importing.planbook.stored import rows_of

# A text stays a text, whatever it looks like.
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
# The same plan gives the same bytes.
PROPERTIES = {"title": "計画ワークブック", "created": datetime(2000, 1, 1)}
TEMPLATE_NAME = "計画ワークブック_ひな形.xlsx"
FIRST_ROW_WITH_LISTS, LAST_ROW_WITH_LISTS = 1, 2_000
NARROWEST, WIDEST = 10, 48
LINE_HEIGHT, HIGHEST = 18, 400
# Excel counts no days before this one.
FIRST_DAY = date(1900, 3, 1)
GUIDE_WIDTHS = (16, 26, 10, 44, 52, 44)
COLORS = {"heading": "#DCE1E8", "required": "#97D3FF", "line": "#C3CAD4"}


def plan_book_name(strategy: Strategy) -> str:
    """「計画ワークブック_hokuto-2.xlsx」."""
    return f"計画ワークブック_{strategy.slug}.xlsx"


def plan_book(strategy: Strategy) -> bytes:
    """The whole plan as .xlsx, without actuals. Raises SheetError for a text that is longer than a cell can hold."""
    return _book({spec.name: rows_of(spec, strategy) for spec in SHEETS})


def template_book() -> bytes:
    """The same workbook without a row, with its instructions."""
    return _book({})


def _book(rows: dict[str, Iterable[Model]]) -> bytes:
    # Read and check everything first: a refused text leaves no half-written file open.
    values = {spec.name: [[_value(spec, column, row) for column in spec.columns] for row in rows.get(spec.name, ())] for spec in SHEETS}
    file = io.BytesIO()
    book = Workbook(file, OPTIONS)
    book.set_properties(PROPERTIES)
    formats = _Formats(book)
    _write_guide(book.add_worksheet(GUIDE), formats)
    for spec in SHEETS:
        _write_sheet(book.add_worksheet(spec.name), spec, values[spec.name], formats)
    book.close()
    return file.getvalue()


def _value(spec: SheetSpec, column: Column, row: Model) -> Any:
    value = column.kind.written(column.get(row))
    if isinstance(value, date) and value < FIRST_DAY:
        return value.isoformat()
    if not isinstance(value, str):
        return value
    text = neutralised(UNWRITABLE.sub("", value))
    if len(text) > MAX_CELL_CHARACTERS:
        raise SheetError(f"シート「{spec.name}」の「{column.heading}」に{MAX_CELL_CHARACTERS:,}文字を超える文章があり、Excel では書き出せません。文章を短くしてください。")
    return text


class _Formats:
    """The looks of cells; one format each, however many cells have it."""

    def __init__(self, book: Workbook):
        self._book = book
        self._kept: dict[str, Format] = {}
        self.heading = self._made(bold=True, bg_color=COLORS["heading"])
        self.required = self._made(bold=True, bg_color=COLORS["required"])
        self.text = self._made(num_format="@")
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.plain = book.add_format({"valign": "top"})

    def _made(self, **look) -> Format:
        return self._book.add_format({"text_wrap": True, "valign": "top", "border": 1, "border_color": COLORS["line"], **look})

    def of(self, value: Any) -> Format:
        """What a value looks like; numbers show all their decimals."""
        code = _number_format(value)
        if code not in self._kept:
            self._kept[code] = self.text if code == "@" else self._made(num_format=code)
        return self._kept[code]


def _number_format(value: Any) -> str:
    if isinstance(value, date):
        return "yyyy-mm-dd"
    if isinstance(value, Decimal):
        decimals = max(0, -value.as_tuple().exponent)
        return "#,##0" + (f".{'0' * decimals}" if decimals else "")
    return "0" if isinstance(value, int) else "@"


def _write_sheet(sheet: Worksheet, spec: SheetSpec, rows: list[list[Any]], formats: _Formats) -> None:
    sheet.freeze_panes(1, len(spec.key) if len(spec.key) < 4 else 2)
    widths = [_width(column, (row[place] for row in rows)) for place, column in enumerate(spec.columns)]
    sheet.set_row(0, _height([column.heading for column in spec.columns], widths))
    for place, column in enumerate(spec.columns):
        sheet.write_string(0, place, column.heading, formats.required if column.is_required or column.heading in spec.key else formats.heading)
        # What people type into a text column stays text: 1-3-4 is no date.
        sheet.set_column(place, place, widths[place], None if _is_number(column) else formats.text)
        _offer_options(sheet, place, column)
    for number, row in enumerate(rows, start=1):
        sheet.set_row(number, _height(row, widths))
        for place, value in enumerate(row):
            _write(sheet, number, place, value, formats)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _is_number(column: Column) -> bool:
    return isinstance(column.kind, Number | Day)


def _offer_options(sheet: Worksheet, place: int, column: Column) -> None:
    if not column.kind.options:
        return
    message = {"error_title": column.heading, "error_message": "一覧から選んでください。", "ignore_blank": True}
    sheet.data_validation(FIRST_ROW_WITH_LISTS, place, LAST_ROW_WITH_LISTS, place, {"validate": "list", "source": list(column.kind.options), **message})


def _width(column: Column, values: Iterator[Any]) -> int:
    """Wide enough for the heading and most lines."""
    lengths = [_length(line) for value in values if isinstance(value, str) for line in value.splitlines()]
    return min(WIDEST, max(NARROWEST, min(_length(column.heading), 24), *lengths) + 2)


def _length(line: str) -> int:
    """How many columns a line takes: two for each Japanese character."""
    return sum(1 if ord(letter) < 0x100 else 2 for letter in line)


def _height(values: Iterable[Any], widths: Sequence[int]) -> int:
    """High enough for the longest of the texts, in points: not every program finds it out for itself."""
    pairs = ((value, width) for value, width in zip(values, widths, strict=True) if isinstance(value, str))
    lines = (sum(-(-max(1, _length(line)) // (width - 1)) for line in value.splitlines()) for value, width in pairs)
    return min(HIGHEST, LINE_HEIGHT * max(1, *lines, 1))


def _write(sheet: Worksheet, row: int, place: int, value: Any, formats: _Formats) -> None:
    if value is None or value == "":
        sheet.write_blank(row, place, None, formats.text)
    elif isinstance(value, str):
        sheet.write_string(row, place, value, formats.text)
    elif isinstance(value, date):
        sheet.write_datetime(row, place, value, formats.of(value))
    else:
        sheet.write_number(row, place, value, formats.of(value))


def _write_guide(sheet: Worksheet, formats: _Formats) -> None:
    sheet.hide_gridlines(2)
    for place, width in enumerate(GUIDE_WIDTHS):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, f"計画ワークブック　{GUIDE}", formats.title)
    for row, note in enumerate(GUIDE_NOTES, start=1):
        sheet.write_string(row, 0, note, formats.plain)
    top = len(GUIDE_NOTES) + 2
    for row, texts in enumerate((GUIDE_HEADINGS, *guide_rows()), start=top):
        sheet.set_row(row, _height(texts, GUIDE_WIDTHS))
        look = formats.required if row == top else formats.heading if _begins_a_sheet(texts) else formats.text
        for place, text in enumerate(texts):
            sheet.write_string(row, place, text, look)
    sheet.freeze_panes(top + 1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _begins_a_sheet(texts: tuple[str, ...]) -> bool:
    return not texts[1]
