"""A whole year, played by its people in a real browser: collection, two bodies, publication, a correction, and what next year begins with."""
import re

import pytest
from playwright.sync_api import Page, expect

from tests.full_year_town import (
    BANKER,
    COUNCIL,
    PLAN,
    REVIEW,
    THE_OTHER_COUNCIL_EVALUATIONS,
    THE_OTHER_INTERNAL_EVALUATIONS,
    THE_OTHER_SELF_EVALUATIONS,
    THE_OTHER_VALUES,
    YEAR,
    Town,
    follow,
    press,
    serve_town,
)

SHEET, BOARD = f"{PLAN}/collections/{YEAR}/sheet/", f"{PLAN}/collections/{YEAR}/"
COMMERCE, FARM = f"{REVIEW}measures/1-1/", f"{REVIEW}measures/1-3/"
RESULTS = f"{PLAN}/results/{YEAR}/"
DECISION = "企業の受け皿となる用地の案を、次回に示す。"
SECOND_DECISION = "高校生の職場見学の回数を報告する。"
SELF, NOT_SAID = "立地の相談が十二件あった。", "まだ練っている下書き。"
REASON = "相談から立地に至ったものがまだ少ないため。"
SUMMARY = "相談は増えた。立地につなげる体制を整えること。"
JOINT = "若い人が地元の会社を知る場を増やしてほしい。"
ANSWER = "高校と会社を結ぶ説明会を、来年度から年二回開きます。"
CORRECTION = "国の統計の確定値が出たため"


@pytest.fixture
def town(browser, tmp_path):
    folder = tmp_path / "town"
    folder.mkdir()
    made = Town(browser, serve_town(folder), folder)
    yield made
    made.close()
    made.server.stop()


def test_a_year_from_the_collection_to_the_next_years_agenda(town):
    collect(town)
    begin_review(town)
    internal_meeting(town)
    internal_evaluations(town)
    members_come_in(town)
    first_council_meeting(town)
    second_council_meeting(town)
    answer_and_close(town)
    publish(town)
    digest = citizens_read(town)
    correct(town)
    edition_stays(town, digest)
    next_year_begins(town)
    assert town.problems == []


def cell(page: Page, code: str):
    return page.locator(f'[data-row][data-name^="{code} "] .val')


def collect(town: Town) -> None:
    """Takeru asks, Kai and Umi answer, Takeru checks."""
    takeru = town.at("takeru", f"{PLAN}/collections/new/")
    takeru.get_by_label("年度").select_option(str(YEAR))
    press(takeru, "照会を始める")
    hand_in(town, "kai", {"1-1-1": "5", "1-1-2": "4"})
    hand_in(town, "umi", {"1-3-1": "3"})
    takeru = town.at("takeru", f"{BOARD}?show=submitted")
    for box in takeru.locator("td.pk input").all():
        box.check()
    expect(takeru.locator("[data-picked]")).to_have_text("3")
    press(takeru, "確認済みにする")
    expect(takeru.get_by_text("3件を確認済みにしました")).to_be_visible()


def hand_in(town: Town, name: str, values: dict[str, str]) -> None:
    page = town.at(name, SHEET)
    for code, value in values.items():
        cell(page, code).click()
        page.keyboard.type(value)
        page.keyboard.press("Tab")
    page.locator("#save-state:not([aria-busy=true])", has_text="保存").wait_for()
    press(page, "提出する")
    press(page, f"入力済みの {len(values)}件を提出する")
    expect(page.get_by_text(f"{len(values)}件を提出しました")).to_be_visible()


def begin_review(town: Town) -> None:
    """Takeru begins; the divisions hand in their self-evaluations. What is only a draft, the other division does not read."""
    takeru = town.at("takeru", f"{PLAN}/reviews/new/")
    takeru.get_by_label("年度").select_option(str(YEAR))
    press(takeru, "評価・検証を始める")
    evaluate(town.at("umi", FARM), NOT_SAID, "下書きを保存する")
    expect(town.at("kai", FARM).locator("main")).not_to_contain_text(NOT_SAID)
    evaluate(town.at("kai", COMMERCE), SELF, "提出する")
    evaluate(town.at("umi", FARM), "研修を四回開いた。", "提出する")
    town.behind_the_pages(THE_OTHER_VALUES, THE_OTHER_SELF_EVALUATIONS)
    move_on(town, "入力を締め切り、庁内検証へ進む", "庁内検証")


