"""What the ledger shows: each row of the articles, its claims, what was measured on which model, and where to see it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from embedguide.pages.checklist import TRAPS, Checklist, Claim, Row
from embedguide.pages.context import PageContext, element_id, model_label
from embedguide.pages.directives import Directive, did_you_mean
from embedguide.pages.errors import PageError
from embedguide.results import ResultId
from embedguide.results.declarations import claim_name
from embedguide.results.documents import formatted
from embedguide.sources import UnknownSource, all_sources, find_source

VERDICTS = ("reproduced", "differs", "depends on the model", "not testable here")
# From here on a number is written without decimals.
LARGE = 1000


def ledger_context(page: PageContext) -> dict[str, Any]:
    """The summary on top: how many claims came out how, by article, and what the reader can filter by."""
    checklist = page.site.checklist
    rows = list(checklist.rows.values())
    claims = [claim for claim in checklist.claims if claim.row in checklist.rows]
    waiting = {row.id for row, _ in checklist.open_rows()}
    by_article = [
        {"id": a.id, "title": a.title, "counts": _counts(c for c in claims if checklist.rows[c.row].article == a.id)}
        for a in checklist.articles.values()
    ]
    models = {one["model"]: one["label"] for claim in claims for one in _all_measured(page, claim) if one["model"]}
    return {
        "verdicts": VERDICTS,
        "counts": _counts(claims),
        "n_claims": len(claims),
        "n_verdicts": sum(len(claim.entries) for claim in claims),
        "n_rows": sum(not row.is_trap for row in rows),
        "n_traps": sum(row.is_trap for row in rows),
        "n_waiting": len(waiting),
        "by_article": by_article,
        "articles": [(a.id, f"{a.id}: {a.title}") for a in checklist.articles.values()],
        "models": sorted(models.items()),
        "chapters": [
            (one.slug, one.title) for one in page.site.outline.chapters() if one.slug in {c.chapter for c in claims}
        ],
        "json_url": page.address("assets/results/claims.json"),
        "list_url": page.address("claims.toml"),
    }


def _counts(claims: Any) -> dict[str, int]:
    counted = Counter(claim.verdict for claim in claims)
    return {verdict: counted[verdict] for verdict in VERDICTS}


def ledger_table_context(page: PageContext, directive: Directive) -> dict[str, Any]:
    """The rows of one article, or the traps. Raises PageError for an article that the list does not have."""
    checklist, wanted = page.site.checklist, directive.target
    if wanted != TRAPS and wanted not in checklist.articles:
        known = [*checklist.articles, TRAPS]
        raise PageError(
            f"{directive.text}: there is no article '{wanted}'.{did_you_mean(wanted, known)} There are: {', '.join(known)}"
        )
    rows = checklist.rows.values()
    chosen = [row for row in rows if (row.is_trap if wanted == TRAPS else not row.is_trap and row.article == wanted)]
    title = "Traps" if wanted == TRAPS else f"{wanted}: {checklist.articles[wanted].title}"
    waiting = {row.id: what for row, what in checklist.open_rows()}
    found = [_row(page, checklist, row, waiting.get(row.id, "")) for row in chosen]
    return {"id": f"ledger-{wanted.lower()}", "title": title, "rows": found}


def _row(page: PageContext, checklist: Checklist, row: Row, waiting: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "article": row.article,
        "says": row.says,
        "claims": [_claim(page, checklist, claim, row) for claim in checklist.claims_of(row)],
        "place": _place(page, row),
        "reason": "" if row.page else row.at,
        "waiting": waiting.removesuffix(".md").replace("chapters/", "chapter ").replace("'", ""),
    }


def _place(page: PageContext, row: Row) -> dict[str, str] | None:
    """Where a page answers the row; None where that page is not in the navigation yet, or there is none."""
    outline = page.site.outline
    found = outline.page(row.page) if row.page in outline.in_nav else None
    if found is None:
        return None
    anchor = row.at.partition("#")[2]
    return {"title": found.title, "url": page.page_address(found.path) + (f"#{anchor}" if anchor else "")}


def _claim(page: PageContext, checklist: Checklist, claim: Claim, row: Row) -> dict[str, Any]:
    first = claim.entries[0]
    notes = list(dict.fromkeys(entry["note"] for entry in claim.entries if entry["note"]))
    return {
        # A claim that also settles a trap stands in the ledger twice; only the one in its own row has its name as id.
        "id": f"{claim.chapter}-{claim.name.lower().replace('/', '-')}" if claim.row == row.id else "",
        "name": claim.name,
        "part": claim.part.replace("-", " "),
        "says": first["says"] if isinstance(first["says"], str) else plain_number(first["says"]),
        "of": _title(first["of"]),
        "tolerance": plain_number(first["tolerance"]) if first["tolerance"] else "",
        "notes": [page.inline(note, "") for note in notes],
        "plain_notes": " ".join(notes),
        "settle": _settle(claim),
        "verdict": claim.verdict,
        "measured": _all_measured(page, claim),
        "chapter": claim.chapter,
        "shown": _shown(page, claim),
    }


def _title(model: str | None) -> str:
    """The name for readers of a model that an article speaks of; not all are in the source list."""
    listed = all_sources()
    return listed[model].title if model in listed else model or ""


def _all_measured(page: PageContext, claim: Claim) -> list[dict[str, Any]]:
    name = claim_name(claim.row, claim.part)
    return [
        _measured(entry, model_label(page.site, ResultId(claim.chapter, name, entry["model"] or "")))
        for entry in claim.entries
    ]


def _measured(entry: dict[str, Any], label: str) -> dict[str, Any]:
    got = entry["got"]
    return {"model": entry["model"] or "", "label": label, "got": _in_words(got), "raw": "" if got is None else got,
            "verdict": entry["verdict"]}  # fmt: skip


def _in_words(got: Any) -> str:
    if got is None:
        return "nothing to measure"
    if isinstance(got, bool):
        return "holds" if got else "does not hold"
    return got if isinstance(got, str) else plain_number(got)


def plain_number(number: float) -> str:
    """A number as readers see it: four significant digits, none after the point from a thousand on."""
    whole = isinstance(number, int) or abs(number) >= LARGE
    text = formatted(number, ",.0f" if whole else ".4g")
    return text if "e" not in text else formatted(number, ".6f").rstrip("0")


def _settle(claim: Claim) -> dict[str, str]:
    """What would settle a number of another model: the model's name, and a command where the source list has it."""
    of = claim.entries[0]["of"]
    if not of or claim.verdict != "not testable here":
        return {"model": "", "command": ""}
    try:
        source = find_source(of)
    except UnknownSource:
        return {"model": of, "command": ""}
    return {"model": source.title, "command": f"python scripts/build.py {claim.chapter} --model {of}"}


def _shown(page: PageContext, claim: Claim) -> dict[str, str] | None:
    """The figure or table that shows it, or else its chapter."""
    outline = page.site.outline
    chapter = outline.page(f"chapters/{claim.chapter}.md")
    if chapter is None:
        return None
    target = f"{claim.chapter}/{claim.entries[0]['shown_in']}"
    found = outline.where(target, chapter.path)
    if found is None:
        return {"url": page.page_address(chapter.path), "words": chapter.title}
    where, kind, number = found
    url = f"{page.page_address(where.path)}#{element_id(kind, target)}"
    return {"url": url, "words": f"{where.title}, {kind.capitalize()}\u00a0{number}"}
