"""A preview of the guide that follows edits: a page is built anew in about a second, and stale results are computed.

The site is built beside the one that is shown and takes its place when it is whole, so that a page keeps standing
while something is wrong with it; what is wrong is shown on top of it and in the terminal.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from embedguide.console import say
from embedguide.pages.assets import write_assets
from embedguide.pages.errors import PageError
from embedguide.results import Freshness, check_results
from embedguide.workshop.preview_server import PreviewServer
from embedguide.workshop.site_build import build_site

FOLDERS = ("docs", "scripts", "embedguide")
# Files that a preview is made of; editors leave others beside them.
SUFFIXES = {
    ".bib", ".bin", ".css", ".html", ".ipynb", ".jinja", ".jpg", ".js", ".json", ".md", ".mjs", ".png", ".py", ".svg", ".toml",
    ".webp", ".yml",
}  # fmt: skip
# Seconds between looks at the files, and without an edit until pages that list other pages catch up.
PAUSE, SETTLE = 0.25, 3.0
# Restarting the preview is tried in a process of its own first, which must be able to import this.
IMPORTED = "import embedguide.cli, embedguide.pages, embedguide.workshop.preview"

Snapshot = dict[str, tuple[int, int]]


def take_snapshot(root: Path) -> Snapshot:
    """Time and size of every file that a preview is made of, by its path below `root`."""
    files = (path for folder in FOLDERS for path in (root / folder).rglob("*") if path.suffix in SUFFIXES)
    found: Snapshot = {}
    for path in (*files, root / "mkdocs.yml"):
        name = path.relative_to(root).as_posix()
        if path.name.startswith(".") or "/vendor/" in name:
            continue
        try:
            stat = path.stat()
        except OSError:  # it went between the two looks
            continue
        found[name] = (stat.st_mtime_ns, stat.st_size)
    return found


def changed_files(before: Snapshot, after: Snapshot) -> set[str]:
    """The files that were edited, added or removed between two looks."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def is_prose(name: str) -> bool:
    """True for a page: nothing is computed from its words."""
    return name.startswith("docs/") and name.endswith(".md")


