"""What runs while a result is computed: first-party functions, files it opens, sources it takes."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

from embedguide.results.content import ResultError
from embedguide.results.declarations import declaring_functions
from embedguide.results.reach import FIRST_PARTY, CodeBase, is_first_party
from embedguide.sources import LocalSource, watch_sources


@dataclass
class Trace:
    """The inputs of one computation.

    Args:
        pieces: ``path::qualname`` of every first-party piece that ran or was read.
        files: Project files (not code) that were opened, relative to the project.
        sources: Models and corpora that were taken, by name.
    """

    pieces: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    sources: dict[str, LocalSource] = field(default_factory=dict)

    def add(self, other: Trace) -> None:
        """Take over everything that `other` holds."""
        self.pieces |= other.pieces
        self.files |= other.files
        self.sources |= other.sources


# Who is told of files, and of code, while a result is computed. One hook serves all threads and all results: a thread
# that outlives the step it was started in (a pool) tells the one that is computed now.
_watching: list[tuple[CodeBase, set[str]]] = []
_noting: list[Callable[[FrameType], None]] = []
# Files opened while a module was imported: (file, line of the statement) -> paths.
_read_at_import: dict[tuple[str, int], set[str]] = {}
# Files opened below a function that keeps its results.
_read_below: dict[CodeType, set[str]] = {}
_hook_is_set = False


def watch_imports() -> None:
    """Note from now on which files are opened while modules are imported; called before scripts are."""
    global _hook_is_set
    if not _hook_is_set:
        sys.addaudithook(_note_opened)  # a hook stays for the life of the process: one is enough
        _hook_is_set = True


def _note_opened(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in ("open", "os.listdir", "os.scandir"):
        return
    path = _path_read(event, arguments)
    if path is None:
        return
    frame = sys._getframe(1)
    for outer in _callers(frame):
        if outer.f_code.co_filename.startswith("<frozen importlib"):
            return  # the import system's own look-ups
        if is_module(outer.f_code):
            _read_at_import.setdefault((outer.f_code.co_filename, outer.f_lineno), set()).add(path)
            return
    for code_base, found in _watching:
        keeping = [outer.f_code for outer in _callers(frame) if code_base.keeps(outer.f_code)]
        for code in keeping:
            _read_below.setdefault(code, set()).add(path)
        if not keeping:
            found.add(path)


def _path_read(event: str, arguments: tuple[Any, ...]) -> str | None:
    """The absolute path of a file opened for reading, or of a folder listed, with a slash at its end."""
    if not isinstance(arguments[0], str | bytes | os.PathLike):
        return None  # an open file's number, or the present folder
    if event == "open" and (arguments[2] or 0) & (os.O_WRONLY | os.O_TRUNC | os.O_CREAT):
        return None  # writing is not reading
    path = os.path.normpath(os.path.join(os.getcwd(), os.fsdecode(arguments[0])))  # noqa: PTH109,PTH118
    if event != "open":
        return f"{path}/"
    return None if path.endswith((".py", ".pyc")) else path


def is_module(code: CodeType) -> bool:
    """Whether `code` is a module being imported; a cell of a notebook bears the same name and is none."""
    return code.co_name == "<module>" and "ipykernel_" not in code.co_filename


def _callers(frame: FrameType | None) -> Iterator[FrameType]:
    """`frame` and those that called it, as far as the computation of the result reaches."""
    while frame is not None and frame.f_code is not traced.__code__:
        yield frame
        frame = frame.f_back


@contextmanager
def opened_files(code_base: CodeBase) -> Iterator[set[str]]:
    """The files that are opened for reading inside the block, whoever opens them."""
    watch_imports()
    found: set[str] = set()
    entry = (code_base, found)
    _watching.append(entry)
    try:
        yield found
    finally:
        _watching.remove(entry)


def files_of(code_base: CodeBase, paths: Iterable[str]) -> set[str]:
    """Those of `paths` that are the project's, relative to it; hidden folders, the site and installed packages are not."""
    root = f"{code_base.root}/"
    ours = {path[len(root) :] for path in paths if path.startswith(root) and path != root}
    installed = ("site-packages/", ".egg-info/", ".dist-info/")  # read by whoever looks for plugins
    return {
        path
        for path in ours
        if not path.startswith((".", "site/", "__editable__")) and not any(i in path for i in installed)
    }


