"""How far two sets of vectors agree on which words are alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from embedguide.analysis.plays import Vocabulary
from embedguide.models import NotOneToken, TokenTable


def unit_rows(rows: np.ndarray) -> np.ndarray:
    """Rows divided by their length, float64; rows of zeros stay zero."""
    rows = np.asarray(rows, dtype=np.float64)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)


def cosines_of_all_pairs(rows: np.ndarray) -> np.ndarray:
    """The cosine of every pair of rows, each pair once, float64 ``(n_items * (n_items - 1) / 2,)``."""
    unit = unit_rows(rows)
    return (unit @ unit.T)[np.triu_indices(len(unit), k=1)]


def rank_correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Spearman's correlation of two sequences: 1 when they put their items in the same order, 0 when unrelated.

    Ties are broken by position, which for cosines of trained vectors plays no part; NaN when a sequence is constant.
    """
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return float("nan")
    return float(np.corrcoef(_ranks(first), _ranks(second))[0, 1])


def _ranks(values: np.ndarray) -> np.ndarray:
    ranks = np.empty(len(values))
    ranks[np.argsort(values, kind="stable")] = np.arange(len(values))
    return ranks


def shared_words(vocabulary: Vocabulary, table: TokenTable, skip: int, n: int) -> list[str]:
    """The `n` most frequent words that the table knows too, after the `skip` most frequent of all.

    Raises:
        ValueError: fewer than `n` such words.
    """
    found = [word for word in vocabulary.words[skip : skip + 2 * n] if has_word(table, word)][:n]
    if len(found) < n:
        raise ValueError(f"{n} words that both know were wanted, got {len(found)}")
    return found


def has_word(table: TokenTable, word: str) -> bool:
    """Whether the table has one row for this word."""
    try:
        table.word_id(word)
    except NotOneToken:
        return False
    return True


def agreements(
    moments: Sequence[np.ndarray], vocabulary: Vocabulary, table: TokenTable, words: Sequence[str]
) -> list[float]:
    """The rank correlation of the cosines of all pairs of `words`, in each of `moments` and in the table.

    Args:
        moments: One row per word of the vocabulary each, ``(n_words, n_dims)``.
        vocabulary: Says which row is whose.
        table: The vectors to compare with.
        words: Words that both have.
    """
    ids = vocabulary.ids()
    chosen = [ids[word] for word in words]
    theirs = cosines_of_all_pairs(table.rows([table.word_id(word) for word in words]))
    return [rank_correlation(cosines_of_all_pairs(rows[chosen]), theirs) for rows in moments]
