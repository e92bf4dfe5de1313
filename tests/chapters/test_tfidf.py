"""What must stay true of the chapter on counting: its committed numbers are those of the real text."""

import math
import re
from base64 import b64decode
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from committed import Committed

from embedguide.sources import fetch

COMMITTED = Committed("tfidf")
pytestmark = pytest.mark.real


result = COMMITTED.document
records = COMMITTED.records


@pytest.fixture(scope="module")
def chunks():
    """Ten counters of words, cut without the chapter's code."""
    words = re.findall(r"[a-z]+(?:'[a-z]+)*", fetch("tinyshakespeare").path().read_text("utf-8").lower())
    # The first chunks have one word more where ten does not divide the number of words.
    size, more = divmod(len(words), 10)
    ends = np.cumsum([0] + [size + (n < more) for n in range(10)])
    return [Counter(words[a:b]) for a, b in pairwise(ends)]


def test_the_shares_are_those_of_the_text(chunks):
    total = sum(chunks, Counter())
    within = {word: sum(word in chunk for chunk in chunks) for word in total}
    everywhere = [word for word, n in within.items() if n == 10]
    assert result("n-words")["value"] == len(total)
    assert result("idf-zero-words")["value"] == len(everywhere)
    assert result("words-in-one-chunk")["value"] == sum(n == 1 for n in within.values())
    assert result("idf-zero-text")["value"] == pytest.approx(
        sum(total[w] for w in everywhere) / total.total(), rel=1e-4
    )


def test_the_weights_follow_the_formulas(chunks):
    for row in records("weights"):
        within = [chunk for chunk in chunks if row["word"] in chunk]
        idf = math.log(10 / len(within))
        assert (row["times"], row["chunks"]) == (sum(c[row["word"]] for c in within), len(within))
        assert row["idf"] == pytest.approx(idf, abs=1e-5)
        assert row["largest"] == pytest.approx(1e6 * max(c[row["word"]] / c.total() for c in within) * idf, rel=1e-4)


def test_a_distance_on_the_map_is_a_distance_in_the_plane_of_the_real_counts(chunks):
    words = sorted(sum(chunks, Counter()))
    idf = np.array([math.log(10 / sum(word in chunk for chunk in chunks)) for word in words])
    table = np.array([[chunk[word] / chunk.total() for chunk in chunks] for word in words]) * idf[:, None]
    left, values, _ = np.linalg.svd(table - table.mean(axis=0), full_matrices=False)
    expected = left[:, :2] * values[:2]
    figure = result("word-map")["plotly"]["data"][0]
    at = {name: np.frombuffer(b64decode(figure[name]["bdata"]), "<i2") * figure[name]["scale"] for name in "xy"}  # fmt: skip
    drawn = {word: np.array([at["x"][n], at["y"][n]]) for n, word in enumerate(figure["text"])}
    place = {word: expected[n] for n, word in enumerate(words)}
    for a, b in [("petruchio", "the"), ("coriolanus", "petruchio"), ("romeo", "two")]:
        found, wanted = (float(np.linalg.norm(p[a] - p[b])) for p in (drawn, place))
        assert found == pytest.approx(wanted, abs=3 * figure["x"]["scale"])
    assert np.linalg.norm(drawn["two"] - drawn["the"]) == 0


def test_the_library_map_is_plain_frequency_and_the_pages_map_is_not():
    page, library = records("formulas")
    assert library["correlation"] > 0.95 > 0.2 > abs(page["correlation"])
    assert library["first"] > 0.8 > 0.3 > page["first"]


def test_numbers_are_neighbors_in_glove_only():
    rows = {row["vectors"]: row for row in records("neighbors")}
    nearest = records("nearest-words")
    numbers = {row["word"] for row in nearest}
    assert rows["GloVe"]["hits"] > 0.5 > rows["tf-idf of this page"]["hits"]
    assert sum(row["glove"] in numbers for row in nearest) / len(nearest) == pytest.approx(
        rows["GloVe"]["hits"], abs=1e-4
    )
    assert {row["word"] for row in nearest if row["page"] is None} == {r["word"] for r in records("weights") if r["idf"] == 0} & numbers  # fmt: skip


def test_every_claim_row_has_a_verdict():
    mine = {(claim["id"], claim["part"]): claim["verdict"] for claim in COMMITTED.claims()}
    assert {row for row, _ in mine} == {"C45", "C46", "C47", "C48", "C49", "C50"}
    assert {mine["C46", part] for part in ("tf", "idf", "tfidf")} == {"reproduced"}
