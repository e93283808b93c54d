"""調査票をつくる in a real Chromium: it fits, it is accessible, and one key press brings the workbook."""
import io
import re
from itertools import product

import openpyxl
import pytest

from importing.surveys.keys import INPUT_SHEET
from tests.visits import THEMES, WIDTHS

PAGE = "/strategies/hokuto-2/surveys/2024/"


@pytest.mark.parametrize("username", ["kikaku", "nourin"])
def test_the_page_fits_its_width_and_does_nothing_forbidden(visit, username):
    opened = visit(PAGE, username=username)
    for width in WIDTHS:
        opened.again(width=width)
        assert opened.sticking_out() == [], f"at {width} px"
        assert opened.problems == [], f"at {width} px"
    opened.enlarge()
    assert opened.sticking_out() == [], "with the largest letters on a telephone"


def test_the_page_has_no_accessibility_violation(visit):
    opened = visit(PAGE, username="kikaku")
    for width, theme in product((1440, 390), THEMES):
        opened.again(width=width, theme=theme)
        assert opened.violations() == [], f"at {width} px, {theme}"


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
