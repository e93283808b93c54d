"""Hits of a search, marked in the text."""
from collections.abc import Iterable

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from dashboards.matching import Piece

register = template.Library()


@register.filter
def with_marks(pieces: Iterable[Piece]) -> SafeString:
    """The pieces as one text, hits in <mark>; everything else is escaped."""
    return mark_safe("".join(format_html("<mark>{}</mark>" if piece.is_hit else "{}", piece.text) for piece in pieces))
