"""What happens to a looked-up row: shapes on its way through the model, positions, and the way back to a token."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from embedguide.models import LanguageModel, TokenTable
from embedguide.models.gguf_file import read_gguf
from embedguide.models.language_model_conversion import gguf_path

BLOCK = 8192
TABLES = ("token_embd.weight", "output.weight")


class Stage(NamedTuple):
    """One step of a text through a model: what there is after it, and its shape."""

    step: int
    name: str
    result: str
    shape: str


class DimensionTest(NamedTuple):
    """How well a group of words is found by its best single dimension, and by a direction over all dimensions.

    `one_dimension` and `one_direction` are the chance that a word of the group ranks above a word of the other groups
    (0.5 is a coin); `above_dimension` and `above_direction` count the tokens of the whole vocabulary that rank above the
    middle word of the group. All on words that were not used for choosing.
    """

    group: str
    one_dimension: float
    above_dimension: float
    one_direction: float
    above_direction: float


def shape_text(shape: Sequence[int]) -> str:
    """A shape for readers: ``7 × 576`` in one piece, thousands with a thin space."""
    return "\u00a0×\u00a0".join(f"{n:,}".replace(",", "\u202f") for n in shape)


def trace_pipeline(model: LanguageModel, text: str) -> list[Stage]:
    """What stands after each of six steps when `model` reads `text`, with the shapes that were really met."""
    table = model.table
    ids = table.tokenize(text)
    states = model.hidden_states([ids])[0]
    scores = scores_of_state(model, states[-1, -1])
    chances = model.next_token_probabilities(ids)
    best = int(chances.argmax())
    tokens = " ".join(table.glyph(i) for i in ids)
    added = float(np.abs(states[0] - table.rows(ids)).max())
    note = "the same rows: nothing was added" if added == 0 else "a vector per position was added"
    return [
        Stage(1, "cut into tokens", f"{tokens} → {', '.join(map(str, ids))}", shape_text([len(ids)])),
        Stage(2, "look up the rows", "one row per token", shape_text(table.rows(ids).shape)),
        Stage(3, "positions", note, shape_text(states[0].shape)),
        Stage(4, f"{model.n_layers} layers", "one hidden state per token", shape_text(states[-1].shape)),
        Stage(5, "compare the last hidden state with the output rows", "one score per token", shape_text(scores.shape)),
        Stage(6, "softmax", f"probabilities; the highest is “{table.glyph(best)}”", shape_text(chances.shape)),
    ]


def matrix_shape(model: LanguageModel, text: str) -> str:
    """The shape of what the first layer receives for `text`."""
    return shape_text(model.hidden_states([model.table.tokenize(text)])[0][0].shape)


def scores_of_state(model: LanguageModel, state: np.ndarray, order: np.ndarray | None = None) -> np.ndarray:
    """The dot product of a hidden state, after the final norm, with every row of the token table, ``(n_tokens,)``.

    Args:
        model: A language model.
        state: What leaves the last layer, ``(n_dims,)``.
        order: Take the rows in this order, for comparison.
    """
    normed = model.final_norm(state)
    vectors = model.table.vectors
    parts = [np.asarray(vectors[i : i + BLOCK], dtype=np.float32) @ normed for i in range(0, len(vectors), BLOCK)]
    scores = np.concatenate(parts)
    return scores if order is None else scores[order]


def table_as_output(model: LanguageModel, text: str, *, reverse: bool = False) -> float:
    """The largest difference between the model's probabilities for the next token and those from its token table.

    From the table: each row's dot product with the last hidden state, then softmax. If the output layer is the table,
    the difference is rounding.

    Args:
        model: A language model.
        text: What it reads.
        reverse: Take the rows in reverse order; a check that the test can fail.
    """
    ids = model.table.tokenize(text)
    order = np.arange(model.table.n_tokens)[::-1] if reverse else None
    scores = scores_of_state(model, model.last_hidden_states([ids])[-1, 0], order).astype(np.float64)
    chances = np.exp(scores - scores.max())
    return float(np.abs(chances / chances.sum() - model.next_token_probabilities(ids)).max())


def tables_in_file(table: TokenTable) -> list[str]:
    """Which tables a GGUF file holds: that of the input, and that of the output where it has its own."""
    path = gguf_path(table.source)
    if path is None:
        return []
    return [name for name in TABLES if name in read_gguf(path).tensors]


def lowest_cosine_of_copies(table: TokenTable, stride: int = 64) -> float:
    """The lowest cosine between a row of the input table and the same row of the output table in a GGUF file.

    1 where the file holds one table for both. Every `stride`-th row is compared, but for rows that belong to no token.
    """
    path = gguf_path(table.source)
    if path is None or len(tables_in_file(table)) < len(TABLES):
        return 1.0
    file = read_gguf(path)
    chosen = [i for i in range(0, table.n_tokens, stride) if i not in table.unused_ids]
    a, b = (np.concatenate([file.rows(name, i, i + 1) for i in chosen]).astype(np.float64) for name in TABLES)
    return float(((a * b).sum(axis=1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)).min())


def position_at_input(model: LanguageModel, text: str, word: str) -> float:
    """How far apart the vectors of a word's two occurrences are before the first layer, as a share of their length.

    0 where nothing is added for the position.

    Raises:
        ValueError: the word does not stand twice in the text as one token.
    """
    ids = model.table.tokenize(text, special=True)
    places = [place for place, i in enumerate(ids) if i == model.table.word_id(word)]
    if len(places) < 2:
        raise ValueError(f"{word!r} should stand twice in {text!r}, got {len(places)} times")
    first, last = model.hidden_states([ids])[0][0, [places[0], places[-1]]]
    return float(np.linalg.norm(first - last) / np.linalg.norm(first))


def lookup_is_faster(model: LanguageModel, text: str) -> bool:
    """Whether reading the rows of a text takes less time than sending it through the model; the best of three each."""
    table = model.table
    ids = table.tokenize(text)

    def best(function: Callable[..., Any], *arguments: Any) -> float:
        times = []
        for _ in range(3):
            begin = time.perf_counter()
            function(*arguments)
            times.append(time.perf_counter() - begin)
        return min(times)

    return best(table.rows, ids) < best(model.hidden_states, [ids])


def rank_chance(inside: np.ndarray, outside: np.ndarray) -> np.ndarray:
    """The chance that a member of `inside` has a higher number than one of `outside`, per column; ties count half.

    Args:
        inside: Shape ``(n_inside, n_columns)``.
        outside: Shape ``(n_outside, n_columns)``.
    """
    above = (inside[:, None] > outside[None]).mean(axis=(0, 1))
    return np.asarray(above + (inside[:, None] == outside[None]).mean(axis=(0, 1)) / 2)


def tell_groups_apart(
    table: TokenTable, groups: Mapping[str, Sequence[str]], n_splits: int, seed: int
) -> list[DimensionTest]:
    """Whether one dimension tells a group of words from the other groups, and whether one direction does.

    The words are halved at random `n_splits` times. On one half the best dimension (of all, either sign) and the
    direction from the other words' mean to the group's mean are chosen, on the other half both are judged. Rows that
    belong to no token are not counted.

    Args:
        table: The token table.
        groups: Words by group, each one token.
        n_splits: How many times to halve.
        seed: Of the halving.
    """
    rows = {name: table.rows([table.word_id(w) for w in words]).astype(np.float64) for name, words in groups.items()}
    directions, limits, chances = [], [], []
    for name, inside in rows.items():
        outside = np.concatenate([other for key, other in rows.items() if key != name])
        generator = np.random.default_rng(seed)
        for _ in range(n_splits):
            for direction, held_in, held_out in _split(inside, outside, generator):
                scores = held_in @ direction
                directions.append(direction)
                limits.append(np.median(scores))
                chances.append(rank_chance(scores[:, None], (held_out @ direction)[:, None])[0])
    above = _tokens_above(table, np.array(directions), np.array(limits))
    shape = (len(rows), n_splits, 2)
    means = np.stack([np.array(chances).reshape(shape), above.reshape(shape)], axis=-1).mean(axis=1)
    return [DimensionTest(name, *map(float, means[n].reshape(-1))) for n, name in enumerate(rows)]


def _split(
    inside: np.ndarray, outside: np.ndarray, generator: np.random.Generator
) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """The best dimension as a direction, and the direction of the means, each with the halves that it has not seen."""
    (in_1, in_2), (out_1, out_2) = (np.array_split(generator.permutation(part), 2) for part in (inside, outside))
    chances = rank_chance(in_1, out_1)
    best = int(np.abs(chances - 0.5).argmax())
    one = np.zeros(inside.shape[1])
    one[best] = 1 if chances[best] >= 0.5 else -1
    return [(one, in_2, out_2), (in_1.mean(axis=0) - out_1.mean(axis=0), in_2, out_2)]


def _tokens_above(table: TokenTable, directions: np.ndarray, limits: np.ndarray) -> np.ndarray:
    """How many tokens lie above each limit along each direction, ``(n_directions,)``."""
    total = np.zeros(len(directions))
    used = np.ones(table.n_tokens, dtype=bool)
    used[sorted(table.unused_ids)] = False
    turned = directions.T.astype(np.float32)
    for first in range(0, table.n_tokens, BLOCK):
        part = slice(first, first + BLOCK)
        total += (np.asarray(table.vectors[part], dtype=np.float32)[used[part]] @ turned > limits).sum(axis=0)
    return total
