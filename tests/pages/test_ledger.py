"""The ledger: every row of the list with its verdicts, and a row of a finished chapter without one is named."""

from __future__ import annotations

import json
import re

import pytest
from tiny_project import RESULTS, Project

LIST = "docs/claims.toml"
CHAPTER = "# A chapter\n\n## Why three\n\nWords.\n"
ROWS = """
[S1]
title = "An article"

[S1.rows]
C1 = { says = "Twelve", chapters = ["tiny"] }
C2 = { says = "A picture", at = "chapters/tiny.md#why-three" }
C3 = { says = "Later", chapters = ["later"] }

[traps]
T1 = { article = "S1", says = "Not twelve", answers = ["C1/total"] }
"""
LEDGER = '# Ledger\n\n{{ ledger() }}\n\n{{ ledger("S1") }}\n\n{{ ledger("traps") }}\n'


@pytest.fixture
def listed(built: Project) -> Project:
    """A site whose chapter is in the navigation, with a list of three rows and a trap."""
    nav = "nav:\n  - index.md\n  - chapters/tiny.md\n  - ledger.md\n"
    built.write("mkdocs.yml", built.read("mkdocs.yml") + nav)
    built.write("docs/chapters/tiny.md", CHAPTER)
    built.write("docs/ledger.md", LEDGER)
    built.write(LIST, ROWS)
    return built


def claims(tiny: Project) -> list[str]:
    return tiny.run("claims").errors


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def more_claims(tiny: Project, lines: str) -> None:
    tiny.write("scripts/chapters/tiny.py", tiny.read("scripts/chapters/tiny.py") + lines)
    tiny.build()


def test_all_is_well_while_an_unfinished_chapter_owes_its_rows(listed: Project) -> None:
    ran = listed.run("claims")
    assert (ran.code, ran.errors) == (0, [])
    assert "open    C3    waits for chapter 'later': Later" in ran.out
    assert "rows: 3 answered, 1 open, 0 problems" in ran.err
    assert listed.run("check").code == 0
    assert listed.mkdocs().code == 0


def test_a_finished_chapter_that_owes_a_verdict_fails_the_build_by_name(listed: Project) -> None:
    listed.edit(LIST, 'says = "Later", chapters = ["later"]', 'says = "Later", chapters = ["tiny"]')
    expected = "row C3 (Later) has no verdict from chapter 'tiny': declare chapter.claim(\"C3\", ...) in scripts/chapters/tiny.py"
    for ran in (listed.run("claims"), listed.run("check"), listed.mkdocs()):
        assert ran.code == 1
        assert expected in ran.err


def test_each_chapter_that_is_named_owes_one(listed: Project) -> None:
    listed.edit(LIST, 'chapters = ["tiny"]', 'chapters = ["tiny", "index"]')
    assert claims(listed) == []
    listed.write("docs/chapters/index.md", "# Other\n")
    listed.edit("mkdocs.yml", "  - ledger.md", "  - chapters/index.md\n  - ledger.md")
    assert "row C1 (Twelve) has no verdict from chapter 'index'" in claims(listed)[0]


def test_a_row_of_several_numbers_needs_as_many_claims(listed: Project) -> None:
    listed.edit(LIST, 'chapters = ["tiny"] }', 'chapters = ["tiny"], parts = 2 }')
    assert claims(listed) == ["row C1 (Twelve) needs 2 claims, chapters have 1: C1/total"]
    more_claims(listed, '    chapter.claim("C1", "more", article="S1", says="more", got=chapter.compute(bool, 1))\n')
    assert claims(listed) == []


def test_a_claim_of_a_row_that_is_not_listed_is_named(listed: Project) -> None:
    listed.edit(LIST, "C1 =", "C11 =")
    assert (
        claims(listed)[0]
        == "claim 'tiny/C1/total' is about row 'C1', which docs/claims.toml does not have. Did you mean 'C11'?"
    )


def test_a_place_that_is_on_no_page_is_named(listed: Project) -> None:
    listed.edit(LIST, "#why-three", "#why-four")
    assert claims(listed) == ["docs/claims.toml: row C2 is answered at chapters/tiny.md#why-four, but docs/chapters/tiny.md has no 'why-four'. Did you mean 'why-three'?"]  # fmt: skip


def test_a_trap_without_a_verdict_is_named_and_a_note_answers_it(listed: Project) -> None:
    listed.edit(LIST, 'answers = ["C1/total"]', 'chapters = ["tiny"]')
    assert claims(listed)[0].startswith('trap T1 (Not twelve) has no verdict: say "(trap T1)" in the note')
    listed.edit("scripts/chapters/tiny.py", 'note="Counted."', 'note="Counted (traps T1 and T2)."')
    listed.build()
    assert claims(listed) == []


