"""Builds chapters: computes what is stale or missing, and publishes a chapter's results only when all of them worked."""

from __future__ import annotations

import importlib.util
import json
import sys
import time
import traceback
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from embedguide.chapter import Chapter, Declared
from embedguide.models import ModelError
from embedguide.results import ResultError, ResultId, Store
from embedguide.results.comparing import drift_of, drift_of_array, restored
from embedguide.results.declarations import Declaration, declarations, prose_hash
from embedguide.results.documents import content_of
from embedguide.results.encoding import to_bytes
from embedguide.results.freshness import SCRIPTS, Freshness, check_result
from embedguide.results.provenance import Origin, make_provenance
from embedguide.results.reach import FIRST_PARTY, CodeBase, is_first_party
from embedguide.results.trace import watch_imports
from embedguide.sources import SourceError

# Told before each result: which, what is done to it, how many are done, and how many there are.
Progress = Callable[[ResultId, str, int, int], None]


@dataclass(frozen=True)
class Failure:
    """A result, or a whole chapter, that could not be computed.

    Args:
        what: Its name.
        error: One line.
        details: The traceback; empty where the error says it all.
    """

    what: str
    error: str
    details: str = ""


@dataclass
class Outcome:
    """What building a chapter did.

    Args:
        chapter: Its slug.
        computed, reworded, fresh, removed: Results in each state.
        failures: What could not be computed; when there are any, nothing of the chapter was written.
        bytes_written: Size of the files that changed.
        seconds: How long it took.
    """

    chapter: str
    computed: list[ResultId] = field(default_factory=list)
    reworded: list[ResultId] = field(default_factory=list)
    fresh: list[ResultId] = field(default_factory=list)
    removed: list[ResultId] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    bytes_written: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Prepared:
    """A document ready to be written."""

    result: ResultId
    document: dict[str, Any]
    files: dict[str, bytes] = field(default_factory=dict)


def load_script(root: Path, slug: str) -> ModuleType:
    """The chapter script as a module.

    Raises:
        ResultError: there is no such script, or it has no ``build(chapter)``.
    """
    path = root / SCRIPTS / f"{slug}.py"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in (root / SCRIPTS).glob("*.py")))
        raise ResultError(
            f"there is no chapter '{slug}': {SCRIPTS}/{slug}.py does not exist. Chapters: {known or 'none'}"
        )
    spec = importlib.util.spec_from_file_location(f"scripts.chapters.{slug.replace('-', '_')}", path)
    assert spec is not None and spec.loader is not None  # a .py file always has a loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses and pickling look their module up here
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    watch_imports()
    spec.loader.exec_module(module)
    if not callable(getattr(module, "build", None)):
        raise ResultError(f"{SCRIPTS}/{slug}.py must define build(chapter)")
    return module


def declared_by(root: Path, slug: str, only_models: Sequence[str] | None = None) -> list[Declared]:
    """What the chapter script declares, nothing computed.

    Raises:
        ResultError: the script declares something under a name that is not written out in it.
    """
    module = load_script(root, slug)
    chapter = Chapter(slug, only_models)
    module.build(chapter)
    written = _written(CodeBase(root), slug)
    for declared in chapter.declared:
        if declared.id.name not in written:
            raise ResultError(f"'{declared.id}' is declared under a name that {SCRIPTS}/{slug}.py does not write out")
    return chapter.declared


