"""The published results as nested JSON, with its schemas."""
from goals.models import Strategy
from opendata.columns import Level, json_object, object_schema
from opendata.documents import about, document_schema, list_of
from opendata.results import CORRECTION_COLUMNS, RESULT_COLUMNS, IndicatorResult, PublishedYear, indicator_results

YEAR_COLUMNS = tuple(column for column in RESULT_COLUMNS if column.level is Level.YEAR)
OWN_COLUMNS = tuple(column for column in RESULT_COLUMNS if column.level is Level.INDICATOR)


def results_document(strategy: Strategy, years: list[PublishedYear]) -> dict:
    """Each published year with its edition, its indicators, and the corrections since."""
    return {**about(strategy), "results": [_year(year) for year in years]}


def _year(year: PublishedYear) -> dict:
    return {
        **json_object(YEAR_COLUMNS, IndicatorResult(year, None, "", None)),
        "is_sample": year.content.is_sample,
        "indicators": [json_object(OWN_COLUMNS, row) for row in indicator_results(year)],
        "corrections": [json_object(CORRECTION_COLUMNS, row) for row in year.corrections],
    }


RESULT_SCHEMAS = {
    "ResultIndicator": object_schema(OWN_COLUMNS),
    "Correction": object_schema(CORRECTION_COLUMNS),
    "ResultYear": object_schema(
        YEAR_COLUMNS,
        is_sample={"type": "boolean", "description": "この年度の結果に架空のサンプルが含まれるとき true です。"},
        indicators=list_of("ResultIndicator"),
        corrections=list_of("Correction"),
    ),
    "Results": document_schema(results=list_of("ResultYear")),
}
