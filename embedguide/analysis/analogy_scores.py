"""How often word arithmetic works: every question that the pairs of a relation can ask, answered over a whole table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from embedguide.analysis.neighbors import spelling
from embedguide.models import TokenTable

# What may be an answer: every token; all but the three asked with; all but these and their other spellings.
KEPT, OUT, SPELLINGS_OUT = "kept", "out", "spellings out"
RULES = (KEPT, OUT, SPELLINGS_OUT)


class Marks(NamedTuple):
    """Which questions of a relation were answered right.

    `arithmetic` and `third_word`: by rule, bool ``(n_pairs, n_pairs)``; entry ``[i, j]`` is the question that carries
    the step of pair i over to pair j. The diagonal asks nothing and is False.
    `ranks`: of the hoped-for token, with the three inputs out, int ``(n_pairs, n_pairs)``; 0 on the diagonal.
    `inputs_first`: whether an input is the nearest of all tokens to the result, bool ``(n_pairs, n_pairs)``.
    """

    arithmetic: dict[str, np.ndarray]
    third_word: dict[str, np.ndarray]
    ranks: np.ndarray
    inputs_first: np.ndarray


class Spellings:
    """Which tokens of a table differ in case, spaces or signs alone."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Number the spellings of all tokens; a token without letters or digits is like no other."""
        numbers: dict[str, int] = {}
        folded = (spelling(text) or f"\0{i}" for i, text in enumerate(texts))
        self.codes = np.array([numbers.setdefault(one, len(numbers)) for one in folded])
        order = np.argsort(self.codes, kind="stable")
        bounds = np.searchsorted(self.codes[order], np.arange(len(numbers) + 1))
        self._order, self._bounds = order, bounds

    def of(self, token_ids: Sequence[int]) -> np.ndarray:
        """All tokens that are spelled like one of these, themselves among them."""
        codes = self.codes[list(token_ids)]
        return np.concatenate([self._order[self._bounds[c] : self._bounds[c + 1]] for c in codes])


class Asked(NamedTuple):
    """One question ``b - a + c``: its inputs, the hoped-for token, and every token's score, in units of cosine."""

    inputs: tuple[int, int, int]
    expected: int
    scores: np.ndarray


class Questions:
    """All questions of one relation over one table.

    Rows are added as they are. Since a dot product with a sum is the sum of dot products, one product per word
    answers every question. Rows that belong to no token score minus infinity.
    """

    def __init__(self, table: TokenTable, ids: Sequence[tuple[int, int]]) -> None:
        """Multiply each word's row with the whole table.

        Args:
            table: The token table.
            ids: Token ids ``(a, b)`` of each pair.

        Raises:
            ValueError: fewer than two pairs.
        """
        if len(ids) < 2:
            raise ValueError(f"a question needs two pairs, got {len(ids)}")
        words = sorted({i for pair in ids for i in pair})
        self.ids = ids
        self._rows = dict(zip(words, table.rows(words), strict=True))
        self._dots = dict(zip(words, table.rows(words) @ table.unit_rows.T, strict=True))
        self._unused = list(table.unused_ids)

    def arithmetic(self, i: int, j: int) -> Asked:
        """The question that carries the step of pair `i` over to pair `j`."""
        (a, b), (c, expected) = self.ids[i], self.ids[j]
        scores = self._dots[b] - self._dots[a] + self._dots[c]
        scores /= np.linalg.norm(self._rows[b] - self._rows[a] + self._rows[c])
        scores[self._unused] = -np.inf
        return Asked((b, a, c), expected, scores)

    def third_word(self, i: int, j: int) -> Asked:
        """The same inputs, answered without arithmetic: what is nearest to the first word of pair `j`."""
        (a, b), (c, expected) = self.ids[i], self.ids[j]
        scores = self._dots[c] / np.linalg.norm(self._rows[c])
        scores[self._unused] = -np.inf
        return Asked((b, a, c), expected, scores)


def score_relation(table: TokenTable, spellings: Spellings, ids: Sequence[tuple[int, int]]) -> Marks:
    """Which of the questions ``b_i - a_i + a_j`` have ``b_j`` as the nearest of all tokens, by cosine.

    Under the rule `SPELLINGS_OUT` any spelling of the hoped-for word is right. The baseline `third_word` takes the
    token nearest to ``a_j`` under the same rules.

    Args:
        table: The token table.
        spellings: Of its tokens.
        ids: Token ids ``(a, b)`` of each pair.

    Raises:
        ValueError: fewer than two pairs.
    """
    n, questions = len(ids), Questions(table, ids)
    marks = Marks(_empty(n), _empty(n), np.zeros((n, n), dtype=np.int64), np.zeros((n, n), dtype=bool))
    for i, j in ((i, j) for i in range(n) for j in range(n) if i != j):
        asked = questions.arithmetic(i, j)
        _mark(marks.arithmetic, asked, spellings, i, j)
        ahead = without(asked.scores, asked.inputs) > asked.scores[asked.expected]
        marks.inputs_first[i, j] = int(asked.scores.argmax()) in asked.inputs
        marks.ranks[i, j] = 1 + np.count_nonzero(ahead)
        _mark(marks.third_word, questions.third_word(i, j), spellings, i, j)
    return marks


def without(scores: np.ndarray, ids: Sequence[int] | np.ndarray) -> np.ndarray:
    """A copy of `scores` in which these tokens cannot win."""
    kept = scores.copy()
    kept[np.asarray(ids)] = -np.inf
    return kept


def allowed_scores(asked: Asked, spellings: Spellings) -> dict[str, np.ndarray]:
    """The scores under each rule: what may not be an answer has minus infinity."""
    return {
        KEPT: asked.scores,
        OUT: without(asked.scores, asked.inputs),
        SPELLINGS_OUT: without(asked.scores, spellings.of(asked.inputs)),
    }


def _empty(n: int) -> dict[str, np.ndarray]:
    return {rule: np.zeros((n, n), dtype=bool) for rule in RULES}


def _mark(marks: dict[str, np.ndarray], asked: Asked, spellings: Spellings, i: int, j: int) -> None:
    for rule, scores in allowed_scores(asked, spellings).items():
        best, hoped = int(scores.argmax()), asked.expected
        marks[rule][i, j] = spellings.codes[best] == spellings.codes[hoped] if rule == SPELLINGS_OUT else best == hoped
