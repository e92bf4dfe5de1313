"""The preview: a saved page shows, a saved script computes what it touches, and a mistake leaves the page standing."""

from __future__ import annotations

import importlib.util
import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tiny_project import RESULTS, Project

import embedguide.workshop.preview as preview_module
from embedguide.results import ResultError
from embedguide.workshop.edits import changed_files, pages_that_place, take_snapshot
from embedguide.workshop.preview import Preview, commands_for
from embedguide.workshop.preview_server import PreviewServer
from embedguide.workshop.site_build import Built, read_built


class Watched:
    """A preview of a tiny project, driven by the test: ``look()`` is what it does after each pause."""

    def __init__(self, tiny: Project, server: PreviewServer) -> None:
        self.tiny, self.server = tiny, server
        self.preview = Preview(tiny.root, server)
        self.preview._seen = take_snapshot(tiny.root)
        self.preview._update(set())

    def look(self) -> None:
        time.sleep(0.01)
        self.preview.look()

    def get(self, path: str = "") -> tuple[int, str]:
        try:
            with urllib.request.urlopen(self.server.address + path) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def news(self) -> dict[str, object]:
        return json.loads(self.get("__preview__/news?version=0&seen=x")[1])


@pytest.fixture
def watched(built: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    monkeypatch.setattr(preview_module, "write_assets", lambda *_: None)
    monkeypatch.chdir(built.root)
    server = PreviewServer("127.0.0.1", 0)
    found = Watched(built, server)
    yield found
    server.close()
    found.preview.close()


def test_shows_the_site_and_pages_that_ask_for_news(watched: Watched) -> None:
    status, page = watched.get()
    assert (status, "The total is" in page, "/__preview__/preview.js" in page) == (200, True, True)
    assert watched.get("__preview__/preview.js")[1].startswith("// @ts-check")
    assert watched.get("no/such/page")[0] == 404
    assert watched.get("../../mkdocs.yml")[0] == 404
    assert (watched.news()["text"], watched.news()["failed"]) == ("", False)


def test_an_edit_in_a_page_shows_and_computes_nothing(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Preview, "_compute", lambda _self: pytest.fail("a page has nothing to compute"))
    version = watched.news()["version"]
    watched.tiny.edit("docs/index.md", "The total is", "The sum is")
    watched.look()
    assert "The sum is" in watched.get()[1]
    assert watched.news()["version"] != version


def test_pages_that_list_others_catch_up(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[bool] = []
    real = preview_module.build_site
    monkeypatch.setattr(
        preview_module, "build_site", lambda *a, **k: (built.append("edited_only" in k), real(*a, **k))[1]
    )
    watched.tiny.edit("docs/index.md", "The total is", "The sum is")
    watched.look()
    version, folder = watched.news()["version"], watched.server.folder
    monkeypatch.setattr(preview_module, "SETTLE", 0.0)
    watched.look()
    assert watched.server.folder not in (None, folder)
    assert "The sum is" in watched.get()[1]
    folder = watched.server.folder
    watched.look()
    assert watched.server.folder == folder, "once is enough"
    assert watched.news()["version"] == version, "nobody is disturbed for it"


def test_catching_up_gives_way_to_an_edit(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    watched.tiny.edit("docs/index.md", "The total is", "The sum is")
    watched.look()
    folder = watched.server.folder
    monkeypatch.setattr(preview_module, "SETTLE", 0.0)
    monkeypatch.setattr(preview_module, "PAUSE", 0.01)
    with monkeypatch.context() as patch:
        patch.setattr(
            preview_module, "command_to_build", lambda *_: [sys.executable, "-c", "import time; time.sleep(60)"]
        )
        watched.tiny.edit("docs/index.md", "The sum is", "All of it is")
        started = time.monotonic()
        watched.preview._catch_up()
        assert time.monotonic() - started < 20
    assert watched.server.folder == folder, "what was built halfway is not shown"
    watched.look()
    assert "All of it is" in watched.get()[1] and watched.server.folder == folder
    watched.look()
    assert watched.server.folder != folder, "it catches up after all"
    assert "All of it is" in watched.get()[1]


@pytest.mark.parametrize(
    ("printed", "built"),
    [
        ('{"built": true, "text": ""}\n', Built(True, "")),
        ('a page printed\n{"built": false, "text": "no"}', Built(False, "no")),
        ("", Built(False, "the build of the pages ended without a word")),
        ("one\ntwo", Built(False, "one\ntwo")),
    ],
)
def test_what_a_build_elsewhere_prints_is_read(printed: str, built: Built) -> None:
    assert read_built(printed) == built


def test_an_edit_in_a_script_builds_the_page_that_places_its_results_and_no_other(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.tiny.write("docs/other.md", "# Another\n")
    watched.look()
    folder = watched.server.folder
    assert folder is not None
    page, other = folder / "index.html", folder / "other/index.html"
    before = other.stat().st_mtime_ns
    watched.tiny.edit("scripts/chapters/tiny.py", "np.linspace(-1, 1", "np.linspace(-2, 1")
    watched.look()
    assert watched.server.folder == folder and watched.news()["text"] == ""
    assert other.stat().st_mtime_ns == before
    assert page.stat().st_mtime_ns > before


def test_an_edit_while_results_are_computed_is_seen_next(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Preview._compute

    def edited_meanwhile(preview: Preview) -> str:
        said = real(preview)
        watched.tiny.edit("scripts/helpers.py", "FACTOR = 5", "FACTOR = 7")
        return said

    watched.tiny.edit("scripts/helpers.py", "FACTOR = 3", "FACTOR = 5")
    with monkeypatch.context() as patch:
        patch.setattr(Preview, "_compute", edited_meanwhile)
        watched.look()
    watched.look()
    assert ">28<" in watched.get()[1]


def test_pages_that_place_a_result_are_found_by_its_file(built: Project) -> None:
    assert pages_that_place(built.root, {f"{RESULTS}/tiny/total.json", f"{RESULTS}/index.json"}) == {"docs/index.md"}
    assert pages_that_place(built.root, {f"{RESULTS}/tiny/nothing.json"}) == set()
    assert pages_that_place(built.root, {"docs/notebooks/walk.ipynb"}) == {"docs/notebooks/walk.md"}


def test_a_mistake_in_a_page_is_shown_and_the_page_stands(watched: Watched, capfd: pytest.CaptureFixture[str]) -> None:
    before = watched.get()[1]
    watched.tiny.edit("docs/index.md", 'value("tiny/total")', 'valu("tiny/total")')
    watched.look()
    assert watched.get()[1] == before
    assert watched.news()["failed"]
    assert "there is no directive 'valu'. Did you mean 'value'?" in str(watched.news()["text"])
    assert "there is no directive 'valu'" in capfd.readouterr().err
    watched.tiny.edit("docs/index.md", 'valu("tiny/total")', 'value("tiny/total")')
    watched.look()
    assert watched.news()["text"] == ""


def test_an_edit_in_a_helper_computes_just_what_it_touches(watched: Watched, capfd: pytest.CaptureFixture[str]) -> None:
    times = {path.name: path.stat().st_mtime_ns for path in watched.tiny.path(f"{RESULTS}/tiny").iterdir()}
    watched.tiny.edit("scripts/helpers.py", "FACTOR = 3", "FACTOR = 5")
    watched.look()
    assert ">20<" in watched.get()[1]
    written = {
        p.name for p in watched.tiny.path(f"{RESULTS}/tiny").iterdir() if times.get(p.name) != p.stat().st_mtime_ns
    }
    assert {name for name in written if name.endswith(".json")} == {"total.json", "claim-c1-total.json"}
    assert "2 computed, 0 reworded, 3 fresh" in capfd.readouterr().err


def test_a_mistake_in_a_script_is_shown_and_the_page_stands(watched: Watched) -> None:
    before = watched.get()[1]
    watched.tiny.edit("scripts/helpers.py", "return start * FACTOR", 'raise ValueError("no count")')
    line = watched.tiny.read("scripts/helpers.py").partition("raise")[0].count("\n") + 1
    watched.look()
    assert watched.get()[1] == before
    assert f"tiny/total: ValueError: no count (scripts/helpers.py, line {line})" in str(watched.news()["text"])
    watched.tiny.edit("scripts/chapters/tiny.py", "def build(chapter)", "def build(chapter")
    watched.look()
    assert "cannot read scripts/chapters/tiny.py: line " in str(watched.news()["text"])
    watched.tiny.edit("scripts/chapters/tiny.py", "def build(chapter", "def build(chapter)")
    watched.tiny.edit("scripts/helpers.py", 'raise ValueError("no count")', "return start * FACTOR")
    watched.look()
    assert watched.news()["text"] == ""


def test_code_of_the_preview_that_cannot_be_imported_is_said_and_the_page_stands(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr("os.execv", lambda _program, command: started.append(command))
    watched.tiny.write("embedguide/kit.py", "VALUE = 1\n")
    watched.look()
    spec = importlib.util.spec_from_file_location("kit", watched.tiny.path("embedguide/kit.py"))
    assert spec is not None
    monkeypatch.setitem(sys.modules, "kit", importlib.util.module_from_spec(spec))
    monkeypatch.setenv("PYTHONPATH", str(watched.tiny.path("embedguide")))
    before = watched.get()[1]
    watched.tiny.write("embedguide/kit.py", "import nothing_here\n")
    watched.look()
    assert started == [] and watched.get()[1] == before
    assert "No module named 'nothing_here'" in str(watched.news()["text"])
    watched.tiny.write("embedguide/kit.py", "VALUE = 22\n")
    watched.look()
    assert [command[3] for command in started] == ["serve"]


def test_before_the_first_site_is_whole_a_page_says_so(built: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview_module, "write_assets", lambda *_: None)
    monkeypatch.chdir(built.root)
    built.edit("docs/index.md", 'value("tiny/total")', 'valu("tiny/total")')
    server = PreviewServer("127.0.0.1", 0)
    found = Watched(built, server)
    try:
        status, page = found.get("some/page/")
        assert (status, "is being built" in page, "preview.js" in page) == (503, True, True)
        assert "'valu'" in str(found.news()["text"])
    finally:
        server.close()
        found.preview.close()


def test_news_wait_until_there_are_any(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("embedguide.workshop.preview_server.PATIENCE", 5.0)
    server = PreviewServer("127.0.0.1", 0)
    try:
        news = server.news
        with ThreadPoolExecutor() as pool:
            started = time.monotonic()
            asked = pool.submit(server.wait_for_news, news.version, news.mark)
            time.sleep(0.1)
            assert not asked.done(), "there is nothing new yet"
            server.tell("computing")
            assert asked.result().text == "computing"
            assert time.monotonic() - started < 4, "told at once, not when patience ends"
        started = time.monotonic()
        assert server.wait_for_news(news.version, news.mark).text == "computing"
        assert time.monotonic() - started < 4, "what a page has not seen it need not wait for"
        monkeypatch.setattr("embedguide.workshop.preview_server.PATIENCE", 0.05)
        assert server.wait_for_news(server.news.version, server.news.mark) == server.news
    finally:
        server.close()


def test_a_taken_port_is_said_in_one_line() -> None:
    server = PreviewServer("127.0.0.1", 0)
    port = int(server.address.rstrip("/").rpartition(":")[2])
    try:
        with pytest.raises(ResultError, match="Choose another --port"):
            PreviewServer("127.0.0.1", port)
    finally:
        server.close()


def test_a_look_sees_edits_additions_and_removals_but_no_droppings(tmp_path: Path) -> None:
    for name in ("docs/a.md", "docs/b.md", "mkdocs.yml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    before = take_snapshot(tmp_path)
    (tmp_path / "docs/a.md").write_text("xy")
    (tmp_path / "docs/b.md").unlink()
    (tmp_path / "docs/c.md").write_text("x")
    for dropping in ("docs/.a.md.swp", "docs/a.md~", "docs/.#a.md"):
        (tmp_path / dropping).write_text("x")
    assert changed_files(before, take_snapshot(tmp_path)) == {"docs/a.md", "docs/b.md", "docs/c.md"}


def test_every_added_model_is_computed_by_a_command_of_its_own() -> None:
    from embedguide.results import Freshness, ResultId

    stale = [
        Freshness(ResultId("b", "x", "smollm2-135m"), "stale"),
        Freshness(ResultId("a", "x"), "missing"),
        Freshness(ResultId("a", "x", "me-tiny"), "stale", added="me/tiny"),
        Freshness(ResultId("c", "x", "me-tiny"), "stale", added="me/tiny"),
    ]
    assert list(commands_for(stale)) == [
        ["build", "a", "b"],
        ["build", "a", "--model", "me/tiny"],
        ["build", "c", "--model", "me/tiny"],
    ]
