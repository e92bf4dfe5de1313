"""A new chapter: all of its files or none, and a navigation that keeps its comments and tags."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from tiny_project import Project

from embedguide.pages.outline import read_config
from embedguide.results import ResultError
from embedguide.workshop.nav import add_to_nav, yaml_text
from embedguide.workshop.new_chapter import write_chapter

Copy = Callable[[str], Project]
CONFIG = textwrap.dedent("""\
    site_name: Tiny
    site_url: !ENV [SITE_URL, "https://example.org/"]  # a tag
    nav:
      # the first page
      - index.md
      - Words: # a group
          - One: chapters/one.md  # stays
          # after one
          - "Two: twice": chapters/two.md
      - 'Inside the table':
          - Three: chapters/three.md

      - Reference:
          - Glossary: glossary.md
    plugins: []
""")


@pytest.mark.parametrize(
    ("group", "line"),
    [
        (None, "      - New: chapters/new.md\n\n  - Reference:"),
        ("Words", '      - "Two: twice": chapters/two.md\n      - New: chapters/new.md\n'),
        ("Inside the table", "      - Three: chapters/three.md\n      - New: chapters/new.md\n"),
        ("Reference", "      - Glossary: glossary.md\n      - New: chapters/new.md\nplugins"),
    ],
)
def test_the_line_goes_to_the_end_of_its_group_and_nothing_else_changes(group: str | None, line: str) -> None:
    edited = add_to_nav(CONFIG, "chapters/new.md", "New", group)
    assert line in edited
    assert edited.replace("      - New: chapters/new.md\n", "") == CONFIG


def test_the_first_chapter_goes_to_the_end_of_the_navigation() -> None:
    text = "site_name: x\nnav:\n- Home: index.md\n- Other: other.md"
    assert add_to_nav(text, "chapters/a.md", "A", None) == f"{text}\n- A: chapters/a.md\n"
    assert add_to_nav("site_name: x\n", "chapters/a.md", "A", None) == "site_name: x\n"


@pytest.mark.parametrize(
    "title", ["Rows: how long?", "yes", "It's", '"quoted"', "# hash", "7", "Größe", "- dash", "a: b #c"]
)
def test_a_title_is_read_back_as_it_was_given(title: str) -> None:
    edited = add_to_nav(CONFIG, "chapters/new.md", title, "Words")
    assert {title: "chapters/new.md"} in read_config(edited)["nav"][1]["Words"]
    assert yaml.safe_load(yaml_text(title)) == title


@pytest.mark.parametrize(
    ("text", "group", "message"),
    [
        (CONFIG, "Inside teh table", "has no group 'Inside teh table' in its nav. Did you mean 'Inside the table'?"),
        ("site_name: x\n", "Words", "has no nav"),
        ("nav: [index.md]\n", None, "not written as a list with one entry a line"),
        ("nav:\n  - A: {b: c.md}\n  - Words: [chapters/one.md]\n", "Words", "could not be edited safely"),
    ],
)
def test_a_navigation_that_cannot_be_edited_is_left_alone(text: str, group: str | None, message: str) -> None:
    with pytest.raises(ResultError, match=message.replace("?", r"\?")):
        add_to_nav(text, "chapters/new.md", "New", group)


def written(tiny: Project) -> set[str]:
    return {path.relative_to(tiny.root).as_posix() for path in tiny.root.rglob("*") if ".cache" not in path.parts}


def test_script_page_test_and_entry_are_written(project: Copy) -> None:
    tiny = project("fresh")
    tiny.write("mkdocs.yml", tiny.read("mkdocs.yml") + "nav:\n  - Home: index.md\n")
    before = written(tiny)
    ran = tiny.run("new", "row-lengths")
    assert ran.code == 0, ran.err
    files = {"scripts/chapters/row-lengths.py", "docs/chapters/row-lengths.md", "tests/chapters/test_row_lengths.py"}
    assert written(tiny) - before == files | {"docs/chapters", "tests", "tests/chapters"}
    assert "  - Row lengths: chapters/row-lengths.md\n" in tiny.read("mkdocs.yml")
    assert "title: Row lengths\n" in tiny.read("docs/chapters/row-lengths.md")
    assert all(word in ran.out + ran.err for word in (*files, "python scripts/build.py row-lengths"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["tiny"], "there is a chapter 'tiny' already (scripts/chapters/tiny.py, docs/assets/results/tiny/)"),
        (["left-over"], "there is a chapter 'left-over' already (docs/assets/results/left-over/)"),
        (["Row_lengths"], "lower-case words and digits joined by '-', such as 'row-lengths'"),
        (["../up"], "lower-case words"),
        (["a--b"], "lower-case words"),
        (["index"], "not 'index'"),
        (["check"], "'check' is a command"),
        (["notebooks"], "'notebooks' stands for all notebooks"),
        (["x", "--title", "two\nlines"], "a title is one line"),
        (["x", "--title", "{{ models() }}"], "without directives"),
        (["x", "--group", "Nope"], "has no nav, so there is no group 'Nope'"),
    ],
)
def test_a_taken_or_ill_formed_name_writes_nothing(built: Project, arguments: list[str], message: str) -> None:
    built.write("docs/assets/results/left-over/a.json", "{}")
    before, config = written(built), built.read("mkdocs.yml")
    ran = built.run("new", *arguments)
    assert ran.code == 1
    assert len(ran.errors) == 1 and message in ran.errors[0], ran.err
    assert (written(built), built.read("mkdocs.yml")) == (before, config)


def test_when_the_last_file_cannot_be_written_none_is(project: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny = project("fresh")
    before, config = written(tiny), tiny.read("mkdocs.yml")
    opened, really_open = [], os.open

    def full(path: Path, *arguments: int) -> int:
        opened.append(path)
        if Path(path).name.startswith("test_"):
            raise OSError(28, "No space left on device")
        return really_open(path, *arguments)

    monkeypatch.setattr(os, "open", full)
    with pytest.raises(ResultError, match=r"No space left on device\. Nothing was written"):
        write_chapter(tiny.root, "norms")
    assert len([path for path in opened if "norms" in Path(path).name]) == 3
    assert (written(tiny), tiny.read("mkdocs.yml")) == (before, config)
