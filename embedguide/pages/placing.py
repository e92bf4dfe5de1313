"""What directives become: the way from results to the HTML of one page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from markupsafe import Markup

from embedguide.pages import context as contexts
from embedguide.pages import ledger, reading
from embedguide.pages.api_list import api_context
from embedguide.pages.builder import Builder
from embedguide.pages.directives import Directive
from embedguide.pages.errors import PageError
from embedguide.pages.exhibits import Arrangement, behind_context, exhibit_context
from embedguide.pages.notebooks import NotebookPage
from embedguide.pages.outline import PageOutline
from embedguide.pages.rendering import render
from embedguide.pages.site import open_site
from embedguide.pages.source_list import source_list_context
from embedguide.pages.widget_context import widget_context
from embedguide.results import ResultId

WIDGETS = "widgets"
# Where the pages stand that hold what is behind the exhibits; a fold fetches its part when it is opened.
BEHIND = "assets/behind"


class Placer:
    """A page's place in the site, and the numbers that its exhibits, citations and notes have got so far.

    Args:
        root: The project's folder.
        repository: Address of the repository.
        builder: The build that the page belongs to, or None where it has none.
        inline: Renders one paragraph of Markdown for a model.

    Raises:
        PageError: the site is not fresh.
    """

    def __init__(
        self, root: Path, repository: str, builder: Builder | None, inline: Callable[[str, str], Markup]
    ) -> None:
        self._repository, self._builder = repository, builder
        site = open_site(root, builder.files if builder else None)
        url, path = (builder.url, builder.path) if builder else (None, "")
        self.context = contexts.PageContext(site, url, path, repository, inline)
        # What the page needs beside itself: address -> file.
        self.published: dict[str, Path] = {}
        self._seen: set[str] = set()
        self._counts = {"figure": 0, "table": 0, "note": 0, "term": 0}
        self._citations = reading.Citations(site, site.outline.page(self.context.path))

    def _outline(self, directive: Directive) -> PageOutline:
        page = self.context.site.outline.page(self.context.path)
        if page is None:
            raise PageError(f"{directive.text}: this builder does not say which page it converts")
        return page

    def place(self, directive: Directive, model: str | None = None) -> Markup:
        """The HTML of a directive; inside a caption, that of the caption's `model`."""
        if model is not None and directive.kind == "value":
            return self._value_of(directive, directive.options.get("model", model))
        placer: Callable[[Directive], Markup] = getattr(self, f"_place_{directive.kind}")
        return placer(directive)

    def parts(self, directive: Directive) -> Iterator[str | Markup]:
        """What a directive becomes before its page is converted: Markdown as text, HTML as markup."""
        return NotebookPage(self.context, directive.target, self._publish).parts()

    def _place_notebook(self, directive: Directive) -> Markup:
        raise PageError(f"{directive.text} needs a line of its own, outside of lists and quotes")

    def _place_figure(self, directive: Directive) -> Markup:
        return self._exhibit(directive)

    def _place_table(self, directive: Directive) -> Markup:
        return self._exhibit(directive)

    def _exhibit(self, directive: Directive) -> Markup:
        results = self.context.site.find(directive)
        if directive.target in self._seen:
            raise PageError(f"{directive.text}: '{directive.target}' is already on this page")
        self._seen.add(directive.target)
        number = self._count(directive.kind)
        wanted = Arrangement.of(directive.options)
        behind = self._publish_behind(directive.kind, directive.target, results)

        def fresh() -> Markup:
            exhibit = exhibit_context(self.context, directive.kind, results, number, behind, wanted)
            return render(f"{directive.kind}.html.jinja", **{directive.kind: exhibit})

        where = (self.context.url, directive.kind, directive.target, number, wanted, behind, self._repository)
        return self.context.site.fragments.get(repr(where), fresh)

    def _publish_behind(self, kind: str, target: str, results: list[ResultId]) -> str | None:
        """The address of the page with an exhibit's data, code and provenance; None where the builder takes no files."""
        return self._publish(target, lambda there: behind_context(there, kind, results, whole=True))

    def _publish(self, name: str, behind: Callable[[contexts.PageContext], dict[str, Any]]) -> str | None:
        path = f"{BEHIND}/{name}.html"
        if self._builder is None or self._builder.files is None:
            return None

        def fresh() -> Markup:
            return render("behind.html.jinja", behind=behind(replace(self.context, url=path)))

        self.published[path] = self.context.site.fragments.file(repr((path, self._repository)), fresh)
        return self.context.address(path)

    def _count(self, kind: str) -> int:
        self._counts[kind] += 1
        return self._counts[kind]

    def _place_value(self, directive: Directive) -> Markup:
        if "model" in directive.options:
            return self._value_of(directive, directive.options["model"])
        return render("value.html.jinja", value=contexts.value_context(self.context, self.context.site.find(directive)))

    def _value_of(self, directive: Directive, model: str) -> Markup:
        found = self.context.site.find(directive)
        results: list[ResultId] = [r for r in found if r.model in (model, "")] or ([] if model else found)
        if not results:
            raise PageError(f"{directive.text}: '{directive.target}' was not computed for '{model}'")
        return render("value.html.jinja", value=contexts.value_context(self.context, results))

    def _place_code(self, directive: Directive) -> Markup:
        return render("code.html.jinja", code=contexts.code_context(self.context, self.context.site.find(directive)))

    def _place_data(self, directive: Directive) -> Markup:
        return render("data.html.jinja", data=contexts.data_context(self.context, self.context.site.find(directive)))

    def _place_widget(self, directive: Directive) -> Markup:
        widget = widget_context(self.context, directive, None)
        url = self._publish(widget["id"], lambda there: widget_context(there, directive, there.url))
        return render(f"{WIDGETS}/{directive.target}.html.jinja", widget={**widget, "behind_url": url})

    def _place_sources(self, directive: Directive) -> Markup:
        return render("source_list.html.jinja", source_list=source_list_context(self.context, directive))

    def _place_api(self, directive: Directive) -> Markup:
        def fresh() -> Markup:
            return render("api.html.jinja", api=api_context(self.context, directive))

        where = (self.context.url, "api", directive.target, self._repository)
        return self.context.site.fragments.get(repr(where), fresh)

    def _place_models(self, _directive: Directive) -> Markup:
        return render("model_switch.html.jinja", switch=contexts.models_context(self.context))

    def _place_byline(self, directive: Directive) -> Markup:
        return render("byline.html.jinja", byline=reading.byline_context(self._outline(directive)))

    def _place_appendix(self, directive: Directive) -> Markup:
        appendix = reading.appendix_context(self.context, self._outline(directive), self._citations)
        return render("appendix.html.jinja", appendix=appendix)

    def _place_figures(self, _directive: Directive) -> Markup:
        return render("figure_list.html.jinja", figure_list=reading.figure_list_context(self.context))

    def _place_chapters(self, _directive: Directive) -> Markup:
        return render("chapter_list.html.jinja", chapter_list=reading.chapter_list_context(self.context))

    def _place_ledger(self, directive: Directive) -> Markup:
        if not directive.texts:
            return render("ledger.html.jinja", ledger=ledger.ledger_context(self.context))
        return render("ledger_table.html.jinja", table=ledger.ledger_table_context(self.context, directive))

    def _place_ref(self, directive: Directive) -> Markup:
        return reading.ref_link(self.context, directive)

    def _place_view(self, directive: Directive) -> Markup:
        return reading.view_link(self.context, directive)

    def _place_cite(self, directive: Directive) -> Markup:
        return render("cite.html.jinja", cite=self._citations.cite(directive))

    def _place_term(self, directive: Directive) -> Markup:
        term = reading.term_context(self.context, directive, self._count("term"))
        return render("glossary_term.html.jinja", term=term)

    def _place_note(self, directive: Directive) -> Markup:
        note = {"number": self._count("note"), "html": self.context.inline(directive.texts[0], "")}
        return render("sidenote.html.jinja", note=note)
