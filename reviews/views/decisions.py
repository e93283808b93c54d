"""決定事項: of one meeting, and all of the strategy's across the years."""
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from collecting.frame import WorkFrame, work_action, work_frame, work_page
from reviews.access import plans
from reviews.actions.decisions import NOT_YOUR_DECISION, add_decision, edit_decision, finish_decision, reopen_decision
from reviews.actions.writing import ConflictError
from reviews.frame import PLAN
from reviews.meetings.access import may_finish, readable_decisions
from reviews.meetings.decision_rows import decision_list
from reviews.meetings.forms import DecisionForm, DoneForm
from reviews.meetings.page import crumbs
from reviews.models import Decision
from reviews.views.conflicts import next_version, seen_version
from reviews.views.meetings import VIEW_MEETING, planned_meeting


def decision_of(request, frame: WorkFrame, decision: int) -> Decision:
    """That decision, for somebody who reads it. Raises Http404 for anybody else."""
    rows = readable_decisions(request.user, frame.strategy, timezone.localdate())
    return get_object_or_404(rows.select_related("meeting__review__strategy", "division", "measure", "saved_by"), pk=decision)


@work_page
@require_GET
def decisions(request, slug):
    """The decisions of all years that person reads; `?show=` is a filter."""
    frame = work_frame(request, slug, VIEW_MEETING)
    found = decision_list(frame.strategy, request.user, timezone.localdate(), request.GET.get("show", ""), may_edit=plans(request.user))
    return render(request, "reviews/decisions.html", {"frame": frame, "list": found})


@work_page
@require_http_methods(["GET", "HEAD", "POST"])
def decision_new(request, slug, fiscal_year, meeting):
    """Note what a meeting decided."""
    frame, found = planned_meeting(request, slug, fiscal_year, meeting)
    form = DecisionForm(frame.strategy, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        add_decision(meeting=found, by=request.user, **form.cleaned_data)
        messages.info(request, "決定事項を加えました。済むまで、次の会議の次第に入ります。")
        return redirect(reverse("meeting", args=[slug, fiscal_year, found.pk]) + "#decisions")
    context = {"frame": frame, "meeting": found, "form": form, "crumbs": crumbs(frame, found, "決定事項を加える")}
    return render(request, "reviews/decision_form.html", context, status=422 if form.errors else 200)


@work_page
@require_http_methods(["GET", "HEAD", "POST"])
def decision_edit(request, slug, decision):
    """Another text, owner, due date or measure."""
    frame = work_frame(request, slug, PLAN)
    found = decision_of(request, frame, decision)
    initial = {"text": found.text, "division": found.division_id, "due_on": found.due_on, "measure": found.measure_id}
    form, stored = DecisionForm(frame.strategy, data=request.POST or None, initial=initial), None
    if request.method == "POST" and form.is_valid():
        try:
            edit_decision(decision=found, values=form.cleaned_data, seen_version=seen_version(request), by=request.user)
        except ConflictError as conflict:
            stored = conflict.stored
        else:
            messages.info(request, "決定事項を保存しました。")
            return _to_meeting(found)
    context = {"frame": frame, "meeting": found.meeting, "decision": found, "form": form, "stored": stored, "version": next_version(request, found, stored)}
    return render(request, "reviews/decision_form.html", context, status=409 if stored else 422 if form.errors else 200)


def _to_meeting(decision: Decision):
    review = decision.meeting.review
    return redirect(reverse("meeting", args=[review.strategy.slug, review.fiscal_year, decision.meeting_id]) + f"#decision-{decision.pk}")


@work_page
@require_http_methods(["GET", "HEAD", "POST"])
def decision_done(request, slug, decision):
    """Say when a decision was carried out and what was done: the division it belongs to, or the planning side."""
    frame = work_frame(request, slug, VIEW_MEETING)
    found = decision_of(request, frame, decision)
    if not may_finish(request.user, found):
        raise PermissionDenied(NOT_YOUR_DECISION)
    form, stored = DoneForm(data=request.POST or None, initial={"note": found.done_note}), None
    if request.method == "POST" and form.is_valid():
        stored = _finished(form, found, request)
        if stored is None and not form.errors:
            messages.info(request, "済みにしました。「未了に戻す」で戻せます。")
            return redirect(f"{reverse('decisions', args=[slug])}?show=done#decision-{found.pk}")
    context = {"frame": frame, "decision": found, "form": form, "stored": stored, "version": next_version(request, found, stored)}
    return render(request, "reviews/decision_done.html", context, status=409 if stored else 422 if form.errors else 200)


def _finished(form: DoneForm, found: Decision, request) -> Decision | None:
    """The row of whoever was quicker, if anybody; what else stands in the way goes into the form."""
    try:
        finish_decision(decision=found, seen_version=seen_version(request), by=request.user, **form.cleaned_data)
    except ConflictError as conflict:
        return conflict.stored
    except ValidationError as error:
        form.add_error(None, error)
    return None


@work_action("decision_done")
def decision_reopen(request, slug, decision):
    """Say that it is not carried out after all."""
    frame = work_frame(request, slug, VIEW_MEETING)
    found = decision_of(request, frame, decision)
    try:
        reopen_decision(decision=found, seen_version=seen_version(request), by=request.user)
        messages.info(request, "未了に戻しました。次の会議の次第に入ります。")
    except ConflictError:
        messages.warning(request, "この決定事項は、画面を開いた後に変わっています。いまの内容を確かめてください。")
    return redirect(f"{reverse('decisions', args=[slug])}#decision-{found.pk}")
