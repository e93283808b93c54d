"""What somebody typed or pasted into one row of the entry sheet: its values, or what to mend and how. Pure.

A number is read in the indicator's unit. Nothing is guessed: what is neither a number nor the name of a reason is a problem of its field.
"""
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal

from common.japanese import exact, parse_number
from kpis.vocabulary import MissingReason, ValueState

MINUS_SIGNS = "-△▲−‐–—"
FIGURE = re.compile(rf"([{MINUS_SIGNS}]?)\s*([0-9][0-9,.]*)\s*(.*)")
NOTHING = re.compile(r"[-−‐–—―ー…・.\s]+|なし|無し|該当なし|不明|未測定")
WHOLE_DIGITS, DECIMALS = 11, 4
LONGEST_EVIDENCE = 200
# What divisions write into their own sheets instead of a value.
REASON_WORDS = {reason.label: reason for reason in MissingReason if reason is not MissingReason.OTHER} | {
    "未公表": MissingReason.AWAITING_PUBLICATION, "集計中": MissingReason.AWAITING_PUBLICATION, "未調査": MissingReason.NOT_SURVEYED,
}
MET, NOT_MET = "yes", "no"
IS_MET = {MET: True, NOT_MET: False, "実施した": True, "していない": False, "": None}

NOT_A_NUMBER = "「{text}」を数として読めません。「1,234」や「△55」のように、数だけを書いてください。"
BROKEN_GROUPS = "「{text}」は桁の区切りが合いません。「1,234」のように3桁ごとに区切るか、区切らずに書いてください。"
OTHER_UNIT = "数の後ろに「{suffix}」が付いています。この指標の単位「{unit}」で数えた数だけを書いてください。"
NO_VALUE = "「{text}」では理由が分かりません。値がないときは「未測定にする」で理由を選び、0のときは0と書いてください。"
TOO_LONG = "桁が多すぎます。整数は{whole}桁まで、小数は{decimals}桁までで書いてください。"
VALUE_AND_REASON = "実績値と未測定の理由は、どちらか一方だけにしてください。"
NO_SUCH_MONTH = "公表予定の月は、1～12から選んでください。"
NO_SUCH_CHOICE = "選択肢から選び直してください。"
MET_WITHOUT_EVIDENCE = "「実施した」とするときは、根拠を書くか、根拠のファイルを付けてください。"
LONG_EVIDENCE = "根拠は200字以内で書いてください。長いときは、コメントかファイルに分けてください。"


class UnreadableError(ValueError):
    """A text that is no value; the message says in Japanese what to write instead."""


@dataclass(frozen=True)
class Typed:
    """What a value cell says: a number, a reason why there is none, or (both None) nothing."""

    value: Decimal | None = None
    missing_reason: MissingReason | None = None


@dataclass(frozen=True)
class RowFields:
    """One row's fields as texts, the way a form holds them. `is_met` is MET, NOT_MET or empty; `version` 0 where there was no value."""

    value: str = ""
    is_met: str = ""
    state: str = ValueState.CONFIRMED.value
    missing_reason: str = ""
    expected_month: str = ""
    comment: str = ""
    evidence: str = ""
    doubt_answer: str = ""
    version: str = "0"

    @classmethod
    def read(cls, field: Callable[[str], object]) -> "RowFields":
        """From a form or from JSON: `field(name)` is the text of that field, None where it was not sent."""
        sent = {each.name: field(each.name) for each in fields(cls)}
        return cls(**{name: _one_spelling(value) for name, value in sent.items() if value is not None})

    @property
    def seen_version(self) -> int:
        """The version that person saw; 0 for anything else than digits."""
        return int(self.version) if re.fullmatch("[0-9]{1,9}", self.version) else 0


def _one_spelling(value: object) -> str:
    """One kind of line break, and no letter that a database cannot hold: NUL, half a surrogate pair."""
    whole = str(value).encode("utf-8", "ignore").decode()
    return whole.replace("\r\n", "\n").replace("\x00", "").strip()


