"""What must stay true of the chapter on geometry: its committed numbers are those of the real weights."""

from functools import cache

import numpy as np
import pytest
from committed import TABLE_TENSOR, Committed, read_table, unit

from embedguide.models import open_token_table
from embedguide.sources import fetch

COMMITTED = Committed("geometry")
pytestmark = pytest.mark.real

value, records = COMMITTED.value, COMMITTED.records


@pytest.fixture(scope="module", params=TABLE_TENSOR)
def weights(request):
    """The model's name and its table, read with the gguf package alone."""
    return request.param, read_table(request.param)


@cache
def opened(name):
    return open_token_table(name)


@cache
def tokens_of_plays(name):
    """The ids that the tokenizer makes of the plays."""
    return frozenset(opened(name).tokenize(fetch("shakespeare-plays").path().read_text("utf-8")))


@cache
def common_ids(name):
    """The 2,000 most frequent words of GloVe that the tokenizer leaves whole behind a space."""
    table, found = opened(name), []
    for word in opened("glove-6b-50d").texts:
        if word.isascii() and word.isalpha() and len(ids := table.tokenize(" " + word)) == 1:
            found += ids
        if len(found) == 2000:
            return found
    raise AssertionError("too few words")


def mean_of_pairs(matrix):
    """The mean over all pairs of different rows, by the mean unit row."""
    n = len(matrix)
    mean = sum(unit(matrix[first : first + 4096]).sum(axis=0) for first in range(0, n, 4096)) / n
    return (n * float(np.square(mean).sum()) - 1) * 1 / (n - 1)


def cosines_to(matrix, token_id):
    """The cosine of every row with one of them, in the precision of the weights."""
    lengths = np.sqrt(np.einsum("nd,nd->n", matrix, matrix))
    return matrix @ matrix[token_id] / (lengths * lengths[token_id])


def test_the_mean_row_and_the_stripes_are_those_of_the_weights(weights):
    name, matrix = weights
    mean = matrix.mean(axis=0, dtype=np.float64)
    assert value("mean-vector-norm", name) == pytest.approx(np.linalg.norm(mean), abs=1e-3)
    positive = (matrix > 0).mean(axis=0)
    rows = records("heatmap", name)
    assert [row["mean"] for row in rows] == pytest.approx(mean.tolist(), abs=1e-3)
    assert [row["share_positive"] for row in rows] == pytest.approx(positive.tolist(), abs=1e-3)
    assert value("one-sided-95", name) == int((np.maximum(positive, 1 - positive) >= 0.95).sum())


def test_random_pairs_are_those_of_the_weights(weights):
    name, matrix = weights
    assert value("random-mean-cosine", name) == pytest.approx(mean_of_pairs(matrix), abs=1e-3)
    ids = np.random.default_rng(99).integers(len(matrix), size=(2, 60_000))
    positive = ((matrix[ids[0]] * matrix[ids[1]]).sum(axis=1) > 0).mean()
    assert value("share-positive", name) == pytest.approx(positive, abs=4e-3)


def test_spreads_of_common_words_are_those_of_the_weights(weights):
    name, matrix = weights
    common = matrix[common_ids(name)]
    spreads = {row["treatment"]: row for row in records("spreads", name)}
    assert spreads["as they are"]["common_mean_cosine"] == pytest.approx(mean_of_pairs(common), abs=1e-3)
    center = matrix.mean(axis=0, dtype=np.float64)
    centered = spreads["mean row subtracted"]
    assert centered["common_mean_cosine"] == pytest.approx(mean_of_pairs(common - center), abs=1e-3)
    assert centered["common_mean_cosine"] > spreads["as they are"]["common_mean_cosine"]
    assert abs(spreads["mean row of the common words subtracted"]["common_mean_cosine"]) < 2e-3
    assert abs(spreads["random numbers around zero"]["mean_cosine"]) < 2e-3
    # Removed by another road: the leading right singular vector of a sample stands for the whole table's.
    sample = matrix[np.random.default_rng(1).choice(len(matrix), 12_000, replace=False)] - center
    first = np.linalg.eigh(sample.T @ sample)[1][:, -1]
    rest = (common - center) - ((common - center) @ first)[:, None] * first
    cleared = spreads["and the first principal component removed"]["common_mean_cosine"]
    assert cleared == pytest.approx(mean_of_pairs(rest), abs=0.01)


