"""全体の状況: the first page, and the way to it."""
from functools import partial

from django.shortcuts import redirect, render

from dashboards.caching import page
from dashboards.frame import get_frame
from dashboards.overview import overview_content
from goals.models import Strategy


def home(request):
    """Leads to the current strategy's overview, or says how to load a first strategy."""
    strategy = Strategy.objects.current()
    return redirect("overview", strategy.slug) if strategy else render(request, "dashboards/empty.html")


@page
def overview(request, slug):
    """How the whole strategy stands in one fiscal year."""
    frame = get_frame(request, slug)
    return render(request, "dashboards/overview.html", {"frame": frame, "build": partial(overview_content, frame)})
