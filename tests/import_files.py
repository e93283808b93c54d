"""Files for the tests of the import: one wide table as divisions send it, and what is known of them."""
import csv
import io
from collections.abc import Sequence

import xlsxwriter

from importing.actions import Upload

HEADINGS = ("番号", "内訳", "指標名", "単位")


def a_table(rows: Sequence[Sequence], years: Sequence[str] = ("令和6年度",), sheet: str = "実績") -> bytes:
    """An .xlsx with one row per indicator, (code, breakdown, name, unit, values…), and a column per year."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    page = book.add_worksheet(sheet)
    for number, cells in enumerate([(*HEADINGS, *years), *rows]):
        page.write_row(number, 0, ["" if cell is None else cell for cell in cells])
    book.close()
    return file.getvalue()


def a_csv(rows: Sequence[Sequence], years: Sequence[str] = ("令和6年度",)) -> bytes:
    """The same as a CSV file in UTF-8 with its byte order mark."""
    file = io.StringIO(newline="")
    csv.writer(file).writerows([(*HEADINGS, *years), *rows])
    return file.getvalue().encode("utf-8-sig")


def row_of(indicator, *values) -> tuple:
    """The row of that indicator with those values."""
    return (indicator.code, indicator.breakdown, indicator.name, indicator.unit, *values)


def an_upload(name: str, *rows: Sequence, years: Sequence[str] = ("令和6年度",)) -> Upload:
    """A file as it is sent."""
    return Upload(name, a_table(rows, years))
