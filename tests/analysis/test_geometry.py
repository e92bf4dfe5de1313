"""The shape of small tables whose answers are known."""

from types import SimpleNamespace

import numpy as np
import pytest

from embedguide.analysis import geometry, views
from embedguide.analysis.duplicates import groups_of_equal_rows


def small_table(vectors, unused=()):
    vectors = np.asarray(vectors, dtype=np.float32)
    return SimpleNamespace(
        vectors=vectors,
        n_tokens=len(vectors),
        n_dims=vectors.shape[1],
        unused_ids=frozenset(unused),
        rows=lambda ids: vectors[np.asarray(ids)].copy(),
    )


@pytest.fixture
def cone(monkeypatch):
    """Rows with a common offset, read in blocks smaller than the table."""
    monkeypatch.setattr(views, "BLOCK", 64)
    return small_table(np.random.default_rng(0).normal(size=(300, 12)) + 2 * np.eye(12)[3])


def all_cosines(rows):
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return (unit @ unit.T)[np.triu_indices(len(rows), k=1)]


def test_dimensions_are_described_over_all_blocks(cone):
    found = geometry.describe_dimensions(cone)
    assert [d.dimension for d in found] == list(range(1, 13))
    assert [d.mean for d in found] == pytest.approx(cone.vectors.mean(axis=0), abs=1e-6)
    assert [d.spread for d in found] == pytest.approx(cone.vectors.std(axis=0), abs=1e-5)
    assert found[3].share_positive == pytest.approx((cone.vectors[:, 3] > 0).mean())
    assert geometry.count_one_sided(found, 0.95) == 1
    assert geometry.mean_length(found) == pytest.approx(np.linalg.norm(cone.vectors.mean(axis=0)), abs=1e-6)


def test_mean_cosine_is_that_of_all_pairs_and_leaves_zero_rows_out(cone):
    expected = all_cosines(cone.vectors.astype(np.float64)).mean()
    plain = views.as_they_are(12)
    assert views.mean_cosines(views.blocks(cone), [plain]) == pytest.approx([expected], abs=1e-9)
    assert geometry.mean_cosine(np.array([[1.0, 0], [0, 0], [0, 2]])) == pytest.approx(0)
    with pytest.raises(ValueError, match="at least two rows"):
        geometry.mean_cosine(np.zeros((3, 2)))


def test_principal_directions_are_those_of_the_covariance(cone):
    directions, shares = geometry.principal_directions(cone, 2)
    variances = np.linalg.eigvalsh(np.cov(cone.vectors.T, bias=True))[::-1]
    assert shares == pytest.approx(variances[:2] / variances.sum(), rel=1e-4)
    assert np.var(cone.vectors @ directions[0]) == pytest.approx(variances[0], rel=1e-3)
    with pytest.raises(ValueError, match="k must be between 1 and 12"):
        geometry.principal_directions(cone, 13)


def test_a_view_removes_the_mean_and_the_directions():
    rows = np.array([[3.0, 4.0, 5.0]], dtype=np.float32)
    view = views.View(np.array([1.0, 0, 0]), np.array([[0.0, 1.0, 0.0]]))
    assert views.seen(rows, view)[0] == pytest.approx([2, 0, 5])


def test_many_views_at_once_are_those_of_the_moved_rows(cone):
    """Products, mean cosines and cosines with directions: nothing is moved for them, here everything is."""
    rows, generator = cone.vectors.astype(np.float64), np.random.default_rng(5)
    center, directions = rows.mean(axis=0), np.linalg.qr(generator.normal(size=(12, 3)))[0].T
    looks = [views.View(c, directions[:k]) for c, k in ((np.zeros(12), 0), (center, 0), (center, 1), (center, 3))]
    moved = [(rows - c) - (rows - c) @ removed.T @ removed for c, removed in looks]
    products = views.dot_products(rows[:40], rows[40:80], looks)
    assert products == pytest.approx(np.array([(m[:40] * m[40:80]).sum(axis=1) for m in moved]), abs=1e-9)
    assert views.mean_cosines(views.blocks(cone), looks) == pytest.approx(
        [all_cosines(m).mean() for m in moved], abs=1e-9
    )
    asked = np.array([m[7] / np.linalg.norm(m[7]) for m in moved])
    expected = [(m @ a) / np.linalg.norm(m, axis=1) for m, a in zip(moved, asked, strict=True)]
    assert views.cosines_with(cone, asked, looks) == pytest.approx(np.array(expected), abs=1e-9)


def test_a_row_that_a_view_makes_nothing_of_is_left_out():
    rows = np.array([[1.0, 2.0, 2.0], [3.0, 0, 0], [0, 4.0, 0]])
    away = views.View(rows[0], np.zeros((0, 3)))
    assert views.inverse_lengths(rows, [away])[0] == pytest.approx([0, 1 / np.sqrt(12), 1 / 3])
    assert views.mean_cosines([rows], [away]) == pytest.approx([(2 * -1 + -2 * 2 + -2 * -2) / np.sqrt(12) / 3])


def test_spreads_fall_to_nothing_when_the_offset_goes(cone):
    dimensions, (directions, _) = geometry.describe_dimensions(cone), geometry.principal_directions(cone, 10)
    found = {s.treatment: s for s in geometry.tabulate_spreads(cone, range(50), dimensions, directions, 20_000, seed=0)}
    assert found["as they are"].share_positive == pytest.approx((all_cosines(cone.vectors) > 0).mean(), abs=0.02)
    assert found["as they are"].mean_cosine > 0.2
    assert abs(found["mean row subtracted"].mean_cosine) < 0.01
    assert abs(found["random numbers around zero"].mean_cosine) < 0.01
    striped = found["random numbers with the means and spreads of the dimensions"]
    assert striped.mean_cosine == pytest.approx(found["as they are"].mean_cosine, abs=0.05)


def test_bands_hold_every_used_token_once(monkeypatch):
    monkeypatch.setattr(geometry, "FEWEST_IN_BAND", 4)
    table = small_table(np.vstack([np.eye(4), np.ones((4, 4)), np.zeros((2, 4))]), unused=(8, 9))
    counts = np.array([5, 1, 1, 0, 0, 0, 0, 0, 0, 0])
    plain = {"plain": views.as_they_are(4)}
    first, second = geometry.tabulate_bands(table, counts, plain, 5)["plain"]
    assert (first.first_id, first.last_id, second.first_id, second.last_id) == (0, 3, 4, 7)
    assert (first.mean_cosine, second.mean_cosine) == pytest.approx((0, 1))
    assert (first.share_seen, second.share_seen) == (0.75, 0)
    with pytest.raises(ValueError, match="n_bands must be at least 1, got 0"):
        geometry.tabulate_bands(table, counts, plain, 0)


def test_equal_rows_are_found_and_no_others():
    generator = np.random.default_rng(3)
    rows = generator.normal(size=(200, 20)).astype(np.float32)
    rows[[7, 50, 120]] = rows[7]
    rows[150] = rows[30] * 2
    rows[9] = 0
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    for directions in (np.eye(20)[:3], np.linalg.svd(unit)[2]):
        groups = groups_of_equal_rows(unit, 0.9999, directions)
        assert [group.tolist() for group in groups] == [[7, 50, 120], [30, 150]]
