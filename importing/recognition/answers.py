"""One year's answer of one indicator out of its cells: value, state, reason, month, comment, evidence, and what is wrong with them. Pure."""
import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from common.term import Term
from importing.book import Cell
from importing.recognition.headings import ColumnRole
from importing.recognition.tables import is_blank, text_of
from importing.records import KnownIndicator
from importing.surveys.keys import MET_WORDS
from importing.values.absences import read_absence
from importing.values.cells import read_cell
from importing.values.reading import Nothing, Reading, excerpt
from importing.values.spelling import folded
from importing.values.years import STATE_WORDS
from kpis.vocabulary import MissingReason, ValueState

MONTH = re.compile(r"(1[0-2]|0?[1-9])月?(?:頃|ごろ|予定|末|上旬|中旬|下旬)*")
STATES = {word: state for state in ValueState for word in (state.value, state.label)} | STATE_WORDS
REASONS = {word: reason for reason in MissingReason for word in (reason.value, reason.label)}
MET = {"はい": True, "いいえ": False, "true": True, "false": False} | {word: is_met for is_met, word in MET_WORDS.items()}
UNCLEAR = (Nothing.TO_CONFIRM, Nothing.UNKNOWN)

UNKNOWN_WORD = "{written}は{what}として読めません。"
WRITE_ONE_OF = "{words} のどれかを書いてください。"
WRITE_MONTH = "「9月」のように、月を1つ書いてください。"
MONTH_WORD = "公表予定の月"
BOTH = "実績値と未測定の理由の両方が書かれています。"
KEEP_ONE = "値があるときは理由を消し、値がないときは値を消してください。"
TWO_REASONS = "実績値の欄では「{cell}」、未測定の理由の欄では「{column}」で、合いません。"
TWO_STATES = "実績値の欄や見出しでは「{cell}」、値の状態の欄では「{column}」で、合いません。"
SAME_IN_BOTH = "どちらかに合わせてください。"
TWO_ANSWERS = "「実施した」かどうかが、2つの欄で合いません。"
ONLY_MONTH = "公表予定の月だけが書かれています。未測定のときは、理由に「公表待ち」と書いてください。"


@dataclass(frozen=True)
class Trouble:
    """What is wrong with one cell, by the role of its column. An unclear one says neither a number nor a reason."""

    role: ColumnRole
    text: str
    remedy: str = ""
    is_unclear: bool = False


@dataclass(frozen=True)
class Answer:
    """What the cells of one slot say. With `troubles` it must not be taken in."""

    value: Decimal | None = None
    state: ValueState | None = None
    missing_reason: MissingReason | None = None
    expected_month: int | None = None
    is_met: bool | None = None
    comment: str | None = None
    evidence: str | None = None
    note: str = ""
    warnings: tuple[str, ...] = ()
    troubles: tuple[Trouble, ...] = field(default=())

    @property
    def says_something(self) -> bool:
        """A state alone says nothing."""
        said = (self.value, self.missing_reason, self.expected_month, self.is_met, self.comment, self.evidence)
        return any(part is not None for part in said)

    def but(self, **changes: Any) -> "Answer":
        """The answer with other fields. `dataclasses.replace` takes as long for it as reading the number, in each of 10,000 rows."""
        return Answer(**vars(self) | changes)


def answer_of(cells: dict[ColumnRole, Cell], indicator: KnownIndicator, state: ValueState | None = None) -> Answer:
    """The answer in these cells, all their problems at once. `state` is what the heading of the values says."""
    filled = {role: cell for role, cell in cells.items() if not is_blank(cell)}
    if not filled:
        return Answer()
    answer = _of_value(filled.get(ColumnRole.VALUE), indicator, state)
    for role, add in ADDITIONS:
        if role in filled:
            answer = add(answer, filled[role], indicator)
    return _made_whole(answer)


def split_advice(sentence: str) -> tuple[str, str]:
    """「何が。どう直す。」 as its two halves; a 。 within 「」 is part of what was written."""
    depth = 0
    for place, sign in enumerate(sentence):
        depth += (sign == "「") - (sign == "」")
        if sign == "。" and depth <= 0:
            return sentence[: place + 1], sentence[place + 1 :]
    return sentence, ""


def _of_value(cell: Cell | None, indicator: KnownIndicator, state: ValueState | None) -> Answer:
    if cell is None:
        return Answer()
    if indicator.is_milestone and isinstance(cell.value, str | bool):
        is_met = MET.get(_word(cell))
        if is_met is not None:
            return Answer(is_met=is_met)
    reading = read_cell(cell, indicator.unit, indicator.decimals)
    if reading.problem or reading.nothing in UNCLEAR:
        trouble = Trouble(ColumnRole.VALUE, *split_advice(reading.problem or reading.warning), is_unclear=not reading.problem)
        return Answer(troubles=(trouble,))
    return _of_reading(reading, state)


