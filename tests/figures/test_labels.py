"""Labels of maps, and shares in words."""

import numpy as np

from embedguide.analysis.label_layout import label_size
from embedguide.figures.in_words import percent
from embedguide.figures.label_sides import SIDES, label_sides


def test_a_lone_label_stands_above_and_one_beside_another_gives_way():
    assert label_sides(np.array([[0.0, 0.0]]), ["orange"], 12) == ["top center"]
    assert label_sides(np.array([[0.0, 0.0], [30.0, 1.0]]), ["orange", "purple"], 12) == ["bottom center", "top center"]
    assert label_sides(np.array([[0.0, 0.0], [200.0, 1.0]]), ["orange", "purple"], 12) == ["top center"] * 2


def test_labels_of_a_crowd_cover_no_label_where_a_side_is_free():
    points = np.array([[x, y] for x in range(0, 400, 40) for y in range(0, 120, 40)], dtype=float)
    texts = ["orange"] * len(points)
    sides = label_sides(points, texts, 12)
    assert set(sides) <= set(SIDES) and len(set(sides)) > 1
    width, height = label_size("orange", 12)
    shift = {"top center": (0, 7 + height / 2), "bottom center": (0, -7 - height / 2), "middle right": (7 + width / 2, 0), "middle left": (-7 - width / 2, 0)}  # fmt: skip
    middles = points + [shift[side] for side in sides]
    apart = np.abs(middles[:, None] - middles[None]) + 10 * np.eye(len(points))[:, :, None] * [width, height]
    hidden = (apart < [width - 1e-9, height - 1e-9]).all(axis=2).sum() / 2
    above = points + np.array(shift["top center"])
    straight = np.abs(above[:, None] - above[None]) + 10 * np.eye(len(points))[:, :, None] * [width, height]
    assert hidden < (straight < [width - 1e-9, height - 1e-9]).all(axis=2).sum() / 2


def test_shares_have_a_space_before_the_sign():
    assert (percent(0.456), percent(0.0123, 1)) == ("46\u202f%", "1.2\u202f%")
