"""The same tables as nested JSON, and the schemas that openapi.json publishes of them."""
from collections.abc import Iterable

from goals.models import PeriodExtension, Strategy
from kpis.models import Target
from opendata.agreements import AGREEMENT_COLUMNS, AgreementToday
from opendata.columns import Column, Kind, Level, json_object, object_schema
from opendata.indicators import EXTENSION_COLUMNS, INDICATOR_COLUMNS, MILESTONE_COLUMNS, TARGET_COLUMNS, IndicatorYear
from opendata.licence import LICENCE_NAME, LICENCE_URL, attribution

STRATEGY_COLUMNS = (
    Column("slug", "URLに使う名前", Kind.TEXT, lambda s: s.slug, is_required=True),
    Column("name", "名称", Kind.TEXT, lambda s: s.name, is_required=True),
    Column("municipality", "市区町村", Kind.TEXT, lambda s: s.municipality, is_required=True),
    Column("municipality_code", "全国地方公共団体コード", Kind.TEXT, lambda s: s.municipality_code, is_required=True),
    Column("first_fiscal_year", "最初の年度", Kind.INTEGER, lambda s: s.first_fiscal_year, is_required=True),
    Column("last_fiscal_year", "最後の年度", Kind.INTEGER, lambda s: s.last_fiscal_year, "策定のときの（当初の）最後の年度です。", is_required=True),
    Column("extended_to", "延長後の最後の年度", Kind.INTEGER, lambda s: s.extended_to, "計画期間を延長していないときは空です。"),
)

LICENCE_COLUMNS = (
    Column("name", "利用条件", Kind.TEXT, lambda s: LICENCE_NAME, is_required=True),
    Column("url", "利用条件のURL", Kind.TEXT, lambda s: LICENCE_URL, is_required=True),
    Column("attribution", "出典の書き方", Kind.TEXT, attribution, is_required=True),
)


def _at(level: Level, columns: Iterable[Column]) -> tuple[Column, ...]:
    return tuple(column for column in columns if column.level is level)


OWN_COLUMNS = _at(Level.INDICATOR, INDICATOR_COLUMNS)
YEAR_COLUMNS = _at(Level.YEAR, INDICATOR_COLUMNS)
AGREEMENT_JSON_COLUMNS = _at(Level.YEAR, AGREEMENT_COLUMNS)


def about(strategy: Strategy) -> dict:
    """What every JSON file begins with: whose it is, and under which terms."""
    return {"strategy": json_object(STRATEGY_COLUMNS, strategy), "licence": json_object(LICENCE_COLUMNS, strategy)}


def indicators_document(strategy: Strategy, grouped: list[list[IndicatorYear]], years: list[int]) -> dict:
    """Indicators in the plan's order, each with its targets, its yearly milestones, and a judgement per fiscal year."""
    extensions = strategy.extensions.all() if strategy.extended_to else ()
    return {**about(strategy), "extensions": _objects(EXTENSION_COLUMNS, extensions), "fiscal_years": years, "indicators": [_indicator(rows, years[-1]) for rows in grouped]}


def _indicator(rows: list[IndicatorYear], last_year: int) -> dict:
    known = [t for t in rows[0].indicator.targets.all() if t.effective_fiscal_year <= last_year]
    return {
        **json_object(OWN_COLUMNS, rows[0]),
        "targets": _objects(TARGET_COLUMNS, (t for t in known if t.milestone_fiscal_year is None)),
        "milestones": _objects(MILESTONE_COLUMNS, (t for t in known if t.milestone_fiscal_year is not None)),
        "years": _objects(YEAR_COLUMNS, rows),
    }


def _objects(columns: tuple[Column, ...], rows: Iterable[PeriodExtension | Target | IndicatorYear | AgreementToday]) -> list[dict]:
    return [json_object(columns, row) for row in rows]


def agreements_document(strategy: Strategy, rows: list[AgreementToday]) -> dict:
    """All agreements in the plan's order with their state today."""
    return {**about(strategy), "agreements": _objects(AGREEMENT_JSON_COLUMNS, rows)}


def _reference(name: str) -> dict:
    return {"$ref": f"#/components/schemas/{name}"}


def list_of(name: str) -> dict:
    """The schema of a list of the objects of that name."""
    return {"type": "array", "items": _reference(name)}


def document_schema(**properties: dict) -> dict:
    """The schema of a whole file with these properties beside those of `about`."""
    return object_schema((), strategy=_reference("Strategy"), licence=_reference("Licence"), **properties)


SCHEMAS = {
    "Strategy": object_schema(STRATEGY_COLUMNS),
    "Licence": object_schema(LICENCE_COLUMNS),
    "Target": object_schema(TARGET_COLUMNS),
    "Milestone": object_schema(MILESTONE_COLUMNS),
    "IndicatorYear": object_schema(YEAR_COLUMNS),
    "Indicator": object_schema(OWN_COLUMNS, targets=list_of("Target"), milestones=list_of("Milestone"), years=list_of("IndicatorYear")),
    "Extension": object_schema(EXTENSION_COLUMNS),
    "Indicators": document_schema(extensions=list_of("Extension"), fiscal_years={"type": "array", "items": {"type": "integer"}}, indicators=list_of("Indicator")),
    "Agreement": object_schema(AGREEMENT_JSON_COLUMNS),
    "Agreements": document_schema(agreements=list_of("Agreement")),
    "Error": object_schema((), status={"type": "integer"}, message={"type": "string", "description": "何が起きたか、どうすればよいか。"}),
}
