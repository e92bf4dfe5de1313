"""Language models of every architecture: the residual stream, the hook, the probabilities, and their guards."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file
from tiny_models import GLOVE, LLAMA_GGUF, QWEN2_GGUF

from embedguide.models import LanguageModel, ModelError, open_language_model, open_token_table

ITEMS = [[5, 9, 200], [7], [1, 2, 3, 4, 5], [30, 31, 32], [8]]
CAUSAL = ["tiny-gpt2", "tiny-llama", "tiny-qwen2", "tiny-qwen3", "tiny-olmo2", "tiny-spm"]


@pytest.fixture
def gpt2(fake_models: Path, cache: Path) -> LanguageModel:
    return open_language_model(str(fake_models / "tiny-gpt2"))


def theirs(folder: Path, ids: list[int]) -> tuple[Any, Any]:
    """Return transformers' own hidden states and logits, the model loaded independently."""
    loader = transformers.AutoModel if folder.name == "tiny-bert" else transformers.AutoModelForCausalLM
    model = loader.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    with torch.no_grad():
        output = model(input_ids=torch.tensor([ids]), output_hidden_states=True)
    states = np.stack([state[0].numpy() for state in output.hidden_states])
    return states, getattr(output, "logits", None)


@pytest.mark.parametrize("name", CAUSAL)
def test_states_are_those_of_transformers(fake_models: Path, cache: Path, name: str) -> None:
    model = open_language_model(str(fake_models / name))
    expected, logits = theirs(fake_models / name, ITEMS[0])
    states = model.hidden_states([ITEMS[0]])[0]
    assert states.shape == expected.shape == (model.n_layers + 1, 3, model.n_dims) and states.dtype == np.float32
    assert np.array_equal(states[:-1], expected[:-1])
    assert not np.allclose(states[-1], expected[-1], atol=0.01)  # theirs is after the final norm, ours before
    assert np.allclose(model.final_norm(states[-1]), expected[-1], atol=1e-6)
    probabilities = model.next_token_probabilities(ITEMS[0])
    assert np.allclose(probabilities, torch.softmax(logits[0, -1].double(), -1).numpy(), atol=1e-7)
    assert probabilities.dtype == np.float32 and abs(probabilities.sum() - 1) < 1e-5


def test_encoder_states_are_those_of_transformers(fake_models: Path, cache: Path) -> None:
    model = open_language_model(str(fake_models / "tiny-bert"))
    expected, _ = theirs(fake_models / "tiny-bert", [2, 5, 6, 3])
    assert np.array_equal(model.hidden_states(["the cat"])[0], expected)  # with [CLS] and [SEP]
    assert np.array_equal(model.final_norm(expected[-1]), expected[-1])
    assert model.predicts_next is False and model.n_layers == 2
    with pytest.raises(ModelError, match="'tiny-bert' is an encoder and predicts no next token"):
        model.next_token_probabilities([5])


def test_bert_as_it_was_stored_in_2018(fake_models: Path, cache: Path) -> None:
    old = open_language_model(str(fake_models / "tiny-old-bert"))
    new = open_language_model(str(fake_models / "tiny-bert"))
    assert np.array_equal(old.hidden_states(["the cat"])[0], new.hidden_states(["the cat"])[0])
    assert np.array_equal(old.table.vectors, new.table.vectors)
    assert old.table.tied is True and new.table.tied is None


def test_items_of_unequal_length_keep_order_and_numbers(gpt2: LanguageModel) -> None:
    together = gpt2.hidden_states(ITEMS)
    assert [states.shape[1] for states in together] == [3, 1, 5, 3, 1]
    for item, states in zip(ITEMS, together, strict=True):
        assert np.allclose(states, gpt2.hidden_states([item])[0], atol=1e-4)
    # No number depends on the presence of longer items.
    assert np.array_equal(gpt2.hidden_states([ITEMS[1], ITEMS[4]])[0], together[1])
    last = gpt2.last_hidden_states(ITEMS)
    assert last.shape == (4, 5, 64) and last.dtype == np.float32
    assert np.array_equal(last, np.stack([states[:, -1] for states in together], axis=1))


