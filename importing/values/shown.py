"""What a number cell shows: its number format may turn 0.875 into 87.5%, 76 into 76万人, 1234567 into 1,235."""
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from importing.values.amounts import without_noise
from importing.values.reading import UnreadableError

# Quoted and escaped text, what takes no part (padding, colours, locales), the number, and single signs.
PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|[_*].|\[[^\]]*\]|(?P<end>;)'
    r"|(?P<number>General|G/標準|[0#?@](?:[0#?.,/ ]*[0#?])?(?P<thousands>,*)(?:E[+-]0+)?)|(?P<sign>.)",
    re.IGNORECASE | re.DOTALL,
)
# Bare signs that only shape the number, and what may stand before it without telling anything.
SHAPING = str.maketrans("", "", "()-+¥￥$,./?")
SILENT_BEFORE = "¥￥$△▲−-+ "
SCALED = "セルの書式で、千分の1などに縮めて表示されています。単位に合わせた数を、書式なしで書いてください。"


@dataclass(frozen=True)
class NumberFormat:
    """The texts around the number, and whether it is shown as per cent or in thousands."""

    before: str = ""
    after: str = ""
    is_percent: bool = False
    is_scaled: bool = False


PLAIN = NumberFormat()


@lru_cache(maxsize=1024)
def number_format_of(code: str) -> NumberFormat:
    """The first section of an Excel number format, the one for positive numbers."""
    around, is_percent, is_scaled, side = ["", ""], False, False, 0
    for piece in PIECE.finditer(code):
        if piece["end"]:
            break
        if piece["number"]:
            side, is_scaled = 1, is_scaled or bool(piece["thousands"])
        is_percent = is_percent or piece["sign"] == "%"
        around[side] += piece["quoted"] or piece["escaped"] or (piece["sign"] or "").translate(SHAPING)
    return NumberFormat(around[0].strip(SILENT_BEFORE), around[1].strip(), is_percent, is_scaled)


def is_plain_format(code: str) -> bool:
    """Whether a cell shows its number as it is stored, decimals and grouping aside."""
    return number_format_of(code) == PLAIN


def shown_text(value: Decimal, number_format: str) -> str:
    """A stored number as its cell shows it, with all its digits: 「87.5%」, 「76万人」. Raises UnreadableError."""
    kind = number_format_of(number_format)
    if kind.is_scaled:
        raise UnreadableError(SCALED)
    number = without_noise(value)
    return f"{kind.before}{number.scaleb(2) if kind.is_percent else number:f}{kind.after}"
