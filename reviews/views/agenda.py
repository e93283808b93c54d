"""次第: what is proposed, lines of one's own, their order, and the way back for what was taken out."""
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from collecting.frame import work_action, work_page
from reviews.actions.agenda import add_line, edit_line, move_line, put_back, remove_line, take_up
from reviews.frame import ReviewFrame
from reviews.meetings.forms import LineForm
from reviews.meetings.page import agenda_lines, crumbs, proposal_groups
from reviews.meetings.sources import proposals_for
from reviews.models import AgendaItem, Meeting
from reviews.views.meetings import planned_meeting

SALT = "reviews.agenda"
STEPS = {"up": -1, "down": 1}
CHOOSE = "議題が選ばれていません。加える議題に印を付けてから、もう一度押してください。"
GONE = "元に戻せる議題がありません。下の「自分で議題を加える」から加えてください。"


@work_page
@require_GET
def meeting_agenda(request, slug, fiscal_year, meeting):
    """The agenda with what can be done to it, and what is proposed. `?removed=` is a line that can be put back."""
    frame, found = planned_meeting(request, slug, fiscal_year, meeting)
    return _page(request, frame, found, LineForm())


def _page(request, frame: ReviewFrame, found: Meeting, form: LineForm, error: str = "") -> HttpResponse:
    removed = _kept(request.GET.get("removed", ""), found)
    context = {
        "frame": frame, "meeting": found, "lines": agenda_lines(frame, found), "groups": proposal_groups(found, request.user), "form": form,
        "error": error, "removed": removed, "crumbs": crumbs(frame, found, "次第"),
    }
    return render(request, "reviews/agenda.html", context, status=422 if error or form.errors else 200)


def _kept(token: str, meeting: Meeting) -> dict | None:
    """The line that was taken out of that meeting's agenda, as this site signed it; None for anything else."""
    try:
        key, kept = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    return kept if key == meeting.pk else None


@work_action("meeting_agenda")
def agenda_take(request, slug, fiscal_year, meeting):
    """Take up the ticked proposals (`take`), each by its token."""
    frame, found = planned_meeting(request, slug, fiscal_year, meeting)
    tokens = set(request.POST.getlist("take"))
    chosen = [proposal for proposal in proposals_for(found, request.user) if proposal.token in tokens] if tokens else []
    if not chosen:
        return _page(request, frame, found, LineForm(), CHOOSE)
    made = take_up(meeting=found, proposals=chosen, by=request.user)
    messages.info(request, f"{len(made)}件を次第に加えました。")
    return _back(found)


def _back(meeting: Meeting, query: str = "", anchor: str = "") -> HttpResponse:
    address = reverse("meeting_agenda", args=[meeting.review.strategy.slug, meeting.review.fiscal_year, meeting.pk])
    return redirect(address + query + anchor)


@work_action("meeting_agenda")
def agenda_add(request, slug, fiscal_year, meeting):
    """A line of one's own."""
    frame, found = planned_meeting(request, slug, fiscal_year, meeting)
    form = LineForm(data=request.POST)
    if not form.is_valid():
        return _page(request, frame, found, form)
    line = add_line(meeting=found, by=request.user, **form.cleaned_data)
    messages.info(request, f"「{line.title}」を次第に加えました。")
    return _back(found)


@work_page
@require_http_methods(["GET", "HEAD", "POST"])
def agenda_line(request, slug, fiscal_year, meeting, item):
    """Another heading or reason for one line."""
    frame, found = planned_meeting(request, slug, fiscal_year, meeting)
    line = get_object_or_404(AgendaItem.objects.select_related("meeting"), meeting=found, pk=item)
    form = LineForm(data=request.POST or None, initial={"title": line.title, "reason": line.reason})
    if request.method == "POST" and form.is_valid():
        edit_line(item=line, by=request.user, **form.cleaned_data)
        messages.info(request, "議題を保存しました。")
        return _back(found, anchor=f"#line-{line.pk}")
    context = {"frame": frame, "meeting": found, "line": line, "form": form, "crumbs": crumbs(frame, found, "議題")}
    return render(request, "reviews/agenda_line.html", context, status=422 if form.errors else 200)


@work_action("meeting_agenda")
def agenda_change(request, slug, fiscal_year, meeting):
    """`move=up-12`, `move=down-12` and `move=out-12` change the order or take a line out. A line that is gone already changes nothing."""
    _, found = planned_meeting(request, slug, fiscal_year, meeting)
    what, _, key = request.POST.get("move", "").partition("-")
    is_key = key.isascii() and key.isdigit() and len(key) < 19
    line = AgendaItem.objects.select_related("meeting").filter(meeting=found, pk=int(key)).first() if is_key else None
    if line is None:
        return _back(found)
    if what == "out":
        token = signing.dumps([found.pk, remove_line(item=line, by=request.user)], salt=SALT, compress=True)
        return _back(found, f"?removed={token}")
    move_line(item=line, step=STEPS.get(what, 0), by=request.user)
    return _back(found, anchor=f"#line-{line.pk}")


@work_action("meeting_agenda")
def agenda_undo(request, slug, fiscal_year, meeting):
    """Put back the line that `removed` says."""
    _, found = planned_meeting(request, slug, fiscal_year, meeting)
    kept = _kept(request.POST.get("removed", ""), found)
    try:
        line = put_back(meeting=found, kept=kept, by=request.user) if kept else None
    except ValidationError:
        line = None
    if line is None:
        messages.warning(request, GONE)
        return _back(found)
    messages.info(request, f"「{line.title}」を次第に戻しました。")
    return _back(found, anchor=f"#line-{line.pk}")
