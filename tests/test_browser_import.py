"""The way the import is for, in a real browser: three files dropped, every change seen, taken in, one batch taken back."""
import re
from functools import partial
from itertools import product

import pytest
from playwright.sync_api import expect

from tests.import_files import a_table
from tests.visits import THEMES, WIDTHS, Visit, opener

IMPORTS = "/strategies/hokuto-2/imports/"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DROP = """(files) => {
  const transfer = new DataTransfer();
  for (const [name, bytes] of files) transfer.items.add(new File([new Uint8Array(bytes)], name));
  const zone = document.querySelector("[data-drop]");
  for (const kind of ["dragenter", "dragover", "drop"]) zone.dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
}"""


def table(code: str, *values) -> bytes:
    """One indicator's unpublished years, 令和6年度 alone unless there are two values."""
    return a_table([(code, "", "", "", *values)], ("令和6年度",))


@pytest.fixture
def takeru(person):
    """Opens the start of the import: `takeru(width=390, has_javascript=False)`."""
    return partial(person, "kikaku", IMPORTS)


def choose(opened: Visit, *files: tuple[str, bytes]) -> None:
    opened.page.set_input_files("#import-files", [{"name": name, "mimeType": XLSX, "buffer": data} for name, data in files])


def read(opened: Visit) -> None:
    opened.page.get_by_role("button", name="読み込む").click()
    opened.page.wait_for_url(re.compile(r"/imports/\d+/$"))


def main_text(opened: Visit) -> str:
    return opened.page.locator("main").inner_text()


def shown_value(opened: Visit, code: str) -> str:
    """What the indicator's page shows of the value itself, without the log of its changes."""
    opened.page.goto(f"{opened.site}/strategies/hokuto-2/indicators/{code}/?year=2024")
    return main_text(opened).split("変更の記録")[0]


def test_three_files_are_dropped_seen_taken_in_and_one_batch_is_taken_back(takeru):
    opened = takeru()
    page = opened.page
    before = shown_value(opened, "1-1-1")
    page.goto(opened.site + IMPORTS)
    files = [("商工.xlsx", table("1-1-1", 8881)), ("農林.xlsx", table("1-3-1", 8882)), ("壊れた.xlsx", b"PK\x03\x04half")]
    page.evaluate(DROP, [[name, list(data)] for name, data in files])
    expect(page.locator("[data-chosen] li").first).to_contain_text("商工.xlsx")
    read(opened)
    assert "まだ保存されていません" in main_text(opened)
    assert page.locator(".diff tbody tr").count() == 3
    assert "読めません" in main_text(opened)
    page.get_by_label("エラーの1件を除いて取り込む").check()
    if page.locator("#import-reason").count():
        page.fill("#import-reason", "確定値に直すため")
    page.get_by_role("button", name="2件を取り込む").click()
    expect(page.locator("main")).to_contain_text("2件の値を取り込みました")
    batch = page.url
    assert "8,881" in shown_value(opened, "1-1-1")
    page.goto(batch)
    page.locator(".page-head").get_by_role("button", name="取り消す").click()
    expect(page.locator("main")).to_contain_text("を取り消しました。")
    assert shown_value(opened, "1-1-1") == before
    assert opened.problems == []


def test_a_file_let_go_beside_the_zone_does_not_replace_the_page(takeru):
    opened = takeru()
    is_left_alone = """() => document.querySelector("main h1").dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true }))"""
    assert opened.page.evaluate(is_left_alone) is False


def test_the_progress_is_shown_and_said(takeru):
    opened = takeru()
    choose(opened, ("商工.xlsx", table("1-1-1", 7)))
    opened.page.route("**/read/", lambda route: None)
    opened.page.get_by_role("button", name="読み込む").click()
    bar = opened.page.get_by_role("progressbar")
    bar.wait_for()
    expect(opened.page.locator("#import-bar")).not_to_have_js_property("value", 0)
    expect(opened.page.locator("#import-progress")).to_contain_text("商工.xlsx を読んでいます（1件のうち1件目）")


