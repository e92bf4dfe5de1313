"""The API page: folded modules that a link opens, a box that finds, and everything there without scripts."""

import pytest

pytestmark = pytest.mark.browser
NAME = "embedguide.analysis.graph.network"
OPEN = "details[data-eg-api][open]"


def test_it_is_short_until_a_module_is_opened(visit):
    found = visit().go("api/")
    assert found.page.locator(OPEN).count() == 0
    assert found.page.evaluate("document.documentElement.scrollHeight") < 12_000
    assert found.page.get_by_role("navigation", name="Table of contents").get_by_text("Computing").count()
    summary = found.page.locator("summary", has_text="embedguide.analysis.graph ").first
    summary.focus()
    found.page.keyboard.press("Enter")
    assert found.page.locator(OPEN).count() == 1
    assert found.problems == []


def test_a_link_into_a_module_opens_it(visit):
    page = visit().go(f"api/#{NAME}").page
    assert page.locator(OPEN).count() == 1
    heading = page.locator(f"[id='{NAME}']")
    page.wait_for_function(
        "id => { const y = document.getElementById(id).getBoundingClientRect().y; return y > 40 && y < 300 }", arg=NAME
    )
    page.locator(f"{OPEN} summary").click()
    assert not heading.is_visible()
    page.evaluate("location.hash = '#embedguide.chapter.Chapter'")
    page.locator("[id='embedguide.chapter.Chapter']").wait_for()


@pytest.mark.parametrize("path", ["api/#%E0%A4%A", "api/#%"])
def test_an_address_that_cannot_be_read_stops_nothing(visit, path):
    found = visit().go(path)
    found.page.evaluate("location.hash = '#%%'")
    found.page.locator("[data-eg-api-find] input").fill("cosine")
    found.page.locator(OPEN).first.wait_for()
    assert found.problems == []


def test_a_link_from_another_page_opens_its_module(visit):
    page = visit().go("models/").page
    page.evaluate("window.same = true")
    page.evaluate(
        "id => document.querySelector('article').insertAdjacentHTML('afterbegin', `<a id=to href='../api/#${id}'>to</a>`)",
        NAME,
    )
    page.locator("#to").click()
    page.locator(f"[id='{NAME}']").wait_for()
    assert page.evaluate("window.same"), "the page came without a reload"


def test_the_box_finds_functions_by_their_words(visit):
    page = visit(narrow=True).go("api/").page
    page.get_by_role("searchbox", name="Find", exact=True).fill("louvain modularity")
    shown = page.locator("[data-eg-api-entry]:visible")
    assert 0 < shown.count() < 10
    assert all("louvain" in text.lower() and "modularity" in text.lower() for text in shown.all_text_contents())
    assert page.locator(".eg-api__bar output").text_content() == f"{shown.count()} found"
    page.get_by_role("searchbox", name="Find", exact=True).fill("")
    assert page.locator(OPEN).count() == 0
    page.get_by_role("button", name="Open all").click()
    assert page.locator(OPEN).count() == page.locator("details[data-eg-api]:visible").count() > 20
    page.get_by_role("button", name="Close all").click()
    assert page.locator(OPEN).count() == 0


def test_modules_open_without_scripts(visit):
    page = visit(java_script_enabled=False).go("api/").page
    assert not page.locator("#api-find").is_visible()
    page.locator("summary", has_text="embedguide.analysis.graph ").first.click()
    assert page.locator(f"[id='{NAME}']").is_visible()