def evaluate(page: Page, text: str, button: str) -> None:
    form = page.locator("form", has=page.get_by_role("button", name="提出する")).first
    form.get_by_label("成果").fill(text)
    with page.expect_navigation():
        form.get_by_role("button", name=button).click()


def move_on(town: Town, button: str, stage: str) -> None:
    page = town.at("takeru", REVIEW)
    press(page, button)
    expect(page.get_by_text(f"いまは「{stage}」")).to_be_visible()


def new_meeting(town: Town, body: str, day: str, others: str = "") -> Page:
    """Takeru plans it and takes the first indicator that is proposed with a reason into its agenda."""
    page = town.at("takeru", f"{REVIEW}meetings/new/?body={body}")
    page.get_by_label("開催日").fill(day)
    page.get_by_label("場所").fill("市役所 大会議室")
    press(page, "会議を加える")
    follow(page, "次第を組む")
    indicators = page.locator(".prs__g", has_text="指標").first
    expect(indicators.locator(".prs__r").first).not_to_be_empty()
    title = indicators.locator(".prs__t").first.inner_text()
    indicators.get_by_role("checkbox").first.check()
    press(page, "印を付けた議題を加える")
    expect(page.locator(".agl")).to_contain_text(title)
    return page


def hold(page: Page, minutes: str, decision: str, owner: str) -> None:
    """Minutes, one decision with owner and due date that stays open, and the end of the meeting."""
    write(page, "議事録を書く", "議事録", minutes)
    press(page, "保存する")
    follow(page, "決定事項を加える")
    page.get_by_label("決定事項", exact=True).fill(decision)
    page.get_by_label(re.compile("^担当課")).select_option(label=owner)
    page.get_by_label(re.compile("^期限")).fill("2025-03-31")
    press(page, "決定事項を加える")
    press(page, "会議を終える")
    expect(page.get_by_text("会議を終えました。")).to_be_visible()
    expect(page.locator("#decisions")).to_contain_text(decision)


def write(page: Page, link: str, label: str, text: str) -> None:
    follow(page, link)
    page.get_by_label(re.compile(f"^{label}")).fill(text)


def to_meeting(page: Page, title: str) -> None:
    page.goto(re.sub(r"/strategies/.*", f"{REVIEW}meetings/", page.url))
    follow(page, title)


def internal_meeting(town: Town) -> None:
    page = new_meeting(town, "internal_meeting", "2024-07-10")
    to_meeting(page, "第1回 庁内検討会議")
    write(page, "出席を記録する", "出席者", "総務部長 鈴木\n水産商工労働課 工藤")
    press(page, "保存する")
    hold(page, "用地について話し合った。", DECISION, "水産商工労働課")
    kai = town.at("kai", f"{PLAN}/decisions/")
    expect(kai.locator("main")).to_contain_text(DECISION)


def internal_evaluations(town: Town) -> None:
    """The commerce measure is graded otherwise than proposed, which needs a reason; the farm's as it comes."""
    page = town.at("takeru", COMMERCE)
    form = page.locator("form", has=page.locator("#id-effect"))
    form.locator("input[name=grade]:not(:checked)").last.check()
    press(page, "確定する", "#internal")
    expect(page.locator("#internal")).to_contain_text("理由を書いてください")
    town.problems[:] = [each for each in town.problems if not each.startswith("422")]
    form.get_by_label(re.compile("理由")).first.fill(REASON)
    form.get_by_label("今後の方針").select_option(label="改善")
    press(page, "確定する", "#internal")
    expect(page.locator("#internal")).to_contain_text(REASON)
    town.behind_the_pages(THE_OTHER_INTERNAL_EVALUATIONS)
    move_on(town, "庁内検証を終え、外部評価へ進む", "外部評価")


def members_come_in(town: Town) -> None:
    """Chihiro takes in the eighth member; all eight come with the code from their paper."""
    chihiro = town.at("chihiro", f"{PLAN}/seats/new/")
    chihiro.get_by_label("氏名", exact=True).fill(BANKER)
    chihiro.get_by_label("分野", exact=True).select_option(COUNCIL[BANKER])
    chihiro.get_by_label("任期の始まり").fill("2024-04-01")
    chihiro.get_by_label(re.compile("氏名を公表してよい")).check()
    press(chihiro, "委員に加える")
    for name in COUNCIL:
        come_in(town, name)


