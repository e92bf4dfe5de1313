"""What a notebook shows: the figures and tables of the guide, in Jupyter, in Colab, and on the guide's own pages."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from embedguide.figures.painted import figure_in
from embedguide.results import Column, Drawing, ResultError, ResultId
from embedguide.results.documents import content_of, formatted
from embedguide.results.notebooks import BUILDING, FIGURE, TABLE

__all__ = ["Shown", "show"]
PLOTLY = "application/vnd.plotly.v1+json"
# Rows of a table that are shown when its maker did not say how many.
MOST_ROWS = 30
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
)


class Shown:
    """A figure or table that a notebook displays when it is the last line of a cell.

    Args:
        forms: The same thing in several forms, by media type; whoever displays it takes the best one that it knows.
    """

    def __init__(self, forms: Mapping[str, Any]) -> None:
        self.forms = dict(forms)

    def __repr__(self) -> str:
        """The plain words."""
        return str(self.forms["text/plain"])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """All forms; Jupyter calls this."""
        return self.forms


def show(what: Drawing | Sequence[Any], *, title: str = "", caption: str = "", alt: str = "") -> Shown:
    """What displays a figure, or rows as a table.

    Args:
        what: A `Drawing`, as the functions of `embedguide.figures` return it; or rows: named tuples or dicts.
        title: A few words above the caption.
        caption: The finding, and how to read it; Markdown.
        alt: What a figure shows, for readers who do not see it; its summary by default.

    Raises:
        ResultError: neither a drawing nor rows.
    """
    if isinstance(what, Drawing):
        return _figure(what, title, caption, alt)
    rows = list(what) if isinstance(what, Sequence) and not isinstance(what, str) else []
    if not rows or not (hasattr(rows[0], "_fields") or isinstance(rows[0], Mapping)):
        raise ResultError(
            f"show() takes a Drawing, or rows as named tuples or dicts, got {type(what).__name__} {what!r:.60}"
        )
    return _table(rows, title, caption)


def _figure(drawing: Drawing, title: str, caption: str, alt: str) -> Shown:
    content, _ = content_of("figure", ResultId("notebooks", "figure"), drawing, {"width": "text"})
    document = {
        "kind": "figure", "model": None, "title": title or "What the cell drew", "caption": caption,
        "alt": alt or drawing.summary, **content,
    }  # fmt: skip
    painted = figure_in("light", document)
    forms = {"text/plain": drawing.summary, PLOTLY: painted, FIGURE: document}
    if not os.environ.get(BUILDING):
        # Colab, and viewers that do not know Plotly's own form.
        import plotly.graph_objects as go

        forms["text/html"] = go.Figure(painted).to_html(include_plotlyjs="cdn", full_html=False)
    return Shown(forms)


def _table(rows: Sequence[Any], title: str, caption: str) -> Shown:
    records = [row._asdict() if hasattr(row, "_asdict") else dict(row) for row in rows[:MOST_ROWS]]
    columns = tuple(Column(name, format=_format(value)) for name, value in records[0].items())
    content, _ = content_of(
        "table", ResultId("notebooks", "table"), records, {"columns": columns, "controls": (), "width": "text"}
    )
    texts = [
        [formatted(cell, c["format"]) for cell, c in zip(row, content["columns"], strict=True)]
        for row in content["rows"]
    ]
    document = {
        "columns": content["columns"],
        "rows": content["rows"],
        "title": title,
        "caption": caption,
        "n_rows": len(rows),
    }
    heads = [column["label"] for column in content["columns"]]
    html = _templates.get_template("table.html.jinja").render(columns=content["columns"], rows=texts)
    return Shown({"text/plain": _aligned([heads, *texts]), "text/html": html, TABLE: json.loads(json.dumps(document))})


def _format(value: Any) -> str:
    if isinstance(value, bool | str) or value is None:
        return "s"
    return "d" if isinstance(value, int) else ".3f"


def _aligned(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
