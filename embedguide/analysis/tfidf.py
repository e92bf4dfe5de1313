"""Words counted in the parts of a text: term frequency, inverse document frequency, and what their product can tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from embedguide.models import TokenTable
from embedguide.sources import LocalSource

# A word: letters, with apostrophes inside ("o'er", "king's").
WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")


@dataclass(frozen=True)
class Counts:
    """How often each word stands in each chunk of a text.

    Args:
        words: Sorted.
        counts: Shape ``(n_words, n_chunks)``.
    """

    words: list[str]
    counts: np.ndarray

    @property
    def totals(self) -> np.ndarray:
        """How often each word stands in the whole text, ``(n_words,)``."""
        return np.asarray(self.counts.sum(axis=1))

    @property
    def chunks_with(self) -> np.ndarray:
        """In how many chunks each word stands, ``(n_words,)``."""
        return np.asarray((self.counts > 0).sum(axis=1))


class Weights(NamedTuple):
    """What the page says of one word: how often and in how many chunks it stands, both kinds of idf, its largest tf-idf."""

    word: str
    times: int
    chunks: int
    idf: float
    smoothed_idf: float
    largest: float


def read_words(text: str) -> list[str]:
    """The words of a text in order, in lower case.

    Raises:
        ValueError: the text has no words.
    """
    words = WORD.findall(text.lower())
    if not words:
        raise ValueError("a text with at least one word expected, got an empty corpus")
    return words


def read_corpus(source: LocalSource) -> list[str]:
    """The words of a corpus of one file."""
    return read_words(source.path().read_text("utf-8"))


def count_words(words: Sequence[str], n_chunks: int) -> Counts:
    """Counts of every word in `n_chunks` pieces of the text that have the same number of words, give or take one.

    Raises:
        ValueError: there are fewer words than chunks, or no chunks.
    """
    if not 1 <= n_chunks <= len(words):
        raise ValueError(f"n_chunks must be between 1 and {len(words)} for {len(words)} words, got {n_chunks}")
    vocabulary, places = np.unique(np.array(words), return_inverse=True)
    counts = np.stack(
        [np.bincount(part, minlength=len(vocabulary)) for part in np.array_split(places, n_chunks)], axis=1
    )
    return Counts(vocabulary.tolist(), counts)


def term_frequency(count: float, n_words: float) -> float:
    """The share of a chunk that is the term."""
    return count / n_words


def inverse_document_frequency(n_chunks: int, chunks_with: int) -> float:
    """The natural logarithm of how many times more chunks there are than chunks with the term.

    Raises:
        ValueError: no chunk has the term.
    """
    if not 1 <= chunks_with <= n_chunks:
        raise ValueError(f"chunks_with must be between 1 and {n_chunks}, got {chunks_with}")
    return float(np.log(n_chunks / chunks_with))


def tfidf(counts: Counts) -> np.ndarray:
    """One row per word and one column per chunk: tf times idf, as the formulas of the page have it.

    Natural logarithm, no smoothing, no normalization: a word of every chunk has idf 0 and a row of zeros.
    """
    frequencies = counts.counts / counts.counts.sum(axis=0)
    idf = np.log(counts.counts.shape[1] / counts.chunks_with)
    return np.asarray(frequencies * idf[:, None])


def library_tfidf(words: Sequence[str], n_chunks: int) -> np.ndarray:
    """The same table from scikit-learn's `TfidfVectorizer` with its defaults, ``(n_words, n_chunks)``, words sorted.

    Its idf is ``ln((1 + N) / (1 + df)) + 1`` and it scales every chunk's column to length 1.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    chunks = [part.tolist() for part in np.array_split(np.array(words), n_chunks)]
    vectorizer = TfidfVectorizer(analyzer=_as_it_is)
    table = vectorizer.fit_transform(chunks).toarray().T
    return np.asarray(table)


def _as_it_is(words: Sequence[str]) -> Sequence[str]:
    return words


