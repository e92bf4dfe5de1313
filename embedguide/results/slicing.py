"""The part of a function that decides one call in it: a backward slice, read from the syntax and never run."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from functools import lru_cache

from embedguide.results.names import Function, bound_names, changed_names, loaded_names

HEADERS = (ast.For, ast.While, ast.If, ast.With, ast.Try)
LOOPS = (ast.For, ast.While)
# What ends a loop before its time decides what it leaves behind.
EXITS = (ast.Break, ast.Continue, ast.Return, ast.Raise)


def loops_over_models(node: ast.For) -> bool:
    """True for ``for model in chapter.models(...)``."""
    target = node.iter
    return isinstance(target, ast.Call) and isinstance(target.func, ast.Attribute) and target.func.attr == "models"


@lru_cache(maxsize=4096)
def slice_of(function: Function, call: ast.Call, kept: ast.expr) -> list[ast.AST]:
    """The statements and headers of `function` that decide `call`, in order, and `kept` in place of the call."""
    if any(part is call for inner in _inner(function) for part in ast.walk(inner)):
        return list(function.body)  # a declaration inside a nested function counts with all that is around it
    home = _plan(function)[2][call]
    return _backward(function, [home], lambda one: ast.Expr(kept) if _is_call(one, call) else _header(one))


def _is_call(statement: ast.stmt, call: ast.Call) -> bool:
    return isinstance(statement, ast.Expr) and statement.value is call


@lru_cache(maxsize=1024)
def slice_of_returns(function: Function) -> list[ast.AST]:
    """The statements and headers of `function` that decide what it returns, in order: what it declares besides is left out."""
    around = _plan(function)[0]
    in_matches = any(isinstance(part, ast.Return) for inner in _inner(function) if isinstance(inner, ast.Match) for part in ast.walk(inner))  # fmt: skip
    if in_matches or any(isinstance(part, ast.Yield | ast.YieldFrom) for part in ast.walk(function)):
        return list(function.body)
    return _backward(function, [one for one in around if isinstance(one, ast.Return)], _header)


def _backward(function: Function, roots: list[ast.stmt], kept: Callable[[ast.stmt], ast.stmt]) -> list[ast.AST]:
    """`roots` and what decides them, each statement as `kept` leaves it."""
    around, deciding, _ = _plan(function)
    chosen: dict[ast.AST, ast.AST] = {}
    names: set[str] = set()
    pending = list(roots)
    while pending:
        statement = pending.pop()
        if statement in chosen:
            continue
        chosen[statement] = kept(statement)
        new = _roots(chosen[statement]) - names
        names |= new
        pending += [part for name in new for part in deciding.get(name, ())]
        pending += around[statement]
        if isinstance(statement, LOOPS):
            pending += [part for part in around if isinstance(part, EXITS) and statement in around[part]]
    return _pruned(function.body, chosen)


Plan = tuple[dict[ast.stmt, tuple[ast.stmt, ...]], dict[str, list[ast.stmt]], dict[ast.AST, ast.stmt]]


@lru_cache(maxsize=1024)
def _plan(function: Function) -> Plan:
    """What stands around each statement of `function`; the statements that decide each name; the one that holds each call."""
    around = dict(_statements(function.body))
    deciding: dict[str, list[ast.stmt]] = {}
    home: dict[ast.AST, ast.stmt] = {}
    for statement in around:
        for name in _decided_by(statement):
            deciding.setdefault(name, []).append(statement)
        home |= {
            part: statement for part in ast.walk(statement) if isinstance(part, ast.Call)
        }  # the innermost comes last
    return around, deciding, home


@lru_cache(maxsize=1024)
def _inner(function: Function) -> tuple[ast.AST, ...]:
    """The nested functions and matches of `function`, into which no slice is cut."""
    return tuple(p for p in ast.walk(function) if p is not function and isinstance(p, Function | ast.Match))


def _roots(node: ast.AST) -> set[str]:
    """The plain names at the root of what `node` reads."""
    return {name.partition(".")[0] for name in loaded_names(node)}


def _pruned(body: list[ast.stmt], chosen: dict[ast.AST, ast.AST]) -> list[ast.AST]:
    """The chosen statements of `body`, each inside of what stands around it."""
    found: list[ast.AST] = []
    for statement in body:
        if statement not in chosen:
            continue
        # A copy, since what a header alone reads is remembered under the node itself.
        kept = copy.copy(chosen[statement]) if isinstance(statement, HEADERS) else chosen[statement]
        for block in ("body", "orelse", "finalbody") if isinstance(statement, HEADERS) else ():
            setattr(kept, block, _pruned(getattr(statement, block, []), chosen))
        if isinstance(statement, ast.Try):
            handlers = [(h, _pruned(h.body, chosen)) for h in statement.handlers]
            kept.handlers = [ast.ExceptHandler(h.type, h.name, inner) for h, inner in handlers]  # type: ignore[attr-defined,arg-type]
        found.append(kept)
    return found


def _statements(
    body: list[ast.stmt], around: tuple[ast.stmt, ...] = ()
) -> Iterator[tuple[ast.stmt, tuple[ast.stmt, ...]]]:
    for statement in body:
        yield statement, around
        if isinstance(statement, HEADERS):
            inner = (*around, statement)
            for block in ("body", "orelse", "finalbody"):
                yield from _statements(getattr(statement, block, []), inner)
            for handler in getattr(statement, "handlers", []):
                yield from _statements(handler.body, inner)


@lru_cache(maxsize=65536)
def parts_of(statement: ast.stmt) -> frozenset[ast.AST]:
    """Every node of a statement."""
    return frozenset(ast.walk(statement))


def _decided_by(statement: ast.stmt) -> set[str]:
    """The names that `statement` binds, or whose objects it may change (``rows.append(...)``)."""
    if isinstance(statement, HEADERS):
        return bound_names(_header(statement))
    changed = changed_names(statement)
    # What is handed the chapter declares results; it leaves the rest alone.
    return bound_names(statement) | (set() if "chapter" in changed else changed)


def _header(statement: ast.stmt) -> ast.stmt:
    """A compound statement without its body; any other statement as it is."""
    if isinstance(statement, ast.For) and loops_over_models(statement):
        # Which models the loop goes over decides which results there are, not what is in one of them.
        return ast.For(target=statement.target, iter=statement.iter.func, body=[], orelse=[])  # type: ignore[attr-defined]
    if isinstance(statement, ast.For):
        return ast.For(target=statement.target, iter=statement.iter, body=[], orelse=[])
    if isinstance(statement, ast.While | ast.If):
        return type(statement)(test=statement.test, body=[], orelse=[])
    if isinstance(statement, ast.With):
        return ast.With(items=statement.items, body=[])
    if isinstance(statement, ast.Try):
        return ast.Try(body=[], handlers=[], orelse=[], finalbody=[])
    return statement
