"""What base.html needs around the pages of those who enter, collect and import."""
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache

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
    """A page of work: for those who are signed in, and never kept by a browser for the next person at the same machine."""
    return never_cache(login_required(view))


def work_action(page: str) -> Callable:
    """Decorates a view that is only sent to. Who comes there otherwise, signing in again or reloading, is led to `page`, which has the same arguments."""

    def decorated(view):
        @wraps(view)
        def sent(request: HttpRequest, **arguments) -> HttpResponse:
            return view(request, **arguments) if request.method == "POST" else redirect(page, **arguments)

        return work_page(sent)

    return decorated
