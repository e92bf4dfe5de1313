"""Figures in a reader's hands: controls, addresses, keyboard, palettes, downloads, and what goes wrong."""

import base64
import csv
import io
import json
import re

import pytest
from guide_pages import ROOT

pytestmark = pytest.mark.browser
PAGE, FIGURE = "chapters/similarity/", "fig-similarity-pairs-in-context"
RESULT = ROOT / "docs/assets/results/similarity/pairs-in-context.smollm2-135m.json"
STATE = json.loads(RESULT.read_bytes())


def dots(found):
    """The x values of the figure's first trace."""
    return found.page.eval_on_selector(f"#{FIGURE} .eg-plot", "p => Array.from(p._fullData[0].x)")


def ready(visit, address=PAGE, **options):
    found = visit(**options)
    found.go(address)
    found.draw(FIGURE)
    return found


SUBTRACTED = STATE["states"][0]["data"]["0"]["x"]
KEPT = STATE["plotly"]["data"][0]["x"]


def wait_for_dots(found, expected):
    script = f"""wanted => {{ const p = document.querySelector('#{FIGURE} .eg-plot');
      return p && p._fullData && Array.from(p._fullData[0].x).every((x, i) => Math.abs(x - wanted[i]) < 1e-9) }}"""
    found.page.wait_for_function(script, arg=expected, timeout=10_000)


def test_a_control_changes_the_figure_and_the_address(visit):
    found = ready(visit)
    assert dots(found) == pytest.approx(KEPT)
    found.page.locator(f"#{FIGURE} .eg-panel:not([hidden]) select").select_option(label="subtracted")
    wait_for_dots(found, SUBTRACTED)
    assert found.page.url.endswith(f"#{FIGURE}?mean=subtracted")


def test_an_address_brings_the_state_back(visit):
    found = ready(visit, f"{PAGE}#{FIGURE}?mean=subtracted")
    wait_for_dots(found, SUBTRACTED)


def test_an_unknown_state_falls_back_to_the_default(visit):
    found = ready(visit, f"{PAGE}#{FIGURE}?mean=doubled&nothing=7")
    wait_for_dots(found, KEPT)
    assert found.problems == []


@pytest.mark.parametrize("value", ["a" * 10_000, "%E2%80%AEdoubled%E2%81%A6", "%00%ED%A0%80%FF"], ids=["endless", "turned", "broken"])  # fmt: skip
def test_of_a_strange_state_only_what_can_be_read_is_repeated(visit, value):
    found = ready(visit, f"{PAGE}#{FIGURE}?mean={value}")
    wait_for_dots(found, KEPT)
    sentence = found.page.locator(f"#{FIGURE} [data-eg-problem]:visible").inner_text()
    assert sentence.startswith("The address asks for mean vector “") and sentence.endswith(".") and len(sentence) < 200
    assert not set(sentence) & set("\u202e\u2066\0")
    assert found.problems == []


def test_words_in_the_text_set_the_figure_by_keyboard(visit):
    found = ready(visit)
    found.page.locator("a.eg-view").first.focus()
    found.page.keyboard.press("Enter")
    wait_for_dots(found, SUBTRACTED)
    found.page.wait_for_function("document.getElementById('eg-live').textContent.includes('now shows')")


def test_the_control_answers_to_the_keyboard(visit):
    found = ready(visit)
    found.page.locator(f"#{FIGURE} .eg-panel:not([hidden]) select").focus()
    found.page.keyboard.press("ArrowDown")
    wait_for_dots(found, SUBTRACTED)


def test_tab_alone_reaches_every_control(visit):
    found = ready(visit)
    wanted = found.page.evaluate(
        f"""() => [...document.querySelectorAll('#{FIGURE} :is(button, select, input, summary, a[href])')]
          .filter(e => e.checkVisibility()).length"""
    )
    found.page.locator("[data-eg-models] input:checked").focus()
    reached = set()
    for _ in range(wanted + 15):
        found.page.keyboard.press("Tab")
        inside = found.page.evaluate(
            f"""() => {{ const all = [...document.querySelectorAll('#{FIGURE} :is(button, select, input, summary, a[href])')];
              return all.indexOf(document.activeElement) }}"""
        )
        if inside >= 0:
            reached.add(inside)
    assert len(reached) == wanted


