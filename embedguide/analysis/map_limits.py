"""Four limits of t-SNE, each as a number on every map of a family, and the shapes that were seen on one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from embedguide.analysis.map_quality import displacement, distances_between, nearest_in, rank_correlation
from embedguide.analysis.projections import Family


class Limit(NamedTuple):
    """One number of all maps of one perplexity, beside the same number in the space where there is one."""

    limit: str
    measured_as: str
    perplexity: float
    in_space: float | None
    lowest: float
    median: float
    highest: float


def middle_distances(points: np.ndarray, groups: Sequence[str]) -> np.ndarray:
    """Distances between the middles of all pairs of groups, in the order in which the groups come up."""
    names = np.asarray(groups)
    middles = np.array([points[names == name].mean(axis=0) for name in dict.fromkeys(groups)])
    return distances_between(middles)[np.triu_indices(len(middles), k=1)]


def spreads(points: np.ndarray, groups: Sequence[str]) -> np.ndarray:
    """The mean distance between two items of each group, in the order in which the groups come up."""
    names = np.asarray(groups)
    inside = [distances_between(points[names == name]) for name in dict.fromkeys(groups)]
    return np.array([far[np.triu_indices(len(far), k=1)].mean() for far in inside])


def spread_ratio(points: np.ndarray, groups: Sequence[str]) -> float:
    """How many times wider the widest group is than the tightest."""
    found = spreads(points, groups)
    return float(found.max() / found.min())


def tabulate_limits(rows: np.ndarray, family: Family, groups: Sequence[str]) -> list[Limit]:
    """For each perplexity what the maps make of the distances between groups and of the sizes of groups.

    Args:
        rows: Shape ``(n_items, n_dims)``.
        family: Maps of the rows.
        groups: The group of each row; every group has at least two.
    """
    far = middle_distances(rows, groups)
    found = []
    for number, perplexity in enumerate(family.perplexities):
        maps = family.points[:, :, number].reshape(-1, *family.points.shape[3:])
        between = [rank_correlation(far, middle_distances(points, groups)) for points in maps]
        wide = [spread_ratio(points, groups) for points in maps]
        found.append(
            _limit(
                "distances between groups",
                "rank correlation with the distances in the space",
                perplexity,
                None,
                between,
            )
        )
        found.append(
            _limit(
                "sizes of groups",
                "widest group divided by tightest",
                perplexity,
                spread_ratio(rows, groups),
                wide,
            )
        )
    return sorted(found, key=lambda line: line.limit)


def _limit(limit: str, measured_as: str, perplexity: float, in_space: float | None, numbers: Sequence[float]) -> Limit:
    low, middle, high = float(np.min(numbers)), float(np.median(numbers)), float(np.max(numbers))
    return Limit(limit, measured_as, perplexity, in_space, low, middle, high)


def limit_of(limits: Sequence[Limit], limit: str, measure: str, pick: Callable[[Sequence[float]], float]) -> float:
    """What `pick` makes of one measure over all lines of a limit: ``min`` the lowest, ``max`` the highest."""
    numbers = [getattr(line, measure) for line in limits if line.limit == limit]
    return float(pick(numbers))


class Lined(NamedTuple):
    """How much a set of points on a map looks like a line.

    `straight`: the share of their spread along its longest direction; `order`: the rank correlation, without its sign,
    of their places along it with their own order.
    """

    straight: float
    order: float


def lined_up(points: np.ndarray) -> Lined:
    """Whether points lie along a line, and in order on it; they are given in their own order, ``(n_points, 2)``."""
    centered = points - points.mean(axis=0)
    along, stretch, _ = np.linalg.svd(centered, full_matrices=False)
    share = float(stretch[0] ** 2 / np.square(stretch).sum())
    return Lined(share, abs(rank_correlation(np.arange(len(points)), along[:, 0])))


def partner_ranks(points: np.ndarray, pairs: Sequence[tuple[int, int]]) -> np.ndarray:
    """For each pair, which nearest of the first the second is: 1 for the nearest, int64 ``(n_pairs,)``."""
    order = nearest_in(points, len(points) - 1)
    return np.array([int(np.flatnonzero(order[a] == b)[0]) + 1 for a, b in pairs])


def shares_on_maps(family: Family, pairs: Sequence[tuple[int, int]], k: int) -> np.ndarray:
    """On each map the share of pairs whose second is among the `k` nearest of the first, float64 ``(n_maps,)``."""
    return np.array([(partner_ranks(points, pairs) <= k).mean() for points in family.maps()])


class Sight(NamedTuple):
    """Something seen on one map: how often it is there on all maps, by which measure, and in the space itself."""

    sight: str
    measured_as: str
    in_space: float | None
    lowest: float
    median: float
    highest: float


def tabulate_sights(rows: np.ndarray, family: Family, texts: Sequence[str]) -> list[Sight]:
    """What S4 saw on its map of single characters, measured on every map of these tokens.

    Args:
        rows: Shape ``(n_items, n_dims)``.
        family: Maps of the rows.
        texts: The tokens; single characters count, the rest are bystanders.

    Raises:
        ValueError: fewer than three digits, or no letter in both cases, are among the tokens.
    """
    place = {text: i for i, text in enumerate(texts)}
    digits = [place[d] for d in "0123456789" if d in place]
    cases = [(place[t], place[t.swapcase()]) for t in texts if len(t) == 1 and t.isalpha() and t.swapcase() in place]
    signs = [i for i, t in enumerate(texts) if len(t) == 1 and t.isprintable() and not t.isalnum()]
    if len(digits) < 3 or not cases:
        raise ValueError(f"tokens with digits and letters in both cases are expected, got {' '.join(texts)[:80]!r}")
    lines = [lined_up(points[digits]) for points in family.maps()]
    both = shares_on_maps(family, cases, 1)
    among = [_among(points, signs) for points in family.maps()]
    in_space = (partner_ranks(rows, cases) <= 1).mean()
    return [
        _sight("digits lie on a line", "share of their spread along it", None, [line.straight for line in lines]),
        _sight("digits are in order", "rank correlation with 0 to 9", None, [line.order for line in lines]),
        _sight("a letter's other case is nearest", "share of letters in both cases", float(in_space), both),
        _sight("a sign's nearest is a sign", "share of signs", _among(rows, signs), among),
    ]


def _sight(sight: str, measured_as: str, in_space: float | None, numbers: Sequence[float] | np.ndarray) -> Sight:
    return Sight(sight, measured_as, in_space, *(float(f(numbers)) for f in (np.min, np.median, np.max)))


def _among(points: np.ndarray, members: Sequence[int]) -> float:
    return float(np.isin(nearest_in(points, 1)[members, 0], members).mean())


def sight_of(sights: Sequence[Sight], sight: str, measure: str) -> float:
    """One number of the table of sights."""
    return next(float(getattr(line, measure)) for line in sights if line.sight == sight)


def moves_by_start(family: Family) -> dict[str, float]:
    """`displacement` for each start: how far words move when the seed alone changes, in radii of the map."""
    return {start: displacement(family, start) for start in family.starts}


def retained(family: Family, a: float, b: float) -> float:
    """The share of items that have the same nearest at perplexity `a` as at `b`, the mean over starts and seeds."""
    first, second = family.perplexities.index(a), family.perplexities.index(b)
    n_starts, n_seeds = family.points.shape[:2]
    same = [
        (nearest_in(family.points[s, n, first], 1) == nearest_in(family.points[s, n, second], 1)).mean()
        for s in range(n_starts)
        for n in range(n_seeds)
    ]
    return float(np.mean(same))


def retained_by_seeds(family: Family) -> float:
    """The share of items that have the same nearest when the seed alone changes, the mean over all pairs of seeds."""
    nearest = np.array([nearest_in(points, 1)[:, 0] for points in family.maps()]).reshape(*family.points.shape[:4])
    pairs = combinations(range(len(family.seeds)), 2)
    return float(np.mean([(nearest[:, a] == nearest[:, b]).mean() for a, b in pairs]))
