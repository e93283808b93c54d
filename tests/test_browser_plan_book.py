"""計画ワークブック in a real Chromium: a changed plan goes in by keyboard alone, with and without JavaScript; every state fits and is accessible."""
from functools import partial
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.plan_books import cell_of, edited
from tests.visits import THEMES, WIDTHS, Visit, opener

PAGE = "/strategies/hokuto-2/plan-book/"
CHANGED = {cell_of("基本目標", "基本的方向"): "新しい方向です。\n2行目もあります。", cell_of("具体的取組", "番号"): 9, cell_of("指標", "担当課"): "新しい課"}
WRONG = {cell_of("指標", "現状値"): "約240人", cell_of("基本目標", "名称"): None, cell_of("基本目標", "副題", 1): "副 題名"}
NEW = {cell_of("総合戦略", "URLに使う名前"): "hokuto-9", cell_of("総合戦略", "トップページに表示する"): "いいえ"}


@pytest.fixture
def takeru(person):
    """Opens the page for the planning officer: `takeru(width=390, theme="dark")`."""
    return partial(person, "kikaku", PAGE)


@pytest.fixture(scope="module")
def exported(browser, own_site, own_session_of, tmp_path_factory) -> Path:
    """The plan as the page hands it out."""
    with opener(browser, own_site.url, own_session_of) as open_page:
        page = open_page("kikaku", PAGE).page
        with page.expect_download() as started:
            page.get_by_role("link", name="この計画をダウンロードする").click()
        path = tmp_path_factory.mktemp("exported") / started.value.suggested_filename
        started.value.save_as(path)
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
    visit = takeru(width=390)
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
