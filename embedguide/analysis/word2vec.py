"""word2vec by CBOW with negative sampling: the network, its training loop, and what it predicts.

Source: Mikolov, Chen, Corrado and Dean (2013), arXiv:1301.3781 (CBOW); Mikolov et al. (2013), arXiv:1310.4546
(negative sampling, subsampling of frequent words).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from embedguide.analysis.plays import Vocabulary


class Cbow(NamedTuple):
    """The two tables of the network, float32 ``(n_words, n_dims)`` each.

    `hidden`: one row per word as a neighbor, the embeddings. `output`: one row per word as an answer.
    """

    hidden: np.ndarray
    output: np.ndarray


class Training(NamedTuple):
    """A network after each epoch (0: before the first) and the mean loss of each epoch; `losses[0]` is NaN."""

    moments: list[Cbow]
    losses: list[float]

    @property
    def last(self) -> Cbow:
        """The trained network."""
        return self.moments[-1]


class CbowSettings(NamedTuple):
    """How a network is trained.

    `window`: most neighbors on either side; each example draws its own between 1 and this. `negatives`: wrong answers
    weighed against each right one; `drawn`: how many are drawn, for all examples of a batch. `rate`: of learning, at
    the start; it falls to zero in a straight line. `frequent`: words above this share of the text are thinned out.
    """

    n_dims: int = 50
    window: int = 5
    negatives: int = 5
    drawn: int = 64
    rate: float = 0.1
    batch: int = 512
    frequent: float = 2e-4


def train_cbow(
    numbered: Sequence[np.ndarray], vocabulary: Vocabulary, epochs: int, seed: int, settings: CbowSettings | None = None
) -> Training:
    """A CBOW network trained on speeches, with the moments in between; the same numbers every time, on one thread.

    Args:
        numbered: Speeches as word numbers; a window never leaves its speech.
        vocabulary: The words and how often they occur.
        epochs: How many times the text is read.
        seed: Of the first tables, the order of the examples, their windows and the wrong answers.
        settings: The rest.

    Raises:
        ValueError: fewer than one epoch.
    """
    import torch

    if epochs < 1:
        raise ValueError(f"epochs must be at least 1, got {epochs}")
    chosen = settings or CbowSettings()
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)  # sums over several threads are not the same from run to run
    try:
        return _train(numbered, vocabulary, epochs, np.random.default_rng(seed), chosen)
    finally:
        torch.set_num_threads(n_threads)


def _train(
    numbered: Sequence[np.ndarray], vocabulary: Vocabulary, epochs: int, random: Any, settings: CbowSettings
) -> Training:
    import torch

    n_words = len(vocabulary.words)
    first = (random.random((n_words, settings.n_dims), dtype=np.float32) - 0.5) / settings.n_dims
    hidden, output = torch.from_numpy(first), torch.zeros(n_words, settings.n_dims)
    text = _with_gaps(numbered, settings.window)
    moments, losses = [Cbow(hidden.numpy().copy(), output.numpy().copy())], [float("nan")]
    for epoch in range(epochs):
        total = n_examples = 0.0
        for progress, examples in _batches(text, vocabulary.counts, settings, random):
            rate = settings.rate * (1 - (epoch + progress) / epochs)
            total += train_on_batch(hidden, output, examples, rate, settings.negatives)
            n_examples += len(examples.answers)
        moments.append(Cbow(hidden.numpy().copy(), output.numpy().copy()))
        losses.append(total / max(n_examples, 1))
    return Training(moments, losses)


class Batch(NamedTuple):
    """Examples: `answers` (n,), their `neighbors` one after another, how many each has, and `wrong` answers for all."""

    answers: Any
    neighbors: Any
    n_neighbors: Any
    wrong: Any


def train_on_batch(hidden: Any, output: Any, examples: Batch, rate: float, negatives: float) -> float:
    """One step of gradient descent, in place; returns the summed loss before it.

    The gradient is written out because it is short: each side of a product moves by the other side times the error.
    As in the authors' program, every neighbor of an example takes the whole step, not its share of the mean.
    """
    import torch

    mean = mean_of_neighbors(hidden, examples)
    right, wrong = output[examples.answers], output[examples.wrong]
    weight = negatives / len(examples.wrong)
    score_right, score_wrong = (mean * right).sum(dim=1), mean @ wrong.T
    error_right = torch.sigmoid(-score_right)[:, None]
    error_wrong = -weight * torch.sigmoid(score_wrong)
    step = rate * (error_right * right + error_wrong @ wrong)
    output.index_add_(0, examples.answers, rate * error_right * mean)
    output.index_add_(0, examples.wrong, rate * error_wrong.T @ mean)
    hidden.index_add_(0, examples.neighbors, step.repeat_interleave(examples.n_neighbors, dim=0))
    log = torch.nn.functional.logsigmoid
    return -float(log(score_right).sum() + weight * log(-score_wrong).sum())


def mean_of_neighbors(hidden: Any, examples: Batch) -> Any:
    """The mean of the rows of each example's neighbors, ``(n, n_dims)``: the hidden layer; zeros where there are none."""
    import torch

    first = examples.n_neighbors.cumsum(0) - examples.n_neighbors
    return torch.nn.functional.embedding_bag(examples.neighbors, hidden, first, mode="mean")


