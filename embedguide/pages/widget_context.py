"""Widgets as their templates need them: for each result that one uses, its documents by model."""

from __future__ import annotations

from typing import Any

from embedguide.pages.code_view import pieces_of
from embedguide.pages.context import PageContext, command_of, model_label, of_model
from embedguide.pages.directives import Directive, did_you_mean
from embedguide.pages.errors import PageError
from embedguide.pages.exhibits import STATIC_ROWS, exhibit_rows
from embedguide.pages.rendering import TEMPLATES
from embedguide.results import ResultId
from embedguide.results.store import RESULTS


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
    return {**of_model(page, result, active=active), "title": title, **rows}


def _widget_variant(page: PageContext, result: ResultId, *, active: bool) -> dict[str, Any]:
    document = page.site.document(result)
    folder = f"{RESULTS.removeprefix('docs/')}/{result.chapter}"
    return {
        "model": result.model or None, "label": model_label(page.site, result), "active": active, "document": document,
        "json_url": page.result_address(result),
        "data_url": page.address(f"{folder}/{document['file']}") if "file" in document else None,
        "provenance": document["provenance"], "command": command_of(page, result),
        "caption": page.inline(document["caption"], result.model) if "caption" in document else "",
    }  # fmt: skip
