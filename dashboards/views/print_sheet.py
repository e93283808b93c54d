"""KPI進捗管理表: the strategy on paper."""
from functools import partial

from django.shortcuts import render

from dashboards.caching import page
from dashboards.frame import Crumb, get_frame
from dashboards.print_sheet import print_sheet_content


@page
def print_sheet(request, slug):
    """The KPI sheet of one fiscal year, laid out for A4 landscape."""
    frame = get_frame(request, slug)
    context = {"frame": frame, "crumbs": [Crumb("印刷用の表")], "build": partial(print_sheet_content, frame)}
    return render(request, "dashboards/print_sheet.html", context)
