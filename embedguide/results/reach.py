"""Which pieces of first-party code a piece reads by name, found by reading the source, never by running it."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from types import CodeType

from embedguide.results.syntax import (
    Function,
    PythonFile,
    attribute_names,
    digest,
    is_plain_import,
    keeps_results,
    loaded_names,
)

# The machinery that runs around every result is not part of any result: what it writes is governed by FORMAT in
# provenance.py. Everything else below these folders is.
FIRST_PARTY = ("embedguide/", "scripts/")
MACHINERY = (
    "embedguide/results/", "embedguide/sources/", "embedguide/chapter.py", "embedguide/building.py",
    "embedguide/pages/", "embedguide/cli.py", "embedguide/__init__.py", "scripts/build.py",
)  # fmt: skip


def is_first_party(path: str) -> bool:
    """True when changes in `path` (relative to the project) can change a result."""
    return path.startswith(FIRST_PARTY) and not path.startswith(MACHINERY)


class CodeBase:
    """The project's Python files, each read and parsed at most once.

    Args:
        root: The project's folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._files: dict[str, PythonFile | None] = {}
        self._closures: dict[str, set[str]] = {}
        self._keeping: dict[CodeType, bool] = {}

    def file(self, path: str) -> PythonFile | None:
        """The file at `path`, or None when it is missing or cannot be parsed."""
        if path not in self._files:
            try:
                found = PythonFile.read(self.root, path)
                found.tree  # noqa: B018  (parsed here, so that a syntax error shows here)
            except (OSError, SyntaxError, UnicodeDecodeError):
                found = None
            self._files[path] = found
        return self._files[path]

    def path_of(self, code: CodeType) -> str | None:
        """The file of a code object, relative to the project; None when it is elsewhere."""
        path = Path(code.co_filename).resolve()
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else None

    def keeps(self, code: CodeType) -> bool:
        """True when `code` is a first-party function whose decorator keeps what it returned."""
        if code not in self._keeping:
            path = self.path_of(code)
            file = self.file(path) if path and is_first_party(path) else None
            qualname = file.enclosing(code.co_firstlineno) if file else None
            found = file.find(qualname) if file and qualname else []
            self._keeping[code] = any(isinstance(node, Function) and keeps_results(node) for node in found)
        return self._keeping[code]

    def hash(self, piece: str) -> str | None:
        """The hash of ``path::qualname`` as it stands now; None when it is gone.

        ``path::qualname*`` is one hash over a function and everything it reaches.
        """
        path, _, qualname = piece.partition("::")
        file = self.file(path)
        if file is None or not qualname.endswith("*"):
            return file.hash(qualname) if file else None
        reached = sorted(part for part in self.closure(piece[:-1]) if is_first_party(part))
        return digest(*(f"{part} {self.hash(part)}" for part in reached)) if file.find(qualname[:-1]) else None

    def module_path(self, module: str, level: int = 0, near: str = "") -> str | None:
        """The file of a first-party module, absolute or relative to the file `near`; None for others."""
        parts = module.split(".") if module else []
        if level:
            parts = [*Path(near).parts[: -level or None], *parts]
        for candidate in ("/".join(parts) + ".py", "/".join([*parts, "__init__.py"])):
            if candidate.startswith(FIRST_PARTY) and (self.root / candidate).is_file():
                return candidate
        return None

    def resolve(self, path: str, name: str) -> str | None:
        """The piece that `name` (plain or dotted) means in the file `path`, through first-party imports."""
        file = self.file(path)
        outer, _, rest = name.partition(".")
        if file is None or outer not in file.bindings:
            return None
        statement = file.bindings[outer][-1]
        if isinstance(statement, ast.Import | ast.ImportFrom):
            target = self._imported(statement, outer, path)
            if target is None:
                return f"{path}::{outer}"
            if target.endswith("::"):  # a module; the name behind the dot is the piece
                return self.resolve(target[:-2], rest.split(".")[0]) if rest else None
            return self.resolve(*target.split("::")) or target
        return f"{path}::{outer}"

    def _imported(self, statement: ast.Import | ast.ImportFrom, name: str, path: str) -> str | None:
        """``file::name`` for a first-party import, ``file::`` when it is a module, None for third parties."""
        for alias in statement.names:
            if (alias.asname or alias.name.split(".")[0]) != name:
                continue
            if isinstance(statement, ast.Import):
                module = self.module_path(alias.name if alias.asname else name)
                return f"{module}::" if module else None
            base = statement.module or ""
            inside = self.module_path(f"{base}.{alias.name}".strip("."), statement.level, path)
            if inside:
                return f"{inside}::"
            module = self.module_path(base, statement.level, path)
            return f"{module}::{alias.name}" if module else None
        return None

    def node(self, piece: str) -> ast.stmt | None:
        """The last statement that binds `piece`."""
        path, _, qualname = piece.partition("::")
        file = self.file(path)
        found = file.find(qualname) if file else []
        return found[-1] if found else None

    def read_by(
        self, path: str, nodes: Iterable[ast.AST], *, follow_functions: bool = False, attributes: bool = True
    ) -> set[str]:
        """The pieces that `nodes` (in `path`) read: constants, classes, imports, and all that those reach by name.

        A function that is only named is not among them, since it is noted when it runs. Four kinds may have run
        before and are followed: functions and properties that keep their results, what constants call while their
        module is imported, and, with `follow_functions`, every function named. Without `attributes`, properties are left out
        at the first step: for scripts, where ``model.table`` is a step and not a property that computes.
        """
        nodes = list(nodes)
        found: set[str] = set()
        pending = [(path, name, follow_functions) for name in loaded_names(*nodes)]
        kept = self._kept_behind(nodes) if attributes else []
        while pending or kept:
            while kept:
                piece = kept.pop()
                if piece not in found:
                    found.add(piece)
                    pending += self._reads(piece)
                    kept += self._methods_of_self(piece)
            if not pending:
                break
            where, name, follow = pending.pop()
            found |= self._import_of(where, name)
            piece = self.resolve(where, name) or ""
            node = self.node(piece) if piece not in found and is_first_party(piece) else None
            if node is None or is_plain_import(node):
                continue
            if isinstance(node, Function) and not (follow or keeps_results(node)):
                continue
            found.add(piece)
            pending += self._reads(piece)
            kept += self._kept_behind(self._nodes(piece))
            if follow and isinstance(node, ast.ClassDef):
                kept += [f"{piece}.{part.name}" for part in node.body if isinstance(part, Function)]
        return found

    def closure(self, piece: str) -> set[str]:
        """`piece` and every first-party piece it could reach by name."""
        if piece not in self._closures:
            path, _, qualname = piece.partition("::")
            # Followed from a name, so that a class brings its methods with it.
            start = ast.Expr(ast.Name(qualname.split(".")[0], ast.Load()))
            nodes = [start, *self._nodes(piece)]
            self._closures[piece] = {piece} | self.read_by(path, nodes, follow_functions=True)
        return self._closures[piece]

    @cached_property
    def _keepers(self) -> dict[str, list[str]]:
        """Method and property name -> pieces, for every first-party one that keeps its results."""
        found: dict[str, list[str]] = {}
        for folder in FIRST_PARTY:
            for full in sorted((self.root / folder).rglob("*.py")):
                path = full.relative_to(self.root).as_posix()
                file = self.file(path) if is_first_party(path) else None
                for node in file.tree.body if file else ():
                    owner, methods = (node.name, node.body) if isinstance(node, ast.ClassDef) else ("", [])
                    for part in methods:
                        if isinstance(part, Function) and keeps_results(part):
                            found.setdefault(part.name, []).append(f"{path}::{owner}.{part.name}")
        return found

    def _kept_behind(self, nodes: Iterable[ast.AST]) -> list[str]:
        """The properties that keep their results and that `nodes` may read; of which class cannot be told by name."""
        return [piece for name in attribute_names(*nodes) for piece in self._keepers.get(name, ())]

    def _methods_of_self(self, piece: str) -> list[str]:
        """The methods and the class that a method names with ``self``."""
        path, _, qualname = piece.partition("::")
        owner = qualname.split(".")[0]
        node = self.node(f"{path}::{owner}")
        methods = {part.name for part in getattr(node, "body", ()) if isinstance(part, Function)}
        reads = {read.removeprefix("self.") for read in loaded_names(*self._nodes(piece)) if read.startswith("self.")}
        return [f"{path}::{owner}", *(f"{path}::{owner}.{name}" for name in sorted(reads & methods))]

    def _import_of(self, path: str, name: str) -> set[str]:
        """The import that gives `name` its meaning in `path`: importing it from elsewhere is a change."""
        outer = name.partition(".")[0]
        file = self.file(path)
        statements = file.bindings.get(outer, [None]) if file else [None]
        meant = isinstance(statements[-1], ast.Import | ast.ImportFrom) and not is_plain_import(statements[-1])
        return {f"{path}::{outer}"} if meant and is_first_party(path) else set()

    def _nodes(self, piece: str) -> list[ast.AST]:
        path, _, qualname = piece.partition("::")
        file = self.file(path)
        return list(file.statements_of(qualname)) if file else []

    def _reads(self, piece: str) -> list[tuple[str, str, bool]]:
        path = piece.partition("::")[0]
        return [(path, name, True) for name in loaded_names(*self._nodes(piece))]
