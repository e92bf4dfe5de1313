"""Names in Python syntax: which ones a piece of code reads, binds or changes, and whether a function keeps its results."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import lru_cache

Function = ast.FunctionDef | ast.AsyncFunctionDef
# Decorators that keep what a function returned: on a second call its code does not run and cannot be noted.
KEEPING = {"cache", "lru_cache", "cached_property", "cached", "memoize"}
# How many syntax nodes are remembered with what was found in them: those of a few hundred files.
NODES = 200_000


def loaded_names(*nodes: ast.AST) -> set[str]:
    """Names that `nodes` read from outside of themselves, with what stands behind their dots: ``BLOCK``, ``helpers.X.y``.

    Parameters and variables of functions in `nodes` are left out. Annotations are not part of what is computed.
    """
    return {name for node in nodes for name in _reads_of(node)}


@lru_cache(maxsize=NODES)
def _reads_of(node: ast.AST) -> frozenset[str]:
    return frozenset(_reads(node, frozenset()))


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
        body: list[ast.AST] = [*node.body] if isinstance(node.body, list) else [node.body]
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


@lru_cache(maxsize=NODES)
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
    return {name for node in nodes for name in _attributes_of(node)}


@lru_cache(maxsize=NODES)
def _attributes_of(node: ast.AST) -> frozenset[str]:
    return frozenset(part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute))


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
            found |= {name.partition(".")[0] for name in loaded_names(_owner(node))}
        if isinstance(node, ast.Expr):
            found |= {name.partition(".")[0] for name in loaded_names(node.value)}
        pending.extend(ast.iter_child_nodes(node))
    return found


def _owner(node: ast.expr) -> ast.expr:
    """What is changed in the end by binding `node`: ``X`` of ``X[model.name].y``; what only says where is not."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node


def is_plain_import(statement: ast.AST | None) -> bool:
    """True for ``import x`` and for imports from the standard library: they are hashed with what uses them."""
    if isinstance(statement, ast.ImportFrom):
        return not statement.level and (statement.module or "").split(".")[0] in sys.stdlib_module_names
    return isinstance(statement, ast.Import)


@lru_cache(maxsize=NODES)
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
