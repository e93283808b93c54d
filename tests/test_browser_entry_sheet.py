"""A year's values are typed, pasted, fought over and cut off from the server, in a real Chromium; not a letter gets lost."""
import re
import sqlite3

import pytest
from playwright.sync_api import expect

from accounts.actions import DEMO_PASSWORD
from tests.visits import THEMES

PATH = "/strategies/hokuto-2/collections/2024/sheet/"
SAVED = re.compile("自動保存しました")
# The plan has no qualitative aim of its own.
SET_UP = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import User
from collecting.actions import open_collection
from collecting.models import Collection
from goals.models import Strategy
from kpis.models import Actual, Indicator
strategy = Strategy.objects.get(slug="hokuto-2")
Actual.objects.filter(fiscal_year=2024).delete()
Collection.objects.filter(fiscal_year=2024).delete()
first = strategy.indicators.filter(division__name="農林課").first()
Indicator.objects.create(strategy=strategy, measure=first.measure, division=first.division, code="9-9-9", position=999,
    name="スマート農業推進計画の策定", target_kind="milestone")
open_collection(strategy=strategy, fiscal_year=2024, deadline=timezone.localdate() + timedelta(days=14), indicators=strategy.indicators.all(),
    by=User.objects.get(username="kikaku"))
"""
# The numbers of the earlier years in the row that has the focus.
EARLIER_VALUES = """() => [...document.activeElement.closest("tr").querySelectorAll(".py")]
  .flatMap(cell => cell.textContent.replace("マイナス", "").match(/△?[0-9][0-9,.]*/) ?? [])"""


@pytest.fixture
def database(own_site, own_folder):
    """The site's own database, from which everything of 令和6年度 is taken before each test."""
    connection = sqlite3.connect(own_folder / "demo.sqlite3", timeout=20)
    with connection:
        connection.execute("delete from collecting_evidencefile")
        connection.execute("delete from kpis_actual where fiscal_year = 2024")
        connection.execute("delete from kpis_historicalactual where fiscal_year = 2024")
    yield connection
    connection.close()


@pytest.fixture
def open_sheet(person, database):
    """Opens the sheet: `open_sheet("nourin", width=390, has_javascript=False)`."""
    return lambda username="nourin", **look: person(username, PATH, **look)


def values(database) -> dict[str, tuple]:
    """What is stored of 令和6年度: value and comment by the indicator's number."""
    rows = database.execute(
        "select trim(i.code || ' ' || i.breakdown), a.value, a.comment from kpis_actual a join kpis_indicator i on i.id = a.indicator_id "
        "where a.fiscal_year = 2024"
    )
    return {key: (value, comment) for key, value, comment in rows}


def row(page, key):
    return page.locator(f'[data-row][data-name^="{key} "]')


def cell(page, key):
    return row(page, key).locator(".val")


def comment(page, key):
    return row(page, key).locator("textarea[name^=comment]")


def dock(page):
    """The line at the foot, once nothing is on its way to the server: until then it tells of the saving before."""
    return page.locator("#save-state:not([aria-busy=true])")


def messages(page, key):
    return page.locator(f"#msg-{row(page, key).get_attribute('data-row')}")


def paste(page, text: str) -> None:
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


def type_value(page, key, text: str) -> None:
    cell(page, key).click()
    page.keyboard.type(text)
    page.keyboard.press("Tab")


