"""MkDocs asks this before it empties the folder of the site: a guide that is not fresh fails here, and what was published stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from embedguide.pages.state import is_known_good, state_of


def on_pre_build(config: Any) -> None:
    """Open the site as its pages will.

    Raises:
        PageError: results are stale, missing, damaged or on no page; the message names them and what to run.
    """
    root = Path(config.config_file_path).parent
    if is_known_good(root, state_of(root)):
        return
    from embedguide.pages.site import open_site  # much to import, for a build that has something to check

    open_site(root)
