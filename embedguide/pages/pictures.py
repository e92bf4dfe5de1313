"""Static pictures of figures, light and dark: what readers see before a figure is drawn, in print, and without scripts.

Kaleido draws them in a Chromium where one is at hand. They are committed beside the result; the hash in a picture's
name says which figure, in which theme, it shows.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from embedguide.figures.theme import resolved, theme_json
from embedguide.results import ResultId, Store
from embedguide.results.encoding import to_bytes
from embedguide.results.store import write_atomic

PALETTES = ("light", "dark")
# Pixels of a figure's width on the page; twice as many would be sharper and four times the bytes.
WIDTHS = {"text": 680, "wide": 960, "full": 1240}
SCALE = 1.5
MOST_BYTES = 40_000
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_browser() -> str | None:
    """A Chromium that Kaleido can use, named in BROWSER_PATH or on the PATH."""
    return os.environ.get("BROWSER_PATH") or next(filter(None, map(shutil.which, BROWSERS)), None)


def size_of(document: Mapping[str, Any]) -> tuple[int, int]:
    """Width and height of a figure in CSS pixels."""
    return WIDTHS.get(document["width"], WIDTHS["text"]), int(document["height"])


def figure_in(palette: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """A figure in its default state as Plotly takes it, its colors those of a palette."""
    theme = theme_json()
    plotly = document["plotly"]
    layout = merged(theme["layout"], plotly["layout"])
    layout["paper_bgcolor"] = "@paper"
    figure = resolved({"data": unpacked(plotly["data"]), "layout": layout}, theme[palette])
    assert isinstance(figure, dict)  # resolved() keeps the shape
    return figure


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with the values of `over`, mapping by mapping; every axis of `over` starts from the theme's."""
    found = dict(base)
    for name, value in over.items():
        start = found.get(name, base.get(name.rstrip("0123456789")) if "axis" in name else None)
        found[name] = merged(start, value) if isinstance(start, Mapping) and isinstance(value, Mapping) else value
    return found


def unpacked(part: Any) -> Any:
    """`part` with packed integers turned into what Plotly reads; their scale is ours, not Plotly's."""
    if isinstance(part, Mapping):
        if "bdata" in part and "scale" in part:
            import base64

            import numpy as np

            integers = np.frombuffer(base64.b64decode(part["bdata"]), dtype=f"<{part['dtype']}")
            shape = tuple(int(length) for length in str(part["shape"]).split(","))
            return (integers.reshape(shape) * part["scale"]).tolist()
        return {name: unpacked(value) for name, value in part.items()}
    return [unpacked(value) for value in part] if isinstance(part, list) else part


def picture_name(result: ResultId, palette: str, document: Mapping[str, Any]) -> str:
    """The file of a picture below the results folder: ``similarity/pairs.gpt2.light.0123456789.webp``."""
    shown = {"figure": figure_in(palette, document), "size": size_of(document), "scale": SCALE}
    digest = hashlib.sha256(to_bytes(shown)).hexdigest()[:10]
    return f"{result.file_name.removesuffix('.json')}.{palette}.{digest}.webp"


def missing_pictures(store: Store) -> list[tuple[ResultId, str, dict[str, Any]]]:
    """Figures whose picture was never made or shows an older figure, with the palette and the figure's document."""
    return [
        (result, palette, document)
        for result, document in store.documents()
        if document["kind"] == "figure"
        for palette in PALETTES
        if not (store.folder / picture_name(result, palette, document)).is_file()
    ]


def write_pictures(root: Path, say: Callable[[str], None]) -> int:
    """Make the pictures that are missing and delete those that show older figures; how many were made.

    Without Kaleido or a browser nothing happens but a line: the pages then show a figure's summary instead.
    """
    store = Store(root)
    wanted = missing_pictures(store)
    browser = find_browser()
    if wanted and (browser is None or not _has_kaleido()):
        say(f"{len(wanted)} static pictures are to be made, which needs a Chromium on the PATH and kaleido. Later: python scripts/build.py pictures")
        return 0
    if wanted:
        os.environ["BROWSER_PATH"] = str(browser)
        say(f"drawing {len(wanted)} static pictures ...")
        asyncio.run(_draw(store, wanted))
    _delete_old(store)
    return len(wanted)


def _has_kaleido() -> bool:
    from importlib.util import find_spec

    return find_spec("kaleido") is not None


async def _draw(store: Store, wanted: list[tuple[ResultId, str, dict[str, Any]]]) -> None:
    from kaleido import Kaleido

    async with Kaleido(n=1, timeout=90) as kaleido:
        for result, palette, document in wanted:
            width, height = size_of(document)
            figure = figure_in(palette, document)
            for scale in (SCALE, 1.0, 0.75):  # a smaller picture where a crowded figure would weigh too much
                options = {"format": "webp", "width": width, "height": height, "scale": scale}
                content = await kaleido.calc_fig(figure, opts=options)
                if len(content) <= MOST_BYTES:
                    break
            write_atomic(store.folder / picture_name(result, palette, document), content)


def _delete_old(store: Store) -> None:
    current = {
        picture_name(result, palette, document)
        for result, document in store.documents()
        if document["kind"] == "figure"
        for palette in PALETTES
    }
    for path in store.folder.glob("*/*.webp"):
        if path.relative_to(store.folder).as_posix() not in current:
            path.unlink()
