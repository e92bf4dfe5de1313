"""Python source as named pieces with hashes that ignore comments, docstrings, annotations and formatting.

A *piece* is a top-level definition or binding of a file, or a method: ``embedguide/analysis/neighbors.py::nearest``,
``embedguide/models/token_table.py::TokenTable.row``. Nothing here imports or runs the code it reads.
"""

from __future__ import annotations

import ast
import hashlib
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from embedguide.results.names import (
    KEEPING,
    Function,
    bound_names,
    changed_names,
    is_plain_import,
    keeps_results,
    loaded_names,
)

# Bases whose methods a class does not override.
BARE_BASES = {"object", "NamedTuple", "Protocol", "ABC", "Generic"}


def dump(node: ast.AST | list | object, *, in_class: bool = False) -> str:
    """One text for `node` that is the same on every Python version and blind to formatting and annotations."""
    if isinstance(node, list):
        return "[" + ",".join(dump(part, in_class=in_class) for part in node) + "]"
    if not isinstance(node, ast.AST):
        return repr(node)
    if isinstance(node, ast.AnnAssign) and not in_class:  # in a class an annotation makes a field of a variable
        return f"Assign(targets=[{dump(node.target)}],value={dump(node.value)})" if node.value else "Pass()"
    parts = []
    for name, value in ast.iter_fields(node):
        if name in {"type_comment", "type_params", "kind", "returns"} or value is None or value == []:
            continue
        if name == "annotation":
            if isinstance(node, ast.arg):
                continue
            # Only these three mean something at run time: what kind of field a dataclass makes of it.
            value = sorted(word for word in ("ClassVar", "InitVar", "KW_ONLY") if word in ast.dump(value))
        if name == "body" and isinstance(node, Function | ast.ClassDef):
            value = without_docstring(value)
        parts.append(f"{name}={dump(value, in_class=isinstance(node, ast.ClassDef))}")
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
        """The file at `path` below `root`, decoded as Python does. Raises OSError or SyntaxError."""
        with tokenize.open(root / path) as file:
            return cls(path, file.read())

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
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import | ast.ImportFrom) and node not in self.tree.body:
                for name in bound_names(node):
                    found.setdefault(name, []).append(node)
        return found

    @cached_property
    def _changes(self) -> dict[str, list[ast.stmt]]:
        """For each module-level name, the top-level statements that change it without binding it."""
        found: dict[str, list[ast.stmt]] = {}
        for statement in self.tree.body:
            for name in (changed_names(statement) & self.bindings.keys()) - bound_names(statement):
                found.setdefault(name, []).append(statement)
        return found

    @cached_property
    def _aliases(self) -> dict[str, str]:
        """Names that ``functools`` was imported under -> their own names (``memo`` -> ``cache``)."""
        imports = (
            node for node in ast.walk(self.tree) if isinstance(node, ast.ImportFrom) and node.module == "functools"
        )
        return {alias.asname: alias.name for node in imports for alias in node.names if alias.asname}

    def keeps(self, function: Function) -> bool:
        """True when `function` keeps what it returned, so that on a second call its code does not run."""
        names = {ast.unparse(d.func if isinstance(d, ast.Call) else d) for d in function.decorator_list}
        return keeps_results(function) or any(self._aliases.get(name) in KEEPING for name in names)

    def find(self, qualname: str) -> list[ast.stmt]:
        """The statements of the piece `qualname`; empty when there is none."""
        outer, _, method = qualname.partition(".")
        statements = self.bindings.get(outer, [])
        if not method:
            return statements + (self._changes.get(outer, []) if statements else [])
        classes = [statement for statement in statements if isinstance(statement, ast.ClassDef)]
        return [part for c in classes for part in c.body if isinstance(part, Function) and part.name == method]

    def hash(self, qualname: str) -> str | None:
        """The hash of a piece, or None when the file has no such piece."""
        if qualname not in self._hashes:
            texts = [self._text_of(statement, qualname) for statement in self.find(qualname)]
            self._hashes[qualname] = digest(*texts, *self._libraries(qualname)) if texts else None
        return self._hashes[qualname]

    def _libraries(self, qualname: str) -> list[str]:
        """The imports that give a piece its libraries: ``np`` could come to mean another."""
        names = {name.partition(".")[0] for name in loaded_names(*self.statements_of(qualname))}
        found = [
            (name, part) for name in sorted(names) for part in self.bindings.get(name, ()) if is_plain_import(part)
        ]
        return [self._import_text(part, name) for name, part in found if isinstance(part, ast.Import | ast.ImportFrom)]

    def _text_of(self, statement: ast.stmt, qualname: str) -> str:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            return self._import_text(statement, qualname)
        if isinstance(statement, ast.ClassDef):
            return dump(self.skeleton(statement)) + self._names_of_methods(statement)
        return dump(statement)

    def _names_of_methods(self, node: ast.ClassDef) -> str:
        """Names of methods that change what others do by being there: dunders, and any that may override another."""
        names = {part.name for part in node.body if isinstance(part, Function)}
        overrides = any(ast.unparse(base).split(".")[-1] not in BARE_BASES for base in node.bases)
        return " ".join(sorted(name for name in names if overrides or name.startswith("__")))

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
        """The piece that holds `line`: a function, a method, or the name a top-level statement binds or changes first."""
        for statement in self.tree.body:
            if not _spans(statement, line):
                continue
            if isinstance(statement, ast.ClassDef):
                inner = [p.name for p in statement.body if isinstance(p, Function) and _spans(p, line)]
                return f"{statement.name}.{inner[0]}" if inner else statement.name
            return min(self.names_at(line), default=None)
        return None

    def names_at(self, line: int) -> set[str]:
        """The names that the top-level statement at `line` binds, or else changes."""
        statement = next((part for part in self.tree.body if _spans(part, line)), None)
        if statement is None:
            return set()
        return bound_names(statement) or changed_names(statement) & self.bindings.keys()

    def statements_of(self, qualname: str) -> Iterator[ast.AST]:
        """What a piece reads names in: its statements; a class without its methods."""
        for statement in self.find(qualname):
            yield self.skeleton(statement) if isinstance(statement, ast.ClassDef) else statement


def _spans(node: ast.stmt, line: int) -> bool:
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(d.lineno for d in decorators)])
    return first <= line <= (node.end_lineno or node.lineno)
