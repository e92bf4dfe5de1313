"""Runs a notebook from its script and writes it with its outputs, whole or not at all."""

from __future__ import annotations

import json
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from embedguide.building import Failure, Outcome, Progress, code_state, failure_of
from embedguide.models.errors import require_package
from embedguide.results import ResultError, ResultId
from embedguide.results.freshness import check_notebook
from embedguide.results.notebooks import (
    BUILDING,
    OURS,
    UNIT,
    Cell,
    code_cells,
    code_hash,
    content_of_notebook,
    notebook_path,
    pieces_named,
    read_notebook,
    script_path,
    text_hash,
)
from embedguide.results.provenance import file_hash, key_of, versions
from embedguide.results.reach import CodeBase
from embedguide.results.store import write_atomic

# Seconds that one cell may take.
LONGEST_CELL = 300
# A notebook is read on a page and kept in the repository.
MOST_BYTES = 150_000
ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,}")
ANSI = re.compile(r"\x1b\[[0-9;]*m")
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


class CellFailed(ResultError):
    """A cell that raised, ran too long, or took its kernel with it."""

    def __init__(self, message: str, details: str = "") -> None:
        super().__init__(message)
        self.details = details


def build_notebook(root: Path, slug: str, *, force: bool = False, progress: Progress | None = None) -> Outcome:
    """Run a notebook when it is stale or missing, and write it; when a cell fails, what stood before stays."""
    started = time.perf_counter()
    result = ResultId(UNIT.rstrip("/"), slug)
    outcome = Outcome(f"{UNIT}{slug}")
    code_base = CodeBase(root)
    try:
        freshness = check_notebook(code_base, slug)
        if freshness.state == "fresh" and not force:
            outcome.fresh.append(result)
        else:
            words_only = freshness.words_only and not force
            if progress:
                progress(result, "reword" if words_only else "run", 0, 1)
            make = _reworded if words_only else run_notebook
            content = _packed(slug, make(code_base, slug))
            write_atomic(notebook_path(root, slug), content)
            outcome.bytes_written = len(content)
            (outcome.reworded if words_only else outcome.computed).append(result)
    except CellFailed as error:
        outcome.failures.append(Failure(f"notebook '{slug}'", str(error), error.details))
    except Exception as error:  # anything may go wrong in a kernel; it fails its own notebook only
        outcome.failures.append(failure_of(f"notebook '{slug}'", error))
    outcome.seconds = time.perf_counter() - started
    return outcome


def _packed(slug: str, notebook: Any) -> bytes:
    notebook["metadata"][OURS]["content"] = content_of_notebook(notebook)
    # A line per cell: numbers one to a line, as Jupyter writes them, would make a figure several times as long.
    rest = json.dumps(
        {name: part for name, part in notebook.items() if name != "cells"}, ensure_ascii=False, sort_keys=True
    )
    cells = ",\n".join(json.dumps(cell, ensure_ascii=False, sort_keys=True) for cell in notebook["cells"])
    content = f'{{"cells": [\n{cells}\n],\n{rest[1:]}\n'.encode("utf-8", "backslashreplace")
    if len(content) > MOST_BYTES:
        raise ResultError(f"{script_path(slug)} makes a notebook of {len(content) / 1000:.0f} kB, at most "
                          f"{MOST_BYTES / 1000:.0f} kB are kept: show fewer points or rows")  # fmt: skip
    return content


def _text(code_base: CodeBase, slug: str) -> str:
    file = code_base.file(script_path(slug))
    assert file is not None  # check_notebook() has read it
    return file.text


def _empty(text: str, slug: str) -> dict[str, Any]:
    """The notebook of a script without outputs, its cells named by their place."""
    require_package("jupytext", "Reading a notebook's script")
    import jupytext

    # No line of ours is a magic, and none may become one.
    made = jupytext.reads(text, fmt={"extension": ".py", "format_name": "percent", "comment_magics": False})
    cells = []
    for number, cell in enumerate(made.cells, start=1):
        fields: dict[str, Any] = {"outputs": [], "execution_count": None} if cell.cell_type == "code" else {}
        cells.append(
            {"cell_type": cell.cell_type, "id": f"cell-{number}", "metadata": {}, "source": cell.source, **fields}
        )
    if not any(cell["cell_type"] == "code" for cell in cells):
        raise ResultError(f'{script_path(slug)} has no cell of code: a cell begins with a line "# %%"')
    return {"cells": cells, "metadata": {**METADATA}, "nbformat": 4, "nbformat_minor": 5}


def _reworded(code_base: CodeBase, slug: str) -> dict[str, Any]:
    """The notebook with the script's present words and the outputs that it has; nothing runs."""
    old, text = read_notebook(code_base.root, slug), _text(code_base, slug)
    new = _empty(text, slug)
    before, after = ([c for c in n["cells"] if c["cell_type"] == "code"] for n in (old, new))
    if len(before) != len(after):
        return run_notebook(code_base, slug)
    for was, cell in zip(before, after, strict=True):
        cell["outputs"], cell["execution_count"] = was["outputs"], was["execution_count"]
    new["metadata"][OURS] = {**old["metadata"][OURS], "prose": text_hash(text)}
    return new


