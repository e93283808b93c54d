"""What a Word document is made of: styles with Japanese fonts, tables whose heading rows repeat, fields for page numbers."""
import io
from collections.abc import Iterable

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section as WordSection
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph

from common.sheets import UNWRITABLE
from kpis.vocabulary import Status
from papers.parts import Cell, ChartPaper, Paper, Row, Table, Words

FONT = "BIZ UDPゴシック"
SIZES = {"Normal": 10.5, "Title": 22, "Heading 1": 16, "Heading 2": 13, "Heading 3": 11, "Heading 4": 10.5, "List Bullet": 10.5}
SIDES = {"center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
TABLE_SIZE, NOTE_SIZE = Pt(8.5), Pt(7.5)
HEADING_FILL, GROUP_FILL, SHOWN_FILL = "EEF1F5", "F6F8FA", "EEF6FD"
STATUS_FILLS = {Status.ON_TRACK: "DCF0FF", Status.SLIGHTLY_BEHIND: "FFF0B3", Status.BEHIND: "8F3300", Status.NOT_RATED: "EEF0F3"}
# The verdicts' signs in letters of every Japanese font, for print in grey.
STATUS_SIGNS = {
    Status.ACHIEVED: "◎", Status.ON_TRACK: "○", Status.SLIGHTLY_BEHIND: "▲", Status.BEHIND: "×",
    Status.NOT_MEASURED: "－", Status.NOT_ENTERED: "－", Status.NOT_RATED: "－",
}  # fmt: skip
PORTRAIT, LANDSCAPE = (Mm(210), Mm(297)), (Mm(297), Mm(210))
MARGIN, GAP = Mm(15), Pt(8)
CELL_MARGIN = "50"  # in twentieths of a point


def plain(text: str) -> str:
    """Without what XML cannot hold."""
    return UNWRITABLE.sub("", text)


def new_document(paper: Paper) -> WordDocument:
    """An empty A4 document with the paper's styles, header and footer."""
    document = Document()
    for name, size in SIZES.items():
        _set_style(document.styles[name], size)
    properties = document.core_properties
    properties.title = plain(f"{paper.plan}　{paper.title}（{paper.occasion}）")
    properties.author, properties.language = plain(paper.office[0]) if paper.office else "", "ja-JP"
    lay_out(document.sections[0], is_wide=False)
    _write_margins(document.sections[0], paper)
    return document


def _set_style(style, size: float) -> None:
    """The font for Latin and for Japanese letters alike; the theme's own fonts would win over the names."""
    style.font.name, style.font.size = FONT, Pt(size)
    style.font.color.rgb = RGBColor(0x1A, 0x1A, 0x1A)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{attribute}"), None)
    for attribute in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{attribute}"), FONT)
    style.paragraph_format.space_after = Pt(3)
    if style.name.startswith("Heading"):
        style.font.italic = False
        style.paragraph_format.space_before = Pt(8)


def lay_out(section: WordSection, *, is_wide: bool) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = LANDSCAPE if is_wide else PORTRAIT
    section.left_margin = section.right_margin = MARGIN
    section.top_margin, section.bottom_margin = Mm(20), Mm(15)


def _write_margins(section: WordSection, paper: Paper) -> None:
    header = section.header.paragraphs[0]
    text = f"{paper.plan}　{paper.title}（{paper.occasion}）"
    _add(header, plain("　　".join(filter(None, (text, paper.sample and f"【{paper.sample}】")))), Pt(8.5))
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _add(footer, f"{plain(paper.made_on)}　　", Pt(8.5))
    _field(footer, "PAGE")
    _add(footer, " / ", Pt(9))
    _field(footer, "NUMPAGES")
    _add(footer, plain("　　" + "　".join(paper.office)), Pt(8.5))


def _add(paragraph: Paragraph, text: str, size: Pt | None = None, *, bold: bool = False, white: bool = False) -> None:
    run = paragraph.add_run(text)
    run.bold = bold or None
    if size is not None:
        run.font.size = size
    if white:
        run.font.color.rgb = RGBColor(0xFF, 0xFF, 0xFF)


def _field(paragraph: Paragraph, instruction: str) -> None:
    """A field that Word fills in: PAGE, NUMPAGES."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def add_table(document: WordDocument, table: Table, width: float) -> None:
    """The table across `width` millimetres; rows stay whole, heading rows repeat on every page."""
    widths = _widths(table, width)
    body = [line for group in table.groups for line in _lines(table, group.heading, group.rows)]
    made = document.add_table(rows=1 + len(body), cols=len(widths))
    made.style = "Table Grid"
    made.autofit = False
    _set_grid(made, widths)
    rows = made._tbl.tr_lst
    for row, texts in zip(rows, [_heading_cells(table), *body], strict=True):
        _fill_row(row, texts, widths)
    _repeat(rows[0])
    _caption(made, table.caption)


def add_gap(document: WordDocument) -> None:
    """A little room below a table, which Word would otherwise join to the next."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = GAP


def _set_grid(made: WordTable, widths: list[float]) -> None:
    """Narrow margins in the cells, and the columns' widths once more for the whole table: LibreOffice looks here, Word at the cells."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), CELL_MARGIN)
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    made._tbl.tblPr.find(qn("w:tblLook")).addprevious(margins)
    for column, width in zip(made._tbl.tblGrid.gridCol_lst, widths, strict=True):
        column.w = Mm(width)


def _widths(table: Table, width: float) -> list[float]:
    fixed = sum(column.width for column in table.columns)
    flexible = sum(column.width == 0 for column in table.columns)
    scale = min(1.0, width / fixed) if fixed and not flexible else 1.0
    rest = max((width - fixed) / flexible, 12) if flexible else 0
    return [(column.width or rest) * scale for column in table.columns]


# One cell of a row to be written: the cell, the columns it spans, its side, its shade, whether it is bold.
WordCell = tuple[Cell, int, str, str, bool]


def _heading_cells(table: Table) -> list[WordCell]:
    return [(Cell(column.heading), 1, "center", HEADING_FILL, True) for column in table.columns]


def _lines(table: Table, heading: str, rows: Iterable[Row]) -> Iterable[list[WordCell]]:
    across = len(table.columns)
    if heading:
        yield [(Cell(heading), across, "left", GROUP_FILL, True)]
    for row in rows:
        yield [_body_cell(table, place, cell) for place, cell in enumerate(row.cells)]
        if row.remarks:
            yield [(Cell("\n".join(row.remarks)), across, "left", "", False)]


def _body_cell(table: Table, place: int, cell: Cell) -> WordCell:
    is_shown = place == table.shown
    return cell, 1, table.columns[place].align, STATUS_FILLS.get(cell.status, SHOWN_FILL if is_shown else ""), is_shown


def _fill_row(row, cells: list[WordCell], widths: list[float]) -> None:
    """Writes straight into the row's elements: python-docx looks a cell up anew each time, which takes seconds for a pack."""
    properties = row.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    elements, place = row.tc_lst, 0
    for cell, span, side, shade, bold in cells:
        element = elements[place]
        for other in elements[place + 1 : place + span]:
            row.remove(other)
        element.width = Mm(sum(widths[place : place + span]))
        if span > 1:
            element.get_or_add_tcPr().get_or_add_gridSpan().val = span
        if shade:
            _shade(element, shade)
        _write_cell(element, cell, side, bold)
        place += span


def _shade(element, color: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", color)):
        shade.set(qn(f"w:{name}"), value)
    element.get_or_add_tcPr().append(shade)


def _write_cell(element, cell: Cell, side: str, bold: bool) -> None:
    paragraph = Paragraph(element.p_lst[0], None)
    paragraph.paragraph_format.space_after = Pt(0)
    if side != "left":
        paragraph.alignment = SIDES[side]
    sign = f"{STATUS_SIGNS[cell.status]} " if cell.status else ""
    if cell.text:
        _add(paragraph, plain(f"{sign}{cell.text}"), TABLE_SIZE, bold=bold or cell.status is Status.ACHIEVED, white=cell.status is Status.BEHIND)
    if cell.note:
        between = ("　" if cell.is_note_beside else "\n") if cell.text else ""
        _add(paragraph, plain(between + cell.note), NOTE_SIZE)


def _repeat(row) -> None:
    row.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _caption(made, text: str) -> None:
    """The table's name for screen readers."""
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), plain(text))
    made._tbl.tblPr.append(caption)


