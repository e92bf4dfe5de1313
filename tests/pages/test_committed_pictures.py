"""The committed static pictures: light enough for a phone, in both palettes and widths, none left over from an older figure."""

import gzip
import json
from pathlib import Path

from embedguide.pages.pictures import KINDS, MOST_BYTES, pictures_of
from embedguide.results import Store

ROOT = Path(__file__).parents[2]


def test_every_figure_has_its_four_pictures_of_at_most_40_kb():
    store = Store(ROOT)
    wanted = [picture.path for picture in pictures_of(store)]
    assert len(KINDS) == 4 and MOST_BYTES <= 40_000
    assert {path.name: path.stat().st_size for path in wanted if path.stat().st_size > 40_000} == {}
    assert sorted(store.folder.glob("*/*.webp")) == sorted(wanted)


def test_the_data_of_a_figure_are_at_most_150_kb_over_the_wire():
    sizes = {}
    for path in Store(ROOT).folder.glob("*/*.json"):
        content = path.read_bytes()
        document = json.loads(content)
        # One that waits for its reader says on its button what it weighs.
        if document["kind"] == "figure" and not document.get("on_request"):
            sizes[path.name] = len(gzip.compress(content, 6))
    assert sizes and {name: size for name, size in sizes.items() if size > 150_000} == {}
