"""Tokens that are pieces of words: their neighbors, the words that are cut into them, and what they stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from embedguide.analysis.lacking import reason
from embedguide.analysis.neighbors import nearest
from embedguide.analysis.views import View, cosines_with, seen
from embedguide.models import NotOneToken, TokenTable


class PieceNeighbor(NamedTuple):
    """One of the tokens nearest to a piece of a word; of a piece that is no token only the reason, in `token`."""

    piece: str
    rank: int | None
    token_id: int | None
    token: str
    cosine: float | None


class Cut(NamedTuple):
    """One piece of a word: which, where, and the token nearest to it that is a word with a space in front."""

    word: str
    place: str
    number: int
    token_id: int
    token: str


class Pull(NamedTuple):
    """Some words against a piece: the cosine of the piece's row with the mean step from common words to these words.

    `rank`: of the piece among all tokens by that cosine. Both None where the model lacks the piece or all of the words.
    """

    words: str
    n_words: int
    cosine: float | None
    rank: int | None


class Affix(NamedTuple):
    """A piece against what it does to words.

    `treatment`: how the rows were looked at; `n_pairs` pairs such as happy and unhappy; `cosine` between the piece's row and the mean step from the one to the
    other; `rank` of the piece among all tokens by that cosine; `agreement`: the mean cosine of two such steps;
    `nearest`: the tokens that the step points to; of a piece that was left out, which has no numbers, the reason.
    """

    piece: str
    treatment: str
    n_pairs: int
    agreement: float | None
    cosine: float | None
    rank: int | None
    nearest: str


def tabulate_pieces(table: TokenTable, pieces: Sequence[str], k: int) -> list[PieceNeighbor]:
    """The `k` nearest tokens of each piece, a leading space counting; a piece that is no token has a line that says why.

    Rows that belong to no token are never neighbors.
    """
    exists = np.ones(table.n_tokens, dtype=bool)
    exists[list(table.unused_ids)] = False
    found = []
    for piece in pieces:
        name = piece.replace(" ", "␣")
        try:
            token_id = table.token_id(piece)
        except NotOneToken as error:
            found.append(PieceNeighbor(name, None, None, f"left out: {reason(error)}", None))
            continue
        ranked = zip(*nearest(table.unit_rows, token_id, k, exists), strict=True)
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


class _Step(NamedTuple):
    """The mean step from words to the words with a piece, at length 1, and how far single steps agree."""

    token_id: int
    view: View
    direction: np.ndarray
    agreement: float
    n_pairs: int


def measure_affixes(
    table: TokenTable,
    affixes: Sequence[tuple[str, Sequence[tuple[str, str]]]],
    views: Mapping[str, View],
    n_nearest: int = 5,
) -> list[Affix]:
    """Whether pieces point where words go when they are added to them; each piece in every view.

    A piece that is several tokens of this model, or that fewer than two pairs are left for, has one line without numbers
    that says why.

    Args:
        table: The token table.
        affixes: Each piece as exact text, with pairs of words without and with it, ``("happy", "unhappy")``; pairs that
            are not two tokens are left out.
        views: How rows are looked at, so that a direction that all rare words share does not decide.
        n_nearest: How many tokens to name.
    """
    steps: list[tuple[str, str, _Step]] = []
    refused = []
    for piece, pairs in affixes:
        name = piece.replace(" ", "␣")
        try:
            token_id = table.token_id(piece)
        except NotOneToken as error:
            refused.append(Affix(name, "", 0, None, None, None, f"left out: {reason(error)}"))
            continue
        ids = usable_pairs(table, pairs)
        if len(ids) < 2:
            why = f"left out: of {len(pairs)} pairs {len(ids)} are single tokens"
            refused.append(Affix(name, "", len(ids), None, None, None, why))
            continue
        steps += [(name, treatment, _step(table, token_id, ids, view)) for treatment, view in views.items()]
    if not steps:
        return refused
    found = [step for _, _, step in steps]
    cosines = cosines_with(table, np.array([step.direction for step in found]), [step.view for step in found])
    return [_affix(table, *given, line, n_nearest) for given, line in zip(steps, cosines, strict=True)] + refused


def _step(table: TokenTable, token_id: int, ids: Sequence[tuple[int, int]], view: View) -> _Step:
    without, with_it = (seen(table.rows([pair[n] for pair in ids]), view) for n in (0, 1))
    steps, step = _unit(with_it - without), _unit((with_it - without).mean(axis=0))
    agreement = (np.square(steps.sum(axis=0)).sum() - len(steps)) / (len(steps) * (len(steps) - 1))
    return _Step(token_id, view, step, float(agreement), len(ids))


def _affix(table: TokenTable, piece: str, treatment: str, step: _Step, cosines: np.ndarray, n_nearest: int) -> Affix:
    best = np.argsort(-cosines, kind="stable")[:n_nearest]
    names, own = "  ".join(table.glyph(int(i)) for i in best), cosines[step.token_id]
    rank = int((cosines > own).sum()) + 1
    return Affix(piece, treatment, step.n_pairs, step.agreement, float(own), rank, names)


def measure_pulls(
    table: TokenTable, piece: str, groups: Mapping[str, Sequence[str]], common: Sequence[int], view: View
) -> list[Pull]:
    """Whether a piece points from common words to the words of each group; those that are several tokens are left out.

    Where the piece is several tokens, or no word of a group is one, the line of the group has no numbers.
    """
    ids = {name: [pair[0] for pair in usable_pairs(table, [(w, w) for w in words])] for name, words in groups.items()}
    try:
        token_id = table.token_id(piece)
    except NotOneToken:
        return [Pull(name, len(ids[name]), None, None) for name in groups]
    start = seen(table.rows(common), view).mean(axis=0)
    steps = {name: _unit(seen(table.rows(few), view).mean(axis=0) - start) for name, few in ids.items() if few}
    if not steps:
        return [Pull(name, 0, None, None) for name in groups]
    lines = dict(zip(steps, cosines_with(table, np.array(list(steps.values())), [view] * len(steps)), strict=True))
    return [_pull(name, len(ids[name]), lines.get(name), token_id) for name in groups]


def _pull(name: str, n_words: int, cosines: np.ndarray | None, token_id: int) -> Pull:
    if cosines is None:
        return Pull(name, n_words, None, None)
    return Pull(name, n_words, float(cosines[token_id]), int((cosines > cosines[token_id]).sum()) + 1)


def _unit(rows: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
