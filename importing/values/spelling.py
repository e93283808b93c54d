"""One spelling for what people write in many: width, half-width kana, spaces, brackets, slashes, names of units."""
import re
import unicodedata
from functools import lru_cache

WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
OPENING = dict.fromkeys(map(ord, "[{［｛〔【〈《"), "(")
CLOSING = dict.fromkeys(map(ord, "]}］｝〕】〉》"), ")")
SLASHES = dict.fromkeys(map(ord, "∕⁄"), "/")
INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF), None)
SQUARED_ERAS = {ord("㍻"): "平成", ord("㍼"): "昭和", ord("㋿"): "令和"}
FOLDED = WIDE | OPENING | CLOSING | SLASHES | INVISIBLE | SQUARED_ERAS | {ord("〜"): "~", ord("￥"): "¥"}
HALF_KANA = re.compile("[\uff61-\uff9f]+")
COUNTER = re.compile("[ヶケヵカか箇](?=[所月国])")
# The same unit in a word and in a sign.
UNIT_SIGNS = {"パーセント": "%", "パーミル": "‰", "ヘクタール": "ha"}


def folded(text: str) -> str:
    """The text in half-width signs and full-width kana, with single spaces and round brackets. Minus signs stay as written."""
    plain = text.translate(FOLDED)
    if not plain.isascii():
        plain = HALF_KANA.sub(lambda found: unicodedata.normalize("NFKC", found[0]), plain)
    return " ".join(plain.split())


@lru_cache(maxsize=4096)
def unit_key(unit: str) -> str:
    """What two spellings of one unit have in common: 「回／月」「回/ 月」 are 回/月, 「％」「パーセント」 are %."""
    plain = unicodedata.normalize("NFKC", folded(unit)).replace(" ", "").casefold()
    return UNIT_SIGNS.get(plain, COUNTER.sub("か", plain))
