"""What machines fetch, and the page that explains it."""
from dataclasses import dataclass
from itertools import chain

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from goals.models import Strategy
from kpis.board import shows_sample
from opendata.access import Refused, data_file, open_strategies, strategy_asked, years_asked
from opendata.agreements import AGREEMENT_COLUMNS, agreements_today
from opendata.answers import csv_answer, json_answer
from opendata.catalogue import CATALOGUE_SCHEMAS
from opendata.documents import SCHEMAS, agreements_document, indicators_document
from opendata.indicators import INDICATOR_COLUMNS, indicator_years
from opendata.licence import LICENCE_NAME, LICENCE_URL, attribution
from opendata.openapi import FILES, openapi_document
from opendata.opinions import OPINION_COLUMNS
from opendata.result_documents import RESULT_SCHEMAS
from opendata.results import RESULT_COLUMNS
from opendata.tables import table
from opendata.wide import WIDE_COLUMNS, wide_table
from reviews.publishing.publications import published

# A city writes a strategy every five years: a quarter of a century of them.
GENERATIONS = 5


@data_file
def indicators_csv(request: HttpRequest) -> HttpResponse:
    """One row per indicator and visible fiscal year."""
    strategy = strategy_asked(request)
    grouped = indicator_years(strategy, request.user, years_asked(request, strategy))
    return csv_answer(request, strategy, "indicators", table(INDICATOR_COLUMNS, chain.from_iterable(grouped)))


@data_file
def indicators_wide_csv(request: HttpRequest) -> HttpResponse:
    """One row per indicator, the values of the visible fiscal years side by side."""
    strategy = strategy_asked(request)
    years = years_asked(request, strategy)
    return csv_answer(request, strategy, "indicators_wide", wide_table(indicator_years(strategy, request.user, years), years))


@data_file
def indicators_json(request: HttpRequest) -> HttpResponse:
    """Indicators with their targets and the judgement of each visible fiscal year, nested."""
    strategy = strategy_asked(request)
    years = years_asked(request, strategy)
    return json_answer(request, strategy, "indicators", indicators_document(strategy, indicator_years(strategy, request.user, years), years))


@data_file
def agreements_csv(request: HttpRequest) -> HttpResponse:
    """One row per partnership agreement with its state today."""
    strategy = strategy_asked(request)
    return csv_answer(request, strategy, "agreements", table(AGREEMENT_COLUMNS, agreements_today(strategy, timezone.localdate())))


@data_file
def agreements_json(request: HttpRequest) -> HttpResponse:
    """The same agreements as JSON."""
    strategy = strategy_asked(request)
    return json_answer(request, strategy, "agreements", agreements_document(strategy, agreements_today(strategy, timezone.localdate())))


@data_file
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of all files in OpenAPI 3.1."""
    return JsonResponse(openapi_document(SCHEMAS | RESULT_SCHEMAS | CATALOGUE_SCHEMAS), json_dumps_params={"ensure_ascii": False})


@dataclass(frozen=True)
class Surroundings:
    """What base.html shows around the page."""

    strategy: Strategy
    fiscal_year: int
    has_sample: bool


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """オープンデータ: what there is, under which terms, and what each column means. Visitors sign in where nothing is public."""
    try:
        strategy = strategy_asked(request)
        years = years_asked(request, strategy)
    except Refused as refused:
        if refused.status == 403:
            return redirect_to_login(request.get_full_path())
        raise Http404(refused.message) from refused
    response = render(request, "opendata/index.html", _index_context(request, strategy, years))
    patch_cache_control(response, private=request.user.is_authenticated, no_cache=True)
    return response


def _index_context(request: HttpRequest, strategy: Strategy, years: list[int]) -> dict:
    return {
        "frame": Surroundings(strategy, years[-1], shows_sample(strategy, request.user)),
        "crumbs": [{"label": "オープンデータ"}],
        "strategies": open_strategies(request.user).filter(municipality_code=strategy.municipality_code).only("slug", "short_name")[:GENERATIONS],
        "years": years,
        "files": FILES,
        "wide_columns": WIDE_COLUMNS,
        "indicator_columns": INDICATOR_COLUMNS,
        "agreement_columns": AGREEMENT_COLUMNS,
        "result_columns": RESULT_COLUMNS,
        "opinion_columns": OPINION_COLUMNS,
        "published_years": sorted(published(strategy).values_list("review__fiscal_year", flat=True)),
        "licence": {"name": LICENCE_NAME, "url": LICENCE_URL, "attribution": attribution(strategy)},
    }
