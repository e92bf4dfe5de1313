"""What a figure may carry besides its plot: links to true neighbors, and that it waits for its reader."""

import pytest

from embedguide.results import Column, Drawing, Links, ResultError, ResultId, judge
from embedguide.results.documents import content_of

PLOT = {"data": [{"type": "scatter", "x": [0, 1], "y": [0, 1]}], "layout": {}}


def document(**more):
    drawing = Drawing(figure=PLOT, columns=[Column("a")], rows=[["x"]], summary="s", **more)
    return content_of("figure", ResultId("tiny", "plot", ""), drawing, {"width": "text"})[0]


def test_links_and_waiting_are_written_only_where_they_are_wanted():
    assert not {"links", "on_request", "names_from", "names_step"} & document().keys()
    found = document(
        links=Links([0], [[1], [0]], "near"), on_request=True, names_from="lookup/vocabulary", names_step=3
    )
    assert found["links"] == {"traces": [0], "to": [[1], [0]], "label": "near"}
    assert (found["on_request"], found["names_from"], found["names_step"]) == (True, "lookup/vocabulary", 3)


def test_a_link_to_nowhere_is_refused():
    with pytest.raises(ResultError, match=r"figure 'tiny/plot': point 1 links to 2, points are numbered 0 to 1"):
        document(links=Links([0], [[1], [2]], "near"))


def test_what_could_not_be_measured_is_not_testable():
    assert judge("a statement", None, tolerance=None, about_this_model=True) == "not testable here"
