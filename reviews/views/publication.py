"""公表: the planning side chooses what citizens see of a year, and sees it before they do."""
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from collecting.frame import work_action, work_page
from common.fiscal import era_date, era_long
from dashboards.frame import Crumb
from reviews.actions.publication import cancel_schedule, publish_now, publish_scheduled, schedule_publication, withdraw
from reviews.frame import PLAN, ReviewFrame, review_frame
from reviews.models import Publication
from reviews.publishing.forms import PublicationForm, WithdrawalForm
from reviews.publishing.page import publication_page
from reviews.publishing.publications import editions_to_publish
from reviews.publishing.results import Showing
from reviews.views.results import show_measure, show_year


@work_page
@require_GET
def publication(request: HttpRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """How the year's publication stands, and what can be done next."""
    return _page(request, review_frame(request, slug, fiscal_year, PLAN))


def _page(request: HttpRequest, frame: ReviewFrame, *, form=None, withdrawal=None, error: str = "") -> HttpResponse:
    """The page; with a form that was sent or an error it keeps what was typed."""
    context = {
        "frame": frame,
        "crumbs": _crumbs(frame),
        "content": publication_page(frame.review, timezone.now()),
        "form": form or PublicationForm(frame.review),
        "withdrawal": withdrawal or WithdrawalForm(),
        "error": error,
    }
    return render(request, "reviews/publication.html", context, status=422 if error or form or withdrawal else 200)


def _crumbs(frame: ReviewFrame) -> list[Crumb]:
    slug, year = frame.strategy.slug, frame.fiscal_year
    return [Crumb("評価・検証", reverse("reviews", args=[slug])), Crumb(era_long(year), reverse("review", args=[slug, year])), Crumb("公表")]


@work_action("publication")
def publication_begin(request: HttpRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """Publish an edition now, or at a date and time."""
    frame = review_frame(request, slug, fiscal_year, PLAN)
    form = PublicationForm(frame.review, data=request.POST)
    if form.is_valid() and _begun(request, form, frame):
        return redirect("publication", slug, fiscal_year)
    return _page(request, frame, form=form)


def _begun(request: HttpRequest, form: PublicationForm, frame: ReviewFrame) -> bool:
    """Whether it could be done; what stands in the way goes to the form."""
    chosen = {name: form.cleaned_data[name] for name in ("edition", "shows_member_names")}
    asked = {"review": frame.review, "by": request.user, "seen": _key(request, "seen"), **chosen}
    try:
        if form.is_for_later:
            made = schedule_publication(publish_at=form.cleaned_data["publish_at"], **asked)
            at = timezone.localtime(made.publish_at)
            messages.info(request, f"公表を予約しました。{era_date(at.date())} {at:%H:%M}に公表します。")
        else:
            publish_now(**asked)
            messages.info(request, f"{era_long(frame.fiscal_year)}の評価の結果を公表しました。")
    except ValidationError as problem:
        form.add_error(None, problem)
        return False
    return True


@work_action("publication")
def publication_due(request: HttpRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """Publish now what is scheduled."""
    return _done(request, slug, fiscal_year, publish_scheduled, "公表しました。")


@work_action("publication")
def publication_cancel(request: HttpRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """Cancel what is scheduled."""
    return _done(request, slug, fiscal_year, cancel_schedule, "公表の予約を取り消しました。")


def _done(request: HttpRequest, slug: str, fiscal_year: int, action, said: str) -> HttpResponse:
    frame = review_frame(request, slug, fiscal_year, PLAN)
    try:
        action(publication=_sent(request, frame), by=request.user)
    except ValidationError as problem:
        return _page(request, frame, error=" ".join(problem.messages))
    messages.info(request, said)
    return redirect("publication", slug, fiscal_year)


@work_action("publication")
def publication_withdraw(request: HttpRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """Hide the results again, with a reason that citizens read."""
    frame = review_frame(request, slug, fiscal_year, PLAN)
    form = WithdrawalForm(data=request.POST)
    if form.is_valid() and _withdrawn(request, form, frame):
        messages.info(request, f"{era_long(fiscal_year)}の評価の結果を取り下げました。もう一度公表することもできます。")
        return redirect("publication", slug, fiscal_year)
    return _page(request, frame, withdrawal=form)


def _withdrawn(request: HttpRequest, form: WithdrawalForm, frame: ReviewFrame) -> bool:
    try:
        withdraw(publication=_sent(request, frame), reason=form.cleaned_data["reason"], by=request.user)
    except ValidationError as problem:
        form.add_error(None, problem)
        return False
    return True


def _sent(request: HttpRequest, frame: ReviewFrame) -> Publication:
    """The publication that person saw, so that nobody ends another one. Raises Http404 for one of another review."""
    key = _key(request, "publication")
    if key is None:
        raise Http404
    return get_object_or_404(frame.review.publications, pk=key)


def _key(request: HttpRequest, name: str) -> int | None:
    """The key of a publication that the page was made with, 0 for none; None where it does not say."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


@work_page
@require_safe
def publication_preview(request: HttpRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """The year's page as a citizen will see it: `?edition=` the number, `&names=1` with the names that may be shown."""
    frame = review_frame(request, slug, fiscal_year, PLAN)
    showing = _would_show(request, frame)
    request.user = AnonymousUser()
    return show_year(request, frame, showing)


@work_page
@require_safe
def publication_preview_measure(request: HttpRequest, slug: str, fiscal_year: int, goal: int, number: int) -> HttpResponse:
    """A measure's page, likewise."""
    frame = review_frame(request, slug, fiscal_year, PLAN)
    showing = _would_show(request, frame)
    request.user = AnonymousUser()
    return show_measure(request, frame, showing, goal, number)


def _would_show(request: HttpRequest, frame: ReviewFrame) -> Showing:
    """What would be public. Raises Http404 where there is no such edition."""
    asked, names = request.GET.get("edition", ""), request.GET.get("names") == "1"
    edition = next((each for each in editions_to_publish(frame.review) if asked in ("", str(each.number))), None)
    if edition is None:
        raise Http404("公表できる確定版がありません。外部評価を終えると、確定版ができます。")
    base = reverse("publication_preview", args=[frame.strategy.slug, frame.fiscal_year])
    return Showing(frame.strategy, edition, names, base, f"?edition={edition.number}{'&names=1' if names else ''}")
