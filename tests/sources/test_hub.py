"""The hub, spoken to through huggingface_hub, against a hub on this machine."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_hub import FakeHub
from tiny_sources import PIECES, Index, Lines, sha

from embedguide.sources import Source, SourceError, fetch, find_source
from embedguide.sources import hub as hub_module
from embedguide.sources.hub import pick_files

WHOLE = b"".join(PIECES)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    with FakeHub(tmp_path / "hub") as running:
        monkeypatch.setenv("HF_ENDPOINT", running.endpoint)
        yield running


def put(hub: FakeHub, identifier: str, files: dict[str, bytes], kind: str = "models") -> None:
    for name, content in files.items():
        path = hub.repository(identifier, kind) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


OPEN = {"config.json": b"{}", "tokenizer.json": b"{ }", "model.safetensors": b"weights", "pytorch_model.bin": b"no",
        "README.md": b"#", "onnx/model.onnx": b"o", "tf_model.h5": b"h"}  # fmt: skip


def test_the_hub_comes_before_the_mirror(
    hub: FakeHub, tiny: dict[str, Source], index: Index, lines: Lines, empty_cache: Path
) -> None:
    put(hub, "tiny/split", {"split.gguf": WHOLE})
    local = fetch(tiny["split"], progress=lines)
    assert (local.origin, local.revision, local.sha256) == ("hub", "main", sha(WHOLE))
    assert local.path().read_bytes() == WHOLE
    assert not index.asked
    assert not list((empty_cache / "partial").rglob("*"))


@pytest.mark.parametrize("large", [True, False])
def test_another_file_on_the_hub_falls_through_to_the_mirror(
    hub: FakeHub, tiny: dict[str, Source], index: Index, lines: Lines, monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    if not large:  # then the hub announces no hash, and the file must be fetched to be refused
        monkeypatch.setattr("fake_hub._LARGE", (".nothing",))
    put(hub, "tiny/split", {"split.gguf": b"another quantisation"})
    assert fetch(tiny["split"], progress=lines).origin == "mirror"
    said = [line for line in lines.lines if "is another file" in line]
    assert len(said) == 1
    assert f"expected sha256 {sha(WHOLE)}, got {sha(b'another quantisation')}" in said[0]
    assert said[0].endswith("using the mirror")
    assert any(request.startswith("GET /tiny/split/resolve") for request in hub.requests) is not large


def test_a_missing_file_on_the_hub_falls_through(
    hub: FakeHub, tiny: dict[str, Source], index: Index, lines: Lines
) -> None:
    put(hub, "tiny/split", {"README.md": b"#"})
    assert fetch(tiny["split"], progress=lines).origin == "mirror"
    assert "split: tiny/split on the hub has no file split.gguf: using the mirror" in lines.lines


def test_a_hub_only_model_without_pickles_at_its_commit(hub: FakeHub, lines: Lines, empty_cache: Path) -> None:
    put(hub, "some/Model", OPEN)
    commit = hub.commit("some/Model")
    local = fetch("some/Model", progress=lines)
    assert sorted(local.paths) == ["config.json", "model.safetensors", "tokenizer.json"]
    assert (local.revision, local.origin, local.source.name) == (commit, "hub", "some-model")
    assert not any("pytorch_model.bin" in request for request in hub.requests)

    put(hub, "some/Model", {"config.json": b"{changed}"})  # main has moved on: what was recorded stays
    hub.requests.clear()
    again = fetch("some/Model", progress=lines)
    assert (again.origin, again.revision, again.sha256) == ("cache", commit, local.sha256)
    assert hub.requests == []


def test_a_declared_hub_only_source_records_its_hashes(hub: FakeHub, lines: Lines, empty_cache: Path) -> None:
    put(hub, "openai-community/gpt2", OPEN)
    local = fetch("gpt2", progress=lines)
    assert local.source is find_source("gpt2")
    assert sha(b"weights") in (empty_cache / "manifests" / "gpt2.json").read_text()


def test_a_data_set_is_taken_from_its_own_address(hub: FakeHub, lines: Lines) -> None:
    names = ("train", "validation", "test")
    put(hub, "Salesforce/wikitext",
        {f"wikitext-2-raw-v1/{name}-00000-of-00001.parquet": name.encode() for name in names}, "datasets")  # fmt: skip
    local = fetch("wikitext-2-raw-v1", progress=lines)
    assert local.path("train.parquet").read_bytes() == b"train"
    put(hub, "maiurilorenzo/divina-commedia", {"data/commedia.csv": b"Nel mezzo", "x.py": b""}, "datasets")
    assert list(fetch("dante-commedia", progress=lines).paths) == ["data/commedia.csv"]


def test_a_gated_model_says_what_to_do(hub: FakeHub, lines: Lines, empty_cache: Path) -> None:
    put(hub, "meta-llama/Llama-3.2-1B", OPEN)
    hub.gated.add("meta-llama/Llama-3.2-1B")
    with pytest.raises(SourceError, match=r"is gated: accept its licence at .*/meta-llama/Llama-3.2-1B .*HF_TOKEN"):
        fetch("llama-3.2-1b", progress=lines)
    assert not (empty_cache / "blobs").exists()
    hub.gated.clear()
    assert fetch("llama-3.2-1b", progress=lines).origin == "hub", "it is asked again, gated is not unreachable"


def test_a_missing_model_and_a_missing_revision(hub: FakeHub, lines: Lines) -> None:
    with pytest.raises(SourceError, match="no/such is not on the hub, or is private"):
        fetch("no/such", progress=lines)
    put(hub, "some/model", OPEN)
    with pytest.raises(SourceError, match="some/model on the hub has no revision 'v9'"):
        fetch("some/model@v9", progress=lines)


def test_a_model_of_pickles_only_is_refused(hub: FakeHub, lines: Lines) -> None:
    put(hub, "old/model", {"config.json": b"{}", "pytorch_model.bin": b"pickle"})
    with pytest.raises(SourceError, match=r"no safetensors file, and pickles .* are never opened"):
        fetch("old/model", progress=lines)


def test_a_file_that_is_not_what_the_hub_announced(hub: FakeHub, lines: Lines, empty_cache: Path) -> None:
    put(hub, "some/model", OPEN)
    hub.false_hashes = True
    with pytest.raises(SourceError, match=f"model.safetensors of some/model .* got {sha(b'weights')}; it was removed"):
        fetch("some/model", progress=lines)
    assert not (empty_cache / "blobs").exists(), "not even the files that were right: the set is incomplete"


def test_a_model_that_is_not_declared_is_fetched_again_by_its_hub_id(lines: Lines) -> None:
    with pytest.raises(SourceError, match=r"run: embedguide fetch Some_One/my-model\. Or put"):
        fetch("Some_One/my-model", progress=lines)


def test_a_hub_only_source_without_a_hub(lines: Lines) -> None:
    with pytest.raises(SourceError, match=r"source 'gpt2' cannot be fetched: the hub cannot be reached .*fetch gpt2"):
        fetch("gpt2", progress=lines)


@pytest.mark.parametrize("setting", ["_TIMEOUT", "_PATIENCE"])
def test_a_hub_that_never_answers_is_not_waited_for(
    tiny: dict[str, Source], index: Index, lines: Lines, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        fetch(tiny["pair"], progress=lines)  # imports what is slow to import
        monkeypatch.setattr(hub_module, "_TIMEOUT", 60.0)
        monkeypatch.setattr(hub_module, "_PATIENCE", 60.0)
        monkeypatch.setattr(hub_module, setting, 0.3)
        started = time.perf_counter()
        assert fetch(tiny["split"], progress=lines).origin == "mirror"
        assert time.perf_counter() - started < 10
    assert any("the hub cannot be reached" in line for line in lines.lines)


def test_which_files_of_a_model_are_taken() -> None:
    shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json"]
    names = [*shards, "consolidated.safetensors", "config.json", "merges.txt", "vocab.json", "original/params.json",
             "original/consolidated.00.pth", "pytorch_model.bin", "rust_model.ot", "training_args.bin"]  # fmt: skip
    assert pick_files(names, "model") == sorted([*shards, "config.json", "merges.txt", "vocab.json"])
    assert pick_files(["a.safetensors", "b.txt"], "model") == ["a.safetensors"]
    assert pick_files(["data/a.parquet", "b.py", ".gitattributes", "c.txt"], "corpus") == ["c.txt", "data/a.parquet"]
