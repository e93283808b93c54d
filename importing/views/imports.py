"""取込: files in, preview, take in, take back."""
import re
from datetime import datetime
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime

from collecting.frame import WorkFrame, work_action, work_frame, work_page
from common.sheets import MAX_BYTES
from importing.actions import StaleError, Upload, abandon, note_reading, read_batch, stage_files, take_back, take_in
from importing.errors_book import errors_book
from importing.lines import Key
from importing.models import ImportBatch
from importing.preview import Answers, PreviewPage, preview_page
from importing.stages import read_file
from importing.standing import known_plan
from importing.vocabulary import BatchMove

PERMISSION = "importing.view_importbatch"
BATCHES_A_PAGE = 20
MOST_NAMED = 8
# What our own pages send; anything else is passed over.
OWN_NUMBER, OWN_KEY = re.compile("[0-9]{1,4}"), re.compile("([0-9]{1,18})-([0-9]{1,4})")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@work_page
def imports(request: HttpRequest, slug: str) -> HttpResponse:
    """取込: files are dropped here, and what was taken in is listed. POST stores and reads them; a script asks for JSON and reads file by file."""
    frame = work_frame(request, slug, PERMISSION)
    if request.method != "POST":
        return _list(request, frame)
    try:
        batch = stage_files(strategy=frame.strategy, uploads=_uploads(request), by=request.user, upload_key=_upload_key(request))
        if _wants_json(request):
            return JsonResponse({"number": batch.number, "files": [{"position": file.position, "name": file.name} for file in batch.files.all()]})
        if batch.may(BatchMove.READ):
            read_batch(batch=batch, by=request.user)
    except ValidationError as error:
        return _refused(request, frame, error)
    return redirect("import_preview", slug, batch.number)


def _list(request: HttpRequest, frame: WorkFrame, problem: str = "") -> HttpResponse:
    batches = ImportBatch.objects.visible_to(request.user).for_list(frame.strategy)
    paging = Paginator(batches, BATCHES_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "importing/imports.html", {"frame": frame, "paging": paging, "upload_key": uuid4(), "problem": problem})


def _refused(request: HttpRequest, frame: WorkFrame, error: ValidationError) -> HttpResponse:
    text = " ".join(error.messages)
    return JsonResponse({"problem": text}, status=422) if _wants_json(request) else _list(request, frame, text)


def _uploads(request: HttpRequest) -> list[Upload]:
    """Of a file that is too large only so much is read as shows that it is."""
    return [Upload(file.name, file.read(MAX_BYTES + 1)) for file in request.FILES.getlist("files")]


def _upload_key(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("upload_key", ""))
    except ValueError:
        return None


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def _batch(request: HttpRequest, slug: str, number: int) -> tuple[WorkFrame, ImportBatch]:
    """The frame and the batch. Raises Http404 for one that this person may not see."""
    frame = work_frame(request, slug, PERMISSION)
    return frame, get_object_or_404(ImportBatch.objects.visible_to(request.user), strategy=frame.strategy, number=number)


@work_action("import_preview")
def import_read(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Read one file of a batch (`file`: its position; JSON: its problem and number of values), or all of them and make the preview."""
    frame, batch = _batch(request, slug, number)
    if "file" in request.POST and batch.may(BatchMove.READ):
        found = OWN_NUMBER.fullmatch(request.POST["file"])
        file = get_object_or_404(batch.files.select_related("layout"), position=int(found[0]) if found else 0)
        read = read_file(file, known_plan(frame.strategy))
        note_reading(read)
        return JsonResponse({"name": file.name, "problem": file.problem, "values": file.values})
    if batch.may(BatchMove.READ):
        read_batch(batch=batch, by=request.user)
    answer = redirect("import_preview", slug, number)
    return JsonResponse({"url": answer.url}) if _wants_json(request) else answer


@work_page
def import_preview(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One batch: what it would change (?show= a tab, ?page=), or what became of it."""
    frame, batch = _batch(request, slug, number)
    page = preview_page(batch, tab=request.GET.get("show", ""), number=request.GET.get("page", 1))
    return _preview(request, frame, page)


def _preview(request: HttpRequest, frame: WorkFrame, page: PreviewPage) -> HttpResponse:
    return render(request, "importing/preview.html", {"frame": frame, "page": page, "batch": page.batch})


@work_action("import_preview")
def import_take_in(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Write what was previewed. What stands in the way is said on the same page, with everything that was typed."""
    frame, batch = _batch(request, slug, number)
    answers = Answers(request.POST.get("mode") == "skip", request.POST.get("reason", ""), _overwritten(request))
    try:
        taken = take_in(
            batch=batch, by=request.user, seen_at=_seen_at(request),
            skips_errors=answers.skips_errors, reason=answers.reason, overwritten=answers.overwritten,
        )  # fmt: skip
    except ValidationError as error:
        problems = error.message_dict if hasattr(error, "error_dict") else {"mode": error.messages}
        return _preview(request, frame, preview_page(batch, answers=Answers(answers.skips_errors, answers.reason, answers.overwritten, problems)))
    except StaleError as error:
        return _refreshed(request, frame, batch, error.places, answers)
    messages.success(request, f"{taken}：{taken.written}件の値を取り込みました。")
    return redirect("import_preview", slug, number)


def _seen_at(request: HttpRequest) -> datetime | None:
    try:
        return parse_datetime(request.POST.get("seen", ""))
    except ValueError:
        return None


def _overwritten(request: HttpRequest) -> frozenset[Key]:
    """The boxes ticked under 「食い違い」: "indicator-year" each."""
    found = (OWN_KEY.fullmatch(text) for text in request.POST.getlist("overwrite"))
    return frozenset((int(each[1]), int(each[2])) for each in found if each)


def _refreshed(request: HttpRequest, frame: WorkFrame, batch: ImportBatch, places: list[str], answers: Answers) -> HttpResponse:
    """The preview of now, with the cells that are no longer as they were."""
    batch = read_batch(batch=batch, by=request.user)
    where = f"（{_named(places)}）" if places else ""
    problems = {"stale": [f"確認した後に、値が変わっています{where}。まだ何も取り込んでいません。新しい内容を確かめて、もう一度取り込んでください。"]}
    return _preview(request, frame, preview_page(batch, answers=Answers(answers.skips_errors, answers.reason, answers.overwritten, problems)))


def _named(places: list[str]) -> str:
    return "、".join(places[:MOST_NAMED]) + (f" ほか{len(places) - MOST_NAMED}件" if len(places) > MOST_NAMED else "")


@work_action("import_preview")
def import_undo(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Take the whole batch back; values that were changed later stay and are named."""
    _, batch = _batch(request, slug, number)
    try:
        batch, left = take_back(batch=batch, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("import_preview", slug, number)
    done = f"{batch}を取り消しました。"
    messages.success(request, f"{done}後から変わった{len(left)}件は、そのままにしました。" if left else done)
    return redirect("import_preview", slug, number)


@work_action("import_preview")
def import_abandon(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Close a batch without writing anything."""
    _, batch = _batch(request, slug, number)
    try:
        messages.success(request, f"{abandon(batch=batch, by=request.user)}を取りやめました。何も書いていません。")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("imports", slug)


@work_page
def import_errors(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The sent sheets (.xlsx) with the cells that cannot be taken in coloured and commented. 404 when there are none."""
    _, batch = _batch(request, slug, number)
    if not batch.errors:
        raise Http404("エラーはありません。")
    name = f"import-{batch.number}-errors.xlsx"
    return HttpResponse(errors_book(batch), content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})
