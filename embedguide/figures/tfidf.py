"""Figures of the chapter on counting words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from embedguide.analysis.tfidf import Counts, Plane
from embedguide.figures.in_words import percent
from embedguide.figures.theme import plot
from embedguide.results import Column, Control, Drawing, Quantized, State

COLUMNS = (Column("word", "word"), Column("count", "times", format="d"), Column("chunks", "chunks with it", format="d"))
FORMULAS = {"article": "of this page", "library": "of scikit-learn"}
HIGHLIGHTS = ("number words", "names of speakers", "nothing")
# Steps along the longer side of the map: finer than a screen shows, and half the bytes of 16 bits.
STEPS = 4000
# So many of the farthest words are written on the map, if they are at least this share of its size apart.
N_LABELS, APART = 7, 0.1
# Words nearer to the left or right edge than this share of the map's width stand beside their point.
EDGE = 0.15
HOVER = "<b>%{text}</b><extra></extra>"


def plot_word_map(
    planes: Mapping[str, Mapping[str, Plane]],
    counts: Counts,
    groups: Mapping[str, Sequence[str]],
    *,
    n_chunks: str,
    least: int,
) -> Drawing:
    """Words in the plane of their first two principal components; controls change chunks, formula and highlighted words.

    Args:
        planes: Formula -> number of chunks -> the words' places.
        counts: Counts in the default number of chunks.
        groups: Words that can be highlighted, by one of `HIGHLIGHTS`.
        n_chunks: The default number of chunks.
        least: Words that stand in the text fewer times are left out of the drawing.
    """
    shown = np.flatnonzero(counts.totals >= least)
    words = [counts.words[n] for n in shown]
    marked = {name: [int(n) for n in shown if counts.words[n] in set(group)] for name, group in groups.items()}
    places: list[Sequence[int] | np.ndarray] = [shown, *marked.values()]
    first = planes["article"][n_chunks]
    traces = [_trace(words, "@muted", 5, 0.35)]
    traces += [_trace([counts.words[n] for n in found], color, 9, 1.0) for found, color in zip(marked.values(), ("@series-1", "@series-0"), strict=True)]  # fmt: skip
    for trace, found in zip(traces, places, strict=True):
        trace.update(_at(first, found, shown))
    traces[2]["visible"] = False
    traces.append(
        {
            "type": "scatter",
            "mode": "text",
            "hoverinfo": "skip",
            **_labels(first, shown, counts),
        }
    )
    return Drawing(
        figure=plot([{**t, "x": [0], "y": [0], "text": ["a"]} for t in traces], _layout(first)) | {"data": traces},
        columns=COLUMNS,
        rows=[(counts.words[n], int(counts.totals[n]), int(counts.chunks_with[n])) for n in shown],
        summary=_summary(first, shown, counts, marked[HIGHLIGHTS[0]]),
        controls=(
            Control("chunks", "select", "Chunks", tuple(planes["article"]), n_chunks),
            Control("formula", "select", "Formula", tuple(FORMULAS), "article", tuple(FORMULAS.values())),
            Control("highlight", "select", "Highlight", HIGHLIGHTS, HIGHLIGHTS[0]),
        ),
        states=_states(planes, places, shown, counts, n_chunks),
        parts="formula",
        search=(0,),
        height=500,
    )


def _trace(words: Sequence[str], color: str, size: int, opacity: float) -> dict[str, Any]:
    marker = {"size": size, "color": color, "opacity": opacity}
    return {"type": "scattergl", "mode": "markers", "text": list(words), "marker": marker, "hovertemplate": HOVER}


def _labels(plane: Plane, shown: np.ndarray, counts: Counts) -> dict[str, Any]:
    """Places and names of the farthest words, each far enough from those before it."""
    far = np.linalg.norm(plane.points - np.median(plane.points[shown], axis=0), axis=1)
    chosen: list[int] = []
    for n in shown[np.argsort(-far[shown])]:
        gaps = np.linalg.norm(plane.points[chosen] - plane.points[n], axis=1)
        if len(chosen) < N_LABELS and (gaps > APART * far[shown].max()).all():
            chosen.append(int(n))
    sides = _sides(plane.points[chosen, 0], plane.points[shown, 0])
    return {
        "text": [_beside(counts.words[n], side) for n, side in zip(chosen, sides, strict=True)],
        "textposition": sides,
        **_at(plane, chosen, shown),
    }


def _sides(x: np.ndarray, every: np.ndarray) -> list[str]:
    """Above the point; beside it, on the inner side, where the edge of the map would cut the word off."""
    share = (x - every.min()) / (every.max() - every.min())
    return ["middle right" if s < EDGE else "middle left" if s > 1 - EDGE else "top center" for s in share]


def _beside(word: str, side: str) -> str:
    """The word with a space toward its point where it stands beside it: Plotly leaves none for a point of another trace."""
    return {"middle right": f"\u00a0{word}", "middle left": f"{word}\u00a0"}.get(side, word)


def _at(plane: Plane, found: Sequence[int] | np.ndarray, shown: np.ndarray) -> dict[str, Any]:
    """The coordinates of words as small whole numbers with the map's one scale."""
    scale = float(f"{np.abs(plane.points[shown]).max() / STEPS:.6g}")
    whole = np.rint(plane.points[np.asarray(found, dtype=int)] / scale).astype(np.int16)
    return {"x": Quantized(whole[:, 0].copy(), scale), "y": Quantized(whole[:, 1].copy(), scale)}