def come_in(town: Town, name: str) -> None:
    takeru = town.at("takeru", f"{PLAN}/seats/")
    press(takeru, "招待のコードをつくる", f"tr:has-text('{name}')")
    code = takeru.locator(".letter__code").inner_text()
    member = town.at(name, "/invitation/")
    member.get_by_label("招待のコード", exact=True).fill(code)
    press(member, "次へ進む")
    member.get_by_label("パスワード", exact=True).fill("apples-in-the-morning-sun")
    member.get_by_label("パスワード（もう一度）").fill("apples-in-the-morning-sun")
    press(member, "決めて始める")
    expect(member.locator("h1")).to_contain_text("あなたの意見")


def opinion_of(name: str) -> str:
    return f"{name.split()[1]}の考え：地元の会社を知る場がほしい。"


def give_opinion(town: Town, name: str, rating: str = "総合戦略のKPI達成に有効であった") -> None:
    page = town.at(name, f"{REVIEW}opinions/1-1/")
    page.get_by_label(rating, exact=True).check()
    page.get_by_label("意見を書きます").fill(opinion_of(name))
    press(page, "提出する")
    expect(page.get_by_text("意見を提出しました")).to_be_visible()


def first_council_meeting(town: Town) -> None:
    """Three members have written before; one reads another's opinion after handing in his own, one who has not does not."""
    before = list(COUNCIL)[:3]
    for name in before:
        give_opinion(town, name)
    last, waiting = list(COUNCIL)[2], list(COUNCIL)[3]
    expect(town.at(last).locator("#others-h + article")).to_contain_text("地元の会社を知る場がほしい。")
    expect(town.at(waiting, f"{REVIEW}opinions/1-1/").locator("main")).not_to_contain_text("地元の会社を知る場")
    expect(town.at(waiting).get_by_text("ほかの委員の意見は、あなたの意見を提出した後に見られます。")).to_be_visible()
    page = new_meeting(town, "promotion_council", "2024-08-20")
    to_meeting(page, "第1回 検討・推進会議")
    attend(page, list(COUNCIL)[:7])
    expect(page.locator("main")).to_contain_text("出席 7人／8人")
    hold(page, "会社を知る場について話し合った。", SECOND_DECISION, "水産商工労働課")


def attend(page: Page, names: list[str]) -> None:
    follow(page, "出席を記録する")
    for name in names:
        page.locator("fieldset", has_text=name).get_by_label("出席", exact=True).check()
    press(page, "保存する")


def second_council_meeting(town: Town) -> None:
    """The other five write while it goes on; Takeru reads the tally and makes one opinion of two."""
    page = new_meeting(town, "promotion_council", "2024-09-24")
    expect(page.locator(".agl")).to_contain_text(SECOND_DECISION)
    expect(page.locator(".agl")).not_to_contain_text(DECISION)
    for name in list(COUNCIL)[3:]:
        give_opinion(town, name, "総合戦略のKPI達成に有効とはいえない" if name == "林 努" else "総合戦略のKPI達成に有効であった")
    tally = town.at("takeru", f"{REVIEW}opinions/tally/").locator(".tly-m").first
    expect(tally).to_contain_text("提出 8／8人")
    expect(tally).to_contain_text("評価が分かれています")
    page = town.at("takeru", COMMERCE)
    for name in (BANKER, "林 努"):
        page.locator(".mbs__l li", has_text=name).get_by_role("checkbox").check()
    press(page, "会議の意見にまとめる")
    page.get_by_label("会議の意見", exact=True).fill(JOINT)
    press(page, "会議の意見に加える")
    to_meeting(page, "第2回 検討・推進会議")
    attend(page, list(COUNCIL))
    press(page, "会議を終える")
    expect(page.locator("main")).to_contain_text("出席 8人／8人")


def answer_and_close(town: Town) -> None:
    """Kai's division answers, with a due date; the council's evaluation is confirmed, and its stage closes."""
    page = town.at("takeru", f"{PLAN}/responses/")
    follow(page, "回答を書く")
    page.get_by_label(re.compile("^担当課")).select_option(label="水産商工労働課")
    page.get_by_label(re.compile("^期限")).fill("2026-03-31")
    press(page, "下書きを保存する")
    kai = town.at("kai", page.url.removeprefix(town.server.url))
    kai.get_by_label("対応").select_option(label="採用")
    kai.get_by_label("市の回答").fill(ANSWER)
    press(kai, "回答を確定する")
    expect(kai.get_by_text("回答を確定しました。")).to_be_visible()
    page = town.at("takeru", COMMERCE)
    page.locator("#council").get_by_label(re.compile("有効であった")).check()
    page.locator("#council").get_by_label(re.compile("まとめ")).fill(SUMMARY)
    press(page, "確定する", "#council")
    expect(page.locator("#council")).to_contain_text(SUMMARY)
    town.behind_the_pages(THE_OTHER_COUNCIL_EVALUATIONS)
    nobody_outside_reads(town)
    move_on(town, "外部評価を終え、公表へ進む", "公表")
    nobody_outside_reads(town)


