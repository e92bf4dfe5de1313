"""What the chapter on word2vec reads off its trainings and off GloVe: neighbors, windows, pairs and answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from embedguide.analysis.agreement import agreements, unit_rows
from embedguide.analysis.analogies import Answer, Question, answer
from embedguide.analysis.neighbors import nearest
from embedguide.analysis.plays import Vocabulary, split_speeches
from embedguide.analysis.similarity import cosine, percentile_among
from embedguide.analysis.word2vec import Training, answer_probabilities, one_hot_error
from embedguide.models import TokenTable

# How many words on either side the network sees.
WINDOW = 2
# Neighbors are looked for among words with some twenty places to learn from.
MIN_COUNT_OF_NEIGHBORS = 20
SEED = 0
# A line of a table.
Row = tuple[Any, ...]


def count_running_words(speeches: Sequence[Sequence[str]]) -> int:
    """How many words are spoken."""
    return sum(map(len, speeches))


def count_vocabulary(vocabulary: Vocabulary) -> int:
    """How many words have a row."""
    return len(vocabulary.words)


def share_of_text(vocabulary: Vocabulary, speeches: Sequence[Sequence[str]]) -> float:
    """The share of the running words that have a row."""
    return vocabulary.counts.sum() / count_running_words(speeches)


def agreements_of(training: Training, vocabulary: Vocabulary, glove: TokenTable, words: Sequence[str]) -> list[float]:
    """The agreement with GloVe at every moment, the start included."""
    return agreements([moment.hidden for moment in training.moments], vocabulary, glove, words)


def agreement_of_output(training: Training, vocabulary: Vocabulary, glove: TokenTable, words: Sequence[str]) -> float:
    """The agreement of the table that is thrown away."""
    return agreements([training.last.output], vocabulary, glove, words)[0]


def neighbors_by_training(
    trainings: Mapping[int, Training], vocabulary: Vocabulary, queries: Sequence[str], k: int
) -> list[Row]:
    """Rows: query, epochs of training, rank, word, cosine, how often the word occurs."""
    allowed, ids = vocabulary.counts >= MIN_COUNT_OF_NEIGHBORS, vocabulary.ids()
    rows = []
    for epochs, training in trainings.items():
        unit = unit_rows(training.last.hidden)
        for query in queries:
            found = zip(*nearest(unit, ids[query], k, allowed), strict=True)
            for rank, (i, c) in enumerate(found, start=1):
                rows.append((query, epochs, rank, vocabulary.words[i], float(c), int(vocabulary.counts[i])))
    return rows


def list_neighbors(rows: Sequence[Row], query: str, epochs: int, n: int = 5) -> str:
    """The first neighbors of a query as text."""
    return ", ".join(row[3] for row in rows if row[:2] == (query, epochs) and row[2] <= n)


def measured_pairs(
    pairs: Sequence[tuple[str, str]],
    glove: TokenTable,
    random_glove: np.ndarray,
    training: Training,
    vocabulary: Vocabulary,
) -> list[list[Any]]:
    """Rows: the words, cosine and percentile in GloVe, the same in the plays where both words are in them."""
    rows: list[list[Any]] = []
    ids = vocabulary.ids()
    hidden = training.last.hidden
    random_plays = random_cosines(hidden)
    for a, b in pairs:
        in_glove = cosine(*glove.rows([glove.word_id(a), glove.word_id(b)]))
        row = [a, b, float(in_glove), float(percentile_among(in_glove, random_glove)), None, None]
        if a.lower() in ids and b.lower() in ids:
            in_plays = cosine(hidden[ids[a.lower()]], hidden[ids[b.lower()]])
            row[4:] = float(in_plays), float(percentile_among(in_plays, random_plays))
        rows.append(row)
    return rows


def random_cosines(rows: np.ndarray, n_pairs: int = 100_000) -> np.ndarray:
    """Cosines of random pairs of different rows."""
    generator = np.random.default_rng(SEED)
    first = generator.integers(len(rows), size=n_pairs)
    second = (first + generator.integers(1, len(rows), size=n_pairs)) % len(rows)
    return cosine(rows[first], rows[second])


def cosine_in(rows: Sequence[list[Any]], a: str, b: str) -> float:
    """The cosine in GloVe of one pair of `measured_pairs`."""
    return next(row[2] for row in rows if row[:2] == [a, b])


def is_higher(rows: Sequence[list[Any]], pair: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether the first pair has the higher cosine in GloVe."""
    return cosine_in(rows, *pair) > cosine_in(rows, *other)


