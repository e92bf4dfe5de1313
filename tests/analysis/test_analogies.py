"""Word arithmetic on rows whose answers are known."""

import numpy as np
import pytest

from embedguide.analysis.analogies import Question, answer

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


def test_errors_name_what_is_missing():
    with pytest.raises(ValueError, match="none for tokyo"):
        answer(ROWS, WORDS, Question("king", "man", "tokyo", "queen"))
    with pytest.raises(ValueError, match="at least 4"):
        answer(ROWS, WORDS, QUESTION, k=3)
