"""A council member of 78 in a real browser: the code from the paper, one measure at a time on a tablet, by keyboard, and nothing typed is lost."""
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.visits import THEMES

PLAN = "/strategies/hokuto-2"
OPINIONS = f"{PLAN}/reviews/2024/opinions/"
FIRST, SECOND = f"{OPINIONS}1-1/", f"{OPINIONS}1-2/"
PAGES = {
    "code": (None, "/invitation/"),
    "list": ("iin", OPINIONS),
    "measure": ("iin", SECOND),
    "handed in": ("iin", f"{OPINIONS}4-3/"),
    "seats": ("kikaku", f"{PLAN}/seats/"),
    "new seat": ("kikaku", f"{PLAN}/seats/new/"),
    "tally": ("kikaku", f"{OPINIONS}tally/"),
    "joint opinion": ("kikaku", f"{PLAN}/reviews/2024/joint-opinions/new/"),
    "responses": ("kikaku", f"{PLAN}/responses/?show=all"),
}
SIZES = ((390, 844), (820, 1180))
# A review of 2024 in which the member iin, and Hana who is invited on the day, are asked.
SET_UP = """
from datetime import date
from accounts.models import User
from goals.models import Measure, Strategy
from reviews.actions.joint_opinions import add_joint_opinion
from reviews.actions.opinions import save_opinion
from reviews.actions.reviews import open_review
from reviews.models import AnnualReview, Seat
strategy = Strategy.objects.get(slug="hokuto-2")
planner, member = User.objects.get(username="kikaku"), User.objects.get(username="iin")
review = AnnualReview.objects.filter(strategy=strategy, fiscal_year=2024).first() or open_review(strategy=strategy, fiscal_year=2024, by=planner)
AnnualReview.objects.filter(pk=review.pk).update(stage="external")
review.refresh_from_db()
term = {"strategy": strategy, "term_from": date(2020, 4, 1), "position": 90}
if not Seat.objects.filter(user=member).exists():
    Seat.objects.create(sector="citizen", member_name="本間 和子", user=member, **term)
Seat.objects.create(sector="finance", member_name="山本 花", **term)
last = Measure.objects.get(goal__strategy=strategy, goal__number=4, number=3)
save_opinion(review=review, measure=last, text="バスの時刻を合わせてほしい。", rating="effective", seen_version=0, by=member, hands_in=True)
add_joint_opinion(review=review, measure=last, values={"text": "交通の便をよくする。", "speakers": "一般市民の委員"}, sources=[], by=planner)
"""


@pytest.mark.parametrize("theme", THEMES)
def test_every_page_is_free_of_barriers_and_of_errors(person, theme):
    found = {}
    for name, (username, path) in PAGES.items():
        opened = person(username, path, theme=theme, width=820, height=1180)
        problems = [(each["id"], [node["html"][:160] for node in each["nodes"]][:2]) for each in Axe().run(opened.page).response["violations"]]
        found[name] = problems + opened.problems
    assert found == {name: [] for name in PAGES}


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_no_page_scrolls_sideways_and_a_members_targets_are_large(person, width, height):
    found = {}
    for name, (username, path) in PAGES.items():
        page = person(username, path, width=width, height=height).page
        least = 48 if username != "kikaku" else 43.5
        small = page.evaluate(
            "(least) => [...document.querySelectorAll('main .btn, main .mem-list a, main .mem-choice label, main input.inp')]"
            ".filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < least).map((each) => each.outerHTML.slice(0, 100))",
            least,
        )
        found[name] = [page.evaluate("Math.max(0, document.documentElement.scrollWidth - innerWidth)"), small]
    assert found == {name: [0, []] for name in PAGES}


def test_hana_comes_in_with_the_paper_and_hands_in_by_keyboard_alone(person):
    officer = person("kikaku", f"{PLAN}/seats/").page
    officer.locator("tr", has_text="山本 花").get_by_role("button", name=re.compile("招待のコードをつくる")).click()
    code = officer.locator(".letter__code").inner_text()
    page = person(None, "/invitation/", width=820, height=1180).page
    page.keyboard.type(code.lower().replace("-", " "))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="山本 花さん、ようこそ").wait_for()
    page.get_by_label("パスワード", exact=True).focus()
    for _ in range(2):
        page.keyboard.type("apples-in-the-morning-sun")
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="1つ目の施策から始める").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="あなたの評価と意見").wait_for()
    page.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("駅前がにぎやかになった。")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("意見を提出しました").wait_for()
    assert page.get_by_role("link", name="次の施策へ").is_visible()


def test_a_pause_keeps_the_draft_and_a_broken_line_loses_nothing(person):
    opened = person("iin", FIRST, width=820, height=1180)
    page = opened.page
    page.get_by_label("意見を書きます").fill("立地は進んだが、")
    page.get_by_text("下書きを自動で保存しました").wait_for()
    page.context.set_offline(True)
    page.get_by_label("意見を書きます").press_sequentially("雇用が少ない。")
    page.get_by_label("意見を書きます").blur()
    page.get_by_text("まだ保存できていません").wait_for()
    page.context.set_offline(False)
    page.reload()
    page.get_by_text(re.compile("下書きを(自動で保存しました|保存してあります)")).wait_for()
    again = person("iin", FIRST).page
    assert again.get_by_label("意見を書きます").input_value() == "立地は進んだが、雇用が少ない。"


def test_two_screens_of_one_member_see_each_other(person):
    one, other = person("iin", SECOND).page, person("iin", SECOND, has_javascript=False).page
    one.get_by_label("意見を書きます").fill("一つ目の画面")
    one.get_by_text("下書きを自動で保存しました").wait_for()
    other.get_by_label("意見を書きます").fill("二つ目の画面")
    other.get_by_role("button", name="提出する").click()
    other.get_by_text("別の画面で、先に書き換えられています。").wait_for()
    assert other.get_by_text("一つ目の画面").is_visible()
    assert other.get_by_label("意見を書きます").input_value() == "二つ目の画面"
    other.get_by_role("button", name="提出する").click()
    other.get_by_text("意見を提出しました").wait_for()
