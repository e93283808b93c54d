"""評価・検証: the years, beginning one, its overview and the way from stage to stage."""
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from collecting.frame import WorkFrame, work_action, work_frame, work_page
from common.fiscal import era_long
from dashboards.frame import Crumb
from reviews.actions.reviews import edit_review, move_stage, open_review
from reviews.actions.writing import ConflictError
from reviews.forms import ReviewForm
from reviews.frame import PLAN, VIEW, ReviewFrame, review_frame
from reviews.listing import review_list
from reviews.measures.page import review_crumbs
from reviews.models import AnnualReview
from reviews.overview import overview
from reviews.stages import BY_STAGE_MOVE, StageMove
from reviews.views.conflicts import next_version, seen_version, stored_words


@work_page
@require_GET
def reviews(request, slug):
    """The years under review, newest first."""
    frame = work_frame(request, slug, VIEW)
    context = {"frame": frame, "content": review_list(frame.strategy), "crumbs": [Crumb("評価・検証")]}
    return render(request, "reviews/reviews.html", context)


@work_page
@require_http_methods(["GET", "HEAD", "POST"])
def review_new(request, slug):
    """Begin the review of a year: a form with everything proposed already."""
    frame = work_frame(request, slug, PLAN)
    form = ReviewForm(frame.strategy, data=request.POST or None)
    if request.method == "POST" and form.is_valid() and _begun(request, frame, form):
        return redirect("review", slug, form.cleaned_data["fiscal_year"])
    crumbs = [Crumb("評価・検証", reverse("reviews", args=[slug])), Crumb("始める")]
    return render(request, "reviews/review_form.html", {"frame": frame, "form": form, "crumbs": crumbs}, status=422 if form.errors else 200)


def _begun(request, frame: WorkFrame, form: ReviewForm) -> bool:
    """Whether it could be begun; what stands in the way goes to its field."""
    try:
        made = open_review(strategy=frame.strategy, by=request.user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.info(request, f"{era_long(made.fiscal_year)}の評価・検証を始めました。担当課は、いまから自己評価を書けます。")
    return True


@work_page
@require_http_methods(["GET", "HEAD", "POST"])
def review_edit(request, slug, fiscal_year):
    """Change the dates and the settings of a review."""
    frame = review_frame(request, slug, fiscal_year, PLAN)
    form, stored = ReviewForm(frame.strategy, frame.review, data=request.POST or None), None
    if request.method == "POST" and form.is_valid():
        stored = _edited(request, frame, form)
        if stored is None and not form.errors:
            messages.info(request, "設定を保存しました。")
            return redirect("review", slug, fiscal_year)
    context = {
        "frame": frame, "form": form, "review": frame.review, "crumbs": review_crumbs(frame, Crumb("設定")), "stored": stored,
        "theirs": stored_words(form, stored) if stored else [], "version": next_version(request, frame.review, stored),
    }
    return render(request, "reviews/review_form.html", context, status=409 if stored else 422 if form.errors else 200)


def _edited(request, frame: ReviewFrame, form: ReviewForm) -> AnnualReview | None:
    """The review as it is where somebody was quicker; what else stands in the way goes to its field."""
    try:
        edit_review(review=frame.review, seen_version=seen_version(request), by=request.user, **form.cleaned_data)
    except ConflictError as conflict:
        if conflict.stored is None:
            raise Http404 from conflict
        return conflict.stored
    except ValidationError as error:
        form.add_error(None, error)
    return None


@work_page
@require_GET
def review(request, slug, fiscal_year):
    """The overview of a year's review."""
    return _overview_page(request, review_frame(request, slug, fiscal_year))


def _overview_page(request, frame: ReviewFrame, error: str = "", status: int = 200) -> HttpResponse:
    """The overview; with an error it keeps the reason that was written."""
    content, typed = overview(frame), {"reason": request.POST.get("reason", ""), "error": error}
    is_back = content.back is not None and request.POST.get("move") == content.back.move
    context = {"frame": frame, "content": content, "crumbs": review_crumbs(frame), "is_back": is_back, **typed}
    return render(request, "reviews/review.html", context, status=status)


@work_action("review")
def review_move(request, slug, fiscal_year):
    """One step along reviews/stages.py: `move`, with a `reason` for a step back."""
    frame = review_frame(request, slug, fiscal_year, PLAN)
    if request.POST.get("move") not in BY_STAGE_MOVE:
        raise Http404
    move = StageMove(request.POST["move"])
    try:
        move_stage(review=frame.review, move=move, by=request.user, reason=request.POST.get("reason", "").strip())
    except ValidationError as error:
        return _overview_page(request, frame, " ".join(error.messages), status=422)
    messages.info(request, _said(move))
    return redirect("review", slug, fiscal_year)


def _said(move: StageMove) -> str:
    transition = BY_STAGE_MOVE[move]
    if transition.is_back:
        return f"「{transition.target.label}」へ戻しました。前の確定版は、そのまま残ります。"
    return f"「{transition.source.label}」の確定版を保存し、「{transition.target.label}」へ進みました。"