def unit_key(unit: str) -> str:
    """What two spellings of a unit have in common: 「回／月」 is 回/月, 「％」 is %."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", unit)).casefold()


def read_value(text: str, unit: str) -> Typed:
    """「△1,234」「１，２３４」「87.5％」「14事業者」 in that unit, or 「公表待ち」. Raises UnreadableError."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain in REASON_WORDS:
        return Typed(missing_reason=REASON_WORDS[plain])
    if plain and NOTHING.fullmatch(plain):
        raise UnreadableError(NO_VALUE.format(text=text.strip()))
    return Typed(_number(plain, text, unit)) if plain else Typed()


def _number(plain: str, text: str, unit: str) -> Decimal:
    found = FIGURE.fullmatch(plain.replace("マイナス", "-", 1))
    if not found:
        raise UnreadableError(NOT_A_NUMBER.format(text=_excerpt(text)))
    sign, digits, suffix = found.groups()
    if suffix and unit_key(suffix) != unit_key(unit):
        raise UnreadableError(OTHER_UNIT.format(suffix=_excerpt(suffix), unit=unit or "なし"))
    try:
        value = exact(parse_number(sign + digits))
    except ValueError as error:
        raise UnreadableError(BROKEN_GROUPS.format(text=_excerpt(digits))) from error
    return _storable(value)


def _storable(value: Decimal) -> Decimal:
    _, digits, exponent = value.as_tuple()
    if len(digits) + exponent > WHOLE_DIGITS or -exponent > DECIMALS:
        raise UnreadableError(TOO_LONG.format(whole=WHOLE_DIGITS, decimals=DECIMALS))
    return value or Decimal(0)


def _excerpt(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= 30 else f"{shown[:30]}…"


@dataclass(frozen=True)
class RowReading:
    """A row as it was read: `entered` for `record_value`, or `problems` by field."""

    entered: Mapping[str, object]
    problems: Mapping[str, str]


def read_row(row: RowFields, unit: str, *, is_milestone: bool) -> RowReading:
    """Every field of a row at once, with every problem."""
    problems = {name: problem for name, problem in _plain_problems(row).items() if problem}
    entered = {"state": row.state, "comment": row.comment, "evidence": row.evidence, "doubt_answer": row.doubt_answer}
    try:
        typed = Typed() if is_milestone else read_value(row.value, unit)
    except UnreadableError as error:
        return RowReading({}, {"value": str(error), **problems})
    reason = typed.missing_reason or row.missing_reason
    is_met = IS_MET.get(row.is_met) if is_milestone else None
    if reason and (typed.value is not None or is_met is not None):
        problems["missing_reason"] = VALUE_AND_REASON
    if is_met and not row.evidence:
        problems["evidence"] = MET_WITHOUT_EVIDENCE
    month = int(row.expected_month) if not problems and row.expected_month and reason == MissingReason.AWAITING_PUBLICATION else None
    entered |= {"value": typed.value, "missing_reason": str(reason), "expected_month": month, "is_met": is_met}
    return RowReading({} if problems else entered, problems)


def _plain_problems(row: RowFields) -> dict[str, str]:
    is_month = not row.expected_month or (row.expected_month.isascii() and row.expected_month.isdigit() and 1 <= int(row.expected_month) <= 12)
    return {
        "state": "" if row.state in tuple(ValueState) else NO_SUCH_CHOICE,
        "missing_reason": "" if row.missing_reason in ("", *MissingReason) else NO_SUCH_CHOICE,
        "is_met": "" if row.is_met in IS_MET else NO_SUCH_CHOICE,
        "expected_month": "" if is_month else NO_SUCH_MONTH,
        "evidence": "" if len(row.evidence) <= LONGEST_EVIDENCE else LONG_EVIDENCE,
    }


# Of rows that share number and name, the one called so is the sum of the others.
WHOLES = ("", "計", "合計", "総数", "全体")


def is_whole(breakdown: str) -> bool:
    """Whether a row of a broken-down indicator is the total of the other rows."""
    return breakdown in WHOLES
