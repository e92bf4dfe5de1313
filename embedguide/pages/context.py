"""From results to what the templates need: words rendered, numbers formatted, addresses relative to the page."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from embedguide.pages import pictures
from embedguide.pages.code_view import pieces_of
from embedguide.pages.directives import Directive, did_you_mean
from embedguide.pages.errors import PageError
from embedguide.pages.rendering import TEMPLATES
from embedguide.pages.site import Site
from embedguide.results import ResultId
from embedguide.results.documents import formatted
from embedguide.results.store import RESULTS
from embedguide.sources import UnknownSource, find_source

# Rows of a figure's data that stand in the page itself; the rest is fetched when the fold is opened.
STATIC_ROWS = 40
NUMERIC = set("defgn%,")


@dataclass
class PageContext:
    """What a page's directives need to know.

    Args:
        site: The site.
        url: The page's address below the site, ``chapters/similarity/``; None where the builder does not tell.
        path: The page's file below ``docs/``, ``chapters/similarity.md``; empty where the builder does not tell.
        repository: Address of the repository, for links to source.
        inline: Renders a line of Markdown for one model.
    """

    site: Site
    url: str | None
    path: str
    repository: str
    inline: Callable[[str, str], Markup]

    def address(self, path: str) -> str:
        """The address of a file of ``docs/``, relative to the page."""
        if self.url is None:
            return f"/{path}"
        folder = self.url if self.url.endswith("/") else posixpath.dirname(self.url)
        return posixpath.relpath(path, folder or ".")

    def page_address(self, path: str) -> str:
        """The address of another page, given as its file below ``docs/``, relative to this one."""
        if self.url is not None and not self.url.endswith("/") and self.url.endswith(".html"):
            return self.address(path.removesuffix(".md") + ".html")  # the builder keeps file names in addresses
        folder = path.removesuffix(".md").removesuffix("index").rstrip("/")
        return f"{self.address(folder or '.')}/"

    def picture(self, result: ResultId) -> dict[str, Any] | None:
        """The static picture of a figure in both palettes, or None where none was made."""
        document = self.site.document(result)
        found: dict[str, Any] = {}
        for palette in pictures.PALETTES:
            name = pictures.picture_name(result, palette, document)
            if not (self.site.store.folder / name).is_file():
                return None
            found[palette] = self.address(f"{RESULTS.removeprefix('docs/')}/{name}")
        width, height = pictures.size_of(document)
        return {**found, "width": width, "height": height}

    def result_address(self, result: ResultId) -> str:
        """The address of a result's JSON, relative to the page."""
        return self.address(f"{RESULTS.removeprefix('docs/')}/{result.file_name}")


def model_label(name: str) -> str:
    """A model's name for readers; its own name when it is not in the source list."""
    try:
        return find_source(name).title if name else ""
    except UnknownSource:
        return name


def element_id(kind: str, target: str) -> str:
    """The id of a figure or table on a page: ``fig-similarity-pairs``."""
    prefix = {"figure": "fig", "table": "table", "code": "code", "data": "data"}[kind]
    return f"{prefix}-{target.replace('/', '-')}"


def exhibit_context(
    page: PageContext, kind: str, results: list[ResultId], number: int, width: str | None
) -> dict[str, Any]:
    """The context of a figure or table with all its models."""
    first = page.site.document(results[0])
    target = f"{results[0].chapter}/{results[0].name}"
    return {
        "id": element_id(kind, target),
        "name": target,
        "number": number,
        "width": width or first.get("width", "text"),
        "height": first.get("height"),
        "title": first["title"],
        "variants": [_variant(page, kind, r, active=r is results[0]) for r in results],
        "code": pieces_of(page.site.code_base, first["provenance"], page.repository),
    }


def _variant(page: PageContext, kind: str, result: ResultId, *, active: bool) -> dict[str, Any]:
    document = page.site.document(result)
    rows = document["rows"]
    shown = rows if kind == "table" else rows[:STATIC_ROWS]
    return {
        "model": result.model or None,
        "label": model_label(result.model),
        "active": active,
        "title": document["title"],
        "caption": page.inline(document["caption"], result.model),
        "alt": document.get("alt", ""),
        "summary": document["summary"],
        "json_url": page.result_address(result),
        "csv_name": f"{result.chapter}-{result.file_name.split('/')[1].removesuffix('.json')}.csv",
        "csv_url": None,
        "columns": [_column(column) for column in document["columns"]],
        "rows": [_cells(row, document["columns"]) for row in shown],
        "n_rows": len(rows),
        "more": len(rows) > len(shown),
        "static": page.picture(result) if kind == "figure" else None,
        "controls": document.get("controls", []),
        "provenance": document["provenance"],
        "command": _command(result),
    }


