"""Figures of the chapter on neighbors: modularity beside shuffled networks, distances, ways back, shared neighborhoods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from embedguide.analysis.graph import Structure
from embedguide.analysis.neighborhoods import Crowd
from embedguide.figures.in_words import percent
from embedguide.figures.theme import plot
from embedguide.results import Column, Control, Drawing, State

STRUCTURE_COLUMNS = (
    Column("network", "network"),
    Column("n_tokens", "tokens", format="d"),
    Column("n_links", "links", format="d"),
    Column("pieces", "pieces", format="d"),
    Column("communities", "communities", format="d"),
    Column("modularity", "modularity", format=".2f"),
    Column("null", "modularity when shuffled", format=".2f"),
    Column("null_high", "highest when shuffled", format=".2f"),
)


def plot_modularity(structures: Mapping[str, Structure]) -> Drawing:
    """The modularity of networks beside that of shuffled networks of the same degrees, one row for each network."""
    names = list(structures)
    found, null = ([getattr(one, part) for one in structures.values()] for part in ("modularity", "null"))
    bars = {
        "type": "bar", "orientation": "h", "y": names, "x": null, "name": "partners shuffled", "width": 0.5,
        "marker": {"color": "@random", "opacity": 0.55}, "hovertemplate": "%{x:.2f} with partners shuffled<extra></extra>",
    }  # fmt: skip
    dots = {
        "type": "scatter", "mode": "markers+text", "y": names, "x": found, "text": [f"  {value:.2f}" for value in found],
        "textposition": "middle right", "marker": {"size": 14, "color": "@accent"}, "name": "as measured", "cliponaxis": False,
        "hovertemplate": "%{x:.2f} measured<extra></extra>",
    }  # fmt: skip
    layout = {
        "showlegend": True, "margin": {"t": 6},
        "xaxis": {"title": {"text": "modularity"}, "range": [0, 1], "tickformat": ".1f"},
        "yaxis": {"autorange": "reversed", "showgrid": False, "color": "@ink"},
    }  # fmt: skip
    told = " ".join(
        f"{name.replace('<br>', ' ')}: {one.modularity:.2f}, shuffled {one.null:.2f}."
        if one.null is not None
        else f"{name}: {one.modularity:.2f}."
        for name, one in structures.items()
    )
    rows = [(name.replace("<br>", " "), *one) for name, one in structures.items()]
    return Drawing(plot([bars, dots], layout), STRUCTURE_COLUMNS, rows, f"Modularity. {told}", height=260)


DISTANCE_COLUMNS = (
    Column("kind", "cosine of"),
    Column("low", "lowest tenth below", format=".2f"),
    Column("median", "median", format=".2f"),
    Column("high", "highest tenth above", format=".2f"),
)


def plot_distances(real: Crowd, shuffled: Crowd) -> Drawing:
    """How near the nearest tokens are: four spreads of cosines as curves, random pairs among them.

    Args:
        real: Neighbor lists in the table.
        shuffled: The same in a table whose columns were shuffled.
    """
    last = real.cosines.shape[1]
    kinds = {
        "random pairs": (real.random, "@random", "solid"),
        "nearest, shuffled table": (shuffled.cosines[:, 0], "@series-1", "dash"),
        f"{last}th nearest": (real.cosines[:, -1], "@series-2", "solid"),
        "nearest": (real.cosines[:, 0], "@accent", "solid"),
    }
    bins = np.linspace(-0.2, 1.0, 61)
    middles = (bins[:-1] + bins[1:]) / 2
    traces, notes = [], []
    top = 0.0
    for name, (values, color, dash) in kinds.items():
        share = np.histogram(values, bins=bins)[0] / len(values)
        peak = int(share.argmax())
        top = max(top, float(share.max()))
        traces.append({
            "type": "scatter", "mode": "lines", "x": np.round(middles, 3), "y": np.round(share, 4), "name": name,
            "line": {"color": color, "width": 2, "dash": dash, "shape": "spline"}, "hovertemplate": f"{name}: %{{y:.0%}} near %{{x:.2f}}<extra></extra>",
        })  # fmt: skip
        notes.append((name, float(middles[peak]), float(share[peak]), color))
    layout = {
        "margin": {"t": 10}, "showlegend": True,
        "xaxis": {"title": {"text": "cosine"}, "range": [-0.2, 1], "tickformat": ".1f"},
        "yaxis": {"title": {"text": "share of tokens"}, "tickformat": ".0%", "rangemode": "tozero"},
    }  # fmt: skip
    rows = [(name, *map(float, np.percentile(values, [10, 50, 90]))) for name, (values, _, _) in kinds.items()]
    told = ", ".join(f"{name} {row[2]:.2f}" for name, row in zip(kinds, rows, strict=True))
    return Drawing(
        plot(traces, layout), DISTANCE_COLUMNS, rows, f"Median cosines: {told}.".replace("-0.", "\u22120."), height=340
    )


PLACES = ("1 to 10", "11 to 100", "101 to 1\u202f000", "1\u202f001 to 10\u202f000", "beyond")
BACK_COLUMNS = (
    Column("mean", "mean vector"),
    Column("place", "place in the neighbor's own list"),
    Column("share", "share of neighbors", format=".0%"),
)


def plot_ways_back(kept: np.ndarray, centered: np.ndarray) -> Drawing:
    """Where a word stands in the lists of its ten nearest tokens; a switch subtracts the mean vector first."""
    shares = {"kept": shares_by_place(kept), "subtracted": shares_by_place(centered)}
    bars = {
        "type": "bar", "x": list(PLACES), "y": shares["kept"], "marker": {"color": ["@accent", *["@random"] * 4]}, "width": 0.7,
        "text": [percent(share) for share in shares["kept"]], "textposition": "outside", "cliponaxis": False,
        "hovertemplate": "%{y:.0%} of the neighbors<extra></extra>",
    }  # fmt: skip
    layout = {
        "margin": {"t": 24},
        "xaxis": {"title": {"text": "place of the word in its neighbor’s own list"}, "showgrid": False, "type": "category", "color": "@ink"},
        "yaxis": {"title": {"text": "share of neighbors"}, "tickformat": ".0%", "range": [0, 1]},
    }  # fmt: skip
    changed: dict[str, Any] = {"y": shares["subtracted"], "text": [percent(share) for share in shares["subtracted"]]}
    return Drawing(
        plot([bars], layout), BACK_COLUMNS,
        [(mean, place, share) for mean, both in shares.items() for place, share in zip(PLACES, both, strict=True)],
        f"{percent(shares['kept'][0])} of the neighbors have the word among their own ten nearest; for {percent(shares['kept'][3] + shares['kept'][4])} "
        f"it stands beyond place 1\u202f000. With the mean vector subtracted it is {percent(shares['subtracted'][0])} and {percent(shares['subtracted'][3] + shares['subtracted'][4])}.",
        controls=(Control("mean", "select", "Mean vector", ("kept", "subtracted"), "kept"),),
        states=(State({"mean": "subtracted"}, {0: changed}),), height=320,
    )  # fmt: skip


def shares_by_place(ranks: np.ndarray) -> list[float]:
    """The shares of ranks up to 10, 100, 1,000, 10,000 and beyond."""
    counts, _ = np.histogram(ranks, bins=[1, 11, 101, 1001, 10_001, np.iinfo(np.int64).max])
    return [float(share) for share in counts / ranks.size]


OVERLAP_COLUMNS = (
    Column("space", "space"),
    Column("other", "other space"),
    Column("shared", "shared neighbors", format=".1f"),
)


def plot_overlap(found: tuple[list[str], np.ndarray, int], chance: float, k: int) -> Drawing:
    """How many of ten neighbors two spaces share, as a square of numbers.

    Args:
        found: Names, shared neighbors, and over how many words; see `overlaps`.
        chance: What two lists drawn at random share.
        k: The length of a list.
    """
    names, shared, n_words = found
    values = [[float(shared[a, b]) if a != b else None for b in range(len(names))] for a in range(len(names))]
    texts = [["" if value is None else f"{value:.1f}" for value in line] for line in values]
    heat = {
        "type": "heatmap", "x": names, "y": names, "z": values, "text": texts, "texttemplate": "%{text}", "zmin": 0, "zmax": k, "showscale": False,
        "colorscale": [[0, "@band"], [1, "@accent"]], "xgap": 3, "ygap": 3, "hovertemplate": "%{y} and %{x}: %{text} of ten<extra></extra>", "textfont": {"size": 15},
    }  # fmt: skip
    layout = {
        "margin": {"t": 8}, "xaxis": {"showgrid": False, "color": "@ink"}, "yaxis": {"showgrid": False, "autorange": "reversed", "color": "@ink"},
    }  # fmt: skip
    pairs = [(names[a], names[b], float(shared[a, b])) for a in range(len(names)) for b in range(a + 1, len(names))]
    most, least = max(pairs, key=lambda pair: pair[2]), min(pairs, key=lambda pair: pair[2])
    return Drawing(
        plot([heat], layout), OVERLAP_COLUMNS, pairs,
        f"Of ten neighbors, averaged over {n_words} words, {most[0]} and {most[1]} share {most[2]:.1f}, the most of all pairs, "
        f"{least[0]} and {least[1]} {least[2]:.1f}, the fewest. Lists drawn at random would share {chance:.2f}.", height=360,
    )  # fmt: skip
