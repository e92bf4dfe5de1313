"""What of a script decides a result: the statements that bind or change what it uses, and no others."""

import ast

import pytest

from embedguide.results.names import changed_names
from embedguide.results.slicing import slice_of

SCRIPT = """
def build(chapter):
    by_model = {}
    for model in chapter.models("one", "two"):
        numbers = chapter.compute(count, model)
        by_model[model.name] = chapter.compute(other, model)
        chapter.value("n", numbers)
    chapter.figure("all", plot, by_model)
"""


@pytest.mark.parametrize(
    ("statement", "changed"),
    [
        ("X[model.name] = f(y)", {"X"}),
        ("X.first[model.name].second = y", {"X"}),
        ("X[a][b] += 1", {"X"}),
        ("del X[a]", {"X"}),
        ("of(X)[a] = 1", {"of", "X"}),
        ("X.append(y)", {"X", "y"}),
        ("x = y[a]", set()),
    ],
)
def test_what_a_statement_changes(statement, changed):
    assert changed_names(ast.parse(statement).body[0]) == changed


@pytest.mark.parametrize(("name", "read", "unread"), [("n", "count", "other"), ("all", "other", "count")])
def test_where_a_thing_is_put_makes_nothing_depend_on_it(name, read, unread):
    function = ast.parse(SCRIPT).body[0]
    call = next(
        c for c in ast.walk(function) if isinstance(c, ast.Call) and c.args and ast.unparse(c.args[0]) == repr(name)
    )
    text = "\n".join(ast.unparse(ast.fix_missing_locations(node)) for node in slice_of(function, call, call))
    assert read in text and unread not in text
