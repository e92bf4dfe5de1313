"""Lookups, sizes, probes and the layout of vocabularies, on tables small enough to check by hand."""

import numpy as np
import pytest

from embedguide.analysis import lookup, lookup_probes, vocabulary
from embedguide.analysis.lookup import one_hot, rows_by_embedding, rows_by_product, small_table, table_size
from embedguide.analysis.lookup_numbers import class_defaults


class TinyTable:
    """Six tokens in three dimensions."""

    name, title = "tiny", "Tiny"
    n_tokens, n_dims = 6, 3
    special_ids, unused_ids = frozenset({0, 5}), frozenset({4})
    texts = ("<s>", " cat", "Cat", " dog", "", "</s>")
    vectors = np.array([[3, 4, 0], [1, 0, 2], [0, 1, 2], [2, 0, 1], [9, 9, 9], [6, 8, 0]], dtype=np.float16)

    def glyph(self, token_id):
        return self.texts[token_id].replace(" ", "␣")

    def rows(self, ids):
        return np.asarray(self.vectors[list(ids)], dtype=np.float32)

    def tokenize(self, text, special=False):
        return [self.texts.index(" " + word) for word in text.split()]

    def word_id(self, word):
        return self.texts.index(" " + word)


def test_one_hot_rows_have_their_one_in_the_column_of_the_id():
    assert one_hot([2, 0], 3).tolist() == [[0, 0, 1], [1, 0, 0]]


def test_an_id_outside_of_the_table_is_named():
    with pytest.raises(ValueError, match="between 0 and 3, got 4"):
        one_hot([1, 4], 4)
    with pytest.raises(ValueError, match="got -1"):
        one_hot([-1], 4)


def test_product_and_lookup_give_the_same_rows_over_block_borders(monkeypatch):
    monkeypatch.setattr(lookup, "BLOCK", 3)
    vectors = np.random.default_rng(0).normal(size=(10, 4)).astype(np.float16)
    expected = vectors[[9, 0, 3]].astype(np.float32)
    assert np.array_equal(rows_by_product([9, 0, 3], vectors), expected)
    assert np.array_equal(rows_by_embedding([9, 0, 3], vectors), expected)


def test_the_small_table_is_the_one_that_the_book_prints_and_leaves_the_generator_alone():
    import torch

    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    small = small_table(4, 5, 123)
    assert small[2].round(4).tolist() == [0.6957, -1.8061, -1.1589, 0.3255, -0.6315]
    assert torch.rand(1) == expected


def test_sizes_are_rows_times_columns_times_two_bytes():
    size = table_size("GPT-2", 50257, 768, 124.0, "published")
    assert size.numbers == pytest.approx(38.597376)
    assert size.megabytes == pytest.approx(77.194752)
    assert size.share == pytest.approx(31.127, abs=1e-3)
    assert table_size("words", 10, 2, None, "counted").share is None


def test_special_tokens_know_their_twin_and_their_place_among_the_lengths():
    first, last = lookup.tabulate_special(TinyTable())
    assert (first.token, first.length, first.twin) == ("<s>", 5.0, "</s>")
    assert first.twin_cosine == pytest.approx(1)
    # Three of the five rows in use are shorter than 5; the row of no token does not count.
    assert (first.percentile, last.percentile) == (60.0, 80.0)
    assert lookup.count_twins([first, last], 0.9999) == 2


def test_ids_are_compared_and_words_of_several_tokens_left_empty():
    rows = lookup.compare_ids([("cat", 3), ("cat dog", 99)], [TinyTable()])
    assert rows == [["cat", 3, 1, "␣dog"], ["cat␣dog", 99, None, None]]


def test_a_rank_chance_counts_ties_half():
    inside, outside = np.array([[2.0], [1.0]]), np.array([[1.0], [0.0]])
    assert lookup_probes.rank_chance(inside, outside) == pytest.approx([0.875])


def test_groups_on_one_dimension_are_told_apart_by_it():
    generator = np.random.default_rng(1)
    vectors = generator.normal(size=(40, 8)) * 0.1
    vectors[:8, 5] += 5

    class Groups(TinyTable):
        n_tokens, n_dims = 40, 8
        unused_ids = frozenset()
        texts = tuple(f" w{n}" for n in range(40))

    Groups.vectors = vectors.astype(np.float16)
    groups = {"high": [f"w{n}" for n in range(8)], "rest": [f"w{n}" for n in range(8, 16)]}
    high, _ = lookup_probes.tell_groups_apart(Groups(), groups, n_splits=4, seed=0)
    assert high.one_dimension == high.one_direction == 1
    # Above the middle one of four unseen words only words of the group can stand: at most 6 of 8.
    assert 1 <= high.above_dimension <= 6


def test_shapes_are_written_in_one_piece_with_thin_spaces():
    assert lookup_probes.shape_text((7, 151936)) == "7\u00a0×\u00a0151\u202f936"


@pytest.mark.parametrize(("token", "shelf"), [("␣Cat", "c"), ("cat", "c"), ("7", "7"), ("<s>", "other"), ("␣␣", "other"), ("", "other"), ("é", "u0"), ("中", "u4e")])  # fmt: skip
def test_tokens_lie_on_the_shelf_of_their_first_sign(token, shelf):
    assert vocabulary.shelf_of(token) == shelf


def test_every_token_in_use_can_be_found_where_the_index_says():
    shelves = vocabulary.shelve(TinyTable())
    everything = vocabulary.vocabulary_bytes(shelves).tobytes()
    found = {}
    for shelf in vocabulary.vocabulary_index(shelves):
        lines = everything[shelf.offset : shelf.offset + shelf.length].decode().splitlines()
        for line in lines:
            number, token = line.split(" ")
            assert vocabulary.shelf_of(token) == shelf.begins_with
            found[int(number, 36)] = token
    assert found == {0: "<s>", 1: "␣cat", 2: "Cat", 3: "␣dog", 5: "</s>"}


@pytest.mark.parametrize("number", [0, 35, 36, 151935])
def test_base_36_reads_back(number):
    assert int(vocabulary.base36(number), 36) == number


def test_carried_rows_come_back_within_half_a_step_of_their_own_scale():
    rows, scales = vocabulary.rows_and_scales(TinyTable(), [0, 3])
    restored = rows * scales[:, None]
    assert np.abs(restored - TinyTable().rows([0, 3])).max() <= scales.max() / 2
    assert np.abs(rows).max(axis=1).tolist() == [127, 127]


def test_defaults_of_a_configuration_come_in_the_order_that_was_asked_for():
    transformers = pytest.importorskip("transformers")
    config = transformers.AutoConfig.for_model("llama4_vision_model")
    keys = ["vision_output_dim", "hidden_size", "num_hidden_layers"]
    assert class_defaults("Llama4VisionConfig", keys) == [config.to_dict()[key] for key in keys]
