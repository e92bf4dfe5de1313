"""Which files were edited between two looks, and what an edit touches."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from embedguide.pages.errors import PageError
from embedguide.pages.outline import Outline
from embedguide.results import ResultId
from embedguide.results.reach import FIRST_PARTY
from embedguide.results.store import RESULTS

FOLDERS = ("docs", "scripts", "embedguide")
# Files that a preview is made of; editors leave others beside them.
SUFFIXES = {
    ".bib", ".bin", ".css", ".html", ".ipynb", ".jinja", ".jpg", ".js", ".json", ".md", ".mjs", ".png", ".py", ".svg", ".toml",
    ".webp", ".yml",
}  # fmt: skip
# What only results and pages are made from: an edit there touches no page but those that place what was computed.
LOCAL = (
    "scripts/chapters/", "docs/notebooks/", "embedguide/analysis/", "embedguide/models/", "embedguide/figures/", f"{RESULTS}/",
)  # fmt: skip
THEME = "embedguide/pages/theme/"

Snapshot = dict[str, tuple[int, int]]


def take_snapshot(root: Path) -> Snapshot:
    """Time and size of every file that a preview is made of, by its path below `root`."""
    files = (path for folder in FOLDERS for path in (root / folder).rglob("*") if path.suffix in SUFFIXES)
    found: Snapshot = {}
    for path in (*files, root / "mkdocs.yml"):
        name = path.relative_to(root).as_posix()
        if path.name.startswith(".") or "/vendor/" in name:
            continue
        try:
            stat = path.stat()
        except OSError:  # it went between the two looks
            continue
        found[name] = (stat.st_mtime_ns, stat.st_size)
    return found


def changed_files(before: Snapshot, after: Snapshot) -> set[str]:
    """The files that were edited, added or removed between two looks."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def is_prose(name: str) -> bool:
    """True for a page: nothing is computed from its words."""
    return name.startswith("docs/") and name.endswith(".md")


def is_made(name: str) -> bool:
    """True for a file that computing writes."""
    return name.startswith((f"{RESULTS}/", f"{THEME}assets/")) or name.endswith(".ipynb")


def pages_that_place(root: Path, files: set[str]) -> set[str]:
    """The pages, below `root`, that place the results in `files`; those of notebooks included."""
    names = [Path(name).relative_to(RESULTS) for name in files if name.startswith(f"{RESULTS}/")]
    results = [ResultId.of_file(name.as_posix()) for name in names if len(name.parts) == 2 and name.suffix == ".json"]
    targets = {f"{result.chapter}/{result.name}" for result in results}
    notebooks = {str(Path(name).with_suffix(".md")) for name in files if name.endswith(".ipynb")}
    try:
        return notebooks | {f"docs/{page.path}" for page in Outline(root).pages if targets & set(page.placed)}
    except PageError:  # the build of the pages says what is wrong with them
        return notebooks


def outputs_of(folder: Path, pages: set[str]) -> Iterator[Path]:
    """The files of a built site that were made from `pages`."""
    for page in pages:
        stem = Path(page).relative_to("docs").with_suffix("")
        for path in (
            folder / stem / "index.html",
            folder / stem.with_suffix(".html"),
            folder / stem.parent / "index.html",
        ):
            if path.is_file():
                yield path
                break


def own_modules(root: Path) -> dict[str, str]:
    """The project's modules that this process has imported, by name -> file, relative to the project."""
    found = {}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and name != "__main__" and Path(file).is_relative_to(root):
            found[name] = Path(file).relative_to(root).as_posix()
    # A virtual environment may lie in the project's folder, too.
    return {name: path for name, path in found.items() if path.startswith(FIRST_PARTY)}


def own_code(root: Path) -> set[str]:
    """The files of the project that this process has imported, relative to it."""
    return set(own_modules(root).values())
