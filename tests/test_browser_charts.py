"""Charts are there at first sight as SVG, become Plotly charts without a jump, and send nothing anywhere."""
import pytest

from tests.pages import PAGES
from tests.visits import SETTLED, THEMES

PAGES_WITH_CHARTS = [page for page in PAGES if page.has_charts]
WITH_CHARTS = pytest.mark.parametrize("page_", PAGES_WITH_CHARTS, ids=lambda page: page.id)
DRAWN = ".js-plotly-plot .main-svg"
ALL_DRAWN = "() => { const all = [...document.querySelectorAll('[data-chart]')]; return all.length && all.every(e => e.querySelector('.main-svg')); }"
SHIFTS = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().forEach(entry => { if (!entry.hadRecentInput) sum += entry.value; }))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 500);
})"""


def visible_svg_charts(page) -> int:
    return page.evaluate("() => [...document.querySelectorAll('main svg[role=img]')].filter(e => e.checkVisibility()).length")


@WITH_CHARTS
def test_charts_are_there_without_javascript(visit, page_):
    page = visit(page_.path, has_javascript=False).page
    charts = page.locator("main svg[role=img]")
    assert charts.count() > 0
    assert all(title.strip() for title in page.locator("main svg[role=img] > title").all_text_contents())


@WITH_CHARTS
def test_plotly_takes_every_chart_over(visit, page_):
    opened = visit(page_.path)
    opened.page.wait_for_selector(DRAWN, timeout=SETTLED)
    assert opened.problems == []


@WITH_CHARTS
def test_no_chart_offers_to_upload_anything(visit, page_):
    opened = visit(page_.path)
    opened.page.wait_for_selector(DRAWN, timeout=SETTLED)
    titles = opened.page.evaluate("() => [...document.querySelectorAll('.modebar-btn')].map(e => e.dataset.title || e.title || '')")
    settings = opened.page.evaluate("() => [...document.querySelectorAll('.js-plotly-plot')].map(e => e._context)")
    assert [title for title in titles if any(word in title.lower() for word in ("share", "cloud", "studio", "edit", "plotly"))] == []
    assert {(found["showSendToCloud"], found["plotlyServerURL"], found["displaylogo"]) for found in settings} == {(False, "", False)}


@WITH_CHARTS
@pytest.mark.parametrize("theme", THEMES)
def test_the_page_stays_where_it_is_when_plotly_takes_over(visit, page_, theme):
    page = visit(page_.path, theme=theme).page
    page.wait_for_selector(DRAWN, timeout=SETTLED)
    page.wait_for_load_state("networkidle")
    assert page.evaluate(SHIFTS) <= 0.02


def test_plotly_is_loaded_only_where_there_are_charts(visit):
    for page_ in [page for page in PAGES if not page.has_charts and page.id != "overview"]:
        opened = visit(page_.path)
        assert not [url for url in opened.requests if "plotly" in url], page_.id
