"""What a change does to the results: every one that changed since a revision, numbers before and after, pictures side by side."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from embedguide.pages.pictures import PALETTES, picture_names
from embedguide.results import ResultError, ResultId, Store, check_results
from embedguide.results.comparing import drift_of
from embedguide.results.notebooks import UNIT
from embedguide.results.store import RESULTS

TEMPLATES = Path(__file__).parent / "templates"
# Differences of one result that are listed; the rest is counted.
MOST_CHANGES = 12
# What is compared apart: words change no number, and provenance changes with every edit of code.
WORDS = ("title", "caption", "alt", "note")
CODE = ("scripts", "embedguide")


@dataclass
class Change:
    """One result that is not what it was.

    Args:
        result: Its name, with the model.
        kind: ``figure``, ``table`` ...
        what: ``new``, ``removed``, ``numbers``, ``words`` or ``provenance``.
        before, after: The value or the claim's measurement; empty for other kinds.
        lines: What differs, a line each.
        n_more: How many lines were left out.
        pictures: Before and after as data addresses; None where there is none.
    """

    result: str
    kind: str
    what: str
    before: str = ""
    after: str = ""
    lines: list[str] = field(default_factory=list)
    n_more: int = 0
    pictures: tuple[str | None, str | None] | None = None


@dataclass
class ChangeReport:
    """What changed since `base`, and what keeps the change from being complete."""

    base: str
    changes: list[Change]
    problems: list[str]

    def of(self, what: str) -> list[Change]:
        """The changes of one sort."""
        return [change for change in self.changes if change.what == what]


def compare_with(root: Path, base: str) -> ChangeReport:
    """What changed in the results between revision `base` and the files as they lie there now.

    Results that the code no longer stands for are problems: who changes a script brings its results along.

    Raises:
        ResultError: `root` is in no git repository, or there is no such revision.
    """
    old, new = _committed(root, base), _present(root)
    changes = [change for name in sorted(old.keys() | new.keys())
               if (change := _change(root, base, name, old.get(name), new.get(name)))]  # fmt: skip
    return ChangeReport(base, changes, _problems(root, base))


def render_report(report: ChangeReport, template: str) -> str:
    """The report as ``report.md.jinja`` or ``report.html.jinja`` has it."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=template.endswith(".html.jinja"), undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template(template).render(report=report)


def _git(root: Path, *arguments: str) -> bytes:
    ran = subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=False)
    if ran.returncode:
        said = ran.stderr.decode(errors="replace").strip().splitlines() or ["git failed"]
        raise ResultError(
            f"git {arguments[0]}: {said[-1]}. A report needs a clone that has the revision: git fetch origin"
        )
    return ran.stdout


def _committed(root: Path, base: str) -> dict[str, dict[str, Any]]:
    """File name -> result, as they were in revision `base`."""
    try:
        commit = _git(root, "rev-parse", "--verify", "--end-of-options", f"{base}^{{commit}}").decode().strip()
    except ResultError as error:
        raise ResultError(f"there is no revision '{base}' here ({error})") from error
    listed = _git(root, "ls-tree", "-r", "-z", "--name-only", commit, "--", RESULTS).decode().split("\0")
    # Results lie in their chapter's folder; lists above it, parts of a figure below it.
    results = Path(RESULTS)
    names = [name for name in listed if Path(name).parent.parent == results and name.endswith(".json")]
    if not names:
        return {}
    asked = "".join(f"{commit}:{name}\n" for name in names).encode()
    out = subprocess.run(["git", "cat-file", "--batch"], cwd=root, input=asked, capture_output=True, check=True).stdout
    found, at = {}, 0
    for name in names:
        end = out.index(b"\n", at)
        size = int(out[at:end].split()[-1])
        found[name.removeprefix(f"{RESULTS}/")] = json.loads(out[end + 1 : end + 1 + size])
        at = end + 1 + size + 1
    return found