def build_chapter(
    root: Path,
    slug: str,
    *,
    only_models: Sequence[str] | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> Outcome:
    """Compute what is stale or missing in a chapter and write it, all of it or nothing."""
    started = time.perf_counter()
    outcome = Outcome(slug)
    prepared: list[Prepared] = []
    before = code_state(root)
    try:
        prepared = _prepare(root, slug, only_models, force, progress or (lambda *_: None), outcome)
    except (Exception, SystemExit) as error:  # a script may raise anything; it fails its own chapter only
        outcome.failures.append(failure_of(f"chapter '{slug}'", error))
    edited = [path for path, state in code_state(root).items() if before.get(path) != state]
    if edited and prepared:
        # What ran is the code as it was; what would be noted is the code as it is.
        outcome.failures.append(Failure(f"chapter '{slug}'", f"{edited[0]} was edited while it ran. Run it again"))
    if not outcome.failures:
        _publish(Store(root), prepared, outcome)
    outcome.seconds = time.perf_counter() - started
    return outcome


def code_state(root: Path) -> dict[str, tuple[int, int]]:
    """Time and size of every Python file that results can be computed from."""
    files = (path for folder in FIRST_PARTY for path in (root / folder).rglob("*.py"))
    named = {path.relative_to(root).as_posix(): path.stat() for path in files}
    return {name: (found.st_mtime_ns, found.st_size) for name, found in named.items() if is_first_party(name)}


def failure_of(what: str, error: BaseException) -> Failure:
    """A failure in one line; with the traceback unless the error was raised to be read as it is."""
    if isinstance(error, ResultError | SourceError | ModelError):
        return Failure(what, str(error))
    details = "".join(traceback.format_exception(error))
    return Failure(what, f"{type(error).__name__}: {error}{_place_of(error)}", details)


def _place_of(error: BaseException) -> str:
    """The last line of the project's own code that an error came through."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        for folder in FIRST_PARTY:
            path = folder + frame.filename.replace("\\", "/").rpartition(f"/{folder}")[2]
            own = f"/{folder}" in frame.filename and "site-packages" not in frame.filename
            if own and is_first_party(path):
                return f" ({path}, line {frame.lineno})"
    return ""


def _written(code_base: CodeBase, slug: str) -> dict[str, Declaration]:
    file = code_base.file(f"{SCRIPTS}/{slug}.py")
    return {declaration.name: declaration for declaration in declarations(file)} if file else {}


def _prepare(
    root: Path, slug: str, only_models: Sequence[str] | None, force: bool, progress: Progress, outcome: Outcome
) -> list[Prepared]:
    code_base, store = CodeBase(root), Store(root)
    declared = declared_by(root, slug, only_models)
    written = _written(code_base, slug)
    prepared = []
    for number, one in enumerate(declared):
        freshness = _freshness(code_base, store, one, written)
        if freshness.state == "fresh" and not force:
            outcome.fresh.append(one.id)
            continue
        words_only = freshness.words_only and not force
        progress(one.id, "reword" if words_only else "compute", number, len(declared))
        try:
            make = reword if words_only else compute
            prepared.append(make(code_base, store, one))
        except (Exception, SystemExit) as error:
            outcome.failures.append(failure_of(str(one.id), error))
            continue
        (outcome.reworded if words_only else outcome.computed).append(one.id)
    if not only_models:
        for name in written.keys() - {one.id.name for one in declared}:
            message = f"is written in {SCRIPTS}/{slug}.py, but build(chapter) did not declare it: take it out of its condition"
            outcome.failures.append(Failure(f"'{slug}/{name}'", message))
        outcome.removed += [r for r in store.ids(slug) if not _belongs(r, written.get(r.name))]
    return prepared


def _belongs(result: ResultId, declaration: Declaration | None) -> bool:
    """Whether a script still declares a result: with a model or without, as it is."""
    return declaration is not None and bool(result.model) == (declaration.models is not None)


def _freshness(code_base: CodeBase, store: Store, one: Declared, written: dict[str, Declaration]) -> Freshness:
    if not store.path(one.id).is_file():
        return Freshness(one.id, "missing")
    return check_result(code_base, store, one.id, written.get(one.id.name))


def compute(code_base: CodeBase, _store: Store, declared: Declared) -> Prepared:
    """Run the steps of a result and make its document."""
    result = declared.id
    value, trace, settings = declared.step.run(code_base)
    content, files = content_of(declared.kind, result, value, declared.fields)
    origin = Origin(f"{SCRIPTS}/{result.chapter}.py", result.name)
    document = {
        "kind": declared.kind, "chapter": result.chapter, "name": result.name, "model": result.model or None,
        **declared.words, **content,
        "provenance": make_provenance(code_base, origin, trace, settings),
    }  # fmt: skip
    to_bytes(document)  # what cannot be written fails here, before anything of the chapter is
    return Prepared(result, document, files)


def reword(code_base: CodeBase, store: Store, declared: Declared) -> Prepared:
    """The document as it stands with the script's present words; nothing runs."""
    document = store.read(declared.id)
    provenance = document["provenance"] | {
        "prose": prose_hash(code_base, document["provenance"]["script"], declared.id.name)
    }
    return Prepared(declared.id, {**document, **declared.words, "provenance": provenance})


def _publish(store: Store, prepared: list[Prepared], outcome: Outcome) -> None:
    try:
        for one in prepared:
            if store.write(one.result, one.document, one.files):
                outcome.bytes_written += store.path(one.result).stat().st_size
        for result in outcome.removed:
            store.remove(result)
        store.write_lists()
    except ResultError as error:
        outcome.failures.append(Failure(f"chapter '{outcome.chapter}'", str(error)))


def verify_chapter(
    root: Path,
    slug: str,
    *,
    only_models: Sequence[str] | None = None,
    relative: float = 1e-3,
    progress: Progress | None = None,
) -> tuple[dict[ResultId, list[str]], list[Failure]]:
    """Run every result of a chapter again and say where the numbers drifted; writes nothing."""
    code_base, store = CodeBase(root), Store(root)
    drift: dict[ResultId, list[str]] = {}
    failures: list[Failure] = []
    try:
        everything = declared_by(root, slug, only_models)
    except (Exception, SystemExit) as error:
        return drift, [failure_of(f"chapter '{slug}'", error)]
    written = _written(code_base, slug)
    for number, declared in enumerate(everything):
        if progress:
            progress(declared.id, "verify", number, len(everything))
        try:
            old = store.read(declared.id)
            freshness = check_result(code_base, store, declared.id, written.get(declared.id.name))
            if freshness.state != "fresh" and not freshness.words_only:
                # Drift is what changes with the code standing still.
                raise ResultError(freshness.message)
            new = compute(code_base, store, declared)
        except FileNotFoundError:
            failures.append(
                Failure(str(declared.id), f"there is nothing to verify. Run: python scripts/build.py {slug}")
            )
        except Exception as error:  # a step may raise anything; each result is verified by itself
            failures.append(failure_of(str(declared.id), error))
        else:
            drift[declared.id] = _drift_of_result(store.path(declared.id).parent, old, new, declared.words, relative)
    return drift, failures


def _drift_of_result(
    folder: Path, old: dict[str, Any], new: Prepared, words: Collection[str], relative: float
) -> list[str]:
    """Where the numbers of a result differ from those on disk, in its document and in the files beside it."""
    aside = ("provenance", "parts", *words)
    contents = [{k: v for k, v in d.items() if k not in aside} for d in (old, new.document)]
    found = drift_of(contents[0], contents[1], relative)
    for name, made in new.files.items():
        stored = (folder / name).read_bytes()
        if name.endswith(".json"):
            found += [f"{name}: {line}" for line in drift_of(json.loads(stored), json.loads(made), relative)]
        else:
            arrays = restored(stored, old), restored(made, new.document)
            found += drift_of_array(*arrays, relative, old["scale"], "data")
    return found
