"""Cosine similarity of tokens, and what it is worth: beside random pairs, and with the common direction removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from embedguide.models import NotOneToken, TokenTable

# Rows converted to float32 at a time, so that a table of half a gigabyte never stands in memory twice.
BLOCK = 8192


class Pair(NamedTuple):
    """Two words and how close they stand.

    `cosine` of their token vectors; `percentile`: percent of random pairs with a lower cosine; `centered_cosine`
    after the table's mean vector is subtracted from both; `dot`: their dot product.
    """

    word_1: str
    word_2: str
    cosine: float
    percentile: float
    centered_cosine: float
    dot: float


def cosine(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Cosine similarity of `a` and `b` row by row, in their own precision; NaN where a vector is zero.

    Args:
        a: Shape ``(..., n_dims)``.
        b: Shape ``(..., n_dims)``.
    """

    def dots(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.einsum("...d,...d->...", x, y)

    with np.errstate(invalid="ignore", divide="ignore"):
        return dots(a, b) / np.sqrt(dots(a, a) * dots(b, b))


def mean_vector(table: TokenTable) -> np.ndarray:
    """The mean of all rows of the table, float64 ``(n_dims,)``. Every row counts once, however rare its token."""
    total = np.zeros(table.n_dims)
    for first in range(0, table.n_tokens, BLOCK):
        total += np.asarray(table.vectors[first : first + BLOCK], dtype=np.float64).sum(axis=0)
    return total / table.n_tokens


def cosines_of_random_pairs(table: TokenTable, n_pairs: int, seed: int, *, centered: bool = False) -> np.ndarray:
    """Cosines of `n_pairs` random pairs of tokens, float64 ``(n_pairs,)``.

    Both tokens are drawn uniformly from all rows of the table, with replacement between pairs; a pair never holds
    the same token twice. Rows that are all zero are not drawn, since they have no direction.

    Args:
        table: The token table.
        n_pairs: How many pairs.
        seed: Of the draw.
        centered: Subtract the table's mean vector from both tokens first. The pairs are the same either way.

    Raises:
        ValueError: `n_pairs` is below 1.
    """
    if n_pairs < 1:
        raise ValueError(f"n_pairs must be at least 1, got {n_pairs}")
    generator = np.random.default_rng(seed)
    usable = np.flatnonzero(np.asarray(np.abs(table.vectors).max(axis=1)) > 0)
    first = generator.integers(len(usable), size=n_pairs)
    # A step of 1 to n - 1 around the circle never comes back to the same token.
    second = (first + generator.integers(1, len(usable), size=n_pairs)) % len(usable)
    center = np.float32(mean_vector(table) if centered else np.zeros(table.n_dims))
    found = np.empty(n_pairs)
    for start in range(0, n_pairs, BLOCK):
        part = slice(start, start + BLOCK)
        found[part] = cosine(table.rows(usable[first[part]]) - center, table.rows(usable[second[part]]) - center)
    return found


def percentile_among(values: np.ndarray, baseline: np.ndarray) -> np.ndarray:
    """Percent of `baseline` that lies below each value, float64, shape of `values`; equal ones count half."""
    ordered = np.sort(baseline)
    below = np.searchsorted(ordered, values, side="left") + np.searchsorted(ordered, values, side="right")
    return 100 * below / (2 * len(ordered))


def tabulate_pairs(table: TokenTable, pairs: Sequence[tuple[str, str]], baseline: np.ndarray) -> list[Pair]:
    """Each pair of words with its cosine, its percentile among `baseline`, and its centered cosine.

    A pair with a word that is several tokens of this model is left out.

    Args:
        table: The token table. Words are taken as they stand inside running text (`TokenTable.word_id`).
        pairs: Pairs of words.
        baseline: Cosines of random pairs, shape ``(n_pairs,)``.

    Raises:
        NotOneToken: no pair is left.
    """
    ids = _ids_of_pairs(table, pairs)
    first, second = (table.rows([both[n] for both in ids.values()]) for n in (0, 1))
    center = mean_vector(table)
    plain, centered = cosine(first, second), cosine(first - center, second - center)
    dots = (first.astype(np.float64) * second).sum(axis=1)
    columns = zip(plain, percentile_among(plain, baseline), centered, dots, strict=True)
    return [Pair(a, b, *map(float, numbers)) for (a, b), numbers in zip(ids, columns, strict=True)]


def _ids_of_pairs(table: TokenTable, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], list[int]]:
    found, refused = {}, None
    for pair in pairs:
        try:
            found[pair] = [table.word_id(word) for word in pair]
        except NotOneToken as error:
            refused = refused or error
    if refused and not found:
        raise refused
    return found


def cosine_of_tokens(table: TokenTable, text_1: str, text_2: str) -> float:
    """Cosine of two tokens given as exact text, a leading space included. Raises NotOneToken."""
    a, b = table.rows([table.token_id(text_1), table.token_id(text_2)])
    return float(cosine(a, b))


def share_near_own_group(table: TokenTable, groups: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """For each group, the share of its tokens whose nearest of all listed tokens is of the same group.

    Args:
        table: The token table.
        groups: Name -> tokens as exact text, a leading space included.

    Raises:
        NotOneToken: a text is several tokens of this model.
    """
    members = [(name, table.token_id(text)) for name, texts in groups.items() for text in texts]
    rows = table.rows([token_id for _, token_id in members]).astype(np.float64)
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -np.inf)
    nearest = [members[place][0] for place in cosines.argmax(axis=1)]
    own = [(name, near == name) for (name, _), near in zip(members, nearest, strict=True)]
    return {name: float(np.mean([hit for group, hit in own if group == name])) for name in groups}


def find_pair(pairs: Sequence[Pair], word_1: str, word_2: str) -> Pair:
    """The entry of `pairs` for two words. Raises KeyError when there is none."""
    for pair in pairs:
        if (pair.word_1, pair.word_2) == (word_1, word_2):
            return pair
    raise KeyError(f"no pair {word_1}-{word_2}; there are {', '.join(f'{p.word_1}-{p.word_2}' for p in pairs)}")


def share_positive(values: np.ndarray) -> float:
    """The share of `values` above zero."""
    return float((np.asarray(values) > 0).mean())
