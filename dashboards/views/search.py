"""Search over the plan."""
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from dashboards.caching import page
from dashboards.frame import Crumb, get_frame
from dashboards.search import search as search_for


@page
def search(request: HttpRequest, slug: str) -> HttpResponse:
    """検索: indicators, goals, measures, initiatives, agreements and partners that hold every word of ?q=."""
    frame = get_frame(request, slug)
    result = search_for(frame, request.GET.get("q", ""))
    context = {"frame": frame, "crumbs": [Crumb("検索")], "result": result, "kept_query": urlencode({"q": result.query}) if result.query else ""}
    return render(request, "dashboards/search.html", context)
