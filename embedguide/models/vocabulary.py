"""The vocabulary of a tokenizer: every token as text; and the tokenizer that a GGUF header describes."""

import json
from dataclasses import dataclass
from typing import Any

from embedguide.models.errors import ModelError, require_package
from embedguide.models.gguf_file import GgufFile
from embedguide.models.glyphs import text_of_bytes

BYTE_LEVEL, WORD_PIECE, SPACE_SIGN, WORDS = "byte-level", "word-piece", "space-sign", "words"
_CONTROL, _USER_DEFINED, _UNUSED = 3, 4, 5
# How a text is cut before the merges, by the name that the file gives to it (`tokenizer.ggml.pre`).
# Transformers' own GGUF reader leaves out the digits of SmolLM2 and the normalisation of Qwen. Source: the
# tokenizer.json of each model, and src/llama-vocab.cpp of llama.cpp.
_QWEN2_WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+"
)


@dataclass(frozen=True)
class Vocabulary:
    """All tokens of a model.

    `texts[i]` is token `i` decoded; `kind` how the tokenizer treats the space before a word (`byte-level`,
    `space-sign`: part of the token; `word-piece`, `words`: dropped); `special_ids` the tokens that stand for
    no text, `unused_ids` the rows of the table that no token has.
    """

    kind: str
    texts: list[str]
    special_ids: list[int]
    unused_ids: list[int]


def read_vocabulary(tokenizer: dict[str, Any], n_rows: int) -> Vocabulary:
    """Return the vocabulary of a parsed `tokenizer.json`, for a table of `n_rows` rows.

    Raises:
        ModelError: it is of a kind not known here, or it has a token beyond the table.
    """
    kind = _kind(tokenizer)
    model = tokenizer["model"]["vocab"]
    pieces = model.items() if isinstance(model, dict) else ((piece, i) for i, (piece, _) in enumerate(model))
    texts: dict[int, str] = {i: _text(piece, kind) for piece, i in pieces}
    added = tokenizer.get("added_tokens") or []
    texts.update({token["id"]: token["content"] for token in added})
    if max(texts) >= n_rows:
        raise ModelError(f"the tokenizer has a token {max(texts)}, the table only {n_rows} rows: not the same model.")
    return Vocabulary(
        kind=kind,
        texts=[texts.get(i, f"<unused {i}>") for i in range(n_rows)],
        special_ids=sorted(token["id"] for token in added if token["special"]),
        unused_ids=[i for i in range(n_rows) if i not in texts],
    )


def _kind(tokenizer: dict[str, Any]) -> str:
    if tokenizer["model"].get("type") == "WordPiece":
        return WORD_PIECE
    parts = json.dumps([tokenizer.get("pre_tokenizer"), tokenizer.get("decoder"), tokenizer.get("normalizer")])
    if '"ByteLevel"' in parts:
        return BYTE_LEVEL
    if '"\\u2581"' in parts:
        return SPACE_SIGN
    raise ModelError(
        f"a tokenizer of type {tokenizer['model'].get('type')!r} that is neither byte-level nor WordPiece "
        "nor uses ▁ for spaces is not supported. Choose another model."
    )


def _text(piece: str, kind: str) -> str:
    if kind == BYTE_LEVEL:
        try:
            return text_of_bytes(bytes(_BYTE_OF[character] for character in piece))
        except KeyError:  # a token outside the byte alphabet, as some models add
            return piece
    return piece.replace("\u2581", " ") if kind == SPACE_SIGN else piece


def _byte_alphabet() -> dict[str, int]:
    """Return the byte that each character of a byte-level vocabulary stands for.

    Bytes that print stand for themselves, the 68 others for U+0100 onwards. Source: GPT-2's encoder.
    """
    printed = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printed]
    return {chr(b): b for b in printed} | {chr(0x100 + n): b for n, b in enumerate(others)}


_BYTE_OF = _byte_alphabet()


def build_gguf_tokenizer(file: GgufFile) -> dict[str, Any]:
    """Return the `tokenizer.json` of a GGUF file, parsed, built from the vocabulary and merges in its header.

    Rows that the file marks as unused get no token.

    Raises:
        ModelError: the tokenizer is not byte-level BPE, or cuts words by a rule not known here.
    """
    tokenizers = require_package("tokenizers", "Building a tokenizer")
    fields = file.fields
    if fields.get("tokenizer.ggml.model") != "gpt2":
        raise ModelError(
            f"{file.path.name}: tokenizer 'gpt2' (byte-level BPE) expected, "
            f"got {fields.get('tokenizer.ggml.model')!r}. "
            "Choose a model with a tokenizer.json."
        )
    types = fields["tokenizer.ggml.token_type"]
    vocabulary = {t: i for i, t in enumerate(fields["tokenizer.ggml.tokens"]) if types[i] != _UNUSED}
    merges = [tuple(merge.split(" ")) for merge in fields["tokenizer.ggml.merges"]]
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE(vocab=vocabulary, merges=merges))
    _set_word_rule(tokenizer, str(fields.get("tokenizer.ggml.pre")), file.path.name)
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    for token, i in vocabulary.items():
        if types[i] in (_CONTROL, _USER_DEFINED):
            added = tokenizers.AddedToken(token, special=types[i] == _CONTROL, normalized=False)
            (tokenizer.add_special_tokens if added.special else tokenizer.add_tokens)([added])
    parsed: dict[str, Any] = json.loads(tokenizer.to_str())
    return parsed


def _set_word_rule(tokenizer: Any, rule: str, file_name: str) -> None:
    tokenizers = require_package("tokenizers", "Building a tokenizer")
    cut = tokenizers.pre_tokenizers
    whole = cut.ByteLevel(add_prefix_space=False, use_regex=True)
    if rule in ("default", "gpt-2"):
        tokenizer.pre_tokenizer = whole
    elif rule == "smollm":
        tokenizer.pre_tokenizer = cut.Sequence([cut.Digits(individual_digits=True), whole])
    elif rule in ("qwen2", "deepseek-r1-qwen"):
        split = cut.Split(tokenizers.Regex(_QWEN2_WORDS), behavior="isolated")
        tokenizer.pre_tokenizer = cut.Sequence([split, cut.ByteLevel(add_prefix_space=False, use_regex=False)])
        tokenizer.normalizer = tokenizers.normalizers.NFC()
    else:
        raise ModelError(
            f"{file_name}: cuts words by the rule {rule!r}; known here: gpt-2, smollm, qwen2. "
            "Add it to _set_word_rule in embedguide/models/vocabulary.py."
        )
