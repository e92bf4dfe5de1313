"""Figures of the chapter on the shape of a token table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from embedguide.analysis.geometry import Band, Dimension
from embedguide.figures.in_words import AXIS, percent
from embedguide.figures.theme import plot
from embedguide.figures.ticks import color_bar_below, first_digit
from embedguide.models import TokenTable
from embedguide.results import Column, Control, Drawing, Quantized, State

# Steps of color from zero to the end of the scale: more than an eye tells apart, few enough to pack well.
STEPS = 15
AS_STORED, BY_MEAN = "as stored", "by their mean"
KEPT, SUBTRACTED = "kept", "subtracted"
BY_ID, BY_COUNT = "token id", "count"
DIMENSION_COLUMNS = (
    Column("dimension", "dimension", format="d"),
    Column("mean", "mean", format=".4f"),
    Column("spread", "standard deviation", format=".4f"),
    Column("share_positive", "tokens above zero", format=".0%"),
)
BAND_COLUMNS = (
    Column("treatment", "rows"),
    Column("first_id", "first token id", format="d"),
    Column("last_id", "last token id", format="d"),
    Column("mean_cosine", "mean cosine", format=".3f"),
    Column("mean_length", "mean length", format=".3f"),
    Column("share_seen", "occur in the plays", format=".0%"),
)
LENGTH_COLUMNS = (
    Column("token_id", "token id", format="d"),
    Column("token", "token"),
    Column("length", "length", format=".3f"),
    Column("count", "times in the plays", format="d"),
    Column("shared", "shares its row"),
)


def plot_table(table: TokenTable, ids: Sequence[int], dimensions: Sequence[Dimension]) -> Drawing:
    """A sample of the table as an image, tokens across and dimensions down, beside the mean of every dimension.

    Colors end at the 98th percentile of the magnitudes and come in `STEPS` steps on each side of zero.

    Args:
        table: The token table.
        ids: The tokens shown, from left to right.
        dimensions: Of the whole table.
    """
    means = np.array([d.mean for d in dimensions])
    values = table.rows(ids).T.astype(np.float64)
    top = float(np.percentile(np.abs(values), 98))
    names = [str(d.dimension) for d in dimensions]
    tokens = [f"{table.glyph(i)} · {i}" for i in ids]
    image = {
        "type": "heatmap", "x": tokens, "y": names, "z": values.round(2),
        "zmin": -top, "zmid": 0, "zmax": top, "colorscale": "@diverging",
        "hovertemplate": "<b>%{x}</b><br>dimension %{y}<br>%{z:.2f}<extra></extra>",
        "colorbar": {**color_bar_below(top, -0.13), "x": 0.34, "len": 0.68},
    }  # fmt: skip
    profile = {
        "type": "scatter", "mode": "markers", "x": means, "y": names, "xaxis": "x2", "text": names,
        "marker": {"size": 3, "color": "@accent"},
        "hovertemplate": "dimension %{y}<br>mean over all tokens %{x:.3f}<extra></extra>",
    }  # fmt: skip
    farthest = means[np.abs(means).argmax()]
    layout = {
        "margin": {"t": 20},
        "xaxis": {"domain": [0, 0.68], "type": "category", **_id_ticks(ids), "tickangle": 0, "title": {"text": "token id"}, "showgrid": False},
        "xaxis2": {"domain": [0.74, 1], "title": {"text": "mean"}, "tickvals": [0, first_digit(farthest)], "tickangle": 0, "zeroline": True, "zerolinecolor": "@muted", "anchor": "y"},
        "yaxis": {"type": "category", "autorange": "reversed", "title": {"text": "dimension"}, "tickvals": names[99::100], "showgrid": False, "categoryorder": "array", "categoryarray": names},
    }  # fmt: skip
    by_mean = [names[n] for n in np.argsort(-means, kind="stable")]
    states = (
        State({"order": BY_MEAN}, {}, {"yaxis": {"categoryarray": by_mean, "showticklabels": False}}),
        State({"mean": SUBTRACTED}, {0: {"z": _coarse(values - means[:, None], top)}}, {}),
    )
    figure = plot([image, profile], layout)
    figure["data"][0]["z"] = _coarse(values, top)
    return Drawing(
        figure=figure,
        columns=DIMENSION_COLUMNS,
        rows=[tuple(d) for d in dimensions],
        summary=_summary_of_table(dimensions, len(ids)),
        controls=(
            Control("order", "select", "Dimensions", (AS_STORED, BY_MEAN), AS_STORED),
            Control("mean", "select", "Mean row", (KEPT, SUBTRACTED), KEPT),
        ),
        states=states,
        height=560,
    )


def _id_ticks(ids: Sequence[int]) -> dict[str, Any]:
    """Ticks at the tokens nearest to round ids; none at the right end, where the next plot has its own."""
    step = first_digit(max(ids) / 2.2)
    marks = np.arange(0, 0.95 * max(ids), step).astype(int).tolist()
    places = [int(np.abs(np.asarray(ids) - mark).argmin()) for mark in marks]
    return {"tickvals": places, "ticktext": [f"{mark:,}".replace(",", "\u202f") for mark in marks]}


def _coarse(values: np.ndarray, top: float) -> Quantized:
    """Values as whole steps of color; what lies beyond the end of the scale lies at its end."""
    scale = float(f"{top / STEPS:.6g}")
    return Quantized(np.clip(np.rint(values / scale), -STEPS, STEPS).astype(np.int8), scale)


def _summary_of_table(dimensions: Sequence[Dimension], n_tokens: int) -> str:
    high, low = max(dimensions, key=lambda d: d.mean), min(dimensions, key=lambda d: d.mean)
    return (
        f"{n_tokens} tokens and all {len(dimensions)} dimensions. Dimension {high.dimension} has the highest mean over all tokens, "
        f"{high.mean:.3f}, with {percent(high.share_positive, 2)} of the tokens above zero; dimension {low.dimension} the lowest, "
        f"\u2212{abs(low.mean):.3f}, with {percent(low.share_positive, 2)} above zero."
    )


def plot_bands(bands: Mapping[str, Sequence[Band]], everything: float, common: float) -> Drawing:
    """How close together the rows of each band of token ids point, over the share of its tokens that a text uses.

    Args:
        bands: Bands by how their rows are looked at, the rows as they are first.
        everything: The mean cosine of all pairs of the table.
        common: That of the common words.
    """
    first, *others = bands
    middles = [(b.first_id + b.last_id) / 2 for b in bands[first]]
    spans = [f"ids {b.first_id} to {b.last_id}" for b in bands[first]]
    dots = {
        "type": "scatter", "mode": "lines+markers", "x": middles, "y": [b.mean_cosine for b in bands[first]], "text": spans,
        "line": {"color": "@accent"}, "marker": {"size": 9, "color": "@accent"},
        "hovertemplate": "%{text}<br>mean cosine %{y:.3f}<extra></extra>",
    }  # fmt: skip
    bars = {
        "type": "bar", "x": middles, "y": [100 * b.share_seen for b in bands[first]], "yaxis": "y2", "text": spans, "textposition": "none",
        "marker": {"color": "@random"}, "hovertemplate": "%{text}<br>%{y:.0f}\u202f% occur in the plays<extra></extra>",
    }  # fmt: skip
    lowest = min(0.0, *(b.mean_cosine for part in bands.values() for b in part))
    highest = max(b.mean_cosine for part in bands.values() for b in part)
    layout = {
        "margin": {"t": 16},
        "shapes": [_level(everything, "dot"), _level(common, "dash")],
        "annotations": [_word(everything, "any two tokens"), _word(common, "two common words")],
        "xaxis": {"title": {"text": "token id, rarer to the right"}, "anchor": "y2", "tickformat": ",d", "nticks": 5, "tickangle": 0},
        "yaxis": {"domain": [0.36, 1], "range": [lowest - 0.03, highest * 1.08], "title": {"text": "mean cosine in the band"}},
        "yaxis2": {"domain": [0, 0.27], **AXIS, "nticks": 3, "rangemode": "tozero", "title": {"text": "used in the plays"}},
    }  # fmt: skip
    none: dict[str, Any] = {"shapes": [], "annotations": []}
    states = [State({"rows": name}, {0: {"y": [b.mean_cosine for b in bands[name]]}}, none) for name in others]
    return Drawing(
        figure=plot([dots, bars], layout),
        columns=BAND_COLUMNS,
        rows=[(name, *band) for name, part in bands.items() for band in part],
        summary=_summary_of_bands(bands[first], everything, common),
        controls=(Control("rows", "select", "Rows", tuple(bands), first),),
        states=states,
        height=460,
    )


def _level(height: float, dash: str) -> dict[str, Any]:
    line = {"color": "@muted", "width": 1, "dash": dash}
    return {
        "type": "line", "xref": "paper", "yref": "y", "x0": 0, "x1": 1, "y0": height, "y1": height, "line": line, "layer": "below",
    }  # fmt: skip


def _word(height: float, text: str) -> dict[str, Any]:
    font = {"size": 13, "color": "@muted"}
    return {
        "text": text, "xref": "paper", "x": 1, "xanchor": "right", "yref": "y", "y": height, "yanchor": "top", "showarrow": False, "font": font,
    }  # fmt: skip


def _summary_of_bands(bands: Sequence[Band], everything: float, common: float) -> str:
    return (
        f"{len(bands)} bands of token ids. Two tokens of the first band have a mean cosine of {bands[0].mean_cosine:.2f}, "
        f"two of the last {bands[-1].mean_cosine:.2f}. Over the whole table the mean is {everything:.2f}, "
        f"among common words {common:.2f}. Of the first band {percent(bands[0].share_seen)} occur in the plays, of the last {percent(bands[-1].share_seen)}."
    )


def plot_lengths(table: TokenTable, ids: Sequence[int], counts: np.ndarray, shared: Sequence[int]) -> Drawing:
    """The lengths of rows against the token id, or against how often the token occurs in a text.

    Args:
        table: The token table.
        ids: The tokens shown.
        counts: How often each token of the table occurs in the text.
        shared: Ids of tokens whose row another token has too; they are drawn apart.
    """
    lengths = np.linalg.norm(table.rows(ids).astype(np.float64), axis=1)
    twins = np.isin(ids, shared)
    known = np.asarray(ids)
    parts = [np.flatnonzero(~twins), np.flatnonzero(twins)]
    looks = [
        ("a row of its own", "@accent", "circle", 5),
        ("a row that other tokens have too", "@series-1", "diamond", 7),
    ]
    traces = [
        {
            "type": "scatter", "mode": "markers", "name": name, "x": known[part], "y": lengths[part].round(4),
            "text": [table.glyph(int(i)) for i in known[part]],
            "marker": {"size": size, "color": color, "symbol": symbol, "opacity": 0.6},
            "hovertemplate": "<b>%{text}</b><br>length %{y:.2f}<br>%{x}<extra></extra>",
        }
        for part, (name, color, symbol, size) in zip(parts, looks, strict=True)
    ]  # fmt: skip
    layout = {
        "xaxis": {"title": {"text": "token id"}, "tickformat": ",d", "nticks": 6},
        "yaxis": {"title": {"text": "length of the row"}, "rangemode": "tozero"},
    }
    # A token that never occurs has no place on a logarithmic axis; it stands to the left of those that occur once.
    times = {n: {"x": np.maximum(counts[known[part]], 0.5)} for n, part in enumerate(parts)}
    axis = {
        "xaxis": {"type": "log", "title": {"text": "times in the plays; at the left edge, never"}, "tickformat": ",d"}
    }
    rows = [
        (int(i), table.glyph(int(i)), float(length), int(counts[i]), "yes" if twin else "no")
        for i, length, twin in zip(known, lengths, twins, strict=True)
    ]
    return Drawing(
        figure=plot(traces, layout),
        columns=LENGTH_COLUMNS,
        rows=rows,
        summary=f"{len(known)} tokens. The middle length is {np.median(lengths):.2f}; nine in ten lie between {np.percentile(lengths, 5):.2f} and {np.percentile(lengths, 95):.2f}.",
        controls=(Control("against", "select", "Against", (BY_ID, BY_COUNT), BY_ID, labels=("token id", "times in the plays")),),
        states=(State({"against": BY_COUNT}, times, axis),),
        search=(0, 1),
        height=440,
    )  # fmt: skip
