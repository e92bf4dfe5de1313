"""Pieces of words in a small table whose answers are known."""

from types import SimpleNamespace

import numpy as np
import pytest

from embedguide.analysis.subwords import measure_affixes, measure_pulls, tabulate_cuts, usable_pairs
from embedguide.analysis.views import as_they_are
from embedguide.models import NotOneToken

TOKENS = ["un", "happy", "unhappy", "known", "unknown", "far"]


def token_id(text):
    if text.strip() not in TOKENS:
        raise NotOneToken(f"{text!r} is several tokens", text, [7, 8], ["ti", "on"])
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


NOTHING = as_they_are(4)
PAIRS = [("happy", "unhappy"), ("known", "unknown"), ("far", "unfar")]


def test_a_piece_that_points_along_the_step_is_its_nearest(table):
    found, other = measure_affixes(table, [("un", PAIRS), ("far", PAIRS)], {"plain": NOTHING})
    assert (found.piece, found.treatment, found.n_pairs, found.rank) == ("un", "plain", 2, 1)
    assert (found.agreement, found.cosine) == pytest.approx((1, 1))
    assert other.rank == 6


def test_pairs_and_pieces_that_the_model_lacks_are_left_out_with_the_reason(table):
    assert usable_pairs(table, PAIRS) == [(1, 2), (3, 4)]
    given = [("un", PAIRS), (" known", PAIRS[1:]), ("tion", PAIRS)]
    found = measure_affixes(table, given, {"plain": NOTHING, "again": NOTHING})
    assert [(a.piece, a.rank is None) for a in found] == [("un", False)] * 2 + [("␣known", True), ("tion", True)]
    assert found[2].nearest == "left out: of 2 pairs 1 are single tokens"
    assert found[3].nearest == "left out: “tion” is 2 tokens: ti | on"
    assert measure_affixes(table, given[2:], {"plain": NOTHING}) == [found[3]]


def test_words_with_a_piece_pull_towards_it_and_others_do_not(table):
    groups = {"negating": ["unhappy", "unknown", "unfar"], "plain": ["far"], "none": ["unfar"]}
    negating, plain, none = measure_pulls(table, "un", groups, [1, 3], NOTHING)
    assert (negating.n_words, negating.cosine, negating.rank) == (2, pytest.approx(1), 1)
    assert plain.cosine < 0
    assert none == ("none", 0, None, None)
    assert measure_pulls(table, "tion", groups, [1, 3], NOTHING)[0] == ("negating", 2, None, None)
    assert measure_pulls(table, "un", {"none": ["unfar"]}, [1, 3], NOTHING) == [none]


def test_a_word_is_cut_with_and_without_its_space(table):
    cuts = tabulate_cuts(table, ["un-happy"])
    assert [(c.place, c.number, c.token) for c in cuts] == [
        ("at the start of a text", 1, "un"), ("at the start of a text", 2, "happy"), ("inside a sentence", 1, "far"),
    ]  # fmt: skip
