"""The admin in a real Chromium: no forbidden style or script, nothing sideways, readable by everyone, also while a file is previewed."""
import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.visits import THEMES, WIDTHS

INDICATOR = "/admin/kpis/indicator/12/change/"
PAGES = {
    "index": "/admin/",
    "indicators": "/admin/kpis/indicator/",
    "indicator": INDICATOR,
    "history": "/admin/kpis/indicator/12/history/",
    "actuals": "/admin/kpis/actual/?year=2024",
    "new actual": "/admin/kpis/actual/add/",
    "import": "/admin/kpis/actual/import/",
    "export": "/admin/kpis/actual/export/",
    "agreement": "/admin/partnerships/agreement/1/change/",
    "strategy": "/admin/goals/strategy/1/change/",
}
EVERY_PAGE = pytest.mark.parametrize("name", PAGES)


def sideways(page) -> int:
    """How many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def violations(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{violation['id']}: {node['html'][:200]}" for violation in found for node in violation["nodes"][:3]]


@EVERY_PAGE
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_of_the_admin_fits_and_does_nothing_forbidden(visit, name, width):
    opened = visit(PAGES[name], width=width, username="kikaku")
    assert opened.problems == []
    assert sideways(opened.page) == 0


@EVERY_PAGE
@pytest.mark.parametrize("theme", THEMES)
def test_a_page_of_the_admin_has_no_accessibility_violation(visit, name, theme):
    assert violations(visit(PAGES[name], theme=theme, username="kikaku").page) == []
