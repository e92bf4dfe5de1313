"""Several chapters at once, one process each: chapters share nothing but the cache of sources."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path
from queue import Empty
from typing import Any

from embedguide.building import Failure, Outcome, Progress, build_chapter
from embedguide.results import ResultId
from embedguide.results.notebooks import UNIT
from embedguide.running import build_notebook

Told = Callable[[str, ResultId, str, int, int], None]
# Seconds between looks at what the processes report.
PAUSE = 0.2


def usable_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def build_chapters(
    root: Path, slugs: Sequence[str], *, only_models: Sequence[str] | None, force: bool, jobs: int, told: Told
) -> Iterator[Outcome]:
    """Build `slugs` with up to `jobs` processes and yield each outcome as it comes.

    Args:
        root: The project's folder.
        slugs: Chapters.
        only_models: See `build_chapter`.
        force: See `build_chapter`.
        jobs: Most processes at once; with 1, or one chapter, nothing is started.
        told: Told of each result before it is computed: chapter, result, what is done, how many are done, of how many.
    """
    if min(jobs, len(slugs)) < 2:
        for slug in slugs:
            yield build_unit(root, slug, only_models, force, _named(told, slug))
        return
    # A fresh interpreter each, since torch does not survive a fork once it has started threads.
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager, ProcessPoolExecutor(min(jobs, len(slugs)), mp_context=context) as pool:
        reports = manager.Queue()
        running = {pool.submit(_in_process, root, slug, only_models, force, reports): slug for slug in slugs}
        while running:
            done, _ = wait(running, timeout=PAUSE, return_when=FIRST_COMPLETED)
            _pass_on(reports, told)
            for future in done:
                yield _outcome(future, running.pop(future))


def _named(told: Told, slug: str) -> Callable[[ResultId, str, int, int], None]:
    return lambda result, what, done, total: told(slug, result, what, done, total)


def _in_process(root: Path, slug: str, only_models: Sequence[str] | None, force: bool, reports: Any) -> Outcome:
    def note(result: ResultId, what: str, done: int, total: int) -> None:
        reports.put((slug, result, what, done, total))

    return build_unit(root, slug, only_models, force, note)


def build_unit(root: Path, slug: str, only_models: Sequence[str] | None, force: bool, progress: Progress) -> Outcome:
    """Build a chapter, or a notebook named ``notebooks/<slug>``."""
    if slug.startswith(UNIT):
        return build_notebook(root, slug.removeprefix(UNIT), force=force, progress=progress)
    return build_chapter(root, slug, only_models=only_models, force=force, progress=progress)


def _pass_on(reports: Any, told: Told) -> None:
    while True:
        try:
            told(*reports.get_nowait())
        except Empty:
            return


def _outcome(future: Future[Outcome], slug: str) -> Outcome:
    try:
        return future.result()
    except Exception as error:  # the process died, of too little memory for one
        return Outcome(
            slug, failures=[Failure(f"chapter '{slug}'", f"its process ended: {type(error).__name__}: {error}")]
        )
