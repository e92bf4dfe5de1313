"""The source of the very functions that made a result, highlighted."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from embedguide.results.names import Function
from embedguide.results.reach import CodeBase

# What a reader asks for: what was computed and how it was drawn. How a model is opened stands in its own folder.
SHOWN = ("scripts/chapters/", "embedguide/analysis/", "embedguide/figures/")


def pieces_of(code_base: CodeBase, provenance: Mapping[str, Any], repository: str) -> list[dict[str, Any]]:
    """Name, file, link and highlighted source of each function and class behind a result, then of the constants they read.

    Of each, first the chapter's own, then analysis, then drawing.
    """
    names = [piece["name"] for piece in provenance["code"] if piece["name"].startswith(SHOWN)]
    found = [_piece(code_base, name, repository) for name in sorted(names, key=_order)]
    return sorted((piece for piece in found if piece), key=lambda piece: not piece["is_definition"])


def _order(name: str) -> tuple[int, str]:
    ranks = {"scripts/": 0, "embedguide/analysis/": 1, "embedguide/figures/": 2}
    return next(rank for prefix, rank in ranks.items() if name.startswith(prefix)), name


def _piece(code_base: CodeBase, name: str, repository: str) -> dict[str, Any] | None:
    path, _, qualname = name.partition("::")
    node = code_base.node(name)
    file = code_base.file(path)
    if file is None or node is None or isinstance(node, ast.Import | ast.ImportFrom):
        return None
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
    lines = file.text.splitlines()[first - 1 : node.end_lineno]
    is_definition = isinstance(node, Function | ast.ClassDef)
    return {
        "name": qualname,
        "file": path,
        "line": first,
        "url": f"{repository}/blob/main/{path}#L{first}" if repository else None,
        "html": highlighted("\n".join(lines)),
        "is_definition": is_definition,
    }


@lru_cache(maxsize=512)
def highlighted(source: str) -> Markup:
    """`source` as spans with Pygments' class names, which Material's palette colors."""
    return Markup(highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)))  # noqa: S704  (Pygments escapes)
