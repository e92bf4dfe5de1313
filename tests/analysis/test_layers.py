"""Words at every layer, on small arrays with known answers."""

import numpy as np
import pytest

from embedguide.analysis.feedings import Feeding
from embedguide.analysis.layer_maps import EMBEDDING, OWN, map_layers, outside, view_of
from embedguide.analysis.layers import (
    MEAN,
    NONE,
    TOP,
    UNIT,
    change_of_picture,
    distances_of,
    jump_layer,
    measure,
    plateau,
    principal_plane,
    remove,
    silhouette,
)

RNG = np.random.default_rng(0)
WHOLE = np.ones(4, dtype=bool)


def test_the_plane_is_that_of_scikit_learn():
    from sklearn.decomposition import PCA

    rows = RNG.normal(size=(12, 30)) * np.linspace(1, 4, 30)
    plane, theirs = principal_plane(rows), PCA(2, svd_solver="full").fit(rows)
    assert np.allclose(plane.shares, theirs.explained_variance_ratio_)
    assert np.allclose(np.abs(plane.place(rows)), np.abs(theirs.transform(rows)))


def test_measures_of_two_far_pairs():
    rows = np.array([[0, 0, 3.0], [0, 1, 3], [9, 0, 3], [9, 1, 3]])
    norm, share, silhouette, _, accuracy = measure(rows, np.array([0, 0, 1, 1]))
    assert norm == pytest.approx(np.linalg.norm(rows, axis=1).mean())
    assert share == pytest.approx(81 / 82) and accuracy == 1 and silhouette > 0.8
    assert measure(rows, np.array([0, 1, 0, 1]))[-1] == 0


@pytest.mark.parametrize("scale", [1.0, 1e4])
def test_measures_are_those_of_scikit_learn(scale):
    from scipy.spatial.distance import pdist, squareform
    from sklearn.metrics import silhouette_score

    rows = RNG.normal(size=(20, 60))
    rows[:, 3] += scale * (1 + RNG.random(20))  # one huge dimension, as after the jump
    kinds = np.array([0] * 6 + [1] * 6 + [2] * 7 + [3])  # one point is alone in its category
    distances = squareform(pdist(rows))
    assert np.allclose(distances_of(rows), distances, rtol=1e-9)
    assert silhouette(distances, kinds) == pytest.approx(silhouette_score(rows, kinds), abs=1e-9)
    _, _, euclidean, cosine, accuracy = measure(rows, kinds)
    assert euclidean == pytest.approx(silhouette_score(rows, kinds), abs=1e-9)
    assert cosine == pytest.approx(silhouette_score(rows, kinds, metric="cosine"), abs=1e-6)
    np.fill_diagonal(distances, np.inf)
    assert accuracy == (kinds[distances.argmin(axis=1)] == kinds).mean()


def test_removals():
    rows = RNG.normal(size=(4, 8)) + np.array([100, 50, 30, 20, 0, 0, 0, 0])
    assert np.array_equal(remove(rows, NONE, WHOLE), rows)
    assert (remove(rows, TOP, WHOLE)[:, :4] == 0).all() and np.array_equal(remove(rows, TOP, WHOLE)[:, 4:], rows[:, 4:])
    assert np.allclose(remove(rows, MEAN, WHOLE) @ rows.mean(axis=0), 0)
    assert np.allclose(np.linalg.norm(remove(rows, UNIT, WHOLE), axis=1), 1)
    with pytest.raises(ValueError, match="removal must be one of none, top-dimensions"):
        remove(rows, "all", WHOLE)


def test_jump_and_plateau():
    norms = np.array([1.0, 30, 40, 4000, 4100, 4050, 900])
    assert jump_layer(norms) == 3 and plateau(norms) == [3, 4, 5]


def test_a_scaled_layer_is_the_same_picture():
    rows = RNG.normal(size=(6, 5))
    assert np.allclose(change_of_picture(np.stack([rows, 7 * rows])), [0])
    assert change_of_picture(np.stack([rows, RNG.normal(size=(6, 5))]))[0] > 0.1


def test_maps_place_split_words_on_the_axes_of_the_whole_ones():
    fed = Feeding("alone", [[1]] * 5, [1, 1, 1, 1, 2])
    states = RNG.normal(size=(3, 5, 6))
    states[:, 4] += 100
    own = map_layers(states, fed, OWN, NONE)
    plane = principal_plane(states[2, :4])
    assert np.allclose(np.abs(own.points[2]), np.abs(plane.place(states[2])))
    shared = map_layers(states, fed, EMBEDDING, NONE)
    assert np.allclose(np.abs(shared.points[2]), np.abs(principal_plane(states[0, :4]).place(states[2])))


def test_a_view_leaves_out_few_split_words_and_holds_many():
    points = np.array([[float(i), 0] for i in range(20)] + [[1000.0, 0]])
    whole = np.arange(21) < 20
    words = [str(i) for i in range(21)]
    assert outside(points, view_of(points, whole), words) == ["20"]
    assert outside(points, view_of(points, np.arange(21) < 15), words) == []
