"""Pieces of words in a small table whose answers are known."""

from types import SimpleNamespace

import numpy as np
import pytest

from embedguide.analysis.geometry import View
from embedguide.analysis.subwords import measure_affix, measure_pull, tabulate_cuts, usable_pairs
from embedguide.models import NotOneToken

TOKENS = ["un", "happy", "unhappy", "known", "unknown", "far"]


def token_id(text):
    if text.strip() not in TOKENS:
        raise NotOneToken(f"{text!r} is several tokens", text, [], [])
    return TOKENS.index(text.strip())


@pytest.fixture
def table():
    step = np.array([0, 0, 1.0, 0])
    happy, known = np.array([1.0, 0, 0, 0]), np.array([0, 1.0, 0, 0])
    vectors = np.array([step, happy, happy + step, known, known + step, [0, 0, -1.0, 1.0]], dtype=np.float32)
    return SimpleNamespace(
        vectors=vectors, n_tokens=len(vectors), n_dims=4, token_id=token_id, word_id=token_id,
        rows=lambda ids: vectors[np.asarray(ids)].copy(), glyph=lambda i: TOKENS[i],
        tokenize=lambda text: [TOKENS.index(piece) for piece in text.split("-")] if " " not in text else [5],
    )  # fmt: skip


NOTHING = View(np.zeros(4), np.zeros((0, 4)))
PAIRS = [("happy", "unhappy"), ("known", "unknown"), ("far", "unfar")]


def test_a_piece_that_points_along_the_step_is_its_nearest(table):
    found = measure_affix(table, "un", PAIRS, "plain", NOTHING)
    assert (found.n_pairs, found.rank) == (2, 1)
    assert (found.agreement, found.cosine) == pytest.approx((1, 1))
    assert measure_affix(table, "far", PAIRS, "plain", NOTHING).rank == 6


def test_pairs_of_several_tokens_are_left_out_and_too_few_are_refused(table):
    assert usable_pairs(table, PAIRS) == [(1, 2), (3, 4)]
    with pytest.raises(ValueError, match="at least two pairs of single tokens are needed for 'un', got 1"):
        measure_affix(table, "un", PAIRS[1:], "plain", NOTHING)


def test_words_with_a_piece_pull_towards_it_and_others_do_not(table):
    found = measure_pull(table, "un", "negating", ["unhappy", "unknown", "unfar"], [1, 3], NOTHING)
    assert (found.n_words, found.cosine, found.rank) == (2, pytest.approx(1), 1)
    assert measure_pull(table, "un", "plain", ["far"], [1, 3], NOTHING).cosine < 0
    with pytest.raises(ValueError, match="at least one word"):
        measure_pull(table, "un", "none", ["unfar"], [1, 3], NOTHING)


def test_a_word_is_cut_with_and_without_its_space(table):
    cuts = tabulate_cuts(table, ["un-happy"])
    assert [(c.place, c.number, c.token) for c in cuts] == [
        ("at the start of a text", 1, "un"), ("at the start of a text", 2, "happy"), ("inside a sentence", 1, "far"),
    ]  # fmt: skip
