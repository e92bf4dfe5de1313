"""Mixing two rows: the paths, the crossing, and a small model that answers with what it is given."""

from contextlib import contextmanager

import numpy as np
import pytest

from embedguide.analysis.mixing import (
    Capital,
    find_capitals,
    mix_on_sphere,
    mix_straight,
    probabilities_with_rows,
    prompt_about,
    shares_of,
    step_at_random,
)
from embedguide.analysis.sweep_numbers import crossings, is_smooth, order_by_need, tabulate_ratios, tabulate_sweep
from embedguide.analysis.sweeps import (
    Lens,
    Sweep,
    find_crossing,
    find_sweep,
    layer_of_hearing,
    nearest_tokens,
    sweep_pairs,
)
from embedguide.models import NotOneToken

A, B = np.float32([3, 0, 0]), np.float32([0, 1, 0])
WORDS = ["The", "of", "X", "Y", "Z", "x", "y", "z"]
COUNTRIES = [Capital("X", "x", 2, 5), Capital("Y", "y", 3, 6), Capital("Z", "z", 4, 7)]


class Table:
    """Words between spaces are tokens; Two is two of them."""

    unused_ids = frozenset()
    vectors = np.eye(8, dtype=np.float32)
    unit_rows = vectors

    def word_id(self, word):
        if word not in WORDS:
            raise NotOneToken("two", f" {word}", (1, 2), ("␣Tw", "o"))
        return WORDS.index(word)

    def tokenize(self, text, special=False):
        return [WORDS.index(word) for word in text.split()]

    def glyph(self, token_id):
        return f"␣{WORDS[token_id]}"


class Echo:
    """Answers a capital by how much of its country stands at the place: softmax of the place's row, three columns on."""

    table = Table()
    gains = np.float32([1, 1, 4, 4, 8, 1, 1, 1])  # Z speaks louder than X and Y

    def __init__(self):
        self.hook = None
        self.sizes, self.read = [], []

    def embedding_rows(self, ids):
        return self.table.vectors[ids].copy()

    @contextmanager
    def embedding_hook(self, function):
        self.hook = function
        yield
        self.hook = None

    def read_beginning(self, ids):
        self.read.append(list(ids))
        return len(self.read)

    def next_token_probabilities_of(self, items, token_ids=None, after=None):
        vectors = np.stack([self.table.vectors[item] for item in items])
        vectors = self.hook(vectors) if self.hook else vectors
        self.sizes.append(len(items))
        scores = np.roll(vectors[:, -1] * self.gains, 3, axis=1)
        p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        return p[:, token_ids]


def test_the_line_and_the_arc():
    shares = shares_of(5)
    line, arc = mix_straight(A, B, shares), mix_on_sphere(A, B, shares)
    assert np.array_equal(line[0], B) and np.array_equal(line[-1], A)
    assert line[2].tolist() == [1.5, 0.5, 0]
    assert arc[[0, -1]] == pytest.approx(np.array([B, A]), abs=1e-6)
    assert np.linalg.norm(arc, axis=1) == pytest.approx([1, 1.5, 2, 2.5, 3])
    assert np.degrees(np.arctan2(arc[:, 1], arc[:, 0])) == pytest.approx([90, 67.5, 45, 22.5, 0], abs=1e-4)


@pytest.mark.parametrize(("other", "said"), [(2 * A, "0 degrees"), (-A, "180 degrees"), (0 * A, "zeros")])
def test_there_is_not_always_one_arc(other, said):
    with pytest.raises(ValueError, match=said):
        mix_on_sphere(A, other, shares_of(3))


def test_a_random_direction_reaches_as_far():
    shares = shares_of(9)
    steps = step_at_random(A, B, shares, np.random.default_rng(0))
    assert np.array_equal(steps[-1], A)
    assert np.linalg.norm(steps - A, axis=1) == pytest.approx((1 - shares) * np.linalg.norm(B - A), abs=1e-5)
    assert np.linalg.matrix_rank(steps - A, tol=1e-4) == 1


