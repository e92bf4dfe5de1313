"""Tokens are text: markup, formulas, direction marks and endless ones do no harm in hover, search, table, CSV or address."""

import csv
import io
import json

import pytest
from guide_pages import ROOT

pytestmark = pytest.mark.browser
PAGE, FIGURE = "chapters/similarity/", "fig-similarity-pairs-in-context"
RESULT = ROOT / "docs/assets/results/similarity/pairs-in-context.smollm2-135m.json"
HOSTILE = [
    "<img src=x onerror=window.hacked=1>",
    "</script><script>window.hacked=2</script>",
    '=HYPERLINK("http://example.org")',
    "{{ figure }} ]]> -->",
    "a" * 10_000,
    "\u202egnirts\u202c",
    "😀 <b>bold</b>",
    "&amp;<br>&lt;",
    "\ud800 lone",
    "@SUM(1)",
]
# Beginnings of formulas: OWASP's list for CSV injection, alone and behind what a spreadsheet may drop.
FORMULAS = [
    f"{before}{sign}1+1" for before in ("", "\t", "\r", "\n", " ", "\u200b") for sign in "=+-@\uff1d\uff0b\uff0d\uff20"
]


@pytest.fixture
def found(visit):
    """The chapter with hostile labels in its figure and in the data behind it."""
    document = json.loads(RESULT.read_bytes())
    document["plotly"]["data"][0]["text"] = HOSTILE
    document["plotly"]["data"][0]["y"] = HOSTILE
    for row, token in zip(document["rows"], HOSTILE, strict=True):
        row[0] = token
    opened = visit()
    # As bytes: JSON may hold a lone surrogate as an escape.
    body = json.dumps(document).encode()
    opened.page.route(
        "**/pairs-in-context.*.json", lambda route: route.fulfill(body=body, content_type="application/json")
    )
    opened.go(PAGE)
    opened.draw(FIGURE)
    return opened


def unharmed(found):
    assert found.page.evaluate("window.hacked") is None
    assert found.page.evaluate("document.querySelectorAll('img[src=x]').length") == 0
    assert found.problems == []


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_found_by_name_and_shown_as_text(found, number):
    token = HOSTILE[number]
    field = found.page.locator(f"#{FIGURE} .eg-panel:not([hidden]) input[role=combobox]")
    field.fill(token.encode("utf-8", "replace").decode()[:40])
    found.page.keyboard.press("Enter")
    found.page.wait_for_timeout(200)
    assert found.page.evaluate("document.documentElement.scrollWidth") <= 1280
    unharmed(found)


def test_in_the_table_and_in_the_csv(found):
    figure = found.page.locator(f"#{FIGURE}")
    figure.locator("summary", has_text="Data").click()
    found.page.wait_for_function(f"document.querySelector('#{FIGURE} .eg-rows')?.innerText.includes('onerror')")
    with found.page.expect_download() as download:
        figure.locator("[data-tool=csv]:visible").click()
    rows = list(csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig", errors="replace"))))[1:]
    assert len(rows) == len(HOSTILE)
    assert all(not row[0].startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows)
    assert rows[0][0] == HOSTILE[0]
    unharmed(found)


@pytest.fixture
def csv_of(visit):
    """Makes the text of a CSV file of one column, as the page's script does."""
    page = visit().go(PAGE).page
    script = "rows => import('/assets/embedguide/js/csv.js').then(csv => csv.toCsv(['token'], rows))"
    return lambda *cells: page.evaluate(script, [[cell] for cell in cells])


def test_no_cell_of_a_csv_file_is_run_as_a_formula(csv_of):
    texts = [*FORMULAS, "\tplain", "\rplain", "\nplain"]
    fields = [row[0] for row in csv.reader(io.StringIO(csv_of(*texts), newline=""))][1:]
    assert fields == [f"'{text}" for text in texts]
    harmless = ["1+1", "a=b", "well-known", "\u2212 1", "", "␣word"]
    assert csv_of(*harmless).split("\r\n")[1:-1] == harmless
    assert csv_of(-1, 0.5, True, None).split("\r\n")[1:-1] == ["-1", "0.5", "true", ""]


def test_a_formula_behind_a_semicolon_or_a_tab_stays_in_its_cell(csv_of):
    assert csv_of("a;=1", "b\t=1", 'c",=1').split("\r\n")[1:-1] == ['"a;=1"', '"b\t=1"', '"c"",=1"']


def test_under_the_cursor(found):
    for number in (0, 1, 6):
        point = found.page.locator(f"#{FIGURE} .eg-plot .scatterlayer .point").nth(number)
        point.hover(force=True)
        found.page.wait_for_timeout(120)
    unharmed(found)
