"""The commands that compute: build, and verify, which computes again and compares."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from embedguide.commands.units import bar_note, known_units, print_failures, summary
from embedguide.console import out, plain_errors, progress_bar, say
from embedguide.pages.assets import write_assets
from embedguide.pages.pictures import write_pictures
from embedguide.pages.state import find_root, is_known_good, state_of
from embedguide.results import Report, Store, chapter_slugs, check_results
from embedguide.results.notebooks import UNIT
from embedguide.sources import find_source

# The chapter that counts what each model is made of.
FACTS = "models"
# Differences of one result or cell that are listed.
MOST_DIFFERENCES = 5


@click.command()
@click.argument("chapters", nargs=-1)
@click.option(
    "--model",
    "models",
    multiple=True,
    help="A model of the source list, a hub id, or a folder, in place of the script's own.",
)
@click.option("--force", is_flag=True, help="Compute fresh results too.")
@click.option("--jobs", type=click.IntRange(1), help="Chapters at once; as many as there are cores by default.")
@click.option("--pictures/--no-pictures", default=True, help="Draw the static pictures of figures too (the default).")
def build(chapters: tuple[str, ...], models: tuple[str, ...], force: bool, jobs: int | None, pictures: bool) -> None:
    """Compute what is stale or missing in CHAPTERS (all by default); ``notebooks`` or ``notebooks/<slug>`` runs notebooks."""
    with plain_errors():
        root = find_root()
        slugs = known_units(root, chapters)
        if not (models or force) and is_known_good(root, state_of(root)):
            if pictures:
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
        if pictures and not failed:
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


@click.command()
@click.argument("chapters", nargs=-1)
@click.option("--model", "models", multiple=True, help="Verify for these models only.")
@click.option("--relative", default=1e-3, show_default=True, help="How far a number may drift, relative to its size.")
def verify(chapters: tuple[str, ...], models: tuple[str, ...], relative: float) -> None:
    """Compute the results of CHAPTERS again, and run notebooks again, and compare the numbers; writes nothing."""
    with plain_errors():
        root = find_root()
        units = known_units(root, chapters)
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
