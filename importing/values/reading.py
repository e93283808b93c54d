"""What was understood of one cell."""
from dataclasses import dataclass
from decimal import Decimal

from common.term import Term
from kpis.vocabulary import MissingReason, ValueState


class Nothing(Term):
    """The kinds of "no number", which are different things."""

    NOT_ENTERED = "not_entered", "未入力"
    TO_CONFIRM = "to_confirm", "要確認"
    UNKNOWN = "unknown", "不明"
    NOT_MEASURED = "not_measured", "未測定"
    SECRET = "secret", "秘匿"


@dataclass(frozen=True)
class Reading:
    """A value in the indicator's unit, or a kind of nothing, or a problem: exactly one of the three.

    `expected_year` is the calendar year of `expected_month`; without a month it is the year as written (令和7年度 is 2025).
    `problem` and `warning` are Japanese sentences that say what and how to mend it, and leave to the caller where.
    """

    value: Decimal | None = None
    nothing: Nothing | None = None
    qualifier: str = ""
    state: ValueState | None = None
    missing_reason: MissingReason | None = None
    expected_month: int | None = None
    expected_year: int | None = None
    note: str = ""
    problem: str = ""
    warning: str = ""


class UnreadableError(ValueError):
    """A cell that cannot be read; the message is the reading's `problem`."""


def excerpt(text: str) -> str:
    """The text in 「」, cut to what fits into a sentence."""
    return f"「{text}」" if len(text) <= 24 else f"「{text[:23]}…」"
