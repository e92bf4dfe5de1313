"""fetch: a source by its name, from the nearest place that has it, checked and stored once."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from embedguide.sources import cache
from embedguide.sources.errors import SourceError, Unavailable
from embedguide.sources.folder import check_local, find_local
from embedguide.sources.hub import fetch_from_hub, hub_known_silent
from embedguide.sources.mirror import MirrorFetch
from embedguide.sources.progress import Progress, default_progress, in_megabytes
from embedguide.sources.registry import UNDECLARED, Source, find_source

_LOCK_PATIENCE = 2.0  # seconds before a fetch says that it waits for another one

_watching: ContextVar[tuple[list[LocalSource], ...]] = ContextVar("_watching", default=())


@dataclass(frozen=True)
class LocalSource:
    """A source whose verified files are on this machine.

    Attributes:
        folder: where the files lie under their own names.
        paths: name -> path.
        sha256: the hash of its one file, else of the lines 'name sha256' of all, sorted.
        origin: where this call found it: 'local folder', 'cache', 'hub' or 'mirror'. It differs from run to run; no
            result should hold it.
        revision: as pinned; the commit on first use where only a branch is declared.
        variant: how the file differs from the one usually meant by the name, None if it does not.
    """

    source: Source
    folder: Path
    paths: dict[str, Path]
    sha256: str
    origin: str
    revision: str
    variant: str | None = None

    def path(self, name: str | None = None) -> Path:
        """Return the path of one file (the only one, if no name is given).

        Raises:
            SourceError: there is no such file, or several and no name; says which there are.
        """
        if name is None and len(self.paths) == 1:
            return next(iter(self.paths.values()))
        if name is None or name not in self.paths:
            wanted = f"no file '{name}'" if name is not None else "several files: name one"
            raise SourceError(f"source '{self.source.name}' has {wanted}. It has: {', '.join(sorted(self.paths))}")
        return self.paths[name]


@contextmanager
def watch_sources() -> Iterator[list[LocalSource]]:
    """Yield a list that gathers every source handed out by fetch() inside the block; blocks may be nested."""
    seen: list[LocalSource] = []
    token = _watching.set((*_watching.get(), seen))
    try:
        yield seen
    finally:
        _watching.reset(token)


def fetch(name: str | Source, *, progress: Progress | None = None) -> LocalSource:
    """Return the verified local files of a source, fetched if they are not there yet.

    Tried in order: the folder EMBEDGUIDE_SOURCES, the cache, the hub, the mirror. Once a source is in the cache no
    network is used and no program is started. Several processes may fetch the same source at once.

    Args:
        name: a name of sources.toml, a hub id 'owner/name', a path of a folder, or a Source.
        progress: where to show what happens; bars or lines on standard error if None.

    Raises:
        UnknownSource: no such name.
        SourceError: it cannot be had; says why, and what to run or do.
    """
    source = find_source(name) if isinstance(name, str) else name
    with _disk_errors(source.name):
        local = _from_disk(source, progress) or _fetch_locked(source, progress or default_progress())
    for seen in _watching.get():
        seen.append(local)
    return local


def _from_disk(source: Source, progress: Progress | None) -> LocalSource | None:
    """Return a source that needs no fetch: in the reader's own folder, or in the cache."""
    manifest = cache.read_manifest(source)
    paths = find_local(source)
    if paths is not None:
        known = manifest is not None and manifest.origin == "local folder" and _same_files(manifest, paths)
        if known and manifest is not None:
            return _hand_out(source, manifest, "local folder")
        checked = check_local(source, paths, progress or default_progress())
        if checked is not None:
            revision = _revision_of(source, checked)
            return _hand_out(source, cache.install(source, checked, "local folder", revision), "local folder")
    if source.folder is not None or manifest is None:
        return None
    if all(record.unchanged() for record in manifest.files.values()):
        return _hand_out(source, manifest, "cache")
    return None


def _same_files(manifest: cache.Manifest, paths: dict[str, Path]) -> bool:
    return manifest.files.keys() == paths.keys() and all(
        record.unchanged() and Path(record.path).resolve() == paths[name].resolve()
        for name, record in manifest.files.items()
    )


def _hand_out(source: Source, manifest: cache.Manifest, origin: str) -> LocalSource:
    hashes = {name: record.sha256 for name, record in manifest.files.items()}
    variants = (file.variant(hashes[file.name]) for file in source.files)
    return LocalSource(
        source=source,
        folder=cache.source_folder(source.name),
        paths={name: Path(record.path) for name, record in manifest.files.items()},
        sha256=combined_hash(hashes),
        origin=origin,
        revision=manifest.revision,
        variant=next((variant.note for variant in variants if variant), None),
    )


