"""列の対応づけ in a real Chromium: by keyboard, with the live check, at every width, in both themes, and without JavaScript."""
from itertools import product

import pytest
from playwright.sync_api import expect

from common.sheets import write_csv
from importing.recognition.headings import ColumnRole
from tests.serving import serve_demo
from tests.visits import SETTLED, THEMES, WIDTHS, Visit, signed_in_session

HEADS = ["整理", "成果の名前", "見込んだ数", "できあがり"]
ROWS = [["1-3-6", "新規開発特産品数", "50", "42"], ["1-3-7", "新規起業・創業者数", "20", "９名"], ["", "新規開発特産品", "1", "1"]]
ROLES, PLAN_YEARS = list(ColumnRole), range(2020, 2025)
LAYOUT = "/strategies/hokuto-2/imports/1/layout/1/"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    server = serve_demo(tmp_path_factory.mktemp("layout"))
    yield server.url
    server.stop()


@pytest.fixture(scope="module")
def session(browser, site, tmp_path_factory):
    """The planning side, which has just sent a table of another office."""
    state = signed_in_session(browser, site, "kikaku")
    path = tmp_path_factory.mktemp("files") / "A市の表.csv"
    path.write_bytes(write_csv(HEADS, ROWS))
    context = browser.new_context(storage_state=state, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/strategies/hokuto-2/imports/")
    page.set_input_files("main input[type=file]", str(path))
    page.locator("main form:has(input[type=file]) button").first.click()
    page.wait_for_url("**/imports/1/")
    context.close()
    return state


@pytest.fixture
def opened(browser, site, session):
    contexts = []

    def open_page(width=1440, theme="light", has_javascript=True) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, locale="ja-JP",
            storage_state=session, java_script_enabled=has_javascript, reduced_motion="reduce",
        )
        contexts.append(context)
        made = Visit(context.new_page(), site)
        made.watch()
        assert made.page.goto(site + LAYOUT).status == 200
        return made

    yield open_page
    for context in contexts:
        context.close()


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
