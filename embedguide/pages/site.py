"""What the pages of one build share: results, how they stand, where they are placed."""

from __future__ import annotations

import difflib
import hashlib
import json
import sys
from collections.abc import Collection, Iterable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from embedguide.pages.assets import asset_problems
from embedguide.pages.directives import Directive, find_all, parse
from embedguide.pages.errors import PageError
from embedguide.pages.fragments import Fragments
from embedguide.pages.outline import Outline
from embedguide.results import DamagedResult, ResultId, Store, check_results
from embedguide.results.encoding import to_bytes
from embedguide.results.reach import CodeBase
from embedguide.results.store import write_atomic
from embedguide.sources import all_sources

# Where a build notes the state in which it found nothing wrong, and the kinds of files that a state is made of.
GOOD = ".cache/good.json"
WATCHED = {".md", ".py", ".json", ".toml", ".bib", ".bin", ".jinja", ".webp"}
# How many problems the build's error names; `embedguide check` names all.
MOST_PROBLEMS = 12
# A claim is placed by the ledger; every other result has to stand on some page.
NEVER_PLACED = {"claim"}
# The kind of result that a directive takes, where that is not its own name.
ANY_KIND = {"data": "dataset", "code": "any", "widget": "any", "ref": "any", "view": "figure"}


def placing(kind: str) -> str:
    """The directive that puts a result of `kind` on a page."""
    return "data" if kind == "dataset" else kind


class Site:
    """Results and pages of a project as they are now.

    Args:
        root: The project's folder, that of ``mkdocs.yml``.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.store = Store(self.root)
        self.code_base = CodeBase(self.root)
        self._documents: dict[ResultId, dict[str, Any]] = {}

    @cached_property
    def by_target(self) -> dict[str, list[ResultId]]:
        """``chapter/name`` -> its results, one per model, in the order of the source list."""
        order = {name: number for number, name in enumerate(all_sources())}
        found: dict[str, list[ResultId]] = {}
        for result in sorted(self.store.ids(), key=lambda r: (order.get(r.model, len(order)), r)):
            found.setdefault(f"{result.chapter}/{result.name}", []).append(result)
        return found

    def document(self, result: ResultId) -> dict[str, Any]:
        """The result's document, read once."""
        if result not in self._documents:
            try:
                self._documents[result] = self.store.read(result)
            except DamagedResult as error:
                raise PageError(str(error)) from error
        return self._documents[result]

    def find(self, directive: Directive, target: str | None = None) -> list[ResultId]:
        """The results that a directive speaks of under `target` (its first text by default), one per model.

        Raises:
            PageError: there is none of that name, or it is of another kind; the message names the nearest.
        """
        target = directive.target if target is None else target
        found = self.by_target.get(target, [])
        if not found:
            raise PageError(
                f"{directive.text}: there is no result '{target}'.{self.nearest(target)} Run: python scripts/build.py {target.split('/')[0]}"
            )
        kind = self.document(found[0])["kind"]
        wanted = ANY_KIND.get(directive.kind, directive.kind)
        if wanted not in (kind, "any"):
            raise PageError(f"{directive.text}: '{target}' is a {kind}. Write {{{{ {placing(kind)}(\"{target}\") }}}}")
        return found

    def nearest(self, target: str) -> str:
        """`` The nearest is 'chapter/name'.``, or nothing."""
        near = difflib.get_close_matches(target, self.by_target, n=1, cutoff=0.3)
        return f" The nearest is '{near[0]}'." if near else ""

    @cached_property
    def fragments(self) -> Fragments:
        """Exhibits rendered before; they depend on everything but the pages' words."""
        return Fragments(self.root, state_of(self.root, WATCHED - {".md", ".bib"}))

    @cached_property
    def outline(self) -> Outline:
        """The pages in order, with the numbers of their figures and tables."""
        return Outline(self.root)

    def default_model(self, names: list[str]) -> str | None:
        """The model shown before the reader chooses: the first in the order of the source list."""
        return names[0] if names else None

    @cached_property
    def pages(self) -> list[Path]:
        """The Markdown pages below ``docs/``."""
        return sorted((self.root / "docs").rglob("*.md"))

    def problems(self) -> list[str]:
        """Everything that keeps the pages from being built, one line each: unknown, unplaced, stale, missing results."""
        report = check_results(self.root)
        stale = [entry.message for entry in report.results if entry.state != "fresh"]
        return self.placement_problems() + report.errors + stale + asset_problems(self.root)

    def placement_problems(self) -> list[str]:
        """Directives that place nothing, and results that no page places, one line each."""
        placed, found = self._placements()
        for target, results in self.by_target.items():
            kind = self._kind(results[0])
            if target not in placed and kind not in NEVER_PLACED:
                script = f"scripts/chapters/{results[0].chapter}.py"
                found.append(
                    f"{kind} '{target}' is on no page. Place it with {{{{ {placing(kind)}(\"{target}\") }}}} or remove it from {script}"
                )
        return found

    def _kind(self, result: ResultId) -> str:
        try:
            return str(self.document(result)["kind"])
        except PageError:
            return "result"  # damaged: reported as stale

    def _placements(self) -> tuple[set[str], list[str]]:
        """The targets that pages and captions place, and what is wrong with directives."""
        placed: set[str] = set()
        errors: list[str] = []
        texts = [(page.relative_to(self.root).as_posix(), page.read_text("utf-8")) for page in self.pages]
        texts += [(f"the caption of '{r}'", d["caption"]) for r, d in self.store.documents() if d.get("caption")]
        for where, text in texts:
            for written in find_all(text):
                try:
                    directive = parse(written)
                    for target in directive.targets:
                        self.find(directive, target)
                        placed.add(target)
                except PageError as error:
                    errors.append(f"{where}: {error}")
        return placed, errors


