"""The chapter on maps in a reader's hands: lines to true neighbors, the figure that waits, the figure as one file."""

import json

import pytest
from guide_pages import ROOT

pytestmark = pytest.mark.browser
PAGE, WORDS, WHOLE = "chapters/maps/", "fig-maps-words", "fig-maps-vocabulary"
MODELS = {"smollm2-135m": "SmolLM2 135M", "qwen2.5-0.5b": "Qwen2.5 0.5B"}


def document(name, model):
    return json.loads((ROOT / f"docs/assets/results/maps/{name}.{model}.json").read_bytes())


@pytest.mark.parametrize("model", MODELS)
def test_found_word_is_tied_to_its_true_neighbors(visit, model):
    found = visit().go(PAGE)
    found.page.get_by_label(MODELS[model]).check()
    found.draw(WORDS)
    found.page.locator(f"#{WORDS} .eg-panel:not([hidden]) input[role=combobox]").fill("cat")
    found.page.keyboard.press("Enter")
    lines = f"document.querySelector('#{WORDS} .eg-plot')._fullData.find(t => t.name === 'nearest in the space')"
    found.page.wait_for_function(f"{lines}?.x?.length === 9")
    ends = found.page.evaluate(f"Array.from({lines}.x).filter((x, i) => i % 3 === 1)")
    figure = document("words", model)
    points = [x for trace in figure["plotly"]["data"] for x in trace["x"]]
    names = [text for trace in figure["plotly"]["data"] for text in trace["text"]]
    assert ends == pytest.approx([points[n] for n in figure["links"]["to"][names.index("cat")]])
    found.page.locator(f"#{WORDS} .eg-plot:visible").scroll_into_view_if_needed()
    hover, leave = (
        f"document.querySelector('#{WORDS} .eg-plot').emit('plotly_{name}', %s)" for name in ("hover", "unhover")
    )
    found.page.evaluate(hover % "{points: [{curveNumber: 1, pointNumber: 0}]}")
    found.page.wait_for_function(f"{lines}.x[0] === {figure['plotly']['data'][1]['x'][0]}")
    found.page.evaluate(leave % "{}")  # the lines of the found word come back
    found.page.wait_for_function(f"{lines}.x[1] === {ends[0]}")
    assert found.problems == []


def test_a_map_has_its_size_when_it_is_first_seen(visit):
    found = visit()
    # A figure turns live by a class; whoever watches for it sees the plot at that moment.
    found.page.add_init_script("""window.heights = []
      document.addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
        for (const plot of document.querySelectorAll(".eg-stage--live .eg-plot"))
          heights.push([plot.clientHeight, plot._fullLayout.height])
      }).observe(document.body, {attributeFilter: ["class"], subtree: true}))""")
    found.go(PAGE)
    found.draw(WORDS)
    heights = found.page.evaluate("heights")
    assert heights and all(plot == drawn for plot, drawn in heights), heights
    # The legend takes its room from the plot, not from the page.
    stage = found.page.locator(f"#{WORDS} .eg-panel:not([hidden]) .eg-stage").bounding_box()
    assert heights[0][0] < stage["height"]


@pytest.mark.parametrize("model", MODELS)
def test_nothing_of_the_whole_vocabulary_is_fetched_before_the_press(visit, model):
    found = visit()
    asked = []
    found.page.on("request", lambda request: asked.append(request.url))
    found.go(PAGE)
    found.page.get_by_label(MODELS[model]).check()
    found.page.evaluate("id => document.getElementById(id).scrollIntoView({block: 'center'})", WHOLE)
    found.page.mouse.wheel(0, 1)
    found.page.locator(f"#{WHOLE} [data-tool=request]:visible").wait_for()
    found.page.wait_for_load_state("networkidle")
    mine = f"maps/vocabulary.{model}.json"
    assert not [url for url in asked if mine in url]
    found.page.locator(f"#{WHOLE} [data-tool=request]:visible").click()
    found.page.wait_for_selector(f"#{WHOLE}[data-eg-state=drawn]", timeout=60_000)
    assert len([url for url in asked if mine in url]) == 1


