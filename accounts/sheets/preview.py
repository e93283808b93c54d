"""What an import would do, for people to read before they agree: kinds of rows, old → new, and every problem at once."""
import hashlib
import logging
from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from import_export.results import Result, RowResult

from common.japanese import number_text
from common.sheets import restored

logger = logging.getLogger(__name__)

KINDS = {RowResult.IMPORT_TYPE_NEW: "追加", RowResult.IMPORT_TYPE_UPDATE: "変更", RowResult.IMPORT_TYPE_SKIP: "変更なし"}
EMPTY = "（空）"
IS_EMPTY = "空です。値を書いてください。"
EMPTY_CODES = {"blank", "null", "required"}
BROKEN_FILE = "このファイルは取り込めませんでした。管理者に連絡してください。"
BROKEN_ROW = "この行は取り込めませんでした。書き出したファイルの同じ行と見比べてください。"


@dataclass(frozen=True)
class Problem:
    """Why the file cannot be taken in. Row 0 speaks of the whole file; an empty column of the whole row."""

    row: int
    column: str
    message: str

    def __str__(self):
        place = f"{self.row}行目" if self.row else ""
        column = f"「{self.column}」" if self.column else ""
        return f"{place}{column}: {self.message}" if place or column else self.message


@dataclass(frozen=True)
class CellChange:
    """One value, before and after, as people read it."""

    column: str
    old: str
    new: str


@dataclass(frozen=True)
class PreviewRow:
    number: int
    kind: str
    title: str
    changes: tuple[CellChange, ...] = ()


@dataclass(frozen=True)
class Preview:
    """Rows in the order of the file. `result` is django-import-export's own, None when the heading was refused."""

    rows: tuple[PreviewRow, ...] = ()
    problems: tuple[Problem, ...] = ()
    result: Result | None = None

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of which kind, errors included."""
        found = Counter(row.kind for row in self.rows)
        return {kind: found[kind] for kind in KINDS.values()} | {"エラー": len({problem.row for problem in self.problems})}

    @property
    def summary(self) -> str:
        return "、".join(f"{kind} {count:,}件" for kind, count in self.counts.items() if kind != "エラー")

    @property
    def changed(self) -> tuple[PreviewRow, ...]:
        return tuple(row for row in self.rows if row.kind != KINDS[RowResult.IMPORT_TYPE_SKIP])

    @property
    def digest(self) -> str:
        """The same for the same changes: tells at confirmation whether the data moved since the preview."""
        return hashlib.sha256(repr(self.changed).encode()).hexdigest()


class RowDiff:
    """The difference one row makes, in place of django-import-export's coloured HTML."""

    def __init__(self, resource, instance, new: bool):
        self.columns = [column for column in resource.get_import_fields() if not column.readonly]
        self.old = [shown("")] * len(self.columns) if new else self._values(instance)

    def compare_with(self, resource, instance):
        self.new = self._values(instance)

    def as_html(self) -> tuple[CellChange, ...]:
        headers = [column.column_name for column in self.columns]
        return tuple(CellChange(*cells) for cells in zip(headers, self.old, self.new, strict=True) if cells[1] != cells[2])

    def _values(self, instance) -> list[str]:
        return [shown(column.export(instance)) for column in self.columns]


def shown(value: Any) -> str:
    """A cell's value as people read it."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, Decimal):
        return number_text(value, max(0, -value.as_tuple().exponent))
    return value.isoformat() if isinstance(value, date) else restored(str(value))


def preview_of(resource, result: Result) -> Preview:
    """The preview of an import that was run, or rehearsed, by that resource."""
    rows, problems = [], []
    for error in result.base_errors:
        logger.error("An import failed", exc_info=error.error)
        problems.append(Problem(0, "", BROKEN_FILE))
    for number, row in zip(resource.numbers, result.rows, strict=False):
        if row.import_type in KINDS:
            changes = () if row.is_skip() else tuple(row.diff)
            rows.append(PreviewRow(number, KINDS[row.import_type], row.object_repr or "", changes))
        else:
            problems += _problems(resource, number, row)
    return Preview(tuple(rows), tuple(problems), result)


def _problems(resource, number: int, row: RowResult) -> list[Problem]:
    for error in row.errors:
        logger.error("Row %s of an import failed", number, exc_info=error.error)
    if row.validation_error is None:
        return [Problem(number, "", BROKEN_ROW)]
    return [
        Problem(number, "" if name == NON_FIELD_ERRORS else resource.header_of(name), _message(error))
        for name, errors in row.validation_error.error_dict.items()
        for error in errors
    ]


def _message(error: ValidationError) -> str:
    return IS_EMPTY if error.code in EMPTY_CODES else "".join(error.messages)
