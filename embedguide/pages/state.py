"""In which state a project's files are, told by name, time and size: enough to know that nothing changed since the last build.

What stands here is imported by every build first, so it imports little itself.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from embedguide.kept import read_kept, write_kept
from embedguide.pages.errors import PageError

# Where a build notes the state in which it found nothing wrong, and the kinds of files that a state is made of.
GOOD = ".cache/good.json"
WATCHED = {".md", ".py", ".ipynb", ".json", ".toml", ".bib", ".bin", ".jinja", ".webp"}
# The kinds among them that no result is computed from.
PROSE = {".md", ".bib"}
# This package, which a project may use without holding it.
PACKAGE = Path(__file__).resolve().parents[1]


def find_root(start: Path | None = None) -> Path:
    """The nearest folder upwards that holds ``mkdocs.yml``.

    Raises:
        PageError: there is none.
    """
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / "mkdocs.yml").is_file():
            return folder
    raise PageError(f"no mkdocs.yml in {start} or above it. Run this inside a clone of the guide")


def state_of(root: Path, suffixes: Collection[str] = WATCHED) -> str:
    """A digest that changes when a page, a script, a result or the package does, by name, time and size."""
    folders = dict.fromkeys([root / "docs", root / "scripts", root / "embedguide", PACKAGE])
    lines = [line for folder in folders for line in _lines_below(str(folder), tuple(suffixes))]
    return _digest([*lines, _line(root / "mkdocs.yml")])


def results_state(root: Path) -> str:
    """A digest that changes when anything but the words of pages does."""
    return state_of(root, WATCHED - PROSE)


def _lines_below(folder: str, suffixes: tuple[str, ...]) -> Iterator[str]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.is_dir():
            yield from _lines_below(entry.path, suffixes)
        elif entry.name.endswith(suffixes):
            try:
                found = entry.stat()
            except OSError:
                continue  # gone since it was listed
            yield f"{entry.path} {found.st_mtime_ns} {found.st_size}"


def _line(path: Path) -> str:
    try:
        found = path.stat()
    except OSError:
        return f"{path} gone"
    return f"{path} {found.st_mtime_ns} {found.st_size}"


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join([sys.version, *sorted(lines)]).encode("utf-8", "surrogateescape")).hexdigest()


def is_known_good(root: Path, state: str) -> bool:
    """Whether the last build found no problem in this very state, files that results read elsewhere included."""
    return _is_noted(root, "state", state)


def are_known_fresh(root: Path) -> bool:
    """Whether the last build without a problem had these very results and this code, whatever pages say now."""
    return _is_noted(root, "results", results_state(root))


def _is_noted(root: Path, name: str, state: str) -> bool:
    known = read_kept(root / GOOD) or {}
    return known.get(name) == state and known.get("read") == _digest(_line(root / file) for file in known["files"])


def note_good(root: Path, state: str, read_elsewhere: Iterable[str]) -> None:
    """Write down that this state has no problem, so that the next build of the same state need not check it.

    Args:
        root: The project's folder.
        state: As `state_of` told it before the check began.
        read_elsewhere: Files that results read, relative to `root`.
    """
    names = sorted(set(read_elsewhere))
    read = _digest(_line(root / name) for name in names)
    write_kept(root / GOOD, {"state": state, "results": results_state(root), "files": names, "read": read})
