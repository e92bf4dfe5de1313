"""The list of what the articles say (``docs/claims.toml``), set against the verdicts of the chapters and the pages."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from markdown.extensions.toc import slugify

from embedguide.pages.directives import did_you_mean, find_all, parse
from embedguide.pages.errors import PageError
from embedguide.pages.outline import Outline, PageOutline
from embedguide.results.store import RESULTS

CHECKLIST = "docs/claims.toml"
TRAPS = "traps"
KEYS = {"says", "article", "chapters", "parts", "at", "answers"}
ROW = re.compile(r"[CT]\d+")
TRAP = re.compile(r"\btraps? (T\d+(?:(?:, | and )T\d+)*)")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
EXHIBITS = {"figure": "fig", "table": "table", "code": "code", "data": "data", "widget": "widget"}


@dataclass(frozen=True)
class Row:
    """One row of the list.

    Args:
        id: ``C111``, or ``T3`` for a trap.
        article: ``S5``.
        says: What the article says.
        chapters: The chapters that owe a verdict.
        parts: How many claims there have to be at least.
        at: The page, and the heading or figure on it, that answers; or words where nothing has to.
        answers: For a trap, the claims that settle it.
    """

    id: str
    article: str
    says: str
    chapters: tuple[str, ...] = ()
    parts: int = 1
    at: str = ""
    answers: tuple[str, ...] = ()

    @property
    def is_trap(self) -> bool:
        """Whether it is about something that goes wrong in the articles."""
        return self.id.startswith("T")

    @property
    def page(self) -> str:
        """The page of `at` below ``docs/``; empty where `at` is no page."""
        path = self.at.partition("#")[0]
        return path if path.endswith(".md") else ""


@dataclass(frozen=True)
class Article:
    """One article: its name in the list, its title, its key in the bibliography."""

    id: str
    title: str
    cite: str


@dataclass
class Claim:
    """A claim of a chapter with what became of it on each model.

    Args:
        row: The row of the list.
        part: Which of the row's claims.
        chapter: The chapter that settles it.
        entries: The entries of ``claims.json``, one per model.
    """

    row: str
    part: str
    chapter: str
    entries: list[dict[str, Any]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """``C111/cat-dog``."""
        return f"{self.row}/{self.part}".rstrip("/")

    @cached_property
    def traps(self) -> set[str]:
        """The traps that its notes speak of."""
        found = (match[1] for entry in self.entries for match in TRAP.finditer(entry["note"]))
        return {trap for words in found for trap in re.findall(r"T\d+", words)}

    @property
    def verdict(self) -> str:
        """One word for all models: what the decided ones say, or that none could decide."""
        decided = {entry["verdict"] for entry in self.entries} - {"not testable here"}
        return "depends on the model" if len(decided) > 1 else next(iter(decided), "not testable here")


class Checklist:
    """The list and the claims of a project.

    Args:
        root: The project's folder; it has a list where ``docs/claims.toml`` exists.
        outline: Its pages.
    """

    def __init__(self, root: Path, outline: Outline) -> None:
        self.outline = outline
        self.articles, self.rows = read_checklist(root)
        self.entries = read_entries(root)
        self.claims = merged_claims(self.entries)

    def is_finished(self, chapter: str) -> bool:
        """Whether the chapter stands in the navigation."""
        return f"chapters/{chapter}.md" in self.outline.in_nav

    def claims_of(self, row: Row) -> list[Claim]:
        """The claims that settle a row, in order."""
        if not row.is_trap:
            return [claim for claim in self.claims if claim.row == row.id]
        return [claim for claim in self.claims if row.id in claim.traps or {claim.row, claim.name} & set(row.answers)]

    def is_answered(self, row: Row) -> bool:
        """Whether it has its verdicts, or stands on a page of the navigation."""
        return self._is_placed(row) or (bool(self.claims_of(row)) and not self._missing(row, finished_only=False))

    def _is_placed(self, row: Row) -> bool:
        words = row.at and not row.page
        return bool(not row.chapters and (words or row.page in self.outline.in_nav) and not row.answers)

    def problems(self) -> list[str]:
        """Rows of finished chapters without a verdict, claims of unknown rows, places that are on no page: a line each."""
        found = [self._unknown(claim) for claim in self.claims if claim.row not in self.rows]
        for row in self.rows.values():
            found += self._missing(row, finished_only=True)
            if row.page in self.outline.in_nav and (problem := self._place_problem(row)):
                found.append(problem)
        return found

    def _unknown(self, claim: Claim) -> str:
        hint = did_you_mean(claim.row, self.rows)
        return (
            f"claim '{claim.chapter}/{claim.name}' is about row '{claim.row}', which {CHECKLIST} does not have.{hint}"
        )

    def _missing(self, row: Row, *, finished_only: bool) -> list[str]:
        owing = [chapter for chapter in row.chapters if self.is_finished(chapter) or not finished_only]
        claims = self.claims_of(row)
        if row.is_trap:
            waits = finished_only and (len(owing) < len(row.chapters) or self._waits(row))
            if claims or row.page or waits:
                return []
            return [f'trap {row.id} ({row.says}) has no verdict: say "(trap {row.id})" in the note of the claim that settles it, '
                    f"or name the claim in {CHECKLIST}"]  # fmt: skip
        having = {claim.chapter for claim in claims}
        found = [f"row {row.id} ({row.says}) has no verdict from chapter '{chapter}': declare "
                 f'chapter.claim("{row.id}", ...) in scripts/chapters/{chapter}.py, or say in {CHECKLIST} where a page answers it'
                 for chapter in owing if chapter not in having]  # fmt: skip
        if not found and owing and len(owing) == len(row.chapters) and len(claims) < row.parts:
            found = [f"row {row.id} ({row.says}) needs {row.parts} claims, chapters have {len(claims)}: "
                     f"{', '.join(claim.name for claim in claims)}"]  # fmt: skip
        return found

    def _waits(self, row: Row) -> bool:
        """Whether the claims that a trap names are those of rows whose chapters are not finished."""
        named = [self.rows[name.partition("/")[0]] for name in row.answers if name.partition("/")[0] in self.rows]
        return any(not self.is_finished(chapter) for one in named for chapter in one.chapters)

    def _place_problem(self, row: Row) -> str:
        path, _, anchor = row.at.partition("#")
        page = self.outline.page(path)
        known = anchors(page) if page else set()
        if not anchor or anchor in known:
            return ""
        return f"{CHECKLIST}: row {row.id} is answered at {row.at}, but docs/{path} has no '{anchor}'.{did_you_mean(anchor, known)}"

    def open_rows(self) -> Iterator[tuple[Row, str]]:
        """The rows that nothing answers yet, each with what it waits for."""
        for row in self.rows.values():
            if self.is_answered(row):
                continue
            waited = [c for c in row.chapters if not self.is_finished(c)]
            page = row.page if row.page and row.page not in self.outline.in_nav else ""
            yield (
                row,
                ", ".join([*(f"chapter '{c}'" for c in waited), *([page] if page and not waited else [])])
                or "a verdict",
            )


def anchors(page: PageOutline) -> set[str]:
    """The headings, figures, tables and widgets of a page, as addresses name them."""
    found = {slugify(heading, "-") for heading in HEADING.findall(page.text)}
    for written in find_all(page.text):
        directive = parse(written)
        if directive.kind == "widget":
            found.add("-".join(["widget", directive.target, *(t.replace("/", "-") for t in directive.targets[:1])]))
        elif directive.kind in EXHIBITS:
            found.add(f"{EXHIBITS[directive.kind]}-{directive.target.replace('/', '-')}")
    return found


def read_entries(root: Path) -> list[dict[str, Any]]:
    """The entries of ``claims.json``, one per claim and model. Raises PageError for a file that is damaged."""
    try:
        entries = json.loads((root / RESULTS / "claims.json").read_bytes())["claims"]
    except FileNotFoundError:
        return []
    except (ValueError, KeyError, TypeError) as error:
        raise PageError(f"{RESULTS}/claims.json is damaged: {error}. Run: python scripts/build.py") from error
    return list(entries)


def merged_claims(entries: Iterable[dict[str, Any]]) -> list[Claim]:
    """Claims in the order of `entries`, the models of one claim together."""
    found: dict[tuple[str, str, str], Claim] = {}
    for entry in entries:
        key = (entry["id"], entry["part"], entry["chapter"])
        found.setdefault(key, Claim(*key)).entries.append(entry)
    return list(found.values())


def read_checklist(root: Path) -> tuple[dict[str, Article], dict[str, Row]]:
    """The articles and the rows of ``docs/claims.toml``; empty where a project has none.

    Raises:
        PageError: the file is no TOML, or a row lacks something or has something unknown; the message names the row.
    """
    try:
        content = tomllib.loads((root / CHECKLIST).read_text("utf-8"))
    except FileNotFoundError:
        return {}, {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PageError(f"{CHECKLIST} cannot be read: {error}") from error
    articles: dict[str, Article] = {}
    rows: dict[str, Row] = {}
    for name, part in content.items():
        if name == TRAPS:
            rows |= {row: _row(row, "", fields) for row, fields in part.items()}
            continue
        articles[name] = Article(name, part["title"], part.get("cite", ""))
        rows |= {row: _row(row, name, fields) for row, fields in part["rows"].items()}
    return articles, rows


def _row(name: str, article: str, fields: Mapping[str, Any]) -> Row:
    def wrong(what: str) -> PageError:
        return PageError(f"{CHECKLIST}: row '{name}' {what}")

    unknown = sorted(fields.keys() - KEYS)
    if not ROW.fullmatch(name):
        raise wrong("must be named C and a number, or T and a number")
    if unknown:
        raise wrong(f"has '{unknown[0]}'.{did_you_mean(unknown[0], KEYS)} It takes: {', '.join(sorted(KEYS))}")
    if not fields.get("says"):
        raise wrong('does not say what the article says: says = "..."')
    if not any(fields.get(key) for key in ("chapters", "at", "answers")):
        raise wrong(
            'is answered by nobody: name chapters = [...] that owe a verdict, or the place on a page, at = "page.md#heading"'
        )
    return Row(
        name, fields.get("article", article), fields["says"], tuple(fields.get("chapters", ())), fields.get("parts", 1),
        fields.get("at", ""), tuple(fields.get("answers", ())),
    )  # fmt: skip
