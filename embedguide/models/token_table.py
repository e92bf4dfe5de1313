"""A model's token table: its tokenizer and its embedding matrix, opened in milliseconds."""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from embedguide.models.converted import open_converted
from embedguide.models.errors import ModelError, NotOneToken, require_package
from embedguide.models.gguf_file import read_gguf
from embedguide.models.glyphs import glyph, text_of_bytes
from embedguide.models.safetensors_file import read_safetensors
from embedguide.models.table_conversion import TABLE, TEXTS, TOKENIZER, convert_table
from embedguide.models.vocabulary import BYTE_LEVEL, SPACE_SIGN, WORD_PIECE, WORDS, read_vocabulary
from embedguide.sources import LocalSource, Source, fetch

_MADE_BY: tuple[Callable[..., Any], ...] = (
    convert_table,
    read_vocabulary,
    read_gguf,
    read_safetensors,
    text_of_bytes,
)


def open_token_table(name: str | Source) -> "TokenTable":
    """Return the token table of a source; the first time it is fetched and converted.

    Args:
        name: a name of the list of sources (`smollm2-135m`, `glove-6b-50d`), a hub id, or a folder with
            safetensors, `tokenizer.json` and `config.json`; or a `Source`.

    Raises:
        ModelError: the source holds no token table in a form known here.
        SourceError: the source cannot be had.
    """
    return token_table_of(fetch(name))


def token_table_of(local: LocalSource) -> "TokenTable":
    """Return the token table of a source that was fetched."""
    folder, meta = open_converted(local, "table", _MADE_BY, convert_table)
    return TokenTable(local, folder, meta)


