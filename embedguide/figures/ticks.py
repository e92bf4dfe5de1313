"""Ticks at round numbers, few enough to stand side by side on a phone."""

from __future__ import annotations

from typing import Any

import numpy as np


def first_digit(number: float) -> float:
    """A number with all but its first digit set to zero: 0.0578 becomes 0.05."""
    power = 10.0 ** np.floor(np.log10(abs(number)))
    return float(f"{np.trunc(number / power) * power:.3g}")


def color_bar_below(top: float, y: float) -> dict[str, Any]:
    """The color bar of a diverging scale from -top to top, lying under the plot, which so keeps the whole width.

    Args:
        top: The end of the scale.
        y: Where it hangs, in heights of the plot.
    """
    tick = first_digit(top)
    return {
        "orientation": "h", "y": y, "yanchor": "top", "thickness": 10, "outlinewidth": 0,
        "tickvals": [-tick, 0, tick], "tickangle": 0,
    }  # fmt: skip
