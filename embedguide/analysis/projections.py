"""Maps of vectors: principal components, and families of t-SNE maps laid over one another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

# Rows that are widened to float64 at a time.
BLOCK = 8192
STARTS = ("pca", "random")


class Projection(NamedTuple):
    """Coordinates ``(n_items, n_axes)`` on principal components, the share of the variance of each, and the axes.

    `axes` has shape ``(n_axes, n_dims)``; in each row the entry of largest magnitude is positive.
    """

    points: np.ndarray
    shares: np.ndarray
    axes: np.ndarray


def project(rows: np.ndarray, n_axes: int) -> Projection:
    """The rows on their first `n_axes` principal components, exact, computed in float64.

    A component has no direction of its own: its mirror image explains as much. So that two runs agree, each axis is
    turned until its entry of largest magnitude is positive.

    Args:
        rows: Shape ``(n_items, n_dims)``, of any float type, also on disk.
        n_axes: How many.

    Raises:
        ValueError: `n_axes` is below 1 or above what the rows span.
    """
    n_items, n_dims = rows.shape
    if not 1 <= n_axes <= min(n_items - 1, n_dims):
        raise ValueError(
            f"n_axes must be between 1 and {min(n_items - 1, n_dims)} for {n_items} rows of {n_dims} numbers, got {n_axes}"
        )
    starts = range(0, n_items, BLOCK)
    mean = sum(np.asarray(rows[first : first + BLOCK], dtype=np.float64).sum(axis=0) for first in starts) / n_items
    spread = np.zeros((n_dims, n_dims))
    for first in starts:
        block = np.asarray(rows[first : first + BLOCK], dtype=np.float64) - mean
        spread += block.T @ block
    values, vectors = np.linalg.eigh(spread)
    axes = vectors[:, ::-1][:, :n_axes].T
    axes = axes * np.sign(axes[np.arange(n_axes), np.abs(axes).argmax(axis=1)])[:, None]
    points = np.concatenate([(np.asarray(rows[f : f + BLOCK], dtype=np.float64) - mean) @ axes.T for f in starts])
    return Projection(points, values[::-1][:n_axes] / values.sum(), axes)


def tsne(rows: np.ndarray, perplexity: float, seed: int, start: str = "pca") -> np.ndarray:
    """The t-SNE map of the rows, float64 ``(n_items, 2)``: scikit-learn's, with its defaults.

    It runs on one thread, because the order in which threads finish would change the map.

    Args:
        rows: Shape ``(n_items, n_dims)``.
        perplexity: How many neighbors each item counts, roughly; below `n_items`.
        seed: The article's ``random_state``.
        start: ``pca``, scikit-learn's default, or ``random``.

    Raises:
        ValueError: the perplexity is not below the number of rows, or there is no such start.

    Source: van der Maaten and Hinton 2008.
    """
    if not 0 < perplexity < len(rows):
        raise ValueError(f"perplexity must be above 0 and below {len(rows)}, the number of rows, got {perplexity}")
    if start not in STARTS:
        raise ValueError(f"start must be one of {', '.join(STARTS)}, got {start!r}")
    # scikit-learn takes a second to import, and pages need none of it.
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        made = TSNE(2, perplexity=perplexity, random_state=seed, init=start).fit_transform(rows)
    return np.asarray(made, dtype=np.float64)


def align(points: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """`points` moved, turned, mirrored and scaled as one piece until they lie as near `reference` as they can.

    Args:
        points: Shape ``(n_items, n_axes)``.
        reference: The same shape.

    Source: Gower 1975, without the iteration.
    """
    here, there = points - points.mean(axis=0), reference - reference.mean(axis=0)
    u, stretch, v = np.linalg.svd(here.T @ there)
    scale = stretch.sum() / np.square(here).sum()
    return np.asarray(scale * here @ (u @ v) + reference.mean(axis=0))


def unit_size(points: np.ndarray) -> np.ndarray:
    """`points` around their mean, scaled to a root mean square distance of 1 from it."""
    centered = points - points.mean(axis=0)
    return np.asarray(centered / np.sqrt(np.square(centered).sum(axis=1).mean()))


class Family(NamedTuple):
    """Maps of the same items under every combination of settings, laid over one another.

    `points` has shape ``(n_starts, n_seeds, n_perplexities, n_items, 2)``.
    """

    starts: tuple[str, ...]
    seeds: tuple[int, ...]
    perplexities: tuple[float, ...]
    points: np.ndarray

    def at(self, start: str, seed: int, perplexity: float) -> np.ndarray:
        """The map of one combination."""
        place = self.starts.index(start), self.seeds.index(seed), self.perplexities.index(perplexity)
        return np.asarray(self.points[place])

    def maps(self) -> np.ndarray:
        """All maps in a row, ``(n_maps, n_items, 2)``."""
        return self.points.reshape(-1, *self.points.shape[3:])


def tsne_family(rows: np.ndarray, perplexities: Sequence[float], seeds: Sequence[int], reference: float) -> Family:
    """t-SNE maps of the rows for every start, seed and perplexity, aligned with one of them.

    The reference is the map of the first seed with scikit-learn's own start and the perplexity `reference`, turned so that
    it is widest along its first axis (`project`), and scaled to `unit_size`. Each of the others is laid over it by `align`, and then given the same size. Perplexities that the number of
    rows does not allow are left out.

    Raises:
        ValueError: `reference` is not among the perplexities that are left.
    """
    allowed = tuple(p for p in perplexities if p < len(rows))
    if reference not in allowed:
        raise ValueError(
            f"the reference must be one of the perplexities {allowed} that {len(rows)} rows allow, got {reference}"
        )
    first = unit_size(project(tsne(rows, reference, seeds[0], STARTS[0]), 2).points)
    points = np.array(
        [[[_laid_over(tsne(rows, p, s, start), first) for p in allowed] for s in seeds] for start in STARTS]
    )
    return Family(STARTS, tuple(seeds), allowed, points)


def _laid_over(points: np.ndarray, reference: np.ndarray) -> np.ndarray:
    return unit_size(align(points, reference))