def combined_hash(hashes: dict[str, str]) -> str:
    """Return one sha256 for several files: that of the only one, else of the sorted lines 'name sha256'."""
    if len(hashes) == 1:
        return next(iter(hashes.values()))
    lines = "".join(f"{name} {sha256}\n" for name, sha256 in sorted(hashes.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def _fetch_locked(source: Source, progress: Progress) -> LocalSource:
    from filelock import FileLock, Timeout

    path = cache.cache_root() / "locks" / f"{source.name}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    try:
        lock.acquire(timeout=_LOCK_PATIENCE)
    except Timeout:
        progress.line(f"{source.name}: waiting for another process that fetches it")
        lock.acquire()
    try:
        # Another process may have brought it while this one waited.
        return _from_disk(source, progress) or _mend(source, progress) or _bring(source, progress)
    finally:
        lock.release()


def _mend(source: Source, progress: Progress) -> LocalSource | None:
    """Return a source whose manifest is lost or whose file times changed, if the contents are still right."""
    manifest = cache.read_manifest(source)
    if manifest is not None:
        if cache.recheck(source, manifest):
            return _from_disk(source, progress)
        progress.line(f"{source.name}: a file in the cache has changed or is gone: fetching it again")
    stored = {}
    for file in source.files:
        hashes = [file.sha256, *(variant.sha256 for variant in file.variants)]
        sha256 = next((sha for sha in hashes if sha and cache.blob_path(sha).is_file()), None)
        if sha256 is None:
            return None
        if cache.hash_file(cache.blob_path(sha256)) != sha256:
            cache.discard_blob(sha256)
            return None
        stored[file.name] = (cache.blob_path(sha256), sha256)
    if not stored:
        return None
    return _hand_out(source, cache.install(source, stored, "cache", _revision_of(source, stored)), "cache")


def _bring(source: Source, progress: Progress) -> LocalSource:
    """Fetch a source from the hub, else from its mirror, into the cache."""
    reasons = []
    silent_before = hub_known_silent()
    try:
        given = fetch_from_hub(source, progress)
        # What was pinned keeps its name: the same bytes must have the same provenance wherever they came from.
        revision = source.revision if _is_pinned(source) else given.commit
        return _hand_out(source, cache.install(source, given.files, "hub", revision), "hub")
    except Unavailable as reason:
        reasons.append(str(reason))
    if source.mirror is not None and source.hub_id is not None and not silent_before:
        progress.line(f"{source.name}: {reasons[0]}: using the mirror")
    try:
        mirror = MirrorFetch(source, progress)
        cache.check_space(source.name, mirror.space_needed())
        files = mirror.files()
    except Unavailable as reason:
        reasons.append(str(reason))
        raise _not_to_be_had(source, reasons) from None
    return _hand_out(source, cache.install(source, files, "mirror", _revision_of(source, files)), "mirror")


def _revision_of(source: Source, files: dict[str, tuple[Path, str]]) -> str:
    """Return the pinned revision, or for a variant that the mirror rebuilds what it is rebuilt from."""
    rebuilt = any(file.variant(files[file.name][1]) for file in source.files)
    if rebuilt and source.mirror is not None:
        return ", ".join(wheel.requirement for wheel in source.mirror.wheels)
    return source.revision


def _is_pinned(source: Source) -> bool:
    return bool(source.files) and all(file.sha256 for file in source.files)


def _not_to_be_had(source: Source, reasons: list[str]) -> SourceError:
    reasons = [reason for reason in reasons if source.hub_id is not None or reason != "the hub does not have it"]
    reasons = [reason for reason in reasons if source.mirror is not None or "no wheel of" not in reason]
    named = ", ".join(file.name for file in source.files[:3]) or "its files"
    # One that is not declared has its name from us, and is found again by its hub id only.
    asked = source.hub_id if source.licence == UNDECLARED and source.hub_id else source.name
    return SourceError(
        f"source '{source.name}' cannot be fetched: {'; '.join(reasons)}. When that is mended, run: embedguide fetch "
        f"{asked}. Or put {named} into <folder>/{source.name}/ and set EMBEDGUIDE_SOURCES=<folder>."
    )


@contextmanager
def _disk_errors(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in cache.DISK_FULL:
            raise cache.disk_full(name, str(error.strerror)) from error
        if isinstance(error, PermissionError):
            raise SourceError(
                f"source '{name}': {error.filename} may not be written. Set EMBEDGUIDE_CACHE to a folder of your own."
            ) from error
        raise


def fetch_many(names: Iterable[str], *, progress: Progress | None = None) -> list[LocalSource]:
    """Return several sources, all tried before anything is raised; print a table of them on standard output.

    Raises:
        SourceError: one or more cannot be had; all their messages, one a line.
    """
    shown = progress or default_progress()
    found: list[LocalSource] = []
    rows, errors = [], []
    for name in names:
        started = time.perf_counter()
        try:
            local = fetch(name, progress=shown)
        except SourceError as error:
            errors.append(str(error))
            rows.append((name, "", "", "failed"))
            continue
        found.append(local)
        size = sum(path.stat().st_size for path in local.paths.values())
        rows.append((local.source.name, in_megabytes(size), f"{time.perf_counter() - started:.1f} s", local.origin))
    _print_table([("source", "size", "time", "from"), *rows])
    if errors:
        raise SourceError("\n".join(errors))
    return found


def _print_table(rows: list[tuple[str, str, str, str]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for name, size, seconds, origin in rows:
        line = f"{name:<{widths[0]}}  {size:>{widths[1]}}  {seconds:>{widths[2]}}  {origin}"
        print(line.rstrip(), file=sys.stdout)
