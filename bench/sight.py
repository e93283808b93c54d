"""What a person waits for in Chromium: all charts of a goal's page at first sight, and the moment they answer to the pointer."""
import gzip
from dataclasses import dataclass
from statistics import median
from urllib.request import urlopen

from playwright.sync_api import Browser, sync_playwright

from bench.report import Row, at_most, no_more_than
from tests.browser import launch_options
from tests.serving import Server

GOAL = "/strategies/hokuto-2/goals/1/"
WITHOUT_CHARTS = "/bench/without-charts/hokuto-2/1/"
BARE_CHARTS = "/bench/bare-charts/hokuto-2/1/"
SIGHT_BAR, INTERACTIVE_BAR, SHIFT_BAR, BLOCKED_BAR = 1.3, 1.2, 0.02, 50
WEIGHT_BAR, REQUESTS_BAR = 150, 8
REPEATS = 9
# Written down in the page itself: the first frame with everything laid out, the frame with every chart drawn by Plotly, shifts and long tasks.
WATCH = """
window.seen = { shift: 0, tasks: [] };
new PerformanceObserver(list => list.getEntries().forEach(e => { if (!e.hadRecentInput) window.seen.shift += e.value; }))
  .observe({ type: "layout-shift", buffered: true });
new PerformanceObserver(list => list.getEntries().forEach(e => window.seen.tasks.push([e.startTime, e.duration])))
  .observe({ type: "longtask", buffered: true });
const frame = () => {
  const now = performance.now();
  if (!window.seen.sight && document.readyState !== "loading") {
    const charts = [...document.querySelectorAll("main svg[role=img]")].filter(e => e.checkVisibility());
    if (charts.every(e => e.getBoundingClientRect().height > 0)) window.seen.sight = now;
  }
  const drawn = [...document.querySelectorAll(".js-plotly-plot")].filter(e => e.querySelector(".main-svg")).length;
  if (drawn && drawn >= (window.wanted || Infinity)) { window.seen.interactive = now; return; }
  requestAnimationFrame(frame);
};
requestAnimationFrame(frame);
document.addEventListener("readystatechange", () => { window.wanted = document.querySelectorAll("script[type='application/json']").length; });
"""
SEEN = "() => window.seen.sight"
INTERACTIVE = "() => window.seen.interactive"


@dataclass(frozen=True)
class Sight:
    """One cold visit: milliseconds to first sight and to interactive charts, blocked before first sight, and the shift."""

    sight: float
    interactive: float
    blocked: float
    shift: float


def first_sight(server: Server) -> list[Row]:
    """Medians of cold visits to a goal's page, the same without charts, and plotly.js with the same charts on an empty page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        goal, without, bare = _medians(browser, [(server.url + GOAL, True), (server.url + WITHOUT_CHARTS, False), (server.url + BARE_CHARTS, True)])
        urls = _requests(browser, server.url + GOAL)
        browser.close()
    own = [url for url in urls if not url.endswith("/plotly.min.js")]
    return [
        at_most("all charts of a goal in sight / page without charts", goal.sight, without.sight, SIGHT_BAR),
        at_most("interactive charts / bare page with plotly", goal.interactive, bare.interactive, INTERACTIVE_BAR),
        no_more_than("layout shift (CLS)", goal.shift, SHIFT_BAR, "", 3),
        no_more_than("blocking time before first sight", goal.blocked, BLOCKED_BAR, "ms"),
        no_more_than("page weight without plotly.min.js, compressed", sum(map(_compressed, own)), WEIGHT_BAR, "kB", 1),
        no_more_than("requests without plotly.min.js", len(own), REQUESTS_BAR, ""),
    ]


def _medians(browser: Browser, pages: list[tuple[str, bool]]) -> list[Sight]:
    """For each (address, whether it has charts): visited in turns, so that whatever else the machine does weighs on all."""
    rounds = [[_visit(browser, url, has_charts) for url, has_charts in pages] for _ in range(REPEATS)]
    return [Sight(**{name: median(getattr(visit, name) for visit in visits) for name in Sight.__dataclass_fields__}) for visits in zip(*rounds, strict=True)]


def _visit(browser: Browser, url: str, has_charts: bool) -> Sight:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="ja-JP")
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(url, wait_until="load")
    page.wait_for_function(INTERACTIVE if has_charts else SEEN, timeout=30_000)
    page.wait_for_timeout(300)
    seen = page.evaluate("() => window.seen")
    context.close()
    blocked = sum(max(0, duration - 50) for start, duration in seen["tasks"] if start < seen["sight"])
    return Sight(seen["sight"], seen.get("interactive", 0.0), blocked, seen["shift"])


def _requests(browser: Browser, url: str) -> list[str]:
    context = browser.new_context()
    page, urls = context.new_page(), []
    page.on("request", lambda request: urls.append(request.url))
    page.goto(url, wait_until="networkidle")
    context.close()
    return urls


def _compressed(url: str) -> float:
    """Kilobytes after gzip, which nginx applies in production."""
    with urlopen(url) as answer:
        return len(gzip.compress(answer.read(), 6)) / 1000
