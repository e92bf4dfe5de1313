"""What must stay true of the chapter on layers: its committed numbers are those of the real models."""

from functools import cache

import numpy as np
import pytest
from committed import Committed

from embedguide.models import open_language_model

COMMITTED = Committed("layers")
MODELS = ("smollm2-135m", "qwen2.5-0.5b")
ROWS = {f"C{n}" for n in range(1, 23)} | {"C90", "C92"}
pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def script():
    return COMMITTED.script()


@cache
def module_of(model):
    return open_language_model(model)


@cache
def hidden_states(model, texts):
    """Transformers' own states of the last token of each text: all but the last of its list lie before the final norm.

    Texts of equal length go through together.
    """
    import torch

    opened = module_of(model)
    ids, kept = [opened.table.tokenize(text) for text in texts], {}
    norm = opened._module.model.norm
    handle = norm.register_forward_pre_hook(lambda _m, inputs: kept.update(raw=inputs[0][:, -1].numpy().copy()))
    found = {}
    for length in {len(item) for item in ids}:
        places = [place for place, item in enumerate(ids) if len(item) == length]
        with torch.inference_mode():
            given = torch.tensor([ids[place] for place in places])
            states = opened._module.model(input_ids=given, output_hidden_states=True, use_cache=False).hidden_states
        layers = [*(state[:, -1].numpy() for state in states[:-1]), kept["raw"], states[-1][:, -1].numpy()]
        found.update(zip(places, np.stack(layers, axis=1), strict=True))
    handle.remove()
    return np.stack([found[place] for place in range(len(texts))], axis=1).astype(np.float64)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("feeding", "before"), [("alone", " "), ("in-carrier", "The next word is "), ("alone-nospace", "")]
)
def test_metrics_are_those_of_transformers_and_scikit_learn(script, model, feeding, before):
    from sklearn.decomposition import PCA
    from sklearn.metrics import silhouette_score
    from sklearn.neighbors import NearestNeighbors

    kinds = np.repeat(np.arange(9), [len(group) for group in script.WORDS.values()])
    states = hidden_states(model, tuple(before + word for word in script.NAMES))
    rows = [row for row in COMMITTED.records("metrics", model) if row["feeding"] == feeding]
    assert [row["layer"] for row in rows] == [*range(len(states) - 1), "final"]
    for row, points in zip(rows, states, strict=True):
        assert row["mean_norm"] == pytest.approx(np.linalg.norm(points, axis=1).mean(), rel=1e-3)
        share = PCA(2, svd_solver="full").fit(points).explained_variance_ratio_[0]
        assert row["pc1_share"] == pytest.approx(share, abs=2e-3)
        assert row["silhouette_euclidean"] == pytest.approx(silhouette_score(points, kinds), abs=2e-3)
        assert row["silhouette_cosine"] == pytest.approx(silhouette_score(points, kinds, metric="cosine"), abs=2e-3)
        nearest = NearestNeighbors(n_neighbors=2).fit(points).kneighbors(points, return_distance=False)[:, 1]
        assert row["nn1_accuracy"] == pytest.approx((kinds[nearest] == kinds).mean(), abs=0.02)


@pytest.mark.parametrize("model", MODELS)
def test_massive_dimensions_are_where_the_table_says(script, model):
    states = hidden_states(model, tuple(" " + word for word in script.NAMES if word != "firefighter"))
    for row in COMMITTED.records("massive", model):
        rows = states[row["layer"]]
        assert np.abs(rows).mean(axis=0)[row["dimension"]] >= np.sort(np.abs(rows).mean(axis=0))[-4]
        assert row["value"] == pytest.approx(rows[:, row["dimension"]].mean(), rel=0.05, abs=0.05)


@pytest.mark.parametrize("model", MODELS)
def test_the_page_tells_what_was_measured(model):
    table = {row["removal"].split(", ")[-1]: row for row in COMMITTED.records("removals", model)[1:5]}
    nothing, top = table["nothing"], table["the top dimensions"]
    mean, unit = table["the mean direction"], table["the length (unit norm)"]
    # "Half a cure", and two whole ones.
    assert nothing["nn1_accuracy"] < top["nn1_accuracy"] < min(mean["nn1_accuracy"], unit["nn1_accuracy"])
    assert nothing["pc1_share"] > 0.9 > top["pc1_share"] > 0.5 > max(mean["pc1_share"], unit["pc1_share"])
    fed = {row["feeding"]: row for row in COMMITTED.records("feedings", model)}
    assert fed["alone, no space"]["n_split"] == {"smollm2-135m": 50, "qwen2.5-0.5b": 33}[model]
    assert COMMITTED.value("two-neurons", model) > 0.9
    assert COMMITTED.value("any-lowest", model) > 0.99


@pytest.mark.parametrize("model", MODELS)
def test_the_map_is_light_and_holds_every_layer(model):
    document = COMMITTED.document("map", model)
    layers = next(c["values"] for c in document["controls"] if c["id"] == "layer")
    assert layers[-1] == "final" and layers[0] == 0
    here = [s for s in document["states"] if "points" in s]
    assert len(here) == len(layers) * 8 and sum(document["deal"]) == 116
    assert set(document["parts"]["files"]) == {"after-endoftext", "after-im-start", "in-carrier", "alone-nospace"}


@pytest.mark.parametrize("model", MODELS)
def test_every_claim_row_of_the_chapter_has_a_verdict(model):
    mine = COMMITTED.claims(model)
    assert {claim["id"] for claim in mine} == ROWS
    assert all(claim["verdict"] in ("reproduced", "differs", "not testable here") for claim in mine)
