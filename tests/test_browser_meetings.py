"""Meetings in a real browser: every width, both themes, by keyboard, without scripts."""
from functools import partial

import pytest

from tests.visits import THEMES

PLAN = "/strategies/hokuto-2"
MEETINGS = f"{PLAN}/reviews/2023/meetings/"
# The sample's second meeting of the council.
MEETING = f"{MEETINGS}3/"
PAGES = (
    MEETINGS, f"{MEETINGS}new/?body=promotion_council", MEETING, f"{MEETING}edit/", f"{MEETING}agenda/", f"{MEETING}attendance/", f"{MEETING}minutes/",
    f"{MEETING}decisions/new/", f"{PLAN}/decisions/",
)
# What is pressed and lower than that.
TOO_SMALL = """(least) => [...document.querySelectorAll("main button, main .btn, main select, main .prs label, main .attf__c label, main .chips a")]
  .filter((each) => each.offsetHeight && each.offsetHeight < least).map((each) => each.textContent.trim())"""


@pytest.fixture
def takeru(person):
    """Opens an address as the planning side: `takeru(MEETING, width=390)`."""
    return partial(person, "kikaku")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_keeps_the_rules_in_every_width_and_theme(takeru, path):
    opened = takeru(path)
    for width in (768, 390):
        opened.again(width=width)
        assert opened.sticking_out() == [], f"at {width} px"
        assert opened.page.evaluate(TOO_SMALL, 44 if width == 390 else 32) == [], f"at {width} px"
    for theme in THEMES:
        opened.again(width=1440, theme=theme)
        assert opened.problems == [], theme
        assert opened.violations() == [], theme


def test_takeru_builds_an_agenda_with_the_keyboard_alone(takeru):
    opened = takeru(f"{MEETING}agenda/")
    page = opened.page
    proposal = page.locator(".prs [name=take]").first
    title = page.locator(".prs__t").first.inner_text()
    proposal.focus()
    page.keyboard.press("Space")
    proposal.evaluate("(box) => box.form.querySelector('button[type=submit]').focus()")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    assert opened.problems == []
    page.get_by_text("1件を次第に加えました。").wait_for()
    assert page.locator(".agl__h").last.inner_text() == title
    before = page.locator(".agl__h").all_inner_texts()
    page.get_by_role("button", name=f"上へ（{title}）").press("Enter")
    page.wait_for_url("**#line-*")
    assert page.locator(".agl__h").all_inner_texts() == [*before[:-2], before[-1], before[-2]]


def test_a_line_is_taken_out_and_put_back_without_scripts(takeru):
    page = takeru(f"{MEETING}agenda/", has_javascript=False).page
    before = page.locator(".agl__h").all_inner_texts()
    page.locator(".agl__b button", has_text="外す").first.click()
    page.get_by_text("を次第から外しました。").wait_for()
    assert page.locator(".agl__h").all_inner_texts() == before[1:]
    page.get_by_role("button", name="元に戻す").click()
    page.get_by_text("を次第に戻しました。").wait_for()
    assert page.locator(".agl__h").all_inner_texts() == before
