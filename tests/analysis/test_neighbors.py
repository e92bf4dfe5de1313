"""Nearest neighbors on small arrays whose answers are known."""

from types import SimpleNamespace

import numpy as np
import pytest

from embedguide.analysis.neighbors import nearest, spelling, tabulate_neighbors

# Row i stands at i times ten degrees.
FAN = np.array([[np.cos(a), np.sin(a)] for a in np.deg2rad(np.arange(0, 90, 10))], dtype=np.float32)


def test_nearest_first_and_never_itself():
    ids, cosines = nearest(FAN, 0, 3)
    assert ids.tolist() == [1, 2, 3]
    assert cosines == pytest.approx(np.cos(np.deg2rad([10, 20, 30])), abs=1e-6)


def test_ties_go_to_the_lower_id():
    rows = np.array([[1, 0], [0, 1], [0, 1], [0, 1]], dtype=np.float32)
    assert nearest(rows, 0, 2)[0].tolist() == [1, 2]


def test_allowed_limits_the_candidates_and_is_left_as_it_was():
    allowed = np.array([True, False] * 4 + [True])
    before = allowed.copy()
    assert nearest(FAN, 0, 2, allowed)[0].tolist() == [2, 4]
    assert np.array_equal(allowed, before)


@pytest.mark.parametrize("k", [0, 9])
def test_k_out_of_range(k):
    with pytest.raises(ValueError, match=f"k must be between 1 and 8 for 9 tokens, got {k}"):
        nearest(FAN, 0, k)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" List", "list"),
        ("_LIST", "list"),
        ("ｌｉｓｔ", "list"),
        ("(list", "list"),
        ("lists", "lists"),
        ("列表", "列表"),
        ("…", ""),
        ("²", "2"),
    ],
)
def test_spelling(text, expected):
    assert spelling(text) == expected


def test_variants_and_single_characters_are_left_out_on_demand():
    texts = [" list", "List", "_list", " a", "--", " menu", " table", " unused"]
    unit = np.array([[np.cos(a), np.sin(a)] for a in np.deg2rad(np.arange(8) * 5)], dtype=np.float32)
    table = SimpleNamespace(
        texts=texts,
        unit_rows=unit,
        n_tokens=8,
        unused_ids=frozenset({7}),
        word_id=lambda word: 0,
        glyph=lambda i: texts[i],
    )
    found = tabulate_neighbors(table, ["list"], 3)
    assert [n.token for n in found if n.variants] == ["List", "_list", " a"]
    assert [n.token for n in found if not n.variants] == ["--", " menu", " table"]
    assert [n.rank for n in found] == [1, 2, 3, 1, 2, 3]
