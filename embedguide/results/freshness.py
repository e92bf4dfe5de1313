"""Which results are fresh, stale or missing, told from the code as it stands, without running any of it."""

from __future__ import annotations

import gc
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from embedguide.results.content import ResultError
from embedguide.results.declarations import Declaration, declared_hash, declared_pieces, prose_hash
from embedguide.results.notebooks import (
    OURS,
    UNIT,
    code_hash,
    notebook_slugs,
    pieces_named,
    read_notebook,
    script_path,
    text_hash,
)
from embedguide.results.provenance import file_hash, key_of, model_argument
from embedguide.results.reach import CodeBase
from embedguide.results.store import DamagedResult, ResultId, Store
from embedguide.results.verdicts import Verdicts
from embedguide.sources import UnknownSource, find_source
from embedguide.sources.pins import accepts

State = Literal["fresh", "stale", "missing"]
SCRIPTS = "scripts/chapters"
# Reasons that a line names; `embedguide explain` names all.
MOST_REASONS = 4


@dataclass(frozen=True)
class Freshness:
    """How a result stands.

    Args:
        result: Which.
        state: ``fresh``, ``stale`` or ``missing``.
        reasons: What changed, a phrase each.
        words_only: Stale, but only in its caption, title, alternative text or note: nothing is computed anew.
        added: What was given to ``--model`` where somebody added the model; empty where the script names it.
    """

    result: ResultId
    state: State
    reasons: tuple[str, ...] = ()
    words_only: bool = False
    added: str = ""

    @property
    def unit(self) -> str:
        """What ``build.py`` is told to build: the chapter, or ``notebooks/<slug>``."""
        chapter = self.result.chapter
        return f"{UNIT}{self.result.name}" if f"{chapter}/" == UNIT else chapter

    @property
    def command(self) -> str:
        """What mends it."""
        model = f" --model {self.added}" if self.added else ""
        return f"python scripts/build.py {self.unit}{model}"

    @property
    def why(self) -> str:
        """The reasons in a line; of many, the first."""
        more = len(self.reasons) - MOST_REASONS
        return "; ".join((*self.reasons[:MOST_REASONS], *([f"and {more} more changes"] if more > 0 else [])))

    @property
    def message(self) -> str:
        """One line: the result, how it stands, why, and the command."""
        return f"'{self.result}' is {self.state}: {self.why}. Run: {self.command}"


@dataclass
class Report:
    """How all results of a project stand, and scripts that could not be read."""

    results: list[Freshness] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def in_state(self, state: State) -> list[Freshness]:
        """The results in `state`."""
        return [found for found in self.results if found.state == state]

    @property
    def ok(self) -> bool:
        """True when every result is fresh and every script could be read."""
        return not self.errors and all(found.state == "fresh" for found in self.results)


def chapter_slugs(root: Path) -> list[str]:
    """The chapters of a project: the names of its scripts."""
    return sorted(path.stem for path in (root / SCRIPTS).glob("*.py") if not path.name.startswith("_"))


def all_units(root: Path) -> list[str]:
    """What can be built: the chapters, then the notebooks as ``notebooks/<slug>``."""
    return chapter_slugs(root) + [f"{UNIT}{slug}" for slug in notebook_slugs(root)]


def check_results(root: Path, chapters: list[str] | None = None) -> Report:
    """How the results of `chapters` (all by default) stand. Reads and hashes; runs nothing."""
    # Syntax trees are millions of objects that all live to the end: looking for garbage among them takes a third
    # of the time and finds none.
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        return _check_results(root, chapters)
    finally:
        if was_collecting:
            gc.enable()


def _check_results(root: Path, chapters: list[str] | None) -> Report:
    code_base, store, report = CodeBase(root), Store(root), Report()
    verdicts = Verdicts(code_base, store)
    for slug in chapters if chapters is not None else all_units(root):
        try:
            if slug.startswith(UNIT):
                report.results.append(_check_notebook(code_base, verdicts, slug.removeprefix(UNIT)))
            else:
                report.results += _check_chapter(code_base, store, verdicts, slug)
        except ResultError as error:
            report.errors.append(str(error))
    if chapters is None:
        verdicts.save()
    scripts = set(chapter_slugs(root))
    for result in store.ids() if chapters is None else []:
        if result.chapter not in scripts:
            report.errors.append(f"result '{result}' belongs to no chapter: {SCRIPTS}/{result.chapter}.py does not exist. "
                                 f"Remove docs/assets/results/{result.chapter}/ or restore the script.")  # fmt: skip
    return report


def _check_chapter(code_base: CodeBase, store: Store, verdicts: Verdicts, slug: str) -> list[Freshness]:
    declared = verdicts.declarations(f"{SCRIPTS}/{slug}.py")
    expected = {ResultId(slug, d.name, _source_name(model)) for d in declared.values() for model in d.models or ("",)}
    on_disk = set(store.ids(slug))
    added = _added_models(store, on_disk, {result.model for result in expected})
    expected |= {ResultId(slug, d.name, model) for d in declared.values() if d.models for model in added}

    def checked(result: ResultId) -> Freshness:
        if verdicts.holds(result):
            return Freshness(result, "fresh")
        found = check_result(code_base, store, result, declared.get(result.name))
        if found.state == "fresh":
            verdicts.note(result)
        return found

    found = [checked(result) for result in sorted(on_disk)]
    missing = [Freshness(result, "missing", ("it was never computed",)) for result in sorted(expected - on_disk)]
    named = (replace(one, added=added.get(one.result.model, "")) for one in found + missing)
    return sorted(named, key=lambda f: f.result)


