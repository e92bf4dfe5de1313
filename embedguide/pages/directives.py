"""Directives in prose, ``{{ figure("similarity/pairs") }}``: parsed as Python syntax, never evaluated."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from embedguide.pages.errors import PageError


@dataclass(frozen=True)
class Kind:
    """A kind of directive.

    Args:
        example: How it is written, for errors.
        texts: Fewest and most texts it takes in its parentheses.
        options: Names of its keyword arguments; None where any name will do.
        block: Whether it stands alone in a paragraph, or inside a line.
        places: Whether its first text names a result that it puts on the page.
    """

    example: str
    texts: tuple[int, int] = (0, 0)
    options: frozenset[str] | None = frozenset()
    block: bool = False
    places: bool = False


KINDS = {
    # Results.
    "figure": Kind('figure("chapter/name")', (1, 1), frozenset({"width"}), block=True, places=True),
    "table": Kind('table("chapter/name")', (1, 1), frozenset({"width", "last", "spare"}), block=True, places=True),
    "code": Kind('code("chapter/name")', (1, 1), block=True, places=True),
    "data": Kind('data("chapter/name")', (1, 1), block=True, places=True),
    "widget": Kind('widget("name", "chapter/dataset")', (1, 8), None, block=True, places=True),
    "value": Kind('value("chapter/name")', (1, 1), frozenset({"model"}), places=True),
    "sources": Kind('sources("models/facts")', (1, 1), block=True, places=True),
    # The words around them.
    "models": Kind("models()", block=True),
    "byline": Kind("byline()", block=True),
    "appendix": Kind("appendix()", block=True),
    "figures": Kind("figures()", block=True),
    "chapters": Kind("chapters()", block=True),
    "notebook": Kind('notebook("slug")', (1, 1), block=True),
    "ledger": Kind('ledger("S5")', (0, 1), block=True),
    "api": Kind('api("embedguide.chapter")', (0, 1), block=True),
    "ref": Kind('ref("chapter/name")', (1, 1)),
    "view": Kind('view("chapter/figure", "words", control="state")', (2, 2), None),
    "cite": Kind('cite("mikolov2013")', (1, 6)),
    "term": Kind('term("token")', (1, 2)),
    "note": Kind('note("words in the margin")', (1, 1)),
}
PATTERN = r"\{\{\s*([A-Za-z_]\w*)\s*\(((?:[^{}\"']|\"[^\"\n]*\"|'[^'\n]*')*)\)\s*\}\}"
DIRECTIVE = re.compile(PATTERN)
BEGUN = re.compile(rf"\{{\{{\s*(?:{'|'.join(KINDS)})\s*\([^\n]*?(?:\}}\}}|$)", re.MULTILINE)
FENCE = re.compile(r"^\s*(`{3,}(?=[^`]*$)|~{3,})")
INLINE_CODE = re.compile(r"(?<!\\)(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
MATH = re.compile(r"\$\$.*?\$\$|\\\[.*?\\\]|\\\(.*?\\\)|(?<![\\$])\$(?=\S)[^$\n]*?(?<=\S)\$(?!\d)", re.DOTALL)
# What holds paragraphs that are indented and no code: list items, admonitions, tabs, footnotes, definitions.
HOLDER = re.compile(r"([*+-]|\d+\.)\s|(!!!|\?\?\?\+?|===)\s|\[\^[^\]]+\]:|:\s")
QUOTE = re.compile(r"^( {0,3}> ?)+")


@dataclass(frozen=True)
class Directive:
    """A directive as it stands in the prose.

    Args:
        kind: One of `KINDS`.
        texts: Its texts, in order.
        options: Its keyword arguments.
        text: As it was written.
    """

    kind: str
    texts: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    text: str = ""

    @property
    def target(self) -> str:
        """What it speaks of first, ``similarity/pairs``; empty where it takes no text."""
        return self.texts[0] if self.texts else ""

    @property
    def targets(self) -> tuple[str, ...]:
        """The results that it puts on the page."""
        if not KINDS[self.kind].places:
            return ()
        return self.texts[1:] if self.kind == "widget" else self.texts[:1]


def parse(text: str) -> Directive:
    """The directive in `text`, which matches `DIRECTIVE`.

    Raises:
        PageError: an unknown directive or argument, or an argument that is no plain text or number.
    """
    try:
        call = ast.parse(" ".join(text.strip()[2:-2].split()), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise PageError(f"{text} is no directive: {error}") from error
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        raise PageError(f"{text} is no directive: expected a name and arguments in parentheses")
    kind = KINDS.get(call.func.id)
    if kind is None:
        raise PageError(f"{text}: there is no directive '{call.func.id}'.{did_you_mean(call.func.id, KINDS)}")
    texts = tuple(_literal(argument, text) for argument in call.args)
    options = {str(keyword.arg): _literal(keyword.value, text) for keyword in call.keywords}
    unknown = sorted(options.keys() - (options.keys() if kind.options is None else kind.options))
    if unknown:
        raise PageError(
            f"{text}: {call.func.id} takes no argument '{unknown[0]}'. It takes: {', '.join(sorted(kind.options or ())) or 'none'}"
        )
    fewest, most = kind.texts
    if not fewest <= len(texts) <= most or not all(isinstance(part, str) for part in texts):
        raise PageError(f"{text}: expected {{{{ {kind.example} }}}}")
    return Directive(call.func.id, tuple(map(str, texts)), options, text)


def _literal(node: ast.expr, text: str) -> str | int | float | bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float | bool):
        return node.value
    raise PageError(f"{text}: arguments are texts or numbers, got {ast.unparse(node)}")


def did_you_mean(name: str, known: Any) -> str:
    """`` Did you mean 'x'?`` for the nearest of `known`, or nothing."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f" Did you mean '{near[0]}'?" if near else ""


def find_all(markdown: str) -> Iterator[str]:
    """Every directive in a page's Markdown, as written; code, formulas and comments left out.

    One that begins like a directive and is none, for want of a parenthesis or a quote, is among them: `parse` says so.
    """
    text = MATH.sub("", INLINE_CODE.sub("", COMMENT.sub("", "\n".join(_prose(markdown)))))
    for match in DIRECTIVE.finditer(text):
        yield match[0]
    for match in BEGUN.finditer(DIRECTIVE.sub("", text)):
        yield match[0].strip()


def _prose(markdown: str) -> Iterator[str]:
    """The lines of a page without fenced and indented code."""
    fence, held, after_blank, in_code = "", 0, True, False
    for line in markdown.expandtabs(4).splitlines():
        bare = QUOTE.sub("", line)
        match = FENCE.match(bare)
        if fence:
            if match and match[1].startswith(fence) and not bare.strip().strip(fence[0]):
                fence = ""
            continue
        if not bare.strip():
            after_blank = True
            yield line
            continue
        indent = len(bare) - len(bare.lstrip())
        if (after_blank and not in_code) or indent < 4:
            held = min(held, indent // 4 * 4)
        in_code = indent >= held + 4 and (after_blank or in_code)
        after_blank = False
        if in_code:
            continue
        if match:
            fence = match[1]
            continue
        if HOLDER.match(bare.lstrip()):
            held = indent // 4 * 4 + 4
        yield line
