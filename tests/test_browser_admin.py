"""The admin in a real Chromium: no forbidden style or script, nothing sideways, readable by everyone, also while a file is previewed."""
import pytest

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


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_admin_fits_does_nothing_forbidden_and_has_no_accessibility_violation(visit, name):
    opened = visit(PAGES[name], username="kikaku")
    for width in WIDTHS:
        opened.again(width=width)
        assert opened.problems == [], f"at {width} px"
        assert opened.sticking_out() == [], f"at {width} px"
    for theme in THEMES:
        opened.again(width=1440, theme=theme)
        assert opened.problems == [], theme
        assert opened.violations() == [], theme


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


@pytest.mark.parametrize(("value", "shown"), [(99, "→ 99"), ("=99", "数として読めません")])
def test_the_preview_of_a_file_fits_does_nothing_forbidden_and_has_no_accessibility_violation(visit, value, shown):
    opened = upload(visit, [a_row(value)])
    assert shown in opened.page.inner_text("main")
    assert opened.problems == []
    for width in WIDTHS:
        opened.page.set_viewport_size({"width": width, "height": 900})
        assert opened.sticking_out() == [], f"at {width} px"
    opened.page.set_viewport_size({"width": 1440, "height": 900})
    for theme in THEMES:
        opened.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        assert opened.violations() == [], theme


def test_the_admin_shares_the_brightness_chosen_on_the_site(visit):
    page = visit("/admin/", username="kikaku").page
    page.click("text=明暗")
    page.goto(page.url.replace("/admin/", "/accessibility/"))
    assert page.locator("html").get_attribute("data-theme") == "dark"
