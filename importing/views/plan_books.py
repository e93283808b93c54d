"""計画ワークブック: the whole plan as a file, out and in. For those who may change the plan."""
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode

from collecting.frame import WorkFrame, work_action, work_frame, work_page
from common.sheets import MAX_BYTES, SheetError
from importing.models import PlanBookImport
from importing.planbook.actions import PlanBookRefused, PlanBookStays, load_plan_book, preview_plan_book, take_back_plan_book
from importing.planbook.export import TEMPLATE_NAME, plan_book_name, template_book
from importing.planbook.export import plan_book as plan_book_of
from importing.planbook.page import plan_book_page
from importing.planbook.uploads import KeptFile, keep, kept_file
from importing.reader import read_book

PERMISSION = "goals.change_strategy"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NO_FILE = "ファイルを選んでください。"
STAYS = "「{file}」の取込は取り消していません。取り込んだ後に、次のものが変わったか、加わりました：{places}。それぞれを直すか、変わる前の計画を取り込んでください。"
MOST_PLACES = 12
CHANGED = "確認した後に、データが変わりました。まだ何も取り込んでいません。新しい内容を確かめて、もう一度取り込んでください。"


@work_page
def plan_book(request: HttpRequest, slug: str) -> HttpResponse:
    """Explain, hand out, take a file (POST), and show what it would do (?file=, ?page=)."""
    frame = work_frame(request, slug, PERMISSION)
    try:
        if request.method == "POST":
            return redirect(_address(slug, _kept_upload(request)))
        if "file" in request.GET:
            return _preview(request, frame, kept_file(request.GET["file"], request.user)[0])
    except SheetError as error:
        return _start(request, frame, str(error))
    return _start(request, frame)


def _start(request: HttpRequest, frame: WorkFrame, problem: str = "") -> HttpResponse:
    taken = frame.strategy.plan_books.select_related("taken_in_by", "taken_back_by").defer("rows")
    return render(request, "importing/plan_book.html", {"frame": frame, "problem": problem, "taken": taken})


def _kept_upload(request: HttpRequest) -> KeptFile:
    """The uploaded file, stored. Raises SheetError for one that cannot be read."""
    upload = request.FILES.get("file")
    if upload is None:
        raise SheetError(NO_FILE)
    # Of a file that is too large only so much is read as shows that it is.
    data = upload.read(MAX_BYTES + 1)
    read_book(data, upload.name)
    return keep(data, upload.name, request.user)


def _address(slug: str, kept: KeptFile) -> str:
    return f"{reverse('plan_book', args=[slug])}?{urlencode({'file': kept.token()})}"


def _preview(request: HttpRequest, frame: WorkFrame, kept: KeptFile) -> HttpResponse:
    preview = preview_plan_book(read_book(kept.data(), kept.file_name))
    page = plan_book_page(preview, kept.file_name, request.GET.get("page", 1))
    context = {"frame": frame, "page": page, "token": kept.token(agreed=preview.fingerprint()), "query": urlencode({"file": request.GET["file"]})}
    return render(request, "importing/plan_book_preview.html", context)


@work_action("plan_book")
def plan_book_take_in(request: HttpRequest, slug: str) -> HttpResponse:
    """Write what was previewed: the stored file is read again, and refused when it would do something else by now."""
    frame = work_frame(request, slug, PERMISSION)
    try:
        kept, facts = kept_file(request.POST.get("file", ""), request.user)
        preview = load_plan_book(read_book(kept.data(), kept.file_name), by=request.user, agreed=facts.get("agreed", ""))
    except SheetError as error:
        return _start(request, frame, str(error))
    except PlanBookRefused:
        messages.error(request, CHANGED)
        return redirect(_address(slug, kept))
    kept.forget()
    messages.success(request, f"「{preview.name}」を取り込みました（追加 {preview.total('added')}行・変更 {preview.total('changed')}行）。")
    return redirect("plan_book", preview.slug)


@work_action("plan_book")
def plan_book_undo(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a workbook back, named by `taken`: all of it, or nothing with what stands in the way."""
    frame = work_frame(request, slug, PERMISSION)
    key = request.POST.get("taken", "")
    taken = get_object_or_404(PlanBookImport, strategy=frame.strategy, pk=key if key.isascii() and key.isdigit() and len(key) < 19 else 0)
    try:
        done = take_back_plan_book(taken=taken, by=request.user)
    except PlanBookStays as error:
        messages.error(request, STAYS.format(file=taken.file_name, places=_named(error.places)))
        return redirect("plan_book", slug)
    messages.success(request, f"「{taken.file_name}」の取込を取り消しました。計画は、取り込む前の内容です。")
    return redirect("plan_book", slug) if done.strategy else redirect("home")


def _named(places: list[str]) -> str:
    rest = len(places) - MOST_PLACES
    return "、".join(places[:MOST_PLACES]) + (f"、ほか{rest}か所" if rest > 0 else "")


@work_page
def plan_book_file(request: HttpRequest, slug: str) -> HttpResponse:
    """This strategy's workbook (.xlsx)."""
    frame = work_frame(request, slug, PERMISSION)
    try:
        return _download(plan_book_of(frame.strategy), plan_book_name(frame.strategy))
    except SheetError as error:
        return _start(request, frame, str(error))


@work_page
def plan_book_template(request: HttpRequest, slug: str) -> HttpResponse:
    """The empty workbook with its instructions (.xlsx)."""
    work_frame(request, slug, PERMISSION)
    return _download(template_book(), TEMPLATE_NAME)


def _download(data: bytes, name: str) -> HttpResponse:
    return HttpResponse(data, content_type=XLSX, headers={"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)})
