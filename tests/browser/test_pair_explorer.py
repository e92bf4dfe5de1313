"""The explorer of pairs in a reader's hands: rows come when asked for, and the numbers are those of the table."""

import json

import numpy as np
import pytest
from guide_pages import ROOT

pytestmark = pytest.mark.browser
PAGE = "chapters/similarity/"
FOLDER = ROOT / "docs/assets/results/similarity"
PANEL = "[data-eg-pairs]:not([hidden])"


def number(found, name):
    text = found.page.locator(f"{PANEL} [data-part={name}]").inner_text()
    return float(text.replace("−", "-").rstrip(" %"))


def row_of(token, model="smollm2-135m"):
    words = json.loads((FOLDER / f"common-words.{model}.json").read_bytes())["rows"]
    rows = json.loads((FOLDER / f"common-rows.{model}.json").read_bytes())
    whole = np.frombuffer((FOLDER / rows["file"]).read_bytes(), dtype="i1").reshape(rows["shape"])
    at = [word[1] for word in words].index(f"␣{token}")
    return whole[at].astype(np.float64) * words[at][2]


@pytest.fixture
def opened(visit):
    found = visit()
    found.go(PAGE)
    found.page.locator(f"{PANEL} [data-part=pair]").scroll_into_view_if_needed()
    found.page.wait_for_selector(".eg-pairs[data-eg-ready]")
    assert not found.page.locator(f"{PANEL} [data-part=ask]").is_visible()
    found.page.locator(f"{PANEL} [data-part=fetch]").click()
    found.page.wait_for_selector(f"{PANEL} [data-part=near]", state="visible")
    return found


def test_the_numbers_are_those_of_the_rows(opened):
    a, b = row_of("cat"), row_of("dog")
    assert number(opened, "dot") == pytest.approx(a @ b, abs=0.006)
    assert number(opened, "cosine") == pytest.approx(a @ b / np.linalg.norm(a) / np.linalg.norm(b), abs=0.006)
    assert opened.problems == []


def test_words_are_chosen_by_keyboard(opened):
    field = opened.page.locator(f"{PANEL} input[role=combobox]").nth(1)
    field.fill("kit")
    field.fill("quee")
    opened.page.wait_for_selector(f"{PANEL} [role=option]:has-text('queen')")
    field.press("ArrowDown")
    field.press("Enter")
    opened.page.wait_for_function(
        "p => document.querySelector(p).textContent.includes('queen')", arg=f"{PANEL} [data-part=pair]"
    )
    a, b = row_of("cat"), row_of("queen")
    assert number(opened, "cosine") == pytest.approx(a @ b / np.linalg.norm(a) / np.linalg.norm(b), abs=0.006)


def test_an_unknown_word_is_named(opened):
    field = opened.page.locator(f"{PANEL} input[role=combobox]").first
    field.fill("xylophonist")
    assert opened.page.locator(f"{PANEL} .eg-find__none").inner_text().startswith("“xylophonist” is not among the ")