class Preview:
    """The preview of one project.

    Args:
        root: The project's folder.
        server: Shows the site.
    """

    def __init__(self, root: Path, server: PreviewServer) -> None:
        self.root, self.server = root, server
        self._folders = tempfile.TemporaryDirectory(prefix="embedguide-preview-")
        self._n_builds = 0
        self._seen: Snapshot = {}
        self._behind: float | None = None

    def close(self) -> None:
        """Remove what was built."""
        self._folders.cleanup()

    def follow(self) -> None:
        """Build, then follow edits until interrupted."""
        self._seen = take_snapshot(self.root)
        self._update(set(self._seen))
        while True:
            time.sleep(PAUSE)
            self.look()

    def look(self) -> None:
        """Look at the files once and do what they ask for."""
        now = take_snapshot(self.root)
        changed = changed_files(self._seen, now)
        if changed:
            added_or_gone = self._seen.keys() ^ now.keys()
            self._seen = now
            say(f"{', '.join(sorted(changed)[:3])}{' ...' if len(changed) > 3 else ''} changed")
            if self.server.folder is not None and not added_or_gone and all(map(is_prose, changed)):
                self._build_pages(changed)
            else:
                self._update(changed)
        elif self._behind is not None and time.monotonic() - self._behind > SETTLE:
            self._build(reload=False)

    def _update(self, changed: set[str]) -> None:
        """Compute what is stale, build the site, and start again where the preview's own code was edited."""
        problem = self._compute()
        self._seen = take_snapshot(self.root) if not problem else self._seen
        edited = changed & set(own_code(self.root))
        if edited and self.server.folder is not None and not problem:
            problem = self._start_again()
        self._build(problem)

    def _compute(self) -> str:
        """Compute stale results, each chapter in a process with the code as it is now; what went wrong."""
        try:
            write_assets(self.root, say)
            report = check_results(self.root)
        except (PageError, OSError) as error:
            return str(error)
        problems = [*report.errors]
        for command in commands_for([found for found in report.results if found.state != "fresh"]):
            problems += self._run(command)
        return "\n".join(problems)

    def _run(self, command: list[str]) -> list[str]:
        """Run ``embedguide build ...``; its errors."""
        self.server.tell(f"computing: embedguide {' '.join(command)}")
        errors, others = [], []
        running = subprocess.Popen(
            [sys.executable, "-m", "embedguide.cli", *command], cwd=self.root, text=True, stderr=subprocess.PIPE
        )
        assert running.stderr is not None  # it was asked for
        for line in running.stderr:
            say(line.rstrip())
            if line.startswith("error "):
                errors.append(line.removeprefix("error ").rstrip())
            elif line.startswith("  "):
                self.server.tell(line.strip())
            else:
                others.append(line.rstrip())
        return errors or (others[-5:] if running.wait() else [])

    def _build(self, problem: str = "", *, reload: bool = True) -> None:
        """Build the whole site beside the one that is shown, and show it when that worked."""
        self._n_builds += 1
        folder = Path(self._folders.name) / f"site-{self._n_builds}"
        told = build_site(self.root, folder, self.server.address)
        self._behind = None
        if told.built:
            old = self.server.folder
            self.server.show(folder, reload=reload)
            if old is not None:
                shutil.rmtree(old, ignore_errors=True)
        self._report(problem or told.text)

    def _build_pages(self, changed: set[str]) -> None:
        """Build just the pages that were edited, in place; lists on other pages catch up later."""
        folder = self.server.folder
        assert folder is not None  # there is a site to build them in
        for page in outputs_of(folder, changed):
            os.utime(page, (0, 0))  # so that it counts as older than its source
        told = build_site(self.root, folder, self.server.address, edited_only=True)
        if told.built:
            self.server.show(folder)
            self._behind = time.monotonic()
        self._report(told.text)

    def _report(self, problem: str) -> None:
        self.server.tell(problem, failed=bool(problem))
        said = problem.splitlines() or [f"up to date: {self.server.address}"]
        for line in said:
            say(line)

    def _start_again(self) -> str:
        """Start the preview anew with its edited code; why not, where that code cannot be imported."""
        tried = subprocess.run(
            [sys.executable, "-c", IMPORTED], cwd=self.root, capture_output=True, text=True, check=False
        )
        if tried.returncode:
            return "\n".join(tried.stderr.strip().splitlines()[-4:])
        say("the code of the preview changed: starting again")
        address = self.server.address.removeprefix("http://").rstrip("/")
        host, _, port = address.rpartition(":")
        self.close()
        command = [sys.executable, "-m", "embedguide.cli", "serve", "--host", host, "--port", port]
        os.chdir(self.root)
        os.execv(sys.executable, command)  # noqa: S606  (this very program)


def commands_for(stale: list[Freshness]) -> Iterator[list[str]]:
    """The arguments of ``embedguide`` that compute what is stale: one command for all chapters, one per added model."""
    chapters = sorted({found.result.chapter for found in stale if not found.added})
    if chapters:
        yield ["build", *chapters]
    for chapter, model in sorted({(found.result.chapter, found.added) for found in stale if found.added}):
        yield ["build", chapter, "--model", model]


def outputs_of(folder: Path, pages: set[str]) -> Iterator[Path]:
    """The files of a built site that were made from `pages`."""
    for page in pages:
        stem = Path(page).relative_to("docs").with_suffix("")
        for path in (
            folder / stem / "index.html",
            folder / stem.with_suffix(".html"),
            folder / stem.parent / "index.html",
        ):
            if path.is_file():
                yield path
                break


def own_code(root: Path) -> Iterator[str]:
    """The files of the package that this process has imported, relative to the project."""
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if file and Path(file).is_relative_to(root):
            yield Path(file).relative_to(root).as_posix()


def serve(root: Path, host: str, port: int) -> None:
    """Serve the guide of `root` until interrupted, and follow edits."""
    server = PreviewServer(host, port)
    preview = Preview(root, server)
    say(f"reading the guide at {server.address} (stop with Ctrl+C)")
    try:
        preview.follow()
    except KeyboardInterrupt:
        say("stopped")
    finally:
        server.close()
        preview.close()
