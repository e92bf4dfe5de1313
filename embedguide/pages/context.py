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
from embedguide.pages.table_rows import WHOLE, placed_rows
from embedguide.results import ResultId
from embedguide.results.documents import formatted
from embedguide.results.provenance import model_argument
from embedguide.results.store import RESULTS
from embedguide.sources import all_sources

# Rows of a figure's data that stand in the page behind it; scripts fetch the rest.
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

    def picture(self, result: ResultId, document: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """The static picture of a figure in both palettes, or None where none was made; a notebook brings its `document`."""
        document = self.site.document(result) if document is None else document
        names = pictures.picture_names(result, document)
        if not all((self.site.store.folder / name).is_file() for name in names.values()):
            return None
        addresses = {kind: self.address(f"{RESULTS.removeprefix('docs/')}/{name}") for kind, name in names.items()}
        width, height = pictures.size_of(document, narrow=False)
        narrow = {palette: addresses[palette, True] for palette in pictures.PALETTES}
        return {
            "light": addresses["light", False],
            "dark": addresses["dark", False],
            "narrow": narrow,
            "width": width,
            "height": height,
            "narrow_size": pictures.size_of(document, narrow=True),
        }

    def result_address(self, result: ResultId) -> str:
        """The address of a result's JSON, relative to the page."""
        return self.address(f"{RESULTS.removeprefix('docs/')}/{result.file_name}")


def model_label(site: Site, result: ResultId) -> str:
    """The name for readers of a result's model: that of the source list, else the one noted when it was computed."""
    listed = all_sources()
    if not result.model or result.model in listed:
        return listed[result.model].title if result.model else ""
    sources = site.document(result)["provenance"]["sources"]
    return next((str(source["title"]) for source in sources if source["name"] == result.model), result.model)


def element_id(kind: str, target: str) -> str:
    """The id of a figure or table on a page: ``fig-similarity-pairs``."""
    prefix = {"figure": "fig", "table": "table", "code": "code", "data": "data"}[kind]
    return f"{prefix}-{target.replace('/', '-')}"


def exhibit_context(
    page: PageContext, kind: str, results: list[ResultId], number: int, width: str | None, behind: str | None
) -> dict[str, Any]:
    """The context of a figure or table with all its models; `behind` is the page its folds are fetched from, if any."""
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
        "has_code": True,
        "behind_url": behind,
        "behind": None if behind else behind_context(page, kind, results, whole=False),
    }


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


def _variant(page: PageContext, kind: str, result: ResultId, *, active: bool) -> dict[str, Any]:
    document = page.site.document(result)
    return {
        **_of_model(page, result, active=active),
        "caption": page.inline(document["caption"], result.model),
        "alt": document.get("alt", ""),
        "summary": document["summary"],
        **(_table_rows(document, active=active) if kind == "table" else {}),
        "static": page.picture(result) if kind == "figure" else None,
        "controls": document.get("controls", []),
        "find": bool(document.get("find")),
        "request": _request(page, result, document) if document.get("on_request") else None,
    }


def _table_rows(document: dict[str, Any], *, active: bool) -> dict[str, Any]:
    cells = [_cells(row, document["columns"]) for row in document["rows"]]
    return {"columns": exhibit_columns(document), **placed_rows(document, cells, active=active)}


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
        **_of_model(page, result, active=active),
        **_behind_rows(kind, document),
        "provenance": document["provenance"],
        "command": _command(page, result),
    }


def _behind_rows(kind: str, document: dict[str, Any]) -> dict[str, Any]:
    """The first rows of a figure's data; all rows of a table whose page does not carry them all; else none."""
    if kind == "figure":
        return exhibit_rows(document, STATIC_ROWS)
    return exhibit_rows(document) if len(document["rows"]) > WHOLE else {"rows": [], "n_rows": 0, "more": False}


def _of_model(page: PageContext, result: ResultId, *, active: bool) -> dict[str, Any]:
    return {
        "model": result.model or None,
        "label": model_label(page.site, result),
        "active": active,
        "title": page.site.document(result).get("title") or result.name,
        "json_url": page.result_address(result),
        "csv_name": f"{result.chapter}-{result.file_name.split('/')[1].removesuffix('.json')}.csv",
    }


