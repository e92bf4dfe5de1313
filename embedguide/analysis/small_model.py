"""A small language model that guesses the next word from the few before it, trained from random numbers.

Source: Bengio, Ducharme, Vincent and Jauvin (2003), A Neural Probabilistic Language Model, JMLR 3, equation 1, with an
output layer that is tied to the token table or not (Press and Wolf 2017).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

# Two tokens that are no words: what is too rare for a row of its own, and what stands before a speech.
RARE, START = "‹rare›", "‹start›"


class Settings(NamedTuple):
    """`before`: how many words the model sees. `n_hidden`: units between the rows and the guess. `batch`: examples a step."""

    before: int = 4
    n_dims: int = 32
    n_hidden: int = 96
    batch: int = 512
    rate: float = 5e-3


class Training(NamedTuple):
    """What training leaves: the token table at some steps, the loss of each step, and the weights at the end.

    `tables`: float32 ``(n_tokens, n_dims)`` by step. `losses`: mean of minus the logarithm of the probability of the
    right word, float64 ``(n_steps,)``, each before its step. `weights`: by name, float32.
    """

    tables: dict[int, np.ndarray]
    losses: np.ndarray
    weights: dict[str, np.ndarray]


def number_examples(
    speeches: Sequence[Sequence[str]], words: Sequence[str], before: int
) -> tuple[np.ndarray, np.ndarray]:
    """Every word of every speech with the `before` words in front of it, as numbers.

    The number of a word is its place in `words`; then come `RARE` and `START`.

    Returns:
        contexts: int64 ``(n_examples, before)``.
        answers: int64 ``(n_examples,)``.

    Raises:
        ValueError: there is no word to guess.
    """
    ids = {word: number for number, word in enumerate(words)}
    rare, start = len(words), len(words) + 1
    stream: list[int] = []
    for speech in speeches:
        stream += [start] * before + [ids.get(word, rare) for word in speech]
    text = np.array(stream, dtype=np.int64)
    places = np.flatnonzero(text != start)
    if not len(places):
        raise ValueError("at least one word is expected, got none")
    return text[places[:, None] + np.arange(-before, 0)], text[places]


def make_weights(n_tokens: int, tied: bool, seed: int, settings: Settings) -> dict[str, Any]:
    """The weights before training: small random numbers; with `tied` the table serves as output layer too."""
    import torch

    generator = torch.Generator().manual_seed(seed)

    def random(*shape: int, size: float) -> Any:
        return (size * torch.randn(*shape, generator=generator)).requires_grad_()

    width = settings.before * settings.n_dims
    weights = {
        "table": random(n_tokens, settings.n_dims, size=0.02),
        "into": random(width, settings.n_hidden, size=width**-0.5),
        "back": random(settings.n_hidden, settings.n_dims, size=settings.n_hidden**-0.5),
        "bias": torch.zeros(n_tokens, requires_grad=True),
    }
    if not tied:
        weights["output"] = random(n_tokens, settings.n_dims, size=0.02)
    return weights


def loss_of(weights: dict[str, Any], contexts: Any, answers: Any) -> Any:
    """The mean loss of the guesses, a tensor with a gradient."""
    import torch

    rows = weights["table"][contexts].flatten(1)
    guess = torch.tanh(rows @ weights["into"]) @ weights["back"]
    scores = guess @ weights.get("output", weights["table"]).T + weights["bias"]
    return torch.nn.functional.cross_entropy(scores, answers)


def train_small_model(
    contexts: np.ndarray, answers: np.ndarray, n_tokens: int, *, n_steps: int, keep: Sequence[int], tied: bool, seed: int,
    settings: Settings | None = None,
) -> Training:  # fmt: skip
    """The model after `n_steps` steps of Adam; the same numbers every time, on one thread.

    Args:
        contexts: Words before, int64 ``(n_examples, before)``.
        answers: The word that follows, int64 ``(n_examples,)``.
        n_tokens: How many tokens there are.
        n_steps: How many batches are learned from; each is drawn from all examples.
        keep: Steps after which a copy of the table is kept; 0 is before the first.
        tied: Whether the output layer is the token table.
        seed: Of the weights and the batches.
        settings: The sizes.

    Raises:
        ValueError: a step to keep lies outside of 0 to `n_steps`.
    """
    import torch

    chosen = settings or Settings()
    if not all(0 <= step <= n_steps for step in keep):
        raise ValueError(f"steps to keep must be between 0 and {n_steps}, got {list(keep)}")
    with one_thread():
        weights = make_weights(n_tokens, tied, seed, chosen)
        optimizer = torch.optim.Adam(list(weights.values()), lr=chosen.rate)
        schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.05, total_iters=n_steps)
        random = np.random.default_rng(seed)
        tables, losses = {}, np.zeros(n_steps)
        for step in range(n_steps + 1):
            if step in keep:
                tables[step] = weights["table"].detach().numpy().copy()
            if step == n_steps:
                break
            drawn = random.integers(len(answers), size=chosen.batch)
            loss = loss_of(weights, torch.from_numpy(contexts[drawn]), torch.from_numpy(answers[drawn]))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses[step] = loss.item()
        return Training(tables, losses, {name: part.detach().numpy().copy() for name, part in weights.items()})


class one_thread:  # noqa: N801 - used as a function
    """Let torch sum on one thread inside the block, so that sums come out the same every time."""

    def __enter__(self) -> None:
        """Remember how many threads there were."""
        import torch

        self.before = torch.get_num_threads()
        torch.set_num_threads(1)

    def __exit__(self, *error: object) -> None:
        """Give them back."""
        import torch

        torch.set_num_threads(self.before)


class Step(NamedTuple):
    """What one step does to the token table.

    `gradient`: length of the gradient of each row, float64 ``(n_tokens,)``. `moved`: whether each row changed.
    """

    gradient: np.ndarray
    moved: np.ndarray


def one_step(
    weights: dict[str, np.ndarray], contexts: np.ndarray, answers: np.ndarray, *, optimizer: str, earlier: tuple[np.ndarray, np.ndarray] | None = None
) -> Step:  # fmt: skip
    """What a single step of training does to each row of the table, starting from given weights.

    Args:
        weights: Of a model, as `Training` has them; with an ``output`` it is not tied.
        contexts: Words before, int64 ``(n_examples, before)``.
        answers: The word that follows each, int64 ``(n_examples,)``.
        optimizer: ``SGD``, ``Adam`` or ``AdamW`` (with a weight decay of 0.01).
        earlier: A batch that the optimizer takes a step with first, so that it has something to remember.
    """
    import torch

    with one_thread():
        live: dict[str, Any] = {name: torch.from_numpy(part.copy()).requires_grad_() for name, part in weights.items()}
        kinds = {"SGD": torch.optim.SGD, "Adam": torch.optim.Adam, "AdamW": torch.optim.AdamW}
        stepper = kinds[optimizer](list(live.values()), lr=1e-3)
        for batch in ([earlier] if earlier else []) + [(contexts, answers)]:
            before = live["table"].detach().clone()
            stepper.zero_grad()
            loss_of(live, *map(torch.from_numpy, batch)).backward()
            stepper.step()
        gradient = live["table"].grad.double().norm(dim=1).numpy()
        return Step(gradient, (live["table"].detach() != before).any(dim=1).numpy())


def company(contexts: np.ndarray, answers: np.ndarray, n_tokens: int) -> np.ndarray:
    """The company each token keeps: how much more often than chance each other token stands just before or after it.

    Positive pointwise mutual information in nats; 0 where two tokens do not meet more often than chance would have it.

    Args:
        contexts: Words before, int64 ``(n_examples, before)``; only the nearest counts.
        answers: The word that follows, int64 ``(n_examples,)``.
        n_tokens: How many tokens there are.

    Returns:
        float32 ``(n_tokens, 2 * n_tokens)``: the tokens before, then the tokens after.
    """
    follows = np.zeros((n_tokens, n_tokens))
    np.add.at(follows, (answers, contexts[:, -1]), 1)
    return np.hstack([_information(follows), _information(follows.T)])


def _information(together: np.ndarray) -> np.ndarray:
    """Positive pointwise mutual information of rows and columns, from counts."""
    with np.errstate(divide="ignore", invalid="ignore"):
        chance = together.sum(axis=1, keepdims=True) * together.sum(axis=0, keepdims=True) / together.sum()
        information = np.log(together / chance)
    return np.where(together > 0, np.maximum(information, 0), 0).astype(np.float32)
