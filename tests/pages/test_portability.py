"""The same pages under Zensical, the successor of Material for MkDocs: same figures, tables, values and exit codes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from embedguide.pages.builder import Builder

ROOT = Path(__file__).parents[2]
# What a checkout does not hold; the bundles of Plotly are neither needed nor small.
NOT_COPIED = shutil.ignore_patterns(".*", "site", "tests", "vendor", "__pycache__", "*.egg-info", "node_modules")
BUILDERS = {
    "mkdocs": [sys.executable, "-m", "mkdocs", "build", "-q", "--strict"],
    # Without --clean it keeps a page whose Markdown did not change, whatever became of the results on it.
    "zensical": [sys.executable, "-m", "zensical", "build", "--clean", "--strict"],
}
# Marks that a builder reads and may take away.
READ_BY_BUILDERS = ("data-search-exclude",)
PLACED = {"figure": "figure.eg-figure", "table": ".eg-table", "value": "data[value]", "anything": "[class*=eg-]", "formula": "math"}  # fmt: skip


def build(folder: Path, builder: str) -> subprocess.CompletedProcess[str]:
    """Run a builder in a copy of the guide, on the code of that copy."""
    shutil.rmtree(folder / "site", ignore_errors=True)
    environment = {**os.environ, "PYTHONPATH": str(folder), "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(BUILDERS[builder], cwd=folder, env=environment, capture_output=True, text=True)


def with_stand_ins(folder: Path) -> Path:
    """The builders ask whether the bundles are there, not what is in them."""
    vendor = folder / "embedguide/pages/theme/assets/embedguide/vendor"
    vendor.mkdir(parents=True)
    for bundle in ("basic", "points", "gl"):
        (vendor / f"plotly-{bundle}.min.js").write_text("// Plotly\n")
    return folder


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the guide that a test may build, and break when it mends it again."""
    return with_stand_ins(Path(shutil.copytree(ROOT, tmp_path_factory.mktemp("portable") / "guide", ignore=NOT_COPIED)))


@pytest.fixture(scope="module")
def sites(guide: Path) -> dict[str, Path]:
    """The guide built by each builder."""
    found = {}
    for builder in BUILDERS:
        ran = build(guide, builder)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        found[builder] = guide.parent / builder
        (guide / "site").rename(found[builder])
    return found


def placed_on(page: Path) -> dict[str, list[str]]:
    """What directives put on a page, by kind, as HTML; folds aside, which stand in the page where they cannot be fetched."""
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser").select_one(".md-content")
    assert soup is not None, page
    for fold in soup.select(".eg-folds, .eg-more"):
        fold.decompose()
    for mark in READ_BY_BUILDERS:
        for element in soup.select(f"[{mark}]"):
            del element[mark]
    return {kind: [str(found) for found in soup.select(selector)] for kind, selector in PLACED.items()}


def pages_of(site: Path) -> set[str]:
    """The pages that were written in Markdown."""
    markdown = {path.relative_to(ROOT / "docs").with_suffix("") for path in (ROOT / "docs").rglob("*.md")}
    folders = {path.parent if path.name == "index" else path for path in markdown}
    return {str(folder) for folder in folders if (site / folder / "index.html").is_file()}


def test_both_builders_place_the_same(sites: dict[str, Path]) -> None:
    pages = pages_of(sites["mkdocs"])
    assert pages == pages_of(sites["zensical"]) and len(pages) == len(list((ROOT / "docs").rglob("*.md")))
    counts = dict.fromkeys(PLACED, 0)
    for page in sorted(pages):
        here, there = (placed_on(site / page / "index.html") for site in sites.values())
        for kind in PLACED:
            assert here[kind] == there[kind], f"{kind} on {page}"
            counts[kind] += len(here[kind])
    assert all(counts.values()), counts


def test_links_between_pages_and_results_lead_somewhere(sites: dict[str, Path]) -> None:
    site = sites["zensical"]
    page = site / "chapters/similarity/index.html"
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    links = [a["href"] for a in soup.select(".md-content [href]") if ":" not in a["href"] and a["href"][0] != "#"]
    assert len(links) > 10
    for link in links:
        target = (page.parent / link.split("#")[0]).resolve()
        assert target.is_file() or (target / "index.html").is_file(), link


@pytest.mark.parametrize("builder", BUILDERS)
@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("docs/notation.md", "# ", '{{ value("similarity/nope") }}\n\n# ', "there is no result 'similarity/nope'"),
        ("embedguide/analysis/neighbors.py", "SHORTEST_NEIGHBOR = 2", "SHORTEST_NEIGHBOR = 3", "is stale: "),
    ],
    ids=["an unknown result", "stale results"],
)
def test_both_builders_refuse(guide: Path, builder: str, file: str, old: str, new: str, message: str) -> None:
    text = (guide / file).read_text("utf-8")
    assert old in text
    (guide / file).write_text(text.replace(old, new, 1), "utf-8")
    try:
        ran = build(guide, builder)
    finally:
        (guide / file).write_text(text, "utf-8")
    assert ran.returncode != 0 and message in ran.stdout + ran.stderr


def test_links_are_written_as_the_builder_wants_them() -> None:
    html = '<a href="../../assets/a.json" data-json="../../assets/a.json"> <a href="../tfidf/#x"> <a href="#here"> <a href="https://a.example/b">'
    mkdocs = Builder("chapters/context/", "chapters/context.md", "")
    assert mkdocs.placed(html) == html
    zensical = Builder("chapters/context/", "chapters/context.md", "", links_to_files=True)
    assert (
        zensical.placed(html)
        == '<a href="../assets/a.json" data-json="../../assets/a.json"> <a href="tfidf/#x"> <a href="#here"> <a href="https://a.example/b">'
    )
    top = Builder("ledger/", "ledger.md", "", links_to_files=True)
    assert top.placed('<a href="../#start"> <a href="../tfidf/">') == '<a href="index.md#start"> <a href="tfidf/">'
