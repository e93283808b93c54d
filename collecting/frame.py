"""What base.html needs around the pages of those who enter, collect and import."""
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
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
