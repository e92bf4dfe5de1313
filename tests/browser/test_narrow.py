"""What a phone shows of the tables and explorables of the first chapters without being moved sideways."""

import pytest

pytestmark = pytest.mark.browser
PHONE = 390
# What a page leaves free at its right.
MARGIN = 20


def right_of(part):
    """Where a part of the page ends, in pixels."""
    box = part.bounding_box()
    assert box
    return box["x"] + box["width"]


# A table, and how many of its columns, from the left, say what it is about.
@pytest.mark.parametrize(
    ("page", "name", "seen"),
    [
        ("lookup", "ids", 4), ("lookup", "prompt-tokens", 4), ("lookup", "table-sizes", 5), ("lookup", "dimensions", 5), ("lookup", "pipeline", 3),
        ("lookup", "special-tokens", 3), ("tfidf", "weights", 5), ("tfidf", "nearest-words", 4), ("tfidf", "formulas", 5), ("word2vec", "pairs", 5),
        ("word2vec", "answers", 5), ("word2vec", "history", 4), ("context", "special-tokens", 3), ("learning", "steps", 5),
    ],
)  # fmt: skip
def test_the_columns_that_a_table_is_about_fit(visit, page, name, seen):
    found = visit(narrow=True).go(f"chapters/{page}/")
    table = found.page.locator(f"#table-{page}-{name} table:visible")
    table.scroll_into_view_if_needed()
    table.locator("tbody tr").first.wait_for()
    heads = table.locator("th[scope=col]:visible").all()
    assert len(heads) >= seen
    assert max(right_of(head) for head in heads[:seen]) <= PHONE - MARGIN


def test_the_ledger_counts_every_verdict_in_sight(visit):
    found = visit(narrow=True).go("ledger/")
    assert right_of(found.page.locator("#table-ledger thead th").last) <= PHONE - MARGIN


def test_the_list_of_models_says_in_sight_which_chapters_have_one(visit):
    found = visit(narrow=True).go("models/")
    for cell in found.page.locator("#models tbody td:last-child").all():
        assert right_of(cell) <= PHONE - MARGIN


def test_all_of_a_product_fits(visit):
    found = visit(narrow=True).go("chapters/lookup/")
    assert right_of(found.page.locator(".eg-product [data-part='result']")) <= PHONE - MARGIN
    assert right_of(found.page.locator(".eg-product [data-part='weights']")) <= PHONE - MARGIN


@pytest.mark.parametrize("narrow", [True, False])
def test_no_number_of_the_toy_space_is_cut(visit, narrow):
    found = visit(narrow=narrow).go("chapters/lookup/")
    assert found.page.locator(".eg-toy__table").evaluate("table => table.scrollWidth <= table.clientWidth")


def test_a_one_of_a_one_hot_row_is_not_drawn_over_its_number(visit):
    found = visit(narrow=True).go("chapters/word2vec/")
    found.page.locator(".eg-cbow").scroll_into_view_if_needed()
    found.page.locator(".eg-cbow__hot").first.wait_for()
    for _ in range(5):
        for row in found.page.locator(".eg-cbow__hot").all():
            mark, number = row.locator("i").bounding_box(), row.locator("b").bounding_box()
            assert mark["x"] > number["x"] + number["width"] or mark["x"] + mark["width"] < number["x"]
        found.page.locator(".eg-cbow input[type='range']").press("ArrowLeft")
