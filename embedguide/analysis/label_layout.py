"""A network of words as a drawing in which no word covers another."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np


class Frame(NamedTuple):
    """A drawing's size in pixels, and the letters in it.

    `center_size` of the tokens that were asked for, `size` of their neighbors; 0: the neighbors are dots.
    """

    width: float
    height: float
    center_size: float
    size: float


WIDE = Frame(1200, 800, 17, 10.5)
NARROW = Frame(390, 620, 13, 0)
DOT = 4.0
# What a letter takes, in parts of the size of the letters; wide ones are those of Chinese, Japanese and Korean.
LETTER, WIDE_LETTER, LINE = 0.56, 1.02, 1.3
GAP = 2.0
ROUNDS = 200
# After so many rounds it is asked anew which labels are near one another.
REFRESH = 12
STRENGTH = 0.12
# The share of the frame that the rooms of the centers take; boxes cannot be packed much tighter.
FILLED = 0.72


def label_size(text: str, size: float) -> tuple[float, float]:
    """The room that a label takes, in pixels; a dot's for letters of size 0."""
    if not size:
        return DOT, DOT
    letters = sum(WIDE_LETTER if unicodedata.east_asian_width(c) in "WF" else LETTER for c in text)
    return letters * size + 2, LINE * size


def spread(places: np.ndarray, frame: Frame, share: float = 0.85) -> np.ndarray:
    """Places stretched to fill the frame: each coordinate moves by `share` toward its rank among the others.

    The longer side of the crowd comes to lie along the longer side of the frame first.
    """
    n, size = len(places), np.array([frame.width, frame.height])
    centered = places - places.mean(axis=0)
    axes = np.linalg.svd(centered, full_matrices=False)[2]
    axes *= np.sign(axes[np.arange(2), np.abs(axes).argmax(axis=1)])[:, None]
    turned = centered @ (axes if frame.width >= frame.height else axes[::-1]).T
    low, high = turned.min(axis=0), turned.max(axis=0)
    scaled = (turned - low) / np.maximum(high - low, 1e-9)
    ranks = turned.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable") / max(n - 1, 1)
    return np.asarray(size * (0.06 + 0.88 * ((1 - share) * scaled + share * ranks)))


def rooms_of(sizes: np.ndarray, crowd: np.ndarray, frame: Frame, reach: float) -> np.ndarray:
    """Width and height that each center should have for itself and its neighbors; together most of the frame."""
    rooms = sizes + np.sqrt(np.maximum(crowd, 1) / crowd.max())[:, None] * np.array([1.5, 0.75]) * reach
    rooms *= np.sqrt(FILLED * frame.width * frame.height / rooms.prod(axis=1).sum())
    return np.asarray(np.minimum(rooms, np.array([frame.width, frame.height]) / 2.2))


def near_pairs(places: np.ndarray, sizes: np.ndarray, within: float) -> np.ndarray:
    """Pairs of labels with less than `within` pixels between them, ``(n_pairs, 2)``, the lower place first."""
    near = [
        np.abs(middle[:, None] - middle) - (size[:, None] + size) / 2 < within
        for middle, size in zip(places.T, sizes.T, strict=True)
    ]
    return np.argwhere(np.triu(near[0] & near[1], k=1))


def push_apart(places: np.ndarray, sizes: np.ndarray, weights: np.ndarray, pairs: np.ndarray, frame: Frame) -> float:
    """Move labels that overlap, in place, along the shorter way; returns the largest overlap that there was, in pixels.

    Args:
        places: Middles of the labels, ``(n, 2)``.
        sizes: Width and height of each, ``(n, 2)``.
        weights: The heavier of two labels moves less, ``(n,)``.
        pairs: Which labels to look at, of `near_pairs`.
        frame: What they have to stay inside of.
    """
    a, b = pairs.T
    difference = places[a] - places[b]
    need = (sizes[a] + sizes[b]) / 2 + GAP - np.abs(difference)
    short = need.argmin(axis=1)
    amount = need[np.arange(len(need)), short]
    hit = amount > 0
    a, b, short, amount, difference = a[hit], b[hit], short[hit], amount[hit], difference[hit]
    side = np.where(difference[np.arange(len(short)), short] >= 0, 0.55, -0.55)
    part = weights[b] / (weights[a] + weights[b])
    np.add.at(places, (a, short), amount * side * part)
    np.add.at(places, (b, short), -amount * side * (1 - part))
    half = sizes / 2 + 1
    np.clip(places, half, np.array([frame.width, frame.height]) - half, out=places)
    return float(amount.max(initial=0.0))


