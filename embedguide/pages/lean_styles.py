"""Material's style sheets without the selectors that make browsers style a whole page anew.

Material's script changes classes of ``<html>`` and an attribute of ``<body>`` while a page starts. Selectors that begin there
and end in any element (``[data-md-color-switching] *``) then make a browser style every element again, each time, on the
reader's time. What is taken away: that colors do not fade when the palette is switched, which ``css/guide.css`` sees to
instead; the margins of blocks in the cells of tables written in Markdown, which here hold words; and the mark of the chosen
tab without scripts, where no tab can be chosen.
"""

from __future__ import annotations

import re
from typing import Any

from mkdocs.structure.files import File

SHEET = re.compile(r"assets/stylesheets/(main|palette)\.\w+\.min\.css")
# One rule of a minified sheet: selectors and body hold no braces of their own.
RULE = re.compile(r"([^{}]+)(\{[^{}]*\})")
COMMA = re.compile(r",(?![^(]*\))")
WIDE = re.compile(
    r"\[data-md-color-switching\] |table:not\(\[class\]\)(\+\*| t[dh]>:(first|last)-child)"
    r"|\.no-js .*>:(first-child|nth-child\(\d+\))$"
)


def without_wide_selectors(sheet: str) -> str:
    """The text of a minified style sheet without those selectors, and without the rules that had no others."""
    return RULE.sub(_kept, sheet)


def _kept(rule: re.Match[str]) -> str:
    selectors, body = rule.groups()
    kept = [selector for selector in COMMA.split(selectors) if not WIDE.search(selector)]
    return ",".join(kept) + body if kept else ""


def on_files(files: Any, config: Any) -> Any:
    """MkDocs asks this when it knows all files: Material's sheets give way to leaner ones of the same address."""
    for file in list(files):
        if not SHEET.fullmatch(file.src_uri):
            continue
        files.remove(file)
        files.append(File.generated(config, file.src_uri, content=without_wide_selectors(file.content_string)))
    return files
