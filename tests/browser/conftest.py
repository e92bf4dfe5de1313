"""The real site, built once and served, and a real Chromium."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from chromium import FLAGS, ensure_chromium
from guide_pages import ROOT
from playwright.sync_api import sync_playwright
from site_server import serve

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# What sleeps has no text and no place yet. Nobody reads so fast, but a test does.
AWAKE = """() => !document.querySelector(
  ".eg-asleep :is(.eg-figure, .eg-table, .eg-appendix, .eg-figure-list section):not([data-eg-awake])")"""


def pytest_collection_modifyitems(items):
    """A browser on a busy machine can be late: what fails once there runs once more, and the summary names it."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of the site; built when `address` is known."""
    return tmp_path_factory.mktemp("site") / "site"


@pytest.fixture(scope="session", autouse=True)
def address(site):
    """The address that the site is built for and served at."""
    with serve(site) as found:
        environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT), "SITE_URL": found}
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)]
        built = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert built.returncode == 0, built.stderr
        yield found


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the whole run."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=ensure_chromium(), args=list(FLAGS))
        yield found
        found.close()


class Visit:
    """A page in a browser, with what went wrong on it.

    Args:
        page: Playwright's page.
        home: The address that requests may go to.
        scripts: Whether scripts run.
    """

    def __init__(self, page, home, *, scripts=True):
        self.page, self.home, self.scripts = page, home, scripts
        self.problems: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        page.on("request", self._note)

    def _hear(self, message):
        # A Chromium without a graphics card says of every WebGL figure that it is slow; that is no fault of the page.
        is_driver = "GL Driver Message" in message.text or "willReadFrequently" in message.text
        if message.type in ("error", "warning") and not is_driver:
            self.problems.append(f"{message.type}: {message.text}")

    def _note(self, request):
        if not request.url.startswith((self.home, "data:", "blob:")):
            self.problems.append(f"request to another host: {request.url}")

    def go(self, path=""):
        """Open a page of the site, and wait until its scripts have started and nothing sleeps but long tables."""
        self.page.goto(self.home + path, wait_until="load")
        if self.scripts:
            self.page.wait_for_selector("html[data-eg-ready]", state="attached")
            self.page.wait_for_function(AWAKE)
        return self

    def draw(self, figure):
        """Scroll a figure into view and wait until it is drawn."""
        self.page.mouse.move(5, 5)
        self.page.evaluate("id => document.getElementById(id).scrollIntoView({block: 'center'})", figure)
        self.page.mouse.wheel(0, 1)
        self.page.wait_for_selector(f"#{figure}[data-eg-state=drawn]", timeout=20_000)

    def figures(self):
        """The ids of the page's figures."""
        return self.page.eval_on_selector_all(
            "[data-eg-figure]:not(:has(.eg-request))", "all => all.map(one => one.id)"
        )  # one that waits for its reader's press is drawn by no scrolling


@pytest.fixture
def visit(browser, address):
    """Opens pages: ``visit()``, ``visit(narrow=True, color_scheme="dark")``."""
    contexts = []

    def open_(*, narrow=False, **options):
        context = browser.new_context(viewport=NARROW if narrow else WIDE, **options)
        contexts.append(context)
        return Visit(context.new_page(), address, scripts=options.get("java_script_enabled", True))

    yield open_
    for context in contexts:
        context.close()
