"""調査票をつくる in a real Chromium: it fits, it is accessible, and one key press brings the workbook."""
import io
import re

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe

from importing.surveys.keys import INPUT_SHEET
from tests.test_browser_pages import STICKING_OUT
from tests.visits import THEMES, WIDTHS

PAGE = "/strategies/hokuto-2/surveys/2024/"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("username", ["kikaku", "nourin"])
def test_the_page_fits_its_width_and_does_nothing_forbidden(visit, width, username):
    opened = visit(PAGE, width=width, username=username)
    assert opened.page.evaluate(STICKING_OUT) == []
    assert opened.problems == []


def test_the_page_with_the_largest_letters_fits_a_telephone(visit):
    opened = visit(PAGE, width=390, username="kikaku")
    opened.page.evaluate("document.documentElement.dataset.size = 'xl'")
    assert opened.page.evaluate(STICKING_OUT) == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_has_no_accessibility_violation(visit, theme, width):
    opened = visit(PAGE, theme=theme, width=width, username="kikaku")
    # axe itself writes style attributes while it measures, which the page's policy refuses and the console reports.
    results = Axe().run(opened.page)
    assert [f"{found['id']}: {found['nodes'][0]['html'][:200]}" for found in results.response["violations"]] == []


@pytest.mark.parametrize("has_javascript", [True, False])
def test_nourin_gets_its_workbook_with_one_key(visit, has_javascript):
    page = visit(PAGE, username="nourin", has_javascript=has_javascript).page
    page.get_by_role("link", name=re.compile("農林課")).focus()
    with page.expect_download() as started:
        page.keyboard.press("Enter")
    assert started.value.suggested_filename == "調査票_令和6年度_農林課.xlsx"
    with open(started.value.path(), "rb") as file:
        sheet = openpyxl.load_workbook(io.BytesIO(file.read()))[INPUT_SHEET]
    assert "1-3-4" in [cell.value for cell in sheet["A"]]


def test_what_is_clicked_is_large_enough_for_a_finger(visit):
    page = visit(PAGE, width=390, username="kikaku").page
    heights = page.eval_on_selector_all("main .btn, main .fy a", "found => found.map(each => each.getBoundingClientRect().height)")
    assert len(heights) > 10
    assert min(heights) >= 44
