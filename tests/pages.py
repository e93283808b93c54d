"""The pages people look at, one line each, with addresses of the demo."""
from dataclasses import dataclass, field

from django.urls import reverse

SLUG = "hokuto-2"


@dataclass(frozen=True)
class SitePage:
    """A page by its URL name. `is_of_strategy`: its URL carries the strategy; `has_years`: it takes ?year=."""

    id: str
    url_name: str
    arguments: dict = field(default_factory=dict)
    query: str = ""
    has_charts: bool = False
    has_years: bool = True

    @property
    def path(self) -> str:
        return reverse(self.url_name, kwargs=self.arguments) + self.query


def _of_strategy(id_: str, url_name: str, query: str = "", **options) -> SitePage:
    flags = {name: options.pop(name) for name in ("has_charts", "has_years") if name in options}
    return SitePage(id_, url_name, {"slug": SLUG, **options}, query, **flags)


STRATEGY_PAGES = (
    _of_strategy("overview", "overview"),
    _of_strategy("goal 1", "goal", number=1, has_charts=True),
    _of_strategy("goal 2", "goal", number=2, has_charts=True),
    _of_strategy("goal 3", "goal", number=3, has_charts=True),
    _of_strategy("goal 4", "goal", number=4, has_charts=True),
    _of_strategy("numeric target", "indicator", code="1-A", has_charts=True),
    _of_strategy("KPI in two parts", "indicator", code="1-3-4", has_charts=True),
    _of_strategy("KPI of eight series", "indicator", code="2-3-2", has_charts=True),
    _of_strategy("SDGs", "sdgs"),
    _of_strategy("plan", "plan"),
    _of_strategy("print sheet", "print_sheet"),
    _of_strategy("judgement guide", "judgement_guide"),
    _of_strategy("search", "search", "?q=ブドウ", has_years=False),
    _of_strategy("agreements", "agreements"),
    _of_strategy("agreement", "agreement", number=1),
    _of_strategy("partner", "partner", pk=1),
    _of_strategy("results", "results"),
)
OPEN_PAGES = (
    SitePage("help for the council", "help", {"audience": "council"}, has_years=False),
    SitePage("help for divisions", "help", {"audience": "division"}, has_years=False),
    SitePage("help for administrators", "help", {"audience": "administrator"}, has_years=False),
    SitePage("accessibility", "accessibility", has_years=False),
    SitePage("open data", "opendata_index", has_years=False),
    SitePage("sign-in", "sign_in", has_years=False),
)
PAGES = STRATEGY_PAGES + OPEN_PAGES
DATA_FILES = tuple(
    SitePage(name, f"opendata_{name}")
    for name in ("indicators_csv", "indicators_json", "indicators_wide_csv", "agreements_csv", "agreements_json", "results_csv", "results_json", "opinions_csv", "publications_atom", "catalog_jsonld", "openapi")
)