def tabulate_weights(counts: Counts, wanted: Sequence[str]) -> list[Weights]:
    """Count, chunks, both kinds of idf, and largest tf-idf of some words.

    Raises:
        KeyError: a word does not stand in the text.
    """
    place = {word: n for n, word in enumerate(counts.words)}
    missing = [word for word in wanted if word not in place]
    if missing:
        raise KeyError(f"{missing[0]!r} does not stand in the text")
    n_chunks, table = counts.counts.shape[1], tfidf(counts)
    found = []
    for word in wanted:
        at = place[word]
        df = int(counts.chunks_with[at])
        smoothed = float(np.log((1 + n_chunks) / (1 + df)) + 1)
        idf = inverse_document_frequency(n_chunks, df)
        found.append(Weights(word, int(counts.totals[at]), df, idf, smoothed, float(table[at].max())))
    return found


def share_of_words(counts: Counts, chunks: int) -> float:
    """The share of the different words that stand in exactly so many chunks."""
    return float((counts.chunks_with == chunks).mean())


def share_of_text(counts: Counts, chunks: int) -> float:
    """The share of the running text that is made of words that stand in exactly so many chunks."""
    return float(counts.totals[counts.chunks_with == chunks].sum() / counts.totals.sum())


def n_points(table: np.ndarray) -> int:
    """How many different points the rows of a table are, compared to nine decimals."""
    return len(np.unique(table.round(9), axis=0))


def n_directions(table: np.ndarray) -> int:
    """How many different directions the rows of a table have; rows of zeros have none."""
    lengths = np.linalg.norm(table, axis=1)
    used = lengths > 0
    return len(np.unique((table[used] / lengths[used][:, None]).round(6), axis=0))


class Plane(NamedTuple):
    """Rows of a table in the plane of its first two principal components.

    `points` of shape ``(n_rows, 2)``; `explained`, the share of the variance along each; `axes`, ``(2, n_columns)``.
    """

    points: np.ndarray
    explained: np.ndarray
    axes: np.ndarray


def project(table: np.ndarray) -> Plane:
    """The rows of `table` on its first two principal components; the largest entry of each axis is positive."""
    centered = table - table.mean(axis=0)
    values, vectors = np.linalg.eigh(centered.T @ centered)
    axes = vectors[:, ::-1][:, :2].T
    signs = np.sign(axes[np.arange(2), np.abs(axes).argmax(axis=1)])
    axes = axes * signs[:, None]
    return Plane(centered @ axes.T, values[::-1][:2] / values.sum(), axes)


def largest_crowd(points: np.ndarray, radius: float) -> float:
    """The share of points within `radius` times the farthest point's distance of the middle (median) point.

    Args:
        points: Shape ``(n_points, 2)``.
        radius: A share of the largest distance, 0 to 1.
    """
    distances = np.linalg.norm(points - np.median(points, axis=0), axis=1)
    return float((distances <= radius * distances.max()).mean())


def correlation_with_counts(counts: Counts, points: np.ndarray) -> float:
    """The correlation of the first coordinate of the points with how often the words stand in the text."""
    return float(np.corrcoef(points[:, 0], counts.totals)[0, 1])


def same_group_nearest(rows: np.ndarray, is_in_group: np.ndarray) -> tuple[float, float]:
    """How often the most similar word (cosine) of a group's word is of the group too, and how often chance gives that.

    Words with a row of zeros have no cosine and are left out, as neighbors too. Where several are equally similar,
    each counts in part. Chance is the share of the group among the other words.

    Args:
        rows: Shape ``(n_words, n_columns)``.
        is_in_group: bool ``(n_words,)``.

    Raises:
        ValueError: fewer than two words of the group have a row.
    """
    lengths = np.linalg.norm(rows, axis=1)
    used = lengths > 0
    unit, inside = rows[used] / lengths[used][:, None], is_in_group[used]
    if inside.sum() < 2:
        raise ValueError(f"at least 2 words of the group with a row expected, got {inside.sum()}")
    members = np.flatnonzero(inside)
    cosines = unit[members] @ unit.T
    cosines[np.arange(len(members)), members] = -2
    nearest = cosines >= cosines.max(axis=1, keepdims=True) - 1e-9
    hits = (nearest & inside).sum(axis=1) / nearest.sum(axis=1)
    return float(hits.mean()), float((inside.sum() - 1) / (len(inside) - 1))


