"""Figures of the chapter on similarity that look at single rows: two vectors beside each other, two rankings."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from embedguide.analysis.ranking import Ranked
from embedguide.analysis.similarity import cosine
from embedguide.figures.theme import plot
from embedguide.models import NotOneToken, TokenTable
from embedguide.results import Column, Control, Drawing, State, quantize

VECTOR_COLUMNS = (
    Column("pair", "pair"),
    Column("cosine", "cosine", format=".3f"),
    Column("correlation", "correlation", format=".3f"),
    Column("length_1", "length of the first", format=".2f"),
    Column("length_2", "length of the second", format=".2f"),
)
RANKED_COLUMNS = (
    Column("query", "word"),
    Column("token_id", "token id", format="d"),
    Column("token", "token"),
    Column("length", "length", format=".2f"),
    Column("cosine", "cosine", format=".3f"),
    Column("dot", "dot product", format=".3f"),
    Column("rank_by_cosine", "rank by cosine", format=",d"),
    Column("rank_by_dot", "rank by dot product", format=",d"),
)
# The tokens that count as near, and the kinds of token in the figure of rankings.
NEAR = 10
KINDS = ("among the ten nearest by both", "by cosine only", "by dot product only", "by neither")


def plot_two_vectors(table: TokenTable, pairs: Sequence[tuple[str, str]], seed: int) -> Drawing:
    """Two rows as lines over the dimensions, and one against the other; the last pair takes a token at random.

    Args:
        table: The token table.
        pairs: Pairs of tokens as exact text; one that is not two tokens of this model is left out.
        seed: Of the draw of the control.

    Raises:
        NotOneToken: no text of the pairs is one token.
    """
    known = [view for pair in pairs if (view := _rows_of(table, pair)) is not None]
    views = [*known, _control(table, [text for pair in pairs for text in pair], seed)]
    names = [f"{a} and {b}" for a, b, _ in views]
    reach = 1.05 * max(float(np.abs(rows).max()) for *_, rows in views)
    dims = np.arange(1, table.n_dims + 1)
    first, second, rows = views[0]
    line = {"type": "scatter", "mode": "lines", "x": dims, "hovertemplate": "dimension %{x}<br>%{y:.3f}<extra>%{fullData.name}</extra>"}  # fmt: skip
    traces = [
        {**line, "name": first, "y": rows[0].round(4), "line": {"color": "@series-0", "width": 1}},
        {**line, "name": second, "y": rows[1].round(4), "line": {"color": "@series-1", "width": 1}},
        {
            "type": "scatter", "mode": "markers", "x": rows[0].round(4), "y": rows[1].round(4),
            "xaxis": "x2", "yaxis": "y2", "showlegend": False, "text": [f"dimension {d}" for d in dims],
            "marker": {"size": 4, "color": "@accent", "opacity": 0.55},
            "hovertemplate": "%{text}<br>%{x:.3f}, %{y:.3f}<extra></extra>",
        },
    ]  # fmt: skip
    words = _words(views[0])
    side = {"range": [-reach, reach], "nticks": 5, "zeroline": True, "zerolinecolor": "@muted"}
    layout = {
        "margin": {"t": 26},
        "xaxis": {"domain": [0, 0.54], "title": {"text": "dimension"}},
        "yaxis": {"range": [-reach, reach], "title": {"text": "value"}},
        "xaxis2": {**side, "domain": [0.66, 1], "anchor": "y2", "tickangle": 0, **words["xaxis2"]},
        # Both panels have one height and one range: the numbers on the left are those of the right as well.
        "yaxis2": {**side, "anchor": "x2", "showticklabels": False, **words["yaxis2"]},
        "annotations": words["annotations"],
    }
    measured = [_measure(name, rows) for name, (_, _, rows) in zip(names, views, strict=True)]
    return Drawing(
        figure=plot(traces, layout),
        columns=VECTOR_COLUMNS,
        rows=measured,
        summary="; ".join(f"{row[0]}: cosine {row[1]:.2f}" for row in measured).replace("-0.", "\u22120.") + ".",
        controls=(Control("pair", "select", "Pair", tuple(names), names[0]),),
        states=tuple(State({"pair": name}, _change(view), _words(view)) for name, view in zip(names[1:], views[1:], strict=True)),
        height=400,
    )  # fmt: skip


def _rows_of(table: TokenTable, pair: tuple[str, str]) -> tuple[str, str, np.ndarray] | None:
    try:
        ids = [table.token_id(text) for text in pair]
    except NotOneToken:
        return None
    return table.glyph(ids[0]), table.glyph(ids[1]), table.rows(ids).astype(np.float64)


def random_token(table: TokenTable, seed: int) -> int:
    """The id of a token picked at random from all that a text can hold."""
    used = np.setdiff1d(np.arange(table.n_tokens), sorted(table.unused_ids))
    return int(np.random.default_rng(seed).choice(used))


def _control(table: TokenTable, texts: Sequence[str], seed: int) -> tuple[str, str, np.ndarray]:
    """The first of the texts that is a token, beside one picked at random from the whole table."""
    ids = [first_token(table, texts), random_token(table, seed)]
    return table.glyph(ids[0]), f"{table.glyph(ids[1])}, picked at random", table.rows(ids).astype(np.float64)


def first_token(table: TokenTable, texts: Sequence[str]) -> int:
    """The id of the first of the texts that is one token; for none the error of the last."""
    for text in texts[:-1]:
        with suppress(NotOneToken):
            return table.token_id(text)
    return table.token_id(texts[-1])


def _measure(name: str, rows: np.ndarray) -> tuple[str, float, float, float, float]:
    lengths = np.linalg.norm(rows, axis=1)
    return name, float(cosine(rows[0], rows[1])), float(np.corrcoef(rows)[0, 1]), float(lengths[0]), float(lengths[1])


def _change(view: tuple[str, str, np.ndarray]) -> dict[int, dict[str, Any]]:
    first, second, rows = view
    a, b = (quantize(row, bits=16) for row in rows)
    return {0: {"name": first, "y": a}, 1: {"name": second, "y": b}, 2: {"x": a, "y": b}}


def _words(view: tuple[str, str, np.ndarray]) -> dict[str, Any]:
    first, second, rows = view
    note = f"cosine {float(cosine(rows[0], rows[1])):.2f}".replace("-", "\u2212")
    return {
        "xaxis2": {"title": {"text": f"value of {first}"}},
        "yaxis2": {"title": {"text": f"value of {second}"}},
        "annotations": [{"text": note, "xref": "paper", "yref": "paper", "x": 0.84, "y": 1, "yanchor": "bottom", "showarrow": False}],
    }  # fmt: skip


def plot_rankings(ranked: Sequence[Ranked]) -> Drawing:
    """Tokens near a word by the length of their rows and their cosine, and the line that the ten nearest by dot product lie above.

    Args:
        ranked: The nearest tokens of each word, both ways.
    """
    words = list(dict.fromkeys(r.query for r in ranked))
    views = {word: [r for r in ranked if r.query == word] for word in words}
    looks = (("@accent", "circle"), ("@series-2", "square"), ("@series-1", "diamond"), ("@random", "circle-open"))
    traces = [
        {
            "type": "scatter", "mode": "markers", "name": name, "marker": {"color": color, "symbol": symbol, "size": 9},
            "hovertemplate": "<b>%{text}</b><br>length %{x:.2f}, cosine %{y:.2f}<extra></extra>", **part,
        }
        for name, (color, symbol), part in zip(KINDS, looks, _parts(views[words[0]]), strict=True)
    ]  # fmt: skip
    line = {"type": "scatter", "mode": "lines", "showlegend": False, "hoverinfo": "skip", "line": {"color": "@muted", "width": 1, "dash": "dot"}, **_line(views[words[0]])}  # fmt: skip
    layout = {"xaxis": {"title": {"text": "length of the row"}}, "yaxis": {"title": {"text": "cosine to the word"}}}
    states = [State({"word": word}, dict(enumerate([*_parts(view), _line(view)]))) for word, view in views.items()]  # fmt: skip
    return Drawing(
        figure=plot([*traces, line], layout),
        columns=RANKED_COLUMNS,
        rows=[tuple(r) for r in ranked],
        summary="Of the ten nearest tokens by cosine, so many are also among the ten nearest by dot product: "
        + ", ".join(f"{word} {sum(_kind(r) == 0 for r in view)}" for word, view in views.items()) + ".",
        controls=(Control("word", "select", "Near", tuple(words), words[0]),),
        states=tuple(states),
        search=(0, 1, 2, 3),
        height=440,
    )  # fmt: skip


def _kind(one: Ranked) -> int:
    return {(True, True): 0, (True, False): 1, (False, True): 2, (False, False): 3}[one.rank_by_cosine <= NEAR, one.rank_by_dot <= NEAR]  # fmt: skip


def _parts(view: Sequence[Ranked]) -> list[dict[str, Any]]:
    """The points of each kind."""
    parts = [[r for r in view if _kind(r) == kind] for kind in range(len(KINDS))]
    return [{"x": [r.length for r in part], "y": [r.cosine for r in part], "text": [r.token for r in part]} for part in parts]  # fmt: skip


def _line(view: Sequence[Ranked]) -> dict[str, Any]:
    """Where the dot product is that of the tenth-nearest token."""
    tenth = next(r for r in view if r.rank_by_dot == NEAR)
    low, high = min(r.length for r in view), max(r.length for r in view)
    lengths = np.linspace(low, high, 40)
    return {"x": lengths.round(4), "y": (tenth.cosine * tenth.length / lengths).round(4)}
