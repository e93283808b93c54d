"""catalog.jsonld: what there is, under which licence, from whom and of when, in the words of DCAT that open data portals read."""
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from goals.models import Strategy
from kpis.board import shows_sample
from kpis.models import Actual, ActualQuerySet, Target
from opendata.columns import object_schema
from opendata.licence import LICENCE_URL, attribution
from opendata.openapi import FILES, DataFile
from partnerships.models import Agreement
from reviews.editions.reading import EditionContent
from reviews.publishing.publications import ever_public, published

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
SAMPLE = "架空のサンプル値が含まれます。実際の値として使わないでください。"


@dataclass(frozen=True)
class Dataset:
    """What several files hold in different forms. `modified` finds when what readers see of it last changed; `is_sample` whether any is fictional."""

    key: str
    title: str
    description: str
    files: tuple[str, ...]
    modified: Callable[[Strategy, User], datetime | None]
    is_sample: Callable[[Strategy, User], bool]


@dataclass(frozen=True)
class Reader:
    """For whom a catalogue is made, and how it makes an address whole."""

    user: User
    absolute: Callable[[str], str]


def _newest(*moments: datetime | None) -> datetime | None:
    return max((each for each in moments if each), default=None)


def _values_modified(strategy: Strategy, user) -> datetime | None:
    """When a value or target that this reader sees was last written. Two queries."""
    shown = ActualQuerySet.visible_to(Actual.history.all(), user, strategy).filter(indicator__strategy=strategy)
    targets = Target.history.filter(indicator__strategy=strategy)
    return _newest(*(rows.aggregate(newest=Max("history_date"))["newest"] for rows in (shown, targets)))


def _agreements_modified(strategy: Strategy, user) -> datetime | None:
    return Agreement.history.filter(strategy=strategy).aggregate(newest=Max("history_date"))["newest"]


def _results_modified(strategy: Strategy, user) -> datetime | None:
    """When results were last published, replaced or withdrawn. One query."""
    rows = ever_public(strategy).aggregate(published=Max("published_at"), ended=Max("withdrawn_at"))
    return _newest(rows["published"], rows["ended"])


def _results_are_sample(strategy: Strategy, user) -> bool:
    return any(EditionContent.read(row.edition.content).is_sample for row in published(strategy))


DATASETS = (
    Dataset(
        "indicators", "指標（目標・実績・判定）", "総合戦略の数値目標と重要業績評価指標（KPI）の、公開している年度の目標・実績・判定です。値を訂正すると変わります。",
        ("opendata_indicators_csv", "opendata_indicators_wide_csv", "opendata_indicators_json"), _values_modified, shows_sample,
    ),
    Dataset(
        "results", "評価の結果", "年度ごとに確定し、公表した評価の結果です。確定版の番号・日付・ハッシュが入ります。後から訂正しても、公表した値は変わりません。",
        ("opendata_results_csv", "opendata_results_json", "opendata_publications_atom"), _results_modified, _results_are_sample,
    ),
    Dataset(
        "opinions", "検討・推進会議の意見と市の回答", "公表した年度の、検討・推進会議の意見と、市の対応・回答です。公表後の回答も入ります。",
        ("opendata_opinions_csv",), _results_modified, _results_are_sample,
    ),
    Dataset(
        "agreements", "連携協定", "総合戦略に関わる連携協定と、その有効期間です。",
        ("opendata_agreements_csv", "opendata_agreements_json"), _agreements_modified, lambda strategy, user: False,
    ),
)  # fmt: skip


def catalogue(strategy: Strategy, reader: Reader, address: str) -> dict:
    """The whole catalogue as JSON-LD; its own address is its name."""
    datasets = [_dataset(strategy, reader, dataset, address) for dataset in DATASETS]
    return {
        "@context": CONTEXT,
        "@id": reader.absolute(address),
        "@type": "dcat:Catalog",
        "dcterms:title": f"{strategy.name} オープンデータ",
        "dcterms:description": f"{strategy.municipality}の総合戦略の指標・評価の結果・連携協定のデータです。",
        "dcterms:language": "ja",
        **_rights(strategy),
        "dcterms:modified": max((each["dcterms:modified"] for each in datasets), key=lambda moment: moment["@value"]),
        "dcat:dataset": datasets,
    }


def _rights(strategy: Strategy) -> dict:
    publisher = {"@type": "foaf:Organization", "foaf:name": strategy.municipality, "dcterms:identifier": strategy.municipality_code}
    return {"dcterms:publisher": publisher, "dcterms:license": {"@id": LICENCE_URL}, "dcterms:bibliographicCitation": attribution(strategy)}


def _dataset(strategy: Strategy, reader: Reader, dataset: Dataset, address: str) -> dict:
    modified = _moment(dataset.modified(strategy, reader.user) or _begun(strategy))
    files = [file for file in FILES if file.url_name in dataset.files]
    return {
        "@id": f"{reader.absolute(address)}#{dataset.key}",
        "@type": "dcat:Dataset",
        "dcterms:identifier": f"{strategy.municipality_code}/{strategy.slug}/{dataset.key}",
        "dcterms:title": dataset.title,
        "dcterms:description": dataset.description + (SAMPLE if dataset.is_sample(strategy, reader.user) else ""),
        **_rights(strategy),
        "dcterms:modified": modified,
        "dcat:distribution": [_distribution(strategy, reader, file, modified) for file in files],
    }


def _distribution(strategy: Strategy, reader: Reader, file: DataFile, modified: dict) -> dict:
    return {
        "@type": "dcat:Distribution",
        "dcterms:title": file.name,
        "dcterms:description": file.summary,
        "dcat:downloadURL": {"@id": reader.absolute(f"{file.address}?strategy={strategy.slug}")},
        "dcat:mediaType": file.media,
        "dcterms:license": {"@id": LICENCE_URL},
        "dcterms:modified": modified,
    }


def _begun(strategy: Strategy) -> datetime:
    """The first day of the plan: for what was never written since it was loaded."""
    return datetime(strategy.first_fiscal_year, 4, 1, tzinfo=timezone.get_current_timezone())


def _moment(at: datetime) -> dict:
    return {"@type": "xsd:dateTime", "@value": timezone.localtime(at).isoformat(timespec="seconds")}


def _texts(*names: str) -> dict[str, dict]:
    return {name: {"type": "string"} for name in names}


_ID = object_schema((), **_texts("@id"))
_MOMENT = object_schema((), **_texts("@type", "@value"))
_RIGHTS = {
    "dcterms:publisher": object_schema((), **_texts("@type", "foaf:name", "dcterms:identifier")),
    "dcterms:license": _ID,
    **_texts("dcterms:bibliographicCitation"),
}
_DISTRIBUTION = object_schema(
    (), **_texts("@type", "dcterms:title", "dcterms:description", "dcat:mediaType"),
    **{"dcat:downloadURL": _ID, "dcterms:license": _ID, "dcterms:modified": _MOMENT},
)
_DATASET = object_schema(
    (), **_texts("@id", "@type", "dcterms:identifier", "dcterms:title", "dcterms:description"), **_RIGHTS,
    **{"dcterms:modified": _MOMENT, "dcat:distribution": {"type": "array", "items": _DISTRIBUTION}},
)
CATALOGUE_SCHEMAS = {
    "Catalog": object_schema(
        (), **{"@context": object_schema((), **_texts(*CONTEXT))}, **_texts("@id", "@type", "dcterms:title", "dcterms:description", "dcterms:language"),
        **_RIGHTS, **{"dcterms:modified": _MOMENT, "dcat:dataset": {"type": "array", "items": _DATASET}},
    )
}
