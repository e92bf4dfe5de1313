"""Random words and their nearest tokens, and where each stands in a drawing of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from embedguide.analysis.graph import Edge, force_layout
from embedguide.analysis.label_layout import NARROW, WIDE, arrange
from embedguide.analysis.neighborhoods import ListedNeighbor, is_other_script, list_neighbors
from embedguide.analysis.neighbors import spelling
from embedguide.models import NotOneToken, TokenTable

# Words are drawn from the most frequent ones of the word vectors, function words and short ones left out.
N_FREQUENT, N_SKIPPED, SHORTEST = 10_000, 150, 4
# Links to the most alike of the other words keep kin words near one another in the drawing; they are not drawn.
KIN = 3


class AtlasRow(NamedTuple):
    """A drawn word and one of its nearest tokens, variants left out; `drawn`: whether the drawing shows it."""

    atlas: int
    token_id: int
    token: str
    rank: int
    neighbor_id: int
    neighbor: str
    cosine: float
    drawn: bool


class Node(NamedTuple):
    """A token's place in a drawing, and in the one for narrow screens, pixels."""

    atlas: int
    token_id: int
    token: str
    center: bool
    other_script: bool
    x: int
    y: int
    narrow_x: int
    narrow_y: int


def draw_words(table: TokenTable, frequent: TokenTable, n: int, seed: int) -> list[str]:
    """`n` random words that are single tokens of the model, in the order in which they were drawn.

    Drawn without replacement from the frequent words of `frequent` with four letters a to z or more.

    Args:
        table: The model's tokens.
        frequent: Word vectors whose words stand in order of frequency.
        n: How many.
        seed: Of the draw.

    Raises:
        ValueError: the model has fewer such words.
    """
    pool = [
        word
        for word in frequent.texts[N_SKIPPED:N_FREQUENT]
        if len(word) >= SHORTEST and word.isascii() and word.isalpha()
    ]
    found: list[str] = []
    for place in np.random.default_rng(seed).permutation(len(pool)):
        if is_word(table, pool[place]):
            found.append(pool[place])
        if len(found) == n:
            return found
    raise ValueError(f"{n} words that are single tokens of {table.name!r} are expected, got {len(found)}")


def is_word(table: TokenTable, word: str) -> bool:
    """Whether the word, as it stands inside running text, is one token."""
    try:
        table.word_id(word)
    except NotOneToken:
        return False
    return True


def tabulate_atlas(
    table: TokenTable, frequent: TokenTable, n_words: int, seeds: Sequence[int], k: int, k_drawn: int
) -> list[AtlasRow]:
    """Random words with their `k` nearest tokens, variants left out, one set of words for each seed.

    Of tokens that are spelled alike ("Face", "face") only the nearest is drawn, and at most `k_drawn` for a word.
    """
    found = []
    for number, seed in enumerate(seeds, start=1):
        words = draw_words(table, frequent, n_words, seed)
        seen: dict[int, set[str]] = {}
        for row in list_neighbors(table, [table.word_id(word) for word in words], k):
            if row.rank_without is None or row.rank_without > k:
                continue
            spelled, mine = spelling(row.neighbor), seen.setdefault(row.token_id, set())
            drawn = spelled not in mine and len(mine) < k_drawn
            if drawn:
                mine.add(spelled)
            found.append(AtlasRow(number, row.token_id, row.token, row.rank_without, *row[3:6], drawn))
    return found


def place_atlas(table: TokenTable, rows: Sequence[AtlasRow], seed: int) -> list[Node]:
    """Where the words and the drawn neighbors of each set stand."""
    found = []
    for number in sorted({row.atlas for row in rows}):
        edges = [Edge(row.token_id, row.neighbor_id, row.cosine) for row in rows if row.atlas == number and row.drawn]
        found += place_network(table, edges, seed, reach=62, number=number)
    return found


def place_sentence(table: TokenTable, rows: Sequence[ListedNeighbor], seed: int) -> list[Node]:
    """Where the tokens of a sentence and all their listed neighbors stand."""
    return place_network(table, [Edge(row.token_id, row.neighbor_id, row.cosine) for row in rows], seed, reach=96)


def place_network(table: TokenTable, edges: Sequence[Edge], seed: int, reach: float, number: int = 1) -> list[Node]:
    """The tokens of a network, centers first, each with its places.

    Args:
        table: Names the tokens.
        edges: From a center to a neighbor. A token that is both counts as a center.
        seed: Of the force layout that both drawings begin with.
        reach: How far a neighbor likes to be from its center, pixels.
        number: Which drawing the nodes belong to.
    """
    centers = list(dict.fromkeys(edge.token_id for edge in edges))
    ids = list(dict.fromkeys([*centers, *(edge.neighbor_id for edge in edges)]))
    at = {token_id: place for place, token_id in enumerate(ids)}
    start = force_layout([*edges, *kin(table, centers)], seed)
    places = np.array([start[token_id] for token_id in ids])
    is_center = np.arange(len(ids)) < len(centers)
    links = np.array([(at[a], at[b]) for a, b, _ in edges if at[b] >= len(centers)])
    texts = [shown(table.glyph(token_id)) for token_id in ids]
    wide = arrange(texts, is_center, links, places, WIDE, reach)
    narrow = arrange(texts, is_center, links, places, NARROW, reach / 3)
    return [
        Node(number, token_id, table.glyph(token_id), bool(center), is_other_script(table.text(token_id)), *map(int, xy), *map(int, small))
        for token_id, center, xy, small in zip(ids, is_center, wide.round(), narrow.round(), strict=True)
    ]  # fmt: skip


def kin(table: TokenTable, ids: Sequence[int]) -> list[Edge]:
    """Links from each of `ids` to the most alike of the others."""
    unit = table.unit_rows[list(ids)]
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -2)
    near = np.argsort(-cosines, axis=1, kind="stable")[:, : min(KIN, len(ids) - 1)]
    return [Edge(ids[a], ids[b], float(cosines[a, b])) for a, line in enumerate(near.tolist()) for b in line]


def shown(glyph: str) -> str:
    """A token as a drawing shows it: without the sign for a leading space, unless that is all of it."""
    return glyph.removeprefix("␣") or glyph
