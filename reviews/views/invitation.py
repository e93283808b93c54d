"""招待のコードで始める: a council member enters the printed code, chooses a user name and a password, and is signed in."""
import time

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.models import User
from goals.models import Strategy
from reviews.actions.council import accept_invitation, invitation_of, invitation_problem
from reviews.asked import reviews_asking
from reviews.council.forms import AccountForm
from reviews.models import Invitation, Seat

BACKEND = "accounts.backends.RoleBackend"
# Counts wrong codes of one address beside wrong passwords, with the same limit and cool-off. No user can have this name.
COUNTED_AS = {"username": "招待の コード"}
KEPT = "invitation"
SECONDS_KEPT = 30 * 60
WRONG_CODE = "このコードでは始められません。案内の紙を見て、もう一度入力してください。"


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request):
    """Asks for the code. A right one is remembered by the session, for half an hour, and never written into a page or an address."""
    if AxesProxyHandler.is_locked(request, COUNTED_AS):
        return _page(request, is_locked=True, status=429)
    if request.method != "POST":
        return _page(request)
    found = invitation_of(request.POST.get("code", ""))
    problem = invitation_problem(found) if found else WRONG_CODE
    if problem:
        _count(request)
        return _page(request, problem=problem, strategy=found.seat.strategy if found else None, status=422)
    AxesProxyHandler.reset_attempts(ip_address=request.axes_ip_address, username=COUNTED_AS["username"])
    request.session[KEPT] = {"invitation": found.pk, "until": time.time() + SECONDS_KEPT}
    return redirect("invitation_account")


def _count(request: HttpRequest) -> None:
    """One more wrong code from that address. Our page says what to do, not the one of the sign-in."""
    AxesProxyHandler.user_login_failed(None, credentials=COUNTED_AS, request=request)
    request.axes_locked_out = False


def _page(request: HttpRequest, *, problem: str = "", strategy: Strategy | None = None, is_locked: bool = False, status: int = 200) -> HttpResponse:
    contacts = [strategy] if strategy else list(Strategy.objects.exclude(contact_phone=""))
    context = {"problem": problem, "contacts": contacts, "is_locked": is_locked, "code": request.POST.get("code", "")}
    return render(request, "reviews/invitation.html", context, status=status)


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_account(request):
    """The user name and the password of whoever has just entered a right code; then they are signed in."""
    found = _kept(request)
    if found is None:
        return redirect("invitation")
    form = AccountForm(found.seat, data=request.POST or None)
    user = _accepted(form, found) if request.method == "POST" else None
    if user is None:
        return render(request, "reviews/invitation_account.html", {"seat": found.seat, "form": form}, status=422 if form.errors else 200)
    request.session.flush()
    login(request, user, backend=BACKEND)
    return _first_page(found.seat)


def _kept(request: HttpRequest) -> Invitation | None:
    """The invitation whose code this browser entered within the half hour, as long as it opens something."""
    kept = request.session.get(KEPT)
    if not kept or kept["until"] < time.time():
        return None
    found = Invitation.objects.select_related("seat__strategy", "seat__user").filter(pk=kept["invitation"]).first()
    return found if found and not invitation_problem(found) else None


def _accepted(form: AccountForm, found: Invitation) -> User | None:
    """The member who may sign in now; None where something stands in the way, which the form says."""
    if not form.is_valid():
        return None
    try:
        return accept_invitation(invitation=found, username=form.cleaned_data.get("username", ""), password=form.cleaned_data["password"])
    except ValidationError as error:
        is_name = hasattr(error, "error_dict") and "username" in error.error_dict and "username" in form.fields
        form.add_error("username" if is_name else None, error.messages)
        return None


def _first_page(seat: Seat) -> HttpResponse:
    """The member's own opinions where they are being asked for and the term has begun, else the overview."""
    asked = reviews_asking(seat.strategy).first() if seat.is_filled_on(timezone.localdate()) else None
    return redirect("my_opinions", seat.strategy.slug, asked.fiscal_year) if asked else redirect("overview", seat.strategy.slug)
