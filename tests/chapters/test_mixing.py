"""What must stay true of the chapter on mixing: its probabilities are those of transformers, fed with mixed vectors."""

import numpy as np
import pytest
import torch
from committed import Committed

from embedguide.models import open_language_model

COMMITTED = Committed("mixing")
MODELS = ("smollm2-135m", "qwen2.5-0.5b")
PAIRS = (("Germany", "France", "Berlin", "Paris"), ("Italy", "Japan", "Rome", "Tokyo"))
pytestmark = pytest.mark.real


@pytest.fixture(scope="module", params=MODELS)
def opened(request):
    return request.param, open_language_model(request.param)


def logits_of_mixes(model, source, other, steps=17):
    """Logits and hidden states of the last token, the mixed vectors given to transformers itself; no hook."""
    module, table = model._module, model.table
    ids = table.tokenize(f"The capital of {source} is", special=True)
    place = ids.index(table.word_id(source))
    weights = module.get_input_embeddings().weight
    a, b = weights[table.word_id(source)], weights[table.word_id(other)]
    vectors = weights[torch.tensor([ids] * steps)].clone()
    share = torch.linspace(0, 1, steps)[:, None]
    vectors[:, place] = share * a + (1 - share) * b
    with torch.inference_mode():
        output = module(inputs_embeds=vectors, output_hidden_states=True, use_cache=False)
    return output.logits[:, -1].double(), [state[:, -1] for state in output.hidden_states], vectors[:, place]


@pytest.mark.parametrize(("source", "other", "capital", "other_capital"), PAIRS)
def test_sweeps_are_those_of_transformers(opened, source, other, capital, other_capital):
    name, model = opened
    logits, _, _ = logits_of_mixes(model, source, other)
    p = torch.softmax(logits, dim=-1).numpy()
    rows = [r for r in COMMITTED.records("sweep", name) if r["pair"] == f"{source} – {other}"]
    assert [r["step"] for r in rows] == list(range(17))
    assert [r["share_source"] for r in rows] == pytest.approx(np.linspace(0, 1, 17))
    for column, word in (("p_source_capital", capital), ("p_other_capital", other_capital)):
        assert [r[column] for r in rows] == pytest.approx(p[:, model.table.word_id(word)], abs=1e-3)


