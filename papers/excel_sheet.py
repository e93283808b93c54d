"""One worksheet of a paper: titles, sentences and tables written one below the other, ready to be printed on A4."""
from collections.abc import Sequence
from decimal import Decimal
from math import ceil
from unicodedata import east_asian_width

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from common.japanese import number_text
from common.sheets import EXACT_DIGITS, MAX_CELL_CHARACTERS, UNWRITABLE, neutralised
from kpis.vocabulary import Status
from papers.parts import Cell, Paper, Table

A4 = 9
MM_OF_A_CHARACTER = 2.0
WIDE_COLUMN = 40
REASONS = "判定の理由"
REASONS_WIDTH = 64
LINE_HEIGHT, ROW_AIR = 13.5, 3
STANDARD_WIDTH = 9
FONT = "BIZ UDPゴシック"
BASE = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
LOOKS = {
    "title": {"bold": True, "font_size": 14},
    "caption": {"bold": True, "font_size": 11},
    "text": {"text_wrap": True, "valign": "top"},
    "strong": {"bold": True, "text_wrap": True, "valign": "top"},
    "small": {"font_size": 9, "font_color": "#3D3D3D"},
    "heading": {"bold": True, "bg_color": "#EEF1F5", "border": 1, "text_wrap": True, "align": "center"},
    "group": {"bold": True, "bg_color": "#F6F8FA", "border": 1, "align": "left"},
    "cell": {"border": 1, "text_wrap": True},
}
# As on the printed sheet: 達成 white with a thick border, 遅れ the only dark one.
STATUS_LOOKS = {
    Status.ACHIEVED: {"border": 2, "font_color": "#00316A", "bold": True},
    Status.ON_TRACK: {"bg_color": "#DCF0FF", "font_color": "#00316A"},
    Status.SLIGHTLY_BEHIND: {"bg_color": "#FFF0B3", "font_color": "#4D3C00"},
    Status.BEHIND: {"bg_color": "#8F3300", "font_color": "#FFFFFF", "bold": True},
    Status.NOT_MEASURED: {"border": 3},
    Status.NOT_ENTERED: {"border": 3},
    Status.NOT_RATED: {"bg_color": "#EEF0F3"},
}


def number_format(cell: Cell) -> str:
    """Excel's format that shows the number as the paper does: 「約2,000」「(234)」「△21」「72％」「80.1　速報」."""
    digits = f"#,##0.{'0' * cell.decimals}" if cell.decimals else "#,##0"
    if cell.is_rate:
        return f'{digits}%;"△"{digits}%'
    before, _, after = cell.text.partition(number_text(cell.number, cell.decimals))
    lead, tail = _quoted(before), _quoted(after + (f"　{cell.note}" if cell.note else ""))
    return f'{lead}{digits}{tail};{lead}"△"{digits}{tail}'


def _quoted(text: str) -> str:
    return '"{}"'.format(text.replace('"', "”")) if text else ""


