"""The files of the published results: the editions, the opinions, the catalogue of everything, and the feed."""
from itertools import chain

from django.http import HttpRequest, HttpResponse, JsonResponse

from opendata.access import data_file, strategy_asked
from opendata.answers import csv_answer, json_answer
from opendata.catalogue import Reader, catalogue
from opendata.feed import feed
from opendata.openapi import ATOM, JSON_LD
from opendata.opinions import OPINION_COLUMNS, opinion_rows
from opendata.result_documents import results_document
from opendata.results import RESULT_COLUMNS, indicator_results, published_years
from opendata.tables import table


@data_file
def results_csv(request: HttpRequest) -> HttpResponse:
    """One row per indicator and published year, as the edition says."""
    strategy = strategy_asked(request)
    rows = chain.from_iterable(map(indicator_results, published_years(request, strategy)))
    return csv_answer(request, strategy, "results", table(RESULT_COLUMNS, rows))


@data_file
def results_json(request: HttpRequest) -> HttpResponse:
    """The published years with their editions, indicators and corrections, nested."""
    strategy = strategy_asked(request)
    return json_answer(request, strategy, "results", results_document(strategy, published_years(request, strategy)))


@data_file
def opinions_csv(request: HttpRequest) -> HttpResponse:
    """One row per opinion of the council in a published year, with the city's answer."""
    strategy = strategy_asked(request)
    rows = chain.from_iterable(map(opinion_rows, published_years(request, strategy)))
    return csv_answer(request, strategy, "opinions", table(OPINION_COLUMNS, rows))


@data_file
def catalog_jsonld(request: HttpRequest) -> HttpResponse:
    """Every file of the strategy in the words of DCAT."""
    strategy = strategy_asked(request)
    found = catalogue(strategy, Reader(request.user, request.build_absolute_uri), f"{request.path}?strategy={strategy.slug}")
    return JsonResponse(found, json_dumps_params={"ensure_ascii": False}, content_type=JSON_LD)


@data_file
def publications_atom(request: HttpRequest) -> HttpResponse:
    """Publications, withdrawals and corrections as an Atom feed."""
    strategy = strategy_asked(request)
    text = feed(strategy, f"{request.path}?strategy={strategy.slug}", request.build_absolute_uri)
    return HttpResponse(text, content_type=f"{ATOM}; charset=utf-8")
