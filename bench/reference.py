"""Reference views, served by the same server in the same run: what Django itself costs, and a goal's page with its charts taken away."""
import re

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from dashboards.views.goals import goal
from goals.models import Goal, Strategy
from kpis.models import Indicator
from partnerships.models import Agreement

ROWS = 50
FIGURE = re.compile(r'<figure class="chart .*?</figure>', re.DOTALL)
SPEC = re.compile(r'<script id="[^"]+" type="application/json">(.*?)</script>', re.DOTALL)
CHART_SCRIPT = re.compile(r"<script[^>]*data-plotly[^>]*></script>")
BARE_PAGE = """<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>charts</title>
<script src="/static/plotly.min.js" defer></script><script src="/bench/bare-charts.js" defer></script></head><body>{charts}</body></html>"""
BARE_SCRIPT = """for (const spec of document.querySelectorAll("script[type='application/json']")) {
  const { wide, config } = JSON.parse(spec.textContent);
  Plotly.newPlot(spec.parentElement.querySelector("div"), wide.data, wide.layout, config);
}"""


def constant(request):
    """The least a Django view can do."""
    return HttpResponse("ok")


def plain(request):
    """Four queries and a table of 50 rows, written the plain way."""
    strategy = get_object_or_404(Strategy, is_current=True)
    content = {
        "strategy": strategy,
        "goals": Goal.objects.filter(strategy=strategy),
        "indicators": Indicator.objects.filter(strategy=strategy)[:ROWS],
        "agreements": Agreement.objects.filter(strategy=strategy),
    }
    return render(request, "bench/plain.html", content)


def goal_without_charts(request, slug, number):
    """A goal's page without its charts and their script."""
    html = goal(request, slug=slug, number=number).content.decode()
    return HttpResponse(CHART_SCRIPT.sub("", FIGURE.sub("", html)))


def bare_charts(request, slug, number):
    """plotly.min.js and the same charts on an empty page."""
    html = goal(request, slug=slug, number=number).content.decode()
    charts = "".join(f'<section><div></div><script type="application/json">{spec}</script></section>' for spec in SPEC.findall(html))
    return HttpResponse(BARE_PAGE.format(charts=charts))


def bare_charts_script(request):
    return HttpResponse(BARE_SCRIPT, content_type="text/javascript")
