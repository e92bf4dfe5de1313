"""The numbers that the chapter on neighbors tells, on a table of nine tokens in the plane."""

import math

import numpy as np
import pytest

from embedguide.analysis import graph_numbers as numbers
from embedguide.analysis.atlas import AtlasRow, Node
from embedguide.analysis.graph import Edge, Structure
from embedguide.analysis.neighborhoods import Crowd, ListedNeighbor, WayBack
from embedguide.analysis.spaces import Neighborhood, Spaces
from embedguide.models import NotOneToken

# Angles of the rows, so that who is nearest to whom can be read off. The last row belongs to no token.
ANGLES = {" cat": 0, " Cat": 4, "cat": -7, " kitten": 12, " dog": 25, " puppy": 39, " 列": 90, ".": 130, "": 1}


class Table:
    """Tokens on a circle, with lengths that differ."""

    name, title = "circle", "Circle"

    def __init__(self):
        self.texts = list(ANGLES)
        angles = np.radians(list(ANGLES.values()))
        self.unit_rows = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
        self.vectors = self.unit_rows * np.linspace(1, 3, len(angles), dtype=np.float32)[:, None]
        self.n_tokens, self.n_dims = self.vectors.shape
        self.unused_ids = frozenset({len(self.texts) - 1})

    def word_id(self, word):
        if f" {word}" not in self.texts:
            raise NotOneToken("several", f" {word}", (1, 2), (word[:1], word[1:]))
        return self.texts.index(f" {word}")

    def tokenize(self, sentence):
        return [self.texts.index(part if part == "." else f" {part}") for part in sentence.split()]

    def text(self, token_id):
        return self.texts[token_id]

    def glyph(self, token_id):
        return self.texts[token_id].replace(" ", "␣")

    def rows(self, ids):
        return self.vectors[ids]


@pytest.fixture
def table():
    return Table()


def listed(token_id, neighbors, variants=()):
    """A neighbor list: cosines fall from 0.9 by a tenth."""
    rows, others = [], 0
    for rank, neighbor in enumerate(neighbors, 1):
        others += neighbor not in variants
        without = None if neighbor in variants else others
        rows.append(ListedNeighbor(token_id, str(token_id), rank, neighbor, str(neighbor), 1 - rank / 10, neighbor in variants, without))  # fmt: skip
    return rows


def test_a_list_goes_down_to_the_kth_that_is_no_variant(table):
    rows = numbers.word_neighbors(table, "cat", 2)
    assert [(row.neighbor, row.variant, row.rank_without) for row in rows] == [
        ("␣Cat", True, None), ("cat", True, None), ("␣kitten", False, 1), ("␣dog", False, 2),
    ]  # fmt: skip
    assert rows[2].cosine == pytest.approx(math.cos(math.radians(12)), abs=1e-6)
    assert numbers.count_variants(rows, 2) == 2 and numbers.count_variants(rows, 4) == 2
    assert numbers.word_neighbors(table, "xylophone", 2) == []
    sentence = numbers.sentence_neighbors(table, "cat dog cat", 2)
    assert list(dict.fromkeys(row.token for row in sentence)) == ["␣cat", "␣dog"]
    assert numbers.every_token_has(sentence) == 2
    assert numbers.every_token_has(sentence[:-1]) == 0


def test_every_setting_that_leaves_a_link_is_tabulated():
    rows = listed(0, [10, 11, 12], variants=(10,)) + listed(1, [10, 13])
    found = {row[:3]: row[3:5] for row in numbers.tabulate_structure(rows, (1, 2), (0.0, 0.85, 0.95), 2, seed=0)}
    assert found == {
        (1, False, 0.0): (4, 2), (1, False, 0.85): (2, 1), (1, True, 0.0): (3, 2), (1, True, 0.85): (3, 2),
        (2, False, 0.0): (6, 4), (2, False, 0.85): (2, 1), (2, True, 0.0): (5, 4), (2, True, 0.85): (3, 2),
    }  # fmt: skip


def test_links_between_join_listed_tokens_only(table):
    rows = listed(table.word_id("cat"), [1, 3], variants=(1,))  # " Cat" is a variant and left out
    assert [edge[:2] for edge in numbers.links_between(table, rows, 3)] == [(0, 3)]


def test_networks_are_compared_with_and_without_variants():
    rows = listed(0, [10, 11], variants=(10,)) + listed(1, [11, 12])
    found = numbers.compare_structures(rows, [Edge(0, 1, 0.5), Edge(10, 11, 0.5)], 2, 2, seed=0)
    assert [one.n_links for one in found.values()] == [3, 4, 2]
    assert numbers.part_of(found, "lists of every token", "pieces") == 2


def test_the_share_of_the_star_is_what_shuffling_leaves():
    one = Structure(4, 4, 1, 2, 0.8, 0.6, 0.7)
    assert numbers.star_share({"lists of the sentence": one}) == pytest.approx(0.75)
    assert math.isnan(numbers.star_share({"lists of the sentence": one._replace(null=None)}))


def test_neighbors_in_other_scripts_are_counted_without_the_centers():
    def node(token, *, center, other):
        return Node(1, 0, token, center, other, 0, 0, 0, 0)

    nodes = [
        node("␣列", center=True, other=True),
        node("列表", center=False, other=True),
        node("b", center=False, other=False),
    ]
    assert numbers.count_other_script(nodes) == 1 and numbers.count_neighbors(nodes) == 2
    assert numbers.examples_of_other_script(nodes) == "列表"
    assert numbers.examples_of_other_script(nodes[2:]) == "–"


