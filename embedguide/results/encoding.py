"""Results as bytes: the same content gives the same JSON, on every machine and every run."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from embedguide.results.content import Quantized, ResultError

SIGNIFICANT_DIGITS = 6


def rounded(number: float, digits: int = SIGNIFICANT_DIGITS) -> float | int | None:
    """`number` with `digits` significant digits; None for NaN and infinities, which JSON cannot hold."""
    if not math.isfinite(number):
        return None
    short = float(f"{number:.{digits}g}")
    return 0.0 if short == 0 else short


def plain(content: Any, digits: int = SIGNIFICANT_DIGITS) -> Any:
    """`content` as plain JSON values: arrays become lists, floats are rounded, tuples become lists.

    Raises:
        ResultError: something that is no number, text, list or mapping, by type and value.
    """
    if content is None or isinstance(content, str | bool):
        return content
    if isinstance(content, np.generic):
        return plain(content.item(), digits)
    if isinstance(content, int):
        return content
    if isinstance(content, float):
        return rounded(content, digits)
    if isinstance(content, Quantized):
        return packed(content)
    if isinstance(content, np.ndarray):
        return plain(content.tolist(), digits)
    if isinstance(content, Mapping):
        return {str(key): plain(value, digits) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [plain(value, digits) for value in content]
    raise ResultError(f"cannot write {type(content).__name__} {content!r:.80} as JSON")


def packed(content: Quantized) -> dict[str, Any]:
    """Integers as base64 with their scale, in the form that Plotly uses for typed arrays."""
    integers = content.integers
    return {
        "bdata": base64.b64encode(np.ascontiguousarray(integers).astype(f"<i{integers.itemsize}").tobytes()).decode(),
        "dtype": f"i{integers.itemsize}",
        "scale": content.scale,
        "shape": ", ".join(str(length) for length in integers.shape),
    }


def plotly_json(figure: Any, digits: int = SIGNIFICANT_DIGITS) -> dict[str, Any]:
    """A Plotly figure as ``{"data": [...], "layout": {...}}`` without its template (the site has the theme).

    Args:
        figure: What `embedguide.figures.theme.plot` returns, or any `plotly.graph_objects.Figure`.
        digits: Significant digits.
    """
    full = plain(figure if isinstance(figure, Mapping) else figure.to_plotly_json(), digits)
    layout = full.get("layout", {})
    layout.pop("template", None)
    return {"data": full.get("data", []), "layout": layout}


def to_bytes(document: Mapping[str, Any]) -> bytes:
    """The one JSON form of `document`: UTF-8, sorted keys, no spaces, a line feed at the end."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    # A lone surrogate cannot be written as UTF-8; escaped it survives the round trip. Two that make a pair come back as
    # one character, so they are made one here.
    if not text.isascii():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    return text.encode("utf-8", "backslashreplace") + b"\n"
