"""Python source as named pieces with hashes that ignore comments, docstrings, annotations and formatting.

A *piece* is a top-level definition or binding of a file, or a method: ``embedguide/analysis/neighbors.py::nearest``,
``embedguide/models/token_table.py::TokenTable.row``. Nothing here imports or runs the code it reads.
"""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef
# Decorators that keep what a function returned: on a second call its code does not run and cannot be noted.
KEEPING = {"cache", "lru_cache", "cached_property"}


def dump(node: ast.AST | list | object) -> str:
    """One text for `node` that is the same on every Python version and blind to formatting."""
    if isinstance(node, list):
        return "[" + ",".join(dump(part) for part in node) + "]"
    if not isinstance(node, ast.AST):
        return repr(node)
    parts = []
    for name, value in ast.iter_fields(node):
        if name in {"type_comment", "type_params", "kind", "returns"} or value is None or value == []:
            continue
        if name == "annotation" and isinstance(node, ast.arg):
            continue
        if name == "body" and isinstance(node, Function | ast.ClassDef):
            value = without_docstring(value)
        parts.append(f"{name}={dump(value)}")
    return f"{type(node).__name__}({','.join(parts)})"


def without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    """`body` without its leading docstring."""
    first = body[0] if body else None
    is_text = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    return body[1:] if is_text else body


def digest(*texts: str) -> str:
    """The first 16 hexadecimal digits of the sha256 of `texts`."""
    return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def loaded_names(*nodes: ast.AST) -> set[str]:
    """Names that `nodes` read, with ``module.name`` chains as dotted names beside the plain ones."""
    found: set[str] = set()
    pending = list(nodes)
    while pending:
        part = pending.pop()
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            found.add(part.id)
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
            found.add(f"{part.value.id}.{part.attr}")
        for name, value in ast.iter_fields(part):
            if name not in {"annotation", "returns"}:  # annotations are not part of what is computed
                pending.extend(value if isinstance(value, list) else [value])
        pending = [node for node in pending if isinstance(node, ast.AST)]
    return found


def attribute_names(*nodes: ast.AST) -> set[str]:
    """Names that stand behind a dot anywhere in `nodes`."""
    return {part.attr for node in nodes for part in ast.walk(node) if isinstance(part, ast.Attribute)}


def bound_names(statement: ast.stmt) -> set[str]:
    """Names that a statement binds, compound statements with all they hold, nested functions as their name only."""
    found: set[str] = set()
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        if isinstance(node, Function | ast.ClassDef):
            found.add(node.name)
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found.update(alias.asname or alias.name.split(".")[0] for alias in node.names)
        pending.extend(ast.iter_child_nodes(node))
    return found


def is_plain_import(statement: ast.stmt | None) -> bool:
    """True for ``import x`` and for imports from the standard library: nobody changes those to mean something else."""
    if isinstance(statement, ast.ImportFrom):
        return not statement.level and (statement.module or "").split(".")[0] in sys.stdlib_module_names
    return isinstance(statement, ast.Import)


def keeps_results(function: Function) -> bool:
    """True when a decorator of `function` keeps what it returned."""
    names = {ast.unparse(d.func if isinstance(d, ast.Call) else d).split(".")[-1] for d in function.decorator_list}
    return bool(names & KEEPING)


@dataclass(eq=False)
class PythonFile:
    """One Python file, parsed once.

    Args:
        path: As it is written in provenance, relative to the project.
        text: The source.
    """

    path: str
    text: str
    _hashes: dict[str, str | None] = field(default_factory=dict)

    @classmethod
    def read(cls, root: Path, path: str) -> PythonFile:
        """The file at `path` below `root`. Raises OSError or SyntaxError."""
        return cls(path, (root / path).read_text("utf-8"))

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed module."""
        return ast.parse(self.text, self.path)

    @cached_property
    def bindings(self) -> dict[str, list[ast.stmt]]:
        """For each module-level name, the top-level statements that bind it, in order; then imports further in."""
        found: dict[str, list[ast.stmt]] = {}
        for statement in self.tree.body:
            for name in bound_names(statement):
                found.setdefault(name, []).append(statement)
        inner: dict[str, list[ast.stmt]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import | ast.ImportFrom) and node not in self.tree.body:
                for name in bound_names(node):
                    inner.setdefault(name, []).append(node)
        return inner | found

    def find(self, qualname: str) -> list[ast.stmt]:
        """The statements of the piece `qualname`; empty when there is none."""
        outer, _, method = qualname.partition(".")
        statements = self.bindings.get(outer, [])
        if not method:
            return statements
        classes = [statement for statement in statements if isinstance(statement, ast.ClassDef)]
        return [part for c in classes for part in c.body if isinstance(part, Function) and part.name == method]

    def hash(self, qualname: str) -> str | None:
        """The hash of a piece, or None when the file has no such piece."""
        if qualname not in self._hashes:
            texts = [self._text_of(statement, qualname) for statement in self.find(qualname)]
            self._hashes[qualname] = digest(*texts) if texts else None
        return self._hashes[qualname]

    def _text_of(self, statement: ast.stmt, qualname: str) -> str:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            return self._import_text(statement, qualname)
        if isinstance(statement, ast.ClassDef):
            return dump(self.skeleton(statement))
        return dump(statement)

    def _import_text(self, statement: ast.Import | ast.ImportFrom, name: str) -> str:
        kept = [alias for alias in statement.names if (alias.asname or alias.name.split(".")[0]) == name]
        module = getattr(statement, "module", None)
        return f"{module}/{getattr(statement, 'level', 0)}/{dump(kept)}"

    def skeleton(self, node: ast.ClassDef) -> ast.ClassDef:
        """`node` without its methods, which are pieces of their own.

        What a class names in ``made_by`` is followed where an object of it is opened (`trace.opened`).
        """
        body = [p for p in node.body if not isinstance(p, Function) and "made_by" not in bound_names(p)]
        return ast.ClassDef(node.name, node.bases, node.keywords, without_docstring(body), node.decorator_list)

    def enclosing(self, line: int) -> str | None:
        """The piece that holds `line`: a function, a method, or the name a top-level statement binds first."""
        for statement in self.tree.body:
            if not _spans(statement, line):
                continue
            if isinstance(statement, ast.ClassDef):
                inner = [p.name for p in statement.body if isinstance(p, Function) and _spans(p, line)]
                return f"{statement.name}.{inner[0]}" if inner else statement.name
            return min(bound_names(statement), default=None)
        return None

    def statements_of(self, qualname: str) -> Iterator[ast.AST]:
        """What a piece reads names in: its statements; a class without its methods."""
        for statement in self.find(qualname):
            yield self.skeleton(statement) if isinstance(statement, ast.ClassDef) else statement


def _spans(node: ast.stmt, line: int) -> bool:
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(d.lineno for d in decorators)])
    return first <= line <= (node.end_lineno or node.lineno)
