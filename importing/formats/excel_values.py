"""What a number in an Excel cell is: a number, a date or a time. Only its number format tells. For .xlsx and .xls alike."""
import math
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from openpyxl.styles.numbers import BUILTIN_FORMATS as WESTERN_FORMATS

from common.japanese import exact

# Numbers 27 to 36 and 50 to 58 stand for these in Japanese files, which then do not spell them out (ECMA-376, 18.8.30).
SHORT_ERA, LONG_ERA = "[$-411]ge.m.d", '[$-411]ggge"年"m"月"d"日"'
YEAR_MONTH, MONTH_DAY = 'yyyy"年"m"月"', 'm"月"d"日"'
BUILTIN_FORMATS = WESTERN_FORMATS | {
    27: SHORT_ERA,
    28: LONG_ERA,
    29: LONG_ERA,
    30: "m/d/yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"時"mm"分"',
    33: 'h"時"mm"分"ss"秒"',
    34: YEAR_MONTH,
    35: MONTH_DAY,
    36: SHORT_ERA,
    50: SHORT_ERA,
    51: LONG_ERA,
    52: YEAR_MONTH,
    53: MONTH_DAY,
    54: LONG_ERA,
    55: YEAR_MONTH,
    56: MONTH_DAY,
    57: SHORT_ERA,
    58: LONG_ERA,
}
PLAIN_INTEGER = re.compile(r"-?[0-9]{1,17}")
ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
# What holds letters and still says nothing about dates: quoted text, colours and locales, padding, General, exponents.
WITHOUT_MEANING = re.compile(r'"[^"]*"|\[[^\]]*\]|[\\_*].|G/標準|General|E[+-]', re.IGNORECASE)
LAST_SERIAL = 2_958_465
# Excel shows a date it cannot write as a row of these.
OUT_OF_CALENDAR = "######"


def excel_number(text: str) -> Decimal | str:
    """The number in a cell as Excel shows it: 0.28999999999999998 is 0.29. "#NUM!" for what is none. Raises ValueError for other text."""
    if PLAIN_INTEGER.fullmatch(text):
        return Decimal(text)
    number = float(text)
    return exact(Decimal(repr(number))) if math.isfinite(number) else "#NUM!"


def excel_value(text: str, number_format: str, is_1904: bool) -> Decimal | date | datetime | str:
    """A stored number as what its format makes of it; a time of day is text, 13:30, so that nobody takes it for a number."""
    number = excel_number(text)
    kind = _kind(number_format)
    if kind == "number" or isinstance(number, str):
        return number
    if number < 0 or number > LAST_SERIAL:
        return OUT_OF_CALENDAR
    return _time_text(number) if kind == "time" else _day(number, is_1904)


@lru_cache(maxsize=1_000)
def _kind(number_format: str) -> str:
    if ELAPSED.search(number_format):
        return "time"
    letters = set(WITHOUT_MEANING.sub("", number_format).lower())
    if letters & set("ydge"):
        return "date"
    if letters & set("hs"):
        return "time"
    return "date" if "m" in letters else "number"


def _day(serial: Decimal, is_1904: bool) -> date | datetime | str:
    if serial < 1 and not is_1904:
        return "1900/1/0"
    first = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 30)
    # Excel counts a 29 February 1900 that never was.
    moment = first + timedelta(days=1 if serial < 60 and not is_1904 else 0, milliseconds=round(serial * 86_400_000))
    return moment if serial % 1 else moment.date()


def _time_text(days: Decimal) -> str:
    minutes, seconds = divmod(round(days * 86_400), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if seconds else f"{hours}:{minutes:02}"


def iso_moment(text: str) -> date | datetime:
    """A date as the strict kind of workbook and .ods write it; midnight is a date."""
    moment = datetime.fromisoformat(text)
    return moment if moment.time().isoformat() != "00:00:00" else moment.date()
