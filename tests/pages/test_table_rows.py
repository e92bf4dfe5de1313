"""Which rows of a table its page carries."""

from pathlib import Path

import pytest

import embedguide.pages
from embedguide.pages.errors import PageError
from embedguide.pages.table_rows import MANY, SHOWN, WHOLE, column_marks, order_of, placed_rows, reordered

SCRIPTS = Path(embedguide.pages.__file__).parent / "theme/assets/embedguide/js"


def document(n_rows, controls=()):
    return {"columns": [{"name": "pair"}, {"name": "step"}], "rows": [None] * n_rows, "controls": list(controls)}


def cells(n_rows):
    return [
        [{"text": f"pair {n % 3}", "sort": f"pair {n % 3}"}, {"text": "yes" if n % 2 else "no", "sort": bool(n % 2)}]
        for n in range(n_rows)
    ]


def select(default):
    return {"id": "pair", "kind": "select", "label": "Pair", "default": default}


def test_a_table_of_a_model_that_is_not_shown_carries_no_rows_but_its_controls():
    placed = placed_rows(document(9, [select("pair 1")]), cells(9), active=False)
    assert placed["rows"] == [] and placed["more"] and placed["n_rows"] == 9
    assert placed["filters"][0]["options"] == ["pair 0", "pair 1", "pair 2"]


def test_a_short_table_stands_whole_and_hides_what_its_control_filters_out():
    placed = placed_rows(document(WHOLE, [select("pair 1")]), cells(WHOLE), active=True)
    assert not placed["more"] and placed["n_rows"] == len(placed["rows"]) == WHOLE
    assert {row["cells"][0]["text"] for row in placed["rows"] if not row["out"]} == {"pair 1"}


def test_a_long_table_carries_only_what_is_shown_at_first():
    placed = placed_rows(document(WHOLE + 1, [select("pair 2")]), cells(WHOLE + 1), active=True)
    assert placed["more"] and placed["n_rows"] == WHOLE + 1
    assert {row["cells"][0]["text"] for row in placed["rows"]} == {"pair 2"}
    assert placed["filters"][0]["options"] == ["pair 0", "pair 1", "pair 2"]  # of all rows, not of those shown


def test_a_long_table_without_controls_is_cut():
    placed = placed_rows(document(500), cells(500), active=True)
    assert placed["more"] and len(placed["rows"]) == SHOWN


def test_a_default_that_no_row_has_filters_nothing():
    placed = placed_rows(document(9, [select("nowhere")]), cells(9), active=True)
    assert placed["filters"][0]["chosen"] is None and not any(row["out"] for row in placed["rows"])


def test_a_switch_goes_by_yes_and_no():
    control = {"id": "step", "kind": "switch", "label": "Odd", "default": True}
    placed = placed_rows(document(10, [control]), cells(10), active=True)
    assert [row["out"] for row in placed["rows"]] == [n % 2 == 0 for n in range(10)]


def test_scripts_cut_at_the_same_number_of_rows():
    script = (SCRIPTS / "table_rows.js").read_text("utf-8")
    assert f"const WHOLE = {WHOLE}\nconst SHOWN = {SHOWN}\n" in script


def named(*names):
    rows = [[f"{name} {n}" for name in names] for n in range(3)]
    return {"chapter": "tiny", "name": "rows", "columns": [{"name": name} for name in names], "rows": rows}


def marks_of(found, controls=(), empty=(), spare=()):
    rows = [[{"text": "–" if n in empty else text} for n, text in enumerate(row)] for row in found["rows"]]
    filters = placed_rows({**found, "controls": list(controls)}, [[{**c, "sort": c["text"]} for c in r] for r in rows], active=True)["filters"]  # fmt: skip
    marks = column_marks(found, rows, filters, spare)
    return [[n for n, mark in enumerate(marks) if mark[kind]] for kind in ("spare", "same")]


def test_columns_that_a_page_wants_last_stand_last_and_its_file_keeps_its_order():
    found = named("what", "measured_as", "low", "high")
    order = order_of(found, ["low", "measured_as"])
    assert order == [0, 3, 2, 1]
    placed = reordered(found, order)
    assert [c["name"] for c in placed["columns"]] == ["what", "high", "low", "measured_as"]
    assert (
        placed["rows"][1] == ["what 1", "high 1", "low 1", "measured_as 1"] and found["rows"][1][1] == "measured_as 1"
    )


def test_a_column_that_is_not_there_cannot_stand_last():
    with pytest.raises(PageError, match=r"'tiny/rows' has no column 'hight' to put last\. It has: what, high"):
        order_of(named("what", "high"), ["hight"])


def test_ids_beside_what_they_are_the_ids_of_can_be_spared_in_a_table_of_many_columns():
    wide = named("token_id", "token", "rank", "other_id", "cosine", "twin_id", "twin")
    assert marks_of(wide) == [[0, 5], []]  # other_id is the id of nothing that the table shows
    assert marks_of(named("rank", "token_id", "token", "cosine")) == [[], []]


def test_a_column_without_a_word_in_it_can_be_spared():
    assert marks_of(named("question", "refused"), empty=[1]) == [[1], []]


def test_columns_that_a_page_names_can_be_spared():
    assert marks_of(named("piece", "pairs", "rank"), spare=["pairs"]) == [[1], []]
    with pytest.raises(PageError, match=r"'tiny/rows' has no column 'pears' to spare\. It has: piece, pairs"):
        marks_of(named("piece", "pairs"), spare=["pears"])


def test_a_column_of_which_a_control_has_picked_one_value_is_marked():
    found = named("pair", "step", "token")
    choice = {"id": "step", "kind": "select", "label": "Step", "default": "step 1"}
    assert marks_of(found, [choice]) == [[], [1]]
    assert marks_of(found, [{**choice, "default": "nowhere"}]) == [[], []]
    assert marks_of(found, [{"id": "token", "kind": "switch", "label": "Token", "default": False}]) == [[], [2]]


def test_a_control_of_many_options_is_typed():
    def typed(n):
        rows = [[{"text": f"pair {i}", "sort": ""}, {"text": "", "sort": ""}] for i in range(n)]
        return placed_rows(document(n, [select("pair 1")]), rows, active=True)["filters"][0]["typed"]

    assert typed(MANY + 1) and not typed(MANY)
