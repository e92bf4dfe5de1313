"""The guide opened from disk (``file://``): built by `embedguide offline`, everything lives without a server."""

import subprocess
import sys

import pytest
from guide_pages import ROOT, chapter_paths

pytestmark = pytest.mark.browser
# What Chromium says of drawing without a graphics card.
BROWSERS_OWN = ("GL Driver Message", "willReadFrequently")


@pytest.fixture(scope="module")
def disk(tmp_path_factory):
    """The folder of the pages built for reading from disk."""
    folder = tmp_path_factory.mktemp("disk") / "site"
    command = [sys.executable, "-m", "embedguide.cli", "offline", "--site-dir", str(folder)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return folder


@pytest.fixture
def opened(browser, disk):
    """Opens a page of the folder; everything that goes wrong, and every request off the disk, is kept in ``problems``."""
    context = browser.new_context()
    page = context.new_page()
    page.problems = []
    page.on(
        "console",
        lambda m: (
            m.type in ("error", "warning")
            and not any(words in m.text for words in BROWSERS_OWN)
            and page.problems.append(m.text)
        ),
    )
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("request", lambda r: r.url.startswith(("file:", "data:", "blob:")) or page.problems.append(r.url))

    def go(path):
        page.goto((disk / path).as_uri())
        page.wait_for_selector("html[data-eg-ready]", state="attached")
        return page

    yield go
    context.close()


def drawn(page, figure):
    """A figure of the page, in sight and drawn."""
    found = page.locator(f"#{figure}")
    found.scroll_into_view_if_needed()
    page.mouse.move(9, 9)
    page.wait_for_selector(f"#{figure}[data-eg-state=drawn]")
    return found


def test_figures_tables_and_folds_live(opened):
    page = opened("chapters/similarity.html")
    figure = drawn(page, "fig-similarity-pairs-in-context")
    figure.locator("summary", has_text="Code").click()
    figure.get_by_text("def plot_pairs").wait_for()
    figure.locator("summary", has_text="Data").click()
    figure.locator("[data-eg-count]:visible", has_text="10 rows.").wait_for()
    assert page.problems == []


def test_a_widget_reads_its_binary_files(opened):
    page = opened("chapters/lookup.html")
    widget = page.locator("[data-eg-widget=row-explorer]")
    widget.scroll_into_view_if_needed()
    page.wait_for_selector("[data-eg-widget=row-explorer][data-eg-ready]")
    field = widget.locator("input[role=combobox]:visible")
    field.fill("cat")
    widget.locator("[role=option]").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('[data-part=reading]').textContent.includes(' of ')")
    assert page.problems == []


def test_the_pair_explorer_computes(opened):
    page = opened("chapters/similarity.html")
    widget = page.locator("[data-eg-widget=pair-explorer]")
    widget.scroll_into_view_if_needed()
    widget.get_by_role("button", name="Choose words").click()
    field = widget.get_by_label("First word").locator("visible=true")
    field.fill("king")
    widget.locator("[role=option]:visible").first.wait_for()
    page.keyboard.press("Enter")
    widget.locator("[data-part=pair]:visible", has_text="king").wait_for()
    assert page.problems == []


@pytest.mark.parametrize("path", [f"{path.rstrip('/')}.html" for path in chapter_paths()])
def test_every_figure_and_widget_of_a_chapter_lives(opened, path):
    page = opened(path)
    for figure in page.locator("[data-eg-figure]:not(:has(.eg-panel:not([hidden])[data-eg-waits]))").all():
        drawn(page, figure.get_attribute("id"))
    for widget in page.locator("[data-eg-widget]").all():
        widget.scroll_into_view_if_needed()
        page.wait_for_selector(f"[data-eg-widget={widget.get_attribute('data-eg-widget')}][data-eg-ready]")
    assert page.problems == []


def test_a_figure_can_be_taken_away_as_a_page(opened):
    page = opened("chapters/similarity.html")
    figure = drawn(page, "fig-similarity-pairs-in-context")
    with page.expect_download() as download:
        figure.locator("[data-tool=html]").click()
    taken = download.value.path().read_text("utf-8")
    assert "plotly.js" in taken and "Plotly.newPlot" in taken
    assert page.problems == []


def test_search_finds_a_page(opened):
    page = opened("index.html")
    page.locator(".md-search__input").click()
    page.locator(".md-search__input").press_sequentially("cosine")  # Material listens for keys
    page.locator(".md-search-result__link").first.wait_for(timeout=20_000)
    assert page.problems == []