def find_root(start: Path | None = None) -> Path:
    """The nearest folder upwards that holds ``mkdocs.yml``.

    Raises:
        PageError: there is none.
    """
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / "mkdocs.yml").is_file():
            return folder
    raise PageError(f"no mkdocs.yml in {start} or above it. Run this inside a clone of the guide")


def open_site(root: Path) -> Site:
    """The site of `root`, kept until a file that it depends on changes."""
    return _site(root.resolve(), state_of(root))


@lru_cache(maxsize=2)
def _site(root: Path, state: str) -> Site:
    site = Site(root)
    problems = [] if is_known_good(root, state) else site.problems()
    if problems:
        more = (
            [f"... and {len(problems) - MOST_PROBLEMS} more. Run: embedguide check"]
            if len(problems) > MOST_PROBLEMS
            else []
        )
        raise PageError("\n".join(problems[:MOST_PROBLEMS] + more))
    if not is_known_good(root, state):
        remember_good(site, state)
    return site


def state_of(root: Path, suffixes: Collection[str] | None = None) -> str:
    """A digest that changes when a page, a script, a result or the package does, by name, time and size."""
    folders = ("docs", "scripts", "embedguide")
    files = (path for folder in folders for path in (root / folder).rglob("*") if path.suffix in (suffixes or WATCHED))
    return _digest([*files, root / "mkdocs.yml"])


def _digest(files: Iterable[Path]) -> str:
    lines = []
    for path in sorted(files):
        found = path.stat() if path.exists() else None
        lines.append(f"{path} {found.st_mtime_ns} {found.st_size}" if found else f"{path} gone")
    return hashlib.sha256("\n".join([sys.version, *lines]).encode("utf-8", "surrogateescape")).hexdigest()


def is_known_good(root: Path, state: str) -> bool:
    """Whether the last build found no problem in this very state, files that results read elsewhere included."""
    try:
        known = json.loads((root / GOOD).read_bytes())
        return bool(known["state"] == state and known["read"] == _digest(root / name for name in known["files"]))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def remember_good(site: Site, state: str) -> None:
    """Write down that this state has no problem, so that the next build of the same state need not check it."""
    names = sorted({file["path"] for _, document in site.store.documents() for file in document["provenance"]["files"]})
    record = {"state": state, "files": names, "read": _digest(site.root / name for name in names)}
    write_atomic(site.root / GOOD, to_bytes(record))
