"""The reader's own folders: EMBEDGUIDE_SOURCES, and sources that are a folder of this machine."""

from __future__ import annotations

import os
from pathlib import Path

from embedguide.sources import cache
from embedguide.sources.errors import SourceError
from embedguide.sources.hub import check_weights, pick_files
from embedguide.sources.progress import Progress
from embedguide.sources.registry import Source, SourceFile


def local_roots() -> list[Path]:
    """Return the folders in EMBEDGUIDE_SOURCES (several are separated as in PATH)."""
    chosen = os.environ.get("EMBEDGUIDE_SOURCES", "")
    return [Path(part).expanduser().absolute() for part in chosen.split(os.pathsep) if part]


def find_local(source: Source) -> dict[str, Path] | None:
    """Return where the files of a source lie in the reader's own folders, None if they are not all there.

    A root holds a source in a folder of its name. A source of one file may also lie in the root itself.
    """
    if source.folder is not None:
        return _folder_files(source, source.folder)
    for root in local_roots():
        found = _find_in(root, source)
        if found:
            return found
    return None


def _find_in(root: Path, source: Source) -> dict[str, Path] | None:
    folder = root / source.name
    if not source.files:
        return _folder_files(source, folder) if folder.is_dir() else None
    folders = (folder, root) if len(source.files) == 1 else (folder,)
    found = {file.name: path for file in source.files if (path := _first(file, folders))}
    return found if len(found) == len(source.files) else None


def _first(file: SourceFile, folders: tuple[Path, ...]) -> Path | None:
    names = (file.name, file.hub_path, *file.also_named)
    places = (folder / name for folder in folders for name in names)
    return next((place for place in places if place.is_file()), None)


def _folder_files(source: Source, folder: Path) -> dict[str, Path]:
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    picked = pick_files(names, source.kind)
    if source.kind == "model":
        check_weights(str(folder), picked)
    if not picked:
        raise SourceError(f"the folder {folder} of source '{source.name}' has no file of a kind that is read.")
    return {name: folder / name for name in picked}


def check_local(source: Source, paths: dict[str, Path], progress: Progress) -> dict[str, tuple[Path, str]] | None:
    """Return name -> (path, sha256) of local files, None (and one line) if one is not what was pinned."""
    declared = {file.name: file for file in source.files}
    checked = {}
    for name, path in paths.items():
        sha256 = cache.hash_file(path)
        file = declared.get(name)
        if file is not None and not file.accepts(sha256):
            progress.line(
                f"{source.name}: {path} is left alone: expected sha256 {file.sha256}, got {sha256}. Trying elsewhere"
            )
            return None
        checked[name] = (path.resolve(), sha256)
    return checked
