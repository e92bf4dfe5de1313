"""What runs inside a notebook's kernel before its first cell and after its last: it notes what the cells use."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from embedguide.results.provenance import source_json
from embedguide.results.reach import MACHINERY, CodeBase
from embedguide.results.trace import (
    Trace,
    called_code,
    files_behind,
    files_of,
    opened,
    opened_files,
    pieces_of_code,
)
from embedguide.sources import watch_sources


class Notes:
    """Notes from now on which first-party functions run, which files are opened, and which sources are taken.

    Args:
        root: The project's folder.
    """

    def __init__(self, root: str) -> None:
        import embedguide.models

        self.code_base = CodeBase(Path(root))
        self.trace = Trace()
        self._stack = ExitStack()
        for name in ("open_token_table", "open_language_model"):
            setattr(embedguide.models, name, self._opening(getattr(embedguide.models, name)))
        self._files = self._stack.enter_context(opened_files(self.code_base))
        self._sources = self._stack.enter_context(watch_sources())
        self._codes = self._stack.enter_context(called_code(self.code_base))

    def _opening(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """`function`, followed by name: what runs in it depends on what the cache holds already."""

        @functools.wraps(function)
        def opening(*args: Any) -> Any:
            profile = sys.getprofile()
            sys.setprofile(None)
            try:
                value, trace = opened(self.code_base, function, *args)
            finally:
                sys.setprofile(profile)
            self.trace.add(trace)
            return value

        return opening

    def write(self, path: str) -> None:
        """Stop, and write the notes."""
        self._stack.close()
        trace = self.trace
        trace.sources |= {local.source.name: local for local in self._sources}
        for code in self._codes:
            trace.pieces |= pieces_of_code(self.code_base, code)
        trace.files |= files_of(self.code_base, self._files) | files_behind(self.code_base, trace.pieces)
        # The list of sources is read by whoever opens one; what was taken of it is noted by hash.
        trace.files = {path for path in trace.files if not path.startswith(MACHINERY)}
        found = {"pieces": sorted(trace.pieces), "files": sorted(trace.files), "sources": source_json(trace)}
        Path(path).write_text(json.dumps(found), encoding="utf-8")