class TokenTable:
    """Tokens of a model and their vectors.

    Attributes:
        source: the files that it was made from.
        name: of the source.
        title: of the source, for people.
        vectors: float16 `(n_tokens, n_dims)`, read-only, read from disk as needed.
        n_tokens: rows of the table; a few may belong to no token (`unused_ids`).
        n_dims: columns of the table.
        tied: whether the output layer uses the same table; None where the model has no output layer.
        special_ids: tokens that stand for no text, such as `<|endoftext|>`.
        unused_ids: rows that no token has; they were never trained.
        tensor: which tensor of the source became the table.
        rounding_error: largest difference between a number in the source and in `vectors`.
        made_by: the functions that made the converted files.
    """

    made_by: tuple[Callable[..., Any], ...] = _MADE_BY

    def __init__(self, local: LocalSource, folder: Path, meta: dict[str, Any]) -> None:
        """Open the converted files in `folder` (`open_token_table` is the way in)."""
        self.source = local
        self.name = local.source.name
        self.title = local.source.title
        self.vectors: np.memmap = np.load(folder / TABLE, mmap_mode="r")
        self.n_tokens: int = self.vectors.shape[0]
        self.n_dims: int = self.vectors.shape[1]
        self.tied: bool | None = meta["tied"]
        self.special_ids: frozenset[int] = frozenset(meta["special_ids"])
        self.unused_ids: frozenset[int] = frozenset(meta["unused_ids"])
        self.tensor: str = meta["tensor"]
        self.rounding_error: float = meta["rounding"]["largest_error"]
        self._kind: str = meta["kind"]
        self._folder = folder

    def __repr__(self) -> str:
        """Return the name and the shape."""
        return f"<TokenTable {self.name} {self.n_tokens} x {self.n_dims}>"

    def token_id(self, text: str) -> int:
        """Return the id of the one token that the tokenizer makes of exactly this text.

        A leading space counts: `"cat"` and `" cat"` are two tokens of a byte-level model. WordPiece and word
        vectors know no spaces, and those that are uncased lower-case the text first. A WordPiece piece is
        written `##ing`.

        Raises:
            NotOneToken: the text is several tokens, or none.
        """
        # Tokenizers with ▁ put a space before every text, and no tokenizer cuts `##ing` out of one: ask the vocabulary.
        if self._kind == SPACE_SIGN or (self._kind == WORD_PIECE and text.startswith("##")):
            found = self._id_of_text.get(text)
        else:
            ids = self._tokenize(text)
            found = ids[0] if len(ids) == 1 else None
        if found is None or self._is_unknown(found, text):
            raise self._not_one_token(text)
        return found

    def word_id(self, word: str) -> int:
        """Return the id of a word as it stands inside running text.

        That is the word with a leading space where the space is part of the token (byte-level models such as
        GPT-2, SmolLM2 and Qwen), and the bare word for WordPiece and word vectors.

        Raises:
            NotOneToken: the word is several tokens, or none.
        """
        spaced = self._kind in (BYTE_LEVEL, SPACE_SIGN) and not word.startswith(" ")
        return self.token_id(" " + word if spaced else word)

    def row(self, token_id: int) -> np.ndarray:
        """Return the vector of a token, float32 `(n_dims,)`, a copy."""
        return self.rows([token_id])[0]

    def rows(self, ids: Sequence[int] | np.ndarray) -> np.ndarray:
        """Return the vectors of several tokens, float32 `(n, n_dims)`, a copy.

        Raises:
            ModelError: an id is not in the table.
        """
        wanted = np.asarray(ids, dtype=np.int64).reshape(-1)
        if len(wanted) and (wanted.min() < 0 or wanted.max() >= self.n_tokens):
            wrong = wanted[(wanted < 0) | (wanted >= self.n_tokens)][0]
            raise ModelError(f"token ids of {self.name!r} are 0 to {self.n_tokens - 1}, got {wrong}.")
        return np.asarray(self.vectors[wanted], dtype=np.float32)

    @cached_property
    def unit_rows(self) -> np.ndarray:
        """Return all vectors divided by their length, float32 `(n_tokens, n_dims)`; zero rows stay zero.

        Read-only, computed once and kept in memory, four bytes a number: 113 MB for SmolLM2 135M, 545 MB
        for Qwen2.5 0.5B, 80 MB for GloVe.
        """
        unit = np.zeros(self.vectors.shape, dtype=np.float32)
        for first in range(0, self.n_tokens, 8192):
            block = np.asarray(self.vectors[first : first + 8192], dtype=np.float32)
            lengths = np.sqrt(np.square(block).sum(axis=1, keepdims=True))
            np.divide(block, lengths, out=unit[first : first + 8192], where=lengths > 0)
        unit.flags.writeable = False
        return unit

    @cached_property
    def texts(self) -> list[str]:
        """Return the text of every token, in order of ids; see `text`."""
        texts: list[str] = json.loads((self._folder / TEXTS).read_bytes())
        return texts

    def text(self, token_id: int) -> str:
        """Return a token decoded, its leading space included; bytes that are no UTF-8 as `<0xA1>`."""
        return self.texts[token_id]

    def glyph(self, token_id: int) -> str:
        """Return a token with every character visible; see `embedguide.models.glyph`."""
        return glyph(self.texts[token_id])

    def tokenize(self, text: str, special: bool = False) -> list[int]:
        """Return the token ids of a text.

        Args:
            text: any text. Names of special tokens in it, such as `[MASK]`, become those tokens. Word vectors
                take words between spaces, lower-cased.
            special: add what the model expects around a text, such as `[CLS]` and `[SEP]`.

        Raises:
            NotOneToken: word vectors have no vector for a word of the text.
        """
        if self._kind == WORDS:
            return [self.token_id(word) for word in text.split()]
        return self._tokenize(text, special)

    @cached_property
    def _tokenizer(self) -> Any:
        tokenizers = require_package("tokenizers", "Tokenizing a text")
        return tokenizers.Tokenizer.from_file(str(self._folder / TOKENIZER))

    @cached_property
    def _id_of_text(self) -> dict[str, int]:
        return {text: i for i, text in reversed(list(enumerate(self.texts)))}  # the first of equal texts stays

    def _tokenize(self, text: str, special: bool = False) -> list[int]:
        if self._kind == WORDS:
            found = self._id_of_text.get(text.strip().lower())
            return [] if found is None else [found]
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=special).ids
        return ids

    def _is_unknown(self, token_id: int, text: str) -> bool:
        return self.texts[token_id] in ("[UNK]", "<unk>") and self.texts[token_id] != text

    def _not_one_token(self, text: str) -> NotOneToken:
        if self._kind == WORDS:
            near = ", ".join(_near_words(text.strip().lower(), self._id_of_text)) or "none"
            return NotOneToken(
                f"{text!r} is not in the vocabulary of {self.name!r}. Near: {near}. Choose a word that is in it.",
                text,
            )
        ids = self._tokenize(text)
        if self._kind == SPACE_SIGN and text[:1] == " " and self.texts[ids[0]] == " ":  # a second space was put
            ids = self._tokenize(text[1:])
        pieces = [self.glyph(i) for i in ids]
        try_space = self._kind in (BYTE_LEVEL, SPACE_SIGN) and text[:1] not in ("", " ")
        return NotOneToken(
            f"{glyph(text)!r} should be one token of {self.name!r}, got {len(ids)}: "
            f"{' | '.join(pieces) or 'nothing'}. "
            f"Choose a word that is one token{', try it with a leading space' if try_space else ''}, "
            "or use tokenize() and say which piece is meant.",
            text,
            ids,
            pieces,
        )


def _near_words(word: str, vocabulary: dict[str, int], k: int = 5) -> list[str]:
    """Return up to k words that differ by one edit, the most frequent first (word vectors are sorted so)."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789-'."
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    edits: Iterable[str] = (
        [a + b[1:] for a, b in cuts if b]
        + [a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1]
        + [a + c + b[1:] for a, b in cuts if b for c in letters]
        + [a + c + b for a, b in cuts for c in letters]
    )
    return sorted({edit for edit in edits if edit in vocabulary}, key=vocabulary.__getitem__)[:k]
