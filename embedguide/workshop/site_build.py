"""Builds the pages with MkDocs inside this process, and gathers what it complains about."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mkdocs.plugins import BasePlugin

# What MkDocs says of a build of edited pages only, and why that is no problem: the others are built a little later.
PARTIAL = "A 'dirty' build is being performed"


@dataclass(frozen=True)
class Built:
    """Whether the pages were built, and the complaints, one a line."""

    built: bool
    text: str


class Stopped(BaseException):
    """A build that was asked to stop; no `Exception`, which MkDocs would report."""


class Stop(BasePlugin):
    """Ends a build between two pages when it is asked to.

    Args:
        asked: Tells whether to stop.
    """

    def __init__(self, asked: Callable[[], bool]) -> None:
        self._asked = asked

    def on_page_markdown(self, *_: Any, **__: Any) -> None:
        """Called before a page is made from its Markdown."""
        if self._asked():
            raise Stopped

    def on_page_context(self, *_: Any, **__: Any) -> None:
        """Called before a page is put into its template."""
        if self._asked():
            raise Stopped


def build_site(
    root: Path, folder: Path, address: str, *, edited_only: bool = False, stop: Callable[[], bool] = lambda: False
) -> Built:
    """Build the pages of `root` into `folder`, for a site at `address`.

    Args:
        root: The project's folder.
        folder: Emptied first, unless only edited pages are built.
        address: With a slash at the end.
        edited_only: Build pages that are newer than what `folder` holds, and leave everything else as it is.
        stop: Asked between two pages whether to give up.

    Raises:
        Stopped: `stop` said so; what lies in `folder` is of no use.
    """
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    with _complaints() as lines:
        try:
            config = load_config(str(root / "mkdocs.yml"), site_dir=str(folder), site_url=address, strict=False)
            config.plugins["embedguide/stop"] = Stop(stop)
            config.plugins.on_startup(command="serve", dirty=edited_only)
            build(config, dirty=edited_only)
        except (Exception, SystemExit) as error:  # a page may raise anything; the preview goes on
            return Built(False, "\n".join(lines or [f"{type(error).__name__}: {error}"]))
    return Built(True, "\n".join(lines))


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """Warnings and errors that MkDocs logs inside the block, without those that say nothing."""
    lines: list[str] = []

    class Gather(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            text = record.getMessage()
            if not text.startswith(PARTIAL):
                lines.extend(line for line in text.splitlines() if line.strip())

    handler, logger = Gather(logging.WARNING), logging.getLogger("mkdocs")
    was_passed_on, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield lines
    finally:
        logger.removeHandler(handler)
        logger.propagate = was_passed_on
