"""会議: the year's list, making one, its day and place, its page, and that it is over."""
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from collecting.files import ACCEPTED, ALLOWED
from collecting.frame import work_action, work_page
from common.fiscal import era_date
from reviews.actions.meetings import create_meeting, edit_meeting, next_number, set_held
from reviews.actions.writing import ConflictError
from reviews.frame import PLAN, ReviewFrame, review_frame
from reviews.meetings.access import readable_meetings
from reviews.meetings.attention import one_line
from reviews.meetings.forms import MeetingForm
from reviews.meetings.page import crumbs, meeting_list, meeting_page
from reviews.models import Meeting
from reviews.views.conflicts import conflict_words, seen_version
from reviews.vocabulary import Body, Stage

VIEW_MEETING = "reviews.view_meeting"


def meeting_of(frame: ReviewFrame, meeting: int) -> Meeting:
    """That meeting of the review, for somebody who may open it. Raises Http404 for anybody else, PermissionDenied for a member without a seat."""
    readable = readable_meetings(frame.user, frame.strategy, frame.today).select_related("saved_by")
    found = get_object_or_404(readable, review=frame.review, pk=meeting)
    found.review = frame.review
    return found


def planned_meeting(request, slug: str, fiscal_year: int, meeting: int) -> tuple[ReviewFrame, Meeting]:
    """The frame and the meeting for the planning side, which works on it."""
    frame = review_frame(request, slug, fiscal_year, PLAN)
    return frame, meeting_of(frame, meeting)


@work_page
@require_GET
def meetings(request, slug, fiscal_year):
    """The meetings of the review that person reads, by body."""
    frame = review_frame(request, slug, fiscal_year, VIEW_MEETING)
    context = {"frame": frame, "list": meeting_list(frame), "crumbs": crumbs(frame)}
    return render(request, "reviews/meetings.html", context)


@work_page
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_new(request, slug, fiscal_year):
    """A new meeting of the body in `?body=`, with the next number proposed."""
    frame = review_frame(request, slug, fiscal_year, PLAN)
    body = _body(request, frame)
    form = MeetingForm(data=request.POST or None, initial={"number": next_number(frame.review, body), "meets_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        made = _created(form, frame, body, request.user)
        if made:
            messages.info(request, f"{made.title}を加えました。前回までに決まって済んでいないことを、次第に入れています。")
            return redirect("meeting", slug, fiscal_year, made.pk)
    context = {"frame": frame, "form": form, "body": body, "crumbs": crumbs(frame, here=f"{body.label}を加える")}
    return render(request, "reviews/meeting_form.html", context, status=422 if form.errors else 200)


def _body(request, frame: ReviewFrame) -> Body:
    """The body asked for; by default the one whose turn it is."""
    asked = next((body for body in Body if body == request.GET.get("body")), None)
    return asked or (Body.INTERNAL_MEETING if frame.review.stage in (Stage.ENTRY, Stage.INTERNAL) else Body.PROMOTION_COUNCIL)


def _created(form: MeetingForm, frame: ReviewFrame, body: Body, user) -> Meeting | None:
    """The new meeting; None when something stands in the way, which the form then says."""
    try:
        return create_meeting(review=frame.review, body=body, by=user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error("number", error.messages)
        return None


@work_page
@require_GET
def meeting(request, slug, fiscal_year, meeting):
    """One meeting: agenda, attendance, minutes, decisions and materials, as far as that person reads them."""
    frame = review_frame(request, slug, fiscal_year, VIEW_MEETING)
    return meeting_answer(request, frame, meeting_of(frame, meeting))


def meeting_answer(request, frame: ReviewFrame, found: Meeting, status: int = 200, **more) -> HttpResponse:
    """The meeting's page; `more` is what went wrong there."""
    context = {"frame": frame, "page": meeting_page(frame, found), "crumbs": crumbs(frame, found), "accepted": ACCEPTED, "allowed": ALLOWED}
    return render(request, "reviews/meeting.html", context | more, status=status)


@work_page
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_edit(request, slug, fiscal_year, meeting):
    """Another number, day, hour or place."""
    frame, found = planned_meeting(request, slug, fiscal_year, meeting)
    initial = {"number": found.number, "meets_on": found.meets_on, "starts_at": found.starts_at, "place": found.place}
    form, version = MeetingForm(data=request.POST or None, initial=initial), found.version
    if request.method == "POST" and form.is_valid():
        version = _edited(form, found, request)
        if version is None:
            return redirect("meeting", slug, fiscal_year, found.pk)
    context = {"frame": frame, "form": form, "meeting": found, "version": version, "crumbs": crumbs(frame, found, "日時・場所")}
    return render(request, "reviews/meeting_form.html", context, status=422 if form.errors else 200)


def _edited(form: MeetingForm, found: Meeting, request) -> int | None:
    """None when it is written; else the version that was there, with the reason in the form."""
    try:
        edit_meeting(meeting=found, values=form.cleaned_data, seen_version=seen_version(request), by=request.user)
    except ConflictError as conflict:
        stored = conflict.stored
        now = f"第{stored.number}回、{era_date(stored.meets_on)}、{one_line(stored.place) or '場所なし'}"
        form.add_error(None, f"{conflict_words(stored)}いまの内容（{now}）と見比べて、もう一度保存してください。")
        return stored.version
    except ValidationError as error:
        form.add_error("number", error.messages)
        return seen_version(request)
    messages.info(request, "日時・場所を保存しました。")
    return None


@work_action("meeting")
def meeting_held(request, slug, fiscal_year, meeting):
    """Say with `then=over` that it has taken place, with `then=back` that it has not."""
    _, found = planned_meeting(request, slug, fiscal_year, meeting)
    is_held = request.POST.get("then") == "over"
    set_held(meeting=found, is_held=is_held, by=request.user)
    messages.info(request, "会議を終えました。議事録が読めるようになりました。" if is_held else "会議を終える前に戻しました。議事録は、企画担当だけに見えます。")
    return redirect("meeting", slug, fiscal_year, found.pk)
