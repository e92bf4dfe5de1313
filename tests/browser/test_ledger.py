"""The ledger in a reader's hands: filters, search, address, CSV, and everything without scripts."""

import csv
import io
import json

import pytest
from guide_pages import ROOT

pytestmark = pytest.mark.browser
PAGE = "ledger/"
ENTRIES = json.loads((ROOT / "docs/assets/results/claims.json").read_bytes())["claims"]
SHOWN = "[data-eg-ledger-table] tr[data-claim]:visible"


def names(found):
    return set(
        found.page.eval_on_selector_all(
            "[data-claim]", "all => all.filter(r => r.checkVisibility()).map(r => r.dataset.claim)"
        )
    )


def expected(**wanted):
    """The claims that agree, worked out from claims.json alone."""
    return {
        f"{e['chapter']}/{e['id']}" + (f"/{e['part']}" if e["part"] else "")
        for e in ENTRIES
        if all(e[name] == value for name, value in wanted.items())
    }


def test_every_claim_is_there(visit):
    found = visit()
    found.go(PAGE)
    assert names(found) == expected()
    assert found.page.locator("[data-ledger-count]").inner_text() == f"{len(expected())} claims"
    assert found.problems == []


def test_each_verdict_of_the_page_is_that_of_the_list(visit):
    found = visit()
    found.go(PAGE)
    read = (
        "all => all.map(i => [i.closest('[data-claim]').dataset.claim, i.dataset.model, i.dataset.verdict].join('|'))"
    )
    on_page = set(found.page.eval_on_selector_all("[data-got]", read))
    listed = {
        f"{e['chapter']}/{e['id']}{'/' if e['part'] else ''}{e['part']}|{e['model'] or ''}|{e['verdict']}"
        for e in ENTRIES
    }
    assert on_page == listed


@pytest.mark.parametrize("filters", [{"chapter": "similarity"}, {"model": "smollm2-135m"}, {"model": "qwen2.5-0.5b", "verdict": "differs"}])  # fmt: skip
def test_filters_show_what_agrees_and_nothing_else(visit, filters):
    found = visit()
    found.go(PAGE)
    for name, value in filters.items():
        found.page.select_option(f"#ledger-{name}", value)
    assert names(found) == expected(**filters)
    assert all(f"{name}=" in found.page.url for name in filters)


def test_an_article_alone(visit):
    found = visit()
    found.go(PAGE)
    found.page.select_option("#ledger-article", "S4")
    assert {name.split("/")[1] for name in names(found)} >= {"C82", "C84", "C86"}
    assert not {name for name in names(found) if name.split("/")[1] in ("C23", "C111", "C63")}
    # A row that a page answers without a claim belongs to an article too.
    assert found.page.locator("tbody[data-row=C85]").is_visible()
    assert not found.page.locator("tbody[data-row=C39]").is_visible()


def test_search_and_a_way_back(visit):
    found = visit()
    found.go(PAGE)
    found.page.fill("#ledger-find", "c111 king queen")
    assert names(found) == {"similarity/C111/king-queen"}
    found.page.fill("#ledger-find", "")
    assert names(found) == expected()


def test_an_address_brings_the_filters_back(visit):
    found = visit()
    found.go(f"{PAGE}#table-ledger?chapter=tfidf&find=numbers")
    assert found.page.input_value("#ledger-find") == "numbers"
    assert names(found) and names(found) <= expected(chapter="tfidf")


def test_an_unknown_filter_in_the_address_shows_all(visit):
    found = visit()
    found.go(f"{PAGE}#table-ledger?chapter=nothing")
    assert names(found) == expected()
    assert found.page.eval_on_selector("#ledger-chapter", "s => s.selectedIndex") == 0


def test_what_is_shown_can_be_taken_away(visit):
    found = visit()
    found.go(PAGE)
    found.page.select_option("#ledger-chapter", "similarity")
    found.page.select_option("#ledger-model", "smollm2-135m")
    with found.page.expect_download() as download:
        found.page.locator("[data-eg-ledger] [data-tool=csv]").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    mine = {row["claim"] for row in rows}
    assert mine == expected(chapter="similarity", model="smollm2-135m")
    (one,) = [r for r in rows if r["claim"] == "similarity/C111/cat-dog" and r["row"] == "C111"]
    (entry,) = [e for e in ENTRIES if (e["id"], e["part"], e["model"]) == ("C111", "cat-dog", "smollm2-135m")]
    assert float(one["measured"]) == entry["got"]
    assert (one["says"], one["verdict"], one["article"]) == ("0.4442", entry["verdict"], "S5")


def test_all_rows_stand_there_without_scripts(visit):
    found = visit(java_script_enabled=False)
    found.go(PAGE)
    text = found.page.locator("article").inner_text()
    assert all(f"C{number} " in text for number in range(1, 119))
    assert all(f"T{number} " in text for number in range(1, 25))
    assert found.page.locator(SHOWN).count() >= len(expected())
    assert not found.page.locator(".eg-ledger__bar").is_visible()


def test_the_filters_work_by_keyboard_and_their_address_brings_them_back(visit):
    page = visit().go("ledger/").page
    page.get_by_label("Article", exact=True).focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "ledger-verdict"
    page.keyboard.press("d")
    assert page.get_by_label("Verdict", exact=True).input_value() == "differs"
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.type("cosine")
    told = page.locator("[data-ledger-count]").text_content()
    assert told != f"{len(expected())} claims"
    page.wait_for_function("told => document.getElementById('eg-live').textContent === told", arg=told)
    address = page.url
    assert address.endswith("#table-ledger?verdict=differs&find=cosine")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.tool") == "csv"
    with page.expect_download():
        page.keyboard.press("Enter")
    again = visit().page
    again.goto(address)
    again.wait_for_selector("html[data-eg-ready]", state="attached")
    assert again.locator("[data-ledger-count]").text_content() == told
