"""Maps and their measures on small arrays whose answers are known."""

from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.decomposition import PCA

from embedguide.analysis.corpus_map import KINDS, corners_of, count_tokens, kinds_of, share_miscolored
from embedguide.analysis.map_claims import counts_agree, strings_agree
from embedguide.analysis.map_items import listed_ids
from embedguide.analysis.map_limits import lined_up, middle_distances, partner_ranks, spread_ratio
from embedguide.analysis.map_quality import (
    distance_correlation,
    nearest_in,
    neighbor_overlap,
    same_group,
    tabulate_survivors,
)
from embedguide.analysis.projections import Family, align, project, tsne, tsne_family, unit_size

ROWS = np.random.default_rng(0).normal(size=(30, 6)) * [5, 3, 2, 1, 1, 1]


def turned(points, angle=0.7, scale=3.0):
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return scale * points @ turn * [1, -1] + [4, -2]


def test_principal_components_are_those_of_scikit_learn_with_fixed_signs():
    found, theirs = project(ROWS, 3), PCA(3).fit(ROWS)
    assert found.shares == pytest.approx(theirs.explained_variance_ratio_)
    assert np.abs(found.points) == pytest.approx(np.abs(theirs.transform(ROWS)))
    assert (found.axes[np.arange(3), np.abs(found.axes).argmax(axis=1)] > 0).all()
    # What is mirrored in the space is not mirrored in its axes.
    assert project(-ROWS, 3).axes == pytest.approx(found.axes)


def test_projecting_in_blocks_changes_nothing(monkeypatch):
    whole = project(ROWS, 2).points
    monkeypatch.setattr("embedguide.analysis.projections.BLOCK", 7)
    assert project(ROWS, 2).points == pytest.approx(whole)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="n_axes must be between 1 and 6 for 30 rows of 6 numbers, got 7"):
        project(ROWS, 7)
    with pytest.raises(ValueError, match="perplexity must be above 0 and below 30"):
        tsne(ROWS, 30, 0)
    with pytest.raises(ValueError, match="start must be one of pca, random, got 'spectral'"):
        tsne(ROWS, 5, 0, "spectral")
    with pytest.raises(ValueError, match="k must be between 1 and 29 for 30 items, got 30"):
        nearest_in(ROWS, 30)


def test_a_turned_mirrored_scaled_moved_map_is_laid_over_exactly():
    points = ROWS[:, :2]
    assert align(turned(points), points) == pytest.approx(points)
    assert np.square(unit_size(turned(points))).sum(axis=1).mean() == pytest.approx(1)


def test_a_family_holds_the_allowed_perplexities_and_repeats_itself():
    family = tsne_family(ROWS, (5, 10, 50), (1, 2), reference=5)
    assert family.perplexities == (5, 10) and family.points.shape == (2, 2, 2, 30, 2)
    assert np.array_equal(family.points, tsne_family(ROWS, (5, 10, 50), (1, 2), reference=5).points)
    own = tsne(ROWS, 10, 2, "random")
    # Aligning changes no distance but by one factor.
    assert distance_correlation(own, family.at("random", 2, 10)) == pytest.approx(1)


def test_the_same_map_keeps_all_and_its_neighbors_are_right():
    line = np.array([[0.0], [1], [3], [7]])
    assert nearest_in(line, 2).tolist() == [[1, 2], [0, 2], [1, 0], [2, 1]]
    assert neighbor_overlap(ROWS, ROWS, 5) == 1
    assert distance_correlation(line, 10 - 2 * line) == pytest.approx(1)
    assert neighbor_overlap(line, np.array([[0.0], [7], [3], [1]]), 1) == 0


def test_groups_on_a_line():
    points, groups = np.array([[0.0, 0], [1, 0], [10, 0], [14, 0]]), ["a", "a", "b", "b"]
    assert same_group(points, groups) == 1
    assert same_group(points, ["a", "b", "a", "b"]) == 0
    assert spread_ratio(points, groups) == pytest.approx(4)
    assert middle_distances(points, groups) == pytest.approx([11.5])


def test_survivors_count_the_maps_that_agree():
    rows = np.array([[0.0, 0], [1, 0], [5, 0], [9, 0]])
    other = rows[[0, 2, 1, 3]]
    family = Family(("pca",), (0, 1), (5,), np.array([[[rows], [other]]]))
    first = tabulate_survivors(rows, family, list("abcd"), list("gggg"))[0]
    assert (first.nearest, first.share) == ("b", 0.5)


def test_digits_in_a_row_and_partners():
    assert lined_up(np.array([[0.0, 0], [1, 1], [2, 2]])) == pytest.approx((1, 1))
    assert lined_up(np.array([[0.0, 0], [2, 2], [1, 1]])).order == pytest.approx(0.5)
    assert partner_ranks(np.array([[0.0], [1], [3]]), [(0, 1), (0, 2)]).tolist() == [1, 2]


TEXTS = ["b", "a", " the", " Rome", "12", "né", "<0xA1>", "don't"]
TABLE = SimpleNamespace(text=TEXTS.__getitem__, special_ids={5}, tokenize=lambda text: [int(c) for c in text])


def test_the_article_colors_points_in_the_order_of_appearance():
    counted = count_tokens(TABLE, "3113330")
    assert counted.ids.tolist() == [0, 1, 3] and counted.counts.tolist() == [1, 2, 4]
    assert counted.as_the_article_colors().tolist() == [4, 2, 1]
    assert share_miscolored(counted) == pytest.approx(2 / 3)
    with pytest.raises(ValueError, match="a text with tokens is expected"):
        count_tokens(TABLE, "")


def test_kinds_and_corners():
    kinds = [KINDS[k] for k in kinds_of(TABLE, range(8))]
    assert kinds[1:5] == ["letters without a space", KINDS[0], KINDS[1], "digits and signs"]
    assert set(kinds[5:]) == {"everything else"}
    corners = dict(corners_of(np.array([[1.0, 1], [-1, -1], [1, -1], [-1, 1]])))
    assert {name: int(order[0]) for name, order in corners.items()} == {"++": 0, "−−": 1, "+−": 2, "−+": 3}


def test_ids_as_a_list():
    assert [listed_ids(ids) for ids in ([], [3], [3, 5], [94, 95, 96])] == ["none", "3", "3, 5", "94 to 96"]


def test_counts_and_strings_in_the_wrong_order_are_found_out():
    names = ["a", " b", "cd"]
    table = SimpleNamespace(tokenize=lambda text: [2, 0, 2, 1], text=names.__getitem__)
    counted = count_tokens(table, "cdacd b")
    assert counts_agree(table, counted, "cdacd b") and strings_agree(table, counted, "cdacd b")
    wrong = counted._replace(counts=counted.counts[[2, 0, 1]])
    assert not counts_agree(table, wrong, "cdacd b") and not strings_agree(table, wrong, "cdacd b")
    names[0] = "x"
    assert not strings_agree(table, counted, "cdacd b")
