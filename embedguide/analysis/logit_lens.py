"""What a state in the middle of a model would say if it were the last one: the logit lens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from embedguide.models import LanguageModel


class Reading(NamedTuple):
    """What the states of one layer say, as shares of all positions.

    `own`: the token that stands there; `answer`: what the model says at its end; `truth`: the token that follows.
    """

    layer: int
    own: float
    answer: float
    truth: float


def read_layers(model: LanguageModel, texts: Sequence[str]) -> list[Reading]:
    """What the output layer reads from every layer of some texts.

    The first position of a text has seen nothing and is left out, as is the last, which nothing follows.
    """
    items = [model.table.tokenize(text) for text in texts]
    states = np.concatenate([found[:, 1:-1] for found in model.hidden_states(items)], axis=1)
    own = np.concatenate([item[1:-1] for item in items])
    truth = np.concatenate([item[2:] for item in items])
    said = np.array([model.logits(layer).argmax(axis=-1) for layer in states])
    return [
        Reading(layer, float((row == own).mean()), float((row == said[-1]).mean()), float((row == truth).mean()))
        for layer, row in enumerate(said)
    ]
