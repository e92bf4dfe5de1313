"""What runs while a result is computed: first-party functions, files it opens, sources it takes."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from embedguide.results.reach import CodeBase, is_first_party
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


_watching: list[tuple[str, set[str]]] = []
_hook_is_set = False


def _note_opened(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "open" or not _watching or not isinstance(arguments[0], str):
        return
    path, mode, _flags = arguments
    # Writing is not reading; a mode of None comes from os.open, which numpy and others read through.
    if mode and set(mode) & set("wax+"):
        return
    for root, found in _watching:
        absolute = path if path.startswith("/") else str(Path.cwd() / path)
        if absolute.startswith(root) and not absolute.endswith((".py", ".pyc")):
            found.add(absolute[len(root) :])


@contextmanager
def _opened_files(root: Path) -> Iterator[set[str]]:
    """The files below `root` that are opened for reading inside the block (hidden folders and results left out)."""
    global _hook_is_set
    if not _hook_is_set:
        sys.addaudithook(_note_opened)  # a hook stays for the life of the process: one is enough
        _hook_is_set = True
    found: set[str] = set()
    entry = (f"{root}/", found)
    _watching.append(entry)
    try:
        yield found
    finally:
        _watching.remove(entry)
        ours = {p for p in found if not p.startswith((".", "docs/assets/results/", "site/"))}
        found.intersection_update(ours)


@contextmanager
def _called_code(code_base: CodeBase) -> Iterator[set[CodeType]]:
    """The first-party code objects that run inside the block, in every thread it starts.

    What runs below a function that keeps its results is left out: it runs once in a process, so that the order of
    results would decide which of them it is noted for. `CodeBase` follows such functions by name instead.
    """
    prefix = f"{code_base.root}/"
    ours: set[CodeType] = set()
    others: set[CodeType] = set()

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        code = frame.f_code
        if event != "call" or code in ours or code in others:
            return
        if not code.co_filename.startswith(prefix):
            others.add(code)
        elif not any(code_base.keeps(outer) for outer in _callers(frame)):
            ours.add(code)

    before = sys.getprofile()
    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield ours
    finally:
        sys.setprofile(before)
        threading.setprofile(before)


def _callers(frame: FrameType) -> Iterator[CodeType]:
    outer = frame.f_back
    while outer is not None:
        yield outer.f_code
        outer = outer.f_back


def traced(code_base: CodeBase, function: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[Any, Trace]:
    """What `function` returns, and the trace of what it ran, opened and took."""
    trace = Trace()
    with _opened_files(code_base.root) as files, watch_sources() as sources, _called_code(code_base) as codes:
        value = function(*args, **kwargs)
    trace.files |= files
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
    file = code_base.file(path) if path else None
    if path is None or file is None or not is_first_party(path) or code.co_name == "<module>":
        return set()
    qualname = file.enclosing(code.co_firstlineno)
    if qualname is None:
        return set()
    found = {f"{path}::{qualname}"} | code_base.read_by(path, file.statements_of(qualname))
    if "." in qualname:
        owner = qualname.split(".")[0]
        found |= {f"{path}::{owner}"} | code_base.read_by(path, file.statements_of(owner))
    return found


def piece_of_maker(code_base: CodeBase, maker: Callable[..., Any]) -> set[str]:
    """One piece for a function whose output was kept in the cache, with everything it reaches."""
    path = code_base.path_of(maker.__code__)
    return {f"{path}::{maker.__qualname__}*"} if path else set()
