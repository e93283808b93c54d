"""Every page in a real Chromium: it fits, it is accessible in both themes, it stays on this machine, it breaks no rule, it is light."""
import gzip
import re
from functools import cache
from urllib.request import urlopen

import pytest

from tests.pages import PAGES
from tests.visits import STICKING_OUT, THEMES, WIDTHS, html_of

__all__ = ["STICKING_OUT"]

HEAVIEST = 150_000
MOST_REQUESTS = 8
MOST_SHIFT = 0.02
EVERY_PAGE = pytest.mark.parametrize("page_", PAGES, ids=lambda page: page.id)
SHIFTS = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().forEach(entry => { if (!entry.hadRecentInput) sum += entry.value; }))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 500);
})"""


@cache
def compressed(url: str) -> int:
    """Bytes after gzip, which nginx applies in production."""
    with urlopen(url) as answer:
        return len(gzip.compress(answer.read(), 6))


def reader_of(page_) -> str | None:
    """Who looks at the page where it is not a visitor: whoever is signed in sees no sign-in page."""
    return None if page_.id == "sign-in" else "kikaku"


@EVERY_PAGE
def test_a_page_is_light_stays_still_fits_every_width_and_does_nothing_forbidden(visit, page_):
    opened = visit(page_.path)
    opened.page.wait_for_load_state("networkidle")
    assert opened.page.evaluate(SHIFTS) <= MOST_SHIFT, "it jumps while it loads"
    asked = [url for url in dict.fromkeys(opened.requests) if url.startswith(opened.site)]
    # plotly.min.js, which only pages with charts load, does not count.
    own = {url: compressed(url) for url in asked if not url.endswith("/plotly.min.js")}
    assert len(own) <= MOST_REQUESTS, f"too many requests: {own}"
    assert sum(own.values()) <= HEAVIEST, f"too heavy: {own}"
    if not page_.has_charts and page_.id != "overview":
        assert not [url for url in asked if "plotly" in url], "plotly is loaded where there is no chart"
    for width in WIDTHS:
        opened.again(width=width)
        assert opened.sticking_out() == [], f"at {width} px"
        assert opened.problems == [], f"at {width} px"


@EVERY_PAGE
def test_a_page_has_no_accessibility_violation_in_either_theme(visit, page_):
    opened = visit(page_.path, username=reader_of(page_))
    for theme in THEMES:
        opened.again(theme=theme)
        assert opened.problems == [], theme
        assert opened.violations() == [], theme


@EVERY_PAGE
def test_a_telephones_page_has_no_accessibility_violation_and_takes_the_largest_letters(visit, page_):
    opened = visit(page_.path, width=390, username="iin" if reader_of(page_) else None)
    assert opened.problems == []
    assert opened.violations() == []
    opened.enlarge()
    assert opened.sticking_out() == [], "with the largest letters"


@EVERY_PAGE
def test_a_page_says_which_language_it_is_in_and_what_it_is_about(demo_site, page_):
    html = html_of(demo_site.url + page_.path)
    assert re.search(r'<html\b[^>]*\blang="ja"', html)
    assert len(re.findall(r"<h1\b", html)) == 1
    assert len(re.search(r"<title>([^<]*)</title>", html)[1].strip()) > len("総合戦略 進捗管理")


def test_a_watched_page_tells_of_foreign_requests_and_inline_scripts(visit):
    opened = visit("/accounts/sign-in/")
    opened.page.evaluate("""() => {
      document.body.append(Object.assign(new Image(), { src: "https://example.com/pixel.png" }));
      document.body.append(Object.assign(document.createElement("script"), { textContent: "window.wasRun = 1" }));
    }""")
    words = ("example.com", "Content Security Policy")
    untold = words
    for _ in range(100):
        untold = [word for word in words if not any(word in problem for problem in opened.problems)]
        if not untold:
            break
        opened.page.wait_for_timeout(100)
    assert untold == []
