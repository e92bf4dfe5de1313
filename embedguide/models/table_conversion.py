"""From a source to the files of a token table: `table.npy` (float16), `texts.json`, `tokenizer.json`.

Rounding to float16, measured as the largest difference to the dequantised float32 table: SmolLM2 135M 4.9e-4
(its largest number is 1.96), Qwen2.5 0.5B 6.0e-5 (0.25), MiniLM-L6 4.0e-4 (1.05), GloVe 1.9e-3 (5.5). Quantised files
were rounded further than that before. Nothing overflows; `meta.json` notes the error and the count of
numbers that became zero (Qwen, SmolLM2: none; MiniLM: 7; GloVe: 3), and a table with numbers beyond float16 is refused.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from embedguide.models.converted import write_json
from embedguide.models.errors import ModelError, require_package
from embedguide.models.gguf_file import embedding_tensor, read_gguf
from embedguide.models.safetensors_file import SafeTensor, read_safetensors
from embedguide.models.vocabulary import WORDS, Vocabulary, build_gguf_tokenizer, read_vocabulary
from embedguide.sources import LocalSource

TABLE, TEXTS, TOKENIZER = "table.npy", "texts.json", "tokenizer.json"
_INPUT_NAMES = ("embed_tokens.weight", "wte.weight", "word_embeddings.weight", "embed_in.weight")
_OUTPUT_NAMES = ("lm_head.weight", "embed_out.weight", "cls.predictions.decoder.weight")
_LANGUAGE_MODEL_ENDINGS = ("ForCausalLM", "LMHeadModel", "ForMaskedLM")


def convert_table(local: LocalSource, folder: Path) -> dict[str, Any]:
    """Write the files of the token table of a source into `folder` and return what `meta.json` is to say.

    Raises:
        ModelError: the source holds no table in a form known here, or the table does not fit into float16.
    """
    by_ending = {path.suffix: path for path in local.paths.values()}
    if ".gguf" in by_ending:
        return _convert_gguf_table(by_ending[".gguf"], folder)
    if ".npy" in by_ending and ".parquet" in by_ending:
        return _convert_word_vectors(by_ending[".npy"], by_ending[".parquet"], folder)
    if ".safetensors" in by_ending:
        return _convert_safetensors_table(local, folder)
    raise ModelError(
        f"{local.source.name!r} holds no token table: a .gguf file, .safetensors with tokenizer.json and "
        f"config.json, or .npy with .parquet expected, got {', '.join(sorted(local.paths))}."
    )


def _convert_gguf_table(path: Path, folder: Path) -> dict[str, Any]:
    file = read_gguf(path)
    name, tied = embedding_tensor(file)
    tensor = file.tensors[name]
    tokenizer = build_gguf_tokenizer(file)
    vocabulary = read_vocabulary(tokenizer, tensor.shape[0])
    write_json(folder / TOKENIZER, tokenizer)
    rounding = _write_table(folder / TABLE, file.row_blocks(name), tensor.shape)
    return _meta(folder, vocabulary, rounding, tied, f"{name} ({file.quantisation(name)})")


def _convert_safetensors_table(local: LocalSource, folder: Path) -> dict[str, Any]:
    config = _read_json(local, "config.json")
    tokenizer = _read_json(local, "tokenizer.json")
    tokenizer["padding"] = tokenizer["truncation"] = None  # a tokenizer may be saved set to cut and pad to 128 tokens
    tensors = read_safetensors([path for path in local.paths.values() if path.suffix == ".safetensors"])
    tensor = _one_table(local, tensors)
    vocabulary = read_vocabulary(tokenizer, tensor.shape[0])
    write_json(folder / TOKENIZER, tokenizer)
    rounding = _write_table(folder / TABLE, tensor.row_blocks(), tensor.shape)
    return _meta(folder, vocabulary, rounding, _is_tied(config, tensors), f"{tensor.name} ({tensor.dtype})")


def _read_json(local: LocalSource, name: str) -> dict[str, Any]:
    if name not in local.paths:
        raise ModelError(
            f"{local.source.name!r} has no {name}, only {', '.join(sorted(local.paths))}. "
            "Choose a model that is published with one."
        )
    parsed: dict[str, Any] = json.loads(local.path(name).read_bytes())
    return parsed


def _one_table(local: LocalSource, tensors: dict[str, SafeTensor]) -> SafeTensor:
    found = [name for name in tensors if name.endswith(_INPUT_NAMES)]
    if len(found) != 1:
        raise ModelError(
            f"{local.source.name!r}: one embedding table expected ({', '.join(_INPUT_NAMES)}), "
            f"found {found or 'none'} among {len(tensors)} tensors. "
            f"Add its name to _INPUT_NAMES in {__name__}."
        )
    tensor = tensors[found[0]]
    if len(tensor.shape) != 2 or tensor.dtype not in ("F64", "F32", "F16", "BF16"):
        raise ModelError(
            f"{local.source.name!r}: {tensor.name} should be a matrix of floats, got {tensor.dtype} {tensor.shape}."
        )
    return tensor


def _is_tied(config: dict[str, Any], tensors: dict[str, SafeTensor]) -> bool | None:
    """Return None for a model without output layer: nothing there to be tied."""
    names = config.get("architectures") or [""]
    if not names[0].endswith(_LANGUAGE_MODEL_ENDINGS):
        return None
    return bool(config.get("tie_word_embeddings")) or not any(name.endswith(_OUTPUT_NAMES) for name in tensors)


def _convert_word_vectors(vectors: Path, index: Path, folder: Path) -> dict[str, Any]:
    stored = np.load(vectors, mmap_mode="r", allow_pickle=False)
    parquet = require_package("pyarrow.parquet", "Reading the words of word vectors")
    words = [str(word) for word in parquet.read_table(index).column(0).to_pylist()]
    if len(words) != len(stored):
        raise ModelError(f"{index.name} has {len(words)} words for {len(stored)} vectors in {vectors.name}.")
    rounding = _write_table(folder / TABLE, np.array_split(stored, 100), stored.shape)
    return _meta(folder, Vocabulary(WORDS, words, [], []), rounding, None, f"{vectors.name} ({stored.dtype})")


def _write_table(path: Path, blocks: Iterable[np.ndarray], shape: tuple[int, ...]) -> dict[str, float]:
    """Write blocks of rows as one float16 file; return the rounding error and how many became zero."""
    table = np.lib.format.open_memmap(path, mode="w+", dtype=np.float16, shape=shape)
    row, error, vanished = 0, 0.0, 0
    for block in blocks:
        with np.errstate(over="ignore"):
            rounded = block.astype(np.float16)
        if not np.isfinite(rounded).all():
            worst = float(np.abs(block).max())
            raise ModelError(
                f"numbers from -65504 to 65504 expected, got {worst:g} in rows {row} to {row + len(block)}."
            )
        error = max(error, float(np.abs(rounded.astype(np.float32) - block).max(initial=0)))
        vanished += int(((rounded == 0) & (block != 0)).sum())
        table[row : row + len(block)] = rounded
        row += len(block)
    table.flush()
    return {"largest_error": error, "became_zero": vanished}


def _meta(
    folder: Path, vocabulary: Vocabulary, rounding: dict[str, float], tied: bool | None, tensor: str
) -> dict[str, Any]:
    write_json(folder / TEXTS, vocabulary.texts)
    return {
        "kind": vocabulary.kind,
        "special_ids": vocabulary.special_ids,
        "unused_ids": vocabulary.unused_ids,
        "tied": tied,
        "tensor": tensor,
        "rounding": rounding,
    }
