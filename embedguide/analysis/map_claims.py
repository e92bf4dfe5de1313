"""What the articles say of their maps, put as tests that can fail, and the lines of tables about several corpora."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np

from embedguide.analysis.corpus_map import (
    Corner,
    CorpusMap,
    Counted,
    share_miscolored,
    share_of_variance,
    tabulate_corners,
    tabulate_vocabulary_corners,
)
from embedguide.analysis.map_items import Written
from embedguide.analysis.map_quality import Measured, same_group
from embedguide.analysis.projections import Family, Projection
from embedguide.models import TokenTable


def counts_agree(table: TokenTable, counted: Counted, text: str) -> bool:
    """Whether ids and counts are those that NumPy finds in the tokens of the text."""
    ids, counts = np.unique(table.tokenize(text), return_counts=True)
    return np.array_equal(ids, counted.ids) and np.array_equal(counts, counted.counts)


def strings_agree(table: TokenTable, counted: Counted, text: str) -> bool:
    """Whether the string of each id, as often as its size says, makes up the letters of the text.

    No token of the text is looked at: a list of sizes in another order than the ids, or a string that belongs to another
    id, gives other letters. A character that is split over several tokens fails, since none of them has its text.
    """
    letters: Counter[str] = Counter()
    for token_id, count in zip(counted.ids.tolist(), counted.counts.tolist(), strict=True):
        for letter in table.text(token_id):
            letters[letter] += count
    return letters == Counter(text)


def over_maps(family: Family, groups: Sequence[str], pick: Callable[[list[float]], float]) -> float:
    """What `pick` makes of the shares of items whose nearest is of their own group, one for each map of a family."""
    return float(pick([same_group(points, groups) for points in family.maps()]))


def all_corners(
    table: TokenTable, maps: Sequence[CorpusMap], projection: Projection, places: Collection[str], n_outermost: int
) -> list[Corner]:
    """The corners of the first corpus and those of the whole vocabulary; arguments as in `tabulate_corners`."""
    whole = tabulate_vocabulary_corners(table, projection.points, places, n_outermost)
    return tabulate_corners(table, maps[0], places, n_outermost) + whole


def named(corners: Sequence[Corner], corpus: str) -> list[Corner]:
    """The lines of one corpus."""
    return [corner for corner in corners if corner.corpus == corpus]


def drawn_or_unknown(maps: Sequence[CorpusMap], name: str) -> bool | None:
    """True where a corpus is on the map, else nothing: it could not be had."""
    return True if any(found.corpus == name for found in maps) else None


def megabytes_of_points(table: TokenTable) -> float:
    """What three 16-bit numbers for each token weigh, in megabytes."""
    return table.n_tokens * 3 * 2 / 1e6


def any_on_map(written: Sequence[Written]) -> bool:
    """Whether one of the control characters is on the map."""
    return any(one.on_map for one in written)


def keeps_more_global(measured: Sequence[Measured]) -> bool:
    """Whether the distances are kept better at each higher perplexity."""
    found = [line.distances for line in measured if line.method.startswith("t-SNE")]
    return found == sorted(found)


def tabulate_corpora(
    table: TokenTable, maps: Sequence[CorpusMap], titles: Mapping[str, str], to_add: str
) -> list[tuple[str, int | None, int | None, float | None, float | None, float | None, str]]:
    """Every corpus with what came of it, or with the command that adds it: `to_add` with the name in place of ``{}``."""
    drawn = {found.corpus: found for found in maps}
    rows: list[tuple[str, int | None, int | None, float | None, float | None, float | None, str]] = []
    for name, title in titles.items():
        if name not in drawn:
            rows.append((title, None, None, None, None, None, to_add.format(name)))
            continue
        counted = drawn[name].counted
        n_distinct, variance = len(counted.ids), share_of_variance(drawn[name])
        share, wrong = n_distinct / table.n_tokens, share_miscolored(counted)
        rows.append((title, int(counted.counts.sum()), n_distinct, share, variance, wrong, "drawn"))
    return rows
