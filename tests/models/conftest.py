"""Tiny random models of every architecture and tokenizer that the layer opens, in folders made once per run."""

from pathlib import Path

import pytest
from tiny_models import (
    write_bert,
    write_causal_model,
    write_gguf_model,
    write_old_bert,
    write_space_sign_model,
    write_word_vectors,
)


@pytest.fixture(scope="session")
def fake_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with one folder per tiny model."""
    root = tmp_path_factory.mktemp("fake-models")
    for kind in ("gpt2", "llama", "qwen2", "qwen3", "olmo2"):
        write_causal_model(root / f"tiny-{kind}", kind)
    write_bert(root / "tiny-bert")
    write_old_bert(root / "tiny-old-bert", root / "tiny-bert")
    write_space_sign_model(root / "tiny-spm")
    write_word_vectors(root / "tiny-glove")
    for kind in ("llama", "qwen2"):
        write_gguf_model(root / f"tiny-{kind}-gguf", root / f"tiny-{kind}", kind)
    return root


@pytest.fixture
def cache(tmp_path: Path, fake_models: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty cache, used instead of the reader's own; the tiny models are the reader's own sources."""
    monkeypatch.setenv("EMBEDGUIDE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("EMBEDGUIDE_SOURCES", str(fake_models))
    return tmp_path / "cache"
