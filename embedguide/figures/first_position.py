"""Figures on what the first position is for: its states, who writes them, who looks there, and what a layer would say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from embedguide.analysis.first_position import N_POSITIONS, Attended, Positions, Writer
from embedguide.analysis.logit_lens import Reading
from embedguide.figures.in_words import percent, whole
from embedguide.figures.theme import plot
from embedguide.results import Column, Drawing

LAYER_AXIS = {"title": {"text": "layer"}, "dtick": 5}
LABELS = ("position 0", "position 1", "position 2", f"positions 3 to {N_POSITIONS - 1}, mean")
STYLES: tuple[dict[str, Any], ...] = (
    {"color": "@accent", "width": 3},
    {"color": "@series-1", "width": 2, "dash": "dash"},
    {"color": "@muted", "width": 2, "dash": "dot"},
)
PLACES: tuple[dict[str, Any], ...] = (*STYLES[:2], {"color": "@series-2", "width": 2, "dash": "dashdot"}, STYLES[2])


def _line(
    name: str, x: Sequence[float], y: Sequence[float], style: dict[str, Any], hover: str, **more: Any
) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "name": name, "x": list(x), "y": [float(f"{value:.4g}") for value in y], "line": style,
        "hovertemplate": f"layer %{{x}}: {hover}<extra>{name}</extra>", **more,
    }  # fmt: skip


def plot_positions(models: Mapping[str, Positions]) -> Drawing:
    """Mean norm and share of the first component by layer, at the first position and at later ones, a column for each model.

    Args:
        models: What was measured, by the model's title.
    """
    traces = [trace for column, found in enumerate(models.values()) for trace in _positions(column, found)]
    rows = [
        (title, layer, p, float(found.norms[layer, p]), float(found.shares[layer, p]))
        for title, found in models.items()
        for layer in range(len(found.norms))
        for p in range(N_POSITIONS)
    ]
    return Drawing(
        figure=plot(traces, _position_layout(list(models))),
        columns=(Column("model", "model"), Column("layer", "layer", format="d"), Column("position", "position", format="d"), Column("norm", "mean norm", format=".4g"), Column("share", "share of the first component", format=".3f")),
        rows=rows,
        summary=" ".join(_told(title, found) for title, found in models.items()),
        height=520,
    )  # fmt: skip


def _positions(column: int, found: Positions) -> list[dict[str, Any]]:
    """The lines of one model: norms above, shares below."""
    layers = list(range(len(found.norms)))
    above, below = 2 * column + 1, 2 * column + 2
    traces = []
    for label, style, group in zip(LABELS, PLACES, ((0,), (1,), (2,), tuple(range(3, N_POSITIONS))), strict=True):
        norms, shares = (values[:, group].mean(axis=1) for values in found)
        axes = [{"xaxis": _axis("x", n), "yaxis": _axis("y", n), "legendgroup": label} for n in (above, below)]
        traces.append(_line(label, layers, norms, style, "mean norm %{y:.4g}", showlegend=not column, **axes[0]))
        traces.append(_line(label, layers, shares, style, "%{y:.0%} of the variance", showlegend=False, **axes[1]))
    return traces


def _position_layout(titles: Sequence[str]) -> dict[str, Any]:
    """One column of two plots for each model; the axes of a row are the same, so that models can be compared."""
    layout: dict[str, Any] = {"margin": {"t": 26}, "annotations": []}
    width = (1 - 0.07 * (len(titles) - 1)) / len(titles)
    for column, title in enumerate(titles):
        above, below = 2 * column + 1, 2 * column + 2
        side = [round(column * (width + 0.07), 4), round(column * (width + 0.07) + width, 4)]
        norms = {"type": "log", "dtick": 1, "domain": [0.54, 1], "anchor": _axis("x", above)}
        shares = {
            "tickformat": ".0%",
            "range": [-0.03, 1.05],
            "domain": [0, 0.42],
            "anchor": _axis("x", below),
            "dtick": 0.5,
        }
        if column:
            norms |= {"matches": "y", "showticklabels": False}
            shares["showticklabels"] = False
        else:
            norms["title"], shares["title"] = {"text": "mean norm"}, {"text": "first component"}
        layout |= {
            _axis("xaxis", above): {"dtick": 10, "domain": side, "anchor": _axis("y", above), "showticklabels": False},
            _axis("xaxis", below): {**LAYER_AXIS, "dtick": 10, "domain": side, "anchor": _axis("y", below)},
            _axis("yaxis", above): norms,
            _axis("yaxis", below): shares,
        }
        layout["annotations"].append({
            "text": title, "xref": f"{_axis('x', above)} domain", "yref": "paper", "x": 0, "y": 1, "yanchor": "bottom", "xanchor": "left", "yshift": 4,
            "showarrow": False, "font": {"color": "@ink"},
        })  # fmt: skip
    return layout


def _axis(name: str, number: int) -> str:
    """The name of an axis: the first has no number."""
    return f"{name}{number}" if number > 1 else name


def _told(title: str, found: Positions) -> str:
    peak = int(found.norms[:, 0].argmax())
    return (
        f"{title}: at layer {peak} the mean norm is {whole(found.norms[peak, 0])} at position 0 and {whole(found.norms[peak, 3:].mean())} at positions 3 to "
        f"{N_POSITIONS - 1}; the first component holds {percent(found.shares[peak, 0])} of the variance at position 0 and {percent(found.shares[peak, 3:].mean())} there."
    )


def plot_writers(found: Sequence[Writer]) -> Drawing:
    """How much attention and the MLP of every block add to a word alone."""
    layers = [row.layer for row in found]
    traces = [
        {"type": "bar", "name": "MLP", "x": layers, "y": [float(f"{row.mlp:.4g}") for row in found], "marker": {"color": "@series-1"}, "hovertemplate": "block %{x}: %{y:.4g}<extra>MLP</extra>"},
        {"type": "scatter", "mode": "markers", "name": "attention", "x": layers, "y": [float(f"{row.attention:.4g}") for row in found], "marker": {"color": "@series-0", "size": 9, "symbol": "diamond"}, "hovertemplate": "block %{x}: %{y:.4g}<extra>attention</extra>"},
    ]  # fmt: skip
    layout = {
        "xaxis": {**LAYER_AXIS, "title": {"text": "block"}},
        "yaxis": {"title": {"text": "mean length of what is added"}, "type": "log", "dtick": 1},
        "bargap": 0.35,
    }
    largest = max(found, key=lambda row: row.mlp)
    return Drawing(
        figure=plot(traces, layout),
        columns=(
            Column("layer", "block", format="d"), Column("attention", "attention adds", format=".4g"), Column("mlp", "MLP adds", format=".4g"),
            Column("neuron", "first neuron", format="d"), Column("share", "its part", format=".0%"), Column("second", "second neuron", format="d"), Column("second_share", "its part", format=".0%"),
        ),
        rows=[tuple(row) for row in found],
        summary=f"The largest addition is that of the MLP of block {largest.layer}: {whole(largest.mlp)}, where attention adds {whole(largest.attention)}.",
        height=380,
    )  # fmt: skip


def plot_attention(found: Sequence[Attended]) -> Drawing:
    """How much the last of eight words attends to the first, to itself, and to the others, block by block."""
    layers = [row.layer for row in found]
    even = 1 / N_POSITIONS
    names = ("the first position", "itself", "each one between")
    measures = ("first", "itself", "other")
    traces = [
        _line(name, layers, [getattr(row, measure) for row in found], style, "%{y:.0%}")
        for name, measure, style in zip(names, measures, STYLES, strict=True)
    ]
    traces.append(
        _line("an even share", [layers[0], layers[-1]], [even, even], {"color": "@random", "width": 1}, "%{y:.1%}")
    )
    layout = {
        "xaxis": {**LAYER_AXIS, "title": {"text": "block"}},
        "yaxis": {"title": {"text": "attention of the eighth word"}, "tickformat": ".0%", "range": [0, 1]},
    }
    mean = sum(row.first for row in found) / len(found)
    return Drawing(
        figure=plot(traces, layout),
        columns=(Column("layer", "block", format="d"), Column("first", "to the first position", format=".3f"), Column("itself", "to itself", format=".3f"), Column("other", "to each one between", format=".3f")),
        rows=[tuple(row) for row in found],
        summary=f"Over all blocks the eighth word gives {percent(mean)} of its attention to the first position; an even share would be {percent(even, 1)}.",
        height=380,
    )  # fmt: skip


def plot_readings(found: Sequence[Reading]) -> Drawing:
    """What the states of every layer say through the logit lens: their own token, the model's answer, the next token."""
    layers = [row.layer for row in found]
    names = ("the token that stands there", "what the model will say", "the token that really follows")
    styles = (STYLES[1], STYLES[0], STYLES[2])
    traces = [
        _line(name, layers, [getattr(row, measure) for row in found], style, "%{y:.0%} of the positions")
        for name, measure, style in zip(names, ("own", "answer", "truth"), styles, strict=True)
    ]
    layout = {
        "xaxis": LAYER_AXIS,
        "yaxis": {"title": {"text": "positions whose state says"}, "tickformat": ".0%", "range": [-0.03, 1.05]},
    }
    half = next(row.layer for row in found if row.answer >= 0.5)
    return Drawing(
        figure=plot(traces, layout),
        columns=(Column("layer", "layer", format="d"), Column("own", "own token", format=".2f"), Column("answer", "the model's answer", format=".2f"), Column("truth", "next token", format=".2f")),
        rows=[tuple(row) for row in found],
        summary=f"At layer 0 the lens reads the token itself for {percent(found[0].own)} of the positions, at layer 1 for {percent(found[1].own)}. "
        f"From layer {half} on it reads the model's answer for half of them or more.",
        height=380,
    )  # fmt: skip
