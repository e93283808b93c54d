"""次第: what is proposed, lines of one's own, their order, and the way back for what was taken out."""
import re

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.history import SOMEBODY, writer_name
from collecting.frame import work_action, work_page
from reviews.actions.agenda import add_line, edit_line, move_line, put_back, remove_line, take_up
from reviews.actions.writing import ConflictError
from reviews.frame import ReviewFrame
from reviews.meetings.forms import LineForm
from reviews.meetings.page import agenda_lines, crumbs, proposal_groups
from reviews.meetings.sources import proposals_for
from reviews.models import AgendaItem, Meeting
from reviews.views.conflicts import moment, next_version, seen_version, stored_words
from reviews.views.meetings import planned_meeting

SALT = "reviews.agenda"
STEPS = {"up": -1, "down": 1}
MOVE = re.compile("(up|down|out)-([0-9]{1,18})-([0-9]{1,18})")
CHOOSE = "議題が選ばれていません。加える議題に印を付けてから、もう一度押してください。"
MOVED = "まだ変えていません。{who}が{at}に、先に次第を変えています（{what}）。いまの次第を確かめて、もう一度押してください。"
TAKEN_OUT = "この議題は、ほかの人が次第から外しています。入力は「自分で議題を加える」の欄に残しています。要るときは、そこから加えてください。"
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
    line = AgendaItem.objects.select_related("meeting").filter(meeting=found, pk=item).first()
    if request.method == "POST":
        return _line_sent(request, frame, found, line)
    if line is None:
        raise Http404
    return _line_page(request, frame, line, LineForm(initial={"title": line.title, "reason": line.reason}))


def _line_sent(request, frame: ReviewFrame, found: Meeting, line: AgendaItem | None) -> HttpResponse:
    """Written, or told: of a line that is gone the words go into the form for a new one."""
    form, stored = LineForm(data=request.POST), None
    if line and form.is_valid():
        try:
            edit_line(item=line, seen_version=seen_version(request), by=request.user, **form.cleaned_data)
        except ConflictError as conflict:
            line = stored = conflict.stored
        else:
            messages.info(request, "議題を保存しました。")
            return _back(found, anchor=f"#line-{line.pk}")
    return _line_page(request, frame, line, form, stored) if line else _page(request, frame, found, form, TAKEN_OUT)


def _line_page(request, frame: ReviewFrame, line: AgendaItem, form: LineForm, stored: AgendaItem | None = None) -> HttpResponse:
    """The form of one line; with `stored`, what somebody else wrote stands above it, and saving again means to replace it."""
    context = {
        "frame": frame, "meeting": line.meeting, "line": line, "form": form, "crumbs": crumbs(frame, line.meeting, "議題"), "stored": stored,
        "theirs": stored_words(form, stored) if stored else [], "version": next_version(request, line, stored),
    }
    return render(request, "reviews/agenda_line.html", context, status=409 if stored else 422 if form.errors else 200)


@work_action("meeting_agenda")
def agenda_change(request, slug, fiscal_year, meeting):
    """`move=up-12-11` and `move=down-12-13` lead line 12 past its neighbour, `move=out-12-1` takes its version 1 out. A line that is gone changes nothing."""
    _, found = planned_meeting(request, slug, fiscal_year, meeting)
    sent = MOVE.fullmatch(request.POST.get("move", ""))
    line = AgendaItem.objects.select_related("meeting").filter(meeting=found, pk=int(sent[2])).first() if sent else None
    if line is None:
        return _back(found)
    try:
        return _changed(found, line, sent[1], int(sent[3]), request.user)
    except ConflictError:
        messages.warning(request, _moved_by(found))
        return _back(found, anchor=f"#line-{line.pk}")


def _changed(found: Meeting, line: AgendaItem, what: str, upon: int, user) -> HttpResponse:
    """`upon` is what the page showed: the neighbour, or the version of a line to be taken out. Raises ConflictError when it is another now."""
    if what == "out":
        token = signing.dumps([found.pk, remove_line(item=line, seen_version=upon, by=user)], salt=SALT, compress=True)
        return _back(found, f"?removed={token}")
    move_line(item=line, step=STEPS[what], past=upon, by=user)
    return _back(found, anchor=f"#line-{line.pk}")


def _moved_by(found: Meeting) -> str:
    """Who changed the agenda last, when and how: the meeting's own history tells."""
    last = found.history.filter(history_change_reason__startswith="次第").select_related("history_user").first()
    if last is None:
        return MOVED.format(who=SOMEBODY, at="先ほど", what="次第の変更")
    return MOVED.format(who=writer_name(last.history_user), at=moment(last.history_date), what=last.history_change_reason)


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