def test_many_items_go_through_in_several_passes(gpt2: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("embedguide.models.language_model._TOKENS_PER_PASS", 4)
    items = [[i, i + 1] for i in range(7)]
    assert np.allclose(gpt2.last_hidden_states(items)[:, 6], gpt2.hidden_states([items[6]])[0][:, -1], atol=1e-4)


def test_texts_are_tokenized_as_the_table_does(gpt2: LanguageModel) -> None:
    ids = gpt2.table.tokenize("the cat")
    assert np.array_equal(gpt2.hidden_states(["the cat"])[0], gpt2.hidden_states([ids])[0])
    assert np.array_equal(gpt2.next_token_probabilities("the cat"), gpt2.next_token_probabilities(ids))


def test_layer_zero(fake_models: Path, cache: Path, gpt2: LanguageModel) -> None:
    llama = open_language_model(str(fake_models / "tiny-spm"))  # stored as bfloat16, so float16 holds it exactly
    assert np.array_equal(llama.hidden_states([[9, 260]])[0][0], llama.table.rows([9, 260]))
    positions = gpt2.hidden_states([[9, 9]])[0][0] - gpt2.table.rows([9, 9])
    assert not np.allclose(positions[0], positions[1], atol=0.01)  # GPT-2 has added the positions


@pytest.mark.parametrize("name", [*CAUSAL, "tiny-bert"])
def test_identity_hook_changes_nothing(fake_models: Path, cache: Path, name: str) -> None:
    model = open_language_model(str(fake_models / name))
    seen: list[Any] = []

    def identity(vectors: np.ndarray) -> np.ndarray:
        seen.append(vectors.copy())
        return vectors

    plain = model.hidden_states([[5, 6, 7]])[0]
    with model.embedding_hook(identity):
        assert np.array_equal(model.hidden_states([[5, 6, 7]])[0], plain)
        if model.predicts_next:
            hooked = model.next_token_probabilities([5, 6, 7])
    if model.predicts_next:
        assert np.array_equal(hooked, model.next_token_probabilities([5, 6, 7]))
    assert seen[0].shape == (1, 3, model.n_dims)
    assert np.allclose(seen[0][0], model.table.rows([5, 6, 7]), atol=2e-3)


def test_hook_that_swaps_a_token_equals_the_other_prompt(gpt2: LanguageModel) -> None:
    row = load_file(gpt2.source.path("model.safetensors"))["transformer.wte.weight"][40].numpy()

    def swap(vectors: np.ndarray) -> np.ndarray:
        vectors[:, 1] = row
        return vectors

    with gpt2.embedding_hook(swap):
        hooked = gpt2.next_token_probabilities([5, 6, 7])
    assert np.array_equal(hooked, gpt2.next_token_probabilities([5, 40, 7]))
    assert not np.allclose(hooked, gpt2.next_token_probabilities([5, 6, 7]))


def test_hook_is_removed_after_an_error(gpt2: LanguageModel) -> None:
    plain = gpt2.next_token_probabilities([5, 6])
    with pytest.raises(ZeroDivisionError), gpt2.embedding_hook(lambda vectors: vectors / (1 // 0)):
        gpt2.next_token_probabilities([5, 6])
    assert np.array_equal(gpt2.next_token_probabilities([5, 6]), plain)


def test_hook_that_returns_another_shape(gpt2: LanguageModel) -> None:
    with (
        pytest.raises(ModelError, match=r"should return shape \(1, 2, 64\), got \(2, 64\)"),
        gpt2.embedding_hook(lambda vectors: vectors[0]),
    ):
        gpt2.next_token_probabilities([5, 6])


@pytest.mark.parametrize("name", CAUSAL)
def test_probabilities_of_many_items(fake_models: Path, cache: Path, name: str) -> None:
    model = open_language_model(str(fake_models / name))
    together = model.next_token_probabilities_of(ITEMS)
    assert together.shape == (5, model.table.n_tokens) and together.dtype == np.float32
    for item, found in zip(ITEMS, together, strict=True):
        _, logits = theirs(fake_models / name, item)
        assert np.allclose(found, torch.softmax(logits[0, -1].double(), -1).numpy(), atol=1e-6)
    assert np.array_equal(model.next_token_probabilities_of(ITEMS, [9, 3]), together[:, [9, 3]])


def test_a_hook_gets_items_of_equal_length_in_their_order(gpt2: LanguageModel) -> None:
    rows = gpt2.embedding_rows([40, 41, 42])

    def put(vectors: np.ndarray) -> np.ndarray:
        vectors[:, 1] = rows
        return vectors

    with gpt2.embedding_hook(put):
        hooked = gpt2.next_token_probabilities_of([[5, 6, 7]] * 3)
    assert np.allclose(hooked, gpt2.next_token_probabilities_of([[5, 40, 7], [5, 41, 7], [5, 42, 7]]), atol=1e-7)
    assert not np.allclose(hooked[0], hooked[1])


@pytest.mark.parametrize("name", CAUSAL)
def test_items_after_a_beginning_that_was_read_once(fake_models: Path, cache: Path, name: str) -> None:
    model = open_language_model(str(fake_models / name))
    after, endings = model.read_beginning([11, 12, 13]), [[5, 9], [7], [30, 31], [8]]
    whole = model.next_token_probabilities_of([[11, 12, 13, *ending] for ending in endings])
    for _ in range(2):  # what was kept does not grow by what was read after it
        assert np.allclose(model.next_token_probabilities_of(endings, after=after), whole, atol=1e-5)
    assert not np.allclose(model.next_token_probabilities_of(endings), whole, atol=1e-3)
    rows = model.embedding_rows([40, 41])
    with model.embedding_hook(lambda vectors: np.stack([rows, vectors[:, 1]], axis=1)):
        hooked = model.next_token_probabilities_of([[5, 9]] * 2, [3], after)
    swapped = model.next_token_probabilities_of([[11, 12, 13, i, 9] for i in (40, 41)], [3])
    assert np.allclose(hooked, swapped, atol=1e-5)


@pytest.mark.parametrize("name", CAUSAL)
def test_logits_of_the_last_layer_are_the_models_own(fake_models: Path, cache: Path, name: str) -> None:
    model = open_language_model(str(fake_models / name))
    _, logits = theirs(fake_models / name, ITEMS[0])
    states = model.hidden_states([ITEMS[0]])[0]
    assert np.allclose(model.logits(states[-1]), logits[0].numpy(), atol=1e-4)
    few = model.logits(states, [9, 3])
    assert few.shape == (model.n_layers + 1, 3, 2)
    assert np.allclose(few[-1], logits[0][:, [9, 3]].numpy(), atol=1e-4)


def test_rows_of_the_embedding_are_those_of_the_file(gpt2: LanguageModel) -> None:
    weights = load_file(gpt2.source.path("model.safetensors"))["transformer.wte.weight"]
    assert np.array_equal(gpt2.embedding_rows([40, 3]), weights[[40, 3]].numpy())


def test_encoders_have_no_next_token(fake_models: Path, cache: Path) -> None:
    model = open_language_model(str(fake_models / "tiny-bert"))
    with pytest.raises(ModelError, match="predicts no next token"):
        model.next_token_probabilities_of([[5]])
    with pytest.raises(ModelError, match="predicts no next token"):
        model.read_beginning([5])
    with pytest.raises(ModelError, match="predicts no next token"):
        model.logits(np.zeros((1, 64)))


@pytest.mark.parametrize(
    ("item", "got"),
    [([], "0 tokens"), ([5, 9999], "the id 9999"), ([-1], "the id -1"), ([1] * 65, "65 tokens")],
)
def test_impossible_items(gpt2: LanguageModel, item: list[int], got: str) -> None:
    with pytest.raises(ModelError, match=rf"'tiny-gpt2' takes 1 to 64 tokens with ids 0 to \d+, got {got}"):
        gpt2.hidden_states([item])
    with pytest.raises(ModelError, match=got):
        gpt2.next_token_probabilities(item)


@pytest.mark.parametrize("one", ["the cat", [5, 6]])
def test_one_item_instead_of_a_list(gpt2: LanguageModel, one: Any) -> None:
    with pytest.raises(ModelError, match="a list of items expected, got one item"):
        gpt2.hidden_states(one)


@pytest.mark.parametrize(("source", "hub_model"), [(LLAMA_GGUF, "tiny-llama"), (QWEN2_GGUF, "tiny-qwen2")])
def test_gguf_equals_the_model_it_was_made_from(fake_models: Path, cache: Path, source: Any, hub_model: str) -> None:
    model = open_language_model(source)
    original = open_language_model(str(fake_models / hub_model))
    ours, expected = model.hidden_states([ITEMS[2]])[0], original.hidden_states([ITEMS[2]])[0]
    coarse = 0.03 if source is QWEN2_GGUF else 3e-3  # Q8_0 and float16 of numbers around 0.4
    assert np.abs(ours[0] - expected[0]).max() < coarse
    assert np.linalg.norm(ours - expected) < coarse * np.linalg.norm(expected)
    assert np.array_equal(ours[0], open_token_table(source).rows(ITEMS[2]))  # one table at both ends
    probabilities = model.next_token_probabilities(ITEMS[2])
    assert np.abs(probabilities - original.next_token_probabilities(ITEMS[2])).max() < 0.05


def test_missing_weights_are_not_made_up(fake_models: Path, cache: Path, tmp_path: Path) -> None:
    folder = copied(fake_models / "tiny-gpt2", tmp_path / "holed")
    weights = load_file(folder / "model.safetensors")
    del weights["transformer.h.1.ln_1.weight"]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match=r"'holed': 1 weights .* missing .*h\.1\.ln_1\.weight.*random"):
        open_language_model(str(folder))


def test_damaged_weights_are_named(fake_models: Path, cache: Path, tmp_path: Path) -> None:
    folder = copied(fake_models / "tiny-gpt2", tmp_path / "cut")
    (folder / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes()[:-100])
    with pytest.raises(ModelError, match=r"'cut' \(GPT2LMHeadModel\) cannot be loaded"):
        open_language_model(str(folder))


def test_code_in_a_model_is_not_run(fake_models: Path, cache: Path, tmp_path: Path) -> None:
    folder = copied(fake_models / "tiny-gpt2", tmp_path / "foreign")
    config = (folder / "config.json").read_text()
    config = config.replace('"model_type": "gpt2"', '"model_type": "evil", "auto_map": {"AutoConfig": "evil.Config"}')
    (folder / "config.json").write_text(config)
    (folder / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nclass Config: ...\n")
    with pytest.raises(ModelError, match="'foreign'"):
        open_language_model(str(folder))
    assert not (tmp_path / "ran").exists()


def test_word_vectors_are_no_language_model(cache: Path) -> None:
    with pytest.raises(ModelError, match=r"'tiny-glove' is no language model: a \.gguf file, or"):
        open_language_model(GLOVE)


@pytest.mark.parametrize("package", ["torch", "transformers"])
def test_missing_extra(fake_models: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ModelError, match=rf"needs the package '{package}'.*pip install 'embedguide\[compute\]'"):
        open_language_model(str(fake_models / "tiny-gpt2"))


def test_one_thread_and_no_gradients(fake_models: Path, cache: Path) -> None:
    torch.set_num_threads(2)
    gpt2 = open_language_model(str(fake_models / "tiny-gpt2"))
    assert torch.get_num_threads() == 1
    assert not any(parameter.requires_grad for parameter in gpt2._module.parameters())


def copied(model: Path, folder: Path) -> Path:
    """Return a copy of a model that a test may damage."""
    folder.mkdir()
    for path in model.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder
