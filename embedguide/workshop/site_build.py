"""Builds the pages with MkDocs, in this process or in one that can be ended, and gathers what MkDocs complains about."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

# What MkDocs says of a build of edited pages only, and why that is no problem: the others are built a little later.
PARTIAL = "A 'dirty' build is being performed"


@dataclass(frozen=True)
class Built:
    """Whether the pages were built, and the complaints, one a line."""

    built: bool
    text: str


def command_to_build(root: Path, folder: Path, address: str) -> list[str]:
    """The program that builds the whole site and prints what `build_site` returns, which `read_built` reads."""
    return [sys.executable, "-m", "embedguide.workshop.site_build", str(root), str(folder), address]


def read_built(printed: str) -> Built:
    """What the program printed; its last line counts, since a page may print too."""
    lines = printed.splitlines()
    try:
        return Built(**json.loads(lines[-1]))
    except (IndexError, ValueError, TypeError):
        return Built(False, "\n".join(lines[-4:]) or "the build of the pages ended without a word")


def build_site(root: Path, folder: Path, address: str, *, edited_only: bool = False) -> Built:
    """Build the pages of `root` into `folder`, for a site at `address`.

    Args:
        root: The project's folder.
        folder: Emptied first, unless only edited pages are built.
        address: With a slash at the end.
        edited_only: Build pages that are newer than what `folder` holds, and leave everything else as it is.
    """
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    with _complaints() as lines:
        try:
            config = load_config(str(root / "mkdocs.yml"), site_dir=str(folder), site_url=address, strict=False)
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


if __name__ == "__main__":
    print(json.dumps(asdict(build_site(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))))
