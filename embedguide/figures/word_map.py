"""Maps of words at several moments of training: what the chapters on word2vec and on learning draw alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from embedguide.analysis.agreement import unit_rows
from embedguide.figures.theme import SHAPES
from embedguide.results import quantize

# Names of groups whose middles are nearer than this, across and upwards, would cover each other.
NAME_WIDTH, NAME_HEIGHT = 0.2, 0.065


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


def name_groups(at: np.ndarray, parts: Mapping[str, slice]) -> list[dict[str, Any]]:
    """The name of each group at its middle, as long as no other name stands too near; annotations of Plotly."""
    placed: list[np.ndarray] = []
    found = []
    for number, (group, part) in enumerate(parts.items()):
        middle = np.median(at[part], axis=0)
        if not group or any(abs(middle[0] - m[0]) < NAME_WIDTH and abs(middle[1] - m[1]) < NAME_HEIGHT for m in placed):
            continue
        placed.append(middle)
        found.append({
            "text": f"<b>{group}</b>", "x": float(middle[0]), "y": float(middle[1]), "showarrow": False,
            "font": {"size": 14, "color": f"@series-{number - 1}"}, "bgcolor": "@paper", "borderpad": 1, "opacity": 0.9,
        })  # fmt: skip
    return found


def bare_range(places: Sequence[np.ndarray]) -> dict[str, Any]:
    """An axis without numbers that holds every moment."""
    reach = 1.06 * max(float(np.abs(at).max()) for at in places)
    return {"range": [-reach, reach], "showticklabels": False}
