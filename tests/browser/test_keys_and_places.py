"""Lists that are typed into, hovers on the move, states in the address, and a remembered model."""

import pytest

pytestmark = pytest.mark.browser
PAGE = "chapters/similarity/"


@pytest.fixture
def typed(visit):
    """A table's field that is typed into, with its list and its box."""
    page = visit().go("chapters/geometry/").page
    box = page.locator("#table-geometry-cuts .eg-panel:not([hidden])")
    return page, box, box.get_by_role("combobox", name="Word"), box.get_by_role("option")


def test_a_list_is_gone_through_from_both_ends_and_closed_by_escape(typed):
    page, _, field, options = typed
    chosen = "[role=option][aria-selected=true]"
    for key, expected in (("ArrowUp", "womanhood"), ("ArrowDown", "woman")):
        field.fill("wom")
        options.first.wait_for()
        field.press(key)
        option = page.locator(chosen).locator("visible=true")
        assert option.text_content() == expected
        assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
        field.press("ArrowUp" if key == "ArrowDown" else "ArrowDown")  # over the end to the other one
        assert option.text_content() == {"womanhood": "woman", "woman": "womanhood"}[expected]
    field.press("Escape")
    assert not options.first.is_visible() and field.get_attribute("aria-expanded") == "false"
    assert field.input_value() == "wom"


def test_escape_on_a_closed_list_and_an_emptied_field_let_all_rows_through(typed):
    page, box, field, _ = typed
    rows = box.locator("tbody tr:not([data-out])")
    few = rows.count()
    for word in ("woman", "women"):
        field.fill(word)
        field.press("Enter")
        page.wait_for_function(f"document.querySelector('#table-geometry-cuts input').value === '{word}'")
        if word == "woman":
            field.press("Escape")
        else:
            field.fill("")
            field.press("Tab")
        page.wait_for_function(
            "few => document.querySelectorAll('#table-geometry-cuts .eg-panel:not([hidden]) tbody tr').length > few",
            arg=max(few, 20),
        )
        assert field.input_value() == ""


def test_enter_where_nothing_fits_says_so(typed):
    page, _, field, _ = typed
    field.fill("floccinauci nothing")
    field.press("Enter")
    page.wait_for_function(
        "document.getElementById('eg-live')?.textContent.includes('“floccinauci nothing” is not among')"
    )


def test_a_hover_card_goes_with_its_word_and_closes_when_the_window_changes(visit):
    page = visit().go(PAGE).page
    cite = page.locator("a.eg-cite").first
    cite.focus()
    tip = page.locator(f"#{cite.get_attribute('data-eg-tip')}")
    tip.wait_for()

    def gap():
        return tip.bounding_box()["y"] - cite.bounding_box()["y"]

    before, place = gap(), cite.bounding_box()["y"]
    page.evaluate("scrollBy(0, 40)")
    page.wait_for_function("y => document.activeElement.getBoundingClientRect().y < y - 20", arg=place)
    page.wait_for_timeout(200)
    assert gap() == pytest.approx(before, abs=1)
    page.set_viewport_size({"width": 1100, "height": 800})
    tip.wait_for(state="hidden")


def test_the_ledger_follows_an_address_that_is_changed_by_hand(visit):
    page = visit().go("ledger/").page
    page.evaluate("location.hash = '#table-ledger?verdict=differs'")  # instant navigation takes this first one
    page.wait_for_timeout(1500)
    page.evaluate("document.querySelector('[data-eg-ledger]').same = true")
    page.evaluate("location.hash = '#table-ledger?verdict=reproduced&find=cosine'")
    page.wait_for_function("document.querySelector('#ledger-verdict').value === 'reproduced'")
    assert page.evaluate("document.querySelector('[data-eg-ledger]').same")
    assert page.locator("[data-ledger-count]").text_content() != ""


def test_a_model_that_may_not_be_remembered_is_in_the_address(visit):
    found = visit()
    found.page.add_init_script(
        "Storage.prototype.setItem = Storage.prototype.getItem = () => { throw new Error('refused') }"
    )
    page = found.go(PAGE).page
    page.get_by_role("radio", name="Qwen2.5 0.5B").check()
    assert "model=qwen2.5-0.5b" in page.url
    page.reload()
    page.wait_for_selector("html[data-eg-ready]", state="attached")
    assert page.get_by_role("radio", name="Qwen2.5 0.5B").is_checked()


def test_axes_that_fit_their_points_do_so_again_after_a_reset(visit):
    found = visit(reduced_motion="reduce").go(PAGE)
    figure = "fig-similarity-pairs-in-context"
    found.draw(figure)
    axes = "p => ['xaxis', 'yaxis', 'xaxis2', 'yaxis2'].map(a => p._fullLayout[a]).filter(a => a).map(a => a.range)"
    home = found.page.eval_on_selector(f"#{figure} .eg-plot", axes)
    for tool in ("in", "reset"):
        found.page.locator(f"#{figure} .eg-panel:not([hidden]) [data-tool={tool}]").click()
        found.page.wait_for_timeout(100)
        now = found.page.eval_on_selector(f"#{figure} .eg-plot", axes)
        assert (now == home) == (tool == "reset")


LISTS = """async () => {
  const { Listbox } = await import('/assets/embedguide/js/listbox.js')
  document.querySelector('article').insertAdjacentHTML('afterbegin', '<input id=f role=combobox><ul id=l role=listbox hidden></ul>')
  const waits = window.waits = {}
  window.taken = []
  new Listbox(document.getElementById('f'), document.getElementById('l'), {
    match: text => new Promise((resolve, reject) => { waits[text] = { resolve, reject } }),
    take: entry => taken.push(entry), show: entry => [entry], none: () => 'none', some: count => `${count}`, shown: 3,
  }, new AbortController().signal)
}"""


