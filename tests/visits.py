"""Fixtures of the browser tests: a demo site, and visits to it that write down everything a page must not do."""
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route

from accounts.actions import DEMO_PASSWORD
from tests.browser import launch_options
from tests.serving import demo_in, manage, serve

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
    folder = tmp_path_factory.mktemp("demo")
    server = serve(demo_in(folder), folder)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def session_of(browser, demo_site):
    """The cookies of a demo account on the shared site."""
    return sessions(browser, demo_site.url)


def sessions(browser: Browser, site: str) -> Callable[[str | None], dict | None]:
    """The cookies of a demo account, which signs in once: `sessions(browser, site)("kikaku")`; none for a visitor."""
    kept: dict[str | None, dict | None] = {None: None}

    def sign_in_once(username: str | None) -> dict | None:
        if username not in kept:
            kept[username] = signed_in_session(browser, site, username)
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


@contextmanager
def opener(browser: Browser, site: str, session_of: Callable[[str | None], dict | None]) -> Iterator[Callable[..., Visit]]:
    """What opens an address of that site, each time in a browser of its own, and closes them all at the end."""
    contexts = []

    def open_page(username, path, *, width=1440, height=900, theme="light", has_javascript=True) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            locale="ja-JP",
            java_script_enabled=has_javascript,
            storage_state=session_of(username),
            permissions=["clipboard-read", "clipboard-write"],
            reduced_motion="reduce",
        )
        contexts.append(context)
        made = Visit(context.new_page(), site)
        made.watch()
        answer = made.page.goto(site + path, wait_until="load", timeout=SETTLED)
        assert answer.status == 200, f"{path} answered {answer.status}"
        return made

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def visit(browser, demo_site, session_of):
    """Opens a page of the shared site: `visit("/accessibility/", width=390, theme="dark", username="kikaku", has_javascript=False)`."""
    with opener(browser, demo_site.url, session_of) as open_page:
        yield lambda path, *, username=None, **look: open_page(username, path, **look)


@pytest.fixture(scope="module")
def own_folder(tmp_path_factory):
    """Where the database and the files of the module's own site lie."""
    return tmp_path_factory.mktemp("own")


@pytest.fixture(scope="module")
def own_site(request, own_folder):
    """A demo of the module's own, which it may write to; before it starts, the module's `SET_UP` has run in Django's shell."""
    environment = demo_in(own_folder)
    if hasattr(request.module, "SET_UP"):
        manage(environment, "shell", "--verbosity", "0", "-c", request.module.SET_UP)
    server = serve(environment, own_folder)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def own_session_of(browser, own_site):
    return sessions(browser, own_site.url)


@pytest.fixture
def person(browser, own_site, own_session_of):
    """Opens an address of the module's own site as a demo account, or as a visitor: `person("kikaku", BOARD, width=390)`."""
    with opener(browser, own_site.url, own_session_of) as open_page:
        yield open_page
