"""What the pages of one build share: results, how they stand, where they are placed."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from embedguide.pages.assets import asset_problems
from embedguide.pages.checklist import Checklist
from embedguide.pages.directives import Directive, find_all, parse
from embedguide.pages.errors import PageError
from embedguide.pages.fragments import Fragments
from embedguide.pages.outline import Outline
from embedguide.pages.state import are_known_fresh, is_known_good, note_good, results_state, state_of
from embedguide.results import DamagedResult, ResultId, Store, chapter_slugs, check_results
from embedguide.results.notebooks import notebook_slugs
from embedguide.results.reach import CodeBase
from embedguide.sources import all_sources

# How many problems the build's error names; `embedguide check` names all.
MOST_PROBLEMS = 12
# A claim is placed by the ledger; every other result has to stand on some page.
NEVER_PLACED = {"claim"}
# The kind of result that a directive takes, where that is not its own name.
ANY_KIND = {"data": "dataset", "code": "any", "widget": "any", "ref": "any", "view": "figure", "sources": "table"}


def placing(kind: str) -> str:
    """The directive that puts a result of `kind` on a page."""
    return "data" if kind == "dataset" else kind


class Site:
    """Results and pages of a project as they are now.

    Args:
        root: The project's folder, that of ``mkdocs.yml``.
        documents: Results that were read before and have not changed since; read ones are added.
    """

    def __init__(self, root: Path, documents: dict[ResultId, dict[str, Any]] | None = None) -> None:
        self.root = root.resolve()
        self.store = Store(self.root)
        self.code_base = CodeBase(self.root)
        self._documents = {} if documents is None else documents

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

    def documents(self) -> Iterator[tuple[ResultId, dict[str, Any]]]:
        """Every result that can be read, with its document."""
        for result in (result for results in self.by_target.values() for result in results):
            try:
                yield result, self.document(result)
            except PageError:
                continue  # damaged: reported as stale

    def find(self, directive: Directive, target: str | None = None) -> list[ResultId]:
        """The results that a directive speaks of under `target` (its first text by default), one per model.

        Raises:
            PageError: there is none of that name, or it is of another kind; the message names the nearest.
        """
        target = directive.target if target is None else target
        found = self.by_target.get(target, [])
        if not found:
            chapter = target.split("/")[0]
            known = chapter in chapter_slugs(self.root)
            mend = f"Run: python scripts/build.py {chapter}" if known else f"There is no chapter '{chapter}'."
            raise PageError(f"{directive.text}: there is no result '{target}'.{self.nearest(target)} {mend}")
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
        return Fragments(self.root, results_state(self.root))

    @cached_property
    def outline(self) -> Outline:
        """The pages in order, with the numbers of their figures and tables."""
        return Outline(self.root)

    @cached_property
    def checklist(self) -> Checklist:
        """What the articles say, and what became of it."""
        return Checklist(self.root, self.outline)

    def default_model(self, names: list[str]) -> str | None:
        """The model shown before the reader chooses: the first in the order of the source list."""
        return names[0] if names else None

    @cached_property
    def pages(self) -> list[Path]:
        """The Markdown pages below ``docs/``."""
        return sorted((self.root / "docs").rglob("*.md"))

    def problems(self) -> list[str]:
        """Everything that keeps the pages from being built, one line each: unknown, unplaced, stale, missing results."""
        stale: list[str] = []
        if not are_known_fresh(self.root):
            report = check_results(self.root)
            stale = report.errors + [entry.message for entry in report.results if entry.state != "fresh"]
            stale += self._list_problems()
        return self.placement_problems() + self._row_problems() + stale + asset_problems(self.root)

    def claim_problems(self) -> list[str]:
        """Claims that the list of claims does not tell of, and rows of the articles without a verdict, one line each."""
        return self._row_problems() + self._list_problems()

    def _row_problems(self) -> list[str]:
        return self.checklist.problems() if self.checklist.rows else []

    def _list_problems(self) -> list[str]:
        return self.store.problems_of_lists(self.documents())

    def placement_problems(self) -> list[str]:
        """Directives that place nothing, and results that no page places, one line each."""
        placed, found = self._placements()
        found += [
            f"notebook '{slug}' is on no page. Place it with {{{{ notebook(\"{slug}\") }}}} on docs/notebooks/{slug}.md"
            for slug in notebook_slugs(self.root)
            if not any(f'notebook("{slug}")' in page.text for page in self.outline.pages)
        ]
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
        texts += [(f"the caption of '{r}'", d["caption"]) for r, d in self.documents() if d.get("caption")]
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


# The last build that asked, and its site: every page of a build sees the same one.
_opened: list[tuple[object, Site]] = []


def open_site(root: Path, build: object | None = None) -> Site:
    """The site of `root`: the same for all pages of one `build`, else kept until a file that it depends on changes."""
    if build is not None and _opened and _opened[0][0] is build:
        return _opened[0][1]
    site = _site(root.resolve(), state_of(root))
    if build is not None:
        _opened[:] = [(build, site)]
    return site


@lru_cache(maxsize=2)
def _site(root: Path, state: str) -> Site:
    site = Site(root, _documents_in(root, results_state(root)))
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


def remember_good(site: Site, state: str) -> None:
    """Write down that this state has no problem, with the files that its results read."""
    read = (file["path"] for _, document in site.documents() for file in document["provenance"]["files"])
    note_good(site.root, state, read)


@lru_cache(maxsize=2)
def _documents_in(root: Path, state: str) -> dict[ResultId, dict[str, Any]]:
    """What was read of the results in this state of them, kept while pages are edited."""
    return {}
