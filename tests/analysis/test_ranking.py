"""Rankings by dot product and cosine on a small table whose answers are known."""

from types import SimpleNamespace

import numpy as np
import pytest

from embedguide.analysis import ranking
from embedguide.analysis.vocabulary import rows_and_scales


def small_table(vectors, unused=()):
    vectors = np.asarray(vectors, dtype=np.float32)
    return SimpleNamespace(
        vectors=vectors, n_tokens=len(vectors), n_dims=vectors.shape[1], unused_ids=frozenset(unused),
        unit_rows=vectors / np.linalg.norm(vectors, axis=1, keepdims=True), word_id="abcde".index, glyph="abcde".__getitem__,
        rows=lambda ids: vectors[np.asarray(ids)].copy(),
    )  # fmt: skip


def test_a_long_row_wins_by_dot_product_and_loses_by_cosine():
    # a is the query; b points nearly the same way, c is long, d points away, e belongs to no token.
    table = small_table([[1, 0], [1, 0.1], [5, 5], [-1, 0], [9, 0]], unused=(4,))
    found = ranking.rank_both_ways(table, ["a"], k=1)
    assert [(r.token, r.rank_by_cosine, r.rank_by_dot) for r in found] == [("b", 1, 2), ("c", 2, 1)]
    assert (found[1].length, found[1].cosine, found[1].dot) == pytest.approx((50**0.5, 0.5**0.5, 5))
    assert ranking.mean_overlap(found, 1) == 0
    assert ranking.mean_overlap(found, 2) == 2


def test_rounding_errors_are_those_of_rows_restored():
    table = small_table(np.random.default_rng(0).normal(size=(40, 64)) + 1)
    carried = rows_and_scales(table, range(40))
    errors = ranking.quantization_errors(table, range(40), carried, 500, seed=0)
    assert 0 < errors.max() < 0.01
    exact = table.vectors, np.ones(40)
    assert ranking.quantization_errors(table, range(40), exact, 500, seed=0).max() < 1e-12
