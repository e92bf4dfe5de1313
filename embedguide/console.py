"""What every command says and how: lines on standard error, a bar for long work, errors that are one line each."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from embedguide.pages.errors import PageError
from embedguide.results import ResultError
from embedguide.sources import SourceError

out = Console(highlight=False, soft_wrap=True)
err = Console(highlight=False, soft_wrap=True, stderr=True)
KNOWN_ERRORS = (ResultError, SourceError, PageError)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Errors that were raised to be read are printed as one line; the exit code is 1."""
    try:
        yield
    except KNOWN_ERRORS as error:
        for line in str(error).splitlines():
            err.print(f"[red]error[/] {escape(line)}")
        sys.exit(1)


def say(line: str) -> None:
    """A line about long work, on standard error."""
    err.print(escape(line))


def progress_bar() -> Progress:
    """The bar for long work; on a terminal only."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=err, transient=True, disable=not err.is_terminal)
