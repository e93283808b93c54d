"""Finding words in Japanese text whatever their width, case or kana. Pure.

A reader types 「ｼｮｳｶﾞｯｺｳ」「しょうがっこう」 or 「ＨＯＰ star」; the plan writes 「HOP Star」. Both are folded to one form before they are compared,
and the fold remembers where each character came from, so that the hit is marked in the text as it is written.
"""
import re
import unicodedata
from dataclasses import dataclass

# A character with the half-width or combining voice mark that belongs to it: ｶﾞ is one sound.
CLUSTER = re.compile("[\\s\\S][\u3099\u309a\uff9e\uff9f]*")
KATAKANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}


def fold(text: str) -> str:
    """Width, case and kana made equal: 「ＨＯＰ ｽﾀｰ」 → 「hop すたー」."""
    return unicodedata.normalize("NFKC", text).casefold().translate(KATAKANA)


def words_of(query: str) -> tuple[str, ...]:
    """The folded words of a query, each once; all must be found. Full-width spaces separate too."""
    return tuple(dict.fromkeys(fold(query).split()))


@dataclass(frozen=True)
class Piece:
    """A stretch of text, marked or not."""

    text: str
    is_hit: bool = False


@dataclass(frozen=True)
class FoldedText:
    """A text with its folded form; origins[i] is where folded character i begins and ends in the text."""

    text: str
    folded: str
    origins: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, text: str) -> "FoldedText":
        folded, origins = [], []
        for cluster in CLUSTER.finditer(text):
            plain = fold(cluster.group())
            folded.append(plain)
            origins += [cluster.span()] * len(plain)
        return cls(text, "".join(folded), tuple(origins))

    def hits(self, words: tuple[str, ...]) -> list[tuple[int, int]]:
        """Where the words stand in the text: start and end, in order, overlapping ones joined."""
        spans = sorted(self._span(found) for word in words for found in re.finditer(re.escape(word), self.folded))
        joined: list[tuple[int, int]] = []
        for start, end in spans:
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        return joined

    def _span(self, found: re.Match) -> tuple[int, int]:
        return self.origins[found.start()][0], self.origins[found.end() - 1][1]


def marked(text: str, words: tuple[str, ...]) -> tuple[Piece, ...]:
    """The text cut into pieces, hits marked."""
    pieces, position = [], 0
    for start, end in FoldedText.of(text).hits(words):
        pieces += [Piece(text[position:start]), Piece(text[start:end], is_hit=True)]
        position = end
    return tuple(piece for piece in (*pieces, Piece(text[position:])) if piece.text)


def snippet(text: str, words: tuple[str, ...], around: int = 30) -> tuple[Piece, ...]:
    """About that many characters on each side of the first hit, hits marked, line breaks as ／; empty without a hit."""
    line = "／".join(part.strip() for part in text.splitlines() if part.strip())
    hits = FoldedText.of(line).hits(words)
    if not hits:
        return ()
    start, end = max(0, hits[0][0] - around), min(len(line), hits[0][1] + around)
    cut = f"{'…' if start else ''}{line[start:end]}{'…' if end < len(line) else ''}"
    return marked(cut, words)
