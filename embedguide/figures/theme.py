"""The look of every figure: one set of names for colors, resolved in the browser against the palette in use.

A figure names its colors (``"@accent"``, ``"@series-3"``). What the names stand for in the light and in the dark
palette is written here, goes to the site as ``theme.json``, and is read by the figure module. So a figure follows the
palette at once, and no result changes when a color does.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from typing import Any

# Nine colors for nine categories, the same on both papers: each at least 3:1 against either, and apart from one
# another in lightness or hue for the common color blindnesses. The shapes say the same a second time.
SERIES = ("#3b76c4", "#c96a12", "#2f8f5b", "#cf4a4a", "#8a63c7", "#94703a", "#cc4f96", "#1f8f9e", "#777a80")
SHAPES = ("circle", "diamond", "square", "triangle-up", "cross", "star", "triangle-down", "x", "hexagon")

PALETTES: dict[str, dict[str, Any]] = {
    "light": {
        "paper": "#fdfcfa", "ink": "#1c1b19", "muted": "#5f5c56", "faint": "#e4e0d8", "accent": "#2a5db0",
        "band": "#efebe3", "random": "#8f8a80",
        "diverging": [[0, "#2166ac"], [0.25, "#92b9dc"], [0.5, "#f3f0ea"], [0.75, "#eda968"], [1, "#b35806"]],
    },
    "dark": {
        "paper": "#15171c", "ink": "#e9e6e1", "muted": "#a8a49c", "faint": "#2c2f36", "accent": "#8ab4f0",
        "band": "#22252c", "random": "#85827b",
        "diverging": [[0, "#8ab8e6"], [0.25, "#3f6f9e"], [0.5, "#2a2c31"], [0.75, "#a8692a"], [1, "#f0a860"]],
    },
}  # fmt: skip

# Cividis (Nunez, Anderton and Renslow 2018), ten steps: even in lightness, and the same to readers who see no red or green.
CIVIDIS = (
    "#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838",
)  # fmt: skip

# The same for single marks, which stand on the paper and not beside one another: its lightness in OKLab drawn together until
# every step has 3:1 against the paper, hue and chroma kept as far as a screen shows them.
MARKS = {
    "light": ("#00224e", "#092c66", "#2c395b", "#3f4554", "#4f5052", "#605c4f", "#716842", "#847529", "#958301", "#a29203"),
    "dark": ("#416698", "#4c73b3", "#6f7fa6", "#868d9e", "#999a9c", "#aca89a", "#c0b78e", "#d6c67b", "#ebd660", "#fee838"),
}  # fmt: skip

# The nine for words in their color, which need 4.5:1: darker on the light paper and lighter on the dark one, the hue the same.
TEXT = {
    "light": ("#346fbd", "#ad5800", "#187f4c", "#c44041", "#815abd", "#8c6832", "#bb3f87", "#077a88", "#6c6f75"),
    "dark": ("#4c87d7", "#cc6d18", "#389762", "#e05a58", "#9972d8", "#a5804a", "#d6589f", "#2593a2", "#83868c"),
}
# A color under such a key is one of words; where its name has a color for them, it stands for that.
FONT_KEY = re.compile(r"font$", re.IGNORECASE)

FONT = '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", Arial, system-ui, sans-serif'
# Where points of a trace differ in size, Plotly makes them pale and rings them in white, unless told not to.
SOLID: dict[str, Any] = {"opacity": 1, "line": {"width": 0}}
AXIS = {
    "showgrid": True, "gridcolor": "@faint", "gridwidth": 1, "zeroline": False, "showline": False, "ticks": "",
    "title": {"standoff": 10}, "automargin": True, "color": "@muted",
}  # fmt: skip
LAYOUT: dict[str, Any] = {
    "font": {"family": FONT, "size": 14, "color": "@ink"},
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
    "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
    "showlegend": False,
    "hovermode": "closest",
    "hoverlabel": {"bgcolor": "@paper", "bordercolor": "@muted", "font": {"family": FONT, "size": 13, "color": "@ink"}},
    "xaxis": AXIS,
    "yaxis": AXIS,
}


def theme_json() -> dict[str, Any]:
    """What the site needs to draw figures in either palette."""
    series = {f"series-{number}": color for number, color in enumerate(SERIES)}
    scales = {name: {"sequential": _scale(CIVIDIS), "sequential-marks": _scale(MARKS[name])} for name in PALETTES}
    words = {
        name: {f"series-{number}-text": color for number, color in enumerate(colors)} for name, colors in TEXT.items()
    }
    palettes = {name: {**palette, **series, **scales[name], **words[name]} for name, palette in PALETTES.items()}
    return {**palettes, "shapes": list(SHAPES), "layout": LAYOUT}


def _scale(colors: Sequence[str]) -> list[list[Any]]:
    return [[step / (len(colors) - 1), color] for step, color in enumerate(colors)]


def resolved(value: Any, palette: Mapping[str, Any], *, of_words: bool = False) -> Any:
    """`value` with color names replaced, as the figure module does it in the browser; `of_words`: it stands under a font."""
    if isinstance(value, str) and value.startswith("@") and value[1:] in palette:
        return palette.get(f"{value[1:]}-text", palette[value[1:]]) if of_words else palette[value[1:]]
    if isinstance(value, Mapping):
        return {
            name: resolved(part, palette, of_words=of_words or bool(FONT_KEY.search(name)))
            for name, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [resolved(part, palette, of_words=of_words) for part in value]
    return value


def plot(data: Sequence[Mapping[str, Any]], layout: Mapping[str, Any]) -> dict[str, Any]:
    """A Plotly figure as plain data, its colors still names.

    Args:
        data: Traces, each with its ``type``.
        layout: What this figure adds to the theme's layout.

    Raises:
        ValueError: Plotly knows no such property, or does not take such a value; in Plotly's own words.
    """
    # Plotly takes half a second to import, and pages read the theme without drawing anything.
    import plotly.graph_objects as go

    palette = theme_json()["light"]
    go.Figure(data=resolved(list(data), palette), layout=resolved(dict(layout), palette))
    return {"data": copy.deepcopy([dict(trace) for trace in data]), "layout": copy.deepcopy(dict(layout))}
