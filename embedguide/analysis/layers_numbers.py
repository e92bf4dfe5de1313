"""Single numbers and verdicts of the chapter on layers, taken from its tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from embedguide.analysis.feedings import ALONE, CARRIER, Feeding, FeedingRow
from embedguide.analysis.first_position import Attended, Positions, Writer
from embedguide.analysis.layers import (
    MEAN,
    NONE,
    TOP,
    UNIT,
    Massive,
    Metrics,
    change_of_picture,
    distances_of,
    measure,
    principal_plane,
    remove,
)
from embedguide.analysis.logit_lens import Reading

# A first component with this share of the variance makes a line of any cloud.
LINE = 0.9


class CategoryRow(NamedTuple):
    """How well one category stands apart, in the plane of two components and in all dimensions.

    `nearest`: the other category whose center is nearest, in all dimensions; `agrees`: words whose nearest neighbor is
    of the same category.
    """

    category: str
    silhouette_plane: float
    agrees_plane: float
    silhouette: float
    agrees: float
    nearest: str


class Fed(NamedTuple):
    """One feeding, and what the words of one token are like at one layer; None where the model cannot take it."""

    feeding: str
    tokens: str
    position: int | None
    n_split: int | None
    split: str
    mean_norm: float | None
    pc1_share: float | None
    nn1_accuracy: float | None


class Restored(NamedTuple):
    """What one removal brings back at one layer, over the words of one token."""

    removal: str
    pc1_share: float
    silhouette_euclidean: float
    silhouette_cosine: float
    nn1_accuracy: float


class Family(NamedTuple):
    """One model in one line: what happens to words alone, and in a sentence."""

    model: str
    n_layers: int
    n_dims: int
    jump: int
    growth: float
    share_alone: float
    share_carrier: float
    last_alone: float
    last_carrier: float


def tabulate_categories(rows: np.ndarray, categories: np.ndarray, names: Sequence[str]) -> list[CategoryRow]:
    """Every category at one layer.

    Args:
        rows: The words, ``(n_items, n_dims)``.
        categories: Of each word.
        names: Of the categories.
    """
    from sklearn.metrics import silhouette_samples

    rows = np.asarray(rows, dtype=np.float64)
    flat = principal_plane(rows).place(rows)
    centers = np.stack([rows[categories == c].mean(axis=0) for c in range(len(names))])
    between = distances_of(centers)
    np.fill_diagonal(between, np.inf)
    found = []
    agreeing = [_agreeing(points, categories) for points in (flat, rows)]
    silhouettes = [silhouette_samples(points, categories) for points in (flat, rows)]
    for number, name in enumerate(names):
        mine = categories == number
        nearest = names[int(between[number].argmin())]
        plane, all_dims = ((s[mine].mean(), a[mine].mean()) for s, a in zip(silhouettes, agreeing, strict=True))
        found.append(
            CategoryRow(name, float(plane[0]), float(plane[1]), float(all_dims[0]), float(all_dims[1]), nearest)
        )
    return found


def _agreeing(rows: np.ndarray, categories: np.ndarray) -> np.ndarray:
    distances = distances_of(rows)
    np.fill_diagonal(distances, np.inf)
    return np.asarray(categories[distances.argmin(axis=1)] == categories)


def tabulate_removals(
    states: np.ndarray, carrier: np.ndarray, fed: Feeding, categories: np.ndarray, layer: int
) -> list[Restored]:
    """What each removal brings back for words alone at one layer, between the embedding layer and the sentence."""
    whole = fed.whole
    kinds = categories[whole]
    found = [Restored("layer 0, nothing taken away", *measure(states[0][whole], kinds)[1:])]
    labels = {NONE: "nothing", TOP: "the top dimensions", MEAN: "the mean direction", UNIT: "the length (unit norm)"}
    for removal, label in labels.items():
        kept = remove(states[layer], removal, whole)[whole]
        found.append(Restored(f"layer {layer}, {label}", *measure(kept, kinds)[1:]))
    found.append(Restored(f"layer {layer} in the sentence, nothing", *measure(carrier[layer][whole], kinds)[1:]))
    return found


def tabulate_fed(rows: Sequence[FeedingRow], metrics: Sequence[Metrics], layer: int) -> list[Fed]:
    """Every feeding with its numbers at one layer."""
    found = []
    for row in rows:
        at = next((m for m in metrics if m.feeding == row.feeding and m.layer == layer), None)
        numbers = (at.mean_norm, at.pc1_share, at.nn1_accuracy) if at else (None, None, None)
        found.append(Fed(*row, *numbers))
    return found


def fed_number(rows: Sequence[Fed], feeding: str, name: str) -> float | str:
    """One number of a feeding, a dash where the model cannot take it."""
    found = next(getattr(row, name) for row in rows if row.feeding == feeding)
    return "–" if found is None else found


def metric_at(metrics: Sequence[Metrics], feeding: str, layer: int | str, name: str) -> float:
    """One number of the metrics."""
    return float(next(getattr(row, name) for row in metrics if row.feeding == feeding and row.layer == layer))


def growth(norms: np.ndarray, jump: int) -> float:
    """By what the mean norm is multiplied in the block of the jump."""
    return float(norms[jump] / norms[jump - 1])


def mean_cosine(states: np.ndarray, whole: np.ndarray, layer: int) -> float:
    """Mean cosine of every two words of one token at one layer."""
    rows = remove(states[layer], UNIT, whole)[whole]
    n = len(rows)
    return float((np.square(rows.sum(axis=0).astype(np.float64)).sum() - n) / (n * (n - 1)))


def largest_change(states: np.ndarray, whole: np.ndarray) -> int:
    """The layer on entering which the mutual distances of the words change most; layer 1 does not count."""
    return int(np.argmax(change_of_picture(states[:-1, whole])[1:])) + 2


def changes_at_end(states: np.ndarray, whole: np.ndarray, layers: Sequence[int]) -> bool:
    """Whether both last blocks change the picture more than any block on the plateau does."""
    changes = change_of_picture(states[:-1, whole])
    return bool(min(changes[-2:]) > max(changes[layer] for layer in layers[:-1]))


def makes_a_line(metrics: Sequence[Metrics], layers: Sequence[int]) -> bool:
    """Whether the words alone lie on a line at all these layers."""
    return all(metric_at(metrics, ALONE, layer, "pc1_share") >= LINE for layer in layers)


def distinct_before(metrics: Sequence[Metrics], jump: int) -> bool:
    """Whether at every layer before the jump seven of ten nearest neighbors or more are of the same category."""
    return all(metric_at(metrics, ALONE, layer, "nn1_accuracy") >= 0.7 for layer in range(jump))


def mixed_and_steady(metrics: Sequence[Metrics], states: np.ndarray, whole: np.ndarray, layers: Sequence[int]) -> bool:
    """Whether over the plateau fewer neighbors agree than at layer 0, and the picture hardly changes (below 1 %)."""
    fewer = all(
        metric_at(metrics, ALONE, layer, "nn1_accuracy") < metric_at(metrics, ALONE, 0, "nn1_accuracy")
        for layer in layers
    )
    changes = change_of_picture(states[:-1, whole])
    return bool(fewer and max(changes[layer] for layer in layers[:-1]) < 0.01)


def stays_close(metrics: Sequence[Metrics], layers: Sequence[int]) -> bool:
    """Whether seven of ten nearest neighbors (Euclidean, raw states) still agree at all these layers."""
    return all(metric_at(metrics, ALONE, layer, "nn1_accuracy") >= 0.7 for layer in layers)


def row_of(table: Sequence[CategoryRow], category: str) -> CategoryRow:
    """One category's row."""
    return next(row for row in table if row.category == category)


