"""Papers as files: the whole pack, KPI進捗管理表 alone, one measure's 評価シート, and the pack for a meeting."""
from dataclasses import replace

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from collecting.frame import work_page
from dashboards.frame import get_frame
from papers.answers import answer, kind_of, paper_file
from papers.content import as_of, kpi_sheet, measure_sheet, whole_pack
from papers.meeting import meeting_pack
from reviews.meetings.access import readable_meetings

VIEW_MEETING = "reviews.view_meeting"


@paper_file
def sheet(request, slug, kind):
    """KPI進捗管理表 of one fiscal year."""
    made = kind_of(kind)
    return answer(made, kpi_sheet(as_of(get_frame(request, slug))))


@paper_file
def measure(request, slug, goal, number, kind):
    """評価シート of one measure. 404 for numbers the plan does not have."""
    made = kind_of(kind)
    return answer(made, measure_sheet(as_of(get_frame(request, slug)), goal, number))


@paper_file
def pack(request, slug, kind):
    """Everything of one fiscal year: summary, goals and measures, annexes."""
    made = kind_of(kind)
    return answer(made, whole_pack(as_of(get_frame(request, slug))))


@work_page
@require_safe
def meeting(request, slug, meeting, kind):
    """The pack for a meeting, for those who may open it. 404 for anybody else's meeting."""
    made = kind_of(kind)
    if not request.user.has_perm(VIEW_MEETING):
        raise PermissionDenied
    frame = get_frame(request, slug)
    readable = readable_meetings(request.user, frame.strategy, frame.today).select_related("review__strategy")
    found = get_object_or_404(readable, pk=meeting)
    return answer(made, meeting_pack(as_of(replace(frame, fiscal_year=found.review.fiscal_year)), found))
