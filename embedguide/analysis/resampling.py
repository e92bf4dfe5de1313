"""How sure one can be of a share that was counted over pairs of pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

N_RESAMPLES = 2000
# The middle 95 percent.
ENDS = (2.5, 97.5)
# The point of the normal distribution that leaves 2.5 percent above it.
Z = 1.959964


class Interval(NamedTuple):
    """A number between an upper and a lower bound that hold it with a confidence of 95 %."""

    value: float
    low: float
    high: float


def share_over_pairs(marks: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The share of questions answered right when pair i counts ``weights[..., i]`` times, shape ``(...,)``.

    A question is made of two different pairs; the diagonal does not count.

    Args:
        marks: ``(n_pairs, n_pairs)``.
        weights: ``(..., n_pairs)``.
    """
    off = 1 - np.eye(len(marks))
    right = np.einsum("...i,ij,...j->...", weights, marks * off, weights, optimize=True)
    asked = np.einsum("...i,ij,...j->...", weights, off, weights, optimize=True)
    return right / asked


def draw_weights(n_pairs: int, seed: int, n_resamples: int = N_RESAMPLES) -> np.ndarray:
    """How often each pair is drawn in each resample, ``(n_resamples, n_pairs)``; a resample of one pair alone is not used.

    Raises:
        ValueError: fewer than two pairs.
    """
    if n_pairs < 2:
        raise ValueError(f"at least 2 pairs are needed, got {n_pairs}")
    counts = np.random.default_rng(seed).multinomial(n_pairs, np.full(n_pairs, 1 / n_pairs), size=n_resamples)
    return counts[(counts > 0).sum(axis=1) > 1]


def interval_of_share(marks: np.ndarray, seed: int) -> Interval:
    """The share of questions answered right, with a bootstrap over pairs.

    Questions that share a pair stand or fall together, so pairs are drawn anew and not questions: n pairs tell about
    as much as n independent trials, not n (n - 1). Where all questions agree a resample cannot vary, and Wilson's
    interval for `n_pairs` trials is given.

    Args:
        marks: Which question was answered right, bool ``(n_pairs, n_pairs)``; the diagonal asks nothing.
        seed: Of the draws.

    Source:
        Efron (1979); Wilson (1927).
    """
    n = len(marks)
    share = float(share_over_pairs(marks, np.ones(n)))
    if share in (0.0, 1.0):
        return Interval(share, *wilson(share, n))
    low, high = np.percentile(share_over_pairs(marks, draw_weights(n, seed)), ENDS)
    return Interval(share, float(low), float(high))


def wilson(share: float, n: int) -> tuple[float, float]:
    """Wilson's interval for a share of `n` independent trials.

    Raises:
        ValueError: no trial.
    """
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def interval_of_gain(marks: np.ndarray, baseline: np.ndarray, seed: int) -> Interval:
    """The share of `marks` minus that of `baseline` over the same questions, resampled together."""
    gain = marks.astype(float) - baseline
    n = len(gain)
    value = float(share_over_pairs(gain, np.ones(n)))
    low, high = np.percentile(share_over_pairs(gain, draw_weights(n, seed)), ENDS)
    return Interval(value, float(low), float(high))


def interval_of_mean(relations: Sequence[np.ndarray], seed: int) -> Interval:
    """The mean share over several relations, each counting the same; pairs are drawn anew within each."""
    shares = [float(share_over_pairs(marks, np.ones(len(marks)))) for marks in relations]
    drawn = [share_over_pairs(marks, draw_weights(len(marks), seed + number)) for number, marks in enumerate(relations)]
    n = min(map(len, drawn))
    low, high = np.percentile(np.mean([one[:n] for one in drawn], axis=0), ENDS)
    return Interval(float(np.mean(shares)), float(low), float(high))
