"""The tokens of a corpus as points: which occur, how often, what kind they are, and what lies at the corners."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np

from embedguide.analysis.map_quality import rank_correlation
from embedguide.analysis.projections import project
from embedguide.models import TokenTable

# From this count on all tokens have one color: the article's cut.
CLIP = 100
KINDS = ("word, lower case", "word, upper case", "letters without a space", "digits and signs", "everything else")
VOCABULARY, EVERYWHERE = "the whole vocabulary", "all tokens"


class Counted(NamedTuple):
    """The tokens of a text: ids ascending, how often each occurs, and which of them came up first, second ...

    All int64 ``(n_distinct,)``; `by_appearance` holds places in `ids`.
    """

    ids: np.ndarray
    counts: np.ndarray
    by_appearance: np.ndarray

    def clipped(self) -> np.ndarray:
        """The counts, those above `CLIP` set to it."""
        return np.minimum(self.counts, CLIP)

    def as_the_article_colors(self) -> np.ndarray:
        """The clipped count that S2's code gives each point.

        The code hands over a dictionary from id to count. Plotly Express takes its values in their own order, that of
        the first appearance in the text, while the points come in the order of their ids.
        """
        return self.clipped()[self.by_appearance]


def count_tokens(table: TokenTable, text: str) -> Counted:
    """The distinct tokens of a text with their counts.

    Raises:
        ValueError: the text holds no token.
    """
    counts = Counter(table.tokenize(text))  # a Counter keeps the order of first appearance
    if not counts:
        raise ValueError(f"a text with tokens is expected, got {len(text)} characters without any")
    appeared = np.fromiter(counts, dtype=np.int64)
    ids = np.sort(appeared)
    return Counted(ids, np.array([counts[i] for i in ids.tolist()]), np.searchsorted(ids, appeared))


def kinds_of(table: TokenTable, ids: Sequence[int] | np.ndarray) -> np.ndarray:
    """The kind of each token as a place in `KINDS`, int64.

    Words are letters of the Roman alphabet with a space in front, by the case of their first letter; the same letters
    without a space may be a part of a word, or stand first in a line. Everything else: other alphabets, mixtures, lone
    bytes, and special tokens.
    """
    return np.array([_kind(table.text(i), i in table.special_ids) for i in map(int, ids)])


def _kind(text: str, is_special: bool) -> int:
    letters = text.strip(" ")
    if is_special or not text.isascii() or text.startswith("<0x"):
        return 4
    if letters.isalpha():
        return 2 if not text.startswith(" ") else int(letters[0].isupper())
    return 4 if any(map(str.isalpha, text)) else 3


def lengths_of(table: TokenTable, ids: Sequence[int] | np.ndarray) -> np.ndarray:
    """How many characters each token has, its space not counted, int64."""
    return np.array([len(table.text(i).lstrip(" ")) for i in map(int, ids)])


class CorpusMap(NamedTuple):
    """The tokens of one corpus on three principal components of their rows.

    `points` ``(n_distinct, 3)`` in the order of `counted.ids`; `shares`: of the variance on each axis; `drawn`: places of
    the tokens that a figure shows.
    """

    corpus: str
    counted: Counted
    points: np.ndarray
    shares: np.ndarray
    drawn: np.ndarray


def map_corpus(table: TokenTable, corpus: str, text: str, n_drawn: int, seed: int) -> CorpusMap:
    """The tokens that occur in a text on the first three principal components of their rows.

    All of them shape the axes. A figure shows those that lie outermost at the eight corners, and others drawn at random
    until there are `n_drawn`.

    Args:
        table: The token table.
        corpus: Its name.
        text: The text.
        n_drawn: How many tokens a figure shows at most.
        seed: Of the draw.
    """
    counted = count_tokens(table, text)
    found = project(table.rows(counted.ids), 3)
    outermost = np.unique(np.concatenate([order[:10] for _, order in corners_of(found.points)]))
    others = np.setdiff1d(np.arange(len(counted.ids)), outermost)
    n_more = min(max(n_drawn - len(outermost), 0), len(others))
    more = np.random.default_rng(seed).choice(others, size=n_more, replace=False)
    return CorpusMap(corpus, counted, found.points, found.shares, np.sort(np.concatenate([outermost, more])))


def corners_of(points: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """The eight corners of a map, ``+++`` to ``−−−``, each with all points in order from the outermost.

    Outermost is what has the largest sum of coordinates in the corner's direction, each axis in units of its spread.
    """
    scaled = points / points.std(axis=0)
    signs = list(product((1, -1), repeat=points.shape[1]))
    return [("".join("+" if s > 0 else "−" for s in sign), np.argsort(-(scaled @ sign), kind="stable")) for sign in signs]  # fmt: skip


class Corner(NamedTuple):
    """What lies at one corner of a map: shares among the outermost tokens, the median count, and the first ten."""

    corpus: str
    corner: str
    places: float
    upper_case: float
    median_count: float | None
    tokens: str


def tabulate_corners(
    table: TokenTable, corpus_map: CorpusMap, places: Collection[str], n_outermost: int
) -> list[Corner]:
    """The eight corners of a corpus's map, and all its tokens as a ninth line.

    Args:
        table: The token table.
        corpus_map: What `map_corpus` returned.
        places: Names of places; a token counts as one when its text without spaces is among them.
        n_outermost: How many tokens a corner has.
    """
    counted = corpus_map.counted
    return _corners(table, corpus_map.corpus, counted.ids, corpus_map.points, counted.counts, places, n_outermost)


def tabulate_vocabulary_corners(
    table: TokenTable, points: np.ndarray, places: Collection[str], n_outermost: int
) -> list[Corner]:
    """The same for the whole vocabulary, rows that belong to no token left out; without counts."""
    ids = np.setdiff1d(np.arange(table.n_tokens), sorted(table.unused_ids))
    return _corners(table, VOCABULARY, ids, points[ids], None, places, n_outermost)


def _corners(
    table: TokenTable, corpus: str, ids: np.ndarray, points: np.ndarray, counts: np.ndarray | None,
    places: Collection[str], n_outermost: int,
) -> list[Corner]:  # fmt: skip
    is_upper = kinds_of(table, ids) == 1
    is_place = np.array([table.text(i).strip() in places for i in ids.tolist()])
    lines = [(corner, order[:n_outermost]) for corner, order in corners_of(points)]
    found = []
    for corner, chosen in [*lines, (EVERYWHERE, np.arange(len(ids)))]:
        shown = "" if corner == EVERYWHERE else " ".join(table.glyph(int(i)) for i in ids[chosen[:10]])
        median = None if counts is None else float(np.median(counts[chosen]))
        found.append(
            Corner(corpus, corner, float(is_place[chosen].mean()), float(is_upper[chosen].mean()), median, shown)
        )
    return found


def highest_share(corners: Sequence[Corner], measure: str) -> float:
    """The highest `places` or `upper_case` of the eight corners."""
    return max(float(getattr(corner, measure)) for corner in corners if corner.corner != EVERYWHERE)


def share_overall(corners: Sequence[Corner], measure: str) -> float:
    """The same measure over all tokens of the corpus."""
    return next(float(getattr(corner, measure)) for corner in corners if corner.corner == EVERYWHERE)


def share_miscolored(counted: Counted) -> float:
    """The share of points that wear another color under S2's code than their own clipped count."""
    return float((counted.as_the_article_colors() != counted.clipped()).mean())


def color_agreement(counted: Counted) -> float:
    """Spearman's rank correlation of the colors that S2's code gives with the right ones."""
    return rank_correlation(counted.as_the_article_colors(), counted.clipped())


def axis_against_count(corpus_map: CorpusMap) -> float:
    """The strongest rank correlation, without its sign, of one of the three axes with the counts."""
    return max(abs(rank_correlation(axis, corpus_map.counted.counts)) for axis in corpus_map.points.T)


def share_of_variance(corpus_map: CorpusMap) -> float:
    """The share of the variance that the three axes hold together."""
    return float(corpus_map.shares.sum())
