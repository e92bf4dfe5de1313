"""The two linked figures of the chapter on layers: the words in the plane, and their layers in numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from embedguide.analysis.feedings import ALONE, CARRIER, FINAL, Feeding
from embedguide.analysis.layer_maps import BASES, EMBEDDING, OWN, LayerMap, outside, view_of
from embedguide.analysis.layers import NONE, REMOVALS, Metrics
from embedguide.figures.in_words import percent, whole
from embedguide.figures.theme import SHAPES, SOLID, plot
from embedguide.results import Column, Control, Drawing, Quantized, State

ALL_WORDS, WHOLE_WORDS = "all", "one-token"
FEEDING_LABELS = {
    "alone": "alone",
    "after-endoftext": "after <|endoftext|>",
    "after-im-start": "after <|im_start|>",
    "in-carrier": "The next word is …",
    "alone-nospace": "alone, no space",
}
REMOVAL_LABELS = ("nothing", "the top dimensions", "the mean direction", "the length (unit norm)")
BASIS_LABELS = ("each layer's own", "the embedding layer's")
# Steps between the middle of a view and its edge: half a pixel on a screen is finer than can be seen.
STEPS = 500
# Scales that views share, so that layers that do not change have the same numbers.
LADDER = (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
CURVES = (
    ("mean_norm", "mean norm"),
    ("pc1_share", "first<br>component"),
    ("silhouette", "silhouette"),
    ("nn1_accuracy", "neighbor<br>agrees"),
)
METRIC_COLUMNS = (
    Column("feeding", "feeding"),
    Column("removal", "removed"),
    Column("words", "words"),
    Column("layer", "layer"),
    Column("mean_norm", "mean norm", format=".4g"),
    Column("pc1_share", "share of the first component", format=".3f"),
    Column("silhouette_euclidean", "silhouette (Euclidean)", format=".3f"),
    Column("silhouette_cosine", "silhouette (cosine)", format=".3f"),
    Column("nn1_accuracy", "nearest neighbor agrees", format=".3f"),
)
# By feeding, removal and words; see `tabulate_metrics`.
Curves = Mapping[tuple[str, str], Sequence[Metrics]]


def controls_of(feedings: Sequence[str], layers: Sequence[int | str], at: int | str) -> tuple[Control, ...]:
    """The controls that both figures have and that move together."""
    labels = [FEEDING_LABELS[name] for name in feedings]
    return (
        Control("layer", "slider", "Layer", layers, at, shared=True),
        Control("play", "play", "Play", drives="layer"),
        Control("feeding", "select", "Words fed", feedings, ALONE, labels=labels, shared=True),
        Control("removal", "select", "Take away", REMOVALS, NONE, labels=REMOVAL_LABELS, shared=True),
    )


def plot_map(
    maps: Mapping[tuple[str, str, str], LayerMap], fed: Mapping[str, Feeding], words: Mapping[str, Sequence[str]],
    tokens: Sequence[tuple[str, str]], curves: Curves, at: int,
) -> Drawing:  # fmt: skip
    """The words as points of one layer, over two curves of all layers that say where it stands.

    Args:
        maps: By feeding, basis and removal.
        fed: The feedings.
        words: By category.
        tokens: The tokens of every word with and without a leading space, as text.
        curves: Metrics of the words of one token, by removal and `WHOLE_WORDS`.
        at: The layer shown first.
    """
    names = [word for group in words.values() for word in group]
    layers: list[int | str] = [*range(len(maps[ALONE, OWN, NONE].points) - 1), FINAL]
    first = maps[ALONE, OWN, NONE]
    traces = [_category(number, *group, first.points[at]) for number, group in enumerate(_groups(words))]
    traces += _strip(_curve_of(curves[NONE, WHOLE_WORDS], ALONE), layers)
    states = [_position_line(place, layer, "y2 domain") for place, layer in enumerate(layers)]
    states += [_one_feeding(feeding, words) for feeding in fed.values()]
    states += [
        State({"feeding": name, "removal": removal}, _strip_states(_curve_of(rows, name), len(words)))
        for (removal, kind), rows in curves.items()
        if kind == WHOLE_WORDS
        for name in fed
    ]
    for (name, basis, removal), found in maps.items():
        for place, layer in enumerate(layers):
            when = {"feeding": name, "basis": basis, "removal": removal, "layer": layer}
            states.append(_view(when, found, place, fed[name].whole, names))
    states.append(State({"scale": False}, layout={"yaxis": {"scaleanchor": False}}))
    rows = [
        (word, category, *pieces, *map(float, point))
        for (word, category), pieces, point in zip(_pairs(words), tokens, first.points[at], strict=True)
    ]
    default = _view({}, first, at, fed[ALONE].whole, names)
    controls = controls_of(list(fed), layers, at)
    more = (
        Control("basis", "select", "Axes", BASES, OWN, labels=BASIS_LABELS),
        Control("scale", "switch", "one scale for both axes", (False, True), True),
    )
    return Drawing(
        figure=plot(traces, _map_layout(layers, default, at)),
        columns=(
            Column("word", "word"), Column("category", "category"), Column("tokens", "tokens"), Column("tokens_nospace", "tokens without the space"),
            Column("x", f"first component at layer {at}, alone", format=".4g"), Column("y", "second", format=".4g"),
        ),
        rows=rows,
        summary=_map_summary(first, curves[NONE, WHOLE_WORDS], at),
        controls=(*controls, *more),
        states=tuple(states),
        search=tuple(range(len(words))),
        height=640,
        deal=[len(group) for group in words.values()],
        parts="feeding",
        trail="layer",
    )  # fmt: skip


def _pairs(words: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    return [(word, category) for category, group in words.items() for word in group]


def _groups(words: Mapping[str, Sequence[str]]) -> list[tuple[str, Sequence[str], slice]]:
    found, start = [], 0
    for category, group in words.items():
        found.append((category, group, slice(start, start + len(group))))
        start += len(group)
    return found


def _category(number: int, category: str, group: Sequence[str], place: slice, points: np.ndarray) -> dict[str, Any]:
    x, y = (_short(column) for column in points[place].T)
    return {
        "type": "scatter", "mode": "markers", "name": category.replace("_", " "), "x": x, "y": y, "text": list(group),
        "marker": {"size": 9, "color": f"@series-{number}", "symbol": SHAPES[number], "line": {"width": 1, "color": f"@series-{number}"}},
        "hovertemplate": f"%{{text}}<extra>{category.replace('_', ' ')}</extra>",
    }  # fmt: skip


def _short(numbers: np.ndarray) -> list[float]:
    return [float(f"{number:.4g}") for number in numbers]


def _one_feeding(fed: Feeding, words: Mapping[str, Sequence[str]]) -> State:
    """Words of several tokens are hollow; the categories that have some."""
    data = {}
    for number, (_, _, place) in enumerate(_groups(words)):
        shape = SHAPES[number]
        symbols = [shape if whole else f"{shape}-open" for whole in fed.whole[place]]
        if not all(fed.whole[place]):
            data[number] = {"marker": {"symbol": symbols}}
    return State({"feeding": fed.name}, data)


def _view(when: Mapping[str, Any], found: LayerMap, place: int, whole: np.ndarray, words: Sequence[str]) -> State:
    points = found.points[place]
    view = view_of(points, whole)
    share = [f"{100 * part:.{1 if part > 0.99 or part < 0.01 else 0}f} %" for part in found.shares[place]]
    titles = [f"first component: {share[0]} of variance", f"second, {share[1]}"]  # fits a phone
    if when.get("basis") == EMBEDDING:
        titles = ["first component of the embeddings", "second"]
    away = outside(points, view, words)
    if away:
        titles[0] += f"<br>outside: {', '.join(away)}"
    ranges = [[float(f"{edge:.4g}") for edge in axis] for axis in view]
    layout = {
        axis: {"range": edges, "title": {"text": title}}
        for axis, edges, title in zip(("xaxis", "yaxis"), ranges, titles, strict=True)
    }
    return State(when, layout=layout, points=_packed(points, float(np.abs(view).max())))


def _packed(points: np.ndarray, reach: float) -> Quantized:
    """Points as whole steps of a scale that is common to views of about the same size."""
    step = reach / STEPS
    power = 10.0 ** np.floor(np.log10(step))
    scale = float(f"{power * next(rung for rung in LADDER if rung * power >= step * 0.999):.6g}")
    top = np.iinfo(np.int16).max
    return Quantized(np.clip(np.rint(points.T / scale), -top, top).astype(np.int16), scale)


def _position_line(place: int, layer: int | str, within: str) -> State:
    """A line through the curves at the layer that is shown."""
    line = {"type": "line", "x0": place, "x1": place, "xref": "x2" if within != "paper" else "x", "y0": 0, "y1": 1, "yref": within, "line": {"color": "@ink", "width": 1.5}}  # fmt: skip
    return State({"layer": layer}, layout={"shapes": [line]})


def _curve_of(rows: Sequence[Metrics], feeding: str) -> list[Metrics]:
    return [row for row in rows if row.feeding == feeding]


def _strip(rows: Sequence[Metrics], layers: Sequence[int | str]) -> list[dict[str, Any]]:
    shared = {
        "type": "scatter",
        "mode": "lines",
        "x": list(range(len(layers))),
        "xaxis": "x2",
        "yaxis": "y2",
        "showlegend": False,
    }
    names = ("share of the first component", "words whose nearest neighbor agrees")
    styles = ({"color": "@accent", "width": 3}, {"color": "@ink", "width": 2, "dash": "dot"})
    values = [_strip_states(rows, 0)[number]["y"] for number in (0, 1)]
    return [
        {
            **shared,
            "name": name,
            "y": y,
            "line": style,
            "hovertemplate": f"layer %{{x}}: %{{y:.0%}}<extra>{name}</extra>",
        }
        for name, y, style in zip(names, values, styles, strict=True)
    ]


def _strip_states(rows: Sequence[Metrics], first: int) -> dict[int, dict[str, Any]]:
    return {
        first: {"y": [round(row.pc1_share, 3) for row in rows]},
        first + 1: {"y": [round(row.nn1_accuracy, 3) for row in rows]},
    }


def _ticks(layers: Sequence[int | str], axis: str) -> dict[str, Any]:
    shown = [*range(0, len(layers) - 2, 5), len(layers) - 1]
    return {
        "title": {"text": "layer"}, "tickvals": shown, "ticktext": [str(layers[i]) for i in shown], "anchor": axis,
        "range": [-0.5, len(layers) - 0.5], "fixedrange": True,
    }  # fmt: skip


def _map_layout(layers: Sequence[int | str], default: State, at: int) -> dict[str, Any]:
    line, fixed = _position_line(at, at, "y2 domain").layout, {"automargin": False}
    return {
        # Room for the labels is kept free: measuring it while the axes share a scale never comes to rest.
        "margin": {"l": 72, "r": 14, "b": 50},
        "xaxis": {**fixed, **default.layout["xaxis"], "domain": [0, 1], "anchor": "y", "nticks": 6, "tickangle": 0},
        "yaxis": {**fixed, **default.layout["yaxis"], "domain": [0.42, 1], "scaleanchor": "x", "nticks": 6},
        "xaxis2": {**fixed, **_ticks(layers, "y2")},
        "yaxis2": {**fixed, "domain": [0, 0.2], "anchor": "x2", "range": [-0.03, 1.05], "tickformat": ".0%", "nticks": 3, "fixedrange": True},
        **line,
    }  # fmt: skip


def _map_summary(found: LayerMap, rows: Sequence[Metrics], at: int) -> str:
    alone, carrier = _curve_of(rows, ALONE), _curve_of(rows, CARRIER)
    before, after, other = alone[at - 1], alone[at], carrier[at]
    return (
        f"For words alone, the first principal component holds {percent(before.pc1_share, 1)} of the variance at layer {at - 1} and "
        f"{percent(after.pc1_share, 1)} at layer {at}, where the mean norm goes from {whole(before.mean_norm)} to {whole(after.mean_norm)} and the nearest "
        f"neighbor is of the same category for {percent(after.nn1_accuracy)} of the words instead of {percent(before.nn1_accuracy)}. In a "
        f"sentence, at the same layer, it holds {percent(other.pc1_share, 1)}, and the nearest neighbor agrees for {percent(other.nn1_accuracy)}."
    )


def plot_curves(curves: Curves, feedings: Sequence[str], at: int) -> Drawing:
    """Four measures of every layer, one below the other, for the chosen feeding and, as a reference, the sentence.

    Args:
        curves: Metrics by removal and by which words count.
        feedings: The feedings of the model.
        at: The layer that is marked first.
    """
    rows = _curve_of(curves[NONE, ALL_WORDS], ALONE)
    layers = [row.layer for row in rows]
    reference = _curve_of(curves[NONE, ALL_WORDS], CARRIER)
    traces = [*_four(reference, is_reference=True), *_four(rows, is_reference=False)]
    n = len(traces) // 2
    states = [_position_line(place, layer, "paper") for place, layer in enumerate(layers)]
    for (removal, kind), found in curves.items():
        for name in feedings:
            ys = [trace["y"] for trace in _four(_curve_of(found, name), is_reference=False)]
            when = {"feeding": name, "removal": removal, "words": kind}
            states.append(State(when, {n + number: {"y": y} for number, y in enumerate(ys)}))
    words = Control("words", "select", "Words", (ALL_WORDS, WHOLE_WORDS), ALL_WORDS, labels=("all 116", "of one token"))
    controls = controls_of(feedings, layers, at)
    jump, other = rows[at], reference[at]
    return Drawing(
        figure=plot(traces, {**_curve_layout(layers), **_position_line(at, at, "paper").layout}),
        columns=METRIC_COLUMNS,
        rows=[(r.feeding, removal, kind, *r[1:]) for (removal, kind), found in curves.items() for r in found],
        summary=f"At layer {at} words alone have a mean norm of {whole(jump.mean_norm)} and a cosine silhouette of {jump.silhouette_cosine:.2f}; in a "
        f"sentence they have {whole(other.mean_norm)} and {other.silhouette_cosine:.2f}. The nearest neighbor agrees for {percent(jump.nn1_accuracy)} and {percent(other.nn1_accuracy)}.",
        controls=(*(control for control in controls if control.kind != "play"), words),
        states=tuple(states),
        height=680,
    )  # fmt: skip


def _four(rows: Sequence[Metrics], *, is_reference: bool) -> list[dict[str, Any]]:
    """The lines of one feeding: norm, share, two silhouettes, accuracy; the final entry stands apart."""
    wanted = [("mean_norm", ""), ("pc1_share", "2"), ("silhouette_euclidean", "3"), ("silhouette_cosine", "3"), ("nn1_accuracy", "4")]  # fmt: skip
    n = len(rows)
    x = [*range(n - 1), n - 1.5, n - 1]
    traces = []
    for measure, axis in wanted:
        values = [float(f"{getattr(row, measure):.4g}") for row in rows]
        color = "@series-1" if measure == "silhouette_euclidean" else "@accent"
        line = {"color": "@muted" if is_reference else color, "width": 1.5 if is_reference else 2.5}
        if is_reference:
            line["dash"] = "dash" if measure == "silhouette_euclidean" else "dot"
        name = "in the sentence" if is_reference else "the chosen feeding"
        label = {"silhouette_euclidean": "Euclidean", "silhouette_cosine": "cosine"}.get(measure, "")
        traces.append({
            "type": "scatter", "mode": "lines", "name": name, "x": x, "y": [*values[:-1], None, values[-1]],
            "xaxis": "x", "yaxis": f"y{axis}", "line": line, "showlegend": measure == "mean_norm" or (not is_reference and color != "@accent"),
            "hovertemplate": f"layer %{{x}}: %{{y:.4g}}<extra>{name}{', ' + label if label else ''}</extra>",
        })  # fmt: skip
        traces[-1]["mode"] = "lines+markers"
        traces[-1]["marker"] = {"size": [3] * (n - 1) + [0, 7], "color": line["color"], **SOLID}
        if color != "@accent" and not is_reference:
            traces[-1]["name"] = "its silhouette by distance"
    return traces


def _curve_layout(layers: Sequence[int | str]) -> dict[str, Any]:
    axes = {}
    for number, (measure, title) in enumerate(CURVES):
        top = 1 - number * 0.255
        name = f"yaxis{number + 1}" if number else "yaxis"
        axes[name] = {"title": {"text": title}, "domain": [max(top - 0.22, 0), top], "anchor": "x", "nticks": 5}
        if measure == "mean_norm":
            axes[name] |= {"type": "log", "dtick": 1}
        elif measure in ("pc1_share", "nn1_accuracy"):
            axes[name] |= {"range": [-0.03, 1.05], "tickformat": ".0%", "nticks": 3}
    return {"margin": {"b": 46}, "xaxis": _ticks(layers, "y4"), **axes}
