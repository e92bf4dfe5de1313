"""A result is stale when, and only when, something that it was computed from has changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tiny_project import Project

WAYS, PARTS, NUMBERS, LATE = "scripts/ways.py", "scripts/kit/parts.py", "scripts/kit/numbers.py", "scripts/kit/late.py"
KIT = "scripts/kit/__init__.py"

# What is edited: file, old text, new text; and the results that it makes stale.
CHANGES = {
    "a constant": (WAYS, "CONSTANT = 1\n", "CONSTANT = 100\n", "constant"),
    "a constant behind a constant": (WAYS, "INDIRECT_BASE = 2", "INDIRECT_BASE = 200", "indirect"),
    "an item set after a constant was made": (WAYS, 'MUTATED["x"] = 3', 'MUTATED["x"] = 300', "mutated"),
    "a method called on a constant": (WAYS, "UPDATED.update(x=4)", "UPDATED.update(x=400)", "updated"),
    "a function called on a constant": (WAYS, "fill(FILLED, 6)", "fill(FILLED, 600)", "filled"),
    "a loop that fills a constant": (WAYS, "LOOPED[_key] = 5", "LOOPED[_key] = 500", "looped"),
    "what a function did to a constant": (WAYS, "numbers.append(value)", "numbers.append(value + 1)", "filled"),
    "a module's constant, by whatever name it is reached": (
        PARTS, "DEEP = 62", "DEEP = 6200", "tried chained through-alias through-package dynamic",
    ),
    "a constant read by getattr": (PARTS, "DYNAMIC = 64", "DYNAMIC = 6400", "dynamic"),
    "a constant imported under another name": (PARTS, "ALIASED = 63", "ALIASED = 6300", "renamed dynamic"),
    "a constant behind a package": (PARTS, "REEXPORTED = 61", "REEXPORTED = 6100", "reexported dynamic"),
    "a function behind a package": (PARTS, "return 66", "return 6600", "calls-reexported"),
    "where a package takes a name from": (
        KIT, "from scripts.kit.parts import", "from scripts.kit.other_parts import", "reexported calls-reexported",
    ),
    "where a file takes a name from": (
        PARTS, "from .numbers import RELATIVE", "from .other_parts import RELATIVE", "relative-import dynamic",
    ),
    "which module an alias means": (
        WAYS, "import scripts.kit.parts as aliased_parts", "import scripts.kit.other_parts as aliased_parts", "through-alias dynamic",
    ),
    "which package an alias means": (WAYS, "import json\n", "import numpy as json\n", "standard"),
    "a constant behind a star": ("scripts/kit/stars.py", "STARRED = 60", "STARRED = 6000", "starred"),
    "a constant of a relative import": (NUMBERS, "RELATIVE = 70", "RELATIVE = 7000", "relative-import dynamic"),
    "a function that ran at import": (NUMBERS, "return number * 1", "return number * 2", "made"),
    "a module imported inside functions": (LATE, "late_helper(80)", "late_helper(8000)", "late-import late-import-again"),
    "a function that ran in a late import": (
        LATE, "def late_helper(number):\n    return number + 0", "def late_helper(number):\n    return number + 1",
        "late-import late-import-again",
    ),
    "another function that ran in a late import": (
        LATE, "def unrelated_helper(number):\n    return number + 0", "def unrelated_helper(number):\n    return number + 1", "",
    ),
    # Two functions import two things under one name: told apart by running only, so both count for both.
    "a name imported in one function": (PARTS, "LOCAL_ONE = 65", "LOCAL_ONE = 6500", "local-one local-two dynamic"),
    "the same name imported in another": (NUMBERS, "LOCAL_TWO = 72", "LOCAL_TWO = 7200", "local-one local-two"),
    "a class attribute": (WAYS, "own = 13", "own = 1300", "class-attribute method inherited overridden property static-method class-method"),
    "a method": (WAYS, "return self.own + 14", "return self.own + 1400", "method"),
    "a base class's method": (WAYS, "return self.factor + 1\n", "return self.factor + 100\n", "inherited first-lazy second-lazy"),
    "a method that a child now overrides": (
        WAYS, "    def never_called(self):", "    def overridden(self):\n        return 9\n\n    def never_called(self):",
        "class-attribute method inherited overridden property static-method class-method",
    ),
    "a property": (WAYS, "return 15", "return 1500", "property"),
    "a static method": (WAYS, "return 16", "return 1600", "static-method"),
    "a class method": (WAYS, "return cls.own + 17", "return cls.own + 1700", "class-method"),
    "a method that nothing calls": (WAYS, "return 18", "return 1800", ""),
    "a decorator": (WAYS, "return function() * by + 0", "return function() * by + 1", "decorated"),
    "a decorator's argument": (WAYS, "SCALE = 20", "SCALE = 2000", "decorated"),
    "a decorated function": (WAYS, "    return 2\n\n\ndef addend", "    return 200\n\n\ndef addend", "decorated"),
    "what a decorator called at import": (WAYS, "return 21", "return 2100", "bound-at-import"),
    "a decorator that only ran at import": (
        WAYS, "functools.partial(function, addend())", "functools.partial(function, addend() + 1)", "bound-at-import",
    ),
    "a default": (WAYS, "DEFAULT = 22", "DEFAULT = 2200", "default-argument"),
    "what a default was computed by": (WAYS, "return 23", "return 2300", "default-called"),
    "a nested function": (WAYS, "return 24", "return 2400", "nested"),
    "a lambda": (WAYS, "lambda: 25", "lambda: 2500", "as-lambda"),
    "a function in a dict": (WAYS, "return 26", "return 2600", "from-dict"),
    "another function in the same dict": (WAYS, "return 27", "return 2700", "other-from-dict"),
    "a lambda put in a dict": (WAYS, "lambda: 28", "lambda: 2800", "lambda-from-dict"),
    "below a function with a cache": (WAYS, "return 29", "return 2900", "first-cached second-cached"),
    "below a cache under another name": (WAYS, "return 30", "return 3000", "first-memo second-memo"),
    "below a cache made by hand": (WAYS, "return 31", "return 3100", "first-kept second-kept"),
    "below a property with a cache": (WAYS, "return 32", "return 3200", "first-lazy second-lazy"),
    "a generator": (WAYS, "yield 33", "yield 3300", "generator"),
    "what ran in a thread": (WAYS, "return 34", "return 3400", "in-thread"),
    "what ran in a pool": (WAYS, "return 35", "return 3500", "in-pool"),
    "what ran in a warm pool": (WAYS, "return 36", "return 3600", "in-pool-again"),
    "what a builtin called": (WAYS, "return -number + 0", "return -number + 1", "as-key"),
    "a constant with the name of a parameter": (WAYS, "CONSTANT = 1\n", "CONSTANT = 1.5\n", "constant"),
    "a file opened": ("data/opened.txt", "opened", "changed", "opened-file"),
    "a file read through Path": ("data/path.txt", "path", "changed", "path-file"),
    "a file named by bytes": ("data/bytes.txt", "bytes", "changed", "bytes-file"),
    "a file read at import": ("data/at_import.txt", "one", "one more", "words-at-import"),
    "a file read under a cache": ("data/cached-one.txt", "cached", "changed", "first-cached-file second-cached-file"),
    "another file read under the same cache": ("data/cached-two.txt", "cached", "changed", "second-cached-file"),
}  # fmt: skip

# Edits that change no number.
WORDS = {
    "a comment": (WAYS, "def constant():\n", "def constant():\n    # Says why.\n"),
    "a docstring": (WAYS, "def constant():\n", 'def constant():\n    """Says what."""\n'),
    "a module docstring": (WAYS, '"""One function', '"""Just one function'),
    "a class docstring": (WAYS, "class Child(Base):\n", 'class Child(Base):\n    """A child."""\n\n'),
    "formatting": (WAYS, "MUTATED = {}", "MUTATED = {\n}"),
    "quotes": (WAYS, 'getattr(aliased_parts, "DYNAMIC")', "getattr(\n        aliased_parts, 'DYNAMIC',\n    )"),
    "a return annotation": (WAYS, "def constant():", "def constant() -> int:"),
    "an argument's annotation": (WAYS, "def default_argument(number=DEFAULT)", "def default_argument(number: int = DEFAULT)"),
    "a constant's annotation": (WAYS, "CONSTANT = 1\n", "CONSTANT: int = 1\n"),
    "a class attribute's annotation": (WAYS, "    found = []\n", "    found: list[int] = []\n"),
    "a new function": (WAYS, "def standard():", "def added():\n    return 1\n\n\ndef standard():"),
    "a new constant": (WAYS, "CONSTANT = 1\n", "ADDED = 0\nCONSTANT = 1\n"),
    "order": (WAYS, "INDIRECT_BASE = 2\nINDIRECT = INDIRECT_BASE + 0\n", "INDIRECT_BASE = 2\n\n\n\nINDIRECT = INDIRECT_BASE + 0\n"),
    "prose": ("docs/index.md", "# Ways", "# Ways and means"),
    "a file that nothing reads": ("data/path.txt", "path", "path"),
    "Windows line endings": (WAYS, "\n", "\r\n"),
}  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of all ways, built once; read it, change only copies."""
    project = Project.copy("keys", tmp_path_factory.mktemp("keys") / "project")
    ran = project.run("build", before=_no_assets)
    assert ran.code == 0, ran.err
    assert project.stale() == set(), project.why()
    return project.root


