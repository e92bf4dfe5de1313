"""A set of words at every layer of a model: how large, how flat, how well sorted, and what taking something away does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from embedguide.analysis.feedings import Feeding, layer_names

NONE, TOP, MEAN, UNIT = "none", "top-dimensions", "mean-direction", "unit-norm"
REMOVALS = (NONE, TOP, MEAN, UNIT)
# How many of the largest dimensions the removal of that name sets to zero.
N_TOP = 4
# A layer belongs to the plateau when its mean norm is at least this share of the largest.
PLATEAU = 0.9


class Metrics(NamedTuple):
    """One layer of one feeding in numbers, see `measure`."""

    feeding: str
    layer: int | str
    mean_norm: float
    pc1_share: float
    silhouette_euclidean: float
    silhouette_cosine: float
    nn1_accuracy: float


class Massive(NamedTuple):
    """A dimension that stands out. `value`: its mean over the words; `median_abs`: the median magnitude of all numbers."""

    layer: int
    dimension: int
    value: float
    median_abs: float


class Plane(NamedTuple):
    """The plane in which points are spread the most.

    `center` ``(n_dims,)``; `axes` ``(2, n_dims)``, unit length; `shares`: part of the variance along each axis.
    """

    center: np.ndarray
    axes: np.ndarray
    shares: np.ndarray

    def place(self, rows: np.ndarray) -> np.ndarray:
        """Where rows ``(n, n_dims)`` lie in the plane, float64 ``(n, 2)``."""
        return np.asarray((np.asarray(rows, dtype=np.float64) - self.center) @ self.axes.T)


def principal_plane(rows: np.ndarray) -> Plane:
    """The first two principal components of rows ``(n, n_dims)``, computed in float64; the signs are arbitrary."""
    rows = np.asarray(rows, dtype=np.float64)
    center = rows.mean(axis=0)
    centered = rows - center
    # Far fewer words than dimensions: the small matrix of products has the same components.
    values, vectors = np.linalg.eigh(centered @ centered.T)
    values, vectors = np.maximum(values[::-1], 0), vectors[:, ::-1]
    lengths = np.sqrt(np.maximum(values[:2], np.finfo(float).tiny))
    return Plane(
        center, (centered.T @ vectors[:, :2] / lengths).T, values[:2] / max(values.sum(), np.finfo(float).tiny)
    )


def measure(rows: np.ndarray, categories: np.ndarray) -> tuple[float, float, float, float, float]:
    """Mean norm, share of the first component, silhouettes (Euclidean, cosine), and nearest-neighbor accuracy.

    The last is the share of points whose nearest other point, by Euclidean distance, is of the same category; of
    equally near points the first counts.

    Args:
        rows: One point per word, ``(n, n_dims)``.
        categories: The category of each, ints ``(n,)``.
    """
    rows = np.asarray(rows, dtype=np.float64)
    lengths = np.linalg.norm(rows, axis=1)
    distances = distances_of(rows)
    np.fill_diagonal(distances, np.inf)
    accuracy = float((categories[distances.argmin(axis=1)] == categories).mean())
    np.fill_diagonal(distances, 0)
    unit = rows / np.maximum(lengths, np.finfo(float).tiny)[:, None]
    return (
        float(lengths.mean()),
        float(principal_plane(rows).shares[0]),
        silhouette(distances, categories),
        silhouette(1 - unit @ unit.T, categories),
        accuracy,
    )


def silhouette(distances: np.ndarray, categories: np.ndarray) -> float:
    """The mean silhouette of points: how much nearer the own category is than the next, from -1 to 1.

    A point alone in its category counts 0. Written out because it is asked for thousands of small squares; scikit-learn's
    takes thirty times as long to look at its arguments.

    Args:
        distances: Of every two points, zeros on the diagonal, ``(n, n)``.
        categories: Of each point, ``(n,)``; at least two.

    Source: Rousseeuw (1987), doi:10.1016/0377-0427(87)90125-7.
    """
    member = categories[:, None] == np.unique(categories)
    sizes = member.sum(axis=0)
    sums = distances @ member
    own = sums[member] / np.maximum(sizes - 1, 1)[member.argmax(axis=1)]
    other = np.where(member, np.inf, sums / sizes).min(axis=1)
    scores = (other - own) / np.maximum(np.maximum(own, other), np.finfo(float).tiny)
    return float(np.where(sizes[member.argmax(axis=1)] > 1, scores, 0).mean())


def distances_of(rows: np.ndarray) -> np.ndarray:
    """Euclidean distance of every two rows, float64 ``(n, n)``, zeros on the diagonal."""
    rows = np.asarray(rows, dtype=np.float64)
    centered = rows - rows.mean(axis=0)  # the smaller the products, the less is lost when they are subtracted
    products = centered @ centered.T
    squares = np.diag(products)
    found = np.sqrt(np.maximum(squares[:, None] + squares - 2 * products, 0))
    np.fill_diagonal(found, 0)
    return np.asarray(found)


def remove(rows: np.ndarray, removal: str, whole: np.ndarray) -> np.ndarray:
    """Rows after something was taken away, float64, same shape.

    ``top-dimensions`` sets the `N_TOP` dimensions of largest mean magnitude to zero, ``mean-direction`` projects out
    the direction of the mean, ``unit-norm`` divides every row by its length.

    Args:
        rows: ``(n, n_dims)``.
        removal: One of `REMOVALS`.
        whole: Which rows say what to take away (the words of one token), bool ``(n,)``.

    Raises:
        ValueError: an unknown removal.
    """
    rows = np.array(rows, dtype=np.float64)
    if removal == TOP:
        rows[:, top_dimensions(rows[whole], N_TOP)] = 0
    elif removal == MEAN:
        mean = rows[whole].mean(axis=0)
        mean /= np.linalg.norm(mean)
        rows -= np.outer(rows @ mean, mean)
    elif removal == UNIT:
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        rows = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    elif removal != NONE:
        raise ValueError(f"removal must be one of {', '.join(REMOVALS)}, got {removal!r}")
    return rows


def top_dimensions(rows: np.ndarray, k: int) -> list[int]:
    """The k dimensions with the largest mean magnitude, largest first."""
    return [int(i) for i in np.argsort(-np.abs(rows).mean(axis=0), kind="stable")[:k]]


def tabulate_metrics(
    states: Mapping[str, np.ndarray],
    categories: np.ndarray,
    removal: str = NONE,
    fed: Mapping[str, Feeding] | None = None,
) -> list[Metrics]:
    """`measure` at every layer of every feeding.

    Args:
        states: By feeding, ``(n_layers + 2, n_items, n_dims)``.
        categories: Of each word, ``(n_items,)``.
        removal: What is taken away first.
        fed: Given, only the words of one token count; else all words.
    """
    found = []
    for name, layers in states.items():
        whole = fed[name].whole if fed else np.ones(len(categories), dtype=bool)
        for layer, rows in zip(layer_names(layers), layers, strict=True):
            kept = remove(rows, removal, whole)[whole]
            found.append(Metrics(name, layer, *measure(kept, categories[whole])))
    return found


def find_massive(states: np.ndarray, whole: np.ndarray, k: int = 3) -> list[Massive]:
    """The k dimensions of largest mean magnitude at every layer before the final norm, over the words of one token."""
    found = []
    for layer, rows in enumerate(np.asarray(states[:-1, whole], dtype=np.float64)):
        middle = float(np.median(np.abs(rows)))
        found += [Massive(layer, d, float(rows[:, d].mean()), middle) for d in top_dimensions(rows, k)]
    return found


def mean_norms(states: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Mean norm at every layer before the final norm, over the words of one token, float64 ``(n_layers + 1,)``."""
    return np.asarray(np.linalg.norm(np.asarray(states[:-1, whole], dtype=np.float64), axis=-1).mean(axis=1))


