"""What the pages load besides results: the figures' theme and Plotly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from embedguide.figures.theme import theme_json
from embedguide.pages.errors import PageError
from embedguide.pages.plotly_bundle import BundleError, ensure_plotly
from embedguide.results.encoding import to_bytes
from embedguide.results.store import RESULTS, write_atomic

VENDOR = Path(__file__).parent / "theme/assets/embedguide/vendor"
COMMAND = "Run: python scripts/build.py assets"


def write_assets(root: Path, say: Callable[[str], None]) -> None:
    """Write ``theme.json`` beside the results and Plotly beside the theme, each only when it differs.

    Raises:
        PageError: Plotly could not be had.
    """
    write_atomic(root / RESULTS / "theme.json", to_bytes(theme_json()))
    try:
        ensure_plotly(VENDOR, say)
    except (BundleError, OSError) as error:
        raise PageError(f"Plotly could not be put in place: {error}") from error


def theme_problems(root: Path) -> list[str]:
    """A line when the committed theme is not what the code says."""
    theme = root / RESULTS / "theme.json"
    if theme.is_file() and theme.read_bytes() == to_bytes(theme_json()):
        return []
    return [f"{RESULTS}/theme.json is not what embedguide/figures/theme.py says. {COMMAND}"]


def asset_problems(root: Path) -> list[str]:
    """What the pages need and is missing, or older than the code that makes it, one line each."""
    found = theme_problems(root)
    if not list(VENDOR.glob("plotly-*.min.js")):
        found.append(f"Plotly is not in place. {COMMAND}")
    return found