def test_words_of_several_tokens_are_refused_with_their_pieces():
    kept, refused = find_capitals(Table(), [("X", "x"), ("Y", "Two")])
    assert kept == COUNTRIES[:1]
    assert refused == [("Y", "Two", "Two", "␣Tw o")]
    with pytest.raises(ValueError, match="at least 2, got 1"):
        shares_of(1)
    with pytest.raises(ValueError, match="one token 'X' expected in 'X of X', got 2"):
        prompt_about(Table(), "{} of X", COUNTRIES[0])


def test_each_item_of_a_batch_gets_its_own_row(monkeypatch):
    monkeypatch.setattr("embedguide.analysis.mixing.BATCH", 2)
    model = Echo()
    prompt = prompt_about(model.table, "The of {}", COUNTRIES[0])
    assert prompt.place == 2
    found = probabilities_with_rows(model, prompt, model.embedding_rows([2, 3, 4]), [5, 6, 7])
    assert model.sizes == [2, 1] and model.read == [[0, 1]]
    assert found.argmax(axis=1).tolist() == [0, 1, 2] and found[0, 0] == pytest.approx(found[1, 1])


def test_equal_rows_are_asked_once():
    model = Echo()
    rows = model.embedding_rows([4, 2, 4, 3, 2])
    found = probabilities_with_rows(model, prompt_about(model.table, "{}", COUNTRIES[0]), rows, [5, 6, 7])
    assert model.sizes == [3] and model.read == []
    assert found.argmax(axis=1).tolist() == [2, 0, 2, 1, 0]


def test_sweeps_of_all_pairs_and_where_they_are_even():
    sweeps = sweep_pairs(Echo(), "The of {}", COUNTRIES, 17)
    assert [one.name for one in sweeps] == ["X – Y", "X – Z", "Y – Z"]
    even = [row.even_at for row in tabulate_ratios(sweeps)]
    # 4 s = 8 (1 - s) at two thirds.
    assert even == pytest.approx([0.5, 2 / 3, 2 / 3], abs=1e-4)
    assert find_sweep(sweeps, "Z", "X").p_source[-1] == sweeps[1].p_other[0]
    need = crossings(sweeps, ["X", "Y", "Z"])
    assert np.nansum(need + need.T) == pytest.approx(6) and np.isnan(np.diag(need)).all()
    assert order_by_need(sweeps, ["X", "Y", "Z"])[0] == "Z"
    assert len(tabulate_sweep(sweeps)) == 51 and is_smooth(sweeps[0])
    assert sweeps[0].nearest[0] == "␣Y" and sweeps[0].nearest[-1] == "␣X"
    assert sweeps[0].lengths[8] == pytest.approx(np.sqrt(0.5))
    with pytest.raises(KeyError, match="no sweep between X and Q"):
        find_sweep(sweeps, "X", "Q")


def test_a_crossing_is_found_between_steps_and_may_be_missing():
    shares = shares_of(3)
    assert find_crossing(shares, np.array([0.1, 0.4, 0.9]), np.array([0.4, 0.1, 0.1])) == pytest.approx(0.25)
    assert find_crossing(shares, np.array([0.1, 0.2, 0.3]), np.array([0.4, 0.4, 0.4])) is None


def test_a_curve_that_goes_back_is_not_smooth():
    p = np.linspace(0.1, 0.9, 5)
    one = Sweep(*COUNTRIES[:2], shares_of(5), p, p[::-1], [""] * 5, p, p)
    assert is_smooth(one)
    assert not is_smooth(one._replace(p_source=p[[0, 3, 1, 2, 4]]))


def test_the_layer_at_which_the_ends_part():
    balance = np.array([[0, 0], [1, 0.5], [-4, 3], [-6, 6]])
    assert layer_of_hearing(Lens(*COUNTRIES[:2], shares_of(2), balance)) == 2


def test_rows_without_a_token_are_never_nearest():
    table = Table()
    table.unused_ids = frozenset({0})
    tokens, cosines = nearest_tokens(table, np.float32([[5, 1, 0, 0, 0, 0, 0, 0]]))
    assert tokens == ["␣of"] and cosines == pytest.approx([1 / np.sqrt(26)])
