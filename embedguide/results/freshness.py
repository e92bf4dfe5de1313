"""Which results are fresh, stale or missing, told from the code as it stands, without running any of it."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from embedguide.results.content import ResultError
from embedguide.results.declarations import Declaration, declarations, declared_hash, declared_pieces, prose_hash
from embedguide.results.provenance import file_hash, key_of
from embedguide.results.reach import CodeBase
from embedguide.results.store import DamagedResult, ResultId, Store
from embedguide.sources import UnknownSource, find_source
from embedguide.sources.pins import accepts

State = Literal["fresh", "stale", "missing"]
SCRIPTS = "scripts/chapters"


@dataclass(frozen=True)
class Freshness:
    """How a result stands.

    Args:
        result: Which.
        state: ``fresh``, ``stale`` or ``missing``.
        reasons: What changed, a phrase each.
        words_only: Stale, but only in its caption, title, alternative text or note: nothing is computed anew.
        extra_model: Its model is none of those that the script names, but one that somebody added with ``--model``.
    """

    result: ResultId
    state: State
    reasons: tuple[str, ...] = ()
    words_only: bool = False
    extra_model: bool = False

    @property
    def command(self) -> str:
        """What mends it."""
        model = f" --model {self.result.model}" if self.extra_model else ""
        return f"python scripts/build.py {self.result.chapter}{model}"

    @property
    def message(self) -> str:
        """One line: the result, how it stands, why, and the command."""
        return f"'{self.result}' is {self.state}: {'; '.join(self.reasons)}. Run: {self.command}"


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
    for slug in chapters if chapters is not None else chapter_slugs(root):
        try:
            report.results += _check_chapter(code_base, store, slug)
        except ResultError as error:
            report.errors.append(str(error))
    scripts = set(chapter_slugs(root))
    for result in store.ids() if chapters is None else []:
        if result.chapter not in scripts:
            report.errors.append(f"result '{result}' belongs to no chapter: {SCRIPTS}/{result.chapter}.py does not exist. "
                                 f"Remove docs/assets/results/{result.chapter}/ or restore the script.")  # fmt: skip
    return report


def _check_chapter(code_base: CodeBase, store: Store, slug: str) -> list[Freshness]:
    path = f"{SCRIPTS}/{slug}.py"
    file = code_base.file(path)
    if file is None:
        raise ResultError(f"cannot read {path}: it is missing or has a syntax error. Run: python {path}")
    declared = {d.name: d for d in declarations(file)}
    expected = {ResultId(slug, d.name, model) for d in declared.values() for model in d.models or ("",)}
    on_disk = set(store.ids(slug))
    found = [
        replace(check_result(code_base, store, result, declared.get(result.name)), extra_model=result not in expected)
        for result in sorted(on_disk)
    ]
    missing = [Freshness(result, "missing", ("it was never computed",)) for result in sorted(expected - on_disk)]
    return sorted(found + missing, key=lambda f: f.result)


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
    found = [_code_change(code_base, piece) for piece in provenance["code"]]
    if declared_hash(code_base, script, name) != provenance["declared"]:
        found.append(f"{script} declares it differently")
    known = {piece["name"] for piece in provenance["code"]}
    new = declared_pieces(code_base, script, name) - known
    found += [f"{piece} is new in its declaration" for piece in sorted(new) if code_base.hash(piece)]
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
