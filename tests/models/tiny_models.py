"""Writers of tiny random models: few dimensions, real file formats."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pyarrow
import pyarrow.parquet
import safetensors.torch
import tokenizers
import torch
import transformers

from embedguide.sources import Source, SourceFile

TEXT = "the cat sat on the mat while a dog ran over the red hills of Paris and Berlin, then the cat slept"
WORDS = ["the", "of", "cat", "dog", "king", "queen", "paris", "berlin"]
_CONFIGS: dict[str, Any] = {
    "llama": transformers.LlamaConfig,
    "qwen2": transformers.Qwen2Config,
    "qwen3": transformers.Qwen3Config,
    "olmo2": transformers.Olmo2Config,
}
_SIZES: dict[str, Any] = {
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 64,
    "tie_word_embeddings": True,
}


def byte_level_tokenizer(words: Sequence[str] = ()) -> tokenizers.Tokenizer:
    """Return a trained byte-level BPE tokenizer of a few hundred tokens and one special token.

    Each of `words` is one token, with a leading space and without.
    """
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=320 + 12 * len(words),
        show_progress=False,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator([TEXT, *words, *(f" {word}" for word in words)] * 5, trainer)
    return tokenizer


def write_causal_model(folder: Path, kind: str, n_spare_rows: int = 4, words: Sequence[str] = ()) -> None:
    """Write a random model with byte-level tokenizer; its table has rows that no token uses."""
    tokenizer = byte_level_tokenizer(words)
    n_tokens = tokenizer.get_vocab_size() + n_spare_rows
    torch.manual_seed(7)
    if kind == "gpt2":
        config: Any = transformers.GPT2Config(
            vocab_size=n_tokens, n_embd=64, n_layer=3, n_head=4, n_positions=64, initializer_range=0.4
        )
        model: Any = transformers.GPT2LMHeadModel(config)
    else:
        config = _CONFIGS[kind](vocab_size=n_tokens, initializer_range=0.4, **_SIZES)
        model = transformers.AutoModelForCausalLM.from_config(config)
    randomize(model)
    model.save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))


def randomize(model: torch.nn.Module) -> None:
    """Give vectors (norms, biases) random values too: a fresh model has ones and zeros, which hide mistakes."""
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 1:
                parameter.uniform_(0.5, 1.5)


def write_bert(folder: Path, words: Sequence[str] = ()) -> None:
    """Write a random BERT with an uncased WordPiece tokenizer that was saved set to cut and pad to 8 tokens."""
    pieces = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        "the",
        "cat",
        "dog",
        "play",
        "##ing",
        "##s",
        "paris",
    ]
    pieces += sorted({word.lower() for word in words} - set(pieces))
    vocabulary = {piece: i for i, piece in enumerate(pieces)}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = tokenizers.decoders.WordPiece()
    tokenizer.add_special_tokens(pieces[:5])
    tokenizer.post_processor = tokenizers.processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.enable_padding(length=8)
    tokenizer.enable_truncation(8)
    torch.manual_seed(7)
    config = transformers.BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=48,
        max_position_embeddings=32,
        initializer_range=0.4,
    )
    model = transformers.BertModel(config)
    randomize(model)
    model.save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))


def write_old_bert(folder: Path, bert: Path) -> None:
    """Write the BERT in another folder again as bert-base-uncased is stored: old names, a prefix, an own head."""
    folder.mkdir()
    config = json.loads((bert / "config.json").read_bytes()) | {"architectures": ["BertForMaskedLM"]}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "tokenizer.json").write_bytes((bert / "tokenizer.json").read_bytes())
    old = {"LayerNorm.weight": "LayerNorm.gamma", "LayerNorm.bias": "LayerNorm.beta"}
    weights = {"cls.predictions.bias": torch.zeros(config["vocab_size"])}
    for name, weight in safetensors.torch.load_file(bert / "model.safetensors").items():
        for new, former in old.items():
            name = name.replace(new, former)
        weights[f"bert.{name}"] = weight
    safetensors.torch.save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def write_space_sign_model(folder: Path) -> None:
    """Write a random untied Llama, in bfloat16, whose tokenizer writes spaces as ▁ as Llama 2's does."""
    bytes_ = [f"<0x{byte:02X}>" for byte in range(256)]
    letters = ["▁", "c", "a", "t", "s", "ca", "cat", "▁cat", "▁s"]
    vocabulary = {piece: i for i, piece in enumerate(["<unk>", "<s>", "</s>", *bytes_, *letters])}
    merges = [("c", "a"), ("ca", "t"), ("▁", "cat"), ("▁", "s")]
    model = tokenizers.models.BPE(vocabulary, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    tokenizer = tokenizers.Tokenizer(model)
    normalizers = tokenizers.normalizers
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = tokenizers.decoders.Sequence(
        [
            tokenizers.decoders.Replace("▁", " "),
            tokenizers.decoders.ByteFallback(),
            tokenizers.decoders.Fuse(),
        ]
    )
    tokenizer.add_special_tokens(["<unk>", "<s>", "</s>"])
    torch.manual_seed(7)
    config = transformers.LlamaConfig(vocab_size=len(vocabulary), **(_SIZES | {"tie_word_embeddings": False}))
    transformers.LlamaForCausalLM(config).to(torch.bfloat16).save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))