def test_enter_takes_what_fits_the_text_that_stands_there_not_the_one_before(visit):
    page = visit().go("glossary/").page
    page.evaluate(LISTS)
    field = page.locator("#f")
    field.fill("cat")
    page.evaluate("waits.cat.resolve(['cat'])")
    page.locator("#l [role=option]").wait_for()
    field.fill("dog")
    field.press("Enter")
    page.evaluate("waits.dog.resolve(['dog'])")
    page.wait_for_function("taken.length")
    field.fill("cow")
    field.press("Enter")
    page.evaluate("waits.cow.reject(new Error('gone'))")
    page.wait_for_function("document.getElementById('eg-live').textContent === 'The list could not be fetched'")
    assert page.evaluate("taken") == ["dog"]


def swipe(page, start, distance):
    """One finger down at a place, up by a distance, and off."""
    touch = page.context.new_cdp_session(page)

    def send(kind, points):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    x, y = start
    send("touchStart", [{"x": x, "y": y}])
    for step in range(1, 11):
        send("touchMove", [{"x": x, "y": y - distance * step / 10}])
        page.wait_for_timeout(20)
    send("touchEnd", [])


def test_a_swipe_on_the_list_scrolls_it_and_a_tap_takes(visit):
    found = visit(narrow=True, has_touch=True, is_mobile=True).go("chapters/maps/")
    found.draw("fig-maps-words")
    box = found.page.locator("#fig-maps-words .eg-panel:not([hidden]) .eg-find")
    field, choices = box.get_by_role("combobox"), box.get_by_role("listbox")
    field.tap()
    field.press_sequentially("a")
    choices.wait_for()
    place = choices.bounding_box()
    swipe(found.page, (place["x"] + 30, place["y"] + place["height"] - 30), 90)
    found.page.wait_for_timeout(400)
    assert field.input_value() == "a", "a swipe takes nothing"
    assert choices.is_visible() and choices.evaluate("l => l.scrollTop") > 20
    assert field.evaluate("f => f === document.activeElement")
    option = choices.get_by_role("option").last
    wanted = option.text_content()
    option.tap()
    choices.wait_for(state="hidden")
    assert field.input_value() == wanted


def test_a_list_stays_while_a_pointer_is_down_on_it_and_goes_when_it_is_let_go(typed):
    page, _, field, options = typed
    chosen = field.input_value()
    field.fill("wom")
    options.first.hover()
    page.mouse.down()
    field.blur()
    page.wait_for_timeout(400)
    assert options.first.is_visible()
    page.mouse.move(2, 2)
    page.mouse.up()
    options.first.wait_for(state="hidden")
    assert field.input_value() == chosen


@pytest.fixture
def cited(visit):
    """The last of two citations that share a tip with two links."""
    page = visit().go("chapters/analogies/").page
    cite = page.locator("[data-eg-tip=eg-cite-4]").last
    cite.evaluate("c => c.scrollIntoView({ block: 'center' })")
    tip = page.locator("#eg-cite-4")
    assert tip.locator("a").count() == 2
    return page, cite, tip


def test_every_link_in_a_hover_card_is_reached_by_tab(cited):
    page, cite, tip = cited
    cite.focus()
    for link in tip.locator("a").all():
        page.keyboard.press("Tab")
        page.wait_for_timeout(300)
        assert link.evaluate("a => a === document.activeElement") and link.is_visible()
    page.keyboard.press("Tab")
    tip.wait_for(state="hidden")


@pytest.mark.parametrize("tabs", [0, 1], ids=["on the citation", "in the card"])
def test_a_hover_card_with_the_focus_stays_when_a_pointer_passes(cited, tabs):
    page, cite, tip = cited
    cite.focus()
    for _ in range(tabs):
        page.keyboard.press("Tab")
    focused = page.evaluate_handle("document.activeElement")
    for part in (cite, page.locator("[data-eg-tip=eg-cite-4]").first, tip):
        part.hover()
        page.mouse.move(2, 2)
        page.wait_for_timeout(300)
        assert tip.is_visible()
    other = page.locator("[data-eg-tip]:not([data-eg-tip=eg-cite-4]):visible").first
    if tabs:  # the focus would be lost with the card that holds it
        other.hover()
        page.wait_for_timeout(300)
        assert tip.is_visible()
    assert focused.evaluate("f => f === document.activeElement")
    page.keyboard.press("Escape")
    assert not tip.is_visible()


@pytest.mark.parametrize("room", ["below", "above"])
def test_a_slow_pointer_gets_from_a_citation_to_its_card(cited, room):
    page, cite, tip = cited
    if room == "above":
        cite.evaluate("c => c.scrollIntoView({ block: 'end' })")
    cite.hover()
    tip.wait_for()
    word, card = cite.bounding_box(), tip.bounding_box()
    assert (card["y"] > word["y"]) == (room == "below")
    x, y = word["x"] + 10, word["y"] + word["height"] / 2
    way = card["y"] + 6 - y if room == "below" else card["y"] + card["height"] - 6 - y
    for step in range(int(abs(way)) + 1):
        page.mouse.move(x, y + step * (1 if way > 0 else -1))
        page.wait_for_timeout(40)
    page.wait_for_timeout(300)
    assert tip.is_visible()
    page.mouse.move(2, 2)
    tip.wait_for(state="hidden")
