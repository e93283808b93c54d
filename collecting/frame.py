"""What base.html needs around the pages of those who enter, collect and import."""
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from accounts import unsent
from goals.models import Strategy
from kpis.board import shows_sample


@dataclass(frozen=True)
class WorkFrame:
    """A page of work on one strategy. It has no fiscal-year switcher: the collection or the file says which year it is about."""

    strategy: Strategy
    has_sample: bool
    year_query: str = ""


def work_frame(request: HttpRequest, slug: str, permission: str) -> WorkFrame:
    """The frame for somebody with that permission. Raises Http404 for an unknown strategy, PermissionDenied for anybody else."""
    if not request.user.has_perm(permission):
        raise PermissionDenied
    strategy = get_object_or_404(Strategy, slug=slug)
    return WorkFrame(strategy, shows_sample(strategy, request.user))


def work_page(view):
    """A page of work: for those who are signed in, and never kept by a browser for the next person at the same machine.

    What was sent when the session had expired is shown after signing in again, to be sent once more.
    """
    signed_in = login_required(view)

    @wraps(view)
    def page(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            if request.method == "POST":
                unsent.keep(request)
            return signed_in(request, *args, **kwargs)
        response = _resumed(request) or signed_in(request, *args, **kwargs)
        unsent.remember(request, response)
        return response

    return never_cache(page)


def _resumed(request: HttpRequest) -> HttpResponse | None:
    """The page that offers to send once more what had not been taken; None where there is nothing to offer."""
    if request.method == "GET":
        found = unsent.kept_for(request)
        return render(request, "accounts/unsent.html", {"unsent": found}) if found else None
    unsent.forget(request)
    return redirect(request.get_full_path()) if request.POST.get("unsent") == "drop" else None


def work_action(page: str) -> Callable:
    """Decorates a view that is only sent to. Who comes there otherwise, signing in again or reloading, is led to `page`, which has the same arguments."""

    def decorated(view):
        @wraps(view)
        def sent(request: HttpRequest, **arguments) -> HttpResponse:
            return view(request, **arguments) if request.method == "POST" else redirect(page, **arguments)

        return work_page(sent)

    return decorated