def nobody_outside_reads(town: Town) -> None:
    """Neither Sho nor a citizen meets a word of it."""
    for name in ("sho", "citizen"):
        expect(town.at(name, f"{PLAN}/results/").locator("main")).not_to_contain_text("令和5年度")


def publish(town: Town) -> None:
    page = town.at("takeru", f"{REVIEW}publication/")
    follow(page, "市民が見る画面を確かめる")
    expect(page.locator("h1")).to_contain_text("令和5年度")
    page.goto(f"{page.url.partition('?')[0]}measures/1-1/")
    expect(page.locator("main")).to_contain_text(SUMMARY)
    nobody_outside_reads(town)
    page.goto(f"{town.server.url}{REVIEW}publication/")
    page.get_by_label(re.compile("公表してよいとした委員の氏名を載せる")).check()
    page.get_by_label("いますぐ公表する").check()
    press(page, "いますぐ公表する")
    expect(page.locator("#state-h + p")).to_contain_text("公表中")


def citizens_read(town: Town) -> str:
    """The measure as everybody reads it: what was said and answered, and nobody's name but the one that may be. The edition's hash."""
    page = town.at("citizen", f"{RESULTS}measures/1-1/")
    for text in (SELF, REASON, SUMMARY, JOINT, ANSWER):
        expect(page.locator("main")).to_contain_text(text)
    shown = page.locator("body").inner_text() + town.at("citizen", RESULTS).locator("body").inner_text()
    assert BANKER in shown
    hidden = [NOT_SAID, DECISION, "佐藤 健", "工藤 海", "浜 うみ", "三浦 千尋", "の考え：", *(name for name in COUNCIL if name != BANKER)]
    assert [text for text in hidden if text in shown] == []
    return hash_in(town)


def hash_in(town: Town) -> str:
    page = town.at("takeru", f"{REVIEW}editions/3/")
    expect(page.get_by_text("確定時のままです").first).to_be_visible()
    return page.locator("code.edh").first.inner_text()


def correct(town: Town) -> None:
    """The published value is reopened with a reason, entered anew by its division and checked."""
    page = town.at("takeru", BOARD)
    page.goto(page.locator("a.reop", has_text="1-1-1").first.evaluate("link => link.href"))
    page.get_by_label("再開する理由").fill(CORRECTION)
    press(page, "再開する")
    kai = town.at("kai", SHEET)
    cell(kai, "1-1-1").fill("7")
    kai.keyboard.press("Tab")
    kai.locator("#save-state:not([aria-busy=true])", has_text="保存").wait_for()
    press(kai, "提出する")
    expect(kai.get_by_text("1件を提出しました")).to_be_visible()
    page = town.at("takeru", f"{BOARD}?show=submitted")
    page.locator("td.pk input").first.check()
    press(page, "確認済みにする")
    expect(page.get_by_text("1件を確認済みにしました")).to_be_visible()


def edition_stays(town: Town, digest: str) -> None:
    """Same hash; everybody reads of the correction, and the comparison shows it with its reason."""
    assert hash_in(town) == digest
    row = town.at("citizen", RESULTS).locator("section[aria-labelledby=corr-h] tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("1-1-1")
    expect(row).to_contain_text(CORRECTION)
    compared = town.at("takeru", f"{REVIEW}editions/3/compare/").locator("main")
    expect(compared).to_contain_text("1-1-1")
    expect(compared).to_contain_text(CORRECTION)


def next_year_begins(town: Town) -> None:
    """The first meeting of the next review has last year's open decisions and the open answer in its agenda."""
    page = town.at("takeru", f"{PLAN}/reviews/new/")
    page.get_by_label("年度").select_option(str(YEAR + 1))
    press(page, "評価・検証を始める")
    page.goto(f"{town.server.url}{PLAN}/reviews/{YEAR + 1}/meetings/new/?body=internal_meeting")
    page.get_by_label("開催日").fill("2025-07-09")
    press(page, "会議を加える")
    agenda = page.locator(".agl")
    for text in (DECISION, SECOND_DECISION, JOINT):
        expect(agenda).to_contain_text(text)
    expect(agenda).to_contain_text("担当 水産商工労働課")
