"""Figures in three axes of the chapter on maps: the tokens of a corpus, and the whole vocabulary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from embedguide.analysis.corpus_map import (
    CLIP,
    KINDS,
    CorpusMap,
    corners_of,
    kinds_of,
    lengths_of,
)
from embedguide.analysis.projections import Projection
from embedguide.figures.in_words import percent
from embedguide.figures.theme import plot
from embedguide.models import TokenTable
from embedguide.results import Column, Control, Drawing, Quantized, State, quantize

COLORS = ("count", "article", "length", "kind")
COLOR_LABELS = ("the right count", "the article’s code", "length", "kind")
LONGEST = 12
SHADES = 100
# A larger vocabulary would take more than its reader's patience to fetch.
MOST_POINTS = 60_000
CORNER_COLUMNS = (
    Column("corpus", "corpus"),
    Column("corner", "corner"),
    Column("rank", "rank", format="d"),
    Column("token_id", "token id", format="d"),
    Column("token", "token"),
    Column("count", "count", format=",d"),
)
WHOLE_COLUMNS = (Column("kind", "kind of token"), Column("tokens", "tokens", format=",d"))
OVER = {"side": "top", "font": {"size": 13, "color": "@muted"}}
BAR: dict[str, Any] = {
    "orientation": "h", "y": -0.02, "yanchor": "top", "len": 0.8, "thickness": 10, "outlinewidth": 0,
    "tickfont": {"color": "@muted"},
}  # fmt: skip


def plot_corpora(table: TokenTable, maps: Sequence[CorpusMap], titles: Mapping[str, str]) -> Drawing:
    """The tokens of each corpus on three principal components; controls pick the corpus and the color.

    Args:
        table: The token table.
        maps: One map for each corpus; the first is shown first.
        titles: The names of the corpora for readers.
    """
    names = [found.corpus for found in maps]
    first = maps[0]
    trace = {
        "type": "scatter3d", "mode": "markers", **_points(table, first),
        "hovertemplate": "%{text}<br>%{customdata} times<extra></extra>", "marker": {"size": 2.2, "symbol": "square", **_by_count(first.counted.clipped()[first.drawn])},
    }  # fmt: skip
    states = []
    for found in maps:
        moved = _points(table, found) if found is not first else {}
        states.append(State({"corpus": found.corpus}, {0: moved}, _scene(found.shares)))
        for color, marker in _markers(table, found).items():
            states.append(State({"corpus": found.corpus, "color": color}, {0: {"marker": marker}}))
    return Drawing(
        figure=plot([trace_without_packed(trace)], _layout(first.shares)) | {"data": [trace]},
        columns=CORNER_COLUMNS,
        rows=[row for found in maps for row in _corner_rows(table, found)],
        summary=_summary(first, titles[first.corpus]),
        controls=(
            Control("corpus", "select", "Corpus", names, names[0], labels=[titles[name] for name in names]),
            Control("color", "select", "Color by", COLORS, COLORS[0], labels=COLOR_LABELS),
        ),
        states=states,
        search=(0,),
        height=600,
    )


def plot_vocabulary(table: TokenTable, projection: Projection) -> Drawing:
    """A token table's rows on three principal components, colored by kind or by id; fetched when a reader asks for it.

    All rows are drawn of a table with up to `MOST_POINTS`, of a larger one every second, third ... row.

    Args:
        table: The token table.
        projection: Its rows on three axes, all of them.
    """
    step = -(-table.n_tokens // MOST_POINTS)
    ids = np.arange(0, table.n_tokens, step)
    kinds = kinds_of(table, ids)
    packed = quantize(projection.points[ids], bits=16)
    x, y, z = (Quantized(packed.integers[:, axis], packed.scale) for axis in range(3))
    trace = {
        "type": "scatter3d", "mode": "markers", "x": x, "y": y, "z": z, "hovertemplate": "%{text}<extra></extra>",
        "marker": {"size": 1.6, "symbol": "square", "opacity": 1, **_by_kind(kinds)},
    }  # fmt: skip
    rows = [(name, int((kinds == number).sum())) for number, name in enumerate(KINDS)]
    return Drawing(
        figure=plot([trace_without_packed(trace)], _layout(projection.shares)) | {"data": [trace]},
        columns=WHOLE_COLUMNS,
        rows=rows,
        summary=_summary_of_vocabulary(table, ids, projection, rows),
        controls=(Control("color", "select", "Color by", ("kind", "id"), "kind", labels=("kind", "token id")),),
        states=(State({"color": "id"}, {0: {"marker": _by_id(len(ids))}}),),
        search=(0,),
        height=600,
        on_request=True,
        names_from="lookup/vocabulary",
        names_step=step,
    )


def _by_id(n_points: int) -> dict[str, Any]:
    shades = np.floor(np.arange(n_points) * SHADES / n_points)
    return {
        "color": _small(shades), "colorscale": "@sequential-marks", "cmin": 0, "cmax": SHADES,
        "colorbar": {**BAR, "title": {**OVER, "text": "token id"}, "tickvals": [0, SHADES], "ticktext": ["first", "last"]},
    }  # fmt: skip


def _summary_of_vocabulary(
    table: TokenTable, ids: np.ndarray, projection: Projection, rows: Sequence[tuple[str, int]]
) -> str:
    kinds = "; ".join(f"{name}: {percent(count / len(ids))}" for name, count in rows)
    return (
        f"{len(ids)} of {table.n_tokens} tokens as a cloud of points on three axes that hold {percent(projection.shares.sum())} of the "
        f"variance. {kinds}."
    )


def trace_without_packed(trace: Mapping[str, Any]) -> dict[str, Any]:
    """The trace with packed numbers unpacked, as Plotly checks it."""
    return {
        name: part.restored() if isinstance(part, Quantized) else trace_without_packed(part) if isinstance(part, Mapping) else part
        for name, part in trace.items()
    }  # fmt: skip


def _points(table: TokenTable, found: CorpusMap) -> dict[str, Any]:
    packed = quantize(found.points[found.drawn], bits=16)
    x, y, z = (Quantized(packed.integers[:, axis], packed.scale) for axis in range(3))
    text = [table.glyph(int(i)) for i in found.counted.ids[found.drawn]]
    return {"x": x, "y": y, "z": z, "text": text, "customdata": found.counted.counts[found.drawn]}


def _markers(table: TokenTable, found: CorpusMap) -> dict[str, dict[str, Any]]:
    ids = found.counted.ids[found.drawn]
    lengths = np.minimum(lengths_of(table, ids), LONGEST)
    by_length = {
        "color": _small(lengths), "colorscale": "@sequential-marks", "cmin": 1, "cmax": LONGEST,
        "colorbar": {**BAR, "title": {**OVER, "text": f"characters, from {LONGEST} on one color"}, "tickvals": [1, 4, 8, LONGEST], "ticktext": ["1", "4", "8", f"{LONGEST}+"]},
    }  # fmt: skip
    return {
        "count": _by_count(found.counted.clipped()[found.drawn]),
        "article": _by_count(found.counted.as_the_article_colors()[found.drawn], "count of some other token"),
        "length": by_length,
        "kind": _by_kind(kinds_of(table, ids)),
    }


def _by_count(counts: np.ndarray, words: str = "count") -> dict[str, Any]:
    return {
        "color": _small(counts), "colorscale": "@sequential-marks", "cmin": 1, "cmax": CLIP,
        "colorbar": {**BAR, "title": {**OVER, "text": f"{words}, from {CLIP} on one color"}, "tickvals": [1, CLIP // 2, CLIP], "ticktext": ["1", str(CLIP // 2), f"{CLIP}+"]},
    }  # fmt: skip


def _by_kind(kinds: np.ndarray) -> dict[str, Any]:
    n = len(KINDS)
    steps = [[edge / n, f"@series-{number}"] for number in range(n) for edge in (number, number + 1)]
    short = ("word", "Word", "letters", "signs", "other")
    return {
        "color": _small(kinds), "colorscale": steps, "cmin": -0.5, "cmax": n - 0.5,
        "colorbar": {**BAR, "title": {**OVER, "text": "kind of token"}, "tickvals": list(range(n)), "ticktext": list(short)},
    }  # fmt: skip


def _small(whole: np.ndarray) -> Quantized:
    return Quantized(whole.astype(np.int8), 1.0)


def _scene(shares: np.ndarray) -> dict[str, Any]:
    return {
        "scene": {
            f"{axis}axis": {
                "title": {"text": f"axis {number + 1}, {percent(share, 1)}"}, "showticklabels": False, "showbackground": False, "zeroline": False,
                "gridcolor": "@faint", "color": "@muted",
            }
            for number, (axis, share) in enumerate(zip("xyz", shares, strict=True))
        }
    }  # fmt: skip


def _layout(shares: np.ndarray) -> dict[str, Any]:
    # From so far, and looking a little below the middle, that all three titles are in the picture.
    camera = {"eye": {"x": 1.3, "y": 1.3, "z": 0.72}, "center": {"x": 0, "y": 0, "z": -0.18}}
    scene = {"aspectmode": "cube", "camera": camera, **_scene(shares)["scene"]}
    return {"scene": scene, "margin": {"l": 0, "r": 0, "t": 0, "b": 62}}


def _corner_rows(table: TokenTable, found: CorpusMap) -> list[tuple[Any, ...]]:
    counted = found.counted
    return [
        (found.corpus, corner, rank, int(counted.ids[i]), table.glyph(int(counted.ids[i])), int(counted.counts[i]))
        for corner, order in corners_of(found.points)
        for rank, i in enumerate(order[:10], start=1)
    ]


def _summary(found: CorpusMap, title: str) -> str:
    counted = found.counted
    once, often = (counted.counts == 1).mean(), (counted.counts >= CLIP).mean()
    return (
        f"{len(found.drawn)} of the {len(counted.ids)} tokens that occur in {title}, on three axes that hold {percent(found.shares.sum())} of the "
        f"variance. {percent(once)} of the tokens occur once, {percent(often)} occur {CLIP} times or more."
    )