def test_find_reaches_a_point_by_keyboard_and_says_so(visit):
    found = ready(visit)
    found.page.locator(f"#{FIGURE} .eg-panel:not([hidden]) input[role=combobox]").fill("king – queen")
    found.page.keyboard.press("Enter")
    found.page.wait_for_function(f"document.querySelector('#{FIGURE} .eg-plot')._fullData.length > 2")
    assert "find=" in found.page.url
    found.page.wait_for_function("document.getElementById('eg-live').textContent.includes('Found king')")


def test_the_palette_recolors_at_once(visit):
    found = ready(visit, color_scheme="light")
    color = f"document.querySelector('#{FIGURE} .eg-plot')._fullData[0].marker.color"
    before = found.page.evaluate(color)
    found.page.locator("label[for=__palette_1]").click()
    found.page.wait_for_function(f"{color} !== '{before}'")


def test_the_model_switch_changes_figures_tables_and_numbers_and_is_remembered(visit):
    found = ready(visit)
    value = found.page.locator("p data:not([hidden])").first
    before = value.inner_text()
    found.page.get_by_role("radio", name="Qwen2.5 0.5B").check()
    assert found.page.locator("p data:not([hidden])").first.inner_text() != before
    other = json.loads(RESULT.with_name("pairs-in-context.qwen2.5-0.5b.json").read_bytes())
    wait_for_dots(found, other["plotly"]["data"][0]["x"])
    rows = found.page.locator("#table-similarity-pairs .eg-panel[data-model='qwen2.5-0.5b'] tbody tr")
    rows.first.wait_for()  # not in the page before
    assert rows.count() == len(json.loads(RESULT.with_name("pairs.qwen2.5-0.5b.json").read_bytes())["rows"])
    found.go(PAGE)
    rows.first.wait_for()
    assert found.page.get_by_role("radio", name="Qwen2.5 0.5B").is_checked()


def test_figures_survive_instant_navigation_and_back(visit):
    found = ready(visit)
    found.page.evaluate("window.sameDocument = true")
    found.page.locator(".md-nav a", has_text="Glossary").first.evaluate("a => a.click()")
    found.page.wait_for_url("**/glossary/")
    found.page.go_back()
    found.page.wait_for_selector(f"#{FIGURE}")
    assert found.page.evaluate("window.sameDocument") is True
    found.draw(FIGURE)
    assert dots(found) == pytest.approx(KEPT)
    assert found.problems == []


def test_a_result_that_cannot_be_had_leaves_the_picture_and_one_sentence(visit):
    found = visit()
    found.page.route("**/pairs-in-context.*.json", lambda route: route.fulfill(status=200, body='{"kind": "figu'))
    found.go(PAGE)
    found.page.mouse.wheel(0, 50)
    found.page.wait_for_selector(f"#{FIGURE}[data-eg-state=failed]")
    problem = found.page.locator(f"#{FIGURE} [data-eg-problem]:not([hidden])")
    assert "pairs-in-context.smollm2-135m.json" in problem.inner_text()
    assert found.page.locator(f"#{FIGURE} .eg-panel:not([hidden]) .eg-static img").first.is_visible()
    assert len([p for p in found.problems if "pairs-in-context" in p]) == 1


@pytest.mark.parametrize("file", ["theme.json", "plotly-basic.min.js"])
def test_what_could_not_be_had_is_named_also_where_it_is_not_the_result(visit, file):
    found = visit()
    found.page.route(f"**/{file}", lambda route: route.fulfill(status=503))
    found.go(PAGE)
    found.page.mouse.wheel(0, 50)
    found.page.wait_for_selector(f"#{FIGURE}[data-eg-state=failed]")
    assert file in found.page.locator(f"#{FIGURE} [data-eg-problem]:not([hidden])").inner_text()


