"""The commands that say how things stand and run nothing: check, explain, claims."""

from __future__ import annotations

import sys

import click
from rich.markup import escape

from embedguide.commands.units import known_units, summary
from embedguide.console import err, out, plain_errors, say
from embedguide.pages.assets import asset_problems, theme_problems
from embedguide.pages.errors import PageError
from embedguide.pages.site import Site, remember_good
from embedguide.pages.state import find_root, is_known_good, state_of
from embedguide.results import Freshness, ResultError, Store, check_results
from embedguide.results.notebooks import UNIT, notebook_slugs, read_notebook


@click.command()
@click.argument("chapters", nargs=-1)
@click.option("--all", "show_all", is_flag=True, help="List fresh results too.")
def check(chapters: tuple[str, ...], show_all: bool) -> None:
    """Say which results are fresh, stale or missing, and what is wrong with their places on pages. Runs nothing."""
    with plain_errors():
        root = find_root()
        state = state_of(root)
        if not chapters and not show_all and is_known_good(root, state):
            known = len(Store(root).ids()) + len(notebook_slugs(root))
            say(f"results: {known} fresh, 0 stale, 0 missing")
            return
        report = check_results(root, known_units(root, chapters) if chapters else None)
        for found in report.results:
            print_freshness(found, show_all)
        site = Site(root)
        problems = (
            report.errors
            if chapters
            else site.placement_problems() + site.claim_problems() + theme_problems(root) + report.errors
        )
        if report.ok and not problems and not chapters and not asset_problems(root):
            remember_good(site, state)
        for problem in problems:
            err.print(f"[red]error[/] {escape(problem)}")
        summary(report)
        sys.exit(0 if report.ok and not problems else 1)


def print_freshness(found: Freshness, show_all: bool) -> None:
    """One line per result."""
    if found.state == "fresh":
        if show_all:
            out.print(f"[green]fresh  [/] {escape(str(found.result))}")
        return
    out.print(f"[yellow]{found.state:7}[/] {escape(str(found.result))}: {escape(found.why)}. Run: {found.command}")


@click.command()
def claims() -> None:
    """List the rows of docs/claims.toml that have no verdict yet; fails when a finished chapter owes one."""
    with plain_errors():
        site = Site(find_root())
        waiting = list(site.checklist.open_rows())
        for row, what in waiting:
            out.print(f"[yellow]open[/]    {row.id:5} waits for {escape(what)}: {escape(row.says)}")
        problems = site.claim_problems()
        for problem in problems:
            err.print(f"[red]error[/] {escape(problem)}")
        say(f"rows: {len(site.checklist.rows) - len(waiting)} answered, {len(waiting)} open, {len(problems)} problems")
        sys.exit(1 if problems else 0)


@click.command()
@click.argument("target")
def explain(target: str) -> None:
    """Say what TARGET (chapter/name) was computed from, and which of that changed since."""
    with plain_errors():
        root = find_root()
        chapter = target if target.startswith(UNIT) else target.partition("/")[0]
        site = Site(root)
        report = check_results(root, known_units(root, [chapter]))
        if report.errors:
            raise ResultError("\n".join(report.errors))
        found = [f for f in report.results if f"{f.result.chapter}/{f.result.name}" == target]
        if not found:
            raise ResultError(f"there is no result '{target}'.{site.nearest(target)} Run: embedguide check --all")
        for freshness in found:
            explain_one(site, freshness)


def explain_one(site: Site, freshness: Freshness) -> None:
    """How a result stands, what changed, and what it was made from."""
    out.print(f"[bold]{escape(str(freshness.result))}[/] is {freshness.state}")
    for reason in freshness.reasons:
        out.print(f"  changed: {escape(reason)}")
    try:
        provenance = (
            read_notebook(site.root, freshness.result.name)["metadata"]["embedguide"]
            if freshness.unit.startswith(UNIT)
            else site.document(freshness.result)["provenance"]
        )
    except (PageError, ResultError, FileNotFoundError):
        out.print(f"  run: {freshness.command}")
        return
    for source in provenance["sources"]:
        out.print(f"  source:  {source['name']}, sha256 {source['sha256'][:12]}…")
    for piece in provenance["code"]:
        out.print(f"  code:    {escape(piece['name'])} {piece['hash']}")
    for file in provenance["files"]:
        out.print(f"  file:    {escape(file['path'])}")
    if freshness.state != "fresh":
        out.print(f"  run: {freshness.command}")
