"""評価の結果: what everybody reads of the published years. Until a year is published there is nothing, whoever asks."""
from dataclasses import replace
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from common.fiscal import era_long
from dashboards.caching import page
from dashboards.frame import Crumb, Frame, get_frame
from goals.models import Strategy
from reviews.publishing.publications import published, withdrawn
from reviews.publishing.results import Showing, YearLine, measure_page, year_line, year_page

GONE = 410


@page
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """The published years, the newest first, and those that were withdrawn."""
    frame = get_frame(request, slug)
    context = {"frame": frame, "crumbs": [Crumb("評価の結果")], "build": partial(_lines, frame.strategy), "withdrawn": partial(withdrawn, frame.strategy)}
    return render(request, "reviews/results.html", context)


@page
def results_year(request: HttpRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """A year's results; 410 with the reason where they were withdrawn, 404 where they never were published."""
    frame = get_frame(request, slug)
    showing = _public(frame.strategy, fiscal_year)
    return show_year(request, frame, showing) if showing else _gone(request, frame, fiscal_year)


@page
def results_measure(request: HttpRequest, slug: str, fiscal_year: int, goal: int, number: int) -> HttpResponse:
    """One measure of a published year."""
    frame = get_frame(request, slug)
    showing = _public(frame.strategy, fiscal_year)
    return show_measure(request, frame, showing, goal, number) if showing else _gone(request, frame, fiscal_year)


def show_year(request: HttpRequest, frame: Frame, showing: Showing) -> HttpResponse:
    """The page of a year as citizens see it, for the public address and for the preview."""
    around = _around(frame, showing)
    context = {"frame": around, "showing": showing, "crumbs": _crumbs(around), "build": partial(year_page, showing)}
    return render(request, "reviews/results_year.html", context)


def show_measure(request: HttpRequest, frame: Frame, showing: Showing, goal: int, number: int) -> HttpResponse:
    """The page of a measure, likewise. Raises Http404 where the edition has no such measure."""
    found = measure_page(showing, goal, number)
    if found is None:
        raise Http404(f"{showing.content.era}の結果に、主要施策{goal}-({number})はありません。")
    around = _around(frame, showing)
    crumbs = [*_crumbs(around)[:-1], Crumb(showing.content.era, showing.url), Crumb(f"{goal}-({number}) {found.measure.name}")]
    return render(request, "reviews/results_measure.html", {"frame": around, "showing": showing, "crumbs": crumbs, "content": found})


def _public(strategy: Strategy, fiscal_year: int) -> Showing | None:
    publication = published(strategy).filter(review__fiscal_year=fiscal_year).first()
    return Showing.of(publication, reverse("results_year", args=[strategy.slug, fiscal_year])) if publication else None


def _gone(request: HttpRequest, frame: Frame, fiscal_year: int) -> HttpResponse:
    """Says why it was withdrawn. Raises Http404 where there was nothing to withdraw."""
    publication = next((each for each in withdrawn(frame.strategy) if each.review.fiscal_year == fiscal_year), None)
    if publication is None:
        raise Http404("この年度の評価の結果は、公表していません。")
    around = replace(frame, has_sample=publication.review.is_sample)
    crumbs = [Crumb("評価の結果", reverse("results", args=[frame.strategy.slug])), Crumb(era_long(fiscal_year))]
    return render(request, "reviews/results_withdrawn.html", {"frame": around, "publication": publication, "crumbs": crumbs}, status=GONE)


def _lines(strategy: Strategy) -> list[YearLine]:
    return [_line(strategy, publication) for publication in published(strategy)]


def _line(strategy: Strategy, publication) -> YearLine:
    showing = Showing.of(publication, reverse("results_year", args=[strategy.slug, publication.review.fiscal_year]))
    return year_line(showing, timezone.localtime(publication.published_at).date())


def _around(frame: Frame, showing: Showing) -> Frame:
    """The page is of the edition's year; whether anything on it is fictional, the edition says."""
    return replace(frame, fiscal_year=showing.content.fiscal_year, is_year_chosen=False, has_sample=showing.content.is_sample)


def _crumbs(frame: Frame) -> list[Crumb]:
    return [Crumb("評価の結果", reverse("results", args=[frame.strategy.slug])), Crumb(era_long(frame.fiscal_year))]
