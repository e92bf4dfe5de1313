"""Rankings by dot product and by cosine, and what a page needs to compute both for pairs of common words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from embedguide.analysis.neighbors import had_words
from embedguide.analysis.similarity import cosine, mean_vector
from embedguide.models import TokenTable


class Ranked(NamedTuple):
    """A token beside a word: its length, cosine and dot product, and its rank by each, from 1."""

    query: str
    token_id: int
    token: str
    length: float
    cosine: float
    dot: float
    rank_by_cosine: int
    rank_by_dot: int


def rank_both_ways(table: TokenTable, words: Sequence[str], k: int) -> list[Ranked]:
    """For each word, the `k` nearest tokens by cosine and the `k` nearest by dot product, by their rank by cosine.

    The word itself and rows that belong to no token are left out, and words that are several tokens of this model. Ties
    go to the lower id.

    Raises:
        NotOneToken: no word is left.
    """
    lengths = np.empty(table.n_tokens)
    for first in range(0, table.n_tokens, 8192):
        part = slice(first, first + 8192)
        lengths[part] = np.linalg.norm(np.asarray(table.vectors[part], dtype=np.float32), axis=1)
    found: list[Ranked] = []
    for word, query in had_words(table, words).items():
        cosines = (table.unit_rows @ table.unit_rows[query]).astype(np.float64)
        dots = cosines * lengths * lengths[query]
        left_out = [query, *table.unused_ids]
        by_cosine, by_dot = _ranks(cosines, left_out), _ranks(dots, left_out)
        chosen = np.flatnonzero((by_cosine <= k) | (by_dot <= k))
        found += [
            Ranked(word, int(i), table.glyph(int(i)), float(lengths[i]), float(cosines[i]), float(dots[i]), int(by_cosine[i]), int(by_dot[i]))
            for i in chosen[np.argsort(by_cosine[chosen])]
        ]  # fmt: skip
    return found


def _ranks(values: np.ndarray, left_out: Sequence[int]) -> np.ndarray:
    """The rank of every value, the highest first, from 1; those left out come last."""
    lowered = values.copy()
    lowered[list(left_out)] = -np.inf
    ranks = np.empty(len(values), dtype=np.int64)
    ranks[np.argsort(-lowered, kind="stable")] = np.arange(1, len(values) + 1)
    return ranks


def mean_overlap(ranked: Sequence[Ranked], k: int) -> float:
    """How many of the `k` nearest tokens by cosine are among the `k` nearest by dot product, a mean over the words."""
    words = list(dict.fromkeys(r.query for r in ranked))
    both = sum(r.rank_by_cosine <= k and r.rank_by_dot <= k for r in ranked)
    return both / len(words)


def quantization_errors(
    table: TokenTable, ids: Sequence[int], carried: tuple[np.ndarray, np.ndarray], n_pairs: int, seed: int
) -> np.ndarray:
    """How far cosines of rounded rows are from those of the table, for random pairs, float64 ``(n_pairs,)``.

    For each pair the larger error of two: that of the cosine, and that of the cosine after the mean row is subtracted.

    Args:
        table: The token table.
        ids: Tokens whose rows were rounded.
        carried: What `embedguide.analysis.vocabulary.rows_and_scales` made of them.
        n_pairs: How many pairs.
        seed: Of the draw.
    """
    exact = table.rows(ids).astype(np.float64)
    rounded = carried[0].astype(np.float64) * carried[1][:, None]
    generator = np.random.default_rng(seed)
    first = generator.integers(len(ids), size=n_pairs)
    second = (first + generator.integers(1, len(ids), size=n_pairs)) % len(ids)
    errors = np.zeros(n_pairs)
    for center in (np.zeros(table.n_dims), mean_vector(table)):
        true, near = (cosine(rows[first] - center, rows[second] - center) for rows in (exact, rounded))
        errors = np.maximum(errors, np.abs(true - near))
    return errors
