"""Who is near whom, and whether it is mutual: neighbor lists of many tokens, ranks there and back, hubs."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from embedguide.analysis.neighbors import spelling
from embedguide.models import NotOneToken, TokenTable

# Queries compared with the whole table at a time: 64 times 152,000 cosines are 39 MB.
BLOCK = 64


class ListedNeighbor(NamedTuple):
    """A token and one of those nearest to it.

    `rank` among all tokens; `variant`: whether both have the same `spelling`; `rank_without`: the rank when variants
    are left out, None for a variant.
    """

    token_id: int
    token: str
    rank: int
    neighbor_id: int
    neighbor: str
    cosine: float
    variant: bool
    rank_without: int | None


class WayBack(NamedTuple):
    """Two words and the place of each in the other's list, 1 for the nearest; in the centered table as well."""

    word: str
    other: str
    cosine: float
    rank: int
    rank_back: int
    centered_rank: int
    centered_rank_back: int


def existing(table: TokenTable) -> np.ndarray:
    """Which rows of the table belong to a token, bool ``(n_tokens,)``."""
    found = np.ones(table.n_tokens, dtype=bool)
    found[list(table.unused_ids)] = False
    return found


def nearest_of_each(
    unit_rows: np.ndarray, ids: Sequence[int] | np.ndarray, k: int, allowed: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The `k` nearest allowed rows of each of `ids`, itself left out; ties go to the lower id.

    Args:
        unit_rows: Rows of length 1, ``(n_tokens, n_dims)``.
        ids: The queries.
        k: How many.
        allowed: Which rows may be neighbors, bool ``(n_tokens,)``.

    Returns:
        neighbors: int64 ``(n_queries, k)``.
        cosines: float32 ``(n_queries, k)``.

    Raises:
        ValueError: fewer than `k` rows are left to choose from.
    """
    if not 1 <= k < int(allowed.sum()):
        raise ValueError(f"k must be between 1 and {int(allowed.sum()) - 1} for {len(unit_rows)} tokens, got {k}")
    found, values = [], []
    for first in range(0, len(ids), BLOCK):
        block = np.asarray(ids[first : first + BLOCK], dtype=np.int64)
        cosines = unit_rows[block] @ unit_rows.T
        cosines[:, ~allowed] = -2
        cosines[np.arange(len(block)), block] = -2
        for line in cosines:
            least = -np.partition(-line, k - 1)[k - 1]
            near = np.flatnonzero(line >= least)  # in order of ids, so that a stable sort keeps ties in it
            best = near[np.argsort(-line[near], kind="stable")][:k]
            found.append(best)
            values.append(line[best])
    return np.array(found), np.array(values)


def list_neighbors(table: TokenTable, ids: Sequence[int], k: int, extra: int = 60) -> list[ListedNeighbor]:
    """The tokens nearest to each of `ids`, nearest first, down to the `k`-th that is no variant of it.

    So the first `k` rows are the neighbors with variants, and the rows that are no variants those without. A variant has
    the same `spelling`; all tokens without a letter or digit are variants of one another. Rows of the table that belong
    to no token are left out. An id that comes twice is listed once.

    Args:
        table: The token table.
        ids: Tokens.
        k: How many neighbors that are no variants.
        extra: How many variants to expect at most; more are looked for when that is too few.
    """
    unique, allowed = list(dict.fromkeys(map(int, ids))), existing(table)
    wanted = min(k + extra, int(allowed.sum()) - 1)
    near, cosines = nearest_of_each(table.unit_rows, unique, wanted, allowed)
    found: list[ListedNeighbor] = []
    for token_id, line, values in zip(unique, near.tolist(), cosines.tolist(), strict=True):
        own, others = spelling(table.text(token_id)), 0
        mine: list[ListedNeighbor] = []
        for rank, (neighbor, cosine) in enumerate(zip(line, values, strict=True), start=1):
            variant = spelling(table.text(neighbor)) == own
            others += not variant
            without = None if variant else others
            glyphs = table.glyph(token_id), table.glyph(neighbor)
            mine.append(ListedNeighbor(token_id, glyphs[0], rank, neighbor, glyphs[1], float(cosine), variant, without))
            if others == k and rank >= k:
                break
        if others < k and wanted < allowed.sum() - 1:
            mine = list_neighbors(table, [token_id], k, extra=8 * extra)
        found += mine
    return found


def is_other_script(text: str) -> bool:
    """Whether a text has a letter that is not Latin: 列表, список."""
    return any(letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN") for letter in text)


def centered_rows(table: TokenTable) -> np.ndarray:
    """All rows minus their mean, at length 1, float32 ``(n_tokens, n_dims)``."""
    rows = np.asarray(table.vectors, dtype=np.float32)
    rows = rows - rows.mean(axis=0, dtype=np.float64).astype(np.float32)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return rows


def rank_of(unit_rows: np.ndarray, token_id: int, other: int, allowed: np.ndarray | None = None) -> int:
    """The place of `other` among the `allowed` rows, or all, by likeness to `token_id`: 1 for the nearest, itself left out."""
    cosines = unit_rows @ unit_rows[token_id]
    above = cosines > cosines[other]
    above[token_id] = False
    return int((above if allowed is None else above & allowed).sum()) + 1


def ways_back(table: TokenTable, centered: np.ndarray, pairs: Sequence[tuple[str, str]]) -> list[WayBack]:
    """Each pair of words with the ranks both ways; pairs with a word that is several tokens of the model are left out."""
    found, allowed = [], existing(table)
    for word, other in pairs:
        try:
            a, b = table.word_id(word), table.word_id(other)
        except NotOneToken:
            continue
        ranks = [rank_of(rows, *way, allowed) for rows in (table.unit_rows, centered) for way in ((a, b), (b, a))]
        found.append(WayBack(word, other, float(table.unit_rows[a] @ table.unit_rows[b]), *ranks))
    if not found:
        raise ValueError(f"at least one pair of single tokens of {table.name!r} is expected, got none")
    return found


def back_ranks(unit_rows: np.ndarray, ids: Sequence[int], k: int, allowed: np.ndarray) -> np.ndarray:
    """For each of `ids` and each of its `k` nearest, the place of the former in the latter's list, int64 ``(n_ids, k)``."""
    near, _ = nearest_of_each(unit_rows, ids, k, allowed)
    unique, place = np.unique(near, return_inverse=True)
    place = place.reshape(near.shape)
    found = np.zeros(near.shape, dtype=np.int64)
    for first in range(0, len(unique), BLOCK):
        lines = unit_rows[unique[first : first + BLOCK]] @ unit_rows.T
        lines[:, ~allowed] = -2
        lines[np.arange(len(lines)), unique[first : first + BLOCK]] = -2
        for row, column in np.argwhere((place >= first) & (place < first + BLOCK)):
            line = lines[place[row, column] - first]
            found[row, column] = int((line > line[ids[row]]).sum()) + 1
    return found


class Crowd(NamedTuple):
    """The neighbor lists of randomly drawn tokens.

    `queries` ``(n_queries,)``; `neighbors` and `cosines` ``(n_queries, k)``; `random`: cosines of as many random pairs.
    """

    queries: np.ndarray
    neighbors: np.ndarray
    cosines: np.ndarray
    random: np.ndarray


def survey(unit_rows: np.ndarray, allowed: np.ndarray, n_queries: int, k: int, seed: int) -> Crowd:
    """The `k` nearest rows of `n_queries` rows drawn without replacement, and cosines of random pairs of rows."""
    generator = np.random.default_rng(seed)
    usable = np.flatnonzero(allowed)
    queries = generator.choice(usable, size=min(n_queries, len(usable)), replace=False)
    near, cosines = nearest_of_each(unit_rows, queries, k, allowed)
    others = generator.choice(usable, size=(len(queries), k))
    random = np.einsum("qd,qkd->qk", unit_rows[queries], unit_rows[others])
    return Crowd(queries, near, cosines, random[others != queries[:, None]])


def shuffled_rows(table: TokenTable, seed: int) -> np.ndarray:
    """Rows of length 1 from a table in which the numbers of each column were dealt out anew, float32.

    Each dimension keeps its numbers, so the mean vector stays; what a token's numbers have to do with each other is gone.
    Rows that belong to no token are left out.
    """
    generator = np.random.default_rng(seed)
    columns = np.asarray(table.vectors[existing(table)], dtype=np.float32).T.copy()
    for column in columns:
        generator.shuffle(column)
    rows = np.ascontiguousarray(columns.T)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return rows


def occurrences(crowd: Crowd, n_tokens: int) -> np.ndarray:
    """In how many of the lists each row stands, int64 ``(n_tokens,)``."""
    return np.bincount(crowd.neighbors.reshape(-1), minlength=n_tokens)
