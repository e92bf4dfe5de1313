"""What chapters make of a model that lacks words of theirs: the rest is computed, and what is not says why."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from committed import ROOT
from tiny_models import write_bert, write_causal_model

from embedguide.building import compute, declared_by, failure_of
from embedguide.chapter import Chapter, Step
from embedguide.results import Store
from embedguide.results.reach import CodeBase

# France, Germany, king, queen, happy and walking are missing, and all pieces of words.
WORDS = ["cat", "dog", "car", "Paris", "Tokyo", "Italy", "Rome", "Spain", "Madrid", "the", "of"]


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Folders of a model that knows a few words, of one that knows next to none, and of an encoder with 32 tokens."""
    folder = tmp_path_factory.mktemp("tiny")
    write_causal_model(folder / "few", "gpt2", words=WORDS)
    write_causal_model(folder / "none", "llama")
    write_bert(folder / "short", words=[f"word{letter}" for letter in "abcdefghijklmnopqrst"])
    return folder


@pytest.fixture
def built(models, monkeypatch, tmp_path):
    """A function that computes a chapter on one of them: documents by name, and the errors."""
    text = tmp_path / "plays.txt"
    text.write_text("the cat of Paris and the dog of Rome\n" * 40)
    # What all chapters take besides the model: a list of frequent words, and a text.
    frequent = SimpleNamespace(texts=["the", "of", "cat", "dog", "car", "paris"])
    monkeypatch.setattr(Chapter, "vectors", lambda self, name: Step(lambda: frequent))
    monkeypatch.setattr(Chapter, "corpus", lambda self, name: Step(lambda: SimpleNamespace(path=lambda: Path(text))))
    monkeypatch.setenv("EMBEDGUIDE_CACHE", str(tmp_path / "cache"))

    def build(slug, model):
        found, errors, code_base = {}, [], CodeBase(ROOT)
        for declared in declared_by(ROOT, slug, [str(models / model)]):
            try:
                found[declared.id.name] = compute(code_base, Store(ROOT), declared).document
            except Exception as error:
                errors.append(failure_of(str(declared.id), error))
        return found, errors

    return build


def rows(document):
    names = [column["name"] for column in document["columns"]]
    return [dict(zip(names, row, strict=True)) for row in document["rows"]]


def test_similarity_measures_the_pairs_that_are_there(built):
    found, errors = built("similarity", "few")
    assert [error.what for error in errors] == ["similarity/two-vectors (few)"]  # none of its words is there
    assert "should be one token of 'few'" in errors[0].error and not errors[0].details
    pairs = rows(found["pairs"])
    assert [row["word_2"] for row in pairs if row["cosine"] is not None] == ["dog", "car", "Tokyo"]
    assert len(pairs) == 10
    assert found["claim-c111-cat-dog"]["got"] == pairs[0]["cosine"]
    lacking = found["claim-c111-king-queen"]
    assert lacking["verdict"] == "not testable here"
    assert lacking["got"].startswith("“king” is ") and " tokens: ␣" in lacking["got"]
    assert found["claim-c110-france-germany-japan"]["got"].startswith("“France” is ")
    assert found["king-queen-percentile"]["value"] == "–"
    assert {row["query"] for row in rows(found["neighbors"])} == {"Paris"}


def test_geometry_leaves_pieces_and_words_out_with_the_reason(built):
    found, errors = built("geometry", "few")
    assert errors == []
    reasons = {row["piece"]: row["nearest"] for row in rows(found["affixes"])}
    assert list(reasons) == ["␣un", "ing", "tion"]
    assert all(text.startswith("left out: ") for text in reasons.values())
    assert found["claim-c117-tion"]["got"] == reasons["tion"]
    assert found["claim-c117-un"]["verdict"] == "not testable here" and "“un” is " in found["claim-c117-un"]["got"]
    assert found["ing-rank"]["value"] == "–"


def test_geometry_cuts_a_small_vocabulary_into_fewer_bands(built):
    found, errors = built("geometry", "short")
    assert errors == []
    assert found["n-dimensions"]["value"] == 32
    first, last = found["first-band-cosine"]["value"], found["last-band-cosine"]["value"]
    assert -1 < first < 1 and -1 < last < 1 and first != last
    bands = rows(found["bands"])
    assert len({row["first_id"] for row in bands}) == 4, "eight tokens to a band"


def test_mixing_takes_the_countries_that_are_there(built):
    found, errors = built("mixing", "few")
    assert errors == []
    assert {row["pair"] for row in rows(found["sweep"])} == {"Italy – Spain"}
    refused = {row["country"]: row["refused"] for row in rows(found["countries"]) if row["refused"]}
    assert "Germany" in refused and "Italy" not in refused
    assert found["p-berlin"]["value"] == "–"
    for name in ("claim-c95-berlin", "claim-c97-share-one", "claim-c99-smooth"):
        assert found[name]["verdict"] == "not testable here" and found[name]["got"].startswith("“Germany” is ")


def test_with_nothing_left_the_error_says_what_is_needed(built):
    found, errors = built("mixing", "none")
    first = next(error for error in errors if error.what == "mixing/mix (none)")
    assert "at least two countries that are one token" in first.error and "Germany is ␣" in first.error
    assert not any(error.details for error in errors), "an error to be read needs no traceback"
    assert set(found) == {"claim-c101-single-tokens", "n-layers", "countries"}
