"""Tables as CSV that people's spreadsheets and machines both read: UTF-8 with BOM, CRLF, one value a cell.

The rules are those of the national government for machine-readable data: no grouping commas, no △, no units in numbers,
Western years, an empty cell where there is no value.
"""
import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from common.japanese import exact, plain_text
from opendata.columns import Column, Value

BOM = "\ufeff"
# The separator the national standard data sets use for several values in one cell.
LIST_SEPARATOR = ";"
# A text that begins like this is run as a formula by spreadsheets, its full-width form by Japanese ones.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The whole file. Cells are texts made by `cell`."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return (BOM + file.getvalue()).encode()


def table(columns: Sequence[Column], rows: Iterable) -> bytes:
    """A CSV file of these columns, one line a row."""
    return csv_bytes([column.name for column in columns], ([cell(column.read(row)) for column in columns] for row in rows))


def cell(value: Value) -> str:
    """A value as one cell; empty for None, which is never 0."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return plain_text(exact(value))
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int) else text(LIST_SEPARATOR.join(value) if isinstance(value, list) else value)


def text(value: str) -> str:
    """One line that no spreadsheet takes for a formula."""
    guarded = f"'{value}" if value.startswith(FORMULA_STARTS) else value
    return " ".join(guarded.splitlines())
