"""From a GGUF file to `config.json` and `model.safetensors` that transformers opens in seconds.

Written directly: transformers' own GGUF loading takes 26 s (SmolLM2) to 59 s (Qwen), needs the package
accelerate and refuses to save what it loaded. Matrices are dequantised and stored as float16, vectors
(norms, biases) as float32, exactly. Rounding to float16, largest difference to the dequantised float32:
SmolLM2 135M 2.0e-3 (where the numbers reach 5.3), Qwen2.5 0.5B 9.8e-4 (3.8), a relative 4.9e-4 at most and
far less than the quantisation itself.

Qwen's file holds the table twice. Both ends of the model use the more exact one (`output.weight`, Q8_0), as
the published model does, whose input and output are one matrix; so its layer 0 is the very row of the token
table.
"""

import re
from pathlib import Path
from typing import Any

import numpy as np

from embedguide.models.converted import write_json
from embedguide.models.errors import ModelError, require_package
from embedguide.models.gguf_file import GgufFile, embedding_tensor, read_gguf
from embedguide.sources import LocalSource

CONFIG, WEIGHTS = "config.json", "model.safetensors"
_CLASSES = {"llama": "LlamaForCausalLM", "qwen2": "Qwen2ForCausalLM"}
_BLOCK_PARTS = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
_WHOLE_PARTS = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}


def gguf_path(local: LocalSource) -> Path | None:
    """Return the GGUF file of a source, None where it has none."""
    return next((path for path in local.paths.values() if path.suffix == ".gguf"), None)


def convert_gguf_model(local: LocalSource, folder: Path) -> dict[str, Any]:
    """Write a GGUF source as `config.json` and `model.safetensors`; return what `meta.json` is to say.

    Raises:
        ModelError: the architecture is neither llama nor qwen2, or the file holds a tensor not known here.
    """
    path = gguf_path(local)
    if path is None:
        raise ModelError(f"{local.source.name!r} has no .gguf file, only {', '.join(sorted(local.paths))}.")
    file = read_gguf(path)
    if file.architecture not in _CLASSES:
        raise ModelError(
            f"{path.name}: architecture {' or '.join(_CLASSES)} expected, got {file.architecture!r}. "
            "Choose the model's safetensors on the hub instead."
        )
    table, tied = embedding_tensor(file)
    weights, error = _weights(file, table, tied)
    require_package("safetensors", "Converting a model")
    require_package("safetensors.numpy", "Converting a model").save_file(
        weights, folder / WEIGHTS, metadata={"format": "pt"}
    )
    write_json(folder / CONFIG, _config(file, tied))
    return {"input_embedding": table, "tied": tied, "rounding": {"largest_error": error}}


def _config(file: GgufFile, tied: bool) -> dict[str, Any]:
    """Return the transformers configuration that the metadata of the file describes."""
    name = file.architecture
    scaled = [field for field in file.fields if field.startswith(f"{name}.rope.scaling")]
    if scaled:
        raise ModelError(f"{file.path.name}: scaled rotary positions ({', '.join(scaled)}) are not supported.")

    def field(key: str, default: Any = None) -> Any:
        value = file.fields.get(f"{name}.{key}", default)
        if value is None:
            raise ModelError(f"{file.path.name}: the field {name}.{key} is missing in the GGUF header.")
        return value

    n_heads = field("attention.head_count")
    config = {
        "architectures": [_CLASSES[name]],
        "model_type": name,
        "hidden_act": "silu",
        "hidden_size": field("embedding_length"),
        "intermediate_size": field("feed_forward_length"),
        "num_hidden_layers": field("block_count"),
        "num_attention_heads": n_heads,
        "num_key_value_heads": field("attention.head_count_kv", n_heads),
        "head_dim": field("attention.key_length", field("embedding_length") // n_heads),
        "max_position_embeddings": field("context_length"),
        "rms_norm_eps": field("attention.layer_norm_rms_epsilon"),
        "rope_theta": field("rope.freq_base", 10000.0),
        "tie_word_embeddings": tied,
        "vocab_size": file.tensors["token_embd.weight"].shape[0],
        "bos_token_id": file.fields.get("tokenizer.ggml.bos_token_id"),
        "eos_token_id": file.fields.get("tokenizer.ggml.eos_token_id"),
    }
    return config


def _weights(file: GgufFile, table: str, tied: bool) -> tuple[dict[str, np.ndarray], float]:
    """Return all tensors under transformers' names, and the largest error of rounding to float16."""
    weights: dict[str, np.ndarray] = {}
    largest = 0.0
    for name in file.tensors:
        if tied and name in ("token_embd.weight", "output.weight"):
            if name != table:
                continue
            target = _WHOLE_PARTS["token_embd.weight"]
        else:
            target = _target(file, name)
        weights[target], error = _stored(file, name)
        largest = max(largest, error)
    return weights, largest


def _target(file: GgufFile, name: str) -> str:
    match = re.fullmatch(r"blk\.(\d+)\.(\w+)\.(weight|bias)", name)
    if name in _WHOLE_PARTS:
        return _WHOLE_PARTS[name]
    if match and match[2] in _BLOCK_PARTS:
        return f"model.layers.{match[1]}.{_BLOCK_PARTS[match[2]]}.{match[3]}"
    raise ModelError(f"{file.path.name}: the tensor {name!r} is not known in a {file.architecture} model.")


def _stored(file: GgufFile, name: str) -> tuple[np.ndarray, float]:
    """Return a tensor as it is stored (matrices float16, vectors float32) and its rounding error."""
    tensor = file.tensors[name]
    if len(tensor.shape) == 1:
        return file.rows(name).reshape(tensor.shape), 0.0
    stored, row, error = np.empty(tensor.shape, dtype=np.float16), 0, 0.0
    for block in file.row_blocks(name):
        part = stored[row : row + len(block)]
        with np.errstate(over="ignore"):
            part[:] = block
        if not np.isfinite(part).all():
            raise ModelError(f"{file.path.name}: {name} has numbers beyond float16 (65504).")
        error = max(error, float(np.abs(part.astype(np.float32) - block).max()))
        row += len(block)
    return _without_interleaving(file, name, stored), error


def _without_interleaving(file: GgufFile, name: str, matrix: np.ndarray) -> np.ndarray:
    """Return the queries and keys of a llama model in transformers' order of rows.

    GGUF puts the two halves of each rotary pair next to each other, transformers half a head apart.
    """
    part = name.split(".")[-2]
    if file.architecture != "llama" or part not in ("attn_q", "attn_k"):
        return matrix
    key = "attention.head_count" if part == "attn_q" else "attention.head_count_kv"
    n_heads = int(file.fields.get(f"llama.{key}", file.fields["llama.attention.head_count"]))
    pairs = matrix.reshape(n_heads, matrix.shape[0] // n_heads // 2, 2, matrix.shape[1])
    return np.ascontiguousarray(pairs.swapaxes(1, 2)).reshape(matrix.shape)
