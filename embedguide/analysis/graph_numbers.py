"""The numbers that the chapter on neighbors tells, from neighbor lists, networks, ranks and spaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from embedguide.analysis import tfidf as counting
from embedguide.analysis.atlas import AtlasRow, Node, is_word
from embedguide.analysis.graph import Edge, Structure, edges_between, edges_of, structure_of
from embedguide.analysis.neighborhoods import (
    Crowd,
    ListedNeighbor,
    WayBack,
    back_ranks,
    existing,
    list_neighbors,
    nearest_of_each,
    occurrences,
    shuffled_rows,
    survey,
)
from embedguide.analysis.plays import Vocabulary, split_speeches
from embedguide.analysis.spaces import Neighborhood, Spaces, choose_words, gather, neighborhoods
from embedguide.analysis.word2vec import Training
from embedguide.models import TokenTable
from embedguide.sources import LocalSource


def sentence_neighbors(table: TokenTable, sentence: str, k: int) -> list[ListedNeighbor]:
    """The neighbor lists of the tokens of a sentence."""
    return list_neighbors(table, table.tokenize(sentence), k)


def word_neighbors(table: TokenTable, word: str, k: int) -> list[ListedNeighbor]:
    """The neighbor list of one word with a leading space; empty where the word is several tokens of the model."""
    return list_neighbors(table, [table.word_id(word)], k) if is_word(table, word) else []


def tabulate_structure(
    rows: Sequence[ListedNeighbor], ks: Sequence[int], thresholds: Sequence[float], n_shuffles: int, seed: int
) -> list[tuple[object, ...]]:
    """The network's numbers for every setting of its controls that leaves a link."""
    found: list[tuple[object, ...]] = []
    for k in ks:
        for variants in (False, True):
            for least in thresholds:
                edges = edges_of(rows, k, variants=variants, least=least or -1.0)
                if edges:
                    found.append((k, variants, least, *structure_of(edges, n_shuffles, seed)))
    return found


def links_between(table: TokenTable, rows: Sequence[ListedNeighbor], k: int) -> list[Edge]:
    """Links between all tokens of the neighbor lists without variants."""
    ids = dict.fromkeys(i for row in rows if row.rank_without is not None for i in (row.token_id, row.neighbor_id))
    return edges_between(table, list(ids), k)


def compare_structures(
    rows: Sequence[ListedNeighbor], filled: Sequence[Edge], k: int, n_shuffles: int, seed: int
) -> dict[str, Structure]:
    """The numbers of three networks: without variants, with them, and with the links between neighbors."""
    return {
        "lists of the sentence": structure_of(edges_of(rows, k, variants=False), n_shuffles, seed),
        "the same with variants": structure_of(edges_of(rows, k, variants=True), n_shuffles, seed),
        "lists of every token": structure_of(filled, n_shuffles, seed),
    }


def part_of(structures: Mapping[str, Structure], name: str, part: str) -> Any:
    """One number of one of the networks."""
    return getattr(structures[name], part)


def star_share(structures: Mapping[str, Structure]) -> float:
    """The share of the modularity that shuffled networks have too."""
    one = structures["lists of the sentence"]
    return float("nan") if one.null is None else one.null / one.modularity


def count_variants(rows: Sequence[ListedNeighbor], k: int) -> int:
    """How many of the `k` nearest are variants."""
    return sum(row.variant for row in rows if row.rank <= k)


def count_other_script(nodes: Sequence[Node]) -> int:
    """How many different neighbors have letters that are not Latin."""
    return sum(node.other_script and not node.center for node in nodes)


def count_neighbors(nodes: Sequence[Node]) -> int:
    """How many different neighbors there are."""
    return sum(not node.center for node in nodes)


def examples_of_other_script(nodes: Sequence[Node], n: int = 4) -> str:
    """Some of them as text, or a dash."""
    return ", ".join(node.token for node in [n for n in nodes if n.other_script and not n.center][:n]) or "–"


