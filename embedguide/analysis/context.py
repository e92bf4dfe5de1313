"""One word in many sentences: its vector at every layer, and how far two meanings of it stand apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from embedguide.models import LanguageModel

BEFORE, AFTER = "before", "after"
# Cosines closer than this are the same number: two float32 states that are equal to the last bit differ by less.
TIE = 1e-9


class Frame(NamedTuple):
    """A clause with a word of two meanings, and for each meaning a clause that gives it away.

    `clause` fits both meanings; `cues` maps a meaning to its clause.
    """

    clause: str
    cues: dict[str, str]


class Sentence(NamedTuple):
    """A frame with one cue. `order`: whether the cue stands before or after the word; `frame`: which frame, from 0."""

    frame: int
    sense: str
    order: str
    text: str


class Separation(NamedTuple):
    """How two meanings stand at one layer.

    `same` and `other`: mean cosine of two sentences with the same and with the other meaning, never of the same
    frame. `hits`: share of sentences whose nearest sentence of another frame has the same meaning; ties count half.
    """

    layer: int
    same: float
    other: float
    hits: float


def make_sentences(frames: Sequence[Frame]) -> list[Sentence]:
    """Every frame with every cue, the cue before and after: order by order, meaning by meaning, frame by frame.

    The two orders hold the same words: "After X, we did Y." and "We did Y after X."
    """
    senses = list(frames[0].cues)
    found = []
    for order in (BEFORE, AFTER):
        for sense in senses:
            for number, frame in enumerate(frames):
                cue = frame.cues[sense]
                text = f"{cue}, {frame.clause}." if order == BEFORE else f"{frame.clause} {cue}."
                found.append(Sentence(number, sense, order, text[0].upper() + text[1:]))
    return found


def place_of(word: str, ids: Sequence[int], model: LanguageModel) -> int:
    """The position of a word among token ids.

    Raises:
        ValueError: the word does not stand there exactly once.
        NotOneToken: the word is several tokens of this model.
    """
    wanted = model.table.word_id(word)
    if list(ids).count(wanted) != 1:
        text = "".join(model.table.text(i) for i in ids)
        raise ValueError(f"{word!r} should stand exactly once in {text!r}, got {list(ids).count(wanted)} times")
    return list(ids).index(wanted)


def sentence_states(model: LanguageModel, texts: Sequence[str]) -> list[np.ndarray]:
    """The hidden states of each text, float32 ``(n_layers + 1, n_tokens, n_dims)``, in a list; each text runs alone."""
    return [model.hidden_states([model.table.tokenize(text, special=True)])[0] for text in texts]


def pick_word(model: LanguageModel, texts: Sequence[str], states: Sequence[np.ndarray], word: str) -> np.ndarray:
    """The states of one word out of those of whole texts, float32 ``(n_layers + 1, n_texts, n_dims)``."""
    places = [place_of(word, model.table.tokenize(text, special=True), model) for text in texts]
    return np.stack([state[:, place] for state, place in zip(states, places, strict=True)], axis=1)


def unit(vectors: np.ndarray) -> np.ndarray:
    """Vectors divided by their length, float64, same shape; a zero vector stays zero."""
    vectors = np.asarray(vectors, dtype=np.float64)
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)


def cosines_by_layer(states: np.ndarray) -> np.ndarray:
    """Cosine of every two items at every layer, float64 ``(n_layers + 1, n_items, n_items)``.

    Args:
        states: Hidden states, ``(n_layers + 1, n_items, n_dims)``.
    """
    rows = unit(states)
    return np.asarray(rows @ rows.transpose(0, 2, 1))


def separate(states: np.ndarray, sentences: Sequence[Sentence]) -> list[Separation]:
    """How far the meanings stand apart, layer by layer.

    Args:
        states: Hidden states of the word, ``(n_layers + 1, n_sentences, n_dims)``.
        sentences: What they come from.
    """
    senses = np.array([sentence.sense for sentence in sentences])
    frames = np.array([sentence.frame for sentence in sentences])
    foreign = frames[:, None] != frames
    same = (senses[:, None] == senses) & foreign
    other = (senses[:, None] != senses) & foreign
    return [
        Separation(layer, float(cosines[same].mean()), float(cosines[other].mean()), _hits(cosines, same, other))
        for layer, cosines in enumerate(cosines_by_layer(states))
    ]


def _hits(cosines: np.ndarray, same: np.ndarray, other: np.ndarray) -> float:
    nearest_same = np.where(same, cosines, -np.inf).max(axis=1)
    nearest_other = np.where(other, cosines, -np.inf).max(axis=1)
    lead = nearest_same - nearest_other
    return float(np.where(np.abs(lead) <= TIE, 0.5, lead > 0).mean())


def project_layers(states: np.ndarray, left: np.ndarray) -> np.ndarray:
    """Two principal components of unit vectors at every layer, float64 ``(n_layers + 1, n_items, 2)``.

    Each layer is centered and projected by itself. Signs are arbitrary, so they are fixed: at the last layer the
    items in `left` lie to the left; going down, each axis keeps the sign that agrees with the layer above.

    Args:
        states: Hidden states, ``(n_layers + 1, n_items, n_dims)``.
        left: Which items lie to the left, bool ``(n_items,)``.
    """
    rows = unit(states)
    rows = rows - rows.mean(axis=1, keepdims=True)
    found = np.stack([_two_components(layer) for layer in rows])
    last = found[-1]
    if last[left, 0].mean() > last[~left, 0].mean():
        last[:, 0] *= -1
    for layer in range(len(found) - 2, -1, -1):
        agreement = (found[layer] * found[layer + 1]).sum(axis=0)
        found[layer] *= np.where(agreement < 0, -1, 1)
    return np.asarray(found)


def _two_components(rows: np.ndarray) -> np.ndarray:
    u, s, _ = np.linalg.svd(rows, full_matrices=False)
    return np.asarray(u[:, :2] * s[:2])


def largest_difference(states: np.ndarray, sentences: Sequence[Sentence]) -> float:
    """The largest difference between the two meanings of one frame: over all frames, layers and dimensions."""
    n_frames = len({sentence.frame for sentence in sentences})
    return float(np.abs(states[:, :n_frames] - states[:, n_frames:]).max())


def change_by_token(model: LanguageModel, text: str, replacement: str) -> np.ndarray:
    """How each position changes when each token is replaced, float64 ``(n_layers + 1, n_tokens, n_tokens)``.

    Entry ``[l, i, j]`` is one minus the cosine between the state at position i and layer l before and after token j
    was replaced; exactly 0 where not one bit changed.

    Args:
        model: The model.
        text: The sentence.
        replacement: The word that takes the place of each token in turn; one token, not in the text.
    """
    ids = model.table.tokenize(text, special=True)
    new = model.table.word_id(replacement)
    if new in ids:
        raise ValueError(f"{replacement!r} should not stand in {text!r}")
    before = model.hidden_states([ids])[0]
    found = np.zeros((len(before), len(ids), len(ids)))
    for j in range(len(ids)):
        after = model.hidden_states([[*ids[:j], new, *ids[j + 1 :]]])[0]
        changed = 1 - (unit(before) * unit(after)).sum(axis=-1)
        found[:, :, j] = np.where((before == after).all(axis=-1), 0.0, np.maximum(changed, 1e-12))
    return found