def add_picture(paragraph: Paragraph, png: bytes, chart: ChartPaper) -> None:
    """A chart's picture with the text that says what it shows."""
    shape = paragraph.add_run().add_picture(io.BytesIO(png), width=Mm(chart.width))
    shape._inline.docPr.set("descr", plain(chart.description))


def add_charts(document: WordDocument, charts: list[tuple[ChartPaper, bytes]], width: float) -> None:
    """Charts side by side under their titles, as many as there is room for, in a table without lines; each with its picture as PNG."""
    across = int(width // charts[0][0].width)
    for row in (charts[start : start + across] for start in range(0, len(charts), across)):
        made = document.add_table(rows=2, cols=across)
        made.autofit = False
        _set_grid(made, [width / across] * across)
        titles, pictures = made._tbl.tr_lst
        _fill_row(titles, [(Cell(chart.title), 1, "left", "", True) for chart, _ in row], [width / across] * across)
        _repeat(titles)
        _caption(made, "推移の図")
        for cell, (chart, png) in zip(pictures.tc_lst, row, strict=False):
            add_picture(Paragraph(cell.p_lst[0], made), png, chart)
            _add(Paragraph(cell.add_p(), made), plain(chart.note), NOTE_SIZE)
        add_gap(document)


def add_words(document: WordDocument, words: Words) -> None:
    """A text after its label, or a list below it."""
    paragraph = document.add_paragraph()
    _add(paragraph, plain(words.label), bold=True)
    if words.is_list:
        for line in words.lines:
            document.add_paragraph(plain(line), style="List Bullet")
    else:
        _add(paragraph, plain("　" + "\n".join(words.lines)))
