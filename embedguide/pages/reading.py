"""What stands around results: bylines, citations, terms, margin notes, references to figures, lists."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from markupsafe import Markup

from embedguide.pages.bibliography import find_entry, read_bibliography, reference, short_authors
from embedguide.pages.context import PageContext, element_id
from embedguide.pages.directives import Directive, did_you_mean
from embedguide.pages.errors import PageError
from embedguide.pages.outline import PageOutline
from embedguide.pages.site import Site

AUTHORS = [{"name": "The EmbedGuide authors", "url": None, "affiliation": None}]
GLOSSARY = "glossary.md"
TERM = re.compile(r"^##\s+(?P<term>.+?)\s*\n+(?P<definition>(?:(?!#)\S.*(?:\n|\Z))+)", re.MULTILINE)


def long_date(text: str) -> str:
    """``22 November 2026``."""
    day = date.fromisoformat(text)
    return f"{day.day} {day:%B %Y}"


def byline_context(page: PageOutline) -> dict[str, Any]:
    """Authors, dates and reading time of a page, from its front matter.

    Raises:
        PageError: a date that is none.
    """
    dates = {name: page.meta.get(name) for name in ("published", "updated")}
    for name, value in dates.items():
        if value is not None and not isinstance(value, date):
            raise PageError(f"docs/{page.path}: '{name}' must be a date such as 2026-11-22, got {value!r}")
    iso = {name: value.isoformat() if value else None for name, value in dates.items()}
    texts = {f"{name}_text": long_date(value) if value else None for name, value in iso.items()}
    authors = [a if isinstance(a, dict) else {"name": a} for a in page.meta.get("authors", [])]
    people = [{"name": a["name"], "url": a.get("url"), "affiliation": a.get("affiliation")} for a in authors]
    return {"authors": people or AUTHORS, **iso, **texts, "minutes": page.minutes}


class Citations:
    """The references a page cites, numbered in the order in which it cites them."""

    def __init__(self, site: Site) -> None:
        self._bibliography = read_bibliography(site.root)
        self._cited: dict[str, int] = {}
        self._n_tips = 0

    def cite(self, directive: Directive) -> dict[str, Any]:
        """The context of one citation. Raises PageError for a key that the bibliography lacks."""
        items = []
        for key in directive.texts:
            entry = find_entry(self._bibliography, key, directive.text)
            number = self._cited.setdefault(key, len(self._cited) + 1)
            title = f"{short_authors(entry)}, {entry.fields.get('year', '')}".rstrip(", ")
            items.append({"href": f"#ref-{key}", "label": str(number), "title": title, "html": reference(entry)})
        self._n_tips += 1
        return {"tip": f"eg-cite-{self._n_tips}", "items": items}

    def references(self) -> list[dict[str, Any]]:
        """The list at the end of the page."""
        entries = self._bibliography.entries
        return [
            {"id": f"ref-{key}", "label": str(n), "html": reference(entries[key])} for key, n in self._cited.items()
        ]


def glossary(site: Site) -> dict[str, str]:
    """Term -> definition (Markdown), from the glossary page: a heading and the paragraph below it."""
    page = site.outline.page(GLOSSARY)
    return {m["term"].lower(): m["definition"].strip() for m in TERM.finditer(page.text)} if page else {}


def term_context(context: PageContext, directive: Directive, number: int) -> dict[str, Any]:
    """The context of a word that the glossary explains: ``{{ term("token", "tokens") }}``."""
    known = glossary(context.site)
    name = directive.texts[0].lower()
    if name not in known:
        raise PageError(f"{directive.text}: docs/{GLOSSARY} does not explain '{name}'.{did_you_mean(name, known)}")
    anchor = re.sub(r"[^\w]+", "-", name).strip("-")
    return {
        "tip": f"eg-term-{number}",
        "href": f"{context.page_address(GLOSSARY)}#{anchor}",
        "text": directive.texts[-1],
        "definition": context.inline(known[name], ""),
    }


def ref_link(context: PageContext, directive: Directive) -> Markup:
    """``Figure 2``, linked; with the chapter's title where it stands on another page."""
    found = context.site.outline.where(directive.target, context.path)
    if found is None:
        context.site.find(directive)  # says when there is no such result at all
        raise PageError(f"{directive.text}: '{directive.target}' is no figure or table on any page")
    page, kind, number = found
    here = page.path == context.path
    words = f"{kind.capitalize()}\u00a0{number}" + ("" if here else f" in {page.title}")
    address = "" if here else context.page_address(page.path)
    return Markup('<a class="eg-ref" href="{}#{}">{}</a>').format(address, element_id(kind, directive.target), words)


