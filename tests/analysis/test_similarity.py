"""Similarity on small arrays whose answers are known."""

from types import SimpleNamespace

import numpy as np
import pytest

from embedguide.analysis import similarity


def small_table(vectors):
    vectors = np.asarray(vectors, dtype=np.float16)

    def rows(ids):
        return vectors[np.asarray(ids)].astype(np.float32)

    return SimpleNamespace(
        vectors=vectors,
        n_tokens=len(vectors),
        n_dims=vectors.shape[1],
        rows=rows,
        word_id=lambda word: "abcdef".index(word),
    )


def test_cosine_of_known_angles():
    a = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0], [3.0, 4.0]])
    b = np.array([[2.0, 0.0], [0.0, 5.0], [-1.0, 0.0], [4.0, 3.0]])
    assert similarity.cosine(a, b) == pytest.approx([1, 0, -1, 0.96])


def test_cosine_with_a_zero_vector_is_nan():
    assert np.isnan(similarity.cosine(np.zeros(3), np.ones(3)))


def test_mean_vector_over_several_blocks(monkeypatch):
    monkeypatch.setattr(similarity, "BLOCK", 3)
    vectors = np.arange(20).reshape(10, 2)
    assert similarity.mean_vector(small_table(vectors)) == pytest.approx(vectors.mean(axis=0))


def test_random_pairs_never_hold_a_token_twice_nor_a_zero_row():
    # Three usable rows at right angles: a token paired with itself would give 1, a zero row NaN.
    table = small_table(np.vstack([np.eye(3), np.zeros((2, 3))]))
    found = similarity.cosines_of_random_pairs(table, 5000, seed=1)
    assert found.shape == (5000,)
    assert np.all(found == 0)


def test_random_pairs_follow_their_seed():
    table = small_table(np.random.default_rng(0).normal(size=(50, 8)))
    first, again, other = (similarity.cosines_of_random_pairs(table, 100, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_centering_takes_the_common_direction_away():
    vectors = np.random.default_rng(0).normal(size=(500, 16)) + 5
    table = small_table(vectors)
    assert similarity.cosines_of_random_pairs(table, 2000, seed=0).mean() > 0.9
    assert abs(similarity.cosines_of_random_pairs(table, 2000, seed=0, centered=True).mean()) < 0.05


def test_random_pairs_refuse_a_bad_number():
    with pytest.raises(ValueError, match="n_pairs must be at least 1, got 0"):
        similarity.cosines_of_random_pairs(small_table(np.eye(3)), 0, seed=0)


def test_percentile_counts_what_lies_below_and_half_of_the_equal():
    baseline = np.array([0.1, 0.2, 0.2, 0.4])
    assert similarity.percentile_among(np.array([0.0, 0.2, 0.3, 1.0]), baseline) == pytest.approx([0, 50, 75, 100])


def test_tabulated_pairs():
    table = small_table([[1, 0], [1, 1], [-1, 0]])
    ab, ac = similarity.tabulate_pairs(table, [("a", "b"), ("a", "c")], np.array([-2.0, 0.0, 0.5, 0.9]))
    assert ab.cosine == pytest.approx(np.sqrt(0.5), abs=1e-3)
    assert ab.percentile == 75
    assert ac.cosine == pytest.approx(-1)
    assert ab.dot == pytest.approx(1)
    center = np.array([1 / 3, 1 / 3])
    a, b = np.array([1, 0]) - center, np.array([1, 1]) - center
    assert ab.centered_cosine == pytest.approx(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def test_find_pair_names_what_there_is():
    pairs = [similarity.Pair("a", "b", 0.1, 1, 0.1, 1)]
    assert similarity.find_pair(pairs, "a", "b") is pairs[0]
    with pytest.raises(KeyError, match="no pair b-a; there are a-b"):
        similarity.find_pair(pairs, "b", "a")


def test_share_near_own_group_counts_nearest_among_the_listed_only():
    table = small_table([[1, 0], [1, 0.1], [0, 1], [0.1, 1], [1, 0.05]])
    table.token_id = table.word_id
    # "e" is listed with the second group and stands among the first.
    shares = similarity.share_near_own_group(table, {"first": ["a", "b"], "second": ["c", "d", "e"]})
    assert shares == pytest.approx({"first": 0.0, "second": 2 / 3})
    assert similarity.share_near_own_group(table, {"first": ["a", "b"], "second": ["c", "d"]}) == {
        "first": 1.0,
        "second": 1.0,
    }