def write_word_vectors(folder: Path) -> None:
    """Write eight words with vectors of five numbers, the last of zeros."""
    folder.mkdir()
    vectors = np.random.default_rng(7).normal(size=(len(WORDS), 5)).astype(np.float32)
    vectors[-1] = 0
    np.save(folder / "vectors.npy", vectors)
    pyarrow.parquet.write_table(pyarrow.table({"index": WORDS}), folder / "index.parquet")


def write_gguf_model(folder: Path, hub_model: Path, kind: str) -> None:
    """Write a model that was saved for transformers as a GGUF file, the way llama.cpp's converter does.

    Qwen2's file holds the tied table twice, coarse (Q5_0) as input and finer (Q8_0) as output, as the real one.
    """
    folder.mkdir()
    config = json.loads((hub_model / "config.json").read_bytes())
    tokenizer = json.loads((hub_model / "tokenizer.json").read_bytes())
    writer = gguf.GGUFWriter(folder / f"{folder.name}.gguf", kind)
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config["rope_parameters"]["rope_theta"])
    _add_tokenizer(writer, tokenizer, config["vocab_size"], "qwen2" if kind == "qwen2" else "smollm")
    weights = transformers.AutoModelForCausalLM.from_pretrained(hub_model).state_dict()
    for name, weight in weights.items():
        _add_tensor(writer, name, weight.numpy(), config, kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_tokenizer(writer: Any, tokenizer: dict[str, Any], n_rows: int, rule: str) -> None:
    tokens = sorted(tokenizer["model"]["vocab"], key=tokenizer["model"]["vocab"].get)
    unused = [f"[PAD{i}]" for i in range(len(tokens), n_rows)]
    control, normal, spare = gguf.TokenType.CONTROL, gguf.TokenType.NORMAL, gguf.TokenType.UNUSED
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(rule)
    writer.add_token_list(tokens + unused)
    types = [control if token == "<|endoftext|>" else normal for token in tokens] + [spare] * len(unused)
    writer.add_token_types(types)
    writer.add_token_merges([" ".join(merge) for merge in tokenizer["model"]["merges"]])


def _add_tensor(writer: Any, name: str, weight: np.ndarray, config: dict[str, Any], kind: str) -> None:
    if name == "lm_head.weight" and kind == "llama":
        return
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config["num_hidden_layers"])
    target = names.get_name(name, try_suffixes=(".weight", ".bias"))
    if kind == "llama" and name.endswith(("q_proj.weight", "k_proj.weight")):
        heads = config["num_attention_heads" if "q_proj" in name else "num_key_value_heads"]
        halves = weight.reshape(heads, 2, weight.shape[0] // heads // 2, weight.shape[1])
        weight = np.ascontiguousarray(halves.swapaxes(1, 2)).reshape(weight.shape)
    if kind == "qwen2" and name in ("lm_head.weight", "model.embed_tokens.weight"):
        quantisation = gguf.GGMLQuantizationType.Q8_0 if "lm_head" in name else gguf.GGMLQuantizationType.Q5_0
        raw = gguf.quantize(weight, quantisation)
        writer.add_tensor(target, raw, raw_dtype=quantisation)
    else:
        writer.add_tensor(target, weight)


def declared(*files: str, name: str) -> Source:
    """Return a source that lies under its name in EMBEDGUIDE_SOURCES."""
    pinned = tuple(SourceFile(file, file) for file in files)
    return Source(name, name.title(), "model", None, "1", "MIT", files=pinned)


LLAMA_GGUF = declared("tiny-llama-gguf.gguf", name="tiny-llama-gguf")
QWEN2_GGUF = declared("tiny-qwen2-gguf.gguf", name="tiny-qwen2-gguf")
GLOVE = declared("vectors.npy", "index.parquet", name="tiny-glove")
