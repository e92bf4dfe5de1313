"""The chapter on neighbors in a reader's hands: the network of a sentence, and one word in five spaces."""

import json
import re

import pytest
from networks import CARD, FOLDER, Net, records, sketch

pytestmark = pytest.mark.browser
PAGE, NETWORK, SPACES = "chapters/graph/", "widget-network-graph-sentence-neighbors", "widget-spaces-graph-spaces"
MODELS = {"smollm2-135m": "SmolLM2 135M", "qwen2.5-0.5b": "Qwen2.5 0.5B"}


def network(visit, state="", model="smollm2-135m", **options):
    found = visit(**options).go(f"{PAGE}?model={model}#{NETWORK}{state}")
    return Net(found, NETWORK)


def neighbors(token, model, key="rank_without", k=20):
    rows = [row for row in records(f"sentence-neighbors.{model}") if row["token"] == token]
    return [row for row in sorted(rows, key=lambda r: r[key] or 99) if row[key] and row[key] <= k]


@pytest.mark.parametrize("model", MODELS)
def test_a_clicked_token_lists_its_neighbors_and_lights_them_up(visit, model):
    net = network(visit, model=model)
    net.click("topic")
    wanted = neighbors("␣topic", model)
    tokens, first = net.listed()
    assert tokens == [row["neighbor"] for row in wanted]
    assert first == pytest.approx(wanted[0]["cosine"], abs=0.006)
    assert {row["neighbor"].removeprefix("␣") for row in wanted} | {"topic"} == net.lit()
    assert "find=%E2%90%A3topic" in net.page.url
    assert net.found.problems == []


@pytest.mark.parametrize("narrow", [False, True])
def test_the_network_stands_there_without_scripts_and_is_not_drawn_again(visit, narrow):
    still = visit(narrow=narrow, java_script_enabled=False).go(PAGE).page.locator(f"#{NETWORK} svg:visible")
    lines, dots, names = sketch(still)
    told = next(row for row in records("structure.smollm2-135m") if row["k"] == 20 and not row["variants"])
    assert told["threshold"] == 0 and len({ends for _, ends in lines}) == told["n_links"]
    assert len(dots) + len(names) == told["n_tokens"] and bool(dots) == narrow
    found = visit(narrow=narrow)
    mark = "document.querySelectorAll('.eg-net__all').forEach(one => { one.isFirst = true })"
    found.page.add_init_script(f"addEventListener('DOMContentLoaded', () => {mark})")
    net = Net(found.go(PAGE), NETWORK)
    drawn = net.map.locator(".eg-net__all")
    assert drawn.evaluate("one => one.isFirst === true")
    net.root.locator("[data-name=k]").focus()
    for key in ("ArrowLeft", "ArrowRight"):
        net.page.keyboard.press(key)
    assert drawn.evaluate("one => one.isFirst === undefined")
    assert sketch(net.map) == (lines, dots, names)


def test_a_token_is_found_and_followed_by_keyboard(visit):
    net = network(visit)
    net.seek("hot")
    net.wait("root.querySelector('[data-part=card] .eg-net__name').textContent === '␣hot'")
    net.root.locator(f"{CARD} li button").first.focus()
    name = net.root.locator(f"{CARD} li button").first.inner_text()
    net.page.keyboard.press("Enter")
    net.wait("root.querySelector('[data-part=card] .eg-net__name').textContent === argument", name)
    assert "␣hot" in net.root.locator(CARD).inner_text()  # a neighbor names whose it is
    net.page.keyboard.press("Escape")
    net.wait("!root.querySelector('.eg-net__map--lit')")
    assert "find=" not in net.page.url


def test_a_token_that_is_not_there_is_told(visit):
    net = network(visit, "?find=xylophone")
    assert "No token here is called “xylophone”." in net.root.locator(CARD).inner_text()
    net.seek("topic")
    net.wait("root.querySelector('.eg-net__map--lit')")
    assert "No token" not in net.root.locator(CARD).inner_text()


