"""Figures of the chapter on mixing: every line in the unit of its axis."""

import numpy as np
import pytest

from embedguide.analysis.mixing import Capital
from embedguide.analysis.sweeps import LINE, RANDOM, SPHERE, Path, Sweep
from embedguide.figures.mixing import plot_paths, plot_sweep


def test_probabilities_are_drawn_in_percent_and_lengths_as_they_are():
    shares = np.float32([0, 0.5, 1])
    line = Path(LINE, shares, np.array([0.1, 0.2, 0.7]), np.array([0.8, 0.6, 0.1]), np.array([2.25, 2.125, 2.5]))
    x, y = Capital("X", "x", 0, 1), Capital("Y", "y", 2, 3)
    sweep = Sweep(x, y, shares, line.p_source, line.p_other, [""] * 3, shares, line.lengths)
    paths = [line, line._replace(name=SPHERE), line._replace(name=RANDOM)]
    other, source, lengths = plot_paths([(sweep, paths)]).figure["data"][:3]
    assert other["y"] == pytest.approx([80, 60, 10]) and source["y"] == pytest.approx([10, 20, 70])
    assert lengths["yaxis"] == "y2" and lengths["y"] == pytest.approx([2.25, 2.125, 2.5])


def test_names_and_numbers_stand_clear_of_both_curves_at_every_share():
    shares = np.linspace(0, 1, 5, dtype=np.float32)
    p_source, p_other = np.array([0.01, 0.1, 0.2, 0.9, 0.99]), np.array([0.99, 0.8, 0.3, 0.05, 0.01])
    x, y = Capital("X", "x-town", 0, 1), Capital("Y", "y-town", 2, 3)
    drawing = plot_sweep([Sweep(x, y, shares, p_source, p_other, [""] * 5, shares, shares)], ["X", "Y"])
    other, source, _, other_label, source_label, _ = drawing.figure["data"]
    assert min(other_label["y"] + source_label["y"]) > max(other["y"] + source["y"])
    # Each stands over the end where its own curve is high, and tells that curve's number.
    assert other_label["x"][0] == 0 and "y-town" in other_label["meta"] and other_label["text"][1] == "80\u202f%"
    assert source_label["x"][0] == 100 and "x-town" in source_label["meta"] and source_label["text"][3] == "90\u202f%"
    # One share at a time is told.
    states = [s.data for s in drawing.states if set(s.when) == {"share"}]
    told = [[n for n, text in enumerate(state[3]["texttemplate"]) if text] for state in states]
    assert told == [[0], [1], [3], [4]]
