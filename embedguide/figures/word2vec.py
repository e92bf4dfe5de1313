"""Figures of the chapter on word2vec."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from embedguide.analysis.agreement import unit_rows
from embedguide.analysis.analogies import Answer
from embedguide.analysis.plays import Vocabulary
from embedguide.analysis.word2vec import Training
from embedguide.figures.theme import SHAPES, plot
from embedguide.results import Column, Control, Drawing, State, quantize

MAP_COLUMNS = (
    Column("word", "word"),
    Column("group", "group"),
    Column("count", "times in the plays", format="d"),
    Column("x", "first component", format=".2f"),
    Column("y", "second component", format=".2f"),
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
    last = len(places) - 1
    traces = [_points(places[last][part], words[part], group, n) for n, (group, part) in enumerate(parts.items())]
    rows = [
        (word, named.get(word, ""), int(vocabulary.counts[ids[word]]), *map(float, at))
        for word, at in zip(words, places[last], strict=True)
    ]
    layout = {**_empty_axes(places), "annotations": _names_of_groups(places[last], parts)}
    return Drawing(
        figure=plot(traces, layout),
        columns=MAP_COLUMNS,
        rows=rows,
        summary=_map_summary(training, chosen, words, named),
        controls=(
            Control("epoch", "slider", "Times the text was read", tuple(range(last + 1)), last),
            Control("run", "play", "Train", drives="epoch"),
        ),
        states=tuple(_moment(number, at, parts) for number, at in enumerate(places[:-1])),
        search=tuple(range(len(traces))),
        height=520,
    )


def project_moments(moments: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Each moment's rows of length 1 on the two principal components of the last, ``(n_items, 2)`` each.

    Every moment is centered on itself. The sign of a component is such that its largest entry is positive.
    """
    centered = [unit_rows(rows) - unit_rows(rows).mean(axis=0) for rows in moments]
    axes = np.linalg.svd(centered[-1], full_matrices=False)[2][:2]
    axes *= np.sign(axes[np.arange(2), np.abs(axes).argmax(axis=1)])[:, None]
    return [rows @ axes.T for rows in centered]


def _points(at: np.ndarray, words: Sequence[str], group: str, number: int) -> dict[str, Any]:
    marker: dict[str, Any] = {"size": 4, "color": "@random", "opacity": 0.45}
    if group:
        marker = {"size": 9, "color": f"@series-{number - 1}", "symbol": SHAPES[number - 1]}
    return {
        "type": "scatter", "mode": "markers", "x": np.round(at[:, 0], 3), "y": np.round(at[:, 1], 3),
        "text": list(words), "marker": marker, "name": group or "other words",
        "hovertemplate": f"<b>%{{text}}</b>{'<br>' + group if group else ''}<extra></extra>",
    }  # fmt: skip


def _moment(number: int, at: np.ndarray, parts: Mapping[str, slice]) -> State:
    changes = {
        trace: {"x": quantize(at[part, 0], bits=16), "y": quantize(at[part, 1], bits=16)}
        for trace, part in enumerate(parts.values())
    }
    return State({"epoch": number}, changes, {"annotations": _names_of_groups(at, parts)})


def _names_of_groups(at: np.ndarray, parts: Mapping[str, slice]) -> list[dict[str, Any]]:
    """The name of each group at its middle, as long as no other name stands too near."""
    placed: list[np.ndarray] = []
    found = []
    for number, (group, part) in enumerate(parts.items()):
        middle = np.median(at[part], axis=0)
        if not group or any(abs(middle[0] - m[0]) < 0.2 and abs(middle[1] - m[1]) < 0.06 for m in placed):
            continue
        placed.append(middle)
        found.append({
            "text": f"<b>{group}</b>", "x": float(middle[0]), "y": float(middle[1]), "showarrow": False,
            "font": {"size": 14, "color": f"@series-{number - 1}"}, "bgcolor": "@paper", "borderpad": 1, "opacity": 0.9,
        })  # fmt: skip
    return found


