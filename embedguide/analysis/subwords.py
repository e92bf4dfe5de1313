"""Tokens that are pieces of words: their neighbors, the words that are cut into them, and what they stand for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from embedguide.analysis.geometry import View, blocks, seen
from embedguide.analysis.neighbors import nearest
from embedguide.models import NotOneToken, TokenTable


class PieceNeighbor(NamedTuple):
    """One of the tokens nearest to a piece of a word."""

    piece: str
    rank: int
    token_id: int
    token: str
    cosine: float


class Cut(NamedTuple):
    """One piece of a word: which, where, and the token nearest to it that is a word with a space in front."""

    word: str
    place: str
    number: int
    token_id: int
    token: str


class Pull(NamedTuple):
    """Some words against a piece: the cosine of the piece's row with the mean step from common words to these words.

    `rank`: of the piece among all tokens by that cosine.
    """

    words: str
    n_words: int
    cosine: float
    rank: int


class Affix(NamedTuple):
    """A piece against what it does to words.

    `treatment`: how the rows were looked at; `n_pairs` pairs such as happy and unhappy; `cosine` between the piece's row and the mean step from the one to the
    other; `rank` of the piece among all tokens by that cosine; `agreement`: the mean cosine of two such steps;
    `nearest`: the tokens that the step points to.
    """

    piece: str
    treatment: str
    n_pairs: int
    agreement: float
    cosine: float
    rank: int
    nearest: str


def tabulate_pieces(table: TokenTable, pieces: Sequence[str], k: int) -> list[PieceNeighbor]:
    """The `k` nearest tokens of each piece, a leading space counting; a piece that is no token is left out.

    Rows that belong to no token are never neighbors.
    """
    exists = np.ones(table.n_tokens, dtype=bool)
    exists[list(table.unused_ids)] = False
    found = []
    for piece in pieces:
        try:
            token_id = table.token_id(piece)
        except NotOneToken:
            continue
        ranked = zip(*nearest(table.unit_rows, token_id, k, exists), strict=True)
        name = table.glyph(token_id)
        found += [
            PieceNeighbor(name, rank, int(i), table.glyph(int(i)), float(c)) for rank, (i, c) in enumerate(ranked, 1)
        ]
    return found


def tabulate_cuts(table: TokenTable, words: Sequence[str]) -> list[Cut]:
    """The tokens that each word becomes at the start of a text and inside a sentence, after a space."""
    found = []
    for word in words:
        for place, text in (("at the start of a text", word), ("inside a sentence", " " + word)):
            pieces = enumerate(table.tokenize(text), start=1)
            found += [Cut(word, place, number, i, table.glyph(i)) for number, i in pieces]
    return found


def pieces_of(cuts: Sequence[Cut], word: str, place: str) -> list[str]:
    """The pieces of one word."""
    return [cut.token for cut in cuts if cut.word == word and cut.place == place]


def usable_pairs(table: TokenTable, pairs: Sequence[tuple[str, str]]) -> list[tuple[int, int]]:
    """The ids of those pairs of words of which both are one token."""
    found = []
    for pair in pairs:
        try:
            first, second = (table.word_id(word) for word in pair)
        except NotOneToken:
            continue
        found.append((first, second))
    return found


def measure_affix(
    table: TokenTable, piece: str, pairs: Sequence[tuple[str, str]], treatment: str, view: View, n_nearest: int = 5
) -> Affix:
    """Whether a piece points where words go when it is added to them.

    Args:
        table: The token table.
        piece: The piece as exact text.
        pairs: Words without and with it, ``("happy", "unhappy")``; pairs that are not two tokens are left out.
        treatment: The name of the view.
        view: How rows are looked at, so that a direction that all rare words share does not decide.
        n_nearest: How many tokens to name.

    Raises:
        NotOneToken: the piece is several tokens.
        ValueError: fewer than two pairs are left.
    """
    token_id = table.token_id(piece)
    ids = usable_pairs(table, pairs)
    if len(ids) < 2:
        raise ValueError(f"at least two pairs of single tokens are needed for {piece!r}, got {len(ids)}")
    without, with_it = (seen(table.rows([pair[n] for pair in ids]), view) for n in (0, 1))
    steps = _unit(with_it - without)
    step = _unit((with_it - without).mean(axis=0))
    cosines = _cosines_to(table, step, view)
    agreement = (np.square(steps.sum(axis=0)).sum() - len(steps)) / (len(steps) * (len(steps) - 1))
    best = np.argsort(-cosines, kind="stable")[:n_nearest]
    names = "  ".join(table.glyph(int(i)) for i in best)
    rank = int((cosines > cosines[token_id]).sum()) + 1
    return Affix(table.glyph(token_id), treatment, len(ids), float(agreement), float(cosines[token_id]), rank, names)


def measure_pull(
    table: TokenTable, piece: str, name: str, words: Sequence[str], common: Sequence[int], view: View
) -> Pull:
    """Whether a piece points from common words to some words; those that are several tokens are left out.

    Raises:
        NotOneToken: the piece is several tokens.
        ValueError: no word is one token.
    """
    token_id = table.token_id(piece)
    ids = [pair[0] for pair in usable_pairs(table, [(word, word) for word in words])]
    if not ids:
        raise ValueError(f"at least one word that is a single token is needed for {name!r}, got none")
    step = _unit(seen(table.rows(ids), view).mean(axis=0) - seen(table.rows(common), view).mean(axis=0))
    cosines = _cosines_to(table, step, view)
    return Pull(name, len(ids), float(cosines[token_id]), int((cosines > cosines[token_id]).sum()) + 1)


def _cosines_to(table: TokenTable, direction: np.ndarray, view: View) -> np.ndarray:
    """The cosine of every row with a direction of length 1, ``(n_tokens,)``."""
    return np.concatenate([_unit(seen(rows, view)) @ direction for rows in blocks(table)])


def _unit(rows: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
