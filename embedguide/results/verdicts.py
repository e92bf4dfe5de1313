"""What the last check found fresh, so that after an edit only the results that the edited files can reach are checked again.

A verdict holds while everything it was told from stands as it did: the result's own file by time and size, and by content
its script, every file of the project that the script or a noted piece of code imports, directly or not, the files that were
read, the source list, and this package.
"""

from __future__ import annotations

import ast
import hashlib
import json
import platform
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from embedguide.kept import read_kept, write_kept
from embedguide.results.content import ResultError
from embedguide.results.declarations import Declaration, declarations
from embedguide.results.notebooks import OURS, UNIT, notebook_path
from embedguide.results.provenance import file_hash
from embedguide.results.reach import FIRST_PARTY, CodeBase
from embedguide.results.store import ResultId, Store

KEPT = ".cache/verdicts.json"
# What tells verdicts: this package, and the list of sources with what reads it.
PACKAGE = Path(__file__).resolve().parents[1]
TOOLS = ("results/*.py", "sources/*.py", "sources/*.toml")


class Verdicts:
    """The verdicts of the last check, and those of this one.

    Args:
        code_base: The project's code as it stands.
        store: Its results.
    """

    def __init__(self, code_base: CodeBase, store: Store) -> None:
        self._code_base, self._store, self._root = code_base, store, store.root
        record = read_kept(self._root / KEPT) or {}
        self._old = record if record.get("tools") == self._tools else {}
        self._results: dict[str, list[str]] = {}  # file of the result -> its stamp, and the name of what it depends on
        self._depends: dict[str, dict[str, str | None]] = {}
        self._declared: dict[str, Any] = {}
        self._hashes: dict[str, str | None] = {}
        self._closures: dict[str, frozenset[str]] = {}
        self._unchanged: dict[str, bool] = {}

    @cached_property
    def _tools(self) -> str:
        files = sorted(path for pattern in TOOLS for path in PACKAGE.glob(pattern))
        texts = [platform.python_version(), *(f"{path.name} {file_hash(path)}" for path in files)]
        return hashlib.sha256("\n".join(texts).encode()).hexdigest()

    def declarations(self, path: str) -> dict[str, Declaration]:
        """The declarations of a script by name.

        Raises:
            ResultError: the script cannot be read, or declares something in a way that cannot be.
        """
        now = self._hash(path)
        known = self._old.get("declared", {}).get(path)
        if known is None or now is None or known["sha256"] != now:
            file = self._code_base.file(path)
            if file is None:
                raise ResultError(self._code_base.unreadable(path))
            known = {"sha256": now, "found": [list(vars(found).values()) for found in declarations(file)]}
        self._declared[path] = known
        found = [Declaration(k, n, f, tuple(m) if m is not None else None, line) for k, n, f, m, line in known["found"]]
        return {declaration.name: declaration for declaration in found}

    def holds(self, result: ResultId) -> bool:
        """True when the last check found `result` fresh and nothing it depends on changed since."""
        stamp, name = self._old.get("results", {}).get(result.file_name, ("", ""))
        if not stamp or stamp != self._stamp(result) or not self._is_unchanged(name):
            return False
        self._results[result.file_name] = [stamp, name]
        self._depends[name] = self._old["depends"][name]
        return True

    def note(self, result: ResultId) -> None:
        """Note that `result` is fresh."""
        document = json.loads(self._path(result).read_bytes())
        provenance = document["metadata"][OURS] if _is_notebook(result) else document["provenance"]
        paths = {provenance["script"], *(piece["name"].partition("::")[0] for piece in provenance["code"])}
        files = sorted(set().union(*map(self._closure, sorted(paths))))
        depends = {path: self._hash(path) for path in [*files, *(file["path"] for file in provenance["files"])]}
        name = hashlib.sha256(json.dumps(depends, sort_keys=True).encode()).hexdigest()[:16]
        self._depends[name] = depends
        self._results[result.file_name] = [self._stamp(result), name]

    def save(self) -> None:
        """Write the verdicts down for the next check."""
        record = {
            "tools": self._tools, "surroundings": self._surroundings, "keepers": self._keepers,
            "results": self._results, "depends": self._depends, "declared": self._declared,
        }  # fmt: skip
        if record != self._old:
            write_kept(self._root / KEPT, record)

    def _is_unchanged(self, name: str) -> bool:
        if name not in self._unchanged:
            depends = self._old["depends"].get(name)
            self._unchanged[name] = (
                depends is not None
                and self._old["surroundings"] == self._surroundings
                and all(self._hash(path) == sha256 for path, sha256 in depends.items())
            )
        return self._unchanged[name]

    def _hash(self, path: str) -> str | None:
        if path not in self._hashes:
            self._hashes[path] = file_hash(self._root / path)
        return self._hashes[path]

    def _path(self, result: ResultId) -> Path:
        return notebook_path(self._root, result.name) if _is_notebook(result) else self._store.path(result)

    def _stamp(self, result: ResultId) -> str:
        """Time and size of a result's file, and of the binary beside it where there is one."""
        path = self._path(result)
        return " ".join(_stamp_of(one) for one in (path, path.with_suffix(".bin")))

    @cached_property
    def _python_files(self) -> list[str]:
        found = (path for folder in FIRST_PARTY for path in (self._root / folder).rglob("*.py"))
        return sorted(path.relative_to(self._root).as_posix() for path in found)

    @cached_property
    def _keepers(self) -> dict[str, list[Any]]:
        """File -> its hash and the methods in it that keep their results; a name anywhere may mean one of them."""
        known = self._old.get("keepers", {})
        found: dict[str, list[Any]] = {}
        for path in self._python_files:
            now = self._hash(path)
            same = path in known and known[path][0] == now
            found[path] = known[path] if same else [now, self._code_base.keepers_in(path)]
        return found

    @cached_property
    def _surroundings(self) -> str:
        """What decides the meaning of a name beside the files that are imported: which files there are, and the keepers."""
        told = [[path, methods] for path, (_, methods) in sorted(self._keepers.items())]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def _closure(self, path: str) -> frozenset[str]:
        """The project's files that `path` imports, directly or not, and itself."""
        if path not in self._closures:
            found, pending = {path}, [path]
            while pending:
                new = self._imports(pending.pop()) - found
                found |= new
                pending += new
            self._closures[path] = frozenset(found)
        return self._closures[path]

    def _imports(self, path: str) -> set[str]:
        if path not in self._imported:
            file = self._code_base.file(path)
            modules = set(_modules(path, file.tree)) if file else set()
            self._imported[path] = {found for name in modules if (found := self._code_base.module_path(name))}
        return self._imported[path]

    @cached_property
    def _imported(self) -> dict[str, set[str]]:
        return {}


def _is_notebook(result: ResultId) -> bool:
    return f"{result.chapter}/" == UNIT


def _stamp_of(path: Path) -> str:
    try:
        found = path.stat()
    except OSError:
        return "-"
    return f"{found.st_mtime_ns}.{found.st_size}"


def _modules(path: str, tree: ast.Module) -> Iterator[str]:
    """Every dotted name that an import in `tree` could mean a module by, and the packages around it."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        above: list[str] = []
        if isinstance(node, ast.ImportFrom):
            above = list(Path(path).parts[: -node.level]) if node.level else []
            above += (node.module or "").split(".") if node.module else []
        for alias in node.names:
            parts = above + ([] if alias.name == "*" else alias.name.split("."))
            yield from (".".join(parts[:length]) for length in range(1, len(parts) + 1))