def test_a_lost_connection_is_said_and_the_chosen_files_stay(takeru):
    opened = takeru()
    choose(opened, ("商工.xlsx", table("1-1-1", 7)))
    opened.page.route("**/imports/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    opened.page.get_by_role("button", name="読み込む").click()
    opened.page.get_by_role("alert").get_by_text("もう一度「読み込む」を押してください").wait_for()
    assert opened.page.evaluate("document.querySelector('#import-files').files.length") == 1


def test_a_session_that_has_ended_is_said_as_that_and_not_as_a_lost_connection(takeru):
    opened = takeru()
    choose(opened, ("商工.xlsx", table("1-1-1", 7)))
    opened.page.context.clear_cookies(name="sessionid")
    opened.page.get_by_role("button", name="読み込む").click()
    opened.page.get_by_role("alert").get_by_text("サインインの期限が切れたため").wait_for()


def test_everything_is_done_by_the_keyboard_alone(takeru):
    opened = takeru()
    page = opened.page
    choose(opened, ("農林.xlsx", table("1-3-1", 7771)))
    page.focus("#import-files")
    tab_to(page, "読み込む")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/imports/\d+/$"))
    if page.locator("#import-reason").count():
        tab_to(page, "", "import-reason")
        page.keyboard.type("確定値に直すため")
    tab_to(page, "1件を取り込む")
    page.keyboard.press("Enter")
    page.get_by_text("1件の値を取り込みました").first.wait_for()
    tab_to(page, "取り消す")
    page.keyboard.press("Enter")
    page.get_by_text("を取り消しました。").first.wait_for()
    assert opened.problems == []


def tab_to(page, text: str, element_id: str = "") -> None:
    """Press Tab until the focus is there; it must be visible all the way."""
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate("(() => { const e = document.activeElement; return [e.textContent.trim(), e.id, e.getBoundingClientRect().height > 0]; })()")
        assert focused[2]
        if (element_id and focused[1] == element_id) or (text and focused[0].startswith(text)):
            return
    raise AssertionError(f"{text or element_id} is not reached")


def test_it_works_without_javascript(takeru):
    opened = takeru(has_javascript=False)
    choose(opened, ("商工.xlsx", table("1-1-2", "百二十七ha")))
    read(opened)
    assert "エラー付きExcel" in main_text(opened)
    with opened.page.expect_download() as download:
        opened.page.get_by_role("link", name="エラー付きExcel").click()
    assert download.value.suggested_filename.endswith("errors.xlsx")
    opened.page.get_by_role("button", name="取りやめる").click()
    expect(opened.page.locator("main")).to_contain_text("取りやめました")


@pytest.fixture(scope="module")
def an_awkward_batch(browser, own_site, own_session_of):
    """The address of a preview with an error, a change, an addition and a file that cannot be read."""
    rows = [("1-1-1", "", "", "", 38), ("1-3-1", "", "", "", "6.71ha"), ("9-9-9", "", "新規開発特産品", "", 4), ("1-3-4", "面積", "", "", 27.61234)]
    with opener(browser, own_site.url, own_session_of) as open_page:
        opened = open_page("kikaku", IMPORTS)
        choose(opened, ("R6_KPI実績_水産商工・農林・子育ての課から戻った長い名前の一覧表.xlsx", a_table(rows)), ("壊れた.xlsx", b"PK\x03\x04half"))
        read(opened)
        return opened.page.url


@pytest.mark.parametrize("address", ["start", "preview", "every row"])
def test_a_page_fits_and_has_no_accessibility_violation(takeru, an_awkward_batch, address):
    opened = takeru()
    opened.page.goto({"start": opened.site + IMPORTS, "preview": an_awkward_batch, "every row": an_awkward_batch + "?show=all"}[address])
    for width, theme in product(WIDTHS, THEMES):
        opened.again(width=width, theme=theme)
        assert opened.sticking_out() == [], f"at {width} px, {theme}"
        assert opened.problems == [], f"at {width} px, {theme}"
        assert opened.violations() == [], f"at {width} px, {theme}"
