"""One page while it is converted: what its directives become."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from markupsafe import Markup

from embedguide.pages import context as contexts
from embedguide.pages import reading
from embedguide.pages.directives import Directive
from embedguide.pages.errors import PageError
from embedguide.pages.outline import PageOutline
from embedguide.pages.rendering import render
from embedguide.pages.site import find_root, open_site
from embedguide.results import ResultId

WIDGETS = "widgets"


class Page:
    """A page's place in the site, and the numbers that its exhibits, citations and notes have got so far.

    Args:
        root: The project's folder; empty for the nearest one with a ``mkdocs.yml``.
        repository: Address of the repository.
        file: Tells the builder's record of the page (``.url``, ``.src_uri``), or None where it has none.
        inline: Renders one paragraph of Markdown for a model.
    """

    def __init__(
        self, root: str, repository: str, file: Callable[[], Any], inline: Callable[[str, str], Markup]
    ) -> None:
        self._root, self._repository, self._file, self._inline = root, repository, file, inline
        self._context: contexts.PageContext | None = None

    def open(self) -> None:
        """Check the site and find out which page this is. Raises PageError for anything that is not fresh."""
        site = open_site(Path(self._root) if self._root else find_root())
        file = self._file()
        self._context = contexts.PageContext(
            site, getattr(file, "url", None), getattr(file, "src_uri", ""), self._repository, self._inline
        )
        self._seen: set[str] = set()
        self._counts = {"figure": 0, "table": 0, "note": 0, "term": 0}
        self._citations = reading.Citations(site, site.outline.page(self._context.path))

    @property
    def context(self) -> contexts.PageContext:
        """The context of its directives."""
        if self._context is None:
            self.open()
        assert self._context is not None  # open() sets it or raises
        return self._context

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

    def _place_figure(self, directive: Directive) -> Markup:
        return self._exhibit(directive)

    def _place_table(self, directive: Directive) -> Markup:
        return self._exhibit(directive)

    def _exhibit(self, directive: Directive) -> Markup:
        results = self.context.site.find(directive)
        if directive.target in self._seen:
            raise PageError(f"{directive.text}: '{directive.target}' is already on this page")
        self._seen.add(directive.target)
        number, width = self._count(directive.kind), directive.options.get("width")

        def fresh() -> Markup:
            exhibit = contexts.exhibit_context(self.context, directive.kind, results, number, width)
            return render(f"{directive.kind}.html.jinja", **{directive.kind: exhibit})

        where = (self.context.url, directive.kind, directive.target, number, width, self._repository)
        return self.context.site.fragments.get(repr(where), fresh)

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
        widget = contexts.widget_context(self.context, directive)
        return render(f"{WIDGETS}/{directive.target}.html.jinja", widget=widget)

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
