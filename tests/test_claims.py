"""The list of claims is whole, and every row of a finished chapter has its verdict. One failure names the rows."""

from __future__ import annotations

import json
import tomllib

from committed import RESULTS, ROOT

from embedguide.pages.site import Site

SPANS = {"S1": (1, 22), "S2": (23, 37), "S3": (38, 80), "S4": (81, 103), "S5": (104, 118)}
CONTENT = tomllib.loads((ROOT / "docs/claims.toml").read_text("utf-8"))


def test_the_list_has_every_row_of_every_article_and_every_trap() -> None:
    for article, (first, last) in SPANS.items():
        assert list(CONTENT[article]["rows"]) == [f"C{number}" for number in range(first, last + 1)]
    assert list(CONTENT["traps"]) == [f"T{number}" for number in range(1, 25)]


def test_rows_of_finished_chapters_have_their_verdicts() -> None:
    problems = Site(ROOT).claim_problems()
    assert not problems, "\n".join(problems)


def test_a_claim_names_the_article_of_its_row() -> None:
    article_of = {
        row: article for article, (first, last) in SPANS.items() for row in (f"C{n}" for n in range(first, last + 1))
    }
    entries = json.loads((RESULTS / "claims.json").read_bytes())["claims"]
    wrong = {
        f"{e['chapter']}/{e['id']}/{e['part']} says {e['article']}"
        for e in entries
        if e["article"] != article_of[e["id"]]
    }
    assert not wrong, "\n".join(sorted(wrong))


def test_what_is_said_of_other_models_is_not_judged_here() -> None:
    entries = json.loads((RESULTS / "claims.json").read_bytes())["claims"]
    for entry in entries:
        if entry["got"] is None:
            assert entry["verdict"] == "not testable here" and entry["note"], entry
        elif entry["of"] and not isinstance(entry["got"], bool):
            assert (entry["verdict"] == "not testable here") == (entry["of"] != entry["model"]), entry
        elif isinstance(entry["got"], bool):
            assert entry["verdict"] == ("reproduced" if entry["got"] else "differs"), entry
        else:
            off = abs(entry["got"] - entry["says"])
            assert entry["verdict"] == ("reproduced" if off <= entry["tolerance"] else "differs"), entry
