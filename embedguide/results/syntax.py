"""Python source as named pieces with hashes that ignore comments, docstrings, annotations and formatting.

A *piece* is a top-level definition or binding of a file, or a method: ``embedguide/analysis/neighbors.py::nearest``,
``embedguide/models/token_table.py::TokenTable.row``. Nothing here imports or runs the code it reads.
"""

from __future__ import annotations

import ast
import copy
import hashlib
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

Function = ast.FunctionDef | ast.AsyncFunctionDef
# Decorators that keep what a function returned: on a second call its code does not run and cannot be noted.
KEEPING = {"cache", "lru_cache", "cached_property", "cached", "memoize"}
# Bases whose methods a class does not override.
BARE_BASES = {"object", "NamedTuple", "Protocol", "ABC", "Generic"}


def dump(node: ast.AST | list | object) -> str:
    """One text for `node` that is the same on every Python version and blind to formatting."""
    if isinstance(node, list):
        return "[" + ",".join(dump(part) for part in node) + "]"
    if not isinstance(node, ast.AST):
        return repr(node)
    if isinstance(node, Function):
        node = _Unannotated().visit_body(node)
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
        parts.append(f"{name}={dump(value)}")
    return f"{type(node).__name__}({','.join(parts)})"


class _Unannotated(ast.NodeTransformer):
    """Takes the annotations off the variables of a function or a module, where they change nothing."""

    def visit_body(self, node: Any) -> Any:
        """A copy of a function, its own statements without annotations; nested definitions see to their own."""
        copied = copy.copy(node)
        copied.body = [kept for part in node.body if (kept := self.visit(copy.deepcopy(part))) is not None]
        return copied

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.Assign | None:  # noqa: N802  (the name that ast calls)
        """``x: int = 1`` as ``x = 1``; nothing in place of ``x: int``."""
        return ast.Assign([node.target], node.value) if node.value is not None else None

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:  # noqa: N802
        """A class stays as it is."""
        return node


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
    """Names that `nodes` read from outside of themselves, with what stands behind their dots: ``BLOCK``, ``helpers.X.y``.

    Parameters and variables of functions in `nodes` are left out. Annotations are not part of what is computed.
    """
    return {name for node in nodes for name in _reads(node, frozenset())}


def _reads(node: ast.AST, local: frozenset[str]) -> Iterator[str]:
    if isinstance(node, ast.Name | ast.Attribute):
        chain = dotted_name(node)
        if chain is not None:
            is_read = isinstance(node, ast.Attribute) or isinstance(node.ctx, ast.Load)
            if is_read and chain.partition(".")[0] not in local:
                yield chain
            return
    inside, outside = _scope(node)
    for part in outside:
        yield from _reads(part, local)
    if inside:
        local |= _own_names(node)
        for part in inside:
            yield from _reads(part, local)


def dotted_name(node: ast.AST) -> str | None:
    """``a.b.c`` for attributes of a name, None for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else None


def _scope(node: ast.AST) -> tuple[list[ast.AST], list[ast.AST]]:
    """The children of `node` that see its own names, and those that do not."""
    if isinstance(node, Function | ast.Lambda):
        defaults = [*node.args.defaults, *(d for d in node.args.kw_defaults if d)]
        body = node.body if isinstance(node.body, list) else [node.body]
        return body, [*getattr(node, "decorator_list", []), *defaults]
    if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
        first = node.generators[0].iter
        return [part for part in _children(node) if part is not first], [first]
    return [], list(_children(node))


def _children(node: ast.AST) -> Iterator[ast.AST]:
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns"}:
            continue
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, ast.comprehension):
                yield from (part.target, part.iter, *part.ifs)
            elif isinstance(part, ast.AST):
                yield part


def _own_names(node: ast.AST) -> frozenset[str]:
    """Parameters and variables of a function, or the variables of a comprehension; imports are not among them."""
    if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
        targets = [name for part in node.generators for name in ast.walk(part.target)]
        return frozenset(part.id for part in targets if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store))
    arguments = node.args  # type: ignore[attr-defined]
    found = {a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    found |= {a.arg for a in (arguments.vararg, arguments.kwarg) if a}
    shared: set[str] = set()
    pending = list(node.body) if isinstance(node, Function) else []
    while pending:
        part = pending.pop()
        if isinstance(part, Function | ast.ClassDef):
            found.add(part.name)
        elif isinstance(part, ast.Global | ast.Nonlocal):
            shared |= set(part.names)
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            found.add(part.id)
        elif not isinstance(part, ast.Lambda | ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            pending += _children(part)  # type: ignore[arg-type]
            found |= {name for name in (getattr(part, "name", None),) if isinstance(part, ast.ExceptHandler) and name}
    return frozenset(found - shared)


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


def changed_names(statement: ast.stmt) -> set[str]:
    """Names whose objects a statement may change without binding them: ``X["a"] = 1``, ``X.update(y)``, ``fill(X)``."""
    found: set[str] = set()
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        if isinstance(node, Function | ast.ClassDef):
            continue
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            found |= {name.partition(".")[0] for name in loaded_names(node)}
        if isinstance(node, ast.Expr):
            found |= {name.partition(".")[0] for name in loaded_names(node.value)}
        pending.extend(ast.iter_child_nodes(node))
    return found


def is_plain_import(statement: ast.AST | None) -> bool:
    """True for ``import x`` and for imports from the standard library: they are hashed with what uses them."""
    if isinstance(statement, ast.ImportFrom):
        return not statement.level and (statement.module or "").split(".")[0] in sys.stdlib_module_names
    return isinstance(statement, ast.Import)


def keeps_results(function: Function) -> bool:
    """True when `function` keeps what it returned: by a decorator, or by hand in a variable outside of itself."""
    names = {ast.unparse(d.func if isinstance(d, ast.Call) else d).split(".")[-1] for d in function.decorator_list}
    return bool(names & KEEPING) or writes_outside(function)


def writes_outside(function: Function) -> bool:
    """True when `function` binds a global, or sets an item of something that is no variable of its own."""
    own = _own_names(function)
    for node in ast.walk(function):
        if isinstance(node, ast.Global):
            return True
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name):
            inner = any(node.value.id in _own_names(part) for part in ast.walk(function) if isinstance(part, Function))
            if node.value.id not in own and not inner:
                return True
    return False


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
        imports = (node for node in ast.walk(self.tree) if isinstance(node, ast.ImportFrom) and node.module == "functools")
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
        found = [(name, part) for name in sorted(names) for part in self.bindings.get(name, ()) if is_plain_import(part)]
        return [self._import_text(part, name) for name, part in found if isinstance(part, ast.Import | ast.ImportFrom)]

    def _text_of(self, statement: ast.stmt, qualname: str) -> str:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            return self._import_text(statement, qualname)
        if isinstance(statement, ast.ClassDef):
            return dump(self.skeleton(statement)) + self._names_of_methods(statement)
        return dump(_Unannotated().visit(copy.deepcopy(statement)) or statement)

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
