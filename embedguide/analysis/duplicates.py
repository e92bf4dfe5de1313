"""Rows of a token table that are one row in all but name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from embedguide.models import TokenTable

# Coordinates in which candidates are looked for: a projection brings rows nearer, never farther apart.
N_COORDINATES = 12


class SharedRow(NamedTuple):
    """Tokens that share one row: how many, how many of them are special or belong to no text, and some of the others."""

    n_tokens: int
    n_special: int
    n_unused: int
    length: float | None
    example: str


def groups_of_equal_rows(unit_rows: np.ndarray, limit: float, directions: np.ndarray) -> list[np.ndarray]:
    """Groups of rows whose cosine to the first row of their group is at least `limit`, the largest group first.

    A group opens at the first row, in order, that is in none yet and has company; every row is in one group at most.
    Rows that are all zero are left out.

    Args:
        unit_rows: Rows of length 1, ``(n_rows, n_dims)``.
        limit: Between 0 and 1; close to 1, or the search becomes slow.
        directions: Directions at right angles, of length 1, ``(k, n_dims)``, in which rows are told apart fast. Those
            that the rows spread along make the search fast; no choice of them loses a row.

    Returns:
        Indices of the rows, ascending, int64, two or more in each group.
    """
    candidates = _rows_with_company(unit_rows, float(np.sqrt(2 * max(0.0, 1 - limit))), directions)
    left = unit_rows[candidates].astype(np.float64)
    is_free = np.ones(len(candidates), dtype=bool)
    groups = []
    for n in range(len(candidates)):
        if not is_free[n]:
            continue
        members = np.flatnonzero(is_free & (left @ left[n] >= limit))
        is_free[members] = False
        is_free[n] = False
        if len(members) > 1:
            groups.append(candidates[members])
    return sorted(groups, key=lambda group: (-len(group), int(group[0])))


def _rows_with_company(unit_rows: np.ndarray, radius: float, directions: np.ndarray) -> np.ndarray:
    """The rows that have another one within `radius` in the coordinates along `directions`."""
    from scipy.spatial import cKDTree

    rows = np.flatnonzero(np.square(unit_rows).sum(axis=1) > 0)
    places = unit_rows[rows] @ directions[:N_COORDINATES].T.astype(np.float32)
    # The nearest is the row itself, or its equal; float32 rounds, and a little more room loses no row.
    second = cKDTree(places).query(places, k=2, distance_upper_bound=radius + 1e-4)[0][:, 1]
    return rows[np.isfinite(second)]


def find_shared_rows(table: TokenTable, limit: float, directions: np.ndarray) -> list[np.ndarray]:
    """The groups of tokens whose rows are equal to `limit`; see `groups_of_equal_rows`."""
    return groups_of_equal_rows(table.unit_rows, limit, directions)


def tabulate_shared_rows(
    table: TokenTable, groups: Sequence[np.ndarray], n_groups: int, n_examples: int
) -> list[SharedRow]:
    """The largest groups of tokens that share a row, with some of their tokens spread over the ids; a line also for none."""
    if not groups:
        return [SharedRow(0, 0, 0, None, "no two tokens of this model share a row")]
    found = []
    for ids in groups[:n_groups]:
        texts = [int(i) for i in ids if int(i) not in table.unused_ids]
        chosen = [texts[n] for n in np.linspace(0, len(texts) - 1, min(n_examples, len(texts))).round().astype(int)]
        special, unused = (sum(int(i) in which for i in ids) for which in (table.special_ids, table.unused_ids))
        length = float(np.linalg.norm(table.row(int(ids[0]))))
        found.append(SharedRow(len(ids), special, unused, length, "  ".join(table.glyph(i) for i in chosen)))
    return found


def count_shared(table: TokenTable, groups: Sequence[np.ndarray]) -> int:
    """How many tokens that a text can hold share their row with another: neither special nor without a token."""
    other = table.special_ids | table.unused_ids
    return sum(int(i) not in other for ids in groups for i in ids)
