"""列の対応づけ in a real Chromium: by keyboard, with the live check, at every width, in both themes, and without JavaScript."""
from functools import partial
from itertools import product

import pytest
from playwright.sync_api import expect

from common.sheets import write_csv
from importing.recognition.headings import ColumnRole
from tests.visits import SETTLED, THEMES, WIDTHS, opener

HEADS = ["整理", "成果の名前", "見込んだ数", "できあがり"]
ROWS = [["1-3-6", "新規開発特産品数", "50", "42"], ["1-3-7", "新規起業・創業者数", "20", "９名"], ["", "新規開発特産品", "1", "1"]]
ROLES, PLAN_YEARS = list(ColumnRole), range(2020, 2025)
LAYOUT = "/strategies/hokuto-2/imports/1/layout/1/"


@pytest.fixture(scope="module")
def sent(browser, own_site, own_session_of, tmp_path_factory):
    """The planning side has just sent a table of another office."""
    path = tmp_path_factory.mktemp("files") / "A市の表.csv"
    path.write_bytes(write_csv(HEADS, ROWS))
    with opener(browser, own_site.url, own_session_of) as open_page:
        page = open_page("kikaku", "/strategies/hokuto-2/imports/", has_javascript=False).page
        page.set_input_files("main input[type=file]", str(path))
        page.locator("main form:has(input[type=file]) button").first.click()
        page.wait_for_url("**/imports/1/")


@pytest.fixture
def opened(person, sent):
    return partial(person, "kikaku", LAYOUT)


def test_the_page_fits_and_has_no_accessibility_violation(opened):
    visit = opened()
    for width, theme in product(WIDTHS, THEMES):
        visit.again(width=width, theme=theme)
        assert visit.sticking_out() == [], f"at {width} px, {theme}"
        assert visit.problems == [], f"at {width} px, {theme}"
        assert visit.violations() == [], f"at {width} px, {theme}"


def test_a_choice_by_keyboard_says_at_once_what_would_be_understood(opened):
    visit = opened()
    page = visit.page
    page.focus("select[name=role_3]")
    for key in (*["ArrowDown"] * ROLES.index(ColumnRole.VALUE), "Tab", *["ArrowDown"] * len(PLAN_YEARS), "Tab"):
        page.keyboard.press(key)
    page.locator("#layout-result", has_text="値 2 件").wait_for(timeout=SETTLED)
    assert page.input_value("select[name=year_3]") == "2024"
    assert "もしかして 新規開発特産品数 ですか" in page.inner_text("#layout-result")
    expect(page.locator("tr:has(select[name=role_3]) .lay-why")).to_have_text("選んだもの")
    assert visit.problems == []


def test_without_javascript_the_button_says_it_and_nothing_chosen_is_lost(opened):
    page = opened(has_javascript=False).page
    page.select_option("select[name=role_3]", "value")
    page.select_option("select[name=year_3]", "2024")
    page.fill("input[name=name]", "A市の表")
    page.click("button[name=check]")
    expect(page.locator("#layout-result")).to_contain_text("値 2 件")
    expect(page.locator("input[name=name]")).to_have_value("A市の表")


def test_keeping_it_leads_to_the_preview_of_the_same_file(opened):
    page = opened().page
    page.select_option("select[name=role_3]", "value")
    page.select_option("select[name=year_3]", "2024")
    page.fill("input[name=name]", "A市の表")
    page.click("button[name=save]")
    page.wait_for_url("**/imports/1/")
    assert "様式「A市の表」で読み直しました。" in page.inner_text("main")
