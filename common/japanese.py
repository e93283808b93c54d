"""Japanese numbers on screen: grouping by comma, △ for negatives, 全角 ％."""
import re
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

NO_VALUE = "―"
NUMBER = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
# Full-width ！ to ～ and the wide space become ASCII; every way to write a minus becomes one.
PLAIN_SIGNS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "} | {ord(minus): "-" for minus in "△▲−‐–—－"}
Number: TypeAlias = Decimal | Fraction | int


def rounded(value: Number, decimals: int, *, down: bool = False) -> Decimal:
    """The value with that many decimals, half away from zero, or cut off 「切捨て」 when `down`. Exact for fractions."""
    scaled = abs(Fraction(value)) * 10**decimals
    whole = scaled.numerator // scaled.denominator
    if not down and scaled - whole >= Fraction(1, 2):
        whole += 1
    return Decimal(-whole if value < 0 else whole).scaleb(-decimals)


def number_text(value: Number | None, decimals: int = 0) -> str:
    """「1,234.5」「△55」「―」: a value as people read it, rounded half up."""
    if value is None:
        return NO_VALUE
    shown = rounded(value, decimals)
    return f"{'△' if shown < 0 else ''}{abs(shown):,.{decimals}f}"


def signed_text(value: Number | None, decimals: int = 0) -> str:
    """「＋200」「△55」「±0」: a difference, always with its sign."""
    if value is None:
        return NO_VALUE
    shown = rounded(value, decimals)
    if shown == 0:
        return "±0"
    return number_text(shown, decimals) if shown < 0 else f"＋{number_text(shown, decimals)}"


def percent_text(rate: Number | None, decimals: int = 1, *, down: bool = True) -> str:
    """「53.5％」「40％」「△40％」: a rate of 1 as 100％, cut off by default, without trailing zeros."""
    if rate is None:
        return NO_VALUE
    shown = rounded(Fraction(rate) * 100, decimals, down=down)
    text = f"{abs(shown):,.{decimals}f}"
    if decimals:
        text = text.rstrip("0").rstrip(".")
    return f"{'△' if shown < 0 else ''}{text}％"


def plain_text(value: Number | None, decimals: int | None = None) -> str:
    """A number for data files: - for negatives, no grouping, empty for None; decimals None keeps a Decimal as it is."""
    if value is None:
        return ""
    if decimals is None:
        return f"{value:f}"
    return f"{rounded(value, decimals):f}"


def parse_number(text: str) -> Decimal:
    """「△1,234.5」「１，２３４」「-55」 as a Decimal. Raises ValueError for anything else, broken grouping included."""
    plain = text.translate(PLAIN_SIGNS).strip()
    if not NUMBER.fullmatch(plain):
        raise ValueError(text)
    return Decimal(plain.replace(",", ""))


def exact(value: Decimal) -> Decimal:
    """The same number without trailing zeros or exponent: 125.0000 is 125, 1E+3 is 1000."""
    text = f"{value:f}"
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)
