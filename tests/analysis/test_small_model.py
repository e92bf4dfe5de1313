"""The small language model: its examples, its steps, and the company of words."""

import numpy as np
import pytest
import torch

from embedguide.analysis.small_model import (
    Settings,
    company,
    loss_of,
    make_weights,
    number_examples,
    one_step,
    train_small_model,
)

WORDS = ["a", "b", "c", "d"]
SMALL = Settings(before=2, n_dims=4, n_hidden=8, batch=16, rate=1e-2)
# After "a" comes always "b", after "c" always "d".
SPEECHES = [["a", "b"] * 5, ["c", "d"] * 5] * 5
EXAMPLES = number_examples(SPEECHES, WORDS, 2)


def test_each_word_is_guessed_from_the_words_before_it_in_its_speech():
    contexts, answers = number_examples([["a", "x", "b"], ["c"]], WORDS, 2)
    assert contexts.tolist() == [[5, 5], [5, 0], [0, 4], [5, 5]]  # 4: rare, 5: start
    assert answers.tolist() == [0, 4, 1, 2]
    with pytest.raises(ValueError, match="at least one word"):
        number_examples([[]], WORDS, 2)


def test_training_is_the_same_each_time_and_learns():
    first, again = (
        train_small_model(*EXAMPLES, 6, n_steps=200, keep=[0, 200], tied=True, seed=0, settings=SMALL) for _ in range(2)
    )
    assert np.array_equal(first.tables[200], again.tables[200])
    assert first.losses[0] == pytest.approx(np.log(6), abs=0.1)
    assert first.losses[-1] < 1.0
    assert list(first.tables) == [0, 200]
    with pytest.raises(ValueError, match="between 0 and 5"):
        train_small_model(*EXAMPLES, 6, n_steps=5, keep=[6], tied=True, seed=0, settings=SMALL)


@pytest.mark.parametrize("tied", [True, False])
def test_rows_with_a_gradient(tied):
    weights = {name: part.detach().numpy() for name, part in make_weights(6, tied, 0, SMALL).items()}
    step = one_step(weights, np.array([[5, 0], [0, 1]]), np.array([1, 2]), optimizer="SGD")
    assert np.flatnonzero(step.gradient).tolist() == ([0, 1, 2, 3, 4, 5] if tied else [0, 1, 5])
    assert np.array_equal(step.moved, step.gradient > 0)


def test_adam_remembers_and_weight_decay_shrinks_rows_that_were_not_read():
    weights = {name: part.detach().numpy() for name, part in make_weights(6, False, 0, SMALL).items()}
    batch, earlier = (np.array([[5, 0]]), np.array([1])), (np.array([[2, 3]]), np.array([1]))
    assert np.flatnonzero(one_step(weights, *batch, optimizer="Adam").moved).tolist() == [0, 5]
    assert np.flatnonzero(one_step(weights, *batch, optimizer="Adam", earlier=earlier).moved).tolist() == [0, 2, 3, 5]
    assert one_step(weights, *batch, optimizer="AdamW").moved.all()


def test_an_output_layer_that_is_a_copy_guesses_the_same():
    weights = make_weights(6, True, 0, SMALL)
    batch = tuple(map(torch.from_numpy, EXAMPLES))
    copied = {**weights, "output": weights["table"].detach().clone()}
    assert loss_of(weights, *batch).item() == pytest.approx(loss_of(copied, *batch).item())


def test_company_is_pointwise_mutual_information_with_both_sides():
    contexts, answers = np.array([[5, 0], [5, 0], [5, 2]]), np.array([1, 1, 3])
    found = company(contexts, answers, 6)
    assert found.shape == (6, 12)
    assert found[1, 0] == pytest.approx(np.log(2 * 3 / (2 * 2)))  # b follows a: 2 of 3 pairs, 2 of 3 by chance each
    assert found[0, 6 + 1] == pytest.approx(found[1, 0])
    assert found[3, 2] == pytest.approx(np.log(3))
    assert (found > 0).sum() == 4
