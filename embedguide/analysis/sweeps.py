"""The experiment of mixing two countries: every pair in even steps, where the answers cross, and what else happens there."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from embedguide.analysis.mixing import (
    BATCH,
    Capital,
    mix_on_sphere,
    mix_straight,
    probabilities_with_rows,
    prompt_about,
    shares_of,
    states_with_rows,
    step_at_random,
)
from embedguide.models import LanguageModel, TokenTable

LINE, SPHERE, RANDOM = "straight line", "sphere", "random direction"


class Sweep(NamedTuple):
    """Two countries mixed in even steps, from none of the source to nothing else.

    `p_source` and `p_other`: the probabilities of both capitals, ``(n_steps,)``. `nearest` and `cosines`: the token
    whose row is most like the mixed one. `lengths`: of the mixed rows.
    """

    source: Capital
    other: Capital
    shares: np.ndarray
    p_source: np.ndarray
    p_other: np.ndarray
    nearest: list[str]
    cosines: np.ndarray
    lengths: np.ndarray

    @property
    def name(self) -> str:
        """How the pair is called."""
        return f"{self.source.country} – {self.other.country}"

    def turned(self) -> Sweep:
        """The same mixes told from the other country's side."""
        return Sweep(
            self.other, self.source, self.shares, self.p_other[::-1], self.p_source[::-1],
            self.nearest[::-1], self.cosines[::-1], self.lengths[::-1],
        )  # fmt: skip


def sweep_pairs(model: LanguageModel, template: str, capitals: Sequence[Capital], n_steps: int) -> list[Sweep]:
    """Every pair of countries on the straight line between their rows, in `n_steps` even steps.

    The prompt names the source, and its row is replaced; so what the prompt named plays no part, and each pair is swept once.
    """
    shares, pairs = shares_of(n_steps), list(combinations(capitals, 2))
    rows = dict(zip(capitals, model.embedding_rows([one.country_id for one in capitals]), strict=True))
    mixed = [mix_straight(rows[a], rows[b], shares) for a, b in pairs]
    prompt, wanted = prompt_about(model.table, template, capitals[0]), [one.capital_id for one in capitals]
    together = np.concatenate(mixed)
    probabilities = probabilities_with_rows(model, prompt, together, wanted)
    tokens, cosines = nearest_tokens(model.table, together)
    place = {one: number for number, one in enumerate(capitals)}
    steps = [slice(first, first + n_steps) for first in range(0, len(together), n_steps)]
    return [
        Sweep(
            a, b, shares, probabilities[of, place[a]], probabilities[of, place[b]],
            tokens[of], cosines[of], np.linalg.norm(together[of], axis=1),
        )
        for (a, b), of in zip(pairs, steps, strict=True)
    ]  # fmt: skip


def nearest_tokens(table: TokenTable, vectors: np.ndarray) -> tuple[list[str], np.ndarray]:
    """The token whose row is most like each vector, by cosine over the whole table, and that cosine.

    Rows that belong to no token are never nearest. Ties go to the lower id.
    """
    units, unused = vectors / np.linalg.norm(vectors, axis=1, keepdims=True), list(table.unused_ids)
    best, highest = np.empty(len(units), dtype=np.int64), np.empty(len(units), dtype=np.float32)
    for first in range(0, len(units), BATCH):
        part = slice(first, first + BATCH)
        cosines = units[part] @ table.unit_rows.T
        cosines[:, unused] = -np.inf
        best[part], highest[part] = cosines.argmax(axis=1), cosines.max(axis=1)
    return [table.glyph(int(i)) for i in best], highest


def find_crossing(shares: np.ndarray, p_source: np.ndarray, p_other: np.ndarray) -> float | None:
    """The share of the source at which both answers are equally likely, None where one is ahead all the way.

    Between two steps the logarithm of their ratio is taken to run straight. Where they cross more than once, the first
    crossing from share 0 counts.
    """
    ahead = np.log(p_source.astype(np.float64)) - np.log(p_other.astype(np.float64))
    for i in np.flatnonzero(np.sign(ahead[:-1]) != np.sign(ahead[1:])).tolist():
        return float(shares[i] + (shares[i + 1] - shares[i]) * ahead[i] / (ahead[i] - ahead[i + 1]))
    return None