def _with_gaps(numbered: Sequence[np.ndarray], window: int) -> np.ndarray:
    """All speeches in one array, with `window` gaps (-1) around each, so that no window reaches into the next."""
    gap = np.full(window, -1, dtype=np.int64)
    return np.concatenate([gap, *(part for speech in numbered for part in (speech, gap))])


def _batches(
    text: np.ndarray, counts: np.ndarray, settings: CbowSettings, random: Any
) -> Iterator[tuple[float, Batch]]:
    """One epoch: how much of it is done, and a batch."""
    keep = np.minimum(1.0, np.sqrt(settings.frequent * counts.sum() / counts))
    thinned = text[(text < 0) | (random.random(len(text)) < keep[text])]
    places = np.flatnonzero(thinned >= 0)
    random.shuffle(places)
    reach = random.integers(1, settings.window + 1, size=len(places))
    # Wrong answers come up as often as in the text, to the power 3/4.
    upto = np.cumsum(counts**0.75) / (counts**0.75).sum()
    offsets = np.array([o for o in range(-settings.window, settings.window + 1) if o])
    for start in range(0, len(places), settings.batch):
        at, near = places[start : start + settings.batch], reach[start : start + settings.batch]
        around = thinned[at[:, None] + offsets]
        used = (around >= 0) & (np.abs(offsets) <= near[:, None])
        wrong = np.searchsorted(upto, random.random(settings.drawn)).clip(max=len(counts) - 1)
        yield start / len(places), _as_tensors(thinned[at], around[used], used.sum(axis=1), wrong)


def _as_tensors(*arrays: np.ndarray) -> Batch:
    import torch

    return Batch(*(torch.from_numpy(np.ascontiguousarray(array)) for array in arrays))


def answer_probabilities(network: Cbow, vocabulary: Vocabulary, neighbors: Sequence[int]) -> np.ndarray:
    """How probable each word is between the given neighbors, float64 ``(n_words,)``, summing to 1.

    A network trained with negative sampling scores a word by how much more often than chance it stands there. So the
    softmax is taken over the score plus the logarithm of that chance, which gives the probability back.

    Raises:
        ValueError: there are no neighbors.
    """
    if not len(neighbors):
        raise ValueError("at least one neighbor is expected, got none")
    mean = network.hidden[list(neighbors)].astype(np.float64).mean(axis=0)
    chance = vocabulary.counts**0.75
    scores = network.output @ mean.astype(np.float32) + np.log(chance / chance.sum())
    weights = np.exp(scores - scores.max())
    return weights / weights.sum()


def one_hot_error(network: Cbow, word_id: int) -> float:
    """The largest difference between a row of the hidden table and one-hot times the table: 0 if it is a lookup."""
    one_hot = np.zeros(len(network.hidden), dtype=np.float32)
    one_hot[word_id] = 1
    return float(np.abs(one_hot @ network.hidden - network.hidden[word_id]).max())