def _present(root: Path) -> dict[str, dict[str, Any]]:
    return {result.file_name: document for result, document in Store(root).documents()}


def _change(
    root: Path, base: str, name: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None
) -> Change | None:
    document = new or old
    assert document is not None  # the name comes from one of them
    result, kind = str(ResultId.of_file(name)), document["kind"]
    before, after = (_said(d) for d in (old, new))
    if old is None or new is None:
        change = Change(result, kind, "removed" if new is None else "new", before, after)
    elif numbers := drift_of(_content(old), _content(new), 0.0):
        change = Change(
            result, kind, "numbers", before, after, numbers[:MOST_CHANGES], max(0, len(numbers) - MOST_CHANGES)
        )
    elif words := [
        f"{word}: {old[word]} → {new[word]}" for word in WORDS if word in old and old[word] != new.get(word)
    ]:
        change = Change(result, kind, "words", lines=words)
    elif old["provenance"].get("key") != new["provenance"].get("key"):
        change = Change(result, kind, "provenance")
    else:
        return None
    if kind == "figure" and change.what in ("numbers", "new", "removed"):
        change.pictures = (_old_picture(root, base, name, old), _new_picture(root, name, new))
    return change


def _content(document: Mapping[str, Any]) -> dict[str, Any]:
    # Without its kind a dataset counts with the hash of its bytes.
    return {name: value for name, value in document.items() if name not in ("kind", "provenance", *WORDS)}


def _said(document: Mapping[str, Any] | None) -> str:
    """The number of a value, or the measurement and verdict of a claim."""
    if document is None or document["kind"] not in ("value", "claim"):
        return ""
    return str(document["value"]) if document["kind"] == "value" else f"{document['got']} ({document['verdict']})"


def _picture_name(name: str, document: Mapping[str, Any]) -> str:
    return picture_names(ResultId.of_file(name), document)[PALETTES[0], False]


def _old_picture(root: Path, base: str, name: str, document: Mapping[str, Any] | None) -> str | None:
    if document is None:
        return None
    try:
        return _address(_git(root, "show", f"{base}:{RESULTS}/{_picture_name(name, document)}"))
    except ResultError:
        return None


def _new_picture(root: Path, name: str, document: Mapping[str, Any] | None) -> str | None:
    path = root / RESULTS / _picture_name(name, document) if document else None
    return _address(path.read_bytes()) if path and path.is_file() else None


def _address(picture: bytes) -> str:
    return f"data:image/webp;base64,{base64.b64encode(picture).decode()}"


def _problems(root: Path, base: str) -> list[str]:
    """What is not fresh, a line per command that mends it, with the edited code that may be the cause."""
    report = check_results(root)
    problems = list(report.errors)
    by_command: dict[str, list[str]] = {}
    for found in report.results:
        if found.state != "fresh":
            by_command.setdefault(found.command, []).append(str(found.result))
    edited = _git(root, "diff", "--name-only", base, "--", *CODE).decode().split()
    for command, names in by_command.items():
        cause = f"{', '.join(edited[:3])}{' ...' if len(edited) > 3 else ''} changed, but " if edited else ""
        problems.append(f"{cause}{_missing(names)}. Run: {command}, and commit {_made_by(names[0])}")
    return problems


def _missing(names: list[str]) -> str:
    """Which results are not fresh: ``3 results of 'lookup' did not come along (lookup/bits ...)``."""
    first = names[0]
    if first.startswith(UNIT):
        return f"the notebook '{first.removeprefix(UNIT)}' did not come along"
    count = f"{len(names)} result{'s' if names[1:] else ''}"
    return f"{count} of '{first.partition('/')[0]}' did not come along ({first}{' ...' if names[1:] else ''})"


def _made_by(name: str) -> str:
    """What computing the result `name` writes, below the project."""
    folder = f"{RESULTS}/{name.partition('/')[0]}/"
    return f"docs/{name}.ipynb and {folder}" if name.startswith(UNIT) else folder
