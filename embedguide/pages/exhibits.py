"""Figures and tables as the templates need them, and what stands behind each: its rows, its code, its provenance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from embedguide.pages.code_view import pieces_of
from embedguide.pages.context import PageContext, command_of, element_id, of_model
from embedguide.pages.table_rows import WHOLE, column_marks, order_of, placed_rows, reordered
from embedguide.results import ResultId
from embedguide.results.documents import formatted
from embedguide.results.store import RESULTS

# Rows of a figure's data that stand in the page behind it; scripts fetch the rest.
STATIC_ROWS = 40
NUMERIC = set("defgn%,")


@dataclass(frozen=True)
class Arrangement:
    """How a page wants an exhibit: ``{{ table("similarity/pairs", width="wide", last="example", spare="token_id") }}``.

    Attributes:
        width: ``text``, ``wide`` or ``full``; None for the result's own.
        last: Columns of a table that stand last on the page.
        spare: Columns of a table that a narrow screen does without.
    """

    width: str | None = None
    last: tuple[str, ...] = ()
    spare: tuple[str, ...] = ()

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Arrangement:
        """The arrangement that the arguments of a directive ask for."""
        last, spare = (tuple(str(options.get(name, "")).split()) for name in ("last", "spare"))
        return cls(options.get("width"), last, spare)


def exhibit_context(
    page: PageContext, kind: str, results: list[ResultId], number: int, behind: str | None, wanted: Arrangement
) -> dict[str, Any]:
    """The context of a figure or table with all its models.

    Args:
        page: Where it is placed.
        kind: Figure or table.
        results: One for each model.
        number: Its number on the page.
        behind: Address of the page that its folds are fetched from, if any.
        wanted: How the page wants it.
    """
    first = page.site.document(results[0])
    target = f"{results[0].chapter}/{results[0].name}"
    return {
        "id": element_id(kind, target),
        "name": target,
        "number": number,
        "width": wanted.width or first.get("width", "text"),
        "height": first.get("height"),
        "title": first["title"],
        "variants": [_variant(page, kind, r, wanted, active=r is results[0]) for r in results],
        "has_code": True,
        "behind_url": behind,
        "behind": None if behind else behind_context(page, kind, results, whole=False),
    }


def is_solid(document: dict[str, Any]) -> bool:
    """Whether a figure has three axes, so that it can be turned."""
    return any(str(trace.get("type")).endswith("3d") for trace in document.get("plotly", {}).get("data", []))


def exhibit_columns(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The columns of a figure's data or of a table."""
    return [_column(column) for column in document["columns"]]


def exhibit_rows(document: dict[str, Any], shown: int | None = None) -> dict[str, Any]:
    """Columns and the first `shown` rows (None: all) of a figure's data or of a table, and how many rows there are."""
    rows = document["rows"]
    kept = rows if shown is None else rows[:shown]
    return {
        "columns": exhibit_columns(document),
        "rows": [_cells(row, document["columns"]) for row in kept],
        "n_rows": len(rows),
        "more": len(rows) > len(kept),
    }


def _variant(page: PageContext, kind: str, result: ResultId, wanted: Arrangement, *, active: bool) -> dict[str, Any]:
    document = page.site.document(result)
    return {
        **of_model(page, result, active=active),
        "caption": page.inline(document["caption"], result.model),
        "alt": document.get("alt", ""),
        "summary": document["summary"],
        **(_table_rows(document, wanted, active=active) if kind == "table" else {}),
        "static": page.picture(result) if kind == "figure" else None,
        "controls": document.get("controls", []),
        "find": bool(document.get("find")),
        "solid": is_solid(document),
        "request": _request(page, result, document) if document.get("on_request") else None,
    }


def _table_rows(document: dict[str, Any], wanted: Arrangement, *, active: bool) -> dict[str, Any]:
    order = order_of(document, wanted.last)
    placed = reordered(document, order)
    cells = [_cells(row, placed["columns"]) for row in placed["rows"]]
    rows = placed_rows(placed, cells, active=active)
    marks = column_marks(placed, cells, rows["filters"], wanted.spare)
    columns = [
        {**column, **mark, "long": column["name"] in wanted.last and column["align"] != "right"}
        for column, mark in zip(exhibit_columns(placed), marks, strict=True)
    ]
    return {"columns": columns, "order": order if wanted.last else None, **rows}


def _request(page: PageContext, result: ResultId, document: dict[str, Any]) -> dict[str, Any]:
    """What a figure that waits for its reader would fetch: megabytes, and the address of the names of its points."""
    store = page.site.store
    size, names = store.path(result).stat().st_size, ""
    target = document.get("names_from", "")
    for named in page.site.by_target.get(target, []) if target else []:
        if named.model == result.model:
            file = f"{named.chapter}/{page.site.document(named)['file']}"
            size += (store.folder / file).stat().st_size
            names = page.address(f"{RESULTS.removeprefix('docs/')}/{file}")
    return {"megabytes": f"{size / 1e6:.1f}", "names": names}


def behind_context(page: PageContext, kind: str, results: list[ResultId], *, whole: bool) -> dict[str, Any]:
    """The context of what stands behind an exhibit: the rows of a figure, the code, the provenance of each model.

    Where it is a `whole` page, all models are shown, since no script is there to switch them.
    """
    first = page.site.document(results[0])
    return {
        "kind": kind,
        "title": first["title"],
        "whole": whole,
        "variants": [_behind_variant(page, kind, r, active=whole or r is results[0]) for r in results],
        "code": pieces_of(page.site.code_base, first["provenance"], page.repository),
        "style_url": page.address("assets/embedguide/css"),
    }


def _behind_variant(page: PageContext, kind: str, result: ResultId, *, active: bool) -> dict[str, Any]:
    document = page.site.document(result)
    return {
        **of_model(page, result, active=active),
        **_behind_rows(kind, document),
        "provenance": document["provenance"],
        "command": command_of(page, result),
    }


def _behind_rows(kind: str, document: dict[str, Any]) -> dict[str, Any]:
    """The first rows of a figure's data; all rows of a table whose page does not carry them all; else none."""
    if kind == "figure":
        return exhibit_rows(document, STATIC_ROWS)
    return exhibit_rows(document) if len(document["rows"]) > WHOLE else {"rows": [], "n_rows": 0, "more": False}


def is_numeric(column: dict[str, Any]) -> bool:
    """True for a column whose format is one for numbers."""
    return bool(column["format"]) and column["format"][-1] in NUMERIC


def _column(column: dict[str, Any]) -> dict[str, Any]:
    return {**column, "align": "right" if is_numeric(column) else "left"}


def _cells(row: list[Any], columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    cells = zip(row, columns, strict=True)
    return [
        {"text": formatted(cell, column["format"]), "sort": cell if isinstance(cell, int | float) else str(cell)}
        for cell, column in cells
    ]