def press_and_follow(page, name: str) -> None:
    """Press a button of a page without scripts, and wait for the page that answers."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def try_again(page) -> None:
    """Press the button; the sheet, which tries by itself every few seconds, may meanwhile have taken it away."""
    page.locator("#retry").evaluate("button => button.click()")


def focused(page) -> str:
    return page.evaluate("document.activeElement.name || document.activeElement.id || document.activeElement.tagName")


def tab_to(page, selector: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the Tab key does not reach {selector}")


def test_a_year_of_fifty_values_is_typed_by_keyboard_alone_and_handed_in(open_sheet, database):
    opened = open_sheet("kikaku")
    page = opened.page
    tab_to(page, ".val")
    total = page.locator("[data-row]").count()
    assert total == 50
    for number in range(total):
        is_choice = page.evaluate("document.activeElement.matches('select')")
        earlier = page.evaluate(EARLIER_VALUES)
        if is_choice:
            page.keyboard.press("End")
        else:
            page.keyboard.type(earlier[-1] if earlier else "10")
        page.keyboard.press("Tab")
        assert focused(page).startswith("comment-")
        page.keyboard.type(f"所見{number}")
        page.keyboard.press("Tab")
        if number + 1 < total:
            assert page.evaluate("document.activeElement.matches('.val')"), focused(page)
    expect(page.locator(".dock [data-count=entered]")).to_have_text("50", timeout=30_000)
    expect(dock(page)).to_have_text(SAVED)
    stored = values(database)
    assert len(stored) == 50
    assert stored["2-1-3"] == (64120, stored["2-1-3"][1])
    assert {text for _, text in stored.values()} == {f"所見{number}" for number in range(50)}
    page.locator("#hand-in").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("50件を提出しました")
    assert {state for state, in database.execute("select entry_state from kpis_actual where fiscal_year = 2024")} == {"submitted"}
    assert opened.problems == []


def test_the_keys_move_copy_and_restore(open_sheet):
    page = open_sheet().page
    cells = page.locator("input.val")
    names = [cells.nth(number).get_attribute("name") for number in range(3)]
    cells.nth(0).focus()
    for key, expected in [("ArrowDown", 1), ("Enter", 2), ("ArrowUp", 1), ("Shift+Enter", 0), ("ArrowUp", 0)]:
        page.keyboard.press(key)
        assert focused(page) == names[expected], key
    page.keyboard.press("Control+d")
    last = page.locator("[data-row]").first.get_attribute("data-last")
    assert cells.nth(0).input_value() == last
    page.keyboard.press("Escape")
    assert cells.nth(0).input_value() == ""
    page.keyboard.type("1234")
    page.keyboard.press("Escape")
    assert cells.nth(0).input_value() == ""


def test_an_enter_that_ends_a_conversion_stays_in_its_cell(open_sheet):
    page = open_sheet().page
    first = page.locator("input.val").first
    first.focus()
    first.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    assert focused(page) == first.get_attribute("name")


def test_a_cell_is_selected_whole_and_formatted_when_left(open_sheet, database):
    page = open_sheet().page
    type_value(page, "1-3-1", "１２３４")
    assert cell(page, "1-3-1").input_value() == "1,234"
    cell(page, "1-3-1").focus()
    page.keyboard.type("△５５")
    page.keyboard.press("Tab")
    assert cell(page, "1-3-1").input_value() == "△55"
    expect(dock(page)).to_have_text(SAVED)
    expect(row(page, "1-3-1")).to_have_attribute("data-filled", "")
    page.reload()
    assert cell(page, "1-3-1").input_value() == "△55"


def test_a_comment_takes_new_lines_by_alt_and_enter(open_sheet, database):
    page = open_sheet().page
    comment(page, "1-3-1").focus()
    page.keyboard.type("一行目")
    page.keyboard.press("Alt+Enter")
    page.keyboard.type("二行目")
    page.keyboard.press("Enter")
    assert comment(page, "1-3-1").input_value() == "一行目\n二行目"
    expect(dock(page)).to_have_text(SAVED)
    assert values(database)["1-3-1"] == (None, "一行目\n二行目")


def test_a_doubt_stands_under_its_row_and_is_mended_by_one_button(open_sheet, database):
    page = open_sheet("kikaku").page
    type_value(page, "2-1-3", "641200")
    expect(messages(page, "2-1-3")).to_contain_text("前年度の約10倍です")
    page.get_by_role("button", name="要確認へ移動（1）").click()
    expect(cell(page, "2-1-3")).to_be_focused()
    page.get_by_role("button", name="64,120 に直す").click()
    expect(messages(page, "2-1-3")).to_be_hidden()
    expect(dock(page)).to_have_text(SAVED)
    assert values(database)["2-1-3"][0] == 64120


def test_a_doubt_is_answered_with_a_reason(open_sheet, database):
    page = open_sheet("kikaku").page
    type_value(page, "2-1-3", "641200")
    page.get_by_role("button", name="この値で正しい（理由を書く）").click()
    page.keyboard.type("計測の道具を替えたため")
    page.keyboard.press("Tab")
    expect(row(page, "2-1-3")).to_have_attribute("data-state", "saved")
    expect(messages(page, "2-1-3")).to_contain_text("計測の道具を替えたため")
    expect(dock(page)).to_have_text(SAVED)
    assert database.execute("select doubt_answer from kpis_actual where fiscal_year = 2024").fetchone() == ("計測の道具を替えたため",)


def test_no_value_is_said_with_its_reason_and_month(open_sheet, database):
    page = open_sheet().page
    row(page, "1-3-1").get_by_role("button", name="未測定にする").click()
    page.keyboard.press("ArrowDown")
    row(page, "1-3-1").locator("select[name^=expected]").select_option("9")
    expect(row(page, "1-3-1")).to_have_attribute("data-state", "missing")
    assert cell(page, "1-3-1").is_hidden()
    row(page, "1-3-1").get_by_role("button", name="値を入力する").click()
    page.keyboard.type("5")
    page.keyboard.press("Tab")
    expect(row(page, "1-3-1")).not_to_have_attribute("data-state", "missing")
    expect(dock(page)).to_have_text(SAVED)
    assert values(database)["1-3-1"][0] == 5


def test_a_qualitative_aim_is_answered_with_a_file(open_sheet, database):
    page = open_sheet().page
    cell(page, "9-9-9").select_option("yes")
    expect(messages(page, "9-9-9")).to_contain_text("根拠を書くか")
    number = row(page, "9-9-9").get_attribute("data-row")
    page.locator(f"[name=evidence-{number}]").fill("推進計画（令和7年3月）")
    page.keyboard.press("Enter")
    expect(row(page, "9-9-9")).to_have_attribute("data-state", "saved")
    page.locator(f"[name=file-{number}]").set_input_files({"name": "計画.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 x"})
    expect(page.locator(f"#more-{number} .ent-files")).to_contain_text("計画.pdf")
    with page.expect_download() as download:
        page.get_by_role("link", name="計画.pdf").click()
    assert download.value.suggested_filename == "計画.pdf"
    page.get_by_label("外す").check()
    page.get_by_role("button", name="「計画.pdf」を外す").click()
    expect(page.locator(f"#more-{number} .ent-files")).to_have_count(0)
    assert database.execute("select count(*) from collecting_evidencefile").fetchone() == (0,)


def test_a_block_from_excel_fills_rows_and_lists_what_could_not_be_taken(open_sheet, database):
    page = open_sheet().page
    cell(page, "1-3-1").click()
    names = page.locator("[data-row]").evaluate_all("rows => rows.map(row => row.dataset.name)")
    assert [name.split()[0] for name in names] == ["1-3-1", "1-3-2", "1-3-4", "1-3-4", "1-3-5", "9-9-9"]
    paste(page, '１，２３４棟\t"一行目\n二行目に""引用"""\r\n12.5ha\tふつう\r\n6.71坪\t\r\n△5\t\r\n\t空の値\r\n5\t\r\n9\tはみ出し\r\n')
    report = page.locator("#paste-report")
    expect(report).to_contain_text("取り込めなかった欄が 3件")
    expect(report).to_contain_text("坪")
    expect(report).to_contain_text("「実施した」か「していない」で答える指標です")
    expect(report).to_contain_text("表の行より多い")
    expect(dock(page)).to_be_attached()
    stored = values(database)
    assert stored["1-3-1"] == (1234, '一行目\n二行目に"引用"')
    assert stored["1-3-2"] == (12.5, "ふつう")
    assert stored["1-3-4 面積"] == (-5, "")
    assert stored["1-3-5"] == (None, "空の値")
    assert "1-3-4 戸数" not in stored
    assert cell(page, "1-3-4 戸数").input_value() == "6.71坪"
    page.get_by_role("button", name="貼り付けを元に戻す").click()
    expect(page.locator("[data-row][data-filled]")).to_have_count(0)
    expect(dock(page)).to_have_text(SAVED)
    assert set(values(database).values()) == {(None, "")}


