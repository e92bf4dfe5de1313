"""What holds on every page of the built site, in both palettes and at both widths."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from guide_pages import ROOT, page_paths

pytestmark = pytest.mark.browser
PAGES = page_paths()
MEASURE_SHIFT = """
window.shift = 0
new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) window.shift += e.value })
  .observe({type: "layout-shift", buffered: true})
"""


def draw_all(visit):
    for figure in visit.figures():
        visit.draw(figure)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_draws_its_figures_without_a_complaint_and_axe_finds_nothing(visit, path, scheme):
    found = visit(color_scheme=scheme)
    found.go(path)
    assert found.page.eval_on_selector("body", "b => b.dataset.mdColorScheme") == (
        "slate" if scheme == "dark" else "default"
    )
    for figure in found.figures():
        found.draw(figure)
        check_types(found, figure)  # at once: what is far from sight is put away again
    assert found.problems == []
    results = Axe().run(found.page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["similarity/pairs-in-context", "similarity/pairs"])
def test_axe_finds_nothing_on_a_page_behind_an_exhibit(visit, name, scheme):
    found = visit(color_scheme=scheme)
    found.page.goto(f"{found.home}assets/behind/{name}.html")
    results = Axe().run(found.page)
    assert results.violations_count == 0, results.generate_report()


def check_types(found, figure):
    """Plotly drew the traces that the result holds: a missing trace type fails silently."""
    url = found.page.eval_on_selector(f"#{figure} .eg-panel:not([hidden])", "p => p.dataset.json")
    if url.startswith("#"):  # a notebook's figure: its data stands in the page
        content = found.page.eval_on_selector(url, "e => e.dataset.egJson")
    else:
        path = found.page.evaluate("url => new URL(url, location.href).pathname", url)
        content = (ROOT / "docs" / path.lstrip("/")).read_bytes()
    wanted = [trace["type"] for trace in json.loads(content)["plotly"]["data"]]
    drawn = found.page.eval_on_selector(f"#{figure} .eg-plot", "p => p._fullData.map(trace => trace.type)")
    assert drawn[: len(wanted)] == wanted


@pytest.mark.parametrize("path", PAGES)
def test_fits_a_phone_and_does_not_jump(visit, path):
    found = visit(narrow=True, has_touch=True, is_mobile=True)
    found.page.add_init_script(MEASURE_SHIFT)
    found.go(path)
    draw_all(found)
    assert found.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert found.page.evaluate("window.shift") <= 0.02
    assert found.problems == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways_at_320_px_nor_with_text_at_200_percent(visit, path):
    found = visit()
    found.page.set_viewport_size({"width": 320, "height": 700})
    found.go(path)
    assert found.page.evaluate("document.documentElement.scrollWidth") <= 320
    found.page.set_viewport_size({"width": 1280, "height": 900})
    found.page.add_style_tag(content="html { font-size: 250% !important }")  # Material's own size is 125 %
    assert found.page.evaluate("document.documentElement.scrollWidth") <= 1280


@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways_on_a_phone_whose_browser_is_set_to_text_at_200_percent(visit, path):
    found = visit()
    found.page.set_viewport_size({"width": 390, "height": 844})
    # A setting of the browser reaches the media queries as well, which a style sheet does not.
    sizes = {"standard": 32, "fixed": 26}
    found.page.context.new_cdp_session(found.page).send("Page.setFontSizes", {"fontSizes": sizes})
    found.go(path)
    draw_all(found)
    assert found.page.evaluate("getComputedStyle(document.documentElement).fontSize") == "40px"
    assert found.page.evaluate("document.documentElement.scrollWidth") <= 390
    outside = "all => all.filter(one => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth).length"
    assert found.page.eval_on_selector_all(".eg-tool, .eg-quiet", outside) == 0


@pytest.mark.parametrize("path", PAGES)
def test_says_everything_without_scripts(visit, path):
    found = visit(java_script_enabled=False)
    found.go(path)
    assert found.page.locator("h1").count() == 1
    for caption in found.page.locator(
        "figcaption .eg-caption:not([hidden]), .eg-table .eg-caption:not([hidden])"
    ).all():
        assert caption.is_visible() and len(caption.inner_text()) > 20
        assert "**" not in caption.inner_text()
    for panel in found.page.locator("[data-eg-figure] .eg-panel:not([hidden])").all():
        pictures = panel.locator(".eg-static img")
        assert [picture.is_visible() for picture in pictures.all()].count(True) == 1
    for value in found.page.locator("data:not([hidden])").all():
        assert value.inner_text().strip()


@pytest.mark.parametrize("path", PAGES)
def test_first_view_and_first_figure_stay_within_their_budget(visit, path):
    found = visit()
    sizes = []
    found.page.on("response", lambda r: sizes.append(int(r.headers.get("content-length", 0))))
    found.go(path)
    found.page.wait_for_timeout(300)
    assert sum(sizes) <= 350_000
    figures = found.figures()
    if figures:
        found.draw(figures[0])
        assert sum(sizes) <= 850_000


@pytest.mark.parametrize("path", PAGES)
def test_prints_pictures_and_hides_what_cannot_be_pressed(visit, path):
    found = visit()
    found.go(path)
    figures = found.figures()
    if figures:
        found.draw(figures[0])
    found.page.emulate_media(media="print")
    for panel in found.page.locator("[data-eg-figure] .eg-panel:not([hidden])").all():
        assert [p.is_visible() for p in panel.locator(".eg-static img").all()].count(True) == 1
    assert not [b for b in found.page.locator(".eg-bar, .eg-takeaway").all() if b.is_visible()]


@pytest.mark.parametrize("path", PAGES)
def test_can_be_read_from_disk(browser, site, path):
    context = browser.new_context()
    page = context.new_page()
    page.goto((site / path / "index.html").as_uri())
    assert page.locator("h1").is_visible()
    pictures = [picture for picture in page.locator(".eg-static img").all() if picture.is_visible()]
    panels = page.locator("[data-eg-figure] .eg-panel:not([hidden])").count()
    assert len(pictures) == panels
    loaded = [
        picture.evaluate("i => { i.loading = 'eager'; return i.decode().then(() => i.naturalWidth > 0) }")
        for picture in pictures
    ]
    assert all(loaded)
    context.close()
