"""Word arithmetic in a reader's hands: what was chosen stands in the address, and an address chooses it again."""

import json
from urllib.parse import parse_qs

import pytest
from guide_pages import ROOT

pytestmark = pytest.mark.browser
PAGE = "chapters/analogies/"
PANEL = "[data-arithmetic]:not([hidden])"
WIDGET = "[data-eg-widget=word-arithmetic]"


def choice(found, name):
    return found.page.locator(f"{PANEL} [data-part={name}]")


def chosen(found):
    return {name: choice(found, name).input_value() for name in ("relation", "step", "word", "rule")}


def state(found):
    identity, _, query = found.page.evaluate("location.hash").partition("?")
    return identity, {name: values[0] for name, values in parse_qs(query).items()}


@pytest.fixture
def opened(visit):
    found = visit()
    found.go(PAGE)
    found.page.locator(PANEL).scroll_into_view_if_needed()
    found.page.wait_for_selector(f"{WIDGET}[data-eg-ready]")
    return found


def questions():
    (path,) = (ROOT / "docs/assets/results/analogies").glob("questions.smollm2-135m.json")
    return json.loads(path.read_bytes())["rows"]


def test_what_is_chosen_stands_in_the_address_and_comes_back(opened):
    relation = list(dict.fromkeys(row[0] for row in questions()))[2]
    choice(opened, "relation").select_option(relation)
    choice(opened, "word").select_option(index=1)
    choice(opened, "rule").select_option("kept")
    before, asked = chosen(opened), opened.page.locator(f"{PANEL} [data-part=question]").inner_text()
    identity, said = state(opened)
    assert identity == "#" + opened.page.locator(WIDGET).get_attribute("id")
    assert said == before
    address = opened.page.url
    opened.page.goto("about:blank")
    opened.page.goto(address)
    opened.page.wait_for_selector(f"{WIDGET}[data-eg-ready]")
    assert chosen(opened) == before
    assert opened.page.locator(f"{PANEL} [data-part=question]").inner_text() == asked
    assert opened.problems == []


def test_what_an_address_asks_for_in_vain_stays_as_it_is(opened):
    before = chosen(opened)
    identity = opened.page.locator(WIDGET).get_attribute("id")
    address = opened.page.url.partition("#")[0]
    opened.page.goto("about:blank")
    opened.page.goto(f"{address}#{identity}?relation=nonsense&step=x&rule=spellings")
    opened.page.wait_for_selector(f"{WIDGET}[data-eg-ready]")
    assert chosen(opened) == {**before, "rule": "spellings"}


def test_the_question_that_stands_first_needs_no_state(opened):
    choice(opened, "rule").select_option("kept")
    assert state(opened)[1] == {"rule": "kept"}
    choice(opened, "rule").select_option("out")
    assert state(opened)[1] == {}


def test_questions_that_cannot_be_had_are_told_and_asked_for_again_at_the_next_switch(opened):
    unhandled = []
    opened.page.on("pageerror", lambda error: unhandled.append(error))
    opened.page.route("**/questions.qwen*.json", lambda route: route.fulfill(status=500))
    smollm, qwen = (opened.page.get_by_role("radio", name=name).first for name in ("SmolLM2 135M", "Qwen2.5 0.5B"))
    told = opened.page.locator(f"{PANEL} .eg-problem")
    for _ in range(2):  # twice, and one sentence
        qwen.check()
        opened.page.wait_for_function(
            "panel => document.querySelector(panel).dataset.model.startsWith('qwen')", arg=PANEL
        )
        told.wait_for()
        assert told.inner_text() == "This part could not start: questions.qwen2.5-0.5b.json could not be read."
        sentence, bar = told.bounding_box(), opened.page.locator(f"{PANEL} .eg-bar").bounding_box()
        assert sentence["y"] >= bar["y"] + bar["height"] or sentence["y"] + sentence["height"] <= bar["y"]
        smollm.check()
    assert unhandled == []
    opened.page.unroute("**/questions.qwen*.json")
    qwen.check()
    told.wait_for(state="detached")
    relation = choice(opened, "relation")
    opened.page.wait_for_function("one => one.options.length > 1", arg=relation.element_handle())
    before = opened.page.locator(f"{PANEL} [data-part=question]").inner_text()
    relation.select_option(index=1)
    assert opened.page.locator(f"{PANEL} [data-part=question]").inner_text() != before


def test_bars_keep_their_colors_where_a_reader_forces_others(visit):
    colors = []
    for forced in ("none", "active"):
        found = visit(forced_colors=forced, color_scheme="light").go(PAGE)
        found.page.locator(PANEL).scroll_into_view_if_needed()
        found.page.wait_for_selector(f"{WIDGET}[data-eg-ready]")
        bars = found.page.locator(f"{PANEL} .eg-arith__bar i")
        colors.append(bars.evaluate_all("all => all.map(one => getComputedStyle(one).backgroundColor)"))
    assert colors[0] == colors[1] and colors[0]
