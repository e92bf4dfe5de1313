"""How much of a space a map keeps: neighbors, distances, groups, and what is the same on every map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from embedguide.analysis.projections import Family, project

# Neighbors that a map is asked for.
K = 5


class Quality(NamedTuple):
    """How well a map keeps a space, shares from 0 to 1.

    `trustworthiness`: 1 where no item stands among another's nearest on the map that is not near it in the space;
    `overlap`: the share of the nearest in the space that are among the nearest on the map; `distances`: Spearman's rank
    correlation of the distances of all pairs.
    """

    trustworthiness: float
    overlap: float
    distances: float


class Measured(NamedTuple):
    """One line of the table of measures: what was mapped, how, and the median `Quality` over the maps."""

    what: str
    method: str
    n_maps: int
    trustworthiness: float
    overlap: float
    distances: float


def distances_between(points: np.ndarray) -> np.ndarray:
    """Euclidean distances of all pairs, float64 ``(n_items, n_items)``."""
    from scipy.spatial.distance import pdist, squareform

    return np.asarray(squareform(pdist(np.asarray(points, dtype=np.float64))))


def nearest_in(points: np.ndarray, k: int) -> np.ndarray:
    """The `k` nearest others of each item by Euclidean distance, nearest first, int64 ``(n_items, k)``; ties to the lower.

    Raises:
        ValueError: there are not `k` others.
    """
    if not 1 <= k < len(points):
        raise ValueError(f"k must be between 1 and {len(points) - 1} for {len(points)} items, got {k}")
    far = distances_between(points)
    np.fill_diagonal(far, np.inf)
    return np.asarray(np.argsort(far, axis=1, kind="stable")[:, :k])


def neighbor_overlap(rows: np.ndarray, points: np.ndarray, k: int = K) -> float:
    """The share of the `k` nearest in the space that are among the `k` nearest on the map, the mean over all items."""
    there, here = nearest_in(rows, k), nearest_in(points, k)
    return float(np.mean([len(np.intersect1d(a, b)) / k for a, b in zip(there, here, strict=True)]))


def rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Spearman's rank correlation of two lists of numbers."""
    from scipy.stats import spearmanr

    return float(spearmanr(a, b).statistic)


def distance_correlation(rows: np.ndarray, points: np.ndarray) -> float:
    """Spearman's rank correlation between the distances of all pairs in the space and on the map."""
    upper = np.triu_indices(len(rows), k=1)
    return rank_correlation(distances_between(rows)[upper], distances_between(points)[upper])


def quality(rows: np.ndarray, points: np.ndarray, k: int = K) -> Quality:
    """How well `points` keep `rows`. Trustworthiness is scikit-learn's (Venna and Kaski 2001)."""
    from sklearn.manifold import trustworthiness

    trust = float(trustworthiness(rows, points, n_neighbors=k))
    return Quality(trust, neighbor_overlap(rows, points, k), distance_correlation(rows, points))


def tabulate_quality(what: str, rows: np.ndarray, family: Family, seed: int) -> list[Measured]:
    """The `Quality` of principal components, of t-SNE at each perplexity, and of points put down at random.

    Args:
        what: The name of the items.
        rows: Shape ``(n_items, n_dims)``.
        family: Their t-SNE maps; the line of a perplexity is the median over its starts and seeds.
        seed: Of the random points.
    """
    found = []
    for n_axes in (2, 3):
        found.append(Measured(what, f"PCA, {n_axes} axes", 1, *quality(rows, project(rows, n_axes).points)))
    for number, perplexity in enumerate(family.perplexities):
        maps = family.points[:, :, number].reshape(-1, *family.points.shape[3:])
        found.append(_median(what, f"t-SNE, perplexity {perplexity:g}", rows, maps))
    chance = np.random.default_rng(seed).normal(size=(20, len(rows), 2))
    found.append(_median(what, "points at random", rows, chance))
    return found


def _median(what: str, method: str, rows: np.ndarray, maps: np.ndarray) -> Measured:
    measured = np.array([quality(rows, points) for points in maps])
    return Measured(what, method, len(maps), *map(float, np.median(measured, axis=0)))


def measure_of(measured: Sequence[Measured], method: str, measure: str) -> float:
    """One number of the table of measures. Raises KeyError when there is no such line."""
    for line in measured:
        if line.method == method:
            return float(getattr(line, measure))
    raise KeyError(f"no line {method!r}; there are {', '.join(line.method for line in measured)}")


def same_group(points: np.ndarray, groups: Sequence[str]) -> float:
    """The share of items whose nearest other belongs to the same group."""
    names = np.asarray(groups)
    return float((names[nearest_in(points, 1)[:, 0]] == names).mean())


def same_group_by_chance(points: np.ndarray, groups: Sequence[str], n_draws: int, seed: int) -> np.ndarray:
    """`same_group` of one map for `n_draws` shuffles of the groups over its points, float64 ``(n_draws,)``."""
    nearest, generator = nearest_in(points, 1)[:, 0], np.random.default_rng(seed)
    names = np.asarray(groups)
    shuffled = (generator.permutation(names) for _ in range(n_draws))
    return np.array([(drawn[nearest] == drawn).mean() for drawn in shuffled])


class Survivor(NamedTuple):
    """An item, the one nearest to it in the space, and how often that one, and which other most often, is on the maps."""

    item: str
    group: str
    nearest: str
    share: float
    most_often: str
    share_most_often: float


def tabulate_survivors(rows: np.ndarray, family: Family, items: Sequence[str], groups: Sequence[str]) -> list[Survivor]:
    """For each item its nearest in the space, and on what share of the maps that one is its nearest too."""
    true = nearest_in(rows, 1)[:, 0]
    on_maps = np.array([nearest_in(points, 1)[:, 0] for points in family.maps()])
    found = []
    for i, item in enumerate(items):
        counts = np.bincount(on_maps[:, i], minlength=len(items))
        often = int(counts.argmax())
        share, most = float(counts[true[i]] / len(on_maps)), float(counts[often] / len(on_maps))
        found.append(Survivor(item, groups[i], items[true[i]], share, items[often], most))
    return found


def kept_everywhere(survivors: Sequence[Survivor]) -> float:
    """The share of items whose nearest in the space is their nearest on every map."""
    return float(np.mean([survivor.share == 1 for survivor in survivors]))


def same_everywhere(survivors: Sequence[Survivor]) -> float:
    """The share of items that have one nearest on every map, be it the true one or not."""
    return float(np.mean([survivor.share_most_often == 1 for survivor in survivors]))


def displacement(family: Family, start: str) -> float:
    """How far an item moves when the seed alone changes: the median over perplexities, pairs of seeds, and items.

    In radii of the map, that is the root mean square distance from its middle; the maps are aligned pair by pair.
    """
    from itertools import combinations

    from embedguide.analysis.projections import align

    maps = family.points[family.starts.index(start)]
    moved = [
        np.linalg.norm(align(maps[a, p], maps[b, p]) - maps[b, p], axis=1)
        for p in range(len(family.perplexities))
        for a, b in combinations(range(len(family.seeds)), 2)
    ]
    return float(np.median(moved))
