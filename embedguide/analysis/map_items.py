"""What is put on a map: words that are one token, and the first tokens of a vocabulary with their classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from embedguide.models import NotOneToken, TokenTable

CLASSES = ("digits", "upper case", "lower case", "signs", "special tokens and lone bytes")


class Items(NamedTuple):
    """Tokens for a map: ids, texts as readers see them, the group of each, and the words that were left out with why."""

    ids: list[int]
    texts: list[str]
    groups: list[str]
    left_out: list[tuple[str, str]]


def choose_words(table: TokenTable, groups: Mapping[str, Sequence[str]]) -> Items:
    """The words of each group that are one token inside running text, in their order; the others are named in `left_out`.

    Raises:
        ValueError: a group has fewer than two words left, so that it is no group.
    """
    found = Items([], [], [], [])
    for group, words in groups.items():
        for word in words:
            try:
                token_id = table.word_id(word)
            except NotOneToken as reason:
                found.left_out.append((word, " ".join(reason.pieces)))
                continue
            found.ids.append(token_id)
            found.texts.append(word)
            found.groups.append(group)
        if found.groups.count(group) < 2:
            raise ValueError(f"at least two words of the group {group!r} must be one token of {table.name!r}, got {found.groups.count(group)} of {len(words)}")  # fmt: skip
    return found


def first_tokens(table: TokenTable, n_tokens: int) -> Items:
    """The first tokens of the vocabulary with their classes; rows that belong to no token are left out."""
    ids = [i for i in range(min(n_tokens, table.n_tokens)) if i not in table.unused_ids]
    classes = [CLASSES[_class_of(table, i)] for i in ids]
    return Items(ids, [table.glyph(i) for i in ids], classes, [])


def _class_of(table: TokenTable, token_id: int) -> int:
    text = table.text(token_id)
    if token_id in table.special_ids or len(text) > 1 or not text.isprintable():
        return 4
    if text.isdigit():
        return 0
    if text.isalpha():
        return 1 if text.isupper() else 2
    return 3


def rows_of(table: TokenTable, items: Items) -> np.ndarray:
    """The vectors of the items, float32 ``(n_items, n_dims)``."""
    return table.rows(items.ids)


def lone_bytes(table: TokenTable, items: Items) -> list[int]:
    """Ids of the items that are bytes which are no text by themselves: what many programs show as a question mark."""
    return [i for i in items.ids if table.text(i).startswith("<0x") and len(table.text(i)) == 6]


class Written(NamedTuple):
    """A control character, its token id, and whether that is among the tokens of a map."""

    character: str
    token_id: int
    on_map: bool


def tabulate_controls(table: TokenTable, items: Items) -> list[Written]:
    """Where newline, tab and carriage return stand in the vocabulary; those that are no token of their own are left out."""
    found = []
    for name, text in (("newline", "\n"), ("tab", "\t"), ("carriage return", "\r")):
        ids = table.tokenize(text)
        if len(ids) == 1:
            found.append(Written(name, ids[0], ids[0] in items.ids))
    return found


def listed_ids(ids: Sequence[int]) -> str:
    """Ids as a reader's list: ``94 to 99`` for a run, else one after the other, ``none`` for none."""
    if not ids:
        return "none"
    is_run = len(ids) > 2 and list(ids) == list(range(ids[0], ids[0] + len(ids)))
    return f"{ids[0]} to {ids[-1]}" if is_run else ", ".join(map(str, ids))


def listed_words(left_out: Sequence[tuple[str, str]]) -> str:
    """Words that were left out with their pieces; ``none`` for none."""
    return "; ".join(f"{word} ({pieces})" for word, pieces in left_out) or "none"
