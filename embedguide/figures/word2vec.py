"""Figures of the chapter on word2vec."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from embedguide.analysis.agreement import unit_rows
from embedguide.analysis.plays import Vocabulary
from embedguide.analysis.word2vec import Training
from embedguide.figures.in_words import percent
from embedguide.figures.theme import SHAPES, SOLID, plot
from embedguide.figures.word_map import bare_range, draw_words, half_width, move_words, name_groups, project_moments
from embedguide.results import Column, Control, Drawing, State

MAP_COLUMNS = (
    Column("word", "word"),
    Column("group", "group"),
    Column("count", "times in the plays", format="d"),
    Column("x", "first component after training", format=".2f"),
    Column("y", "second component after training", format=".2f"),
)


def plot_map(
    training: Training, vocabulary: Vocabulary, groups: Mapping[str, Sequence[str]], n_others: int, skip: int
) -> Drawing:
    """Words at every moment of training, on the principal components of the last moment.

    Rows are brought to length 1 first, so that a place on the map says where a row points.

    Args:
        training: The moments.
        vocabulary: Says which row is whose.
        groups: Words that are colored, by the name of their group.
        n_others: How many further frequent words are drawn behind them.
        skip: How many of the most frequent words are not drawn.
    """
    named = {word: group for group, words in groups.items() for word in words}
    others = [word for word in vocabulary.words[skip : skip + n_others] if word not in named]
    words, ids = [*others, *named], vocabulary.ids()
    chosen = [ids[word] for word in words]
    places = project_moments([moment.hidden[chosen] for moment in training.moments])
    parts = {"": slice(0, len(others))}
    for group, members in groups.items():
        first = words.index(members[0], len(others))
        parts[group] = slice(first, first + len(members))
    last, half = len(places) - 1, half_width(places)
    traces = [draw_words(places[last][part], words[part], group, n) for n, (group, part) in enumerate(parts.items())]
    rows = [
        (word, named.get(word, ""), int(vocabulary.counts[ids[word]]), *map(float, at))
        for word, at in zip(words, places[last], strict=True)
    ]
    layout = {**_empty_axes(places), "annotations": name_groups(places[last], parts, half)}
    return Drawing(
        figure=plot(traces, layout),
        columns=MAP_COLUMNS,
        rows=rows,
        summary=_map_summary(training, chosen, words, named),
        controls=(
            Control("epoch", "slider", "Times the text was read", tuple(range(last + 1)), last),
            Control("run", "play", "Train", drives="epoch"),
        ),
        states=tuple(
            State({"epoch": number}, move_words(at, parts), {"annotations": name_groups(at, parts, half)})
            for number, at in enumerate(places[:-1])
        ),
        search=tuple(range(len(traces))),
        height=520,
    )


def _empty_axes(places: Sequence[np.ndarray]) -> dict[str, Any]:
    bare = bare_range(places)
    return {
        "margin": {"t": 10}, "showlegend": False,
        "xaxis": {**bare, "title": {"text": "first principal component after training"}},
        "yaxis": {**bare, "title": {"text": "second principal component"}},
    }  # fmt: skip


def _map_summary(training: Training, chosen: list[int], words: list[str], named: Mapping[str, str]) -> str:
    """How often the nearest drawn word of a colored word is of its own group, before and after."""
    labels = [named.get(word, "") for word in words]
    colored = [i for i, label in enumerate(labels) if label]

    def share(rows: np.ndarray) -> float:
        unit = unit_rows(rows[chosen])[colored]
        cosines = unit @ unit.T
        np.fill_diagonal(cosines, -2)
        own = [labels[colored[i]] == labels[colored[j]] for i, j in enumerate(cosines.argmax(axis=1).tolist())]
        return float(np.mean(own))

    before, after = share(training.moments[0].hidden), share(training.last.hidden)
    return (
        f"{len(colored)} words of {len(set(labels)) - 1} groups among {len(words)} frequent words. The nearest of the colored words is "
        f"one of the same group for {percent(before)} of them before training and for {percent(after)} after it."
    )


QUALITY_COLUMNS = (
    Column("planned", "epochs planned", format="d"),
    Column("epoch", "epoch", format="d"),
    Column("agreement", "agreement with GloVe", format=".3f"),
    Column("loss", "loss", format=".3f"),
)


def plot_quality(trainings: Mapping[int, Training], agreements: Mapping[int, Sequence[float]]) -> Drawing:
    """The agreement with GloVe after every epoch, one line for each length of training.

    Args:
        trainings: By how many epochs were planned.
        agreements: Rank correlations with GloVe at each moment, the start included.
    """
    traces, notes, rows = [], [], []
    for number, (planned, values) in enumerate(agreements.items()):
        epochs = list(range(len(values)))
        color = "@accent" if planned == 5 else "@muted"
        marker: dict[str, Any] = {**SOLID, "size": [5] * planned + [11], "color": color, "symbol": SHAPES[number]}
        traces.append({
            "type": "scatter", "mode": "lines+markers", "x": epochs, "y": list(values), "name": f"{planned} planned",
            "line": {"color": color, "width": 2}, "marker": marker,
            "hovertemplate": f"<b>%{{y:.3f}}</b> after epoch %{{x}} of {planned}<extra></extra>",
        })  # fmt: skip
        notes.append({
            "text": f"{planned} planned", "x": planned, "y": float(values[-1]), "showarrow": False, "yshift": 16 if planned > 1 else 0,
            "xshift": 0 if planned > 1 else 12, "xanchor": "left" if planned == 1 else "right" if planned > 10 else "center", "font": {"size": 13, "color": color},
        })  # fmt: skip
        losses = trainings[planned].losses
        rows += [(planned, epoch, values[epoch], None if epoch == 0 else losses[epoch]) for epoch in epochs]
    top = max(max(values) for values in agreements.values())
    layout = {
        "margin": {"t": 16},
        "showlegend": False,
        "annotations": notes,
        "xaxis": {"title": {"text": "times the text was read"}, "dtick": 5, "range": [-0.4, max(agreements) + 0.6]},
        "yaxis": {"title": {"text": "rank correlation with GloVe"}, "tickformat": ".2f", "range": [-0.02, top * 1.2]},
    }
    ends = ", ".join(f"{values[-1]:.3f} after {planned}" for planned, values in agreements.items())
    return Drawing(
        figure=plot(traces, layout), columns=QUALITY_COLUMNS, rows=rows, height=360,
        summary=f"Rank correlation with GloVe at the end of training, by number of epochs: {ends}.",
    )  # fmt: skip
