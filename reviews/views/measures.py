"""主要施策の評価: the page of one measure in a review, and what is sent from it."""
import re

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from collecting.frame import work_page
from reviews.access import measures_of, own_measures
from reviews.frame import ReviewFrame, review_frame
from reviews.measures.page import measure_page
from reviews.measures.post import DONE, form_of, write_sent
from reviews.measures.states import measure_url

CHOSEN = re.compile("([0-9]{1,3})-([0-9]{1,3})")


@work_page
@require_GET
def review_measures(request, slug, fiscal_year):
    """Leads to a measure: the chosen one (`?measure=1-3`), else the reader's own first, else the plan's first."""
    frame = review_frame(request, slug, fiscal_year)
    chosen = CHOSEN.fullmatch(request.GET.get("measure", ""))
    measures = list(measures_of(frame.strategy))
    own = own_measures(request.user, frame.strategy)
    wanted = [each for each in measures if chosen and (each.goal.number, each.number) == (int(chosen[1]), int(chosen[2]))]
    found = next(iter([*wanted, *[each for each in measures if each.pk in own], *measures]), None)
    return redirect(measure_url(frame, found)) if found else redirect("review", slug, fiscal_year)


@work_page
@require_http_methods(["GET", "HEAD", "POST"])
def review_measure(request, slug, fiscal_year, goal, number):
    """One measure: read it, or send one of its forms, named by `then`."""
    frame = review_frame(request, slug, fiscal_year)
    measure = get_object_or_404(measures_of(frame.strategy), goal__number=goal, number=number)
    if request.method != "POST":
        return _page(request, frame, measure)
    attempt = write_sent(frame, measure, request.POST)
    if attempt:
        return _page(request, frame, measure, attempt)
    messages.info(request, DONE[request.POST["then"]])
    return redirect(f"{measure_url(frame, measure)}#{form_of(request.POST)}")


def _page(request, frame: ReviewFrame, measure, attempt=None) -> HttpResponse:
    content = measure_page(frame, measure, attempt)
    context = {"frame": frame, "content": content, "crumbs": content.crumbs, "attempt": attempt}
    return render(request, "reviews/measure.html", context, status=422 if attempt else 200)
