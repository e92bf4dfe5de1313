"""A new chapter: script, page, test and a line of navigation that build and pass as they are."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from string import Template

from embedguide.pages.outline import Outline
from embedguide.results import ResultError, Store
from embedguide.results.declarations import NAME
from embedguide.results.freshness import SCRIPTS
from embedguide.results.notebooks import UNIT
from embedguide.results.store import write_atomic
from embedguide.workshop.nav import add_to_nav, yaml_text

TEMPLATES = Path(__file__).parent / "templates"
CONFIG = "mkdocs.yml"


def write_chapter(
    root: Path, slug: str, *, title: str = "", group: str | None = None, reserved: Collection[str] = ()
) -> list[str]:
    """The files of a new chapter that were written, and ``mkdocs.yml`` where it names it: all of them or none.

    Args:
        root: The project's folder.
        slug: The chapter's name: lower-case words and digits joined by ``-``.
        title: What the navigation calls it; made from `slug` by default.
        group: The part of the navigation it goes to; that of the last chapter by default.
        reserved: Names that no chapter may have, those of commands.

    Raises:
        ResultError: the slug or the title is ill-formed or taken, there is no such group, or a file cannot be written.
    """
    title = title.strip() or slug.replace("-", " ").capitalize()
    _check_slug(root, slug, reserved)
    _check_title(root, title)
    config = root / CONFIG
    edited = add_to_nav(config.read_text("utf-8"), _page(slug), title, group)
    words = {"slug": slug, "yaml_title": yaml_text(title), "today": date.today().isoformat()}
    files = {path: _filled(template, words) for path, template in _files(slug).items()}
    _write(root, files, edited)
    return [*files, CONFIG]


def _page(slug: str) -> str:
    return f"chapters/{slug}.md"


def _files(slug: str) -> dict[str, str]:
    """The chapter's files below the project -> the template of each."""
    return {
        f"{SCRIPTS}/{slug}.py": "script.py.template",
        f"docs/{_page(slug)}": "page.md.template",
        f"tests/chapters/test_{slug.replace('-', '_')}.py": "test.py.template",
    }


def _filled(template: str, words: Mapping[str, str]) -> str:
    return Template((TEMPLATES / template).read_text("utf-8")).substitute(words)


def _check_slug(root: Path, slug: str, reserved: Collection[str]) -> None:
    if not NAME.fullmatch(slug) or slug == "index":
        raise ResultError(
            f"a chapter's name is lower-case words and digits joined by '-', such as 'row-lengths', and not 'index'; got '{slug}'"
        )
    if slug == UNIT.rstrip("/"):
        raise ResultError(f"'{slug}' stands for all notebooks, so no chapter can have that name. Choose another")
    if slug in reserved:
        raise ResultError(f"'{slug}' is a command, so no chapter can have that name. Choose another")
    taken = [path for path in _files(slug) if (root / path).exists()]
    taken += [f"docs/assets/results/{slug}/" for _ in Store(root).ids(slug)[:1]]
    if _page(slug) in (root / CONFIG).read_text("utf-8"):
        taken.append(f"{_page(slug)} in {CONFIG}")
    if taken:
        raise ResultError(f"there is a chapter '{slug}' already ({', '.join(taken)}). Choose another name")


def _check_title(root: Path, title: str) -> None:
    if not title.isprintable() or "{{" in title:
        raise ResultError(f"a title is one line without directives, got {title!r}")
    for page in Outline(root).pages:
        if page.nav_title == title:
            raise ResultError(f"the navigation has a page '{title}' already (docs/{page.path}). Choose another --title")


def _write(root: Path, files: Mapping[str, str], config: str) -> None:
    """Write new files and then the configuration; take all of them away again when one cannot be written."""
    written: list[Path] = []
    folders: list[Path] = []
    try:
        for path, text in files.items():
            missing = [folder for folder in (root / path).parents if not folder.exists()]
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            folders += missing
            handle = os.open(root / path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
            written.append(root / path)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
        write_atomic(root / CONFIG, config.encode())
    except BaseException as error:
        for made in written:
            made.unlink(missing_ok=True)
        for folder in sorted(folders, key=lambda f: -len(f.parts)):
            folder.rmdir()
        if isinstance(error, OSError):
            raise ResultError(f"cannot write the new chapter: {error}. Nothing was written") from error
        raise
