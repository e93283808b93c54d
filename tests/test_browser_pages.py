"""Every page in a real Chromium: it fits, it is accessible in both themes, it stays on this machine, it breaks no rule, it is light."""
import gzip

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.pages import PAGES
from tests.visits import THEMES, WIDTHS

HEAVIEST = 150_000
MOST_REQUESTS = 8
MOST_SHIFT = 0.02
EVERY_PAGE = pytest.mark.parametrize("page_", PAGES, ids=lambda page: page.id)
# The widest element that sticks out explains the failure.
STICKING_OUT = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > width + 1)
    .map(e => `${e.tagName.toLowerCase()}.${e.getAttribute("class") || ""} ${Math.round(e.getBoundingClientRect().right)}`).slice(0, 8)
    .concat(`page ${document.documentElement.scrollWidth} > ${width}`);
}"""
SHIFTS = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().forEach(entry => { if (!entry.hadRecentInput) sum += entry.value; }))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 500);
})"""


@EVERY_PAGE
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_fits_its_width_and_does_nothing_forbidden(visit, page_, width):
    opened = visit(page_.path, width=width)
    assert opened.page.evaluate(STICKING_OUT) == []
    assert opened.problems == []


@EVERY_PAGE
def test_a_page_with_the_largest_letters_fits_a_telephone(visit, page_):
    opened = visit(page_.path, width=390, username="iin" if page_.id != "sign-in" else None)
    opened.page.evaluate("document.documentElement.dataset.size = 'xl'")
    assert opened.page.evaluate(STICKING_OUT) == []


@EVERY_PAGE
@pytest.mark.parametrize("theme", THEMES)
def test_a_page_has_no_accessibility_violation(visit, page_, theme):
    opened = visit(page_.path, theme=theme, username="kikaku" if page_.id != "sign-in" else None)
    assert opened.problems == []
    # axe itself writes style attributes while it measures, which the page's policy refuses and the console reports.
    results = Axe().run(opened.page)
    assert [f"{found['id']}: {found['nodes'][0]['html'][:200]}" for found in results.response["violations"]] == []


@EVERY_PAGE
def test_a_telephones_page_has_no_accessibility_violation(visit, page_):
    results = Axe().run(visit(page_.path, width=390).page)
    assert [f"{found['id']}: {found['nodes'][0]['html'][:200]}" for found in results.response["violations"]] == []


@EVERY_PAGE
def test_a_page_says_which_language_it_is_in_and_what_it_is_about(visit, page_):
    page = visit(page_.path, has_javascript=False).page
    assert page.locator("html").get_attribute("lang") == "ja"
    assert page.locator("h1").count() == 1
    assert len(page.title()) > len("総合戦略 進捗管理")


@EVERY_PAGE
def test_a_page_is_light(browser, demo_site, page_):
    """Compressed as nginx does in production; plotly.min.js, which only pages with charts load, does not count."""
    sizes = {}
    context = browser.new_context()
    page = context.new_page()
    page.on("requestfinished", lambda request: sizes.setdefault(request.url, len(gzip.compress(request.response().body(), 6))))
    answer = page.goto(demo_site.url + page_.path, wait_until="networkidle")
    context.close()
    assert answer.status == 200
    own = {url: size for url, size in sizes.items() if not url.endswith("/plotly.min.js")}
    assert len(own) <= MOST_REQUESTS
    assert sum(own.values()) <= HEAVIEST, own


@EVERY_PAGE
def test_a_page_does_not_jump_while_it_loads(visit, page_):
    opened = visit(page_.path)
    opened.page.wait_for_load_state("networkidle")
    assert opened.page.evaluate(SHIFTS) <= MOST_SHIFT


def test_a_watched_page_tells_of_foreign_requests_and_inline_scripts(visit):
    opened = visit("/accounts/sign-in/")
    opened.page.evaluate("""() => {
      document.body.append(Object.assign(new Image(), { src: "https://example.com/pixel.png" }));
      document.body.append(Object.assign(document.createElement("script"), { textContent: "window.wasRun = 1" }));
    }""")
    opened.page.wait_for_timeout(300)
    assert any("example.com" in problem for problem in opened.problems)
    assert any("Content Security Policy" in problem for problem in opened.problems)
