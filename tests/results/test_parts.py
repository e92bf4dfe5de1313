"""Figures whose states lie in files of their own, and points that are dealt to several traces."""

import hashlib
import json

import pytest

from embedguide.results.content import Column, Control, Drawing, ResultError, State
from embedguide.results.documents import content_of
from embedguide.results.store import ResultId

RESULT = ResultId("layers", "map", "tiny")


def drawing(**changes):
    given = {
        "figure": {"data": [{"type": "scatter", "x": [1], "y": [1]}, {"type": "scatter", "x": [2, 3], "y": [2, 3]}], "layout": {}},
        "columns": (Column("x", "x"),),
        "rows": [(1,)],
        "summary": "Three points.",
        "controls": (Control("fed", "select", "Fed", ("alone", "sentence"), "alone"),),
        "states": (State({"scale": 1}), State({"fed": "alone"}), State({"fed": "sentence"}, layout={"height": 9})),
        "deal": [1, 2],
        "parts": "fed",
    }  # fmt: skip
    return Drawing(**(given | changes))


def content(value):
    return content_of("figure", RESULT, value, {"width": "text"})


def test_states_of_other_values_than_the_default_lie_in_files_of_their_own():
    document, files = content(drawing())
    assert [state["when"] for state in document["states"]] == [{"scale": 1}, {"fed": "alone"}]
    assert document["deal"] == [1, 2]
    assert list(document["parts"]["files"]) == ["sentence"] and document["parts"]["control"] == "fed"
    known = document["parts"]["files"]["sentence"]
    assert hashlib.sha256(files[known["file"]]).hexdigest() == known["sha256"]
    assert [state["when"] for state in json.loads(files[known["file"]])["states"]] == [{"fed": "sentence"}]


def test_parts_without_such_a_control_are_told():
    with pytest.raises(ResultError, match="its parts follow a control 'fed' with a default, and there is none"):
        content(drawing(controls=()))


def test_without_parts_every_state_stays_and_nothing_else_is_said():
    document, files = content(drawing(parts=None, deal=()))
    assert len(document["states"]) == 3 and files == {}
    assert not {"parts", "deal"} & set(document)
