"""Whoever has no mouse reaches everything and always sees where they are."""
import pytest
from playwright.sync_api import expect

from tests.pages import PAGES

# Everything visible that can be used. Of a group of radio buttons the Tab key reaches one.
MARK = """() => {
  const usable = "a[href], button:not([disabled]), input:not([type=hidden]):not([disabled]), select, textarea, summary, [tabindex='0']";
  const seen = e => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0;
  window.reached = new Set(); window.unmarked = new Set();
  window.usable = [...document.querySelectorAll(usable)].filter(seen)
    .filter(e => e.tabIndex >= 0 && !(e.type === "radio" && !e.checked) && !(e.tagName === "A" && e.closest("svg") && !e.getAttribute("href")));
  document.addEventListener("focusin", event => {
    const element = event.target, style = getComputedStyle(element);
    window.reached.add(element);
    const hasOutline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    if (!hasOutline && style.boxShadow === "none" && element.matches(usable)) window.unmarked.add(element);
  });
  return window.usable.length;
}"""
NOT_REACHED = "() => window.usable.filter(e => !window.reached.has(e) && e.checkVisibility()).map(e => e.outerHTML.slice(0, 160))"
UNMARKED = "() => [...window.unmarked].map(e => e.outerHTML.slice(0, 160))"


@pytest.mark.parametrize("page_", PAGES, ids=lambda page: page.id)
def test_the_tab_key_reaches_everything_and_shows_where_it_is(visit, page_):
    opened = visit(page_.path)
    page = opened.page
    for width in (1440, 390):
        opened.again(width=width)
        page.wait_for_load_state("networkidle")
        page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
        presses = page.evaluate(MARK) + 12
        for _ in range(presses):
            page.keyboard.press("Tab")
        assert page.evaluate(NOT_REACHED) == [], f"at {width} px"
        assert page.evaluate(UNMARKED) == [], f"at {width} px"


def test_the_first_tab_leads_past_the_menu(visit):
    page = visit("/accessibility/").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "本文へ移動"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('header')") is None


def test_the_small_menu_opens_and_closes_by_keyboard(visit):
    page = visit("/strategies/hokuto-2/", width=390).page
    page.locator(".menu-sp summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".menu-sp a", has_text="連携協定")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".menu-sp a", has_text="連携協定")).to_be_hidden()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_a_council_member_signs_in_by_keyboard_alone(visit):
    page = visit("/accounts/sign-in/").page
    page.locator("#id_username").focus()
    page.keyboard.type("iin")
    page.keyboard.press("Tab")
    page.keyboard.type("hokuto-demo-2026")
    page.keyboard.press("Enter")
    page.wait_for_url("**/strategies/hokuto-2/**")
    expect(page.locator("h1")).to_be_visible()