def _empty_axes(places: Sequence[np.ndarray]) -> dict[str, Any]:
    reach = 1.06 * max(float(np.abs(at).max()) for at in places)
    bare = {"range": [-reach, reach], "showticklabels": False}
    return {
        "margin": {"t": 10}, "showlegend": False,
        "xaxis": {**bare, "title": {"text": "first principal component after training"}},
        "yaxis": {**bare, "title": {"text": "second"}},
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
        f"one of the same group for {before:.0%} of them before training and for {after:.0%} after it."
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
        traces.append({
            "type": "scatter", "mode": "lines+markers", "x": epochs, "y": list(values), "name": f"{planned} planned",
            "line": {"color": color, "width": 2}, "marker": {"size": [5] * planned + [11], "color": color, "symbol": SHAPES[number]},
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


ANSWER_COLUMNS = (
    Column("question", "question"),
    Column("place", "place", format="d"),
    Column("word", "word"),
    Column("cosine", "cosine", format=".2f"),
    Column("input", "in the question"),
)
SHOWN = 6


def plot_answers(answers: Sequence[Answer]) -> Drawing:
    """The words nearest to the result of each question; a switch takes the words of the question out.

    Args:
        answers: With at least nine words each, so that six are left without the inputs.
    """
    questions = [str(one.question) for one in answers]
    views = {
        (q, out): _answer_view(one, out) for q, one in zip(questions, answers, strict=True) for out in (False, True)
    }
    first = views[questions[0], False]
    dots = {
        "type": "scatter", "mode": "markers+text", "textposition": "middle right", "cliponaxis": False,
        "hovertemplate": "<b>%{text}</b> cosine %{x:.2f}<extra></extra>", **first,
    }  # fmt: skip
    low = min(cosine for one in answers for cosine in one.cosines)
    layout = {
        "margin": {"t": 10},
        "xaxis": {
            "title": {"text": "cosine with the result"},
            "range": [low - 0.03, 1.09],
            "dtick": 0.1,
            "tickformat": ".1f",
        },
        "yaxis": {
            "range": [SHOWN + 0.6, 0.4],
            "tickmode": "array",
            "tickvals": list(range(1, SHOWN + 1)),
            "title": {"text": "place"},
        },
    }
    rows = [
        (question, place, word, cosine, "yes" if word in one.question.inputs else "no")
        for question, one in zip(questions, answers, strict=True)
        for place, (word, cosine) in enumerate(zip(one.words, one.cosines, strict=True), start=1)
    ]
    one = answers[0]
    return Drawing(
        figure=plot([dots], layout),
        columns=ANSWER_COLUMNS,
        rows=rows,
        summary=f"{questions[0]}: the nearest of all words is {one.first}; without the words of the question it is {one.first_without_inputs}. "
        f"The hoped-for word {one.question.expected} comes in place {one.rank} with them and {one.rank_without_inputs} without.",
        controls=(
            Control("question", "select", "Question", tuple(questions), questions[0]),
            Control("inputs", "switch", "Leave out the words of the question", default=False),
        ),
        states=tuple(
            State({"question": q, "inputs": out}, {0: view}) for (q, out), view in views.items() if view is not first
        ),
        height=330,
    )


def _answer_view(one: Answer, without_inputs: bool) -> dict[str, Any]:
    """Dots for the first words: inputs hollow, the hoped-for word in the accent."""
    kept = [
        (word, cosine)
        for word, cosine in zip(one.words, one.cosines, strict=True)
        if not (without_inputs and word in one.question.inputs)
    ][:SHOWN]
    asked = [word in one.question.inputs for word, _ in kept]
    hoped = [word == one.question.expected for word, _ in kept]
    colors = ["@accent" if h else "@muted" for h in hoped]
    return {
        "x": [cosine for _, cosine in kept], "y": list(range(1, len(kept) + 1)), "text": [f" {word}" for word, _ in kept],
        "marker": {"size": 12, "color": colors, "symbol": ["circle-open" if a else "circle" for a in asked], "line": {"width": 2}},
    }  # fmt: skip
