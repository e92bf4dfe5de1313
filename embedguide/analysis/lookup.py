"""Looking tokens up: the product that a lookup stands for, the rows of a sentence, and how large tables are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from embedguide.models import TokenTable

# Rows of a table that are multiplied at a time.
BLOCK = 8192
BYTES_FLOAT16 = 2


class Lookup(NamedTuple):
    """One token of a text with the ends of its row."""

    position: int
    token_id: int
    token: str
    first_1: float
    first_2: float
    first_3: float
    last: float


class TableSize(NamedTuple):
    """How large a token table is, stored with two bytes a number.

    `numbers` in millions, `megabytes` of 10^6 bytes, `parameters` of the whole model in millions and the table's
    `share` of them in percent (both None where nobody says).
    """

    model: str
    n_tokens: int
    n_dims: int
    numbers: float
    megabytes: float
    parameters: float | None
    share: float | None
    known_from: str


def small_table(n_tokens: int, n_dims: int, seed: int) -> np.ndarray:
    """The weights that a fresh `torch.nn.Embedding` draws after ``torch.manual_seed(seed)``, ``(n_tokens, n_dims)``."""
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return np.asarray(torch.nn.Embedding(n_tokens, n_dims).weight.detach().numpy(), dtype=np.float64)


def one_hot(ids: Sequence[int], n_tokens: int) -> np.ndarray:
    """One row per id, all zeros but for a 1 in the column of the id, float32 ``(n_items, n_tokens)``.

    Raises:
        ValueError: an id is not between 0 and ``n_tokens - 1``.
    """
    wrong = [i for i in ids if not 0 <= i < n_tokens]
    if wrong:
        raise ValueError(f"token ids must be between 0 and {n_tokens - 1}, got {wrong[0]}")
    rows = np.zeros((len(ids), n_tokens), dtype=np.float32)
    rows[np.arange(len(ids)), list(ids)] = 1
    return rows


def rows_by_product(ids: Sequence[int], vectors: np.ndarray) -> np.ndarray:
    """The rows of `ids` as the product of their one-hot rows and the whole table, float32 ``(n_items, n_dims)``.

    Every number of the table is multiplied, nearly all of them by zero: this is the slow way, on purpose.

    Args:
        ids: Token ids.
        vectors: The table, ``(n_tokens, n_dims)``.
    """
    hot = one_hot(ids, len(vectors))
    total = np.zeros((len(ids), vectors.shape[1]), dtype=np.float32)
    for first in range(0, len(vectors), BLOCK):
        part = slice(first, first + BLOCK)
        total += hot[:, part] @ np.asarray(vectors[part], dtype=np.float32)
    return total


def rows_by_embedding(ids: Sequence[int], vectors: np.ndarray) -> np.ndarray:
    """The rows of `ids` as `torch.nn.Embedding` gives them, float32 ``(n_items, n_dims)``.

    Args:
        ids: Token ids.
        vectors: The table, ``(n_tokens, n_dims)``.
    """
    import torch

    layer = torch.nn.Embedding.from_pretrained(torch.from_numpy(np.array(vectors, dtype=np.float32)))
    return np.asarray(layer(torch.tensor(list(ids))).numpy())


def largest_difference(table: TokenTable, text: str) -> float:
    """The largest difference between both ways of looking up the tokens of `text` in a whole table."""
    ids = table.tokenize(text)
    return float(np.abs(rows_by_product(ids, table.vectors) - rows_by_embedding(ids, table.vectors)).max())


def multiplications(table: TokenTable, text: str) -> int:
    """How many multiplications the product with one-hot rows takes for the tokens of `text`."""
    return len(table.tokenize(text)) * table.n_tokens * table.n_dims


def tabulate_prompt(table: TokenTable, text: str) -> list[Lookup]:
    """The tokens of a text in order, with the first three numbers and the last number of each row.

    Positions count from 0. What the tokenizer itself puts around a text (`[CLS]`) is part of it.

    Raises:
        ValueError: the text has no tokens.
    """
    ids = table.tokenize(text, special=True)
    if not ids:
        raise ValueError(f"a text of at least one token expected, got {text!r}")
    rows = table.rows(ids)
    return [
        Lookup(position, i, table.glyph(i), *map(float, (*row[:3], row[-1])))
        for position, (i, row) in enumerate(zip(ids, rows, strict=True))
    ]


def ids_of(table: TokenTable, text: str) -> list[int]:
    """The token ids of a text, without what the tokenizer puts around it."""
    return table.tokenize(text)


def table_size(model: str, n_tokens: int, n_dims: int, parameters: float | None, known_from: str) -> TableSize:
    """The size of a table with `n_tokens` rows and `n_dims` columns; `parameters` of the whole model in millions."""
    numbers = n_tokens * n_dims / 1e6
    share = None if parameters is None else 100 * numbers / parameters
    return TableSize(model, n_tokens, n_dims, numbers, numbers * BYTES_FLOAT16, parameters, share, known_from)


def tabulate_sizes(
    published: Sequence[tuple[str, int, int, float | None]],
    measured: Sequence[TokenTable],
    parameters: Mapping[str, int],
) -> list[TableSize]:
    """Sizes of token tables: those that others published, then those that were opened here, each by size.

    Args:
        published: Name, rows, columns and parameters of the whole model in millions.
        measured: Opened tables.
        parameters: Counted parameters of the models of `measured`, by name; word vectors have none but the table.
    """
    said = [table_size(*row, "published") for row in published]
    own = [
        table_size(t.title, t.n_tokens, t.n_dims, parameters[t.name] / 1e6 if t.name in parameters else None, "counted")
        for t in measured
    ]
    return sorted(own, key=lambda size: size.numbers) + sorted(said, key=lambda size: size.numbers)


def compare_ids(words: Sequence[tuple[str, int]], tables: Sequence[TokenTable]) -> list[list[Any]]:
    """Words with the id that an article gives them, and, per table: the word's own id and the token at that id.

    A word stands as it does inside running text, the first word of a sentence without a leading space.
    A cell is None where the word is several tokens.
    """
    found = []
    for word, said in words:
        row: list[Any] = [word.replace(" ", "␣"), said]
        for table in tables:
            ids = table.tokenize(word)
            row += [ids[0] if len(ids) == 1 else None, table.glyph(said) if said < table.n_tokens else None]
        found.append(row)
    return found


class Special(NamedTuple):
    """A special token: the length of its row, the percent of rows that are shorter, and the cosine to its likest twin.

    The twin is the special token whose row is most similar.
    """

    token_id: int
    token: str
    length: float
    percentile: float
    twin: str
    twin_cosine: float


def tabulate_special(table: TokenTable) -> list[Special]:
    """The special tokens of a table by id. Rows that belong to no token are left out of the comparison of lengths.

    Raises:
        ValueError: the table has fewer than two special tokens.
    """
    special = sorted(table.special_ids)
    if len(special) < 2:
        raise ValueError(f"at least two special tokens expected in {table.name!r}, got {len(special)}")
    lengths = row_lengths(table)
    used = np.setdiff1d(np.arange(table.n_tokens), sorted(table.unused_ids))
    below = 100 * np.searchsorted(np.sort(lengths[used]), lengths[special]) / len(used)
    unit = table.rows(special).astype(np.float64) / lengths[special][:, None]
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -1)
    twins = cosines.argmax(axis=1)
    return [
        Special(
            i,
            table.glyph(i),
            float(lengths[i]),
            float(below[n]),
            table.glyph(special[twins[n]]),
            float(cosines[n].max()),
        )
        for n, i in enumerate(special)
    ]


def count_twins(special: Sequence[Special], limit: float) -> int:
    """How many special tokens have a twin with at least this cosine."""
    return sum(token.twin_cosine >= limit for token in special)


def row_lengths(table: TokenTable) -> np.ndarray:
    """The Euclidean length of every row, float64 ``(n_tokens,)``."""
    lengths = np.empty(table.n_tokens)
    for first in range(0, table.n_tokens, BLOCK):
        part = slice(first, first + BLOCK)
        lengths[part] = np.linalg.norm(np.asarray(table.vectors[part], dtype=np.float64), axis=1)
    return lengths