def test_one_word_is_pasted_as_everywhere(open_sheet):
    page = open_sheet().page
    comment(page, "1-3-1").click()
    paste(page, "一言だけ")
    expect(comment(page, "1-3-1")).to_have_value("一言だけ")
    assert page.locator("#paste-report").is_hidden()


@pytest.mark.parametrize(("button", "kept"), [("自分の入力にする", 70), ("「60」にする", 60)])
def test_the_second_of_two_people_sees_both_values_and_chooses(open_sheet, database, button, kept):
    first, second = open_sheet("kikaku").page, open_sheet("nourin").page
    type_value(first, "1-3-1", "60")
    expect(dock(first)).to_have_text(SAVED)
    type_value(second, "1-3-1", "70")
    expect(messages(second, "1-3-1")).to_contain_text("デモ 企画担当さんが")
    expect(messages(second, "1-3-1")).to_contain_text("「60」へ変えています")
    assert cell(second, "1-3-1").input_value() == "70"
    assert values(database)["1-3-1"][0] == 60
    second.get_by_role("button", name=button).click()
    expect(dock(second)).to_have_text(SAVED)
    expect(second.locator(".m-clash")).to_have_count(0)
    expect(cell(second, "1-3-1")).to_have_value(str(kept))
    assert values(database)["1-3-1"][0] == kept


