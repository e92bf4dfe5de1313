"""Word arithmetic: king - man + woman, and who stands nearest to the result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from embedguide.analysis.agreement import unit_rows
from embedguide.models import NotOneToken, TokenTable


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

    `ids`, `words` and `cosines`: the nearest, inputs among them; `asked` says which are inputs, `hoped` which is the
    hoped-for word. `rank`: of the expected word among all words. `rank_without_inputs`: the same when the three words
    that are asked with may not be answers.
    """

    question: Question
    ids: list[int]
    words: list[str]
    cosines: list[float]
    asked: list[bool]
    hoped: list[bool]
    rank: int
    rank_without_inputs: int

    @property
    def first(self) -> str:
        """The nearest word of all."""
        return self.words[0]

    @property
    def first_without_inputs(self) -> str:
        """The nearest word that was not in the question."""
        return self.words[self.asked.index(False)]


class Refusal(NamedTuple):
    """A question that cannot be asked: the word that is not one token, and its pieces."""

    question: Question
    word: str
    pieces: tuple[str, ...]


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
    ids = {word: number for number, word in enumerate(words)}
    missing = [word for word in (*question.inputs, question.expected) if word not in ids]
    if missing:
        raise ValueError(f"a row is needed for each word of {question}, got none for {', '.join(missing)}")
    asked = [ids[word] for word in question.inputs]
    start, minus, plus = (np.asarray(rows[i], dtype=np.float64) for i in asked)
    result = start - minus + plus
    cosines = unit_rows(rows) @ (result / np.linalg.norm(result))
    return _ranked(question, cosines, asked, ids[question.expected], k, words.__getitem__)


def answer_from_table(table: TokenTable, question: Question, k: int = 10) -> Answer:
    """The same over all tokens of a table; `Answer.words` are tokens as the guide writes them.

    The words of the question are taken as they stand inside running text. Rows that belong to no token are no answers.

    Raises:
        ValueError: `k` is below 4.
        NotOneToken: a word of the question is several tokens of this model, or none.
    """
    *asked, expected = (table.word_id(word) for word in (*question.inputs, question.expected))
    start, minus, plus = table.rows(asked).astype(np.float64)
    result = start - minus + plus
    cosines = table.unit_rows @ (result / np.linalg.norm(result)).astype(np.float32)
    cosines[list(table.unused_ids)] = -np.inf
    return _ranked(question, cosines, asked, expected, k, table.glyph)


def answer_or_refuse(table: TokenTable, questions: Sequence[Question], k: int) -> tuple[list[Answer], list[Refusal]]:
    """The questions that a table can answer, and those with a word that is not one token."""
    answers, refused = [], []
    for question in questions:
        try:
            answers.append(answer_from_table(table, question, k))
        except NotOneToken as error:
            refused.append(Refusal(question, error.text.strip(), error.pieces))
    return answers, refused


def _ranked(
    question: Question, cosines: np.ndarray, asked: list[int], expected: int, k: int, name: Callable[[int], str]
) -> Answer:
    if k < 4:
        raise ValueError(f"k must be at least 4, got {k}")
    order = np.argsort(-cosines, kind="stable")
    place = int(np.flatnonzero(order == expected)[0])
    ahead = set(order[:place].tolist())
    nearest = order[:k].tolist()
    return Answer(
        question, nearest, [name(i) for i in nearest], cosines[nearest].tolist(), [i in asked for i in nearest],
        [i == expected for i in nearest], place + 1, place + 1 - len(ahead & set(asked)),
    )  # fmt: skip
