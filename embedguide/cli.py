"""The command line: build, check, explain, verify, fetch, assets. ``scripts/build.py`` is the same with ``build`` as default."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.markup import escape
from rich.progress import Progress

from embedguide.console import err, out, plain_errors, progress_bar, say
from embedguide.pages.assets import asset_problems, theme_problems, write_assets
from embedguide.pages.errors import PageError
from embedguide.pages.pictures import write_pictures
from embedguide.pages.site import Site, remember_good
from embedguide.pages.state import find_root, is_known_good, state_of
from embedguide.results import Freshness, Report, ResultError, ResultId, Store, all_units, chapter_slugs, check_results
from embedguide.results.notebooks import UNIT, read_notebook
from embedguide.sources import all_sources, find_source
from embedguide.workshop.commands import WORKSHOP

if TYPE_CHECKING:
    from embedguide.building import Failure


# The chapter that counts what each model is made of.
FACTS = "models"
# Results with the same failure that are named each; of more, the first.
MOST_NAMES = 3
# Differences of one result or cell that are listed.
MOST_DIFFERENCES = 5


class DefaultGroup(click.Group):
    """A group whose ``build`` may be left out: ``build.py similarity`` is ``build.py build similarity``."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command named first, or ``build`` with everything as its arguments."""
        if args[0] in self.commands or args[0] in ctx.help_option_names:
            return super().resolve_command(ctx, args)
        return "build", self.commands["build"], args

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Add ``build`` where no command is named."""
        if not args or (args[0] not in self.commands and args[0] not in ("--help", "--version")):
            args = ["build", *args]
        return super().parse_args(ctx, args)


@click.group(cls=DefaultGroup)
@click.version_option(package_name="embedguide")
def main() -> None:
    """Compute the results of the guide, and tell how they stand."""


@main.command()
@click.argument("chapters", nargs=-1)
@click.option(
    "--model",
    "models",
    multiple=True,
    help="A model of the source list, a hub id, or a folder, in place of the script's own.",
)
@click.option("--force", is_flag=True, help="Compute fresh results too.")
@click.option("--jobs", type=click.IntRange(1), help="Chapters at once; as many as there are cores by default.")
def build(chapters: tuple[str, ...], models: tuple[str, ...], force: bool, jobs: int | None) -> None:
    """Compute what is stale or missing in CHAPTERS (all by default); ``notebooks`` or ``notebooks/<slug>`` runs notebooks."""
    with plain_errors():
        root = find_root()
        slugs = known_chapters(root, chapters)
        if not (models or force) and is_known_good(root, state_of(root)):
            write_pictures(root, say)
            say(f"results: {len(Store(root).ids())} fresh, nothing to do")
            return
        fetch_models(models)
        if models:
            slugs = [slug for slug in slugs if not slug.startswith(UNIT)]  # a notebook names its own models
        stale = slugs if models or force else needing_work(root, slugs)
        failed = run_builds(root, stale, models, force, jobs) if stale else False
        if models and not failed and FACTS in chapter_slugs(root) and FACTS not in slugs:
            failed = run_builds(
                root, [FACTS], models, False, jobs
            )  # the list of models gains the rows of those that are new
        Store(root).write_lists()
        write_assets(root, say)
        if not failed:
            write_pictures(root, say)
        report = check_results(root, list(slugs))
        name_added(report)
        summary(report)
        sys.exit(1 if failed else 0)


def fetch_models(models: Sequence[str]) -> None:
    """Have the models at hand before anything runs, so that one that is unknown, gated or away is one line."""
    if models:
        from embedguide.sources import fetch

        for source in [find_source(model) for model in models]:
            fetch(source)


def name_added(report: Report) -> None:
    """A line for each model that somebody added to a chapter and whose results a plain build leaves as they are."""
    commands = {found.command: found for found in report.results if found.state != "fresh" and found.added}
    for command, found in commands.items():
        chapter, model = found.result.chapter, found.result.model
        say(f"'{chapter}' has results of {model}, which its script does not name, and they are not fresh. Run: {command}. "
            f"Or remove them: docs/assets/results/{chapter}/*.{model}.*")  # fmt: skip


def known_chapters(root: Path, chapters: Sequence[str]) -> list[str]:
    """`chapters`, or all. Raises ResultError for one that has no script, with the nearest."""
    known = all_units(root)
    wanted = [one for slug in chapters for one in (_all_notebooks(known) if slug == UNIT.rstrip("/") else [slug])]
    for slug in wanted:
        if slug not in known:
            from difflib import get_close_matches

            near = get_close_matches(slug, known, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            kind, others = (
                ("notebook", _all_notebooks(known)) if slug.startswith(UNIT) else ("chapter", chapter_slugs(root))
            )
            raise ResultError(f"there is no {kind} '{slug}'.{hint} {kind.capitalize()}s: {', '.join(others) or 'none'}")
    return wanted or known


def _all_notebooks(units: Sequence[str]) -> list[str]:
    return [unit for unit in units if unit.startswith(UNIT)]


def needing_work(root: Path, slugs: Sequence[str]) -> list[str]:
    """The chapters that have anything stale or missing, or that cannot be checked."""
    report = check_results(root, list(slugs))
    if report.errors:
        return list(slugs)  # building them says what is wrong with each
    touched = {found.unit for found in report.results if found.state != "fresh"}
    return [slug for slug in slugs if slug in touched]


def run_builds(root: Path, slugs: Sequence[str], models: Sequence[str], force: bool, jobs: int | None) -> bool:
    """Build chapters with a progress bar each; every failure is reported at the end. True when any failed."""
    # torch and scikit-learn are needed from here on only, so `check` and a build with nothing to do start at once.
    from embedguide.parallel import build_chapters, usable_cores

    outcomes = []
    with progress_bar() as bar:
        notes = {slug: bar_note(bar, slug) for slug in slugs}

        def told(slug: str, *news: Any) -> None:
            notes[slug](*news)

        for done in build_chapters(
            root, slugs, only_models=models or None, force=force, jobs=jobs or usable_cores(), told=told
        ):
            outcomes.append(done)
            slug = done.chapter
            state = "failed" if done.failures else "done"
            say(f"{slug}: {state}, {len(done.computed)} computed, {len(done.reworded)} reworded, {len(done.fresh)} fresh, "
                f"{len(done.removed)} removed, {done.bytes_written / 1000:.0f} kB written, {done.seconds:.1f} s")  # fmt: skip
    failed = [outcome for outcome in outcomes if outcome.failures]
    given = "".join(f" --model {model}" for model in models)
    for outcome in failed:
        print_failures(outcome.failures)
    for outcome in failed:
        slug = outcome.chapter
        say(f"Nothing of '{slug}' was written; its results stand as they were. Mend it and run: "
            f"python scripts/build.py {slug}{given}")  # fmt: skip
    return bool(failed)


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


@main.command()
@click.argument("chapters", nargs=-1)
@click.option("--all", "show_all", is_flag=True, help="List fresh results too.")
def check(chapters: tuple[str, ...], show_all: bool) -> None:
    """Say which results are fresh, stale or missing, and what is wrong with their places on pages. Runs nothing."""
    with plain_errors():
        root = find_root()
        state = state_of(root)
        if not chapters and not show_all and is_known_good(root, state):
            say(f"results: {len(Store(root).ids())} fresh, 0 stale, 0 missing")
            return
        report = check_results(root, known_chapters(root, chapters) if chapters else None)
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


@main.command()
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


@main.command()
@click.argument("target")
def explain(target: str) -> None:
    """Say what TARGET (chapter/name) was computed from, and which of that changed since."""
    with plain_errors():
        root = find_root()
        chapter = target if target.startswith(UNIT) else target.partition("/")[0]
        site = Site(root)
        report = check_results(root, known_chapters(root, [chapter]))
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


@main.command()
@click.argument("chapters", nargs=-1)
@click.option("--model", "models", multiple=True, help="Verify for these models only.")
@click.option("--relative", default=1e-3, show_default=True, help="How far a number may drift, relative to its size.")
def verify(chapters: tuple[str, ...], models: tuple[str, ...], relative: float) -> None:
    """Compute the results of CHAPTERS again, and run notebooks again, and compare the numbers; writes nothing."""
    with plain_errors():
        root = find_root()
        units = known_chapters(root, chapters)
        if models:
            units = [unit for unit in units if not unit.startswith(UNIT)]  # a notebook names its own models
        bad = [unit for unit in units if not verify_unit(root, unit, models, relative)]
        sys.exit(1 if bad else 0)


def verify_unit(root: Path, unit: str, models: Sequence[str], relative: float) -> bool:
    """Verify a chapter or notebook and say how it stands; True when nothing drifted."""
    from embedguide.building import verify_chapter
    from embedguide.running import verify_notebook

    drift: Mapping[Any, list[str]]
    with progress_bar() as bar:
        note = bar_note(bar, unit)
        if unit.startswith(UNIT):
            drift, failures = verify_notebook(root, unit.removeprefix(UNIT), relative=relative, progress=note)
        else:
            drift, failures = verify_chapter(root, unit, only_models=models or None, relative=relative, progress=note)
    for name, differences in drift.items():
        for difference in differences[:MOST_DIFFERENCES]:
            out.print(f"[yellow]drift[/] {escape(str(name))} {escape(difference)}")
    print_failures(failures)
    what = "cells run" if unit.startswith(UNIT) else "results computed"
    drifted = sum(map(bool, drift.values()))
    say(f"{unit}: {len(drift)} {what} again, {drifted} drifted, {len(failures)} could not be verified")
    return not (drifted or failures)


@main.command()
@click.argument("names", nargs=-1)
@click.option(
    "--all", "everything", is_flag=True, help="Every source of the list, those that only the hub has included."
)
def fetch(names: tuple[str, ...], everything: bool) -> None:
    """Fetch NAMES, or the sources that the guide uses by default, into the cache."""
    with plain_errors():
        from embedguide.sources.fetching import fetch_many

        known = all_sources()
        defaults = [name for name, source in known.items() if source.default or everything]
        fetch_many(names or defaults)


@main.command()
def assets() -> None:
    """Put what the pages need beside the results into place: Plotly, and the figures' theme."""
    with plain_errors():
        write_assets(find_root(), say)


@main.command()
@click.option("--site-dir", type=click.Path(path_type=Path), default=Path("site-offline"), show_default=True)
def offline(site_dir: Path) -> None:
    """Build the pages for reading from disk, live figures included."""
    from embedguide.pages.disk import write_for_disk
    from embedguide.pages.plotly_bundle import BundleError

    with plain_errors():
        root = find_root()
        write_assets(root, say)
        try:
            write_for_disk(root, site_dir, say)
        except BundleError as error:
            raise PageError(str(error)) from error


@main.command()
def pictures() -> None:
    """Draw the static pictures of figures that have none or an old one."""
    with plain_errors():
        say(f"{write_pictures(find_root(), say)} pictures drawn")


for command in WORKSHOP:
    main.add_command(command)


if __name__ == "__main__":
    main()
