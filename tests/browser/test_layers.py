"""The chapter on layers in a reader's hands: two figures that move together, parts fetched on demand, a trail."""

import json

import pytest
from guide_pages import ROOT

pytestmark = pytest.mark.browser
PAGE, MAP, CURVES = "chapters/layers/", "fig-layers-map", "fig-layers-curves"
DOCUMENT = json.loads((ROOT / "docs/assets/results/layers/map.smollm2-135m.json").read_bytes())
LAYERS = next(control["values"] for control in DOCUMENT["controls"] if control["id"] == "layer")
N_CATEGORIES = len(DOCUMENT["deal"])


def ready(visit, address=PAGE, **options):
    found = visit(**options)
    found.go(address)
    found.draw(CURVES)
    found.draw(MAP)
    return found


def panel(found, figure):
    return found.page.locator(f"#{figure} .eg-panel:not([hidden])")


def wait_for_line(found, figure, place):
    found.page.wait_for_function(
        "([id, x]) => document.querySelector(`#${id} .eg-plot`)?.layout?.shapes?.[0]?.x0 === x",
        arg=[figure, place],
        timeout=10_000,
    )


def first_point(found):
    return found.page.eval_on_selector(f"#{MAP} .eg-plot", "p => [p._fullData[0].x[0], p._fullData[0].y[0]]")


@pytest.mark.parametrize(("moved", "follower"), [(MAP, CURVES), (CURVES, MAP)])
def test_the_slider_of_each_figure_moves_the_other(visit, moved, follower):
    found = ready(visit)
    found.draw(moved)
    slider = panel(found, moved).locator("input[type=range]")
    before = int(slider.input_value())
    slider.focus()
    found.page.keyboard.press("ArrowLeft")
    wait_for_line(found, moved, before - 1)
    found.draw(follower)
    wait_for_line(found, follower, before - 1)
    assert panel(found, follower).locator("input[type=range]").input_value() == str(before - 1)
    assert found.problems == []


def test_a_step_that_moves_a_line_moves_a_line_and_a_figure_out_of_sight_waits(visit):
    found = ready(visit, reduced_motion="reduce")
    found.draw(CURVES)
    found.page.wait_for_function(f"document.getElementById('{MAP}').getBoundingClientRect().bottom < 0")
    found.page.evaluate("""() => {
      window.reacted = []
      const { react } = Plotly
      Plotly.react = (plot, ...rest) => { reacted.push(plot.closest('figure').id); return react(plot, ...rest) }
    }""")
    slider = panel(found, CURVES).locator("input[type=range]")
    before = int(slider.input_value())
    slider.focus()
    for step in (1, 2, 3):
        found.page.keyboard.press("ArrowLeft")
        wait_for_line(found, CURVES, before - step)
    assert found.page.evaluate("reacted") == []
    found.draw(MAP)
    wait_for_line(found, MAP, before - 3)
    assert found.page.evaluate("reacted") == [MAP]


def test_play_walks_through_the_layers(visit):
    found = ready(visit)
    slider = panel(found, MAP).locator("input[type=range]")
    before = slider.input_value()
    panel(found, MAP).locator("[data-tool=play]").click()
    found.page.wait_for_function(f"document.querySelector('#{MAP} input[type=range]').value !== '{before}'")


@pytest.mark.parametrize("model", ["smollm2-135m", "qwen2.5-0.5b"])
def test_feeding_and_removal_change_the_points(visit, model):
    found = ready(visit)
    if model != "smollm2-135m":
        found.page.get_by_role("radio", name="Qwen2.5 0.5B").check()
        found.draw(MAP)
    seen = [first_point(found)]
    for label in ("The next word is …", "the mean direction"):
        panel(found, MAP).locator("select", has_text=label).select_option(label=label)
        found.page.wait_for_function(
            f"x => document.querySelector('#{MAP} .eg-plot')._fullData[0].x[0] !== x", arg=seen[-1][0]
        )
        seen.append(first_point(found))
    assert found.problems == []


def test_a_found_word_leaves_a_trail(visit):
    found = ready(visit)
    panel(found, MAP).locator("input[role=combobox]").fill("March")
    found.page.keyboard.press("Enter")
    drawn = len(DOCUMENT["plotly"]["data"])
    found.page.wait_for_function(f"document.querySelector('#{MAP} .eg-plot')._fullData.length >= {drawn + 2}")
    lengths = found.page.eval_on_selector(
        f"#{MAP} .eg-plot", f"p => p._fullData.slice({drawn}).map(trace => trace.x.length)"
    )
    assert max(lengths) > 1
    assert "find=March" in found.page.url


def test_a_category_can_be_taken_away_by_its_name(visit):
    found = ready(visit)
    panel(found, MAP).get_by_role("button", name="months").click()
    shown = f"""document.querySelector('#{MAP} .eg-plot')._fullData.slice(0, {N_CATEGORIES})
      .filter(trace => trace.visible === true).length"""
    found.page.wait_for_function(f"{shown} === {N_CATEGORIES - 1}")


@pytest.mark.parametrize("narrow", [False, True])
def test_an_unknown_layer_is_told_beside_the_plot(visit, narrow):
    found = ready(visit, f"{PAGE}#{MAP}?layer=99", narrow=narrow)
    wait_for_line(found, MAP, LAYERS.index(next(c["default"] for c in DOCUMENT["controls"] if c["id"] == "layer")))
    told = panel(found, MAP).locator("[data-eg-problem]:not([hidden])")
    assert "99" in told.inner_text()
    sentence, plot = told.bounding_box(), found.page.locator(f"#{MAP} .eg-plot").bounding_box()
    assert sentence["y"] + sentence["height"] <= plot["y"] + 1 or sentence["y"] >= plot["y"] + plot["height"] - 1


def test_a_part_that_cannot_be_had_is_told(visit):
    found = visit()
    found.page.route("**/map.smollm2-135m/**", lambda route: route.abort())
    found.go(PAGE)
    found.draw(MAP)
    label = "The next word is …"
    panel(found, MAP).locator("select", has_text=label).select_option(label=label)
    panel(found, MAP).get_by_text("This view could not be fetched").wait_for()