def run_notebook(code_base: CodeBase, slug: str) -> dict[str, Any]:
    """The notebook with what its cells gave just now, and its provenance; nothing is written.

    Raises:
        CellFailed: a cell raised, ran too long, or the kernel died.
        ResultError: the script has no cells, an output would change from run to run, or code was edited meanwhile.
    """
    text, before = _text(code_base, slug), code_state(code_base.root)
    notebook = _empty(text, slug)
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    places = code_cells(text)
    if len(places) != len(cells):
        raise ResultError(f"{script_path(slug)}: expected {len(places)} cells of code, got {len(cells)}; "
                          'a cell begins with a line "# %%" and holds more than comments')  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "notes.json"
        for number, (cell, outputs) in enumerate(
            zip(cells, _outputs(code_base.root, slug, cells, places, notes), strict=True), 1
        ):
            cell["execution_count"], cell["outputs"] = (
                number,
                [_clean(o, number, slug, code_base.root) for o in outputs if o.get("name") != "stderr"],
            )
        used = json.loads(notes.read_text("utf-8"))
    now = (code_base.root / script_path(slug)).read_text("utf-8")
    edited = [path for path, state in code_state(code_base.root).items() if before.get(path) != state]
    if edited or now != text:
        raise ResultError(f"{[*edited, script_path(slug)][0]} was edited while it ran. Run it again")
    notebook["metadata"][OURS] = _provenance(code_base, slug, text, used)
    return notebook


def _provenance(code_base: CodeBase, slug: str, text: str, used: dict[str, Any]) -> dict[str, Any]:
    pieces = sorted({*used["pieces"], *pieces_named(code_base, slug)})
    code = [{"name": piece, "hash": code_base.hash(piece)} for piece in pieces]
    made = {
        "script": script_path(slug),
        "declared": code_hash(text),
        "prose": text_hash(text),
        "settings": {},
        "code": [piece for piece in code if piece["hash"] is not None],
        "files": [{"path": path, "sha256": file_hash(code_base.root / path)} for path in used["files"]],
        "sources": used["sources"],
        "versions": versions(),
    }
    return made | {"key": key_of(made)}


def _outputs(
    root: Path, slug: str, cells: list[dict[str, Any]], places: list[Cell], notes: Path
) -> Iterator[list[Any]]:
    """What each cell gives, one after the other in one kernel; afterwards `notes` says what they used.

    Raises:
        CellFailed: a cell raised, ran too long, or the kernel died.
    """
    nbformat, nbclient = (require_package(name, "Running a notebook") for name in ("nbformat", "nbclient"))
    start = f"from embedguide.running.kernel import Notes as _Notes; _notes = _Notes({str(root)!r})"
    sources = [start, *(cell["source"] for cell in cells), f"_notes.write({str(notes)!r})"]
    runnable = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    client = nbclient.NotebookClient(
        runnable, timeout=LONGEST_CELL, kernel_name="python3", resources={"metadata": {"path": str(root)}},
        extra_arguments=["--IPKernelApp.log_level=40"], record_timing=False, coalesce_streams=True, shutdown_kernel="immediate",
    )  # fmt: skip
    with _environment(), client.setup_kernel():
        for index, cell in enumerate(runnable.cells):
            place = places[index - 1] if 0 < index <= len(places) else None
            where = (
                f"cell {index} (line {place.line} of {script_path(slug)})"
                if place
                else "what is noted around the cells"
            )
            _execute(client, cell, index, where)
            if place:
                yield cell.outputs


def _execute(client: Any, cell: Any, index: int, where: str) -> None:
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    try:
        client.execute_cell(cell, index, store_history=False)
    except CellExecutionError as error:
        details: list[str] = next((o.traceback for o in cell.outputs if o.output_type == "error"), [])
        raise CellFailed(f"{where} raised {error.ename}: {error.evalue}", ANSI.sub("", "\n".join(details))) from error
    except CellTimeoutError as error:
        raise CellFailed(f"{where} ran longer than {LONGEST_CELL} seconds") from error
    except DeadKernelError as error:
        raise CellFailed(
            f"the kernel died in {where}: too little memory is the usual reason, os._exit() another"
        ) from error


@contextmanager
def _environment() -> Iterator[None]:
    """The kernel's environment: one that says that it runs for the pages, and prints no bars."""
    before = os.environ.get(BUILDING)
    os.environ[BUILDING] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[BUILDING]
        else:
            os.environ[BUILDING] = before


def _clean(output: Any, number: int, slug: str, root: Path) -> dict[str, Any]:
    """An output as it is kept: the same on every run and every machine.

    Raises:
        ResultError: it names a place in memory or on this machine, which the next run would name otherwise.
    """
    kept = json.loads(json.dumps(output))
    kept["metadata"] = {} if kept["output_type"] != "stream" else None
    if "execution_count" in kept:
        kept["execution_count"] = number
    text = json.dumps(kept)
    for what, found in (
        ("an address in memory", ADDRESS.search(text)),
        ("a folder of this machine", str(root) in text),
    ):
        if found:
            raise ResultError(
                f"cell {number} of {script_path(slug)} shows {what}, which changes from run to run: print something else"
            )
    return {name: value for name, value in kept.items() if value is not None}
