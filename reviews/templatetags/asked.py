"""What the first page after the sign-in says to whoever is asked for something in a review."""
from django import template

from dashboards.frame import Frame
from reviews.asked import AskedOpinions, asked_opinions

register = template.Library()


@register.simple_tag
def asked_of(frame: Frame) -> list[AskedOpinions]:
    """The reviews that wait for the reader's opinions; no query for people who hold no seat."""
    return asked_opinions(frame.user, frame.strategy, frame.today)