def test_a_list_of_claims_that_is_not_what_the_results_say_is_named(listed: Project) -> None:
    content = json.loads(listed.read(f"{RESULTS}/claims.json"))
    content["claims"][0]["verdict"] = "differs"
    listed.write(f"{RESULTS}/claims.json", json.dumps(content))
    assert claims(listed) == [f"{RESULTS}/claims.json is not what the results say. Run: python scripts/build.py"]
    listed.run("build")
    assert claims(listed) == []


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("C4 = { chapters = ['tiny'] }", "row 'C4' does not say what the article says"),
        ("C4 = { says = 'x' }", "row 'C4' is answered by nobody"),
        ("C4 = { says = 'x', chapter = ['tiny'] }", "row 'C4' has 'chapter'. Did you mean 'chapters'?"),
        ("X4 = { says = 'x', at = 'y' }", "row 'X4' must be named C and a number, or T and a number"),
        ("C4 = ", "docs/claims.toml cannot be read"),
    ],
)
def test_a_row_that_is_written_wrongly_is_named(listed: Project, row: str, message: str) -> None:
    listed.edit(LIST, "C2 =", f"{row}\nC2 =")
    ran = listed.run("claims")
    assert ran.code == 1
    assert message in ran.errors[0]
    assert "Traceback" not in ran.err


def test_a_misspelt_article_is_named(listed: Project) -> None:
    listed.edit("docs/ledger.md", 'ledger("S1")', 'ledger("S7")')
    ran = listed.mkdocs()
    assert ran.code == 1
    assert "there is no article 'S7'. Did you mean 'S1'? There are: S1, traps" in ran.err


def test_the_page_says_what_was_said_measured_and_found(listed: Project) -> None:
    assert listed.mkdocs().code == 0
    text = text_of(listed.read("site/ledger.html"))
    assert "The articles hold 3 rows" in text and "and 1 traps" in text and "1 of them wait" in text
    assert "C1 Twelve 12 ( total , ±0.5) Counted." in text.replace("(total", "( total").replace("total,", "total ,")
    assert "12 reproduced" in text
    assert "C3 Later waits for chapter later" in text
    html = listed.read("site/ledger.html")
    assert 'href="chapters/tiny.html#why-three"' in html
    assert html.count('data-claim="tiny/C1/total"') == 2, "in its row and under its trap"
    assert html.count('id="tiny-c1-total"') == 1


def test_models_of_a_claim_stand_in_one_row_each_with_its_verdict(listed: Project) -> None:
    entries = json.loads(listed.read(f"{RESULTS}/claims.json"))["claims"]
    base = {**entries[0], "of": "gpt2", "part": "cosine", "says": 0.3, "tolerance": 0.01, "got": 0.25}
    both = [{**base, "model": model, "verdict": "not testable here"} for model in ("qwen2.5-0.5b", "smollm2-135m")]
    from embedguide.pages.checklist import merged_claims

    (claim,) = merged_claims(both)
    assert claim.verdict == "not testable here"
    (claim,) = merged_claims([*both, {**base, "model": "gpt2", "verdict": "differs"}])
    assert (claim.verdict, len(claim.entries)) == ("differs", 3)
    mixed = merged_claims([{**both[0], "verdict": "differs"}, {**both[1], "verdict": "reproduced"}])
    assert [one.verdict for one in mixed] == ["depends on the model"]


def test_a_number_of_a_model_that_only_the_hub_has_comes_with_its_command(listed: Project) -> None:
    more_claims(
        listed,
        '    chapter.claim("C1", "cosine", article="S1", says=0.3, got=chapter.compute(float, "0.25"), of="gpt2", tolerance=0.01)\n'
        '    chapter.claim("C1", "secret", article="S1", says=0.3, got=chapter.compute(float, "0.25"), of="gpt-9", tolerance=0.01)\n',
    )
    listed.mkdocs()
    text = text_of(listed.read("site/ledger.html"))
    assert "Said of GPT-2, which only the hub has. python scripts/build.py tiny --model gpt2 settles it." in text
    assert "Said of gpt-9, which none of our sources holds." in text


def test_a_claim_that_could_not_be_measured_says_so(listed: Project) -> None:
    more_claims(
        listed,
        '    chapter.claim("C1", "away", article="S1", says="away", got=chapter.compute(dict.get, {}, "text"), note="Away.")\n',
    )
    listed.mkdocs()
    html = listed.read("site/ledger.html")
    assert "nothing to measure not testable here" in text_of(html) and 'data-got=""' in html


def test_markup_in_a_claim_is_text(listed: Project) -> None:
    listed.edit(LIST, "Twelve", "<img src=x onerror=alert(1)>")
    listed.mkdocs()
    assert "<img" not in listed.read("site/ledger.html")
