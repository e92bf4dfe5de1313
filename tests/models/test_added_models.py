"""A model that nobody listed, from the hub to the page: five architectures, served by a hub on this machine."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fake_hub import FakeHub
from guide_copy import GuideCopy
from safetensors.numpy import load_file
from tiny_models import write_bert, write_causal_model
from tokenizers import Tokenizer

from embedguide.pages.plotly_bundle import RECIPE, recipe_hash
from embedguide.sources import cache_root
from scripts.chapters.similarity import CLOSER, CLUSTERS, FARTHER, QUERIES, WORD_PAIRS

CAUSAL = ("gpt2", "llama", "qwen2", "qwen3")
MODELS = (*CAUSAL, "bert")
TABLES = {"gpt2": "transformer.wte.weight", "bert": "embeddings.word_embeddings.weight"}
WORDS = sorted(
    {word for pair in WORD_PAIRS for word in pair}
    | {text.strip() for texts in (*CLUSTERS.values(), *CLOSER, *FARTHER) for text in texts}
    | {*QUERIES, "hello", "world"}
)
LAYERS_SCRIPT = '''"""How long are hidden states?  Page: docs/chapters/depths.md"""

import numpy as np


def length_at(model, layer):
    """The length of the last state of a text at a layer."""
    return float(np.linalg.norm(model.last_hidden_states(["cat dog"])[layer, 0]))


def build(chapter):
    """Declare the chapter's results."""
    for model in chapter.models("smollm2-135m"):
        chapter.value("first", chapter.compute(length_at, model.language_model, 0), format=".4f")
        chapter.value("last", chapter.compute(length_at, model.language_model, -1), format=".4f")
