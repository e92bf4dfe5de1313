"""The same words in several vector spaces: who is near whom in each, and how much the neighborhoods share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from embedguide.analysis.agreement import unit_rows
from embedguide.analysis.neighborhoods import nearest_of_each
from embedguide.analysis.plays import Vocabulary
from embedguide.models import NotOneToken, TokenTable

# Neighbors as near as the last listed one, within rounding.
TIE = 1e-6


class Spaces(NamedTuple):
    """Rows of length 1 of the same words in several spaces, by the name of the space; rows of zeros have no direction."""

    words: list[str]
    rows: dict[str, np.ndarray]


class Neighborhood(NamedTuple):
    """The words nearest to a word in one space, with the cosines, each list in one text.

    `n_tied`: how many further words are exactly as near as the last of them; both texts are empty where the word has no
    direction.
    """

    word: str
    space: str
    neighbors: str
    cosines: str
    n_tied: int


def common_words(words: Sequence[str], tables: Sequence[TokenTable]) -> list[str]:
    """Those of `words` that are one token, inside running text, of every table."""
    return [word for word in words if all(_has(table, word) for table in tables)]


def _has(table: TokenTable, word: str) -> bool:
    try:
        table.word_id(word)
    except NotOneToken:
        return False
    return True


def gather(
    counted: tuple[Sequence[str], np.ndarray],
    learned: tuple[Vocabulary, np.ndarray],
    tables: Mapping[str, TokenTable],
    names: tuple[str, str],
) -> Spaces:
    """The words that all spaces know, the most frequent first, and their rows in each.

    Args:
        counted: Words and their rows of counts, ``(n_words, n_chunks)``.
        learned: A vocabulary in order of frequency and its rows, ``(n_words, n_dims)``.
        tables: Further spaces by name.
        names: What the first two are called.
    """
    places = {word: place for place, word in enumerate(counted[0])}
    ids = learned[0].ids()
    words = common_words([word for word in learned[0].words if word in places and len(word) > 1], list(tables.values()))
    if not words:
        raise ValueError(f"a word that {', '.join([*names, *tables])} all know is expected, got none")
    rows = {names[0]: counted[1][[places[w] for w in words]], names[1]: learned[1][[ids[w] for w in words]]}
    rows |= {name: table.rows([table.word_id(word) for word in words]) for name, table in tables.items()}
    return Spaces(words, {name: unit_rows(each).astype(np.float32) for name, each in rows.items()})


def has_direction(spaces: Spaces) -> np.ndarray:
    """Which words have a row that is not zero in every space, bool ``(n_words,)``."""
    return np.all([np.abs(rows).max(axis=1) > 0 for rows in spaces.rows.values()], axis=0)


def choose_words(spaces: Spaces, always: Sequence[str], skip: int, n: int) -> list[str]:
    """`n` words to look up: those of `always` that are there, then the most frequent with a direction everywhere.

    Args:
        spaces: The spaces.
        always: Words that may lack a direction in some space.
        skip: How many of the most frequent words are passed over.
        n: How many.
    """
    usable = has_direction(spaces)
    chosen = [word for word in always if word in set(spaces.words)]
    rest = [
        w for w, ok in zip(spaces.words[skip:], usable[skip:], strict=True) if ok and len(w) > 2 and w not in chosen
    ]
    return sorted([*chosen, *rest][:n])


def neighborhoods(spaces: Spaces, words: Sequence[str], k: int) -> list[Neighborhood]:
    """The `k` nearest of all common words, in each space; words of equal cosine in order of frequency."""
    at = {word: place for place, word in enumerate(spaces.words)}
    ids, found = [at[word] for word in words], []
    for name, rows in spaces.rows.items():
        alive = np.abs(rows).max(axis=1) > 0
        near, cosines = nearest_of_each(np.round(rows, 7), ids, k, alive)
        for place, line, values in zip(ids, near, cosines, strict=True):
            if not alive[place]:
                found.append(Neighborhood(spaces.words[place], name, "", "", 0))
                continue
            tied = int((rows[alive] @ rows[place] >= values[-1] - TIE).sum()) - k - 1
            texts = " ".join(spaces.words[i] for i in line), " ".join(f"{value:.2f}" for value in values)
            found.append(Neighborhood(spaces.words[place], name, *texts, max(tied, 0)))
    return sorted(found, key=lambda one: one.word)


def overlaps(found: Sequence[Neighborhood]) -> tuple[list[str], np.ndarray, int]:
    """How many neighbors two spaces share, on average over the words that have a direction in all spaces.

    Returns:
        names: Of the spaces.
        shared: float64 ``(n_spaces, n_spaces)``; the diagonal is the length of a list.
        n_words: Over how many words.
    """
    lists: dict[str, dict[str, set[str]]] = {}
    for one in found:
        if one.neighbors:
            lists.setdefault(one.word, {})[one.space] = set(one.neighbors.split(" "))
    names = list(dict.fromkeys(one.space for one in found))
    full = [by_space for by_space in lists.values() if len(by_space) == len(names)]
    if not full:
        raise ValueError("at least one word with a direction in every space is expected, got none")
    shared = [[[len(one[a] & one[b]) for b in names] for a in names] for one in full]
    return names, np.mean(shared, axis=0), len(full)