def stands_apart(table: Sequence[CategoryRow], category: str) -> bool:
    """Whether in the picture nine of ten of a category's words have a neighbor of their own, and the silhouette is positive."""
    row = row_of(table, category)
    return row.agrees_plane >= 0.9 and row.silhouette_plane > 0


def are_nearest(table: Sequence[CategoryRow], first: str, second: str) -> bool:
    """Whether each of two categories is nearest to the other."""
    return row_of(table, first).nearest == second and row_of(table, second).nearest == first


def cluster_but_differ(table: Sequence[CategoryRow], first: str, second: str) -> bool:
    """Whether two categories are nearest to each other, and most words' nearest in the picture is of their own."""
    return are_nearest(table, first, second) and min(row_of(table, n).agrees_plane for n in (first, second)) > 0.5


def mingle(table: Sequence[CategoryRow], categories: Sequence[str]) -> bool:
    """Whether in the picture fewer than half of these categories' words have a neighbor of their own, on average."""
    return float(np.mean([row_of(table, name).agrees_plane for name in categories])) < 0.5


def shows_itself_alone(family: Family, is_qwen: bool) -> bool:
    """Whether a line appears exactly where the model is one of the Qwen family."""
    return (family.share_alone >= LINE) == is_qwen


def describe_family(
    title: str, states: Mapping[str, np.ndarray], norms: np.ndarray, metrics: Sequence[Metrics], jump: int, middle: int
) -> list[Family]:
    """The line of this model in the table of all models; `middle` is a layer of the plateau."""
    last = len(norms) - 1
    return [
        Family(
            title, last, states[ALONE].shape[-1], jump, growth(norms, jump),
            metric_at(metrics, ALONE, middle, "pc1_share"), metric_at(metrics, CARRIER, middle, "pc1_share"),
            metric_at(metrics, ALONE, last, "nn1_accuracy"), metric_at(metrics, CARRIER, last, "nn1_accuracy"),
        )
    ]  # fmt: skip