@pytest.mark.parametrize("model", MODELS)
def test_the_controls_change_the_network_and_its_numbers(visit, model):
    net = network(visit, model=model)
    told = {
        (row["k"], row["variants"], row["threshold"]): (row["n_tokens"], row["n_links"])
        for row in records(f"structure.{model}")
    }
    seen = set()

    def check(k, variants, least):
        net.wait(
            f"root.querySelector('[data-part=numbers]').textContent.startsWith('{told[k, variants, least][0]} tokens')"
        )
        numbers = net.root.locator("[data-part=numbers]").inner_text()
        n_tokens, n_links = map(int, re.match(r"(\d+) tokens, (\d+) links", numbers).groups())
        assert (n_tokens, n_links) == told[k, variants, least]
        # Tokens of the sentence stay, also without a link.
        assert net.map.locator(".eg-net__all text").count() >= n_tokens
        assert net.n_pairs() == n_links
        seen.add(numbers)

    check(20, False, 0.0)
    net.root.locator("[data-name=k]").focus()
    net.page.keyboard.press("ArrowLeft")
    check(10, False, 0.0)
    net.root.locator("[data-name=least]").focus()
    net.page.keyboard.press("End")
    check(10, False, 0.5)
    net.root.get_by_label("Spelling variants").focus()
    net.page.keyboard.press("Space")
    check(10, True, 0.5)
    assert len(seen) == 4
    assert {"k=10", "least=0.5", "variants=true"} <= set(net.page.url.split("?")[-1].split("&"))
    assert net.root.locator("[data-name=least]").get_attribute("aria-valuetext") == "0.5"
    assert net.found.problems == []


def test_a_link_brings_the_network_back(visit):
    net = network(visit, "?k=5&least=0.4&variants=true&find=list")
    assert net.root.locator("[data-name=k]").get_attribute("aria-valuetext") == "5"
    assert net.root.locator("[data-name=least]").get_attribute("aria-valuetext") == "0.4"
    assert net.root.get_by_label("Spelling variants").is_checked()
    net.page.evaluate("id => { location.hash = `${id}?k=10` }", NETWORK)
    net.wait("root.querySelector('[data-name=k]').getAttribute('aria-valuetext') === '10'")
    assert not net.root.get_by_label("Spelling variants").is_checked()


@pytest.mark.parametrize("state", ["k=7", "least=9", "variants=perhaps"])
def test_an_unknown_setting_falls_back_and_is_told(visit, state):
    net = network(visit, f"?{state}")
    assert net.root.locator("[data-name=k]").get_attribute("aria-valuetext") == "20"
    assert f"not “{state.partition('=')[2]}”." in net.root.locator(CARD).inner_text()


def test_a_model_whose_network_cannot_be_had_is_told_and_the_next_switch_mends_it(visit):
    net = network(visit)
    net.click("topic")
    unhandled = []
    net.page.on("pageerror", lambda error: unhandled.append(error))
    net.page.route("**/sentence-neighbors.qwen*.json", lambda route: route.fulfill(status=500))
    net.page.get_by_role("radio", name=MODELS["qwen2.5-0.5b"]).first.check()
    net.wait("root.querySelector('.eg-net__problem')")
    sentence = "The network could not be drawn: sentence-neighbors.qwen2.5-0.5b.json could not be read."
    assert net.root.locator(CARD).inner_text() == sentence
    assert net.root.locator("[data-part=numbers]").inner_text() == ""
    assert net.root.locator("[data-part=find]").input_value() == ""
    assert net.root.locator(".eg-bar input:enabled").count() == 0
    assert unhandled == []
    net.page.get_by_role("radio", name=MODELS["smollm2-135m"]).first.check()
    net.wait("root.querySelector('[data-part=card] ul') && !root.querySelector('.eg-net__problem')")
    assert net.root.locator(".eg-bar input:disabled").count() == 0
    net.seek("topic")
    net.wait("root.querySelector('.eg-net__map--lit')")
    assert net.listed()[0] == [row["neighbor"] for row in neighbors("␣topic", "smollm2-135m")]


@pytest.mark.parametrize("name", ["k", "set", "find"])
def test_an_endless_state_in_the_address_is_cut(visit, name):
    net = network(visit, f"?{name}={'9' * 10_000}%E2%80%AE", narrow=True)
    words = net.root.locator(CARD).inner_text()
    assert "9…”" in words and len(words) < 1000 and "\u202e" not in words
    assert net.found.page.evaluate("document.documentElement.scrollWidth") <= 390


def spaces(visit, state="", **options):
    found = visit(**options).go(f"{PAGE}#{SPACES}{state}")
    found.page.locator(f"#{SPACES}").scroll_into_view_if_needed()
    found.page.wait_for_function(f"document.querySelectorAll('#{SPACES} [data-part=words] option').length > 100")
    return found


