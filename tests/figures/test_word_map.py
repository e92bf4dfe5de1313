"""The names of groups on a map of words: over no other name, and over few words."""

import numpy as np

from embedguide.analysis.label_layout import label_size
from embedguide.figures.word_map import NAME_SIZE, NARROW_MAP, name_groups


def _crowd():
    """Six groups of eight words in one heap, after twenty words without a group."""
    random = np.random.default_rng(0)
    at = random.normal(scale=0.3, size=(68, 2)).clip(-1, 1)
    names = ("animals", "body", "sky and sea", "weapons", "time", "titles")
    return at, {"": slice(0, 20)} | {name: slice(20 + 8 * n, 28 + 8 * n) for n, name in enumerate(names)}


def test_names_leave_room_for_each_other_on_a_phone():
    at, parts = _crowd()
    found = name_groups(at, parts, 1.06)
    assert len(found) >= 4
    boxes = []
    for note in found:
        room = np.array(label_size(note["text"][3:-4], NAME_SIZE)) * 1.06 / NARROW_MAP
        middle = np.array([note["x"], note["y"]])
        assert (np.abs(middle) + room / 2 <= 1.06 + 1e-3).all(), note["text"]
        boxes.append((middle, room))
    for n, (middle, room) in enumerate(boxes):
        for other, size in boxes[:n]:
            assert (np.abs(middle - other) >= (room + size) / 2 - 1e-3).any()


def test_a_name_moves_off_the_words_of_its_group():
    words = np.array([[0.0, 0.0], [0.02, 0.01], [-0.02, -0.01], [0.3, 0.2]])
    (note,) = name_groups(words, {"": slice(0, 0), "family": slice(0, 4)}, 1.06)
    assert abs(note["x"]) > 0.02 or abs(note["y"]) > 0.02
    assert np.hypot(note["x"], note["y"]) < 0.3
