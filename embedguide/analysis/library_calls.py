"""Calls of libraries that make very many small calls of their own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

Found = TypeVar("Found")
OURS = __name__.partition(".")[0]


def call_library(function: Callable[..., Found], *args: Any, **kwargs: Any) -> Found:
    """What a function of another package returns, computed while Python does not report its calls.

    While a result is computed, each Python call is reported, to note which of our functions it needs. networkx makes
    millions of calls and none of them is ours: unreported, they take a fifth of the time.

    Args:
        function: Of another package.
        args: Its arguments.
        kwargs: Its named arguments.

    Raises:
        ValueError: the function, or an argument that can be called, is ours: what it needs would not be noted.
    """
    for one in (function, *args, *kwargs.values()):
        if callable(one) and (getattr(one, "__module__", None) or OURS).partition(".")[0] in (OURS, "scripts"):
            raise ValueError(f"a function of another package is expected, got {one!r}: call it directly")
    before = sys.getprofile()
    if not callable(before):  # nobody listens, or a profiler that cannot be set again
        return function(*args, **kwargs)
    sys.setprofile(None)
    try:
        return function(*args, **kwargs)
    finally:
        sys.setprofile(before)
