"""What must stay true of the chapter on word2vec: its numbers are those of GloVe's file, of the plays, and of gensim's kind."""

import re
from collections import Counter

import numpy as np
import pytest
from committed import Committed

from embedguide.analysis.agreement import agreements, shared_words
from embedguide.analysis.plays import count_words, number_words, split_speeches
from embedguide.analysis.word2vec import train_cbow
from embedguide.models import open_token_table
from embedguide.sources import fetch

COMMITTED = Committed("word2vec")
pytestmark = pytest.mark.real


document = COMMITTED.document
records = COMMITTED.records


@pytest.fixture(scope="module")
def plays():
    return fetch("shakespeare-plays").path().read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def speeches(plays):
    return split_speeches(plays)


@pytest.fixture(scope="module")
def glove():
    """GloVe's words and rows, read from its two files alone, rows float64."""
    import pyarrow.parquet as parquet

    local = fetch("glove-6b-50d")
    index = parquet.read_table(local.path("glove_6B_index.parquet")).to_pydict()
    words = next(column for column in index.values() if isinstance(column[0], str))
    return words, np.load(local.path("glove_6B_50d_emb.npy")).astype(np.float64)


def test_the_counts_are_those_of_the_text(plays):
    spoken = "\n".join(
        "\n".join(block.split("\n")[block.split("\n")[0].endswith(":") :])
        for block in re.split(r"\n\s*\n", plays.strip())
        if not block.startswith("#")
    )
    counts = Counter(re.findall(r"[a-z]+(?:['’][a-z]+)*", spoken.lower()))
    assert document("running-words")["value"] == sum(counts.values())
    assert document("vocabulary-size")["value"] == sum(n >= 5 for n in counts.values())


def test_pairs_are_the_cosines_of_gloves_file(glove):
    words, rows = glove
    ids = {word: number for number, word in enumerate(words)}
    for pair in records("pairs"):
        a, b = (rows[ids[word.lower()]] for word in pair["pair"].split(" – "))
        assert pair["cosine"] == pytest.approx(a @ b / np.linalg.norm(a) / np.linalg.norm(b), abs=2e-3)


def test_ranks_of_the_answers(glove):
    words, rows = glove
    ids = {word: number for number, word in enumerate(words)}
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    for found in (row for row in records("answers") if row["vectors"] == "GloVe"):
        *asked, hoped = re.split(r" [−+≈] ", found["question"])
        start, minus, plus = (rows[ids[word]] for word in asked)
        cosines = unit @ (start - minus + plus)
        ahead = [words[i] for i in np.flatnonzero(cosines > cosines[ids[hoped]] + 1e-3)]
        # Rows of the table are rounded to float16, so neighbors with nearly the same cosine may change places.
        assert abs(found["rank"] - 1 - len(ahead)) <= 0.02 * len(ahead) + 1
        assert found["first"] == words[int(cosines.argmax())]
        cosines[[ids[word] for word in asked]] = -np.inf
        assert found["first_without"] == words[int(cosines.argmax())]


def test_one_reading_trained_again_gives_the_same_neighbors(speeches):
    vocabulary = count_words(speeches, 5)
    hidden = train_cbow(number_words(speeches, vocabulary), vocabulary, 1, 0).last.hidden
    unit = hidden / np.linalg.norm(hidden, axis=1, keepdims=True)
    cosines = unit @ unit[vocabulary.words.index("sword")]
    cosines[(vocabulary.counts < 20)] = -2
    nearest = [vocabulary.words[i] for i in np.argsort(-cosines)[1:9]]
    found = [row["word"] for row in records("neighbors") if row["query"] == "sword" and row["epochs"] == 1]
    assert found == nearest


def test_gensim_comes_to_a_like_agreement(speeches):
    from gensim.models import Word2Vec

    theirs = Word2Vec(
        speeches, vector_size=50, window=5, min_count=5, sample=2e-4, negative=5, epochs=5, alpha=0.1, workers=1, seed=1,
    ).wv  # fmt: skip
    vocabulary, table = count_words(speeches, 5), open_token_table("glove-6b-50d")
    words = shared_words(vocabulary, table, 150, 1000)
    (agreement,) = agreements([theirs[vocabulary.words]], vocabulary, table, words)
    assert agreement == pytest.approx(document("agreement-5")["value"], abs=0.05)
    own = {row["word"] for row in records("neighbors") if row["query"] == "father" and row["epochs"] == 5}
    assert len(own & {word for word, _ in theirs.most_similar("father", topn=20)}) >= 3


def test_one_reading_is_noise_and_five_are_not():
    after = {n: document(f"agreement-{n}")["value"] for n in (1, 5, 10, 15)}
    assert after[1] < 0.5 * after[5]
    assert max(after[10], after[15]) < after[5]  # as the figure's caption says


def test_the_windows_hold_probabilities_and_what_they_say():
    rows = records("windows")
    assert len({row["sentence"] for row in rows}) == 5
    for row in rows:
        p = [float(text) for text in row["probabilities"].split(" ")]
        assert p == sorted(p, reverse=True) and 0 < sum(p) < 1
        assert len(row["answers"].split(" ")) == len(p)
        if row["rank"] and row["rank"] <= len(p):
            assert row["answers"].split(" ")[row["rank"] - 1] == row["word"]


def test_every_claim_row_of_the_chapter_has_a_verdict():
    mine = COMMITTED.claims()
    assert {claim["id"] for claim in mine} == {"C43", "C51", "C53", "C54", "C55", "C56", "C108", "C114"}
    assert len([claim for claim in mine if claim["id"] == "C108"]) == 8
    assert all(claim["verdict"] in ("reproduced", "differs") for claim in mine)
