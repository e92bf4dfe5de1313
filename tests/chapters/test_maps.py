"""What must stay true of the chapter on maps: its numbers are those of the real weights, measured by others."""

import base64
from collections import Counter
from functools import cache

import numpy as np
import pytest
from committed import TABLE_TENSOR, Committed, read_table
from scipy.spatial.distance import pdist
from scipy.stats import spearmanr
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE, trustworthiness
from sklearn.neighbors import NearestNeighbors
from threadpoolctl import threadpool_limits

from embedguide.models import open_token_table
from embedguide.sources import fetch

COMMITTED = Committed("maps")
SCRIPT = COMMITTED.script()
WORDS = [word for words in SCRIPT.GROUPS.values() for word in words]
GROUPS = np.array([group for group, words in SCRIPT.GROUPS.items() for _ in words])
pytestmark = pytest.mark.real


def unpacked(part):
    integers = np.frombuffer(base64.b64decode(part["bdata"]), dtype=f"<{part['dtype']}")
    return integers.astype(np.float64) * part["scale"]


def word_maps(model):
    found = COMMITTED.document("word-maps", model)
    integers = np.frombuffer((COMMITTED.folder / found["file"]).read_bytes(), dtype="<i2")
    return integers.reshape(found["shape"]) * found["scale"]


def neighbors(points, k):
    return NearestNeighbors(n_neighbors=k).fit(points).kneighbors(return_distance=False)


opened = cache(open_token_table)


@cache
def tokens_of_shakespeare(model):
    """The tokens of the first corpus, in order."""
    return opened(model).tokenize(fetch("tinyshakespeare").path().read_text("utf-8"))


@pytest.fixture(scope="module", params=TABLE_TENSOR)
def weights(request):
    """The model's name, and the rows of the forty words, read with the gguf package alone."""
    ids = [opened(request.param).tokenize(" " + word) for word in WORDS]
    assert all(len(one) == 1 for one in ids)
    return request.param, read_table(request.param, [one[0] for one in ids])


def test_the_map_shown_first_is_the_article_s_own(weights):
    name, exact = weights
    table = opened(name)
    # The table keeps 16 bits of each weight, and the method lets even that difference grow into another map.
    rows = table.rows([table.word_id(word) for word in WORDS])
    assert rows == pytest.approx(exact, abs=1e-3)
    with threadpool_limits(limits=1):
        theirs = TSNE(n_components=2, random_state=42, perplexity=8).fit_transform(rows)
    shown = word_maps(name)[0, 0, SCRIPT.WORD_PERPLEXITIES.index(8)]
    ratio = pdist(shown) / pdist(theirs)
    assert ratio.std() / ratio.mean() < 0.02  # one piece, turned and scaled


def test_measures_are_those_of_scikit_learn(weights):
    name, rows = weights
    lines = {(r["what"], r["method"]): r for r in COMMITTED.records("measures", name)}
    maps = word_maps(name)
    for number, perplexity in enumerate(SCRIPT.WORD_PERPLEXITIES):
        line = lines["forty words", f"t-SNE, perplexity {perplexity}"]
        points = maps[:, :, number].reshape(-1, 40, 2)
        assert line["n_maps"] == len(points)
        trust = np.median([trustworthiness(rows, p, n_neighbors=5) for p in points])
        order = np.median([spearmanr(pdist(rows), pdist(p)).statistic for p in points])
        near = neighbors(rows, 5)
        kept = np.median(
            [np.mean([len({*a} & {*b}) / 5 for a, b in zip(near, neighbors(p, 5), strict=True)]) for p in points]
        )
        assert line["trustworthiness"] == pytest.approx(trust, abs=5e-3)
        assert line["distances"] == pytest.approx(order, abs=5e-3)
        assert line["overlap"] == pytest.approx(kept, abs=1e-2)
    flat = PCA(2).fit_transform(rows)
    assert lines["forty words", "PCA, 2 axes"]["trustworthiness"] == pytest.approx(trustworthiness(rows, flat, n_neighbors=5), abs=5e-3)  # fmt: skip


def test_what_survives_is_on_every_map(weights):
    name, rows = weights
    maps = word_maps(name).reshape(-1, 40, 2)
    true, nearest = neighbors(rows, 1)[:, 0], np.array([neighbors(points, 1)[:, 0] for points in maps])
    share = (nearest == true).mean(axis=0)
    rows_of_table = COMMITTED.records("survivors", name)
    assert [row["nearest"] for row in rows_of_table] == [WORDS[i] for i in true]
    assert [row["share"] for row in rows_of_table] == pytest.approx(share, abs=0.02)
    assert COMMITTED.value("kept-everywhere", name) == pytest.approx((share == 1).mean(), abs=0.03)
    groups = (GROUPS[nearest] == GROUPS).mean(axis=1)
    assert COMMITTED.value("group-lowest", name) == pytest.approx(groups.min(), abs=0.03)
    assert COMMITTED.value("group-highest", name) == pytest.approx(groups.max(), abs=0.03)


