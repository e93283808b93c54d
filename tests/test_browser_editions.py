"""The pages of editions in a real browser: every width, both themes, nothing sticks out, nothing stands in a reader's way."""
import pytest
from playwright.sync_api import expect

from tests.visits import THEMES, WIDTHS, opener

EDITIONS = "/strategies/hokuto-2/reviews/2023/editions/"
PAGES = {"list": EDITIONS, "edition": f"{EDITIONS}3/", "comparison": f"{EDITIONS}3/compare/"}
VALUES = "/admin/kpis/actual/?q=1-1-1"
REASON = "国の統計の確定値に置き換えた。"


@pytest.fixture(scope="module")
def kikaku(browser, own_site, own_session_of):
    """One visit of the planning side for the whole file."""
    with opener(browser, own_site.url, own_session_of) as open_page:
        yield open_page("kikaku", EDITIONS)


def test_the_pages_fit_every_width_and_break_no_rule_of_accessibility(kikaku):
    for path in PAGES.values():
        kikaku.page.goto(kikaku.site + path)
        for theme in THEMES:
            for width in WIDTHS:
                kikaku.again(width=width, theme=theme)
                assert kikaku.sticking_out() == [], (path, width)
            assert kikaku.violations() == [], (path, theme)
    assert kikaku.problems == []


def test_a_correction_in_the_admin_shows_beside_what_was_frozen(kikaku):
    kikaku.again(width=1440)
    kikaku.page.goto(kikaku.site + PAGES["comparison"])
    expect(kikaku.page.get_by_text("変わっていません。")).to_be_visible()
    kikaku.page.goto(kikaku.site + VALUES)
    kikaku.page.locator("#result_list tr", has_text="令和5年度").get_by_role("link").first.click()
    kikaku.page.get_by_label("実績値").fill("987")
    kikaku.page.get_by_label("変更の理由").fill(REASON)
    kikaku.page.get_by_role("button", name="保存", exact=True).click()
    expect(kikaku.page.locator(".messagelist")).to_be_visible()
    kikaku.page.goto(kikaku.site + PAGES["comparison"])
    expect(kikaku.page.get_by_text(f"理由：{REASON}").first).to_be_visible()
    for width in WIDTHS:
        kikaku.again(width=width, theme="light")
        assert kikaku.sticking_out() == [], width
    assert kikaku.violations() == []
    kikaku.page.goto(kikaku.site + PAGES["edition"])
    expect(kikaku.page.get_by_role("heading", name="確定した後に、1件変わりました。")).to_be_visible()
    assert kikaku.violations() == []
