"""Single numbers and yes-or-no answers of the chapter on lookups, read off its tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from embedguide.analysis.lookup import Special, TableSize, rows_by_embedding, rows_by_product
from embedguide.analysis.lookup_probes import DimensionTest, position_at_input
from embedguide.models import LanguageModel, TokenTable
from embedguide.models.errors import require_package


def listed(items: Sequence[Any]) -> Sequence[Any]:
    """The items, as a step's value."""
    return items


def first_of(things: Sequence[Any]) -> Any:
    """The first of several."""
    return things[0]


def number_of(thing: TokenTable | LanguageModel, name: str) -> Any:
    """One number that a table or a model carries."""
    return getattr(thing, name)


def table_numbers(table: TokenTable) -> int:
    """How many numbers a table holds."""
    return table.n_tokens * table.n_dims


def share_in_percent(table: TokenTable, model: LanguageModel) -> float:
    """The table's share of a model's parameters, in percent."""
    return 100 * table.n_tokens * table.n_dims / model.n_parameters


def known_as(table: TokenTable, token_id: int) -> str:
    """The token that stands at an id, with a mark for its space."""
    return table.glyph(token_id)


def is_so(table: TokenTable, ids: Sequence[int], text: str) -> bool:
    """Whether the tokenizer gives just these ids."""
    return table.tokenize(text) == ids


def agree(small: np.ndarray, said: Sequence[Sequence[float]]) -> bool:
    """Whether a drawn table is the printed one, to four decimals."""
    return bool(np.array_equal(small.round(4), np.array(said)))


def same_rows(ids: Sequence[int], small: np.ndarray) -> bool:
    """Whether product and lookup give the same rows of the small table."""
    return bool(np.array_equal(rows_by_product(ids, small), rows_by_embedding(ids, small)))


def inner_product(ids: Sequence[int], small: np.ndarray) -> float:
    """The first number of the first row that the product gives."""
    return float(rows_by_product(ids, small)[0, 0])


def small_rows(small: np.ndarray) -> list[list[float]]:
    """The small table to four decimals, with the number of each row in front."""
    return [[row, *map(float, numbers)] for row, numbers in enumerate(small.round(4))]


def count_parameters(models: Sequence[LanguageModel]) -> dict[str, int]:
    """Counted parameters by model."""
    return {model.name: model.n_parameters for model in models}


def size_of(sizes: Sequence[TableSize], model: str, measure: str) -> float:
    """One number of the table of sizes."""
    return next(getattr(size, measure) for size in sizes if size.model == model)


def in_billions(sizes: Sequence[TableSize], model: str, measure: str) -> float:
    """The same a thousand times smaller."""
    return size_of(sizes, model, measure) / 1000


def positions(models: Sequence[LanguageModel], text: str, word: str) -> list[tuple[str, float]]:
    """How far the input of a repeated word differs from its first, by model."""
    return [(model.title, position_at_input(model, text, word)) for model in models]


def nothing_added(found: Sequence[tuple[str, float]], title: str) -> bool:
    """Whether the two inputs are the same."""
    return dict(found)[title] == 0


def something_added(found: Sequence[tuple[str, float]], title: str) -> bool:
    """Whether they are not."""
    return not nothing_added(found, title)


def mean_chance(groups: Sequence[DimensionTest], measure: str) -> float:
    """The mean over the groups."""
    return float(np.mean([getattr(group, measure) for group in groups]))


def median_of(groups: Sequence[DimensionTest], measure: str) -> float:
    """The median over the groups."""
    return float(np.median([getattr(group, measure) for group in groups]))


def no_dimension_is_clean(groups: Sequence[DimensionTest], table: TokenTable) -> bool:
    """Whether on the best dimension of every group more than 1 % of the vocabulary ranks above the middle word."""
    return all(group.above_dimension > table.n_tokens / 100 for group in groups)


def below(value: float, limit: float) -> bool:
    """Whether a number is below a limit."""
    return bool(value < limit)


def begins_with(text: str, start: str) -> bool:
    """Whether a text begins so."""
    return text.startswith(start)


def all_have_rows(special: Sequence[Special]) -> bool:
    """Whether the special tokens have rows that are not zero."""
    return bool(special) and all(token.length > 0 for token in special)


def moved_only_in_friendliness(animals: Sequence[tuple[str, float, float]], moved: tuple[float, float]) -> bool:
    """Whether the cat keeps its size when it turns cross."""
    size, friendliness = next((size, friendliness) for name, size, friendliness in animals if name == "cat")
    return size == moved[0] and friendliness > moved[1]


def hex_color(text: str) -> list[int]:
    """Red, green and blue of a color as the web writes it."""
    return [int(text[i : i + 2], 16) for i in (1, 3, 5)]


def equals(found: Any, said: Any) -> bool:
    """Whether both are the same."""
    return found == said


def first_id(table: TokenTable, text: str) -> int:
    """The id of the first token of a text."""
    return table.tokenize(text)[0]


def end_of_row(table: TokenTable, text: str, place: int) -> float:
    """One number of the row of a text's first token."""
    return float(table.row(table.tokenize(text)[0])[place])


def class_defaults(name: str, keys: Sequence[str]) -> list[Any]:
    """What a configuration of transformers holds that nobody has changed.

    Args:
        name: Of the class, ``Llama4VisionConfig``.
        keys: Which of its numbers, in this order.

    Raises:
        ModelError: `transformers` is missing.
    """
    config = getattr(require_package("transformers", "Reading a configuration"), name)()
    return [getattr(config, key) for key in keys]
