"""Building: all of a chapter or nothing, the same bytes every time, and files that are whole at every instant."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_project import RESULTS, Project

from embedguide.results import ResultError
from embedguide.results.store import write_atomic

Copy = Callable[[str], Project]
SCRIPT = "scripts/chapters/tiny.py"


def test_a_second_build_changes_nothing(built: Project) -> None:
    before = built.files()
    ran = built.build()
    assert built.files() == before
    assert "compute" not in ran.err


def test_one_changed_result_recomputes_one(built: Project) -> None:
    built.edit(SCRIPT, "np.linspace(-1, 1", "np.linspace(-2, 1")
    assert built.stale() == {"grid"}
    ran = built.build()
    assert "1 computed, 0 reworded, 4 fresh" in ran.err


@pytest.mark.parametrize(
    "raising", ['raise RuntimeError("broken row")', "raise SystemExit(0)", "1 / 0", "raise KeyboardInterrupt"]
)
def test_a_chapter_that_raises_publishes_nothing(built: Project, raising: str) -> None:
    before = built.files()
    built.edit("scripts/helpers.py", "FACTOR = 3", "FACTOR = 4")
    built.edit(SCRIPT, '    """A square', f'    {raising}\n    """A square')
    ran = built.run("build")
    assert ran.code != 0
    assert built.files() == before


def test_all_failures_are_reported_once_at_the_end(built: Project) -> None:
    built.edit(SCRIPT, '    """A square', '    raise ValueError("no square")\n    """A square')
    built.edit("scripts/helpers.py", "return start * FACTOR", 'raise ValueError("no count")')
    built.write(
        "scripts/chapters/other.py",
        "def build(chapter):\n    chapter.value('one', chapter.compute(int, '1'), format='d')\n",
    )
    ran = built.run("build")
    assert ran.code == 1
    (error,) = [line for line in ran.errors if "no square" in line]
    assert error.startswith(f"tiny/grid: ValueError: no square ({SCRIPT}, line ")
    assert len([line for line in ran.errors if "no count" in line]) == 2
    assert built.document("one", "other")["value"] == 1, "a chapter that works is published"
    assert built.value("total") == 12


@pytest.mark.parametrize(
    "broken", ["raise RuntimeError('at import')", "import sys; sys.exit(0)", "import no_such_module"]
)
def test_a_script_that_cannot_be_imported_fails(built: Project, broken: str) -> None:
    before = built.files()
    built.write(
        SCRIPT, built.read(SCRIPT).replace("import numpy", f"{broken}\nimport numpy").replace("FACTOR", "F") + "\n# x\n"
    )
    ran = built.run("build", "--force")
    assert ran.code == 1
    assert "chapter 'tiny'" in ran.err
    assert built.files() == before


def test_words_that_cannot_be_written_fail_before_anything_is(built: Project) -> None:
    before = built.files()
    built.edit("scripts/helpers.py", "FACTOR = 3", "FACTOR = 4")
    built.edit(SCRIPT, 'note="Counted."', "note=object()")
    built.edit(SCRIPT, "says=12", "says=13")
    assert built.run("build").code == 1
    assert built.files() == before


def test_a_caption_is_reworded_without_computing(built: Project) -> None:
    built.edit(SCRIPT, "Three *bars*.", "Three short *bars*.")
    assert built.stale() == {"bars"}
    ran = built.build()
    assert "0 computed, 1 reworded" in ran.err
    assert built.document("bars")["caption"] == "Three short *bars*."


def test_a_caption_kept_in_a_variable_is_noticed(project: Copy) -> None:
    tiny = project("fresh")
    tiny.script(
        "def words():\n    return 'one'\n\ndef build(chapter):\n    text = words()\n"
        "    chapter.dataset('a', chapter.compute(list, (1.0,)), caption=text)\n"
    )
    tiny.build()
    tiny.edit(SCRIPT, "'one'", "'two'")
    assert tiny.stale() == {"a"}
    assert "0 computed, 1 reworded" in tiny.build().err
    assert tiny.document("a")["caption"] == "two"


def test_a_result_that_is_no_longer_declared_is_removed(built: Project) -> None:
    built.edit(SCRIPT, '    chapter.dataset("grid", chapter.compute(grid, 4))\n', "")
    assert built.stale() == {"grid"}
    built.build()
    assert not built.path(f"{RESULTS}/tiny/grid.json").exists()
    assert not built.path(f"{RESULTS}/tiny/grid.bin").exists()
    assert "grid" not in built.read(f"{RESULTS}/index.json")


def test_a_result_that_is_declared_without_a_model_now_is_removed(built: Project) -> None:
    text = built.read(f"{RESULTS}/tiny/grid.json")
    assert '"model":null' in text
    built.write(f"{RESULTS}/tiny/grid.some-model.json", text.replace('"model":null', '"model":"some-model"'))
    assert built.stale() == {"grid@some-model"}
    built.build()
    assert built.path(f"{RESULTS}/tiny/grid.json").exists()
    assert not built.path(f"{RESULTS}/tiny/grid.some-model.json").exists()


def test_two_results_that_swap_names_are_both_stale(project: Copy) -> None:
    tiny = project("fresh")
    text = "def one():\n    return 1\n\ndef two():\n    return 2\n\ndef build(chapter):\n"
    tiny.script(
        text
        + "    chapter.value('a', chapter.compute(one), format='d')\n    chapter.value('b', chapter.compute(two), format='d')\n"
    )
    tiny.build()
    tiny.script(
        text
        + "    chapter.value('b', chapter.compute(one), format='d')\n    chapter.value('a', chapter.compute(two), format='d')\n"
    )
    assert tiny.stale() == {"a", "b"}
    tiny.build()
    assert (tiny.value("a"), tiny.value("b")) == (2, 1)


@pytest.mark.parametrize(
    ("damage", "name"),
    [
        (lambda p: p.write_bytes(p.read_bytes()[:-30]), "total"),
        (lambda p: p.write_bytes(b""), "total"),
        (lambda p: p.write_text("[1, 2]"), "total"),
        (lambda p: p.write_text(p.read_text().replace('"value":12', '"value":13')), "total"),
        (lambda p: p.with_suffix(".bin").write_bytes(b"\x00"), "grid"),
        (lambda p: p.with_suffix(".bin").unlink(), "grid"),
        (lambda p: p.write_bytes(p.with_name("total.json").read_bytes()), "bars"),
    ],
    ids=["truncated", "empty", "no result", "edited", "other binary", "no binary", "another result's file"],
)
def test_a_damaged_result_is_named_and_rebuilt(built: Project, damage: Callable[[Path], None], name: str) -> None:
    before = built.files()
    damage(built.path(f"{RESULTS}/tiny/{name}.json"))
    assert built.stale() == {name}
    assert f"{RESULTS}/tiny/{name}.json is damaged" in built.why()[0]
    built.build()
    assert built.files() == before


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.json"
    write_atomic(target, b"old")

    def full(_number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ResultError, match="the disk is full"):
        write_atomic(target, b"new")
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_a_kill_while_writing_leaves_the_old_or_the_new_file(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from embedguide.results.store import write_atomic\n"
        "print('ready', flush=True)\n"
        "while True:\n    for letter in b'ab': write_atomic(Path(sys.argv[1]), bytes([letter]) * 300_000)\n"
    )
    target = tmp_path / "big.json"
    for wait in (0.01, 0.03):
        process = subprocess.Popen([sys.executable, "-c", code, str(target)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        if target.exists():
            assert target.read_bytes() in (b"a" * 300_000, b"b" * 300_000)


def test_two_builds_at_once_and_other_hash_seeds_give_the_same_bytes(project: Copy) -> None:
    tiny = project("fresh")
    code = "from pathlib import Path; from embedguide.building import build_chapter as b; o = b(Path('.'), 'tiny', force=True); assert not o.failures"
    command = [sys.executable, "-c", code]
    seeds = [{**os.environ, "PYTHONHASHSEED": seed} for seed in ("1", "2")]
    running = [subprocess.Popen(command, cwd=tiny.root, env=env) for env in seeds]
    assert [process.wait() for process in running] == [0, 0]
    together = tiny.files()
    subprocess.run(command, cwd=tiny.root, env=seeds[1], check=True)
    assert tiny.files() == together


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ("chapter.value('a', chapter.compute(float, 'nan'))", "needs a finite number, got nan"),
        ("chapter.value('a', chapter.compute(list))", "needs one number or text, got list"),
        ("chapter.value('a', chapter.compute(float, '1.5'), format='d')", "format 'd' does not fit 1.5"),
        ("chapter.value('a', 3)", "needs a step"),
        ("chapter.value('a', chapter.compute(3))", "a step needs a function, got 3"),
        ("chapter.table('a', chapter.compute(list), columns=[Column('n')], caption='')", "has no rows"),
        ("chapter.table('a', chapter.compute(list, [{'m': 1}]), columns=[Column('n')], caption='')", "has no column 'n'"),
        ("chapter.table('a', chapter.compute(list, [(1, 2)]), columns=[Column('n')], caption='')", "expected 1 cells in a row, got 2"),
        ("chapter.figure('a', dict, caption='', alt='')", "must return a Drawing, got dict"),
        ("chapter.dataset('a', chapter.compute(list, [float('inf')]))", "cannot quantize"),
        ("chapter.claim('C1', 'a', article='S', says='words', got=chapter.compute(int, 1))", "needs a number and a tolerance"),
        ("name = 'a'; chapter.value(name, chapter.compute(int))", "must begin with the name, written out"),
        ("chapter.value('A b', chapter.compute(int))", "a result's name is lower-case"),
        ("chapter.value('a', chapter.compute(int)); chapter.value('a', chapter.compute(int))", "is declared twice"),
        ("[chapter for m in chapter.models('smollm2-135m')]", "with the names written out"),
        ("names = ('smollm2-135m',)\n    for m in chapter.models(*names): pass", "with the names written out"),
        ("if chapter is None: chapter.value('a', chapter.compute(int))", "did not declare it"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_result_is_said_in_one_line(project: Copy, declared: str, message: str) -> None:
    tiny = project("fresh")
    tiny.script(f"def build(chapter):\n    {declared}\n")
    ran = tiny.run("build")
    assert ran.code == 1, ran.err
    assert [line for line in ran.errors if message in line], ran.err
    assert not list(tiny.path("docs/assets").rglob("tiny/*.json"))


def test_numbers_and_words_come_back_as_they_were(project: Copy) -> None:
    import numpy as np

    tiny = project("fresh")
    tiny.script(
        "def rows():\n    return [(float('nan'), '\\ud83d'), (float('inf'), '\\ud83d\\ude00'), (1 / 3, '\\u202e\\U0001f600')]\n\n"
        "def array():\n    return [[-1.0, 0.5], [0.25, 1.0]]\n\n"
        "def build(chapter):\n"
        "    chapter.table('rows', chapter.compute(rows), columns=[Column('n', format='.2f'), Column('t')], caption='\\udc80')\n"
        "    chapter.dataset('grid', chapter.compute(array), bits=16)\n"
        "    chapter.value('most', chapter.compute(max, 3, 4), format='d')\n"
    )
    tiny.build()
    assert tiny.document("rows")["rows"] == [[None, "\ud83d"], [None, "\U0001f600"], [0.333333, "\u202e\U0001f600"]]
    document = tiny.document("grid")
    stored = np.fromfile(tiny.path(f"{RESULTS}/tiny/{document['file']}"), dtype="<i2").reshape(document["shape"])
    assert np.abs(stored * document["scale"] - [[-1.0, 0.5], [0.25, 1.0]]).max() < 1e-4
    assert tiny.value("most") == 4


def test_a_generator_serves_every_result_that_takes_it(project: Copy) -> None:
    tiny = project("fresh")
    tiny.script(
        "def numbers():\n    yield from (1, 2)\n\ndef build(chapter):\n    shown = chapter.compute(numbers)\n"
        "    chapter.value('a', chapter.compute(sum, shown), format='d')\n"
        "    chapter.value('b', chapter.compute(sum, shown), format='d')\n"
    )
    tiny.build()
    assert (tiny.value("a"), tiny.value("b")) == (3, 3)


SLICES = {
    "an argument": ("share, 2)", "share, 3)", {"a"}),
    "a dict that is filled later": ('options["by"] = 1', 'options["by"] = 9', {"a"}),
    "a list that a function fills": ("extend(numbers, 5)", "extend(numbers, 6)", {"b"}),
    "what is inside a loop": ("        total += k\n", "    total += k\n", {"c"}),
    "which branch is taken": (
        "    if LARGE:\n        n = 1\n",
        "    if LARGE:\n        pass\n    else:\n        n = 1\n",
        {"d"},
    ),
    "when a loop ends": ("if k == 2", "if k == 3", {"c"}),
    "a helper of build": ("return chapter.compute(share, 7)", "return chapter.compute(share, 8)", {"e"}),
    "a function passed by name": ("    g = 1", "    g = 2", {"g"}),
    "a lambda": ("x + 40", "x + 41", {"f"}),
    "what is handed to a function for one of its results": ("share, 50)", "share, 51)", {"i"}),
    "what is handed to it by name for another": ("share, 60)", "share, 61)", {"j"}),
    "another result's caption": ("words of h", "more words of h", {"h"}),
}


@pytest.mark.parametrize("change", SLICES)
def test_a_declaration_counts_with_what_decides_it(project: Copy, change: str) -> None:
    tiny = project("fresh")
    tiny.script(
        "LARGE = True\n\ndef share(n, by=1):\n    return n * by\n\ndef extend(numbers, n):\n    numbers.append(n)\n\n"
        "def step(chapter):\n    return chapter.compute(share, 7)\n\n"
        "def by_name(chapter, g):\n    chapter.value('g', chapter.compute(share, g), format='d')\n\n"
        "def two(chapter, i, j):\n    chapter.value('i', i, format='d')\n    chapter.value('j', j, format='d')\n\n"
        "def build(chapter):\n    two(chapter, chapter.compute(share, 50), j=chapter.compute(share, 60))\n    options = {}\n    options[\"by\"] = 1\n    numbers = []\n    extend(numbers, 5)\n    total = 0\n"
        "    for k in (1, 2, 3):\n        if k == 2:\n            break\n        total += k\n"
        "    n = 0\n    if LARGE:\n        n = 1\n    g = 1\n    for declare in (by_name,):\n        declare(chapter, g)\n"
        "    chapter.value('a', chapter.compute(share, 2), format='d')\n"
        "    chapter.value('a2', chapter.compute(share, 1, **options), format='d')\n"
        "    chapter.value('b', chapter.compute(sum, numbers), format='d')\n"
        "    chapter.value('c', chapter.compute(share, total), format='d')\n"
        "    chapter.value('d', chapter.compute(share, n), format='d')\n"
        "    chapter.value('e', step(chapter), format='d')\n"
        "    chapter.value('f', chapter.compute(lambda x: x + 40, 1), format='d')\n"
        "    chapter.dataset('h', chapter.compute(list, (1.0,)), caption='words of h')\n"
    )  # fmt: skip
    tiny.build()
    old, new, expected = SLICES[change]
    tiny.edit(SCRIPT, old, new)
    expected = {"a2"} if "options" in old else expected
    assert tiny.stale() - {"g"} == expected - {"g"}, tiny.why()
    assert "g" not in expected or "g" in tiny.stale()


@pytest.mark.parametrize(
    "around",
    ["for k in (1,):", "if chapter:", "while True:", "with open(__file__):", "try:", "for k in (1,):\n      if k:"],
)
def test_a_constant_counts_wherever_build_reads_it(project: Copy, around: str) -> None:
    tiny = project("fresh")
    depth = " " * (8 if "\n" in around else 6)
    ending = "\n    finally:\n      pass" if around == "try:" else f"\n{depth}break" if around == "while True:" else ""
    tiny.script(
        "LIMIT = 3\n\ndef share(n):\n    return n\n\n"
        f"def build(chapter):\n    {around}\n{depth}chapter.value('a', chapter.compute(share, LIMIT), format='d'){ending}\n"
    )
    tiny.build()
    tiny.edit(SCRIPT, "LIMIT = 3", "LIMIT = 4")
    assert tiny.stale() == {"a"}
    tiny.build()
    assert tiny.value("a") == 4


GIVEN = {
    "plainly": "return n",
    "among others": "found = {'n': n, 'of': OTHER_WORDS}\n    return found['n']",
    "from a loop": "for _ in range(2):\n        return n",
    "from a match": "match 1:\n        case 1:\n            return n",
    "by a function inside": "def inner():\n        return n\n    return inner()",
}


@pytest.mark.parametrize("returns", GIVEN)
def test_a_function_that_declares_counts_for_its_caller_with_what_it_returns(project: Copy, returns: str) -> None:
    tiny = project("fresh")
    tiny.script(
        "LIMIT, OTHER_WORDS = 3, 'words'\nSIZE = 5\n\ndef share(n):\n    return n\n\n"
        "def first(chapter):\n    n = chapter.compute(share, LIMIT)\n"
        f"    chapter.value('a', chapter.compute(share, SIZE), format='d')\n    {GIVEN[returns]}\n\n"
        "def build(chapter):\n    chapter.value('b', chapter.compute(share, first(chapter)), format='d')\n"
    )
    tiny.build()
    tiny.edit(SCRIPT, "SIZE = 5", "SIZE = 6")
    # Into a match no slice is cut: there the whole function counts.
    assert tiny.stale() == ({"a", "b"} if returns == "from a match" else {"a"})
    tiny.build()
    tiny.edit(SCRIPT, "= 3, 'words'", "= 4, 'words'")
    assert tiny.stale() == {"b"}
    tiny.build()
    assert tiny.value("b") == 4


def test_lists_of_results_are_written_anew(built: Project) -> None:
    index = json.loads(built.read(f"{RESULTS}/index.json"))["results"]
    assert [entry["name"] for entry in index] == ["bars", "claim-c1-total", "grid", "rows", "total"]
    assert json.loads(built.read(f"{RESULTS}/claims.json"))["claims"][0]["verdict"] == "reproduced"
    built.write(f"{RESULTS}/index.json", built.read(f"{RESULTS}/index.json").replace('"bytes":', '"bytes":1'))
    for refused in (built.run("check"), built.mkdocs()):
        assert refused.code == 1 and f"{RESULTS}/index.json is not what the results say" in refused.out + refused.err
    built.build()
    assert json.loads(built.read(f"{RESULTS}/index.json"))["results"] == index


def test_verify_tells_drift_from_staleness_and_writes_nothing(project: Copy) -> None:
    tiny = project("fresh")
    tiny.script(
        "import os\n\ndef drifting():\n    return float(os.environ.get('DRIFT', '1'))\n\n"
        "def build(chapter):\n    chapter.value('a', chapter.compute(drifting))\n"
    )
    tiny.build()
    assert tiny.run("verify").code == 0
    before = tiny.files()
    drifted = tiny.run("verify", before=lambda: os.environ.__setitem__("DRIFT", "2"))
    assert drifted.code == 1
    assert "drift tiny/a value: 1.0 became 2.0" in drifted.out
    tiny.edit(SCRIPT, "'1'", "'5'")
    stale = tiny.run("verify")
    assert stale.code == 1
    assert "drift" not in stale.out
    assert "'tiny/a' is stale" in stale.err
    assert tiny.files() == before
    tiny.edit(SCRIPT, "import os", "import sys; sys.exit(0)")
    assert tiny.run("verify").code == 1, "a script that exits verifies nothing"


def test_check_runs_nothing_and_is_quick(project: Copy) -> None:
    tiny = project("fresh")
    lines = [f"    chapter.value('v{n}', chapter.compute(share, {n}), format='d')" for n in range(300)]
    tiny.script("def share(n):\n    return n\n\ndef build(chapter):\n" + "\n".join(lines) + "\n")
    assert tiny.run("build").code == 0
    tiny.write(SCRIPT, tiny.read(SCRIPT) + "\nfrom pathlib import Path\nPath('ran').touch()\nraise SystemExit(3)\n")
    started = time.process_time()
    assert tiny.stale() == set()
    assert time.process_time() - started < 1
    assert not tiny.path("ran").exists()


def test_code_that_is_edited_while_it_runs_publishes_nothing(built: Project) -> None:
    built.edit("scripts/helpers.py", "def count(", "def more():\n    return 1\n\n\ndef count(")
    edit = "import pathlib\n        pathlib.Path('scripts/helpers.py').touch()\n        "
    built.script(
        "from scripts.helpers import count\n"
        f"def slow():\n    if True:\n        {edit}return count(2)\n"
        "def build(chapter):\n    chapter.value('total', chapter.compute(slow), format='d')\n"
    )
    before = built.files()
    ran = built.run("build")
    assert ran.code == 1
    assert "scripts/helpers.py was edited while it ran. Run it again" in ran.err
    assert built.files() == before
