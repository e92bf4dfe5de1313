"""Results on disk: one file per result, written whole or not at all, and the two lists made from them."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from filelock import FileLock

from embedguide.results.content import ResultError
from embedguide.results.encoding import to_bytes
from embedguide.results.provenance import content_hash, file_hash

RESULTS = "docs/assets/results"
LISTS = {"index.json", "claims.json", "theme.json"}
REQUIRED = {"kind", "chapter", "name", "model", "provenance"}


@dataclass(frozen=True, order=True)
class ResultId:
    """The name of a result: chapter, name, and the model where one is involved."""

    chapter: str
    name: str
    model: str = ""

    @property
    def file_name(self) -> str:
        """The file of the result below the results folder."""
        return f"{self.chapter}/{'.'.join(filter(None, (self.name, self.model)))}.json"

    @classmethod
    def of_file(cls, relative: str) -> ResultId:
        """The id that a file name stands for; a model's name may hold dots (``qwen2.5-0.5b``)."""
        chapter, _, rest = relative.removesuffix(".json").partition("/")
        name, _, model = rest.partition(".")
        return cls(chapter, name, model)

    def __str__(self) -> str:
        return f"{self.chapter}/{self.name}" + (f" ({self.model})" if self.model else "")


def write_atomic(path: Path, content: bytes) -> bool:
    """Write `content` to `path`, whole or not at all; False when the file already held just that.

    Raises:
        ResultError: the disk is full or the folder cannot be written; the old file stands.
    """
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        reason = "the disk is full" if error.errno == errno.ENOSPC else str(error)
        raise ResultError(f"cannot write {path}: {reason}. What stood there before is unchanged.") from error
    finally:
        Path(temporary).unlink(missing_ok=True)
    return True


def beside(document: Mapping[str, Any]) -> dict[str, str]:
    """The files that lie beside a result, with their sha256: a dataset's numbers, the parts of a large figure."""
    found = {document["file"]: document["sha256"]} if "file" in document else {}
    parts = document.get("parts", {}).get("files", {}).values()
    return found | {part["file"]: part["sha256"] for part in parts}


class DamagedResult(ResultError):
    """A result file that is truncated, hand-edited, or no result at all."""


class Store:
    """The results of a project.

    Args:
        root: The project's folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.folder = self.root / RESULTS

    def path(self, result: ResultId) -> Path:
        """Where `result` is, or would be."""
        return self.folder / result.file_name

    def ids(self, chapter: str | None = None) -> list[ResultId]:
        """Every result on disk, damaged ones included, in order."""
        pattern = f"{chapter or '*'}/*.json"
        files = (path.relative_to(self.folder).as_posix() for path in self.folder.glob(pattern))
        return sorted(ResultId.of_file(file) for file in files if not Path(file).name.startswith("."))

    def read(self, result: ResultId) -> dict[str, Any]:
        """The result as it was written.

        Raises:
            FileNotFoundError: there is none.
            DamagedResult: the file does not parse, lacks parts, or was changed by hand.
        """
        path = self.path(result)
        try:
            document = json.loads(path.read_bytes())
            whole = isinstance(document, dict) and document.keys() >= REQUIRED
            named = whole and (document["chapter"], document["name"], document["model"] or "") == astuple(result)
            intact = named and document["provenance"]["content"] == content_hash(document)
            intact = intact and all(file_hash(path.parent / f) == sha256 for f, sha256 in beside(document).items())
        except (ValueError, KeyError, TypeError):
            intact = False
        if not intact:
            command = f"python scripts/build.py {result.chapter}"
            raise DamagedResult(
                f"result '{result}' is damaged: {path.relative_to(self.root)} is not as it was written. Run: {command}"
            )
        return document

    def write(self, result: ResultId, document: Mapping[str, Any], files: Mapping[str, bytes] | None = None) -> bool:
        """Write a result, and beside it the files that it names; False when nothing changed on disk."""
        provenance = document["provenance"] | {"content": content_hash(document)}
        folder = self.path(result).parent
        changed = [write_atomic(folder / name, content) for name, content in (files or {}).items()]
        for left in self.path(result).with_suffix("").glob("*.json"):
            if left.relative_to(folder).as_posix() not in beside(document):
                left.unlink()
        return write_atomic(self.path(result), to_bytes({**document, "provenance": provenance})) or any(changed)

    def remove(self, result: ResultId) -> None:
        """Delete a result that its script no longer declares, with the files beside it."""
        path = self.path(result)
        path.unlink(missing_ok=True)
        path.with_suffix(".bin").unlink(missing_ok=True)
        shutil.rmtree(path.with_suffix(""), ignore_errors=True)

    def documents(self) -> Iterator[tuple[ResultId, dict[str, Any]]]:
        """Every result that can be read."""
        return self._readable(self.ids())

    def _readable(self, results: Iterable[ResultId]) -> Iterator[tuple[ResultId, dict[str, Any]]]:
        for result in results:
            try:
                yield result, self.read(result)
            except (DamagedResult, FileNotFoundError):
                continue

    def claims(self) -> list[dict[str, Any]]:
        """Every claim on disk as ``claims.json`` lists it, in its order; only claims are read."""
        names = [result for result in self.ids() if result.name.startswith(CLAIM)]
        return _claims_in(self._readable(names))

    @cached_property
    def _lock(self) -> FileLock:
        cache = self.root / ".cache"
        cache.mkdir(exist_ok=True)
        return FileLock(cache / "lists.lock", timeout=60)

    def write_lists(self) -> None:
        """Write ``index.json`` (every result) and ``claims.json`` (every claim) anew from the results on disk."""
        with self._lock:
            for name, content in self._lists(self.documents()).items():
                write_atomic(self.folder / name, content)

    def problems_of_lists(self, documents: Iterable[tuple[ResultId, dict[str, Any]]]) -> list[str]:
        """A line for each list that does not say what the results say, as after a merge of two branches.

        Args:
            documents: Every result that can be read.
        """
        return [
            f"{RESULTS}/{name} is not what the results say. Run: python scripts/build.py"
            for name, content in self._lists(documents).items()
            if not (path := self.folder / name).is_file() or path.read_bytes() != content
        ]

    def _lists(self, documents: Iterable[tuple[ResultId, dict[str, Any]]]) -> dict[str, bytes]:
        known = sorted(documents, key=lambda pair: pair[0])
        index = []
        for result, document in known:
            entry = {name: document[name] for name in ("chapter", "name", "model", "kind")}
            size = self.path(result).stat().st_size
            index.append(entry | {"bytes": size, "key": document["provenance"]["key"]})
        return {"index.json": to_bytes({"results": index}), "claims.json": to_bytes({"claims": _claims_in(known)})}


# What the names of claims begin with, see `declarations.claim_name`.
CLAIM = "claim-"
CLAIM_KEYS = (
    "id",
    "part",
    "article",
    "of",
    "says",
    "got",
    "model",
    "tolerance",
    "verdict",
    "note",
    "chapter",
    "shown_in",
)


def claim_order(claim: Mapping[str, Any]) -> tuple[str, int, str, str]:
    """Sorts C9 before C86, parts and models by name."""
    row = claim["id"]
    return row[:1], int("".join(c for c in row if c.isdigit()) or 0), claim["part"], claim["model"] or ""


def _claims_in(documents: Iterable[tuple[ResultId, Mapping[str, Any]]]) -> list[dict[str, Any]]:
    found = [{name: document[name] for name in CLAIM_KEYS} for r, document in documents if r.name.startswith(CLAIM)]
    return sorted(found, key=claim_order)