def test_the_lens_reads_what_transformers_hidden_states_say(opened):
    name, model = opened
    logits, states, _ = logits_of_mixes(model, "Germany", "France")
    berlin, paris = (model.table.word_id(word) for word in ("Berlin", "Paris"))
    module, n = model._module, model.n_layers
    balance = {}
    with torch.inference_mode():
        for layer in (0, n // 2, n - 1):
            scores = module.lm_head(module.model.norm(states[layer]))
            balance[layer] = ((scores[:, berlin] - scores[:, paris]) / np.log(2)).numpy()
    balance[n] = ((logits[:, berlin] - logits[:, paris]) / np.log(2)).numpy()
    rows = [r for r in COMMITTED.records("layers", name) if r["pair"] == "Germany – France"]
    for layer, expected in balance.items():
        found = [r["bits"] for r in rows if r["layer"] == layer]
        assert found == pytest.approx(expected[[0, 8, 16]], abs=0.02)


def test_nearest_tokens_and_lengths(opened):
    name, model = opened
    _, _, mixed = logits_of_mixes(model, "Germany", "France")
    weights = model._module.get_input_embeddings().weight.numpy()
    unit = weights / np.linalg.norm(weights, axis=1, keepdims=True).clip(1e-12)
    rows = [r for r in COMMITTED.records("nearest", name) if r["pair"] == "Germany – France"]
    cosines = (mixed / mixed.norm(dim=1, keepdim=True)).numpy() @ unit.T
    assert [r["token"] for r in rows] == [model.table.glyph(int(i)) for i in cosines.argmax(axis=1)]
    assert [r["cosine"] for r in rows] == pytest.approx(cosines.max(axis=1), abs=1e-3)
    assert [r["length"] for r in rows] == pytest.approx(mixed.norm(dim=1).numpy(), rel=1e-3)


@pytest.mark.parametrize("model", MODELS)
def test_ratios_and_even_points_follow_from_the_sweep(model):
    sweeps = {}
    for row in COMMITTED.records("sweep", model):
        sweeps.setdefault(row["pair"], []).append(
            (row["share_source"], row["p_source_capital"], row["p_other_capital"])
        )
    ratios = COMMITTED.records("ratios", model)
    assert len(ratios) == len(sweeps) == 28
    needs = {(r["country"], r["against"]): r["needs"] for r in COMMITTED.records("matrix", model)}
    for row in ratios:
        shares, p, q = map(np.array, zip(*sweeps[row["pair"]], strict=True))
        assert row["source_ratio"] == pytest.approx(p[-1] / q[-1], rel=1e-3)
        assert row["other_ratio"] == pytest.approx(q[0] / p[0], rel=1e-3)
        # The even point lies between the two steps where the leader changes.
        step = int(np.flatnonzero(np.diff(np.sign(p - q)))[0])
        assert shares[step] <= row["even_at"] <= shares[step + 1]
        first, second = row["pair"].split(" – ")
        assert needs[first, second] == pytest.approx(100 * row["even_at"], abs=0.06)
        assert needs[first, second] + needs[second, first] == pytest.approx(100, abs=0.11)


@pytest.mark.parametrize("model", MODELS)
def test_share_one_changes_nothing_and_random_directions_little(model):
    assert COMMITTED.value("hook-difference", model) == 0
    assert COMMITTED.value("paris-at-random", model) < 0.1 < COMMITTED.value("kept-at-random", model)
    assert abs(COMMITTED.value("even-on-sphere", model) - COMMITTED.value("even-on-line", model)) < 0.05
    # "The switch is made in the last third of the layers."
    assert COMMITTED.value("layer-heard", model) > 2 / 3 * COMMITTED.value("n-layers", model)
    assert COMMITTED.value("p-paris-half", model) > COMMITTED.value("p-berlin-half", model)
    assert COMMITTED.value("ratio-other", model) > COMMITTED.value("ratio-source", model)
    assert COMMITTED.value("even-at", model) > 0.55


def test_the_order_of_countries_is_not_the_same_in_both_models():
    orders = [list(dict.fromkeys(r["country"] for r in COMMITTED.records("matrix", model))) for model in MODELS]
    assert orders[0] != orders[1] and set(orders[0]) == set(orders[1])


@pytest.mark.parametrize("model", MODELS)
def test_pairs_of_several_tokens_are_left_out_with_the_reason(model):
    refused = {r["capital"]: r["refused"] for r in COMMITTED.records("countries", model) if r["refused"]}
    assert "Hanoi" in refused and refused["Hanoi"].startswith("Hanoi is ␣H ")
    assert not {"Hanoi", "Caracas"} & {r["country"] for r in COMMITTED.records("matrix", model)}


@pytest.mark.parametrize("model", MODELS)
def test_every_claim_row_of_the_chapter_has_a_verdict(model):
    mine = {(claim["id"], claim["part"]): claim["verdict"] for claim in COMMITTED.claims(model)}
    assert {row for row, _ in mine} == {"C95", "C96", "C97", "C98", "C99", "C100", "C101"}
    assert mine["C95", "berlin"] == mine["C95", "paris"] == mine["C98", "twenty-times"] == "not testable here"
    for row in (
        ("C95", "berlin-preferred"),
        ("C96", "hook"),
        ("C97", "share-one"),
        ("C98", "paris-preferred"),
        ("C101", "single-tokens"),
    ):
        assert mine[row] == "reproduced"
    assert mine["C100", "half-still-berlin"] == mine["C100", "berlin-stronger"] == "differs"
