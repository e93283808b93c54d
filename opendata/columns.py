"""One column of the open data: its name, how to read it off a row, and how to explain it.

CSV, JSON, openapi.json and the column descriptions on the index page are all made from tables of these.
"""
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any

from common.term import Term

Value = str | int | Decimal | bool | date | list | None


class Kind(StrEnum):
    """What a cell holds, in the words of the index page."""

    TEXT = "文字"
    INTEGER = "整数"
    NUMBER = "数値"
    BOOLEAN = "true／false"
    DATE = "日付"
    WORD = "決まった語"
    LIST = "一覧"


class Level(Enum):
    """Where a column stands in the nested JSON: with the file, the indicator, or its fiscal year."""

    FILE = "file"
    INDICATOR = "indicator"
    YEAR = "year"


@dataclass(frozen=True)
class Column:
    """`read` takes the table's row and gives the value, None for nothing. WORD columns name their vocabulary."""

    name: str
    label: str
    kind: Kind
    read: Callable[[Any], Value]
    description: str = ""
    level: Level = Level.YEAR
    vocabulary: type[Term] | None = None
    is_required: bool = False

    @property
    def words(self) -> list[tuple[str, str]]:
        """The stored words and their Japanese labels."""
        return self.vocabulary.choices() if self.vocabulary else []

    @property
    def schema(self) -> dict:
        """The column as JSON Schema."""
        types = {Kind.INTEGER: "integer", Kind.NUMBER: "number", Kind.BOOLEAN: "boolean", Kind.LIST: "array"}
        name = types.get(self.kind, "string")
        words = [word for word, _ in self.words]
        return {
            "title": self.label,
            **({"description": self.description} if self.description else {}),
            "type": name if self.is_required else [name, "null"],
            **({"enum": words if self.is_required else [*words, None]} if words else {}),
            **({"format": "date"} if self.kind is Kind.DATE else {}),
            **({"items": {"type": "string"}} if self.kind is Kind.LIST else {}),
        }


def object_schema(columns: Iterable[Column], **more: dict) -> dict:
    """The JSON Schema of an object that has exactly these columns, and the properties given by name."""
    properties = {column.name: column.schema for column in columns} | more
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def json_object(columns: Iterable[Column], row) -> dict:
    """The row's columns as JSON values, in the table's order."""
    return {column.name: json_value(column.read(row)) for column in columns}


def json_value(value: Value):
    """Whole numbers without a point, other Decimals as the number they print as; dates as YYYY-MM-DD."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Term) else value
