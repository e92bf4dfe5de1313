"""Nearest tokens by cosine similarity: exact, over the whole table."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from embedguide.models import NotOneToken, TokenTable

# Tokens whose text, without surrounding spaces, is shorter than this say little by themselves: "s", ")", "é".
SHORTEST_NEIGHBOR = 2


class Neighbor(NamedTuple):
    """One of the tokens nearest to a query. `variants`: whether spellings of the query itself were allowed."""

    query: str
    variants: bool
    rank: int
    token_id: int
    token: str
    cosine: float


def nearest(
    unit_rows: np.ndarray, token_id: int, k: int, allowed: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The ids and cosines of the `k` tokens nearest to a token, nearest first.

    The token itself is never among them. Ties go to the lower id. Rows that are all zero have cosine 0.

    Args:
        unit_rows: All rows with length 1, ``(n_tokens, n_dims)``.
        token_id: The query.
        k: How many.
        allowed: Which tokens may be neighbors, bool ``(n_tokens,)``; all by default.

    Returns:
        ids: int64 ``(k,)``.
        cosines: float32 ``(k,)``.

    Raises:
        ValueError: fewer than `k` tokens are left to choose from.
    """
    cosines = unit_rows @ unit_rows[token_id]
    candidates = np.ones(len(unit_rows), dtype=bool) if allowed is None else allowed.copy()
    candidates[token_id] = False
    n_left = int(candidates.sum())
    if not 1 <= k <= n_left:
        raise ValueError(f"k must be between 1 and {n_left} for {len(unit_rows)} tokens, got {k}")
    ids = np.flatnonzero(candidates)
    order = np.lexsort((ids, -cosines[ids]))[:k]
    return ids[order], cosines[ids[order]]


def spelling(text: str) -> str:
    """A text reduced to what variants share: NFKC, lower case, letters and digits only."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(filter(str.isalnum, folded))


def had_words(table: TokenTable, words: Sequence[str]) -> dict[str, int]:
    """The ids of those words that are one token of the model, in their order.

    Raises:
        NotOneToken: none is.
    """
    found, refused = {}, None
    for word in words:
        try:
            found[word] = table.word_id(word)
        except NotOneToken as error:
            refused = refused or error
    if refused and not found:
        raise refused
    return found


def tabulate_neighbors(table: TokenTable, words: Sequence[str], k: int) -> list[Neighbor]:
    """The `k` nearest tokens of each word, once with its variants among them and once without.

    A variant has the same `spelling` as the word: "list", " List", "_LIST". Without variants, tokens of one character
    are left out as well; tokens of punctuation alone stay. Rows of the table that belong to no token are never neighbors.
    A word that is several tokens of this model is left out.

    Raises:
        NotOneToken: no word is left.
    """
    exists = np.ones(table.n_tokens, dtype=bool)
    exists[list(table.unused_ids)] = False
    spellings = np.array([spelling(text) for text in table.texts], dtype=object)
    long_enough = np.array([len(text.strip()) >= SHORTEST_NEIGHBOR for text in table.texts])
    found: list[Neighbor] = []
    for word, token_id in had_words(table, words).items():
        for variants in (True, False):
            allowed = exists if variants else exists & long_enough & (spellings != spelling(word))
            ids, cosines = nearest(table.unit_rows, token_id, k, allowed)
            ranked = enumerate(zip(ids, cosines, strict=True), start=1)
            found += [Neighbor(word, variants, rank, int(i), table.glyph(int(i)), float(c)) for rank, (i, c) in ranked]
    return found
