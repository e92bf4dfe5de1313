"""A preview of the guide that follows edits: a page is built anew in about a second, and stale results are computed.

An edit builds just the pages that it touches, in the site that is shown. The whole site (search, lists, numbers on other
pages) and the static pictures catch up when no edit came for a while, beside the site that is shown, and give way to the
next edit. A page keeps standing while something is wrong; what is wrong is shown on top of it and in the terminal.
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
from embedguide.workshop.edits import (
    LOCAL,
    THEME,
    Snapshot,
    changed_files,
    is_made,
    is_prose,
    outputs_of,
    own_code,
    own_modules,
    pages_that_place,
    take_snapshot,
)
from embedguide.workshop.preview_server import PreviewServer
from embedguide.workshop.site_build import Built, build_site, command_to_build, read_built

# Seconds between looks at the files, and without an edit until the whole site catches up.
PAUSE, SETTLE = 0.25, 3.0


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
        # Since when the site waits to catch up, whether pictures do, what could not be computed, and what MkDocs says.
        self._behind: float | None = None
        self._pictures_behind = False
        self._problem = ""
        self._complaint = ""

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
            self._update(changed, whole=any(map(is_prose, added_or_gone)))
        elif self._behind is not None and not self._problem and time.monotonic() - self._behind > SETTLE:
            self._catch_up()

    def _update(self, changed: set[str], *, whole: bool = False) -> None:
        """Compute what is stale, then build the pages that the edit touches, or the whole site; or start again."""
        written: set[str] = set()
        if self.server.folder is None or not all(map(is_prose, changed)):
            self._problem = self._compute()
            written = self._note_what_was_made()
            if changed & own_code(self.root) and self.server.folder is not None and not self._problem:
                self._problem = self._start_again()
        local = all(is_prose(name) or name.startswith(LOCAL) for name in changed)
        whole = whole or any(name.startswith(THEME) for name in written)
        if self.server.folder is not None and (self._problem or (local and not whole)):
            self._build_pages(
                {*filter(is_prose, changed), *pages_that_place(self.root, written | set(filter(is_made, changed)))}
            )
        else:
            self._build()

    def _note_what_was_made(self) -> set[str]:
        """The files that computing wrote just now, which are no edits; what was edited meanwhile is seen next time."""
        now = take_snapshot(self.root)
        made = {name for name in changed_files(self._seen, now) if is_made(name)}
        kept = {name: state for name, state in self._seen.items() if name not in made}
        self._seen = kept | {name: now[name] for name in made & now.keys()}
        return made

    def _compute(self) -> str:
        """Compute stale results, each chapter in a process with the code as it is now; what went wrong."""
        try:
            write_assets(self.root, say)
            report = check_results(self.root)
        except (PageError, OSError) as error:
            return str(error)
        problems = [*report.errors]
        for command in commands_for([found for found in report.results if found.state != "fresh"]):
            problems += self._run([*command, "--no-pictures"])
            self._pictures_behind = True
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
                self.server.tell("\n".join(errors), failed=True)
            elif line.startswith("  "):
                self.server.tell(line.strip())
            else:
                others.append(line.rstrip())
        return errors or (others[-5:] if running.wait() else [])

    def _build(self) -> None:
        """Build the whole site beside the one that is shown, and show it when that worked."""
        self.server.tell("building the pages")
        folder = self._next_folder()
        self._show(folder, build_site(self.root, folder, self.server.address))

    def _next_folder(self) -> Path:
        self._n_builds += 1
        return Path(self._folders.name) / f"site-{self._n_builds}"

    def _show(self, folder: Path, told: Built, *, reload: bool = True) -> None:
        self._behind = time.monotonic() if self._pictures_behind else None
        self._complaint = told.text
        if told.built:
            old = self.server.folder
            self.server.show(folder, reload=reload)
            if old is not None:
                shutil.rmtree(old, ignore_errors=True)
        self._report()

    def _build_pages(self, pages: set[str]) -> None:
        """Build just `pages`, and those that failed before, in place; lists on other pages catch up later."""
        folder = self.server.folder
        assert folder is not None  # there is a site to build them in
        if pages or self._complaint:
            for page in outputs_of(folder, pages):
                os.utime(page, (0, 0))  # so that it counts as older than its source
            told = build_site(self.root, folder, self.server.address, edited_only=True)
            self._complaint = told.text
            if told.built:
                self.server.show(folder)
        self._behind = time.monotonic()
        self._report()

    def _catch_up(self) -> None:
        """Draw the pictures that are missing, then build the whole site; the next edit ends it, and it is tried later."""
        if self._pictures_behind:
            if self._finish([sys.executable, "-m", "embedguide.cli", "pictures"]) is None:
                return
            self._pictures_behind = False  # also where drawing failed, which the terminal says
            self._note_what_was_made()
        folder = self._next_folder()
        printed = self._finish(command_to_build(self.root, folder, self.server.address))
        if printed is None:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            self._show(folder, read_built(printed), reload=False)

    def _finish(self, command: list[str]) -> str | None:
        """What a program prints; None where an edit came before its end, which ends it."""
        with tempfile.TemporaryFile("w+", encoding="utf-8") as printed:
            running = subprocess.Popen(command, cwd=self.root, stdout=printed)
            try:
                while running.poll() is None:
                    time.sleep(PAUSE)
                    if self._is_edited():
                        return None
            finally:
                if running.poll() is None:
                    running.kill()
                    running.wait()
            printed.seek(0)
            return printed.read()

    def _is_edited(self) -> bool:
        """Whether a file was edited since the last look."""
        return any(not is_made(name) for name in changed_files(self._seen, take_snapshot(self.root)))

    def _report(self) -> None:
        problem = self._problem or self._complaint
        self.server.tell(problem, failed=bool(problem))
        said = problem.splitlines() or [f"up to date: {self.server.address}"]
        for line in said:
            say(line)

    def _start_again(self) -> str:
        """Start the preview anew with its edited code; why not, where a process of its own cannot import that code."""
        imported = "import " + ", ".join(sorted(own_modules(self.root)))
        tried = subprocess.run(
            [sys.executable, "-c", imported], cwd=self.root, capture_output=True, text=True, check=False
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
