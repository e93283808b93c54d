"""The planning side's yearly work in a real browser: check, return, remind, hand over, on every width, in both themes, by keyboard and without scripts."""
import re

import pytest
from playwright.sync_api import expect

from tests.visits import THEMES, WIDTHS, Visit

PLAN = "/strategies/hokuto-2"
BOARD = f"{PLAN}/collections/2024/"
PAGES = {
    "board": BOARD,
    "filtered": f"{BOARD}?show=submitted",
    "list": f"{PLAN}/collections/",
    "new": f"{PLAN}/collections/new/",
    "edit": f"{BOARD}edit/",
    "reminders": f"{BOARD}reminders/",
    "hand over": f"{PLAN}/hand-over/",
    "hand over of nobody's": f"{PLAN}/hand-over/?from=division-nobody",
}


def row(opened: Visit, name: str):
    return opened.page.locator(".bdt tbody tr", has=opened.page.get_by_role("link", name=name, exact=True))


UNFOLD = "document.querySelectorAll('details.bd').forEach((each) => { each.open = true; })"
# 44 px with a finger's error of half a pixel; the small buttons in rows of a wide window have 32.
TOO_SMALL = """[...document.querySelectorAll("main button, main summary, main select, main .btn, main .chips a, main .pk label")]
  .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < (each.matches(".btn--s") && innerWidth > 767 ? 32 : 43.5))
  .map((each) => each.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_every_width_is_free_of_barriers_and_of_errors_and_what_is_pressed_is_large_enough(person, name):
    opened = person("kikaku", PAGES[name])
    for width in WIDTHS:
        opened.again(width=width)
        opened.page.evaluate(UNFOLD)
        assert opened.sticking_out() == [], f"at {width} px"
        assert opened.page.evaluate(TOO_SMALL) == [], f"at {width} px"
    for theme in THEMES:
        opened.again(width=1440, theme=theme)
        opened.page.evaluate(UNFOLD)
        assert opened.problems == [], theme
        assert opened.violations() == [], theme


def test_takeru_returns_a_value_by_keyboard_and_the_division_reads_why(person):
    officer = person("kikaku", f"{BOARD}?show=submitted")
    box = row(officer, "農家の経営規模").get_by_role("checkbox")
    box.focus()
    officer.page.keyboard.press("Space")
    expect(officer.page.locator("[data-picked]")).to_have_text("1")
    officer.page.locator("#return-reason").focus()
    officer.page.keyboard.type("単位（ha）を確かめてください")
    officer.page.get_by_role("button", name="差し戻す").focus()
    officer.page.keyboard.press("Enter")
    officer.page.wait_for_selector("text=1件を差し戻しました")
    farmer = person("nourin", BOARD)
    assert "単位（ha）を確かめてください" in row(farmer, "農家の経営規模").inner_text()
    assert officer.problems == []


def test_takeru_checks_a_whole_division_and_reopens_one_value_that_the_council_is_told_of(person):
    officer = person("kikaku", BOARD)
    line = officer.page.locator("details.bd", has_text="企画課").first
    line.locator("summary").click()
    line.get_by_role("button", name="提出済みをすべて選ぶ").click()
    expect(officer.page.locator("[data-picked]")).to_have_text("3")
    officer.page.get_by_role("button", name="確認済みにする").click()
    officer.page.wait_for_selector("text=3件を確認済みにしました")
    officer.page.locator("details.bd", has_text="企画課").first.locator("summary").click()
    row(officer, "移住検討者数").get_by_role("link", name="再開する").click()
    officer.page.get_by_label("再開する理由").fill("相談票の数え直し")
    officer.page.get_by_role("button", name="再開する").click()
    officer.page.wait_for_selector("text=まで再開しました")
    member = person("iin", f"{PLAN}/indicators/2-2-1/")
    assert "理由：相談票の数え直し" in member.page.locator("main").inner_text()
    assert officer.problems == []


def test_the_whole_work_is_possible_without_scripts(person):
    officer = person("kikaku", f"{BOARD}?show=submitted", has_javascript=False)
    row(officer, "醸造用ブドウ 戸数").get_by_role("checkbox").check()
    officer.page.get_by_role("button", name="確認済みにする").click()
    expect(officer.page.locator("main")).to_contain_text("1件を確認済みにしました")


def test_the_text_for_a_division_is_copied_with_one_press(person):
    officer = person("kikaku", PAGES["reminders"])
    officer.page.get_by_role("button", name=re.compile("文章を写す.*観光課")).click()
    expect(officer.page.locator("[data-copied]").first).not_to_be_empty()
    assert "観光課 御中" in officer.page.evaluate("navigator.clipboard.readText()")
    assert officer.problems == []


def test_duties_are_handed_over_and_taken_back(person):
    officer = person("kikaku", PAGES["hand over"])
    officer.page.get_by_label("引き継ぎ元").select_option(label="税務課")
    officer.page.get_by_label("引き継ぎ先").select_option(label="市民課")
    officer.page.get_by_role("button", name="移る指標を見る").click()
    officer.page.get_by_role("button", name="引き継ぐ", exact=True).click()
    officer.page.wait_for_selector("text=1件の指標を、税務課から市民課へ引き継ぎました")
    officer.page.get_by_role("button", name="元に戻す").click()
    officer.page.wait_for_selector("text=1件の指標の担当を、元に戻しました")
    assert officer.problems == []


def test_a_closed_collection_is_opened_again_on_the_same_page(person):
    officer = person("kikaku", PAGES["edit"])
    officer.page.get_by_role("button", name="締め切る").click()
    officer.page.wait_for_selector("text=照会を締め切りました")
    officer.page.get_by_role("button", name="再開する").click()
    officer.page.wait_for_selector("text=照会を再開しました")
    assert officer.problems == []


def test_from_a_number_in_a_table_it_is_one_step_to_its_record(person):
    officer = person("kikaku", f"{PLAN}/goals/1/?year=2023")
    officer.page.locator(".kt .rec").first.click()
    officer.page.wait_for_url("**#record")
    assert officer.page.locator("#record").is_visible()
    assert officer.problems == []
