"""Making the papers of the whole plan, each kind of file by itself: content from the database and the finished file."""
import time
from collections.abc import Callable
from dataclasses import replace

from django.test import RequestFactory

from accounts.models import User
from bench.report import Row, no_more_than
from dashboards.frame import Frame, get_frame
from goals.models import Strategy
from papers.answers import KINDS
from papers.content import as_of, kpi_sheet, measure_sheet, whole_pack
from papers.meeting import meeting_pack
from papers.parts import Paper
from reviews.models import Meeting

BAR, TIMES = 2_000, 3


def papers(username: str) -> list[Row]:
    """Milliseconds for the best of three of each paper and kind; the whole plan has the bar."""
    frame = _frame(username)
    meeting = Meeting.objects.filter(review__strategy=frame.strategy).order_by("meets_on").last()
    whole = {"pack of the whole plan": whole_pack}
    if meeting:
        whole["pack for a meeting"] = lambda seen: meeting_pack(_in_year(seen, meeting.review.fiscal_year), meeting)
    alone: dict[str, Callable[[Frame], Paper]] = {"KPI sheet of the whole plan": kpi_sheet, "one measure": lambda seen: measure_sheet(seen, 1, 1)}
    return [_timed(name, make, frame, kind) for name, make in (whole | alone).items() for kind in KINDS]


def _frame(username: str) -> Frame:
    request = RequestFactory().get("/")
    request.user = User.objects.get(username=username)
    return as_of(get_frame(request, Strategy.objects.current().slug))


def _in_year(frame: Frame, fiscal_year: int) -> Frame:
    return as_of(replace(frame, fiscal_year=fiscal_year))


def _timed(name: str, make: Callable[[Frame], Paper], frame: Frame, kind: str) -> Row:
    best = min(_milliseconds(lambda: KINDS[kind].write(make(frame))) for _ in range(TIMES))
    return no_more_than(f"{name} as {kind}, content and file", best, BAR, "ms")


def _milliseconds(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return (time.perf_counter() - began) * 1000
