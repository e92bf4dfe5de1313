"""What one run notes for the next, below ``.cache/``: sealed with a hash, and as good as absent where it is damaged."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any


def read_kept(path: Path) -> dict[str, Any] | None:
    """What `write_kept` wrote to `path`; None where there is nothing, or anything else than that."""
    try:
        seal, _, body = path.read_bytes().partition(b"\n")
        if seal.decode() != _seal(body):
            return None
        found = json.loads(body)
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def write_kept(path: Path, record: dict[str, Any]) -> None:
    """Note `record` (JSON) at `path` in one step. A disk that takes nothing is no failure: the next run works it out again."""
    body = json.dumps(record, separators=(",", ":")).encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(_seal(body).encode() + b"\n" + body)
        Path(temporary).replace(path)
    except OSError:
        return


def _seal(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
