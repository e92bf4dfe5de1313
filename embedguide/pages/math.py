"""Formulas as MathML, made while the page is built: nothing is loaded, and they are text to a screen reader."""

from __future__ import annotations

import html
import re

import markdown
from markdown.postprocessors import Postprocessor

from embedguide.pages.errors import PageError
from embedguide.pages.page import Page

# What pymdownx.arithmatex leaves with ``generic: true``.
INLINE = re.compile(r'<span class="arithmatex">\\\((.*?)\\\)</span>', re.DOTALL)
DISPLAY = re.compile(r'<div class="arithmatex">\s*\\\[(.*?)\\\]\s*</div>', re.DOTALL)
UNKNOWN = re.compile(r"<mi>(\\[A-Za-z]+)</mi>")


def mathml(formula: str, *, display: bool) -> str:
    """A LaTeX formula as MathML.

    Raises:
        PageError: the formula cannot be read.
    """
    from latex2mathml.converter import convert  # a page that did not change needs it no more

    formula = html.unescape(formula).strip()
    try:
        found = convert(formula, display="block" if display else "inline")
    except Exception as error:  # the library raises its own and plain errors alike
        raise PageError(f"the formula {formula!r} cannot be read: {type(error).__name__} {error}") from error
    unknown = UNKNOWN.search(found)  # the library takes a command it does not know for a name
    if unknown:
        raise PageError(f"the formula {formula!r} cannot be read: there is no command '{unknown[1]}'")
    # The source stays with the formula, for copying and for search.
    return found.replace("<math ", f'<math alttext="{html.escape(formula, quote=True)}" ', 1)


class MathML(Postprocessor):
    """Replaces the formulas that pymdownx.arithmatex marked."""

    def __init__(self, md: markdown.Markdown, page: Page) -> None:
        super().__init__(md)
        self._page = page

    def run(self, text: str) -> str:
        """The page with MathML in place of LaTeX; the last thing that happens to it."""
        text = DISPLAY.sub(
            lambda m: f'<div class="eg-math" tabindex="0">{self._formula(m[1], display=True)}</div>', text
        )
        text = INLINE.sub(lambda m: self._formula(m[1], display=False), text)
        self._page.close()
        return text

    def _formula(self, formula: str, *, display: bool) -> str:
        return self._page.piece(formula, lambda: mathml(formula, display=display))
