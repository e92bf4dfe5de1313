"""The shape of a token table: what its dimensions have in common, and how wide its rows spread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from embedguide.analysis.similarity import BLOCK, cosine
from embedguide.models import TokenTable


class Dimension(NamedTuple):
    """One column of a table: its mean, its standard deviation, the share of tokens that are above zero in it."""

    dimension: int
    mean: float
    spread: float
    share_positive: float


class View(NamedTuple):
    """A way to look at rows: `center` is subtracted, float64 ``(n_dims,)``, then the directions `removed` ``(k, n_dims)``."""

    center: np.ndarray
    removed: np.ndarray


class Spread(NamedTuple):
    """How close together a set of rows points: the mean cosine over all pairs, the share of pairs above zero."""

    treatment: str
    mean_cosine: float
    share_positive: float
    common_mean_cosine: float | None
    common_share_positive: float | None


class Band(NamedTuple):
    """Tokens of neighboring ids: the ids, the mean length of the rows, the mean cosine of two of them.

    `share_seen`: the share of the tokens that occur in a text.
    """

    first_id: int
    last_id: int
    mean_cosine: float
    mean_length: float
    share_seen: float


def blocks(table: TokenTable, ids: np.ndarray | None = None) -> Iterator[np.ndarray]:
    """The rows of a table in order, or those of `ids`, a few thousand at a time, float32 ``(n, n_dims)``."""
    n_rows = table.n_tokens if ids is None else len(ids)
    for first in range(0, n_rows, BLOCK):
        part = slice(first, min(first + BLOCK, n_rows))
        yield np.asarray(table.vectors[part], dtype=np.float32) if ids is None else table.rows(ids[part])


def describe_dimensions(table: TokenTable) -> list[Dimension]:
    """Mean, standard deviation and share above zero of every dimension, counted from 1. Every row counts once."""
    total, squares, positive = (np.zeros(table.n_dims) for _ in range(3))
    for rows in blocks(table):
        exact = rows.astype(np.float64)
        total += exact.sum(axis=0)
        squares += np.square(exact).sum(axis=0)
        positive += (exact > 0).sum(axis=0)
    means = total / table.n_tokens
    spreads = np.sqrt(np.maximum(squares / table.n_tokens - means**2, 0))
    columns = zip(means, spreads, positive / table.n_tokens, strict=True)
    return [Dimension(n, *map(float, numbers)) for n, numbers in enumerate(columns, start=1)]


def count_one_sided(dimensions: Sequence[Dimension], share: float) -> int:
    """In how many dimensions at least this share of the tokens lies on one side of zero."""
    return sum(max(d.share_positive, 1 - d.share_positive) >= share for d in dimensions)


def mean_length(dimensions: Sequence[Dimension]) -> float:
    """The length of the mean row."""
    return float(np.linalg.norm([d.mean for d in dimensions]))


def share_of_mean(dimensions: Sequence[Dimension]) -> float:
    """The share of the mean squared length of a row that lies in the mean row."""
    means, spreads = (np.array([getattr(d, name) for d in dimensions]) for name in ("mean", "spread"))
    return float(np.square(means).sum() / (np.square(means).sum() + np.square(spreads).sum()))


def principal_directions(table: TokenTable, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The first `k` principal directions of all rows and the share of the variance along each.

    Returns:
        directions: float64 ``(k, n_dims)``, unit length.
        shares: float64 ``(k,)``.

    Raises:
        ValueError: `k` is not between 1 and the number of dimensions.
    """
    if not 1 <= k <= table.n_dims:
        raise ValueError(f"k must be between 1 and {table.n_dims} for {table.n_dims} dimensions, got {k}")
    total, products = np.zeros(table.n_dims), np.zeros((table.n_dims, table.n_dims))
    for rows in blocks(table):
        total += rows.sum(axis=0, dtype=np.float64)
        products += rows.T @ rows
    mean = total / table.n_tokens
    variances, directions = np.linalg.eigh(products / table.n_tokens - np.outer(mean, mean))
    return directions[:, ::-1].T[:k].copy(), variances[::-1][:k] / variances.sum()


def seen(rows: np.ndarray, view: View) -> np.ndarray:
    """Rows as a view shows them, float32."""
    moved = rows - view.center.astype(np.float32)
    if not len(view.removed):
        return moved
    removed = view.removed.astype(np.float32)
    return moved - (moved @ removed.T) @ removed


def mean_cosine(parts: Iterator[np.ndarray] | Sequence[np.ndarray]) -> float:
    """The mean cosine over all pairs of two different rows, exact.

    It needs no pairs: the squared length of the sum of all unit rows counts every pair twice and every row once.
    Rows that are all zero have no direction and are left out.

    Args:
        parts: The rows in blocks, each ``(n, n_dims)``.
    """
    total: np.ndarray | float = 0.0
    n_rows = 0
    for rows in parts:
        exact = np.asarray(rows, dtype=np.float64)
        lengths = np.linalg.norm(exact, axis=1)
        total = total + (exact[lengths > 0] / lengths[lengths > 0, None]).sum(axis=0)
        n_rows += int((lengths > 0).sum())
    if n_rows < 2:
        raise ValueError(f"at least two rows that are not zero are needed, got {n_rows}")
    return float((np.square(total).sum() - n_rows) / (n_rows * (n_rows - 1)))


