"""What BERT has and does: its parts, its two tasks, and what its kin among our models make of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from embedguide.analysis.context import Sentence, Separation, separate, unit
from embedguide.models import LanguageModel, TokenTable


class Part(NamedTuple):
    """One part of a model: what it does with a sentence, and the shape of what leaves it."""

    part: str
    does: str
    leaves: str


class Position(NamedTuple):
    """What enters the first block for one token at one position.

    `cosine` with what enters at the first position tried; `difference`: largest difference from the token's row.
    """

    position: int
    cosine: float
    difference: float


class Guess(NamedTuple):
    """A word for a gap: its share among the candidates, seen from the left only and with the whole sentence."""

    word: str
    left: float
    whole: float


class Pooled(NamedTuple):
    """How well one vector per sentence finds the meaning; `hits` as in `Separation`."""

    vector: str
    order: str
    hits: float


class Special(NamedTuple):
    """A special token and its row: length, percent of rows that are shorter, and the nearest token."""

    token: str
    token_id: int
    length: float
    shorter: float
    nearest: str
    cosine: float


def fill_gap(model: LanguageModel, left: str, right: str, words: Sequence[str]) -> list[Guess]:
    """What a model puts into a gap; see `guess_by_likelihood` and, for encoders, `nearest_at_gap`.

    An encoder's guesses are the rows nearest to its last state at ``[MASK]``, with the cosine in both columns.
    """
    if model.predicts_next:
        return sorted(guess_by_likelihood(model, left, right, words), key=lambda guess: -guess.whole)
    return nearest_at_gap(model, f"{left} [MASK]{right}", len(words))


def rank_of_guess(model: LanguageModel, guesses: Sequence[Guess], left: str, right: str, word: str) -> int:
    """The rank of `word`: among the guesses, or for an encoder among all rows of its table."""
    if model.predicts_next:
        return [guess.word for guess in guesses].index(word) + 1
    return rank_at_gap(model, f"{left} [MASK]{right}", word)


class Placed(NamedTuple):
    """A token of a text made of two sentences; `segment` says to which it belongs, A or B."""

    position: int
    token: str
    token_id: int
    segment: str


def place_two_sentences(table: TokenTable, first: str, second: str) -> list[Placed]:
    """The tokens that BERT's kind sees of two sentences: ``[CLS] A [SEP] B [SEP]``."""
    ids_a = table.tokenize(first, special=True)
    ids_b = table.tokenize(second, special=True)[1:]
    segments = ["A"] * len(ids_a) + ["B"] * len(ids_b)
    return [
        Placed(n, table.glyph(i), i, segment)
        for n, (i, segment) in enumerate(zip([*ids_a, *ids_b], segments, strict=True))
    ]


def list_parts(model: LanguageModel, text: str) -> list[Part]:
    """The parts of a model in the order in which a sentence passes them, with shapes measured on that sentence."""
    table = model.table
    ids = table.tokenize(text, special=True)
    states = model.hidden_states([ids])[0]
    n_layers, n_tokens, n_dims = states.shape[0] - 1, *states.shape[1:]
    shape = f"{n_tokens} × {n_dims}"
    adds = adds_position(model, "the")
    position = "adds a vector for the place" if adds else "adds nothing: places come in later"
    if model.predicts_next:
        head = Part("task head", "scores every token as the next one", f"{n_tokens} × {table.n_tokens:,}")
    else:
        head = Part("task head", "none in the file: the mean stands for all", f"1 × {n_dims}")
    return [
        Part("tokenizer", "cuts the text into tokens", f"{n_tokens} ids"),
        Part("embedding: token table", f"looks up {n_tokens} of {table.n_tokens:,} rows", shape),
        Part("embedding: position", position, shape),
        Part("encoder" if not model.predicts_next else "decoder", f"{n_layers} blocks, in each the tokens meet", shape),
        head,
    ]  # fmt: skip


def enter_by_position(model: LanguageModel, word: str, positions: Sequence[int], filler: str = "the") -> list[Position]:
    """What enters the first block for `word` at several positions, the places before it taken by `filler`.

    Args:
        model: The model.
        word: A word of one token.
        positions: How many tokens stand before it.
        filler: The word that stands there.
    """
    new, fill = model.table.word_id(word), model.table.word_id(filler)
    entered = [model.hidden_states([[fill] * n + [new]])[0][0, -1] for n in positions]
    row = model.table.row(new)
    first = unit(entered[0])
    return [
        Position(n, float(unit(vector) @ first), float(np.abs(vector - row).max()))
        for n, vector in zip(positions, entered, strict=True)
    ]


def adds_position(model: LanguageModel, word: str) -> bool:
    """Whether what enters the first block depends on where the word stands."""
    new = model.table.word_id(word)
    states = model.hidden_states([[new, new]])[0][0]
    return bool((states[0] != states[1]).any())


def guess_by_likelihood(model: LanguageModel, left: str, right: str, words: Sequence[str]) -> list[Guess]:
    """Each word's share of probability among `words`: after the left side alone, and with the right side.

    With the right side, a word's weight is the probability of the word and of everything that follows it.

    Args:
        model: A model that predicts the next token.
        left: Text before the gap.
        right: Text after it, beginning with a space.
        words: Candidates, each one token.
    """
    start = model.table.tokenize(left)
    follow = model.table.tokenize(right)
    first = model.next_token_probabilities(start)
    weights = []
    for word in words:
        ids = [*start, model.table.word_id(word)]
        weight = float(first[ids[-1]])
        for token in follow:
            weight *= float(model.next_token_probabilities(ids)[token])
            ids.append(token)
        weights.append(weight)
    alone = np.array([float(first[model.table.word_id(word)]) for word in words])
    shares, lefts = np.array(weights) / sum(weights), alone / alone.sum()
    return [Guess(word, float(a), float(b)) for word, a, b in zip(words, lefts, shares, strict=True)]


