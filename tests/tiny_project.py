"""Tiny projects in tmp folders: copied from tests/sites, edited, built and checked, each command in a process of its own."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedguide.results import ResultId, Store, check_results

SITES = Path(__file__).parent / "sites"
RESULTS = "docs/assets/results"


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def errors(self) -> list[str]:
        """The lines that name an error."""
        return [line.removeprefix("error ") for line in self.err.splitlines() if line.startswith("error ")]


class Project:
    """A tiny project that tests may change."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.store = Store(root)

    @classmethod
    def copy(cls, name: str, root: Path) -> Project:
        """A copy of tests/sites/<name>, laid over the site that all share."""
        shutil.copytree(SITES / "fresh", root, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(SITES / name, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        return cls(root)

    def path(self, name: str) -> Path:
        return self.root / name

    def read(self, name: str) -> str:
        return self.path(name).read_text("utf-8")

    def write(self, name: str, text: str) -> None:
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        self.path(name).write_text(text, "utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace `old`, which must be there."""
        text = self.read(name)
        assert old in text, f"{name} has no {old!r}"
        self.write(name, text.replace(old, new))

    def script(self, text: str, chapter: str = "tiny") -> None:
        """A chapter script with what nearly every one imports."""
        self.write(f"scripts/chapters/{chapter}.py", f"from embedguide.results import Column\n{text}")

    def run(self, *arguments: str, before: Callable[[], None] | None = None) -> Ran:
        """Run ``embedguide <arguments>``."""
        return _in_child(self.root, _command, arguments, before)

    def mkdocs(self, before: Callable[[], None] | None = None) -> Ran:
        """Run ``mkdocs build``."""
        return _in_child(self.root, _mkdocs, ("build", "-q", "--no-directory-urls"), before)

    def build(self, *arguments: str) -> Ran:
        """Build, which must succeed, and leave everything fresh."""
        ran = self.run("build", *arguments)
        assert ran.code == 0, ran.err
        assert self.stale() == set(), self.why()
        return ran

    def states(self) -> dict[str, str]:
        """Result name -> state, as ``check`` tells it; the models of a result as name@model."""
        report = check_results(self.root)
        assert not report.errors, report.errors
        return {_label(found.result): found.state for found in report.results}

    def stale(self) -> set[str]:
        """The names of results that are not fresh."""
        return {name for name, state in self.states().items() if state != "fresh"}

    def why(self) -> list[str]:
        """The messages of results that are not fresh, and errors."""
        report = check_results(self.root)
        return [found.message for found in report.results if found.state != "fresh"] + report.errors

    def document(self, name: str, chapter: str = "tiny") -> dict[str, Any]:
        return self.store.read(ResultId(chapter, name))

    def value(self, name: str) -> Any:
        return self.document(name)["value"]

    def files(self) -> dict[str, bytes]:
        """Every file of the results, by path."""
        folder = self.path(RESULTS)
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def _label(result: ResultId) -> str:
    name = result.name if result.chapter == "tiny" else f"{result.chapter}/{result.name}"
    return f"{name}@{result.model}" if result.model else name


def _in_child(
    root: Path, work: Callable[..., None], arguments: tuple[str, ...], before: Callable[[], None] | None
) -> Ran:
    """Run `work` in a forked process, so that nothing it imports is seen by another test."""
    context = multiprocessing.get_context("fork")
    out, err = root.parent / f"{root.name}.out", root.parent / f"{root.name}.err"
    process = context.Process(target=_child, args=(root, work, arguments, before, out, err))
    process.start()
    process.join(60)
    assert process.exitcode is not None, "the command did not end within a minute"
    return Ran(process.exitcode, out.read_text("utf-8"), err.read_text("utf-8"))


def _child(
    root: Path, work: Callable[..., None], arguments: tuple[str, ...], before: Any, out: Path, err: Path
) -> None:
    os.chdir(root)
    sys.dont_write_bytecode = True
    sys.path = [entry for entry in sys.path if Path(entry or ".").resolve() != Path(__file__).parent.parent]
    code = 0
    with out.open("w", encoding="utf-8") as sys.stdout, err.open("w", encoding="utf-8") as sys.stderr:
        try:
            if before:
                before()
            work(arguments)
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        except BaseException:
            traceback.print_exc()
            code = 99
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _command(arguments: tuple[str, ...]) -> None:
    from embedguide.cli import main

    main.main(list(arguments), prog_name="embedguide")


def _mkdocs(arguments: tuple[str, ...]) -> None:
    from mkdocs.__main__ import cli

    cli.main(list(arguments), prog_name="mkdocs")
