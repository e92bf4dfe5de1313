"""Maps of words at several moments of training: what the chapters on word2vec and on learning draw alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from embedguide.analysis.agreement import unit_rows
from embedguide.analysis.label_layout import label_size
from embedguide.figures.theme import SHAPES
from embedguide.results import quantize

# The letters of a group's name and the reach of a word's mark around its middle, in pixels.
NAME_SIZE, MARK = 14, 6.0
# How much wider bold letters are.
BOLD = 1.15
# Half of the map's width and height in pixels, on a phone and on a wide screen.
NARROW_MAP, WIDE_MAP = np.array([112.0, 100.0]), np.array([390.0, 160.0])
# How far a name may move from the middle of its group, in halves of the map; a covered word weighs as much as this way,
# and so does standing nearer to a word of another group than to one of its own.
REACH, COVERED, STRANGE = 0.36, 0.1, 0.2


def project_moments(moments: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Each moment's rows of length 1 on the two principal components of the last, ``(n_items, 2)`` each.

    Every moment is centered on itself. The sign of a component is such that its largest entry is positive.
    """
    centered = [unit_rows(rows) - unit_rows(rows).mean(axis=0) for rows in moments]
    axes = np.linalg.svd(centered[-1], full_matrices=False)[2][:2]
    axes *= np.sign(axes[np.arange(2), np.abs(axes).argmax(axis=1)])[:, None]
    return [rows @ axes.T for rows in centered]


def draw_words(at: np.ndarray, words: Sequence[str], group: str, number: int) -> dict[str, Any]:
    """The trace of one group of words; of the words without a group where `group` is empty.

    Args:
        at: Their places, ``(n_items, 2)``.
        words: The words.
        group: The group's name.
        number: Which group, from 1; it decides on color and shape.
    """
    marker: dict[str, Any] = {"size": 4, "color": "@random", "opacity": 0.45}
    if group:
        marker = {"size": 9, "color": f"@series-{number - 1}", "symbol": SHAPES[number - 1]}
    return {
        "type": "scatter", "mode": "markers", "x": np.round(at[:, 0], 3), "y": np.round(at[:, 1], 3),
        "text": list(words), "marker": marker, "name": group or "other words",
        "hovertemplate": f"<b>%{{text}}</b>{'<br>' + group if group else ''}<extra></extra>",
    }  # fmt: skip


def move_words(at: np.ndarray, parts: Mapping[str, slice]) -> dict[int, dict[str, Any]]:
    """What another moment changes in the traces of `draw_words`, one for each part, in order."""
    return {
        trace: {"x": quantize(at[part, 0], bits=16), "y": quantize(at[part, 1], bits=16)}
        for trace, part in enumerate(parts.values())
    }


def name_groups(at: np.ndarray, parts: Mapping[str, slice], half: float) -> list[dict[str, Any]]:
    """The name of each group near its middle, over no other name and over as few colored words as can be; annotations of Plotly.

    A name that finds no free place near its group is left out. Names keep apart as far as a phone needs, where they are widest
    beside the map; words are kept clear as a wide screen shows them. Names are placed one after the other, in several
    orders, and the best of these is taken.

    Args:
        at: The places of all words, ``(n_items, 2)``.
        parts: Which of them are in which group; those without a group have the name "".
        half: From the middle of the map to its edge, in its units.
    """
    numbers = {group: number for number, group in enumerate(parts) if group}
    groups = {group: at[parts[group]] for group in numbers}
    names, choices = list(groups), {group: _choices(groups, group, half) for group in groups}
    orders = [order[n:] + order[:n] for order in (names, names[::-1]) for n in range(len(names))]
    placed = min((_place(choices, order) for order in orders), key=lambda one: one[0])[1] if names else {}
    return [
        {
            "text": f"<b>{group}</b>", "x": round(float(x), 4), "y": round(float(y), 4), "showarrow": False,
            "font": {"size": NAME_SIZE, "color": f"@series-{numbers[group] - 1}"}, "bgcolor": "@paper", "borderpad": 1, "opacity": 0.9,
        }
        for group, (x, y) in placed.items()
    ]  # fmt: skip


def _place(choices: Mapping[str, tuple[np.ndarray, ...]], order: Sequence[str]) -> tuple[float, dict[str, np.ndarray]]:
    """What names cost that are placed in this order, a missing one 1, and the places of those that found one."""
    total = 0.0
    placed: dict[str, np.ndarray] = {}
    for group in order:
        tried, cost, room = choices[group]
        for other, place in placed.items():
            cost = np.where((np.abs(tried - place) <= (room + choices[other][2]) / 2).all(axis=1), np.inf, cost)
        best = cost.argmin()
        total += min(float(cost[best]), 1.0)
        if cost[best] < np.inf:
            placed[group] = tried[best]
    return total, placed


def _choices(groups: Mapping[str, np.ndarray], group: str, half: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places for a name around the middle of its group, what each costs, and the room of the name on a phone.

    A place costs the way there, the words that it covers, and a nearest word that is of another group.
    """
    own = groups[group]
    others = np.vstack([places for name, places in groups.items() if name != group] or [np.full((1, 2), np.inf)])
    room = np.array(label_size(group, NAME_SIZE * BOLD)) * half
    narrow, wide = room / NARROW_MAP, (room + 2 * MARK * half) / WIDE_MAP
    middle, steps = np.median(own, axis=0), np.linspace(-REACH * half, REACH * half, 25)
    tried = middle + np.array([(x, y) for x in steps for y in steps])
    away = [np.abs(tried[:, None] - words) for words in (own, others)]
    covered = np.sum([(gaps < wide / 2).all(axis=2).sum(axis=1) for gaps in away], axis=0)
    nearest = [np.linalg.norm(gaps * WIDE_MAP, axis=2).min(axis=1) for gaps in away]
    cost = np.linalg.norm(tried - middle, axis=1) / half + COVERED * covered + STRANGE * (nearest[1] < nearest[0])
    return tried, np.where((np.abs(tried) + narrow / 2 < half).all(axis=1), cost, np.inf), narrow


def half_width(places: Sequence[np.ndarray]) -> float:
    """From the middle of a map that holds every moment to its edge."""
    return 1.06 * max(float(np.abs(at).max()) for at in places)


def bare_range(places: Sequence[np.ndarray]) -> dict[str, Any]:
    """An axis without numbers that holds every moment."""
    half = half_width(places)
    return {"range": [-half, half], "showticklabels": False}
