"""A chart in a real browser: Plotly lies over its drawing at every width and in every theme, and prints as the drawing."""
import pytest

from tests.visits import SETTLED, WIDTHS

TREND = "/strategies/hokuto-2/indicators/1-2-1/"
LIVE = "figure.chart.is-live"
PLACES = """() => {
  const box = document.querySelector("figure.chart .main-svg").getBoundingClientRect();
  const svg = [...document.querySelectorAll("figure.chart .chbox > svg")].find(each => each.getClientRects().length).getBoundingClientRect();
  return [box.x - svg.x, box.y - svg.y, box.width - svg.width, box.height - svg.height].map(Math.abs);
}"""
TEXT_COLOR = "document.querySelector('.js-plotly-plot')._fullLayout.font.color"


def until(page, expression, expected):
    """Waits for an expression's value; the page's policy lets no condition be evaluated inside it."""
    for _ in range(SETTLED // 100):
        if page.evaluate(expression) == expected:
            return
        page.wait_for_timeout(100)
    assert page.evaluate(expression) == expected


@pytest.fixture
def chart_page(visit):
    def open_chart(**how):
        page = visit(TREND, **how).page
        page.wait_for_selector(LIVE, timeout=SETTLED)
        return page

    return open_chart


def test_plotly_covers_the_drawing_exactly(chart_page):
    page = chart_page()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.reload()
        page.wait_for_selector(LIVE, timeout=SETTLED)
        assert max(page.evaluate(PLACES)) < 1, f"at {width} px"


def test_a_narrower_window_gets_the_narrow_chart(chart_page):
    page = chart_page()
    page.set_viewport_size({"width": 390, "height": 900})
    until(page, "document.querySelector('.js-plotly-plot')._fullLayout.width < 400", True)
    until(page, f"Math.max(...({PLACES})()) < 1", True)


def test_switching_the_theme_redraws_the_chart_in_its_colours(chart_page):
    page = chart_page()
    before = page.evaluate(TEXT_COLOR)
    page.locator("[data-act=theme]").first.click()
    until(page, f"{TEXT_COLOR} !== '{before}'", True)


def test_the_drawing_is_printed_instead_of_plotly(chart_page):
    page = chart_page()
    page.emulate_media(media="print")
    shown = "[getComputedStyle(document.querySelector('.ch-live')).display, getComputedStyle(document.querySelector('.chbox > svg')).opacity]"
    until(page, shown, ["none", "1"])


def test_readers_hear_the_drawings_description_and_not_plotlys_texts(chart_page):
    page = chart_page()
    assert page.evaluate("[...document.querySelectorAll('.ch-live .main-svg')].every(each => each.getAttribute('aria-hidden') === 'true')")
    assert page.get_by_role("img", name="観光入込客数の推移").count() == 1


def test_the_picture_can_be_saved_by_keyboard(chart_page):
    page = chart_page()
    button = page.get_by_role("button", name="図を画像（PNG）で保存")
    button.focus()
    assert page.evaluate("getComputedStyle(document.querySelector('.modebar')).opacity") == "1"
    with page.expect_download(timeout=SETTLED) as saved:
        page.keyboard.press("Enter")
    assert saved.value.suggested_filename == "観光入込客数の推移.png"


def test_hovering_a_year_tells_its_figures(chart_page):
    page = chart_page()
    box = page.locator(".chbox").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    page.mouse.move(box["x"] + box["width"] * 0.51, box["y"] + box["height"] * 0.5)
    page.wait_for_selector(".hoverlayer .hovertext", timeout=SETTLED)
    assert "万人" in page.locator(".hoverlayer").text_content()


def test_a_chart_without_plotly_stays_a_drawing(demo_site, browser):
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.route("**/plotly.min*.js", lambda route: route.abort())
    page = context.new_page()
    page.goto(demo_site.url + TREND)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("getComputedStyle(document.querySelector('.chbox > svg')).opacity") == "1"
    assert page.locator(LIVE).count() == 0
    context.close()
