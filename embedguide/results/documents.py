"""A computed value and its declaration as the document that goes to disk."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from embedguide.results.content import Column, Drawing, Quantized, ResultError, judge, quantize
from embedguide.results.encoding import plain, plotly_json
from embedguide.results.store import ResultId

Content = tuple[dict[str, Any], bytes | None]


def content_of(kind: str, result: ResultId, value: Any, fields: Mapping[str, Any]) -> Content:
    """What a result of `kind` holds besides its words and provenance, and the bytes of a dataset's binary file.

    Raises:
        ResultError: `value` is not what this kind needs; the message names the result.
    """
    makers = {"figure": _figure, "table": _table, "value": _value, "dataset": _dataset, "claim": _claim}
    try:
        return makers[kind](result, value, fields)
    except ResultError as error:
        raise ResultError(f"{kind} '{result}': {error}") from error


def _figure(_result: ResultId, value: Any, fields: Mapping[str, Any]) -> Content:
    if not isinstance(value, Drawing):
        raise ResultError(f"its function must return a Drawing, got {type(value).__name__}")
    return {
        "plotly": plotly_json(value.figure),
        "summary": value.summary,
        "width": fields["width"],
        "height": value.height,
        "controls": plain([control.as_json() for control in value.controls]),
        "states": plain([state.as_json() for state in value.states]),
        "find": {"traces": list(value.search)} if value.search else None,
        "columns": [column.as_json() for column in value.columns],
        "rows": _rows(value.rows, value.columns),
    }, None


def _table(_result: ResultId, value: Any, fields: Mapping[str, Any]) -> Content:
    columns = fields["columns"]
    rows = _rows(value, columns)
    return {
        "columns": [column.as_json() for column in columns],
        "rows": rows,
        "controls": plain([control.as_json() for control in fields["controls"]]),
        "width": fields["width"],
        "summary": f"{len(rows)} rows and {len(columns)} columns: {', '.join(c.label or c.name for c in columns)}.",
    }, None


def _value(_result: ResultId, value: Any, fields: Mapping[str, Any]) -> Content:
    if isinstance(value, np.generic):
        value = value.item()
    if not isinstance(value, int | float | str):
        raise ResultError(f"needs one number or text, got {type(value).__name__}")
    if isinstance(value, float) and not np.isfinite(value):
        raise ResultError(f"needs a finite number, got {value}")
    formatted(value, fields["format"])
    return {"value": plain(value), "unit": fields["unit"], "format": fields["format"]}, None


def _dataset(result: ResultId, value: Any, fields: Mapping[str, Any]) -> Content:
    packed = value if isinstance(value, Quantized) else quantize(np.asarray(value), fields["bits"])
    integers = packed.integers
    file = result.file_name.split("/")[1].removesuffix(".json") + ".bin"
    attachment = np.ascontiguousarray(integers).astype(f"<i{integers.itemsize}").tobytes()
    content = {
        "file": file,
        "sha256": hashlib.sha256(attachment).hexdigest(),
        "dtype": f"int{8 * integers.itemsize}",
        "shape": list(integers.shape),
        "scale": plain(packed.scale),
    }
    return content, attachment


def _claim(result: ResultId, value: Any, fields: Mapping[str, Any]) -> Content:
    if isinstance(value, np.generic):
        value = value.item()
    about_this = fields["of"] is None or fields["of"] == result.model
    verdict = judge(fields["says"], value, tolerance=fields["tolerance"], about_this_model=about_this)
    return {**fields, "got": plain(value), "verdict": verdict}, None


def _rows(rows: Sequence[Any], columns: Sequence[Column]) -> list[list[Any]]:
    """Rows as lists in the order of `columns`, each cell checked against its column's format."""
    found = []
    for row in rows:
        if hasattr(row, "_asdict"):
            row = row._asdict()
        if isinstance(row, Mapping):
            missing = [column.name for column in columns if column.name not in row]
            if missing:
                raise ResultError(f"has no column {missing[0]!r}; there are {', '.join(map(str, row))}")
            row = [row[column.name] for column in columns]
        if len(row) != len(columns):
            raise ResultError(f"expected {len(columns)} cells in a row, got {len(row)}")
        cells = plain(list(row))
        for cell, column in zip(cells, columns, strict=True):
            formatted(cell, column.format)
        found.append(cells)
    if not found:
        raise ResultError("has no rows")
    return found


def formatted(value: Any, spec: str) -> str:
    """`value` as readers see it: a real minus sign, thin spaces between thousands, a dash for nothing.

    Raises:
        ResultError: the format does not fit the value.
    """
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    try:
        text = format(value, "" if spec == "s" else spec)
    except (ValueError, TypeError) as error:
        raise ResultError(f"format {spec!r} does not fit {value!r}: {error}") from error
    # A rounded zero has no sign.
    if not text.strip("-0.,%"):
        text = text.removeprefix("-")
    return (
        text.replace(",", "\u202f").replace("-", "\u2212", 1) if text.startswith("-") else text.replace(",", "\u202f")
    )
