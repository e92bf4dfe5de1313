"""Networks and neighbor lists on small arrays whose answers are known."""

import networkx as nx
import numpy as np
import pytest

from embedguide.analysis.graph import Edge, edges_of, shuffled_network, structure_of
from embedguide.analysis.label_layout import WIDE, arrange, label_size, near_pairs
from embedguide.analysis.neighborhoods import (
    ListedNeighbor,
    back_ranks,
    is_other_script,
    nearest_of_each,
    rank_of,
)
from embedguide.analysis.spaces import Neighborhood, Spaces, choose_words, neighborhoods, overlaps


def on_circle(*degrees):
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_the_nearest_come_in_order_and_ties_go_to_the_lower_id():
    rows = on_circle(0, 10, -10, 50, 90)
    near, cosines = nearest_of_each(rows, [0], 3, np.ones(5, dtype=bool))
    assert near.tolist() == [[1, 2, 3]]
    assert cosines[0] == pytest.approx(np.cos(np.radians([10, 10, 50])), abs=1e-6)
    near, _ = nearest_of_each(rows, [0], 2, np.array([True, False, True, True, True]))
    assert near.tolist() == [[2, 3]]
    with pytest.raises(ValueError, match="k must be between 1 and 4 for 5 tokens, got 5"):
        nearest_of_each(rows, [0], 5, np.ones(5, dtype=bool))


def test_a_neighbor_need_not_be_mutual():
    rows = on_circle(0, 20, 21, 22, 23)  # the first has the second as its nearest, the second has three nearer ones
    assert rank_of(rows, 0, 1) == 1
    assert rank_of(rows, 1, 0) == 4
    assert back_ranks(rows, [0], 2, np.ones(5, dtype=bool)).tolist() == [[4, 4]]


def test_lists_become_links_with_and_without_variants():
    rows = [ListedNeighbor(1, "a", 1, 2, "A", 0.9, True, None), ListedNeighbor(1, "a", 2, 3, "b", 0.4, False, 1)]
    assert edges_of(rows, 1, variants=True) == [Edge(1, 2, 0.9)]
    assert edges_of(rows, 1, variants=False) == [Edge(1, 3, 0.4)]
    assert edges_of(rows, 2, variants=True, least=0.5) == [Edge(1, 2, 0.9)]


def test_two_stars_have_a_modularity_of_one_half_and_shuffled_ones_too():
    edges = [Edge(0, i, 0.5) for i in range(10, 20)] + [Edge(1, i, 0.5) for i in range(20, 30)]
    found = structure_of(edges, 5, seed=0)
    assert (found.n_tokens, found.n_links, found.pieces, found.communities) == (22, 20, 2, 2)
    assert found.modularity == pytest.approx(0.5)
    assert found.null == pytest.approx(0.5, abs=0.02)  # whoever the partners are, two stars stay two stars


def test_modularity_is_that_of_the_formula():
    graph = nx.barbell_graph(5, 0)
    found = structure_of([Edge(a, b, 0.5) for a, b in graph.edges], 3, seed=0)
    m = graph.number_of_edges()
    inside = sum(10 / m - (sum(d for n, d in graph.degree if n // 5 == side) / (2 * m)) ** 2 for side in (0, 1))
    assert found.modularity == pytest.approx(inside)
    assert found.null < found.modularity


def test_a_shuffled_network_keeps_every_degree():
    graph = nx.gnm_random_graph(30, 60, seed=1)
    shuffled = shuffled_network(graph, 3)
    assert dict(shuffled.degree) == dict(graph.degree)
    assert set(shuffled.edges) != set(graph.edges)
    assert shuffled_network(nx.star_graph(5), 0) is None
    with pytest.raises(ValueError, match="lower the threshold"):
        structure_of([], 3, 0)


def test_labels_do_not_cover_one_another():
    texts = ["center", *(f"neighbor {i}" for i in range(12)), "other", "near it"]
    is_center = np.array([t in ("center", "other") for t in texts])
    links = np.array([*((0, i) for i in range(1, 13)), (13, 14)])
    places = arrange(texts, is_center, links, np.random.default_rng(0).random((15, 2)), WIDE, 60)
    sizes = np.array(
        [label_size(t, WIDE.center_size if c else WIDE.size) for t, c in zip(texts, is_center, strict=True)]
    )
    assert len(near_pairs(places, sizes, within=0)) == 0
    assert (places > 0).all() and (places < [WIDE.width, WIDE.height]).all()


def test_other_scripts_are_known():
    assert [is_other_script(t) for t in ("list", " été", "列表", "список", "42", "_list")] == [
        False,
        False,
        True,
        True,
        False,
        False,
    ]


def test_spaces_share_what_both_name():
    same = on_circle(0, 10, 20, 90, 100)
    other = on_circle(0, 100, 110, 10, 5)
    spaces = Spaces(
        ["aaa", "bbb", "ccc", "ddd", "eee"],
        {"one": same, "two": other, "none": np.vstack([np.zeros((1, 2)), same[1:]]).astype(np.float32)},
    )
    found = neighborhoods(spaces, ["aaa", "bbb"], 2)
    by = {(n.word, n.space): n.neighbors for n in found}
    assert by["aaa", "one"] == "bbb ccc" and by["aaa", "two"] == "eee ddd" and by["aaa", "none"] == ""
    names, shared, n_words = overlaps(found)
    assert names == ["one", "two", "none"] and n_words == 1  # aaa has no direction in the third
    assert shared[0, 0] == 2 and shared[0, 1] == len(set(by["bbb", "one"].split()) & set(by["bbb", "two"].split()))
    assert choose_words(spaces, [], 0, 2) == ["bbb", "ccc"]
    with pytest.raises(ValueError, match="at least one word"):
        overlaps([Neighborhood("aaa", "one", "", "", 0)])