def rank_at_gap(model: LanguageModel, text: str, word: str) -> int:
    """The rank of `word` among all rows of the table by cosine with the last state at ``[MASK]``; 1 is the nearest."""
    ids = model.table.tokenize(text, special=True)
    state = unit(model.hidden_states([ids])[0][-1, ids.index(model.table.token_id("[MASK]"))])
    cosines = model.table.unit_rows @ state
    return int((cosines > cosines[model.table.word_id(word)]).sum()) + 1


def nearest_at_gap(model: LanguageModel, text: str, k: int) -> list[Guess]:
    """The `k` rows nearest to the last state at ``[MASK]``, the nearest first, ``[MASK]`` itself left out."""
    ids = model.table.tokenize(text, special=True)
    state = unit(model.hidden_states([ids])[0][-1, ids.index(model.table.token_id("[MASK]"))])
    cosines = model.table.unit_rows @ state
    cosines[model.table.token_id("[MASK]")] = -np.inf
    nearest = np.argsort(-cosines, kind="stable")[:k]
    return [Guess(model.table.glyph(int(i)), float(cosines[i]), float(cosines[i])) for i in nearest]


def read_speeches(text: str, fewest: int = 8, most: int = 40) -> list[tuple[str, str]]:
    """Speeches of a play that follow each other, as pairs; both have between `fewest` and `most` words."""
    speeches = [" ".join(part.split("\n")[1:]) for part in re.split(r"\n\n+", text.strip())]
    fits = [fewest <= len(speech.split()) <= most for speech in speeches]
    return [(speeches[i], speeches[i + 1]) for i in range(len(speeches) - 1) if fits[i] and fits[i + 1]]


def cosines_of_followers(model: LanguageModel, corpus: object, n_pairs: int, seed: int) -> np.ndarray:
    """Cosine of a speech with the next one and with one from elsewhere, float64 ``(n_pairs, 2)``.

    A speech's vector is the mean of its last hidden states. The pairs are drawn from the whole corpus; the speech
    from elsewhere is the follower of another pair.

    Args:
        model: The model.
        corpus: A fetched corpus with speeches (`LocalSource`).
        n_pairs: How many speeches.
        seed: Of the draw.
    """
    pairs = read_speeches(corpus.path().read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    generator = np.random.default_rng(seed)
    chosen = [pairs[i] for i in sorted(generator.choice(len(pairs), size=n_pairs, replace=False))]
    first, second = (
        unit(np.stack([state[-1].mean(axis=0) for state in model.hidden_states([pair[k] for pair in chosen])]))
        for k in (0, 1)
    )
    # A step of 1 to n - 1 around the circle never comes back to the same speech.
    elsewhere = (np.arange(n_pairs) + generator.integers(1, n_pairs, size=n_pairs)) % n_pairs
    return np.stack([(first * second).sum(axis=1), (first * second[elsewhere]).sum(axis=1)], axis=1)


def share_ahead(cosines: np.ndarray) -> float:
    """The share of rows whose first number is larger than the second."""
    return float((cosines[:, 0] > cosines[:, 1]).mean())


def pool(
    states: Sequence[np.ndarray], word: np.ndarray, sentences: Sequence[Sentence], first: str
) -> list[Pooled]:  # fmt: skip
    """How often the last layer finds the meaning of a sentence from one vector, by which vector and where the cue is.

    Args:
        states: Of each sentence, ``(n_layers + 1, n_tokens, n_dims)``.
        word: Of the word in each sentence, ``(n_layers + 1, n_sentences, n_dims)``.
        sentences: What they come from.
        first: What the first token is called.
    """
    vectors = {
        "the word": word[-1],
        first: np.stack([state[-1, 0] for state in states]),
        "last token": np.stack([state[-1, -1] for state in states]),
        "mean of all tokens": np.stack([state[-1].mean(axis=0) for state in states]),
    }
    found = []
    for name, rows in vectors.items():
        for order in dict.fromkeys(sentence.order for sentence in sentences):
            chosen = [i for i, sentence in enumerate(sentences) if sentence.order == order]
            score: Separation = separate(rows[None, chosen], [sentences[i] for i in chosen])[0]
            found.append(Pooled(name, order, score.hits))
    return found


def list_special_tokens(table: TokenTable) -> list[Special]:
    """The special tokens of a table with the length of their rows and their nearest neighbor, by id."""
    lengths = np.concatenate(
        [
            np.linalg.norm(np.asarray(table.vectors[n : n + 8192], dtype=np.float32), axis=1)
            for n in range(0, table.n_tokens, 8192)
        ]
    )
    found = []
    for i in sorted(table.special_ids):
        cosines = table.unit_rows @ table.unit_rows[i]
        cosines[i] = -np.inf
        near = int(cosines.argmax())
        shorter = 100 * float((lengths < lengths[i]).mean())
        found.append(Special(table.text(i), i, float(lengths[i]), shorter, table.glyph(near), float(cosines[near])))
    return found
