"""Speeches, vocabularies and numbers of a small play."""

import numpy as np
import pytest

from embedguide.analysis.plays import count_words, number_words, split_speeches

PLAY = """# A Play

## ACT I

KING:
My crown, my Crown!
The queen's o'er there:

QUEEN:
Where?
"""


def test_headings_names_and_punctuation_are_left_out():
    assert split_speeches(PLAY) == [["my", "crown", "my", "crown", "the", "queen's", "o'er", "there"], ["where"]]


def test_text_without_words_is_an_error():
    with pytest.raises(ValueError, match="without a spoken word"):
        split_speeches("# Title\n\n42\n")


def test_vocabulary_is_sorted_by_frequency():
    vocabulary = count_words(split_speeches(PLAY), min_count=2)
    assert vocabulary.words == ["my", "crown"]
    assert vocabulary.counts.tolist() == [2, 2]
    with pytest.raises(ValueError, match="at most 2"):
        count_words(split_speeches(PLAY), min_count=3)


def test_rare_words_are_left_out_of_the_numbers():
    speeches = split_speeches(PLAY)
    numbered = number_words(speeches, count_words(speeches, min_count=2))
    assert [part.tolist() for part in numbered] == [[0, 1, 0, 1], []]
    assert all(part.dtype == np.int64 for part in numbered)
