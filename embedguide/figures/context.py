"""Figures of the chapter on context."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np

from embedguide.analysis.context import AFTER, BEFORE, Sentence, Separation, cosines_by_layer, project_layers, separate
from embedguide.figures.in_words import percent
from embedguide.figures.theme import plot
from embedguide.results import Column, Control, Drawing, State

# One color and shape per meaning; the second is drawn first and larger, so that a point hides none under it.
COLORS = ("@series-0", "@series-1")
SHAPES = ("circle", "diamond")
SIZES = (10, 17)
ORDER_LABELS = ("before the word", "after the word")
# Changes below this are drawn like this one.
SMALLEST_CHANGE = 1e-4
SEPARATION_COLUMNS = (
    Column("order", "cue stands"),
    Column("layer", "layer", format="d"),
    Column("same", "cosine, same meaning", format=".4f"),
    Column("other", "cosine, other meaning", format=".4f"),
    Column("hits", "nearest has the same meaning", format=".0%"),
)


def plot_bank_by_layer(states: np.ndarray, sentences: Sequence[Sentence]) -> Drawing:
    """The word in every sentence as points of one layer, over the cosines of all layers; the cue before or after.

    Args:
        states: Hidden states of the word, ``(n_layers + 1, n_sentences, n_dims)``.
        sentences: What they come from.
    """
    views = {order: _View(states, sentences, order) for order in (BEFORE, AFTER)}
    first = views[BEFORE]
    gaps = [row.same - row.other for row in first.rows]
    at = int(np.argmax(gaps))
    reach = 1.12 * max(float(np.abs(view.points).max()) for view in views.values())
    lowest = min(min(row.same, row.other) for view in views.values() for row in view.rows)
    layers = list(range(len(states)))
    traces = [first.points_trace(sense, at) for sense in (1, 0)] + _lines(first, layers) + [_marker(first, at)]
    layout = {
        "margin": {"t": 34, "b": 46},
        **first.title(at),
        "xaxis": {"range": [-reach, reach], "title": {"text": "first principal component"}, "showticklabels": False, "showgrid": False, "domain": [0, 1], "anchor": "y"},
        "yaxis": {"range": [-reach, reach], "title": {"text": "second principal component"}, "showticklabels": False, "showgrid": False, "domain": [0.45, 1]},
        "xaxis2": {"title": {"text": "layer"}, "anchor": "y2", "range": [-0.5, len(layers) - 0.5]},
        "yaxis2": {"title": {"text": "mean cosine"}, "domain": [0, 0.28], "anchor": "x2", "range": [lowest - 0.02, 1.02], "nticks": 4},
    }  # fmt: skip
    return Drawing(
        figure=plot(traces, layout),
        columns=SEPARATION_COLUMNS,
        rows=[(order, *row) for order, view in views.items() for row in view.rows],
        summary=_summary(views, at),
        controls=(
            Control("cue", "select", "The cue stands", (BEFORE, AFTER), BEFORE, labels=ORDER_LABELS),
            Control("layer", "slider", "Layer", layers, at),
            Control("play", "play", "Play the layers", drives="layer"),
        ),
        states=_bank_states(views, layers),
        search=(0, 1),
        height=620,
    )


class _View:
    """What the main figure shows for one order of cue and word."""

    def __init__(self, states: np.ndarray, sentences: Sequence[Sentence], order: str) -> None:
        chosen = [i for i, sentence in enumerate(sentences) if sentence.order == order]
        self.sentences = [sentences[i] for i in chosen]
        self.senses = list(dict.fromkeys(sentence.sense for sentence in self.sentences))
        self.rows: list[Separation] = separate(states[:, chosen], self.sentences)
        left = np.array([sentence.sense == self.senses[0] for sentence in self.sentences])
        self.points = project_layers(states[:, chosen], left)

    def _of(self, sense: int) -> list[int]:
        return [i for i, sentence in enumerate(self.sentences) if sentence.sense == self.senses[sense]]

    def texts(self, sense: int) -> list[str]:
        """The sentences of one meaning."""
        return [self.sentences[i].text for i in self._of(sense)]

    def xy(self, sense: int, layer: int) -> dict[str, list[float]]:
        """Where the sentences of one meaning stand at one layer."""
        x, y = self.points[layer, self._of(sense)].T.round(5)
        return {"x": x.tolist(), "y": y.tolist()}

    def points_trace(self, sense: int, layer: int) -> dict[str, Any]:
        """The sentences of one meaning as points."""
        return {
            "type": "scatter", "mode": "markers", "name": self.senses[sense], **self.xy(sense, layer),
            "text": self.texts(sense), "hovertemplate": f"%{{text}}<extra>{self.senses[sense]}</extra>",
            "marker": {"size": SIZES[sense], "color": COLORS[sense], "symbol": SHAPES[sense], "line": {"width": 1, "color": "@paper"}},
        }  # fmt: skip

    def title(self, layer: int) -> dict[str, Any]:
        """A line over the points that counts the sentences whose neighbor agrees."""
        text = f"layer {layer}: nearest agrees for {self.rows[layer].hits:.0%}"
        return {
            "annotations": [
                {"text": text, "x": 0, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "showarrow": False, "font": {"size": 13, "color": "@muted"}}
            ]
        }  # fmt: skip


def _lines(view: _View, layers: list[int]) -> list[dict[str, Any]]:
    shared = {"type": "scatter", "mode": "lines", "x": layers, "xaxis": "x2", "yaxis": "y2"}
    hover = "layer %{x}: cosine %{y:.3f}"
    return [
        {**shared, "name": "same meaning", "y": [row.same for row in view.rows], "line": {"color": "@accent", "width": 4}, "hovertemplate": f"{hover}<extra>same meaning</extra>"},
        {**shared, "name": "other meaning", "y": [row.other for row in view.rows], "line": {"color": "@series-3", "width": 2, "dash": "dot"}, "hovertemplate": f"{hover}<extra>other meaning</extra>"},
    ]  # fmt: skip


def _marker(view: _View, layer: int) -> dict[str, Any]:
    row = view.rows[layer]
    return {
        "type": "scatter", "mode": "markers", "x": [layer, layer], "y": [row.same, row.other], "xaxis": "x2", "yaxis": "y2",
        "showlegend": False, "hoverinfo": "skip", "marker": {"size": 10, "color": ["@accent", "@series-3"]},
    }  # fmt: skip


def _bank_states(views: dict[str, _View], layers: list[int]) -> tuple[State, ...]:
    after = views[AFTER]
    words: dict[int, dict[str, Any]] = {0: {"text": after.texts(1)}, 1: {"text": after.texts(0)}}
    lines: dict[int, dict[str, Any]] = {
        2: {"y": [row.same for row in after.rows]},
        3: {"y": [row.other for row in after.rows]},
    }
    states = [State({"cue": AFTER}, {**words, **lines})]
    for order, view in views.items():
        for layer in layers:
            marked = {"x": [layer, layer], "y": [view.rows[layer].same, view.rows[layer].other]}
            data: dict[int, dict[str, Any]] = {0: view.xy(1, layer), 1: view.xy(0, layer), 4: marked}
            states.append(State({"cue": order, "layer": layer}, data, view.title(layer)))
    return tuple(states)


def _summary(views: dict[str, _View], at: int) -> str:
    before, after = views[BEFORE].rows[at], views[AFTER].rows[at]
    return (
        f"At layer {at}, with the cue before the word, two sentences of one meaning have a mean cosine of {before.same:.3f} "
        f"and two of different meanings {before.other:.3f}; the nearest sentence has the same meaning for {percent(before.hits)}. "
        f"With the cue after the word the cosines are {after.same:.3f} and {after.other:.3f}, and it is {percent(after.hits)}."
    )


def plot_pair(states: np.ndarray, sentences: Sequence[Sentence]) -> Drawing:
    """The cosine between the word in two sentences at every layer; the reader picks both sentences.

    Args:
        states: Hidden states of the word, ``(n_layers + 1, n_sentences, n_dims)``, cue before first.
        sentences: What they come from.
    """
    half = len(sentences) // 2
    cosines = cosines_by_layer(states).round(4)
    before, after = cosines[:, :half, :half], cosines[:, half:, half:]
    first, second = 0, half // 2
    numbers = list(range(1, half + 1))
    labels = [sentence.text for sentence in sentences[:half]]
    layers = list(range(len(states)))
    shared = {"type": "scatter", "mode": "lines+markers", "x": layers}
    hover = "layer %{x}: cosine %{y:.4f}"
    traces = [
        {**shared, "name": "cue before", "y": before[:, first, second], "line": {"color": "@series-0", "width": 2}, "marker": {"size": 6, "symbol": "circle"}, "hovertemplate": f"{hover}<extra>cue before</extra>"},
        {**shared, "name": "cue after", "y": after[:, first, second], "line": {"color": "@series-1", "width": 2}, "marker": {"size": 7, "symbol": "diamond"}, "hovertemplate": f"{hover}<extra>cue after</extra>"},
    ]  # fmt: skip
    written = [_written(label) for label in labels]
    traces += [_sentence(written[first], 1), _sentence(written[second], 0)]
    low = float(min(before.min(), after.min()))
    layout = {
        "margin": {"b": 46},
        "xaxis": {"title": {"text": "layer"}, "anchor": "y"},
        "yaxis": {"title": {"text": "cosine of the two vectors"}, "range": [low - 0.03, 1.02], "domain": [0, 0.74]},
        "yaxis2": {"range": [-0.5, 1.5], "domain": [0.78, 1], "visible": False},
    }
    chosen = tuple(
        State({control: number}, {trace: {"texttemplate": text}})
        for control, trace in (("first", 2), ("second", 3))
        for number, text in zip(numbers, written, strict=True)
    )
    states_of_pairs = tuple(
        State({"first": a + 1, "second": b + 1}, {0: {"y": before[:, a, b]}, 1: {"y": after[:, a, b]}})
        for a in range(half)
        for b in range(half)
        if (a, b) != (first, second)
    )
    rows = [
        (labels[a], labels[b], float(before[-1, a, b]), float(after[-1, a, b]))
        for a in range(half)
        for b in range(a + 1, half)
    ]
    return Drawing(
        figure=plot(traces, layout),
        columns=(
            Column("first", "first sentence"),
            Column("second", "second sentence"),
            Column("before", "cosine at the last layer, cue before", format=".4f"),
            Column("after", "cue after", format=".4f"),
        ),
        rows=rows,
        summary=f"For the first pair the cosine at the last layer is {before[-1, first, second]:.4f} with the cue before "
        f"the word and {after[-1, first, second]:.4f} with the cue after it.",
        controls=(
            Control("first", "select", "One sentence", numbers, first + 1, labels=labels),
            Control("second", "select", "The other", numbers, second + 1, labels=labels),
        ),
        states=chosen + states_of_pairs,
        height=460,
    )


def _written(sentence: str) -> str:
    """A sentence in two lines that fit a phone, the word in bold."""
    lines = next(cut for width in range(30, len(sentence) + 1) if len(cut := textwrap.wrap(sentence, width)) <= 2)
    return "<br>".join(lines).replace(" bank", " <b>bank</b>")


def _sentence(text: str, row: int) -> dict[str, Any]:
    """A sentence written over the plot, in one of two rows."""
    return {
        "type": "scatter", "mode": "text", "x": [0], "y": [row], "yaxis": "y2", "texttemplate": text, "textposition": "middle right",
        "textfont": {"size": 12, "color": "@ink"}, "hoverinfo": "skip", "showlegend": False, "cliponaxis": False,
    }  # fmt: skip


def plot_changes(changes: np.ndarray, tokens: Sequence[str]) -> Drawing:
    """Which positions change when a token is replaced, layer by layer, as a grid.

    Args:
        changes: One minus cosine, ``(n_layers + 1, n_tokens, n_tokens)``; 0 where nothing changed.
        tokens: The tokens of the sentence.
    """
    n = len(tokens)
    last = len(changes) - 1
    ticks = {"tickvals": list(range(n)), "ticktext": list(tokens), "showgrid": False}
    heat = {
        "type": "heatmap", "z": _grid(changes[last]), "zmin": float(np.log10(SMALLEST_CHANGE)), "zmax": 0, "colorscale": "@sequential",
        "xgap": 1, "ygap": 1, "hoverongaps": False, "customdata": changes[last].round(5).tolist(),
        "hovertemplate": "replace %{x}: %{y} changes by %{customdata:.4f}<extra></extra>",
        "colorbar": {"title": {"text": "1 − cosine", "side": "right", "font": {"size": 14}}, "tickvals": [-4, -3, -2, -1, 0], "ticktext": ["0.0001", "0.001", "0.01", "0.1", "1"], "thickness": 10, "outlinewidth": 0},
    }  # fmt: skip
    layout = {
        "xaxis": {**ticks, "title": {"text": "token that is replaced"}, "tickangle": -60},
        "yaxis": {**ticks, "title": {"text": "position that is read"}, "range": [n - 0.5, -0.5]},
    }
    later, earlier = np.triu_indices(n, 1), np.tril_indices(n, -1)
    states = [
        State({"layer": layer}, {0: {"z": _grid(changes[layer]), "customdata": changes[layer].round(5).tolist()}})
        for layer in range(last)
    ]
    return Drawing(
        figure=plot([heat], layout),
        columns=(Column("position", "position", format="d"), Column("token", "token read"), Column("replaced", "token replaced"), Column("change", "change at the last layer", format=".5f")),
        rows=[(i, tokens[i], tokens[j], float(changes[last, i, j])) for i in range(n) for j in range(n)],
        summary=f"At the last layer {np.count_nonzero(changes[last][earlier])} of {len(earlier[0])} cells change where an earlier token "
        f"was replaced, and {np.count_nonzero(changes[last][later])} of {len(later[0])} where a later token was replaced.",
        controls=(Control("layer", "slider", "Layer", list(range(last + 1)), last),),
        states=tuple(states),
        height=520,
    )  # fmt: skip


def _grid(changes: np.ndarray) -> list[list[float | None]]:
    """Logarithms for the color, None where nothing changed at all."""
    return [[round(float(np.log10(max(v, SMALLEST_CHANGE))), 2) if v > 0 else None for v in row] for row in changes]
