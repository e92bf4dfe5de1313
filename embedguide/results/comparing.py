"""Where two results differ: numbers by more than a tolerance, anything else at all."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

# Numbers nearer to 0 than this are compared as if they were this large.
SMALLEST = 1e-3
# A number as it is printed: thousands may be set apart, and a minus sign may be a real one.
PRINTED = re.compile(r"[-−]?\d+(?:[,\u2009\u202f]\d{3})*(?:\.\d+)?(?:[eE][-+]?\d+)?")
# What a dataset says of its binary file, whose numbers are compared themselves.
OF_BYTES = {"sha256", "scale"}


def drift_of(old: Any, new: Any, relative: float, path: str = "") -> list[str]:
    """Where two documents differ, a phrase each.

    Numbers differ when they are apart by more than `relative` of the larger. Arrays that are packed as small integers
    may also be apart by one step of their scale, since a number on the edge between two steps falls to either side.
    """
    if _is_number(old) and _is_number(new):
        within = abs(old - new) <= relative * max(abs(old), abs(new), SMALLEST)
        return [] if within else [f"{path}: {old} became {new}"]
    if isinstance(old, dict) and isinstance(new, dict):
        if _is_packed(old) and _is_packed(new):
            return drift_of_array(_unpacked(old), _unpacked(new), relative, old["scale"], path)
        left = OF_BYTES if old.get("kind") == "dataset" else set()
        names = sorted((old.keys() | new.keys()) - left)
        return [d for n in names for d in drift_of(old.get(n), new.get(n), relative, f"{path}.{n}".strip("."))]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [d for i, (a, b) in pairs for d in drift_of(a, b, relative, f"{path}[{i}]")]
    return [] if old == new else [f"{path}: {old!r:.40} became {new!r:.40}"]


def drift_of_array(old: np.ndarray, new: np.ndarray, relative: float, step: float, path: str) -> list[str]:
    """Where two arrays differ by more than `relative` and one `step`: the worst place, and how many there are."""
    if old.shape != new.shape:
        return [f"{path}: shape {old.shape} became {new.shape}"]
    apart = np.abs(old - new) - relative * np.maximum(np.maximum(np.abs(old), np.abs(new)), SMALLEST) - 1.001 * step
    if not (apart > 0).any():
        return []
    worst = np.unravel_index(apart.argmax(), apart.shape)
    place = ", ".join(map(str, worst))
    return [f"{path}[{place}]: {old[worst]:.6g} became {new[worst]:.6g}, the worst of {(apart > 0).sum()} numbers"]


def drift_of_text(old: str, new: str, relative: float, path: str) -> list[str]:
    """Where two texts differ, line by line: in numbers by more than a tolerance, or in words.

    A number that is printed with decimals may also be apart by one in its last place, since one on the edge is rounded
    to either side. White space does not count: columns widen with their numbers.
    """
    lines = [[line for text in t.splitlines() if (line := re.sub(r"[ \t]+", " ", text).strip())] for t in (old, new)]
    if len(lines[0]) != len(lines[1]):
        return [f"{path}: {len(lines[0])} lines became {len(lines[1])}"]
    pairs = zip(*lines, strict=True)
    return [f"{path}: {a!r:.80} became {b!r:.80}" for a, b in pairs if a != b and not _reads_the_same(a, b, relative)]


def _reads_the_same(old: str, new: str, relative: float) -> bool:
    if PRINTED.sub("#", old) != PRINTED.sub("#", new):
        return False
    pairs = zip(PRINTED.findall(old), PRINTED.findall(new), strict=True)
    return all(_is_near(a, b, relative) for a, b in pairs)


def _is_near(old: str, new: str, relative: float) -> bool:
    was, now = (float(re.sub("[,\u2009\u202f]", "", number).replace("−", "-")) for number in (old, new))
    mantissa, _, power = old.lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    step = 1.001 * 10.0 ** (int(power or 0) - decimals) if decimals else 0.0
    return abs(was - now) <= max(relative * max(abs(was), abs(now)), step)


def restored(content: bytes, document: Mapping[str, Any]) -> np.ndarray:
    """The array of a dataset from its binary file, float64."""
    integers = np.frombuffer(content, dtype=np.dtype(document["dtype"]).newbyteorder("<"))
    return integers.reshape(document["shape"]).astype(np.float64) * document["scale"]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_packed(value: Mapping[str, Any]) -> bool:
    return "bdata" in value and "scale" in value


def _unpacked(packed: Mapping[str, Any]) -> np.ndarray:
    integers = np.frombuffer(base64.b64decode(packed["bdata"]), dtype=f"<{packed['dtype']}")
    shape = tuple(int(length) for length in str(packed["shape"]).split(","))
    return integers.reshape(shape).astype(np.float64) * packed["scale"]
