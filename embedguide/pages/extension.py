"""The Python-Markdown extension: directives on pages become HTML through the templates.

Block directives stand alone in a paragraph; the others stand anywhere in a line. Code and math are left alone, since
this runs after Python-Markdown has set them aside.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.extensions.smarty import SmartyExtension
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor
from markupsafe import Markup

from embedguide.pages.builder import builder_of
from embedguide.pages.directives import KINDS, PATTERN, Directive, parse
from embedguide.pages.errors import PageError
from embedguide.pages.math import MathML
from embedguide.pages.page import Page

if TYPE_CHECKING:
    from embedguide.pages.placing import Placer

ALONE = re.compile(rf"^\s*{PATTERN}\s*$")
NOTEBOOK = re.compile(r"^\{\{\s*notebook\(.*\}\}\s*$")
# After inline code (190) and escaped math (189.9), before backslash escapes (180) and emphasis.
INLINE_PRIORITY = 185
# After white space is put in order (30), which would take placeholders for noise, before fences (25) are looked for.
NOTEBOOK_PRIORITY = 28


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

        def inline(text: str, model: str) -> Markup:
            return render_inline(page.placer, text, model)

        page = Page(self.getConfig("root"), self.getConfig("repository"), lambda: builder_of(md), inline)
        md.preprocessors.register(Opening(md, page), "embedguide-open", 1000)
        md.preprocessors.register(Notebooks(md, page), "embedguide-notebook", NOTEBOOK_PRIORITY)
        md.parser.blockprocessors.register(BlockDirectives(md.parser, page), "embedguide-block", 95)
        md.inlinePatterns.register(InlineDirectives(PATTERN, md, page.place), "embedguide-inline", INLINE_PRIORITY)
        md.postprocessors.register(MathML(md, page), "embedguide-math", 5)


def render_inline(placer: Placer, text: str, model: str) -> Markup:
    """A caption or note as HTML: Markdown within one paragraph, its values those of `model`."""
    md = markdown.Markdown(extensions=[SmartyExtension(smart_dashes=False, smart_ellipses=False)])
    place = partial(placer.place, model=model)
    md.inlinePatterns.register(InlineDirectives(PATTERN, md, place), "embedguide-inline", INLINE_PRIORITY)
    html = md.convert(" ".join(text.split()))
    return Markup(html.removeprefix("<p>").removesuffix("</p>"))  # noqa: S704  (the author's own Markdown)


class Opening(Preprocessor):
    """Opens the page before anything is converted, so that a site that is not fresh fails on its first page."""

    def __init__(self, md: markdown.Markdown, page: Page) -> None:
        super().__init__(md)
        self._page = page

    def run(self, lines: list[str]) -> list[str]:
        """Nothing changes here."""
        self._page.open()
        return lines


class Notebooks(Preprocessor):
    """A line with a notebook's directive becomes the notebook: its words and code as Markdown, its outputs as HTML."""

    def __init__(self, md: markdown.Markdown, page: Page) -> None:
        super().__init__(md)
        self._page = page

    def run(self, lines: list[str]) -> list[str]:
        """The lines with notebooks in them."""
        found: list[str] = []
        for line in lines:
            found += self._lines(parse(line.strip())) if NOTEBOOK.match(line) else [line]
        return found

    def _lines(self, directive: Directive) -> list[str]:
        found: list[str] = []
        for part in self._page.place_parts(directive):
            text = self.md.htmlStash.store(str(part)) if isinstance(part, Markup) else part
            found += ["", *text.expandtabs(self.md.tab_length).split("\n"), ""]
        return found


class BlockDirectives(BlockProcessor):
    """A paragraph that is one block directive."""

    def __init__(self, parser: Any, page: Page) -> None:
        super().__init__(parser)
        self._page = page

    def test(self, parent: ElementTree.Element, block: str) -> bool:
        """True for a block that is one directive of a kind that stands alone."""
        match = ALONE.match(block)
        return match is not None and match[1] in KINDS and KINDS[match[1]].block

    def run(self, parent: ElementTree.Element, blocks: list[str]) -> None:
        """Put the directive's HTML in place of the block."""
        html = self._page.place(parse(blocks.pop(0).strip()))
        stashed = ElementTree.SubElement(parent, "p")
        stashed.text = self.parser.md.htmlStash.store(str(html))


class InlineDirectives(InlineProcessor):
    """A directive inside a line; one that needs a paragraph of its own, or a misspelt one, is an error."""

    def __init__(self, pattern: str, md: markdown.Markdown, place: Callable[[Directive], Markup]) -> None:
        super().__init__(pattern, md)
        self._place = place

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Any, int, int]:  # noqa: N802
        """The directive's HTML."""
        directive = parse(m[0])
        if KINDS[directive.kind].block:
            raise PageError(f"{m[0]} needs a paragraph of its own: an empty line before and after it")
        html = self._place(directive)
        return self.md.htmlStash.store(str(html)), m.start(0), m.end(0)