class NeighborTest(NamedTuple):
    """Whether words of a group are one another's nearest, in one kind of vectors.

    `hits`: the share of words whose nearest word is of the group; `chance`: the same for words drawn at random that
    stand in as many chunks, the mean over draws; `high_chance`: what one draw in twenty exceeds; `n_words` with a row.
    """

    vectors: str
    n_words: int
    hits: float
    chance: float
    high_chance: float


def compare_with_chance(
    name: str, rows: np.ndarray, counts: Counts, group: Sequence[str], n_draws: int, seed: int
) -> NeighborTest:
    """The test of `same_group_nearest` for `group`, and for groups drawn at random.

    Each word of a drawn group stands in as many chunks as the word it replaces and counts at most one and a half times
    as often or as rarely, so that only the meaning is left to chance.

    Args:
        name: Of the vectors.
        rows: One per word of `counts`, ``(n_words, n_columns)``.
        counts: Counted words.
        group: Words; those without a row are left out.
        n_draws: How many groups to draw.
        seed: Of the draws.
    """
    place = {word: n for n, word in enumerate(counts.words)}
    has_row = np.linalg.norm(rows, axis=1) > 0
    members = [place[word] for word in group if word in place and has_row[place[word]]]
    alike = [_alike(counts, member, has_row) for member in members]
    generator = np.random.default_rng(seed)
    draws = [
        same_group_nearest(rows, _mask(len(rows), [generator.choice(words) for words in alike]))[0]
        for _ in range(n_draws)
    ]
    hits, _ = same_group_nearest(rows, _mask(len(rows), members))
    return NeighborTest(name, len(members), hits, float(np.mean(draws)), float(np.percentile(draws, 95)))


def _alike(counts: Counts, member: int, has_row: np.ndarray) -> np.ndarray:
    ratio = counts.totals / counts.totals[member]
    return np.flatnonzero(
        has_row & (counts.chunks_with == counts.chunks_with[member]) & (ratio <= 1.5) & (ratio >= 1 / 1.5)
    )


def _mask(n: int, places: Sequence[int]) -> np.ndarray:
    mask = np.zeros(n, dtype=bool)
    mask[places] = True
    return mask


def nearest_word(counts: Counts, rows: np.ndarray, word: str) -> str | None:
    """The word whose row is most similar (cosine) to that of `word`, the first of equal ones; None without a row."""
    lengths = np.linalg.norm(rows, axis=1)
    at = counts.words.index(word)
    if lengths[at] == 0:
        return None
    with np.errstate(invalid="ignore", divide="ignore"):
        cosines = np.nan_to_num(rows @ rows[at] / (lengths * lengths[at]), nan=-2)
    cosines[at] = -2
    return counts.words[int(cosines.argmax())]


def read_speakers(source: LocalSource, least: int) -> list[str]:
    """Names of one word that open at least `least` speeches (``Name:`` alone in a line), in lower case, sorted."""
    found = re.findall(r"^([A-Z][A-Za-z]+):$", source.path().read_text("utf-8"), flags=re.MULTILINE)
    names, speeches = np.unique(found, return_counts=True)
    return [str(name).lower() for name in names[speeches >= least]]


def rows_of_words(vectors: TokenTable, words: Sequence[str]) -> np.ndarray:
    """The vectors of words, float64 ``(n_words, n_dims)``; zeros for words that have none."""
    place = {text: n for n, text in enumerate(vectors.texts)}
    found = np.zeros((len(words), vectors.n_dims))
    known = [n for n, word in enumerate(words) if word in place]
    found[known] = vectors.rows([place[words[n]] for n in known])
    return found
