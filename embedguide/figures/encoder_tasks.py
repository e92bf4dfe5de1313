"""Figures of what BERT is made of and was trained for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from embedguide.analysis.encoder_tasks import Guess, Part
from embedguide.figures.in_words import percent
from embedguide.figures.theme import plot
from embedguide.results import Column, Drawing


def plot_parts(parts: Sequence[Part]) -> Drawing:
    """The parts of a model as boxes from top to bottom, between them the shape of what passes."""
    n = len(parts)
    middles = [n - 1 - i for i in range(n)]
    shapes, notes = [], []
    for part, y in zip(parts, middles, strict=True):
        is_static = part.part.startswith("embedding")
        shapes.append({"type": "rect", "x0": 0, "x1": 1, "y0": y - 0.3, "y1": y + 0.3, "line": {"color": "@accent" if is_static else "@muted", "width": 2 if is_static else 1}, "fillcolor": "@band", "layer": "below"})  # fmt: skip
        notes.append(_note(f"<b>{part.part}</b><br>{part.does}", 0.5, y, "@ink"))
        notes.append(_note(f"↓ {part.leaves}", 0.5, y - 0.5, "@muted"))
    hover = {
        "type": "scatter", "mode": "markers", "x": [0.5] * n, "y": middles, "text": [part.part for part in parts],
        "customdata": [part.leaves for part in parts], "marker": {"size": 40, "opacity": 0}, "hovertemplate": "%{text} gives %{customdata}<extra></extra>",
    }  # fmt: skip
    hidden = {"showgrid": False, "showticklabels": False}
    layout = {
        "shapes": shapes, "annotations": notes,
        "xaxis": {**hidden, "range": [-0.05, 1.05]}, "yaxis": {**hidden, "range": [-0.75, n - 0.6]},
    }  # fmt: skip
    return Drawing(
        figure=plot([hover], layout),
        columns=(Column("part", "part"), Column("does", "what it does"), Column("leaves", "what leaves it")),
        rows=list(parts),
        summary=" ".join(f"{part.part}: {part.does}, giving {part.leaves}." for part in parts),
        height=480,
    )


def _note(text: str, x: float, y: float, color: str) -> dict[str, Any]:
    return {"text": text, "x": x, "y": y, "showarrow": False, "font": {"size": 13, "color": color}}


def plot_gap(guesses: Sequence[Guess]) -> Drawing:
    """Words for a gap as bars: from the left side alone and from the whole sentence, or cosines of an encoder."""
    words = [guess.word for guess in guesses][::-1]
    has_shares = any(guess.left != guess.whole for guess in guesses)
    whole = [guess.whole for guess in guesses][::-1]
    bars = [_bars(words, whole, "@accent", "with the whole sentence" if has_shares else "cosine with the state")]
    if has_shares:
        bars.append(_bars(words, [guess.left for guess in guesses][::-1], "@random", "from the left side alone"))
    title = "share among these words" if has_shares else "cosine of the row with the state at [MASK]"
    best, first = guesses[0], max(guesses, key=lambda guess: guess.left)
    told = (
        f"With the whole sentence {best.word} leads with a share of {percent(best.whole)}; from the left side alone {first.word} leads with {percent(first.left)}."
        if has_shares
        else f"The nearest row is that of {best.word} with a cosine of {best.whole:.2f}."
    )
    return Drawing(
        figure=plot(bars, {"margin": {"b": 46}, "bargap": 0.25, "xaxis": {"title": {"text": title}, "tickformat": ".0%" if has_shares else ".2f", "rangemode": "tozero"}, "yaxis": {"color": "@ink", "showgrid": False}}),
        columns=(Column("word", "word"), Column("left", "from the left side alone", format=".4f"), Column("whole", "with the whole sentence", format=".4f")),
        rows=list(guesses),
        summary=told,
        height=380,
    )  # fmt: skip


def _bars(words: list[str], lengths: list[float], color: str, name: str) -> dict[str, Any]:
    return {
        "type": "bar", "orientation": "h", "y": words, "x": lengths, "name": name, "marker": {"color": color},
        "hovertemplate": f"%{{y}}: %{{x:.3f}}<extra>{name}</extra>",
    }  # fmt: skip


def plot_followers(cosines: np.ndarray) -> Drawing:
    """Speeches as dots: across, the cosine with the speech that follows; up, with one from elsewhere.

    Args:
        cosines: ``(n_pairs, 2)``.
    """
    low, high = float(cosines.min()) - 0.03, float(cosines.max()) + 0.03
    ahead = cosines[:, 0] > cosines[:, 1]
    dots = [
        {
            "type": "scatter", "mode": "markers", "x": cosines[chosen, 0].round(4), "y": cosines[chosen, 1].round(4), "name": name,
            "marker": {"size": 8, "color": color, "symbol": symbol}, "hovertemplate": "follower %{x:.2f}, elsewhere %{y:.2f}<extra></extra>",
        }
        for chosen, name, color, symbol in ((ahead, "follower nearer", "@series-0", "circle"), (~ahead, "stranger nearer", "@series-3", "x"))
    ]  # fmt: skip
    line = {"type": "line", "x0": low, "y0": low, "x1": high, "y1": high, "line": {"color": "@muted", "width": 1, "dash": "dot"}, "layer": "below"}  # fmt: skip
    return Drawing(
        figure=plot(dots, {"margin": {"b": 46}, "shapes": [line], "xaxis": {"title": {"text": "cosine with the speech that follows"}, "range": [low, high]}, "yaxis": {"title": {"text": "cosine with a speech from elsewhere"}, "range": [low, high]}}),
        columns=(Column("follower", "cosine with the speech that follows", format=".3f"), Column("elsewhere", "cosine with one from elsewhere", format=".3f")),
        rows=[tuple(row) for row in cosines.tolist()],
        summary=f"Of {len(cosines)} speeches, {int(ahead.sum())} are nearer to the speech that follows than to one from elsewhere; "
        f"the mean cosines are {cosines[:, 0].mean():.2f} and {cosines[:, 1].mean():.2f}.",
        height=440,
    )  # fmt: skip
