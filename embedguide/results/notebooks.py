"""Notebooks: a percent-format script beside the ``.ipynb`` that came out when it ran, and how the two stand.

The ``.ipynb`` holds its own provenance, so that one file is the whole result.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedguide.results.content import ResultError
from embedguide.results.encoding import to_bytes
from embedguide.results.reach import CodeBase, is_first_party
from embedguide.results.store import ResultId
from embedguide.results.syntax import digest, dump

FOLDER = "docs/notebooks"
UNIT = "notebooks/"
# The forms of a figure and a table that the pages read, by media type.
FIGURE = "application/vnd.embedguide.figure+json"
TABLE = "application/vnd.embedguide.table+json"
# Set while a notebook is run for the pages.
BUILDING = "EMBEDGUIDE_BUILDING"
# Where a notebook keeps what we add to it.
OURS = "embedguide"
MARK = re.compile(r"^# %%(?P<rest>.*)$")


@dataclass(frozen=True)
class Cell:
    """A code cell of a percent-format script: its source, and the line of the file that it begins on."""

    source: str
    line: int


def notebook_slugs(root: Path) -> list[str]:
    """The notebooks of a project: the names of its scripts in ``docs/notebooks``."""
    return sorted(path.stem for path in (root / FOLDER).glob("*.py"))


def script_path(slug: str) -> str:
    """The script of a notebook, relative to the project."""
    return f"{FOLDER}/{slug}.py"


def notebook_path(root: Path, slug: str) -> Path:
    """The notebook with its outputs."""
    return root / FOLDER / f"{slug}.ipynb"


def code_cells(text: str) -> list[Cell]:
    """The code cells of a percent-format script that hold code, in order; what stands before the first mark is one too."""
    cells: list[tuple[bool, int, list[str]]] = [(True, 1, [])]
    for number, line in enumerate(text.splitlines(), start=1):
        mark = MARK.match(line)
        if mark:
            cells.append(("[markdown]" not in mark["rest"], number + 1, []))
        else:
            cells[-1][2].append(line)
    whole = [Cell("\n".join(lines), line) for is_code, line, lines in cells if is_code]
    return [
        cell
        for cell in whole
        if any(part.strip() and not part.lstrip().startswith("#") for part in cell.source.splitlines())
    ]


def code_hash(text: str) -> str:
    """The hash of what a notebook computes: its code cell by cell; words, comments and formatting are not in it.

    Raises:
        SyntaxError: a cell is no Python.
    """
    return digest(*(dump(ast.parse(cell.source).body) for cell in code_cells(text)))


def text_hash(text: str) -> str:
    """The hash of a script as it stands."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def pieces_named(code_base: CodeBase, slug: str) -> set[str]:
    """The first-party constants and classes that the cells name, and what those read."""
    path = script_path(slug)
    file = code_base.file(path)
    found = code_base.read_by(path, file.tree.body) if file else set()
    return {piece for piece in found if is_first_party(piece)}


def read_notebook(root: Path, slug: str) -> dict[str, Any]:
    """A notebook with its outputs.

    Raises:
        FileNotFoundError: it was never run.
        ResultError: the file is damaged, or was changed by hand.
    """
    path = notebook_path(root, slug)
    name = path.relative_to(root)
    try:
        notebook = json.loads(path.read_bytes())
        written = notebook["metadata"][OURS]["content"]
    except (ValueError, KeyError, TypeError) as error:
        raise ResultError(f"{name} is damaged. Run: python scripts/build.py {UNIT}{slug}") from error
    if written != content_of_notebook(notebook):
        raise ResultError(
            f"{name} was changed by hand; change {script_path(slug)}. Run: python scripts/build.py {UNIT}{slug}"
        )
    return dict(notebook)


def content_of_notebook(notebook: Mapping[str, Any]) -> str:
    """The hash of a notebook without its provenance."""
    metadata = {name: value for name, value in notebook["metadata"].items() if name != OURS}
    return hashlib.sha256(to_bytes({**notebook, "metadata": metadata})).hexdigest()[:32]


def notebook_figures(root: Path) -> Iterator[tuple[ResultId, dict[str, Any]]]:
    """Every figure that a notebook shows, numbered within its notebook; notebooks that cannot be read have none."""
    for slug in notebook_slugs(root):
        try:
            notebook = read_notebook(root, slug)
        except (ResultError, FileNotFoundError):
            continue
        figures = [output["data"][FIGURE] for output in outputs_of(notebook) if FIGURE in output.get("data", {})]
        for number, document in enumerate(figures, start=1):
            yield ResultId(UNIT.rstrip("/"), f"{slug}-{number}"), document


def outputs_of(notebook: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The outputs of all cells, in order."""
    for cell in notebook["cells"]:
        yield from cell.get("outputs", ())