def writer_at(writers: Sequence[Writer], layer: int, name: str) -> float | int:
    """One number of what a block writes; −1 and 0 where the model does not tell its neurons."""
    found = getattr(writers[layer - 1], name)
    return (-1 if name in ("neuron", "second") else 0.0) if found is None else found


def two_neurons(writers: Sequence[Writer], layer: int) -> float:
    """The part of a block's MLP write that its two largest neurons add up to."""
    return float(writer_at(writers, layer, "share") + writer_at(writers, layer, "second_share"))


def mean_attention(attended: Sequence[Attended], first: int) -> float:
    """Mean attention of the eighth word to the first position, from a block on."""
    return float(np.mean([row.first for row in attended if row.layer >= first]))


def median_norm(states: np.ndarray, chosen: np.ndarray, layer: int) -> float:
    """The median norm of the chosen words at one layer; not a number where none is chosen."""
    norms = np.linalg.norm(np.asarray(states[layer][chosen], dtype=np.float64), axis=1)
    return float(np.median(norms)) if len(norms) else float("nan")


def are_alike(one: float, other: float) -> bool:
    """Whether neither of two lengths is twice the other or more."""
    return bool(max(one, other) < 2 * min(one, other))


def position_at(positions: Positions, layer: int, place: int, name: str) -> float:
    """The norm or share at one layer and position."""
    return float(getattr(positions, name)[layer, place])


def says_own_then_next(readings: Sequence[Reading]) -> bool:
    """Whether the lens reads the own token most often at layer 0, and the model's answer most often at the end."""
    first, last = readings[0], readings[-1]
    return first.own > max(first.answer, first.truth) and last.truth > last.own


def first_half(readings: Sequence[Reading]) -> int:
    """The first layer at which half of the positions already say the model's answer."""
    return next(row.layer for row in readings if row.answer >= 0.5)


def fall_layer(norms: np.ndarray, jump: int) -> int:
    """The layer after the jump at which the mean norm loses most, as a share of what it was."""
    return int(np.argmin(norms[jump + 1 :] / norms[jump:-1])) + jump + 1


def massive_number(rows: Sequence[Massive], layer: int, name: str) -> float | int:
    """One number of the largest dimension at one layer."""
    return getattr(next(row for row in rows if row.layer == layer), name)
