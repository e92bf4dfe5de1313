"""Directives in prose, ``{{ figure("similarity/pairs") }}``: parsed as Python syntax, never evaluated."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from embedguide.pages.errors import PageError

# What a directive's first argument names, and the arguments it may have besides.
PLACING = {"figure": {"width"}, "table": {"width"}, "value": {"model"}, "code": set(), "data": set()}
OTHERS: dict[str, set[str]] = {"models": set()}
KNOWN: dict[str, set[str]] = {**PLACING, **OTHERS}
PATTERN = r"\{\{\s*([A-Za-z_]\w*)\s*\(((?:[^{}\"']|\"[^\"\n]*\"|'[^'\n]*')*)\)\s*\}\}"
DIRECTIVE = re.compile(PATTERN)
FENCE = re.compile(r"^ {0,12}(`{3,}|~{3,})")
INLINE_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)


@dataclass(frozen=True)
class Directive:
    """A directive as it stands in the prose.

    Args:
        kind: ``figure``, ``table``, ``value``, ``code``, ``data`` or another known one.
        target: What it places, ``similarity/pairs``; empty for kinds that place no result.
        options: Its keyword arguments.
        text: As it was written.
    """

    kind: str
    target: str
    options: dict[str, Any] = field(default_factory=dict)
    text: str = ""


def parse(text: str, known: dict[str, set[str]] | None = None) -> Directive:
    """The directive in `text`, which matches `DIRECTIVE`.

    Raises:
        PageError: an unknown directive or argument, or an argument that is no plain text or number.
    """
    known = KNOWN if known is None else known
    try:
        call = ast.parse(text.strip()[2:-2].strip(), mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise PageError(f"{text} is no directive: {error}") from error
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        raise PageError(f"{text} is no directive: expected a name and arguments in parentheses")
    kind = call.func.id
    if kind not in known:
        raise PageError(f"{text}: there is no directive '{kind}'.{did_you_mean(kind, known)}")
    positional = [_literal(argument, text) for argument in call.args]
    options = {str(keyword.arg): _literal(keyword.value, text) for keyword in call.keywords}
    unknown = sorted(options.keys() - known[kind])
    if unknown:
        raise PageError(f"{text}: {kind} takes no argument '{unknown[0]}'. It takes: {', '.join(sorted(known[kind])) or 'none'}")
    wanted = 1 if kind not in OTHERS else 0
    if len(positional) != wanted or not all(isinstance(p, str) for p in positional):
        example = f'{{{{ {kind}("chapter/name") }}}}' if wanted else f"{{{{ {kind}() }}}}"
        raise PageError(f"{text}: expected {example}")
    return Directive(kind, positional[0] if wanted else "", options, text)


def _literal(node: ast.expr, text: str) -> str | int | float | bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float | bool):
        return node.value
    raise PageError(f"{text}: arguments are texts or numbers, got {ast.unparse(node)}")


def did_you_mean(name: str, known: Any) -> str:
    """`` Did you mean 'x'?`` for the nearest of `known`, or nothing."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f" Did you mean '{near[0]}'?" if near else ""


def find_all(markdown: str) -> Iterator[str]:
    """Every directive in a page's Markdown, as written, code left out."""
    prose: list[str] = []
    fence = ""
    for line in markdown.splitlines():
        match = FENCE.match(line)
        if match and not fence:
            fence = match[1]
        elif match and match[1].startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""
        elif not fence:
            prose.append(line)
    for match in DIRECTIVE.finditer(INLINE_CODE.sub("", "\n".join(prose))):
        yield match[0]
