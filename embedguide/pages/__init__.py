"""Places results on Markdown pages: a Python-Markdown extension, Jinja templates, and the site's own theme."""

from typing import Any

from embedguide.pages.extension import EmbedGuideExtension

__all__ = ["EmbedGuideExtension", "makeExtension"]


def makeExtension(**options: Any) -> EmbedGuideExtension:  # noqa: N802  (the name Python-Markdown looks for)
    """The extension, as Python-Markdown asks for it. Options: see `EmbedGuideExtension`."""
    return EmbedGuideExtension(**options)
