"""Where a result came from: its sources, settings, code, files and versions, and the key that covers them."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from embedguide.results.declarations import declared_hash, declared_pieces, prose_hash
from embedguide.results.encoding import plain, to_bytes
from embedguide.results.reach import CodeBase
from embedguide.results.trace import Trace, files_behind
from embedguide.sources import all_sources

# The form in which results are written (rounding, layout of the JSON). Raise it when that changes: every key changes.
FORMAT = 1
PACKAGES = ("numpy", "torch", "transformers", "scikit-learn")


@dataclass(frozen=True)
class Origin:
    """Which declaration of which script a result belongs to.

    Args:
        script: The script, relative to the project.
        name: The result's name in that script.
    """

    script: str
    name: str


@cache
def versions() -> dict[str, str | None]:
    """Versions of Python and of the packages that compute; None for one that is not installed. Nothing is imported."""
    found: dict[str, str | None] = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = None
    return found


def file_hash(path: Path) -> str | None:
    """The sha256 of a file, or of the names in a folder; None when it cannot be read."""
    try:
        if path.is_dir():
            names = sorted(entry.name for entry in path.iterdir() if not entry.name.startswith((".", "__")))
            return hashlib.sha256("\0".join(names).encode("utf-8", "surrogateescape")).hexdigest()
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def content_hash(document: Mapping[str, Any]) -> str:
    """The hash of a result without its provenance: a file changed by hand no longer has it."""
    content = {name: value for name, value in document.items() if name != "provenance"}
    return hashlib.sha256(to_bytes(content)).hexdigest()[:32]


def key_of(provenance: Mapping[str, Any]) -> str:
    """The key of a result: one hash over everything it was computed from."""
    sources = [[source["name"], source["sha256"]] for source in provenance["sources"]]
    code = [[piece["name"], piece["hash"]] for piece in provenance["code"]]
    covered = [FORMAT, provenance["declared"], code, provenance["files"], sources, provenance["settings"]]
    return hashlib.sha256(to_bytes({"covered": covered})).hexdigest()[:32]


def source_json(trace: Trace) -> list[dict[str, Any]]:
    """The sources of a trace, by name, as the contract on disk has them."""
    found = []
    for name, local in sorted(trace.sources.items()):
        source = local.source
        entry = {
            "name": name, "title": source.title, "revision": local.revision, "sha256": local.sha256,
            "quantisation": source.quantisation, "licence": source.licence, "note": local.variant,
            "listed": name in all_sources(),
        }  # fmt: skip
        # How to ask for it again: a listed source answers to its name, a folder of somebody's machine to no name at all.
        found.append(entry if entry["listed"] else {**entry, "hub": source.hub_id})
    return found


def model_argument(provenance: Mapping[str, Any], model: str) -> str:
    """What stands after ``--model`` to compute for `model` again: its name, hub id, or a placeholder for a folder."""
    source = next((source for source in provenance["sources"] if source["name"] == model), None)
    if source is None or source["listed"]:
        return model
    return source.get("hub") or f"<folder of {model}>"


def make_provenance(code_base: CodeBase, origin: Origin, trace: Trace, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The provenance of a result that was just computed, key included."""
    pieces = trace.pieces | declared_pieces(code_base, origin.script, origin.name)
    files = trace.files | files_behind(code_base, pieces)
    code = [{"name": piece, "hash": code_base.hash(piece)} for piece in sorted(pieces)]
    used = (value for step in settings.values() for name, value in step.items() if name == "seed")
    seeds = sorted({value for value in used if isinstance(value, int)})
    provenance = {
        "sources": source_json(trace),
        "settings": plain(settings),
        "script": origin.script,
        "declared": declared_hash(code_base, origin.script, origin.name),
        "prose": prose_hash(code_base, origin.script, origin.name),
        "code": [piece for piece in code if piece["hash"] is not None],
        "files": [{"path": path, "sha256": file_hash(code_base.root / path)} for path in sorted(files)],
        "versions": versions(),
        "seed": seeds[0] if len(seeds) == 1 else (seeds or None),
    }
    return provenance | {"key": key_of(provenance)}
