"""Finds the Chromium of the browser tests, or brings it: `python -m tests.browser`.

Debian's package where packages may be installed, Playwright's own build elsewhere. Without a browser the tests fail: they are never skipped.
"""
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.variables import ROOT

COMMANDS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
DEBIAN_PACKAGES = ("chromium", "fonts-noto-cjk")
INSTALLER = ROOT / "deploy" / "debian_packages.sh"
# Only pages of this machine are opened, and inside a container Chromium cannot build its own sandbox.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
NO_BROWSER = """
No Chromium for the browser tests. Run one of these, then `make test` again:
  Debian:     apt-get update && apt-get install -y chromium fonts-noto-cjk    (as root)
  elsewhere:  .venv/bin/python -m playwright install --with-deps chromium
"""


def system_chromium() -> str | None:
    """The path of a Chromium or Chrome that the system has installed."""
    return next(filter(None, map(shutil.which, COMMANDS)), None)


def playwright_chromium() -> str | None:
    """The path of Playwright's own build, if it has been downloaded."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def launch_options() -> dict:
    """What Playwright needs to launch the browser that is here."""
    system = system_chromium()
    return {"args": ARGUMENTS} | ({"executable_path": system} if system else {})


def has_japanese_font() -> bool:
    """Whether Japanese text has glyphs; without them every width that the tests measure is another."""
    if shutil.which("fc-list") is None:
        return False
    return bool(subprocess.run(["fc-list", ":lang=ja"], capture_output=True, text=True, check=False).stdout.strip())


def bring_browser() -> bool:
    """Install whatever is missing. Returns whether there is a browser now."""
    if system_chromium() and has_japanese_font():
        return True
    if shutil.which("apt-get"):
        subprocess.run(["bash", str(INSTALLER), *DEBIAN_PACKAGES], check=False)
    if system_chromium() or playwright_chromium():
        return True
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    return playwright_chromium() is not None


if __name__ == "__main__":
    if not bring_browser():
        sys.exit(NO_BROWSER)
