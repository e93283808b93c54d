"""openapi.json, made from the tables that make the files. A test holds real answers against it."""
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.urls import reverse

JSON, CSV, JSON_LD, ATOM = "application/json", "text/csv", "application/ld+json", "application/atom+xml"
MEDIA = {".json": JSON, ".csv": CSV, ".jsonld": JSON_LD, ".atom": ATOM}

STRATEGY = {
    "name": "strategy",
    "in": "query",
    "description": "総合戦略。省くと、いまの総合戦略です。例：hokuto-2",
    "schema": {"type": "string"},
}
YEAR = {
    "name": "year",
    "in": "query",
    "description": "年度（西暦）。省くと、公開しているすべての年度です。例：2023",
    "schema": {"type": "integer"},
}
PUBLISHED_YEAR = {**YEAR, "description": "評価した年度（西暦）。省くと、結果を公表しているすべての年度です。例：2023"}


@dataclass(frozen=True)
class DataFile:
    """One address. `schema` names the JSON's schema; CSV files and the feed have none."""

    url_name: str
    summary: str
    parameters: tuple[dict, ...]
    schema: str = ""

    @property
    def address(self) -> str:
        return reverse(self.url_name)

    @property
    def name(self) -> str:
        """「indicators.csv」."""
        return self.address.rsplit("/", 1)[-1]

    @property
    def media(self) -> str:
        return MEDIA[PurePosixPath(self.name).suffix]

    @property
    def takes_year(self) -> bool:
        return YEAR in self.parameters

    @property
    def takes_published_year(self) -> bool:
        return PUBLISHED_YEAR in self.parameters


FILES = (
    DataFile("opendata_indicators_csv", "指標。1行に1つの指標の1つの年度", (STRATEGY, YEAR)),
    DataFile("opendata_indicators_wide_csv", "指標の実績値。1行に1つの指標、1列に1つの年度", (STRATEGY, YEAR)),
    DataFile("opendata_indicators_json", "指標。目標・実績・判定を入れ子で", (STRATEGY, YEAR), "Indicators"),
    DataFile("opendata_agreements_csv", "連携協定。1行に1つの協定", (STRATEGY,)),
    DataFile("opendata_agreements_json", "連携協定", (STRATEGY,), "Agreements"),
    DataFile("opendata_results_csv", "公表した評価の結果。1行に1つの指標の1つの年度", (STRATEGY, PUBLISHED_YEAR)),
    DataFile("opendata_results_json", "公表した評価の結果。確定版・指標・訂正を入れ子で", (STRATEGY, PUBLISHED_YEAR), "Results"),
    DataFile("opendata_opinions_csv", "公表した会議の意見と市の回答。1行に1つの意見", (STRATEGY, PUBLISHED_YEAR)),
    DataFile("opendata_publications_atom", "公表・取り下げ・訂正のお知らせ（Atom）", (STRATEGY,)),
    DataFile("opendata_catalog_jsonld", "すべてのファイルの目録（DCAT、JSON-LD）", (STRATEGY,), "Catalog"),
)


def openapi_document(schemas: dict) -> dict:
    """The description of every data file in OpenAPI 3.1, with the schemas its files name."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "総合戦略 進捗管理 オープンデータ",
            "version": "1.0.0",
            "description": "総合戦略の指標・評価の結果・連携協定のデータです。サインインしなくても、公開している年度のデータを取得できます。",
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        },
        "paths": {reverse(file.url_name): {"get": _operation(file)} for file in FILES},
        "components": {"schemas": schemas},
    }


def _operation(file: DataFile) -> dict:
    schema = {"$ref": f"#/components/schemas/{file.schema}"} if file.schema else {"type": "string"}
    gone = {"410": _error("その年度の結果は取り下げました。理由も答えます")} if file.takes_published_year else {}
    return {
        "operationId": file.url_name.removeprefix("opendata_"),
        "summary": file.summary,
        "parameters": list(file.parameters),
        "responses": {
            "200": {"description": "データ", "content": {file.media: {"schema": schema}}},
            "304": {"description": "If-None-Match に書いた版から変わっていません"},
            "403": _error("公開していない総合戦略です"),
            "404": _error("その総合戦略や年度はありません"),
            **gone,
        },
    }


def _error(description: str) -> dict:
    return {"description": description, "content": {JSON: {"schema": {"$ref": "#/components/schemas/Error"}}}}
