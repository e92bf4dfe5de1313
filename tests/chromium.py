"""The browser of the browser tests: one on the PATH, else Debian's through apt, else Playwright's own.

``python -m tests.chromium`` makes sure that there is one and prints its path; no browser is a failure, never a skip.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoBrowser(RuntimeError):
    """There is no Chromium and none could be installed."""


def find_chromium() -> str | None:
    """The path of a Chromium: named in EMBEDGUIDE_CHROMIUM, on the PATH, or Playwright's own."""
    named = os.environ.get("EMBEDGUIDE_CHROMIUM")
    if named:
        return named
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _installers() -> list[list[list[str]]]:
    """Ways to get one, the first that can work first; each a list of commands."""
    ways = []
    if shutil.which("apt-get") and os.geteuid() == 0:
        ways.append(
            [["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]]
        )
    ways.append([[sys.executable, "-m", "playwright", "install", "chromium"]])
    return ways


def ensure_chromium() -> str:
    """The path of a Chromium, installed when there was none.

    Raises:
        NoBrowser: none is there and none could be installed.
    """
    found = find_chromium()
    for commands in [] if found else _installers():
        print(f"no Chromium on the PATH; trying: {' '.join(commands[-1])}", file=sys.stderr)
        if all(
            subprocess.run(command, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}).returncode == 0
            for command in commands
        ):
            found = find_chromium()
        if found:
            break
    if not found:
        raise NoBrowser(
            "the browser tests need Chromium, and none could be installed. Install one and put it on the PATH, or name it in EMBEDGUIDE_CHROMIUM"
        )
    return found


if __name__ == "__main__":
    try:
        print(ensure_chromium())
    except NoBrowser as error:
        sys.exit(f"error: {error}")
