"""The shape of a survey sheet 「調査票」 that its writer and its reader share: sheets, input columns and the very-hidden keys. Pure.

People may sort, hide or add rows: the key of an input row names its indicator and the row it was written in; the reader checks
it against the 番号 that stands there. Keys are codes and names, never primary keys.
"""
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from common.term import Term
from importing.book import Book, Sheet

FORM = "hokuto-survey-1"
GUIDE_SHEET = "記入のしかた"
INPUT_SHEET = "実績入力"
KEYS_SHEET = "_keys"
# Headings of the locked columns that a reader may check a row by.
CODE_HEADING = "番号"
NAME_HEADING = "指標名（内訳）"
UNIT_HEADING = "単位"
# What the value cell of a qualitative indicator 「定性（実施・設置）」 takes instead of a number.
MET_WORDS = {True: "実施した", False: "実施していない"}


class InputColumn(Term):
    """The yellow columns, in their order from left to right; the stored word is the field of importing.records.Entry."""

    VALUE = "value", "実績値"
    STATE = "state", "値の状態"
    MISSING_REASON = "missing_reason", "未測定の理由"
    EXPECTED_MONTH = "expected_month", "公表予定の月"
    COMMENT = "comment", "要因・コメント"
    EVIDENCE = "evidence", "根拠"


@dataclass(frozen=True)
class SurveyFacts:
    """What a workbook is about. Rows and columns count from 1; the input columns stand side by side from `first_input_column` on."""

    strategy: str
    fiscal_year: int
    division: str
    made_at: str
    heading_row: int
    first_input_column: int
    form: str = FORM


@dataclass(frozen=True)
class RowKey:
    """Which indicator an input row is about. `row` counts from 1; `version` is the version of the value written there, 0 for none."""

    sheet: str
    row: int
    code: str
    breakdown: str
    fiscal_year: int
    version: int


@dataclass(frozen=True)
class SurveyKeys:
    """The very-hidden sheet, read or to be written."""

    facts: SurveyFacts
    rows: tuple[RowKey, ...]


FACT_NAMES = ("form", "strategy", "fiscal_year", "division", "made_at", "heading_row", "first_input_column")
ROW_HEADINGS = ("sheet", "row", "code", "breakdown", "fiscal_year", "version")
NUMBERS = {"fiscal_year", "heading_row", "first_input_column", "row", "version"}


def key_lines(keys: SurveyKeys) -> list[tuple[Any, ...]]:
    """The lines of the sheet: one fact each (name, value), then the headings, then one line per input row."""
    facts = [(name, getattr(keys.facts, name)) for name in FACT_NAMES]
    return [*facts, ROW_HEADINGS, *(tuple(getattr(row, name) for name in ROW_HEADINGS) for row in keys.rows)]


def keys_of(book: Book) -> SurveyKeys | None:
    """The keys of a workbook of ours; None for any other, and for one whose keys were damaged or are of another form."""
    sheet = next((sheet for sheet in book.sheets if sheet.name == KEYS_SHEET), None)
    try:
        return _read(sheet) if sheet else None
    except (KeyError, ValueError, TypeError):
        return None


def _read(sheet: Sheet) -> SurveyKeys | None:
    lines = [[cell.value for cell in row] for row in sheet.rows]
    facts = SurveyFacts(**_named(FACT_NAMES, (_fact(name, line) for name, line in zip(FACT_NAMES, lines, strict=False))))
    if facts.form != FORM or tuple(lines[len(FACT_NAMES)][: len(ROW_HEADINGS)]) != ROW_HEADINGS:
        return None
    rows = lines[len(FACT_NAMES) + 1 :]
    return SurveyKeys(facts, tuple(RowKey(**_named(ROW_HEADINGS, line)) for line in rows))


def _fact(name: str, line: list[Any]) -> Any:
    if line[0] != name:
        raise KeyError(name)
    return line[1]


def _named(names: Iterable[str], values: Iterable[Any]) -> dict[str, Any]:
    """The values by their names, numbers as int and everything else as text; an empty cell is an empty text."""
    pairs = zip(names, values, strict=False)
    return {name: int(value) if name in NUMBERS else str(value or "") for name, value in pairs}