def _no_assets() -> None:
    from embedguide.commands import computing

    computing.write_assets = lambda *_: None
    computing.write_pictures = lambda *_: 0


@pytest.fixture
def ways(built: Path, tmp_path: Path) -> Project:
    return Project(Path(shutil.copytree(built, tmp_path / "project", symlinks=True)))


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_makes_exactly_its_dependants_stale(ways: Project, change: str) -> None:
    file, old, new, expected = CHANGES[change]
    ways.edit(file, old, new)
    assert ways.stale() == set(expected.split()), ways.why()


@pytest.mark.parametrize("edit", WORDS)
def test_words_and_looks_make_nothing_stale(ways: Project, edit: str) -> None:
    file, old, new = WORDS[edit]
    text = ways.read(file)
    assert old in text
    ways.path(file).write_bytes(text.replace(old, new).encode())
    assert ways.stale() == set(), ways.why()


def test_files_of_other_kinds(ways: Project) -> None:
    ways.path("data/numbers.npy").write_bytes(ways.path("data/numbers.npy").read_bytes()[:-1] + b"\x07")
    ways.path("data/mapped.bin").write_bytes(b"\x09\x09")
    ways.write("data/folder/b.txt", "b")
    ways.write("data/optional.txt", "here now")
    ways.write("data/scratch.txt", "a result that writes a file does not read it")
    assert ways.stale() == {"numpy-file", "mapped-file", "listed-folder", "optional-file"}, ways.why()


