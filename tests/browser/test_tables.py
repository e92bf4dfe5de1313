"""Tables in a reader's hands: sorting, choices, long ones, and narrow screens."""

import json

import pytest
from guide_pages import ROOT

pytestmark = pytest.mark.browser
PAGE = "chapters/similarity/"
RESULTS = ROOT / "docs/assets/results"


def test_a_table_sorts_and_says_so(visit):
    found = visit()
    found.go(PAGE)
    table = found.page.locator("#table-similarity-pairs table:visible").first
    header = table.locator("th", has_text="cosine").first
    header.locator("button").click()
    assert header.get_attribute("aria-sort") in ("ascending", "descending")
    cells = [
        float(c.replace("\u2212", "-"))
        for c in table.locator("tbody tr:not([data-out]) td:nth-child(3)").all_inner_texts()
    ]
    assert cells == sorted(cells) or cells == sorted(cells, reverse=True)


def test_a_table_is_filtered_by_its_controls(visit):
    found = visit()
    found.go(PAGE)
    box = found.page.locator("#table-similarity-neighbors")
    shown = "tbody tr:not([data-out])"
    first = box.locator("table:visible").first
    assert first.locator(shown).count() == 10
    box.locator("select:visible").select_option(label="king")
    first.locator(shown, has_text="king").first.wait_for()  # the page carried the rows of Paris alone
    assert set(first.locator(f"{shown} > :first-child").all_text_contents()) == {"king"}


def test_a_column_that_a_choice_has_made_the_same_in_every_row_is_out_of_the_way(visit):
    found = visit(narrow=True)
    found.go(PAGE)
    box = found.page.locator("#table-similarity-neighbors")

    def heads():
        return [
            text.lower()
            for text in box.locator("table:visible").first.locator("th[scope=col]:visible").all_inner_texts()
        ]

    box.scroll_into_view_if_needed()
    box.locator("th[scope=col]:visible").first.wait_for()
    # On a phone a long table leaves its ids to the file, too.
    assert heads() == ["rank", "token", "cosine"]
    box.locator("select:visible").select_option(label="all")
    box.locator("th[scope=col]:visible", has_text="query").first.wait_for()
    assert heads()[0] == "query" and "spelling variants" not in heads()
    box.get_by_role("link", name="All 100 rows").first.click()
    found.page.wait_for_function("document.querySelectorAll('#table-similarity-neighbors tbody tr').length >= 100")
    assert heads() == ["query", "spelling variants", "rank", "token", "cosine"]


# Tables whose page asks for a column to stand last, and how many of the columns before it a phone shows whole.
@pytest.mark.parametrize(
    ("page", "name", "last", "seen"),
    [
        ("maps", "limits", ["in the space", "measured as"], 5),
        ("maps", "sights", ["measured as"], 5),
        ("mixing", "ratios", ["first over second, halfway", "even at this share of the first"], 5),
    ],
)
@pytest.mark.parametrize("model", ["smollm2-135m", "qwen2.5-0.5b"])
def test_numbers_stand_before_what_explains_them(visit, page, name, last, seen, model):
    found = visit(narrow=True).go(f"chapters/{page}/")
    found.page.locator(f".eg-models input[value='{model}']").check()  # the rows of the second come from the file
    table = found.page.locator(f"#table-{page}-{name} table:visible")
    table.locator("tbody tr").first.wait_for()
    heads = table.locator("th[scope=col]:visible")
    assert [text.strip().lower() for text in heads.all_text_contents()][-len(last) :] == last
    rights = [box["x"] + box["width"] for box in (head.bounding_box() for head in heads.all()) if box]
    assert max(rights[:seen]) <= 390
    document = json.loads((RESULTS / page / f"{name}.{model}.json").read_bytes())
    names = [column["label"].lower() for column in document["columns"]]
    first = [cell.strip() for cell in table.locator("tbody tr").first.locator("th, td").all_text_contents()]
    assert first[0] == document["rows"][0][0]
    if last[-1] == "measured as":
        assert first[-1] == document["rows"][0][names.index("measured as")]


def test_a_narrow_table_that_is_moved_keeps_the_names_of_its_rows_in_sight(visit):
    found = visit(narrow=True).go("chapters/maps/")
    table = found.page.locator("#table-maps-limits table:visible")
    head = table.locator("tbody th").first
    before = head.bounding_box()["x"]
    found.page.locator("#table-maps-limits .eg-scroll:visible").evaluate("box => { box.scrollLeft = 400 }")
    assert head.bounding_box()["x"] == pytest.approx(before, abs=1)
    assert table.locator("tbody td").first.bounding_box()["x"] < before


def test_a_table_of_many_choices_is_asked_by_typing(visit):
    found = visit(narrow=True).go("chapters/geometry/")
    box = found.page.locator("#table-geometry-cuts .eg-panel:not([hidden])")
    field = box.get_by_role("combobox", name="Word")
    pieces = box.locator("tbody tr:visible td:last-child")
    at_first = pieces.all_text_contents()
    assert field.input_value() == "defenestration" and at_first[:4] == ["def", "en", "est", "ration"]
    field.fill("wom")
    options = box.get_by_role("option")
    options.first.wait_for()
    assert options.all_text_contents() == ["woman", "women", "womanhood"]
    found.page.keyboard.press("ArrowDown")
    found.page.keyboard.press("ArrowDown")
    found.page.keyboard.press("Enter")
    found.page.wait_for_function("document.querySelector('#table-geometry-cuts tbody').innerText.includes('women')")
    assert "".join(pieces.all_text_contents()) == "women␣women"
    field.fill("floccinauci nothing")
    box.get_by_text("“floccinauci nothing” is not among the 196 of this list").wait_for()
    field.blur()
    assert field.input_value() == "women"


def test_a_long_table_brings_all_its_rows_when_asked(visit):
    found = visit()
    found.go(PAGE)
    box = found.page.locator("#table-similarity-neighbors")
    rows = box.locator("table:visible tbody tr:visible")
    few = rows.count()
    box.get_by_role("link", name="All 100 rows").first.click()
    found.page.wait_for_function("document.querySelectorAll('#table-similarity-neighbors tbody tr').length >= 100")
    assert few < rows.count() == 100
    assert found.page.url.endswith(PAGE)


@pytest.mark.parametrize("path", ["chapters/maps/", "chapters/graph/"])
def test_a_table_that_was_out_of_sight_at_first_is_a_tab_stop_where_it_is_wider_than_the_page(visit, path):
    found = visit(narrow=True).go(path)
    boxes = found.page.locator(".eg-table .eg-panel:not([hidden]) .eg-scroll")
    wide = 0
    for box in boxes.all():
        box.scroll_into_view_if_needed()
        box.locator("tbody tr:not([data-out])").first.wait_for()
        found.page.wait_for_function(
            "box => (box.scrollWidth > box.clientWidth + 1) === (box.tabIndex === 0)", arg=box.element_handle()
        )
        wide += box.evaluate("box => box.scrollWidth > box.clientWidth + 1")
    assert wide


def test_a_link_to_a_section_below_tables_that_were_not_drawn_yet_leads_there(visit):
    found = visit(narrow=True).go("chapters/graph/#what-was-learned")
    found.page.wait_for_timeout(1000)
    top = found.page.evaluate("document.getElementById('what-was-learned').getBoundingClientRect().top")
    assert 0 <= top < 200
