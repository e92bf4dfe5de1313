"""Shares as the guide writes them: a number, a thin space, and the sign. Plotly's own format leaves the space out.

So figures draw shares in percent, with `SIGN` after the numbers of axes and hovers.
"""

from __future__ import annotations

SIGN = "\u202f%"
# An axis of shares in percent.
AXIS = {"ticksuffix": SIGN}


def percent(share: float, digits: int = 0) -> str:
    """A share in words: ``0.456`` is ``46 %``."""
    return f"{100 * share:.{digits}f}{SIGN}"
