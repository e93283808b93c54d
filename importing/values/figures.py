"""A number inside what people write around it: 「約1,800人以上」, 「18,211世帯（平成28年2月）」, 「p 7,077」, 「50品(10品×5年)」."""
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from math import prod

from importing.values.absences import DUE
from importing.values.amounts import WRITTEN_NUMBER, Amount, Unit, in_unit, read_amount, unit_of
from importing.values.reading import Reading, UnreadableError, excerpt
from importing.values.spelling import unit_key
from importing.values.years import STATE_WORDS
from kpis.vocabulary import ValueState

QUALIFIERS_BEFORE = ("約", "およそ", "おおよそ", "概ね", "おおむね", "ほぼ", "延べ", "延", "のべ", "累計")
QUALIFIERS_AFTER = ("以上", "超", "以下", "未満", "以内", "程度", "前後", "余り", "余", "弱", "強", "ほど", "くらい", "ぐらい")
# Statistics mark a preliminary value with p and a revised one with r.
STATE_MARKS = {"p": (ValueState.PRELIMINARY, ""), "r": (None, "改定値")}

SIGNED = re.compile(r"(?:(?P<minus>[-△▲−‐‑–—]|マイナス)|\+)?\s?(?=[0-9])")
MARK = re.compile(r"(?P<mark>[pP]|r)\s(?=\S*[0-9])|(?P<p>p)(?=[0-9])")
BEFORE = re.compile("|".join(QUALIFIERS_BEFORE))
AFTER = re.compile("|".join(QUALIFIERS_AFTER))
STATE = re.compile("|".join(STATE_WORDS))
BRACKET = re.compile(r"\(([^()]+)\)")
FOOTNOTE = re.compile(r"※[0-9]*|\*[0-9]*$|注[0-9]*\)?$")
OTHER_WORD = re.compile(rf"\s?([^\s()0-9※][^\s()※]*?)(?={AFTER.pattern}|{STATE.pattern}|[\s(※]|$)")
LONGEST_UNIT = 40

PART_OF_IT = re.compile("うち|内|再掲")
POINT_IN_TIME = re.compile(f"(?:{DUE.pattern})(?:末|現在|時点|調べ|実績|調査)*")
FACTOR = re.compile(rf"({WRITTEN_NUMBER.pattern})[^0-9]*")
BETWEEN_FACTORS = re.compile("[×✕*xX]")
ERA_YEAR = re.compile("(?:令和|平成|昭和)(?:元|[0-9]+)年度?")
SINGLE_NUMBER = re.compile(rf"(?<![A-Za-z0-9,.]){WRITTEN_NUMBER.pattern}")

NOT_A_NUMBER = "{text}は数として読めません。数だけを書き、値がないときは空けるか「調査なし」などの理由を書いてください。"
ONE_A_ROW = "「小学校」「中学校」のような内訳の行に、1つずつ書いてください。"
TWO_VALUES = "{text}には値が2つ以上あります。" + ONE_A_ROW
OTHER_UNIT = "数値の後ろに単位「{written}」が付いています。この指標の単位は「{unit}」です。「{unit}」で数えた数だけを書いてください。"
NO_UNIT = "数値の後ろに「{written}」が付いています。この指標の単位で数えた数か、確かめてください。"
TWO_STATES = "{text}には、速報・見込・確定のうち2つが書かれています。どれか1つにしてください。"
CHECK_FAILS = "{text}の値が、かっこの中の計算と合いません。正しい方の数だけを書いてください。"
REMARK = "かっこの中の「{inside}」は注記として読みました。値に含めるものでないか、確かめてください。"


@dataclass(frozen=True)
class Figure:
    """What has been read of a text, and what is `left` of it. `after` is what stood behind the number."""

    text: str
    left: str
    unit: Unit
    amount: Amount | None = None
    is_negative: bool = False
    after: str = ""
    is_unit_written: bool = False
    state: ValueState | None = None
    qualifiers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    products: tuple[Decimal, ...] = ()


