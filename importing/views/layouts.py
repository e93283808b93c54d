"""列の対応づけ: how a municipality's own table is to be read, shown on the file itself."""
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from collecting.frame import WorkFrame, work_frame, work_page
from common.sheets import SheetError
from importing.book import Book
from importing.layout_actions import choose_layout
from importing.layout_page import layout_page, spec_asked, spec_chosen, spec_errors
from importing.models import ImportFile, Layout
from importing.recognition.layouts import LayoutSpec
from importing.stages import book_of
from importing.standing import known_plan
from importing.vocabulary import BatchMove

PERMISSION = "importing.add_layout"


@work_page
def import_layout(request: HttpRequest, slug: str, number: int, file: int) -> HttpResponse:
    """列の対応づけ of one file of a batch (`file`: its place in it): GET shows the guess or a saved layout, POST checks or keeps what was chosen."""
    frame = work_frame(request, slug, PERMISSION)
    found = _file(frame, request, number, file)
    if not found.batch.may(BatchMove.READ):
        messages.error(request, "この取込は終わっています。読み方を変えるには、ファイルをもう一度選んでください。")
        return redirect("import_preview", slug, number)
    try:
        return _answer(request, frame, found, book_of(found))
    except SheetError as error:
        messages.error(request, str(error))
        return redirect("import_preview", slug, number)


def _file(frame: WorkFrame, request: HttpRequest, number: int, file: int) -> ImportFile:
    files = ImportFile.objects.select_related("batch", "layout").filter(batch__strategy=frame.strategy, batch__number=number)
    found = get_object_or_404(files, position=file)
    if not type(found.batch).objects.visible_to(request.user).filter(pk=found.batch_id).exists():
        raise Http404
    return found


def _answer(request: HttpRequest, frame: WorkFrame, file: ImportFile, book: Book) -> HttpResponse:
    plan, saved = known_plan(frame.strategy), tuple(Layout.objects.filter(strategy=frame.strategy).order_by("-last_used_at", "name"))
    asked = request.POST if request.method == "POST" else request.GET
    wanted = asked.get("layout", "" if "sheet" in asked else str(file.layout_id or ""))
    chosen = next((layout for layout in saved if str(layout.pk) == wanted), None)
    spec = spec_asked(asked, book, plan, chosen)
    errors: tuple[str, ...] = ()
    if "forget" in request.POST:
        choose_layout(file=file, spec=None, by=request.user)
        return redirect("import_preview", frame.strategy.slug, file.batch.number)
    if request.method == "POST":
        spec = spec_chosen(request.POST, book, spec)
        errors = tuple(spec_errors(spec))
        if "save" in request.POST and not errors:
            errors = _kept(request, file, spec, chosen)
            if not errors:
                return redirect("import_preview", frame.strategy.slug, file.batch.number)
    page = layout_page(book, plan, spec, saved=saved, chosen=chosen, errors=errors)
    return render(request, "importing/layout.html", {"frame": frame, "file": file, "page": page}, status=422 if errors and "save" in request.POST else 200)


def _kept(request: HttpRequest, file: ImportFile, spec: LayoutSpec, chosen: Layout | None) -> tuple[str, ...]:
    """Keep the layout and read the batch anew; the sentences why that cannot be."""
    try:
        choose_layout(file=file, spec=spec, by=request.user, replaces=chosen)
    except ValidationError as error:
        return tuple(error.messages)
    messages.success(request, f"様式「{spec.name}」で読み直しました。")
    return ()