def test_a_lost_connection_loses_nothing_and_mends_itself(open_sheet, database):
    page = open_sheet().page
    type_value(page, "1-3-1", "61")
    expect(dock(page)).to_have_text(SAVED)
    page.context.set_offline(True)
    type_value(page, "1-3-2", "62")
    page.keyboard.type("線が切れている間の説明")
    page.keyboard.press("Tab")
    expect(dock(page)).to_contain_text("保存できませんでした。入力した内容は、この画面に残しています。")
    expect(page.get_by_role("button", name="もう一度保存する")).to_be_visible()
    assert "1-3-2" not in values(database)
    page.context.set_offline(False)
    expect(dock(page)).to_have_text(SAVED, timeout=30_000)
    assert values(database)["1-3-2"] == (62, "線が切れている間の説明")
    assert page.get_by_role("button", name="もう一度保存する").is_hidden()


def test_a_failing_server_is_said_and_tried_again_by_a_button(open_sheet, database):
    page = open_sheet().page
    page.route("**/sheet/*/", lambda route: route.fulfill(status=500, body="down"))
    type_value(page, "1-3-1", "61")
    expect(dock(page)).to_contain_text("保存できませんでした")
    expect(page.get_by_role("button", name="もう一度保存する")).to_be_visible()
    page.unroute("**/sheet/*/")
    try_again(page)
    expect(dock(page)).to_have_text(SAVED)
    assert values(database)["1-3-1"][0] == 61


def test_a_failing_server_is_tried_again_without_being_asked(open_sheet, database):
    page = open_sheet().page
    page.route("**/sheet/*/", lambda route: route.fulfill(status=502, body="down"), times=1)
    type_value(page, "1-3-1", "61")
    expect(dock(page)).to_contain_text("保存できませんでした")
    expect(dock(page)).to_have_text(SAVED, timeout=30_000)
    assert values(database)["1-3-1"][0] == 61


def test_a_reply_that_gets_lost_is_no_clash_with_oneself(open_sheet, database):
    page = open_sheet().page

    def store_and_drop(route):
        route.fetch()
        route.abort()

    page.route("**/sheet/*/", store_and_drop, times=1)
    type_value(page, "1-3-1", "61")
    expect(dock(page)).to_contain_text("保存できませんでした")
    expect(dock(page)).to_have_text(SAVED, timeout=30_000)
    assert page.locator(".m-clash").count() == 0


