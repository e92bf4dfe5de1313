"""The scoreboard of word arithmetic: its lines, the questions that a page carries, and single numbers for the prose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from embedguide.analysis.analogies import Answer, Question, Refusal
from embedguide.analysis.analogy_scores import (
    RULES,
    Asked,
    Marks,
    Questions,
    Spellings,
    score_relation,
)
from embedguide.analysis.relations import Kept, Relation, keep_single_tokens
from embedguide.analysis.resampling import Interval, interval_of_gain, interval_of_mean, interval_of_share
from embedguide.analysis.similarity import cosine
from embedguide.models import NotOneToken, TokenTable

# Answers that the page carries for each question and rule.
N_ANSWERS = 6
# Among how many of the nearest tokens they are looked for; other spellings of the inputs never take so many places.
N_CANDIDATES = 64


class Score(NamedTuple):
    """One relation under one rule: arithmetic, the baseline "nearest to the third word", and their difference."""

    relation: str
    kind: str
    example: str
    n_pairs: int
    rule: str
    arithmetic: Interval
    third_word: Interval
    gain: Interval


def score_relations(table: TokenTable, relations: Sequence[Relation]) -> list[tuple[Kept, Marks]]:
    """Each relation with its pairs in this table and the marks of all questions; relations of fewer than two pairs are left out."""
    spellings = Spellings(table.texts)
    kept = [keep_single_tokens(table, relation) for relation in relations]
    return [(one, score_relation(table, spellings, one.ids)) for one in kept if len(one.ids) > 1]


def tabulate_scores(scored: Sequence[tuple[Kept, Marks]], seed: int) -> list[Score]:
    """One line per relation and rule."""
    return [
        Score(
            kept.relation.name, kept.relation.kind, "{} : {}".format(*kept.pairs[0]), len(kept.pairs), rule,
            interval_of_share(marks.arithmetic[rule], seed),
            interval_of_share(marks.third_word[rule], seed),
            interval_of_gain(marks.arithmetic[rule], marks.third_word[rule], seed),
        )
        for kept, marks in scored
        for rule in RULES
    ]  # fmt: skip


def mean_share(scored: Sequence[tuple[Kept, Marks]], rule: str, seed: int, *, baseline: bool = False) -> Interval:
    """The mean over relations, each counting the same, with its interval."""
    return interval_of_mean([(marks.third_word if baseline else marks.arithmetic)[rule] for _, marks in scored], seed)


def tabulate_means(by_vectors: Mapping[str, Sequence[tuple[Kept, Marks]]], seed: int) -> list[tuple]:
    """Rows: vectors, rule, mean share with its bounds, the baseline's mean share, questions asked."""
    rows = []
    for vectors, scored in by_vectors.items():
        asked = sum(len(kept.pairs) * (len(kept.pairs) - 1) for kept, _ in scored)
        for rule in RULES:
            mean = mean_share(scored, rule, seed)
            rows.append((vectors, rule, *mean, mean_share(scored, rule, seed, baseline=True).value, asked))
    return rows


def tabulate_relations(scored: Sequence[tuple[Kept, Marks]]) -> list[tuple]:
    """Rows: relation, kind, an example, pairs, questions, median rank of the hoped-for token, words refused with their pieces."""
    return [
        (
            kept.relation.name, kept.relation.kind, "{} : {}".format(*kept.pairs[0]), len(kept.pairs), len(kept.pairs) * (len(kept.pairs) - 1),
            float(np.median(marks.ranks[~np.eye(len(marks.ranks), dtype=bool)])),
            "; ".join(f"{word} ({pieces})" for word, pieces in kept.refused) or "none",
        )
        for kept, marks in scored
    ]  # fmt: skip


def tabulate_analogies(answers: Sequence[Answer], k: int) -> list[tuple]:
    """Rows: analogy, rank, token id, token, cosine, whether the inputs were excluded; `k` ranks each.

    Raises:
        ValueError: an answer holds fewer than `k` words once its inputs are out.
    """
    rows = []
    for one in answers:
        for excluded in (False, True):
            left = [n for n, asked in enumerate(one.asked) if not (excluded and asked)]
            if len(left) < k:
                raise ValueError(f"{k} answers to {one.question} are wanted, got {len(left)}: keep more of the nearest")
            rows += [
                (str(one.question), rank, one.ids[n], one.words[n], one.cosines[n], excluded)
                for rank, n in enumerate(left[:k], start=1)
            ]
    return rows


def tabulate_famous(answers: Sequence[Answer], refused: Sequence[Refusal]) -> list[tuple]:
    """Rows: question, hoped-for word, first of all tokens, its rank, first without inputs, its rank, why it was refused."""
    return [
        (str(a.question), a.question.expected, a.first, a.rank, a.first_without_inputs, a.rank_without_inputs, "")
        for a in answers
    ] + [
        (str(one.question), one.question.expected, None, None, None, None, f"{one.word} is {' '.join(one.pieces) or 'not in the vocabulary'}")
        for one in refused
    ]  # fmt: skip


def carry_questions(table: TokenTable, scored: Sequence[tuple[Kept, Marks]], n_pairs: int) -> list[tuple]:
    """Every question among the first pairs of each relation with its best answers under each rule.

    Rows: relation, the words b, a, c and the hoped-for d, its rank with the inputs out, the best tokens (parted by
    spaces, best first), their cosines in thousandths, and a digit for each: 1 an input, 2 another spelling of one,
    3 the hoped-for token, 4 another spelling of it, else 0.
    """
    spellings = Spellings(table.texts)
    rows = []
    for kept, marks in scored:
        pairs, questions = kept.pairs[:n_pairs], Questions(table, kept.ids[:n_pairs])
        for i, (a, b) in enumerate(pairs):
            for j, (c, d) in enumerate(pairs):
                if i != j:
                    best = _best_answers(questions.arithmetic(i, j), spellings, table)
                    rows.append((kept.relation.name, b, a, c, d, int(marks.ranks[i, j]), *best))
    return rows


