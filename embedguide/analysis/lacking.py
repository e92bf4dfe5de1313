"""What a model lacks: a word that is not one token of it has no row, and what was to be said of it cannot be said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from embedguide.models import NotOneToken


class Lacking(str):
    """Why something cannot be measured on a model, in words for a reader. A claim that gets it is not testable there."""


def reason(error: NotOneToken) -> Lacking:
    """Why a word has no row of its own: ``“kitten” is 2 tokens: ␣kit | ten``."""
    word = f"“{error.text.strip()}”"
    return Lacking(
        f"{word} is {len(error.pieces)} tokens: {' | '.join(error.pieces)}"
        if error.pieces
        else f"{word} is not in the vocabulary"
    )


def if_had(function: Callable[..., Any], *args: Any) -> Any:
    """What `function` makes of the arguments, or a `Lacking`: that of an argument, or of a word that is not one token."""
    for value in args:
        if isinstance(value, Lacking):
            return value
    try:
        return function(*args)
    except NotOneToken as error:
        return reason(error)


def or_dash(value: Any) -> Any:
    """A value for prose: itself, or a dash where the model lacks what it needs."""
    return "–" if value is None or isinstance(value, Lacking) else value
