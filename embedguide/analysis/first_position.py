"""What is special about the first position of a text: its states, what is written there, who attends to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from embedguide.analysis.context import unit
from embedguide.analysis.feedings import Feeding
from embedguide.analysis.layers import principal_plane
from embedguide.models import LanguageModel, NotOneToken, TokenTable
from embedguide.models.block_writes import block_writes

# How many words make a text, and by how many places the next word of a text lies further down the list.
N_POSITIONS = 8
STRIDE = 15


class Positions(NamedTuple):
    """The words at the same position, layer by layer: ``(n_layers + 1, n_positions)`` each."""

    norms: np.ndarray
    shares: np.ndarray


class Attended(NamedTuple):
    """Where the last position of a text looks, mean over heads and texts; `other`: mean of each position between."""

    layer: int
    first: float
    itself: float
    other: float


class Writer(NamedTuple):
    """What one block adds to a word alone: mean lengths, and the two neurons that add most, with their part of it."""

    layer: int
    attention: float
    mlp: float
    neuron: int | None
    share: float | None
    second: int | None
    second_share: float | None


class AnyToken(NamedTuple):
    """How nearly random tokens alone point where words alone point: cosines with the mean of the words."""

    lowest: float
    median: float
    lowest_norm: float
    n_tokens: int


def texts_of_words(table: TokenTable, words: Sequence[str]) -> list[list[int]]:
    """As many texts of `N_POSITIONS` words as there are words of one token; every word stands at every position once."""
    ids = []
    for word in words:
        try:
            ids.append(table.word_id(word))
        except NotOneToken:
            continue
    return [[ids[(i + STRIDE * p) % len(ids)] for p in range(N_POSITIONS)] for i in range(len(ids))]


def measure_positions(model: LanguageModel, texts: Sequence[Sequence[int]]) -> Positions:
    """Mean norm and share of the first component at every layer and position, over all texts."""
    states = np.stack(model.hidden_states(list(texts)), axis=2)
    norms = np.linalg.norm(states.astype(np.float64), axis=-1).mean(axis=-1)
    shares = [[float(principal_plane(rows).shares[0]) for rows in layer] for layer in states]
    return Positions(norms, np.array(shares))


def measure_attention(model: LanguageModel, texts: Sequence[Sequence[int]]) -> list[Attended]:
    """Where the last position looks, block by block."""
    weights = np.stack([found[:, :, -1].mean(axis=1) for found in model.attentions(list(texts))]).mean(axis=0)
    return [Attended(layer, float(w[0]), float(w[-1]), float(w[1:-1].mean())) for layer, w in enumerate(weights, 1)]


def tabulate_writers(model: LanguageModel, fed: Feeding) -> list[Writer]:
    """What every block adds to the words of one token, fed alone."""
    items = [item for item, n in zip(fed.items, fed.n_pieces, strict=True) if n == 1]
    found = []
    for layer, write in enumerate(block_writes(model, items), 1):
        mlp = float(np.linalg.norm(write.mlp, axis=1).mean())
        attention = float(np.linalg.norm(write.attention, axis=1).mean())
        if write.neurons is None:
            found.append(Writer(layer, attention, mlp, None, None, None, None))
            continue
        means = write.neurons.mean(axis=0)
        first, second = (int(i) for i in np.argsort(-means, kind="stable")[:2])
        shares = means / np.linalg.norm(write.mlp, axis=1).mean()
        found.append(Writer(layer, attention, mlp, first, float(shares[first]), second, float(shares[second])))
    return found


def unexplained_by_two_writes(model: LanguageModel, fed: Feeding) -> float:
    """The largest part of any block's change that is neither attention's nor the MLP's addition."""
    items = [item for item, n in zip(fed.items, fed.n_pieces, strict=True) if n == 1]
    return max(write.unexplained for write in block_writes(model, items))


def compare_any_token(
    model: LanguageModel, states: np.ndarray, whole: np.ndarray, layer: int, n_tokens: int, seed: int
) -> AnyToken:
    """Random tokens of the vocabulary alone, compared with the mean of the words alone, at one layer.

    Args:
        model: The model.
        states: Of the words alone, ``(n_layers + 2, n_items, n_dims)``.
        whole: Which words are one token.
        layer: Which layer.
        n_tokens: How many tokens are drawn; special tokens and rows that no token uses do not take part.
        seed: Of the drawing.
    """
    table = model.table
    known = np.setdiff1d(np.arange(table.n_tokens), [*table.special_ids, *table.unused_ids])
    drawn = np.random.default_rng(seed).choice(known, n_tokens, replace=False)
    rows = model.last_hidden_states([[int(i)] for i in drawn])[layer].astype(np.float64)
    mean = states[layer][whole].astype(np.float64).mean(axis=0)
    cosines = unit(rows) @ (mean / np.linalg.norm(mean))
    lowest_norm = float(np.linalg.norm(rows, axis=1).min())
    return AnyToken(float(cosines.min()), float(np.median(cosines)), lowest_norm, n_tokens)
