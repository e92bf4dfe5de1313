"""Words in the plane at every layer: on axes of each layer's own, or on those of the embedding layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from embedguide.analysis.feedings import Feeding
from embedguide.analysis.layers import NONE, REMOVALS, Plane, principal_plane, remove

OWN, EMBEDDING = "own", "embedding"
BASES = (OWN, EMBEDDING)
# Where more than this share of the words is split, the view holds them too.
MANY_SPLIT = 0.1
MARGIN = 0.07


class LayerMap(NamedTuple):
    """Words in the plane at every layer.

    `points`: ``(n_layers + 2, n_items, 2)``; `shares`: part of the variance of the one-token words along each axis of
    the layer's own, ``(n_layers + 2, 2)``.
    """

    points: np.ndarray
    shares: np.ndarray


def map_layers(states: np.ndarray, fed: Feeding, basis: str, removal: str) -> LayerMap:
    """Where the words lie at each layer.

    The axes are principal components of the words of one token; words of several tokens are placed on the same axes.
    The signs of a component are arbitrary: at each layer they are those that agree with the layer before.

    Args:
        states: ``(n_layers + 2, n_items, n_dims)``.
        fed: How the words were fed.
        basis: One of `BASES`: each layer's own components, or those of the embedding layer (after the same removal).
        removal: One of `embedguide.analysis.layers.REMOVALS`, taken away at every layer before anything else.
    """
    whole = fed.whole
    points, shares = np.empty((*states.shape[:2], 2)), np.empty((len(states), 2))
    first: Plane | None = None
    for layer, rows in enumerate(states):
        kept = remove(rows, removal, whole)
        own = principal_plane(kept[whole])
        first = first or own
        points[layer] = (own if basis == OWN else first).place(kept)
        shares[layer] = own.shares
    return LayerMap(_with_steady_signs(points, whole), shares)


def map_all(states: dict[str, np.ndarray], fed: dict[str, Feeding]) -> dict[tuple[str, str, str], LayerMap]:
    """`map_layers` for every feeding, basis and removal."""
    return {
        (name, basis, removal): map_layers(states[name], fed[name], basis, removal)
        for name in fed
        for basis in BASES
        for removal in REMOVALS
    }


def view_of(points: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """The part of the plane to show, ``(2, 2)``, lowest and highest of each axis.

    It holds the words of one token with a margin, and all words where many are split.
    """
    shown = points if (~whole).mean() > MANY_SPLIT else points[whole]
    low, high = shown.min(axis=0), shown.max(axis=0)
    margin = MARGIN * np.maximum(high - low, (high - low).max() / 50)
    return np.stack([low - margin, high + margin], axis=1)


def outside(points: np.ndarray, view: np.ndarray, words: Sequence[str]) -> list[str]:
    """The words that lie outside of a view."""
    inside: np.ndarray = np.all((points >= view[:, 0]) & (points <= view[:, 1]), axis=1)
    return [word for word, shown in zip(words, inside, strict=True) if not shown]


def accuracy_in_plane(states: np.ndarray, fed: Feeding, categories: np.ndarray, layer: int) -> float:
    """Nearest-neighbor accuracy of the one-token words in the picture of one layer: on its own axes, nothing removed."""
    from embedguide.analysis.layers import measure

    points = map_layers(states[layer : layer + 1], fed, OWN, NONE).points[0]
    return measure(points[fed.whole], categories[fed.whole])[-1]


def _with_steady_signs(points: np.ndarray, whole: np.ndarray) -> np.ndarray:
    for layer in range(1, len(points)):
        agreement = (points[layer, whole] * points[layer - 1, whole]).sum(axis=0)
        points[layer] *= np.where(agreement < 0, -1, 1)
    return points
