"""What went wrong in a preview stands on the page itself, readable in both palettes, and goes when it is mended."""

import pytest

from embedguide.workshop.preview_server import PreviewServer

pytestmark = pytest.mark.browser
PAGE = "chapters/similarity/"
ERROR = "similarity/pairs (smollm2-135m): ValueError: no <pairs> (scripts/chapters/similarity.py, line 14)"


@pytest.fixture
def preview(site, address):
    """A preview's server for the built site."""
    server = PreviewServer("127.0.0.1", 0)
    server.folder = site
    yield server
    server.close()


def contrast(page):
    """How much brighter one of the box's two colors is than the other."""
    return page.evaluate("""() => {
      const style = getComputedStyle(document.getElementById("eg-preview"))
      const light = (color) => {
        const parts = color.match(/[\\d.]+/g).slice(0, 3).map((n) => n / 255)
        const [r, g, b] = parts.map((n) => (n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4))
        return 0.2126 * r + 0.7152 * g + 0.0722 * b
      }
      const [a, b] = [light(style.color), light(style.backgroundColor)].sort((x, y) => y - x)
      return (a + 0.05) / (b + 0.05)
    }""")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_error_is_read_on_the_page_and_goes_when_it_is_mended(visit, preview, scheme):
    page = visit(narrow=True, color_scheme=scheme).page
    page.goto(preview.address + PAGE)
    preview.tell("computing", failed=False)
    page.get_by_role("status").get_by_text("computing", exact=True).wait_for()
    preview.tell(ERROR, failed=True)
    box = page.get_by_role("alert").get_by_text(ERROR, exact=True)
    box.wait_for()
    assert contrast(page) > 7
    place = box.bounding_box()
    assert place["x"] == 0 and place["width"] == page.viewport_size["width"]
    assert place["y"] + place["height"] == page.viewport_size["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    preview.tell("")
    box.wait_for(state="hidden")
    assert page.locator("#eg-preview").text_content() == ""


def test_a_new_build_loads_the_page_again(visit, preview, site):
    page = visit().page
    page.goto(preview.address + PAGE)
    page.evaluate("window.before = true")
    preview.show(site, reload=False)
    page.wait_for_timeout(300)
    assert page.evaluate("window.before") is True
    preview.show(site)
    page.wait_for_function("window.before === undefined")


def test_a_preview_that_ended_says_how_to_start_it_again(visit, preview):
    page = visit().page
    page.goto(preview.address + PAGE)
    preview.tell("x", failed=False)
    page.get_by_role("status").get_by_text("x", exact=True).wait_for()
    page.route("**/__preview__/news*", lambda route: route.abort())
    preview.tell("y", failed=False)
    page.get_by_role("alert").get_by_text("Start it again with: make serve").wait_for()
