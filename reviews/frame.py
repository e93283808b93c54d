"""What every page of a review needs before it can begin."""
from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from dashboards.frame import Frame, get_frame
from reviews.access import NO_SEAT, takes_part
from reviews.models import AnnualReview
from reviews.stepper import Step, stepper

VIEW = "reviews.view_annualreview"
PLAN = "reviews.change_annualreview"


@dataclass(frozen=True)
class ReviewFrame(Frame):
    """A page of one review: the frame of its fiscal year, the review, and its stages for the stepper on top."""

    review: AnnualReview | None = None
    steps: tuple[Step, ...] = ()


def review_frame(request: HttpRequest, slug: str, fiscal_year: int, permission: str = VIEW) -> ReviewFrame:
    """The frame for somebody with that permission. Raises Http404 for an unknown strategy or review.

    Raises PermissionDenied for anybody else, also for a member of the council without a seat of that strategy today.
    """
    if not request.user.has_perm(permission):
        raise PermissionDenied
    frame = get_frame(request, slug)
    if not takes_part(request.user, frame.strategy, frame.today):
        raise PermissionDenied(NO_SEAT)
    review = get_object_or_404(AnnualReview.objects.select_related("scale"), strategy=frame.strategy, fiscal_year=fiscal_year)
    review.strategy = frame.strategy
    around = replace(frame, fiscal_year=fiscal_year, is_year_chosen=False)
    shared = {name: getattr(around, name) for name in Frame.__dataclass_fields__}
    return ReviewFrame(**shared, review=review, steps=stepper(review))
