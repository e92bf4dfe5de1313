"""The report of a change: which results changed, how, and an error when results did not come along with the code."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_project import RESULTS, Project

from embedguide.pages.pictures import picture_names
from embedguide.results import ResultId
from embedguide.workshop.report import compare_with, render_report

GIT = ("git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")


def git(root: Path, *arguments: str) -> None:
    subprocess.run([*GIT, *arguments], cwd=root, check=True, capture_output=True)


def draw(tiny: Project, content: bytes) -> None:
    """Stand-ins for the pictures of the figure as it is now."""
    document = tiny.store.read(ResultId("tiny", "bars"))
    for path in tiny.path(f"{RESULTS}/tiny").glob("*.webp"):
        path.unlink()
    for name in picture_names(ResultId("tiny", "bars"), document).values():
        tiny.path(f"{RESULTS}/{name}").write_bytes(content)


@pytest.fixture
def committed(built: Project) -> Project:
    """The tiny site in a repository of its own, results and all."""
    draw(built, b"before")
    git(built.root, "init", "-q")
    git(built.root, "add", "-A")
    git(built.root, "commit", "-qm", "First")
    return built


def changed(tiny: Project) -> dict[str, str]:
    return {change.result: change.what for change in compare_with(tiny.root, "HEAD").changes}


def test_nothing_changed(committed: Project) -> None:
    ran = committed.run("report", "--base", "HEAD")
    assert (ran.code, ran.errors) == (0, [])
    assert "No result changed." in ran.out


def test_numbers_words_and_code_are_told_apart(committed: Project) -> None:
    committed.edit("scripts/helpers.py", "FACTOR = 3", "FACTOR = 4")
    committed.edit("scripts/chapters/tiny.py", "np.linspace(-1, 1", "np.linspace(-2, 1")
    committed.edit("scripts/chapters/tiny.py", "Three *bars*.", "Three short *bars*.")
    committed.edit("scripts/helpers.py", "range(start, start + 3)", "range(start, 3 + start)")
    committed.build()
    assert changed(committed) == {
        "tiny/total": "numbers", "tiny/claim-c1-total": "numbers", "tiny/grid": "numbers", "tiny/bars": "words",
        "tiny/rows": "provenance",
    }  # fmt: skip
    total = next(c for c in compare_with(committed.root, "HEAD").changes if c.result == "tiny/total")
    assert (total.before, total.after, total.lines) == ("12", "16", ["value: 12 became 16"])
    claim = next(c for c in compare_with(committed.root, "HEAD").changes if c.kind == "claim")
    assert (claim.before, claim.after) == ("12 (reproduced)", "16 (differs)")


def test_new_and_removed_results(committed: Project) -> None:
    committed.edit("scripts/chapters/tiny.py", 'chapter.value("total"', 'chapter.value("sum"')
    committed.edit("docs/index.md", "tiny/total", "tiny/sum")
    committed.edit("scripts/chapters/tiny.py", "tiny/total", "tiny/sum")
    committed.build()
    found = changed(committed)
    assert (found["tiny/sum"], found["tiny/total"]) == ("new", "removed")


def test_pictures_stand_side_by_side(committed: Project) -> None:
    committed.edit("scripts/helpers.py", "range(start, start + 3)", "range(start, start + 4)")
    committed.build()
    draw(committed, b"after")
    report = compare_with(committed.root, "HEAD")
    bars = next(change for change in report.changes if change.result == "tiny/bars")
    assert bars.pictures == ("data:image/webp;base64,YmVmb3Jl", "data:image/webp;base64,YWZ0ZXI=")
    page = render_report(report, "report.html.jinja")
    assert page.count("<img ") == 2
    assert page.index("YmVmb3Jl") < page.index("YWZ0ZXI=")
    assert "tiny/rows" in render_report(report, "report.md.jinja")


def test_a_change_without_its_results_is_an_error(committed: Project) -> None:
    committed.edit("scripts/helpers.py", "FACTOR = 3", "FACTOR = 4")
    ran = committed.run("report", "--base", "HEAD", "--out", "out/report.html")
    assert ran.code == 1
    assert ran.errors == [
        "scripts/helpers.py changed, but 2 results of 'tiny' did not come along (tiny/claim-c1-total ...). "
        "Run: python scripts/build.py tiny, and commit docs/assets/results/tiny/"
    ]
    assert "Not complete" in committed.read("out/report.html")


def test_a_notebook_without_its_outputs_is_an_error(project: Callable[[str], Project]) -> None:
    site = project("notebook")
    git(site.root, "init", "-q")
    git(site.root, "add", "-A")
    git(site.root, "commit", "-qm", "First")
    ran = site.run("report", "--base", "HEAD")
    assert ran.code == 1
    assert ran.errors[-1] == (
        "the notebook 'walk' did not come along. Run: python scripts/build.py notebooks/walk, "
        "and commit docs/notebooks/walk.ipynb and docs/assets/results/notebooks/"
    )


def test_what_results_say_is_escaped(committed: Project) -> None:
    committed.edit("scripts/chapters/tiny.py", "Three *bars*.", "<script>alert(1)</script> | x")
    committed.build()
    report = compare_with(committed.root, "HEAD")
    assert "<script>alert" not in render_report(report, "report.html.jinja")
    assert "\\| x" in render_report(report, "report.md.jinja")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--base", "nope"], "there is no revision 'nope' here"),
        (["--base", "HEAD", "--out", "report.pdf"], "--out must end in .html or .md"),
    ],
)
def test_bad_input(committed: Project, arguments: list[str], message: str) -> None:
    ran = committed.run("report", *arguments)
    assert ran.code == 1
    assert message in ran.errors[0]


def test_outside_of_a_repository(built: Project) -> None:
    ran = built.run("report", "--base", "HEAD")
    assert ran.code == 1
    assert "not a git repository" in ran.errors[0]
