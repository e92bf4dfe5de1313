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
from embedguide.results.names import Function, loaded_names
from embedguide.results.reach import CodeBase, is_first_party
from embedguide.results.slicing import loops_over_models, parts_of, slice_of, slice_of_returns
from embedguide.results.syntax import PythonFile, digest, dump

DECLARING = {"figure", "table", "value", "dataset", "claim"}
PROSE = {"title", "caption", "alt", "note"}
# How many declarations, and nodes of scripts, are remembered with what was found about them.
REMEMBERED = 20_000
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


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


@lru_cache(maxsize=REMEMBERED)
def declared_hash(code_base: CodeBase, path: str, name: str) -> str | None:
    """The hash of everything in the script that decides result `name`, prose left out; None when it is gone."""
    slices = _slices(code_base, path, name)
    return digest(*(_dumped(node) for nodes in slices.values() for node in nodes)) if slices else None


@lru_cache(maxsize=REMEMBERED)
def _dumped(node: ast.AST) -> str:
    return dump(node)


@lru_cache(maxsize=REMEMBERED)
def declared_pieces(code_base: CodeBase, path: str, name: str) -> frozenset[str]:
    """The constants that the declaration of `name` reads, and the functions it calls while `build` runs."""
    slices = _slices(code_base, path, name)
    return frozenset(piece for nodes in slices.values() for piece in _used(code_base, path, nodes, slices))


def _used(code_base: CodeBase, path: str, nodes: list[ast.AST], slices: Collection[str]) -> set[str]:
    """What `nodes` of a script read, and the functions that they call or hand to others while `build` runs."""
    found = code_base.read_by(path, nodes, attributes=False)
    calls = [call for part in nodes for call in _other_calls(part)]
    # A function that is sliced itself counts with its slice only.
    for name in sorted(loaded_names(*calls) - set(slices)):
        for piece in code_base.resolve(path, name):
            if is_first_party(piece) and isinstance(code_base.node(piece), Function):
                found |= code_base.closure(piece)
    return {piece for piece in found if is_first_party(piece)}


@lru_cache(maxsize=REMEMBERED)
def _other_calls(node: ast.AST) -> tuple[ast.Call, ...]:
    """The calls in `node` that are no calls of the chapter."""
    return tuple(part for part in ast.walk(node) if isinstance(part, ast.Call) and not _method_of_chapter(part))


def prose_hash(code_base: CodeBase, path: str, name: str) -> str | None:
    """The hash of the words in the declaration of `name`, title, caption, alternative text and note, and what they use."""
    file = code_base.file(path)
    found = _calls(file).get(name) if file else None
    if file is None or found is None:
        return None
    call, function = found
    words = ast.Call(call.func, [], [keyword for keyword in call.keywords if keyword.arg in PROSE])
    nodes = slice_of(function, call, words)
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
    for node in _model_loops(function):
        if call in parts_of(node):
            return tuple(str(a.value) for a in node.iter.args if isinstance(a, ast.Constant))  # type: ignore[attr-defined]
    for caller, outer in _calls_of(file, function.name) if depth < 5 else ():
        found = _models_around(file, caller, outer, depth + 1)
        if found is not None:
            return found
    return None


@lru_cache(maxsize=1024)
def _model_loops(function: Function) -> tuple[ast.For, ...]:
    return tuple(part for part in ast.walk(function) if isinstance(part, ast.For) and loops_over_models(part))


def _check_models(file: PythonFile) -> None:
    """Raises ResultError for ``chapter.models(...)`` in a form that cannot be read without running it."""
    loops = {part.iter for part in ast.walk(file.tree) if isinstance(part, ast.For)}
    for call in ast.walk(file.tree):
        if not isinstance(call, ast.Call) or _method_of_chapter(call) != "models":
            continue
        written = all(isinstance(a, ast.Constant) and isinstance(a.value, str) for a in call.args) and not call.keywords
        if not written or not call.args or call not in loops:
            raise ResultError(
                f'{file.path}:{call.lineno}: expected for model in chapter.models("name", ...): with the names written out, '
                f"got {ast.unparse(call)[:60]!r}"
            )


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


def _without_unused(call: ast.Call, function: Function, nodes: list[ast.AST]) -> ast.Call:
    """`call` of `function` without the arguments that `nodes`, a slice of the function, never read."""
    read = loaded_names(*nodes)
    parameters = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    if any(isinstance(argument, ast.Starred) for argument in call.args) or len(call.args) > len(parameters):
        return call  # who receives what is not written there
    roots = {name.partition(".")[0] for name in read}
    args = [argument for argument, name in zip(call.args, parameters, strict=False) if name in roots]
    keywords = [keyword for keyword in call.keywords if keyword.arg is None or keyword.arg in roots]
    return ast.Call(call.func, args, keywords)


def _slices(code_base: CodeBase, path: str, name: str) -> dict[str, list[ast.AST]]:
    """For each function of the script on the way to the declaration, the nodes that decide it."""
    file = code_base.file(path)
    return _slices_in(file, name) if file and name in _calls(file) else {}


@lru_cache(maxsize=4096)
def _slices_in(file: PythonFile, name: str) -> dict[str, list[ast.AST]]:
    call, function = _calls(file)[name]
    kept = ast.Call(call.func, call.args, [k for k in call.keywords if k.arg not in PROSE])
    slices = {function.name: slice_of(function, call, kept)}
    pending = [function.name]
    while pending:
        name = pending.pop()
        for caller, outer in _calls_of(file, name):
            if caller.name not in slices:
                called = next(one for one in _functions(file) if one.name == name)
                slices[caller.name] = slice_of(caller, outer, _without_unused(outer, called, slices[name]))
                pending.append(caller.name)
        for caller in _functions(file):
            # Named without being called, as in ``for declare in (first, second): declare(chapter)``: all of it counts.
            if caller.name not in slices and name in loaded_names(caller):
                slices[caller.name] = list(caller.body)
                pending.append(caller.name)
    return _with_givers(file, slices)


def _with_givers(file: PythonFile, slices: dict[str, list[ast.AST]]) -> dict[str, list[ast.AST]]:
    """`slices` and, for each function they call that declares results of its own, what decides what it returns."""
    found = dict(slices)
    givers = {function.name: function for function in _functions(file) if _uses_chapter(function)}
    pending = list(slices.values())
    while pending:
        nodes = pending.pop()
        called = {call.func.id for node in nodes for call in _other_calls(node) if isinstance(call.func, ast.Name)}
        for name in sorted(called & givers.keys() - found.keys()):
            found[name] = slice_of_returns(givers[name])
            pending.append(found[name])
    return found


@lru_cache(maxsize=1024)
def _uses_chapter(function: Function) -> bool:
    return any(isinstance(part, ast.Call) and _method_of_chapter(part) for part in ast.walk(function))
