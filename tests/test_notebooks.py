"""Notebooks: run like any result, kept with their outputs, placed on pages without running, and never half."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import stand_in
from tiny_project import Project

from embedguide.results.comparing import drift_of_text
from embedguide.results.notebooks import code_cells, code_hash

SCRIPT, KEPT = "docs/notebooks/walk.py", "docs/notebooks/walk.ipynb"
NAME = "notebooks/walk"
PAGE = "site/notebooks/walk.html"


@pytest.fixture(scope="module")
def walked_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site ``notebook`` with everything built, once; change only copies."""
    folder = tmp_path_factory.mktemp("walked")
    tiny = Project.copy("notebook", folder / "notebook")
    with pytest.MonkeyPatch.context() as patch:
        stand_in(patch, folder / "vendor")
        tiny.build("--jobs", "1")
    return tiny.root


@pytest.fixture
def walked(walked_once: Path, tmp_path: Path, without_npm_and_browser: None) -> Project:
    return Project(Path(shutil.copytree(walked_once, tmp_path / "notebook")))


def outputs(tiny: Project) -> list[list[dict]]:
    notebook = json.loads(tiny.read(KEPT))
    return [cell["outputs"] for cell in notebook["cells"] if cell["cell_type"] == "code"]


def failed(tiny: Project) -> str:
    """Build the notebook, which has to fail and leave what was there; the one line of the error."""
    before = tiny.path(KEPT).read_bytes()
    ran = tiny.run("build", NAME)
    assert ran.code == 1
    assert tiny.path(KEPT).read_bytes() == before
    assert len(ran.errors) == 1, ran.err
    return ran.errors[0]


def test_it_runs_and_keeps_its_outputs(walked: Project) -> None:
    printed, table, figure, foreign = outputs(walked)
    assert printed[0]["text"] == "three times 4 is 12\n"
    assert table[0]["data"]["application/vnd.embedguide.table+json"]["n_rows"] == 3
    assert figure[0]["data"]["application/vnd.embedguide.figure+json"]["plotly"]["data"] == [
        {"type": "bar", "y": [1, 2]}
    ]
    assert "window.foreign" in foreign[0]["data"]["text/html"]


def test_the_same_bytes_every_time_and_nothing_of_this_run_in_them(walked: Project) -> None:
    before = walked.path(KEPT).read_bytes()
    assert walked.run("build", NAME, "--force").code == 0
    assert walked.path(KEPT).read_bytes() == before
    assert str(walked.root).encode() not in before
    assert b"iopub" not in before and b"created" not in before
    ids = [cell["id"] for cell in json.loads(before)["cells"]]
    assert ids == [f"cell-{number}" for number in range(1, len(ids) + 1)]


def test_a_notebook_is_valid(walked: Project) -> None:
    nbformat = pytest.importorskip("nbformat")
    nbformat.validate(nbformat.reads(walked.read(KEPT), as_version=4))


@pytest.mark.parametrize(
    ("name", "old", "new", "is_stale"),
    [
        ("scripts/helpers.py", "FACTOR = 3", "FACTOR = 5", True),
        (SCRIPT, "number = 4", "number = 5", True),
        (SCRIPT, "  # try your own", "", True),
        ("scripts/helpers.py", "`start`, scaled.", "`start`, three times.", False),
        ("scripts/chapters/tiny.py", "np.linspace(-1, 1", "np.linspace(-2, 1", False),
    ],
)
def test_stale_when_what_it_uses_changes_and_only_then(
    walked: Project, name: str, old: str, new: str, is_stale: bool
) -> None:
    walked.edit(name, old, new)
    ran = walked.run("check")
    assert (f"stale   {NAME}" in ran.out) == is_stale, ran.out


def test_words_alone_run_nothing(walked: Project) -> None:
    walked.edit(SCRIPT, "Three times", "Thrice")
    walked.edit(SCRIPT, "# try your own", "# try another")
    assert "its words changed, nothing else" in walked.run("check").out
    before = outputs(walked)
    ran = walked.run("build", NAME)
    assert "0 computed, 1 reworded" in ran.err
    assert outputs(walked) == before
    assert "Thrice" in walked.read(KEPT) and "# try another" in walked.read(KEPT)
    assert walked.run("check").code == 0


def test_explain_says_what_it_was_made_from(walked: Project) -> None:
    walked.edit("scripts/helpers.py", "FACTOR = 3", "FACTOR = 5")
    ran = walked.run("explain", NAME)
    assert "changed: scripts/helpers.py changed (FACTOR)" in ran.out
    assert "scripts/helpers.py::count" in ran.out


