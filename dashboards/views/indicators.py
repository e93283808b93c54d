"""指標: one page for each code, with all its series."""
from functools import cache, partial

from django.shortcuts import render

from dashboards.caching import page
from dashboards.frame import get_frame
from dashboards.indicator import indicator_content


@page
def indicator(request, slug, code):
    """One indicator through the years: values, verdicts, targets, sources and who changed what. 404 for an unknown code."""
    frame = get_frame(request, slug)
    build = cache(partial(indicator_content, frame, code))
    return render(request, "dashboards/indicator.html", {"frame": frame, "code": code, "build": build})
