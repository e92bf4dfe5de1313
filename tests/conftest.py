"""What all tests share: tiny projects to build and break."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_project import Project

# Imported before any project is built, so that the processes forked for one need not.
import embedguide.building
import embedguide.cli
import embedguide.pages
import embedguide.pages.assets


@pytest.fixture
def plotly_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for the bundles of Plotly, which need npm; the browser's tests use the real ones."""
    vendor = tmp_path / "vendor"
    vendor.mkdir()
    (vendor / "plotly-basic.min.js").write_text("// Plotly\n")
    monkeypatch.setattr(embedguide.pages.assets, "VENDOR", vendor)
    monkeypatch.setattr(embedguide.pages.assets, "ensure_plotly", lambda *_: {})


@pytest.fixture
def project(tmp_path: Path, plotly_in_place: None) -> Callable[[str], Project]:
    """Copies a folder of tests/sites: ``project("fresh")``."""

    def copy(name: str = "fresh") -> Project:
        return Project.copy(name, tmp_path / name)

    return copy
