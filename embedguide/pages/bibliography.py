"""References from ``docs/references.bib``, read and formatted by pybtex."""

from __future__ import annotations

import codecs
from functools import lru_cache
from pathlib import Path

import latexcodec  # noqa: F401  (registers the codec that reads accents)
from markupsafe import Markup, escape
from pybtex.database import BibliographyData, Entry, Person, parse_string
from pybtex.exceptions import PybtexError

from embedguide.pages.directives import did_you_mean
from embedguide.pages.errors import PageError

BIBLIOGRAPHY = "docs/references.bib"


def read_bibliography(root: Path) -> BibliographyData:
    """The entries of the project's bibliography; none where there is no file."""
    path = root / BIBLIOGRAPHY
    return _parsed(path.read_text("utf-8")) if path.is_file() else BibliographyData()


@lru_cache(maxsize=4)
def _parsed(text: str) -> BibliographyData:
    try:
        return parse_string(text, "bibtex")
    except PybtexError as error:
        raise PageError(f"{BIBLIOGRAPHY} cannot be read: {error}") from error


def find_entry(bibliography: BibliographyData, key: str, text: str) -> Entry:
    """The entry `key`. Raises PageError with the nearest key when there is none."""
    if key not in bibliography.entries:
        raise PageError(f"{text}: {BIBLIOGRAPHY} has no entry '{key}'.{did_you_mean(key, bibliography.entries)}")
    return bibliography.entries[key]


def _plain(text: str) -> str:
    """A field without BibTeX's braces and its spelling of accents."""
    return " ".join(
        str(codecs.decode(text, "ulatex"))  # type: ignore[call-overload]
        .replace("{", "")
        .replace("}", "")
        .replace("--", "–")
        .split()
    )


def _name(person: Person) -> str:
    initials = " ".join(f"{name[0]}." for name in [*person.first_names, *person.middle_names] if name)
    last = " ".join([*person.prelast_names, *person.last_names])
    if last == "others":  # BibTeX's word for the rest of a long list
        return "et al."
    return _plain(f"{initials} {last}".strip())


def short_authors(entry: Entry) -> str:
    """``Mikolov et al.``, ``Levy and Goldberg``, ``Firth``."""
    people = entry.persons.get("author") or entry.persons.get("editor") or []
    last = [_plain(" ".join([*p.prelast_names, *p.last_names])) for p in people]
    if len(last) > 2:
        return f"{last[0]} et al."
    return " and ".join(last) or _plain(entry.fields.get("title", ""))


def reference(entry: Entry) -> Markup:
    """An entry as a line of a reference list: authors, title, where, year, link."""
    people = entry.persons.get("author") or entry.persons.get("editor") or []
    authors = ", ".join(_name(person) for person in people)
    fields = entry.fields
    title = _plain(fields.get("title", ""))
    link = fields.get("url") or (f"https://doi.org/{fields['doi']}" if "doi" in fields else "")
    shown = Markup('<a href="{}">{}</a>').format(link, title) if link else escape(title)
    where = next(
        (fields[name] for name in ("journal", "booktitle", "publisher", "howpublished", "school") if name in fields), ""
    )
    tail = ", ".join(filter(None, (_plain(where), fields.get("year", ""))))
    start = Markup("{}. ").format(authors.rstrip(".")) if authors else Markup("")
    return start + shown + Markup(". {}.").format(tail)
