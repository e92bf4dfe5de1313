"""What must stay true of the chapter on context: its committed numbers are those of the real models."""

import numpy as np
import pytest
from committed import Committed

from embedguide.models import open_language_model, open_token_table

COMMITTED = Committed("context")
MODELS = ("minilm-l6", "smollm2-135m", "qwen2.5-0.5b")
CAUSAL = MODELS[1:]
pytestmark = pytest.mark.real


result = COMMITTED.document


def rows(name, model):
    return result(name, model)["rows"]


@pytest.fixture(scope="module")
def script():
    return COMMITTED.script()


@pytest.mark.parametrize("model", MODELS)
def test_twins_have_the_word_at_the_same_place(script, model):
    table = open_token_table(model)
    for start in (0, 20):
        for n in range(10):
            river, money = (table.tokenize(script.TEXTS[start + n + k]) for k in (0, 10))
            assert len(river) == len(money)
            assert river.index(table.word_id("bank")) == money.index(table.word_id("bank"))


@pytest.mark.parametrize("model", ["minilm-l6", "smollm2-135m"])
def test_cosines_are_those_of_transformers_itself(script, model):
    """Through transformers' own list of hidden states, all but the last of which lie before the final norm."""
    import torch

    opened = open_language_model(model)
    table, found = opened.table, []
    for text in script.TEXTS[:20]:
        ids = table.tokenize(text, special=True)
        with torch.inference_mode():
            states = opened._module(input_ids=torch.tensor([ids]), output_hidden_states=True).hidden_states
        found.append(np.stack([state[0, ids.index(table.word_id("bank"))].numpy() for state in states]))
    states = np.stack(found, axis=1).astype(np.float64)
    states /= np.linalg.norm(states, axis=-1, keepdims=True)
    for _, layer, same, other, _ in rows("bank-by-layer", model)[: len(states) - 1]:
        cosines = states[layer] @ states[layer].T
        across = ~np.eye(10, dtype=bool)
        expected = (cosines[:10, :10][across].mean() + cosines[10:, 10:][across].mean()) / 2
        assert same == pytest.approx(expected, abs=1e-4)
        assert other == pytest.approx(cosines[:10, 10:][across].mean(), abs=1e-4)


@pytest.mark.parametrize("model", MODELS)
def test_the_figure_tells_what_the_page_says(model):
    found = {(order, layer): (same, other, hits) for order, layer, same, other, hits in rows("bank-by-layer", model)}
    n_layers = max(layer for _, layer in found)
    assert result("hits-before", model)["value"] == found["before", n_layers][2] >= 0.9
    assert found["before", 0][2] == 0.5
    # "A few blocks of reading are enough."
    assert max(found["before", layer][2] for layer in range(1, 7)) >= 0.9
    assert all(
        same > other
        for (order, layer), (same, other, _) in found.items()
        if order == "before" and layer > n_layers // 2
    )
    if model in CAUSAL:
        assert {hits for (order, _), (_, _, hits) in found.items() if order == "after"} == {0.5}
        assert result("difference-after", model)["value"] == 0
    else:
        assert found["after", n_layers][2] == 1
        assert result("difference-after", model)["value"] > 0.1


@pytest.mark.parametrize("model", MODELS)
def test_the_grid_is_a_triangle_where_models_look_back(model):
    cells = rows("who-sees-whom", model)
    n = round(len(cells) ** 0.5)
    changed = np.array([change for *_, change in cells]).reshape(n, n) > 0
    assert changed[np.tril_indices(n)].all()
    assert changed[np.triu_indices(n, 1)].any() == (model not in CAUSAL)
    # [CLS] has taken in every word after one block.
    if model not in CAUSAL:
        (state,) = (s for s in result("who-sees-whom", model)["states"] if s["when"] == {"layer": 1})
        assert None not in state["data"]["0"]["z"][0]


@pytest.mark.parametrize("model", MODELS)
def test_position_enters_only_where_the_page_says(model):
    found = rows("layer-zero", model)
    if model in CAUSAL:
        assert all(difference == 0 for _, _, difference in found)
    else:
        assert found[-1][1] < 0.97


def test_what_enters_minilm_is_token_plus_position_plus_segment_normed():
    module = open_language_model("minilm-l6")._module.embeddings
    table = open_token_table("minilm-l6")
    fill, bank = table.word_id("the"), table.word_id("bank")
    for n, cosine, _ in rows("layer-zero", "minilm-l6"):
        summed = [
            module.word_embeddings.weight[bank]
            + module.position_embeddings.weight[place]
            + module.token_type_embeddings.weight[0]
            for place in (n, 1)
        ]
        here, first = (module.LayerNorm(vector).numpy().astype(np.float64) for vector in summed)
        assert cosine == pytest.approx(here @ first / np.linalg.norm(here) / np.linalg.norm(first), abs=1e-5)
    assert fill != bank


@pytest.mark.parametrize("model", MODELS)
def test_special_tokens_are_the_rows_of_the_table(model):
    table = open_token_table(model)
    found = rows("special-tokens", model)
    assert {token_id for _, token_id, *_ in found} == set(table.special_ids)
    for token, token_id, length, *_ in found:
        assert table.text(token_id) == token
        assert length == pytest.approx(float(np.linalg.norm(table.row(token_id))), abs=1e-3)


@pytest.mark.parametrize("model", MODELS)
def test_every_claim_row_of_the_chapter_has_a_verdict(model):
    mine = COMMITTED.claims(model)
    expected = {"C42", "C59", "C60", "C62", "C63", "C64", "C65", "C117"}
    assert {claim["id"] for claim in mine} == (expected if model in CAUSAL else expected | {"C61"})
    assert all(claim["verdict"] in ("reproduced", "differs", "not testable here") for claim in mine)
    (position,) = (claim for claim in mine if claim["id"] == "C65")
    assert position["verdict"] == ("differs" if model in CAUSAL else "reproduced")
