"""What one cell says: a number in the indicator's unit, a kind of nothing, or a Japanese sentence why neither can be told.

Nothing is guessed silently: what is not understood is a problem, what is understood with a doubt carries a warning.
"""
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

from importing.book import FORMULA_WITHOUT_RESULT, Cell
from importing.values.absences import read_absence
from importing.values.amounts import NUMBER, checked_digits, unit_of, without_noise
from importing.values.figures import NOT_A_NUMBER, read_figure
from importing.values.reading import Nothing, Reading, UnreadableError, excerpt
from importing.values.shown import is_plain_format, shown_text
from importing.values.spelling import folded
from importing.values.years import YEAR

# Nobody writes one number in more characters than this.
LONGEST_TEXT = 200
PLAIN_NUMBER = re.compile(f"-?{NUMBER.pattern}")
# 「2・2%」; without the % it could be two values.
DECIMAL_DOT = re.compile("(?<=[0-9])[・·](?=[0-9]+ ?%)")
SPACE_BEFORE_STEP = re.compile("(?<=[0-9]) (?=[兆億万千百十])")
MONTH_NAME = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
DATE = (
    rf"(?:{YEAR.pattern})?[0-9]{{1,2}}月(?:[0-9]{{1,2}}日)?|[0-9]{{1,4}}/[0-9]{{1,2}}(?:/[0-9]{{1,4}})?(?: [0-9:]+)?"
    rf"|[0-9]{{4}}[-.][0-9]{{1,2}}[-.][0-9]{{1,2}}(?:[ T][0-9:]+)?|[0-9]{{1,2}}-{MONTH_NAME}|{MONTH_NAME}-[0-9]{{1,2}}"
)

AS_DATE = "Excel が日付に変えています（{day}）。表示形式を「標準」に戻してから、数を書き直してください。"
AS_LOGICAL = "TRUE か FALSE になっています。数を書いてください。"
NOT_FINITE = "数になっていません。計算式を確かめるか、数を書いてください。"
MORE_DECIMALS = "小数第{written}位まであります。この指標は{allowed}です。このままでよいか、確かめてください。"
# Texts that people should mend, each with its own advice. The first that fits the whole text speaks.
REFUSALS = tuple((re.compile(pattern, re.IGNORECASE), message) for pattern, message in (
    (re.escape(FORMULA_WITHOUT_RESULT), "計算式の結果が保存されていません。Excel で開いて保存し直すか、数を書いてください。"),
    (r"#+", "{text}は、列の幅が足りないか、日付にできない値のときの表示です。セルの中を確かめ、数を書いてください。"),
    (r"#.+|Err:[0-9]+", "Excel のエラー{text}になっています。計算式を直すか、数を書いてください。"),
    (r"=.*", "{text}は計算式の文字のままです。計算した結果の数を書いてください。"),
    (r"[0-9.,]+e[+-]?[0-9]+", "{text}は、Excel が桁を省いた形です。省かずに全部の桁を書いてください。"),
    (r"true|false", AS_LOGICAL),
    (r"[△▲◎○〇●×☆★]|[a-e]", "{text}だけでは数になりません。負の数は「△55」のように、評価の記号は評価の欄に書いてください。"),
    (r"[〃々]|同上", "{text}は数ではありません。上と同じ数を書いてください。"),
    (DATE, "{text}は日付の形です。Excel が日付に変えたものなら、表示形式を「文字列」にして、数を書き直してください。"),
    (r"[0-9]{1,3}:[0-9]{2}(?::[0-9.]+)?", "{text}は時刻の形です。1つの数を書いてください。"),
    (r"\([^()]*[0-9][^()]*\)", "かっこの中にだけ数があります。負の数は「△55」のように、ほかはかっこを付けずに書いてください。"),
    (r"[ー―─Δ∆] ?[0-9].*", "{text}の先頭の記号は、負の数の印として読めません。「△55」のように書いてください。"),
))


def read_cell(cell: Cell, unit: str = "", decimals: int | None = None) -> Reading:
    """The reading of one cell, for an indicator with that unit and that many decimals (None: not known). Never raises.

    The value is in the indicator's unit with all decimals written; more than `decimals` are a warning. Without a unit any is accepted,
    with a warning.
    """
    try:
        reading = _reading(cell, unit)
    except UnreadableError as error:
        return Reading(problem=str(error))
    return _with_decimals_checked(reading, decimals)


def _reading(cell: Cell, unit: str) -> Reading:
    match cell.value:
        case None:
            return Reading(nothing=Nothing.NOT_ENTERED)
        case bool():
            raise UnreadableError(AS_LOGICAL)
        case Decimal():
            return _of_number(cell.value, cell.number_format, unit)
        case str():
            return _of_text(cell.value, unit)
        case date():
            raise UnreadableError(AS_DATE.format(day=f"{cell.value.month}月{cell.value.day}日"))
    raise UnreadableError(NOT_A_NUMBER.format(text=excerpt(str(cell.value))))


def _of_number(value: Decimal, number_format: str, unit: str) -> Reading:
    if not value.is_finite():
        raise UnreadableError(NOT_FINITE)
    if is_plain_format(number_format):
        return Reading(value=without_noise(value))
    return _of_text(shown_text(value, number_format), unit)


def _of_text(written: str, unit: str) -> Reading:
    text = folded(written)
    if len(text) > LONGEST_TEXT:
        raise UnreadableError(NOT_A_NUMBER.format(text=excerpt(text)))
    if PLAIN_NUMBER.fullmatch(text):
        return Reading(value=checked_digits(Decimal(text.replace(",", ""))))
    return read_absence(text) or _of_figure(text, unit)


def _of_figure(text: str, unit: str) -> Reading:
    for pattern, message in REFUSALS:
        if pattern.fullmatch(text):
            raise UnreadableError(message.format(text=excerpt(text)))
    return read_figure(SPACE_BEFORE_STEP.sub("", DECIMAL_DOT.sub(".", text)), unit_of(unit))


def _with_decimals_checked(reading: Reading, decimals: int | None) -> Reading:
    if reading.value is None or decimals is None:
        return reading
    written = -reading.value.as_tuple().exponent
    if written <= decimals:
        return reading
    allowed = f"小数第{decimals}位まで" if decimals else "整数"
    return replace(reading, warning=reading.warning + MORE_DECIMALS.format(written=written, allowed=allowed))