def jump_layer(norms: np.ndarray) -> int:
    """The layer at which the mean norm is multiplied by most; layer 1, which leaves the small table, does not count."""
    return int(np.argmax(norms[2:] / norms[1:-1])) + 2


def plateau(norms: np.ndarray) -> list[int]:
    """The layers whose mean norm is at least `PLATEAU` of the largest."""
    return [int(i) for i in np.flatnonzero(norms >= PLATEAU * norms.max())]


def change_of_picture(states: np.ndarray) -> np.ndarray:
    """How much the mutual distances of the words change from one layer to the next, float64 ``(n_layers + 1,)``.

    One minus the correlation of all pairwise distances; the last entry is the change that the final norm makes.
    """
    from scipy.spatial.distance import pdist

    distances = [pdist(np.asarray(rows, dtype=np.float64)) for rows in states]
    return np.array([1 - np.corrcoef(a, b)[0, 1] for a, b in pairwise(distances)])


def change_of_parts(states: np.ndarray, whole: np.ndarray, first: int, last: int) -> tuple[float, float]:
    """How far the few dominant dimensions, and all others, moved between two layers, relative to their size.

    The dominant ones are the `N_TOP` of layer `first`.
    """
    before, after = (np.asarray(states[layer][whole], dtype=np.float64) for layer in (first, last))
    top = np.zeros(before.shape[1], dtype=bool)
    top[top_dimensions(before, N_TOP)] = True
    moved = [np.linalg.norm(after[:, part] - before[:, part]) / np.linalg.norm(before[:, part]) for part in (top, ~top)]
    return float(moved[0]), float(moved[1])


def categories_of(words: Mapping[str, Sequence[str]]) -> np.ndarray:
    """The number of each word's category, in order, ints ``(n_items,)``."""
    return np.repeat(np.arange(len(words)), [len(group) for group in words.values()])


def correlation_with_norm(rows: np.ndarray) -> float:
    """How the place along the first component goes with the norm: the magnitude of their correlation."""
    along = principal_plane(rows).place(rows)[:, 0]
    return float(abs(np.corrcoef(along, np.linalg.norm(np.asarray(rows, dtype=np.float64), axis=1))[0, 1]))
