"""基本目標: one page for each of the plan's goals."""
from functools import cache, partial

from django.shortcuts import render

from dashboards.caching import page
from dashboards.frame import get_frame
from dashboards.goal import goal_content


@page
def goal(request, slug, number):
    """How one goal stands in one fiscal year: its numeric targets, its measures and their KPIs. 404 for an unknown number."""
    frame = get_frame(request, slug)
    build = cache(partial(goal_content, frame, number))
    return render(request, "dashboards/goal.html", {"frame": frame, "number": number, "build": build})
