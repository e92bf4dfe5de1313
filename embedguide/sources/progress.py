"""What a fetch says while it works, on standard error: bars on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol, TextIO

Advance = Callable[[int], None]


class Progress(Protocol):
    """What fetch() needs of a display."""

    def line(self, text: str) -> None:
        """Show one line that stays."""

    def bar(self, label: str, total: int) -> AbstractContextManager[Advance]:
        """Return a context manager that gives a function to call with every further number of bytes."""


class PlainProgress:
    """Lines: one when a long step begins."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """Write to `stream`, standard error if None."""
        self._stream = stream

    def line(self, text: str) -> None:
        """Show one line that stays."""
        print(text, file=self._stream or sys.stderr, flush=True)

    @contextmanager
    def bar(self, label: str, total: int) -> Iterator[Advance]:
        """Say what begins and how many bytes it has."""
        self.line(f"{label} ({in_megabytes(total)})")
        yield lambda size: None


class RichProgress:
    """A bar with rate and remaining time for every long step; needs a terminal."""

    def __init__(self) -> None:
        """Draw on standard error."""
        from rich.console import Console

        self._console = Console(stderr=True)

    def line(self, text: str) -> None:
        """Show one line that stays."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    @contextmanager
    def bar(self, label: str, total: int) -> Iterator[Advance]:
        """Draw a bar of `total` bytes."""
        from rich import progress as parts

        columns = (
            parts.TextColumn("{task.description}", markup=False),
            parts.BarColumn(),
            parts.DownloadColumn(),
            parts.TransferSpeedColumn(),
            parts.TimeRemainingColumn(),
        )
        with parts.Progress(*columns, console=self._console) as bars:
            task = bars.add_task(label, total=total or None)
            yield lambda size: bars.advance(task, size)


def default_progress() -> Progress:
    """Return bars where standard error is a terminal, plain lines elsewhere."""
    return RichProgress() if sys.stderr.isatty() else PlainProgress()


@contextmanager
def growing(folder: Path, advance: Advance, every: float = 0.2) -> Iterator[None]:
    """Report how a folder grows while the block runs, for downloads that other programs do."""
    before, done = folder_size(folder), threading.Event()

    def watch() -> None:
        last = before
        while not done.wait(every):
            now = folder_size(folder)
            if now > last:
                advance(now - last)
                last = now

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def folder_size(folder: Path) -> int:
    """Return the bytes of all files under a folder, as they are at this instant."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except OSError:  # it was renamed or removed meanwhile
            continue
    return total


def in_megabytes(size: int) -> str:
    """Return a size for people: '491 MB', '3.7 MB', '612 bytes'."""
    if size < 100_000:
        return f"{size:,} bytes"
    return f"{size / 1e6:,.0f} MB" if size >= 10_000_000 else f"{size / 1e6:.1f} MB"
