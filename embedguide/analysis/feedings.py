"""Ways of handing single words to a model: alone, after a special token, in a sentence, without the leading space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from embedguide.models import LanguageModel, NotOneToken, TokenTable

ALONE, CARRIER, NO_SPACE = "alone", "in-carrier", "alone-nospace"
# Special tokens that are put before a word, by the feeding's name.
SPECIAL = {"after-endoftext": "<|endoftext|>", "after-im-start": "<|im_start|>"}
FEEDINGS = (ALONE, *SPECIAL, CARRIER, NO_SPACE)
CARRIER_TEXT = "The next word is"
FINAL = "final"


class Feeding(NamedTuple):
    """Words as token ids.

    `name`: which of `FEEDINGS`. `items`: the ids of each word with what stands before it. `n_pieces`: of how many
    tokens the word itself consists. The state that is read is always that of the last token.
    """

    name: str
    items: list[list[int]]
    n_pieces: list[int]

    @property
    def whole(self) -> np.ndarray:
        """Which words are one token, bool ``(n_items,)``."""
        return np.array([n == 1 for n in self.n_pieces])


class FeedingRow(NamedTuple):
    """How one feeding looks: its tokens for the first word, how many words are split, or why there is none."""

    feeding: str
    tokens: str
    position: int | None
    n_split: int | None
    split: str


def special_id(table: TokenTable, text: str) -> int | None:
    """The id of a special token, or None where the model has none of this name."""
    return next((i for i in sorted(table.special_ids) if table.text(i) == text), None)


def pieces_of(table: TokenTable, word: str, *, spaced: bool) -> list[int]:
    """The token ids of a word, as inside running text or without a leading space; mostly one."""
    try:
        return [table.word_id(word) if spaced else table.token_id(word)]
    except NotOneToken as error:
        return list(error.token_ids)


def feed_words(table: TokenTable, words: Sequence[str]) -> dict[str, Feeding]:
    """Every feeding that the model can take, by name, in the order of `FEEDINGS`.

    A feeding whose special token the model does not have is left out.

    Args:
        table: The model's table.
        words: Without leading spaces.
    """
    before: dict[str, list[int]] = {ALONE: [], CARRIER: table.tokenize(CARRIER_TEXT), NO_SPACE: []}
    for name, text in SPECIAL.items():
        found = special_id(table, text)
        if found is not None:
            before[name] = [found]
    fed = {}
    for name in (name for name in FEEDINGS if name in before):
        pieces = [pieces_of(table, word, spaced=name != NO_SPACE) for word in words]
        fed[name] = Feeding(name, [before[name] + ids for ids in pieces], [len(ids) for ids in pieces])
    return fed


def tabulate_feedings(table: TokenTable, words: Sequence[str], fed: Mapping[str, Feeding]) -> list[FeedingRow]:
    """One row per feeding, those that the model cannot take included."""
    rows = []
    for name in FEEDINGS:
        if name not in fed:
            rows.append(FeedingRow(name, f"this model has no token {SPECIAL[name]}", None, None, "–"))
            continue
        feeding = fed[name]
        tokens = " | ".join(table.glyph(i) for i in feeding.items[0])
        split = [word for word, n in zip(words, feeding.n_pieces, strict=True) if n > 1]
        shown = ", ".join(split[:4]) + (" …" if len(split) > 4 else "") or "none"
        rows.append(FeedingRow(name, tokens, len(feeding.items[0]) - feeding.n_pieces[0], len(split), shown))
    return rows


def states_of_feedings(model: LanguageModel, fed: Mapping[str, Feeding]) -> dict[str, np.ndarray]:
    """The state of each word's last token, float32 ``(n_layers + 2, n_items, n_dims)``, by feeding.

    Entry 0 is the embedding, entry l what leaves block l before the final norm; one more entry holds the last of
    them after the final norm.
    """
    found = {}
    for name, feeding in fed.items():
        states = model.last_hidden_states(feeding.items)
        found[name] = np.concatenate([states, model.final_norm(states[-1:])])
    return found


def layer_names(states: np.ndarray) -> list[int | str]:
    """The names of the entries of `states_of_feedings`: 0 to L, and ``final``."""
    return [*range(len(states) - 1), FINAL]