def test_a_cell_that_raises_is_named_and_nothing_is_written(walked: Project) -> None:
    walked.edit(SCRIPT, "show(rows(1)", "nothing\nshow(rows(1)")
    line = walked.read(SCRIPT).splitlines().index("nothing") + 1
    assert (
        failed(walked)
        == f"notebook 'walk': cell 2 (line {line} of {SCRIPT}) raised NameError: name 'nothing' is not defined"
    )
    assert walked.mkdocs().code == 1, "the page is not built from what no longer stands"


def test_a_kernel_that_dies_is_named(walked: Project) -> None:
    walked.edit(SCRIPT, "show(rows(1)", "import os; os._exit(3)\nshow(rows(1)")
    assert "the kernel died in cell 2" in failed(walked)


def test_an_output_that_changes_from_run_to_run_is_refused(walked: Project) -> None:
    walked.edit(SCRIPT, "show(rows(1)", "print(object())\nshow(rows(1)")
    assert "cell 2 of docs/notebooks/walk.py shows an address in memory" in failed(walked)


def test_show_says_what_it_takes(walked: Project) -> None:
    walked.edit(SCRIPT, "show(rows(1)", "show(7")
    assert "show() takes a Drawing, or rows as named tuples or dicts, got int 7" in failed(walked)


def test_a_notebook_changed_by_hand_is_stale(walked: Project) -> None:
    walked.edit(KEPT, "is 12", "is 13")
    assert "docs/notebooks/walk.ipynb was changed by hand" in walked.run("check").out
    ran = walked.mkdocs()
    assert ran.code == 1 and f"python scripts/build.py {NAME}" in ran.err
    assert walked.run("build").code == 0
    assert "is 12" in walked.read(KEPT)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"metadata": {}, "cells": []}'])
def test_a_damaged_notebook_is_named_and_built_anew(walked: Project, content: str) -> None:
    walked.write(KEPT, content)
    assert "docs/notebooks/walk.ipynb is damaged" in walked.run("check").out


def test_one_that_was_never_run_is_missing(walked: Project) -> None:
    walked.path(KEPT).unlink()
    ran = walked.run("check")
    assert f"missing {NAME}: it was never run. Run: python scripts/build.py {NAME}" in ran.out


def test_one_on_no_page_is_named(walked: Project) -> None:
    walked.write("docs/notebooks/walk.md", "# Nothing\n")
    assert "notebook 'walk' is on no page." in walked.run("check").err


@pytest.mark.parametrize(("name", "message"), [("notebooks/wlak", "there is no notebook 'notebooks/wlak'. Did you mean 'notebooks/walk'?"), ("tinny", "Chapters: tiny")])  # fmt: skip
def test_a_misspelt_name_is_one_line(walked: Project, name: str, message: str) -> None:
    ran = walked.run("build", name)
    assert ran.code == 1 and message in ran.errors[0]


def test_the_page_holds_words_code_and_outputs_in_order(walked: Project) -> None:
    assert walked.mkdocs().code == 0
    html = walked.read(PAGE)
    places = [html.index(part) for part in ("A walk</h1>", "download the notebook", "try your own", "three times 4 is 12", "Rows.", "Then a figure", "Two bars", "plain &lt;b&gt;words")]  # fmt: skip
    assert places == sorted(places)
    assert 'href="walk.ipynb"' in html and 'href="walk.py"' in html
    assert "<math" in html
    assert walked.path("site/notebooks/walk.ipynb").read_bytes() == walked.path(KEPT).read_bytes()


def test_the_page_takes_no_markup_from_outputs(walked: Project) -> None:
    walked.mkdocs()
    html = walked.read(PAGE)
    assert "<script>window.foreign" not in html
    (data,) = BeautifulSoup(html, "html.parser").select("[data-eg-json]")
    assert json.loads(data["data-eg-json"])["summary"] == "Two bars </script>."


def test_a_site_is_built_without_what_runs_notebooks(walked: Project) -> None:
    def block() -> None:
        for name in ("nbclient", "nbformat", "jupytext", "ipykernel", "torch", "transformers"):
            sys.modules[name] = None  # type: ignore[assignment]

    ran = walked.mkdocs(before=block)
    assert ran.code == 0, ran.err


def test_a_package_that_is_missing_is_named(walked: Project) -> None:
    walked.edit(SCRIPT, "number = 4", "number = 5")

    def block() -> None:
        sys.modules["nbclient"] = None  # type: ignore[assignment]

    ran = walked.run("build", NAME, before=block)
    assert ran.code == 1
    assert "pip install 'embedguide[compute]'" in ran.errors[0]


