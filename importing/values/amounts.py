"""Numbers as they are written in Japan, 「3,737万8千」「2億396万」 included, and units that carry such a 万 themselves."""
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import lru_cache
from itertools import pairwise

from common.japanese import exact
from importing.values.reading import UnreadableError, excerpt
from importing.values.spelling import unit_key

NUMBER = re.compile(r"(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
# Whatever looks like one number, well written or not.
WRITTEN_NUMBER = re.compile(r"[0-9][0-9,.]*(?:[兆億万千百十]+[0-9,.]*)*")
# The steps as powers of ten.
LARGE_STEPS = {"兆": 12, "億": 8, "万": 4, "": 0}
SMALL_STEPS = {"千": 3, "百": 2, "十": 1, "": 0}
STEPS = LARGE_STEPS | SMALL_STEPS
LARGE_PART = re.compile("([^兆億万]+)([兆億万]?)")
SMALL_PART = re.compile("([^千百十]+)([千百十]?)")
SCALED_UNIT = re.compile("([兆億万千百十]+)(.+)")
# A spreadsheet keeps 15 digits of a number; a stored result may have two more, which are rounding noise that nobody sees.
EXACT_DIGITS, NOISY_DIGITS = 15, 17
SPREADSHEET = Context(prec=EXACT_DIGITS, rounding=ROUND_HALF_UP)
# Longer ones are written as text by our own exports, which must come back.
STORED_WHOLE_DIGITS, STORED_DECIMALS = 14, 4
# Nothing is measured finer than this; a spreadsheet reaches 10 to the -307, which no page could print.
SMALLEST_POWER = -30
# More than any text that is read as a number can hold.
PRECISION = 300

BROKEN = "{text}は桁の区切りが合いません。「1,234」のように3桁ごとに区切るか、区切らずに書いてください。"
TOO_LONG = "数字が15桁を超えています。Excel が正しく持てるのは15桁までです。桁を確かめて書き直してください。"
UNCLEAR_STEP = "{text}の単位が分かりません。この指標の単位「{unit}」で数えた数を書いてください。"


@dataclass(frozen=True)
class Amount:
    """A number as written, without its sign: `power` is that of its last 万 or 千 (4 or 3), None when it has none."""

    text: str
    value: Decimal
    power: int | None = None


@dataclass(frozen=True)
class Unit:
    """An indicator's unit. 万人 is 10 to the `power` of 4 times the `base` 人; `key` and `base` are compared, `name` is shown."""

    name: str
    key: str
    base: str
    power: int = 0


@lru_cache(maxsize=1024)
def unit_of(name: str) -> Unit:
    """「百万円」 is 6 and 円, 「回/月」 is 0 and itself."""
    key = unit_key(name)
    scaled = SCALED_UNIT.fullmatch(key)
    if not scaled:
        return Unit(name, key, key)
    steps, base = scaled.groups()
    return Unit(name, key, base, sum(STEPS[step] for step in steps))


def read_amount(text: str) -> Amount:
    """「1,234.5」「3,737万8千」「15千」, unsigned. Raises UnreadableError for broken grouping, mixed-up steps and too many digits."""
    try:
        with localcontext(prec=PRECISION):
            value = _sum([(_small_sum(number), LARGE_STEPS[step]) for number, step in _split(text, LARGE_PART)])
    except ValueError as error:
        raise UnreadableError(BROKEN.format(text=excerpt(text))) from error
    steps = [STEPS[sign] for sign in text if sign in STEPS]
    power = None if not steps else steps[-1] if text[-1] in STEPS else 0
    return Amount(text, checked_digits(value), power)


def _small_sum(text: str) -> Decimal:
    return _sum([(_plain(number), SMALL_STEPS[step]) for number, step in _split(text, SMALL_PART)])


def _split(text: str, part: re.Pattern[str]) -> list[tuple[str, str]]:
    found = part.findall(text)
    if "".join(map("".join, found)) != text:
        raise ValueError(text)
    return found


def _plain(text: str) -> Decimal:
    if not NUMBER.fullmatch(text):
        raise ValueError(text)
    return Decimal(text.replace(",", ""))


def _sum(parts: list[tuple[Decimal, int]]) -> Decimal:
    """Larger steps come first, a part is less than one of the step before it, and only the last has decimals."""
    for (number, power), (next_number, next_power) in pairwise(parts):
        if number % 1 or next_number.scaleb(next_power) >= Decimal(10) ** power:
            raise ValueError(parts)
    return sum((number.scaleb(power) for number, power in parts), Decimal(0))


def checked_digits(value: Decimal) -> Decimal:
    """The same number without trailing zeros, if it is one that a spreadsheet or the database keeps. Raises UnreadableError."""
    if value and value.adjusted() >= EXACT_DIGITS:
        raise UnreadableError(TOO_LONG)
    plain = exact(value)
    _, digits, exponent = plain.as_tuple()
    is_storable = len(digits) + exponent <= STORED_WHOLE_DIGITS and -exponent <= STORED_DECIMALS
    if len(digits) > EXACT_DIGITS and not is_storable:
        raise UnreadableError(TOO_LONG)
    return plain or Decimal(0)


def without_noise(value: Decimal) -> Decimal:
    """The number a spreadsheet shows for a stored one: 0.30000000000000004 is 0.3. Raises UnreadableError for too many digits."""
    if len(value.as_tuple().digits) > NOISY_DIGITS or (value and not SMALLEST_POWER <= value.adjusted() < EXACT_DIGITS):
        raise UnreadableError(TOO_LONG)
    return exact(SPREADSHEET.plus(value)) or Decimal(0)


def in_unit(amount: Amount, unit: Unit, *, is_base_written: bool) -> Decimal:
    """76万 in 万人 is 76, 520万 in 円 is 5,200,000: a written 万 counts from the base unit, never twice.

    Raises UnreadableError where it could mean two things: 「5千」 in 万円 without a 円 behind it.
    """
    if amount.power is None or not unit.power:
        return amount.value
    if amount.power < unit.power and not is_base_written:
        raise UnreadableError(UNCLEAR_STEP.format(text=excerpt(amount.text), unit=unit.name))
    return exact(amount.value.scaleb(-unit.power))
