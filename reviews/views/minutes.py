"""議事録 and 出席 of a meeting."""
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from collecting.frame import work_page
from reviews.actions.meetings import record_attendance, write_minutes
from reviews.actions.writing import ConflictError
from reviews.frame import ReviewFrame
from reviews.meetings.page import attendance_of, crumbs
from reviews.models import Meeting
from reviews.texts import kept_text
from reviews.views.meetings import planned_meeting, seen_version
from reviews.vocabulary import Presence

LONGEST_MINUTES = 200_000
TOO_LONG = f"議事録は{LONGEST_MINUTES:,}字までです。長い配付物は、資料として付けてください。"


@work_page
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_minutes(request, slug, fiscal_year, meeting):
    """One large field; two people at once see both texts."""
    frame, found = planned_meeting(request, slug, fiscal_year, meeting)
    if request.method != "POST":
        return _minutes_page(request, frame, found, found.minutes)
    text = kept_text(request.POST.get("minutes", ""))
    if len(text) > LONGEST_MINUTES:
        return _minutes_page(request, frame, found, text, version=seen_version(request), error=TOO_LONG)
    try:
        write_minutes(meeting=found, text=text, seen_version=seen_version(request), by=request.user)
    except ConflictError as conflict:
        return _minutes_page(request, frame, found, text, stored=conflict.stored)
    messages.info(request, "議事録を保存しました。")
    return redirect("meeting", slug, fiscal_year, found.pk)


def _minutes_page(
    request, frame: ReviewFrame, found: Meeting, text: str, stored: Meeting | None = None, version: int | None = None, error: str = ""
) -> HttpResponse:
    """The field with that text; with `stored`, what somebody else wrote stands above it, and saving again means to replace it."""
    context = {
        "frame": frame, "meeting": found, "text": text, "stored": stored, "error": error, "crumbs": crumbs(frame, found, "議事録"),
        "version": version if version is not None else (stored or found).version,
    }
    return render(request, "reviews/minutes.html", context, status=409 if stored else 422 if error else 200)


@work_page
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_attendance(request, slug, fiscal_year, meeting):
    """Every seat whose term covers the day, and others by name, one a line."""
    frame, found = planned_meeting(request, slug, fiscal_year, meeting)
    attendance, error = attendance_of(found), ""
    others = request.POST.get("others", "\n".join(attendance.others))
    if request.method == "POST":
        error = _recorded(request, found, others)
        if not error:
            messages.info(request, "出席を保存しました。")
            return redirect("meeting", slug, fiscal_year, found.pk)
    context = {
        "frame": frame, "meeting": found, "attendance": attendance, "others": others, "error": error, "presences": list(Presence),
        "members": [(seat, request.POST.get(f"seat-{seat.pk}", presence or "")) for seat, presence in attendance.members],
        "crumbs": crumbs(frame, found, "出席"),
    }
    return render(request, "reviews/attendance.html", context, status=422 if error else 200)


def _recorded(request, found: Meeting, others: str) -> str:
    """Why it could not be recorded; empty when it is."""
    try:
        record_attendance(meeting=found, seats=_presences(request), others=kept_text(others).split("\n"), by=request.user)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _presences(request) -> dict[int, Presence]:
    """What the form says of each seat; a seat without an answer is left out."""
    words = {presence.value: presence for presence in Presence}
    keys = [(name.removeprefix("seat-"), value) for name, value in request.POST.items() if name.startswith("seat-")]
    return {int(key): words[value] for key, value in keys if value in words and key.isascii() and key.isdigit() and len(key) < 19}