class Looks:
    """Formats, each made once: a workbook holds only so many."""

    def __init__(self, book: Workbook):
        self._book, self._made = book, {}

    def of(self, name: str, **more) -> Format:
        key = (name, *sorted(more.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({**BASE, **LOOKS[name], **more})
        return self._made[key]


class Page:
    """A worksheet with the place where writing goes on."""

    def __init__(self, sheet: Worksheet, looks: Looks, paper: Paper, *, is_wide: bool):
        self.sheet, self.looks, self.paper, self.row = sheet, looks, paper, 0
        self._widths: dict[int, float] = {}
        sheet.set_paper(A4)
        (sheet.set_landscape if is_wide else sheet.set_portrait)()
        sheet.set_margins(left=0.4, right=0.4, top=0.75, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
        sheet.set_header(f"&L&9{_escaped(paper.plan)}　{_escaped(paper.title)}（{_escaped(paper.occasion)}）&R&9{_escaped(paper.sample)}")
        sheet.set_footer(f"&L&9{_escaped(paper.made_on)}&C&P / &N&R&9{_escaped('　'.join(paper.office))}")

    def text(self, text: str, look: str = "text", column: int = 0, **more) -> None:
        """A text in one cell, running over the empty ones to its right unless it wraps."""
        self.sheet.write_string(self.row, column, safe(text), self.looks.of(look, text_wrap=False, **more))

    def line(self, text: str, look: str = "text", **more) -> None:
        if text:
            self.text(text, look, **more)
            self.row += 1

    def set_widths(self, *widths: float) -> None:
        """The widths of the first columns, in characters."""
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)
            self._widths[column] = width

    def fit(self, table: Table) -> None:
        """The sheet's columns as wide as the table's, for what stands above it as well."""
        widths = [column.width / MM_OF_A_CHARACTER + 1.5 if column.width else WIDE_COLUMN for column in table.columns]
        self.set_widths(*widths, *[REASONS_WIDTH] * any(row.remarks for row in table.rows))

    def paragraph(self, text: str) -> None:
        """A longer text over the page's width, as high as it needs."""
        if not text:
            return
        last = max(self._widths, default=0)
        if last:
            self.sheet.merge_range(self.row, 0, self.row, last, "", self.looks.of("text"))
        self.sheet.write_string(self.row, 0, safe(text), self.looks.of("text"))
        self.sheet.set_row(self.row, LINE_HEIGHT * self._lines(text, 0, last))
        self.row += 1

    def _lines(self, text: str, first: int, last: int) -> int:
        """How many lines a text takes over these columns: a program that opens the file does not always ask itself."""
        room = max(sum(self._widths.get(column, STANDARD_WIDTH) for column in range(first, last + 1)) - 1, 4)
        return sum(max(1, ceil(_letters(part) / room)) for part in text.split("\n"))

    def gap(self) -> None:
        self.row += 1

    def turn(self) -> None:
        """What follows is printed on a new page."""
        self.sheet.set_h_pagebreaks([*self.sheet.hbreaks, self.row])

    def table(self, table: Table, *, sets_widths: bool = False, repeats: bool = False) -> None:
        """The table with borders; its sentences below a row become the last column 「判定の理由」.

        A last column without a width of its own runs to the page's edge.
        """
        has_reasons = any(row.remarks for row in table.rows)
        headings = [column.heading for column in table.columns] + [REASONS] * has_reasons
        if sets_widths:
            self.fit(table)
        spread = max(self._widths, default=0) if not has_reasons and not table.columns[-1].width else len(headings) - 1
        ends = [*range(len(headings) - 1), max(spread, len(headings) - 1)]
        self._line([Cell(heading) for heading in headings], ends, [{"look": "heading"}] * len(headings))
        if repeats:
            self.sheet.repeat_rows(self.row - 1)
            self.sheet.freeze_panes(self.row, 0)
        looks = [_column_look(table, place) for place in range(len(table.columns))] + [{"font_size": 9}] * has_reasons
        for group in table.groups:
            if group.heading:
                self._line([Cell(group.heading)], [ends[-1]], [{"look": "group"}])
            for row in group.rows:
                reasons = [Cell("\n".join(row.remarks))] if has_reasons else []
                self._line([*row.cells, *reasons], ends, looks)

    def _line(self, cells: Sequence[Cell], ends: Sequence[int], looks: Sequence[dict]) -> None:
        """One row: each cell from where the one before ended to its own end; as high as the longest text."""
        start, lines = 0, 1
        for cell, end, look in zip(cells, ends, looks, strict=True):
            if end > start:
                self.sheet.merge_range(self.row, start, self.row, end, "", self._format(cell, look))
            self.cell(start, cell, look)
            lines = max(lines, self._lines(_shown(cell), start, end))
            start = end + 1
        self.sheet.set_row(self.row, LINE_HEIGHT * lines + ROW_AIR)
        self.row += 1

    def cell(self, column: int, cell: Cell, look: dict) -> None:
        """A number as a number, shown as on paper; everything else as text, whatever it begins with."""
        made = self._format(cell, look)
        if _is_number(cell):
            self.sheet.write_number(self.row, column, float(cell.number), made)
        else:
            self.sheet.write_string(self.row, column, safe(_shown(cell)), made)

    def _format(self, cell: Cell, look: dict) -> Format:
        look = {"look": "cell", **look}
        name = look.pop("look")
        more = {"num_format": number_format(cell)} if _is_number(cell) else STATUS_LOOKS.get(cell.status, {})
        return self.looks.of(name, **{**look, **more})


def _column_look(table: Table, place: int) -> dict:
    shown = {"bg_color": "#EEF6FD", "bold": True} if place == table.shown else {}
    return {"align": table.columns[place].align, **shown}


def _is_number(cell: Cell) -> bool:
    return cell.number is not None and _fits(cell.number)


def _shown(cell: Cell) -> str:
    if _is_number(cell):
        return cell.text
    return ("　" if cell.is_note_beside else "\n").join(filter(None, (cell.text, cell.note)))


def _letters(text: str) -> int:
    """Widths of half a letter: Japanese ones take two."""
    return sum(2 if east_asian_width(letter) in "WFA" else 1 for letter in text)


def _fits(number: Decimal | int) -> bool:
    return len(Decimal(number).as_tuple().digits) <= EXACT_DIGITS


def safe(text: str) -> str:
    """As a spreadsheet keeps it and no formula. A text too long for a cell is cut where everybody sees it."""
    plain = UNWRITABLE.sub("", text)
    kept = plain if len(plain) <= MAX_CELL_CHARACTERS - 20 else plain[: MAX_CELL_CHARACTERS - 20] + "…（以下はPDFで）"
    return kept if len(kept) == 1 else neutralised(kept)


def _escaped(text: str) -> str:
    """「&」 begins a command in a header."""
    return UNWRITABLE.sub("", text).replace("&", "&&")[:80]
