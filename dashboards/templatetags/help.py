"""Links of the pages 使い方, which stand without any strategy too."""
from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def page_link(context: dict, name: str, words: str, *args) -> SafeString:
    """A link to that page of the current strategy, 「words」 where there is no strategy to lead to. `args` follow the slug in its address."""
    frame = context.get("frame")
    if frame is None:
        return format_html("「{}」", words)
    return format_html('<a href="{}">{}</a>', reverse(name, args=[frame.strategy.slug, *args]), words)
