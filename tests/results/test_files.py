"""Which opened files count as inputs of a result."""

from pathlib import Path

from embedguide.results.reach import CodeBase
from embedguide.results.trace import files_of


def test_files_of_the_project_count_and_what_an_installation_reads_does_not(tmp_path: Path) -> None:
    names = [
        "data/words.txt",
        "embedguide.egg-info/entry_points.txt",
        "__editable__.embedguide-0.1.0.finder.__path_hook__/",
        ".venv/lib/site-packages/x.txt",
        "site/index.html",
    ]
    root = tmp_path.resolve()
    opened = [f"{root}/{name}" for name in names] + ["/elsewhere/words.txt"]
    assert files_of(CodeBase(root), opened) == {"data/words.txt"}