def test_rare_tokens_make_the_cone(weights):
    name, matrix = weights
    bands = [row for row in records("bands", name) if row["treatment"] == "as they are"]
    assert len(bands) == 20
    unused = opened(name).unused_ids
    for band in (bands[0], bands[10], bands[-1]):
        rows = [i for i in range(band["first_id"], band["last_id"] + 1) if i not in unused]
        assert band["mean_cosine"] == pytest.approx(mean_of_pairs(matrix[rows]), abs=1e-3)
    assert bands[-1]["mean_cosine"] > 2 * bands[0]["mean_cosine"]
    seen, first = tokens_of_plays(name), range(bands[0]["first_id"], bands[0]["last_id"] + 1)
    assert bands[0]["share_seen"] == pytest.approx(sum(i in seen for i in first) / len(first), abs=1e-3)


def test_shared_rows_are_shared(weights):
    name, matrix = weights
    table, (largest, *_) = opened(name), records("shared-rows", name)
    # The largest group holds the padding where there is any, else the last special token.
    anchor = min(table.unused_ids, default=max(table.special_ids))
    assert largest["n_tokens"] == pytest.approx((cosines_to(matrix, anchor) >= 0.9999).sum(), rel=0.03)
    assert largest["n_unused"] == len(table.unused_ids)


def test_cuts_and_neighbors_of_pieces_are_the_tokenizers_and_the_weights(weights):
    name, matrix = weights
    table = opened(name)
    cuts = [r for r in records("cuts", name) if r["word"] == "defenestration"]
    said = [r["token_id"] for r in cuts if r["place"] == "inside a sentence"]
    assert said == table.tokenize(" defenestration")
    assert "".join(table.text(i) for i in said) == " defenestration"
    for piece in (" un", "ing"):
        (query,) = table.tokenize(piece)
        cosines = cosines_to(matrix, query)
        best = [i for i in np.argsort(-cosines)[:11].tolist() if i != query][:10]
        found = [r for r in records("pieces", name) if r["piece"] == piece.replace(" ", "␣")]
        assert [r["token_id"] for r in found] == best
        assert [r["cosine"] for r in found] == pytest.approx(cosines[best].tolist(), abs=1e-3)


def test_the_verdict_on_un_is_that_of_its_control(weights):
    name, matrix = weights
    negating, spelled = records("un-or-spelling", name)
    verdict = next(c["verdict"] for c in COMMITTED.claims(name) if (c["id"], c["part"]) == ("C117", "un"))
    assert verdict == ("reproduced" if negating["cosine"] > spelled["cosine"] else "differs")
    # By another road: rows less the mean and the first component of an exact covariance.
    mean = matrix.mean(axis=0, dtype=np.float64).astype(np.float32)
    centered = matrix - mean
    first = np.linalg.eigh(centered.T @ centered)[1][:, -1]

    def cleared(ids):
        return centered[ids] - (centered[ids] @ first)[..., None] * first

    table, script = opened(name), COMMITTED.script()
    (piece,) = table.tokenize(" un")
    start = cleared(common_ids(name)).mean(axis=0)
    for words, row in (([b for _, b in script.UN], negating), (script.SPELLED, spelled)):
        ids = [ids[0] for word in words if len(ids := table.tokenize(" " + word)) == 1]
        step = cleared(ids).mean(axis=0) - start
        assert row["cosine"] == pytest.approx(float(unit(step) @ unit(cleared(piece))), abs=2e-3)


@pytest.mark.parametrize("model", TABLE_TENSOR)
def test_every_claim_row_of_the_chapter_has_a_verdict(model):
    mine = COMMITTED.claims(model)
    assert {claim["id"] for claim in mine} == {"C83", "C88", "C89", "C102", "C112", "C114", "C117"}
    assert all(claim["verdict"] in ("reproduced", "differs") for claim in mine)
    by_part = {(claim["id"], claim["part"]): claim["verdict"] for claim in mine}
    assert by_part["C102", "nearly-all-positive"] != by_part["C112", "random-near-0"]
    assert by_part["C114", "every-row-updated"] == "differs"