def _of_reading(reading: Reading, state: ValueState | None) -> Answer:
    answer = Answer(
        value=reading.value,
        state=reading.state or (state if reading.value is not None else None),
        missing_reason=reading.missing_reason,
        expected_month=reading.expected_month,
        note="、".join(filter(None, (reading.qualifier, reading.note))),
        warnings=(reading.warning,) if reading.warning else (),
    )
    if state and reading.state and reading.state is not state:
        return _troubled(answer, ColumnRole.VALUE, TWO_STATES.format(cell=reading.state.label, column=state.label), SAME_IN_BOTH)
    return answer


def _troubled(answer: Answer, role: ColumnRole, text: str, remedy: str = "") -> Answer:
    return answer.but(troubles=(*answer.troubles, Trouble(role, text, remedy)))


def _word(cell: Cell) -> str:
    return folded(text_of(cell)).replace(" ", "").casefold()


def _unknown(answer: Answer, role: ColumnRole, cell: Cell, terms: type[Term]) -> Answer:
    words = "・".join(term.label for term in terms)
    return _troubled(answer, role, UNKNOWN_WORD.format(written=excerpt(folded(text_of(cell))), what=role.label), WRITE_ONE_OF.format(words=words))


def _add_state(answer: Answer, cell: Cell, indicator: KnownIndicator) -> Answer:
    state = STATES.get(_word(cell))
    if state is None:
        return _unknown(answer, ColumnRole.STATE, cell, ValueState)
    if answer.state and answer.state is not state:
        return _troubled(answer, ColumnRole.STATE, TWO_STATES.format(cell=answer.state.label, column=state.label), SAME_IN_BOTH)
    return answer.but(state=state)


def _add_reason(answer: Answer, cell: Cell, indicator: KnownIndicator) -> Answer:
    """A reason settles what a lone 「－」 or 「未測定」 in the value's cell left open."""
    said = read_absence(folded(text_of(cell)))
    if said and said.nothing in (Nothing.TO_CONFIRM, Nothing.NOT_ENTERED):
        return answer
    reason = REASONS.get(_word(cell)) or (said.missing_reason if said else None)
    if reason is None:
        return _unknown(answer, ColumnRole.REASON, cell, MissingReason)
    is_vague = bool(answer.warnings) and answer.value is None
    if answer.missing_reason not in (None, reason) and not is_vague:
        text = TWO_REASONS.format(cell=answer.missing_reason.label, column=reason.label)
        return _troubled(answer, ColumnRole.REASON, text, SAME_IN_BOTH)
    return answer.but(
        missing_reason=reason,
        expected_month=answer.expected_month or (said.expected_month if said else None),
        troubles=tuple(trouble for trouble in answer.troubles if not trouble.is_unclear),
        warnings=() if is_vague else answer.warnings,
    )


def _add_month(answer: Answer, cell: Cell, indicator: KnownIndicator) -> Answer:
    """「9」「９月」「令和7年9月」, or the day into which Excel turned it."""
    month = _month_of(cell)
    if month is None:
        return _troubled(answer, ColumnRole.MONTH, UNKNOWN_WORD.format(written=excerpt(folded(text_of(cell))), what=MONTH_WORD), WRITE_MONTH)
    return answer.but(expected_month=month)


def _month_of(cell: Cell) -> int | None:
    if isinstance(cell.value, date):
        return cell.value.month
    text = folded(text_of(cell)).replace(" ", "")
    found = MONTH.fullmatch(text)
    if found:
        return int(found[1])
    announced = read_absence(f"{text}公表予定")
    return announced.expected_month if announced else None


def _add_met(answer: Answer, cell: Cell, indicator: KnownIndicator) -> Answer:
    is_met = MET.get(_word(cell))
    if is_met is None:
        text = UNKNOWN_WORD.format(written=excerpt(folded(text_of(cell))), what="「実施した」かどうか")
        return _troubled(answer, ColumnRole.MET, text, WRITE_ONE_OF.format(words="はい・いいえ"))
    if answer.is_met not in (None, is_met):
        return _troubled(answer, ColumnRole.MET, TWO_ANSWERS, SAME_IN_BOTH)
    return answer.but(is_met=is_met)


def _add_comment(answer: Answer, cell: Cell, indicator: KnownIndicator) -> Answer:
    return answer.but(comment=text_of(cell))


def _add_evidence(answer: Answer, cell: Cell, indicator: KnownIndicator) -> Answer:
    return answer.but(evidence=text_of(cell))


ADDITIONS = (
    (ColumnRole.REASON, _add_reason),
    (ColumnRole.STATE, _add_state),
    (ColumnRole.MONTH, _add_month),
    (ColumnRole.MET, _add_met),
    (ColumnRole.COMMENT, _add_comment),
    (ColumnRole.EVIDENCE, _add_evidence),
)


def _made_whole(answer: Answer) -> Answer:
    """What only all cells together tell."""
    if answer.value is not None and answer.missing_reason is not None:
        return _troubled(answer, ColumnRole.REASON, BOTH, KEEP_ONE)
    if answer.expected_month is not None and answer.value is None and answer.missing_reason is None and not answer.troubles:
        return answer.but(warnings=(*answer.warnings, ONLY_MONTH))
    return answer
