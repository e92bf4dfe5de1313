"""Figures fitted to the width they are drawn at: what `fit.js` and the legend do on the pages, done for pictures."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from typing import Any

# Width of an average letter of the sans face in parts of its size, and what margins take of a plot; as in `fit.js`.
LETTER = 0.56
MARGINS = 60
TITLE_SIZE = 14
FEWEST_LETTERS = 12
AXIS = re.compile(r"[xy]axis\d*")
# Below this many pixels a key beside the plot would leave it no room.
NARROW = 480
# As in `fit.js`: from so many times as far as the picture is higher than wide, a cloud and its titles fit the width too.
FARTHER = 1.15
SCENE = re.compile(r"scene\d*")


def fitted(figure: Mapping[str, Any], width: int, height: int) -> dict[str, Any]:
    """`figure` for a picture of this size in pixels: long axis titles in lines, on a narrow one the key above the plot.

    A cloud is seen from farther away on a narrow one, so that the titles around it are in the picture.
    """
    layout = {name: _fitted_part(name, value, width, height) for name, value in figure["layout"].items()}
    if width < NARROW and layout.get("showlegend"):
        above = {"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"}
        layout["legend"] = {**layout.get("legend", {}), **above}
    return {**figure, "layout": layout}


def _fitted_part(name: str, value: Any, width: int, height: int) -> Any:
    if AXIS.fullmatch(name) and isinstance(value, Mapping):
        return _fitted_axis(name, value, width, height)
    if SCENE.fullmatch(name) and FARTHER * height > width and {"eye", "center"} <= value.get("camera", {}).keys():
        eye, center = value["camera"]["eye"], value["camera"]["center"]
        times = FARTHER * height / width
        farther = {axis: center[axis] + times * (eye[axis] - center[axis]) for axis in "xyz"}
        return {**value, "camera": {**value["camera"], "eye": farther}}
    return value


def _fitted_axis(name: str, axis: Mapping[str, Any], width: int, height: int) -> dict[str, Any]:
    title = axis.get("title")
    text = title.get("text") if isinstance(title, Mapping) else None
    # A title with markup has its own lines.
    if not isinstance(title, Mapping) or not isinstance(text, str) or "<" in text:
        return dict(axis)
    start, end = axis.get("domain") or (0, 1)
    room = ((width if name.startswith("x") else height) - MARGINS) * (end - start)
    letters = max(FEWEST_LETTERS, int(room / (LETTER * TITLE_SIZE)))
    lines = textwrap.wrap(text, letters, break_long_words=False, break_on_hyphens=False)
    return {**axis, "title": {**title, "text": "<br>".join(lines)}}