def test_the_figure_as_one_file_draws_without_a_server(visit, tmp_path):
    found = visit().go(PAGE)
    found.draw(WORDS)
    with found.page.expect_download() as download:
        found.page.locator(f"#{WORDS} [data-tool=html]:visible").click()
    file = tmp_path / "words.html"
    download.value.save_as(file)
    alone = found.page.context.new_page()
    problems = []
    alone.on("pageerror", lambda error: problems.append(str(error)))
    alone.on("request", lambda request: problems.append(request.url) if request.url.startswith("http") else None)
    alone.goto(file.as_uri())
    alone.locator("#figure .scatterlayer .points path").first.wait_for()
    texts = set(alone.locator("#figure .scatterlayer text").all_text_contents())
    assert {"cat", "dog", "France"} <= texts
    assert problems == []


def test_the_large_cloud_answers_a_pointer_that_rests_and_not_one_that_passes(visit):
    found = visit().go(PAGE)
    found.page.evaluate("id => document.getElementById(id).scrollIntoView({block: 'center'})", WHOLE)
    found.page.locator(f"#{WHOLE} [data-tool=request]:visible").click()
    found.page.wait_for_selector(f"#{WHOLE}[data-eg-state=drawn]", timeout=60_000)
    reached = "window.reached = []; document.querySelector('#{} .eg-plot canvas').addEventListener('mousemove', e => reached.push(e.isTrusted))"
    found.page.evaluate(reached.format(WHOLE))
    box = found.page.locator(f"#{WHOLE} .eg-plot").bounding_box()
    found.page.clock.install()  # so that the time between two moves is not this machine's
    found.page.clock.pause_at(found.page.evaluate("Date.now()") + 1000)
    for step in range(20):
        found.page.mouse.move(box["x"] + box["width"] / 2 + step, box["y"] + box["height"] / 2)
        found.page.clock.run_for(10)
    assert found.page.evaluate("reached.length") == 0
    found.page.clock.run_for(1000)
    assert found.page.evaluate("reached.length") == 1
    assert found.page.evaluate("reached.every(isTrusted => !isTrusted)")


@pytest.mark.parametrize("narrow", [True, False])
def test_the_button_that_fetches_the_cloud_says_how_much_and_covers_no_color(visit, narrow):
    found = visit(narrow=narrow).go(PAGE)
    button = found.page.locator(f"#{WHOLE} [data-tool=request]:visible")
    button.scroll_into_view_if_needed()
    assert button.inner_text() == "Fetch all points (1.2 MB)"
    stage, place = found.page.locator(f"#{WHOLE} .eg-stage:visible").bounding_box(), button.bounding_box()
    # The color bar is at the foot of the picture.
    assert stage["y"] <= place["y"] and place["y"] + place["height"] < stage["y"] + stage["height"] / 2


@pytest.mark.parametrize("word", ["joy", "cat"])
def test_on_a_phone_the_card_of_a_point_leaves_the_point_in_sight(visit, word):
    found = visit(narrow=True).go(PAGE)
    found.draw(WORDS)
    field = found.page.locator("#fig-maps-words .eg-panel:not([hidden]) input[type=search]")
    field.fill(word)
    field.press("Enter")
    found.page.locator("#fig-maps-words .eg-card").wait_for()
    hidden = found.page.evaluate(
        """word => {
          const plot = [...document.querySelectorAll("#fig-maps-words .eg-plot")].find((one) => one.offsetParent)
          const { xaxis, yaxis } = plot._fullLayout
          const trace = plot._fullData.find((one) => one.text?.includes?.(word))
          const at = trace.text.indexOf(word)
          const from = plot.getBoundingClientRect()
          const card = document.querySelector("#fig-maps-words .eg-card").getBoundingClientRect()
          const x = from.left + xaxis._offset + xaxis.d2p(trace.x[at])
          const y = from.top + yaxis._offset + yaxis.d2p(trace.y[at])
          return x > card.left && x < card.right && y > card.top && y < card.bottom
        }""",
        word,
    )
    assert not hidden
