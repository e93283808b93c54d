"""The review's pages in a real browser: barriers, widths, the keyboard, the counter, and the warning before typed text is left."""
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.serving import demo_environment, manage
from tests.visits import THEMES

REVIEWS = "/strategies/hokuto-2/reviews/"
REVIEW = f"{REVIEWS}2024/"
PAGES = {"list": REVIEWS, "new": f"{REVIEWS}new/", "overview": REVIEW, "settings": f"{REVIEW}edit/", "measure": f"{REVIEW}measures/1-2/"}
# 令和6年度 in its second stage, in which self-evaluations and the internal meeting's evaluation are both open.
SET_UP = (
    "from reviews.models import AnnualReview; from reviews.actions.reviews import open_review; from goals.models import Strategy; "
    "plan = Strategy.objects.get(slug='hokuto-2'); "
    "plan.reviews.filter(fiscal_year=2024).exists() or open_review(strategy=plan, fiscal_year=2024, by=None); "
    "plan.reviews.filter(fiscal_year=2024).update(stage='internal')"
)


@pytest.mark.parametrize("theme", THEMES)
def test_every_page_is_free_of_barriers_and_of_errors(person, theme):
    opened = person("kikaku", REVIEWS, theme=theme)
    for name, path in PAGES.items():
        opened.page.goto(opened.site + path)
        opened.page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        found = Axe().run(opened.page)
        assert [(name, each["id"], [node["html"][:160] for node in each["nodes"]][:3]) for each in found.response["violations"]] == []
    assert opened.problems == []


@pytest.mark.parametrize("width", [1440, 1024, 768, 390])
def test_no_page_scrolls_sideways_and_what_is_pressed_is_large_enough(person, width):
    opened = person("kikaku", REVIEWS, width=width)
    for name, path in PAGES.items():
        opened.page.goto(opened.site + path)
        opened.page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")
        assert opened.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
        small = opened.page.evaluate(
            "[...document.querySelectorAll('main button, main select, main .btn, main .tabs a, main .choice label')]"
            ".filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 43.5).map((each) => each.outerHTML.slice(0, 120))"
        )
        assert (name, small) == (name, [])


def test_the_header_s_menu_leaves_the_name_and_the_tools_alone(person):
    opened = person("kikaku", REVIEW)
    edges = opened.page.evaluate(
        "['.brand', '.gnav ul', '.tools'].map((name) => document.querySelector(name)).map((each) => [...each.children].map((part) => part.getBoundingClientRect()))"
        ".map((parts) => [Math.min(...parts.filter((each) => each.width).map((each) => each.left)), Math.max(...parts.map((each) => each.right))])"
    )
    (_, brand), (menu, menu_end), (tools, _) = edges
    assert brand <= menu
    assert menu_end <= tools


def test_takeru_grades_and_confirms_by_keyboard(person):
    opened = person("kikaku", f"{REVIEW}measures/1-1/")
    page = opened.page
    page.locator("#internal input[type=radio]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.locator("#internal input:checked").evaluate("(each) => each.parentElement.innerText").startswith("C")
    page.locator("#id-grade_reason").focus()
    page.keyboard.type("統計に表れない課題がある")
    page.locator("#id-course").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="確定する").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=庁内検討会議の評価を確定しました")
    assert "C　改善が必要" in page.locator("#internal").inner_text()
    assert opened.problems == []


IN_SIGHT = "(each) => { const box = each.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight; }"


def test_what_is_said_of_a_form_is_in_sight_where_the_form_is_and_the_field_to_mend_has_the_focus(person):
    opened = person("kikaku", f"{REVIEW}measures/1-2/")
    page = opened.page
    page.locator("#internal label", has_text="D").click()
    page.locator("#internal").get_by_role("button", name="確定する").click()
    expect(page.locator("#id-grade_reason")).to_be_focused()
    assert page.locator("#internal > [role=alert]").evaluate(IN_SIGHT)
    page.keyboard.type("統計に表れない課題がある")
    page.locator("#internal").get_by_role("button", name="下書きを保存する").click()
    page.wait_for_selector("#internal > [role=status]")
    assert page.locator("#internal > [role=status]").evaluate(IN_SIGHT)


def test_kai_is_warned_before_typed_text_is_left_and_not_when_it_is_saved(person):
    opened = person("nourin", f"{REVIEW}measures/1-3/")
    page, asked = opened.page, []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    form = page.locator("form", has=page.get_by_role("button", name="下書きを保存する")).first
    form.get_by_label("成果").click()
    page.keyboard.type("産地の名が広まった。")
    page.evaluate("setTimeout(() => document.querySelector('.rvwalk a').click())")
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    assert "産地の名が広まった。" in form.get_by_label("成果").input_value()
    form.get_by_role("button", name="下書きを保存する").click()
    page.wait_for_selector("text=自己評価の下書きを保存しました")
    assert asked == ["beforeunload"]
    page.locator(".rvwalk a").last.click()
    page.wait_for_url("**/measures/2-1/")
    assert asked == ["beforeunload"]


def test_without_scripts_a_measure_is_chosen_and_written(person):
    opened = person("nourin", f"{REVIEW}measures/1-1/", width=390, has_javascript=False)
    page = opened.page
    page.get_by_label("主要施策を選ぶ").select_option("1-3")
    page.get_by_role("button", name="開く").click()
    page.wait_for_url("**/measures/1-3/")
    form = page.locator("form", has=page.get_by_role("button", name="提出する")).first
    form.get_by_label("課題").fill("担い手が足りない。")
    form.get_by_role("button", name="提出する").click()
    page.wait_for_selector("text=自己評価を提出しました")


def test_the_counter_counts_and_says_when_it_is_too_long(person, own_folder):
    manage(demo_environment(own_folder), "shell", "-c", SET_UP.replace("internal", "external"))
    opened = person("kikaku", f"{REVIEW}measures/1-1/")
    page = opened.page
    page.get_by_label("まとめ（公表する文章）").fill("あ" * 199)
    assert page.locator("[data-count]").inner_text() == "199"
    page.get_by_label("まとめ（公表する文章）").fill("あ" * 203)
    assert page.locator("[data-over]").inner_text() == "3字 多くなっています"
    page.locator("#council input[type=radio]").first.check()
    page.get_by_role("button", name="確定する").click()
    page.wait_for_selector("text=いまは203字あります。200字以内に縮めてください。")
    assert page.get_by_label("まとめ（公表する文章）").input_value() == "あ" * 203
    assert opened.problems == [f"422: {opened.site}{REVIEW}measures/1-1/", *[each for each in opened.problems if "422" in each and each.startswith("console")]]
