"""Converted files are made once, whole or not at all, and made again when they are damaged or the code changed."""

import errno
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embedguide.models import ModelError, converted, open_token_table, token_table
from embedguide.models.converted import code_hash, open_converted
from embedguide.sources import LocalSource, fetch


@pytest.fixture
def model(fake_models: Path, cache: Path) -> str:
    return str(fake_models / "tiny-gpt2")


def folder_of(cache: Path) -> Path:
    """Return the one converted folder in the cache, and nothing else lies there but its lock."""
    (folder,) = [path for path in (cache / "converted").iterdir() if path.is_dir()]
    assert not folder.name.startswith(".")
    return folder


def test_converts_once_and_says_so(model: str, cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_token_table(model)
    assert "converting tiny-gpt2 once (table) ... " in capsys.readouterr().err
    first = folder_of(cache).stat().st_mtime_ns
    open_token_table(model)
    assert capsys.readouterr().err == ""
    assert folder_of(cache).stat().st_mtime_ns == first


def test_folder_is_named_after_source_and_code(model: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = open_token_table(model)
    code = code_hash(table.made_by)
    assert folder_of(cache).name == f"{table.source.sha256[:16]}-{code[:8]}-table"
    monkeypatch.setattr(token_table, "_MADE_BY", (code_hash,))
    open_token_table(model)
    assert len([path for path in (cache / "converted").iterdir() if path.is_dir()]) == 2


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])


def cut_at_the_same_time(path: Path) -> None:
    stat = path.stat()
    cut(path)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def garble(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


@pytest.mark.parametrize("name", ["table.npy", "texts.json", "tokenizer.json", "meta.json"])
@pytest.mark.parametrize("damage", [cut, cut_at_the_same_time, garble, Path.unlink])
def test_damage_is_found_and_mended(model: str, cache: Path, name: str, damage: Any) -> None:
    before = open_token_table(model)
    vectors = np.array(before.vectors)
    damage(folder_of(cache) / name)
    after = open_token_table(model)
    assert np.array_equal(after.vectors, vectors)
    assert after.texts == before.texts
    assert after.word_id("cat") == before.word_id("cat")


def test_copied_cache_is_not_converted_again(model: str, cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_token_table(model)
    for path in folder_of(cache).iterdir():
        os.utime(path, (1, 1))
    capsys.readouterr()
    open_token_table(model)
    assert capsys.readouterr().err == ""
    noted = json.loads((folder_of(cache) / "meta.json").read_bytes())["files"]["table.npy"]["mtime_ns"]
    assert noted == 1_000_000_000


def test_a_killed_conversion_leaves_nothing_that_counts(model: str, cache: Path) -> None:
    open_token_table(model)
    folder = folder_of(cache)
    shutil.copytree(folder, folder.with_name(f".{folder.name}.part"))
    (folder.with_name(f".{folder.name}.part") / "stranger").touch()
    shutil.rmtree(folder)
    open_token_table(model)
    assert {path.name for path in folder_of(cache).iterdir()} == {
        "meta.json",
        "table.npy",
        "texts.json",
        "tokenizer.json",
    }


def make_nothing(local: LocalSource, folder: Path) -> dict[str, Any]:
    raise ModelError("no")


def test_a_failed_conversion_leaves_nothing(model: str, cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ModelError, match="no"):
        open_converted(fetch(model), "table", (make_nothing,), make_nothing)
    assert not [path for path in (cache / "converted").iterdir() if path.is_dir()]
    assert capsys.readouterr().err.endswith(" failed\n")


def test_full_disk_is_one_clear_error(model: str, cache: Path) -> None:
    def fill(local: LocalSource, folder: Path) -> dict[str, Any]:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(ModelError, match=r"cannot write .*'tiny-gpt2'.*No space left.*EMBEDGUIDE_CACHE"):
        open_converted(fetch(model), "table", (make_nothing,), fill)
    assert not [path for path in (cache / "converted").iterdir() if path.is_dir()]


def test_threads_convert_once(model: str, cache: Path) -> None:
    made: list[int] = []
    barrier = threading.Barrier(4)
    local = fetch(model)

    def make(local: LocalSource, folder: Path) -> dict[str, Any]:
        made.append(1)
        (folder / "file").write_text("x")
        return {}

    def work() -> None:
        barrier.wait()
        open_converted(local, "table", (make_nothing,), make)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]


def test_processes_convert_once(model: str, cache: Path) -> None:
    code = f"from embedguide.models import open_token_table; print(open_token_table({model!r}).word_id('cat'))"
    runs = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = [run.communicate(timeout=60) for run in runs]
    assert answers[0][0] == answers[1][0] != ""
    assert sum("converting" in err for _, err in answers) == 1


def test_code_hash_covers_every_module(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = code_hash(token_table.TokenTable.made_by)
    parts = {code_hash((function,)) for function in token_table.TokenTable.made_by}
    assert len(parts) == 5
    monkeypatch.setattr(converted, "_sha256", lambda path: "changed" if path.name == "glyphs.py" else "same")
    changed = code_hash(token_table.TokenTable.made_by)
    monkeypatch.setattr(converted, "_sha256", lambda path: "same")
    assert code_hash(token_table.TokenTable.made_by) != changed != whole
