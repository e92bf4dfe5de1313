"""Material's style sheets without the rules that make browsers style a whole page anew.

Material's script changes a class of ``<html>`` and an attribute of ``<body>`` while a page starts. Rules whose last part
matches any element (``[data-md-color-switching] *``) then make a browser style every element again, twice each, on the
reader's time. What is taken away: that colors do not fade when the palette is switched, which ``css/guide.css`` sees to
instead, and the margins of blocks in the cells of tables written in Markdown, which here hold words.
"""

from __future__ import annotations

import re
from typing import Any

from mkdocs.structure.files import File

SHEET = re.compile(r"assets/stylesheets/(main|palette)\.\w+\.min\.css")
# One rule of a minified sheet: selectors and body hold no braces of their own.
RULE = re.compile(r"[^{}]+\{[^{}]*\}")
WIDE = re.compile(r"\[data-md-color-switching\] \*|table:not\(\[class\]\)(\+\*| t[dh]>:(first|last)-child)")


def without_wide_rules(sheet: str) -> str:
    """The text of a minified style sheet without those rules."""
    return RULE.sub(lambda rule: "" if WIDE.search(rule[0].partition("{")[0]) else rule[0], sheet)


def on_files(files: Any, config: Any) -> Any:
    """MkDocs asks this when it knows all files: Material's sheets give way to leaner ones of the same address."""
    for file in list(files):
        if not SHEET.fullmatch(file.src_uri):
            continue
        files.remove(file)
        files.append(File.generated(config, file.src_uri, content=without_wide_rules(file.content_string)))
    return files
