"""The gradient of a token table, against one taken in torch without the guide's model class."""

from pathlib import Path

import numpy as np
import pytest
import torch
import transformers

from embedguide.models import ModelError, open_language_model
from embedguide.models.gradients import gradient_of_table

TEXT = "the cat sat on the mat"


@pytest.mark.parametrize("name", ["tiny-gpt2", "tiny-llama", "tiny-qwen3"])
def test_rows_are_those_of_torch(fake_models: Path, cache: Path, name: str) -> None:
    model = open_language_model(str(fake_models / name))
    ids = model.table.tokenize(TEXT)
    found = gradient_of_table(model, TEXT)
    theirs = transformers.AutoModelForCausalLM.from_pretrained(fake_models / name, dtype=torch.float32).eval()
    tokens = torch.tensor([ids])
    theirs(input_ids=tokens, labels=tokens).loss.backward()
    expected = theirs.get_input_embeddings().weight.grad.double().norm(dim=1).numpy()
    assert np.allclose(found.whole, expected, rtol=1e-3, atol=1e-7)
    assert len(found.through_input) == len(ids)
    # The last token is only an answer.
    assert found.through_input[-1] == 0 and (found.through_input[:-1] > 0).all()
    n_rows = len(found.whole) if theirs.config.tie_word_embeddings else len(set(ids[:-1]))
    assert (found.whole > 0).sum() == n_rows


def test_the_model_is_left_as_it_was(fake_models: Path, cache: Path) -> None:
    model = open_language_model(str(fake_models / "tiny-gpt2"))
    before = model.hidden_states([[5, 9]])[0]
    gradient_of_table(model, TEXT)
    weight = model._parts.embedding.weight
    assert weight.grad is None and not weight.requires_grad
    assert np.array_equal(model.hidden_states([[5, 9]])[0], before)


def test_an_encoder_has_no_next_token_loss(fake_models: Path, cache: Path) -> None:
    with pytest.raises(ModelError, match="a model that predicts"):
        gradient_of_table(open_language_model(str(fake_models / "tiny-bert")), TEXT)