def nearest_is_variant(table: TokenTable, rows: Sequence[AtlasRow]) -> float:
    """The share of words of the atlas whose nearest token is a variant."""
    ids = list(dict.fromkeys(row.token_id for row in rows))
    return float(np.mean([row.variant for row in list_neighbors(table, ids, 1) if row.rank == 1]))


def place_of(ways: Sequence[WayBack], word: str, other: str, part: str) -> Any:
    """One rank of one pair of words; words where the model has no such tokens."""
    for way in ways:
        if (way.word, way.other) == (word, other):
            return getattr(way, part)
    return f"(no place, since {word} or {other} is several tokens)"


def asked_words(rows: Sequence[AtlasRow], n: int) -> list[int]:
    """The first `n` words of all atlases."""
    return list(dict.fromkeys(row.token_id for row in rows))[:n]


def ranks_back(unit_rows: np.ndarray, ids: Sequence[int], k: int, allowed: np.ndarray) -> np.ndarray:
    """The ranks back of the nearest tokens of `ids`."""
    return back_ranks(unit_rows, ids, k, allowed)


def rows_at_length_one(table: TokenTable) -> np.ndarray:
    """The table's rows, at length 1."""
    return table.unit_rows


def share_mutual(ranks: np.ndarray, k: int) -> float:
    """The share of neighbors that have the word among their own `k` nearest."""
    return float((ranks <= k).mean())


def survey_shuffled(table: TokenTable, n_queries: int, k: int, seed: int) -> Crowd:
    """The neighbor lists in a table with shuffled columns."""
    rows = shuffled_rows(table, seed)
    return survey(rows, np.ones(len(rows), dtype=bool), n_queries, k, seed)


def median_cosine(crowd: Crowd, place: int) -> float:
    """The median cosine of the nearest (0) or the last (-1) token of a list."""
    return float(np.median(crowd.cosines[:, place]))


def median_random(crowd: Crowd) -> float:
    """The median cosine of random pairs."""
    return float(np.median(crowd.random))


def tabulate_hubs(table: TokenTable, crowd: Crowd, n: int) -> list[tuple[int, str, int, float]]:
    """The tokens that stand in most lists: place, token, lists, expected lists."""
    counts = occurrences(crowd, table.n_tokens)
    expected = crowd.neighbors.size / int(existing(table).sum())
    best = np.argsort(-counts, kind="stable")[:n]
    return [(place, table.glyph(int(i)), int(counts[i]), expected) for place, i in enumerate(best, start=1)]


def most_lists(crowd: Crowd) -> int:
    """In how many lists the most frequent neighbor stands."""
    return int(np.bincount(crowd.neighbors.reshape(-1)).max())


def share_of_hubs(table: TokenTable, crowd: Crowd) -> float:
    """The share of all places in the lists that the hundred most frequent neighbors take."""
    counts = np.sort(occurrences(crowd, table.n_tokens))[::-1]
    return float(counts[:100].sum() / counts.sum())


def gather_spaces(
    tokens: Sequence[str],
    n_chunks: int,
    vocabulary: Vocabulary,
    training: Training,
    glove: TokenTable,
    smollm2: TokenTable,
    qwen: TokenTable,
) -> Spaces:
    """The words that all five spaces know."""
    counts = counting.count_words(tokens, n_chunks)
    tables = {"GloVe": glove, "SmolLM2": smollm2, "Qwen2.5": qwen}
    return gather(
        (counts.words, counting.tfidf(counts)), (vocabulary, training.last.hidden), tables, ("TF-IDF", "word2vec")
    )


def read_speeches(corpus: LocalSource) -> list[list[str]]:
    """The words of every speech of the plays."""
    return split_speeches(corpus.path().read_text(encoding="utf-8"))


def tabulate_spaces(spaces: Spaces, always: Sequence[str], skip: int, n: int, k: int) -> list[Neighborhood]:
    """The neighborhoods of the words to look up."""
    return neighborhoods(spaces, choose_words(spaces, always, skip, n), k)


