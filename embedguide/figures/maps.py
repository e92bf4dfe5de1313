"""Flat figures of the chapter on maps: families of t-SNE maps with sliders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from embedguide.analysis.map_items import CLASSES
from embedguide.analysis.map_quality import nearest_in, same_group
from embedguide.analysis.projections import Family
from embedguide.figures.in_words import percent
from embedguide.figures.label_sides import label_sides
from embedguide.figures.theme import SHAPES, plot
from embedguide.results import Column, Control, Drawing, Links, State

# True neighbors that lines lead to.
N_LINKS = 3
# Longer names would lie over one another.
LONGEST_LABEL = 12
LABEL_SIZE = 12
# Width and height of the map on a wide screen, in pixels.
FRAME = np.array([930, 450])
START_LABELS = ("on principal components", "at random")
WORD_LABELS = ("as they are", "shuffled")
COLUMNS = (
    Column("item", "token"),
    Column("group", "group"),
    Column("nearest", "nearest in the space"),
    Column("on_map", "nearest on the map"),
)


def plot_word_maps(
    family: Family,
    rows: np.ndarray,
    words: Sequence[str],
    groups: Sequence[str],
    start: tuple[str, int, float],
    seed: int,
) -> Drawing:
    """Words on every map of a family, in the colors of their groups; a switch deals the words out anew over the points.

    Args:
        family: The maps.
        rows: The vectors of the words, ``(n_words, n_dims)``.
        words: The words, those of a group next to one another.
        groups: The group of each word.
        start: Which map is shown first: its start, seed and perplexity.
        seed: Of the dealing out.
    """
    shuffled = np.random.default_rng(seed).permutation(len(words))
    view = _FamilyView(family, rows, words, groups, start)
    words_control = Control("words", "select", "Words", WORD_LABELS, WORD_LABELS[0])
    states = view.states({"words": WORD_LABELS[0]}) + view.states({"words": WORD_LABELS[1]}, shuffled)
    return view.drawing((words_control,), states, height=560)


def plot_token_maps(
    family: Family, rows: np.ndarray, tokens: Sequence[str], classes: Sequence[str], start: tuple[str, int, float]
) -> Drawing:
    """Tokens on every map of a family, in the colors of their classes; arguments as in `plot_word_maps`."""
    view = _FamilyView(family, rows, tokens, classes, start, order=CLASSES)
    return view.drawing((), view.states({}), height=560)


class _FamilyView:
    """A family of maps as traces, one for each group, and as states, one for each map."""

    def __init__(
        self,
        family: Family,
        rows: np.ndarray,
        items: Sequence[str],
        groups: Sequence[str],
        start: tuple[str, int, float],
        order: Sequence[str] | None = None,
    ) -> None:
        self.family, self.items, self.groups, self.start = family, items, groups, start
        # A place in this order gives the color: in the order of their appearance, classes would change it between models.
        self.order = list(order or dict.fromkeys(groups))
        self.names = [name for name in self.order if name in groups]
        self.members = [[i for i, group in enumerate(groups) if group == name] for name in self.names]
        self.true = nearest_in(rows, N_LINKS)

    def links(self) -> Links:
        """The true neighbors, with points numbered through the traces."""
        order = [i for members in self.members for i in members]
        number = {i: n for n, i in enumerate(order)}
        to = [[number[int(other)] for other in self.true[i]] for i in order]
        return Links(range(len(self.members)), to, "nearest in the space")

    def xy(self, points: np.ndarray) -> dict[int, dict[str, Any]]:
        """The points of each trace, and on which side of them their labels stand."""
        found = {n: {"x": points[m, 0].round(2), "y": points[m, 1].round(2)} for n, m in enumerate(self.members)}
        if not any(self.is_labeled(n) for n in found):
            return found
        sides = label_sides(points * self.scale(points), self.items, LABEL_SIZE)
        labeled = {n: {"textposition": [sides[i] for i in m]} for n, m in enumerate(self.members) if self.is_labeled(n)}
        return {n: {**xy, **labeled.get(n, {})} for n, xy in found.items()}

    def is_labeled(self, number: int) -> bool:
        """Whether the items of a group stand beside their marks; single characters are their own marks."""
        longest = max(len(self.items[i]) for i in self.members[number])
        return 1 < longest <= LONGEST_LABEL and not self.items[self.members[number][0]].startswith("<")

    def scale(self, points: np.ndarray) -> float:
        """Pixels to a unit of the map where there is room for the whole figure."""
        return float((FRAME / (2.24 * (points.max(axis=0) - points.min(axis=0)) / 2)).min())

    def layout(self, points: np.ndarray) -> dict[str, Any]:
        """A frame around the points, and a line over them that counts what the eye can only guess."""
        true = (nearest_in(points, 1)[:, 0] == self.true[:, 0]).mean()
        text = f"nearest on the map is of the same group: {percent(same_group(points, self.groups))}<br>is the true nearest: {percent(true)}"
        middle, half = (points.max(axis=0) + points.min(axis=0)) / 2, (points.max(axis=0) - points.min(axis=0)) / 2
        low, high = (middle - 1.1 * half).round(2), (middle + 1.14 * half).round(2)
        return {
            "xaxis": {"range": [low[0], high[0]]},
            "yaxis": {"range": [low[1], high[1]]},
            "annotations": [
                {"text": text, "x": 0, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "align": "left", "showarrow": False, "font": {"size": 13, "color": "@muted"}}
            ]
        }  # fmt: skip

    def states(self, when: dict[str, Any], order: np.ndarray | None = None) -> list[State]:
        """One state for each map; with `order` each item stands where another stood."""
        found = []
        for start in self.family.starts:
            for seed in self.family.seeds:
                for perplexity in self.family.perplexities:
                    points = self.family.at(start, seed, perplexity)
                    shown = points if order is None else points[order]
                    chosen = {**when, "start": start, "seed": seed, "perplexity": perplexity}
                    found.append(State(chosen, self.xy(shown), self.layout(shown)))
        return found

    def controls(self) -> tuple[Control, ...]:
        """Perplexity, seed and start."""
        start, seed, perplexity = self.start
        return (
            Control("perplexity", "slider", "Perplexity", self.family.perplexities, perplexity),
            Control("seed", "slider", "Seed", self.family.seeds, seed),
            Control("start", "select", "Points start", self.family.starts, start, labels=START_LABELS),
        )

    def rows(self) -> list[tuple[str, str, str, str]]:
        """Each item with its neighbors in the space and on the map shown first."""
        here = nearest_in(self.family.at(*self.start), N_LINKS)
        return [
            (item, self.groups[i], _listed(self.items, self.true[i]), _listed(self.items, here[i]))
            for i, item in enumerate(self.items)
        ]

    def trace(self, number: int, xy: dict[str, Any]) -> dict[str, Any]:
        """The items of one group: single characters as themselves, words beside a mark, longer tokens as marks alone."""
        texts, place = [self.items[i] for i in self.members[number]], self.order.index(self.names[number])
        color = f"@series-{place}"
        shared = {
            "type": "scatter", "name": self.names[number], **xy, "text": texts, "hovertemplate": "%{text}<extra></extra>",
            "marker": {"size": 9, "color": color, "symbol": SHAPES[place]}, "cliponaxis": False,
        }  # fmt: skip
        if max(map(len, texts)) == 1:
            return {**shared, "mode": "text", "textfont": {"size": 17, "color": color}}
        if not self.is_labeled(number):
            return {**shared, "mode": "markers"}
        return {**shared, "mode": "markers+text", "textfont": {"size": LABEL_SIZE, "color": "@ink"}}

    def drawing(self, more: tuple[Control, ...], states: Sequence[State], height: int) -> Drawing:
        """The figure as a whole."""
        first = self.family.at(*self.start)
        axis = {"showticklabels": False, "showgrid": False}
        own = self.layout(first)
        layout = {
            **own, "margin": {"t": 44},
            "xaxis": {**axis, **own["xaxis"], "title": {"text": "no direction on a t-SNE map has a meaning"}},
            "yaxis": {**axis, **own["yaxis"], "scaleanchor": "x"},
        }  # fmt: skip
        traces = [self.trace(n, points) for n, points in self.xy(first).items()]
        return Drawing(
            figure=plot(traces, layout),
            columns=COLUMNS,
            rows=self.rows(),
            summary=self._summary(),
            controls=(*self.controls(), *more),
            states=states,
            search=range(len(self.members)),
            height=height,
            links=self.links(),
        )

    def _summary(self) -> str:
        maps = self.family.maps()
        groups = [same_group(points, self.groups) for points in maps]
        true = [(nearest_in(points, 1)[:, 0] == self.true[:, 0]).mean() for points in maps]
        return (
            f"{len(self.items)} tokens in {len(self.names)} groups on {len(maps)} t-SNE maps. The nearest on the map is of the same group for "
            f"{percent(min(groups))} to {percent(max(groups))} of them, and the true nearest for {percent(min(true))} to {percent(max(true))}."
        )


def _listed(items: Sequence[str], places: np.ndarray) -> str:
    return ", ".join(items[int(place)] for place in places)
