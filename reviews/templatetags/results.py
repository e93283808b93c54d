"""What the pages of results write of an edition's numbers, and the way to them from the pages of living numbers."""
from dataclasses import dataclass
from fractions import Fraction

from django import template
from django.urls import reverse

from common.japanese import NO_VALUE
from dashboards.frame import Frame
from dashboards.templatetags.ui import spoken
from kpis.vocabulary import Status
from reviews.editions.parts import IndicatorContent, YearContent
from reviews.publishing.publications import published
from reviews.publishing.results import Showing

register = template.Library()


@dataclass(frozen=True)
class YearText:
    """An earlier year's result as it is written."""

    fiscal_year: int
    text: str


@register.filter
def years_before(indicator: IndicatorContent, fiscal_year: int) -> list[YearText]:
    """The years before the shown one that had a result or were measured without one, oldest first."""
    return [YearText(each.fiscal_year, _year_text(indicator, each)) for each in indicator.years if each.fiscal_year < fiscal_year]


def _year_text(indicator: IndicatorContent, year: YearContent) -> str:
    """A year outside the indicator's life, or without a numeric target and value, has no word of its own."""
    without = Status.NOT_MEASURED.label if year.status is Status.NOT_MEASURED else NO_VALUE
    return without if year.result is None else indicator.amount(year.result)


@register.filter
def rate(showing: Showing, share: Fraction | None) -> str:
    """A rate in the edition's own rounding; 後退 instead of a negative one."""
    return "後退" if share is not None and share < 0 else showing.content.rate_text(share)


@register.simple_tag
def amount(indicator: IndicatorContent, value: Fraction | None):
    """A number of that indicator with its unit."""
    return spoken(indicator.amount(value))


@register.simple_tag
def results_url(frame: Frame) -> str:
    """The address of the year's published results; empty where the year is not published. One query."""
    is_there = published(frame.strategy).filter(review__fiscal_year=frame.fiscal_year).exists()
    return reverse("results_year", args=[frame.strategy.slug, frame.fiscal_year]) if is_there else ""