def test_a_result_built_alone_has_the_bytes_of_one_built_with_all(ways: Project) -> None:
    before = ways.files()
    for name in list(before):
        if (
            (name.startswith("tiny/") and "second" in name)
            or "late-import-again" in name
            or "pool" in name
            or "made" in name
        ):
            ways.path(f"docs/assets/results/{name}").unlink()
    ways.path("data/scratch.txt").unlink()
    ran = ways.run("build", before=_no_assets)
    assert ran.code == 0, ran.err
    assert {name for name, content in ways.files().items() if before.get(name) != content} == set()


@pytest.mark.parametrize(
    "name", ["second-cached", "second-lazy", "second-kept", "second-cached-file", "late-import-again"]
)
def test_the_order_of_results_changes_no_byte(ways: Project, name: str) -> None:
    before = ways.files()
    ways.path(f"docs/assets/results/tiny/{name}.json").unlink()
    assert ways.run("build", before=_no_assets).code == 0
    assert {n for n, content in ways.files().items() if before.get(n) != content} == set()


def test_explain_names_what_changed(ways: Project) -> None:
    ways.edit(WAYS, "CONSTANT = 1\n", "CONSTANT = 100\n")
    ran = ways.run("explain", "tiny/constant")
    assert ran.code == 0
    assert "changed: scripts/ways.py changed (CONSTANT)" in ran.out
    assert "run: python scripts/build.py tiny" in ran.out


def test_a_changed_file_is_named(ways: Project) -> None:
    ways.edit("data/path.txt", "path", "changed")
    assert ways.why() == ["'tiny/path-file' is stale: data/path.txt changed. Run: python scripts/build.py tiny"]