def read_figure(text: str, unit: Unit) -> Reading:
    """The number in a folded text, in the indicator's unit. Raises UnreadableError with the Japanese reason."""
    figure = Figure(text, text, unit)
    while figure.left or not figure.amount:
        steps = STEPS_BEHIND if figure.amount else STEPS_BEFORE
        figure = next((found for step in steps if (found := step(figure))), None) or _give_up(figure)
    return _reading(figure)


def _reading(figure: Figure) -> Reading:
    value = in_unit(figure.amount, figure.unit, is_base_written=figure.is_unit_written)
    if any(product not in (value, figure.amount.value) for product in figure.products):
        raise UnreadableError(CHECK_FAILS.format(text=excerpt(figure.text)))
    return Reading(
        value=-value if figure.is_negative and value else value,
        qualifier="・".join(figure.qualifiers),
        state=figure.state,
        note="、".join(figure.notes),
        warning="".join(figure.warnings),
    )


def _taken(figure: Figure, found: re.Match[str], **changes: object) -> Figure:
    return replace(figure, left=figure.left[found.end():].lstrip(), **changes)


def _qualifier_before(figure: Figure) -> Figure | None:
    found = BEFORE.match(figure.left)
    return _taken(figure, found, qualifiers=(*figure.qualifiers, found[0])) if found else None


def _qualifier_behind(figure: Figure) -> Figure | None:
    found = AFTER.match(figure.left)
    return _taken(figure, found, qualifiers=(*figure.qualifiers, found[0])) if found else None


def _mark(figure: Figure) -> Figure | None:
    found = MARK.match(figure.left)
    if not found:
        return None
    state, note = STATE_MARKS[(found["mark"] or found["p"]).lower()]
    return _taken(figure, found, state=_one_state(figure, state), notes=(*figure.notes, note) if note else figure.notes)


def _state_word(figure: Figure) -> Figure | None:
    found = STATE.match(figure.left)
    return _taken(figure, found, state=_one_state(figure, STATE_WORDS[found[0]])) if found else None


def _one_state(figure: Figure, state: ValueState | None) -> ValueState | None:
    if figure.state and state and figure.state is not state:
        raise UnreadableError(TWO_STATES.format(text=excerpt(figure.text)))
    return state or figure.state


def _number(figure: Figure) -> Figure | None:
    signed = SIGNED.match(figure.left)
    if not signed:
        return None
    found = WRITTEN_NUMBER.match(figure.left, signed.end())
    return _taken(figure, found, amount=read_amount(found[0]), is_negative=bool(signed["minus"]), after=figure.left[found.end():])


def _own_unit(figure: Figure) -> Figure | None:
    """The indicator's unit, or what is left of it when the number has already taken its 万."""
    if figure.is_unit_written or not figure.unit.key:
        return None
    key = _expected_key(figure)
    ends = range(1, min(len(figure.left), LONGEST_UNIT) + 1)
    end = next((end for end in ends if unit_key(figure.left[:end]) == key), None)
    return replace(figure, left=figure.left[end:].lstrip(), is_unit_written=True) if end else None


def _expected_key(figure: Figure) -> str:
    return figure.unit.key if figure.amount.power is None else figure.unit.base


def _any_unit(figure: Figure) -> Figure | None:
    """Without an indicator's unit to compare, the unit is left to people."""
    found = None if figure.unit.key or figure.is_unit_written else OTHER_WORD.match(figure.left)
    if not found:
        return None
    return _taken(figure, found, is_unit_written=True, warnings=(*figure.warnings, NO_UNIT.format(written=found[1])))


def _footnote(figure: Figure) -> Figure | None:
    found = FOOTNOTE.match(figure.left)
    return _taken(figure, found, notes=(*figure.notes, found[0])) if found else None


def _bracket_before(figure: Figure) -> Figure | None:
    """「（速報値）7,077」「（約）1,800」: nothing else may stand in brackets before a number, least of all the number itself."""
    found = BRACKET.match(figure.left)
    if not found or not (STATE.fullmatch(found[1]) or BEFORE.fullmatch(found[1])):
        return None
    return replace(figure, left=f"{found[1]} {figure.left[found.end():].lstrip()}")


