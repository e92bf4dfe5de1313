"""Single numbers and verdicts of the chapter on context, taken from its tables."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from embedguide.analysis.context import (
    AFTER,
    BEFORE,
    Sentence,
    Separation,
    cosines_by_layer,
    largest_difference,
    separate,
)
from embedguide.analysis.encoder_tasks import Part, Placed, Pooled, Position, Special
from embedguide.models import LanguageModel, TokenTable

# Two phrases: their names, their cosines on entry and after the last block, and their largest difference anywhere.
Phrase = tuple[str, str, float, float, float]
# What stands for a sentence, and how often it finds the meaning with the cue before and after, in percent.
Score = tuple[str, float, float]
# Cosines closer to 1 than this belong to equal vectors; float32 holds no more.
EQUAL = 1e-6


def same_row(table: TokenTable, texts: Sequence[str], word: str) -> bool:
    """Whether the word is the same one token, and so the same row, in all texts."""
    return all(table.tokenize(text).count(table.word_id(word)) == 1 for text in texts)


def of_order(sentences: Sequence[Sentence], order: str) -> list[int]:
    """The places of the sentences whose cue stands in this order."""
    return [i for i, sentence in enumerate(sentences) if sentence.order == order]


def separate_order(states: np.ndarray, sentences: Sequence[Sentence], order: str) -> list[Separation]:
    """How far the meanings stand apart, for one order of cue and word."""
    chosen = of_order(sentences, order)
    return separate(states[:, chosen], [sentences[i] for i in chosen])


def difference_of_order(states: np.ndarray, sentences: Sequence[Sentence], order: str) -> float:
    """The largest difference between the two meanings of a frame, for one order."""
    chosen = of_order(sentences, order)
    return largest_difference(states[:, chosen], [sentences[i] for i in chosen])


def best_layer(separations: Sequence[Separation]) -> int:
    """The layer at which the two mean cosines lie farthest apart."""
    return int(np.argmax([row.same - row.other for row in separations]))


def at_best(separations: Sequence[Separation], measure: str) -> float:
    """One measure at that layer."""
    return float(getattr(separations[best_layer(separations)], measure))


def at_last(separations: Sequence[Separation], measure: str) -> float:
    """One measure at the last layer."""
    return float(getattr(separations[-1], measure))


def tabulate_phrases(states: np.ndarray, names: Sequence[str]) -> list[Phrase]:
    """The articles' phrases in pairs: how alike the two banks are on entry and at the end."""
    cosines = cosines_by_layer(states)
    return [
        (
            names[a],
            names[b],
            float(cosines[0, a, b]),
            float(cosines[-1, a, b]),
            float(np.abs(states[:, a] - states[:, b]).max()),
        )
        for a, b in combinations(range(len(names)), 2)
    ]


def cosine_of_phrases(phrases: Sequence[Phrase], number: int) -> float:
    """The cosine of one pair of phrases after the last block."""
    return float(phrases[number][3])


def phrases_differ(phrases: Sequence[Phrase], is_same_row: bool) -> bool:
    """Whether river bank and bank robbery share the row and part after the last block."""
    return is_same_row and phrases[0][3] < 1 - EQUAL


def phrases_differ_much(phrases: Sequence[Phrase], separations: Sequence[Separation]) -> bool:
    """Whether river bank and bank account are less alike than two sentences of other meaning are on average."""
    return phrases[1][3] < separations[-1].other


def tabulate_pool(pooled: Sequence[Pooled]) -> list[Score]:
    """One line per way to stand for a sentence, in percent."""
    hits = {(row.vector, row.order): 100 * row.hits for row in pooled}
    return [
        (vector, hits[vector, BEFORE], hits[vector, AFTER]) for vector in dict.fromkeys(row.vector for row in pooled)
    ]


def pooled_hits(table: Sequence[Score], number: int, column: int) -> float:
    """One number of that table."""
    return float(table[number][column])


def share_changed(changes: np.ndarray, *, later: bool) -> float:
    """The share of changed cells at the last layer where a later (or an earlier) token was replaced."""
    cells = np.triu_indices(changes.shape[-1], 1) if later else np.tril_indices(changes.shape[-1], -1)
    return float((changes[-1][cells] > 0).mean())


def sees_all(changes: np.ndarray) -> bool:
    """Whether at the last layer every position has changed with every token."""
    return bool((changes[-1] > 0).all())


def first_token_sees(changes: np.ndarray) -> bool:
    """Whether the first position knows only itself on entry and every token after the last block."""
    return bool((changes[0, 0, 1:] == 0).all() and (changes[-1, 0] > 0).all())


def depends_on_position(rows: Sequence[Position]) -> bool:
    """Whether what enters the first block changes with the position."""
    return any(row.cosine < 1 - EQUAL for row in rows)


def same_shape(parts: Sequence[Part]) -> bool:
    """Whether the numbers keep their shape from the table to the last block."""
    return len({part.leaves for part in parts[1:4]}) == 1


def last_cosine(rows: Sequence[Position]) -> float:
    """The cosine at the largest position tried."""
    return float(rows[-1].cosine)


def count_parts(model: LanguageModel) -> int:
    """How many of BERT's four parts the model's file brings."""
    return 3 + int(model.predicts_next)


def all_have_rows(table: TokenTable) -> bool:
    """Whether every special token has a row of its own that is not zero."""
    return all(0 <= i < table.n_tokens and np.abs(table.row(i)).max() > 0 for i in table.special_ids)


def count_twins(specials: Sequence[Special]) -> int:
    """How many special tokens have a row that points exactly where another token's row points."""
    return sum(row.cosine > 0.9999 for row in specials)


def ends_segments(placed: Sequence[Placed]) -> bool:
    """Whether a [SEP] ends each of two segments and [CLS] opens the first."""
    tokens = [row.token for row in placed]
    ends = [row.segment for row in placed if row.token in {"[SEP]"}]
    return tokens[0] == "[CLS]" and ends == ["A", "B"] and tokens[-1] == "[SEP]"


def fixed_then_moving(is_same_row: bool, before: Sequence[Separation]) -> bool:
    """Whether the row is one and the last states are many."""
    return is_same_row and before[-1].same < 1 - EQUAL


def none_is_a_twin(specials: Sequence[Special]) -> bool:
    """Whether no special token shares its direction."""
    return count_twins(specials) == 0


def glyphs_of(table: TokenTable, text: str) -> list[str]:
    """The tokens of a text as they are written on the page."""
    return [table.glyph(i) for i in table.tokenize(text, special=True)]


def word_id_of(table: TokenTable, word: str) -> int:
    """The id of the word."""
    return table.word_id(word)
