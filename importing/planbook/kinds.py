"""What a cell of a 計画ワークブック may hold. Each kind reads a cell, tells whether two values are the same, and says how to write one. Pure."""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from common.japanese import exact, parse_number, plain_text
from common.sheets import same_text
from importing.book import FORMULA_WITHOUT_RESULT, Cell
from importing.values.amounts import without_noise
from importing.values.reading import UnreadableError, excerpt
from importing.values.spelling import folded
from importing.values.years import YEAR, western_year

AS_DATE = "Excel が日付に変えています。表示形式を「文字列」にして、書き直してください。"
AS_LOGICAL = "TRUE か FALSE になっています。文字で書き直してください。"
ERRORS = frozenset({FORMULA_WITHOUT_RESULT, "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})
BROKEN_FORMULA = "計算式の結果になっていません。計算式をやめて、値を書いてください。"
YES, NO = "はい", "いいえ"
EXACT_DIGITS = 15


class Kind:
    """A kind of cell. `empty` is what a blank cell means, `options` are the words a list offers."""

    empty: Any = None
    options: tuple[str, ...] = ()
    how = ""

    def read(self, cell: Cell) -> Any:
        """The value in a cell. Raises UnreadableError, whose message says how to mend it."""
        value = cell.value
        if isinstance(value, str) and value in ERRORS:
            raise UnreadableError(BROKEN_FORMULA)
        return self.empty if is_blank(value) else self.understood(value)

    def understood(self, value: Any) -> Any:
        raise NotImplementedError

    def written(self, value: Any) -> Any:
        """What an export puts into the cell: a text, a number, a date, or None."""
        return value

    def shown(self, value: Any) -> str:
        """The value as the preview shows it."""
        written = self.written(value)
        return "" if written is None else str(written)

    def same(self, one: Any, other: Any) -> bool:
        return one == other


def is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def as_text(value: Any) -> str:
    """A cell's text. Raises UnreadableError for a date, which is what Excel makes of 1-3-4."""
    if isinstance(value, bool):
        raise UnreadableError(AS_LOGICAL)
    if isinstance(value, date):
        raise UnreadableError(AS_DATE)
    return plain_text(exact(value)) if isinstance(value, Decimal) else value


class Text(Kind):
    """Free text with its line breaks, as typed."""

    empty = ""
    how = "文字"

    def understood(self, value: Any) -> str:
        return as_text(value).replace("\r\n", "\n").replace("\r", "\n")

    def written(self, value: str) -> str:
        return value.replace("\r\n", "\n").replace("\r", "\n")

    def same(self, one: str, other: str) -> bool:
        """A spreadsheet keeps neither the kind of line break nor texts of spaces alone."""
        return same_text(one, other) or (is_blank(one) and is_blank(other))


class Name(Text):
    """A text that rows are known by: spaces around it do not count."""

    how = "文字（1行）"

    def understood(self, value: Any) -> str:
        return as_text(value).strip()

    def written(self, value: str) -> str:
        return value.strip()

    def same(self, one: str, other: str) -> bool:
        return one.strip() == other.strip()


class Number(Kind):
    """A number, exactly."""

    how = "数（15桁まで。負の数は -5 か △5）"

    def understood(self, value: Any) -> Decimal:
        if isinstance(value, bool | date):
            raise UnreadableError(AS_DATE if isinstance(value, date) else "数で書いてください。")
        number = _number(value)
        if len(exact(number).as_tuple().digits) > EXACT_DIGITS:
            raise UnreadableError(f"{excerpt(str(value))}は長すぎます。{EXACT_DIGITS}桁までの数にしてください。")
        return exact(number)

    def written(self, value: Decimal | None) -> Decimal | None:
        return None if value is None else exact(Decimal(value))

    def shown(self, value: Decimal | None) -> str:
        return plain_text(self.written(value))


def _number(value: Any) -> Decimal:
    if isinstance(value, Decimal):
        return without_noise(value)
    try:
        return parse_number(value)
    except ValueError as error:
        raise UnreadableError(f"{excerpt(value)}は数として読めません。単位を付けず、数だけを書いてください。") from error


class Whole(Number):
    """A whole number: numbers of goals, years, months."""

    how = "整数"

    def understood(self, value: Any) -> int:
        number = super().understood(value)
        if number != number.to_integral_value():
            raise UnreadableError(f"{excerpt(str(value))}は整数で書いてください。")
        return int(number)

    def written(self, value: int | None) -> int | None:
        return value

    def shown(self, value: int | None) -> str:
        return "" if value is None else str(value)


class Year(Whole):
    """A fiscal year, in Western numbers; 令和6年度 is understood too."""

    how = "西暦の年度（2024。令和6年度 も読めます）"

    def understood(self, value: Any) -> int:
        found = YEAR.fullmatch(folded(value)) if isinstance(value, str) else None
        return western_year(found) if found else super().understood(value)


class Day(Kind):
    """A date."""

    how = "日付（2020-03-31）"

    def understood(self, value: Any) -> date:
        if isinstance(value, date):
            return value.date() if isinstance(value, datetime) else value
        try:
            return datetime.strptime(folded(as_text(value)).replace("/", "-"), "%Y-%m-%d").date()
        except ValueError as error:
            raise UnreadableError(f"{excerpt(str(value))}は日付として読めません。2020-03-31 のように書いてください。") from error


class YesNo(Kind):
    """はい or いいえ."""

    options = (YES, NO)
    how = "「はい」か「いいえ」"

    def understood(self, value: Any) -> bool:
        word = (YES if value else NO) if isinstance(value, bool) else folded(as_text(value))
        if word not in self.options:
            raise UnreadableError(f"{excerpt(word)}ではなく、「はい」か「いいえ」と書いてください。")
        return word == YES

    def written(self, value: bool | None) -> str | None:
        return None if value is None else YES if value else NO


@dataclass(frozen=True)
class Choice(Kind):
    """One of a fixed vocabulary, by its Japanese word; the stored word is understood too. `choices` are (stored, written)."""

    choices: tuple[tuple[Any, str], ...]
    empty: Any = ""

    @property
    def options(self) -> tuple[str, ...]:
        return tuple(written for _, written in self.choices)

    @property
    def how(self) -> str:
        return "・".join(f"「{option}」" for option in self.options) + " のどれか"

    def understood(self, value: Any) -> Any:
        word = folded(as_text(value))
        known = {folded(text): stored for stored, written in self.choices for text in (written, str(stored))}
        if word not in known:
            raise UnreadableError(f"{excerpt(word)}は選べません。{self.how}を書いてください。")
        return known[word]

    def written(self, value: Any) -> str | None:
        return dict(self.choices).get(value, str(value)) if value not in ("", None) else None


@dataclass(frozen=True)
class Keys(Kind):
    """Several rows of another sheet, one a line. `separator` stands between the parts of a key, which `kinds` read."""

    kinds: tuple[Kind, ...]
    example: str
    empty: Any = ()

    @property
    def how(self) -> str:
        return f"{self.example} のように。いくつもあるときは、1行に1つ"

    def understood(self, value: Any) -> tuple[tuple, ...]:
        parts = (part for line in as_text(value).splitlines() for part in line.replace("；", ";").replace("、", ";").split(";"))
        return ordered(self._key(folded(part)) for part in parts if part.strip())

    def _key(self, text: str) -> tuple:
        parts = [part.strip() for part in text.split("-")]
        if len(parts) != len(self.kinds):
            raise UnreadableError(f"{excerpt(text)}は読めません。{self.example} のように書いてください。")
        return tuple(kind.read(Cell(part)) for kind, part in zip(self.kinds, parts, strict=True))

    def written(self, value: tuple[tuple, ...]) -> str | None:
        lines = ["-".join(kind.shown(part) for kind, part in zip(self.kinds, key, strict=True)) for key in ordered(value)]
        return "\n".join(lines) or None

    def same(self, one: Iterable[tuple], other: Iterable[tuple]) -> bool:
        return set(one) == set(other)


def ordered(keys: Iterable[tuple]) -> tuple[tuple, ...]:
    """The keys without repetitions, in order."""
    return tuple(sorted(set(keys)))
