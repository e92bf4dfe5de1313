"""A computed value and its declaration as the document that goes to disk."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from embedguide.results.content import Column, Drawing, Quantized, ResultError, judge, quantize
from embedguide.results.encoding import plain, plotly_json, to_bytes
from embedguide.results.store import ResultId

# A document, and the files that lie beside it by name.
Content = tuple[dict[str, Any], dict[str, bytes]]


def content_of(kind: str, result: ResultId, value: Any, fields: Mapping[str, Any]) -> Content:
    """What a result of `kind` holds besides its words and provenance, and the files that lie beside it.

    Raises:
        ResultError: `value` is not what this kind needs; the message names the result.
    """
    makers = {"figure": _figure, "table": _table, "value": _value, "dataset": _dataset, "claim": _claim}
    try:
        return makers[kind](result, value, fields)
    except ResultError as error:
        raise ResultError(f"{kind} '{result}': {error}") from error


def _figure(result: ResultId, value: Any, fields: Mapping[str, Any]) -> Content:
    if not isinstance(value, Drawing):
        raise ResultError(f"its function must return a Drawing, got {type(value).__name__}")
    states, parts, files = _parts(result, value)
    content = {
        "plotly": plotly_json(value.figure),
        "summary": value.summary,
        "width": fields["width"],
        "height": value.height,
        "controls": plain([control.as_json() for control in value.controls]),
        "states": states,
        "find": {"traces": list(value.search)} if value.search else None,
        "columns": [column.as_json() for column in value.columns],
        "rows": _rows(value.rows, value.columns),
    }
    # Most figures have none of these, and what is not there weighs nothing.
    extras = {
        "links": value.links.as_json() if value.links else None,
        "names_from": value.names_from,
        "names_step": value.names_step if value.names_from else None,
        "on_request": value.on_request,
        "deal": list(value.deal),
        "trail": value.trail,
        "parts": parts,
    }
    return content | {name: extra for name, extra in extras.items() if extra}, files


def _parts(result: ResultId, drawing: Drawing) -> tuple[list[Any], dict[str, Any], dict[str, bytes]]:
    """The states that stay in the figure, what it says of those in files of their own, and these files."""
    states = plain([state.as_json() for state in drawing.states])
    if not drawing.parts:
        return states, {}, {}
    default = next((control.default for control in drawing.controls if control.id == drawing.parts), None)
    if default is None:
        raise ResultError(f"its parts follow a control '{drawing.parts}' with a default, and there is none")
    stay = [state for state in states if state["when"].get(drawing.parts, default) == default]
    folder = result.file_name.split("/")[1].removesuffix(".json")
    files, known = {}, {}
    for value in dict.fromkeys(state["when"].get(drawing.parts, default) for state in states):
        if value == default:
            continue
        name = f"{folder}/{value}.json"
        files[name] = to_bytes({"states": [s for s in states if s["when"].get(drawing.parts, default) == value]})
        known[str(value)] = {"file": name, "sha256": hashlib.sha256(files[name]).hexdigest()}
    return stay, {"control": drawing.parts, "files": known}, files


def _table(_result: ResultId, value: Any, fields: Mapping[str, Any]) -> Content:
    columns = fields["columns"]
    rows = _rows(value, columns)
    return {
        "columns": [column.as_json() for column in columns],
        "rows": rows,
        "controls": plain([control.as_json() for control in fields["controls"]]),
        "width": fields["width"],
        "summary": f"{len(rows)} rows and {len(columns)} columns: {', '.join(c.label or c.name for c in columns)}.",
    }, {}


def _value(_result: ResultId, value: Any, fields: Mapping[str, Any]) -> Content:
    if isinstance(value, np.generic):
        value = value.item()
    if not isinstance(value, int | float | str):
        raise ResultError(f"needs one number or text, got {type(value).__name__}")
    if isinstance(value, float) and not np.isfinite(value):
        raise ResultError(f"needs a finite number, got {value}")
    formatted(value, fields["format"])
    return {"value": plain(value), "unit": fields["unit"], "format": fields["format"]}, {}


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
    return content, {file: attachment}


def _claim(result: ResultId, value: Any, fields: Mapping[str, Any]) -> Content:
    if isinstance(value, np.generic):
        value = value.item()
    about_this = fields["of"] is None or fields["of"] == result.model
    verdict = judge(fields["says"], value, tolerance=fields["tolerance"], about_this_model=about_this)
    return {**fields, "got": plain(value), "verdict": verdict}, {}


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
    """`value` as readers see it: a real minus sign, thin spaces between thousands and before %, a dash for nothing.

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
    text = text.replace(",", "\u202f").replace("%", "\u202f%")
    return text.replace("-", "\u2212", 1) if text.startswith("-") else text
