"""What must stay true of the chapter on learning: counts of rows, losses and correlations, computed another way."""

import numpy as np
import pytest
from committed import Committed
from scipy.stats import spearmanr

from embedguide.analysis.plays import count_words, split_speeches
from embedguide.models import open_language_model, open_token_table
from embedguide.sources import fetch

COMMITTED = Committed("learning")
pytestmark = pytest.mark.real


def document(name):
    alone = (COMMITTED.folder / f"{name}.json").exists()
    return COMMITTED.document(name, None if alone else "smollm2-135m")


def records(name):
    found = document(name)
    return COMMITTED.records(name, found["model"])


def test_loss_starts_where_nothing_is_known_and_falls():
    assert document("loss-of-knowing-nothing")["value"] == pytest.approx(np.log(2002), abs=1e-5)
    assert document("loss-before")["value"] == pytest.approx(np.log(2002), abs=0.05)
    # Knowing only how frequent each word is leaves the entropy of single words.
    speeches = split_speeches(fetch("shakespeare-plays").path().read_text(encoding="utf-8"))
    vocabulary, n = count_words(speeches, 5), sum(map(len, speeches))
    kept = vocabulary.counts[:2000]
    p = np.array([*kept, n - kept.sum()]) / n
    assert document("loss-after")["value"] < -(p * np.log(p)).sum() - 0.4


def test_smollm2_ties_its_table_and_every_row_has_a_gradient():
    import torch

    model = open_language_model("smollm2-135m")
    ids = model.table.tokenize("The cat sat on the mat")
    rows = records("steps")
    tied = next(row for row in rows if row["output"] == "tied" and row["rows"] == model.table.n_tokens)
    through = next(row for row in rows if row["output"] == "input side alone")
    # By the definition: the gradient of the scores is probability minus answer, that of an output row its product
    # with the final states; a row has none only where that product is zero at every position.
    with torch.no_grad():
        scores = model._module(input_ids=torch.tensor([ids]), use_cache=False).logits[0, :-1].double()
    probabilities = torch.softmax(scores, dim=-1)
    assert tied["gradient"] == int((probabilities.sum(dim=0) > 0).sum()) == model.table.n_tokens
    assert through["gradient"] == len(set(ids[:-1])) == document("sentence-rows")["value"]
    assert document("sentence-tokens")["value"] == len(set(ids))


def test_rows_of_the_line():
    words = {"to", "be", "or", "not", "that", "is", "the"}
    assert document("rows-untied")["value"] == len(words) + 1  # and the start of a speech
    assert document("rows-tied")["value"] == 2002
    shown = records("gradients")
    assert {row["token"] for row in shown if row["untied"] > 0} == words | {"‹start›"}
    assert all(row["tied"] > 0 for row in shown)
    moved = {row["optimizer"]: row["moved"] for row in records("steps") if row["output"] == "its own"}
    assert moved["SGD"] == moved["Adam"] == len(words) + 1 < moved["Adam, second step"]
    assert moved["AdamW"] > moved["Adam, second step"]


def test_drawn_pairs_follow_their_company():
    rows = records("company")
    shared, before, after = (np.array([row[name] for row in rows]) for name in ("company", "before", "after"))
    assert spearmanr(shared, after).statistic == pytest.approx(document("company-after")["value"], abs=0.06)
    assert abs(spearmanr(shared, before).statistic) < 0.08


def test_unused_rows_are_those_beyond_the_tokenizer():
    table = open_token_table("qwen2.5-0.5b")
    n_of_tokenizer = table._tokenizer.get_vocab_size(with_added_tokens=True)
    assert document("unused-rows")["value"] == table.n_tokens - n_of_tokenizer > 0


def test_every_claim_row_of_the_chapter_has_a_verdict():
    mine = COMMITTED.claims()
    assert {claim["id"] for claim in mine} == {"C66", "C91", "C114", "C115"}
    assert all(claim["verdict"] in ("reproduced", "differs") for claim in mine)
