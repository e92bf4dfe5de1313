"""Which pieces of first-party code a piece reads by name, found by reading the source, never by running it."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cached_property, lru_cache
from pathlib import Path
from types import CodeType

from embedguide.results.names import Function, attribute_names, is_plain_import, loaded_names
from embedguide.results.syntax import PythonFile, digest

# The machinery that runs around every result is not part of any result: what it writes is governed by FORMAT in
# provenance.py. Everything else below these folders is.
FIRST_PARTY = ("embedguide/", "scripts/")
MACHINERY = (
    "embedguide/results/", "embedguide/sources/", "embedguide/chapter.py", "embedguide/building.py",
    "embedguide/parallel.py", "embedguide/running/",
    "embedguide/pages/", "embedguide/cli.py", "embedguide/commands/", "embedguide/console.py", "embedguide/workshop/", "embedguide/__init__.py", "scripts/build.py",
)  # fmt: skip


# Methods that run when a class is made from another.
RUN_BY_CLASSES = {"__init_subclass__", "__set_name__"}


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
        self._hashes: dict[str, str | None] = {}
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

    def unreadable(self, path: str) -> str:
        """Why `file` returns None for `path`, in a line."""
        try:
            PythonFile.read(self.root, path).tree  # noqa: B018  (parsed here)
        except SyntaxError as error:
            return f"cannot read {path}: line {error.lineno}: {error.msg}"
        except (OSError, UnicodeDecodeError) as error:
            return f"cannot read {path}: {getattr(error, 'strerror', None) or error}"
        return f"{path} was just edited. Run it again"

    def path_of(self, code: CodeType) -> str | None:
        """The file of a code object, relative to the project; None when it is elsewhere."""
        return self.relative(code.co_filename)

    def relative(self, filename: str) -> str | None:
        """`filename` relative to the project; None when it is elsewhere."""
        path = Path(filename).resolve()
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else None

    def keeps(self, code: CodeType) -> bool:
        """True when `code` is a first-party function whose decorator keeps what it returned."""
        if code not in self._keeping:
            path = self.path_of(code)
            file = self.file(path) if path and is_first_party(path) else None
            qualname = file.enclosing(code.co_firstlineno) if file else None
            found = file.find(qualname) if file and qualname else []
            self._keeping[code] = any(
                isinstance(node, Function) and file is not None and file.keeps(node) for node in found
            )
        return self._keeping[code]

    def hash(self, piece: str) -> str | None:
        """The hash of a piece as the code stands now, worked out once; see `_hash`."""
        if piece not in self._hashes:
            self._hashes[piece] = self._hash(piece)
        return self._hashes[piece]

    def _hash(self, piece: str) -> str | None:
        """The hash of ``path::qualname`` as it stands now; None when it is gone.

        ``path::qualname*`` is one hash over a function and everything it reaches.
        """
        path, _, qualname = piece.partition("::")
        file = self.file(path)
        if file is None or not qualname.endswith("*"):
            return file.hash(qualname) if file else None
        reached = sorted(part for part in self.closure(piece[:-1]) if is_first_party(part))
        return digest(*(f"{part} {self.hash(part)}" for part in reached)) if file.find(qualname[:-1]) else None

    def module_path(self, module: str) -> str | None:
        """The file of a first-party module; None for others. ``scripts/`` is on the path of its own programs."""
        place = module.replace(".", "/")
        for candidate in (f"{place}.py", f"{place}/__init__.py", f"scripts/{place}.py", f"scripts/{place}/__init__.py"):
            if candidate.startswith(FIRST_PARTY) and (self.root / candidate).is_file():
                return candidate
        return None

    def resolve(self, path: str, name: str) -> set[str]:
        """The pieces that `name` (plain or dotted) may mean in the file `path`, and every import on the way there.

        A module that is named without a dot behind it (``getattr(helpers, ...)``) means all that is in it.
        """
        found: set[str] = set()
        pending, seen = [(path, name)], {(path, name)}
        while pending:
            where, wanted = pending.pop()
            outer, _, rest = wanted.partition(".")
            file = self.file(where)
            bindings = file.bindings if file else {}
            for statement in bindings.get(outer) or bindings.get("*", []):
                if not isinstance(statement, ast.Import | ast.ImportFrom):
                    found.add(f"{where}::{outer}")
                    continue
                if not is_plain_import(statement):
                    found.add(f"{where}::{outer if outer in bindings else '*'}")
                for place in self._behind(statement, outer, rest, where):
                    if place not in seen:
                        seen.add(place)
                        pending.append(place)
        return found

    def _behind(self, statement: ast.Import | ast.ImportFrom, name: str, rest: str, path: str) -> list[tuple[str, str]]:
        """Files and names in them that an import gives `name` its meaning by."""
        found: list[tuple[str, str]] = []
        for alias in statement.names:
            if alias.name != "*" and (alias.asname or alias.name.split(".")[0]) != name:
                continue
            if isinstance(statement, ast.Import):
                dotted = [alias.name if alias.asname else name, rest]
            else:
                above = Path(path).parts[: -statement.level] if statement.level else ()
                dotted = [*above, statement.module or "", name if alias.name == "*" else alias.name, rest]
            found += self._in_modules(".".join(filter(None, dotted)).split("."))
        return found

    def _in_modules(self, parts: list[str]) -> list[tuple[str, str]]:
        for length in range(len(parts), 0, -1):
            module = self.module_path(".".join(parts[:length]))
            if module and length < len(parts):
                return [(module, ".".join(parts[length:]))]
            file = self.file(module) if module and is_first_party(module) else None
            if module:
                return [(module, name) for name in (file.bindings if file else ())]
        return []

    def node(self, piece: str) -> ast.stmt | None:
        """The last statement that binds `piece`; an import only where nothing else does."""
        path, _, qualname = piece.partition("::")
        file = self.file(path)
        found = (file.bindings.get(qualname) if "." not in qualname else file.find(qualname)) if file else None
        others = [part for part in found or () if not isinstance(part, ast.Import | ast.ImportFrom)]
        last = others or found
        return last[-1] if last else None

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
        at_once = {name for node in nodes for name in loaded_names(*_run_when_defined(node))}
        followed: dict[str, bool] = {}  # piece -> whether the functions it names were followed too
        pending = [(path, name, follow_functions or name in at_once) for name in sorted(loaded_names(*nodes))]
        kept = self._kept_behind(nodes) if attributes else []
        while pending or kept:
            if kept:
                piece = kept.pop()
                if not followed.get(piece):
                    followed[piece] = True
                    pending += self._reads(piece, follow=True)
                    kept += self._methods_of_self(piece)
                continue
            where, name, follow = pending.pop()
            for piece in sorted(self.resolve(where, name)):
                node = self.node(piece) if is_first_party(piece) else None
                if node is None or (followed.get(piece, False) >= follow and piece in followed):
                    continue
                if isinstance(node, Function) and not (follow or self._keeps(piece, node)):
                    continue
                followed[piece] = follow
                pending += self._reads(piece, follow=follow)
                kept += self._kept_behind(self._nodes(piece))
                if isinstance(node, ast.ClassDef):
                    methods = [part.name for part in node.body if isinstance(part, Function)]
                    kept += [f"{piece}.{method}" for method in methods if follow or method in RUN_BY_CLASSES]
        return set(followed)

    def _keeps(self, piece: str, node: Function) -> bool:
        file = self.file(piece.partition("::")[0])
        return file is not None and file.keeps(node)

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
                for qualname in self.keepers_in(path):
                    found.setdefault(qualname.partition(".")[2], []).append(f"{path}::{qualname}")
        return found

    def keepers_in(self, path: str) -> list[str]:
        """The methods and properties of the file `path` that keep their results, ``Class.method``; none where it is not first-party."""
        file = self.file(path) if is_first_party(path) else None
        classes = [node for node in file.tree.body if isinstance(node, ast.ClassDef)] if file else []
        methods = [(node.name, part) for node in classes for part in node.body if isinstance(part, Function)]
        return [f"{owner}.{part.name}" for owner, part in methods if file is not None and file.keeps(part)]

    def _kept_behind(self, nodes: Iterable[ast.AST]) -> list[str]:
        """The properties that keep their results and that `nodes` may read; of which class cannot be told by name."""
        return [piece for name in attribute_names(*nodes) for piece in self._keepers.get(name, ())]

    def _methods_of_self(self, piece: str) -> list[str]:
        """The class of a method, and the methods that it names with ``self``, those of first-party bases too."""
        path, _, qualname = piece.partition("::")
        owner = f"{path}::{qualname.split('.')[0]}"
        reads = {
            node.attr
            for part in self._nodes(piece)
            for node in ast.walk(part)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
        }
        return [owner, *sorted(f"{c}.{m}" for c in self._family(owner) for m in reads if self._nodes(f"{c}.{m}"))]

    def _family(self, piece: str) -> list[str]:
        """A class and its first-party bases, nearest first."""
        found, pending = [], [piece]
        while pending:
            one = pending.pop(0)
            node = self.node(one)
            if one in found or not isinstance(node, ast.ClassDef):
                continue
            found.append(one)
            path = one.partition("::")[0]
            pending += [base for name in sorted(loaded_names(*node.bases)) for base in sorted(self.resolve(path, name))]
        return found

    def _nodes(self, piece: str) -> list[ast.AST]:
        path, _, qualname = piece.partition("::")
        file = self.file(path)
        return list(file.statements_of(qualname)) if file else []

    def _reads(self, piece: str, *, follow: bool) -> list[tuple[str, str, bool]]:
        """What a piece reads, and whether the functions among it may have run before: those not merely listed."""
        path = piece.partition("::")[0]
        nodes = self._nodes(piece)
        listed = {name for node in nodes for name in _listed(node)}
        return [(path, name, follow or name not in listed) for name in sorted(loaded_names(*nodes))]


@lru_cache(maxsize=50_000)
def _run_when_defined(node: ast.AST) -> list[ast.AST]:
    """The parts of a definition that run when it is defined: decorators, defaults, and the body of a class."""
    found: list[ast.AST] = []
    for part in ast.walk(node):
        if isinstance(part, Function):
            found += [*part.decorator_list, *part.args.defaults, *(d for d in part.args.kw_defaults if d)]
        elif isinstance(part, ast.ClassDef):
            found += [*part.decorator_list, *(p for p in part.body if not isinstance(p, Function))]
    return found


def _listed(node: ast.AST) -> set[str]:
    """Names that a statement only puts somewhere, as in ``OPERATIONS = {"sum": total}``, or takes as a base class."""
    if isinstance(node, ast.ClassDef):
        return loaded_names(*node.bases)
    if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        return _listed(node.value)
    if isinstance(node, ast.Dict):
        return {name for value in node.values for name in _listed(value)}
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return {name for value in node.elts for name in _listed(value)}
    return loaded_names(node) if isinstance(node, ast.Name | ast.Attribute) else set()
