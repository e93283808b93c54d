"""意見と回答: all opinions of the council with the city's answers, across years, and the page on which one answer is written."""
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from collecting.frame import WorkFrame, work_action, work_frame, work_page
from reviews.access import plans
from reviews.actions.responses import NOT_YOURS, mark_done, may_write_response, reopen_response, return_response, save_response
from reviews.actions.writing import ConflictError
from reviews.council.forms import DoneForm, ResponseForm
from reviews.council.response_pages import responses_page
from reviews.council.threads import Thread, thread_of, with_answers
from reviews.frame import VIEW
from reviews.models import JointOpinion

ANSWER = "reviews.change_response"
WRITTEN_MEANWHILE = "ほかの人が、先に書き換えました。いまの内容を確かめてから、もう一度押してください。"
SAID = {"draft": "回答の下書きを保存しました。", "final": "回答を確定しました。委員と、公表する結果に表示されます。"}


@work_page
@require_GET
def responses(request, slug):
    """What is open of all years; `?show=` is the name of a filter, `?own=1` is the own division's."""
    frame = work_frame(request, slug, VIEW)
    page = responses_page(frame.strategy, request.user, request.GET.get("show", ""), bool(request.GET.get("own")))
    return render(request, "reviews/responses.html", {"frame": frame, "page": page})


@work_page
@require_http_methods(["GET", "HEAD", "POST"])
def response(request, slug, opinion):
    """One opinion with its answer, to be written. `then` is draft or final; after a clash both texts are shown."""
    frame = work_frame(request, slug, ANSWER)
    thread = _thread(request, frame, opinion)
    form = ResponseForm(thread.response, plans(request.user), data=request.POST or None)
    if not form.is_valid():
        return _page(request, frame, thread, form=form)
    then = "final" if request.POST.get("then") == "final" else "draft"
    try:
        save_response(opinion=thread.opinion, values=form.cleaned_data, seen_version=_version(request), by=request.user, makes_final=then == "final")
    except ConflictError as clash:
        return _page(request, frame, thread, 409, form=form, clash=clash.stored, has_clash=True, version=clash.stored.version if clash.stored else 0)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _page(request, frame, thread, 422, form=form)
    messages.info(request, SAID[then])
    return redirect("response", slug, opinion)


def _thread(request, frame: WorkFrame, key: int) -> Thread:
    """The opinion for somebody who may write its answer. Raises Http404, and PermissionDenied for another division's."""
    row = get_object_or_404(with_answers(JointOpinion.objects.filter(review__strategy=frame.strategy)), pk=key)
    thread = thread_of(row, 0, request.user, timezone.localdate())
    if not may_write_response(request.user, thread.response):
        raise PermissionDenied(NOT_YOURS)
    return thread


def _version(request) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _page(request, frame: WorkFrame, thread: Thread, status: int = 0, **context) -> HttpResponse:
    """The page of one answer; forms that were sent keep what was typed."""
    stored = thread.response
    forms = {"form": ResponseForm(stored, plans(request.user)), "done_form": DoneForm(), "version": stored.version if stored else 0}
    context = {"frame": frame, "thread": thread, "is_planning": plans(request.user), **forms, **context}
    has_errors = any(isinstance(each, Form) and each.errors for each in context.values())
    return render(request, "reviews/response.html", context, status=status or (422 if has_errors else 200))


@work_action("response")
def response_return(request, slug, opinion):
    """Make a final answer a draft again with a `return_reason`."""
    frame = work_frame(request, slug, ANSWER)
    thread, reason = _thread(request, frame, opinion), request.POST.get("return_reason", "")
    problem = _tried(lambda: return_response(opinion=thread.opinion, reason=reason, seen_version=_version(request), by=request.user))
    if problem:
        return _page(request, frame, thread, 422, return_problem=problem, return_reason=reason)
    messages.info(request, "回答を下書きへ戻しました。担当課は、理由を読んで直せます。")
    return redirect("response", slug, opinion)


@work_action("response")
def response_done(request, slug, opinion):
    """What came of a promise, and when."""
    frame = work_frame(request, slug, ANSWER)
    thread, form = _thread(request, frame, opinion), DoneForm(data=request.POST)
    if not form.is_valid():
        return _page(request, frame, thread, 422, done_form=form)
    values = {"done_on": form.cleaned_data["done_on"], "note": form.cleaned_data["note"]}
    problem = _tried(lambda: mark_done(opinion=thread.opinion, seen_version=_version(request), by=request.user, **values))
    if problem:
        form.add_error(None, problem)
        return _page(request, frame, thread, 422, done_form=form)
    messages.info(request, "済んだことを記録しました。")
    return redirect("response", slug, opinion)


@work_action("response")
def response_reopen(request, slug, opinion):
    """Take 「済み」 back."""
    frame = work_frame(request, slug, ANSWER)
    thread = _thread(request, frame, opinion)
    problem = _tried(lambda: reopen_response(opinion=thread.opinion, seen_version=_version(request), by=request.user))
    messages.warning(request, problem) if problem else messages.info(request, "「済み」を取り消しました。")
    return redirect("response", slug, opinion)


def _tried(action: Callable[[], object]) -> str:
    """What stands in the way; empty when it is done."""
    try:
        action()
    except ConflictError:
        return WRITTEN_MEANWHILE
    except ValidationError as error:
        return " ".join(error.messages)
    return ""