def test_words_of_an_atlas(table):
    rows = [AtlasRow(1, i, table.glyph(i), 1, 7, ".", 0.5, True) for i in (0, 4, 6)]
    rows.append(AtlasRow(2, 5, "␣puppy", 1, 4, "␣dog", 0.9, True))
    assert numbers.asked_words(rows, 2) == [0, 4]
    assert numbers.count_words_of(rows) == 3
    assert numbers.nearest_is_variant(table, rows) == pytest.approx(1 / 4)  # of cat it is Cat; of the others none


def test_places_of_a_pair_and_words_where_there_is_none():
    ways = [WayBack("cat", "kitten", 0.9, 3, 400, 2, 5)]
    assert numbers.place_of(ways, "cat", "kitten", "rank_back") == 400
    assert numbers.place_of(ways, "oak", "tree", "rank") == "(no place, since oak or tree is several tokens)"


def test_ranks_back_and_the_share_that_is_mutual(table):
    unit, allowed = numbers.rows_at_length_one(table), np.arange(9) < 8
    # Nearest to puppy are dog and kitten. Dog has kitten before it; kitten has Cat, cat, dog, and the bare cat.
    assert numbers.ranks_back(unit, [table.word_id("puppy")], 2, allowed).tolist() == [[2, 5]]
    assert numbers.share_mutual(np.array([[1, 2, 3, 40]]), 3) == 0.75


def test_mutual_links_toward_the_rarer_and_the_commoner_word(table):
    class Frequent:
        texts = ("dog", "cat", "kitten", "puppy")

    ids = [table.word_id("dog"), table.word_id("kitten"), table.word_id("cat")]
    ranks = np.array([[3, 9, 9], [5, 3, 1], [1, 1, 4]])
    # Near dog: kitten and puppy, both rarer, and Cat, which is rarer too. Near kitten: Cat, cat, dog, all commoner. Near cat: itself in
    # other letters twice, which does not count, and kitten.
    near = [[table.texts[i].strip().lower() for i in line] for line in _nearest(table, ids, 3)]
    place = {word: at for at, word in enumerate(Frequent.texts)}
    for toward_rarer in (True, False):
        wanted = [
            ranks[a, b] <= 3
            for a, own in enumerate(("dog", "kitten", "cat"))
            for b, other in enumerate(near[a])
            if other != own and (place[other] > place[own]) == toward_rarer
        ]
        found = numbers.share_answered(table, ranks, ids, Frequent, 3, toward_rarer)
        assert found == pytest.approx(np.mean(wanted))
    assert math.isnan(numbers.share_answered(table, ranks[:1], ids[:1], Frequent, 3, False))


def _nearest(table, ids, k):
    cosines = table.unit_rows[ids] @ table.unit_rows[:8].T
    cosines[np.arange(len(ids)), ids] = -2
    return np.argsort(-cosines, axis=1)[:, :k]


def test_a_crowd_in_numbers(table):
    crowd = Crowd(
        np.array([0, 1]), np.array([[3, 4], [3, 5]]), np.array([[0.9, 0.5], [0.7, 0.3]]), np.array([0.1, 0.2, 0.6])
    )
    assert numbers.median_cosine(crowd, 0) == pytest.approx(0.8)
    assert numbers.median_cosine(crowd, -1) == pytest.approx(0.4)
    assert numbers.median_random(crowd) == pytest.approx(0.2)
    assert numbers.most_lists(crowd) == 2
    assert numbers.tabulate_hubs(table, crowd, 2) == [(1, "␣kitten", 2, 0.5), (2, "␣dog", 1, 0.5)]
    assert numbers.share_of_hubs(table, crowd) == 1  # of nine tokens all are among the hundred


def test_a_shuffled_table_keeps_each_dimension(table):
    crowd = numbers.survey_shuffled(table, 4, 2, seed=0)
    assert crowd.neighbors.shape == (4, 2) and crowd.neighbors.max() < 8  # the row of no token is left out


def test_spaces_in_numbers():
    spaces = Spaces(["aaa", "bbb", "ccc", "ddd", "eee"], {"one": np.eye(5, dtype=np.float32)})
    assert numbers.count_common(spaces) == 5
    assert (
        numbers.chance_overlap(spaces, 2) == 1
    )  # two of four others, twice: each is in both with a chance of a quarter
    rows = [
        Neighborhood("aaa", "one", "bbb", "0.5", 0),
        Neighborhood("aaa", "two", "", "", 0),
        Neighborhood("bbb", "two", "", "", 0),
    ]
    assert numbers.count_looked_up(rows) == 2
    assert numbers.count_without_direction(rows, "two") == 2 and numbers.count_without_direction(rows, "one") == 0
    assert numbers.shared_by((["one", "two"], np.array([[2.0, 0.7], [0.7, 2.0]]), 3), "one", "two") == 0.7
    assert len(numbers.tabulate_spaces(spaces, ["aaa"], 0, 3, 2)) == 3


def test_torch_finds_the_same_and_notices_what_is_not(table):
    rows = numbers.word_neighbors(table, "cat", 2)
    assert numbers.topk_agrees(table, rows, 4)
    assert not numbers.topk_agrees(table, [row._replace(cosine=row.cosine - 0.01) for row in rows], 4)


def test_a_sentence_takes_one_row_for_each_token(table):
    assert numbers.rows_fit(table, "cat dog .") and numbers.is_lookup_table(table)
    table.n_dims = 3
    assert not numbers.rows_fit(table, "cat dog .")