def test_a_result_that_can_be_had_after_all_takes_the_sentence_away(visit):
    found = visit()
    found.page.route("**/pairs-in-context.smollm2-135m.json", lambda route: route.abort())
    found.go(PAGE)
    found.page.mouse.wheel(0, 50)
    found.page.wait_for_selector(f"#{FIGURE}[data-eg-state=failed]")
    pressed = ":is(button, select, input)"
    assert not found.page.locator(f"#{FIGURE} .eg-bar {pressed}").locator("visible=true").count(), "nothing to move"
    assert not found.page.locator(f"#{FIGURE} [data-tool=png]").is_visible()
    found.page.unroute("**/pairs-in-context.smollm2-135m.json")
    for model in ("Qwen2.5 0.5B", "SmolLM2"):
        found.page.get_by_role("radio", name=model).check()
        found.page.wait_for_selector(f"#{FIGURE}[data-eg-state=drawn]")
    wait_for_dots(found, KEPT)
    assert not found.page.locator(f"#{FIGURE} [data-eg-problem]").locator("visible=true").count()


def test_the_card_of_a_clicked_point_closes_on_escape(visit):
    found = ready(visit)
    found.page.locator(f"#{FIGURE} .eg-plot .scatterlayer .point").nth(2).click(force=True)
    card = found.page.locator(f"#{FIGURE} .eg-card")
    card.wait_for()
    assert found.page.evaluate("document.activeElement === document.body")
    found.page.keyboard.press("Escape")
    card.wait_for(state="detached")
    found.page.wait_for_function(
        f"document.querySelector('#{FIGURE} .eg-plot')._fullData.length === {len(STATE['plotly']['data'])}"
    )


@pytest.mark.parametrize("key", ["Escape", "Enter"])
def test_whoever_closes_a_card_by_keyboard_stands_in_the_figure_again(visit, key):
    found = ready(visit)
    field = found.page.locator(f"#{FIGURE} .eg-panel:not([hidden]) input[role=combobox]")
    field.fill("king – queen")
    field.press("Enter")
    found.page.locator(f"#{FIGURE} .eg-card button").press(key)
    found.page.locator(f"#{FIGURE} .eg-card").wait_for(state="detached")
    assert field.evaluate("f => f === document.activeElement && f.value === ''")
    assert "find=" not in found.page.url


