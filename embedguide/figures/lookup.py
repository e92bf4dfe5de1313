"""Figures and data files of the chapter on looking tokens up."""

from __future__ import annotations

import numpy as np

from embedguide.figures.theme import plot
from embedguide.figures.ticks import color_bar_below
from embedguide.models import TokenTable
from embedguide.results import Column, Drawing, Quantized, State
from embedguide.results.content import Control

COLUMNS = (
    Column("position", "position", format="d"),
    Column("token_id", "token id", format="d"),
    Column("token", "token"),
    Column("length", "length of the row", format=".2f"),
    Column("largest", "largest number", format=".2f"),
    Column("at", "in dimension", format="d"),
)
# Orders of the dimensions that a reader can choose.
AS_STORED, BY_SIZE = "as stored", "by their mean over all tokens"


def plot_prompt(table: TokenTable, text: str, mean: np.ndarray) -> Drawing:
    """What a model receives for a text: one line of color per token, one column per dimension.

    Colors end at the 99th percentile of the magnitudes, so that a few large numbers do not wash out the rest.

    Args:
        table: The token table.
        text: A text of a few tokens.
        mean: The mean row of the whole table, ``(n_dims,)``.
    """
    ids = table.tokenize(text)
    rows = table.rows(ids).astype(np.float64)
    labels = [f"{position}  {table.glyph(i)}" for position, i in enumerate(ids)]
    top = float(np.percentile(np.abs(rows), 99))
    order = np.argsort(-mean, kind="stable")
    trace = {
        "type": "heatmap", "x": np.arange(1, table.n_dims + 1), "y": labels, "z": rows.round(3),
        "zmin": -top, "zmid": 0, "zmax": top, "colorscale": "@diverging",
        "hovertemplate": "<b>%{y}</b><br>dimension %{x}<br>%{z:.3f}<extra></extra>",
        "colorbar": color_bar_below(top, -0.3),
    }  # fmt: skip
    layout = {
        "xaxis": {"title": {"text": "dimension"}, "showgrid": False},
        "yaxis": {"autorange": "reversed", "showgrid": False, "color": "@ink", "fixedrange": True},
    }
    by_size = State(
        {"order": BY_SIZE},
        {0: {"z": rows[:, order].round(3), "hovertemplate": "<b>%{y}</b><br>place %{x}<br>%{z:.3f}<extra></extra>"}},
        {"xaxis": {"title": {"text": "dimensions, from the highest mean over all tokens to the lowest"}}},
    )
    lengths, largest = np.linalg.norm(rows, axis=1), np.abs(rows).argmax(axis=1)
    data = [
        (place, i, table.glyph(i), float(lengths[place]), float(rows[place, largest[place]]), int(largest[place]) + 1)
        for place, i in enumerate(ids)
    ]
    return Drawing(
        figure=plot([trace], layout),
        columns=COLUMNS,
        rows=data,
        summary=_summary(rows),
        controls=(Control("order", "select", "Dimensions", (AS_STORED, BY_SIZE), AS_STORED),),
        states=(by_size,),
        height=330,
    )


def _summary(rows: np.ndarray) -> str:
    middle, largest = float(np.median(np.abs(rows))), float(np.abs(rows).max())
    return (
        f"{rows.shape[0]} rows of {rows.shape[1]} numbers. Half of the numbers lie within {middle:.3f} of zero, "
        f"the largest is {largest:.2f} away from it."
    )


def as_integers(array: np.ndarray) -> Quantized:
    """An array of small integers as a data file that holds just these."""
    return Quantized(array, 1.0)
