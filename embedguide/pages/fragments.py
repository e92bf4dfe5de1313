"""Rendered exhibits kept between builds, so that an edit in prose renders no figure or table anew."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

from markupsafe import Markup

from embedguide.results.store import write_atomic

FOLDER = ".cache/exhibits"


class Fragments:
    """HTML by name, valid for one state of results, code and templates.

    Args:
        root: The project's folder.
        state: A digest of everything an exhibit is rendered from; fragments of any other state are deleted.
    """

    def __init__(self, root: Path, state: str) -> None:
        self._folder = root / FOLDER / state[:16]
        if not self._folder.is_dir():
            shutil.rmtree(root / FOLDER, ignore_errors=True)

    def get(self, name: str, render: Callable[[], Markup]) -> Markup:
        """The fragment `name`, rendered when it is not there."""
        return Markup(self.file(name, render).read_text("utf-8"))  # noqa: S704  (what render() gave, from a folder of the project's own)

    def file(self, name: str, render: Callable[[], Markup]) -> Path:
        """The file of the fragment `name`, made when it is not there."""
        path = self._folder / f"{hashlib.sha256(name.encode()).hexdigest()[:24]}.html"
        if not path.is_file():
            write_atomic(path, str(render()).encode("utf-8", "replace"))
        return path
