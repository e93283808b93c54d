"""Pages to read: the plan, its SDGs table, and how indicators are judged."""
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.caching import page
from dashboards.documents import plan_content
from dashboards.frame import Crumb, get_frame
from dashboards.guide import guide_content
from dashboards.sdg_table import sdgs_content


@page
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """計画の全体像: the plan as a document, with a table of contents."""
    frame = get_frame(request, slug)
    context = {"frame": frame, "crumbs": [Crumb("計画の全体像")], "build": partial(plan_content, frame)}
    return render(request, "dashboards/plan.html", context)


@page
def sdgs(request: HttpRequest, slug: str) -> HttpResponse:
    """SDGs対照表: seventeen goals by measures and topics."""
    frame = get_frame(request, slug)
    context = {"frame": frame, "crumbs": [Crumb("SDGs対照表")], "build": partial(sdgs_content, frame)}
    return render(request, "dashboards/sdgs.html", context)


@page
def judgement_guide(request: HttpRequest, slug: str) -> HttpResponse:
    """判定のしかた: the rules of the judgement as the code applies them."""
    frame = get_frame(request, slug)
    context = {"frame": frame, "crumbs": [Crumb("判定のしかた")], "build": partial(guide_content, frame)}
    return render(request, "dashboards/judgement_guide.html", context)
