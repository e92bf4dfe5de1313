"""Runs a notebook again and says, cell by cell, where what it shows has drifted; writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from embedguide.building import Failure, Progress, failure_of
from embedguide.results import ResultError, ResultId
from embedguide.results.comparing import drift_of, drift_of_text
from embedguide.results.freshness import check_notebook
from embedguide.results.notebooks import FIGURE, TABLE, UNIT, read_notebook
from embedguide.results.reach import CodeBase
from embedguide.running.notebooks import CellFailed, run_notebook

# The words of a figure or table: numbers stand in them as text, rounded for reading.
WORDS = ("title", "caption", "alt", "summary")
# Forms that are made from a figure or table, which are compared themselves.
MADE = {FIGURE: ("application/vnd.plotly.v1+json",), TABLE: ("text/html",)}


def verify_notebook(
    root: Path, slug: str, *, relative: float = 1e-3, progress: Progress | None = None
) -> tuple[dict[str, list[str]], list[Failure]]:
    """Run a notebook again and compare what each of its code cells shows with the committed outputs; writes nothing.

    Numbers are compared with a tolerance, in figures and tables as numbers, in text as they are printed (see
    `drift_of_text`); everything else has to be the same. A notebook that is stale is not verified.

    Args:
        root: The project's folder.
        slug: The notebook.
        relative: How far a number may drift, relative to its size.
        progress: Told before it runs.

    Returns:
        The name of every code cell that ran -> where it drifted, a phrase each; and what could not be verified.
    """
    name, code_base = f"{UNIT}{slug}", CodeBase(root)
    if progress:
        progress(ResultId(UNIT.rstrip("/"), slug), "verify", 0, 1)
    try:
        freshness = check_notebook(code_base, slug)
        if freshness.state == "missing":
            raise ResultError(f"there is nothing to verify. Run: {freshness.command}")
        if freshness.state != "fresh" and not freshness.words_only:
            raise ResultError(freshness.message)
        old, new = (_code_cells(n) for n in (read_notebook(root, slug), run_notebook(code_base, slug)))
    except CellFailed as error:
        return {}, [Failure(name, str(error), error.details)]
    except Exception as error:  # anything may go wrong in a kernel; it fails its own notebook only
        return {}, [failure_of(name, error)]
    pairs = enumerate(zip(old, new, strict=True), start=1)
    return {
        f"{name}, cell {n}": _drift_of_cell(was["outputs"], now["outputs"], relative) for n, (was, now) in pairs
    }, []


def _code_cells(notebook: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _drift_of_cell(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], relative: float) -> list[str]:
    found: list[str] = []
    for number, (was, now) in enumerate(zip_longest(old, new), start=1):
        before, after = (dict(_forms(output)) if output else {} for output in (was, now))
        if before.keys() != after.keys():
            kinds = " became ".join(", ".join(sorted(forms)) or "nothing" for forms in (before, after))
            found.append(f"output {number}: {kinds}")
            continue
        for form in sorted(before):
            found += _drift_of_form(form, before[form], after[form], relative)
    return found


def _forms(output: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What an output shows, by media type, without the forms that follow from another one."""
    if output["output_type"] == "stream":
        yield output["name"], output["text"]
        return
    data = output["data"]
    aside = {made for form, forms in MADE.items() if form in data for made in (*forms, "text/plain")}
    yield from ((form, content) for form, content in data.items() if form not in aside)


def _drift_of_form(form: str, old: Any, new: Any, relative: float) -> list[str]:
    if form in MADE:
        named = [word for word in WORDS if word != "alt" or old.get("alt") != old.get("summary")]
        words = [line for w in named for line in drift_of_text(str(old.get(w)), str(new.get(w)), relative, w)]
        before, after = ({n: part for n, part in document.items() if n not in WORDS} for document in (old, new))
        return [*words, *drift_of(before, after, relative)]
    old, new = ("".join(content) if isinstance(content, list) else content for content in (old, new))
    if isinstance(old, str) and isinstance(new, str) and not form.startswith("image/"):
        return drift_of_text(old, new, relative, form)
    return [] if old == new else [f"{form}: not what it was"]
