"""Figures of the chapter on where the table comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from embedguide.figures.theme import plot
from embedguide.figures.word_map import bare_range, draw_words, half_width, move_words, name_groups, project_moments
from embedguide.results import Column, Control, Drawing, State, quantize

MAP_COLUMNS = (
    Column("step", "step", format="d"),
    Column("loss", "loss around this step", "nats", ".2f"),
)
WINDOW = 25


def plot_growth(
    tables: Mapping[int, np.ndarray], losses: np.ndarray, words: Sequence[str], groups: Mapping[str, Sequence[str]], n_others: int, skip: int
) -> Drawing:  # fmt: skip
    """Words at some steps of training over the curve of the loss; a slider moves through the steps.

    Args:
        tables: The token table by step, ``(n_tokens, n_dims)``; the mean of the words' rows is subtracted here.
        losses: The loss of each step.
        words: The words of the first rows.
        groups: Words that are colored, by the name of their group.
        n_others: How many further frequent words are drawn behind them.
        skip: How many of the most frequent words are not drawn.
    """
    named = {word for members in groups.values() for word in members}
    parts = {"": [word for word in words[skip : skip + n_others] if word not in named], **groups}
    number = {word: n for n, word in enumerate(words)}
    chosen = [number[word] for members in parts.values() for word in members]
    places = project_moments([table[chosen] - table[: len(words)].mean(axis=0) for table in tables.values()])
    ends = np.cumsum([0, *(len(members) for members in parts.values())])
    cuts = {name: slice(a, b) for name, (a, b) in zip(parts, pairwise(ends.tolist()), strict=True)}
    smooth = losses[: len(losses) // WINDOW * WINDOW].reshape(-1, WINDOW).mean(axis=1)
    middles = np.arange(len(smooth)) * WINDOW + WINDOW / 2
    at = [float(losses[max(0, step - WINDOW) : max(step, 1)].mean()) for step in tables]
    traces = [draw_words(places[-1][cuts[name]], members, name, n) for n, (name, members) in enumerate(parts.items())]
    lower = {"xaxis": "x2", "yaxis": "y2"}
    traces += [
        {"type": "scatter", "mode": "lines", "x": middles, "y": smooth, "line": {"color": "@muted", "width": 2}, "hovertemplate": "loss %{y:.2f} at step %{x:.0f}<extra></extra>", **lower},
        {"type": "scatter", "mode": "markers", "x": [list(tables)[-1]], "y": [at[-1]], "marker": {"size": 12, "color": "@accent"}, "hovertemplate": "loss %{y:.2f}<extra></extra>", **lower},
    ]  # fmt: skip
    steps, half = list(tables), half_width(places)
    states = []
    for step, place, loss in zip(steps[:-1], places[:-1], at[:-1], strict=True):
        changes = move_words(place, cuts)
        changes[len(cuts) + 1] = {"x": [step], "y": [loss]}
        states.append(State({"step": step}, changes, {"annotations": name_groups(place, cuts, half)}))
    bare = bare_range(places)
    layout = {
        "margin": {"t": 8}, "showlegend": False, "annotations": name_groups(places[-1], cuts, half),
        "xaxis": {**bare, "anchor": "y", "title": {"text": "first principal component after training"}},
        "yaxis": {**bare, "domain": [0.36, 1], "title": {"text": "second principal component"}},
        "xaxis2": {"anchor": "y2", "title": {"text": "step of training"}, "range": [-20, max(steps) + 20]},
        "yaxis2": {"domain": [0, 0.22], "title": {"text": "loss"}, "nticks": 4},
    }  # fmt: skip
    return Drawing(
        figure=plot(traces, layout),
        columns=MAP_COLUMNS,
        rows=list(zip(steps, at, strict=True)),
        summary=f"{len(chosen)} words at {len(steps)} moments of training. The loss falls from {at[0]:.2f} nats to {at[-1]:.2f} nats in {steps[-1]} steps.",
        controls=(
            Control("step", "slider", "Step", tuple(steps), steps[-1]),
            Control("run", "play", "Train", drives="step"),
        ),
        states=tuple(states),
        search=tuple(range(len(cuts))),
        height=600,
    )


# Where the label of a pair stands that would cover another.
SIDES = {"father – mother": "middle left", "day – night": "bottom center"}
COMPANY_COLUMNS = (
    Column("words", "words"),
    Column("company", "company in common", format=".2f"),
    Column("before", "cosine before training", format=".2f"),
    Column("after", "cosine after training", format=".2f"),
)


def plot_company(
    shared: np.ndarray, cosines: Mapping[int, np.ndarray], pairs: Sequence[str], correlations: Mapping[int, float], named: Mapping[str, int]
) -> Drawing:  # fmt: skip
    """Pairs of words by the company they share and by the cosine of their rows, at some steps of training.

    Args:
        shared: Cosine of the company of each pair, ``(n_pairs,)``.
        cosines: Cosines of the rows of each pair by step, ``(n_pairs,)``.
        pairs: The words of each pair as text.
        correlations: Rank correlation over all pairs of words, not only those drawn, by step.
        named: Pairs that get their words written beside them, and their place among the pairs.
    """
    steps = list(cosines)
    last = cosines[steps[-1]]
    where = list(named.values())
    dots = {
        "type": "scatter", "mode": "markers", "x": np.round(shared, 3), "y": np.round(last, 3), "text": list(pairs),
        "marker": {"size": 4, "color": "@random", "opacity": 0.6}, "hovertemplate": "<b>%{text}</b><br>company %{x:.2f}, rows %{y:.2f}<extra></extra>",
    }  # fmt: skip
    labels = {
        "type": "scatter", "mode": "markers+text", "x": shared[where], "y": last[where], "text": list(named), "textposition": [SIDES.get(pair, "top center") for pair in named],
        "marker": {"size": 9, "color": "@accent"}, "hovertemplate": "<b>%{text}</b><br>company %{x:.2f}, rows %{y:.2f}<extra></extra>", "cliponaxis": False,
    }  # fmt: skip
    layout = {
        "margin": {"t": 24}, "showlegend": False, "annotations": [_correlation(correlations[steps[-1]])],
        "xaxis": {"title": {"text": "company in common (cosine)"}, "range": [-0.01, 1.15 * float(max(shared.max(), shared[where].max()))]},
        "yaxis": {"title": {"text": "cosine of the rows"}, "range": [-0.8, 1.05], "tickformat": ".1f"},
    }  # fmt: skip
    states = tuple(
        State({"step": step}, {0: {"y": quantize(cosines[step], bits=16)}, 1: {"y": cosines[step][where]}}, {"annotations": [_correlation(correlations[step])]})
        for step in steps[:-1]
    )  # fmt: skip
    first = cosines[steps[0]]
    return Drawing(
        figure=plot([dots, labels], layout),
        columns=COMPANY_COLUMNS,
        rows=[(pair, *map(float, numbers)) for pair, *numbers in zip(pairs, shared, first, last, strict=True)],
        summary=f"{len(pairs)} pairs of words. The rank correlation between the company they share and the cosine of their rows is "
        f"{round(correlations[steps[0]], 2) + 0.0:.2f} before training and {correlations[steps[-1]]:.2f} after it.",
        controls=(
            Control("step", "slider", "Step", tuple(steps), steps[-1]),
            Control("run", "play", "Train", drives="step"),
        ),
        states=states,
        search=(0, 1),
        height=460,
    )


def _correlation(value: float) -> dict[str, Any]:
    text = f"rank correlation {round(value, 2) + 0.0:.2f}".replace("-", "\u2212")
    return {
        "text": text,
        "x": 1,
        "y": 1.05,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "right",
        "showarrow": False,
        "font": {"size": 14, "color": "@ink"},
    }


GRADIENT_COLUMNS = (
    Column("row", "row", format="d"),
    Column("token", "token"),
    Column("untied", "gradient, untied", format=".2g"),
    Column("tied", "gradient, tied", format=".2g"),
)


def plot_gradients(untied: np.ndarray, tied: np.ndarray, tokens: Sequence[str]) -> Drawing:
    """The length of the gradient of every row of the table for one line of text, tied or untied.

    The rows that have one in either case are those of the words that were read; they are named.

    Args:
        untied: By row, when the output layer is a table of its own.
        tied: By row, when it is the same table.
        tokens: What each row belongs to.
    """
    read, others = np.flatnonzero(untied > 0), np.flatnonzero(untied == 0)
    # Answers, right and wrong, that are pushed as hard as the words that were read.
    high = others[tied[others] >= tied[read].min()]
    hover = "<b>%{text}</b><br>gradient %{y:.2g}<extra></extra>"
    small = {
        "type": "scatter", "mode": "markers", "hovertemplate": hover, **_gradient_view(tied, others, tokens),
        "marker": {"size": 4, "color": "@random", "opacity": 0.7},
    }  # fmt: skip
    large = {
        "type": "scatter", "mode": "markers+text", "cliponaxis": False, "hovertemplate": hover,
        "textposition": [*(("top center", "bottom center")[n % 2] for n in range(len(read) - 1)), "top center"],
        "marker": {"size": 9, "color": "@accent"}, **_gradient_view(tied, read, tokens),
    }  # fmt: skip
    names = {
        "type": "scatter", "mode": "text", "hoverinfo": "skip", "textposition": "middle left", "textfont": {"color": "@muted"},
        **_gradient_view(tied, high, tokens),
    }  # fmt: skip
    top, low = float(max(untied.max(), tied.max())), float(tied[tied > 0].min())
    powers = {"type": "log", "dtick": 1, "exponentformat": "power"}
    layout = {
        "xaxis": {**powers, "title": {"text": "row of the table, frequent words first"}, "range": [-0.15, np.log10(len(tokens)) + 0.15]},
        "yaxis": {**powers, "title": {"text": "length of the gradient"}, "range": [np.log10(low) - 0.3, np.log10(top) + 0.5]},
    }  # fmt: skip
    own, same = "a table of its own", "the same table"
    none: dict[str, Any] = {"x": [], "y": [], "text": []}
    return Drawing(
        figure=plot([small, large, names], layout),
        columns=GRADIENT_COLUMNS,
        rows=[
            (n, token, float(a), float(b))
            for n, (token, a, b) in enumerate(zip(tokens, untied, tied, strict=True), start=1)
        ],
        summary=f"With an output layer of its own {len(read)} of {len(tokens)} rows receive a gradient, with the same table {int((tied > 0).sum())}.",
        controls=(Control("output", "select", "The output layer is", (same, own), same),),
        states=(State({"output": own}, {0: none, 1: _gradient_view(untied, read, tokens), 2: none}),),
        height=400,
    )


def _gradient_view(values: np.ndarray, rows: np.ndarray, tokens: Sequence[str]) -> dict[str, Any]:
    shown = rows[values[rows] > 0]
    return {
        "x": shown + 1,
        "y": [float(f"{v:.3g}") for v in values[shown]],
        "text": [tokens[i] for i in shown.tolist()],
    }
