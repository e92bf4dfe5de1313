"""The list itself: what is declared, found, and refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tiny_sources import sources_text

from embedguide.sources import SourceError, UnknownSource, all_sources, find_source
from embedguide.sources.registry import parse_sources

WITH_MIRROR = {"smollm2-135m", "qwen2.5-0.5b", "minilm-l6", "glove-6b-50d", "tinyshakespeare", "shakespeare-plays"}


def test_every_default_source_is_pinned_by_hash_and_has_a_mirror() -> None:
    assert {name for name, source in all_sources().items() if source.default} == WITH_MIRROR
    for name in WITH_MIRROR:
        source = all_sources()[name]
        assert source.mirror is not None and not source.hub_only
        for file in source.files:
            assert re.fullmatch(r"[0-9a-f]{64}", file.sha256 or ""), f"{name}: {file.name}"
            assert file.size
        for wheel in source.mirror.wheels:
            assert re.fullmatch(r"[0-9a-f]{64}", wheel.sha256)


@pytest.mark.parametrize("name", sorted(WITH_MIRROR - {"tinyshakespeare", "shakespeare-plays"}))
def test_the_pieces_of_a_mirror_make_up_its_files(name: str) -> None:
    source = all_sources()[name]
    assert source.mirror is not None
    for file in source.files:
        sizes = [piece.size for wheel in source.mirror.wheels for piece in wheel.pieces if piece.file == file.name]
        assert sum(sizes) == file.size


def test_the_hub_only_sources_are_declared() -> None:
    for name in ("gpt2", "bert-base-uncased", "qwen3-4b", "deepseek-r1-distill-qwen-1.5b", "wikitext-2-raw-v1"):
        assert all_sources()[name].hub_only
    assert "Gated" in all_sources()["llama-3.2-1b"].note
    assert find_source("Qwen/Qwen3-4B-Instruct-2507").name == "qwen3-4b"


def test_every_source_has_what_readers_are_shown() -> None:
    for source in all_sources().values():
        assert source.title and source.short_title and source.licence and source.note
        assert "\n" not in source.note
    assert all_sources()["smollm2-135m"].quantisation == "Q4_1"
    assert all_sources()["minilm-l6"].quantisation is None


def test_an_unknown_name_gets_the_nearest_one() -> None:
    with pytest.raises(
        UnknownSource, match=r"unknown source 'smolm2-135m'. Did you mean 'smollm2-135m'\? Known: "
    ) as e:
        find_source("smolm2-135m")
    assert isinstance(e.value, SourceError)
    with pytest.raises(UnknownSource) as far:
        find_source("zzzz")
    assert "Did you mean" not in str(far.value)


@pytest.mark.parametrize(("path", "what"), [("./nowhere", "does not exist"), ("/a/b/c", "does not exist"), ("./file", "is a file")])  # fmt: skip
def test_a_path_that_leads_to_no_folder_says_so(
    path: str, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(
        UnknownSource, match=rf"^unknown source '{path}': the folder /.* {what}\. A model's folder holds"
    ):
        find_source(path)


def test_any_hub_id_and_any_folder_is_a_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = find_source("Some_One/My.Model-7B@v2")
    assert (found.name, found.hub_id, found.revision, found.hub_only) == (
        "some-one-my.model-7b-v2", "Some_One/My.Model-7B", "v2", True
    )  # fmt: skip
    (tmp_path / "models" / "gpt2").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert find_source("models/gpt2").name == "gpt2-local"
    assert find_source("./models").folder == tmp_path / "models"
    with pytest.raises(UnknownSource):  # a bare word is a name, never a folder that happens to be there
        find_source("models")


def test_a_broken_declaration_names_source_and_field(tmp_path: Path) -> None:
    text = sources_text(tmp_path)
    with pytest.raises(SourceError, match=r"source 'open' in sources\.toml: missing or unknown field 'licence'"):
        parse_sources(text.rsplit("\n", 1)[0])
    with pytest.raises(SourceError, match=r"'\.\./split\.gguf' must stay inside its folder"):
        parse_sources(text.replace('name = "split.gguf"', 'name = "../split.gguf"'))
