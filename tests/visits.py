"""Fixtures of the browser tests: a demo site, and visits to it that write down everything a page must not do."""
from dataclasses import dataclass, field
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route

from accounts.actions import DEMO_PASSWORD
from tests.browser import launch_options
from tests.serving import serve_demo

WIDTHS = (1440, 768, 390)
THEMES = ("light", "dark")
SETTLED = 15_000
LOCAL = ("data:", "blob:")
# The widest element that sticks out explains the failure.
STICKING_OUT = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > width + 1)
    .map(e => `${e.tagName.toLowerCase()}.${e.getAttribute("class") || ""} ${Math.round(e.getBoundingClientRect().right)}`).slice(0, 8)
    .concat(`page ${document.documentElement.scrollWidth} > ${width}`);
}"""


@dataclass
class Visit:
    """An opened page with what it asked for and what it did wrong: foreign requests, broken answers, console and CSP errors."""

    page: Page
    site: str
    problems: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.context.route("**/*", self._let_through_or_refuse)
        self.page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        self.page.on("console", lambda message: self._note_console(message.type, message.text))
        self.page.on("response", lambda response: self._note_answer(response.status, response.url))

    def again(self, *, width: int | None = None, theme: str | None = None) -> None:
        """Load the same page anew at that width or in that theme: a fifth of what a new visit costs."""
        if width:
            self.page.set_viewport_size({"width": width, "height": 900})
        if theme:
            self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        self.page.reload(wait_until="load", timeout=SETTLED)

    def sticking_out(self) -> list[str]:
        """What is wider than the window, as it stands now."""
        return self.page.evaluate(STICKING_OUT)

    def enlarge(self) -> None:
        """The largest letters a reader can choose."""
        self.page.evaluate("document.documentElement.dataset.size = 'xl'")

    def violations(self) -> list[str]:
        """The accessibility rules the page breaks as it stands now.

        axe writes style attributes while it measures, which the page's policy refuses and the console reports: no problem of the page.
        """
        noted = len(self.problems)
        found = Axe().run(self.page).response["violations"]
        del self.problems[noted:]
        return [f"{violation['id']}: {node['html'][:200]}" for violation in found for node in violation["nodes"][:3]]

    def _let_through_or_refuse(self, route: Route) -> None:
        url = route.request.url
        self.requests.append(url)
        if url.startswith((self.site, *LOCAL)):
            route.continue_()
        else:
            self.problems.append(f"foreign request: {url}")
            route.abort()

    def _note_console(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.problems.append(f"console {kind}: {text}")

    def _note_answer(self, status: int, url: str) -> None:
        if status >= 400:
            self.problems.append(f"{status}: {url}")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return browser_type_launch_args | launch_options()


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory):
    """The demo as `make run` serves it. Nothing may be written through it: all browser tests share it."""
    server = serve_demo(tmp_path_factory.mktemp("demo"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def session_of(browser, demo_site):
    """The cookies of a demo account, which signs in once: `session_of("kikaku")`."""
    kept: dict[str, dict] = {}

    def sign_in_once(username: str) -> dict:
        if username not in kept:
            kept[username] = signed_in_session(browser, demo_site.url, username)
        return kept[username]

    return sign_in_once


def html_of(url: str) -> str:
    """What a visitor's browser is sent, before any script has run."""
    with urlopen(quote(url, safe=":/?=&%")) as answer:
        return answer.read().decode()


def signed_in_session(browser, site: str, username: str) -> dict:
    """Sign in through the form, as people do; the cookies for later visits."""
    context = browser.new_context(locale="ja-JP")
    page = context.new_page()
    page.goto(f"{site}/accounts/sign-in/")
    page.fill("#id_username", username)
    page.fill("#id_password", DEMO_PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/accounts/sign-in/" not in url)
    state = context.storage_state()
    context.close()
    assert any(cookie["name"] == "sessionid" for cookie in state["cookies"]), f"{username} could not sign in"
    return state


@pytest.fixture
def visit(browser, demo_site, session_of):
    """Opens a page of the demo site: `visit("/accessibility/", width=390, theme="dark", username="kikaku", has_javascript=False)`."""
    contexts = []

    def open_page(path: str, *, width=1440, theme="light", username=None, has_javascript=True) -> Visit:
        state = session_of(username) if username else None
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            locale="ja-JP",
            java_script_enabled=has_javascript,
            storage_state=state,
            reduced_motion="reduce",
        )
        contexts.append(context)
        made = Visit(context.new_page(), demo_site.url)
        made.watch()
        answer = made.page.goto(demo_site.url + path, wait_until="load", timeout=SETTLED)
        assert answer.status == 200, f"{path} answered {answer.status}"
        return made

    yield open_page
    for context in contexts:
        context.close()
