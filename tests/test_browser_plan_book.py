"""計画ワークブック in a real Chromium: a changed plan goes in by keyboard alone, with and without JavaScript; every state fits and is accessible."""
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.plan_books import cell_of, edited
from tests.serving import serve_demo
from tests.visits import THEMES, WIDTHS, Visit, signed_in_session

PAGE = "/strategies/hokuto-2/plan-book/"
CHANGED = {cell_of("基本目標", "基本的方向"): "新しい方向です。\n2行目もあります。", cell_of("具体的取組", "番号"): 9, cell_of("指標", "担当課"): "新しい課"}
WRONG = {cell_of("指標", "現状値"): "約240人", cell_of("基本目標", "名称"): None, cell_of("基本目標", "副題", 1): "副 題名"}
NEW = {cell_of("総合戦略", "URLに使う名前"): "hokuto-9", cell_of("総合戦略", "トップページに表示する"): "いいえ"}


@pytest.fixture(scope="module")
def own_site(tmp_path_factory):
    """A demo that may be written to."""
    server = serve_demo(tmp_path_factory.mktemp("plan-book"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def session(browser, own_site):
    return signed_in_session(browser, own_site.url, "kikaku")


@pytest.fixture
def takeru(browser, own_site, session):
    """Opens the page for the planning officer: `takeru(390, "dark")`."""
    contexts = []

    def opened(width: int = 1440, theme: str = "light", has_javascript: bool = True) -> Visit:
        look = {"viewport": {"width": width, "height": 900}, "color_scheme": theme, "java_script_enabled": has_javascript}
        contexts.append(browser.new_context(locale="ja-JP", storage_state=session, **look))
        visit = Visit(contexts[-1].new_page(), own_site.url)
        visit.watch()
        visit.page.goto(own_site.url + PAGE)
        return visit

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def exported(browser, own_site, session, tmp_path_factory) -> Path:
    """The plan as the page hands it out."""
    context = browser.new_context(locale="ja-JP", storage_state=session)
    page = context.new_page()
    page.goto(own_site.url + PAGE)
    with page.expect_download() as started:
        page.get_by_role("link", name="この計画をダウンロードする").click()
    path = tmp_path_factory.mktemp("exported") / started.value.suggested_filename
    started.value.save_as(path)
    context.close()
    return path


def choose(visit: Visit, exported: Path, folder: Path, cells: dict) -> None:
    """Choose the plan with those cells changed, and press Enter on the button."""
    file = folder / "第2期.xlsx"
    file.write_bytes(edited(exported.read_bytes(), cells))
    visit.page.set_input_files("#plan-file", file)
    visit.page.get_by_role("button", name="読み込んで確認する").focus()
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**file=**")


def test_the_plan_is_handed_out_under_its_name(exported):
    assert exported.name == "計画ワークブック_hokuto-2.xlsx"


@pytest.mark.parametrize("cells", [None, CHANGED, WRONG, NEW], ids=["start", "changes", "problems", "new plan"])
def test_every_state_fits_does_nothing_forbidden_and_has_no_accessibility_violation(takeru, exported, tmp_path, cells):
    visit = takeru()
    if cells:
        choose(visit, exported, tmp_path, cells)
    for width in WIDTHS:
        visit.again(width=width)
        assert visit.sticking_out() == [], f"at {width} px"
        assert visit.problems == [], f"at {width} px"
    for width, theme in product((1440, 390), THEMES):
        visit.again(width=width, theme=theme)
        assert visit.violations() == [], f"at {width} px, {theme}"


def test_what_is_clicked_is_large_enough_for_a_finger(takeru, exported, tmp_path):
    visit = takeru(390)
    choose(visit, exported, tmp_path, NEW)
    heights = visit.page.eval_on_selector_all("main .btn, main summary", "found => found.map(each => each.getBoundingClientRect().height)")
    assert len(heights) > 6
    assert min(heights) >= 44


@pytest.mark.parametrize("has_javascript", [True, False])
def test_a_changed_plan_goes_in_by_keyboard(takeru, exported, tmp_path, has_javascript):
    visit = takeru(has_javascript=has_javascript)
    name = f"新しい名前（{'JavaScript あり' if has_javascript else 'なし'}）"
    choose(visit, exported, tmp_path, {cell_of("基本目標", "名称"): name})
    visit.page.get_by_role("button", name="1行を取り込む").focus()
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url(f"**{PAGE}")
    expect(visit.page.locator("main .note").first).to_contain_text("変更 1行")
    visit.page.goto(visit.site + "/strategies/hokuto-2/goals/1/")
    assert name in visit.page.locator("main").inner_text()