'''


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeHub]:
    """A hub with five models that know the chapter's words, one that lacks them, and one behind a gate."""
    folder = tmp_path_factory.mktemp("hub")
    for kind in CAUSAL:
        write_causal_model(folder / f"me/tiny-{kind}", kind, words=WORDS)
    write_bert(folder / "me/tiny-bert", words=WORDS)
    write_causal_model(folder / "me/wordless", "llama")
    write_causal_model(folder / "me/gated", "llama")
    with FakeHub(folder, gated=["me/gated"]) as running:
        yield running


@pytest.fixture(scope="module")
def environment(hub: FakeHub, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An empty cache, but for the bundles of Plotly, which are not what is tested here, and for the default model."""
    cache = tmp_path_factory.mktemp("cache")
    assert RECIPE.is_dir()
    for name in (f"plotly-{recipe_hash()}",):
        if (cache_root() / name).is_dir():
            (cache / name).symlink_to(cache_root() / name)
    return {
        "HF_ENDPOINT": hub.endpoint,
        "EMBEDGUIDE_CACHE": str(cache),
        "HF_TOKEN": "",
        "BROWSER_PATH": "",
        "PATH": slim_path(),
    }


def slim_path() -> str:
    """The PATH without a Chromium: static pictures are not what is tested here."""
    folders = os.environ["PATH"].split(os.pathsep)
    return os.pathsep.join(f for f in folders if not list(Path(f).glob("*chrom*")))


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> GuideCopy:
    """The guide with two chapters computed for the five models, and its site."""
    copy = GuideCopy(tmp_path_factory.mktemp("any-model") / "guide")
    copy.before = {p.name: p.read_bytes() for p in results(copy)}
    given = [part for kind in MODELS for part in ("--model", f"me/tiny-{kind}")]
    (copy.root / "scripts/chapters/depths.py").write_text(LAYERS_SCRIPT)
    (copy.root / "docs/chapters/depths.md").write_text(
        'From {{ value("depths/first") }} to {{ value("depths/last") }}.\n\n{{ models() }}\n'
    )
    copy.must("scripts/build.py", "similarity", "depths", *given, "--jobs", "1", environment=environment)
    for path in results(copy, "depths"):  # the script's own model is not at hand here
        assert ".me-tiny-" in path.name
    (copy.root / "scripts/chapters/depths.py").write_text(LAYERS_SCRIPT.replace("smollm2-135m", "me/tiny-gpt2"))
    copy.must("-m", "mkdocs", "build", "-q", environment=environment)
    return copy


def results(guide: GuideCopy, chapter: str = "similarity") -> list[Path]:
    return sorted((guide.root / f"docs/assets/results/{chapter}").glob("*.json"))


def weights(hub: FakeHub, kind: str) -> np.ndarray:
    return load_file(hub.folder / f"me/tiny-{kind}/model.safetensors")[TABLES.get(kind, "model.embed_tokens.weight")]


@pytest.mark.parametrize("kind", MODELS)
def test_the_numbers_are_the_models_own(guide: GuideCopy, hub: FakeHub, kind: str) -> None:
    import json

    found = json.loads(guide.read(f"docs/assets/results/similarity/pairs.me-tiny-{kind}.json"))
    tokenizer = Tokenizer.from_file(str(hub.folder / f"me/tiny-{kind}/tokenizer.json"))
    tokenizer.no_padding()
    table = weights(hub, kind).astype(np.float64)
    assert len(found["rows"]) == len(WORD_PAIRS)
    for row, pair in zip(found["rows"], WORD_PAIRS, strict=True):
        ids = [tokenizer.encode(word if kind == "bert" else f" {word}", add_special_tokens=False).ids for word in pair]
        assert [len(i) for i in ids] == [1, 1]
        a, b = table[ids[0][0]], table[ids[1][0]]
        assert row[2] == pytest.approx(a @ b / np.linalg.norm(a) / np.linalg.norm(b), abs=2e-3)
    (source,) = found["provenance"]["sources"]
    assert (source["hub"], source["listed"]) == (f"me/tiny-{kind}", False)
    assert source["revision"] == hub.commit(f"me/tiny-{kind}")


@pytest.mark.parametrize("kind", MODELS)
def test_the_page_has_the_model_in_its_switch(guide: GuideCopy, kind: str) -> None:
    for chapter in ("similarity", "depths"):
        page = guide.read(f"site/chapters/{chapter}/index.html")
        switch = re.search(r"<[^>]*data-eg-models.*?</fieldset>", page, re.DOTALL)
        assert switch is not None
        assert f'value="me-tiny-{kind}"' in switch[0]
        assert f"tiny-{kind}" in re.sub(r"<[^>]+>", "", switch[0])
    page = guide.read("site/assets/behind/similarity/pairs-in-context.html")
    assert f"python scripts/build.py similarity --model me/tiny-{kind}" in page


@pytest.mark.parametrize("kind", MODELS)
def test_the_list_of_models_gains_a_row_of_counted_facts(guide: GuideCopy, hub: FakeHub, kind: str) -> None:
    page = guide.read("site/models/index.html")
    row = re.search(rf'<tr id="model-me-tiny-{kind}">.*?</tr>', page, re.DOTALL)
    assert row is not None
    cells = [re.sub(r"<[^>]+>", " ", cell).strip() for cell in re.findall(r"<td.*?</td>", row[0], re.DOTALL)]
    n_tokens, n_dims = weights(hub, kind).shape
    assert cells[:3] == [str(n_tokens), str(n_dims), "2" if kind == "bert" else "3"]
    assert cells[3] == ("no output layer" if kind == "bert" else "yes")
    assert "Similarity" in cells[-1]


def test_hidden_states_are_each_models_own(guide: GuideCopy) -> None:
    import json

    lasts = [json.loads(guide.read(f"docs/assets/results/depths/last.me-tiny-{kind}.json"))["value"] for kind in MODELS]
    assert len(set(lasts)) == len(MODELS)


def test_the_scripts_own_models_stay_as_they_were(guide: GuideCopy) -> None:
    after = {p.name: p.read_bytes() for p in results(guide)}
    assert guide.before.items() <= after.items()
    assert "results: " in guide.must("-m", "embedguide.cli", "check", "similarity")


def test_an_added_model_that_is_stale_is_told_with_its_own_command(
    guide: GuideCopy, environment: dict[str, str]
) -> None:
    script = guide.root / "scripts/chapters/similarity.py"
    text = script.read_text()
    try:
        script.write_text(text.replace('chapter.value("places-near-paris"', 'chapter.value("places-close-to-paris"'))
        ran = guide.run("-m", "embedguide.cli", "check", "similarity", environment=environment)
    finally:
        script.write_text(text)
    assert ran.returncode == 1
    assert (
        "missing similarity/places-close-to-paris (me-tiny-gpt2): it was never computed. "
        "Run: python scripts/build.py similarity --model me/tiny-gpt2"
    ) in ran.stdout


@pytest.mark.parametrize(
    ("model", "messages"),
    [
        ("me/wordless", ["should be one token of 'me-wordless', got", "Nothing of 'similarity' was written"]),
        ("me/gated", ["me/gated is gated: accept its licence at http", "hf auth login"]),
        ("me/nothing", ["me/nothing is not on the hub, or is private (404)"]),
        ("smolm2", ["unknown source 'smolm2'. Did you mean 'smollm2-135m'?"]),
        ("glove-6b-50", ["Did you mean 'glove-6b-50d'?"]),
    ],
)
def test_a_model_that_cannot_be_used_is_a_clear_error(
    guide: GuideCopy, environment: dict[str, str], model: str, messages: list[str]
) -> None:
    before = {p.name: p.read_bytes() for p in results(guide)}
    ran = guide.run("scripts/build.py", "similarity", "--model", model, environment=environment)
    assert ran.returncode == 1
    for message in messages:
        assert message in ran.stderr
    assert "Traceback" not in ran.stderr
    told = [line for line in ran.stderr.splitlines() if line.startswith("error ")]
    of_one_model = [p for p in results(guide) if ".me-tiny-gpt2." in p.name]
    assert len(told) < len(of_one_model) / 3, "a line for each step that fails, not one for each result that needs it"
    assert {p.name: p.read_bytes() for p in results(guide)} == before
    assert not list((guide.root / "docs/assets/results").glob("*/*wordless*"))
