"""The CBOW network: its gradient, its determinism, and that it learns who stands beside whom."""

import numpy as np
import pytest
import torch

from embedguide.analysis.plays import Vocabulary, count_words, number_words
from embedguide.analysis.word2vec import (
    Batch,
    Cbow,
    CbowSettings,
    answer_probabilities,
    mean_of_neighbors,
    one_hot_error,
    train_cbow,
    train_on_batch,
)

# Two worlds that never meet: fruit is eaten, boats are rowed.
SPEECHES = [["eat", a, "and", b] for a in ("fig", "pear", "plum") for b in ("fig", "pear", "plum")] * 12 + [
    ["row", a, "or", b] for a in ("boat", "raft", "skiff") for b in ("boat", "raft", "skiff")
] * 12
VOCABULARY = count_words(SPEECHES, 1)
NUMBERED = number_words(SPEECHES, VOCABULARY)
SETTINGS = CbowSettings(n_dims=8, window=2, drawn=16, batch=4, frequent=1.0)


def test_the_written_out_gradient_is_that_of_autograd():
    generator = torch.Generator().manual_seed(0)
    hidden, output = (torch.randn(6, 4, generator=generator) for _ in range(2))
    batch = Batch(*(torch.tensor(part) for part in ([0, 1], [2, 3, 4], [2, 1], [5, 2, 5])))
    rate, negatives = 0.01, 3.0
    h, o = hidden.clone().requires_grad_(), output.clone().requires_grad_()
    mean = mean_of_neighbors(h, batch)
    log = torch.nn.functional.logsigmoid
    loss = -log((mean * o[batch.answers]).sum(1)).sum() - negatives / 3 * log(-mean @ o[batch.wrong].T).sum()
    loss.backward()
    expected_output = output - rate * o.grad
    # Each neighbor takes the whole step, so its share of the mean (a half, a half, one) is multiplied out again.
    shares = torch.ones(6, 1)
    shares[2:4] = 2
    expected_hidden = hidden - rate * h.grad * shares
    assert train_on_batch(hidden, output, batch, rate, negatives) == pytest.approx(loss.item(), rel=1e-5)
    torch.testing.assert_close(output, expected_output)
    torch.testing.assert_close(hidden, expected_hidden)


def test_the_same_seed_gives_the_same_bits_and_another_does_not():
    first, again, other = (train_cbow(NUMBERED, VOCABULARY, 2, seed, SETTINGS).last for seed in (0, 0, 1))
    assert np.array_equal(first.hidden, again.hidden) and np.array_equal(first.output, again.output)
    assert not np.array_equal(first.hidden, other.hidden)


def test_words_of_one_world_come_to_stand_together():
    training = train_cbow(NUMBERED, VOCABULARY, 20, 0, SETTINGS)
    assert len(training.moments) == len(training.losses) == 21
    assert training.losses[-1] < training.losses[1]
    unit = training.last.hidden / np.linalg.norm(training.last.hidden, axis=1, keepdims=True)
    ids = VOCABULARY.ids()
    fig, pear, raft = (unit[ids[word]] for word in ("fig", "pear", "raft"))
    assert fig @ pear > 0.6 > fig @ raft


def test_training_leaves_the_number_of_threads_as_it_was():
    before = torch.get_num_threads()
    train_cbow(NUMBERED[:5], VOCABULARY, 1, 0, SETTINGS)
    assert torch.get_num_threads() == before


def test_no_epoch_is_an_error():
    with pytest.raises(ValueError, match="at least 1, got 0"):
        train_cbow(NUMBERED, VOCABULARY, 0, 0)


def test_probabilities_sum_to_one_and_a_network_that_knows_nothing_answers_by_chance():
    vocabulary = Vocabulary(["a", "b"], np.array([16, 1]))
    network = Cbow(np.zeros((2, 3), np.float32), np.ones((2, 3), np.float32))
    assert answer_probabilities(network, vocabulary, [0]) == pytest.approx([8 / 9, 1 / 9])  # 16 ** 0.75 = 8
    with pytest.raises(ValueError, match="at least one neighbor"):
        answer_probabilities(network, vocabulary, [])


def test_one_hot_times_the_table_is_a_lookup():
    network = train_cbow(NUMBERED, VOCABULARY, 1, 0, SETTINGS).last
    assert one_hot_error(network, 3) == 0
