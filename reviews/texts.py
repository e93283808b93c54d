"""Texts as they are kept. Pure."""
from common.sheets import UNWRITABLE


def kept_text(text: str) -> str:
    """Line ends as one character, and no sign that PostgreSQL, an XML file or a feed could not hold."""
    return UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
