"""A page's frame as a reader would get it, without a request of a browser."""
from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from dashboards.frame import Frame, get_frame
from kpis.board import JudgedIndicator, judged_indicators


@dataclass
class Framed:
    """A frame, and the judged indicators its reader sees."""

    frame: Frame

    def __getattr__(self, name):
        return getattr(self.frame, name)

    @cached_property
    def judged(self) -> list[JudgedIndicator]:
        return judged_indicators(self.frame.strategy, self.frame.user)


def frame_of(strategy, user, year) -> Framed:
    """The frame of that strategy and year for that reader; a visitor for None."""
    request = RequestFactory().get("/", {"year": year})
    request.user = user or AnonymousUser()
    return Framed(get_frame(request, strategy.slug))
