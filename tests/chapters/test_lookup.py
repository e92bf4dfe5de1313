"""What must stay true of the chapter on lookups: its committed numbers are those of the real weights."""

import numpy as np
import pytest
from committed import TABLE_TENSOR, Committed, read_table

from embedguide.models import open_token_table

COMMITTED = Committed("lookup")
PROMPT = "HTML coders are not considered programmers"
pytestmark = pytest.mark.real


result = COMMITTED.document
records = COMMITTED.records


@pytest.fixture(scope="module", params=TABLE_TENSOR)
def weights(request):
    """The model's name and its table, read with the gguf package alone."""
    return request.param, read_table(request.param)


def test_the_prompt_has_the_rows_of_the_file(weights):
    name, matrix = weights
    rows = records("prompt-tokens", name)
    assert [row["position"] for row in rows] == list(range(7))
    assert [row["token"] for row in rows] == ["HTML", "␣cod", "ers", "␣are", "␣not", "␣considered", "␣programmers"]
    for row in rows:
        expected = matrix[row["id"]][[0, 1, 2, -1]]
        assert [row[end] for end in ("first_1", "first_2", "first_3", "last")] == pytest.approx(expected, abs=1e-3)


def test_qwen_gives_the_ids_that_the_article_prints():
    assert [row["id"] for row in records("prompt-tokens", "qwen2.5-0.5b")] == [5835, 20329, 388, 525, 537, 6509, 54846]  # fmt: skip


def test_carried_rows_are_rows_of_the_file(weights):
    name, matrix = weights
    ids, document = records("row-ids", name), result("rows", name)
    assert (document["dtype"], document["scale"]) == ("int8", 1.0)
    packed = np.fromfile(COMMITTED.folder / document["file"], dtype=np.int8).reshape(document["shape"])
    assert len(packed) == len(ids)
    for place in range(0, len(ids), 97):
        scale = ids[place]["scale"]
        assert np.abs(packed[place] * scale - matrix[ids[place]["token_id"]]).max() <= scale


def test_the_vocabulary_file_holds_every_token(weights):
    name, _ = weights
    table, found = open_token_table(name), {}
    everything = (COMMITTED.folder / result("vocabulary", name)["file"]).read_bytes()
    for line in everything.decode().splitlines():
        number, token = line.split(" ")
        found[int(number, 36)] = token
    assert len(found) == table.n_tokens - len(table.unused_ids)
    assert all(found[i] == table.glyph(i) for i in range(0, len(found), 1013))


def test_sizes_are_products(weights):
    name, matrix = weights
    rows = {row["model"]: row for row in records("table-sizes")}
    own = rows[open_token_table(name).title]
    assert (own["n_tokens"], own["n_dims"]) == matrix.shape
    for row in rows.values():
        assert row["numbers"] == pytest.approx(row["n_tokens"] * row["n_dims"] / 1e6, rel=1e-5)
        assert row["megabytes"] == pytest.approx(2 * row["numbers"], rel=1e-5)


def test_tied_rows_and_positions_are_what_the_page_says():
    for name in TABLE_TENSOR:
        assert result("tied-difference", name)["value"] < 10  # millionths
        assert result("reversed-difference", name)["value"] > 0.1
        assert result("real-difference", name)["value"] == 0
    positions = {row["model"]: row["difference"] for row in records("positions")}
    assert positions["SmolLM2 135M"] == positions["Qwen2.5 0.5B"] == 0 < positions["MiniLM-L6"]


def test_special_twins_have_the_same_row(weights):
    name, matrix = weights
    rows = records("special-tokens", name)
    special = matrix[[row["token_id"] for row in rows]].astype(np.float64)
    special /= np.linalg.norm(special, axis=1, keepdims=True)
    cosines = special @ special.T - 2 * np.eye(len(rows))
    assert [row["twin_cosine"] for row in rows] == pytest.approx(cosines.max(axis=1), abs=1e-4)
    assert result("special-twins", name)["value"] == int((cosines.max(axis=1) >= 0.9999).sum())


def test_every_claim_row_has_a_verdict_and_numbers_of_other_models_stay_open():
    mine = COMMITTED.claims()
    rows = "C23 C24 C44 C65 C67 C68 C69 C70 C71 C72 C81 C82 C84 C104 C105 C106 C107 C115 C117".split()
    assert {claim["id"] for claim in mine} == set(rows)
    assert all(claim["verdict"] == "not testable here" for claim in mine if claim["of"])
    verdicts = {(claim["id"], claim["part"], claim["model"]): claim["verdict"] for claim in mine}
    assert verdicts["C117", "pipeline-ids", None] == "differs"
    assert verdicts["C65", "position-added", "qwen2.5-0.5b"] == "differs"
