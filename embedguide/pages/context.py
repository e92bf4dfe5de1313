"""From results to what the templates need: words rendered, numbers formatted, addresses relative to the page."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from embedguide.pages import pictures
from embedguide.pages.code_view import pieces_of
from embedguide.pages.site import Site
from embedguide.results import ResultId
from embedguide.results.documents import formatted
from embedguide.results.provenance import model_argument
from embedguide.results.store import RESULTS
from embedguide.sources import all_sources


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


def of_model(page: PageContext, result: ResultId, *, active: bool) -> dict[str, Any]:
    """What every part of an exhibit that belongs to one model says of it."""
    return {
        "model": result.model or None,
        "label": model_label(page.site, result),
        "active": active,
        "title": page.site.document(result).get("title") or result.name,
        "json_url": page.result_address(result),
        "csv_name": f"{result.chapter}-{result.file_name.split('/')[1].removesuffix('.json')}.csv",
    }


def command_of(page: PageContext, result: ResultId) -> str:
    """The command that computes a result again."""
    argument = model_argument(page.site.document(result)["provenance"], result.model)
    return f"python scripts/build.py {result.chapter}" + (f" --model {argument}" if argument else "")


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