def test_cells_know_their_lines_and_only_code_counts() -> None:
    text = "# %% [markdown]\n# Words\n\n# %%\na = 1\n\n# %%\n# nothing\n\n# %%\nb = 2\n"
    assert [(cell.source.strip(), cell.line) for cell in code_cells(text)] == [("a = 1", 5), ("b = 2", 11)]
    assert code_hash(text) == code_hash(text.replace("Words", "Others").replace("a = 1", "a  =  1  # one"))
    assert code_hash(text) != code_hash(text.replace("\n# %%\n# nothing\n\n# %%", ""))


DRIFTING = """

# %%
import os

drift = float(os.environ.get("DRIFT", "1"))
print(f"mean {0.512 * drift:.3f}, {1_000 * drift:,.0f} tokens")

# %%
show([{"word": "cat", "length": 3.25 * drift}])

# %%
show(Drawing(figure | {"data": [{"type": "bar", "y": [drift]}]}, [Column("n")], [(1.0,)], summary=f"It is {drift:.2f}."))

# %%
"more" if drift < 3 else None
"""


def verified(tiny: Project, drift: str, *arguments: str):
    """Verify with what the cells read set to `drift`; nothing may be written."""
    before = {path: path.read_bytes() for path in tiny.root.rglob("*") if path.is_file() and "__pycache__" not in str(path)}  # fmt: skip
    ran = tiny.run("verify", *(arguments or [NAME]), before=lambda: os.environ.__setitem__("DRIFT", drift))
    assert {path: path.read_bytes() for path in before} == before
    assert {p for p in tiny.root.rglob("*") if p.is_file() and "__pycache__" not in str(p)} == before.keys()
    return ran


def test_verify_runs_a_notebook_again_and_names_the_cells_that_drifted(walked: Project) -> None:
    walked.write(SCRIPT, walked.read(SCRIPT) + DRIFTING)
    walked.build(NAME)
    near = verified(walked, "1.0005")
    assert (near.code, near.out) == (0, ""), near.err
    assert f"{NAME}: 8 cells run again, 0 drifted, 0 could not be verified" in near.err
    far = verified(walked, "4", "notebooks")
    assert far.code == 1 and "4 drifted" in far.err
    assert far.out.splitlines() == [
        f"drift {NAME}, cell 5 stdout: 'mean 0.512, 1,000 tokens' became 'mean 2.048, 4,000 tokens'",
        f"drift {NAME}, cell 6 rows[0][1]: 3.25 became 13.0",
        f"drift {NAME}, cell 7 summary: 'It is 1.00.' became 'It is 4.00.'",
        f"drift {NAME}, cell 7 plotly.data[0].y[0]: 1.0 became 4.0",
        f"drift {NAME}, cell 8 output 1: text/plain became nothing",
    ]
    raised = verified(walked, "much")
    assert raised.code == 1 and "raised ValueError: could not convert string to float: 'much'" in raised.errors[0]


def test_verify_with_everything_runs_notebooks_too_but_not_for_one_model(walked: Project) -> None:
    assert f"{NAME}: 4 cells run again" in walked.run("verify").err
    assert NAME not in walked.run("verify", "--model", "smollm2-135m").err


def test_verify_says_why_it_could_not(walked: Project) -> None:
    assert (
        walked.run("verify", "notebooks/wlak")
        .errors[0]
        .endswith("Did you mean 'notebooks/walk'? Notebooks: notebooks/walk")
    )
    walked.edit(SCRIPT, "number = 4", "number = int(open('number.txt').read())")
    walked.write("number.txt", "4")
    stale = verified(walked, "1")
    assert stale.code == 1 and f"error {NAME}: '{NAME}' is stale: {SCRIPT} changed. Run: python" in stale.err
    walked.build(NAME)
    walked.path(KEPT).unlink()
    missing = verified(walked, "1")
    assert (
        missing.code == 1 and "there is nothing to verify. Run: python scripts/build.py notebooks/walk" in missing.err
    )


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("mean 0.12", "mean  0.13", True),
        ("mean 0.12", "mean 0.14", False),
        ("−0.50", "0.50", False),
        ("12 words", "13 words", False),
        ("49\u2009152 tokens", "49\u2009153 tokens", True),
        ("1.23e-05", "1.24e-05", True),
        ("1.23e-05", "1.23e-04", False),
        ("cat 0.12", "dog 0.12", False),
        ("a\n\nb", "a\nb\n", True),
        ("a", "a\nb", False),
    ],
)
def test_numbers_in_text_may_be_rounded_to_either_side(old: str, new: str, same: bool) -> None:
    assert (drift_of_text(old, new, 1e-3, "text") == []) == same
