"""Charts are there at first sight as SVG, become Plotly charts without a jump, and send nothing anywhere."""
import re

import pytest

from tests.pages import PAGES
from tests.test_browser_pages import MOST_SHIFT, SHIFTS
from tests.visits import SETTLED, THEMES, html_of

PAGES_WITH_CHARTS = [page for page in PAGES if page.has_charts]
WITH_CHARTS = pytest.mark.parametrize("page_", PAGES_WITH_CHARTS, ids=lambda page: page.id)
DRAWN = ".js-plotly-plot .main-svg"
# The large ones are named by a title of their own, those in a line of a table by a label.
CHART = re.compile(r'<svg\b[^>]*\brole="img"(?: aria-label="([^"]*)")?[^>]*>(?:\s*<title\b[^>]*>([^<]*)</title>)?')


@WITH_CHARTS
def test_charts_are_there_without_javascript(demo_site, page_):
    names = CHART.findall(html_of(demo_site.url + page_.path).split("<main", 1)[1])
    assert any(title for _, title in names)
    assert all((label or title).strip() for label, title in names)


@WITH_CHARTS
def test_plotly_takes_every_chart_over_without_a_jump_and_offers_to_upload_nothing(visit, page_):
    opened = visit(page_.path)
    for theme in THEMES:
        opened.again(theme=theme)
        opened.page.wait_for_selector(DRAWN, timeout=SETTLED)
        opened.page.wait_for_load_state("networkidle")
        assert opened.page.evaluate(SHIFTS) <= MOST_SHIFT, f"the page jumps in the theme {theme}"
        assert opened.problems == [], theme
    titles = opened.page.evaluate("() => [...document.querySelectorAll('.modebar-btn')].map(e => e.dataset.title || e.title || '')")
    settings = opened.page.evaluate("() => [...document.querySelectorAll('.js-plotly-plot')].map(e => e._context)")
    assert [title for title in titles if any(word in title.lower() for word in ("share", "cloud", "studio", "edit", "plotly"))] == []
    assert {(found["showSendToCloud"], found["plotlyServerURL"], found["displaylogo"]) for found in settings} == {(False, "", False)}
