"""議事録 and 出席 of a meeting."""
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from collecting.frame import work_page
from reviews.actions.meetings import ATTENDANCE_TRACE, record_attendance, seats_at, sheet_of, write_minutes
from reviews.actions.writing import ConflictError
from reviews.frame import ReviewFrame
from reviews.meetings.attendance import Sheet, merged
from reviews.meetings.page import attendance_entries, crumbs
from reviews.models import Meeting
from reviews.texts import kept_text
from reviews.views.conflicts import seen_version
from reviews.views.meetings import planned_meeting
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
    """Every seat whose term covers the day, and others by name, one a line. Two people who fill it in at once are told of each other's ticks."""
    frame, found = planned_meeting(request, slug, fiscal_year, meeting)
    stored = sheet_of(found, seats_at(found))
    if request.method != "POST":
        return _attendance_page(request, frame, found, stored, stored)
    typed, seen = _sheet(request, "seat-", "others"), _sheet(request, "seen-", "seen")
    try:
        record_attendance(meeting=found, seats=typed.seats, others=typed.others, seen=seen, by=request.user)
    except ConflictError:
        stored = sheet_of(found, seats_at(found))
        both = merged(seen, typed, stored)
        return _attendance_page(request, frame, found, both.sheet, stored, clashes=both.clashes, writer=_writer(found))
    except ValidationError as error:
        return _attendance_page(request, frame, found, typed, seen, error=" ".join(error.messages))
    messages.info(request, "出席を保存しました。")
    return redirect("meeting", slug, fiscal_year, found.pk)


def _attendance_page(
    request, frame: ReviewFrame, found: Meeting, shown: Sheet, seen: Sheet, clashes: frozenset[int] = frozenset(), error: str = "", writer=None
) -> HttpResponse:
    """The form with what is `shown`, made upon what was `seen`; `clashes` are the seats of which somebody else recorded something else."""
    context = {
        "frame": frame, "meeting": found, "members": attendance_entries(found, shown, seen, clashes), "others": "\n".join(shown.others),
        "seen": "\n".join(seen.others), "error": error, "writer": writer, "presences": list(Presence), "crumbs": crumbs(frame, found, "出席"),
    }
    return render(request, "reviews/attendance.html", context, status=409 if writer else 422 if error else 200)


def _writer(found: Meeting):
    """The record of whoever wrote the attendance last, in the meeting's own history."""
    return found.history.filter(history_change_reason=ATTENDANCE_TRACE).select_related("history_user").first()


def _sheet(request, prefix: str, others: str) -> Sheet:
    """What the form says of each seat and of everybody else; a seat without an answer is left out."""
    words = {presence.value: presence for presence in Presence}
    keys = [(name.removeprefix(prefix), value) for name, value in request.POST.items() if name.startswith(prefix)]
    seats = {int(key): words[value] for key, value in keys if value in words and key.isascii() and key.isdigit() and len(key) < 19}
    lines = (line.strip() for line in kept_text(request.POST.get(others, "")).split("\n"))
    return Sheet(seats, tuple(line for line in lines if line))