def settle(
    places: np.ndarray, sizes: np.ndarray, weights: np.ndarray, frame: Frame, rounds: int, pull: Any = None
) -> None:
    """Pull, then push apart, in place, for so many rounds; without a pull it ends once nothing overlaps."""
    for number in range(rounds):
        if number % REFRESH == 0:
            pairs = near_pairs(places, sizes, within=40)
        if pull:
            pull(places, 1 - number / rounds)
        if push_apart(places, sizes, weights, pairs, frame) < 0.1 and not pull and number % REFRESH == 0:
            return


def arrange(
    texts: Sequence[str], is_center: np.ndarray, links: np.ndarray, start: np.ndarray, frame: Frame, reach: float
) -> np.ndarray:
    """Middles of the labels, ``(n, 2)`` in pixels: neighbors around their center, nothing upon anything else.

    Args:
        texts: The labels.
        is_center: Which are tokens that were asked for, bool ``(n,)``.
        links: Pairs of places in `texts`, a center and its neighbor, ``(n_links, 2)``.
        start: Places to begin with, ``(n, 2)``; the centers' order in both directions is kept as far as there is room.
        frame: The drawing.
        reach: How far from its center a neighbor likes to be, pixels along a line of text; half of it upward.
    """
    sizes = np.array(
        [label_size(t, frame.center_size if c else frame.size) for t, c in zip(texts, is_center, strict=True)]
    )
    places = np.empty((len(texts), 2))
    places[is_center] = spread(start[is_center], frame)
    crowd = np.bincount(links[:, 0], minlength=len(texts))[is_center]
    room = rooms_of(sizes[is_center], crowd, frame, reach)
    centers = places[is_center]
    settle(centers, room, np.ones(len(room)), frame, ROUNDS)
    places[is_center] = centers
    _around_centers(places, links, start, reach)
    settle(places, sizes, np.where(is_center, 12.0, 1.0), frame, ROUNDS, partial(_pull, links, reach))
    settle(places, sizes, np.where(is_center, 4.0, 1.0), frame, 2 * ROUNDS)
    return places


def _around_centers(places: np.ndarray, links: np.ndarray, start: np.ndarray, reach: float) -> None:
    """Each neighbor beside the middle of its centers, in the direction it has in `start`, spread evenly around."""
    centers, neighbors = links.T
    for center in np.unique(centers):
        mine = neighbors[centers == center]
        away = start[mine] - start[center]
        order = np.argsort(np.arctan2(away[:, 1], away[:, 0]), kind="stable")
        angles = 2 * np.pi * (np.arange(len(mine)) + 0.5) / len(mine)
        ring = np.stack([np.cos(angles), 0.5 * np.sin(angles)], axis=1) * reach
        places[mine[order]] = places[center] + ring
    shared, counts = np.unique(neighbors, return_counts=True)
    for node in shared[counts > 1]:
        places[node] = places[centers[neighbors == node]].mean(axis=0)


def _pull(links: np.ndarray, reach: float, places: np.ndarray, strength: float) -> None:
    """Move neighbors toward the distance that they like, in place; upward counts twice."""
    centers, neighbors = links.T
    away = (places[neighbors] - places[centers]) * np.array([1.0, 2.0])
    distance = np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-6)
    step = away / distance * (reach - distance) * np.array([1.0, 0.5]) * STRENGTH * strength
    np.add.at(places, neighbors, step)
