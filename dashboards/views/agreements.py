"""Partnership agreements: the list with its timeline, one agreement, one partner."""
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from dashboards.agreements import agreement_content, agreements_content, partner_content
from dashboards.caching import page
from dashboards.frame import Crumb, Frame, get_frame
from partnerships.models import Agreement, Partner
from partnerships.terms import State


@page
def agreements(request: HttpRequest, slug: str) -> HttpResponse:
    """連携協定: all agreements, or with `?state=needs_check` those in one state. 404 for a state that does not exist."""
    frame = get_frame(request, slug)
    state = _chosen_state(request)
    build = partial(agreements_content, frame, state)
    return render(request, "dashboards/agreements.html", {"frame": frame, "crumbs": [Crumb("連携協定")], "state": state or "", "build": build})


def _chosen_state(request: HttpRequest) -> State | None:
    text = request.GET.get("state", "")
    if text and text not in list(State):
        raise Http404("状態は一覧から選んでください。")
    return State(text) if text else None


@page
def agreement(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One agreement with everything the plan says of it. 404 for a number the strategy does not have."""
    frame = get_frame(request, slug)
    found = get_object_or_404(Agreement, strategy=frame.strategy, number=number)
    context = {"frame": frame, "crumbs": _crumbs(frame, found.name), "agreement": found, "build": partial(agreement_content, frame, found)}
    return render(request, "dashboards/agreement.html", context)


@page
def partner(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A partner's agreements within this strategy. 404 for a partner without any."""
    frame = get_frame(request, slug)
    found = get_object_or_404(Partner.objects.filter(agreements__strategy=frame.strategy).distinct(), pk=pk)
    context = {"frame": frame, "crumbs": _crumbs(frame, found.name), "partner": found, "build": partial(partner_content, frame, found)}
    return render(request, "dashboards/partner.html", context)


def _crumbs(frame: Frame, name: str) -> list[Crumb]:
    return [Crumb("連携協定", reverse("agreements", args=[frame.strategy.slug])), Crumb(name)]
