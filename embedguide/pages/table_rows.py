"""Which rows of a table stand in its page: all of a short one, of a long one those that its controls let through at first.

Those of other models come when a reader switches to them: a page for three models would carry every table three times.
Columns are all there, in the order that the page asks for; some are marked as those that can be spared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from embedguide.pages.errors import PageError

# A table of more rows carries the first ones that are shown; scripts fetch the rest when a reader asks for it.
WHOLE = 60
SHOWN = 40
# In a table of more columns an id gives way on a narrow screen to what it is the id of.
FEW_COLUMNS = 5
# A control of more options is a field to type in.
MANY = 40
NOTHING = {"", "–"}


def order_of(document: dict[str, Any], last: Sequence[str]) -> list[int]:
    """The columns of a table as places in its file: `last` are moved behind the others, in the order of `last`.

    Raises:
        PageError: the table has no such column.
    """
    names = _names_with(document, last, "put last")
    return [n for n, name in enumerate(names) if name not in last] + [names.index(name) for name in last]


def _names_with(document: dict[str, Any], wanted: Sequence[str], what_for: str) -> list[str]:
    names = [column["name"] for column in document["columns"]]
    if unknown := [name for name in wanted if name not in names]:
        where = f"{document['chapter']}/{document['name']}"
        raise PageError(f"table '{where}' has no column '{unknown[0]}' to {what_for}. It has: {', '.join(names)}")
    return names


def reordered(document: dict[str, Any], order: Sequence[int]) -> dict[str, Any]:
    """The table with its columns in that order."""
    columns = [document["columns"][n] for n in order]
    return {**document, "columns": columns, "rows": [[row[n] for n in order] for row in document["rows"]]}


def column_marks(
    document: dict[str, Any],
    cells: list[list[dict[str, Any]]],
    filters: Sequence[dict[str, Any]],
    spare: Sequence[str] = (),
) -> list[dict[str, bool]]:
    """For each column: is it ``spare``, can a narrow screen do without it, and does it say the ``same`` in every row?

    Spare are those that the page names, in a table of many columns ids beside what they are the ids of, and columns that hold
    nothing. The same in every row is a column of which a control has picked one value; `tables.js` keeps that mark.

    Args:
        document: The table.
        cells: All its rows, each cell ``{"text", "sort"}``.
        filters: Its controls, as `placed_rows` gives them.
        spare: Columns that the page can do without on a narrow screen.

    Raises:
        PageError: the table has no such column.
    """
    names = _names_with(document, spare, "spare")
    picked = {one["column"] for one in filters if one["kind"] == "switch" or one["chosen"] is not None}

    def is_spare(n: int, name: str) -> bool:
        is_id = len(names) > FEW_COLUMNS and name.endswith("_id") and name.removesuffix("_id") in names
        return name in spare or is_id or (bool(cells) and all(row[n]["text"] in NOTHING for row in cells))

    return [{"spare": is_spare(n, name), "same": n in picked} for n, name in enumerate(names)]


def placed_rows(document: dict[str, Any], cells: list[list[dict[str, Any]]], *, active: bool) -> dict[str, Any]:
    """The rows of a table that its page carries, and its controls, each with the column that it filters by.

    Args:
        document: The table as it is kept.
        cells: All its rows, each cell ``{"text", "sort"}``.
        active: Whether the table belongs to the model that the page speaks of at first; of another model nobody sees a row
            before scripts switch to it.

    Returns:
        ``rows`` (each ``{"cells", "out"}``, out: a control hides it at first), ``n_rows``, ``more`` (some are left out) and
        ``filters`` (``{"id", "kind", "label", "column", "options", "chosen", "typed"}``).
    """
    names = [column["name"] for column in document["columns"]]
    filters = [_filter(control, names.index(control["id"]), cells) for control in document.get("controls") or []]
    rows = [{"cells": row, "out": not all(_lets_through(one, row) for one in filters)} for row in cells]
    kept = [] if not active else rows if len(rows) <= WHOLE else [row for row in rows if not row["out"]][:SHOWN]
    return {"rows": kept, "n_rows": len(rows), "more": len(kept) < len(rows), "filters": filters}


def _filter(control: dict[str, Any], column: int, cells: list[list[dict[str, Any]]]) -> dict[str, Any]:
    known = {"id": control["id"], "kind": control["kind"], "label": control["label"], "column": column}
    if control["kind"] == "switch":
        return {**known, "options": [], "chosen": bool(control["default"]), "typed": False}
    column_cells = [row[column] for row in cells]
    default = control["default"]
    # A default that this model does not have filters nothing.
    chosen = next((cell["text"] for cell in column_cells if default in (cell["text"], cell["sort"])), None)
    options = list(dict.fromkeys(cell["text"] for cell in column_cells))
    return {**known, "options": options, "chosen": chosen, "typed": len(options) > MANY}


def _lets_through(one: dict[str, Any], row: list[dict[str, Any]]) -> bool:
    cell = row[one["column"]]
    if one["kind"] == "switch":
        return bool(cell["text"] == "yes") == one["chosen"]
    return one["chosen"] is None or cell["text"] == one["chosen"]
