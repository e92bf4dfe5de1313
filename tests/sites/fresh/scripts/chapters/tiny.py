"""The smallest chapter that has one result of each kind. Page: docs/index.md"""

import numpy as np

from embedguide.results import Column, Drawing
from scripts.helpers import count, rows

COLUMNS = [Column("n", "number", format="d"), Column("word")]


def draw(shown):
    """A figure of the rows."""
    numbers = [row["n"] for row in shown]
    figure = {"data": [{"type": "bar", "y": numbers}], "layout": {"title": {"text": "Numbers"}}}
    return Drawing(figure, COLUMNS, [(row["n"], row["word"]) for row in shown], summary=f"{len(shown)} bars.")


def grid(size):
    """A square of numbers between -1 and 1."""
    return np.linspace(-1, 1, size * size).reshape(size, size)


def build(chapter):
    """Declare one result of each kind."""
    shown = chapter.compute(rows, 1)
    chapter.table("rows", shown, columns=COLUMNS, caption="Three rows, by {{ value(\"tiny/total\") }}.", title="Rows")
    chapter.figure("bars", draw, shown, caption="Three *bars*.", alt="Bars.", title="Bars")
    chapter.value("total", chapter.compute(count, 4), format="d")
    chapter.dataset("grid", chapter.compute(grid, 4))
    chapter.claim("C1", "total", article="S1", says=12, got=chapter.compute(count, 4), tolerance=0.5, note="Counted.")
