"""目標数値の見直し: choosing the kind and the indicator, writing the proposal, and rewriting it."""
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from collecting.frame import work_page
from dashboards.frame import Crumb, Frame
from kpis.models import Indicator
from reviews.actions.revisions import ALREADY, NOT_YOURS, NOT_YOURS_TO_CHANGE, check_proposal, edit_proposal, propose
from reviews.actions.writing import ConflictError
from reviews.models import TargetRevision
from reviews.revising.access import PROPOSE, may_change, may_propose, own_indicators
from reviews.revising.forms import Asked, RevisionForms
from reviews.revising.kinds import KINDS, words_of
from reviews.revising.pages import crumbs, indicator_now, kind_choices, line_of, needs_indicator, outcome_of, suits
from reviews.views.conflicts import seen_version
from reviews.views.revisions import revision_frame, revision_of
from reviews.vocabulary import RevisionKind, RevisionState

PROPOSED = "見直しを提案しました。会議の次第に加えると、会議で話し合えます。"
SAVED = "提案を直しました。"


@work_page
@require_http_methods(["GET", "HEAD", "POST"])
def revision_new(request, slug):
    """A proposal, step by step: `?kind=`, then `?indicator=` where the kind is about one, then its form. `then=preview` stores nothing."""
    frame = revision_frame(request, slug, PROPOSE)
    indicator, kind = _indicator(request, frame), _kind(request)
    if kind is None:
        return _choose_kind(request, frame, indicator)
    if needs_indicator(kind) and indicator is None:
        return _choose_indicator(request, frame, kind)
    if not may_propose(request.user, kind, indicator):
        raise PermissionDenied(NOT_YOURS)
    asked = Asked(frame.strategy, kind, indicator if needs_indicator(kind) else None, frame.fiscal_year)
    return _new(request, frame, asked)


def _kind(request) -> RevisionKind | None:
    return next((kind for kind in RevisionKind if kind == request.GET.get("kind")), None)


def _indicator(request, frame: Frame) -> Indicator | None:
    """The one that is asked for. Raises Http404 for one the plan does not have, PermissionDenied for another division's."""
    text = request.GET.get("indicator", "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Http404("指標を選び直してください。")
    found = get_object_or_404(Indicator.objects.of(frame.strategy).select_related("division", "measure").prefetch_related("targets"), pk=int(text))
    if not may_propose(request.user, RevisionKind.TARGET, found):
        raise PermissionDenied(NOT_YOURS)
    found.strategy = frame.strategy
    return found


def _choose_kind(request, frame: Frame, indicator: Indicator | None) -> HttpResponse:
    context = {"frame": frame, "indicator": indicator, "choices": kind_choices(frame, indicator), "crumbs": crumbs(frame, Crumb("見直しを提案する"))}
    return render(request, "reviews/revision_kinds.html", context)


def _choose_indicator(request, frame: Frame, kind: RevisionKind) -> HttpResponse:
    rows = [row for row in own_indicators(request.user, frame.strategy) if suits(kind, row)]
    context = {"frame": frame, "kind": kind, "rule": KINDS[kind], "indicators": rows, "crumbs": crumbs(frame, Crumb(kind.label))}
    return render(request, "reviews/revision_indicator.html", context)


def _new(request, frame: Frame, asked: Asked) -> HttpResponse:
    forms = RevisionForms(asked, data=request.POST or None)
    if request.method != "POST" or not forms.is_valid():
        return _form(request, frame, forms)
    if request.POST.get("then") == "preview":
        return _previewed(request, frame, forms)
    try:
        made = propose(strategy=frame.strategy, kind=asked.kind, indicator=asked.indicator, values=forms.values(), by=request.user)
    except ValidationError as error:
        forms.refuse(error)
        return _form(request, frame, forms)
    messages.info(request, PROPOSED)
    return redirect("revision", frame.strategy.slug, made.pk)


def _previewed(request, frame: Frame, forms: RevisionForms, **more) -> HttpResponse:
    """The form with what would become of the verdicts, and nothing stored."""
    row = TargetRevision(strategy=frame.strategy, kind=forms.asked.kind, indicator=forms.asked.indicator)
    try:
        check_proposal(row, forms.values())
    except ValidationError as error:
        forms.refuse(error)
        return _form(request, frame, forms, **more)
    return _form(request, frame, forms, tried=row, **more)


def _form(request, frame: Frame, forms: RevisionForms, tried: TargetRevision | None = None, status: int = 0, **more) -> HttpResponse:
    asked = forms.asked
    now = indicator_now(frame, asked.indicator) if asked.indicator else None
    outcome = outcome_of(frame, tried, now) if tried else None
    context = {
        "frame": frame, "forms": forms, "kind": asked.kind, "rule": KINDS[asked.kind], "now": now, "outcome": outcome,
        "words": words_of(tried) if tried else "", "crumbs": crumbs(frame, Crumb(asked.kind.label)),
    }
    return render(request, "reviews/revision_form.html", context | more, status=status or (422 if forms.has_errors else 200))


@work_page
@require_http_methods(["GET", "HEAD", "POST"])
def revision_edit(request, slug, revision):
    """Rewrite an open proposal; after a conflict both are shown."""
    frame = revision_frame(request, slug, PROPOSE)
    found = revision_of(frame, revision)
    if found.state != RevisionState.PROPOSED:
        messages.warning(request, ALREADY.format(state=RevisionState(found.state).label))
        return redirect("revision", slug, found.pk)
    if not may_change(request.user, found):
        raise PermissionDenied(NOT_YOURS_TO_CHANGE)
    return _edit(request, frame, found)


def _edit(request, frame: Frame, found: TargetRevision) -> HttpResponse:
    if found.indicator:
        found.indicator.strategy = frame.strategy
    forms = RevisionForms(Asked(frame.strategy, RevisionKind(found.kind), found.indicator, frame.fiscal_year), request.POST or None, found)
    version = seen_version(request) if request.method == "POST" else found.version
    shown = {"revision": found, "version": version}
    if request.method != "POST" or not forms.is_valid():
        return _form(request, frame, forms, **shown)
    if request.POST.get("then") == "preview":
        return _previewed(request, frame, forms, **shown)
    return _saved(request, frame, found, forms, shown)


def _saved(request, frame: Frame, found: TargetRevision, forms: RevisionForms, shown: dict) -> HttpResponse:
    try:
        edit_proposal(revision=found, values=forms.values(), seen_version=shown["version"], by=request.user)
    except ConflictError:
        stored = revision_of(frame, found.pk)
        return _form(request, frame, forms, status=409, revision=stored, version=stored.version, stored=line_of(stored, request.user))
    except ValidationError as error:
        forms.refuse(error)
        return _form(request, frame, forms, **shown)
    messages.info(request, SAVED)
    return redirect("revision", frame.strategy.slug, found.pk)