def test_lines_lead_to_the_true_neighbors(weights):
    name, rows = weights
    figure = COMMITTED.document("words", name)
    order = [word for trace in figure["plotly"]["data"] for word in trace["text"]]
    assert order == WORDS
    assert figure["links"]["to"] == neighbors(rows, 3).tolist()
    assert len(figure["states"]) == 2 * word_maps(name)[..., 0, 0].size


def test_the_colors_of_the_article_are_what_plotly_express_makes_of_its_dictionary(weights):
    import plotly.express as px

    name, _ = weights
    freqs = Counter(tokens_of_shakespeare(name))
    ids = sorted(freqs)
    made = px.scatter(x=ids, y=ids, color={k: min(v, 100) for k, v in freqs.items()})
    wrong, right = np.asarray(made.data[0].marker.color), np.array([min(freqs[i], 100) for i in ids])
    assert COMMITTED.value("n-distinct", name) == len(ids)
    assert COMMITTED.value("miscolored", name) == pytest.approx((wrong != right).mean())
    assert COMMITTED.value("color-agreement", name) == pytest.approx(spearmanr(wrong, right).statistic, abs=1e-5)
    figure = COMMITTED.document("corpus", name)
    text = figure["plotly"]["data"][0]["text"]
    table = opened(name)
    place = {table.glyph(i): n for n, i in enumerate(ids)}
    drawn = [place[glyph] for glyph in text]
    colors = {s["when"]["color"]: unpacked(s["data"]["0"]["marker"]["color"]) for s in figure["states"] if s["when"].get("corpus") == "tinyshakespeare" and "color" in s["when"]}  # fmt: skip
    assert np.array_equal(colors["article"], wrong[drawn]) and np.array_equal(colors["count"], right[drawn])


def test_corpus_points_are_principal_components(weights):
    name, _ = weights
    ids = sorted(set(tokens_of_shakespeare(name)))
    rows = read_table(name, ids)
    theirs = PCA(3, svd_solver="covariance_eigh").fit(rows)
    assert COMMITTED.value("corpus-variance", name) == pytest.approx(theirs.explained_variance_ratio_.sum(), abs=1e-3)
    figure, table = COMMITTED.document("corpus", name), opened(name)
    trace = figure["plotly"]["data"][0]
    place = {table.glyph(i): n for n, i in enumerate(ids)}
    drawn = theirs.transform(rows)[[place[glyph] for glyph in trace["text"]]]
    for axis, letter in enumerate("xyz"):
        # scikit-learn's sign may differ, the points may not.
        assert abs(np.corrcoef(unpacked(trace[letter]), drawn[:, axis])[0, 1]) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("model", TABLE_TENSOR)
def test_every_point_of_the_vocabulary_waits_for_its_reader(model):
    figure, table = COMMITTED.document("vocabulary", model), opened(model)
    assert figure["on_request"] and figure["names_from"] == "lookup/vocabulary"
    n_points = len(unpacked(figure["plotly"]["data"][0]["x"]))
    assert n_points == len(range(0, table.n_tokens, figure["names_step"])) == sum(row[1] for row in figure["rows"])


def test_the_first_hundred_ids_of_qwen_end_in_lone_bytes_and_hold_no_newline():
    assert COMMITTED.value("lone-bytes", "qwen2.5-0.5b") == "94 to 99"
    assert {r["token_id"] for r in COMMITTED.records("control-characters", "qwen2.5-0.5b")} == {197, 198, 201}


@pytest.mark.parametrize("model", TABLE_TENSOR)
def test_every_claim_row_of_the_chapter_has_a_verdict(model):
    mine = COMMITTED.claims(model)
    assert {claim["id"] for claim in mine} == {
        "C25",
        "C26",
        "C27",
        "C28",
        "C30",
        "C31",
        "C33",
        "C34",
        "C35",
        "C93",
        "C94",
        "C116",
    }
    assert all(claim["verdict"] in ("reproduced", "differs", "not testable here") for claim in mine)
    verdicts = {claim["id"]: claim["verdict"] for claim in mine if claim["id"] in ("C31", "C33", "C26")}
    assert verdicts == {"C26": "not testable here", "C31": "differs", "C33": "differs"}


def test_a_class_of_tokens_has_the_same_color_and_shape_in_every_model():
    looks = {}
    for model in ("smollm2-135m", "qwen2.5-0.5b"):
        for trace in COMMITTED.document("first-tokens", model)["plotly"]["data"]:
            if "marker" in trace and trace.get("name"):
                looks.setdefault(trace["name"], set()).add((trace["marker"]["color"], trace["marker"]["symbol"]))
    assert len(looks) == 5 and all(len(found) == 1 for found in looks.values())
    assert len({next(iter(found)) for found in looks.values()}) == 5
