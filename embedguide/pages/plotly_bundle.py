"""Where the Plotly that pages load comes from: bundled from npm to just the trace types in use, else the copy in plotly.py."""

from __future__ import annotations

import filecmp
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from embedguide.sources import cache_root

RECIPE = Path(__file__).parent / "plotly"
KINDS = ("basic", "points", "gl")
# What npm leaves beside a recipe, and what a bundle does not depend on.
NOT_RECIPE = {"node_modules", "out"}
INSTALL_SECONDS = 600


class BundleError(Exception):
    """The bundles could not be made; says why."""


def ensure_plotly(target_folder: Path, progress: Callable[[str], None] | None = None) -> dict[str, Path]:
    """Each kind's script in `target_folder`, written only where it is missing or differs.

    With node and npm the scripts are bundled once per recipe and kept in the cache; without them, or where the packages
    cannot be fetched, every kind is the complete plotly.js that the Python package carries, which is larger but draws the same.

    Args:
        target_folder: Where pages load it from; made when missing.
        progress: Takes one line per long step and per fallback.

    Returns:
        ``basic`` (scatter, bar, heatmap), ``points`` (these and scattergl) and ``gl`` (these and scatter3d) -> file.

    Raises:
        FileNotFoundError: neither the bundles nor the plotly package are to be had.
    """
    tell = progress or (lambda _line: None)
    try:
        made = _bundled(tell)
    except BundleError as error:
        tell(
            f"plotly.js: {error}. Taking the complete copy of the plotly package (1.4 MB instead of 0.4 MB, compressed)"
        )
        made = dict.fromkeys(KINDS, _complete())
    target_folder.mkdir(parents=True, exist_ok=True)
    placed = {}
    for kind, source in made.items():
        placed[kind] = target_folder / f"plotly-{kind}.min.js"
        _copy(source, placed[kind])
    return placed


def recipe_hash() -> str:
    """The first 16 hex digits of the sha256 over the recipe's files."""
    digest = hashlib.sha256()
    for path in sorted(p for p in RECIPE.iterdir() if p.name not in NOT_RECIPE and p.is_file()):
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _bundled(tell: Callable[[str], None]) -> dict[str, Path]:
    folder = cache_root() / f"plotly-{recipe_hash()}"
    files = {kind: folder / f"plotly-{kind}.min.js" for kind in KINDS}
    if not all(path.is_file() for path in files.values()):
        _build(folder, tell)
    return files


def _build(folder: Path, tell: Callable[[str], None]) -> None:
    """Bundle beside `folder` and move it there in one step; of two builds at once, the first one stays."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if not npm or not node:
        raise BundleError("node and npm are not installed")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="plotly-partial-") as scratch:
        work, out = Path(scratch) / "recipe", Path(scratch) / "out"
        shutil.copytree(RECIPE, work, ignore=shutil.ignore_patterns(*NOT_RECIPE))
        tell("plotly.js: fetching it from npm (once, about half a minute)")
        run_tool([npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], work)
        tell("plotly.js: bundling the trace types in use")
        run_tool([node, "build.mjs", str(out)], work)
        if not all((out / f"plotly-{kind}.min.js").is_file() for kind in KINDS):
            raise BundleError("esbuild wrote no bundle")
        try:
            out.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise


def run_tool(command: list[str], folder: Path) -> None:
    """Run a program of node's in `folder`. Raises BundleError with its first complaint."""
    name = f"{Path(command[0]).stem} {command[1]}"
    try:
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BundleError(f"'{name}' did not finish ({type(error).__name__})") from error
    if ran.returncode:
        lines = [line for line in (ran.stderr or ran.stdout).splitlines() if "error" in line.lower()]
        raise BundleError(f"'{name}' failed ({lines[0].strip() if lines else f'exit code {ran.returncode}'})")


def _complete() -> Path:
    spec = find_spec("plotly")
    path = Path(spec.origin).parent / "package_data" / "plotly.min.js" if spec and spec.origin else None
    if path is None or not path.is_file():
        raise FileNotFoundError("plotly.min.js is not in the plotly package. Run: pip install plotly")
    return path


def _copy(source: Path, target: Path) -> None:
    """Put a copy in place in one step; an equal file is left alone, so that its time does not change."""
    if target.is_file() and filecmp.cmp(source, target, shallow=False):
        return
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".plotly-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as partial, source.open("rb") as complete:
            shutil.copyfileobj(complete, partial)
            partial.flush()
            os.fsync(partial.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
