"""確定版: what was on the table when a stage closed, and what differs from it now."""
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from collecting.frame import work_page
from dashboards.frame import Crumb
from reviews.editions.freezing import visible_editions
from reviews.editions.pages import comparison_page, edition_list, edition_page
from reviews.frame import PLAN, ReviewFrame, review_frame
from reviews.measures.page import review_crumbs
from reviews.models import Edition

VIEW_EDITION = "reviews.view_edition"
HEADING = "確定版"


@work_page
@require_safe
def editions(request, slug, fiscal_year):
    """The editions of a review that the reader may see, the newest first."""
    frame = review_frame(request, slug, fiscal_year, VIEW_EDITION)
    context = {"frame": frame, "content": edition_list(frame), "crumbs": review_crumbs(frame, Crumb(HEADING))}
    return render(request, "reviews/editions.html", context)


@work_page
@require_safe
def edition(request, slug, fiscal_year, number):
    """What one edition held."""
    frame = review_frame(request, slug, fiscal_year, VIEW_EDITION)
    content = edition_page(frame, _edition(frame, number))
    context = {"frame": frame, "content": content, "crumbs": _crumbs(frame, Crumb(content.line.name))}
    return render(request, "reviews/edition.html", context)


@work_page
@require_safe
def edition_comparison(request, slug, fiscal_year, number):
    """That edition against now, difference by difference."""
    frame = review_frame(request, slug, fiscal_year, VIEW_EDITION)
    content = comparison_page(frame, _edition(frame, number))
    own = Crumb(content.line.name, reverse("edition", args=[slug, fiscal_year, number]))
    context = {"frame": frame, "content": content, "crumbs": _crumbs(frame, own, Crumb("いまとの比較"))}
    return render(request, "reviews/edition_comparison.html", context)


@work_page
@require_safe
def edition_file(request, slug, fiscal_year, number):
    """The stored text as it is, for the planning side: its SHA-256 is the edition's hash."""
    frame = review_frame(request, slug, fiscal_year, PLAN)
    found = _edition(frame, number)
    name = f"{slug}-{fiscal_year}-edition-{number}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(found.content.encode(), content_type="application/json", headers=headers)


def _edition(frame: ReviewFrame, number: int) -> Edition:
    """Raises Http404 for an edition that is not there or not the reader's to see."""
    return get_object_or_404(visible_editions(frame.user, frame.review).select_related("frozen_by"), number=number)


def _crumbs(frame: ReviewFrame, *further: Crumb) -> list[Crumb]:
    listing = Crumb(HEADING, reverse("editions", args=[frame.strategy.slug, frame.review.fiscal_year]))
    return review_crumbs(frame, listing, *further)
