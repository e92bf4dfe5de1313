"""The shape of a token table: what its dimensions have in common, and how wide its rows spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from embedguide.analysis.similarity import cosine
from embedguide.analysis.views import View, as_they_are, blocks, mean_cosines, shares_positive
from embedguide.models import TokenTable

# A mean over fewer tokens says little of a band, and one padding row, which is often zero, may leave it empty.
FEWEST_IN_BAND = 8


class Dimension(NamedTuple):
    """One column of a table: its mean, its standard deviation, the share of tokens that are above zero in it."""

    dimension: int
    mean: float
    spread: float
    share_positive: float


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


def mean_cosine(rows: np.ndarray) -> float:
    """The mean cosine over all pairs of two different rows, exact; see `mean_cosines`."""
    return mean_cosines([rows], [as_they_are(rows.shape[1])])[0]


def measure_spreads(
    table: TokenTable, views: Mapping[str, View], common: np.ndarray, n_pairs: int, seed: int
) -> list[Spread]:
    """How close together all rows point in each view, and how close those of the common words."""
    usable = np.flatnonzero(np.concatenate([rows.any(axis=1) for rows in blocks(table)]))
    ways = list(views.values())
    every, few = (mean_cosines(blocks(table, ids), ways) for ids in (None, common))
    above, few_above = (shares_positive(table, ids, ways, n_pairs, seed) for ids in (usable, common))
    return [Spread(*numbers) for numbers in zip(views, every, above, few, few_above, strict=True)]


def measure_null(treatment: str, means: np.ndarray, spreads: np.ndarray, n_rows: int, seed: int) -> Spread:
    """The same for rows whose numbers are drawn independently, each dimension with its own mean and spread."""
    generator = np.random.default_rng(seed)
    rows = generator.normal(means, spreads, size=(n_rows, len(means))).astype(np.float32)
    half = n_rows // 2
    positive = float((cosine(rows[:half], rows[half : 2 * half]) > 0).mean())
    return Spread(treatment, mean_cosine(rows), positive, None, None)


def tabulate_spreads(
    table: TokenTable, common: Sequence[int], dimensions: Sequence[Dimension], directions: np.ndarray, n_pairs: int,
    seed: int,
) -> list[Spread]:  # fmt: skip
    """How close together rows point: as they are, with ever more of what they share removed, and drawn at random.

    Args:
        table: The token table.
        common: Ids of common words.
        dimensions: Of the table.
        directions: Its first principal directions, ten or more.
        n_pairs: How many random pairs the shares above zero are counted over.
        seed: Of the pairs and of the random rows.
    """
    ids = np.asarray(common)
    means, spreads = (np.array([getattr(d, name) for d in dimensions]) for name in ("mean", "spread"))
    nothing, none = np.zeros(table.n_dims), directions[:0]
    own_mean = table.rows(ids).mean(axis=0, dtype=np.float64)
    views = {
        "as they are": View(nothing, none),
        "mean row subtracted": View(means, none),
        "and the first principal component removed": View(means, directions[:1]),
        "and the first 3 removed": View(means, directions[:3]),
        "and the first 10 removed": View(means, directions[:10]),
        "mean row of the common words subtracted": View(own_mean, none),
    }
    found = measure_spreads(table, views, ids, n_pairs, seed)
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


def tabulate_bands(
    table: TokenTable, counts: np.ndarray, views: Mapping[str, View], n_bands: int
) -> dict[str, list[Band]]:
    """Bands of tokens of neighboring ids in every view, equally many in each; rows that belong to no token are left out.

    A small vocabulary has fewer bands, so that `FEWEST_IN_BAND` tokens or more are in each; at least one.

    Args:
        table: The token table.
        counts: How often each token occurs in a text, ``(n_tokens,)``.
        views: How the cosines look at the rows; lengths are those of the rows themselves.
        n_bands: How many, at most.

    Raises:
        ValueError: `n_bands` is below 1, or fewer than two rows of a band are not zero.
    """
    if n_bands < 1:
        raise ValueError(f"n_bands must be at least 1, got {n_bands}")
    used = np.setdiff1d(np.arange(table.n_tokens), sorted(table.unused_ids))
    found: dict[str, list[Band]] = {name: [] for name in views}
    for ids in np.array_split(used, max(1, min(n_bands, len(used) // FEWEST_IN_BAND))):
        length = float(np.concatenate([np.linalg.norm(rows, axis=1) for rows in blocks(table, ids)]).mean())
        together = mean_cosines(blocks(table, ids), list(views.values()))
        for name, cosine_of_two in zip(views, together, strict=True):
            found[name].append(Band(int(ids[0]), int(ids[-1]), cosine_of_two, length, float((counts[ids] > 0).mean())))
    return found


def count_tokens(table: TokenTable, text: str) -> np.ndarray:
    """How often each token of the table occurs in a text, int64 ``(n_tokens,)``."""
    return np.bincount(table.tokenize(text), minlength=table.n_tokens)
