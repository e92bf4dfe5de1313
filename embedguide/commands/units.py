"""What the commands share: the names that they take, the bars that they draw, the failures that they print."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.progress import Progress

from embedguide.console import err, say
from embedguide.results import Report, ResultError, ResultId, all_units, chapter_slugs
from embedguide.results.notebooks import UNIT

if TYPE_CHECKING:
    from embedguide.building import Failure

# Results with the same failure that are named each; of more, the first.
MOST_NAMES = 3


def known_units(root: Path, chapters: Sequence[str]) -> list[str]:
    """`chapters`, or all. Raises ResultError for one that has no script, with the nearest."""
    known = all_units(root)
    wanted = [one for slug in chapters for one in (all_notebooks(known) if slug == UNIT.rstrip("/") else [slug])]
    for slug in wanted:
        if slug not in known:
            from difflib import get_close_matches

            near = get_close_matches(slug, known, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            kind, others = (
                ("notebook", all_notebooks(known)) if slug.startswith(UNIT) else ("chapter", chapter_slugs(root))
            )
            raise ResultError(f"there is no {kind} '{slug}'.{hint} {kind.capitalize()}s: {', '.join(others) or 'none'}")
    return wanted or known


def all_notebooks(units: Sequence[str]) -> list[str]:
    """Those of `units` that are notebooks."""
    return [unit for unit in units if unit.startswith(UNIT)]


def print_failures(failures: Sequence[Failure]) -> None:
    """Every failure, those with the same cause together: one word that a model lacks keeps many results from being made."""
    by_cause: dict[tuple[str, str], list[str]] = {}
    for failure in failures:
        by_cause.setdefault((failure.error, failure.details), []).append(failure.what)
    for (error, details), names in by_cause.items():
        if details:
            err.print(escape(details), style="dim")
        shown = names if len(names) <= MOST_NAMES else [f"{names[0]} and {len(names) - 1} more results"]
        for name in shown:
            err.print(f"[red]error[/] {escape(name)}: {escape(error)}")


def bar_note(bar: Progress, slug: str) -> Callable[[ResultId, str, int, int], None]:
    """A function that moves the bar of one chapter; off a terminal it prints a line per result."""
    task = bar.add_task(slug, total=None)

    def note(result: ResultId, what: str, done: int, total: int) -> None:
        bar.update(task, description=f"{what} {result}", completed=done, total=total)
        if not err.is_terminal:
            say(f"  {what} {result} ({done + 1} of {total})")

    return note


def summary(report: Report) -> None:
    """One line on how all results stand."""
    counts = ", ".join(f"{len(report.in_state(state))} {state}" for state in ("fresh", "stale", "missing"))
    say(f"results: {counts}")
