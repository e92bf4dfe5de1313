"""Figures of the chapter on mixing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from embedguide.analysis.sweep_numbers import crossings, order_by_need
from embedguide.analysis.sweeps import LINE, SPHERE, Lens, Path, Sweep, find_crossing, find_sweep
from embedguide.figures.in_words import AXIS, percent
from embedguide.figures.theme import SOLID, plot
from embedguide.results import Column, Control, Drawing, State

SOURCE, OTHER = "@accent", "@series-1"
# Pixels to the right of an axis whose last number is 100 %: without room for all of it Plotly leaves the number out.
ROOM = 30
# Over both curves, at the ends where they are high: beside a point a name would lie on the other curve.
TOP = 108
CORNERS = {3: (0, "right", OTHER), 4: (100, "left", SOURCE)}
BAR_TITLE = {"side": "right", "font": {"size": 14}}
SWEEP_COLUMNS = (
    Column("pair", "pair"), Column("share", "share of the first", format=".0%"), Column("p_first", "its capital", format=".1%"),
    Column("p_second", "the other capital", format=".1%"), Column("nearest", "nearest token"),
)  # fmt: skip


def plot_sweep(sweeps: Sequence[Sweep], countries: Sequence[str]) -> Drawing:
    """The probabilities of two capitals while one country's row turns into the other's; the reader picks both and a share.

    Args:
        sweeps: Every pair of the countries.
        countries: Their names; the first two stand in the figure at first.
    """
    shares = sweeps[0].shares
    steps = [round(100 * float(share), 2) for share in shares]
    pairs = {(a, b): _sweep_view(sweeps, a, b) for a in countries for b in countries}
    first = pairs[countries[0], countries[1]]
    middle = len(steps) // 2
    picked = _picked(steps, middle)
    base: list[dict[str, Any]] = [
        {**_line(steps, OTHER, "diamond"), **first[0]}, {**_line(steps, SOURCE, "circle"), **first[1]},
        {"type": "scatter", "mode": "text", "x": [50] * len(steps), "y": [-9] * len(steps), "textposition": "middle center", "hoverinfo": "skip", "textfont": {"size": 13, "color": "@muted"}, **first[2]},
        *({"type": "scatter", "mode": "text", "x": [x] * len(steps), "y": [TOP] * len(steps), "textposition": f"middle {side}", "cliponaxis": False, "hoverinfo": "skip", "textfont": {"size": 14, "color": color}, **first[n]}
          for n, (x, side, color) in CORNERS.items()),
        {"type": "scatter", "mode": "markers", "hovertemplate": "both equally likely at %{x:.0f}\u202f%<extra></extra>", "marker": {"symbol": "line-ns-open", "size": 22, "color": "@ink", "line": {"width": 1.5}}, **first[5]},
    ]  # fmt: skip
    traces = [{**trace, **picked[n]} if n in picked else trace for n, trace in enumerate(base)]
    layout = {
        "margin": {"t": 24, "r": ROOM},
        "xaxis": {"range": [-3, 103], **AXIS, "dtick": 25, "title": {"text": f"share of {countries[0]} in the row"}},
        "yaxis": {"range": [-15, TOP + 6], "tick0": 0, "dtick": 25, **AXIS, "title": {"text": "probability of the next word"}},
    }  # fmt: skip
    titles = tuple(
        State({"source": a}, {}, {"xaxis": {"title": {"text": f"share of {a} in the row"}}}) for a in countries
    )
    start = find_sweep(sweeps, countries[0], countries[1])
    return Drawing(
        figure=plot(traces, layout), columns=SWEEP_COLUMNS, rows=_sweep_rows(sweeps), summary=_sweep_summary(start),
        controls=(
            Control("source", "select", "Share of", tuple(countries), countries[0]),
            Control("other", "select", "the rest", tuple(countries), countries[1]),
            Control("share", "slider", "Share of the first", tuple(steps), steps[middle], unit="%"),
            Control("mix", "play", "Mix", drives="share"),
        ),
        states=tuple(State({"source": a, "other": b}, view) for (a, b), view in pairs.items() if view is not first) + titles
        + tuple(State({"share": step}, _picked(steps, n)) for n, step in enumerate(steps) if n != middle),
        height=460,
    )  # fmt: skip


def _percents(values: np.ndarray) -> list[float]:
    return [round(100 * float(value), 3) for value in values]


def _line(steps: Sequence[float], color: str, symbol: str) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines+markers", "x": list(steps), "line": {"color": color, "width": 2}, "cliponaxis": False,
        "marker": {"size": 6, "color": color, "symbol": symbol, **SOLID},
        "hovertemplate": "%{x:.0f}\u202f%: <b>%{meta}</b> %{y:.1f}\u202f%<extra></extra>",
    }  # fmt: skip


def _sweep_view(sweeps: Sequence[Sweep], source: str, other: str) -> dict[int, dict[str, Any]]:
    """What changes with the pair: both curves, the nearest tokens, and where the curves cross."""
    if source == other:  # nothing is mixed: the row stays as it is
        one = next(s for s in (*sweeps, *(s.turned() for s in sweeps)) if s.source.country == source)
        p = np.full(len(one.shares), one.p_source[-1])
        own = {"y": _percents(p), "meta": one.source.capital}
        text = [f"nothing is mixed: both are {source}"] * len(p)
        label = _rounded(one.source.capital, p)
        return {
            0: own,
            1: own,
            2: {"text": text},
            3: {"meta": "", "text": [""] * len(p)},
            4: label,
            5: {"x": [None], "y": [None]},
        }
    one = find_sweep(sweeps, source, other)
    even_at = find_crossing(one.shares, one.p_source, one.p_other)
    height = (
        None if even_at is None else round(100 * float(np.exp(np.interp(even_at, one.shares, np.log(one.p_source)))), 2)
    )
    return {
        0: {"y": _percents(one.p_other), "meta": one.other.capital},
        1: {"y": _percents(one.p_source), "meta": one.source.capital},
        2: {"text": [f"nearest token {token}, cosine {c:.2f}" for token, c in zip(one.nearest, one.cosines, strict=True)]},
        3: _rounded(one.other.capital, one.p_other),
        4: _rounded(one.source.capital, one.p_source),
        5: {"x": [None if even_at is None else round(100 * even_at, 1)], "y": [height]},
    }  # fmt: skip


def _rounded(capital: str, p: np.ndarray) -> dict[str, Any]:
    """What stands over the curves, at the end where this one is high: its capital, and its probability at every step."""
    return {"meta": f"<b>{capital}</b> ", "text": [percent(float(value)) for value in p]}


def _picked(steps: Sequence[float], n: int) -> dict[int, dict[str, Any]]:
    """What changes with the share: one step of both curves is large, and its numbers and its nearest token are told."""

    def only(text: str) -> list[str]:
        return [text if i == n else "" for i in range(len(steps))]

    sizes = {"marker": {"size": [13 if i == n else 6 for i in range(len(steps))]}}
    told = {"texttemplate": only("%{meta}%{text}")}
    return {0: sizes, 1: sizes, 2: {"texttemplate": only("%{text}")}, 3: told, 4: told}


def _sweep_rows(sweeps: Sequence[Sweep]) -> list[tuple[Any, ...]]:
    return [
        (one.name, float(one.shares[i]), float(one.p_source[i]), float(one.p_other[i]), one.nearest[i])
        for one in sweeps
        for i in range(len(one.shares))
    ]


def _sweep_summary(one: Sweep) -> str:
    half = len(one.shares) // 2
    even_at = find_crossing(one.shares, one.p_source, one.p_other)
    even = "at no share" if even_at is None else f"at {percent(even_at)}"
    return (
        f"With the row of {one.source.country}, {one.source.capital} has a probability of {percent(one.p_source[-1], 1)} and {one.other.capital} {percent(one.p_other[-1], 1)}; "
        f"with the row of {one.other.country} they have {percent(one.p_source[0], 1)} and {percent(one.p_other[0], 1)}. Halfway they have {percent(one.p_source[half], 1)} and "
        f"{percent(one.p_other[half], 1)}. They are equally likely {even} of {one.source.country}."
    )


def plot_matrix(sweeps: Sequence[Sweep], countries: Sequence[str]) -> Drawing:
    """The share that each country needs against each other before its capital is as likely as the other's, as a grid.

    Args:
        sweeps: Every pair of the countries.
        countries: Their names; drawn from the one that needs least to the one that needs most.
    """
    order = order_by_need(sweeps, countries)
    need = 100 * crossings(sweeps, order)
    cells = [[None if np.isnan(v) else round(float(v), 1) for v in row] for row in need]
    reach = max(1.0, float(np.nanmax(np.abs(need - 50))))
    heat = {
        "type": "heatmap", "x": order, "y": order, "z": cells, "zmin": 50 - reach, "zmax": 50 + reach, "colorscale": "@diverging",
        "xgap": 1, "ygap": 1, "hoverongaps": False, "texttemplate": "%{z:.0f}", "textfont": {"size": 13},
        "hovertemplate": "%{y} needs %{z:.0f} % against %{x}<extra></extra>",
        "colorbar": {"title": {**BAR_TITLE, "text": "share that the row needs, %"}, "thickness": 10, "outlinewidth": 0},
    }  # fmt: skip
    layout = {
        "xaxis": {"title": {"text": "against"}, "tickangle": -45, "showgrid": False, "color": "@ink"},
        "yaxis": {"autorange": "reversed", "showgrid": False, "color": "@ink"},
    }
    means = np.nanmean(need, axis=1)
    return Drawing(
        figure=plot([heat], layout),
        columns=(Column("country", "country"), Column("against", "against"), Column("needs", "share it needs", "%", ".1f")),
        rows=[(order[r], order[c], cells[r][c]) for r in range(len(order)) for c in range(len(order)) if r != c],
        summary=f"On average {order[0]} needs the smallest share of the row before its capital is as likely as the other, {means[0]:.0f} %, and {order[-1]} the largest, {means[-1]:.0f} %.",
        height=470,
    )  # fmt: skip


def plot_paths(ways: Sequence[tuple[Sweep, Sequence[Path]]]) -> Drawing:
    """Both probabilities on the straight line, on the sphere and in random directions, over the length of the row.

    Args:
        ways: Each pair with its paths, the straight line first.
    """
    pairs = [sweep.name for sweep, _ in ways]
    views = [_paths_view(sweep, paths) for sweep, paths in ways]
    x = [round(100 * float(share), 2) for share in ways[0][1][0].shares]
    traces = [{**trace, "x": x, **views[0][n]} for n, trace in enumerate(_path_traces(ways[0][1]))]
    layout = {
        "margin": {"t": 48, "r": ROOM},
        "annotations": _path_labels(ways[0][0]),
        "xaxis": {"range": [-3, 103], **AXIS, "dtick": 25, "title": {"text": "share of the first country"}, "anchor": "y2"},
        "yaxis": {"domain": [0.36, 1], "range": [-2, 102], **AXIS, "title": {"text": "probability"}},
        "yaxis2": {"domain": [0, 0.26], "rangemode": "tozero", "nticks": 4, "title": {"text": "row length"}},
    }  # fmt: skip
    rows = [
        (sweep.name, path.name, float(path.shares[i]), float(path.p_source[i]), float(path.p_other[i]), float(path.lengths[i]))
        for sweep, paths in ways
        for path in paths
        for i in range(len(path.shares))
    ]  # fmt: skip
    return Drawing(
        figure=plot(traces, layout),
        columns=(Column("pair", "pair"), Column("path", "path"), Column("share", "share", format=".0%"), Column("p_first", "first capital", format=".1%"), Column("p_second", "second capital", format=".1%"), Column("length", "length", format=".3f")),
        rows=rows,
        summary=_paths_summary(*ways[0]),
        controls=(Control("pair", "select", "Pair", tuple(pairs), pairs[0]),),
        states=tuple(
            State({"pair": name}, view, {"annotations": _path_labels(sweep)})
            for name, view, (sweep, _) in list(zip(pairs, views, ways, strict=True))[1:]
        ),
        height=520,
    )  # fmt: skip


def _paths_view(sweep: Sweep, paths: Sequence[Path]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for path in paths:
        found[len(found)] = {"y": _percents(path.p_other), "meta": sweep.other.capital}
        found[len(found)] = {"y": _percents(path.p_source), "meta": sweep.source.capital}
        found[len(found)] = {"y": [round(float(length), 4) for length in path.lengths]}
    return found


def _path_traces(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Three lines for each path: the other capital, the source's, and the length."""
    traces: list[dict[str, Any]] = []
    for path in paths:
        dash, width = {LINE: ("solid", 3), SPHERE: ("dash", 2)}.get(path.name, ("dot", 1))
        for color, hover, axis in (
            (OTHER, "<b>%{meta}</b> %{y:.1f}\u202f%", "y"), (SOURCE, "<b>%{meta}</b> %{y:.1f}\u202f%", "y"), ("@ink", "length %{y:.2f}", "y2"),
        ):  # fmt: skip
            traces.append({
                "type": "scatter", "mode": "lines", "yaxis": axis, "line": {"color": color, "width": width, "dash": dash},
                "hovertemplate": f"{path.name}, %{{x:.0f}}\u202f%: {hover}<extra></extra>",
            })  # fmt: skip
    return traces


