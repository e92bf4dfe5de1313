"""Calls of libraries that go unreported while results are computed."""

import sys

import numpy as np
import pytest

from embedguide.analysis.layers import measure
from embedguide.analysis.library_calls import call_library


@pytest.fixture
def reported():
    """The names of the Python functions that are reported."""
    names = []
    before = sys.getprofile()
    sys.setprofile(lambda frame, event, _: names.append(frame.f_code.co_name) if event == "call" else None)
    yield names
    sys.setprofile(before)


def test_the_library_goes_unreported_and_what_follows_does_not(reported):
    import networkx as nx

    def ours():
        return None

    assert len(call_library(nx.path_graph, 3)) == 3
    ours()
    assert "path_graph" not in reported and "ours" in reported


def test_reports_go_on_after_an_error(reported):
    import networkx as nx

    hook = sys.getprofile()
    with pytest.raises(nx.NetworkXError):
        call_library(nx.double_edge_swap, nx.path_graph(2))
    assert sys.getprofile() is hook


@pytest.mark.parametrize(("function", "arguments"), [(measure, ()), (np.apply_along_axis, (measure,))])
def test_what_is_ours_must_be_noted(function, arguments):
    with pytest.raises(ValueError, match="a function of another package is expected, got <function measure"):
        call_library(function, *arguments)
