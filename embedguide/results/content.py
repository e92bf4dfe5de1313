"""What a chapter computes before it is written down: tables, drawings, datasets, and a claim's verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

Kind = Literal["figure", "table", "value", "dataset", "claim"]
Verdict = Literal["reproduced", "differs", "not testable here"]


class ResultError(Exception):
    """A result that cannot be computed, written, read or placed; the message says what to do."""


@dataclass(frozen=True)
class Column:
    """One column of a table: its name in the data, its label for readers, its unit and its Python format."""

    name: str
    label: str = ""
    unit: str = ""
    format: str = "s"

    def as_json(self) -> dict[str, str]:
        """The column as the contract on disk has it."""
        return {
            "name": self.name,
            "label": self.label or self.name.replace("_", " "),
            "unit": self.unit,
            "format": self.format,
        }


@dataclass(frozen=True)
class Control:
    """A control under a figure or a table.

    Args:
        id: The name that states (or, for a table, columns) refer to.
        kind: ``slider``, ``select``, ``switch`` or ``play``; a ``play`` button drives the slider named in `drives`.
        label: What the reader sees beside it.
        values: The values it can take, in order. A table takes them from its column.
        default: The value it starts with.
        labels: Words for the values, where the values themselves do not read well.
        shared: True where moving it moves the shared control of the same id in the page's other figures.
    """

    id: str
    kind: Literal["slider", "select", "switch", "play"]
    label: str
    values: Sequence[Any] = ()
    default: Any = None
    labels: Sequence[str] | None = None
    unit: str | None = None
    drives: str | None = None
    shared: bool | None = None

    def as_json(self) -> dict[str, Any]:
        """The control as the contract on disk has it, without the keys that say nothing."""
        found = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: list(v) if isinstance(v, tuple) else v for name, v in found.items() if v is not None}


@dataclass(frozen=True)
class Quantized:
    """An array stored as small integers: ``array = integers * scale``."""

    integers: np.ndarray
    scale: float

    def restored(self) -> np.ndarray:
        """The array as a reader gets it back, float32, same shape."""
        return self.integers.astype(np.float32) * np.float32(self.scale)


@dataclass(frozen=True)
class State:
    """What changes in a figure when its controls stand as `when` says; entries that agree apply in order.

    `points`: where all points of the figure lie, x then y, ``(2, n_points)``; see `Drawing.deal`.
    """

    when: Mapping[str, Any]
    data: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    layout: Mapping[str, Any] = field(default_factory=dict)
    points: Quantized | None = None

    def as_json(self) -> dict[str, Any]:
        """The state as the contract on disk has it."""
        data = {str(trace): dict(change) for trace, change in self.data.items()}
        found = {"when": dict(self.when), "data": data, "layout": dict(self.layout)}
        return found | ({"points": self.points} if self.points else {})


@dataclass(frozen=True)
class Links:
    """For each point of a map the points that are near it in the space; the page draws lines to them.

    Args:
        traces: Indices of the traces that hold the points, which are numbered through them in this order.
        to: For each point the numbers of its neighbors, nearest first.
        label: What the lines lead to, as the page says it: ``nearest in the space``.
    """

    traces: Sequence[int]
    to: Sequence[Sequence[int]]
    label: str

    def as_json(self) -> dict[str, Any]:
        """The links as the contract on disk has them.

        Raises:
            ResultError: a link leads to a point that is not there.
        """
        for point, others in enumerate(self.to):
            wrong = [other for other in others if not 0 <= other < len(self.to)]
            if wrong:
                raise ResultError(f"point {point} links to {wrong[0]}, points are numbered 0 to {len(self.to) - 1}")
        return {"traces": list(self.traces), "to": [list(map(int, others)) for others in self.to], "label": self.label}


@dataclass(frozen=True)
class Drawing:
    """A figure with the numbers it shows and a sentence for people who cannot see it.

    Args:
        figure: The Plotly figure; its colors are names of the theme (``@series-0``).
        columns: The columns of the data behind it.
        rows: The data behind it, one sequence per row.
        summary: A sentence or two of what it shows, made from the numbers.
        controls: The controls under it.
        states: What the controls change.
        search: Indices of the traces whose point labels can be searched.
        height: Pixels.
        links: Lines that the page draws from the point under the cursor to its true neighbors.
        on_request: A large figure: its picture stands, and its data are fetched when the reader presses a button.
        names_from: The result, ``lookup/vocabulary``, whose file names the points of the first trace by their token ids.
        names_step: The points are every so many-th token, from id 0 on.
        deal: How many of a state's `points` go to each trace, from the first trace on.
        parts: The control whose values but the default have their states in files of their own, fetched when needed.
        trail: The control along which the path of a found point is drawn.
    """

    figure: Any
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    summary: str
    controls: Sequence[Control] = ()
    states: Sequence[State] = ()
    search: Sequence[int] = ()
    height: int = 420
    links: Links | None = None
    on_request: bool = False
    names_from: str = ""
    names_step: int = 1
    deal: Sequence[int] = ()
    parts: str = ""
    trail: str = ""


def quantize(array: np.ndarray, bits: Literal[8, 16] = 8) -> Quantized:
    """`array` as signed integers of `bits` bits with one scale; the largest magnitude maps to the largest integer.

    Raises:
        ResultError: `array` holds a NaN or an infinity.
    """
    if not np.isfinite(array).all():
        raise ResultError("cannot quantize an array that holds NaN or infinity")
    top = 2 ** (bits - 1) - 1
    largest = float(np.abs(array).max(initial=0.0))
    # The scale is rounded first, so that what is written and what was used are the same number.
    scale = float(f"{(largest / top) or 1.0:.6g}")
    integers = np.clip(np.rint(array / scale), -top, top)
    return Quantized(integers.astype(np.int8 if bits == 8 else np.int16), scale)


def judge(says: Any, got: Any, *, tolerance: float | None, about_this_model: bool) -> Verdict:
    """The verdict on a claim: a number within `tolerance`, or a truth value.

    A number that an article gives for another model cannot be settled on this one; a statement in words can be
    tested on any model, so `got` is then a truth value and `about_this_model` plays no part. Nothing, None, or a reason
    in words is what a step gives that could not measure: the text, the model or a word is not to be had.
    """
    if got is None or isinstance(got, str):
        return "not testable here"
    if isinstance(got, bool | np.bool_):
        return "reproduced" if got else "differs"
    if not about_this_model:
        return "not testable here"
    if tolerance is None or not isinstance(says, int | float):
        raise ResultError(f"a claim with a measured number needs a number and a tolerance, got says={says!r}")
    return "reproduced" if abs(float(got) - float(says)) <= tolerance else "differs"
