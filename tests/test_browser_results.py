"""The results and the page that publishes them in a real browser: no barriers, nothing cut off, readable on paper. Nothing is written here."""
import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.visits import THEMES, WIDTHS

PLAN = "/strategies/hokuto-2"
PAGES = {
    "list": (None, f"{PLAN}/results/"),
    "year": (None, f"{PLAN}/results/2023/"),
    "measure": (None, f"{PLAN}/results/2023/measures/1-1/"),
    "publication": ("kikaku", f"{PLAN}/reviews/2023/publication/"),
    "preview": ("kikaku", f"{PLAN}/reviews/2023/publication/preview/?names=1"),
}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_free_of_barriers_and_of_errors(visit, name, theme):
    username, path = PAGES[name]
    opened = visit(path, theme=theme, username=username)
    found = Axe().run(opened.page)
    assert [(each["id"], [node["html"][:160] for node in each["nodes"]][:3]) for each in found.response["violations"]] == []
    assert opened.problems == []


@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways_and_what_is_pressed_is_large_enough(visit, name):
    username, path = PAGES[name]
    opened = visit(path, username=username)
    for width in WIDTHS:
        opened.page.set_viewport_size({"width": width, "height": 900})
        assert opened.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width
    small = opened.page.evaluate(
        "[...document.querySelectorAll('main button, main .btn, main .pubf__o label')]"
        ".filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 43.5).map((each) => each.outerHTML.slice(0, 120))"
    )
    assert small == []


def test_a_citizen_comes_from_the_overview_to_the_councils_words_without_scripts(visit):
    opened = visit(f"{PLAN}/?year=2023", has_javascript=False)
    opened.page.get_by_role("link", name="令和5年度の評価の結果").first.click()
    opened.page.get_by_role("heading", level=1, name="令和5年度の評価の結果").wait_for()
    opened.page.get_by_role("link", name="1-(1) ").first.click()
    opened.page.get_by_role("heading", name="会議の意見と市の回答").wait_for()
    opened.page.get_by_role("link", name="次の施策：").click()
    opened.page.get_by_role("heading", level=1, name="1-(2) ").wait_for()
    assert opened.problems == []


def test_on_paper_everything_is_there_but_the_navigation(visit):
    opened = visit(f"{PLAN}/results/2023/measures/1-1/", theme="dark")
    opened.page.emulate_media(media="print")
    assert not opened.page.locator(".rspn, .gnav, .foot, .crumbs").first.is_visible()
    for heading in ("指標の結果と判定", "担当課の自己評価", "庁内検討会議の評価", "会議の意見と市の回答", "このページについて"):
        assert opened.page.get_by_role("heading", name=heading).first.is_visible()
    assert opened.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_a_citizen_reads_what_is_behind_and_why_first_and_paper_has_it_all(visit):
    opened = visit(f"{PLAN}/results/2023/")
    page = opened.page
    page.set_viewport_size({"width": 390, "height": 844})
    missed = page.locator("section[aria-labelledby=missed-h]")
    assert missed.locator(".rsm > li").filter(visible=True).count() == 6
    assert missed.evaluate("(each) => each.getBoundingClientRect().bottom + scrollY") < 4 * 844
    goals = page.locator(".rsgoal")
    assert goals.locator(".rsgoal__h .st").filter(visible=True).count() > goals.count()
    assert goals.locator("table").filter(visible=True).count() == 0
    page.emulate_media(media="print")
    assert goals.locator("table").filter(visible=True).count() == 2 * goals.count()
    assert missed.locator(".rsm > li").filter(visible=True).count() == 21
    assert missed.locator(".rswhy .fold__b").filter(visible=True).count() == missed.locator(".rswhy").count()


def test_the_button_of_the_publication_says_what_it_will_do(visit):
    page = visit(f"{PLAN}/reviews/2023/publication/", username="kikaku").page
    assert page.get_by_label("公表してよいとした委員の氏名を載せる").is_checked()
    assert page.get_by_role("button", name="いますぐ公表する").is_visible()
    page.get_by_label("日時を決めて公表する").check()
    page.get_by_role("button", name="この日時で予約する").wait_for()
    assert page.get_by_label("公表する日時").is_visible()