def find_sweep(sweeps: Sequence[Sweep], source: str, other: str) -> Sweep:
    """The sweep of two countries, told from the side of the first.

    Raises:
        KeyError: one of them was not swept, most likely because it is several tokens of this model.
    """
    for one in sweeps:
        if {one.source.country, one.other.country} == {source, other}:
            return one if one.source.country == source else one.turned()
    raise KeyError(f"no sweep between {source} and {other}; there are {', '.join(s.name for s in sweeps)}")


class Path(NamedTuple):
    """One way from a country to another: the probabilities of both capitals at each share, and the row's length."""

    name: str
    shares: np.ndarray
    p_source: np.ndarray
    p_other: np.ndarray
    lengths: np.ndarray


def compare_paths(model: LanguageModel, template: str, sweep: Sweep, n_random: int, seed: int) -> list[Path]:
    """The straight line as it was swept, the sphere, and `n_random` random directions of the same reach from the source."""
    shares, prompt = sweep.shares, prompt_about(model.table, template, sweep.source)
    a, b = model.embedding_rows([sweep.source.country_id, sweep.other.country_id])
    generator = np.random.default_rng(seed)
    ways = [(SPHERE, mix_on_sphere(a, b, shares))]
    ways += [(RANDOM, step_at_random(a, b, shares, generator)) for _ in range(n_random)]
    wanted = [sweep.source.capital_id, sweep.other.capital_id]
    found = probabilities_with_rows(model, prompt, np.concatenate([rows for _, rows in ways]), wanted)
    found = found.reshape(len(ways), len(shares), 2)
    line = Path(LINE, shares, sweep.p_source, sweep.p_other, sweep.lengths)
    return [line] + [
        Path(name, shares, p[:, 0], p[:, 1], np.linalg.norm(rows, axis=1))
        for (name, rows), p in zip(ways, found, strict=True)
    ]


class Lens(NamedTuple):
    """What each layer would answer if the model ended there.

    `log_ratio`: the logarithm to base 2 of the source capital's probability over the other's, ``(n_layers + 1, n_steps)``.
    """

    source: Capital
    other: Capital
    shares: np.ndarray
    log_ratio: np.ndarray


def read_layers(model: LanguageModel, template: str, source: Capital, other: Capital, n_steps: int) -> Lens:
    """The balance of both answers at every layer and step of the straight line, read with the logit lens."""
    shares, prompt = shares_of(n_steps), prompt_about(model.table, template, source)
    a, b = model.embedding_rows([source.country_id, other.country_id])
    states = states_with_rows(model, prompt, mix_straight(a, b, shares))
    scores = model.logits(states, [source.capital_id, other.capital_id]).astype(np.float64)
    return Lens(source, other, shares, (scores[..., 0] - scores[..., 1]) / np.log(2))


def layer_of_hearing(lens: Lens) -> int:
    """The first layer at which the two ends of the line differ by at least half as many bits as after the last layer."""
    apart = np.abs(lens.log_ratio[:, -1] - lens.log_ratio[:, 0])
    return int(np.argmax(apart >= apart[-1] / 2))


def layer_of_answer(model: LanguageModel, template: str, country: Capital) -> int | None:
    """The first layer at which the capital is the most likely next token under the logit lens; None if at none."""
    prompt = prompt_about(model.table, template, country)
    states = model.last_hidden_states([prompt.ids])[:, 0]
    found = np.flatnonzero(model.logits(states).argmax(axis=1) == country.capital_id)
    return int(found[0]) if len(found) else None


def hooked_difference(model: LanguageModel, template: str, source: Capital, other: Capital) -> float:
    """The largest difference of any probability between the plain prompt and one hooked with share 1 of its own country."""
    prompt = prompt_about(model.table, template, source)
    a, b = model.embedding_rows([source.country_id, other.country_id])
    mixed = mix_straight(a, b, np.ones(1, dtype=np.float32))
    with model.embedding_hook(prompt.replacing(mixed)):
        hooked = model.next_token_probabilities(prompt.ids)
    return float(np.abs(hooked - model.next_token_probabilities(prompt.ids)).max())


def is_removed(model: LanguageModel, template: str, source: Capital, other: Capital) -> bool:
    """Whether a hook that puts the other country in changes the answer while it stands, and nothing once it is gone."""
    prompt = prompt_about(model.table, template, source)
    before = model.next_token_probabilities(prompt.ids)
    with model.embedding_hook(prompt.replacing(model.embedding_rows([other.country_id]))):
        during = model.next_token_probabilities(prompt.ids)
    return not np.array_equal(before, during) and np.array_equal(before, model.next_token_probabilities(prompt.ids))
