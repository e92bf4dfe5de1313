"""Converted models in the cache: made once, whole or not at all, checked whenever they are opened."""

import hashlib
import inspect
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from embedguide.models.errors import ModelError, require_package
from embedguide.sources import LocalSource, cache_root

META = "meta.json"


def open_converted(
    local: LocalSource,
    kind: str,
    made_by: tuple[Callable[..., Any], ...],
    make: Callable[[LocalSource, Path], dict[str, Any]],
) -> tuple[Path, dict[str, Any]]:
    """Return the folder of a source's converted files and its `meta.json`; convert if need be.

    The folder is `<cache>/converted/<sha256 of the source>-<sha256 of the converting modules>-<kind>`:
    another source or other code makes another folder. It is written under a temporary name and renamed when
    complete, with a lock so that two processes convert once. A folder that lacks a file, or holds one that
    changed since, is made again.

    Args:
        local: the source, as `fetch` returned it.
        kind: `table` or `model`.
        made_by: the functions that do the conversion.
        make: writes the files into an empty folder and returns what is to stand in `meta.json`.

    Raises:
        ModelError: the disk is full or cannot be written to, or `make` raised.
    """
    parent = cache_root() / "converted"
    folder = parent / f"{local.sha256[:16]}-{code_hash(made_by)[:8]}-{kind}"
    meta = _checked_meta(folder)
    if meta is None:
        lock = require_package("filelock", "Converting a model")
        try:
            parent.mkdir(parents=True, exist_ok=True)
            with lock.FileLock(parent / f"{folder.name}.lock"):
                meta = _checked_meta(folder) or _make(local, kind, folder, make)
        except OSError as error:
            raise ModelError(
                f"cannot write the converted files of {local.source.name!r} to {parent}: {error}. "
                "Make room there, or set EMBEDGUIDE_CACHE to another folder."
            ) from error
    return folder, meta


def code_hash(functions: tuple[Callable[..., Any], ...]) -> str:
    """Return one sha256 of the source files in which the functions are written."""
    files = {inspect.getsourcefile(function) for function in functions}
    digests = sorted(_sha256(Path(file)) for file in files if file)
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


def _make(
    local: LocalSource, kind: str, folder: Path, make: Callable[[LocalSource, Path], dict[str, Any]]
) -> dict[str, Any]:
    part = folder.with_name(f".{folder.name}.part")  # one name: the lock holds, so a leftover is from a killed run
    for leftover in (part, folder):
        shutil.rmtree(leftover, ignore_errors=True)
    part.mkdir()
    try:
        with _progress_line(f"converting {local.source.title} once ({kind})"):
            meta = make(local, part)
        meta["files"] = {path.name: _fingerprint(path) for path in sorted(part.iterdir())}
        write_json(part / META, meta)
        for path in part.iterdir():
            _flush(path)
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return meta


def _checked_meta(folder: Path) -> dict[str, Any] | None:
    """Return `meta.json` if every file that it lists is there and unchanged, else None.

    A file whose size and time are those noted is taken as it is; if only the time differs (a copied cache)
    its sha256 decides, and the new time is noted.
    """
    try:
        meta: dict[str, Any] = json.loads((folder / META).read_bytes())
        changed = [name for name, noted in meta["files"].items() if not _same_stat(folder / name, noted)]
        if not changed:
            return meta
        for name in changed:
            fingerprint = _fingerprint(folder / name)
            if fingerprint["sha256"] != meta["files"][name]["sha256"]:
                return None
            meta["files"][name] = fingerprint
        write_json(folder / META, meta)
        return meta
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _same_stat(path: Path, noted: dict[str, Any]) -> bool:
    stat = path.stat()
    return stat.st_size == noted["bytes"] and stat.st_mtime_ns == noted["mtime_ns"]


def _fingerprint(path: Path) -> dict[str, Any]:
    stat = path.stat()
    return {"bytes": stat.st_size, "mtime_ns": stat.st_mtime_ns, "sha256": _sha256(path)}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_json(path: Path, value: Any) -> None:
    """Write compact JSON under a temporary name and rename it."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    part.replace(path)


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


@contextmanager
def _progress_line(text: str) -> Iterator[None]:
    start = time.monotonic()
    print(f"{text} ...", end="", file=sys.stderr, flush=True)
    try:
        yield
    except BaseException:
        print(" failed", file=sys.stderr, flush=True)
        raise
    print(f" {time.monotonic() - start:.1f} s", file=sys.stderr, flush=True)
