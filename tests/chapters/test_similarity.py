"""What must stay true of the chapter on similarity: its committed numbers are those of the real weights."""

import numpy as np
import pytest
from committed import TABLE_TENSOR, Committed, read_table, unit

from embedguide.analysis.neighbors import spelling
from embedguide.models import open_token_table

COMMITTED = Committed("similarity")
# Which tensor of the file is the table (the house's rule for Qwen: the copy with more bits).
pytestmark = pytest.mark.real


result = COMMITTED.document
records = COMMITTED.records


@pytest.fixture(scope="module", params=TABLE_TENSOR)
def weights(request):
    """The model's name and its table, read with the gguf package alone, float64."""
    return request.param, read_table(request.param)


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


def shipped_rows(name):
    """The rows of common words as a page reads them: whole numbers times the scale of each row."""
    words, rows = records("common-words", name), result("common-rows", name)
    whole = np.frombuffer((COMMITTED.folder / rows["file"]).read_bytes(), dtype="i1").reshape(rows["shape"])
    return words, whole * np.array([[word["scale"]] for word in words])


def test_rounded_rows_give_the_cosines_of_the_weights_within_the_error_stated(weights):
    name, matrix = weights
    words, rows = shipped_rows(name)
    assert 2000 <= len(words) <= 2020
    ids = [word["token_id"] for word in words]
    error = result("rounding-error", name)["value"]
    assert 0 < error < 0.02
    drawn = np.random.default_rng(7).integers(2000, size=(2, 5000))
    near, true = ((unit(r[drawn[0]]) * unit(r[drawn[1]])).sum(axis=1) for r in (rows, matrix[ids].astype(np.float64)))
    assert np.abs(near - true).max() <= 1.5 * error
    mean = result("mean-row", name)
    center = np.frombuffer((COMMITTED.folder / mean["file"]).read_bytes(), dtype="<i2") * mean["scale"]
    assert center == pytest.approx(matrix.mean(axis=0, dtype=np.float64), abs=1e-3)


def test_common_words_are_the_most_frequent_that_are_one_token(weights):
    name, _ = weights
    table, words = open_token_table(name), records("common-words", name)
    frequent = [w for w in open_token_table("glove-6b-50d").texts[:3000] if w.isascii() and w.isalpha()]
    whole = [ids[0] for w in frequent if len(ids := table.tokenize(" " + w)) == 1]
    assert [word["token_id"] for word in words[:2000]] == whole[:2000]


def test_hello_and_world_are_drawn_with_their_cosines(weights):
    name, matrix = weights
    table = open_token_table(name)
    (first, second, *_, last) = records("two-vectors", name)
    for row, texts in ((first, ("hello", "world")), (second, (" hello", " world"))):
        a, b = (unit(matrix[table.tokenize(text)]) for text in texts)
        assert row["cosine"] == pytest.approx((a @ b.T).item(), abs=1e-3)
    assert "random" in last["pair"]


def test_rankings_by_cosine_and_dot_product_are_those_of_the_weights(weights):
    name, matrix = weights
    table = open_token_table(name)
    query = matrix[table.word_id("king")].astype(np.float64)
    dots = matrix @ query
    found = {row["token_id"]: row for row in records("rankings", name) if row["query"] == "king"}
    best = [i for i in np.argsort(-dots).tolist() if i != table.word_id("king") and i not in table.unused_ids]
    for rank, i in enumerate(best[:10], start=1):
        assert found[i]["rank_by_dot"] == rank
        assert found[i]["dot"] == pytest.approx(dots[i], rel=1e-3)
        assert found[i]["cosine"] == pytest.approx((unit(matrix[i]) @ unit(query)).item(), abs=1e-3)


@pytest.mark.parametrize("model", TABLE_TENSOR)
def test_every_claim_row_of_the_chapter_has_a_verdict(model):
    mine = COMMITTED.claims(model)
    assert {claim["id"] for claim in mine} == {"C85", "C86", "C87", "C102", "C109", "C110", "C111", "C112", "C113"}
    assert len([c for c in mine if c["id"] == "C111" and isinstance(c["says"], float)]) == 10
    assert all(claim["verdict"] in ("reproduced", "differs", "not testable here") for claim in mine)
    # A number of GPT-2 is not settled by another model.
    numbers = [claim for claim in mine if claim["of"] == "gpt2" and not isinstance(claim["says"], str)]
    assert all(claim["verdict"] == "not testable here" for claim in numbers)


@pytest.mark.real
@pytest.mark.parametrize("model", ["smollm2-135m", "qwen2.5-0.5b"])
def test_clusters_and_closer_words_are_those_of_the_weights(model):
    from committed import read_table, unit

    from embedguide.models import open_token_table

    rows, table = unit(read_table(model)), open_token_table(model)
    got = {claim["part"]: claim["got"] for claim in COMMITTED.claims(model) if claim["id"] == "C110"}
    cat, dog, elephant = (rows[table.word_id(word)] for word in ("cat", "dog", "elephant"))
    assert got["cat-dog-elephant"] == (cat @ dog > cat @ elephant)
    france, germany, japan = (rows[table.word_id(word)] for word in ("France", "Germany", "Japan"))
    assert got["france-germany-japan"] == (france @ germany > france @ japan)
    groups = COMMITTED.script().CLUSTERS
    tokens = [(name, table.token_id(text)) for name, texts in groups.items() for text in texts]
    own = dict.fromkeys(groups, 0)
    for name, token in tokens:
        others = [(float(rows[token] @ rows[other]), group) for group, other in tokens if other != token]
        own[name] += max(others)[1] == name
    assert got["clusters"] == all(own[name] > len(groups[name]) / 2 for name in groups)
