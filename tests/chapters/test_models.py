"""What must stay true of the page on models: its counts are those of the files, read in another way."""

import json

import pytest
from committed import TABLE_TENSOR, Committed

from embedguide.sources import fetch

COMMITTED = Committed("models")
pytestmark = pytest.mark.real


@pytest.mark.parametrize("model", TABLE_TENSOR)
def test_counts_of_gguf_files(model):
    from gguf import GGUFReader

    (path,) = (p for p in fetch(model).paths.values() if p.suffix == ".gguf")
    reader = GGUFReader(path)
    (facts,) = COMMITTED.records("facts", model)
    n_dims, n_tokens = next(t for t in reader.tensors if t.name == TABLE_TENSOR[model]).shape
    assert (facts["n_tokens"], facts["n_dims"]) == (n_tokens, n_dims)
    assert facts["n_layers"] == len({t.name.split(".")[1] for t in reader.tensors if t.name.startswith("blk.")})
    assert facts["tensor"].startswith(TABLE_TENSOR[model])
    assert facts["tied"] == "yes"


def test_counts_of_the_encoder():
    from safetensors import safe_open

    local = fetch("minilm-l6")
    (path,) = (p for p in local.paths.values() if p.suffix == ".safetensors")
    (facts,) = COMMITTED.records("facts", "minilm-l6")
    with safe_open(path, "numpy") as weights:
        (name,) = (n for n in weights.keys() if n.endswith("word_embeddings.weight"))  # noqa: SIM118
        assert [facts["n_tokens"], facts["n_dims"]] == list(weights.get_slice(name).get_shape())
        blocks = {n.split("layer.")[1].split(".")[0] for n in weights.keys() if "layer." in n}  # noqa: SIM118
    assert facts["n_layers"] == len(blocks)
    assert facts["tied"] == "no output layer"
    vocabulary = json.loads(local.path("tokenizer.json").read_bytes())["model"]["vocab"]
    assert facts["n_tokens"] - facts["n_unused"] == len(vocabulary)
