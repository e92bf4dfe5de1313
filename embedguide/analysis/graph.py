"""Networks of neighboring tokens: their pieces, communities and modularity, beside random networks of the same degrees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import networkx as nx
import numpy as np

from embedguide.analysis.library_calls import call_library
from embedguide.analysis.neighborhoods import ListedNeighbor, existing, nearest_of_each
from embedguide.models import TokenTable

# Swaps per link when a network is shuffled: enough that nothing of the old partners is left.
SWAPS = 10


class Edge(NamedTuple):
    """A link between two tokens and their cosine."""

    token_id: int
    neighbor_id: int
    cosine: float


class Structure(NamedTuple):
    """What a network looks like in numbers, beside shuffled networks.

    `modularity` of the communities that the Louvain method finds; `null`: the mean over networks in which every token
    keeps its number of links and the partners are shuffled, `null_high` the highest of them; None where no links can be swapped.
    """

    n_tokens: int
    n_links: int
    pieces: int
    communities: int
    modularity: float
    null: float | None
    null_high: float | None


def edges_of(rows: Iterable[ListedNeighbor], k: int, *, variants: bool, least: float = -1.0) -> list[Edge]:
    """The links of neighbor lists: the `k` nearest with or without variants, of cosine `least` or more."""
    return [
        Edge(row.token_id, row.neighbor_id, row.cosine)
        for row in rows
        if (row.rank if variants else row.rank_without or k + 1) <= k and row.cosine >= least
    ]


def edges_between(table: TokenTable, ids: Sequence[int], k: int) -> list[Edge]:
    """A link between any two of `ids` one of which is among the `k` nearest of the other; each once, lower id first."""
    near, cosines = nearest_of_each(table.unit_rows, ids, k, existing(table))
    members = set(map(int, ids))
    found: dict[tuple[int, int], float] = {}
    for token_id, line, values in zip(ids, near.tolist(), cosines.tolist(), strict=True):
        for neighbor, cosine in zip(line, values, strict=True):
            if neighbor in members:
                found[min(token_id, neighbor), max(token_id, neighbor)] = cosine
    return [Edge(a, b, cosine) for (a, b), cosine in sorted(found.items())]


def network(edges: Iterable[Edge]) -> nx.Graph:
    """The undirected network of `edges`; a link named from both sides counts once."""
    graph = nx.Graph()
    graph.add_edges_from((a, b) for a, b, _ in edges)
    return graph


def communities_of(graph: nx.Graph, seed: int) -> tuple[int, float]:
    """How many communities the Louvain method finds in `graph`, and their modularity; every link weighs the same.

    Source: Blondel, Guillaume, Lambiotte and Lefebvre (2008), arXiv:0803.0476.
    """
    found = call_library(nx.community.louvain_communities, graph, weight=None, seed=seed)
    return len(found), float(call_library(nx.community.modularity, graph, found, weight=None))


def shuffled_network(graph: nx.Graph, seed: int) -> nx.Graph | None:
    """A network in which every node has as many links as before and partners are swapped; None where none can be.

    Source: Maslov and Sneppen (2002), doi:10.1126/science.1065103.
    """
    copy = graph.copy()
    n_swaps = SWAPS * copy.number_of_edges()
    try:
        call_library(nx.double_edge_swap, copy, nswap=n_swaps, max_tries=200 * n_swaps + 1000, seed=seed)
    except nx.NetworkXException:
        return None
    return copy


def structure_of(edges: Sequence[Edge], n_shuffles: int, seed: int) -> Structure:
    """Pieces, communities and modularity of the network of `edges`, and the modularity of shuffled networks.

    Raises:
        ValueError: there are no links.
    """
    if not edges:
        raise ValueError("at least one link is expected, got none: lower the threshold")
    graph = network(edges)
    n_communities, modularity = communities_of(graph, seed)
    shuffled = [shuffled_network(graph, seed + number) for number in range(n_shuffles)]
    null = [communities_of(one, seed)[1] for one in shuffled if one is not None]
    return Structure(
        graph.number_of_nodes(), graph.number_of_edges(), nx.number_connected_components(graph), n_communities, modularity,
        float(np.mean(null)) if null else None, max(null) if null else None,
    )  # fmt: skip


def force_layout(edges: Sequence[Edge], seed: int) -> dict[Any, np.ndarray]:
    """A place for each token, by springs along the links and a push between any two tokens; within -1 and 1.

    Source: Fruchterman and Reingold (1991), as networkx has it.
    """
    graph = nx.Graph()
    graph.add_weighted_edges_from((a, b, max(cosine, 0.01)) for a, b, cosine in edges)
    distance = 2.2 / np.sqrt(len(graph))
    places: dict[Any, np.ndarray] = call_library(nx.spring_layout, graph, k=distance, iterations=150, seed=seed)
    return places