def _best_answers(asked: Asked, spellings: Spellings, table: TokenTable) -> tuple[str, str, str]:
    n = min(N_CANDIDATES, len(asked.scores) - 1)
    near = sorted(np.argpartition(-asked.scores, n)[:n].tolist(), key=lambda i: (-asked.scores[i], i))
    alike = set(spellings.of(asked.inputs).tolist())
    hoped = set(spellings.of([asked.expected]).tolist())
    best: set[int] = set()
    for barred in (set(), set(asked.inputs), alike):
        best |= set([i for i in near if i not in barred][:N_ANSWERS])
    ordered = [i for i in near if i in best]

    def mark(i: int) -> str:
        return (
            "1"
            if i in asked.inputs
            else "3"
            if i == asked.expected
            else "2"
            if i in alike
            else "4"
            if i in hoped
            else "0"
        )

    return (
        " ".join(table.glyph(i).replace(" ", "␣") for i in ordered),
        " ".join(str(round(1000 * float(asked.scores[i]))) for i in ordered),
        "".join(map(mark, ordered)),
    )


def scores_under(scores: Sequence[Score], rule: str) -> list[Score]:
    """The lines of one rule."""
    return [score for score in scores if score.rule == rule]


def count_beating(scores: Sequence[Score], rule: str) -> int:
    """How many relations the arithmetic answers better than the third word alone, by an interval above zero."""
    return sum(score.gain.low > 0 for score in scores_under(scores, rule))


def count_mostly_right(scores: Sequence[Score], rule: str) -> int:
    """How many relations have more than half of their questions answered right."""
    return sum(score.arithmetic.value > 0.5 for score in scores_under(scores, rule))


def share_in(scores: Sequence[Score], relation: str, rule: str, measure: str = "arithmetic") -> float:
    """One share of the scoreboard.

    Raises:
        KeyError: there is no such line.
    """
    for score in scores:
        if (score.relation, score.rule) == (relation, rule):
            return float(getattr(score, measure).value)
    raise KeyError(f"no relation {relation!r}; there are {', '.join(dict.fromkeys(s.relation for s in scores))}")


def best_and_worst(scores: Sequence[Score], rule: str, *, best: bool) -> str:
    """The name of the relation with the highest or the lowest share."""
    choose = max if best else min
    return choose(scores_under(scores, rule), key=lambda score: score.arithmetic.value).relation


def largest_share_of_one_dimension(table: TokenTable, scored: Sequence[tuple[Kept, Marks]]) -> float:
    """The most that any one dimension holds of the squared length of a relation's mean step, over all relations."""
    found = []
    for kept, _ in scored:
        steps = table.rows([b for _, b in kept.ids]) - table.rows([a for a, _ in kept.ids])
        squares = np.square(steps.mean(axis=0, dtype=np.float64))
        found.append(squares.max() / squares.sum())
    return float(max(found))


def count_questions(scored: Sequence[tuple[Kept, Marks]]) -> int:
    """How many questions all relations ask together."""
    return sum(len(kept.pairs) * (len(kept.pairs) - 1) for kept, _ in scored)


def share_of_inputs_first(scored: Sequence[tuple[Kept, Marks]]) -> float:
    """The share of all questions whose nearest token, with all tokens allowed, is one that was asked with."""
    return sum(int(marks.inputs_first.sum()) for _, marks in scored) / count_questions(scored)


def _found(answered: tuple[Sequence[Answer], Sequence[Refusal]], question: Question) -> Answer | Refusal:
    return next(one for part in answered for one in part if one.question == question)


def first_answer(
    answered: tuple[Sequence[Answer], Sequence[Refusal]], question: Question, *, without_inputs: bool
) -> str:
    """The first answer to a question, or that it was refused."""
    found = _found(answered, question)
    if isinstance(found, Refusal):
        return "refused"
    return found.first_without_inputs if without_inputs else found.first


def rank_of_hoped(
    answered: tuple[Sequence[Answer], Sequence[Refusal]], question: Question, *, without_inputs: bool
) -> str:
    """The place of the hoped-for word, or that the question was refused."""
    found = _found(answered, question)
    if isinstance(found, Refusal):
        return "refused"
    return str(found.rank_without_inputs if without_inputs else found.rank)


def comes_first(
    answered: tuple[Sequence[Answer], Sequence[Refusal]], question: Question, *, without_inputs: bool
) -> bool | int:
    """Whether the hoped-for word comes first; of a refused question, how many tokens its word is."""
    found = _found(answered, question)
    if isinstance(found, Refusal):
        return len(found.pieces)
    return (found.rank_without_inputs if without_inputs else found.rank) == 1


def near_top(answered: tuple[Sequence[Answer], Sequence[Refusal]], question: Question, k: int) -> bool | int:
    """Whether the hoped-for word is among the first `k`, inputs out; of a refused question, how many tokens its word is."""
    found = _found(answered, question)
    return len(found.pieces) if isinstance(found, Refusal) else found.rank_without_inputs <= k


def closer_pair(table: TokenTable, pair: tuple[str, str], other: tuple[str, str]) -> bool | int:
    """Whether the first pair has the higher cosine; where a word is several tokens, how many."""
    try:
        first, second = (cosine(*table.rows([table.word_id(word) for word in words])) for words in (pair, other))
    except NotOneToken as error:
        return len(error.pieces)
    return bool(first > second)
