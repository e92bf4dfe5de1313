"""Formulas as MathML, made while the page is built: nothing is loaded, and they are text to a screen reader."""

from __future__ import annotations

import html
import re

from latex2mathml.converter import convert
from markdown.postprocessors import Postprocessor

from embedguide.pages.errors import PageError

# What pymdownx.arithmatex leaves with ``generic: true``.
INLINE = re.compile(r'<span class="arithmatex">\\\((.*?)\\\)</span>', re.DOTALL)
DISPLAY = re.compile(r'<div class="arithmatex">\s*\\\[(.*?)\\\]\s*</div>', re.DOTALL)
UNKNOWN = re.compile(r"<mi>(\\[A-Za-z]+)</mi>")


def mathml(formula: str, *, display: bool) -> str:
    """A LaTeX formula as MathML.

    Raises:
        PageError: the formula cannot be read.
    """
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

    def run(self, text: str) -> str:
        """The page with MathML in place of LaTeX."""
        text = DISPLAY.sub(lambda m: f'<div class="eg-math" tabindex="0">{mathml(m[1], display=True)}</div>', text)
        return INLINE.sub(lambda m: mathml(m[1], display=False), text)
