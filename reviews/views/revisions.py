"""目標数値の見直し: the list, one proposal, and what a meeting made of it."""
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from collecting.frame import work_action, work_page
from common.fiscal import era_long
from dashboards.frame import Crumb, Frame, get_frame
from reviews.actions.revisions import decide, reject, take_decision_back, withdraw
from reviews.actions.writing import ConflictError
from reviews.frame import VIEW
from reviews.meetings.forms import MarkedForm
from reviews.models import TargetRevision
from reviews.revising.access import visible_revisions
from reviews.revising.forms import ConclusionForm, ReasonForm
from reviews.revising.pages import crumbs, revision_list, revision_page, with_words
from reviews.views.conflicts import conflict_words, seen_version

DECIDED = "決定しました。{year}から、計画に反映されています。"
REJECTED = "見送りを記録しました。計画は変わりません。"
WITHDRAWN = "提案を取り下げました。計画は変わりません。"
TAKEN_BACK = "決定を取り消しました。計画は決定の前に戻り、提案を直して、もう一度決定できます。"
WHY = {"withdraw_form": "取り下げる理由", "take_back_form": "決定を取り消す理由"}


def revision_frame(request: HttpRequest, slug: str, permission: str = VIEW) -> Frame:
    """The frame for somebody with that permission. Raises PermissionDenied for anybody else, Http404 for an unknown strategy."""
    if not request.user.has_perm(permission):
        raise PermissionDenied
    return get_frame(request, slug)


def revision_of(frame: Frame, revision: int) -> TargetRevision:
    """That revision, for somebody who reads it. Raises Http404 for anybody else, PermissionDenied for a member without a seat."""
    rows = with_words(visible_revisions(frame.user, frame.strategy, frame.today)).select_related("saved_by")
    found = get_object_or_404(rows, pk=revision)
    found.strategy = frame.strategy
    return found


@work_page
@require_GET
def revisions(request, slug):
    """All revisions that person reads, by state."""
    frame = revision_frame(request, slug)
    return render(request, "reviews/revisions.html", {"frame": frame, "list": revision_list(frame), "crumbs": crumbs(frame)})


@work_page
@require_GET
def revision(request, slug, revision):
    """One proposal: what it changes, why, what would become of the verdicts, and what can be done with it."""
    frame = revision_frame(request, slug)
    return _page(request, frame, revision_of(frame, revision))


def _page(request, frame: Frame, found: TargetRevision, status: int = 200, **more) -> HttpResponse:
    """The proposal's page; `more` is the form that was refused, or who was quicker."""
    page = revision_page(frame, found)
    forms = {"decide_form": ConclusionForm(found), "reject_form": ConclusionForm(found), **{name: ReasonForm(label) for name, label in WHY.items()}}
    context = {"frame": frame, "page": page, "crumbs": crumbs(frame, Crumb(page.line.kind.label)), **forms, **more}
    return render(request, "reviews/revision.html", context, status=status)


@work_action("revision")
def revision_decide(request, slug, revision):
    """A meeting followed the proposal: it is in force."""
    return _concluded(request, slug, revision, decide, "decide_form")


@work_action("revision")
def revision_reject(request, slug, revision):
    """A meeting did not follow it."""
    return _concluded(request, slug, revision, reject, "reject_form")


def _concluded(request, slug: str, key: int, conclude: Callable, name: str) -> HttpResponse:
    frame = revision_frame(request, slug)
    found = revision_of(frame, key)
    form = ConclusionForm(found, data=request.POST)
    words = DECIDED.format(year=era_long(found.effective_fiscal_year)) if conclude is decide else REJECTED
    return _answer(request, frame, found, form, name, lambda **values: conclude(**values, **form.cleaned_data), words)


@work_action("revision")
def revision_withdraw(request, slug, revision):
    """Whoever made the proposal takes it back."""
    return _with_reason(request, slug, revision, withdraw, "withdraw_form", WITHDRAWN)


@work_action("revision")
def revision_take_back(request, slug, revision):
    """A decision that was recorded wrongly is undone, and the proposal is open again."""
    return _with_reason(request, slug, revision, take_decision_back, "take_back_form", TAKEN_BACK)


def _with_reason(request, slug: str, key: int, action: Callable, name: str, words: str) -> HttpResponse:
    frame = revision_frame(request, slug)
    found, form = revision_of(frame, key), ReasonForm(WHY[name], data=request.POST)
    return _answer(request, frame, found, form, name, lambda **values: action(**values, **form.cleaned_data), words)


def _answer(request, frame: Frame, found: TargetRevision, form: MarkedForm, name: str, action: Callable, words: str) -> HttpResponse:
    """Do it and say so, or show the page again with what stands in the way."""
    if not form.is_valid():
        return _page(request, frame, found, 422, **{name: form})
    try:
        action(revision=found, seen_version=seen_version(request), by=request.user)
    except ConflictError as conflict:
        told = f"{conflict_words(conflict.stored)}いまの状態を確かめてください。" if conflict.stored else "この提案は、もうありません。"
        typed = form.cleaned_data.get("note") or form.cleaned_data.get("reason")
        return _page(request, frame, revision_of(frame, found.pk), 409, conflict=told, typed=typed, **{name: form})
    except ValidationError as error:
        _refuse(form, error)
        return _page(request, frame, revision_of(frame, found.pk), 422, **{name: form})
    messages.info(request, words)
    return redirect("revision", frame.strategy.slug, found.pk)


def _refuse(form: MarkedForm, error: ValidationError) -> None:
    named = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for name, texts in named.items():
        form.add_error(name if name in form.fields else None, texts)
