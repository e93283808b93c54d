"""自分の意見: a council member's list of measures, one measure at a time, and what is sent from there."""
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from collecting.frame import work_action, work_page
from goals.models import Measure
from reviews.access import require_seat
from reviews.actions.opinions import save_opinion, take_back
from reviews.actions.writing import ConflictError
from reviews.council.opinion_pages import OpinionPage, opinion_list, opinion_page
from reviews.frame import ReviewFrame, review_frame
from reviews.models import Opinion
from reviews.texts import kept_text
from reviews.vocabulary import CouncilRating

OPINION = "reviews.change_opinion"
HANDED_IN = "{measure} の意見を提出しました。ありがとうございました。"
SAVED = "{measure} の下書きを保存しました。まだ提出していません。"
TAKEN_BACK = "意見を取り戻しました。直してから、もう一度「提出する」を押してください。"
WRITTEN_ELSEWHERE = "この意見は、別の画面で先に書き換えられています。画面を読み込み直してください。"


@work_page
@require_GET
def my_opinions(request, slug, fiscal_year):
    """The measures with what is done, and the way to the next one."""
    frame = review_frame(request, slug, fiscal_year, OPINION)
    seat = require_seat(request.user, frame.strategy, frame.today)
    return render(request, "reviews/my_opinions.html", {"frame": frame, "page": opinion_list(frame.review, seat)})


@work_page
@require_http_methods(["GET", "HEAD", "POST"])
def my_opinion(request, slug, fiscal_year, goal, number):
    """One measure: the conclusion, the others' words so far, and the own opinion. `then` says what follows on saving.

    The script saves with then=autosave and reads JSON: 200 {version, saved_at}, 409 and 422 {problem}.
    """
    frame = review_frame(request, slug, fiscal_year, OPINION)
    seat = require_seat(request.user, frame.strategy, frame.today)
    page = opinion_page(frame.review, seat, request.user, goal, number)
    return _sent(request, frame, page) if request.method == "POST" else _shown(request, frame, page)


def _shown(request, frame: ReviewFrame, page: OpinionPage, status: int = 200, **context) -> HttpResponse:
    own = page.opinion
    typed = {"text": own.text if own else "", "rating": own.rating if own else "", "version": page.version}
    context = {"frame": frame, "page": page, "ratings": list(CouncilRating), "typed": typed, **context}
    return render(request, "reviews/my_opinion.html", context, status=status)


def _sent(request, frame: ReviewFrame, page: OpinionPage) -> HttpResponse:
    then, typed = request.POST.get("then", ""), _typed(request.POST)
    try:
        saved = save_opinion(
            review=frame.review, measure=page.measure, text=typed["text"], rating=typed["rating"], seen_version=typed["version"],
            by=request.user, hands_in=then == "hand_in",
        )
    except ConflictError as clash:
        return _refused(request, frame, page, typed, WRITTEN_ELSEWHERE, 409, clash.stored)
    except ValidationError as error:
        return _refused(request, frame, page, typed, " ".join(error.messages), 422, None)
    if then == "autosave":
        return JsonResponse({"version": saved.version if saved.pk else 0, "saved_at": _clock(saved.saved_at) if saved.pk else ""})
    return _gone_on(request, page, saved, then)


def _clock(at: datetime) -> str:
    """「11月25日 3時27分」: by the city's clock, as the page itself says it."""
    local = timezone.localtime(at)
    return f"{local.month}月{local.day}日 {local.hour}時{local:%M}分"


def _typed(posted) -> dict:
    """What was sent, with the line ends of the database."""
    version = posted.get("version", "")
    text = kept_text(posted.get("text", ""))
    return {"text": text, "rating": posted.get("rating", ""), "version": int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else 0}


def _refused(request, frame: ReviewFrame, page: OpinionPage, typed: dict, problem: str, status: int, stored: Opinion | None) -> HttpResponse:
    """Nothing is lost: the page comes back with what was typed; after a clash with both texts, to be saved again over the other."""
    if request.POST.get("then") == "autosave":
        return JsonResponse({"problem": problem}, status=status)
    if status == 409:
        typed = {**typed, "version": stored.version if stored else 0}
    return _shown(request, frame, page, status, typed=typed, problem="" if status == 409 else problem, clash=stored, has_clash=status == 409)


def _gone_on(request, page: OpinionPage, saved: Opinion, then: str) -> HttpResponse:
    text = HANDED_IN if then == "hand_in" else SAVED
    if saved.pk:
        messages.info(request, text.format(measure=_short(page.measure)))
    following = page.next if then == "next" else page.previous if then == "previous" else page.measure
    return redirect(_path(page, following)) if following else redirect("my_opinions", page.review.strategy.slug, page.review.fiscal_year)


def _short(measure: Measure) -> str:
    """「1-(3)」, as the plan numbers its measures."""
    return f"{measure.goal.number}-({measure.number})"


def _path(page: OpinionPage, measure: Measure) -> str:
    return reverse("my_opinion", args=[page.review.strategy.slug, page.review.fiscal_year, measure.goal.number, measure.number])


@work_action("my_opinion")
def my_opinion_take_back(request, slug, fiscal_year, goal, number):
    """Make the own handed-in opinion a draft again."""
    frame = review_frame(request, slug, fiscal_year, OPINION)
    seat = require_seat(request.user, frame.strategy, frame.today)
    page = opinion_page(frame.review, seat, request.user, goal, number)
    try:
        take_back(review=frame.review, measure=page.measure, seen_version=_typed(request.POST)["version"], by=request.user)
        messages.info(request, TAKEN_BACK)
    except ConflictError:
        messages.warning(request, WRITTEN_ELSEWHERE)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    return redirect(_path(page, page.measure) + "#own")
