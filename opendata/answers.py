"""How a data file is answered: its kind, and the name it is saved under."""
from django.http import HttpRequest, HttpResponse, JsonResponse

from goals.models import Strategy

OF_YEARS = ("indicators", "results", "opinions")


def csv_answer(request: HttpRequest, strategy: Strategy, name: str, content: bytes) -> HttpResponse:
    """A file to save."""
    headers = {"Content-Disposition": f'attachment; filename="{file_name(request, strategy, name)}.csv"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def json_answer(request: HttpRequest, strategy: Strategy, name: str, document: dict) -> HttpResponse:
    """A document that a browser shows."""
    headers = {"Content-Disposition": f'inline; filename="{file_name(request, strategy, name)}.json"'}
    return JsonResponse(document, json_dumps_params={"ensure_ascii": False}, headers=headers)


def file_name(request: HttpRequest, strategy: Strategy, name: str) -> str:
    """「012360_hokuto-2_indicators_2023」. A year that was asked for has been checked by then."""
    year = request.GET.get("year", "") if name.startswith(OF_YEARS) else ""
    return "_".join(part for part in (strategy.municipality_code, strategy.slug, name, year) if part)