def view_link(context: PageContext, directive: Directive) -> Markup:
    """Words that set a figure's controls: ``{{ view("layers/map", "layer 7", layer=7) }}``; ``find`` looks for a point.

    Raises:
        PageError: the figure has no such control, or the control no such value.
    """
    target, words = directive.texts
    controls = {c["id"]: c for c in context.site.document(context.site.find(directive)[0])["controls"]}
    for name, value in directive.options.items():
        if name == "find":
            continue
        if name not in controls:
            raise PageError(
                f"{directive.text}: figure '{target}' has no control '{name}'. It has: {', '.join(controls) or 'none'}"
            )
        values = controls[name].get("values") or [True, False]
        if value not in values:
            raise PageError(f"{directive.text}: '{name}' takes {', '.join(map(str, values[:12]))}, got {value!r}")
    found = context.site.outline.where(target, context.path)
    address = "" if found is None or found[0].path == context.path else context.page_address(found[0].path)
    state = "&".join(f"{name}={_state_text(value)}" for name, value in directive.options.items())
    hash_ = element_id("figure", target) + (f"?{state}" if state else "")
    return Markup('<a class="eg-view" href="{}#{}">{}</a>').format(address, hash_, words)


def _state_text(value: Any) -> str:
    from urllib.parse import quote

    return quote(str(value).lower() if isinstance(value, bool) else str(value))


def appendix_context(context: PageContext, page: PageOutline, citations: Citations) -> dict[str, Any]:
    """References of a page, and how to cite it."""
    byline = byline_context(page)
    names = [author["name"] for author in byline["authors"]]
    year = (byline["published"] or "")[:4]
    config = context.site.outline.config
    url = f"{config.get('site_url', '')}{context.url or ''}"
    name = config.get("site_name", "EmbedGuide")
    citation = f"{', '.join(names)}{f' ({year})' if year else ''}. {page.heading} In: {name}. {url}".replace(" .", ".")
    fields = {
        "author": f"{{{' and '.join(names)}}}",
        "title": page.heading,
        "booktitle": name,
        "year": year,
        "url": url,
    }
    lines = ",\n".join(f"  {field:<9} = {{{value}}}" for field, value in fields.items() if value)
    return {
        "citation": citation,
        "bibtex": f"@incollection{{embedguide-{page.slug},\n{lines}\n}}",
        "references": citations.references(),
        "computed": _how_computed(context, page),
    }


def _how_computed(context: PageContext, page: PageOutline) -> Markup | None:
    """Script, number of results and command of a chapter; None for a page without results of its own."""
    results = [r for group in context.site.by_target.values() for r in group if r.chapter == page.slug]
    if not results:
        return None
    script = f"scripts/chapters/{page.slug}.py"
    text = (
        f"[`{script}`]({context.repository}/blob/main/{script}) computed the {len(results)} results of this chapter. "
        f"`python scripts/build.py {page.slug}` computes what is stale, `embedguide verify {page.slug}` computes everything again and compares."
    )
    return Markup("<p>{}</p>").format(context.inline(text, ""))


def figure_list_context(context: PageContext) -> dict[str, Any]:
    """Every figure and table of the guide, by chapter."""
    chapters = []
    for page in context.site.outline.chapters():
        figures = []
        for target, (kind, number) in page.exhibits.items():
            result = context.site.by_target[target][0]
            document = context.site.document(result)
            url = f"{context.page_address(page.path)}#{element_id(kind, target)}"
            thumb = context.picture(result) if kind == "figure" else None
            entry = {
                "kind": kind.capitalize(),
                "number": number,
                "title": document["title"],
                "url": url,
                "thumb": thumb,
            }
            figures.append({**entry, "caption": context.inline(document["caption"], result.model)})
        if figures:
            chapters.append({"title": page.title, "url": context.page_address(page.path), "figures": figures})
    return {"chapters": chapters}


def chapter_list_context(context: PageContext) -> dict[str, Any]:
    """The map of chapters: sections with their pages."""
    sections: dict[str, list[dict[str, Any]]] = {}
    for page in context.site.outline.chapters():
        entry = {
            "title": page.title, "question": page.heading, "url": context.page_address(page.path),
            "description": str(page.meta.get("description", "")), "minutes": page.minutes,
        }  # fmt: skip
        sections.setdefault(page.section, []).append(entry)
    return {"sections": [{"title": title, "pages": pages} for title, pages in sections.items()]}
