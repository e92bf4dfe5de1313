"""The commands of contributors: new, serve, report."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.markup import escape

from embedguide.console import err, out, plain_errors, say
from embedguide.pages.state import find_root
from embedguide.results import ResultError

SORTS = {"numbers": "with other numbers", "new": "new", "removed": "removed", "words": "with other words"}


@click.command()
@click.argument("slug")
@click.option("--title", default="", help="What the navigation calls it; made from SLUG by default.")
@click.option("--group", help="The part of the navigation it goes to; that of the last chapter by default.")
def new(slug: str, title: str, group: str | None) -> None:
    """Write the chapter SLUG: script, page, test and a line of navigation, which build and pass as they are."""
    with plain_errors():
        from embedguide.workshop.new_chapter import write_chapter

        parent = click.get_current_context().parent
        reserved = parent.command.commands if parent and isinstance(parent.command, click.Group) else {}
        for path in write_chapter(find_root(), slug, title=title, group=group, reserved=reserved):
            out.print(f"written  {escape(path)}")
        say(f"Next: python scripts/build.py {slug}, then make serve")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to serve at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 for any that is free.")
def serve(host: str, port: int) -> None:
    """Show the guide in the browser and follow edits: pages are built, and stale results computed, as files are saved."""
    with plain_errors():
        from embedguide.workshop import preview

        preview.serve(find_root(), host, port)


@click.command()
@click.option("--base", required=True, help="The revision to compare with, such as origin/main.")
@click.option(
    "--out",
    "paths",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file that ends in .html or .md, may be given twice; the terminal by default.",
)
def report(base: str, paths: tuple[Path, ...]) -> None:
    """Say which results changed since a revision: numbers before and after, pictures side by side."""
    with plain_errors():
        from embedguide.workshop.report import compare_with, render_report

        for path in paths:
            if path.suffix not in (".html", ".md"):
                raise ResultError(f"--out must end in .html or .md, got {path.name}")
        found = compare_with(find_root(), base)
        if not paths:
            click.echo(render_report(found, "report.md.jinja"))
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(render_report(found, f"report{path.suffix}.jinja"), "utf-8")
        for problem in found.problems:
            err.print(f"[red]error[/] {escape(problem)}")
        counts = ", ".join(f"{len(found.of(what))} {words}" for what, words in SORTS.items())
        say(f"results: {counts}")
        sys.exit(1 if found.problems else 0)


WORKSHOP = (new, serve, report)
