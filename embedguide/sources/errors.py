"""The errors of this layer: every one is a full sentence that ends with what to run or do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class SourceError(RuntimeError):
    """A source that cannot be had, and what the reader can do about it."""


class UnknownSource(SourceError, KeyError):
    """A name that no source has, with the nearest name there is."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        """Say which name was asked for and which there are."""
        names = sorted(known)
        near = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.5)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        super().__init__(f"unknown source '{name}'.{hint} Known: {', '.join(names)}; or any hub id 'owner/name'.")

    def __str__(self) -> str:
        """Return the sentence itself (KeyError would put it in quotes)."""
        return str(self.args[0])


class Unavailable(Exception):
    """One place that does not have a source (the next place is tried); its text completes 'the hub ...'."""


class Unreachable(Unavailable):
    """A place that does not answer at all: it is not asked again in this process."""