def chance_overlap(spaces: Spaces, k: int) -> float:
    """How many neighbors two lists share that are drawn at random."""
    return k * k / (len(spaces.words) - 1)


def shared_by(found: tuple[list[str], np.ndarray, int], a: str, b: str) -> float:
    """How many neighbors two spaces share on average."""
    names, shared, _ = found
    return float(shared[names.index(a), names.index(b)])


def count_common(spaces: Spaces) -> int:
    """How many words all spaces know."""
    return len(spaces.words)


def count_without_direction(rows: Sequence[Neighborhood], space: str) -> int:
    """For how many of the looked-up words a space has no direction."""
    return sum(row.space == space and not row.neighbors for row in rows)


def count_looked_up(rows: Sequence[Neighborhood]) -> int:
    """How many words can be looked up."""
    return len({row.word for row in rows})


def every_token_has(rows: Sequence[ListedNeighbor]) -> int:
    """The number of neighbors without variants that each token has; 0 if they differ."""
    counts = {
        sum(row.token_id == i and row.rank_without is not None for row in rows) for i in {r.token_id for r in rows}
    }
    return counts.pop() if len(counts) == 1 else 0


def topk_agrees(table: TokenTable, rows: Sequence[ListedNeighbor], k: int) -> bool:
    """Whether PyTorch's cosine similarity and topk, as the article uses them, give the same cosines."""
    import torch

    vectors = torch.from_numpy(np.asarray(table.vectors, dtype=np.float32))
    vectors[list(table.unused_ids)] = 0
    for token_id in list(dict.fromkeys(row.token_id for row in rows))[:1]:
        cosines = torch.nn.functional.cosine_similarity(vectors, vectors[token_id], dim=1)
        values = cosines.topk(k + 1).values[1:].numpy()
        mine = [row.cosine for row in rows if row.token_id == token_id and row.rank <= k]
        if not np.allclose(values, mine, atol=1e-4):
            return False
    return True


def rows_fit(table: TokenTable, sentence: str) -> bool:
    """Whether every token of the sentence has one row of the table's width."""
    ids = table.tokenize(sentence)
    return table.rows(ids).shape == (len(ids), table.n_dims)


def is_lookup_table(table: TokenTable) -> bool:
    """Whether the embedding is still one row for each token, a plain matrix."""
    return table.vectors.ndim == 2 and table.vectors.shape[0] == table.n_tokens


def count_words_of(atlas: Sequence[AtlasRow]) -> int:
    """How many words the first atlas has."""
    return len({row.token_id for row in atlas if row.atlas == 1})


def share_answered(
    table: TokenTable, ranks_back: np.ndarray, ids: Sequence[int], frequent: TokenTable, k: int, toward_rarer: bool
) -> float:
    """Of links between words of `frequent`, toward the rarer or the commoner one, the share that is mutual.

    Args:
        table: The model's table.
        ranks_back: The place of each of `ids` in the list of each of its nearest, ``(n_ids, n_neighbors)``.
        ids: The words that were asked.
        frequent: Word vectors whose words stand in order of frequency.
        k: How long a list is.
        toward_rarer: Whether links to words that stand later in `frequent` are counted, or those to earlier ones.
    """
    place = {word: at for at, word in enumerate(frequent.texts)}
    near, _ = nearest_of_each(table.unit_rows, ids, ranks_back.shape[1], existing(table))
    found = []
    for token_id, line, ranks in zip(ids, near.tolist(), ranks_back.tolist(), strict=True):
        own = table.text(token_id).strip().lower()
        for neighbor, rank in zip(line, ranks, strict=True):
            other = table.text(neighbor).strip().lower()
            if own in place and other in place and own != other and (place[other] > place[own]) == toward_rarer:
                found.append(rank <= k)
    return float(np.mean(found)) if found else float("nan")
