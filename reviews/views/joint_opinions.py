"""会議の意見: merged from ticked opinions of members or taken down in a meeting; and 意見の集計, the spread of the members' ratings."""
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from collecting.frame import work_action, work_page
from goals.models import Measure
from reviews.access import visible_opinions
from reviews.actions.joint_opinions import (
    Removed,
    add_joint_opinion,
    edit_joint_opinion,
    move_joint_opinion,
    remove_joint_opinion,
    restore_joint_opinion,
)
from reviews.actions.writing import ConflictError
from reviews.council.forms import JointOpinionForm, joint_initial
from reviews.council.tally import tally_page
from reviews.council.threads import proposed_speakers
from reviews.frame import PLAN, ReviewFrame, review_frame
from reviews.models import JointOpinion, Opinion

SALT = "reviews.joint_opinions"
STEPS = {"up": -1, "down": 1}
NOTHING_TO_RESTORE = "元に戻せる意見がありません。画面を読み込み直してください。"
NOTHING_TICKED = "委員の意見が選ばれていません。まとめる意見に印を付けてから、もう一度押してください。"


@work_page
@require_GET
def opinion_tally(request, slug, fiscal_year):
    """How the members judge each measure, and who has not answered."""
    frame = review_frame(request, slug, fiscal_year, PLAN)
    return render(request, "reviews/opinion_tally.html", {"frame": frame, "page": tally_page(frame.review)})


@work_page
@require_http_methods(["GET", "HEAD", "POST"])
def joint_opinion_new(request, slug, fiscal_year):
    """A new one on `measure` (a key; none for the whole plan), with the text and the speakers of the ticked `source` opinions proposed."""
    frame = review_frame(request, slug, fiscal_year, PLAN)
    measure, sources = _measure(frame, request.GET.get("measure", "")), _sources(request, frame)
    if request.GET.get("merge") and not sources:
        messages.warning(request, NOTHING_TICKED)
        return redirect(_back(frame, measure))
    initial = {"text": "\n".join(row.text for row in sources if row.text), "speakers": proposed_speakers(row.seat for row in sources)}
    form = JointOpinionForm(frame.review, data=request.POST or None, initial=initial)
    if _written(form, lambda values: add_joint_opinion(review=frame.review, measure=measure, values=values, sources=sources, by=request.user)):
        messages.info(request, "会議の意見に加えました。")
        return redirect(_back(frame, measure))
    return _form_page(request, frame, form, measure, sources=sources)


def _measure(frame: ReviewFrame, key: str) -> Measure | None:
    """The measure of that key; None without one. Raises Http404 for another strategy's."""
    if not key:
        return None
    rows = Measure.objects.select_related("goal").filter(goal__strategy=frame.strategy)
    return get_object_or_404(rows, pk=int(key) if key.isascii() and key.isdecimal() and len(key) < 18 else 0)


def _sources(request, frame: ReviewFrame) -> list[Opinion]:
    """The ticked opinions; those that were taken back meanwhile are not there any more."""
    keys = [int(key) for key in request.GET.getlist("source") if key.isascii() and key.isdecimal() and len(key) < 18]
    rows = visible_opinions(request.user, frame.review, None).filter(pk__in=keys)
    return list(rows.select_related("seat").order_by("seat__position", "seat__pk"))


def _written(form: JointOpinionForm, write: Callable[[dict[str, Any]], object]) -> bool:
    """Whether the form was sent and could be written; what stands in the way goes to its fields. Raises ConflictError."""
    if not form.is_valid():
        return False
    try:
        write(form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error.messages)
    return form.is_valid()


def _form_page(request, frame: ReviewFrame, form: JointOpinionForm, measure: Measure | None, status: int = 0, **context) -> HttpResponse:
    context = {"frame": frame, "form": form, "measure": measure, "back": _back(frame, measure), **context}
    return render(request, "reviews/joint_opinion_form.html", context, status=status or (422 if form.errors else 200))


def _back(frame: ReviewFrame, measure: Measure | None) -> str:
    """Where its thread is shown: the measure's page, else the page of all answers."""
    if measure is None:
        return reverse("responses", args=[frame.strategy.slug]) + "#whole"
    return reverse("review_measure", args=[frame.strategy.slug, frame.review.fiscal_year, measure.goal.number, measure.number]) + "#opinions"


@work_page
@require_http_methods(["GET", "HEAD", "POST"])
def joint_opinion_edit(request, slug, fiscal_year, opinion):
    """Correct its words. After a clash both texts are shown, and the own one can be saved over the other."""
    frame = review_frame(request, slug, fiscal_year, PLAN)
    row = _opinion(frame, opinion)
    form = JointOpinionForm(frame.review, data=request.POST or None, initial=joint_initial(row))
    try:
        done = _written(form, lambda values: edit_joint_opinion(opinion=row, values=values, seen_version=_version(request), by=request.user))
    except ConflictError as clash:
        return _form_page(request, frame, form, row.measure, 409, opinion=clash.stored, clash=clash.stored, has_clash=True)
    if done:
        messages.info(request, "会議の意見を直しました。")
        return redirect(_back(frame, row.measure))
    return _form_page(request, frame, form, row.measure, opinion=row)


def _version(request) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _opinion(frame: ReviewFrame, key: int) -> JointOpinion:
    rows = JointOpinion.objects.select_related("measure__goal", "review").filter(review=frame.review)
    return get_object_or_404(rows, pk=key)


@work_action("joint_opinion_edit")
def joint_opinion_move(request, slug, fiscal_year, opinion):
    """One place up or down; `step` says which."""
    frame = review_frame(request, slug, fiscal_year, PLAN)
    row = _opinion(frame, opinion)
    _try(request, lambda: move_joint_opinion(opinion=row, step=STEPS.get(request.POST.get("step", ""), 0), by=request.user))
    return redirect(_back(frame, row.measure))


@work_action("joint_opinion_edit")
def joint_opinion_remove(request, slug, fiscal_year, opinion):
    """Take it off; the page that follows offers to bring it back."""
    frame = review_frame(request, slug, fiscal_year, PLAN)
    row = _opinion(frame, opinion)
    removed = _try(request, lambda: remove_joint_opinion(opinion=row, by=request.user))
    back, _, anchor = _back(frame, row.measure).partition("#")
    token = signing.dumps([removed.record, *removed.sources], salt=SALT) if removed else ""
    return redirect(f"{back}?removed={token}#{anchor}" if removed else f"{back}#{anchor}")


@work_action("opinion_tally")
def joint_opinion_restore(request, slug, fiscal_year):
    """Bring a removed one back; `removed` is what this site signed when it was taken off."""
    frame = review_frame(request, slug, fiscal_year, PLAN)
    removed = _removed(request.POST.get("removed", ""))
    row = _try(request, lambda: restore_joint_opinion(review=frame.review, removed=removed, by=request.user)) if removed else None
    messages.info(request, "会議の意見を元に戻しました。") if row else messages.warning(request, NOTHING_TO_RESTORE)
    return redirect(_back(frame, row.measure if row else None))


def _removed(token: str) -> Removed | None:
    try:
        record, *sources = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return Removed(record, tuple(sources))


def _try(request, action: Callable[[], Any]) -> Any:
    """What the action returns; None, with a message, where it is not possible now."""
    try:
        return action()
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return None
