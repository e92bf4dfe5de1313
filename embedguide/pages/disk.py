"""The guide for reading from disk (``file://``), where browsers run no modules and fetch nothing.

The pages are built with plain file names. Their scripts become one classic script, and beside every file that the scripts read
stands a script that hands over what the file holds.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from embedguide.pages.plotly_bundle import BundleError, run_tool

RECIPE = Path(__file__).parent / "offline"
THEME = Path(__file__).parent / "theme/assets/embedguide"
# Below the site: what scripts fetch, as text or as bytes.
READ = ("assets/results", "assets/behind", "assets/embedguide/vendor")
TEXT, BYTES = {".json", ".html", ".js"}, {".bin", ".txt"}


def write_for_disk(root: Path, site: Path, say: Callable[[str], None]) -> None:
    """Build the pages into `site`, and put beside them what they need to live without a server.

    Raises:
        BundleError: the pages could not be built, or node and npm are not at hand.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        raise BundleError(
            "reading from disk needs the scripts in one piece, which node and npm make; they are not installed"
        )
    say("building the pages ...")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--no-directory-urls", "--site-dir"]
    built = subprocess.run(
        [*command, str(site.resolve())], cwd=root, env={**os.environ, "OFFLINE": "true"}, check=False
    )
    if built.returncode:
        raise BundleError("the pages could not be built")
    say("bundling the scripts ...")
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(shutil.copytree(RECIPE, Path(scratch) / "recipe", ignore=shutil.ignore_patterns("node_modules")))
        run_tool([npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], work)
        run_tool([node, "build.mjs", str(THEME / "js"), str((site / "assets/embedguide/js").resolve())], work)
    n_files = sum(hand_over(path) for folder in READ for path in sorted((site / folder).rglob("*")))
    index = site / "search/search_index.json"
    if index.is_file():  # where Material looks for it on disk
        index.with_suffix(".js").write_text(f"var __index = {index.read_text('utf-8')}", "utf-8")
    say(f"{n_files} files can be read from disk. Open {site}/index.html")


def hand_over(path: Path) -> bool:
    """Write the script that hands `path` over, beside it; False for a file that no script reads."""
    if path.suffix in TEXT:
        text = path.read_text("utf-8")
    elif path.suffix in BYTES:
        text = base64.b64encode(path.read_bytes()).decode()
    else:
        return False
    script = f"(self.egFiles ??= {{}})[document.currentScript.src] = {json.dumps(text)}\n"
    path.with_name(f"{path.name}.js").write_text(script, "utf-8")
    return True
