"""The command line: exit codes, one line per error on standard error, no traceback for errors that were meant to be read."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from tiny_project import Project

Copy = Callable[[str], Project]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["build", "tinny"], "there is no chapter 'tinny'. Did you mean 'tiny'? Chapters: tiny"),
        (["tinny"], "there is no chapter 'tinny'. Did you mean 'tiny'?"),
        (["check", "zzz"], "there is no chapter 'zzz'. Chapters: tiny"),
        (["verify", "tinny"], "Did you mean 'tiny'?"),
        (["explain", "tiny/tota"], "there is no result 'tiny/tota'."),
        (["build", "--model", "smollm2-135n"], "smollm2-135m"),
        (["fetch", "tinyshakespear"], "tinyshakespeare"),
    ],
)
def test_a_misspelt_name_is_one_line_with_the_nearest(project: Copy, arguments: list[str], message: str) -> None:
    ran = project("fresh").run(*arguments)
    assert ran.code == 1
    assert len(ran.errors) == 1, ran.err
    assert message in ran.errors[0]
    assert "Traceback" not in ran.err
    assert ran.out == "" or arguments[0] == "fetch"


def test_outside_of_a_project(project: Copy) -> None:
    tiny = project("fresh")
    tiny.path("mkdocs.yml").unlink()
    ran = tiny.run("check")
    assert ran.code == 1
    assert "no mkdocs.yml" in ran.errors[0]


def test_an_unknown_option_is_a_usage_error(project: Copy) -> None:
    assert project("fresh").run("check", "--nope").code == 2


def test_check_says_missing_then_fresh_then_stale(project: Copy) -> None:
    tiny = project("fresh")
    missing = tiny.run("check", "tiny")
    assert missing.code == 1
    assert "missing tiny/total: it was never computed. Run: python scripts/build.py tiny" in missing.out
    tiny.build()
    fresh = tiny.run("check", "--all")
    assert (fresh.code, fresh.out.count("fresh  ")) == (0, 5)
    tiny.edit("scripts/helpers.py", "FACTOR = 3", "FACTOR = 5")
    stale = tiny.run("check")
    assert stale.code == 1
    assert [line.split(":")[0] for line in stale.out.splitlines()] == [
        "stale   tiny/claim-c1-total",
        "stale   tiny/total",
    ]
    assert "scripts/helpers.py changed (FACTOR)" in stale.out


def test_check_names_what_is_wrong_on_pages(built: Project) -> None:
    tiny = built
    tiny.edit("docs/index.md", '{{ data("tiny/grid") }}', "")
    ran = tiny.run("check")
    assert ran.code == 1
    assert ran.errors == [
        "dataset 'tiny/grid' is on no page. Place it with {{ data(\"tiny/grid\") }} or remove it from scripts/chapters/tiny.py"
    ]


@pytest.mark.parametrize("arguments", [["check"], ["build"], ["explain", "tiny/total"]])
def test_a_script_with_a_syntax_error_is_named(built: Project, arguments: list[str]) -> None:
    tiny = built
    tiny.write("scripts/chapters/tiny.py", "def build(chapter:\n")
    ran = tiny.run(*arguments)
    assert ran.code == 1
    assert "scripts/chapters/tiny.py" in ran.err


def test_a_result_without_a_script_is_named(built: Project) -> None:
    tiny = built
    tiny.path("scripts/chapters/tiny.py").unlink()
    ran = tiny.run("check")
    assert ran.code == 1
    assert "belongs to no chapter" in ran.err


def test_the_program_itself_exits_with_the_code(project: Copy) -> None:
    tiny = project("fresh")
    ran = subprocess.run(
        [sys.executable, "-m", "embedguide.cli", "check"], cwd=tiny.root, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert "results: 0 fresh, 0 stale, 5 missing" in ran.stderr
