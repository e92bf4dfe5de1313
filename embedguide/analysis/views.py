"""Ways to look at the rows of a table: less their mean row, less some directions; many ways in one reading of the rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from embedguide.models import TokenTable

# Rows widened to float64 at a time: few enough to stay near the processor while several views look at them.
BLOCK = 1024
# A row whose length in a view is below this share of what was subtracted from what is rounding, and has no direction.
NOTHING = 1e-6


class View(NamedTuple):
    """A way to look at rows: `center` is subtracted, float64 ``(n_dims,)``, then the directions `removed` ``(k, n_dims)``."""

    center: np.ndarray
    removed: np.ndarray


def as_they_are(n_dims: int) -> View:
    """The view that changes nothing."""
    return View(np.zeros(n_dims), np.zeros((0, n_dims)))


def blocks(table: TokenTable, ids: np.ndarray | None = None) -> Iterator[np.ndarray]:
    """The rows of a table in order, or those of `ids`, a thousand at a time, float32 ``(n, n_dims)``."""
    n_rows = table.n_tokens if ids is None else len(ids)
    for first in range(0, n_rows, BLOCK):
        part = slice(first, min(first + BLOCK, n_rows))
        yield np.asarray(table.vectors[part], dtype=np.float32) if ids is None else table.rows(ids[part])


def seen(rows: np.ndarray, view: View) -> np.ndarray:
    """Rows as a view shows them, float32."""
    moved = rows - view.center.astype(np.float32)
    if not len(view.removed):
        return moved
    removed = view.removed.astype(np.float32)
    return moved - (moved @ removed.T) @ removed


def dot_products(a: np.ndarray, b: np.ndarray, views: Sequence[View]) -> np.ndarray:
    """The dot product of each row of `a` with that of `b` in every view, float64 ``(n_views, n_rows)``.

    Nothing is moved for it: (a - c)(b - c) = ab - ac - bc + cc, less what lies along the removed directions. So many
    views cost little more than one.

    Args:
        a: Float64 ``(n_rows, n_dims)``.
        b: The same shape.
        views: The views.
    """
    plain = np.einsum("nd,nd->n", a, b)
    found = np.empty((len(views), len(a)))
    for line, (center, removed) in zip(found, views, strict=True):
        line[:] = plain - a @ center - b @ center + center @ center
        if len(removed):
            along = a @ removed.T - removed @ center
            other = along if a is b else b @ removed.T - removed @ center
            line -= np.einsum("nk,nk->n", along, other)
    return found


def inverse_lengths(rows: np.ndarray, views: Sequence[View]) -> np.ndarray:
    """One over the length of each row in every view, ``(n_views, n_rows)``; 0 for a row that the view makes nothing of."""
    squares = dot_products(rows, rows, views)
    sizes = np.einsum("nd,nd->n", rows, rows) + np.array([[view.center @ view.center] for view in views])
    is_something = squares > NOTHING**2 * sizes
    return np.divide(1, np.sqrt(squares, where=is_something, out=squares), where=is_something, out=np.zeros_like(sizes))


def mean_cosines(parts: Iterable[np.ndarray], views: Sequence[View]) -> list[float]:
    """The mean cosine over all pairs of two different rows in every view, exact.

    It needs no pairs: the squared length of the sum of all unit rows counts every pair twice and every row once.
    Rows that are zero in a view have no direction there and are left out.

    Args:
        parts: The rows in blocks, each ``(n, n_dims)``; read once.
        views: The views.

    Raises:
        ValueError: fewer than two rows are left.
    """
    totals: np.ndarray | float = 0.0  # of the rows as they are, each divided by its length in the view
    weights, n_rows = np.zeros(len(views)), np.zeros(len(views))
    for rows in parts:
        exact = np.asarray(rows, dtype=np.float64)
        inverse = inverse_lengths(exact, views)
        totals = totals + inverse @ exact
        weights += inverse.sum(axis=1)
        n_rows += (inverse > 0).sum(axis=1)
    if n_rows.min() < 2:
        raise ValueError(f"at least two rows that are not zero are needed, got {int(n_rows.min())}")
    sums = np.asarray(totals) - weights[:, None] * np.array([view.center for view in views])
    sums = [total - (total @ view.removed.T) @ view.removed for total, view in zip(sums, views, strict=True)]
    return [float((total @ total - n) / (n * (n - 1))) for total, n in zip(sums, n_rows, strict=True)]


def shares_positive(table: TokenTable, ids: np.ndarray, views: Sequence[View], n_pairs: int, seed: int) -> list[float]:
    """The share of random pairs of two different tokens of `ids` whose cosine is above zero, in every view."""
    generator = np.random.default_rng(seed)
    first = generator.integers(len(ids), size=n_pairs)
    second = (first + generator.integers(1, len(ids), size=n_pairs)) % len(ids)
    n_positive = np.zeros(len(views))
    for start in range(0, n_pairs, BLOCK):
        part = slice(start, start + BLOCK)
        a, b = (table.rows(ids[which[part]]).astype(np.float64) for which in (first, second))
        n_positive += (dot_products(a, b, views) > 0).sum(axis=1)
    return [float(share) for share in n_positive / n_pairs]


def cosines_with(table: TokenTable, directions: np.ndarray, views: Sequence[View]) -> np.ndarray:
    """The cosine of every row of the table with directions, each in the view of the same place, ``(n_directions, n_tokens)``.

    Args:
        table: The token table.
        directions: Of length 1, as the view shows them, ``(n_directions, n_dims)``.
        views: As many views; one that comes again costs nothing.
    """
    places = {id(view): view for view in views}
    at = [list(places).index(id(view)) for view in views]
    # A direction of a view has nothing along what the view removes, so the rows themselves can be asked.
    offsets = np.array([direction @ view.center for direction, view in zip(directions, views, strict=True)])
    found = []
    for rows in blocks(table):
        exact = rows.astype(np.float64)
        inverse = inverse_lengths(exact, list(places.values()))
        found.append((directions @ exact.T - offsets[:, None]) * inverse[at])
    return np.concatenate(found, axis=1)
