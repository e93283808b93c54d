"""根拠資料: adding, handing out and taking away the files that prove a value."""
from django.core.exceptions import ValidationError
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from collecting.actions import ConflictError
from collecting.cells import RowFields
from collecting.evidence import add_evidence, remove_evidence
from collecting.files import as_download
from collecting.frame import work_page
from collecting.models import EvidenceFile
from collecting.row_entry import clash_with
from collecting.sheet import row_for
from collecting.views.sheet import asked, row_answer, script_action
from kpis.models import Actual, Indicator

CHOOSE_FILE = "付けるファイルを選んでください。"


@script_action
def evidence_add(request, slug, fiscal_year, indicator):
    """Keep the uploaded `file` with a value whose `version` was seen. Answers as `entry_cell` does."""
    ask, row = _asked_row(request, slug, fiscal_year, indicator)
    if row.closed or "file" not in request.FILES:
        return _refused(row.closed or CHOOSE_FILE)
    seen = RowFields.read(request.POST.get).seen_version
    try:
        add_evidence(indicator=row.indicator, fiscal_year=fiscal_year, upload=request.FILES["file"], seen_version=seen, by=request.user)
    except ValidationError as error:
        return _refused(" ".join(error.messages))
    except ConflictError as conflict:
        clash = clash_with(conflict.stored, row.indicator.decimals)
        return _refused(f"{clash.who}が{clash.at}に、先に値を変えています。画面を読み込み直してから付けてください。", status=409)
    return JsonResponse(row_answer(request, row_for(ask.collection, ask.user, indicator)))


def _asked_row(request, slug: str, fiscal_year: int, indicator: int):
    ask = asked(request, slug, fiscal_year)
    try:
        return ask, row_for(ask.collection, ask.user, indicator)
    except Indicator.DoesNotExist as error:
        raise Http404 from error


def _refused(message: str, status: int = 422) -> JsonResponse:
    return JsonResponse({"problems": {"file": message}, "message": message}, status=status)


@work_page
@require_GET
def evidence_file(request, slug, evidence):
    """The file itself, always as a download. 404 for whoever does not see its value."""
    found = get_object_or_404(EvidenceFile.objects.select_related("actual__indicator__strategy"), pk=evidence, actual__indicator__strategy__slug=slug)
    strategy = found.actual.indicator.strategy
    if not Actual.objects.visible_to(request.user, strategy).filter(pk=found.actual_id).exists():
        raise Http404
    return as_download(found.file, found.name)


@script_action
def evidence_remove(request, slug, evidence):
    """Take a file away from a value that still takes entries. Answers as `entry_cell` does."""
    found = get_object_or_404(EvidenceFile.objects.select_related("actual__indicator"), pk=evidence, actual__indicator__strategy__slug=slug)
    indicator = found.actual.indicator_id
    ask, row = _asked_row(request, slug, found.actual.fiscal_year, indicator)
    if row.closed:
        return _refused(row.closed)
    try:
        remove_evidence(evidence=found, by=request.user)
    except ValidationError as error:
        return _refused(" ".join(error.messages))
    return JsonResponse(row_answer(request, row_for(ask.collection, ask.user, indicator)))
