"""推進会議の委員: seats, terms of office, successors, and the printed invitation."""
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from collecting.frame import WorkFrame, work_action, work_frame, work_page
from reviews.actions import council
from reviews.actions.writing import ConflictError
from reviews.council.forms import EndTermForm, SeatForm
from reviews.council.seat_lines import seat_list
from reviews.models import Seat
from reviews.views.conflicts import next_version, seen_version, stored_words

SEATS = "reviews.change_seat"


@work_page
@require_GET
def seats(request, slug):
    """The list, with what can be done for each seat."""
    frame = work_frame(request, slug, SEATS)
    return render(request, "reviews/seats.html", {"frame": frame, "seats": seat_list(frame.strategy)})


@work_page
@require_http_methods(["GET", "HEAD", "POST"])
def seat_new(request, slug):
    """A new seat."""
    frame = work_frame(request, slug, SEATS)
    form = SeatForm(data=request.POST or None)
    done, _ = _done(form, lambda values: council.add_seat(strategy=frame.strategy, values=values, by=request.user))
    if done:
        messages.info(request, f"{form.cleaned_data['member_name']}さんを委員に加えました。次に、招待のコードをつくってください。")
        return redirect("seats", slug)
    return _form_page(request, frame, form, "委員を加える", "委員に加える")


@work_page
@require_http_methods(["GET", "HEAD", "POST"])
def seat_edit(request, slug, seat):
    """Correct what is said of a seat."""
    frame = work_frame(request, slug, SEATS)
    seat = _seat(frame, seat)
    form = SeatForm(seat, data=request.POST or None)
    version = seen_version(request)
    done, stored = _done(form, lambda values: council.edit_seat(seat=seat, values=values, seen_version=version, by=request.user))
    if done:
        messages.info(request, f"{form.cleaned_data['member_name']}さんの内容を保存しました。")
        return redirect("seats", slug)
    return _form_page(request, frame, form, f"{seat.member_name}さんの内容を直す", "保存する", seat=seat, **_clash(request, seat, stored))


@work_page
@require_http_methods(["GET", "HEAD", "POST"])
def seat_successor(request, slug, seat):
    """Appoint who comes after; the predecessor's term ends the day before."""
    frame = work_frame(request, slug, SEATS)
    seat = _seat(frame, seat)
    form = SeatForm(predecessor=seat, data=request.POST or None)
    version = seen_version(request)
    done, stored = _done(form, lambda values: council.appoint_successor(seat=seat, values=values, seen_version=version, by=request.user))
    if done:
        messages.info(request, f"{seat.member_name}さんの後任を{form.cleaned_data['member_name']}さんに決めました。次に、招待のコードをつくってください。")
        return redirect("seats", slug)
    return _form_page(request, frame, form, f"{seat.member_name}さんの後任を決める", "後任を決める", predecessor=seat, **_clash(request, seat, stored))


@work_page
@require_http_methods(["GET", "HEAD", "POST"])
def seat_end(request, slug, seat):
    """Let a term of office end with a day."""
    frame = work_frame(request, slug, SEATS)
    seat = _seat(frame, seat)
    form = EndTermForm(data=request.POST or None)
    version = seen_version(request)
    done, stored = _done(form, lambda values: council.end_term(seat=seat, last_day=values["last_day"], seen_version=version, by=request.user))
    if done:
        messages.info(request, f"{seat.member_name}さんの任期の終わりを記録しました。直すときは「内容を直す」を使います。")
        return redirect("seats", slug)
    context = {"frame": frame, "seat": seat, "form": form, **_clash(request, seat, stored)}
    return render(request, "reviews/seat_end.html", context, status=_status(form, stored))


@sensitive_variables("issued")
@work_action("seat_edit")
def seat_invite(request, slug, seat):
    """A new one-time code on a page to print. The code is in this answer only: nobody can show it again."""
    frame = work_frame(request, slug, SEATS)
    seat = _seat(frame, seat)
    try:
        issued = council.invite(seat=seat, by=request.user, after=_known(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("seats", slug)
    address, last_day = request.build_absolute_uri(reverse("invitation")), timezone.localdate(issued.invitation.expires_at)
    context = {"frame": frame, "seat": seat, "issued": issued, "address": address, "last_day": last_day}
    return render(request, "reviews/seat_invitation.html", context)


def _known(request) -> int | None:
    """The newest invitation that the page showed whoever pressed the button; None where it does not say."""
    known = request.POST.get("after", "")
    return int(known) if known.isascii() and known.isdecimal() and len(known) < 19 else None


def _seat(frame: WorkFrame, key: int) -> Seat:
    return get_object_or_404(Seat.objects.select_related("user"), strategy=frame.strategy, pk=key)


def _done(form: Form, write: Callable[[dict], object]) -> tuple[bool, Seat | None]:
    """Whether the form was sent and could be written; what stands in the way goes to its fields. The seat as it is where somebody was quicker."""
    if not form.is_valid():
        return False, None
    try:
        write(form.cleaned_data)
    except ValidationError as error:
        _tell(form, error)
    except ConflictError as conflict:
        if conflict.stored is None:
            raise Http404 from conflict
        return False, conflict.stored
    return form.is_valid(), None


def _clash(request, seat: Seat, stored: Seat | None) -> dict:
    """For the page: the version its form is made from, and what somebody else stored meanwhile."""
    theirs = stored_words(SeatForm(stored), stored) if stored else []
    return {"version": next_version(request, seat, stored), "stored": stored, "theirs": theirs}


def _status(form: Form, stored: Seat | None) -> int:
    return 409 if stored else 422 if form.errors else 200


def _tell(form: Form, error: ValidationError) -> None:
    found = error.message_dict if hasattr(error, "error_dict") else {None: error.messages}
    for name, texts in found.items():
        form.add_error(name if name in form.fields else None, texts)


def _form_page(request, frame: WorkFrame, form: SeatForm, title: str, button: str, **context) -> HttpResponse:
    context = {"frame": frame, "form": form, "title": title, "button": button, **context}
    return render(request, "reviews/seat_form.html", context, status=_status(form, context.get("stored")))