def test_data_can_be_sorted_and_taken_away_as_csv(visit):
    found = ready(visit)
    figure = found.page.locator(f"#{FIGURE}")
    figure.locator("summary", has_text="Data").click()
    with found.page.expect_download() as download:
        figure.locator("[data-tool=csv]:visible").click()
    rows = list(csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert len(rows) == 11
    assert float(rows[1][2]) == pytest.approx(STATE["rows"][0][2])


def test_a_long_table_whose_rows_cannot_be_fetched_keeps_those_it_has(visit):
    found = visit()
    found.page.route("**/results/similarity/neighbors.*.json", lambda route: route.abort())
    found.go(PAGE)
    box = found.page.locator("#table-similarity-neighbors")
    few = box.locator("table:visible tbody tr:visible").count()
    with found.page.expect_console_message(lambda message: "neighbors" in message.text and message.type == "warning"):
        box.get_by_role("link", name="All 100 rows").first.click()
    assert box.locator("table:visible tbody tr:visible").count() == few > 0
    said = box.locator(".eg-panel:not([hidden]) .eg-problem")
    assert "neighbors.smollm2-135m.json could not be read" in said.inner_text()
    box.locator(
        "th:visible button", has_text="token"
    ).first.click()  # a part of the rows is not sorted as if it were all
    found.page.wait_for_timeout(300)
    assert box.locator("th[aria-sort]").count() == 0
    found.page.unroute("**/results/similarity/neighbors.*.json")
    box.get_by_role("link", name="All 100 rows").first.click()
    found.page.wait_for_function("document.querySelectorAll('#table-similarity-neighbors tbody tr').length >= 100")
    assert said.count() == 0
    assert found.page.evaluate("document.activeElement.classList.contains('eg-scroll')")  # the link is gone


def test_provenance_names_source_settings_and_command(visit):
    found = visit()
    found.go(PAGE)
    figure = found.page.locator(f"#{FIGURE}")
    figure.locator("summary", has_text="Provenance").click()
    text = figure.locator("dl:visible").inner_text()  # waits until the fold is filled
    for expected in (
        STATE["provenance"]["sources"][0]["sha256"],
        STATE["provenance"]["key"],
        "python scripts/build.py similarity",
        "Q4_1",
    ):
        assert expected in text
    figure.locator("summary", has_text="Code").click()
    code = figure.locator("pre", has_text="def plot_pairs")
    code.wait_for()
    # Line by line as in the file, functions before the constants that they read.
    assert re.search(r"def plot_pairs\([^)]*\)[^:]*:\n    ", code.inner_text())
    first, last = (figure.locator("[data-eg-fold=code] pre:visible").nth(n).inner_text() for n in (0, -1))
    assert first.startswith(("def ", "class ", "@")) and not last.startswith(("def ", "class ", "@"))


def test_a_fold_that_cannot_be_fetched_says_so_and_leads_to_its_page(visit):
    found = visit()
    found.page.route("**/assets/behind/**", lambda route: route.abort())
    found.go(PAGE)
    fold = found.page.locator(f"#{FIGURE} [data-eg-fold=code]")
    fold.locator("summary").click()
    fold.get_by_text("could not be fetched").wait_for()
    assert fold.locator("a").get_attribute("href").endswith("behind/similarity/pairs-in-context.html#code")
    found.page.unroute("**/assets/behind/**")
    fold.locator("summary").click()
    fold.locator("summary").click()
    fold.locator("pre", has_text="def plot_pairs").wait_for()  # it is asked for again


def test_what_a_fold_links_to_is_there(visit):
    found = visit().go(PAGE)
    figure = found.page.locator(f"#{FIGURE}")
    figure.locator("summary", has_text="Data").click()
    links = figure.locator("[data-eg-fold] .eg-fold__body a[download]")
    links.first.wait_for()
    assert {found.page.request.get(link).status for link in links.evaluate_all("all => all.map(a => a.href)")} == {200}


def test_without_scripts_a_fold_leads_to_the_page_behind_the_figure(visit):
    found = visit(java_script_enabled=False)
    found.go(PAGE)
    fold = found.page.locator(f"#{FIGURE} [data-eg-fold=code]")
    fold.locator("summary").click()
    fold.locator("a").click()
    found.page.wait_for_url("**/assets/behind/similarity/pairs-in-context.html#code")
    assert found.page.get_by_text("def plot_pairs").is_visible()
    assert STATE["provenance"]["key"] in found.page.locator("#provenance").inner_text()
    links = found.page.eval_on_selector_all("a[download]", "all => all.map(a => a.href)")
    assert {found.page.request.get(link).status for link in links} == {200}


def test_an_open_fold_follows_the_model_switch(visit):
    found = ready(visit)
    fold = found.page.locator(f"#{FIGURE} [data-eg-fold=data]")
    fold.locator("summary").click()
    fold.locator("table:visible").wait_for()
    found.page.get_by_role("radio", name="Qwen2.5 0.5B").check()
    other = json.loads(RESULT.with_name("pairs-in-context.qwen2.5-0.5b.json").read_bytes())
    expected = f"{other['rows'][0][2]:.2f}".replace("-", "\u2212")
    fold.locator("table:visible td", has_text=expected).first.wait_for()


def test_a_finger_scrolls_the_page_over_a_figure(visit):
    found = ready(visit, narrow=True, has_touch=True, is_mobile=True)
    assert found.page.eval_on_selector(f"#{FIGURE} .eg-plot", "p => p._fullLayout.dragmode") is False


@pytest.mark.parametrize(("motion", "milliseconds"), [("reduce", 0), ("no-preference", 220)])
def test_a_figure_moves_only_for_readers_who_did_not_ask_for_stillness(visit, motion, milliseconds):
    found = visit(reduced_motion=motion)
    found.go("chapters/learning/")
    found.draw("fig-learning-map")
    found.page.locator("#fig-learning-map .eg-panel:not([hidden]) input[type=range]").press("ArrowLeft")
    asked = "document.querySelector('#fig-learning-map .eg-plot').layout.transition?.duration ?? 0"
    found.page.wait_for_timeout(500)
    assert found.page.evaluate(asked) == milliseconds


def test_a_hover_card_opens_on_focus_and_closes_on_escape(visit):
    found = visit()
    found.go(PAGE)
    cite = found.page.locator("a.eg-cite").first
    cite.focus()
    tip = found.page.locator(f"#{cite.get_attribute('data-eg-tip')}")
    assert tip.is_visible()
    found.page.keyboard.press("Escape")
    assert not tip.is_visible()


def test_a_hover_card_can_be_gone_into_and_left(visit):
    found = visit()
    found.go(PAGE)
    cite = found.page.locator("a.eg-cite").first
    tip = found.page.locator(f"#{cite.get_attribute('data-eg-tip')}")
    cite.scroll_into_view_if_needed()
    cite.hover()
    tip.wait_for()
    box = tip.bounding_box()
    found.page.mouse.move(box["x"] + 9, box["y"] + box["height"] / 2, steps=9)
    found.page.wait_for_timeout(500)
    assert tip.is_visible(), "the pointer may move onto what opened"
    found.page.mouse.move(2, 2)
    tip.wait_for(state="hidden")
    cite.focus()
    found.page.keyboard.press("Tab")
    found.page.wait_for_timeout(300)
    assert tip.is_visible() and tip.evaluate("t => t.contains(document.activeElement)")
    found.page.keyboard.press("Escape")
    assert not tip.is_visible()
    assert cite.evaluate("c => c === document.activeElement")


def test_the_link_to_a_view_brings_the_view_back(visit):
    found = ready(visit, permissions=["clipboard-read", "clipboard-write"])
    found.page.locator(f"#{FIGURE} .eg-panel:not([hidden]) select").select_option(label="subtracted")
    wait_for_dots(found, SUBTRACTED)
    found.page.locator(f"#{FIGURE} [data-tool=copy]").click()
    found.page.get_by_role("button", name="Copied").wait_for()
    link = found.page.evaluate("navigator.clipboard.readText()")
    assert link == f"{found.home}{PAGE}?model=smollm2-135m#{FIGURE}?mean=subtracted"


def test_the_link_to_a_view_names_a_model_that_was_chosen_on_another_page(visit):
    found = visit(permissions=["clipboard-read", "clipboard-write"]).go("chapters/layers/")
    found.page.get_by_role("radio", name="Qwen2.5 0.5B").check()
    found.go(PAGE)
    assert "model" not in found.page.url
    found.draw(FIGURE)
    found.page.locator(f"#{FIGURE} [data-tool=copy]").click()
    found.page.get_by_role("button", name="Copied").wait_for()
    link = found.page.evaluate("navigator.clipboard.readText()")
    other = visit()
    other.go(link.removeprefix(found.home))
    assert other.page.get_by_role("radio", name="Qwen2.5 0.5B").is_checked()


# The color of a picture's corner, and how many colors it has.
COLORS = """async url => {
  const image = new Image()
  image.src = url
  await image.decode()
  const canvas = new OffscreenCanvas(image.width, image.height)
  const context = canvas.getContext("2d", { willReadFrequently: true })
  context.drawImage(image, 0, 0)
  const { data } = context.getImageData(0, 0, image.width, image.height)
  return [[...data.slice(0, 4)], new Set(new Uint32Array(data.buffer)).size]
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("tool", "start"), [("png", b"\x89PNG"), ("svg", b"<svg")])
def test_a_figure_can_be_taken_away_as_a_picture(visit, tool, start, scheme):
    found = ready(visit, color_scheme=scheme)
    with found.page.expect_download() as download:
        found.page.locator(f"#{FIGURE} [data-tool={tool}]").click()
    assert download.value.suggested_filename == f"similarity-pairs-in-context.{tool}"
    taken = download.value.path().read_bytes()
    assert taken.startswith(start)
    kind = {"png": "image/png", "svg": "image/svg+xml"}[tool]
    corner, n_colors = found.page.evaluate(COLORS, f"data:{kind};base64,{base64.b64encode(taken).decode()}")
    # On the paper of the palette, and something is drawn on it.
    assert corner == {"light": [253, 252, 250, 255], "dark": [21, 23, 28, 255]}[scheme]
    assert n_colors > 20


def test_a_figure_fills_the_screen_and_comes_back(visit):
    found = ready(visit)
    found.page.locator(f"#{FIGURE} .eg-panel:not([hidden]) [data-tool=full]").click()
    found.page.wait_for_function("document.fullscreenElement?.classList.contains('eg-panel')")
    found.page.evaluate("document.exitFullscreen()")
    found.page.wait_for_function("!document.fullscreenElement")
    assert dots(found) == pytest.approx(KEPT)


def test_far_from_sight_a_figure_is_put_away_and_drawn_again(visit):
    found = ready(visit)
    found.page.evaluate(
        "document.querySelector('.md-content').insertAdjacentHTML('beforeend', '<p style=height:9000px></p>')"
    )
    found.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    found.page.wait_for_selector(f"#{FIGURE}[data-eg-state=purged]")
    assert found.page.locator(f"#{FIGURE} .eg-plot").count() == 0
    found.draw(FIGURE)
    assert dots(found) == pytest.approx(KEPT)


@pytest.mark.parametrize(("typed", "step"), [("", 7), ("e", 7), ("-5", 0), ("1e9", 7), ("260", 3)])
def test_a_number_that_is_none_of_the_steps_goes_to_the_nearest_and_no_number_changes_nothing(visit, typed, step):
    found = visit(reduced_motion="reduce").go("chapters/learning/")
    found.draw("fig-learning-map")
    panel = found.page.locator("#fig-learning-map .eg-panel:not([hidden])")
    number = panel.locator("input.eg-number")
    number.fill("")
    number.press_sequentially(typed)
    number.press("Enter")
    number.press("Tab")
    assert panel.locator("input[type=range]").input_value() == str(step)
    assert number.input_value() == ["0", "50", "100", "200", "400", "700", "1000", "1500"][step]
    assert found.problems == []


def test_the_menu_of_a_narrow_page_opens_and_closes_by_keyboard(visit):
    page = visit(narrow=True).go(PAGE).page
    button = page.get_by_role("button", name="Menu")
    button.press("Enter")
    page.wait_for_function("document.activeElement.matches('.md-sidebar--primary a')")
    assert button.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert button.get_attribute("aria-expanded") == "false"
    assert button.evaluate("b => b === document.activeElement")


def test_a_slider_takes_a_number_and_plays_when_asked_without_motion_too(visit):
    found = visit(reduced_motion="reduce")
    found.go("chapters/learning/")
    found.draw("fig-learning-map")
    panel = found.page.locator("#fig-learning-map .eg-panel:not([hidden])")
    slider, number = panel.locator("input[type=range]"), panel.locator("input.eg-number")
    found.page.wait_for_timeout(900)
    assert slider.input_value() == slider.get_attribute("value"), "nothing plays by itself"
    number.fill(number.get_attribute("min"))
    number.press("Enter")
    assert slider.input_value() == "0"
    panel.locator("[data-tool=play]").click()
    found.page.wait_for_function(
        "!['0', '1'].includes(document.querySelector('#fig-learning-map input[type=range]').value)"
    )
    assert found.page.eval_on_selector("#fig-learning-map .eg-plot", "p => p.layout.transition?.duration ?? 0") == 0
    assert slider.get_attribute("aria-valuetext").startswith(number.input_value())


HEAR_CONTEXTS = """
window.contexts = []
const get = HTMLCanvasElement.prototype.getContext
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  const context = get.call(this, kind, ...more)
  if (/webgl/.test(kind) && context && !contexts.includes(context)) contexts.push(context)
  return context
}
"""


def test_few_webgl_contexts_are_alive_at_once(visit):
    found = visit()
    found.page.add_init_script(HEAR_CONTEXTS)
    found.page.route("**/chapters/maps/", with_copies)
    found.go("chapters/maps/")
    most = []
    for figure in [one for one in found.figures() if one.startswith("fig-maps-corpus")]:
        found.draw(figure)
        most.append(found.page.evaluate("contexts.filter(c => c.canvas.isConnected && !c.isContextLost()).length"))
    assert len(most) == 5 and max(most) == 3, most


def with_copies(route):
    """The page with its solid figure five times, one right below the other."""
    answer = route.fetch()
    solid = re.search(r'<figure [^>]*id="fig-maps-corpus".*?</figure>', answer.text(), re.S)[0]
    copies = [solid.replace("fig-maps-corpus", f"fig-maps-corpus-{n}") for n in range(4)]
    route.fulfill(response=answer, body=answer.text().replace(solid, "".join([solid, *copies])))
