"""Files that can be parsed but hold something else than the scripts count on: told, as those that cannot be parsed are."""

import copy
import json

import pytest
from guide_pages import ROOT

pytestmark = pytest.mark.browser
RESULTS = ROOT / "docs/assets/results"
PAGE, FIGURE = "chapters/similarity/", "fig-similarity-pairs-in-context"
FILE = "pairs-in-context.smollm2-135m.json"
DOCUMENT = json.loads((RESULTS / "similarity" / FILE).read_bytes())
SHORT = {"bdata": "AAA=", "dtype": "i1", "shape": "10", "scale": 1}

# Where the file is changed, and what stands there then.
WRONG = {
    "a list": ((), []),
    "nothing": ((), None),
    "no plot": (("plotly",), None),
    "traces that are no list": (("plotly", "data"), {"0": {}}),
    "traces that are none": (("plotly", "data", 0), 7),
    "a layout that is none": (("plotly", "layout"), [1]),
    "points without a place": (("plotly", "data", 0, "x"), [0.5]),
    "places that are no list": (("plotly", "data", 0, "x"), {"0": 1}),
    "points without a label": (("plotly", "data", 0, "text"), ["one"]),
    "numbers that are missing": (("plotly", "data", 0, "x"), SHORT),
    "numbers of another kind": (("plotly", "data", 0, "x"), {**SHORT, "dtype": "f8"}),
    "controls that are no list": (("controls",), {"mean": "kept"}),
    "a control whose values are none": (("controls", 0, "values"), "kept"),
    "states that are no list": (("states",), {"mean": 1}),
    "states that are none": (("states", 0), "subtracted"),
    "a state of no trace": (("states", 0, "data"), {"7": {"x": [1]}}),
    "a state of wrong length": (("states", 0, "data", "0", "x"), [1, 2]),
    "a state that places too few": (("states", 0, "points"), [[1], [2]]),
    "columns that are no list": (("columns",), {"name": "word"}),
    "rows that are no list": (("rows",), {"0": []}),
    "rows that are none": (("rows", 3), "king"),
    "a row too short": (("rows", 3), ["king"]),
}


def changed(document, path, content):
    """A copy with something else at one place."""
    if not path:
        return content
    made = copy.deepcopy(document)
    place = made
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = content
    return made


def serving(found, pattern, document):
    body = json.dumps(document)
    found.page.route(pattern, lambda route: route.fulfill(body=body, content_type="application/json"))
    return found


def sentence_of(found, figure):
    """What a figure that failed says, beside the picture that stays."""
    found.page.evaluate("id => document.getElementById(id).scrollIntoView({block: 'center'})", figure)
    found.page.mouse.wheel(0, 50)
    found.page.wait_for_selector(f"#{figure}[data-eg-state=failed]")
    assert found.page.locator(f"#{figure} .eg-panel:not([hidden]) .eg-static img").first.is_visible()
    assert not found.page.locator(f"#{figure} :is(.eg-plot, .eg-legend)").count()
    return found.page.locator(f"#{figure} [data-eg-problem]:not([hidden])").inner_text()


def test_the_figure_as_it_is_can_be_drawn(visit):
    found = serving(visit(), f"**/{FILE}", changed(DOCUMENT, ("rows", 3), DOCUMENT["rows"][3])).go(PAGE)
    found.draw(FIGURE)
    assert found.problems == []


@pytest.mark.parametrize("wrong", WRONG)
def test_a_result_of_wrong_shape_leaves_the_picture_and_one_sentence(visit, wrong):
    found = serving(visit(), f"**/{FILE}", changed(DOCUMENT, *WRONG[wrong])).go(PAGE)
    assert sentence_of(found, FIGURE) == f"The explorable figure could not be drawn: {FILE} could not be read."
    assert [problem.startswith(f"warning: embedguide: {FILE}: ") for problem in found.problems] == [True]


@pytest.mark.parametrize("theme", [[], None, {"light": {"ink": "#000"}}, {"light": {}, "dark": {}}])
def test_a_theme_of_wrong_shape_is_named(visit, theme):
    found = serving(visit(), "**/theme.json", theme).go(PAGE)
    assert "theme.json could not be read" in sentence_of(found, FIGURE)


LABEL = "The next word is …"
PARTS, PART = "map.smollm2-135m", "in-carrier.json"
STATES = json.loads((RESULTS / "layers" / PARTS / PART).read_bytes())["states"]


@pytest.mark.parametrize(
    "part", [[], {"states": {}}, {"states": [7]}, {"states": [{**STATES[0], "points": [[1], [2]]}]}]
)
def test_a_part_of_wrong_shape_is_told_whether_a_view_stands_before_it_or_not(visit, part):
    found = serving(visit(), f"**/{PARTS}/{PART}", part).go("chapters/layers/#fig-layers-map?feeding=in-carrier")
    assert PART in sentence_of(found, "fig-layers-map")
    assert [problem.startswith(f"warning: embedguide: {PART}: ") for problem in found.problems] == [True]
    found = serving(visit(), f"**/{PARTS}/{PART}", part).go("chapters/layers/")
    found.draw("fig-layers-map")
    found.page.locator("#fig-layers-map .eg-panel:not([hidden]) select", has_text=LABEL).select_option(label=LABEL)
    found.page.get_by_text("This view could not be fetched").locator("visible=true").wait_for()
    assert found.page.locator("#fig-layers-map .eg-plot").is_visible()
    assert [problem.startswith(f"warning: embedguide: {PART}: ") for problem in found.problems] == [True]


@pytest.mark.parametrize("rows", [{}, ["king"], [["king"]]])
def test_a_table_whose_file_has_no_rows_keeps_those_it_has_and_gives_no_file(visit, rows):
    name = "neighbors.smollm2-135m.json"
    document = json.loads((RESULTS / "similarity" / name).read_bytes())
    found = serving(visit(), f"**/{name}", {**document, "rows": rows}).go(PAGE)
    box = found.page.locator("#table-similarity-neighbors")
    few = box.locator("table:visible tbody tr:visible").all_text_contents()
    box.get_by_role("link", name="All 100 rows").first.click()
    found.page.wait_for_function(
        "document.getElementById('eg-live')?.textContent.startsWith('The other rows could not be fetched: ')"
    )
    assert f"{name} could not be read" in box.locator(".eg-problem:visible").inner_text()
    assert box.locator("table:visible tbody tr:visible").all_text_contents() == few
    box.locator("[data-tool=csv]:visible").click()
    box.get_by_role("button", name="Could not be read").wait_for()
    assert len(found.problems) == 2 and all(name in problem for problem in found.problems)
