"""調査票: the workbooks that ask the divisions for a year's actuals."""
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header

from accounts.models import Division
from collecting.frame import WorkFrame, work_frame, work_page
from common.sheets import SheetError
from importing.surveys.content import Survey, surveys_of
from importing.surveys.page import surveys_page
from importing.surveys.workbook import survey_file_name, workbook_of, zip_file_name, zip_of

PERMISSION = "importing.view_importbatch"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@work_page
def surveys(request: HttpRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """調査票をつくる: the divisions with their workbooks; a division sees its own."""
    frame = _frame(request, slug, fiscal_year)
    return render(request, "importing/surveys.html", {"frame": frame, "page": surveys_page(frame.strategy, fiscal_year, request.user)})


@work_page
def survey_file(request: HttpRequest, slug: str, fiscal_year: int, division: int) -> HttpResponse:
    """One division's workbook (.xlsx). 404 for a division that person has nothing to ask of."""
    frame = _frame(request, slug, fiscal_year)
    found = _found(surveys_of(frame.strategy, fiscal_year, request.user, get_object_or_404(Division, pk=division)))
    try:
        return _download(workbook_of(found[0]), survey_file_name(found[0]), XLSX)
    except SheetError as error:
        return _back(request, slug, fiscal_year, error)


@work_page
def surveys_zip(request: HttpRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """The workbooks of all divisions that person may open (.zip). 404 when there are none."""
    frame = _frame(request, slug, fiscal_year)
    found = _found(surveys_of(frame.strategy, fiscal_year, request.user))
    try:
        return _download(zip_of(found), zip_file_name(fiscal_year), "application/zip")
    except SheetError as error:
        return _back(request, slug, fiscal_year, error)


def _frame(request: HttpRequest, slug: str, fiscal_year: int) -> WorkFrame:
    """Raises Http404 for a year outside the plan."""
    frame = work_frame(request, slug, PERMISSION)
    if fiscal_year not in frame.strategy.fiscal_years:
        raise Http404("計画の年度ではありません。")
    return frame


def _found(surveys: list[Survey]) -> list[Survey]:
    if not surveys:
        raise Http404("この課には、記入する指標がありません。")
    return surveys


def _download(data: bytes, name: str, content_type: str) -> HttpResponse:
    """A file under its Japanese name, written as RFC 5987 asks."""
    return HttpResponse(data, content_type=content_type, headers={"Content-Disposition": content_disposition_header(True, name)})


def _back(request: HttpRequest, slug: str, fiscal_year: int, error: SheetError) -> HttpResponse:
    messages.error(request, str(error))
    return redirect("surveys", slug, fiscal_year)
