"""One entry more in the ``nav`` of ``mkdocs.yml``, put in as text, so that comments and tags such as ``!ENV`` stay."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from embedguide.pages.outline import read_config
from embedguide.results import ResultError

NAV = re.compile(r"nav\s*:\s*(#.*)?")
CHAPTERS = "chapters/"
# A title that YAML reads as it stands.
PLAIN = re.compile(r"[A-Za-z][\w ,.()'’–-]*")


@dataclass(frozen=True)
class Entry:
    """A line of ``nav``: its place in the file, how far it is indented, and what follows the dash."""

    line: int
    indent: int
    words: str


def add_to_nav(text: str, path: str, title: str, group: str | None) -> str:
    """The text of ``mkdocs.yml`` with one line more.

    The line goes to the end of `group`; without a group, to the group of the last chapter, or to the end of ``nav``
    where there is no chapter yet. A file without ``nav`` comes back as it is, since MkDocs then finds pages by itself.

    Args:
        text: The file.
        path: The page, below ``docs/``.
        title: What the navigation calls it.
        group: The title of a part of the navigation at its top level.

    Raises:
        ResultError: there is no such group, or ``nav`` is written in a way that cannot be edited line by line.
    """
    entries = _entries(text)
    if not entries and "nav" not in read_config(text):
        if group:
            raise ResultError(f"mkdocs.yml has no nav, so there is no group '{group}'. Leave out --group")
        return text
    after, indent = _place(entries, group)
    lines = text.splitlines(keepends=True)
    if after < len(lines) and not lines[after].endswith("\n"):
        lines[after] += "\n"
    lines.insert(after + 1, f"{' ' * indent}- {yaml_text(title)}: {path}\n")
    edited = "".join(lines)
    _check(text, edited, {title: path})
    return edited


def yaml_text(text: str) -> str:
    """`text` as YAML takes it on one line, in quotes where it needs them."""
    if PLAIN.fullmatch(text) and yaml.safe_load(text) == text:
        return text
    return json.dumps(text, ensure_ascii=False)


def _entries(text: str) -> list[Entry]:
    """The entries of ``nav`` as they stand in the file, one per line."""
    found: list[Entry] = []
    inside = False
    for number, line in enumerate(text.splitlines()):
        bare = line.strip()
        if not inside:
            inside = NAV.fullmatch(line.rstrip()) is not None
        elif bare.startswith("-"):
            found.append(Entry(number, len(line) - len(line.lstrip()), bare[1:].strip()))
        elif bare and not bare.startswith("#"):
            break
    return found


def _place(entries: Sequence[Entry], group: str | None) -> tuple[int, int]:
    """After which line of the file a new entry goes, and how far it is indented."""
    if not entries:
        raise ResultError("the nav of mkdocs.yml is not written as a list with one entry a line. Add the page by hand")
    top = entries[0].indent
    if group is None:
        chapters = [entry for entry in entries if _target(entry).startswith(CHAPTERS)]
        last = chapters[-1] if chapters else entries[-1]
        return (last.line, last.indent) if chapters else (last.line, top)
    heads = {
        _title(entry): number for number, entry in enumerate(entries) if entry.indent == top and not _target(entry)
    }
    if group not in heads:
        near = difflib.get_close_matches(group, heads, n=1, cutoff=0.5)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        raise ResultError(f"mkdocs.yml has no group '{group}' in its nav.{hint} Groups: {', '.join(heads) or 'none'}")
    start = heads[group] + 1
    inner = []
    for entry in entries[start:]:
        if entry.indent <= top:
            break
        inner.append(entry)
    return (inner[-1].line, inner[0].indent) if inner else (entries[heads[group]].line, top + 4)


def _title(entry: Entry) -> str:
    return next(iter(_read(entry))) if isinstance(_read(entry), dict) else ""


def _target(entry: Entry) -> str:
    """The page of an entry; empty for the head of a group."""
    found = _read(entry)
    value = next(iter(found.values())) if isinstance(found, dict) else found
    return value if isinstance(value, str) else ""


def _read(entry: Entry) -> Any:
    try:
        return yaml.safe_load(entry.words)
    except yaml.YAMLError:
        return None


def _check(before: str, after: str, entry: dict[str, str]) -> None:
    """Make sure that the file says what it said, and the new entry. Raises ResultError otherwise."""
    old = read_config(before)
    try:
        new = read_config(after)
        same = {**old, "nav": None} == {**new, "nav": None} and _without(new["nav"], entry) == old["nav"]
    except (yaml.YAMLError, KeyError, TypeError):
        same = False
    if not same:
        (title, path), *_ = entry.items()
        raise ResultError(
            f"the nav of mkdocs.yml could not be edited safely. Add '- {title}: {path}' to it by hand first"
        )


def _without(nav: Any, entry: dict[str, str]) -> Any:
    """A ``nav`` without `entry`, at any depth."""
    if isinstance(nav, list):
        return [_without(item, entry) for item in nav if item != entry]
    return {title: _without(value, entry) for title, value in nav.items()} if isinstance(nav, dict) else nav
