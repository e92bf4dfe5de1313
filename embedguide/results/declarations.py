"""Where a chapter script declares a result, and the part of the script that decides what goes into it.

A script is read, not run. For each ``chapter.table("pairs", ...)`` the backward slice is taken: the statements that
bind the names it uses, the loops and conditions around them, and so on up to the calls of ``build``. Prose in the
call (`PROSE`) is kept apart, since it changes no number.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from embedguide.results.content import ResultError
from embedguide.results.reach import CodeBase, is_first_party
from embedguide.results.syntax import Function, PythonFile, bound_names, changed_names, digest, dump, loaded_names

DECLARING = {"figure", "table", "value", "dataset", "claim"}
PROSE = {"title", "caption", "alt", "note"}
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
HEADERS = (ast.For, ast.While, ast.If, ast.With, ast.Try)
LOOPS = (ast.For, ast.While)
# What ends a loop before its time decides what it leaves behind.
EXITS = (ast.Break, ast.Continue, ast.Return, ast.Raise)


@dataclass(frozen=True)
class Declaration:
    """One call that declares a result in a script.

    Args:
        kind: ``figure``, ``table``, ``value``, ``dataset`` or ``claim``.
        name: The result's name as it stands in the script.
        function: The function of the script that holds the call.
        models: The models of the ``chapter.models(...)`` loop around it; None when no model is involved.
        line: Where the call begins.
    """

    kind: str
    name: str
    function: str
    models: tuple[str, ...] | None
    line: int


def claim_name(claim: str, part: str = "") -> str:
    """The result name of a claim: ``claim-c111-cat-dog``."""
    return "-".join(filter(None, ("claim", claim.lower(), part)))


def declarations(file: PythonFile) -> list[Declaration]:
    """Every result that the script declares with a literal name, in order.

    Raises:
        ResultError: a name is declared twice, or is no literal.
    """
    _check_models(file)
    found = [found for function in _functions(file) for found in _declared_in(file, function)]
    seen: dict[str, Declaration] = {}
    for declaration in found:
        if declaration.name in seen:
            first = seen[declaration.name].line
            raise ResultError(
                f"{file.path}:{declaration.line}: '{declaration.name}' is declared a second time (first on line {first})"
            )
        seen[declaration.name] = declaration
    return found


def declared_hash(code_base: CodeBase, path: str, name: str) -> str | None:
    """The hash of everything in the script that decides result `name`, prose left out; None when it is gone."""
    slices = _slices(code_base, path, name)
    return digest(*(dump(node) for nodes in slices.values() for node in nodes)) if slices else None


def declared_pieces(code_base: CodeBase, path: str, name: str) -> set[str]:
    """The constants that the declaration of `name` reads, and the functions it calls while `build` runs."""
    slices = _slices(code_base, path, name)
    return {piece for nodes in slices.values() for piece in _used(code_base, path, nodes, slices)}


def _used(code_base: CodeBase, path: str, nodes: list[ast.AST], slices: Collection[str]) -> set[str]:
    """What `nodes` of a script read, and the functions that they call or hand to others while `build` runs."""
    found = code_base.read_by(path, nodes, attributes=False)
    calls = [n for part in nodes for n in ast.walk(part) if isinstance(n, ast.Call) and not _method_of_chapter(n)]
    # A function that is sliced itself counts with its slice only.
    for name in sorted(loaded_names(*calls) - set(slices)):
        for piece in code_base.resolve(path, name):
            if is_first_party(piece) and isinstance(code_base.node(piece), Function):
                found |= code_base.closure(piece)
    return {piece for piece in found if is_first_party(piece)}


def prose_hash(code_base: CodeBase, path: str, name: str) -> str | None:
    """The hash of the words in the declaration of `name`, title, caption, alternative text and note, and what they use."""
    file = code_base.file(path)
    found = _calls(file).get(name) if file else None
    if file is None or found is None:
        return None
    call, function = found
    words = ast.Call(call.func, [], [keyword for keyword in call.keywords if keyword.arg in PROSE])
    nodes = _slice(function, call, words)
    used = sorted(_used(code_base, path, nodes, ()))
    return digest(*(dump(node) for node in nodes), *(f"{piece} {code_base.hash(piece)}" for piece in used))


def declaring_functions(file: PythonFile) -> set[str]:
    """The functions of a script that declare results, or call one that does: each result counts its slice of them."""
    return {name for result in _calls(file) for name in _slices_in(file, result)}


def _functions(file: PythonFile) -> list[Function]:
    return [statement for statement in file.tree.body if isinstance(statement, Function)]


@lru_cache(maxsize=256)
def _calls(file: PythonFile) -> dict[str, tuple[ast.Call, Function]]:
    """Every declaring call of a script by the name it declares."""
    return {
        _literal_name(file, call): (call, function)
        for function in _functions(file)
        for call in _declaring_calls(function)
    }


def _declaring_calls(node: ast.AST) -> Iterator[ast.Call]:
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and _method_of_chapter(part) in DECLARING:
            yield part


def _method_of_chapter(call: ast.Call) -> str:
    """``table`` for ``chapter.table(...)``; empty for any other call."""
    function = call.func
    if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name):
        return ""
    return function.attr if function.value.id == "chapter" else ""


def _declared_in(file: PythonFile, function: Function) -> Iterator[Declaration]:
    for call in _declaring_calls(function):
        models = _models_around(file, function, call)
        yield Declaration(_method_of_chapter(call), _literal_name(file, call), function.name, models, call.lineno)


def _literal_name(file: PythonFile, call: ast.Call) -> str:
    """The name in the call. Raises ResultError when it is computed, since `check` reads scripts without running them."""
    kind = _method_of_chapter(call)
    is_claim = kind == "claim"
    wanted = call.args[: 2 if is_claim else 1]
    texts = [a.value for a in wanted if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    if not wanted or len(texts) < len(wanted):
        expected = 'the row and the part, as in chapter.claim("C111", "cat-dog", ...)' if is_claim else "the name"
        raise ResultError(
            f"{file.path}:{call.lineno}: chapter.{kind}(...) must begin with {expected}, written out, got {ast.unparse(call)[:60]!r}"
        )
    name = claim_name(*texts) if is_claim else texts[0]
    if not NAME.fullmatch(name):
        raise ResultError(
            f"{file.path}:{call.lineno}: a result's name is lower-case words and digits joined by '-', got {name!r}"
        )
    return name


def _models_around(file: PythonFile, function: Function, call: ast.Call, depth: int = 0) -> tuple[str, ...] | None:
    """The models of the loop around `call`, here or where the script calls `function`."""
    for node in ast.walk(function):
        if isinstance(node, ast.For) and any(part is call for part in ast.walk(node)) and _loops_over_models(node):
            return tuple(str(a.value) for a in node.iter.args if isinstance(a, ast.Constant))  # type: ignore[attr-defined]
    for caller, outer in _calls_of(file, function.name) if depth < 5 else ():
        found = _models_around(file, caller, outer, depth + 1)
        if found is not None:
            return found
    return None


def _check_models(file: PythonFile) -> None:
    """Raises ResultError for ``chapter.models(...)`` in a form that cannot be read without running it."""
    loops = {part.iter for part in ast.walk(file.tree) if isinstance(part, ast.For)}
    for call in ast.walk(file.tree):
        if not isinstance(call, ast.Call) or _method_of_chapter(call) != "models":
            continue
        written = all(isinstance(a, ast.Constant) and isinstance(a.value, str) for a in call.args) and not call.keywords
        if not written or not call.args or call not in loops:
            raise ResultError(
                f"{file.path}:{call.lineno}: expected for model in chapter.models(\"name\", ...): with the names written out, "
                f"got {ast.unparse(call)[:60]!r}"
            )


def _loops_over_models(node: ast.For) -> bool:
    target = node.iter
    return isinstance(target, ast.Call) and isinstance(target.func, ast.Attribute) and target.func.attr == "models"


def _calls_of(file: PythonFile, name: str) -> list[tuple[Function, ast.Call]]:
    """Where functions of the script call the function `name`, with the caller."""
    return _plain_calls(file).get(name, [])


@lru_cache(maxsize=256)
def _plain_calls(file: PythonFile) -> dict[str, list[tuple[Function, ast.Call]]]:
    found: dict[str, list[tuple[Function, ast.Call]]] = {}
    for function in _functions(file):
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                found.setdefault(node.func.id, []).append((function, node))
    return found


def _slices(code_base: CodeBase, path: str, name: str) -> dict[str, list[ast.AST]]:
    """For each function of the script on the way to the declaration, the nodes that decide it."""
    file = code_base.file(path)
    return _slices_in(file, name) if file and name in _calls(file) else {}


@lru_cache(maxsize=4096)
def _slices_in(file: PythonFile, name: str) -> dict[str, list[ast.AST]]:
    call, function = _calls(file)[name]
    kept = ast.Call(call.func, call.args, [k for k in call.keywords if k.arg not in PROSE])
    slices = {function.name: _slice(function, call, kept)}
    pending = [function.name]
    while pending:
        name = pending.pop()
        for caller, outer in _calls_of(file, name):
            if caller.name not in slices:
                slices[caller.name] = _slice(caller, outer, outer)
                pending.append(caller.name)
        for caller in _functions(file):
            # Named without being called, as in ``for declare in (first, second): declare(chapter)``: all of it counts.
            if caller.name not in slices and name in loaded_names(caller):
                slices[caller.name] = list(caller.body)
                pending.append(caller.name)
    return slices


@lru_cache(maxsize=4096)
def _slice(function: Function, call: ast.Call, kept: ast.AST) -> list[ast.AST]:
    """The statements and headers of `function` that decide `call`, in order, and `kept` in place of the call."""
    if any(isinstance(part, Function | ast.Match) and any(p is call for p in _parts(part)) for part in _inner(function)):
        return list(function.body)  # a declaration inside a nested function counts with all that is around it
    chosen: dict[ast.AST, ast.AST] = {}
    names = _roots(kept)
    while True:
        before = len(chosen)
        for statement, around in _statements(function.body):
            if statement in chosen:
                continue
            if not isinstance(statement, HEADERS) and any(part is call for part in _parts(statement)):
                is_whole = isinstance(statement, ast.Expr) and statement.value is call
                chosen[statement] = ast.Expr(kept) if is_whole else statement
            elif _decides(statement, names) or _ends_a_loop(statement, around, chosen):
                chosen[statement] = _header(statement)
            else:
                continue
            names |= _roots(chosen[statement])
            for outer in around:
                names |= _roots(chosen.setdefault(outer, _header(outer)))
        if len(chosen) == before:
            return _pruned(function.body, chosen)


def _inner(function: Function) -> Iterator[ast.AST]:
    return (part for part in _parts(function) if part is not function)


def _roots(node: ast.AST) -> set[str]:
    """The plain names at the root of what `node` reads."""
    return {name.partition(".")[0] for name in loaded_names(node)}


def _ends_a_loop(statement: ast.stmt, around: tuple[ast.stmt, ...], chosen: Collection[ast.AST]) -> bool:
    return isinstance(statement, EXITS) and any(isinstance(outer, LOOPS) and outer in chosen for outer in around)


def _pruned(body: list[ast.stmt], chosen: dict[ast.AST, ast.AST]) -> list[ast.AST]:
    """The chosen statements of `body`, each inside of what stands around it."""
    found: list[ast.AST] = []
    for statement in body:
        if statement not in chosen:
            continue
        kept = chosen[statement]
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
def _parts(statement: ast.stmt) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(statement))


@lru_cache(maxsize=65536)
def _bound_by(statement: ast.stmt) -> frozenset[str]:
    return frozenset(bound_names(_header(statement) if isinstance(statement, HEADERS) else statement))


def _decides(statement: ast.stmt, names: set[str]) -> bool:
    """True when `statement` binds one of `names`, or may change what it stands for (``rows.append(...)``)."""
    if _bound_by(statement) & names:
        return True
    if isinstance(statement, HEADERS) or "chapter" in changed_names(statement):
        return False  # what is handed the chapter declares results; it leaves the rest alone
    return bool(changed_names(statement) & names)


def _header(statement: ast.stmt) -> ast.stmt:
    """A compound statement without its body; any other statement as it is."""
    if isinstance(statement, ast.For) and _loops_over_models(statement):
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