def _path_labels(sweep: Sweep) -> list[dict[str, Any]]:
    shared = {"xref": "paper", "yref": "paper", "y": 1, "yanchor": "bottom", "showarrow": False}
    return [
        {**shared, "text": f"<b>{sweep.other.capital}</b>", "x": 0, "xanchor": "left", "font": {"size": 14, "color": OTHER}},
        {**shared, "text": "━ line  ╍ sphere  ┈ random", "yshift": 20, "x": 0.5, "xanchor": "center", "font": {"size": 13, "color": "@muted"}},
        {**shared, "text": f"<b>{sweep.source.capital}</b>", "x": 1, "xanchor": "right", "font": {"size": 14, "color": SOURCE}},
    ]  # fmt: skip


def _paths_summary(sweep: Sweep, paths: Sequence[Path]) -> str:
    parts = []
    for name in (LINE, SPHERE):
        path = next(path for path in paths if path.name == name)
        even_at = find_crossing(path.shares, path.p_source, path.p_other)
        parts.append(f"on the {name} {'never' if even_at is None else f'at {percent(even_at)}'}")
    lowest = min(float(path.p_source.min()) for path in paths[2:])
    return (
        f"{sweep.name}: both capitals are equally likely {' and '.join(parts)} of the first country. In random directions as long as the way to the other "
        f"country, {sweep.source.capital} keeps a probability of at least {percent(lowest)}."
    )


