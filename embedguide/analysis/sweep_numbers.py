"""Tables and single numbers of the experiment of mixing two countries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from embedguide.analysis.mixing import Capital, Refused
from embedguide.analysis.sweeps import RANDOM, Path, Sweep, find_crossing, find_sweep


class Ratios(NamedTuple):
    """Both ends of a pair, the middle, and where the answers are even (`even_at`: the source's share, None where they never are).

    `source_ratio`: the source capital over the other with the source's own row; `other_ratio`: the other over the
    source capital with the other's row.
    """

    pair: str
    p_source: float
    source_ratio: float
    p_other: float
    other_ratio: float
    half_ratio: float
    even_at: float | None


def tabulate_sweep(sweeps: Sequence[Sweep]) -> list[tuple[str, int, float, float, float]]:
    """Rows: pair, step, share of the source, probability of its capital, probability of the other's."""
    return [
        (one.name, step, float(one.shares[step]), float(one.p_source[step]), float(one.p_other[step]))
        for one in sweeps
        for step in range(len(one.shares))
    ]


def tabulate_nearest(sweeps: Sequence[Sweep]) -> list[tuple[str, float, str, float, float]]:
    """Rows: pair, share of the source, the token nearest to the mixed row, its cosine, the mixed row's length."""
    return [
        (one.name, float(one.shares[i]), one.nearest[i], float(one.cosines[i]), float(one.lengths[i]))
        for one in sweeps
        for i in range(len(one.shares))
    ]


def tabulate_ratios(sweeps: Sequence[Sweep]) -> list[Ratios]:
    """Each pair's two ratios, one for either end: the asymmetry that a single ratio hides."""
    found = []
    for one in sweeps:
        ratio = one.p_source.astype(np.float64) / one.p_other
        even_at = find_crossing(one.shares, one.p_source, one.p_other)
        half = float(np.interp(0.5, one.shares, np.log(ratio)))
        found.append(Ratios(one.name, float(one.p_source[-1]), float(ratio[-1]), float(one.p_other[0]), float(1 / ratio[0]), float(np.exp(half)), even_at))  # fmt: skip
    return found


def tabulate_countries(kept: Sequence[Capital], refused: Sequence[Refused]) -> list[tuple[str, str, str]]:
    """Rows: country, capital, why it was refused."""
    return [(one.country, one.capital, "") for one in kept] + [
        (one.country, one.capital, f"{one.word} is {one.pieces}") for one in refused
    ]


def crossings(sweeps: Sequence[Sweep], countries: Sequence[str]) -> np.ndarray:
    """The share that each country needs against each other, ``(n, n)``; NaN on the diagonal and where there is no crossing."""
    found = np.full((len(countries), len(countries)), np.nan)
    for r, row in enumerate(countries):
        for c, column in enumerate(countries):
            if r != c:
                one = find_sweep(sweeps, row, column)
                even_at = find_crossing(one.shares, one.p_source, one.p_other)
                found[r, c] = np.nan if even_at is None else even_at
    return found


def order_by_need(sweeps: Sequence[Sweep], countries: Sequence[str]) -> list[str]:
    """The countries from the one that needs the smallest share on average to the one that needs the largest."""
    needs = np.nanmean(crossings(sweeps, countries), axis=1)
    return [countries[i] for i in np.argsort(needs, kind="stable")]


def at_share(sweep: Sweep, share: float, measure: str) -> float:
    """One probability at one of the steps.

    Raises:
        ValueError: no step has this share.
    """
    found = np.flatnonzero(np.isclose(sweep.shares, share))
    if not len(found):
        raise ValueError(f"no step has a share of {share}; there are {len(sweep.shares)} from 0 to 1")
    return float(getattr(sweep, measure)[found[0]])


def count_uneven(sweeps: Sequence[Sweep]) -> int:
    """How many pairs are not even within the middle tenth, between shares of 45 and 55 percent."""
    found = (find_crossing(one.shares, one.p_source, one.p_other) for one in sweeps)
    return sum(even_at is None or abs(even_at - 0.5) > 0.05 for even_at in found)


def share_nearest_an_end(sweeps: Sequence[Sweep], glyphs: dict[str, str]) -> float:
    """The share of all steps at which the nearest token is one of the two countries; `glyphs` names each country's token."""
    hits = [token in (glyphs[one.source.country], glyphs[one.other.country]) for one in sweeps for token in one.nearest]
    return float(np.mean(hits))


def is_smooth(sweep: Sweep) -> bool:
    """Whether one answer rises and the other falls over the sweep, up to a tenth of the way the other way."""
    return all(
        np.maximum(-sign * np.diff(p), 0).sum() <= 0.1 * abs(p[-1] - p[0])
        for sign, p in ((1, sweep.p_source), (-1, sweep.p_other))
    )


def lowest_at_random(paths: Sequence[Path]) -> float:
    """The lowest probability of the source's capital in any random direction, over its probability with the plain row."""
    return float(min((path.p_source / path.p_source[-1]).min() for path in paths if path.name == RANDOM))


def highest_at_random(paths: Sequence[Path]) -> float:
    """The highest probability of the other capital in any random direction."""
    return float(max(path.p_other.max() for path in paths if path.name == RANDOM))


def crossing_of(paths: Sequence[Path], name: str) -> float | None:
    """Where the answers are even on one path; None where they never are."""
    path = next(path for path in paths if path.name == name)
    return find_crossing(path.shares, path.p_source, path.p_other)


def dip_of_length(sweep: Sweep) -> float:
    """The shortest mixed row over the mean length of both ends."""
    return float(sweep.lengths.min() / (sweep.lengths[[0, -1]].mean()))