def columns(found):
    """The listed words by space."""
    return {
        one.locator("h3").inner_text(): one.locator("li > :first-child").all_inner_texts()
        for one in found.page.locator(f"#{SPACES} .eg-spaces__space").all()
    }


def test_overlaps_of_a_typed_word_are_those_of_the_result(visit):
    found = spaces(visit)
    found.page.locator(f"#{SPACES} [data-part=word]").fill("queen")
    found.page.keyboard.press("Enter")
    found.page.wait_for_function("decodeURIComponent(location.hash).endsWith('?word=queen')")
    wanted = {row["space"]: row["neighbors"].split() for row in records("spaces") if row["word"] == "queen"}
    assert columns(found) == wanted
    text = found.page.locator(f"#{SPACES} [data-part=shared]").inner_text()
    told = {(a, b): int(n) for a, b, n in re.findall(r"([\w.-]+) and ([\w.-]+) (\d+)", text)}
    names = list(wanted)
    for at, a in enumerate(names):
        for b in names[at + 1 :]:
            assert told.get((a, b), 0) == len(set(wanted[a]) & set(wanted[b]))
    assert any(told.values()) and found.problems == []


def test_a_word_in_the_address_is_shown_and_a_listed_word_leads_on(visit):
    found = spaces(visit, "?word=sun")
    assert found.page.locator(f"#{SPACES} [data-part=word]").input_value() == "sun"
    onward = found.page.locator(f"#{SPACES} li button").first
    word = onward.inner_text()
    onward.focus()
    found.page.keyboard.press("Enter")
    found.page.wait_for_function("w => location.hash.endsWith(`?word=${w}`)", arg=word)
    first = found.page.locator(f"#{SPACES} li button").first
    assert first.evaluate("one => one === document.activeElement")  # the button pressed is gone with its list
    assert columns(found) == {r["space"]: r["neighbors"].split() for r in records("spaces") if r["word"] == word}


def test_an_unknown_word_leaves_the_first_one_and_is_told(visit):
    found = spaces(visit, "?word=embedding")
    said = found.page.locator(f"#{SPACES} [data-part=said]").inner_text()
    assert said.startswith("“embedding” is not among the 200 words.")
    assert columns(found) == {r["space"]: r["neighbors"].split() for r in records("spaces") if r["word"] == "moon"}


def test_an_endless_word_in_the_address_is_cut_and_the_page_keeps_its_width(visit):
    found = spaces(visit, f"?word={'z' * 10_000}%E2%80%AE", narrow=True)
    sentence = found.page.locator(f"#{SPACES} [data-part=said]", has_text="is not among").inner_text()
    assert len(sentence) < 200 and "\u202e" not in sentence
    assert found.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_two_hundred_words_can_be_looked_up():
    assert len({row[0] for row in json.loads((FOLDER / "spaces.json").read_bytes())["rows"]}) == 200


# The choice under the first table picks a token, whose column then says the same in every row. So does that of the second; a page names it.
@pytest.mark.parametrize(("name", "chosen", "spare"), [("sentence-neighbors", [1], []), ("list-neighbors", [], [1])])
def test_a_narrow_table_shows_the_neighbor_and_leaves_ids_to_the_file(visit, name, chosen, spare):
    def boxes(**options):
        page = visit(**options).go(PAGE).page
        cells = page.locator(f"#table-graph-{name} .eg-panel:not([hidden]) tbody tr:not([data-out])").first.locator(
            "th, td"
        )
        return [None if not cell.is_visible() else cell.bounding_box() for cell in cells.all()]

    narrow = boxes(narrow=True)
    assert [at for at, box in enumerate(narrow) if box is None] == sorted([0, *chosen, *spare, 3])
    assert all(box["x"] + box["width"] <= 390 for box in narrow[1:6] if box)
    assert [at for at, box in enumerate(boxes()) if box is None] == chosen


def test_a_legend_draws_dashed_keys_for_dashed_lines_alone(visit):
    found = visit().go("chapters/graph/")
    found.draw("fig-graph-distances")
    keys = found.page.locator("#fig-graph-distances .eg-panel:not([hidden]) .eg-legend__entry")
    dashed = [key.inner_text() for key in keys.all() if key.locator("path[stroke-dasharray]").count()]
    assert dashed == ["nearest, shuffled table"] and keys.count() == 4