def share_positive_of_pairs(table: TokenTable, ids: np.ndarray, view: View, n_pairs: int, seed: int) -> float:
    """The share of random pairs of two different tokens of `ids` whose cosine is above zero."""
    generator = np.random.default_rng(seed)
    first = generator.integers(len(ids), size=n_pairs)
    second = (first + generator.integers(1, len(ids), size=n_pairs)) % len(ids)
    n_positive = 0
    for start in range(0, n_pairs, BLOCK):
        part = slice(start, start + BLOCK)
        a, b = (seen(table.rows(ids[which[part]]), view) for which in (first, second))
        n_positive += int((cosine(a, b) > 0).sum())
    return n_positive / n_pairs


def measure_spread(
    table: TokenTable, treatment: str, view: View, common: np.ndarray, n_pairs: int, seed: int
) -> Spread:
    """How close together all rows point in a view, and how close those of the common words."""
    usable = np.flatnonzero(np.asarray(np.abs(table.vectors).max(axis=1)) > 0)
    every = mean_cosine(seen(rows, view) for rows in blocks(table))
    few = mean_cosine(seen(rows, view) for rows in blocks(table, common))
    shares = (share_positive_of_pairs(table, ids, view, n_pairs, seed) for ids in (usable, common))
    return Spread(treatment, every, next(shares), few, next(shares))


def measure_null(treatment: str, means: np.ndarray, spreads: np.ndarray, n_rows: int, seed: int) -> Spread:
    """The same for rows whose numbers are drawn independently, each dimension with its own mean and spread."""
    generator = np.random.default_rng(seed)
    rows = generator.normal(means, spreads, size=(n_rows, len(means))).astype(np.float32)
    half = n_rows // 2
    positive = float((cosine(rows[:half], rows[half : 2 * half]) > 0).mean())
    return Spread(treatment, mean_cosine([rows]), positive, None, None)


def tabulate_spreads(
    table: TokenTable, common: Sequence[int], dimensions: Sequence[Dimension], n_pairs: int, seed: int
) -> list[Spread]:
    """How close together rows point: as they are, with ever more of what they share removed, and drawn at random.

    Args:
        table: The token table.
        common: Ids of common words.
        dimensions: Of the table.
        n_pairs: How many random pairs the shares above zero are counted over.
        seed: Of the pairs and of the random rows.
    """
    ids = np.asarray(common)
    means, spreads = (np.array([getattr(d, name) for d in dimensions]) for name in ("mean", "spread"))
    directions, _ = principal_directions(table, 10)
    nothing, none = np.zeros(table.n_dims), directions[:0]
    own_mean = table.rows(ids).mean(axis=0, dtype=np.float64)
    views = {
        "as they are": View(nothing, none),
        "mean row subtracted": View(means, none),
        "and the first principal component removed": View(means, directions[:1]),
        "and the first 3 removed": View(means, directions[:3]),
        "and the first 10 removed": View(means, directions),
        "mean row of the common words subtracted": View(own_mean, none),
    }
    found = [measure_spread(table, name, view, ids, n_pairs, seed) for name, view in views.items()]
    flat = np.full(table.n_dims, np.sqrt(np.square(spreads).mean()))
    n_rows = min(table.n_tokens, 20_000)
    return [
        *found,
        measure_null("random numbers around zero", nothing, flat, n_rows, seed),
        measure_null("random numbers with the means and spreads of the dimensions", means, spreads, n_rows, seed),
    ]


def find_spread(spreads: Sequence[Spread], treatment: str, measure: str) -> float:
    """One number of the table of spreads."""
    return float(next(getattr(s, measure) for s in spreads if s.treatment == treatment))


def tabulate_bands(table: TokenTable, counts: np.ndarray, view: View, n_bands: int) -> list[Band]:
    """Bands of tokens of neighboring ids, equally many in each; rows that belong to no token are left out.

    Args:
        table: The token table.
        counts: How often each token occurs in a text, ``(n_tokens,)``.
        view: How the cosines look at the rows; lengths are those of the rows themselves.
        n_bands: How many.

    Raises:
        ValueError: fewer than two tokens to a band.
    """
    used = np.setdiff1d(np.arange(table.n_tokens), sorted(table.unused_ids))
    if not 1 <= n_bands <= len(used) // 2:
        raise ValueError(f"n_bands must be between 1 and {len(used) // 2} for {len(used)} tokens, got {n_bands}")
    found = []
    for ids in np.array_split(used, n_bands):
        rows = table.rows(ids)
        lengths = np.linalg.norm(rows, axis=1)
        together = mean_cosine([seen(rows, view)])
        found.append(Band(int(ids[0]), int(ids[-1]), together, float(lengths.mean()), float((counts[ids] > 0).mean())))
    return found


def count_tokens(table: TokenTable, text: str) -> np.ndarray:
    """How often each token of the table occurs in a text, int64 ``(n_tokens,)``."""
    return np.bincount(table.tokenize(text), minlength=table.n_tokens)