def answers_of_glove(glove: TokenTable, questions: Sequence[Question]) -> list[Answer]:
    """The answers among all 400,000 words."""
    vectors = np.asarray(glove.vectors, dtype=np.float32)
    return [answer(vectors, glove.texts, question) for question in questions]


def answers_of_plays(training: Training, vocabulary: Vocabulary, questions: Sequence[Question]) -> list[Answer]:
    """The answers from the plays, for the questions whose words are all in them."""
    ids = vocabulary.ids()
    return [
        answer(training.last.hidden, vocabulary.words, one)
        for one in questions
        if {*one.inputs, one.expected} <= ids.keys()
    ]


def tabulate_answers(by_vectors: Mapping[str, Sequence[Answer]]) -> list[Row]:
    """Rows: vectors, question, hoped-for word, first of all words, its rank, first without inputs, its rank."""
    return [
        (vectors, str(a.question), a.question.expected, a.first, a.rank, a.first_without_inputs, a.rank_without_inputs)
        for vectors, answers in by_vectors.items()
        for a in answers
    ]


def rank_of_expected(answers: Sequence[Answer], number: int, without_inputs: bool) -> int:
    """The rank of the hoped-for word of one question."""
    return answers[number].rank_without_inputs if without_inputs else answers[number].rank


def comes_first(answers: Sequence[Answer], number: int, without_inputs: bool) -> bool:
    """Whether it is the nearest."""
    return rank_of_expected(answers, number, without_inputs) == 1


def count_first(answers: Sequence[Answer], without_inputs: bool) -> int:
    """For how many questions the hoped-for word is the nearest."""
    return sum(comes_first(answers, number, without_inputs) for number in range(len(answers)))


def words_of(sentence: str) -> tuple[list[str], list[str]]:
    """A sentence cut as the plays are cut, and as it is printed."""
    printed = sentence.split()
    return [split_speeches(word)[0][0] for word in printed], printed


def windows(training: Training, vocabulary: Vocabulary, sentences: Sequence[str], k: int = 5) -> list[Row]:
    """What the network answers at every place of every sentence, a row for each: see `window_at`."""
    rows = []
    for number, sentence in enumerate(sentences):
        words, printed = words_of(sentence)
        for position in range(len(words)):
            rows.append((number, position, printed[position], *window_at(training, vocabulary, words, position, k)))
    return rows


def window_at(training: Training, vocabulary: Vocabulary, words: Sequence[str], position: int, k: int) -> Row:
    """Word, its row or None, neighbors' positions, `k` answers, their probabilities, the word's own probability and rank, and the `k` words raised most above chance."""
    ids = vocabulary.ids()
    around = [p for p in range(position - WINDOW, position + WINDOW + 1) if p != position and 0 <= p < len(words)]
    near = [p for p in around if words[p] in ids]
    p = answer_probabilities(training.last, vocabulary, [ids[words[i]] for i in near])
    # The network's scores alone: how much more often than chance a word stands here.
    lift = p / vocabulary.counts**0.75
    raised = np.argsort(-lift, kind="stable")[:k].tolist()
    best = np.argsort(-p, kind="stable")[:k].tolist()
    own = ids.get(words[position])
    return (
        words[position], own, " ".join(map(str, near)), " ".join(vocabulary.words[i] for i in best),
        " ".join(f"{p[i]:.4g}" for i in best), None if own is None else float(p[own]), None if own is None else int((p > p[own]).sum()) + 1,
        " ".join(vocabulary.words[i] for i in raised),
    )  # fmt: skip