def test_a_session_that_expires_keeps_the_text_through_signing_in_again(open_sheet, database):
    page = open_sheet().page
    page.context.clear_cookies(name="sessionid")
    type_value(page, "1-3-1", "61")
    page.keyboard.type("期限切れの間に書いた説明")
    page.keyboard.press("Tab")
    expect(dock(page)).to_contain_text("サインインの期限が切れました")
    page.locator("#sign-in-again").click()
    page.fill("#id_username", "nourin")
    page.fill("#id_password", DEMO_PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: url.split("?")[0].endswith(PATH))
    expect(dock(page)).to_have_text(SAVED)
    assert values(database)["1-3-1"] == (61, "期限切れの間に書いた説明")


def test_a_reload_without_a_connection_gives_everything_back(open_sheet, database):
    page = open_sheet().page
    warnings = []
    page.on("dialog", lambda dialog: (warnings.append(dialog.type), dialog.accept()))
    page.route("**/sheet/*/", lambda route: route.abort())
    type_value(page, "1-3-1", "61")
    page.keyboard.type("読み込み直す前の説明")
    page.keyboard.press("Tab")
    expect(dock(page)).to_contain_text("保存できませんでした")
    page.reload()
    assert warnings == ["beforeunload"]
    expect(cell(page, "1-3-1")).to_have_value("61")
    expect(comment(page, "1-3-1")).to_have_value("読み込み直す前の説明")
    expect(page.get_by_role("button", name="もう一度保存する")).to_be_visible()
    page.unroute("**/sheet/*/")
    try_again(page)
    expect(dock(page)).to_have_text(SAVED)
    assert values(database)["1-3-1"] == (61, "読み込み直す前の説明")


def test_leaving_a_saved_sheet_asks_nothing_and_the_back_button_shows_what_is_stored(open_sheet, database):
    page = open_sheet().page
    warnings = []
    page.on("dialog", lambda dialog: (warnings.append(dialog.type), dialog.accept()))
    type_value(page, "1-3-1", "61")
    page.keyboard.press("Tab")
    expect(dock(page)).to_have_text(SAVED)
    page.get_by_role("link", name="全体の状況").first.click()
    page.wait_for_url(lambda url: not url.endswith(PATH))
    page.go_back()
    assert warnings == []
    expect(cell(page, "1-3-1")).to_have_value("61")
    type_value(page, "1-3-1", "62")
    expect(dock(page)).to_have_text(SAVED)
    assert page.locator(".m-clash").count() == 0
    assert values(database)["1-3-1"][0] == 62


def test_a_draft_meets_what_somebody_else_stored_meanwhile(open_sheet):
    mine, theirs = open_sheet("nourin").page, open_sheet("kikaku").page
    mine.on("dialog", lambda dialog: dialog.accept())
    mine.route("**/sheet/*/", lambda route: route.abort())
    type_value(mine, "1-3-1", "70")
    expect(dock(mine)).to_contain_text("保存できませんでした")
    type_value(theirs, "1-3-1", "60")
    expect(dock(theirs)).to_have_text(SAVED)
    mine.unroute("**/sheet/*/")
    mine.reload()
    expect(messages(mine, "1-3-1")).to_contain_text("「60」へ変えています")
    assert cell(mine, "1-3-1").input_value() == "70"


def test_a_cell_that_is_no_number_says_so_and_keeps_the_page_from_being_left_silently(open_sheet, database):
    page = open_sheet().page
    type_value(page, "1-3-1", "たくさん")
    expect(messages(page, "1-3-1")).to_contain_text("数として読めません")
    expect(dock(page)).to_contain_text("1件は保存していません")
    assert cell(page, "1-3-1").get_attribute("aria-invalid") == "true"
    page.locator("#hand-in").click()
    expect(cell(page, "1-3-1")).to_be_focused()
    page.keyboard.type("300")
    page.keyboard.press("Tab")
    expect(dock(page)).to_have_text(SAVED)
    expect(messages(page, "1-3-1")).to_be_hidden()
    assert cell(page, "1-3-1").get_attribute("aria-invalid") is None


