"""Reads a page as people do: its words, without the mark-up."""
import re
from html import unescape

HIDDEN = re.compile(r"<(script|style|svg)\b.*?</\1>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
SPACE = re.compile(r"\s+")


def words_of(response) -> str:
    """The page's text with the spaces between words taken out, so that mark-up inside a sentence does not matter."""
    html = HIDDEN.sub("", response.content.decode())
    return SPACE.sub("", unescape(TAG.sub("", html)))


def links_of(response) -> list[str]:
    """Every address the page links to."""
    return [unescape(link) for link in re.findall(r'<a\b[^>]*\bhref="([^"]+)"', response.content.decode())]
