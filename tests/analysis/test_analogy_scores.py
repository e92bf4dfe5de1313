"""The scoreboard of word arithmetic: marks recomputed the long way, and intervals that cover what they should."""

import numpy as np
import pytest

from embedguide.analysis.analogies import Question, answer
from embedguide.analysis.analogy_scores import KEPT, OUT, RULES, SPELLINGS_OUT, Spellings, score_relation
from embedguide.analysis.relations import RELATIONS, Relation, keep_single_tokens
from embedguide.analysis.resampling import (
    interval_of_gain,
    interval_of_mean,
    interval_of_share,
    share_over_pairs,
    wilson,
)
from embedguide.analysis.scoreboard import carry_questions, count_beating, tabulate_analogies, tabulate_scores
from embedguide.models import NotOneToken

N_PAIRS = 6
WORDS = [f"{letter}{i}" for i in range(N_PAIRS) for letter in "ab"]


class Table:
    """Pairs a0 : b0, a1 : b1 ... with a step that is nearly the same, some twins in capitals, and noise."""

    def __init__(self, step=2.0, seed=0):
        generator = np.random.default_rng(seed)
        base = generator.normal(size=(N_PAIRS, 8))
        direction = generator.normal(size=8)
        pairs = [(a, a + step * direction + 0.7 * generator.normal(size=8)) for a in base]
        rows = [row for pair in pairs for row in pair]
        rows += [row + 0.05 * generator.normal(size=8) for row in rows[:6]]  # " A0", " B0" ... spelled otherwise
        rows += list(generator.normal(size=(40, 8)))
        self.vectors = np.array([*rows, rows[1]], dtype=np.float32)
        self.texts = [f" {word}" for word in WORDS] + [f" {word.upper()}" for word in WORDS[:6]]
        self.texts += [f" other{i}" for i in range(40)] + [""]
        self.unused_ids = frozenset({len(self.texts) - 1})
        self.unit_rows = self.vectors / np.linalg.norm(self.vectors, axis=1, keepdims=True)

    def word_id(self, word):
        if f" {word}" not in self.texts:
            raise NotOneToken("several", f" {word}", (1, 2), (word[:1], word[1:]))
        return self.texts.index(f" {word}")

    def rows(self, ids):
        return self.vectors[ids]

    def glyph(self, token_id):
        return self.texts[token_id].replace(" ", "␣")


RELATION = Relation("letters", "grammar", tuple((f"a{i}", f"b{i}") for i in range(N_PAIRS)))


@pytest.fixture
def table():
    return Table()


@pytest.fixture
def marks(table):
    return score_relation(table, Spellings(table.texts), keep_single_tokens(table, RELATION).ids)


def test_marks_are_those_of_one_question_at_a_time(table, marks):
    texts = [text.strip() for text in table.texts[:-1]]
    for i in range(N_PAIRS):
        for j in range(N_PAIRS):
            if i == j:
                assert not any(marks.arithmetic[rule][i, j] for rule in RULES) and marks.ranks[i, j] == 0
                continue
            one = answer(table.vectors[:-1], texts, Question(f"b{i}", f"a{i}", f"a{j}", f"b{j}"), k=len(texts))
            assert marks.arithmetic[KEPT][i, j] == (one.rank == 1)
            assert marks.arithmetic[OUT][i, j] == (one.rank_without_inputs == 1)
            assert marks.ranks[i, j] == one.rank_without_inputs
            assert marks.inputs_first[i, j] == one.asked[0]
            inputs = {word.lower() for word in one.question.inputs}
            left = [word for word in one.words if word.lower() not in inputs]
            assert marks.arithmetic[SPELLINGS_OUT][i, j] == (left[0].lower() == f"b{j}")
    assert 0 < marks.arithmetic[OUT].sum() < N_PAIRS * (N_PAIRS - 1)
    # The rules are not the same here, or the test would not tell them apart.
    assert len({marks.arithmetic[rule].sum() for rule in RULES}) == 3


def test_the_baseline_is_the_nearest_to_the_third_word(table, marks):
    cosines = table.unit_rows[:-1] @ table.unit_rows[:-1].T
    for i, j in ((0, 1), (3, 5), (5, 2)):
        scores = cosines[table.word_id(f"a{j}")].copy()
        assert not marks.third_word[KEPT][i, j]  # a word is nearest to itself
        scores[[table.word_id(word) for word in (f"a{i}", f"b{i}", f"a{j}")]] = -2
        assert marks.third_word[OUT][i, j] == (scores.argmax() == table.word_id(f"b{j}"))


