"""A notebook's page: its figure is drawn by the site's own Plotly, follows the palette, and can be taken away."""

import json

import pytest
from guide_pages import ROOT

pytestmark = pytest.mark.browser
PAGE, FIGURE = "notebooks/through-the-layers/", "fig-notebooks-through-the-layers-1"


def ready(visit, **options):
    found = visit(**options)
    found.go(PAGE)
    found.draw(FIGURE)
    return found


def test_the_figure_is_that_of_the_notebook_and_follows_the_palette(visit):
    found = ready(visit, color_scheme="light")
    notebook = json.loads((ROOT / "docs/notebooks/through-the-layers.ipynb").read_bytes())
    drawn = [o["data"]["application/vnd.embedguide.figure+json"] for c in notebook["cells"] for o in c.get("outputs", []) if "data" in o and "application/vnd.embedguide.figure+json" in o["data"]]  # fmt: skip
    values = found.page.eval_on_selector(f"#{FIGURE} .eg-plot", "p => Array.from(p._fullData[1].y)")
    assert values == pytest.approx(drawn[0]["plotly"]["data"][1]["y"])
    paper = f"document.querySelector('#{FIGURE} .eg-plot')._fullLayout.font.color"
    before = found.page.evaluate(paper)
    found.page.locator("label[for=__palette_1]").click()
    found.page.wait_for_function(f"{paper} !== '{before}'")
    assert found.problems == []


def test_the_figure_is_drawn_when_another_page_led_here_without_a_reload(visit):
    found = visit()
    found.go("glossary/")
    found.page.evaluate("window.sameDocument = true")
    found.page.locator(f".md-nav a[href*='{PAGE}']").first.evaluate("a => a.click()")
    found.page.wait_for_url(f"**/{PAGE}")
    found.page.wait_for_selector(f"#{FIGURE}", state="attached")
    found.draw(FIGURE)
    found.page.go_back()
    found.page.wait_for_url("**/glossary/")
    found.page.go_forward()
    found.page.wait_for_selector(f"#{FIGURE}", state="attached")
    found.draw(FIGURE)
    assert found.page.evaluate("window.sameDocument") is True
    assert found.problems == []


def test_its_data_can_be_taken_away(visit):
    found = ready(visit)
    figure = found.page.locator(f"#{FIGURE}")
    figure.locator("summary", has_text="Data").click()
    with found.page.expect_download() as download:
        figure.locator("[data-tool=csv]:visible").click()
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert len(lines) == 32 and lines[0].startswith("layer,")


def test_the_notebook_can_be_had_and_opened_in_colab(visit):
    found = visit()
    found.go(PAGE)
    with found.page.expect_download() as download:
        found.page.get_by_role("link", name="download the notebook").click()
    assert download.value.path().read_bytes() == (ROOT / "docs/notebooks/through-the-layers.ipynb").read_bytes()
    colab = found.page.get_by_role("link", name="open in Colab").get_attribute("href")
    assert colab.startswith("https://colab.research.google.com/github/")
    assert colab.endswith("/blob/main/docs/notebooks/through-the-layers.ipynb")


def test_code_and_outputs_stand_there_without_scripts(visit):
    found = visit(java_script_enabled=False)
    found.go(PAGE)
    text = found.page.locator("article").inner_text()
    assert "open_language_model(" in text and "layers, sentences, dimensions: (31, 3, 576)" in text
