"""The small marks every page is made of: icons, verdicts, years and numbers."""
import re

from django import template
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe

from accounts import history
from common import fiscal, japanese
from kpis.progress import Judgement
from kpis.vocabulary import Status

register = template.Library()
register.filter("writer_name", history.writer_name)

JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")
NEGATIVE = re.compile(r"△(?=\d)")
SPOKEN_MINUS = '<span aria-hidden="true">△</span><span class="vh">マイナス</span>'
FILLED_ICONS = {"achieved", "slightly_behind", "err", "info"}


@register.simple_tag
def icon(name: str, css_class: str = ""):
    """An icon of components/icons.svg. Decorative: the word always stands beside it."""
    stroke = "" if name in FILLED_ICONS else " i--s"
    extra = f" {css_class}" if css_class else ""
    return format_html('<svg class="i{}{}" aria-hidden="true"><use href="#i-{}"/></svg>', stroke, extra, name)


@register.simple_tag
def status_badge(judgement: Judgement, css_class: str = ""):
    """The verdict of a judgement: icon, word and colour."""
    return status_mark(judgement.status, judgement.word, css_class)


@register.simple_tag
def status_mark(status: Status, word: str = "", css_class: str = ""):
    """A status by itself, for legends and counts."""
    extra = f" {css_class}" if css_class else ""
    return format_html('<span class="st st--{}{}">{}<span>{}</span></span>', status.value, extra, icon(status.value), word or status.label)


@register.filter
def status_word(status: Status, is_final_year: bool) -> str:
    return status.word(is_final_year)


@register.simple_tag
def sample_mark(is_sample: bool = True):
    """The mark of fictional values; nothing for real ones."""
    return format_html('<span class="tag tag--smp">{}</span>', "架空のサンプル値") if is_sample else ""


@register.simple_tag
def value_text(value, decimals: int = 0, unit: str = ""):
    """A value with its unit, the number in tabular figures; △ is read out as マイナス."""
    if value is None:
        return format_html('<span class="num" aria-label="値なし">{}</span>', japanese.NO_VALUE)
    text = japanese.number_text(value, decimals)
    return format_html('<span class="num">{}</span>{}', spoken(text), unit)


@register.filter
def era_long(fiscal_year: int) -> str:
    return fiscal.era_long(fiscal_year)


@register.filter
def era_short(fiscal_year: int) -> str:
    return fiscal.era_short(fiscal_year)


@register.filter
def era_date(day) -> str:
    return fiscal.era_date(day)


@register.filter
def era_date_short(day) -> str:
    return fiscal.era_date_short(day)


@register.filter
def era_time(at) -> str:
    """「R6.7.8 14:20」: an instant by the city's clock."""
    local = timezone.localtime(at)
    return f"{fiscal.era_date_short(local.date())} {local:%H:%M}"


@register.filter
def month_day(at) -> str:
    """「7月19日」: an instant by the city's clock, where the year is said already."""
    local = timezone.localtime(at)
    return f"{local.month}月{local.day}日"


@register.filter
def number(value, decimals: int = 0) -> str:
    return japanese.number_text(value, decimals)


@register.filter
def signed(value, decimals: int = 0) -> str:
    return japanese.signed_text(value, decimals)


@register.filter
def spoken(text: str):
    """A text whose △ before a number is read out as マイナス."""
    return mark_safe(NEGATIVE.sub(SPOKEN_MINUS, conditional_escape(text)))


@register.filter
def lines(text: str) -> list[str]:
    """The non-empty lines of a text field that holds one item a line."""
    return [line for line in text.splitlines() if line.strip()]


@register.filter
def circled(number: int) -> str:
    """「①」, the way the plan numbers its initiatives; beyond ⑳ a number in brackets."""
    return chr(ord("①") + number - 1) if 1 <= number <= 20 else f"({number})"


@register.filter
def written_for_readers(text: str) -> str:
    """An error's text where it is one of our Japanese sentences; empty for the framework's English ones."""
    return text if JAPANESE.search(str(text)) else ""
