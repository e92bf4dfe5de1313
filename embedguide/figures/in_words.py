"""Numbers in sentences and labels, as the guide writes them everywhere.

A share is a number, a thin space, and the sign. Plotly's own format leaves the space out, so figures draw shares in percent,
with `SIGN` after the numbers of axes and hovers.
"""

from __future__ import annotations

from embedguide.results.documents import formatted

SIGN = "\u202f%"
# An axis of shares in percent.
AXIS = {"ticksuffix": SIGN}


def percent(share: float, digits: int = 0) -> str:
    """A share in words: ``0.456`` is ``46 %``."""
    return f"{100 * share:.{digits}f}{SIGN}"


def whole(number: float) -> str:
    """A number without decimals, thin spaces in its thousands: ``24616.3`` is ``24 616``."""
    return formatted(number, ",.0f")
