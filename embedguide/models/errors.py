"""What can go wrong when a model is opened, and the check that heavy packages are installed."""

import importlib
from collections.abc import Sequence
from types import ModuleType


class ModelError(Exception):
    """A model cannot be opened, converted or asked; the message says what to run."""


class NotOneToken(ModelError):
    """A text that was to be one token is several, or none.

    `text` is what was asked for, `token_ids` and `pieces` what the tokenizer makes of it (pieces as glyphs).
    """

    def __init__(self, message: str, text: str, token_ids: Sequence[int] = (), pieces: Sequence[str] = ()) -> None:
        """Keep what was asked beside the message."""
        super().__init__(message)
        self.text = text
        self.token_ids = tuple(token_ids)
        self.pieces = tuple(pieces)


def require_package(name: str, purpose: str) -> ModuleType:
    """Return the imported package `name`, which belongs to the extra `compute`.

    Args:
        name: module name, for example `torch`.
        purpose: what it is needed for, in words that complete "... needs the package 'torch'".

    Raises:
        ModelError: the package is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ModelError(
            f"{purpose} needs the package {name!r}, which cannot be imported here ({error}). "
            "Run: pip install 'embedguide[compute]'"
        ) from error