def plot_layers(lenses: Sequence[Lens]) -> Drawing:
    """The balance of both answers at every layer and share, as a grid; the source's side is blue as its curve is.

    Args:
        lenses: One for each pair.
    """
    names = [f"{lens.source.country} – {lens.other.country}" for lens in lenses]
    x = [round(100 * float(share), 2) for share in lenses[0].shares]
    reach = max(float(np.abs(lens.log_ratio[-1]).max()) for lens in lenses)
    heat = {
        "type": "heatmap", "x": x, "y": list(range(len(lenses[0].log_ratio))), "zmin": -reach, "zmax": reach, "colorscale": "@diverging",
        "hovertemplate": "layer %{y}, share %{x:.0f}\u202f%: %{z:.1f} bits<extra></extra>", **_lens_view(lenses[0])[0],
    }  # fmt: skip
    layout = {
        "xaxis": {**AXIS, "dtick": 25, "showgrid": False, "title": {"text": "share of the first country"}},
        "yaxis": {"showgrid": False, "title": {"text": "layer"}},
    }
    rows = [
        (name, layer, float(lens.shares[i]), float(lens.log_ratio[layer, i]))
        for name, lens in zip(names, lenses, strict=True)
        for layer in range(len(lens.log_ratio))
        for i in (0, len(x) // 2, len(x) - 1)
    ]
    last = lenses[0].log_ratio
    return Drawing(
        figure=plot([heat], layout),
        columns=(Column("pair", "pair"), Column("layer", "layer", format="d"), Column("share", "share", format=".0%"), Column("bits", "balance in bits", format=".1f")),
        rows=rows,
        summary=f"{names[0]}: after the last layer the balance runs from {last[-1, 0]:.1f} to {last[-1, -1]:.1f} bits over the shares; "
        f"halfway up the model from {last[len(last) // 2, 0]:.1f} to {last[len(last) // 2, -1]:.1f}.".replace("-", "−"),
        controls=(Control("pair", "select", "Pair", tuple(names), names[0]),),
        states=tuple(State({"pair": name}, _lens_view(lens)) for name, lens in list(zip(names, lenses, strict=True))[1:]),
        height=500,
    )  # fmt: skip


def _lens_view(lens: Lens) -> dict[int, dict[str, Any]]:
    title = f"bits toward {lens.other.capital} (below 0: {lens.source.capital})"
    return {
        0: {
            "z": (-lens.log_ratio).round(2).tolist(),
            "colorbar": {"title": {**BAR_TITLE, "text": title}, "thickness": 10, "outlinewidth": 0},
        }
    }
