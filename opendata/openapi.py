"""openapi.json, made from the tables that make the files. A test holds real answers against it."""
from dataclasses import dataclass

from django.urls import reverse

from opendata.documents import SCHEMAS

JSON, CSV = "application/json", "text/csv"

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


@dataclass(frozen=True)
class DataFile:
    """One address. `schema` names the JSON's schema; CSV files have none."""

    url_name: str
    summary: str
    parameters: tuple[dict, ...]
    schema: str = ""

    @property
    def name(self) -> str:
        """「indicators.csv」."""
        return reverse(self.url_name).rsplit("/", 1)[-1]

    @property
    def takes_year(self) -> bool:
        return YEAR in self.parameters


FILES = (
    DataFile("opendata_indicators_csv", "指標。1行に1つの指標の1つの年度", (STRATEGY, YEAR)),
    DataFile("opendata_indicators_wide_csv", "指標の実績値。1行に1つの指標、1列に1つの年度", (STRATEGY, YEAR)),
    DataFile("opendata_indicators_json", "指標。目標・実績・判定を入れ子で", (STRATEGY, YEAR), "Indicators"),
    DataFile("opendata_agreements_csv", "連携協定。1行に1つの協定", (STRATEGY,)),
    DataFile("opendata_agreements_json", "連携協定", (STRATEGY,), "Agreements"),
)


def openapi_document() -> dict:
    """The description of every data file in OpenAPI 3.1."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "総合戦略 進捗管理 オープンデータ",
            "version": "1.0.0",
            "description": "総合戦略の指標と連携協定のデータです。サインインしなくても、公開している年度のデータを取得できます。",
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        },
        "paths": {reverse(file.url_name): {"get": _operation(file)} for file in FILES},
        "components": {"schemas": SCHEMAS},
    }


def _operation(file: DataFile) -> dict:
    content = {JSON: {"schema": {"$ref": f"#/components/schemas/{file.schema}"}}} if file.schema else {CSV: {"schema": {"type": "string"}}}
    return {
        "operationId": file.url_name.removeprefix("opendata_"),
        "summary": file.summary,
        "parameters": list(file.parameters),
        "responses": {
            "200": {"description": "データ", "content": content},
            "304": {"description": "If-None-Match に書いた版から変わっていません"},
            "403": _error("公開していない総合戦略です"),
            "404": _error("その総合戦略や年度はありません"),
        },
    }


def _error(description: str) -> dict:
    return {"description": description, "content": {JSON: {"schema": {"$ref": "#/components/schemas/Error"}}}}
