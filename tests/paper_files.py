"""Reads papers back as people and programs do: a PDF's pages through PDFium, a workbook as Excel shows it, a Word document's text."""
import ctypes
import io
import re
import unicodedata
from decimal import Decimal

import docx
import openpyxl
import pypdfium2
import pypdfium2.raw as pdfium

from common.japanese import number_text

SPACE = re.compile(r"\s+")
SPOKEN = re.compile(r"△マイナス")
LITERAL = re.compile(r'"([^"]*)"')
MM = 72 / 25.4


def plain(text: str) -> str:
    """Letters alone: full and half width alike, no spaces, no line ends, no words that are only spoken."""
    return SPACE.sub("", unicodedata.normalize("NFKC", SPOKEN.sub("△", text)))


class Pdf:
    """A PDF, opened."""

    def __init__(self, data: bytes):
        self._file = pypdfium2.PdfDocument(data)

    def __len__(self) -> int:
        return len(self._file)

    def pages(self) -> list[str]:
        """Each page's text."""
        return [page.get_textpage().get_text_range() for page in self._file]

    @property
    def text(self) -> str:
        return plain("".join(self.pages()))

    def sizes(self) -> list[tuple[int, int]]:
        """Each page's size in whole millimetres."""
        return [(round(width / MM), round(height / MM)) for width, height in (page.get_size() for page in self._file)]

    @property
    def is_tagged(self) -> bool:
        return bool(pdfium.FPDFCatalog_IsTagged(self._file.raw))

    @property
    def language(self) -> str:
        size = pdfium.FPDFCatalog_GetLanguage(self._file.raw, None, 0)
        buffer = (ctypes.c_ushort * size)()
        pdfium.FPDFCatalog_GetLanguage(self._file.raw, buffer, size)
        return bytes(buffer).decode("utf-16-le").rstrip("\0")

    @property
    def title(self) -> str:
        return self._file.get_metadata_value("Title")

    def outline(self) -> list[str]:
        """The bookmarks' titles."""
        return [item.get_title() for item in self._file.get_toc()]

    def pages_of_parts(self, level: int) -> dict[str, int]:
        """How many pages each heading of that level takes, where every part begins on a new one: up to the next heading of its level or above."""
        begins = [(item.get_title(), item.level + 1, item.get_dest().get_index()) for item in self._file.get_toc() if item.level < level]
        ends = [page for _, _, page in begins[1:]] + [len(self)]
        return {title: end - page for (title, depth, page), end in zip(begins, ends, strict=True) if depth == level}

    def tags(self) -> set[str]:
        """The kinds of structure elements on all pages: H1, Table, TH, Figure."""
        return {kind for page in self._file for kind in self._page_tags(page)}

    def _page_tags(self, page) -> set[str]:
        tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
        roots = [pdfium.FPDF_StructTree_GetChildAtIndex(tree, n) for n in range(pdfium.FPDF_StructTree_CountChildren(tree))]
        found, waiting = set(), [root for root in roots if root]
        while waiting:
            element = waiting.pop()
            found.add(_told(pdfium.FPDF_StructElement_GetType, element))
            children = (pdfium.FPDF_StructElement_GetChildAtIndex(element, n) for n in range(pdfium.FPDF_StructElement_CountChildren(element)))
            waiting += [child for child in children if child]
        pdfium.FPDF_StructTree_Close(tree)
        return found

    def fonts(self) -> set[tuple[str, bool]]:
        """(name, embedded) of every font that sets a text."""
        return {self._font(item) for page in self._file for item in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_TEXT,), max_depth=8)}

    def _font(self, item) -> tuple[str, bool]:
        font = pdfium.FPDFTextObj_GetFont(item.raw)
        size = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
        buffer = ctypes.create_string_buffer(size)
        pdfium.FPDFFont_GetBaseFontName(font, buffer, size)
        return buffer.value.decode().rpartition("+")[2], pdfium.FPDFFont_GetIsEmbedded(font) == 1

    def unreadable_letters(self) -> int:
        """Letters whose meaning the file does not tell: a missing glyph has none."""
        found = 0
        for page in self._file:
            text = page.get_textpage()
            letters = range(text.count_chars())
            found += sum(pdfium.FPDFText_HasUnicodeMapError(text.raw, n) == 1 or pdfium.FPDFText_GetUnicode(text.raw, n) in (0, 0xFFFD) for n in letters)
        return found

    def pages_with_ink_outside(self, side: float, top: float) -> list[int]:
        """The numbers of the pages on which something is printed less than that many millimetres from an edge."""
        return [number for number, page in enumerate(self._file, start=1) if _has_ink_outside(page, side, top)]


def _told(ask, element) -> str:
    size = ask(element, None, 0)
    buffer = ctypes.create_string_buffer(max(size, 2))
    ask(element, buffer, size)
    return buffer.raw[: max(size - 2, 0)].decode("utf-16-le")


def _has_ink_outside(page, side: float, top: float) -> bool:
    """One pixel is half a millimetre."""
    picture = page.render(scale=2 / MM, grayscale=True)
    data, stride = bytes(picture.buffer), picture.stride
    left, edge = int(side * 2), int(top * 2)
    rows = [data[n * stride : n * stride + picture.width] for n in range(picture.height)]
    white = b"\xff"
    is_clean = all(row.count(white) == len(row) for row in (*rows[:edge], *rows[-edge:]))
    return not (is_clean and all(row[:left].count(white) == left and row[-left:].count(white) == left for row in rows))


def shown_in_excel(cell) -> str:
    """What Excel shows in the cell: the number by its format, else the text."""
    if not isinstance(cell.value, int | float):
        return str(cell.value or "")
    form = cell.number_format.partition(";")[0]
    digits = LITERAL.sub("", form)
    value = Decimal(str(cell.value)) * (100 if digits.endswith("%") else 1)
    decimals = len(digits.rstrip("%").partition(".")[2]) if digits != "General" else 0
    number = number_text(value, decimals) + ("％" if digits.endswith("%") else "")
    lead, _, tail = form.partition(digits.rstrip("%")) if digits != "General" else ("", "", "")
    return "".join(LITERAL.findall(lead)) + number + "".join(LITERAL.findall(tail))


def excel_of(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def excel_text(data: bytes) -> str:
    """Everything Excel shows, sheet by sheet."""
    return plain("".join(shown_in_excel(cell) for sheet in excel_of(data) for row in sheet.iter_rows() for cell in row))


def word_of(data: bytes) -> docx.document.Document:
    return docx.Document(io.BytesIO(data))


def word_text(data: bytes) -> str:
    """The whole body's text, in its order."""
    return plain("".join(node.text or "" for node in word_of(data).element.body.iter() if node.tag.endswith("}t")))
