"""Models larger than memory: read block by block they give the same states, or clear words where even that is too much."""

import sys
from pathlib import Path

import numpy as np
import pytest

from embedguide.models import ModelError, open_language_model
from embedguide.models.block_writes import block_writes
from embedguide.models.large import available_memory, weight_sizes

ITEMS = [[5, 9, 200], [7], [1, 2, 3]]
EVERY = ["tiny-gpt2", "tiny-llama", "tiny-qwen2", "tiny-qwen3", "tiny-olmo2", "tiny-spm", "tiny-bert"]


def limit(monkeypatch: pytest.MonkeyPatch, size: float) -> None:
    monkeypatch.setattr("embedguide.models.large.available_memory", lambda: int(size))


def room_for_one_block(folder: Path) -> float:
    whole, outside, block = weight_sizes(folder)
    assert outside + block < whole
    return (outside + block) / 0.9 + 9


@pytest.mark.parametrize("name", EVERY)
def test_read_block_by_block_a_model_is_the_same(
    fake_models: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    items = [[2, 5, 6, 3]] if name == "tiny-bert" else ITEMS
    whole = open_language_model(str(fake_models / name))
    limit(monkeypatch, room_for_one_block(fake_models / name))
    parted = open_language_model(str(fake_models / name))
    assert "blocks stay on disk" in capsys.readouterr().err
    assert {w.device.type for block in parted._parts.blocks for w in block.parameters()} == {"meta"}
    for mine, theirs in zip(parted.hidden_states(items), whole.hidden_states(items), strict=True):
        assert np.array_equal(mine, theirs)
    assert np.array_equal(parted.embedding_rows([5, 6]), whole.embedding_rows([5, 6]))
    states = whole.hidden_states(items)[0]
    assert np.array_equal(parted.final_norm(states), whole.final_norm(states))
    assert (parted.n_parameters, parted.made_by) == (whole.n_parameters, whole.made_by)
    if parted.predicts_next:
        assert np.array_equal(parted.next_token_probabilities([5]), whole.next_token_probabilities([5]))
        assert np.array_equal(parted.logits(states), whole.logits(states))
    assert {w.device.type for block in parted._parts.blocks for w in block.parameters()} == {"meta"}


@pytest.mark.parametrize("name", ["tiny-llama", "tiny-gpt2"])
def test_writers_of_blocks_on_disk_can_be_read(
    fake_models: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    whole = block_writes(open_language_model(str(fake_models / name)), [[5, 6]])
    limit(monkeypatch, room_for_one_block(fake_models / name))
    for mine, theirs in zip(block_writes(open_language_model(str(fake_models / name)), [[5, 6]]), whole, strict=True):
        assert np.array_equal(mine.mlp, theirs.mlp) and np.array_equal(mine.neurons, theirs.neurons)


def test_a_block_that_does_not_fit_is_told(fake_models: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, 1000)
    expected = "'tiny-llama' takes .* MB of memory as float32, and 0.00 MB are free. Read block by block it still takes"
    with pytest.raises(ModelError, match=expected):
        open_language_model(str(fake_models / "tiny-llama"))


def test_without_the_package_the_message_says_what_to_install(
    fake_models: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, room_for_one_block(fake_models / "tiny-llama"))
    monkeypatch.setitem(sys.modules, "accelerate", None)
    with pytest.raises(ModelError, match=r"'tiny-llama' takes .* pip install 'embedguide\[large\]'"):
        open_language_model(str(fake_models / "tiny-llama"))


def test_the_memory_of_this_machine_is_known() -> None:
    found = available_memory()
    assert found is None or found > 1_000_000