def _command(page: PageContext, result: ResultId) -> str:
    argument = model_argument(page.site.document(result)["provenance"], result.model)
    return f"python scripts/build.py {result.chapter}" + (f" --model {argument}" if argument else "")


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
            "model": result.model or None, "label": model_label(page.site, result), "active": result is results[0],
            "text": formatted(document["value"], document["format"]), "raw": document["value"], "unit": document["unit"],
            "key": document["provenance"]["key"], "href": page.result_address(result),
        })  # fmt: skip
    return {"name": f"{results[0].chapter}/{results[0].name}", "variants": variants}


def code_context(page: PageContext, results: list[ResultId]) -> dict[str, Any]:
    """The context of a fold with the functions behind a result."""
    document = page.site.document(results[0])
    target = f"{results[0].chapter}/{results[0].name}"
    pieces = pieces_of(page.site.code_base, document["provenance"], page.repository)
    # A value has no title.
    name = f"“{document['title']}”" if "title" in document else target
    return {"id": element_id("code", target), "title": f"The code behind {name}", "pieces": pieces}


def data_context(page: PageContext, results: list[ResultId]) -> dict[str, Any]:
    """The context of a link to a dataset."""
    variants = []
    for result in results:
        document = page.site.document(result)
        binary = page.address(f"{RESULTS.removeprefix('docs/')}/{result.chapter}/{document['file']}")
        variants.append({
            "model": result.model or None, "label": model_label(page.site, result), "active": result is results[0], "href": binary,
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
    labels: dict[str, str] = {}
    for result in results:  # a result that did not open its model does not know the model's title
        if labels.get(result.model, result.model) == result.model:
            labels[result.model] = model_label(page.site, result)
    names = sorted(labels, key=order.index)
    default = page.site.default_model(names)
    return {"models": [{"name": name, "label": labels[name], "active": name == default} for name in names]}


def widget_context(page: PageContext, directive: Directive, behind: str | None) -> dict[str, Any]:
    """The context of a widget: for each result it uses, its documents by model, and the widget's own settings.

    It is that of the page behind the widget, too, if `behind` is its address.
    """
    if not (TEMPLATES / f"widgets/{directive.target}.html.jinja").is_file():
        known = sorted(path.name.split(".")[0] for path in (TEMPLATES / "widgets").glob("*.jinja"))
        raise PageError(
            f"{directive.text}: there is no widget '{directive.target}'.{did_you_mean(directive.target, known)}"
        )
    results = {target: page.site.find(directive, target) for target in directive.targets}
    variants = {
        target: [_widget_variant(page, result, active=bool(behind) or result is group[0]) for result in group]
        for target, group in results.items()
    }
    name = "-".join([directive.target, *(target.replace("/", "-") for target in directive.targets[:1])])
    return {
        "id": f"widget-{name}", "name": directive.target, "results": variants, "settings": directive.options,
        "kind": "widget", "title": directive.target.replace("-", " ").capitalize(), "behind_url": None,
        "style_url": page.address("assets/embedguide/css"), "whole": bool(behind),
        "behind": [_behind_widget(page, group, whole=bool(behind)) for group in results.values()],
    }  # fmt: skip


def _behind_widget(page: PageContext, results: list[ResultId], *, whole: bool) -> dict[str, Any]:
    """The rows, where a result has any, and the code of one result that a widget reads."""
    documents = [page.site.document(result) for result in results]
    return {
        "title": documents[0].get("title") or str(results[0].name),
        "variants": [
            _of_widget(page, result, document, active=whole or result is results[0])
            for result, document in zip(results, documents, strict=True)
        ],
        "code": pieces_of(page.site.code_base, documents[0]["provenance"], page.repository),
    }


def _of_widget(page: PageContext, result: ResultId, document: dict[str, Any], *, active: bool) -> dict[str, Any]:
    rows = (
        exhibit_rows(document, STATIC_ROWS)
        if document.get("columns") and "rows" in document
        else {"rows": [], "more": False}
    )
    title = document.get("title") or result.name
    return {**_of_model(page, result, active=active), "title": title, **rows}


def _widget_variant(page: PageContext, result: ResultId, *, active: bool) -> dict[str, Any]:
    document = page.site.document(result)
    folder = f"{RESULTS.removeprefix('docs/')}/{result.chapter}"
    return {
        "model": result.model or None, "label": model_label(page.site, result), "active": active, "document": document,
        "json_url": page.result_address(result),
        "data_url": page.address(f"{folder}/{document['file']}") if "file" in document else None,
        "provenance": document["provenance"], "command": _command(page, result),
    }  # fmt: skip
