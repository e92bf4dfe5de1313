"""A vocabulary and some rows of its table, laid out so that a page can fetch the few bytes that it needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from embedguide.models import NotOneToken, TokenTable
from embedguide.models.glyphs import SPACE_MARK

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Shelf(NamedTuple):
    """Where the tokens that begin alike lie in the vocabulary's bytes."""

    begins_with: str
    offset: int
    length: int


def shelf_of(token: str) -> str:
    """What tokens are shelved under: their first letter or digit in lower case, spaces in front left out.

    Signs share one shelf, ``other``; beyond ASCII a shelf is a run of 256 characters, ``u4e``.
    """
    first = token.lstrip(SPACE_MARK)[:1]
    if not first:
        return "other"
    if first.isascii():
        return first.lower() if first.isalnum() else "other"
    return f"u{ord(first) >> 8:x}"


def shelve(table: TokenTable) -> list[tuple[str, bytes]]:
    """The lines of every shelf in order, ``id token`` with the id in base 36, sorted by spelling."""
    shelves: dict[str, list[tuple[str, int, str]]] = {}
    for token_id in range(table.n_tokens):
        if token_id not in table.unused_ids:
            token = table.glyph(token_id)
            shelves.setdefault(shelf_of(token), []).append((token.lstrip(SPACE_MARK).lower(), token_id, token))
    return [
        (name, "".join(f"{base36(i)} {token}\n" for _, i, token in sorted(shelves[name])).encode())
        for name in sorted(shelves)
    ]


def base36(number: int) -> str:
    """A whole number in base 36, as JavaScript's ``parseInt(text, 36)`` reads it."""
    text = ""
    while number or not text:
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
    return text


def vocabulary_bytes(shelves: Sequence[tuple[str, bytes]]) -> np.ndarray:
    """All tokens as the bytes of `shelve`, one shelf after another, int8 ``(n_bytes,)``."""
    return np.frombuffer(b"".join(lines for _, lines in shelves), dtype=np.int8)


def vocabulary_index(shelves: Sequence[tuple[str, bytes]]) -> list[Shelf]:
    """Where each shelf of `shelve` begins and how long it is."""
    found, offset = [], 0
    for name, lines in shelves:
        found.append(Shelf(name, offset, len(lines)))
        offset += len(lines)
    return found


def common_word_ids(table: TokenTable, frequent: TokenTable, n_words: int) -> list[int]:
    """Ids of the most frequent words of plain letters that are one token inside running text, most frequent first.

    Words that this table cuts into several tokens are passed over; fewer than `n_words` come back when no more are left.

    Args:
        table: The token table.
        frequent: Word vectors whose words are sorted by frequency.
        n_words: How many.
    """
    found: list[int] = []
    for word in frequent.texts:
        if len(found) == n_words:
            break
        if word.isascii() and word.isalpha() and (token_id := _id_or_none(table, " " + word)) is not None:
            found.append(token_id)
    return found


def choose_tokens(table: TokenTable, frequent: TokenTable, n_words: int, words: Sequence[str]) -> list[int]:
    """Ids of the tokens whose rows a page carries, ascending.

    They are the `n_words` most frequent words that are one token with a space in front; each of `words` bare and with
    a space, in lower case and capitalized, where that is one token; and all special tokens.

    Args:
        table: The token table.
        frequent: Word vectors whose words are sorted by frequency.
        n_words: How many frequent words.
        words: More words.
    """
    chosen = set(table.special_ids) | set(common_word_ids(table, frequent, n_words))
    for word in words:
        forms = {form for spelled in (word, word.lower(), word.capitalize()) for form in (spelled, " " + spelled)}
        chosen |= {i for form in sorted(forms) if (i := _id_or_none(table, form)) is not None}
    return sorted(chosen)


def _id_or_none(table: TokenTable, text: str) -> int | None:
    try:
        return table.token_id(text)
    except NotOneToken:
        return None


def rows_and_scales(table: TokenTable, ids: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """The rows of `ids` as whole numbers from -127 to 127, int8 ``(n, n_dims)``, and each row's scale ``(n,)``."""
    rows = table.rows(ids)
    largest = np.abs(rows).max(axis=1)
    scales = np.array([float(f"{value:.6g}") for value in np.where(largest > 0, largest / 127, 1)])
    return np.clip(np.rint(rows / scales[:, None]), -127, 127).astype(np.int8), scales


def carried_ids(
    table: TokenTable, ids: Sequence[int], carried: tuple[np.ndarray, np.ndarray]
) -> list[tuple[int, str, float]]:
    """Id, token and scale of each carried row, in the order of the rows; `carried` comes from `rows_and_scales`."""
    scales = carried[1]
    return [(i, table.glyph(i), float(scale)) for i, scale in zip(ids, scales, strict=True)]


def row_of_word(table: TokenTable, word: str) -> list[tuple[int, float]]:
    """The row of a word inside running text: dimension, counted from 1, and value."""
    return [(d + 1, float(v)) for d, v in enumerate(table.row(table.word_id(word)))]
