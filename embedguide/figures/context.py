"""Figures of the chapter on context."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np

from embedguide.analysis.context import AFTER, BEFORE, Sentence, Separation, cosines_by_layer, project_layers, separate
from embedguide.analysis.encoder_tasks import Guess, Part
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
        "margin": {"t": 34},
        **first.title(at),
        "xaxis": {"range": [-reach, reach], "title": {"text": "first principal component"}, "showticklabels": False, "showgrid": False, "domain": [0, 1], "anchor": "y"},
        "yaxis": {"range": [-reach, reach], "title": {"text": "second"}, "showticklabels": False, "showgrid": False, "domain": [0.45, 1]},
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
        f"and two of different meanings {before.other:.3f}; the nearest sentence has the same meaning for {before.hits:.0%}. "
        f"With the cue after the word the cosines are {after.same:.3f} and {after.other:.3f}, and it is {after.hits:.0%}."
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
    return "<br>".join(textwrap.wrap(sentence, 42)).replace(" bank", " <b>bank</b>")


def _sentence(text: str, row: int) -> dict[str, Any]:
    """A sentence written over the plot, in one of two rows."""
    return {
        "type": "scatter", "mode": "text", "x": [0], "y": [row], "yaxis": "y2", "texttemplate": text, "textposition": "middle right",
        "textfont": {"size": 13, "color": "@ink"}, "hoverinfo": "skip", "showlegend": False, "cliponaxis": False,
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
        "colorbar": {"title": {"text": "1 − cosine", "side": "right"}, "tickvals": [-4, -3, -2, -1, 0], "ticktext": ["0.0001", "0.001", "0.01", "0.1", "1"], "thickness": 10, "outlinewidth": 0},
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
        f"With the whole sentence {best.word} leads with a share of {best.whole:.0%}; from the left side alone {first.word} leads with {first.left:.0%}."
        if has_shares
        else f"The nearest row is that of {best.word} with a cosine of {best.whole:.2f}."
    )
    return Drawing(
        figure=plot(bars, {"bargap": 0.25, "xaxis": {"title": {"text": title}, "tickformat": ".0%" if has_shares else ".2f", "rangemode": "tozero"}, "yaxis": {"color": "@ink", "showgrid": False}}),
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
        figure=plot(dots, {"shapes": [line], "xaxis": {"title": {"text": "cosine with the speech that follows"}, "range": [low, high]}, "yaxis": {"title": {"text": "cosine with a speech from elsewhere"}, "range": [low, high]}}),
        columns=(Column("follower", "cosine with the speech that follows", format=".3f"), Column("elsewhere", "cosine with one from elsewhere", format=".3f")),
        rows=[tuple(row) for row in cosines.tolist()],
        summary=f"Of {len(cosines)} speeches, {int(ahead.sum())} are nearer to the speech that follows than to one from elsewhere; "
        f"the mean cosines are {cosines[:, 0].mean():.2f} and {cosines[:, 1].mean():.2f}.",
        height=440,
    )  # fmt: skip