def test_words_of_several_tokens_are_named(table):
    kept = keep_single_tokens(
        table, Relation("letters", "grammar", (("a0", "b0"), ("a1", "zz"), ("a1", "b1"), ("a0", "b0")))
    )
    assert kept.pairs == [("a0", "b0"), ("a1", "b1")]
    assert kept.refused == [("zz", "z z")]
    with pytest.raises(ValueError, match="needs two pairs, got 1"):
        score_relation(table, Spellings(table.texts), kept.ids[:1])


def test_spellings_take_case_and_spaces_for_the_same():
    spellings = Spellings([" cat", "Cat", "dog", "!", "?", "CAT"])
    assert sorted(spellings.of([0])) == [0, 1, 5]
    assert spellings.of([3]).tolist() == [3]


def test_questions_that_a_page_carries(table, marks):
    kept = keep_single_tokens(table, RELATION)
    rows = carry_questions(table, [(kept, marks)], n_pairs=4)
    assert len(rows) == 12
    for _, _, _, third, expected, rank, tokens, cosines, digits in rows:
        listed, values = tokens.split(" "), [int(one) for one in cosines.split(" ")]
        assert len(listed) == len(values) == len(digits) and values == sorted(values, reverse=True)
        assert digits[listed.index(f"␣{third}")] == "1" if f"␣{third}" in listed else True
        left = [token for token, digit in zip(listed, digits, strict=True) if digit != "1"]
        if rank == 1:
            assert left[0] == f"␣{expected}"


def test_ten_ranks_with_and_without_the_inputs(table):
    one = answer(table.vectors[:-1], [t.strip() for t in table.texts[:-1]], Question("b0", "a0", "a1", "b1"), k=12)
    rows = tabulate_analogies([one], 9)
    assert [row[1] for row in rows] == [*range(1, 10)] * 2
    assert not {"a0", "b0", "a1"} & {row[3] for row in rows if row[5]}
    with pytest.raises(ValueError, match="keep more"):
        tabulate_analogies([one], 12)


def test_shares_count_no_question_of_a_pair_with_itself():
    marks = np.array([[True, True, False], [True, True, False], [False, False, True]])
    assert share_over_pairs(marks, np.ones(3)) == pytest.approx(2 / 6)
    # Pair 0 twice and pair 1 once: the two questions between them are all there are.
    assert share_over_pairs(marks, np.array([2.0, 1, 0])) == 1


def test_wilson_is_that_of_scipy():
    from scipy.stats import binomtest

    for right, n in ((0, 20), (7, 25), (25, 25)):
        interval = binomtest(right, n).proportion_ci(method="wilson")
        assert wilson(right / n, n) == pytest.approx((interval.low, interval.high), abs=1e-6)


def toy(generator, n=24):
    """Marks whose questions hang together by pair: each pair is good or bad as a target and as a step."""
    ease = generator.normal(size=(n, 1)) + generator.normal(size=(1, n))
    return generator.random((n, n)) < 1 / (1 + np.exp(-1.5 * ease))


def test_the_interval_covers_the_truth_and_a_count_of_questions_would_not():
    generator = np.random.default_rng(1)
    truth = np.mean([share_over_pairs(toy(generator), np.ones(24)) for _ in range(2000)])
    hits, naive = [], []
    for number in range(160):
        marks = toy(generator)
        one = interval_of_share(marks, seed=number)
        hits.append(one.low <= truth <= one.high)
        low, high = wilson(one.value, 24 * 23)
        naive.append(low <= truth <= high)
    assert 0.88 <= np.mean(hits) <= 0.99
    assert np.mean(naive) < 0.6


def test_intervals_at_the_ends_are_not_empty():
    none = interval_of_share(np.zeros((20, 20), dtype=bool), 0)
    assert none.value == none.low == 0 and none.high == pytest.approx(wilson(0, 20)[1])


def test_a_gain_is_paired_and_a_mean_lies_between():
    generator = np.random.default_rng(2)
    marks = toy(generator)
    assert interval_of_gain(marks, marks, 0) == (0, 0, 0)
    better = interval_of_gain(marks, np.zeros_like(marks), 0)
    assert better.low > 0
    mean = interval_of_mean([marks, np.zeros_like(marks)], 0)
    assert mean.value == pytest.approx(better.value / 2) and mean.low < mean.value < mean.high


def test_scores_of_all_rules(table, marks):
    scores = tabulate_scores([(keep_single_tokens(table, RELATION), marks)], 0)
    assert [score.rule for score in scores] == list(RULES)
    assert all(s.arithmetic.low <= s.arithmetic.value <= s.arithmetic.high for s in scores)
    assert count_beating(scores, OUT) in (0, 1)


def test_the_word_lists_are_pairs_of_different_words():
    for relation in RELATIONS:
        assert 15 <= len(relation.pairs) <= 40
        assert len(set(relation.pairs)) == len(relation.pairs)
        assert all(a != b for a, b in relation.pairs)
