"""Counting words, on texts small enough to check by hand."""

import numpy as np
import pytest

from embedguide.analysis import tfidf

TEXT = "a cat a dog The cat's dog o'er a hill"


def test_words_are_lower_case_and_keep_their_apostrophes():
    assert tfidf.read_words("The cat's -- O'er 3 HILLS.") == ["the", "cat's", "o'er", "hills"]
    with pytest.raises(ValueError, match="empty corpus"):
        tfidf.read_words(" 12 -- ")


def test_counts_add_up_and_chunks_are_even():
    counts = tfidf.count_words("a b a c a b c".split(), 2)
    assert counts.words == ["a", "b", "c"]
    assert counts.counts.tolist() == [[2, 1], [1, 1], [1, 1]]
    with pytest.raises(ValueError, match="between 1 and 2 for 2 words, got 3"):
        tfidf.count_words(["a", "b"], 3)


def test_the_worked_example():
    tf, idf = tfidf.term_frequency(5, 100), tfidf.inverse_document_frequency(10, 2)
    assert (tf, round(idf, 2), round(tf * idf, 2)) == (0.05, 1.61, 0.08)


def test_a_word_of_every_chunk_is_a_row_of_zeros_and_others_are_tf_times_idf():
    counts = tfidf.count_words("a b a c".split(), 2)
    table = tfidf.tfidf(counts)
    assert table[0].tolist() == [0, 0]
    assert table[1].tolist() == [0.5 * np.log(2), 0]
    assert (tfidf.n_points(table), tfidf.n_directions(table)) == (3, 2)
    assert (tfidf.share_of_words(counts, 2), tfidf.share_of_text(counts, 2)) == (1 / 3, 0.5)


def test_the_library_smooths_and_scales_to_length_one():
    words = "a b a c a a b b d".split()
    counts, table = tfidf.count_words(words, 3), tfidf.library_tfidf(words, 3)
    idf = np.log((1 + 3) / (1 + counts.chunks_with)) + 1
    expected = counts.counts * idf[:, None]
    assert table == pytest.approx(expected / np.linalg.norm(expected, axis=0))


def test_a_projection_keeps_a_plane_and_fixes_its_signs():
    flat = np.array([[0, 0, 3.0], [-4, 0, 0], [0, 1, 0], [8, 0, 0]])
    plane = tfidf.project(flat)
    assert plane.explained.sum() <= 1
    assert all(axis[np.abs(axis).argmax()] > 0 for axis in plane.axes)
    assert plane.points == pytest.approx((flat - flat.mean(axis=0)) @ plane.axes.T)


def test_equal_neighbors_share_a_hit_and_zero_rows_are_left_out():
    rows = np.array([[1.0, 0], [2, 0], [3, 0], [0, 1], [0, 0]])
    group = np.array([True, True, False, False, True])
    # Each of the two has two equally similar words, one of them in the group.
    assert tfidf.same_group_nearest(rows, group) == (0.5, pytest.approx(1 / 3))
    with pytest.raises(ValueError, match="at least 2 words"):
        tfidf.same_group_nearest(rows, np.array([True, False, False, False, True]))


def test_a_crowd_is_counted_around_the_middle_point():
    points = np.array([[0, 0], [0.1, 0], [0, 0.1], [10, 0]])
    assert tfidf.largest_crowd(points, 0.1) == 0.75


def test_a_word_that_is_not_there_is_named():
    with pytest.raises(KeyError, match="'zebra' does not stand"):
        tfidf.tabulate_weights(tfidf.count_words("a b".split(), 1), ["zebra"])