def rows_of_windows(training: Training, window_rows: Sequence[Row]) -> np.ndarray:
    """The rows of the words of the sentences, in the order of `windows`; zeros where a word has none."""
    hidden = training.last.hidden
    return np.array([np.zeros(hidden.shape[1]) if row[4] is None else hidden[row[4]] for row in window_rows])


def guessed_right(training: Training, numbered: Sequence[np.ndarray], vocabulary: Vocabulary, n: int = 1000) -> float:
    """The share of places in the plays where the most probable word is the one that stands there."""
    generator = np.random.default_rng(SEED)
    right = 0
    for speech in generator.choice(np.flatnonzero([len(s) >= 2 * WINDOW + 1 for s in numbered]), size=n):
        words = numbered[speech]
        at = int(generator.integers(WINDOW, len(words) - WINDOW))
        near = [*words[at - WINDOW : at], *words[at + 1 : at + WINDOW + 1]]
        right += int(answer_probabilities(training.last, vocabulary, near).argmax()) == words[at]
    return right / n


def seven_steps_agree(training: Training, vocabulary: Vocabulary, neighbors: Sequence[str]) -> bool:
    """Whether one-hot vectors, matrix products, mean, softmax and argmax give what the network's lookup gives."""
    hidden, output = (table.astype(np.float64) for table in training.last)
    ids = vocabulary.ids()
    one_hot = np.eye(len(vocabulary.words))[[ids[word] for word in neighbors]]
    chance = vocabulary.counts**0.75 / (vocabulary.counts**0.75).sum()
    scores = (one_hot @ hidden).mean(axis=0) @ output.T + np.log(chance)
    softmax = np.exp(scores) / np.exp(scores).sum()
    return bool(np.allclose(softmax, answer_probabilities(training.last, vocabulary, [ids[w] for w in neighbors])))


def has_shape(training: Training, vocabulary: Vocabulary) -> bool:
    """Whether the hidden layer is vocabulary x embedding size, and the output layer its mirror."""
    return (
        training.last.hidden.shape
        == training.last.output.shape
        == (len(vocabulary.words), training.last.hidden.shape[1])
    )


def selects_a_row(training: Training, vocabulary: Vocabulary) -> bool:
    """Whether one-hot times the hidden layer is the word's row, to the last bit, for every tenth word."""
    return all(one_hot_error(training.last, i) == 0 for i in range(0, len(vocabulary.words), 10))


def count_examples(numbered: Sequence[np.ndarray], window: int) -> tuple[int, int]:
    """Examples of CBOW and of skip-gram: words with a neighbor, and pairs of neighbors."""
    lengths = np.array([len(s) for s in numbered])
    pairs = sum(2 * np.maximum(lengths - distance, 0).sum() for distance in range(1, window + 1))
    return int(lengths[lengths > 1].sum()), int(pairs)


def pairs_are_reversed(numbered: Sequence[np.ndarray], window: int, n: int = 300) -> bool:
    """Whether skip-gram's (word, neighbor) pairs are CBOW's (neighbor, word) pairs turned around, on the first speeches."""
    cbow, skip_gram = [], []
    for words in (s.tolist() for s in numbered[:n]):
        for at, word in enumerate(words):
            near = words[max(at - window, 0) : at] + words[at + 1 : at + 1 + window]
            cbow += [(neighbor, word) for neighbor in near]
            skip_gram += [(word, neighbor) for neighbor in near]
    return sorted((b, a) for a, b in skip_gram) == sorted(cbow)


def nearest_in_group(
    training: Training, vocabulary: Vocabulary, groups: Mapping[str, Sequence[str]], moment: int
) -> float:
    """The share of the map's colored words whose nearest colored word is of the same group."""
    ids = vocabulary.ids()
    names = [group for group, words in groups.items() for _ in words]
    unit = unit_rows(training.moments[moment].hidden[[ids[w] for words in groups.values() for w in words]])
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -2)
    return float(np.mean([names[i] == names[j] for i, j in enumerate(cosines.argmax(axis=1).tolist())]))
