"""Figures of word arithmetic: the answers to single questions, and how often a relation is answered right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from embedguide.analysis.analogies import Answer
from embedguide.analysis.analogy_scores import KEPT, OUT, RULES, SPELLINGS_OUT
from embedguide.analysis.scoreboard import Score, scores_under
from embedguide.figures.in_words import AXIS, percent
from embedguide.figures.theme import plot
from embedguide.results import Column, Control, Drawing, State

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
        (question, place, word, cosine, "yes" if asked else "no")
        for question, one in zip(questions, answers, strict=True)
        for place, (word, cosine, asked) in enumerate(zip(one.words, one.cosines, one.asked, strict=True), start=1)
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
    shown = [n for n, asked in enumerate(one.asked) if not (without_inputs and asked)][:SHOWN]
    colors = ["@accent" if one.hoped[n] else "@muted" for n in shown]
    return {
        "x": [one.cosines[n] for n in shown], "y": list(range(1, len(shown) + 1)), "text": [f" {one.words[n]}" for n in shown],
        "marker": {"size": 12, "color": colors, "symbol": ["circle-open" if one.asked[n] else "circle" for n in shown], "line": {"width": 2}},
    }  # fmt: skip


SCORE_COLUMNS = (
    Column("relation", "relation"), Column("example", "example"), Column("n_pairs", "pairs", format="d"), Column("rule", "may answer"),
    Column("arithmetic", "answered right", format=".0%"), Column("low", "from", format=".0%"), Column("high", "to", format=".0%"),
    Column("third_word", "nearest to the third word", format=".0%"), Column("third_low", "from", format=".0%"), Column("third_high", "to", format=".0%"),
    Column("gain", "gain", format="+.0%"), Column("gain_low", "from", format="+.0%"), Column("gain_high", "to", format="+.0%"),
)  # fmt: skip
RULE_LABELS = {
    KEPT: "every token",
    OUT: "all but the three inputs",
    SPELLINGS_OUT: "all but the inputs in any spelling",
}


def plot_scoreboard(scores: Sequence[Score]) -> Drawing:
    """Each relation with the share of its questions that the arithmetic answers, beside the nearest token to the third word.

    Args:
        scores: Every relation under every rule. The order of lines is that of the rule that leaves the inputs out.
    """
    order = [s.relation for s in sorted(scores_under(scores, OUT), key=lambda s: -s.arithmetic.value)]
    views = {rule: _scores_view(scores, order, rule) for rule in RULES}
    shared = {"type": "scatter", "mode": "markers", "y": order, "cliponaxis": False}
    bars = {"type": "data", "symmetric": False, "thickness": 1.5, "width": 0}
    third, sums = views[OUT]
    traces = [
        {**shared, **third, "name": "nearest to the third word", "error_x": {**bars, **third["error_x"], "color": "@random"},
         "marker": {"size": 9, "symbol": "circle-open", "color": "@muted", "line": {"width": 2}},
         "hovertemplate": "<b>%{text}</b><br>nearest to the third word: %{x:.0f}\u202f%<extra></extra>"},
        {**shared, **sums, "name": "arithmetic", "error_x": {**bars, **sums["error_x"], "color": "@accent"},
         "marker": {"size": 11, "color": "@accent"}, "hovertemplate": "<b>%{text}</b><br>arithmetic: %{x:.0f}\u202f%<extra></extra>"},
    ]  # fmt: skip
    return Drawing(
        figure=plot(traces, _scores_layout(order)),
        columns=SCORE_COLUMNS,
        rows=[_score_row(score) for score in scores],
        summary=_scores_summary(scores),
        controls=(
            Control("rule", "select", "May answer", RULES, OUT, labels=[RULE_LABELS[rule] for rule in RULES]),
        ),
        states=tuple(
            State({"rule": rule}, {0: view[0], 1: view[1]}) for rule, view in views.items() if rule != OUT
        ),
        height=70 + 34 * len(order),
    )  # fmt: skip


def _scores_view(scores: Sequence[Score], order: Sequence[str], rule: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Places and bars of the baseline and of the arithmetic."""
    by_name = {score.relation: score for score in scores_under(scores, rule)}
    texts = [f"{name}, {by_name[name].example}" for name in order]
    views = []
    for intervals in ([by_name[n].third_word for n in order], [by_name[n].arithmetic for n in order]):
        views.append({
            "x": [round(100 * one.value, 2) for one in intervals], "text": texts,
            "error_x": {"array": [round(100 * (one.high - one.value), 2) for one in intervals], "arrayminus": [round(100 * (one.value - one.low), 2) for one in intervals]},
        })  # fmt: skip
    return views[0], views[1]


def _scores_layout(order: Sequence[str]) -> dict[str, Any]:
    return {
        "margin": {"t": 8, "r": 30},
        "xaxis": {"range": [-3, 103], **AXIS, "dtick": 25, "title": {"text": "questions answered right"}},
        "yaxis": {"categoryorder": "array", "categoryarray": list(order)[::-1], "color": "@ink"},
    }  # fmt: skip


def _score_row(s: Score) -> tuple[Any, ...]:
    return (s.relation, s.example, s.n_pairs, RULE_LABELS[s.rule], *s.arithmetic, *s.third_word, *s.gain)


def _scores_summary(scores: Sequence[Score]) -> str:
    parts = []
    for rule in RULES:
        chosen = scores_under(scores, rule)
        mean = sum(s.arithmetic.value for s in chosen) / len(chosen)
        third = sum(s.third_word.value for s in chosen) / len(chosen)
        parts.append(
            f"{percent(mean)} where {RULE_LABELS[rule]} may answer (nearest to the third word: {percent(third)})"
        )
    best = max(scores_under(scores, OUT), key=lambda s: s.arithmetic.value)
    worst = min(scores_under(scores, OUT), key=lambda s: s.arithmetic.value)
    return (
        f"Mean share of questions that the arithmetic answers right over {len(scores_under(scores, OUT))} relations: {'; '.join(parts)}. "
        f"With the inputs left out it is highest for {best.relation} ({percent(best.arithmetic.value)}) and lowest for {worst.relation} ({percent(worst.arithmetic.value)})."
    )
