"""How cells of our workbooks look and are written: texts as texts whatever they look like, numbers with all their digits."""
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from unicodedata import east_asian_width

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from common.japanese import exact, plain_text
from common.sheets import MAX_CELL_CHARACTERS, UNWRITABLE, SheetError, neutralised
from importing.surveys.figures import Figure, decimals_shown

TOO_LONG = f"{MAX_CELL_CHARACTERS:,}文字を超える文章があり、調査票をつくれません。その文章を短くしてください。"
# In a cell of this format Excel leaves what people type as it is: no formula from 「=」, no date from 「3/9」.
TEXT = "@"
# Points, for letters of 11 points; 409 is the most a row can have.
LINE_HEIGHT, HIGHEST_ROW = 15, 409
LINED: Mapping[str, Any] = {"border": 1, "border_color": "#9AA5B1", "valign": "top", "text_wrap": True}
LOOKS: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    "plain": {"num_format": TEXT},
    "wrapped": {"num_format": TEXT, "text_wrap": True, "valign": "top"},
    "section": {"bold": True, "font_size": 12, "bottom": 1, "bottom_color": "#00428C", "font_color": "#00428C"},
    "mark": {"bold": True, "font_color": "#AC3E00"},
    "heading": {**LINED, "bold": True, "bg_color": "#E8EDF3", "align": "center", "valign": "vcenter"},
    "input_heading": {**LINED, "bold": True, "bg_color": "#FFE380", "align": "center", "valign": "vcenter"},
    "group": {"bold": True, "bg_color": "#DCF0FF", "num_format": TEXT, "top": 1, "bottom": 1, "top_color": "#9AA5B1", "bottom_color": "#9AA5B1"},
    "locked": {**LINED, "num_format": TEXT},
    "locked_number": {**LINED, "align": "right"},
    "input": {**LINED, "num_format": TEXT, "bg_color": "#FFF9D6", "locked": False},
    "input_number": {**LINED, "align": "right", "bg_color": "#FFF9D6", "locked": False},
    "closed": {**LINED, "num_format": TEXT, "bg_color": "#E3E6EA"},
    "closed_number": {**LINED, "align": "right", "bg_color": "#E3E6EA"},
}


class Formats:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook):
        self._book = book
        self._made: dict[tuple[str, str], Format] = {}

    def of(self, look: str, number_format: str = "") -> Format:
        """A line of LOOKS, with that number format where one is given."""
        key = (look, number_format)
        if key not in self._made:
            own = {"num_format": number_format} if number_format else {}
            self._made[key] = self._book.add_format({"font_size": 11, **LOOKS[look], **own})
        return self._made[key]


def number_format(decimals: int) -> str:
    """Grouped, with that many decimals, △ before negatives: `#,##0.0;"△"#,##0.0`."""
    digits = "#,##0" + ("." + "0" * decimals if decimals else "")
    return f'{digits};"△"{digits}'


def number_of(value: Decimal) -> float | None:
    """The number a workbook can hold, None where it would not be the same when read again."""
    number = float(value)
    return number if Decimal(repr(float(f"{number:.16G}"))) == value else None


def height_of(texts: Iterable[tuple[str, int]]) -> float:
    """A row's height in points, so that each (text, width of its column in half-width letters) can be read whole.

    Spreadsheet programs fit wrapped rows only once somebody edits them; a protected row would stay cut.
    """
    lines = max(sum(-(-columns_of(line) // width) or 1 for line in text.split("\n")) for text, width in texts)
    return min(HIGHEST_ROW, LINE_HEIGHT * lines + 4)


def columns_of(text: str) -> int:
    """Half-width letters that a text takes; a full-width one takes two, and a little air between letters is reckoned in."""
    return sum(2 if east_asian_width(letter) in "WFA" else 1 for letter in text) * 11 // 10


def write_text(sheet: Worksheet, row: int, column: int, text: str, look: Format) -> None:
    """A text as text, never a formula, a link or mark-up, with an apostrophe where it looks like a formula. Raises SheetError for one no cell can hold."""
    if len(text) > MAX_CELL_CHARACTERS:
        raise SheetError(TOO_LONG)
    plain = neutralised(UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    if not plain:
        sheet.write_blank(row, column, None, look)
        return
    # XlsxWriter takes this for the mark-up of a rich text and would write it into the file as it is.
    is_markup = plain.startswith("<r>") and plain.endswith("</r>")
    sheet.write_string(row, column, f"{plain} " if is_markup else plain, look)


def write_number(sheet: Worksheet, row: int, column: int, value: Decimal, decimals: int, formats: Formats, look: str) -> None:
    """A number with all its digits; as text where a spreadsheet would change it."""
    number = number_of(value)
    if number is None:
        write_text(sheet, row, column, plain_text(exact(value)), formats.of(look, TEXT))
    else:
        sheet.write_number(row, column, number, formats.of(look, number_format(decimals_shown(value, decimals))))


def write_figure(sheet: Worksheet, row: int, column: int, figure: Figure, formats: Formats) -> None:
    """A locked cell: a number alone stays a number, one with words beside it is written out."""
    if figure.number is not None and figure.is_bare:
        write_number(sheet, row, column, figure.number, figure.decimals, formats, "locked_number")
    else:
        look = "locked" if figure.number is None else "locked_number"
        write_text(sheet, row, column, figure.text, formats.of(look, TEXT))
