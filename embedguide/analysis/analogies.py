"""Word arithmetic: king - man + woman, and who stands nearest to the result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from embedguide.analysis.agreement import unit_rows


class Question(NamedTuple):
    """``start - minus + plus``, and the word that is hoped for."""

    start: str
    minus: str
    plus: str
    expected: str

    @property
    def inputs(self) -> tuple[str, str, str]:
        """The three words that are asked with."""
        return self.start, self.minus, self.plus

    def __str__(self) -> str:
        """The question as it is written."""
        return f"{self.start} − {self.minus} + {self.plus}"


class Answer(NamedTuple):
    """The words nearest to the result, nearest first, and where the hoped-for word came.

    `words` and `cosines`: the nearest, inputs among them. `rank`: of the expected word among all words.
    `rank_without_inputs`: the same when the three words that are asked with may not be answers.
    """

    question: Question
    words: list[str]
    cosines: list[float]
    rank: int
    rank_without_inputs: int

    @property
    def first(self) -> str:
        """The nearest word of all."""
        return self.words[0]

    @property
    def first_without_inputs(self) -> str:
        """The nearest word that was not in the question."""
        return next(word for word in self.words if word not in self.question.inputs)


def answer(rows: np.ndarray, words: Sequence[str], question: Question, k: int = 10) -> Answer:
    """The nearest words to the result of a question, by cosine, over all words.

    The rows are added as they are, not brought to length 1 first. Ties go to the word that comes first.

    Args:
        rows: One row per word, ``(n_words, n_dims)``.
        words: The words.
        question: What is asked.
        k: How many of the nearest to keep; at least 4, so that one is left when the inputs are taken out.

    Raises:
        ValueError: `k` is below 4, or a word of the question has no row.
    """
    if k < 4:
        raise ValueError(f"k must be at least 4, got {k}")
    ids = {word: number for number, word in enumerate(words)}
    missing = [word for word in (*question.inputs, question.expected) if word not in ids]
    if missing:
        raise ValueError(f"a row is needed for each word of {question}, got none for {', '.join(missing)}")
    start, minus, plus = (np.asarray(rows[ids[word]], dtype=np.float64) for word in question.inputs)
    result = start - minus + plus
    cosines = unit_rows(rows) @ (result / np.linalg.norm(result))
    order = np.argsort(-cosines, kind="stable")
    place = int(np.flatnonzero(order == ids[question.expected])[0])
    ahead = {words[i] for i in order[:place].tolist()}
    nearest = order[:k].tolist()
    return Answer(
        question, [words[i] for i in nearest], cosines[nearest].tolist(), place + 1,
        place + 1 - len(ahead & set(question.inputs)),
    )  # fmt: skip
