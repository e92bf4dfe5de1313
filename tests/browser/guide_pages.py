"""The pages of the guide, from the Markdown they are made of."""

from pathlib import Path

ROOT = Path(__file__).parents[2]


def page_paths():
    """The address of every page of the guide, from the Markdown it is made of."""
    found = []
    for path in sorted((ROOT / "docs").rglob("*.md")):
        stem = path.relative_to(ROOT / "docs").with_suffix("").as_posix()
        found.append("" if stem == "index" else f"{stem.removesuffix('/index')}/")
    return found


def chapter_paths():
    """The addresses of the chapters."""
    return [path for path in page_paths() if path.startswith("chapters/")]
