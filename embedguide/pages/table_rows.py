"""Which rows of a table stand in its page: all of a short one, of a long one those that its controls let through at first.

Those of other models come when a reader switches to them: a page for three models would carry every table three times.
"""

from __future__ import annotations

from typing import Any

# A table of more rows carries the first ones that are shown; scripts fetch the rest when a reader asks for it.
WHOLE = 60
SHOWN = 40


def placed_rows(document: dict[str, Any], cells: list[list[dict[str, Any]]], *, active: bool) -> dict[str, Any]:
    """The rows of a table that its page carries, and its controls, each with the column that it filters by.

    Args:
        document: The table as it is kept.
        cells: All its rows, each cell ``{"text", "sort"}``.
        active: Whether the table belongs to the model that the page speaks of at first; of another model nobody sees a row
            before scripts switch to it.

    Returns:
        ``rows`` (each ``{"cells", "out"}``, out: a control hides it at first), ``n_rows``, ``more`` (some are left out) and
        ``filters`` (``{"id", "kind", "label", "column", "options", "chosen"}``).
    """
    names = [column["name"] for column in document["columns"]]
    filters = [_filter(control, names.index(control["id"]), cells) for control in document.get("controls") or []]
    rows = [{"cells": row, "out": not all(_lets_through(one, row) for one in filters)} for row in cells]
    kept = [] if not active else rows if len(rows) <= WHOLE else [row for row in rows if not row["out"]][:SHOWN]
    return {"rows": kept, "n_rows": len(rows), "more": len(kept) < len(rows), "filters": filters}


def _filter(control: dict[str, Any], column: int, cells: list[list[dict[str, Any]]]) -> dict[str, Any]:
    known = {"id": control["id"], "kind": control["kind"], "label": control["label"], "column": column}
    if control["kind"] == "switch":
        return {**known, "options": [], "chosen": bool(control["default"])}
    column_cells = [row[column] for row in cells]
    default = control["default"]
    # A default that this model does not have filters nothing.
    chosen = next((cell["text"] for cell in column_cells if default in (cell["text"], cell["sort"])), None)
    return {**known, "options": list(dict.fromkeys(cell["text"] for cell in column_cells)), "chosen": chosen}


def _lets_through(one: dict[str, Any], row: list[dict[str, Any]]) -> bool:
    cell = row[one["column"]]
    if one["kind"] == "switch":
        return bool(cell["text"] == "yes") == one["chosen"]
    return one["chosen"] is None or cell["text"] == one["chosen"]
