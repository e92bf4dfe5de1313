"""The guide's own notebooks: fresh, small, and their numbers those of the weights, read without our own reader."""

from __future__ import annotations

import json

import numpy as np
import pytest
from committed import ROOT, read_table, unit

from embedguide.models import open_token_table
from embedguide.results import check_results
from embedguide.results.notebooks import TABLE, notebook_slugs

SLUGS = ["counting-and-predicting", "inside-the-table", "through-the-layers", "tokens-and-tables"]
TINY = "smollm2-135m"


def tables(slug: str) -> list[list[dict]]:
    """The rows of every table that a notebook shows, as dicts."""
    notebook = json.loads((ROOT / f"docs/notebooks/{slug}.ipynb").read_bytes())
    shown = [o["data"][TABLE] for c in notebook["cells"] for o in c.get("outputs", []) if TABLE in o.get("data", {})]
    return [[dict(zip([c["name"] for c in one["columns"]], row, strict=True)) for row in one["rows"]] for one in shown]


def printed(slug: str) -> str:
    notebook = json.loads((ROOT / f"docs/notebooks/{slug}.ipynb").read_bytes())
    return "".join("".join(o.get("text", "")) for c in notebook["cells"] for o in c.get("outputs", []))


def test_there_are_four_and_they_are_fresh() -> None:
    assert notebook_slugs(ROOT) == SLUGS
    report = check_results(ROOT, [f"notebooks/{slug}" for slug in SLUGS])
    assert report.ok, [found.message for found in report.results if found.state != "fresh"]


@pytest.mark.parametrize("slug", SLUGS)
def test_each_is_small_and_asks_its_reader_to_change_something(slug: str) -> None:
    path = ROOT / f"docs/notebooks/{slug}.ipynb"
    assert path.stat().st_size <= 150_000
    words = "".join(c["source"] for c in json.loads(path.read_bytes())["cells"] if c["cell_type"] == "markdown")
    assert words.count("**") >= 4


@pytest.mark.real
def test_pairs_and_neighbors_are_those_of_the_weights() -> None:
    pairs, neighbors = tables("inside-the-table")
    rows, table = unit(read_table(TINY)), open_token_table(TINY)
    for pair in pairs:
        first, second = (rows[table.word_id(pair[name])] for name in ("word_1", "word_2"))
        assert pair["cosine"] == pytest.approx(first @ second, abs=2e-3)
    cosines = rows @ rows[table.word_id("coffee")]
    assert [one["cosine"] for one in neighbors] == pytest.approx(
        [cosines[one["token_id"]] for one in neighbors], abs=2e-3
    )
    left = {one["token_id"] for one in neighbors}
    nearer = [i for i in np.argsort(-cosines)[:20] if i not in left and cosines[i] > neighbors[-1]["cosine"] + 2e-3]
    assert all("coffee" in table.text(i).lower() or len(table.text(i).strip()) < 2 for i in nearer)


@pytest.mark.real
def test_the_ends_of_rows_and_the_other_tokens_are_those_of_the_files() -> None:
    (prompt,) = tables("tokens-and-tables")
    rows = read_table(TINY)
    for one in prompt:
        row = rows[one["token_id"]]
        assert [one["first_1"], one["first_2"], one["first_3"], one["last"]] == pytest.approx(
            [*row[:3], row[-1]], abs=1e-3
        )
    assert "largest difference from the rows: 0.0" in printed("tokens-and-tables")


@pytest.mark.real
def test_the_next_token_is_that_of_the_last_state_and_the_table() -> None:
    (following,) = tables("through-the-layers")
    from embedguide.models import open_language_model

    model = open_language_model(TINY)
    states = model.final_norm(model.last_hidden_states(["The capital of Germany is"])[-1, 0])
    logits = read_table(TINY).astype(np.float64) @ states.astype(np.float64)
    shares = np.exp(logits - logits.max())
    shares = 100 * shares / shares.sum()
    best = np.argsort(-shares)[: len(following)]
    assert [one["token"] for one in following] == [model.table.glyph(int(i)) for i in best]
    assert [one["percent"] for one in following] == pytest.approx(list(shares[best]), rel=0.05)
