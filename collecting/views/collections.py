"""実績の照会: the list, opening and changing one, and where the planning side begins."""
from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from collecting.actions import edit_collection, open_collection, set_open
from collecting.forms import CollectionForm, likely_year
from collecting.frame import WorkFrame, work_frame, work_page
from collecting.models import Collection
from common.fiscal import era_long

VIEW, PLAN = "collecting.view_collection", "collecting.change_collection"


def collection_of(frame: WorkFrame, fiscal_year: int) -> Collection:
    """That year's collection. Raises Http404 for a year that nobody asks for."""
    rows = Collection.objects.select_related("strategy", "opened_by__division")
    return get_object_or_404(rows, strategy=frame.strategy, fiscal_year=fiscal_year)


def planning_start(frame: WorkFrame) -> HttpResponse:
    """Where 「実績入力」 leads the planning side: the board of the newest collection, open ones first; the list before there is any."""
    newest = Collection.objects.open_for(frame.strategy).first() or frame.strategy.collections.order_by("-fiscal_year").first()
    slug = frame.strategy.slug
    return redirect("collection_board", slug, newest.fiscal_year) if newest else redirect("collections", slug)


@work_page
@require_GET
def collections(request, slug):
    """All collections of the strategy, newest year first."""
    frame = work_frame(request, slug, PLAN)
    rows = frame.strategy.collections.select_related("opened_by").annotate(asked=Count("indicators")).order_by("-fiscal_year")
    context = {"frame": frame, "collections": rows, "next_year": likely_year(frame.strategy, timezone.localdate())}
    return render(request, "collecting/collections.html", context)


@work_page
@require_http_methods(["GET", "HEAD", "POST"])
def collection_open(request, slug):
    """Ask the divisions for a year: a form with everything proposed already."""
    frame = work_frame(request, slug, PLAN)
    form = CollectionForm(frame.strategy, data=request.POST or None)
    if not (request.method == "POST" and form.is_valid()):
        return _form_page(request, frame, form)
    made = open_collection(strategy=frame.strategy, by=request.user, **form.cleaned_data)
    messages.info(request, f"{era_long(made.fiscal_year)}の実績の照会を始めました。担当課は、いまから入力できます。")
    return redirect("collection_board", slug, made.fiscal_year)


@work_page
@require_http_methods(["GET", "HEAD", "POST"])
def collection_edit(request, slug, fiscal_year):
    """Change what a collection asks for; `then=close` and `then=open` say whether divisions may still answer."""
    frame = work_frame(request, slug, PLAN)
    collection = collection_of(frame, fiscal_year)
    if request.POST.get("then") in ("close", "open"):
        return _set_open(request, collection, is_open=request.POST["then"] == "open")
    form = CollectionForm(frame.strategy, collection, data=request.POST or None)
    if not (request.method == "POST" and form.is_valid()):
        return _form_page(request, frame, form, collection)
    edit_collection(collection=collection, by=request.user, **form.cleaned_data)
    messages.info(request, "照会の内容を保存しました。")
    return redirect("collection_board", slug, fiscal_year)


def _set_open(request, collection: Collection, *, is_open: bool) -> HttpResponse:
    set_open(collection=collection, is_open=is_open, by=request.user)
    year = era_long(collection.fiscal_year)
    done = f"{year}の照会を再開しました。担当課は、また入力できます。" if is_open else f"{year}の照会を締め切りました。この画面の「再開する」で戻せます。"
    messages.info(request, done)
    return redirect("collection_edit", collection.strategy.slug, collection.fiscal_year)


def _form_page(request, frame: WorkFrame, form: CollectionForm, collection: Collection | None = None) -> HttpResponse:
    back = reverse("collection_board", args=[frame.strategy.slug, collection.fiscal_year]) if collection else reverse("collections", args=[frame.strategy.slug])
    context = {"frame": frame, "form": form, "collection": collection, "back": back, "changes": collection.changes() if collection else ()}
    return render(request, "collecting/collection_form.html", context, status=422 if form.errors else 200)
