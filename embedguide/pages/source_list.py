"""The list of models: what the source list declares, and what was computed for whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from embedguide.pages.context import PageContext
from embedguide.pages.directives import Directive
from embedguide.results import ResultId
from embedguide.results.documents import formatted
from embedguide.results.provenance import model_argument
from embedguide.sources import Source, all_sources

KINDS = {"vectors": "word vectors", "corpus": "corpus"}


def source_list_context(page: PageContext, directive: Directive) -> dict[str, Any]:
    """The context of the list of models and of the other sources; `directive` names the result that holds the facts."""
    facts = {result.model: result for result in page.site.find(directive)}
    chapters = _chapters_by_model(page, directive.target.partition("/")[0])
    listed = all_sources()
    models = [source for source in listed.values() if source.kind == "model"]
    rows = [_row(page, _declared(source), source.name, facts.get(source.name), chapters) for source in models]
    added = [model for model in {**facts, **chapters} if model not in listed]
    rows += [_row(page, _noted(page, facts, chapters, m), m, facts.get(m), chapters) for m in sorted(added)]
    others = [
        {"title": source.title, "kind": KINDS[source.kind], "licence": source.licence, "note": source.note}
        for source in listed.values()
        if source.kind in KINDS
    ]
    return {"models": rows, "others": others, "switchable": sorted({c for found in chapters.values() for c in found})}


def _chapters_by_model(page: PageContext, without: str) -> dict[str, dict[str, ResultId]]:
    """Model -> the chapters that have results of it, each with one of them; the chapter of the facts left out."""
    found: dict[str, dict[str, ResultId]] = {}
    for results in page.site.by_target.values():
        for result in results:
            if result.model and result.chapter != without:
                found.setdefault(result.model, {}).setdefault(result.chapter, result)
    return found


def _declared(source: Source) -> dict[str, Any]:
    """What the source list says of a model."""
    page = f"https://huggingface.co/{source.hub_id}" if source.hub_id else None
    return {
        "title": source.title, "argument": source.name, "licence": source.licence, "page": page, "hub": source.hub_id,
        "quantisation": source.quantisation, "note": source.note,
    }  # fmt: skip


def _noted(page: PageContext, facts: Mapping[str, ResultId], chapters: Mapping[str, Any], model: str) -> dict[str, Any]:
    """What was noted of a model outside of the list when it was computed."""
    result = facts.get(model) or next(iter(chapters[model].values()))
    provenance = page.site.document(result)["provenance"]
    source: dict[str, Any] = next((s for s in provenance["sources"] if s["name"] == model), {})
    hub = source.get("hub")
    return {
        "title": source.get("title", model), "argument": model_argument(provenance, model), "hub": hub,
        "licence": source.get("licence", "not declared"), "quantisation": source.get("quantisation"),
        "page": f"https://huggingface.co/{hub}" if hub else None, "note": "",
    }  # fmt: skip


def _row(
    page: PageContext,
    known: dict[str, Any],
    model: str,
    facts: ResultId | None,
    chapters: Mapping[str, Mapping[str, ResultId]],
) -> dict[str, Any]:
    titles = {chapter.slug: chapter for chapter in page.site.outline.chapters()}
    links = [
        {"title": titles[slug].title, "url": f"{page.page_address(titles[slug].path)}?model={model}"}
        for slug in chapters.get(model, {})
        if slug in titles
    ]
    order = list(titles)
    links.sort(key=lambda link: next((n for n, s in enumerate(order) if titles[s].title == link["title"]), 0))
    row = {**known, "name": model, "chapters": links, "facts": None, "command": None}
    if facts is not None:
        document = page.site.document(facts)
        names = [column["name"] for column in document["columns"]]
        texts = [formatted(cell, c["format"]) for cell, c in zip(document["rows"][0], document["columns"], strict=True)]
        row["facts"] = {**dict(zip(names, texts, strict=True)), "url": page.result_address(facts)}
    if not links:
        row["command"] = f"python scripts/build.py similarity --model {known['argument']}"
    return row
