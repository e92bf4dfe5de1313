"""Round ticks that stand clear of one another."""

import pytest

from embedguide.figures.geometry import _id_ticks
from embedguide.figures.ticks import color_bar_below, first_digit


@pytest.mark.parametrize(("number", "kept"), [(0.0578, 0.05), (-0.237, -0.2), (151_664, 100_000), (1, 1), (0.99, 0.9)])
def test_a_number_keeps_its_first_digit(number, kept):
    assert first_digit(number) == kept


@pytest.mark.parametrize("top", [0.045, 0.31, 3.0])
def test_the_ticks_of_a_color_bar_are_round_and_on_it(top):
    low, zero, high = color_bar_below(top, -0.2)["tickvals"]
    assert zero == 0 and low == -high and top / 2 <= high <= top


@pytest.mark.parametrize("last", [49_151, 151_664])
def test_ticks_stand_at_the_tokens_nearest_to_round_ids_and_leave_the_right_end_free(last):
    ids = list(range(0, last, 389))
    ticks = _id_ticks(ids)
    texts = [int(text.replace("\u202f", "")) for text in ticks["ticktext"]]
    assert texts[0] == 0 and len(texts) == 3 and all(mark % 10_000 == 0 for mark in texts)
    assert all(abs(ids[place] - mark) <= 195 for place, mark in zip(ticks["tickvals"], texts, strict=True))
    assert texts[-1] < 0.95 * last
