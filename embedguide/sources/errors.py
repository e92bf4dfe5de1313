"""The errors of this layer: every one is a full sentence that ends with what to run or do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path


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


class NoFolder(UnknownSource):
    """A path to a model that leads to no folder."""

    def __init__(self, name: str, folder: Path) -> None:
        """Say which path, and what a folder has to hold."""
        what = "is a file" if folder.exists() else "does not exist"
        super(UnknownSource, self).__init__(
            f"unknown source '{name}': the folder {folder.absolute()} {what}. A model's folder holds config.json, "
            "a tokenizer and model.safetensors."
        )


class Unavailable(Exception):
    """One place that does not have a source (the next place is tried); its text completes 'the hub ...'."""


class Unreachable(Unavailable):
    """A place that does not answer at all: it is not asked again in this process."""
