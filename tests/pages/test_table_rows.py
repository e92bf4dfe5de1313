"""Which rows of a table its page carries."""

from pathlib import Path

import embedguide.pages
from embedguide.pages.table_rows import SHOWN, WHOLE, placed_rows

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
