"""The order of the pages and of the figures and tables on them: numbers for captions, references and lists."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from yaml_env_tag import construct_env_tag

from embedguide.pages.directives import DIRECTIVE, find_all, parse
from embedguide.pages.errors import PageError

FRONT_MATTER = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n", re.DOTALL)
HEADING = re.compile(r"^#\s+(.+?)\s*#*$", re.MULTILINE)
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
WORDS_PER_MINUTE = 220
# A figure is looked at as long as a paragraph is read; a table is skimmed.
SECONDS_PER_FIGURE, SECONDS_PER_TABLE = 25, 12


class _Loader(yaml.SafeLoader):
    """YAML as MkDocs writes it: ``!ENV`` is read, other tags are read over, since no page depends on them."""


_Loader.add_constructor("!ENV", construct_env_tag)
_Loader.add_multi_constructor("", lambda loader, suffix, node: None)


def read_config(text: str) -> dict[str, Any]:
    """What a ``mkdocs.yml`` says. Raises yaml.YAMLError where it is none."""
    return yaml.load(text, Loader=_Loader) or {}  # noqa: S506  (a safe loader)


@dataclass
class PageOutline:
    """One page of the guide.

    Args:
        path: Below ``docs/``, ``chapters/similarity.md``.
        section: The part of the navigation it stands in; empty at the top.
        nav_title: Its title in the navigation; empty where the navigation leaves it to the page.
        text: Its Markdown without the front matter.
        meta: Its front matter.
    """

    path: str
    section: str
    nav_title: str
    text: str
    meta: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def heading(self) -> str:
        """The text of its first heading."""
        match = HEADING.search(self.text)
        return match[1] if match else self.title

    @property
    def title(self) -> str:
        """Its short title."""
        return self.nav_title or str(self.meta.get("title", "")) or Path(self.path).stem.replace("-", " ").capitalize()

    @property
    def slug(self) -> str:
        """The name of its file without the ending."""
        return Path(self.path).stem

    @cached_property
    def exhibits(self) -> dict[str, tuple[str, int]]:
        """``chapter/name`` -> ``("figure", 2)`` for every figure and table, in order."""
        counts = {"figure": 0, "table": 0}
        found: dict[str, tuple[str, int]] = {}
        for written in find_all(self.text):
            directive = parse(written)
            if directive.kind in counts and directive.target not in found:
                counts[directive.kind] += 1
                found[directive.target] = (directive.kind, counts[directive.kind])
        return found

    @cached_property
    def placed(self) -> list[str]:
        """Every result that it places, in order."""
        return [target for written in find_all(self.text) for target in parse(written).targets]

    @cached_property
    def minutes(self) -> int:
        """Minutes to read it: its words, and a look at each figure and table."""
        words = len(WORD.findall(DIRECTIVE.sub("", self.text)))
        kinds = [kind for kind, _ in self.exhibits.values()]
        seconds = (
            60 * words / WORDS_PER_MINUTE
            + kinds.count("figure") * SECONDS_PER_FIGURE
            + kinds.count("table") * SECONDS_PER_TABLE
        )
        return max(1, round(seconds / 60))


class Outline:
    """All pages in the order of the navigation, then those it does not name.

    Args:
        root: The project's folder.
    """

    def __init__(self, root: Path) -> None:
        self._docs = root / "docs"
        self.config = read_config((root / "mkdocs.yml").read_text("utf-8"))
        named = list(_entries(self.config.get("nav") or [], ""))
        known = {path for path, _, _ in named}
        # The pages that the navigation names; a chapter that is not among them is not finished.
        self.in_nav = known
        rest = [(p.relative_to(self._docs).as_posix(), "", "") for p in sorted(self._docs.rglob("*.md"))]
        entries = named + [entry for entry in rest if entry[0] not in known]
        self.pages = [self._page(*entry) for entry in entries if (self._docs / entry[0]).is_file()]

    def _page(self, path: str, section: str, title: str) -> PageOutline:
        text = (self._docs / path).read_text("utf-8")
        match = FRONT_MATTER.match(text)
        if match is None:
            return PageOutline(path, section, title, text)
        try:
            meta = yaml.safe_load(match[1])
        except yaml.YAMLError as error:
            raise PageError(f"docs/{path}: the lines between --- are no YAML: {error}") from error
        return PageOutline(path, section, title, text[match.end() :], meta if isinstance(meta, dict) else {})

    def page(self, path: str) -> PageOutline | None:
        """The page at `path` below ``docs/``."""
        return next((page for page in self.pages if page.path == path), None)

    def chapters(self) -> list[PageOutline]:
        """The pages below ``chapters/``, in order."""
        return [page for page in self.pages if page.path.startswith("chapters/")]

    def where(self, target: str, near: str) -> tuple[PageOutline, str, int] | None:
        """The page, kind and number of a figure or table: on page `near` if it is there, else where it comes first."""
        for page in sorted(self.pages, key=lambda p: (p.path != near, not p.path.startswith("chapters/"))):
            if target in page.exhibits:
                return page, *page.exhibits[target]
        return None


def _entries(nav: list[Any], section: str) -> list[tuple[str, str, str]]:
    """(path, section, title) of every page in a ``nav``."""
    found: list[tuple[str, str, str]] = []
    for item in nav:
        if isinstance(item, str):
            found.append((item, section, ""))
            continue
        for title, value in item.items():
            if isinstance(value, list):
                found += _entries(value, title)
            elif isinstance(value, str) and "://" not in value:
                found.append((value, section, title))
    return found
