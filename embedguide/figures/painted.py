"""Figures with their colors filled in, for whoever draws them outside of the pages: pictures, and notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from embedguide.figures.theme import resolved, theme_json


def figure_in(palette: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """A figure in its default state as Plotly takes it, its colors those of a palette."""
    theme = theme_json()
    plotly = document["plotly"]
    layout = merged(theme["layout"], plotly["layout"])
    layout["paper_bgcolor"] = "@paper"
    figure = resolved({"data": unpacked(plotly["data"]), "layout": layout}, theme[palette])
    assert isinstance(figure, dict)  # resolved() keeps the shape
    return figure


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with the values of `over`, mapping by mapping; every axis of `over` starts from the theme's."""
    found = dict(base)
    for name, value in over.items():
        start = found.get(name, base.get(name.rstrip("0123456789")) if "axis" in name else None)
        found[name] = merged(start, value) if isinstance(start, Mapping) and isinstance(value, Mapping) else value
    return found


def unpacked(part: Any) -> Any:
    """`part` with packed integers turned into what Plotly reads; their scale is ours, not Plotly's."""
    if isinstance(part, Mapping):
        if "bdata" in part and "scale" in part:
            import base64

            import numpy as np

            integers = np.frombuffer(base64.b64decode(part["bdata"]), dtype=f"<{part['dtype']}")
            shape = tuple(int(length) for length in str(part["shape"]).split(","))
            return (integers.reshape(shape) * part["scale"]).tolist()
        return {name: unpacked(value) for name, value in part.items()}
    return [unpacked(value) for value in part] if isinstance(part, list) else part
