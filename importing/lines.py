"""What an import compares: values as they are stored, the standing of whoever sends a file, and one line of a preview. Pure."""
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import takewhile
from typing import Any

from common.japanese import NO_VALUE
from importing.book import address
from importing.records import Place
from importing.vocabulary import ChangeKind
from kpis.entry_states import ENDED, PUBLISHED, closed_because
from kpis.vocabulary import EntryState, MissingReason, ValueState

# What a file may say of one year's value, with the words for it.
FIELDS = {
    "value": "実績値",
    "state": "値の状態",
    "missing_reason": "未測定の理由",
    "expected_month": "公表予定の月",
    "is_met": "実施",
    "comment": "要因・コメント",
    "evidence": "根拠",
}
MET_WORDS = {True: "実施した", False: "実施していない"}

# How much of a changed text a preview shows.
BEFORE_DIFFERENCE, LONGEST_TEXT = 8, 50

Key = tuple[int, int]


@dataclass(frozen=True)
class Stored:
    """One year's value as it is. `version` is 0 where there is no row; `closed` says why it is closed 「公表済み」「確認済み」, if it is."""

    version: int = 0
    value: Decimal | None = None
    state: str = ValueState.CONFIRMED
    missing_reason: str = ""
    expected_month: int | None = None
    is_met: bool | None = None
    comment: str = ""
    evidence: str = ""
    closed: str = ""

    @property
    def has_content(self) -> bool:
        return self.value is not None or self.is_met is not None or bool(self.missing_reason)


# Where no row is, by why none may be written.
EMPTY = {why: Stored(closed=why) for why in ("", PUBLISHED, ENDED)}


@dataclass(frozen=True)
class Standing:
    """What a file is compared with, and what the person who sends it may do. Keys are (indicator, fiscal year).

    `editable` holds the indicators that person may enter, None for all. `parts` are the indicators whose values add up to one.
    `overwritten` holds the values for which that person chose the file's although somebody changed them since the sheet went out;
    `ended` those whose collection takes no more answers from that person; `lifetimes` the first and last year of indicators that were
    added or ended during the plan.
    """

    stored: Mapping[Key, Stored]
    fiscal_years: range
    published_through: int = 0
    editable: frozenset[int] | None = None
    may_change_closed: bool = True
    running_totals: frozenset[int] = frozenset()
    parts: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    overwritten: frozenset[Key] = frozenset()
    ended: frozenset[Key] = frozenset()
    lifetimes: Mapping[int, range] = field(default_factory=dict)

    def at(self, key: Key) -> Stored:
        """The value there, an empty one where no row is."""
        if found := self.stored.get(key):
            return found
        return EMPTY[closed_because(EntryState.NOT_ENTERED, is_published=key[1] <= self.published_through, is_ended=key in self.ended)]

    def may_enter(self, indicator: int) -> bool:
        return self.editable is None or indicator in self.editable

    def closed_because(self, key: Key) -> str:
        """Why that person may not change the value there 「公表済み」「締切り済み」; empty when they may."""
        return "" if self.may_change_closed else self.at(key).closed


@dataclass(frozen=True)
class Line:
    """One line of a preview. `new` is as written in the file where it cannot be taken in; `values` is what would be written."""

    kind: ChangeKind
    file: int
    place: str
    row: int
    column: int
    sheet: str
    name: str
    key: int | None = None
    fiscal_year: int | None = None
    code: str = ""
    unit: str = ""
    version: int = 0
    old: str = ""
    new: str = ""
    text: str = ""
    remedy: str = ""
    remarks: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    needs_reason: bool = False
    is_conflict: bool = False
    values: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def value_key(self) -> Key | None:
        return None if self.key is None or self.fiscal_year is None else (self.key, self.fiscal_year)


def place_text(place: Place) -> str:
    """「実績入力!H8」, as people find it."""
    return f"{place.sheet}!{address(place.row, place.column)}"


def shown(fields: Stored | dict[str, Any], decimals: int) -> str:
    """A year's value as people read it: 「1,234（速報）」「未測定（公表待ち・9月）」「実施した」「―」."""
    said = fields if isinstance(fields, dict) else vars(fields)
    if said["missing_reason"]:
        month = f"・{said['expected_month']}月" if said["expected_month"] else ""
        return f"未測定（{MissingReason(said['missing_reason']).label}{month}）"
    if said["is_met"] is not None:
        return MET_WORDS[said["is_met"]]
    if said["value"] is None or said["state"] == ValueState.CONFIRMED:
        return _number(said["value"], decimals)
    return f"{_number(said['value'], decimals)}（{ValueState(said['state']).label}）"


def _number(value: Decimal | None, decimals: int) -> str:
    """With all its digits, more than the indicator has if need be: what would be stored is what is shown."""
    if value is None:
        return NO_VALUE
    finer = -int(value.normalize().as_tuple().exponent)
    return f"{'△' if value < 0 else ''}{abs(value):,.{max(decimals, finer)}f}"


def difference(value: Decimal, decimals: int) -> str:
    """「＋11」「△55」「±0」, with all its digits."""
    return f"{'＋' if value > 0 else ''}{_number(value, decimals)}" if value else "±0"


def text_change(old: str, new: str) -> str:
    """「旧」→「新」, from a little before the first letter that differs."""
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    start = max(alike - BEFORE_DIFFERENCE, 0)
    return f"{_clipped(old, start)}→{_clipped(new, start)}"


def _clipped(text: str, start: int) -> str:
    part = " ".join(text[start:].split())
    return f"「{'…' if start else ''}{part[:LONGEST_TEXT]}{'…' if len(part) > LONGEST_TEXT else ''}」" if text else "（なし）"
