"""Where two results differ, and how far they may."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from embedguide.results.comparing import drift_of, drift_of_array


def packed(integers: list[int], scale: float) -> dict[str, object]:
    raw = base64.b64encode(np.array(integers, dtype="<i2").tobytes()).decode()
    return {"bdata": raw, "dtype": "i2", "shape": str(len(integers)), "scale": scale}


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (1.0, 1.0005, []),
        (1.0, 1.002, ["x: 1.0 became 1.002"]),
        (1e-7, -1e-7, []),
        (0, 1, ["x: 0 became 1"]),
        (True, 1, []),
        (True, False, ["x: True became False"]),
        ("a", "b", ["x: 'a' became 'b'"]),
        (None, 1.0, ["x: None became 1.0"]),
        ([1, 2], [1, 2, 3], ["x: [1, 2] became [1, 2, 3]"]),
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, ["x.a[1].b: 2 became 3"]),
        ({"a": 1}, {}, ["x.a: 1 became None"]),
        (packed([100, 200], 0.5), packed([101, 200], 0.5), []),
        (packed([100, 200], 0.5), packed([100, 202], 0.5), ["x[1]: 100 became 101, the worst of 1 numbers"]),
    ],
)
def test_numbers_may_be_a_little_apart_and_nothing_else(old: object, new: object, found: list[str]) -> None:
    assert drift_of(old, new, 1e-3, "x") == found


def test_the_bytes_of_a_dataset_are_compared_as_numbers() -> None:
    old, new = ({"kind": "dataset", "sha256": s, "scale": 0.1, "shape": [2]} for s in "ab")
    assert drift_of(old, new, 1e-3) == []
    assert drift_of_array(np.array([1.0, 2.0]), np.array([1.0, 2.3]), 1e-3, 0.1, "data") == [
        "data[1]: 2 became 2.3, the worst of 1 numbers"
    ]
    assert drift_of_array(np.zeros(2), np.zeros(3), 1e-3, 0.1, "data") == ["data: shape (2,) became (3,)"]