def files_behind(code_base: CodeBase, pieces: set[str]) -> set[str]:
    """The project's files that `pieces` read when they were imported, or when they ran first and kept what they returned."""
    found: set[str] = set()
    for (filename, line), paths in _read_at_import.items():
        path = code_base.relative(filename)
        file = code_base.file(path) if path and is_first_party(path) else None
        if file and any(f"{path}::{name}" in pieces for name in file.names_at(line)):
            found |= paths
    for code, paths in _read_below.items():
        path = code_base.path_of(code)
        file = code_base.file(path) if path else None
        if file and f"{path}::{file.enclosing(code.co_firstlineno)}" in pieces:
            found |= paths
    return files_of(code_base, found)


def _forget_read_below() -> None:
    """Empty the caches of functions that read files, so that each result opens the files that it uses itself."""
    for code in list(_read_below):
        module = next((m for m in list(sys.modules.values()) if getattr(m, "__file__", "") == code.co_filename), None)
        function: Any = module
        for name in code.co_qualname.split("."):
            function = getattr(function, name, None)
        if hasattr(function, "cache_clear"):
            function.cache_clear()
            del _read_below[code]


@contextmanager
def called_code(code_base: CodeBase) -> Iterator[set[CodeType]]:
    """The first-party code objects that run inside the block, in every thread.

    What runs below a function that keeps its results, or below an import, is left out: it runs once in a process, so
    that the order of results would decide which of them it is noted for. `CodeBase` follows such things by name instead.
    """
    prefixes = tuple(f"{code_base.root}/{folder}" for folder in FIRST_PARTY)
    ours: set[CodeType] = set()
    others: set[CodeType] = set()

    def note(frame: FrameType) -> None:
        code = frame.f_code
        if code in ours or code in others:
            return
        if not code.co_filename.startswith(prefixes):
            others.add(code)
        elif not any(is_module(f.f_code) or code_base.keeps(f.f_code) for f in _callers(frame.f_back)):
            ours.add(code)

    before, before_in_threads = sys.getprofile(), threading.getprofile()
    _noting.append(note)
    threading.setprofile(_note_called)
    sys.setprofile(_note_called)
    try:
        yield ours
    finally:
        sys.setprofile(before)
        threading.setprofile(before_in_threads)
        _noting.remove(note)


def _note_called(frame: FrameType, event: str, _argument: Any) -> None:
    if event == "call" and _noting:
        _noting[-1](frame)


def traced(code_base: CodeBase, function: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[Any, Trace]:
    """What `function` returns, and the trace of what it ran, opened and took."""
    trace = Trace()
    _forget_read_below()
    with opened_files(code_base) as files, watch_sources() as sources, called_code(code_base) as codes:
        value = function(*args, **kwargs)
        if isinstance(value, Iterator):
            value = list(value)  # a generator runs here, and every result that takes it sees all of it
    trace.files |= files_of(code_base, files)
    trace.sources |= {local.source.name: local for local in sources}
    for code in codes:
        trace.pieces |= pieces_of_code(code_base, code)
    return value, trace


def opened(code_base: CodeBase, function: Callable[..., Any], *args: Any) -> tuple[Any, Trace]:
    """A model or corpus that `function` opens, and the trace of it.

    What runs depends on what the cache already holds, so it is not noted; instead the functions that the opened
    object names in ``made_by`` are followed by name.
    """
    trace = Trace()
    with watch_sources() as sources:
        value = function(*args)
    trace.sources |= {local.source.name: local for local in sources}
    for maker in getattr(value, "made_by", ()):
        trace.pieces |= piece_of_maker(code_base, maker)
    return value, trace


def pieces_of_code(code_base: CodeBase, code: CodeType) -> set[str]:
    """The piece that `code` belongs to and what it reads by name; for a method also its class."""
    path = code_base.path_of(code)
    # A template runs as code too; it is noted as a file that was opened.
    if path is None or not path.endswith(".py") or not is_first_party(path) or code.co_name == "<module>":
        return set()
    file = code_base.file(path)
    if file is None:
        raise ResultError(f"{path} ran, but cannot be read any more. Build again when it stands still")
    qualname = file.enclosing(code.co_firstlineno)
    if qualname is None or qualname in declaring_functions(file):
        return set()  # a lambda of a function that declares: it is part of the declaration
    found = {f"{path}::{qualname}"} | code_base.read_by(path, file.statements_of(qualname))
    if "." in qualname:
        owner = qualname.split(".")[0]
        found |= {f"{path}::{owner}"} | code_base.read_by(path, file.statements_of(owner))
    return found


def piece_of_maker(code_base: CodeBase, maker: Callable[..., Any]) -> set[str]:
    """One piece for a function whose output was kept in the cache, with everything it reaches."""
    path = code_base.path_of(maker.__code__)
    return {f"{path}::{maker.__qualname__}*"} if path else set()
