"""What a reader did to a figure is undone where it would mislead: after a switch of models, on the way back, after a failure."""

import pytest
from chromium import FLAGS, ensure_chromium

pytestmark = pytest.mark.browser
CLOUD, WHOLE, WORDS = "fig-maps-corpus", "fig-maps-vocabulary", "fig-maps-words"


def problem(found, figure):
    return found.page.locator(f"#{figure} .eg-panel:not([hidden]) [data-eg-problem]")


def look_for(found, figure, label):
    """Find a point by its label; the field is returned."""
    field = found.page.locator(f"#{figure} .eg-panel:not([hidden]) input[type=search]")
    field.fill(label)
    field.press("Enter")
    return field


def switch(found, name):
    found.page.get_by_role("radio", name=name).first.check()


def test_a_point_that_the_other_model_does_not_have_is_not_marked_there_but_said(visit):
    found = visit().go("chapters/maps/")
    found.draw(CLOUD)
    look_for(found, CLOUD, "$")
    found.page.locator(f"#{CLOUD} .eg-card").wait_for()
    traces = found.page.evaluate(f"document.querySelector('#{CLOUD} .eg-plot').data.length")
    switch(found, "Qwen2.5 0.5B")
    found.page.wait_for_function(
        f"document.querySelector('#{CLOUD} .eg-panel:not([hidden])').dataset.json.includes('qwen')"
        f" && document.getElementById('{CLOUD}').dataset.egState === 'drawn'",
        timeout=60_000,
    )  # a cloud drawn without a graphics card takes long
    problem(found, CLOUD).get_by_text("No point of this figure is called “$”").wait_for(timeout=60_000)
    assert found.page.evaluate(f"document.querySelector('#{CLOUD} .eg-plot').data.length") < traces


def test_a_trace_that_is_off_in_one_model_is_on_in_the_next(visit):
    found = visit().go("chapters/context/")
    figure = "fig-context-masked-word"
    found.draw(figure)
    found.page.locator(f"#{figure} .eg-legend button", has_text="with the whole sentence").first.click()
    inputs = found.page.locator(".eg-models input")
    before = found.page.locator(".eg-models input:checked").get_attribute("value")
    other = next(one for one in inputs.all() if one.get_attribute("value") == "minilm-l6" != before)
    other.check()
    found.page.wait_for_function(
        f"document.getElementById('{figure}').dataset.egState === 'drawn'"
        f" && document.querySelector('#{figure} .eg-panel:not([hidden])').dataset.json.includes('minilm')"
    )
    shown = f"document.querySelector('#{figure} .eg-panel:not([hidden]) .eg-plot')._fullData.map(t => t.visible)"
    assert set(found.page.evaluate(shown)) == {True}


def test_play_ends_when_its_figure_is_put_away_for_another_model(visit):
    found = visit().go("chapters/layers/")
    figure = "fig-layers-map"
    found.draw(figure)
    play = found.page.locator(f"#{figure} .eg-panel:not([hidden]) [data-control] button[aria-pressed]").first
    handle = play.element_handle()
    play.click()
    assert handle.get_attribute("aria-pressed") == "true"
    switch(found, "Qwen2.5 0.5B")
    found.page.wait_for_function("button => button.getAttribute('aria-pressed') === 'false'", arg=handle)


def test_play_ends_when_it_is_out_of_sight(visit):
    found = visit().go("chapters/layers/")
    figure = "fig-layers-map"
    found.draw(figure)
    play = found.page.locator(f"#{figure} .eg-panel:not([hidden]) [data-control] button[aria-pressed]").first
    play.click()
    found.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    found.page.wait_for_function("b => b.getAttribute('aria-pressed') === 'false'", arg=play.element_handle())


def test_what_was_asked_for_and_did_not_come_can_be_asked_for_again(visit):
    found = visit().go("chapters/maps/")
    found.page.route("**/maps/vocabulary.smollm2-135m.json", lambda route: route.fulfill(status=500))
    button = found.page.locator(f"#{WHOLE} [data-tool=request]:visible")
    button.scroll_into_view_if_needed()
    button.click()
    problem(found, WHOLE).get_by_text("vocabulary.smollm2-135m.json").wait_for()
    found.page.unroute("**/maps/vocabulary.smollm2-135m.json")
    switch(found, "Qwen2.5 0.5B")
    button.wait_for()  # that of the other model is not hidden by the failure
    switch(found, "SmolLM2 135M")
    button.click()
    found.page.wait_for_selector(f"#{WHOLE}[data-eg-state=drawn]", timeout=60_000)
    assert not button.is_visible()


@pytest.mark.parametrize("way", ["reload", "back"])
def test_who_read_on_comes_back_to_where_they_were_not_to_the_figure_they_moved(visit, way):
    found = visit().go("chapters/mixing/")
    found.draw("fig-mixing-mix")
    found.page.locator("#fig-mixing-mix .eg-panel:not([hidden]) input[type=range]").press("ArrowLeft")
    found.page.wait_for_function("location.hash.startsWith('#fig-mixing-mix?')")
    found.page.locator("#how-it-was-computed, .eg-appendix").first.scroll_into_view_if_needed()
    found.page.wait_for_timeout(600)  # Material notes the place when scrolling has rested
    place = found.page.evaluate("scrollY")
    assert place > 3000
    if way == "reload":
        found.page.reload()
    else:
        found.page.locator(".md-footer__link--next, .md-footer__link--prev").last.click()
        found.page.wait_for_url(lambda url: "mixing" not in url)
        found.page.wait_for_function("scrollY < 500")
        found.page.go_back()
    found.page.wait_for_function(f"Math.abs(scrollY - {place}) < 900", timeout=10_000)
    found.page.wait_for_timeout(800)
    assert abs(found.page.evaluate("scrollY") - place) < 900


def test_who_follows_an_address_of_a_view_is_brought_to_it(visit):
    found = visit().go("chapters/mixing/#fig-mixing-matrix?x=1")
    found.page.wait_for_function(
        "document.getElementById('fig-mixing-matrix').getBoundingClientRect().top < innerHeight / 2"
    )


def test_without_webgl_the_picture_stays_and_a_sentence_says_why(browser, address):
    without = browser.browser_type.launch(executable_path=ensure_chromium(), args=[*FLAGS, "--disable-3d-apis"])
    with without:
        page = without.new_page()
        page.goto(f"{address}chapters/maps/")
        page.wait_for_selector("html[data-eg-ready]", state="attached")
        page.locator(f"#{CLOUD}").scroll_into_view_if_needed()
        page.mouse.wheel(0, 10)
        page.wait_for_selector(f"#{CLOUD}[data-eg-state=failed]")
        assert "needs WebGL" in page.locator(f"#{CLOUD} [data-eg-problem]:visible").inner_text()
        assert page.locator(f"#{CLOUD} .eg-static img:visible").count() == 1
        assert "get.webgl.org" not in page.content()


def test_a_found_word_stays_found_while_a_slider_moves_the_points(visit):
    found = visit().go("chapters/maps/")
    found.draw(WORDS)
    field = look_for(found, WORDS, "joy")
    lines = f"document.querySelector('#{WORDS} .eg-plot')._fullData.find(t => t.name === 'nearest in the space')"
    found.page.wait_for_function(f"{lines}?.x?.length === 9")
    before = found.page.evaluate(f"{lines}.x[0]")
    found.page.get_by_role("slider", name="Seed").first.press("ArrowRight")
    found.page.wait_for_function(f"{lines}?.x?.length === 9 && {lines}.x[0] !== {before}")
    assert field.input_value() == "joy" and "find=joy" in found.page.url
