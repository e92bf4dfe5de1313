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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedguide.figures.fitting import fitted
from embedguide.figures.painted import figure_in
from embedguide.results import ResultId, Store
from embedguide.results.encoding import to_bytes
from embedguide.results.notebooks import notebook_figures
from embedguide.results.store import write_atomic

PALETTES = ("light", "dark")
# Pixels of a figure's width on the page, and on a phone, where labels of a wide picture could not be read.
WIDTHS = {"text": 680, "wide": 960, "full": 1240}
NARROW = 366
# On a phone no figure is higher than 1.25 widths of the screen (css/figures.css); this is one of 390 pixels.
NARROW_HEIGHT = 487
# A picture on a page with room, and one for a phone.
KINDS = tuple((palette, narrow) for palette in PALETTES for narrow in (False, True))
Kind = tuple[str, bool]
# Picture pixels per pixel of the page; more would be sharper and weigh more.
SCALE = 1.5
MOST_BYTES = 40_000
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_browser() -> str | None:
    """A Chromium that Kaleido can use, named in BROWSER_PATH or on the PATH."""
    return os.environ.get("BROWSER_PATH") or next(filter(None, map(shutil.which, BROWSERS)), None)


def size_of(document: Mapping[str, Any], *, narrow: bool) -> tuple[int, int]:
    """Width and height of a figure in CSS pixels."""
    if narrow:
        return NARROW, min(int(document["height"]), NARROW_HEIGHT)
    return WIDTHS.get(document["width"], WIDTHS["text"]), int(document["height"])


def picture_names(result: ResultId, document: Mapping[str, Any]) -> dict[Kind, str]:
    """The files of a figure's pictures below the results folder: ``similarity/pairs.gpt2.light.0123456789.webp``."""
    found = {}
    for palette in PALETTES:
        painted = figure_in(palette, document)
        for narrow in (False, True):
            width, height = size_of(document, narrow=narrow)
            figure = to_bytes(fitted(painted, width, height))
            size = to_bytes({"size": (width, height), "scale": SCALE})
            digest = hashlib.sha256(figure + size).hexdigest()[:10]
            kind = f"{palette}-narrow" if narrow else palette
            found[palette, narrow] = f"{result.file_name.removesuffix('.json')}.{kind}.{digest}.webp"
    return found


@dataclass(frozen=True)
class Wanted:
    """A picture that is to be drawn: of which figure, in which palette, for a phone or not, and where it goes."""

    document: dict[str, Any]
    palette: str
    narrow: bool
    path: Path


def pictures_of(store: Store) -> list[Wanted]:
    """Every picture that the figures on disk should have, those of notebooks included."""
    figures = [(result, document) for result, document in store.documents() if document["kind"] == "figure"]
    return [
        Wanted(document, palette, narrow, store.folder / name)
        for result, document in [*figures, *notebook_figures(store.root)]
        for (palette, narrow), name in picture_names(result, document).items()
    ]


def write_pictures(root: Path, say: Callable[[str], None]) -> int:
    """Make the pictures that are missing and delete those that show older figures; how many were made.

    Without Kaleido or a browser nothing happens but a line: the pages then show a figure's summary instead.
    """
    store = Store(root)
    every = pictures_of(store)
    wanted = [picture for picture in every if not picture.path.is_file()]
    browser = find_browser()
    if wanted and (browser is None or not _has_kaleido()):
        say(
            f"{len(wanted)} static pictures are to be made, which needs a Chromium on the PATH and kaleido. Later: python scripts/build.py pictures"
        )
        return 0
    if wanted:
        os.environ["BROWSER_PATH"] = str(browser)
        say(f"drawing {len(wanted)} static pictures ...")
        asyncio.run(_draw(wanted))
    current = {picture.path for picture in every}
    for path in store.folder.glob("*/*.webp"):
        if path not in current:
            path.unlink()
    return len(wanted)


def _has_kaleido() -> bool:
    from importlib.util import find_spec

    return find_spec("kaleido") is not None


async def _draw(wanted: list[Wanted]) -> None:
    from kaleido import Kaleido

    async with Kaleido(n=1, timeout=90) as kaleido:
        for picture in wanted:
            width, height = size_of(picture.document, narrow=picture.narrow)
            figure = fitted(figure_in(picture.palette, picture.document), width, height)
            for scale in (SCALE, 1.0, 0.75, 0.5):  # a smaller picture where a crowded figure would weigh too much
                options = {"format": "webp", "width": width, "height": height, "scale": scale}
                content = await kaleido.calc_fig(figure, opts=options)
                if len(content) <= MOST_BYTES:
                    break
            write_atomic(picture.path, content)
