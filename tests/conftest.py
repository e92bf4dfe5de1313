"""What all tests share: tiny projects to build and break."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_project import Project

# Imported before any project is built, so that the processes forked for one need not.
import embedguide.building
import embedguide.cli
import embedguide.commands.computing
import embedguide.pages
import embedguide.pages.assets


def stand_in(patch: pytest.MonkeyPatch, vendor: Path) -> None:
    """Stand-ins for the bundles of Plotly and the pictures of figures; the browser's tests use the real ones."""
    vendor.mkdir()
    (vendor / "plotly-basic.min.js").write_text("// Plotly\n")
    patch.setattr(embedguide.pages.assets, "VENDOR", vendor)
    patch.setattr(embedguide.pages.assets, "ensure_plotly", lambda *_: {})
    patch.setattr(embedguide.commands.computing, "write_pictures", lambda *_: 0)


@pytest.fixture
def without_npm_and_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test of a tiny project needs npm or a browser."""
    stand_in(monkeypatch, tmp_path / "vendor")


@pytest.fixture
def project(tmp_path: Path, without_npm_and_browser: None) -> Callable[[str], Project]:
    """Copies a folder of tests/sites: ``project("fresh")``."""

    def copy(name: str = "fresh") -> Project:
        return Project.copy(name, tmp_path / name)

    return copy


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site ``fresh``, built once; read it, change only copies."""
    folder = tmp_path_factory.mktemp("built")
    tiny = Project.copy("fresh", folder / "fresh")
    with pytest.MonkeyPatch.context() as patch:
        stand_in(patch, folder / "vendor")
        tiny.build()
    return tiny.root


@pytest.fixture
def built(built_once: Path, tmp_path: Path, without_npm_and_browser: None) -> Project:
    """A copy of the site ``fresh`` with its results."""
    return Project(Path(shutil.copytree(built_once, tmp_path / "fresh")))
