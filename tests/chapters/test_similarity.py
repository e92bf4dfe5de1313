"""What must stay true of the chapter on similarity: its committed numbers are those of the real weights."""

import json
from pathlib import Path

import numpy as np
import pytest

from embedguide.analysis.neighbors import spelling
from embedguide.models import open_token_table
from embedguide.sources import fetch

RESULTS = Path(__file__).parents[2] / "docs/assets/results/similarity"
# Which tensor of the file is the table (the house's rule for Qwen: the copy with more bits).
TENSOR = {"smollm2-135m": "token_embd.weight", "qwen2.5-0.5b": "output.weight"}
pytestmark = pytest.mark.real


def result(name, model):
    return json.loads((RESULTS / f"{name}.{model}.json").read_bytes())


def records(name, model):
    document = result(name, model)
    names = [column["name"] for column in document["columns"]]
    return [dict(zip(names, row, strict=True)) for row in document["rows"]]


@pytest.fixture(scope="module", params=TENSOR)
def weights(request):
    """The model's name and its table, read with the gguf package alone, float64."""
    from gguf import GGUFReader
    from gguf.quants import dequantize

    (path,) = (p for p in fetch(request.param).paths.values() if p.suffix == ".gguf")
    tensor = next(t for t in GGUFReader(path).tensors if t.name == TENSOR[request.param])
    return request.param, dequantize(tensor.data, tensor.tensor_type)


def unit(rows):
    rows = np.asarray(rows, dtype=np.float64)
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


def test_pairs_are_the_cosines_of_the_real_weights(weights):
    name, matrix = weights
    table, center = open_token_table(name), matrix.mean(axis=0, dtype=np.float64)
    pairs = records("pairs", name)
    assert len(pairs) == 10
    for pair in pairs:
        a, b = (matrix[table.tokenize(" " + pair[word])].astype(np.float64) for word in ("word_1", "word_2"))
        assert a.shape == b.shape == (1, matrix.shape[1])
        assert pair["cosine"] == pytest.approx((unit(a) @ unit(b).T).item(), abs=1e-3)
        assert pair["centered_cosine"] == pytest.approx((unit(a - center) @ unit(b - center).T).item(), abs=1e-3)


def test_random_pairs_have_the_mean_cosine_of_all_pairs(weights):
    name, matrix = weights
    # The mean over all pairs of rows is the squared length of the mean unit row.
    expected = float(np.square(unit(matrix).mean(axis=0)).sum())
    assert result("random-mean-cosine", name)["value"] == pytest.approx(expected, abs=2e-3)


def test_percentiles_are_those_of_other_random_pairs(weights):
    name, matrix = weights
    generator = np.random.default_rng(12345)
    ids = generator.integers(len(matrix), size=(2, 40_000))
    others = (unit(matrix[ids[0]]) * unit(matrix[ids[1]])).sum(axis=1)
    for pair in records("pairs", name):
        assert pair["percentile"] == pytest.approx(100 * (others < pair["cosine"]).mean(), abs=1.5)


def test_neighbors_are_exact(weights):
    name, matrix = weights
    table, rows = open_token_table(name), records("neighbors", name)
    assert len(rows) == 5 * 2 * 10
    rows_of_unit = unit(matrix).astype(np.float32)
    for query in ("Paris", "list"):
        cosines = rows_of_unit @ rows_of_unit[table.word_id(query)]
        for variants in (True, False):
            found = [row for row in rows if row["query"] == query and row["variants"] is variants]
            candidates = [i for i in np.argsort(-cosines)[:400].tolist() if i != table.word_id(query)]
            if not variants:
                texts = {i: table.text(i) for i in candidates}
                candidates = [
                    i for i in candidates if len(texts[i].strip()) > 1 and spelling(texts[i]) != query.lower()
                ]
            assert [row["rank"] for row in found] == list(range(1, 11))
            for row, expected in zip(found, candidates, strict=False):
                assert row["cosine"] == pytest.approx(float(cosines[expected]), abs=1e-3)
            assert [row["token_id"] for row in found] == candidates[:10]


@pytest.mark.parametrize("model", TENSOR)
def test_every_claim_row_of_the_chapter_has_a_verdict(model):
    claims = json.loads((RESULTS.parent / "claims.json").read_bytes())["claims"]
    mine = [claim for claim in claims if claim["chapter"] == "similarity" and claim["model"] == model]
    assert {claim["id"] for claim in mine} == {"C86", "C102", "C109", "C111", "C112", "C113"}
    assert len([c for c in mine if c["id"] == "C111" and isinstance(c["says"], float)]) == 10
    assert all(claim["verdict"] in ("reproduced", "differs", "not testable here") for claim in mine)
    # A number of GPT-2 is not settled by another model.
    assert all(claim["verdict"] == "not testable here" for claim in mine if claim["of"] == "gpt2")
