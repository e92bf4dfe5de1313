"""How much longer the guide takes to build than the same pages under bare Material, as a ratio in one run.

``python bench/build_time.py [rounds]``; the budget is 1.2.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from embedguide.pages.directives import DIRECTIVE  # noqa: E402  (found beside this folder)

BARE = """
site_name: Bare
theme: {name: material, font: false}
plugins: [search]
markdown_extensions:
  [abbr, admonition, attr_list, def_list, footnotes, md_in_html, tables, toc, pymdownx.highlight, pymdownx.superfences]
"""


def bare_site(folder: Path) -> None:
    """The same prose without directives, and the same files beside it."""
    (folder / "mkdocs.yml").write_text(BARE)
    for path in sorted((ROOT / "docs").rglob("*")):
        if not path.is_file():
            continue
        target = folder / "docs" / path.relative_to(ROOT / "docs")
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".md":
            target.write_text(DIRECTIVE.sub("", path.read_text("utf-8")), "utf-8")
        else:
            target.write_bytes(path.read_bytes())


def seconds(folder: Path, site: Path) -> float:
    """Seconds of processor time of one build in a process of its own: what else the machine does counts little."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(site)]
    subprocess.run(command, cwd=folder, env=environment, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(rounds: int) -> None:
    """Build both in turn, so that a busy machine slows both alike, and print the ratio of the medians."""
    with tempfile.TemporaryDirectory() as temporary:
        bare = Path(temporary) / "bare"
        bare.mkdir()
        bare_site(bare)
        ours, theirs = [], []
        for _ in range(rounds):
            theirs.append(seconds(bare, Path(temporary) / "site-bare"))
            ours.append(seconds(ROOT, Path(temporary) / "site-ours"))
    ratio = statistics.median(ours) / statistics.median(theirs)
    print(f"guide {statistics.median(ours):.2f} s, bare Material {statistics.median(theirs):.2f} s, ratio {ratio:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
