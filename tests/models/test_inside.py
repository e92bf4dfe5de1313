"""Looking inside of blocks: attention weights, what the output layer reads, what attention and MLP add."""

from pathlib import Path

import numpy as np
import pytest
import torch
import transformers

from embedguide.models import ModelError, open_language_model
from embedguide.models.block_writes import block_writes, count_norms

ITEMS = [[5, 9, 200], [7], [30, 31, 32]]
CAUSAL = ["tiny-gpt2", "tiny-llama", "tiny-qwen2", "tiny-qwen3", "tiny-olmo2"]


@pytest.mark.parametrize("name", [*CAUSAL, "tiny-bert"])
def test_attentions_are_those_of_transformers(fake_models: Path, cache: Path, name: str) -> None:
    loader = transformers.AutoModel if name == "tiny-bert" else transformers.AutoModelForCausalLM
    theirs = loader.from_pretrained(fake_models / name, dtype=torch.float32, attn_implementation="eager").eval()
    items = [[5, 6, 7], [4], [8, 9, 10]] if name == "tiny-bert" else ITEMS
    found = open_language_model(str(fake_models / name)).attentions(items)
    for item, weights in zip(items, found, strict=True):
        with torch.no_grad():
            expected = theirs(input_ids=torch.tensor([item]), output_attentions=True).attentions
        # Alone and in a batch, float32 differs in the sixth decimal on some processors.
        assert np.allclose(weights, np.stack([layer[0].numpy() for layer in expected]), atol=5e-5)
        assert np.allclose(weights.sum(axis=-1), 1, atol=1e-5)


@pytest.mark.parametrize("name", CAUSAL)
def test_logits_of_the_last_layer_are_the_prediction(fake_models: Path, cache: Path, name: str) -> None:
    model = open_language_model(str(fake_models / name))
    logits = model.logits(model.hidden_states([ITEMS[0]])[0][-1, -1])
    probabilities = np.exp(logits - logits.max())
    assert np.allclose(probabilities / probabilities.sum(), model.next_token_probabilities(ITEMS[0]), atol=1e-6)


def test_an_encoder_has_no_logits(fake_models: Path, cache: Path) -> None:
    model = open_language_model(str(fake_models / "tiny-bert"))
    with pytest.raises(ModelError, match="'tiny-bert' is an encoder"):
        model.logits(np.zeros(model.n_dims))


@pytest.mark.parametrize("name", CAUSAL)
def test_a_block_adds_twice(fake_models: Path, cache: Path, name: str) -> None:
    model = open_language_model(str(fake_models / name))
    writes = block_writes(model, [ITEMS[0], ITEMS[2]])
    states = np.stack(model.hidden_states([ITEMS[0], ITEMS[2]]), axis=1)[:, :, -1]
    assert len(writes) == model.n_layers
    for layer, write in enumerate(writes):
        assert write.unexplained < 1e-5
        assert np.allclose(states[layer] + write.attention + write.mlp, states[layer + 1], atol=1e-4)
    assert count_norms(model) == 2
