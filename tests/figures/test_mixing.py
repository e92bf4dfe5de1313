"""Figures of the chapter on mixing: every line in the unit of its axis."""

import numpy as np
import pytest

from embedguide.analysis.mixing import Capital
from embedguide.analysis.sweeps import LINE, RANDOM, SPHERE, Path, Sweep
from embedguide.figures.mixing import plot_paths


def test_probabilities_are_drawn_in_percent_and_lengths_as_they_are():
    shares = np.float32([0, 0.5, 1])
    line = Path(LINE, shares, np.array([0.1, 0.2, 0.7]), np.array([0.8, 0.6, 0.1]), np.array([2.25, 2.125, 2.5]))
    x, y = Capital("X", "x", 0, 1), Capital("Y", "y", 2, 3)
    sweep = Sweep(x, y, shares, line.p_source, line.p_other, [""] * 3, shares, line.lengths)
    paths = [line, line._replace(name=SPHERE), line._replace(name=RANDOM)]
    other, source, lengths = plot_paths([(sweep, paths)]).figure["data"][:3]
    assert other["y"] == pytest.approx([80, 60, 10]) and source["y"] == pytest.approx([10, 20, 70])
    assert lengths["yaxis"] == "y2" and lengths["y"] == pytest.approx([2.25, 2.125, 2.5])