def _bracket_behind(figure: Figure) -> Figure | None:
    """A bracket is a unit, a check, a state, a date, a part of the value, or a remark. It is never a minus."""
    found = BRACKET.match(figure.left)
    if not found:
        return None
    inside, rest = found[1].strip(), _taken(figure, found)
    return next(read for reads in BRACKETS if (read := reads(rest, inside)))


def _unit_in_bracket(figure: Figure, inside: str) -> Figure | None:
    read = _own_unit(replace(figure, left=inside))
    return replace(read, left=figure.left) if read and not read.left else None


def _qualifier_in_bracket(figure: Figure, inside: str) -> Figure | None:
    if inside not in QUALIFIERS_BEFORE and inside not in QUALIFIERS_AFTER:
        return None
    return replace(figure, qualifiers=(*figure.qualifiers, inside))


def _check_in_bracket(figure: Figure, inside: str) -> Figure | None:
    """「10品×5年」, 「10×5＝50」."""
    if not BETWEEN_FACTORS.search(inside):
        return None
    sides = [[FACTOR.fullmatch(factor.strip()) for factor in BETWEEN_FACTORS.split(side)] for side in inside.split("=")]
    if not all(factor for side in sides for factor in side):
        return None
    products = (prod(read_amount(factor[1]).value for factor in side) for side in sides)
    return replace(figure, products=(*figure.products, *products), notes=(*figure.notes, inside))


def _time_in_bracket(figure: Figure, inside: str) -> Figure | None:
    """「速報値」, 「H26」, 「平成28年2月現在 速報」."""
    words = POINT_IN_TIME.sub("", inside, count=1).strip(" 、・")
    if words and words not in STATE_WORDS:
        return None
    notes = figure.notes if words == inside else (*figure.notes, inside)
    return replace(figure, state=_one_state(figure, STATE_WORDS.get(words)), notes=notes)


def _part_in_bracket(figure: Figure, inside: str) -> Figure | None:
    """「8」 and 「8人」 up to the value itself, 「うちH28 255人」."""
    if PART_OF_IT.match(inside):
        return replace(figure, notes=(*figure.notes, inside))
    number = WRITTEN_NUMBER.match(inside)
    if not number or unit_key(inside[number.end():]) not in ("", figure.unit.key):
        return None
    is_part = read_amount(number[0]).value <= figure.amount.value
    return replace(figure, notes=(*figure.notes, f"内数 {inside}")) if is_part else None


def _remark_in_bracket(figure: Figure, inside: str) -> Figure:
    if unit_of(inside).power and unit_of(inside).base == figure.unit.base:
        raise UnreadableError(OTHER_UNIT.format(written=inside, unit=figure.unit.name))
    return replace(figure, notes=(*figure.notes, inside), warnings=(*figure.warnings, REMARK.format(inside=inside)))


Step = Callable[[Figure], Figure | None]
STEPS_BEFORE: tuple[Step, ...] = (_qualifier_before, _mark, _state_word, _number, _bracket_before)
STEPS_BEHIND: tuple[Step, ...] = (_own_unit, _qualifier_behind, _state_word, _bracket_behind, _footnote, _any_unit)
BRACKETS = (_unit_in_bracket, _qualifier_in_bracket, _check_in_bracket, _time_in_bracket, _part_in_bracket, _remark_in_bracket)


def _give_up(figure: Figure) -> Figure:
    """Raises UnreadableError with the best reason for what is left: two values, another unit, anything else."""
    raise UnreadableError(next(_reasons(figure)))


def _reasons(figure: Figure) -> Iterator[str]:
    if len(SINGLE_NUMBER.findall(ERA_YEAR.sub("", BRACKET.sub("", figure.text)))) > 1:
        yield TWO_VALUES.format(text=excerpt(figure.text))
    other = OTHER_WORD.match(figure.after)
    if other and figure.amount and figure.unit.key and unit_key(other[1]) != _expected_key(figure) and not DUE.match(other[1]):
        yield OTHER_UNIT.format(written=other[1], unit=figure.unit.name)
    yield NOT_A_NUMBER.format(text=excerpt(figure.text))
