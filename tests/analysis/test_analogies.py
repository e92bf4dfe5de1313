"""Word arithmetic on rows whose answers are known."""

import numpy as np
import pytest

from embedguide.analysis.analogies import Question, Refusal, answer, answer_or_refuse
from embedguide.models import NotOneToken

WORDS = ["king", "man", "woman", "queen", "pear", "fig"]
ROWS = np.array([[5, 1, 0], [1, 1, 0], [1, 0, 1], [5, 0, 1.5], [0, -1, -3], [-4, 1, 0]], dtype=float)
QUESTION = Question("king", "man", "woman", "queen")


def test_rank_with_and_without_the_words_of_the_question():
    # king - man + woman = (5, 0, 1), which queen (5, 0, 1.5) fits better than king (5, 1, 0).
    found = answer(ROWS, WORDS, QUESTION, k=6)
    assert (found.first, found.rank, found.rank_without_inputs) == ("queen", 1, 1)
    moved = ROWS.copy()
    moved[0], moved[1] = [50, 0.1, 0], [1, 0.9, 0]
    moved[3] = [5, 0, 3]
    found = answer(moved, WORDS, QUESTION, k=6)
    assert (found.first, found.first_without_inputs) == ("king", "queen")
    assert (found.rank, found.rank_without_inputs) == (2, 1)


class Table:
    """A table of a few words; the word swam is two tokens, and the last row belongs to no token."""

    texts = [f" {word}" for word in WORDS] + [""]
    unused_ids = frozenset({len(WORDS)})

    def __init__(self):
        self.vectors = np.vstack([ROWS, [5, 0, 1]]).astype(np.float32)
        self.unit_rows = self.vectors / np.linalg.norm(self.vectors, axis=1, keepdims=True)

    def word_id(self, word):
        if word == "swam":
            raise NotOneToken("two", " swam", (1, 2), ("␣sw", "am"))
        return WORDS.index(word)

    def rows(self, ids):
        return self.vectors[ids]

    def glyph(self, token_id):
        return self.texts[token_id].replace(" ", "␣")


def test_a_table_answers_with_its_tokens_and_refuses_words_of_several():
    swam = Question("king", "man", "swam", "queen")
    (found,), refused = answer_or_refuse(Table(), [QUESTION, swam], k=6)
    assert found.words[0] == "␣queen" and found.ids[0] == 3 and found.hoped == [True] + [False] * 5
    assert sum(found.asked) == 3 and found.rank == 1
    assert 6 not in found.ids  # the row that belongs to no token lies on the result itself
    assert refused == [Refusal(swam, "swam", ("␣sw", "am"))]


def test_errors_name_what_is_missing():
    with pytest.raises(ValueError, match="none for tokyo"):
        answer(ROWS, WORDS, Question("king", "man", "tokyo", "queen"))
    with pytest.raises(ValueError, match="at least 4"):
        answer(ROWS, WORDS, QUESTION, k=3)