def _command(result: ResultId) -> str:
    return f"python scripts/build.py {result.chapter}" + (f" --model {result.model}" if result.model else "")


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


def value_context(page: PageContext, results: list[ResultId]) -> dict[str, Any]:
    """The context of an inline value with all its models."""
    variants = []
    for result in results:
        document = page.site.document(result)
        variants.append({
            "model": result.model or None, "label": model_label(result.model), "active": result is results[0],
            "text": formatted(document["value"], document["format"]), "raw": document["value"], "unit": document["unit"],
            "key": document["provenance"]["key"], "href": page.result_address(result),
        })  # fmt: skip
    return {"name": f"{results[0].chapter}/{results[0].name}", "variants": variants}


def code_context(page: PageContext, results: list[ResultId]) -> dict[str, Any]:
    """The context of a fold with the functions behind a result."""
    document = page.site.document(results[0])
    target = f"{results[0].chapter}/{results[0].name}"
    pieces = pieces_of(page.site.code_base, document["provenance"], page.repository)
    return {"id": element_id("code", target), "title": f"Code of {target}", "pieces": pieces}


def data_context(page: PageContext, results: list[ResultId]) -> dict[str, Any]:
    """The context of a link to a dataset."""
    variants = []
    for result in results:
        document = page.site.document(result)
        binary = page.address(f"{RESULTS.removeprefix('docs/')}/{result.chapter}/{document['file']}")
        variants.append({
            "model": result.model or None, "label": model_label(result.model), "active": result is results[0], "href": binary,
            "json_url": page.result_address(result), "dtype": document["dtype"], "shape": document["shape"], "scale": document["scale"],
        })  # fmt: skip
    target = f"{results[0].chapter}/{results[0].name}"
    return {"id": element_id("data", target), "name": target, "variants": variants}


def models_context(page: PageContext) -> dict[str, Any]:
    """The context of the page's model switch: every model that a result on the page was computed for."""
    outline = page.site.outline.page(page.path)
    placed = outline.placed if outline else []
    results = [result for target in placed for result in page.site.by_target.get(target, []) if result.model]
    order = [result.model for group in page.site.by_target.values() for result in group]
    names = sorted({result.model for result in results}, key=order.index)
    default = page.site.default_model(names)
    return {"models": [{"name": name, "label": model_label(name), "active": name == default} for name in names]}


def widget_context(page: PageContext, directive: Directive) -> dict[str, Any]:
    """The context of a widget: for each result it uses, its documents by model, and the widget's own settings."""
    if not (TEMPLATES / f"widgets/{directive.target}.html.jinja").is_file():
        known = sorted(path.name.split(".")[0] for path in (TEMPLATES / "widgets").glob("*.jinja"))
        raise PageError(
            f"{directive.text}: there is no widget '{directive.target}'.{did_you_mean(directive.target, known)}"
        )
    results = {target: page.site.find(directive, target) for target in directive.targets}
    variants = {
        target: [_widget_variant(page, result, active=result is group[0]) for result in group]
        for target, group in results.items()
    }
    name = "-".join([directive.target, *(target.replace("/", "-") for target in directive.targets[:1])])
    return {"id": f"widget-{name}", "name": directive.target, "results": variants, "settings": directive.options}


def _widget_variant(page: PageContext, result: ResultId, *, active: bool) -> dict[str, Any]:
    document = page.site.document(result)
    folder = f"{RESULTS.removeprefix('docs/')}/{result.chapter}"
    return {
        "model": result.model or None, "label": model_label(result.model), "active": active, "document": document,
        "json_url": page.result_address(result),
        "data_url": page.address(f"{folder}/{document['file']}") if "file" in document else None,
        "provenance": document["provenance"], "command": _command(result),
    }  # fmt: skip
