"""Mixing two rows of the token table inside a prompt, and what the model answers along the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from embedguide.models import LanguageModel, NotOneToken, TokenTable

# Prompts that go through the model together.
BATCH = 136


class Capital(NamedTuple):
    """A country and its capital, with their token ids."""

    country: str
    capital: str
    country_id: int
    capital_id: int


class Refused(NamedTuple):
    """A pair that cannot be asked about, the word that is not one token, and its pieces."""

    country: str
    capital: str
    word: str
    pieces: str


def find_capitals(table: TokenTable, pairs: Sequence[tuple[str, str]]) -> tuple[list[Capital], list[Refused]]:
    """The pairs whose words are one token each, and the others with the reason.

    Words are taken as they stand inside running text, with their leading space.
    """
    found, refused = [], []
    for country, capital in pairs:
        try:
            found.append(Capital(country, capital, table.word_id(country), table.word_id(capital)))
        except NotOneToken as error:
            refused.append(Refused(country, capital, error.text.strip(), " ".join(error.pieces)))
    return found, refused


def shares_of(n_steps: int) -> np.ndarray:
    """`n_steps` shares from 0 to 1, evenly spaced, float32; both ends are exact.

    Raises:
        ValueError: fewer than two steps.
    """
    if n_steps < 2:
        raise ValueError(f"n_steps must be at least 2, got {n_steps}")
    return np.linspace(0, 1, n_steps, dtype=np.float32)


def mix_straight(source: np.ndarray, other: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Points on the straight line from `other` (share 0) to `source` (share 1), ``(n_shares, n_dims)``; exact at the ends."""
    share = shares[:, None]
    return share * source + (1 - share) * other


def mix_on_sphere(source: np.ndarray, other: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Points on the arc from `other` to `source`: even steps of the angle, even steps of the length.

    Args:
        source: One row, ``(n_dims,)``.
        other: The other row.
        shares: Of the source, ``(n_shares,)``.

    Returns:
        float32 ``(n_shares, n_dims)``.

    Raises:
        ValueError: a row is zero, or the rows point the same way or opposite ways, so that there is no one arc.

    Source:
        Shoemake (1985), "Animating rotation with quaternion curves".
    """
    lengths = np.linalg.norm(source), np.linalg.norm(other)
    if min(lengths) == 0:
        raise ValueError("a row of zeros has no direction, so no arc leads to it")
    a, b = source.astype(np.float64) / lengths[0], other.astype(np.float64) / lengths[1]
    angle = np.arccos(np.clip(a @ b, -1, 1))
    if np.sin(angle) < 1e-6:
        raise ValueError(f"two rows {np.degrees(angle):.0f} degrees apart have no single arc between them")
    share = shares.astype(np.float64)[:, None]
    directions = (np.sin(share * angle) * a + np.sin((1 - share) * angle) * b) / np.sin(angle)
    return (directions * (share * lengths[0] + (1 - share) * lengths[1])).astype(np.float32)


def step_at_random(
    source: np.ndarray, other: np.ndarray, shares: np.ndarray, generator: np.random.Generator
) -> np.ndarray:
    """Points as far from `source` as the straight line's, in one direction drawn at random, ``(n_shares, n_dims)``."""
    direction = generator.standard_normal(source.shape)
    reach = np.linalg.norm(other - source) * direction / np.linalg.norm(direction)
    return (source + (1 - shares[:, None]) * reach).astype(np.float32)


class Prompt(NamedTuple):
    """A prompt as token ids, and the place of the token whose row is replaced."""

    ids: list[int]
    place: int

    def replacing(self, vectors: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        """A function for `LanguageModel.embedding_hook`: item i of a batch gets ``vectors[i]`` at the place."""

        def replace(batch: np.ndarray) -> np.ndarray:
            batch[:, self.place] = vectors
            return batch

        return replace

    def from_word(self) -> Prompt:
        """What is left of the prompt from the replaced token on."""
        return Prompt(self.ids[self.place :], 0)


def prompt_about(table: TokenTable, template: str, country: Capital) -> Prompt:
    """The prompt with the country in the place of ``{}``.

    Raises:
        ValueError: the country's token does not stand in the prompt exactly once.
    """
    text = template.format(country.country)
    ids = table.tokenize(text, special=True)
    if ids.count(country.country_id) != 1:
        raise ValueError(
            f"one token {country.country!r} expected in {text!r}, got {ids.count(country.country_id)}. "
            "Put the country inside the sentence, after a space."
        )
    return Prompt(ids, ids.index(country.country_id))


def probabilities_with_rows(
    model: LanguageModel, prompt: Prompt, vectors: np.ndarray, token_ids: Sequence[int]
) -> np.ndarray:
    """The probabilities of `token_ids` to come next, with each of `vectors` in place of the prompt's word, ``(n, n_ids)``.

    What stands before the word is read once for all of them, and equal vectors are asked once.
    """
    rest = prompt.from_word()
    after = model.read_beginning(prompt.ids[: prompt.place]) if prompt.place else None
    different, places = np.unique(vectors, axis=0, return_inverse=True)
    found = []
    for first in range(0, len(different), BATCH):
        part = different[first : first + BATCH]
        with model.embedding_hook(rest.replacing(part)):
            found.append(model.next_token_probabilities_of([rest.ids] * len(part), token_ids, after))
    return np.concatenate(found)[places.ravel()]


def states_with_rows(model: LanguageModel, prompt: Prompt, vectors: np.ndarray) -> np.ndarray:
    """The hidden states of the prompt's last token with each of `vectors` in place of its word, ``(n_layers + 1, n, n_dims)``."""
    found = []
    for first in range(0, len(vectors), BATCH):
        part = vectors[first : first + BATCH]
        with model.embedding_hook(prompt.replacing(part)):
            found.append(model.last_hidden_states([prompt.ids] * len(part)))
    return np.concatenate(found, axis=1)
