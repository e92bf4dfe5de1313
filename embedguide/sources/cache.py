"""The cache on disk: contents stored once per hash, one folder of links per source, one manifest per source.

<cache>/blobs/<sha256>            every file, once per content
<cache>/sources/<name>/<file>     hard links to the blobs (symbolic links or copies where links fail)
<cache>/manifests/<name>.json     hash, size and modification time of what was verified
<cache>/partial/<name>/           what an interrupted fetch left, continued by the next
<cache>/locks/<name>.lock         one fetch of a source at a time
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from embedguide.sources.errors import SourceError
from embedguide.sources.registry import Source

_CHUNK = 1 << 20
DISK_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
_SPARE = 32 * 1024 * 1024  # a disk filled to the last byte breaks more than this fetch


@dataclass(frozen=True)
class Verified:
    """One file whose hash was computed when it had this size and modification time (nanoseconds)."""

    path: str
    sha256: str
    size: int
    mtime: int

    def unchanged(self) -> bool:
        """Return whether the file still has the size and the time it had when it was hashed."""
        try:
            now = Path(self.path).stat()
        except OSError:
            return False
        return now.st_size == self.size and now.st_mtime_ns == self.mtime


@dataclass(frozen=True)
class Manifest:
    """What the cache knows of one source."""

    origin: str
    revision: str
    files: dict[str, Verified]


def cache_root() -> Path:
    """Return the folder of the cache: $EMBEDGUIDE_CACHE, else ~/.cache/embedguide (not created here)."""
    chosen = os.environ.get("EMBEDGUIDE_CACHE")
    return Path(chosen).expanduser().absolute() if chosen else Path.home() / ".cache" / "embedguide"


def partial_folder(name: str) -> Path:
    """Return the folder where an unfinished fetch of a source keeps what it has (created)."""
    folder = cache_root() / "partial" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def hash_file(path: Path, advance: Callable[[int], None] | None = None) -> str:
    """Return the sha256 of a file as hexadecimal text; `advance` hears of every chunk of bytes read."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            if advance is not None:
                advance(len(chunk))
    return digest.hexdigest()


def verified(path: Path, sha256: str) -> Verified:
    """Return the record of a file whose hash is known."""
    now = path.stat()
    return Verified(str(path), sha256, now.st_size, now.st_mtime_ns)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file so that a kill at any instant leaves the old content or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def blob_path(sha256: str) -> Path:
    """Return where the content with this hash is or would be."""
    return cache_root() / "blobs" / sha256


def keep_blob(path: Path, sha256: str) -> Path:
    """Move a finished file, whose hash was checked, into the store; return its new path."""
    blob = blob_path(sha256)
    blob.parent.mkdir(parents=True, exist_ok=True)
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())
    path.replace(blob)
    return blob


def _link(target: Path, place: Path, symbolic: bool) -> None:
    if place.exists() and place.samefile(target):
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = place.with_name(f".{place.name}.{os.getpid()}.tmp")
    temporary.unlink(missing_ok=True)
    for put in (os.symlink, shutil.copyfile) if symbolic else (os.link, os.symlink, shutil.copyfile):
        try:
            put(target, temporary)
            break
        except (OSError, NotImplementedError):
            temporary.unlink(missing_ok=True)
            if put is shutil.copyfile:
                raise
    temporary.replace(place)


def source_folder(name: str) -> Path:
    """Return the folder that holds the files of a source under their own names."""
    return cache_root() / "sources" / name


def install(source: Source, files: dict[str, tuple[Path, str]], origin: str, revision: str) -> Manifest:
    """Link verified files into the folder of a source, write its manifest, and return that.

    Args:
        files: name in the source -> (path of the content, its sha256). Contents in the store are hard-linked;
            files of the reader's own folder are linked symbolically, so that nothing of theirs is copied or owned.
    """
    folder = source_folder(source.name)
    records = {}
    for name, (path, sha256) in files.items():
        place = folder / name
        _link(path, place, symbolic=origin == "local folder")
        records[name] = verified(place, sha256)
    _drop_strangers(folder, set(files))
    manifest = Manifest(origin, revision, records)
    text = json.dumps(asdict(manifest), indent=1, sort_keys=True) + "\n"
    write_bytes(_manifest_path(source.name), text.encode())
    return manifest


def _drop_strangers(folder: Path, names: set[str]) -> None:
    for path in folder.rglob("*"):
        if not path.is_dir() and path.relative_to(folder).as_posix() not in names:
            path.unlink(missing_ok=True)


def _manifest_path(name: str) -> Path:
    return cache_root() / "manifests" / f"{name}.json"


def read_manifest(source: Source) -> Manifest | None:
    """Return the manifest of a source, None if there is none that can be read or that fits its declaration."""
    try:
        data: dict[str, Any] = json.loads(_manifest_path(source.name).read_bytes())
        files = {name: Verified(**record) for name, record in data["files"].items()}
        manifest = Manifest(data["origin"], data["revision"], files)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    declared = {file.name: file for file in source.files}
    if declared and declared.keys() != files.keys():
        return None
    if any(not declared[name].accepts(record.sha256) for name, record in files.items() if name in declared):
        return None
    return manifest if files else None


def recheck(source: Source, manifest: Manifest) -> bool:
    """Return whether all files still have their hashes, and note their new times; remove those that do not.

    Called when a size or a time has changed. A wrong file is taken out of the store too.
    """
    sound = True
    files = {}
    for name, record in manifest.files.items():
        place = Path(record.path)
        if place.is_file() and hash_file(place) == record.sha256:
            files[name] = (place, record.sha256)
            continue
        sound = False
        if not place.is_symlink():
            discard_blob(record.sha256, only_if_wrong=True)
        place.unlink(missing_ok=True)
    if sound:
        install(source, files, manifest.origin, manifest.revision)
    return sound


def discard_blob(sha256: str, *, only_if_wrong: bool = False) -> None:
    """Remove a content from the store (with `only_if_wrong`: unless it still has its hash)."""
    blob = blob_path(sha256)
    with suppress(OSError):
        if not only_if_wrong or hash_file(blob) != sha256:
            blob.unlink()


def check_space(name: str, needed: int) -> None:
    """Make sure that the disk of the cache has room for a fetch.

    Raises:
        SourceError: fewer than `needed` bytes (and a little to spare) are free.
    """
    root = cache_root()
    root.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(root).free
    if free < needed + _SPARE:
        raise disk_full(name, f"it needs {needed + _SPARE:,} bytes, {free:,} are free")


def disk_full(name: str, detail: str) -> SourceError:
    """Return the error for a disk without room."""
    return SourceError(
        f"source '{name}': the disk of {cache_root()} is full ({detail}). Free some space, or set EMBEDGUIDE_CACHE "
        f"to a folder on another disk, then run: embedguide fetch {name}"
    )