def _states(
    planes: Mapping[str, Mapping[str, Plane]], places: Sequence[Any], shown: np.ndarray, counts: Counts, n_chunks: str
) -> tuple[State, ...]:
    states = []
    for formula, by_chunks in planes.items():
        for chunks, plane in by_chunks.items():
            if (formula, chunks) == ("article", n_chunks):
                continue
            changes: dict[int, dict[str, Any]] = {trace: _at(plane, found, shown) for trace, found in enumerate(places)}
            changes[len(places)] = _labels(plane, shown, counts)
            states.append(State({"formula": formula, "chunks": chunks}, changes, _titles(plane)))
    states.append(State({"highlight": HIGHLIGHTS[1]}, {1: {"visible": False}, 2: {"visible": True}}))
    states.append(State({"highlight": HIGHLIGHTS[2]}, {1: {"visible": False}}))
    return tuple(states)


def _titles(plane: Plane) -> dict[str, Any]:
    first, second = (f"{share:.0%}".replace("%", " %") for share in plane.explained)
    return {
        "xaxis": {"title": {"text": f"first principal component, {first} of the variance"}},
        "yaxis": {"title": {"text": f"second principal component, {second} of the variance"}},
    }


def _layout(plane: Plane) -> dict[str, Any]:
    titles = _titles(plane)
    quiet = {"showticklabels": False}
    return {"xaxis": {**titles["xaxis"], **quiet}, "yaxis": {**titles["yaxis"], **quiet}}


def _summary(plane: Plane, shown: np.ndarray, counts: Counts, numbers: Sequence[int]) -> str:
    points = plane.points[shown]
    far = np.linalg.norm(points - np.median(points, axis=0), axis=1)
    near = float((far <= far.max() / 10).mean())
    names = [counts.words[shown[n]] for n in np.argsort(-far)[:5]]
    return (
        f"A map of {len(shown)} words. {percent(near, 1)} of them lie within a tenth of the largest distance from the middle point, "
        f"the {len(numbers)} number words among them; farthest out are {', '.join(names[:-1])} and {names[-1]}."
    )


def plot_chunks(counts: Counts) -> Drawing:
    """How many of the different words, and how much of the running text, stand in one chunk, in two, ... in all."""
    n_chunks = counts.counts.shape[1]
    chunks = np.arange(1, n_chunks + 1)
    words = np.array([(counts.chunks_with == n).mean() for n in chunks])
    text = np.array([counts.totals[counts.chunks_with == n].sum() for n in chunks]) / counts.totals.sum()
    bars = [
        {"type": "bar", "x": chunks, "y": share, "name": name, "marker": {"color": color}, "hovertemplate": f"%{{y:.1%}} of {name}<br>in %{{x}} chunks<extra></extra>"}
        for name, share, color in (("the different words", words, "@series-0"), ("the running text", text, "@series-1"))
    ]  # fmt: skip
    idf = np.log(n_chunks / chunks)
    layout = {
        "margin": {"b": 48},
        "barmode": "group", "bargap": 0.25, "showlegend": True, "legend": {"orientation": "h", "x": 0, "y": 1.12},
        "xaxis": {"title": {"text": "chunks that hold the word"}, "dtick": 1, "showgrid": False},
        "yaxis": {"title": {"text": "share"}, "tickformat": ".0%"},
    }  # fmt: skip
    return Drawing(
        figure=plot(bars, layout),
        columns=(
            Column("chunks", "chunks", format="d"),
            Column("idf", "idf", format=".2f"),
            Column("words", "different words", format=".1%"),
            Column("text", "running text", format=".1%"),
        ),
        rows=[(int(n), float(i), float(w), float(t)) for n, i, w, t in zip(chunks, idf, words, text, strict=True)],
        summary=f"{percent(words[0])} of the different words stand in one chunk only; {percent(words[-1])} stand in all {n_chunks}, "
        f"and these make up {percent(text[-1])} of the running text.",
        height=340,
    )
