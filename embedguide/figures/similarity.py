"""Figures of the chapter on similarity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from embedguide.analysis.similarity import Pair
from embedguide.figures.in_words import AXIS
from embedguide.figures.theme import plot
from embedguide.results import Column, Control, Drawing, State

BINS = np.linspace(-0.5, 1.0, 76)
# The middle of the random pairs: nine in ten lie between these percentiles.
LOW, HIGH = 5, 95
COLUMNS = (
    Column("word_1", "word"),
    Column("word_2", "word"),
    Column("cosine", "cosine", format=".2f"),
    Column("percentile", "percentile", "%", ".0f"),
    Column("centered_cosine", "centered cosine", format=".2f"),
    Column("centered_percentile", "centered percentile", "%", ".0f"),
)


def plot_pairs(pairs: Sequence[Pair], baseline: np.ndarray, centered_baseline: np.ndarray) -> Drawing:
    """The pairs of words on one line each, over the distribution of random pairs; a switch subtracts the mean vector.

    Args:
        pairs: Pairs with their cosines.
        baseline: Cosines of random pairs, ``(n_pairs,)``.
        centered_baseline: The same after the mean vector was subtracted, ``(n_pairs,)``.
    """
    below = [100 * float((centered_baseline < pair.centered_cosine).mean()) for pair in pairs]
    plain = _view([pair.cosine for pair in pairs], baseline, "cosine similarity")
    centered = _view(
        [pair.centered_cosine for pair in pairs], centered_baseline, "cosine similarity, mean vector subtracted"
    )
    labels = [f"{pair.word_1} – {pair.word_2}" for pair in pairs]
    dots = {
        "type": "scatter", "mode": "markers", "y": labels, "x": plain["x"], "text": labels,
        "marker": {"size": 11, "color": "@accent"}, "hovertemplate": "<b>%{text}</b><br>cosine %{x:.2f}<extra></extra>",
    }  # fmt: skip
    bars = {
        "type": "bar", "x": _middles(), "y": plain["share"], "yaxis": "y2", "marker": {"color": "@random"},
        "hovertemplate": "%{y:.1f}\u202f% of random pairs near %{x:.2f}<extra></extra>",
    }  # fmt: skip
    rows = [
        (p.word_1, p.word_2, p.cosine, p.percentile, p.centered_cosine, c) for p, c in zip(pairs, below, strict=True)
    ]
    return Drawing(
        figure=plot([dots, bars], _layout(labels, plain)),
        columns=COLUMNS,
        rows=rows,
        summary=_summary(pairs, baseline),
        controls=(Control("mean", "select", "Mean vector", ("kept", "subtracted"), "kept"),),
        states=(State({"mean": "subtracted"}, _changes(centered), centered["layout"]),),
        search=(0,),
        height=460,
    )


def _middles() -> np.ndarray:
    return (BINS[:-1] + BINS[1:]) / 2


def _view(cosines: list[float], baseline: np.ndarray, title: str) -> dict[str, Any]:
    """What the figure shows with or without the mean vector: dots, bars, and the layout that changes with them."""
    counts, _ = np.histogram(baseline, bins=BINS)
    low, middle, high = (float(v) for v in np.percentile(baseline, [LOW, 50, HIGH]))
    band = {
        "type": "rect", "xref": "x", "yref": "paper", "x0": low, "x1": high, "y0": 0, "y1": 1,
        "fillcolor": "@band", "line": {"width": 0}, "layer": "below",
    }  # fmt: skip
    line = {"type": "line", "xref": "x", "yref": "paper", "x0": middle, "x1": middle, "y0": 0, "y1": 1, "line": {"color": "@random", "width": 1, "dash": "dot"}, "layer": "below"}  # fmt: skip
    note = {
        "text": "nine in ten random pairs", "x": middle, "y": 1, "xref": "x", "yref": "paper", "yanchor": "bottom",
        "showarrow": False, "font": {"size": 13, "color": "@muted"},
    }  # fmt: skip
    layout = {"shapes": [band, line], "annotations": [note], "xaxis": {"title": {"text": title}}}
    return {"x": cosines, "share": 100 * counts / len(baseline), "layout": layout}


def _changes(view: dict[str, Any]) -> dict[int, dict[str, Any]]:
    return {0: {"x": view["x"]}, 1: {"y": view["share"]}}


def _layout(labels: list[str], view: dict[str, Any]) -> dict[str, Any]:
    layout = view["layout"]
    return {
        **layout,
        "margin": {"t": 28},
        "bargap": 0,
        "xaxis": {**layout["xaxis"], "range": [-0.25, 0.9], "anchor": "y2", "tickformat": ".1f"},
        # The first pair stands on top, as in the table.
        "yaxis": {
            "domain": [0.3, 1],
            "categoryorder": "array",
            "categoryarray": labels[::-1],
            "showgrid": True,
            "color": "@ink",
        },
        "yaxis2": {
            "domain": [0, 0.24],
            **AXIS,
            "nticks": 3,
            "rangemode": "tozero",
            "title": {"text": "random pairs"},
        },
    }


def _summary(pairs: Sequence[Pair], baseline: np.ndarray) -> str:
    low, high = np.percentile(baseline, [LOW, HIGH])
    inside = [pair for pair in pairs if low <= pair.cosine <= high]
    nearest, farthest = max(pairs, key=lambda p: p.cosine), min(pairs, key=lambda p: p.cosine)
    return (
        f"Of {len(pairs)} pairs of words, {len(inside)} lie where nine in ten random pairs lie too, between {low:.2f} and {high:.2f}. "
        f"The highest is {nearest.word_1}–{nearest.word_2} with {nearest.cosine:.2f}, "
        f"the lowest {farthest.word_1}–{farthest.word_2} with {farthest.cosine:.2f}."
    ).replace("-0.", "\u22120.")