def test_handing_in_explains_what_is_missing_and_leads_to_it(open_sheet):
    page = open_sheet().page
    type_value(page, "1-3-1", "61")
    page.locator("#hand-in").click()
    expect(page.locator("h1")).to_have_text("令和6年度 実績の提出")
    expect(page.locator("main")).to_contain_text("未入力 5件")
    page.get_by_role("link", name="1-3-5").click()
    page.wait_for_url("**#row-*")
    number = row(page, "1-3-5").get_attribute("data-row")
    assert page.url.endswith(f"#row-{number}")


def test_without_javascript_the_sheet_is_a_plain_form(open_sheet, database):
    opened = open_sheet(has_javascript=False)
    page = opened.page
    cell(page, "1-3-1").fill("△１，２３４")
    comment(page, "1-3-1").fill("スクリプトなし")
    cell(page, "1-3-2").fill("だいたい")
    press_and_follow(page, "保存する")
    expect(page.locator("main")).to_contain_text("1件は保存できませんでした")
    expect(cell(page, "1-3-2")).to_have_value("だいたい")
    cell(page, "1-3-2").fill("15.5")
    press_and_follow(page, "保存する")
    expect(page.locator("main")).to_contain_text("保存しました。")
    assert values(database) == {"1-3-1": (-1234, "スクリプトなし"), "1-3-2": (15.5, "")}


def crowd(page) -> None:
    """A sheet with one of everything: a saved value, a problem, a doubt, a row without a value, an opened row."""
    type_value(page, "1-3-1", "61")
    type_value(page, "1-3-2", "たくさん")
    type_value(page, "1-3-5", "9999999")
    row(page, "1-3-4 面積").get_by_role("button", name="未測定にする").click()
    cell(page, "1-3-4 戸数").focus()
    page.keyboard.press("F2")
    expect(messages(page, "1-3-5")).to_contain_text("前年度")
    expect(messages(page, "1-3-2")).to_contain_text("数として")


@pytest.mark.parametrize(("width", "fitting"), [(1440, (1440, 1024, 768)), (390, (390,))])
def test_the_sheet_fits_its_width_and_has_no_accessibility_violation(open_sheet, width, fitting):
    opened = open_sheet(width=width)
    crowd(opened.page)
    for narrower in fitting:
        opened.page.set_viewport_size({"width": narrower, "height": 900})
        assert opened.sticking_out() == [], f"at {narrower} px"
    opened.page.set_viewport_size({"width": width, "height": 900})
    for theme in THEMES:
        opened.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        assert opened.violations() == [], theme


def test_the_sheet_with_the_largest_letters_fits_a_telephone(open_sheet):
    opened = open_sheet(width=390)
    crowd(opened.page)
    opened.enlarge()
    assert opened.sticking_out() == []


@pytest.mark.parametrize("width", [1440, 390])
def test_the_focus_is_never_hidden_behind_the_dock(open_sheet, width):
    page = open_sheet("kikaku", width=width).page
    page.locator(".val").first.focus()
    hidden = """() => {
      const box = document.activeElement.getBoundingClientRect(), dock = document.querySelector(".dock").getBoundingClientRect();
      return !document.activeElement.closest(".dock") && box.bottom > dock.top + 1 && box.top < dock.bottom;
    }"""
    for _ in range(40):
        page.keyboard.press("Tab")
        assert not page.evaluate(hidden), focused(page)


def test_every_input_says_indicator_year_and_unit(open_sheet):
    page = open_sheet().page
    assert cell(page, "1-3-2").get_attribute("aria-label") == "農家1戸当たり経営規模 令和6年度 実績値（ha）"
    assert page.get_by_role("grid").count() == 1
    assert page.get_by_role("grid").get_by_role("columnheader", name="R6 実績値（入力）").count() == 1
