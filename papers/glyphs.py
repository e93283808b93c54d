"""Which letters the papers' font can print. A letter it cannot becomes 〓, as printers set it, so that nothing is lost unseen."""
import struct
import unicodedata
from bisect import bisect_right
from functools import cache
from pathlib import Path

import pylopdf_fonts_jp

FONTS = Path(pylopdf_fonts_jp.__file__).parent
FONT_FILE = FONTS / "NotoSansJP-Regular.otf"
MISSING = "〓"
WIDE_CHARACTERS = 12
# Variation selectors and joiners ask for another shape of the letter before them; control characters print nothing.
SILENT = {*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF}


def printable(text: str) -> str:
    """The text in letters that can be printed: composed (か + ゙ → が), without control characters, unknown letters as 〓."""
    plain = unicodedata.normalize("NFC", text)
    return plain.translate({ord(letter): _instead_of(letter) for letter in set(plain) if _instead_of(letter) != letter})


def _instead_of(letter: str) -> str:
    if _is_silent(letter):
        return ""
    return letter if _is_known(ord(letter)) else MISSING


def _is_silent(letter: str) -> bool:
    return ord(letter) in SILENT or (unicodedata.category(letter) in ("Cc", "Cf", "Cs") and letter != "\n")


def _is_known(code: int) -> bool:
    starts, ends = _ranges()
    place = bisect_right(starts, code) - 1
    return code == ord("\n") or (place >= 0 and code <= ends[place])


@cache
def _ranges() -> tuple[list[int], list[int]]:
    """First and last of each run of characters in the font's cmap of the widest format. Raises ValueError for a font without one."""
    data = FONT_FILE.read_bytes()
    cmap = _table(data, b"cmap")
    for place in range(struct.unpack_from(">H", data, cmap + 2)[0]):
        start = cmap + struct.unpack_from(">L", data, cmap + 8 + 8 * place)[0]
        if struct.unpack_from(">H", data, start)[0] == WIDE_CHARACTERS:
            count = struct.unpack_from(">L", data, start + 12)[0]
            groups = [struct.unpack_from(">LL", data, start + 16 + 12 * n) for n in range(count)]
            return [first for first, _ in groups], [last for _, last in groups]
    raise ValueError(f"{FONT_FILE.name} has no character map of format {WIDE_CHARACTERS}")


def _table(data: bytes, tag: bytes) -> int:
    """Where an OpenType table begins."""
    for place in range(struct.unpack_from(">H", data, 4)[0]):
        name, _, start, _ = struct.unpack_from(">4sLLL", data, 12 + 16 * place)
        if name == tag:
            return start
    raise ValueError(tag)
