"""The spoken words of plays: from text to speeches, from speeches to a vocabulary."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

_BLOCK = re.compile(r"\n\s*\n")
# A word keeps the apostrophes inside it: "father's", "o'er". Everything else separates.
_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)*")


class Vocabulary(NamedTuple):
    """Words from the most frequent to the rarest, and how often each occurs, int64 ``(n_words,)``."""

    words: list[str]
    counts: np.ndarray

    def ids(self) -> dict[str, int]:
        """The number of each word: its place in the list."""
        return {word: number for number, word in enumerate(self.words)}


def split_speeches(text: str) -> list[list[str]]:
    """The words of each speech, lower-cased; headings, names of speakers and punctuation are left out.

    Args:
        text: Plays as blocks between empty lines: ``#`` headings, or a line ``Name:`` and the lines spoken.

    Raises:
        ValueError: the text holds no spoken word.
    """
    speeches = []
    for block in _BLOCK.split(text):
        lines = block.strip().split("\n")
        if lines[0].startswith("#"):
            continue
        spoken = lines[1:] if lines[0].endswith(":") else lines
        if words := _WORD.findall(" ".join(spoken).lower()):
            speeches.append(words)
    if not speeches:
        raise ValueError(f"a text with speeches is expected, got {len(text)} characters without a spoken word")
    return speeches


def count_words(speeches: Sequence[Sequence[str]], min_count: int) -> Vocabulary:
    """The words that occur at least `min_count` times; equally frequent ones in the order of their first use.

    Raises:
        ValueError: no word is that frequent.
    """
    counts = Counter(word for speech in speeches for word in speech)
    kept = [(word, n) for word, n in counts.most_common() if n >= min_count]
    if not kept:
        raise ValueError(f"min_count must be at most {max(counts.values(), default=0)} for this text, got {min_count}")
    return Vocabulary([word for word, _ in kept], np.array([n for _, n in kept], dtype=np.int64))


def number_words(speeches: Sequence[Sequence[str]], vocabulary: Vocabulary) -> list[np.ndarray]:
    """Each speech as the numbers of its words, int64 arrays; words outside of the vocabulary are left out."""
    ids = vocabulary.ids()
    return [np.array([ids[word] for word in speech if word in ids], dtype=np.int64) for speech in speeches]
