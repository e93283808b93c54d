"""The admin in a real Chromium: no forbidden style or script, nothing sideways, readable by everyone, also while a file is previewed."""
import pytest
from axe_playwright_python.sync_playwright import Axe

from common.sheets import write_xlsx
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


def upload(visit, rows: list[dict], **options):
    """The import page for actuals with the preview of a file of these rows. Nothing is confirmed."""
    opened = visit("/admin/kpis/actual/import/", username="kikaku", **options)
    headers = list(rows[0])
    data = write_xlsx(headers, [[row[header] for header in headers] for row in rows])
    opened.page.set_input_files("#id_import_file", {"name": "実績.xlsx", "mimeType": "application/octet-stream", "buffer": data})
    opened.page.click("text=内容を確かめる")
    opened.page.wait_for_selector("#preview-h")
    return opened


def a_row(value) -> dict:
    return {"戦略": "hokuto-2", "番号": "1-3-4", "内訳": "面積", "年度": 2024, "実績値": value}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("value", "shown"), [(99, "→ 99"), ("=99", "数として読めません")])
def test_the_preview_of_a_file_fits_and_does_nothing_forbidden(visit, width, value, shown):
    opened = upload(visit, [a_row(value)], width=width)
    assert shown in opened.page.inner_text("main")
    assert opened.problems == []
    assert sideways(opened.page) == 0


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("value", [99, "=99"])
def test_the_preview_of_a_file_has_no_accessibility_violation(visit, theme, value):
    assert violations(upload(visit, [a_row(value)], theme=theme).page) == []


def test_the_admin_shares_the_brightness_chosen_on_the_site(visit):
    page = visit("/admin/", username="kikaku").page
    page.click("text=明暗")
    page.goto(page.url.replace("/admin/", "/accessibility/"))
    assert page.locator("html").get_attribute("data-theme") == "dark"
