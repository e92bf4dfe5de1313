"""The measures of one word in many sentences, on small arrays whose answers are known."""

import numpy as np
import pytest

from embedguide.analysis.context import (
    AFTER,
    BEFORE,
    Frame,
    change_by_token,
    cosines_by_layer,
    largest_difference,
    make_sentences,
    pick_word,
    place_of,
    project_layers,
    separate,
)
from embedguide.analysis.encoder_tasks import pool, read_speeches

FRAMES = [
    Frame("we saw the bank", {"river": "after the flood", "money": "after the loan"}),
    Frame("they left the bank", {"river": "when it rained", "money": "when it closed"}),
    Frame("I know the bank", {"river": "since I swim", "money": "since I save"}),
]
SENTENCES = make_sentences(FRAMES)
BEFORE_ONLY = [sentence for sentence in SENTENCES if sentence.order == BEFORE]


class Table:
    """Words are tokens, their ids the order of first sight."""

    def __init__(self):
        self.words = ["[first]"]

    def word_id(self, word):
        if word not in self.words:
            self.words.append(word)
        return self.words.index(word)

    def tokenize(self, text, special=False):
        ids = [self.word_id(word) for word in text.lower().replace(",", "").replace(".", "").split()]
        return [0, *ids] if special else ids

    def text(self, token_id):
        return self.words[token_id]


class LookingBack:
    """A model of one block that adds up a fixed vector of every token up to here, or of all when `both_ways`."""

    def __init__(self, both_ways=False):
        self.table = Table()
        self.both_ways = both_ways

    def hidden_states(self, items):
        found = []
        for ids in items:
            rows = np.random.default_rng(0).normal(size=(1000, 8))[ids].astype(np.float32)
            mixed = rows.cumsum(axis=0)
            found.append(np.stack([rows, np.broadcast_to(mixed[-1], rows.shape) + rows if self.both_ways else mixed]))
        return found


def test_sentences_hold_the_same_words_in_both_orders():
    assert len(SENTENCES) == 12
    assert SENTENCES[0].text == "After the flood, we saw the bank."
    assert SENTENCES[6].text == "We saw the bank after the flood."
    assert [s.sense for s in SENTENCES[:6]] == ["river"] * 3 + ["money"] * 3
    for first, second in zip(SENTENCES[:6], SENTENCES[6:], strict=True):
        assert (first.order, second.order) == (BEFORE, AFTER)
        assert sorted(first.text.lower().replace(",", "").strip(".").split()) == sorted(
            second.text.lower().strip(".").split()
        )


def test_separate_compares_only_sentences_of_other_frames():
    # Meaning decides the direction; the twin of each frame is made identical and must not count.
    states = np.zeros((2, 6, 4))
    states[0] = [1, 0, 0, 0]
    states[1, :3, 0] = states[1, 3:, 1] = 1
    entry, last = separate(states, BEFORE_ONLY)
    assert (entry.same, entry.other, entry.hits) == (1, 1, 0.5)
    assert (last.same, last.other, last.hits) == (1, 0, 1)


def test_a_nearest_neighbor_of_the_other_meaning_is_a_miss():
    angles = np.array([0.0, 0.1, 1.5, 1.4, 1.6, 0.05])
    states = np.stack([np.cos(angles), np.sin(angles)], axis=1)[None]
    (row,) = separate(states, BEFORE_ONLY)
    # River 0 -> money 2 (0.05), not river 1; river 1 -> money 2; river 2 -> money 0, 1; each money likewise.
    assert row.hits == 0


def test_projection_keeps_signs_from_layer_to_layer():
    generator = np.random.default_rng(1)
    base = generator.normal(size=(6, 5))
    base[3:] += 4
    states = np.stack([base + 0.01 * generator.normal(size=base.shape) for _ in range(5)])
    left = np.array([True] * 3 + [False] * 3)
    points = project_layers(states, left)
    assert points.shape == (5, 6, 2)
    assert (points[:, left, 0].mean(axis=1) < points[:, ~left, 0].mean(axis=1)).all()
    assert np.abs(np.diff(points, axis=0)).max() < 0.3
    centered = cosines_by_layer(states)[2]
    assert np.isclose(np.diag(centered), 1).all()


def test_projection_of_equal_vectors_is_one_point():
    points = project_layers(np.ones((3, 6, 4)), np.array([True] * 3 + [False] * 3))
    assert np.abs(points).max() < 1e-9


@pytest.mark.parametrize("both_ways", [False, True])
def test_a_late_cue_is_seen_only_both_ways(both_ways):
    model = LookingBack(both_ways)
    late = [sentence for sentence in SENTENCES if sentence.order == AFTER]
    texts = [sentence.text for sentence in late]
    states = pick_word(model, texts, [model.hidden_states([model.table.tokenize(t, True)])[0] for t in texts], "bank")
    assert (largest_difference(states, late) > 0) is both_ways
    changes = change_by_token(model, texts[0], "blue")
    later = np.triu_indices(changes.shape[-1], 1)
    assert (changes[1][later] > 0).all() if both_ways else (changes[1][later] == 0).all()
    assert (changes[0][later] == 0).all() and (np.diagonal(changes[0]) > 0).all()


def test_the_word_has_to_stand_once():
    model = LookingBack()
    with pytest.raises(ValueError, match=r"exactly once .* got 2 times"):
        place_of("bank", model.table.tokenize("the bank the bank"), model)
    with pytest.raises(ValueError, match="should not stand"):
        change_by_token(model, "the blue bank", "blue")


def test_pool_names_each_vector_and_order():
    states = [np.zeros((2, 3, 4), dtype=np.float32) for _ in SENTENCES]
    for state, sentence in zip(states, SENTENCES, strict=True):
        state[-1, :, 3] = 1
        state[-1, -1, 0 if sentence.sense == "river" else 1] = 5
    rows = {
        (row.vector, row.order): row.hits
        for row in pool(states, np.stack([s[:, 0] for s in states], 1), SENTENCES, "first")
    }
    assert rows["last token", AFTER] == rows["mean of all tokens", BEFORE] == 1
    assert rows["first", BEFORE] == rows["the word", AFTER] == 0.5


def test_speeches_are_pairs_that_follow_each_other():
    text = "A:\none two three\n\nB:\nfour five\nsix\n\nC:\nshort\n\nD:\nseven eight nine\n"
    assert read_speeches(text, fewest=3, most=5) == [("one two three", "four five six")]