def _source_name(model: str) -> str:
    """The name under which results of a model lie, whether a script calls it so or by its hub id."""
    try:
        return find_source(model).name if model else ""
    except UnknownSource:
        return model  # building the chapter says what is wrong with it


def _added_models(store: Store, on_disk: Collection[ResultId], named: Collection[str]) -> dict[str, str]:
    """The models that somebody added with ``--model`` to those that the script names -> what was given there."""
    found: dict[str, str] = {}
    for result in sorted(on_disk):
        if result.model not in named and found.get(result.model, result.model) == result.model:
            try:
                found[result.model] = model_argument(store.read(result)["provenance"], result.model)
            except DamagedResult:
                found.setdefault(result.model, result.model)
    return found


def check_result(code_base: CodeBase, store: Store, result: ResultId, declaration: Declaration | None) -> Freshness:
    """How one result on disk stands against the code, the files and the source list as they are now."""
    if declaration is None:
        return Freshness(result, "stale", (f"{SCRIPTS}/{result.chapter}.py no longer declares it",))
    if bool(result.model) != (declaration.models is not None):
        return Freshness(
            result,
            "stale",
            ("the script now declares it " + ("per model" if declaration.models else "without a model"),),
        )
    try:
        provenance = store.read(result)["provenance"]
    except DamagedResult:
        return Freshness(result, "stale", (f"{store.path(result).relative_to(store.root)} is damaged",))
    reasons = changes(code_base, provenance, result.name)
    if reasons:
        return Freshness(result, "stale", tuple(reasons))
    if prose_hash(code_base, provenance["script"], result.name) != provenance["prose"]:
        return Freshness(result, "stale", ("its words in the script changed, nothing else",), words_only=True)
    return Freshness(result, "fresh")


def changes(code_base: CodeBase, provenance: Mapping[str, Any], name: str) -> list[str]:
    """What differs between what a result was computed from and what stands now, a phrase each; empty when nothing."""
    script = provenance["script"]
    found = []
    if declared_hash(code_base, script, name) != provenance["declared"]:
        found.append(f"{script} declares it differently")
    known = {piece["name"] for piece in provenance["code"]}
    new = declared_pieces(code_base, script, name) - known
    found += [f"{piece} is new in its declaration" for piece in sorted(new) if code_base.hash(piece)]
    return _with_inputs(code_base, provenance, found)


def _with_inputs(code_base: CodeBase, provenance: Mapping[str, Any], declared: list[str]) -> list[str]:
    """What changed among the code, files and sources behind a result, and then what changed in its declaration."""
    found = [_code_change(code_base, piece) for piece in provenance["code"]] + declared
    found += [
        f"{file['path']} changed"
        for file in provenance["files"]
        if file_hash(code_base.root / file["path"]) != file["sha256"]
    ]
    found += [_source_change(source) for source in provenance["sources"]]
    reasons = [reason for reason in found if reason]
    if not reasons and key_of(provenance) != provenance["key"]:
        reasons = ["results are written in a new form"]
    return reasons


def _check_notebook(code_base: CodeBase, verdicts: Verdicts, slug: str) -> Freshness:
    result = ResultId(UNIT.rstrip("/"), slug)
    if verdicts.holds(result):
        return Freshness(result, "fresh")
    found = check_notebook(code_base, slug)
    if found.state == "fresh":
        verdicts.note(result)
    return found


def check_notebook(code_base: CodeBase, slug: str) -> Freshness:
    """How a notebook stands against its script, and what it used against the code, files and sources as they are now.

    Raises:
        ResultError: its script cannot be read.
    """
    result, path = ResultId(UNIT.rstrip("/"), slug), script_path(slug)
    file = code_base.file(path)
    if file is None:
        raise ResultError(code_base.unreadable(path))
    try:
        provenance = read_notebook(code_base.root, slug)["metadata"][OURS]
    except FileNotFoundError:
        return Freshness(result, "missing", ("it was never run",))
    except ResultError as error:
        return Freshness(result, "stale", (str(error).partition(". Run")[0],))
    declared = [f"{path} changed"] if code_hash(file.text) != provenance["declared"] else []
    known = {piece["name"] for piece in provenance["code"]}
    declared += [
        f"{piece} is new in it" for piece in sorted(pieces_named(code_base, slug) - known) if code_base.hash(piece)
    ]
    reasons = _with_inputs(code_base, provenance, declared)
    if reasons:
        return Freshness(result, "stale", tuple(reasons))
    if text_hash(file.text) != provenance["prose"]:
        return Freshness(result, "stale", ("its words changed, nothing else",), words_only=True)
    return Freshness(result, "fresh")


def _code_change(code_base: CodeBase, piece: Mapping[str, str]) -> str | None:
    now = code_base.hash(piece["name"])
    if now == piece["hash"]:
        return None
    path, _, name = piece["name"].partition("::")
    return f"{path} changed ({name})" if now else f"{path} has no {name} any more"


def _source_change(source: Mapping[str, Any]) -> str | None:
    try:
        known = find_source(source["name"])
    except UnknownSource:
        # A model given by its hub id or folder was never in the list; its hash is all that is known of it.
        return f"source {source['name']} is no longer listed" if source["listed"] else None
    return None if accepts(known, source["sha256"]) else f"source {source['name']} has another sha256"
