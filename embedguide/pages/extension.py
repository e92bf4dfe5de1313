"""The Python-Markdown extension: directives on pages become HTML through the templates.

Block directives stand alone in a paragraph; values stand anywhere in a line. Code and math are left alone, since this
runs after Python-Markdown has set them aside.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from pathlib import Path
from typing import Any

import markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor
from markupsafe import Markup

from embedguide.pages import context as contexts
from embedguide.pages.directives import PATTERN, Directive, parse
from embedguide.pages.errors import PageError
from embedguide.pages.rendering import render
from embedguide.pages.site import Site, find_root, open_site
from embedguide.results import ResultId

BLOCKS = {"figure", "table", "code", "data", "models"}
ALONE = re.compile(rf"^\s*{PATTERN}\s*$")


class EmbedGuideExtension(Extension):
    """Places results on pages.

    Options:
        root: The project's folder; the nearest one with a ``mkdocs.yml`` by default.
        repository: Address of the repository, for links to source.
    """

    def __init__(self, **options: Any) -> None:
        self.config = {
            "root": ["", "the project's folder"],
            "repository": ["", "address of the repository"],
        }
        super().__init__(**options)

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802  (the name Python-Markdown calls)
        """Register the processors; called by Python-Markdown for every page."""
        page = Page(md, self.getConfig("root"), self.getConfig("repository"))
        md.preprocessors.register(Opening(md, page), "embedguide-open", 1000)
        md.parser.blockprocessors.register(BlockDirectives(md.parser, page), "embedguide-block", 95)
        md.inlinePatterns.register(InlineDirectives(PATTERN, md, page), "embedguide-inline", 185)


class Page:
    """One page while it is converted: its place in the site and the numbers its exhibits have got so far."""

    def __init__(self, md: markdown.Markdown, root: str, repository: str) -> None:
        self._md, self._root, self._repository = md, root, repository
        self._counts = {"figure": 0, "table": 0}
        self._seen: set[str] = set()
        self.context: contexts.PageContext | None = None

    def open(self) -> None:
        """Check the site and find out which page this is. Raises PageError for anything that is not fresh."""
        site = open_site(Path(self._root) if self._root else find_root())
        self._counts = {"figure": 0, "table": 0}
        self._seen = set()
        self.context = contexts.PageContext(site, self._url(), self._repository, self.inline)

    @property
    def _file(self) -> Any:
        # MkDocs registers this tree processor with the page's file before it converts a page.
        present = "relpath" in self._md.treeprocessors
        return getattr(self._md.treeprocessors["relpath"], "file", None) if present else None

    def _url(self) -> str | None:
        return getattr(self._file, "url", None)

    @property
    def slug(self) -> str:
        """The name of the page's file without its ending."""
        return Path(getattr(self._file, "src_uri", "")).stem

    def ready(self) -> contexts.PageContext:
        """The context; `open` has run."""
        if self.context is None:
            self.open()
        assert self.context is not None  # open() sets it or raises
        return self.context

    def place(self, directive: Directive) -> Markup:
        """The HTML of a directive."""
        context = self.ready()
        if directive.kind == "models":
            return render("model_switch.html.jinja", switch=contexts.models_context(context, self.slug))
        results = context.site.find(directive)
        return getattr(self, f"_place_{directive.kind}")(context, directive, results)

    def _place_figure(self, context: contexts.PageContext, directive: Directive, results: list[ResultId]) -> Markup:
        return self._exhibit(context, directive, results)

    def _place_table(self, context: contexts.PageContext, directive: Directive, results: list[ResultId]) -> Markup:
        return self._exhibit(context, directive, results)

    def _exhibit(self, context: contexts.PageContext, directive: Directive, results: list[ResultId]) -> Markup:
        if directive.target in self._seen:
            raise PageError(f"{directive.text}: '{directive.target}' is already on this page")
        self._seen.add(directive.target)
        self._counts[directive.kind] += 1
        number, width = self._counts[directive.kind], directive.options.get("width")
        exhibit = contexts.exhibit_context(context, directive.kind, results, number, width)
        return render(f"{directive.kind}.html.jinja", **{directive.kind: exhibit})

    def _place_value(self, context: contexts.PageContext, directive: Directive, results: list[ResultId]) -> Markup:
        model = directive.options.get("model")
        if model:
            results = [r for r in results if r.model == model]
            if not results:
                raise PageError(f"{directive.text}: '{directive.target}' was not computed for '{model}'")
        return render("value.html.jinja", value=contexts.value_context(context, results))

    def _place_code(self, context: contexts.PageContext, _directive: Directive, results: list[ResultId]) -> Markup:
        return render("code.html.jinja", code=contexts.code_context(context, results))

    def _place_data(self, context: contexts.PageContext, _directive: Directive, results: list[ResultId]) -> Markup:
        return render("data.html.jinja", data=contexts.data_context(context, results))

    def inline(self, text: str, model: str) -> Markup:
        """A caption as HTML: Markdown within one paragraph, its values those of `model`."""
        md = markdown.Markdown()
        md.inlinePatterns.register(InlineDirectives(PATTERN, md, self, model), "embedguide-inline", 185)
        html = md.convert(" ".join(text.split()))
        return Markup(html.removeprefix("<p>").removesuffix("</p>"))  # noqa: S704  (captions are the author's Markdown)

    def place_for(self, directive: Directive, model: str) -> Markup:
        """A value inside a caption: that of the caption's model, or the one without a model."""
        context = self.ready()
        wanted = directive.options.get("model", model)
        results = [r for r in context.site.find(directive) if r.model in (wanted, "")]
        if not results:
            raise PageError(f"{directive.text}: '{directive.target}' was not computed for '{wanted}'")
        return render("value.html.jinja", value=contexts.value_context(context, results))


class Opening(Preprocessor):
    """Opens the page before anything is converted, so that a site that is not fresh fails on its first page."""

    def __init__(self, md: markdown.Markdown, page: Page) -> None:
        super().__init__(md)
        self._page = page

    def run(self, lines: list[str]) -> list[str]:
        """Nothing changes here."""
        self._page.open()
        return lines


class BlockDirectives(BlockProcessor):
    """A paragraph that is one block directive."""

    def __init__(self, parser: Any, page: Page) -> None:
        super().__init__(parser)
        self._page = page

    def test(self, parent: etree.Element, block: str) -> bool:
        """True for a block that is one directive of a kind that stands alone."""
        match = ALONE.match(block)
        return match is not None and match[1] in BLOCKS

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        """Put the directive's HTML in place of the block."""
        html = self._page.place(parse(blocks.pop(0).strip()))
        stashed = etree.SubElement(parent, "p")
        stashed.text = self.parser.md.htmlStash.store(str(html))


class InlineDirectives(InlineProcessor):
    """A directive inside a line: a value; any other kind, or a misspelt one, is an error."""

    def __init__(self, pattern: str, md: markdown.Markdown, page: Page, model: str | None = None) -> None:
        super().__init__(pattern, md)
        self._page, self._model = page, model

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Any, int, int]:  # type: ignore[override]  # noqa: N802
        """The value's HTML."""
        directive = parse(m[0])
        if directive.kind in BLOCKS:
            raise PageError(f"{m[0]} needs a paragraph of its own: an empty line before and after it")
        html = self._page.place(directive) if self._model is None else self._page.place_for(directive, self._model)
        return self.md.htmlStash.store(str(html)), m.start(0), m.end(0)
